"""Uploads: documents and links that users send, as articles of their chat."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from functools import partial

from bot.articles.entries import CatalogueEntry
from bot.articles.lru import evict_oldest
from bot.articles.slugs import UPLOADS, upload_slug
from bot.background import in_background
from bot.store.chat_location import ChatLocation
from bot.store.store import Store
from retrieval import Article
from retrieval.loading.load import read_page
from retrieval.loading.web.page import FetchedPage

MAX_CHARACTERS = 500_000  # of a document: a book; indexing takes a second
FETCHED_AT_ONCE = 32  # documents, one per chat; slow ones cost no processor time
PARSED_AT_ONCE = 4  # documents; others wait their turn
CACHED_CHARACTERS = 2_000_000  # of articles read back from the store


@dataclass(frozen=True, slots=True)
class UploadLimits:
    """Limits of what a chat may send.

    Attributes:
        megabytes: Maximum size of a document.
        per_chat: Maximum number of articles; the oldest beyond them are deleted.
        hours: Lifetime of an article.
    """

    megabytes: float
    per_chat: int
    hours: float


@dataclass(frozen=True, slots=True)
class AddedUpload:
    """A document or link that was added to the uploads of a chat.

    Attributes:
        number: The number of the article in the store.
        article: The article.
        n_others: The number of other uploads that the chat has.
        replaced: Uploads that were deleted since the chat had too many.
    """

    number: int
    article: Article
    n_others: int
    replaced: tuple[Article, ...]


class Uploads:
    """Parses the documents that users send, and stores them for their chat.

    Attributes:
        limits: Limits of what a chat may send.
        fetching: Semaphore to hold while a document is fetched and parsed.

    Args:
        store: Stores the articles.
        limits: As above.
        read: Parses a document, given its bytes and name; see `read_article`.
        fetch: Fetches the page behind a link.
    """

    def __init__(
        self,
        store: Store,
        limits: UploadLimits,
        read: Callable[..., Article],
        fetch: Callable[[str], FetchedPage],
    ) -> None:
        self.limits = limits
        self.fetching = asyncio.Semaphore(FETCHED_AT_ONCE)
        self._parsing = asyncio.Semaphore(PARSED_AT_ONCE)
        self._store = store
        self._read = read
        self._fetch = fetch
        self._cache: OrderedDict[tuple[int, int], Article] = OrderedDict()

    async def add_document(
        self, location: ChatLocation, data: bytes, name: str
    ) -> AddedUpload:
        """Parse and store a document, and choose its chat's uploads for its location.

        Raises:
            ArticleError: The document cannot be parsed.
            StoreError: The article cannot be stored.
        """
        async with self._parsing:
            article = await in_background(self._read, data, name)
        return await self._save(location, article)

    async def add_link(self, location: ChatLocation, link: str) -> AddedUpload:
        """Fetch, parse and store a page, and choose its chat's uploads.

        Raises:
            ArticleError: The page cannot be fetched or parsed.
            StoreError: The article cannot be stored.
        """
        page = await in_background(self._fetch, link)
        async with self._parsing:
            read = partial(self._read, name=link)
            article = await in_background(read_page, page, read)
        return await self._save(location, article)

    async def entries(self, chat_id: int) -> list[CatalogueEntry]:
        """Return the entries of what a chat has sent, newest first.

        Raises:
            StoreError: The store cannot be used.
        """
        entries: list[CatalogueEntry] = []
        for number in await self._store.uploads.numbers(chat_id, self.limits.hours):
            key = (chat_id, number)
            article = self._cache.get(key) or await self._store.uploads.read(*key)
            if article:
                self._cache_article(key, article)
                entries.append(CatalogueEntry(upload_slug(number), article))
        return entries

    async def of_messages(
        self, chat_id: int, message_ids: Collection[int]
    ) -> str | None:
        """Return the slug of the upload that one of some messages brought, or None.

        Raises:
            StoreError: The store cannot be used.
        """
        if not message_ids:
            return None
        number = await self._store.uploads.of_messages(chat_id, message_ids)
        return upload_slug(number) if number is not None else None

    async def note_messages(
        self, upload: AddedUpload, message_ids: Iterable[int]
    ) -> None:
        """Note the messages that brought and confirmed an upload.

        Raises:
            StoreError: The store cannot be used.
        """
        await self._store.uploads.note_messages(upload.number, message_ids)

    def forget(self, chat_id: int) -> None:
        """Remove the articles of a chat from memory."""
        for key in [key for key in self._cache if key[0] == chat_id]:
            del self._cache[key]

    async def _save(self, location: ChatLocation, article: Article) -> AddedUpload:
        chat_id = location.chat_id
        others = [e for e in await self.entries(chat_id) if e.article != article]
        number = await self._store.uploads.save(chat_id, article, self.limits.per_chat)
        self._cache_article((chat_id, number), article)
        await self._store.choices.choose(location, UPLOADS)
        left = await self._store.uploads.numbers(chat_id, self.limits.hours)
        slugs = set(map(upload_slug, left))
        replaced = tuple(e.article for e in others if e.slug not in slugs)
        return AddedUpload(number, article, len(others) - len(replaced), replaced)

    def _cache_article(self, key: tuple[int, int], article: Article) -> None:
        self._cache[key] = article
        self._cache.move_to_end(key)
        evict_oldest(self._cache, CACHED_CHARACTERS, lambda article: len(article.text))
