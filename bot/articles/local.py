"""A catalogue whose articles this process holds; what changes makes a new one."""

from collections.abc import Iterable, Sequence
from functools import cached_property, partial
from itertools import islice

from bot.articles.catalogue import MAX_MATCHING, Build, Catalogue
from bot.articles.entries import Entry
from bot.articles.progress import Track, untracked
from bot.articles.slugs import slugs_of
from bot.wording.texts import ENGLISH
from retrieval import Article
from retrieval.index.memory import MemoryIndex


class LocalCatalogue(Catalogue):
    """Some articles in memory; values, no I/O."""

    def __init__(
        self, entries: Sequence[Entry], index: MemoryIndex, build: Build
    ) -> None:
        """Take what `index_articles` makes.

        Args:
            entries: At least one.
            index: Of their articles, by their slugs.
            build: Makes what answers from an index.
        """
        super().__init__(build(index), build)
        self._entries = tuple(entries)
        self._index = index
        self._by_slug = {entry.slug: entry for entry in entries}
        self._by_origin = {
            (entry.article.source, entry.article.title): entry for entry in entries
        }

    @property
    def entries(self) -> Sequence[Entry]:
        """All of them, in order."""
        return self._entries

    def with_articles(self, articles: Sequence[Article]) -> "LocalCatalogue":
        """Return one of other articles; those that stay are not analysed again."""
        entries = _named(articles)
        before = self._index.local
        put = {e.slug: e.article for e in entries if before.get(e.slug) != e.article}
        gone = before.keys() - {entry.slug for entry in entries}
        index = self._index.with_changes(put, gone)
        return LocalCatalogue(entries, index, self._build)

    def find(self, slug: str) -> Entry | None:
        """Return the entry of a slug, if there is one."""
        return self._by_slug.get(slug)

    def entry_of(self, article: Article) -> Entry | None:
        """Return the entry of an article, known by source and title."""
        return self._by_origin.get((article.source, article.title))

    def matching(self, words: Iterable[str]) -> list[tuple[int, Entry]]:
        """Find entries whose names hold all of some words, in lower case."""
        wanted = set(words)
        found = (
            (place, self._entries[place])
            for place, name in enumerate(self._names)
            if all(word in name for word in wanted)
        )
        return list(islice(found, MAX_MATCHING))

    @cached_property
    def _names(self) -> list[str]:
        return [ENGLISH.name(entry.article).casefold() for entry in self._entries]

    def _holds(self, entry: Entry) -> bool:
        held = self._by_slug.get(entry.slug)
        return held is not None and (
            held.article is entry.article or held.article == entry.article
        )


def index_articles(
    articles: Sequence[Article], build: Build, track: Track = untracked
) -> LocalCatalogue:
    """Make a catalogue.

    Args:
        articles: At least one.
        build: Makes what answers from an index.
        track: Shows how far that is.
    """
    entries = _named(articles)
    by_slug = {entry.slug: entry.article for entry in entries}
    index = MemoryIndex(by_slug, partial(track, description="Indexing"))
    return LocalCatalogue(entries, index, build)


def _named(articles: Sequence[Article]) -> list[Entry]:
    """Give each article its slug."""
    sources = [article.source or article.title or "" for article in articles]
    return list(map(Entry, slugs_of(sources), articles))
