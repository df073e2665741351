"""Documents in Telegram, downloaded for the chat service."""

import logging
from collections.abc import Awaitable, Callable

from telegram import Document
from telegram.error import TelegramError

from bot.articles.entries import CatalogueEntry
from bot.articles.uploads import Uploads
from bot.chat.transport import HandOverError
from bot.store.chat_location import ChatLocation

logger = logging.getLogger(__name__)

MAX_FILE_NAME = 255  # characters; the end is kept, which has the suffix
NOT_FETCHED = "Telegram did not hand it over; send it again"


def is_too_large(document: Document, uploads: Uploads) -> bool:
    """Return whether a document is larger than uploads may be."""
    return (document.file_size or 0) > uploads.limits.megabytes * 1024**2


def downloading(
    document: Document, location: ChatLocation
) -> Callable[[Uploads], Awaitable[CatalogueEntry]]:
    """Return a function that downloads a document and adds it to a chat's uploads."""

    async def add(uploads: Uploads) -> CatalogueEntry:
        try:
            file = await document.get_file()
            data = bytes(await file.download_as_bytearray())
        except TelegramError as error:
            logger.warning("A document could not be fetched: %s", error)
            raise HandOverError(NOT_FETCHED) from error
        name = (document.file_name or "document")[-MAX_FILE_NAME:]
        return await uploads.add_document(location, data, name)

    return add


def fetching(
    link: str, location: ChatLocation
) -> Callable[[Uploads], Awaitable[CatalogueEntry]]:
    """Return a function that fetches a link and adds it to a chat's uploads."""

    async def add(uploads: Uploads) -> CatalogueEntry:
        return await uploads.add_link(location, link)

    return add
