"""What each chat is answered from, and how it is spoken to."""

import asyncio
import logging
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

from telegram import Message

from bot.articles.catalogue import Catalogue, SamplesMissingError
from bot.articles.entries import Entry
from bot.articles.slugs import is_upload
from bot.articles.uploads import Uploads
from bot.background import Arguments, Result, in_background
from bot.chat.presentation import Presentation
from bot.chat.state import Chat
from bot.store.errors import StoreError
from bot.store.store import Store
from bot.telegram.addressing import is_private, location_of
from bot.web.links import PageLinks
from bot.wording.texts import Wording, wording
from retrieval import Answer, Citation
from retrieval.errors import IndexUnavailableError

logger = logging.getLogger(__name__)

ANSWERED_AT_ONCE = 2  # a reader computes; more at once would be later, all of them
WAITED_AT_ONCE = 16  # the same where a cluster does most of the work
SAMPLES_SECONDS = 5  # that a greeting, or a refusal, waits for sample questions


class Chats:
    """Looks up chats, and the articles that they ask."""

    def __init__(
        self,
        catalogue: Callable[[], Catalogue],
        store: Store,
        trying: Callable[[], AbstractAsyncContextManager[None]],
        uploads: Uploads | None = None,
        pages: PageLinks | None = None,
    ) -> None:
        """Take what the answers come from.

        Args:
            catalogue: Returns what is asked, as it is now.
            store: Where turns last.
            trying: Counts what may end the process; see `Inbox.trying`.
            uploads: What readers send; None takes nothing.
            pages: Links to the articles' pages; None where they have none.
        """
        self._uploads = uploads
        self._catalogue = catalogue
        self._store = store
        self._trying = trying
        self._pages = pages
        at_once = WAITED_AT_ONCE if catalogue().is_remote else ANSWERED_AT_ONCE
        self._answering = asyncio.Semaphore(at_once)
        self._sampling = asyncio.Semaphore(1)
        self._making: dict[tuple[Catalogue, str], asyncio.Task[None]] = {}

    @property
    def catalogue(self) -> Catalogue:
        """What every chat can ask, as it is now."""
        return self._catalogue()

    async def state(
        self, message: Message, *, own: bool, turns: tuple[Answer, ...] = ()
    ) -> Chat:
        """Look up what a chat is answered from.

        Args:
            message: Of the chat.
            own: Whether what the chat has sent is needed, whatever it chose.
            turns: Its last answers, oldest first.

        Raises:
            IndexUnavailableError: The articles cannot be reached.
        """
        catalogue = self.catalogue
        chat = Chat(catalogue, turns)
        if catalogue.count == 1 and self._uploads is None:
            return chat
        try:
            chosen = await self._store.choices.chosen(location_of(message))
            entries = (
                await self._uploads.entries(message.chat_id)
                if self._uploads and (own or is_upload(chosen))
                else ()
            )
            chat = Chat(catalogue, turns, chosen, tuple(entries))
        except StoreError:
            return Chat(catalogue, turns, is_unsure=True)
        entry = await self.look_up(chat.find, chosen)
        if entry and not catalogue.is_indexed(entry):
            async with self._trying():
                # Beside the slots for answers, so that others need not wait.
                await in_background(catalogue.index_upload, entry)
        return chat

    def face(self, message: Message, spoken: Wording | None = None) -> Presentation:
        """Tell how a chat is spoken to; in the language of who writes, or another."""
        user = message.from_user
        return Presentation(
            spoken or wording(user.language_code if user else None),
            buttons=True,
            brief=not is_private(message),
            uploads=self._uploads is not None and is_private(message),
            page_of=self.page_of,
        )

    def page_of(self, citation: Citation) -> str | None:
        """Link to a citation in its article, where it has a page."""
        if self._pages is None:
            return None
        try:
            return self._pages.of(citation, self.catalogue)
        except IndexUnavailableError:  # the answer stands without its page
            return None

    async def compute(
        self,
        function: Callable[Arguments, Result],
        *args: Arguments.args,
        **kwargs: Arguments.kwargs,
    ) -> Result:
        """Call what may ask the reader, beside the event loop, few at a time.

        Where it wants sample questions that are not made yet, it is called again once
        they are, or without them after a while.
        """
        try:
            async with self._answering, self._trying():
                return await in_background(function, *args, **kwargs)
        except SamplesMissingError as missing:
            entry = missing.entry
            key = missing.catalogue, entry.slug if entry else ""
            if key not in self._making:
                task = self._make_samples(missing.catalogue, entry)
                self._making[key] = asyncio.create_task(task)
                self._making[key].add_done_callback(lambda _: self._making.pop(key))
            making = self._making[key]
        await asyncio.wait((making,), timeout=SAMPLES_SECONDS)
        async with self._answering, self._trying():
            return await in_background(function, *args, **kwargs)

    async def _make_samples(self, catalogue: Catalogue, entry: Entry | None) -> None:
        """Make sample questions, one text's at a time: no answer waits for that.

        Until they are made there are none, and nobody else makes them.
        """
        catalogue.keep_samples(entry, ())
        async with self._sampling, self._trying():
            try:
                await in_background(catalogue.make_samples, entry)
            except IndexUnavailableError as error:
                logger.warning("No sample questions could be made: %s", error)

    async def look_up(
        self,
        function: Callable[Arguments, Result],
        *args: Arguments.args,
        **kwargs: Arguments.kwargs,
    ) -> Result:
        """Call what looks up articles, beside the event loop if that may wait."""
        if self.catalogue.is_remote:
            return await in_background(function, *args, **kwargs)
        return function(*args, **kwargs)
