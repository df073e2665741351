"""Documents in Telegram, downloaded for the chat service."""

import logging
from collections.abc import Awaitable, Callable

from telegram import Document
from telegram.error import TelegramError

from bot.articles.uploads import AddedUpload, Uploads
from bot.chat.transport import HandOverError, TooLargeError
from bot.store.chat_location import ChatLocation

logger = logging.getLogger(__name__)

Add = Callable[[Uploads], Awaitable[AddedUpload]]  # adds a document to the uploads

MAX_FILE_NAME = 255  # characters; the end is kept, which has the suffix
PASTED = "pasted.txt"  # the name of a text that is pasted into a message
NOT_FETCHED = "Telegram did not hand it over; send it again"


def downloading(document: Document, location: ChatLocation) -> Add:
    """Return a function that downloads a document and adds it to a chat's uploads."""

    async def add(uploads: Uploads) -> AddedUpload:
        limit = uploads.limits.megabytes
        if (document.file_size or 0) > limit * 1024**2:
            raise TooLargeError(limit)
        try:
            file = await document.get_file()
            data = bytes(await file.download_as_bytearray())
        except TelegramError as error:
            logger.warning("A document could not be fetched: %s", error)
            raise HandOverError(NOT_FETCHED) from error
        name = (document.file_name or "document")[-MAX_FILE_NAME:]
        return await uploads.add_document(location, data, name)

    return add


def pasting(text: str, location: ChatLocation) -> Add:
    """Return a function that adds a pasted text to a chat's uploads."""

    async def add(uploads: Uploads) -> AddedUpload:
        return await uploads.add_document(
            location, text.encode("utf-8", "replace"), PASTED
        )

    return add


def fetching(link: str, location: ChatLocation) -> Add:
    """Return a function that fetches a link and adds it to a chat's uploads."""

    async def add(uploads: Uploads) -> AddedUpload:
        return await uploads.add_link(location, link)

    return add
