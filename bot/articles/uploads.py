"""Documents and links that readers send: each chat's own articles."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from bot.articles.entries import Entry
from bot.articles.lru import evict_oldest
from bot.articles.slugs import upload_slug
from bot.background import in_background
from bot.store.chat_location import ChatLocation
from bot.store.store import Store
from retrieval import Article
from retrieval.loading.load import read_page
from retrieval.loading.web.page import Page

MAX_CHARACTERS = 500_000  # of a document: a book; indexing takes a second
FETCHED_AT_ONCE = 32  # documents on their way, of one chat each; slow ones only wait
READ_AT_ONCE = 4  # documents that are being read; others wait their turn
CACHED_CHARACTERS = 2_000_000  # of articles read back from the store, asked last


@dataclass(frozen=True, slots=True)
class UploadLimits:
    """What a chat may send, and how long it lasts."""

    megabytes: float
    per_chat: int
    hours: float


class Uploads:
    """Reads what readers send, and remembers it for their chat.

    Attributes:
        limits: What is kept.
        fetching: To be held from before a document is fetched until it is read.
    """

    def __init__(
        self,
        store: Store,
        limits: UploadLimits,
        read: Callable[..., Article],
        fetch: Callable[[str], Page],
    ) -> None:
        """Take how to read.

        Args:
            store: Where it is kept.
            limits: What is kept.
            read: Reads a document, given with its name; see `read_article`.
            fetch: Fetches what stands behind a link.
        """
        self.limits = limits
        self.fetching = asyncio.Semaphore(FETCHED_AT_ONCE)
        self._reading = asyncio.Semaphore(READ_AT_ONCE)
        self._store = store
        self._read = read
        self._fetch = fetch
        self._cache: OrderedDict[tuple[int, int], Article] = OrderedDict()

    async def add_document(self, place: ChatLocation, data: bytes, name: str) -> Entry:
        """Read a document and choose it for its place.

        Raises:
            ArticleError: It cannot be read.
            StoreError: It cannot be kept.
        """
        async with self._reading:
            article = await in_background(self._read, data, name)
        return await self._keep(place, article)

    async def add_link(self, place: ChatLocation, link: str) -> Entry:
        """Read what stands behind a link and choose it for its place.

        Raises:
            ArticleError: It cannot be read.
            StoreError: It cannot be kept.
        """
        page = await in_background(self._fetch, link)
        async with self._reading:
            read = partial(self._read, name=link)
            article = await in_background(read_page, page, read)
        return await self._keep(place, article)

    async def entries(self, chat_id: int) -> list[Entry]:
        """Return what a chat has sent, the newest first.

        Raises:
            StoreError: The store cannot be used.
        """
        entries: list[Entry] = []
        for number in await self._store.uploads.numbers(chat_id, self.limits.hours):
            key = (chat_id, number)
            article = self._cache.get(key) or await self._store.uploads.read(*key)
            if article:
                self._remember(key, article)
                entries.append(Entry(upload_slug(number), article))
        return entries

    def forget(self, chat_id: int) -> None:
        """Drop from memory what a chat has sent."""
        for key in [key for key in self._cache if key[0] == chat_id]:
            del self._cache[key]

    async def _keep(self, place: ChatLocation, article: Article) -> Entry:
        number = await self._store.uploads.keep(
            place.chat_id, article, self.limits.per_chat
        )
        self._remember((place.chat_id, number), article)
        entry = Entry(upload_slug(number), article)
        await self._store.choices.choose(place, entry.slug)
        return entry

    def _remember(self, key: tuple[int, int], article: Article) -> None:
        self._cache[key] = article
        self._cache.move_to_end(key)
        evict_oldest(self._cache, CACHED_CHARACTERS, lambda kept: len(kept.text))


def for_readers(problem: str) -> str:
    """Leave out what only the operator can do.

    >>> for_readers("it leads to a private address; set BOT_ALLOW_PRIVATE_URLS")
    'it leads to a private address'
    """
    clauses = [
        clause
        for clause in problem.split("; ")
        if "BOT_" not in clause and "article-bot" not in clause
    ]
    return "; ".join(clauses) or "files of this kind are not read here"
