"""Chat contexts: the state of each chat, and a limit on computations."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager

from bot.articles.catalogue import Catalogue, SamplesMissingError
from bot.articles.entries import CatalogueEntry
from bot.articles.slugs import is_upload
from bot.articles.uploads import Uploads
from bot.background import Arguments, Result, in_background
from bot.chat.presentation import NO_OWN_WORDS, OwnWords, Presentation
from bot.chat.state import Chat
from bot.store.chat_location import ChatLocation
from bot.store.errors import StoreError
from bot.store.store import Store
from bot.wording.texts import Wording
from retrieval import Answer, Citation
from retrieval.errors import IndexUnavailableError

logger = logging.getLogger(__name__)

ANSWERED_AT_ONCE = 2  # answers take computation: more at once would all be later
WAITED_AT_ONCE = 16  # with a cluster, which does most of the work
SAMPLES_SECONDS = 5  # for which a reply waits for sample questions


class ChatContexts:
    """Loads the state of chats, and limits how much is computed at once.

    Args:
        catalogue: Returns the articles as they are now.
        store: The store of choices.
        trying: Returns a context for work that may crash the process; see
            `Inbox.trying`.
        uploads: Documents that users have sent, or None.
        page_url: Returns the link to a citation on its article's page, or None.
        retention_days: The days that questions and answers are kept.
        contact: The operator's contact, or "".
        voice: Whether recordings are heard.
        own_words: Texts of the operator.
    """

    def __init__(
        self,
        catalogue: Callable[[], Catalogue],
        store: Store,
        trying: Callable[[], AbstractAsyncContextManager[None]],
        uploads: Uploads | None = None,
        page_url: Callable[[Citation, Catalogue], str | None] | None = None,
        *,
        retention_days: int = 0,
        contact: str = "",
        voice: bool = False,
        own_words: OwnWords = NO_OWN_WORDS,
    ) -> None:
        self._own_words = own_words
        self._uploads = uploads
        self._catalogue = catalogue
        self._store = store
        self._trying = trying
        self._page_url = page_url
        self._retention_days = retention_days
        self._contact = contact
        self._voice = voice
        at_once = WAITED_AT_ONCE if catalogue().is_remote else ANSWERED_AT_ONCE
        self._answering = asyncio.Semaphore(at_once)
        self._sampling = asyncio.Semaphore(1)
        self._making: dict[tuple[Catalogue, tuple[str, ...]], asyncio.Task[None]] = {}

    @property
    def catalogue(self) -> Catalogue:
        """The articles that every chat can ask, as they are now."""
        return self._catalogue()

    async def load(
        self,
        location: ChatLocation,
        *,
        with_uploads: bool = False,
        turns: tuple[Answer, ...] = (),
        about: Sequence[int] = (),
    ) -> Chat:
        """Return the state of a chat.

        Args:
            location: The chat.
            with_uploads: Whether the chat's uploads are loaded even if it has not
                chosen one of them.
            turns: The chat's last answers, oldest first.
            about: Numbers of messages; if one of them brought an upload, this upload
                is asked alone.

        Raises:
            IndexUnavailableError: The articles cannot be reached.
        """
        catalogue = self.catalogue
        chat = Chat(catalogue, turns)
        if catalogue.count == 1 and self._uploads is None:
            return chat
        try:
            chosen = await self._store.choices.chosen(location)
            if self._uploads:
                upload = await self._uploads.of_messages(location.chat_id, about)
                chosen = upload or chosen
            entries = (
                await self._uploads.entries(location.chat_id)
                if self._uploads and (with_uploads or is_upload(chosen))
                else ()
            )
            chat = Chat(catalogue, turns, chosen, tuple(entries))
        except StoreError:
            return Chat(catalogue, turns, choice_unknown=True)
        asked = await self.run(chat.find_chosen)
        if not catalogue.is_indexed(asked):
            async with self._trying():
                # Outside the limit on answers, so that other chats need not wait.
                await in_background(catalogue.index_uploads, asked)
        return chat

    def presentation(self, wording: Wording, *, is_private: bool) -> Presentation:
        """Return the form of replies in a chat with buttons.

        Args:
            wording: The wording in the user's language.
            is_private: Whether the chat is private, so that nobody else reads it.
        """
        return Presentation(
            wording,
            buttons=True,
            single_passage=not is_private,
            upload_hours=self._uploads.limits.hours if self._uploads else 0,
            voice=self._voice,
            retention_days=self._retention_days,
            contact=self._contact,
            page_url=self.page_url,
            own_words=self._own_words,
        )

    def page_url(self, citation: Citation) -> str | None:
        """Return the link to a citation on its article's page, if it has one."""
        if self._page_url is None:
            return None
        try:
            return self._page_url(citation, self.catalogue)
        except IndexUnavailableError:  # the answer stands without its page
            return None

    async def run_limited(
        self,
        function: Callable[Arguments, Result],
        *args: Arguments.args,
        **kwargs: Arguments.kwargs,
    ) -> Result:
        """Call a function that computes, in a thread, with few such calls at a time.

        If it needs sample questions that are not made yet, it is called again as soon
        as they are made, or without them after `SAMPLES_SECONDS`.
        """
        try:
            async with self._answering, self._trying():
                return await in_background(function, *args, **kwargs)
        except SamplesMissingError as missing:
            entries = missing.entries
            key = missing.catalogue, tuple(entry.slug for entry in entries)
            if key not in self._making:
                task = self._make_samples(missing.catalogue, entries)
                self._making[key] = asyncio.create_task(task)
                self._making[key].add_done_callback(lambda _: self._making.pop(key))
            making = self._making[key]
        await asyncio.wait((making,), timeout=SAMPLES_SECONDS)
        async with self._answering, self._trying():
            return await in_background(function, *args, **kwargs)

    async def _make_samples(
        self, catalogue: Catalogue, entries: Sequence[CatalogueEntry]
    ) -> None:
        """Make sample questions, for one choice of articles at a time.

        This is outside the limit. Until they are made, the articles have no sample
        questions, and no other call makes them.
        """
        catalogue.keep_samples(entries, ())
        async with self._sampling, self._trying():
            try:
                await in_background(catalogue.make_samples, entries)
            except IndexUnavailableError as error:
                logger.warning("No sample questions could be made: %s", error)

    async def run(
        self,
        function: Callable[Arguments, Result],
        *args: Arguments.args,
        **kwargs: Arguments.kwargs,
    ) -> Result:
        """Call a function that looks up articles, in a thread if a cluster has them."""
        if self.catalogue.is_remote:
            return await in_background(function, *args, **kwargs)
        return function(*args, **kwargs)
