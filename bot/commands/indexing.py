"""Brings a cluster's index to the state of the sources: `article-bot index`."""

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence

from rich.console import Console

from bot.articles.discovery import expand
from bot.articles.progress import Track
from bot.articles.slugs import slugs_of
from retrieval import Article, ArticleError
from retrieval.errors import PageGoneError
from retrieval.index.opensearch.client import Cluster
from retrieval.index.opensearch.sync import bring_up_to_date

logger = logging.getLogger(__name__)

Load = Callable[[str], Article]


def run_index(
    cluster: Cluster, names: Sequence[str], load: Load, track: Track, console: Console
) -> bool:
    """Write what changed, and say so; return whether all sources could be read.

    A source that cannot be read stays in the index as it was, and as long as there is
    such a one, nothing leaves; else what is gone does.

    Args:
        cluster: Where it is written.
        names: Files, folders, globs and links.
        load: Reads a file or a link.
        track: Shows how far that is.
        console: Where it is said.

    Raises:
        ArticleError: A name leads nowhere.
        IndexUnavailableError: The cluster cannot be asked; the next run goes on from
            there.
    """
    reading = _Reading(load)
    sources = list(expand(names, reading.fail))
    named = list(zip(slugs_of(sources), sources, strict=True))
    articles = reading.read(track(named, description="Indexing"))
    changes = bring_up_to_date(cluster, articles, lambda: not reading.n_failed)
    put, removed, kept = changes
    console.print(
        f"{cluster.name}: {put:,} articles written, {removed:,} removed, "
        f"{kept:,} as they were"
    )
    return not reading.n_failed


class _Reading:
    """Reads sources, and counts those that cannot be."""

    def __init__(self, load: Load) -> None:
        self._load = load
        self._texts: set[int] = set()
        self.n_failed = 0

    def fail(self) -> None:
        """Count what cannot be read."""
        self.n_failed += 1

    def read(
        self, named: Iterable[tuple[str, str]]
    ) -> Iterator[tuple[str, Article | None]]:
        """Yield articles by their slugs; of several with one text, the first."""
        for slug, source in named:
            try:
                article = self._load(source)
            except PageGoneError as error:
                logger.warning("%s. It is withdrawn", error)
            except ArticleError as error:
                self.fail()
                logger.warning("%s. It stays as it was", error)
                yield slug, None
            else:
                text = hash(article.text)
                if text not in self._texts:
                    self._texts.add(text)
                    yield slug, article
