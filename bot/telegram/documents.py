"""Documents and links that readers send, each read for its chat alone."""

import logging

from telegram import Document, Message
from telegram.error import TelegramError

from bot.articles.entries import Entry
from bot.articles.uploads import Uploads, for_readers
from bot.chat.presentation import Presentation
from bot.store.chat_location import ChatLocation
from bot.store.errors import StoreError
from bot.telegram.addressing import location_of
from bot.telegram.delivery import Delivery
from bot.telegram.metrics import Metrics
from bot.telegram.questions import Questions
from retrieval import ArticleError

logger = logging.getLogger(__name__)

MAX_FILE_NAME = 255  # characters at its end, where it says of what format it is
NOT_FETCHED = "Telegram did not hand it over; send it again"


class Documents:
    """Reads what is sent, and answers what is asked with it."""

    def __init__(
        self,
        uploads: Uploads,
        questions: Questions,
        delivery: Delivery,
        metrics: Metrics,
    ) -> None:
        """Take what reads, answers, sends and counts."""
        self._uploads = uploads
        self._questions = questions
        self._delivery = delivery
        self._metrics = metrics

    async def read(
        self, message: Message, sent: Document | str, question: str, face: Presentation
    ) -> None:
        """Read a document, or what stands behind a link, for its chat alone.

        Args:
            message: That it came with.
            sent: The document or the link.
            question: What is asked about it; may be "".
            face: How the chat is spoken to.
        """
        limits = self._uploads.limits
        place, wording = location_of(message), face.wording
        if isinstance(sent, Document) and (
            (sent.file_size or 0) > limits.megabytes * 1024**2
        ):
            await self._delivery.tell(
                message, wording.upload_too_large(limits.megabytes), face
            )
            return
        try:
            async with self._uploads.fetching:
                entry = await self._fetch(place, sent)
        except ArticleError as error:
            self._metrics.unread()
            problem = wording.upload_refused(for_readers(error.problem))
            await self._delivery.tell(message, problem, face)
        except TelegramError as error:
            logger.warning("A document could not be fetched: %s", error)
            await self._delivery.tell(
                message, wording.upload_refused(NOT_FETCHED), face
            )
        except StoreError:
            await self._delivery.tell(message, wording.store_away(), face)
        else:
            read = wording.upload_read(entry.article, limits.hours)
            await self._delivery.tell(message, read, face)
            if question:
                await self._questions.say(message, question, face)

    async def _fetch(self, place: ChatLocation, sent: Document | str) -> Entry:
        if isinstance(sent, str):
            return await self._uploads.add_link(place, sent)
        file = await sent.get_file()
        data = bytes(await file.download_as_bytearray())
        name = (sent.file_name or "document")[-MAX_FILE_NAME:]
        return await self._uploads.add_document(place, data, name)
