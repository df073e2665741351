"""Documents and recordings in Telegram, downloaded for the chat service."""

import logging
from collections.abc import Awaitable, Callable

from telegram import Document, PhotoSize
from telegram.error import TelegramError

from bot.articles.uploads import AddedUpload, Uploads
from bot.chat.transport import HandOverError, Recording, TooLargeError
from bot.store.chat_location import ChatLocation
from bot.telegram.recordings import Attachment, seconds_of

logger = logging.getLogger(__name__)

Add = Callable[[Uploads], Awaitable[AddedUpload]]  # adds a document to the uploads

MAX_FILE_NAME = 255  # characters; the end is kept, which has the suffix
PHOTO = "photo.jpg"  # the name of a photo, which Telegram sends without one
PASTED = "pasted.txt"  # the name of a text that is pasted into a message
MAX_RECORDING_MEGABYTES = 20.0  # Telegram hands over no larger file
NOT_FETCHED = "Telegram did not hand it over; send it again"


def downloading(document: Document | PhotoSize, location: ChatLocation) -> Add:
    """Return a function that downloads a file and adds it to a chat's uploads."""

    async def add(uploads: Uploads) -> AddedUpload:
        data = await _download(document, uploads.limits.megabytes)
        name = PHOTO
        if isinstance(document, Document):
            name = (document.file_name or "document")[-MAX_FILE_NAME:]
        return await uploads.add_document(location, data, name)

    return add


def recorded(recording: Attachment) -> Recording:
    """Return a recording for the chat service, which downloads it when it is heard."""

    async def fetch() -> bytes:
        return await _download(recording, MAX_RECORDING_MEGABYTES)

    return Recording(seconds_of(recording), fetch)


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


async def _download(attachment: Attachment | PhotoSize, megabytes: float) -> bytes:
    """Return the file of an attachment, which is kept in memory alone.

    Raises:
        TooLargeError: It is larger than so many megabytes.
        HandOverError: Telegram does not hand it over.
    """
    if (attachment.file_size or 0) > megabytes * 1024**2:
        raise TooLargeError(megabytes)
    try:
        file = await attachment.get_file()
        return bytes(await file.download_as_bytearray())
    except TelegramError as error:
        logger.warning("A file could not be fetched: %s", error)
        raise HandOverError(NOT_FETCHED) from error
