"""A catalogue in memory; changed articles make a new catalogue."""

from collections.abc import Iterable, Sequence
from functools import cached_property
from itertools import islice

from bot.articles.catalogue import MAX_MATCHING, AnswererFactory, Catalogue
from bot.articles.entries import CatalogueEntry
from bot.articles.slugs import slugs_of
from bot.wording.texts import ENGLISH
from retrieval import Article
from retrieval.index.memory import MemoryIndex
from retrieval.progress import Progress, no_progress


class LocalCatalogue(Catalogue):
    """An immutable catalogue in memory, made by `index_articles`.

    Args:
        entries: At least one.
        index: The index of their articles, by slug.
        build: Makes an answerer from an index.
    """

    def __init__(
        self,
        entries: Sequence[CatalogueEntry],
        index: MemoryIndex,
        build: AnswererFactory,
    ) -> None:
        super().__init__(build(index), build)
        self._entries = tuple(entries)
        self._index = index
        self._by_slug = {entry.slug: entry for entry in entries}
        self._by_origin = {
            (entry.article.source, entry.article.title): entry for entry in entries
        }

    @property
    def entries(self) -> Sequence[CatalogueEntry]:
        """All entries, in order."""
        return self._entries

    def with_articles(self, articles: Sequence[Article]) -> "LocalCatalogue":
        """Return a catalogue of new articles; unchanged ones are not indexed again."""
        entries = _named(articles)
        before = self._index.loaded_articles
        changed = {
            e.slug: e.article for e in entries if before.get(e.slug) != e.article
        }
        removed = before.keys() - {entry.slug for entry in entries}
        index = self._index.with_changes(changed, removed)
        changed_catalogue = LocalCatalogue(entries, index, self._build)
        changed_catalogue.answerer.supersede(self.answerer)
        return changed_catalogue

    def find(self, slug: str) -> CatalogueEntry | None:
        """Return the entry of a slug, if there is one."""
        return self._by_slug.get(slug)

    def entry_of(self, article: Article) -> CatalogueEntry | None:
        """Return the entry of an article, if there is one, by its source and title."""
        return self._by_origin.get((article.source, article.title))

    def matching(self, words: Iterable[str]) -> list[tuple[int, CatalogueEntry]]:
        """Find entries whose names contain all words, which are in lower case."""
        wanted = set(words)
        found = (
            (position, self._entries[position])
            for position, name in enumerate(self._names)
            if all(word in name for word in wanted)
        )
        return list(islice(found, MAX_MATCHING))

    @cached_property
    def _names(self) -> list[str]:
        return [ENGLISH.name(entry.article).casefold() for entry in self._entries]

    def _holds(self, entry: CatalogueEntry) -> bool:
        held = self._by_slug.get(entry.slug)
        return held is not None and (
            held.article is entry.article or held.article == entry.article
        )


def index_articles(
    articles: Sequence[Article],
    build: AnswererFactory,
    progress: Progress = no_progress,
) -> LocalCatalogue:
    """Index articles and return their catalogue.

    Args:
        articles: At least one.
        build: Makes an answerer from an index.
        progress: Shows how many are done.
    """
    entries = _named(articles)
    by_slug = {entry.slug: entry.article for entry in entries}
    index = MemoryIndex(by_slug, progress)
    return LocalCatalogue(entries, index, build)


def _named(articles: Sequence[Article]) -> list[CatalogueEntry]:
    """Give each article its slug."""
    sources = [article.source or article.title or "" for article in articles]
    return list(map(CatalogueEntry, slugs_of(sources), articles))
