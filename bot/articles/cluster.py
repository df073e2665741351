"""A catalogue whose articles a cluster holds; what is needed is looked up there."""

import asyncio
import time
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from bot.articles.catalogue import MAX_MATCHING, Build, Catalogue
from bot.articles.entries import Entry, Listing
from bot.articles.progress import Track, untracked
from bot.articles.slugs import distinct_slug, is_upload, slug_of
from retrieval import Answer, Article

if TYPE_CHECKING:  # it comes with an extra
    from retrieval.index.opensearch.search import OpenSearchIndex


SAMPLED_SECONDS = 600  # that sample questions are kept, whatever has changed


class ClusterCatalogue(Catalogue):
    """Articles of a cluster, which changes without notice.

    All but `count` raise `IndexUnavailableError` where the cluster cannot be asked.
    """

    is_remote = True

    def __init__(self, index: "OpenSearchIndex", build: Build) -> None:
        """Take an index; nothing is asked yet.

        Args:
            index: What holds the articles.
            build: Makes what answers from an index.
        """
        super().__init__(build(index), build)
        self.index = index
        self._sampled_at = time.monotonic()

    @property
    def entries(self) -> Sequence[Entry]:
        """All of them, by their slugs; looked up when they are needed."""
        return _Entries(self.index)

    @property
    def count(self) -> int:
        """How many there are, as far as that is known; asking takes no time."""
        return self.index.last_count

    def ping(self) -> None:
        """Ask whether the cluster answers."""
        self.index.ping()

    def find(self, slug: str) -> Entry | None:
        """Return the entry of a slug, if there is one."""
        return next(iter(_entries_of(self.index, [slug])), None)

    def entry_of(self, article: Article) -> Entry | None:
        """Return the entry of an article, known by source and title."""
        source = article.source or article.title or ""
        name = slug_of(source)
        found = _entries_of(self.index, [name, distinct_slug(name, source)])
        return next(
            (
                entry
                for entry in found
                if (entry.article.source, entry.article.title)
                == (article.source, article.title)
            ),
            None,
        )

    def matching(self, words: Iterable[str]) -> list[tuple[int, Entry]]:
        """Find entries whose names hold all of some words, in lower case."""
        found = self.index.titled(list(words), MAX_MATCHING)
        places = {key: place for place, key in found}
        entries = _entries_of(self.index, list(places))
        return [(places[entry.slug], entry) for entry in entries]

    def answer(
        self, question: str, history: Sequence[Answer], entry: Entry | None
    ) -> Answer:
        """Answer from one article, or from all; from all where that has just gone."""
        try:
            return super().answer(question, history, entry)
        except KeyError:
            return super().answer(question, history, None)

    def samples(self, entry: Entry | None) -> tuple[str, ...]:
        """Return sample questions about one article, or about all."""
        if time.monotonic() - self._sampled_at > SAMPLED_SECONDS:
            with self._lock:
                self._one.clear()
                self._samples.clear()
            self._sampled_at = time.monotonic()
        return super().samples(entry)

    def _holds(self, entry: Entry) -> bool:
        return not is_upload(entry.slug)


class ClusterWatcher:
    """Keeps the one catalogue of a cluster, where others bring it up to date.

    Attributes:
        catalogue: What is asked.
        on_failure: Never called: nothing is read here.
    """

    def __init__(self, catalogue: ClusterCatalogue) -> None:
        """Take the catalogue."""
        self.catalogue = catalogue
        self.on_failure: Callable[[], None] = lambda: None

    def open(self, _: Track = untracked) -> None:
        """Do nothing: articles are looked up when they are needed."""

    def prepare(self, _: Track = untracked) -> None:
        """Do nothing, for the same reason."""

    def refresh(self) -> bool:
        """Do nothing: others change what the cluster holds."""
        return False

    async def watch(self, _: float) -> None:
        """Do nothing until cancelled."""
        await asyncio.Event().wait()


class _Entries(Listing[Entry]):
    """All entries of a cluster."""

    def __init__(self, index: "OpenSearchIndex") -> None:
        self._index = index

    def __len__(self) -> int:
        return self._index.n_articles

    def part(self, first: int, past: int) -> list[Entry]:
        return _entries_of(self._index, self._index.keys(first, past - first))


def _entries_of(index: "OpenSearchIndex", keys: Sequence[str]) -> list[Entry]:
    """Return the entries of those keys that are there, in their order."""
    articles = index.articles(keys)
    return [Entry(key, articles[key]) for key in keys if key in articles]
