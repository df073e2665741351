"""A catalogue whose articles are looked up in an OpenSearch cluster."""

import asyncio
import time
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from bot.articles.catalogue import MAX_MATCHING, AnswererFactory, Catalogue
from bot.articles.entries import CatalogueEntry, LazySequence
from bot.articles.slugs import distinct_slug, is_upload, slug_of
from retrieval import Answer, Article
from retrieval.progress import Progress, no_progress

if TYPE_CHECKING:  # an optional dependency
    from retrieval.index.opensearch.search import OpenSearchIndex


SAMPLED_SECONDS = 600  # lifetime of sample questions


class ClusterCatalogue(Catalogue):
    """The articles of a cluster, which may change at any time.

    All methods except `count` raise `IndexUnavailableError` if the cluster cannot be
    reached.

    Attributes:
        index: The index that holds the articles.

    Args:
        index: As above; nothing is looked up yet.
        build: Makes an answerer from an index.
    """

    is_remote = True

    def __init__(self, index: "OpenSearchIndex", build: AnswererFactory) -> None:
        super().__init__(build(index), build)
        self.index = index
        self._sampled_at = time.monotonic()

    @property
    def entries(self) -> Sequence[CatalogueEntry]:
        """All entries, in order of slug; looked up when they are accessed."""
        return _Entries(self.index)

    @property
    def count(self) -> int:
        """The last known number of entries, without a look-up."""
        return self.index.last_count

    def ping(self) -> None:
        """Check that the cluster can be reached."""
        self.index.ping()

    def find(self, slug: str) -> CatalogueEntry | None:
        """Return the entry of a slug, if there is one."""
        return next(iter(_entries_of(self.index, [slug])), None)

    def entry_of(self, article: Article) -> CatalogueEntry | None:
        """Return the entry of an article, if there is one, by its source and title."""
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

    def matching(self, words: Iterable[str]) -> list[tuple[int, CatalogueEntry]]:
        """Find entries whose names contain all words, which are in lower case."""
        found = self.index.find_by_title(list(words), MAX_MATCHING)
        positions = {key: position for position, key in found}
        entries = _entries_of(self.index, list(positions))
        return [(positions[entry.slug], entry) for entry in entries]

    def answer(
        self,
        question: str,
        history: Sequence[Answer],
        entries: Sequence[CatalogueEntry],
    ) -> Answer:
        """Answer from some articles, or from all; from all if one has been deleted."""
        try:
            return super().answer(question, history, entries)
        except KeyError:
            return super().answer(question, history, ())

    def samples(self, entries: Sequence[CatalogueEntry]) -> tuple[str, ...]:
        """Return the sample questions about some articles; none means all."""
        if time.monotonic() - self._sampled_at > SAMPLED_SECONDS:
            with self._lock:
                self._scopes.clear()
                self._samples.clear()
            self._sampled_at = time.monotonic()
        return super().samples(entries)

    def _holds(self, entry: CatalogueEntry) -> bool:
        return not is_upload(entry.slug)


class ClusterWatcher:
    """A watcher with nothing to do: `article-bot index` updates the cluster.

    Attributes:
        catalogue: The catalogue of the cluster.
        on_load_failure: Never called, since nothing is read here.
    """

    def __init__(self, catalogue: ClusterCatalogue) -> None:
        self.catalogue = catalogue
        self.on_load_failure: Callable[[str], None] = lambda _: None

    def load(self, _: Progress = no_progress) -> None:
        """Do nothing: articles are looked up when they are accessed."""

    def warm_up(self, _: Progress = no_progress) -> None:
        """Do nothing: no article is in memory to be embedded."""

    def refresh(self) -> bool:
        """Do nothing: the cluster is always up to date; return False."""
        return False

    async def watch(self, _: float) -> None:
        """Do nothing until cancelled."""
        await asyncio.Event().wait()


class _Entries(LazySequence[CatalogueEntry]):
    """All entries of a cluster."""

    def __init__(self, index: "OpenSearchIndex") -> None:
        self._index = index

    def __len__(self) -> int:
        return self._index.n_articles

    def load_slice(self, start: int, stop: int) -> list[CatalogueEntry]:
        return _entries_of(self._index, self._index.keys(start, stop - start))


def _entries_of(index: "OpenSearchIndex", keys: Sequence[str]) -> list[CatalogueEntry]:
    """Return the entries of some keys, in order; missing ones are left out."""
    articles = index.articles(keys)
    return [CatalogueEntry(key, articles[key]) for key in keys if key in articles]
