"""`article-bot index`: bring a cluster's index up to date with the articles."""

import argparse
import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from rich.console import Console

from bot.articles.discovery import expand_sources
from bot.articles.slugs import slugs_of
from bot.commands.arguments import (
    BAD_INPUT,
    SUCCESS,
    Subparsers,
    add_article_option,
)
from bot.commands.components import (
    make_encoder,
    make_loader,
    needs_opensearch,
    show_progress,
    stdout_console,
)
from bot.settings import Settings, SettingsError
from retrieval import Article, ArticleError
from retrieval.encoder import Embedder
from retrieval.errors import PageGoneError
from retrieval.progress import Progress

if TYPE_CHECKING:  # it comes with an extra
    from retrieval.index.opensearch.client import Cluster

logger = logging.getLogger(__name__)

Loader = Callable[[str], Article]


def add_parser(subparsers: Subparsers) -> None:
    """Declare the command and its arguments."""
    parser = subparsers.add_parser("index", help="bring a cluster's index up to date")
    add_article_option(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Update the index; the exit code says whether all sources could be read.

    Raises:
        SettingsError: The articles or the cluster are not named.
        ArticleError: A name leads nowhere.
        EncoderError: The encoder cannot be used.
        IndexUrlError: The URL of the cluster is malformed.
        IndexUnavailableError: The cluster cannot be reached.
    """
    if not arguments.article and "article" not in settings.model_fields_set:
        raise SettingsError(
            "neither --article nor BOT_ARTICLE is set; name the articles to "
            "index with one of them"
        )
    if settings.index_url is None:
        raise SettingsError(
            "BOT_INDEX_URL is not set; it names the cluster that holds the index"
        )
    with needs_opensearch():
        from retrieval.index.opensearch.client import INDEXING_SECONDS, Cluster

    cluster = Cluster(settings.index_url.get_secret_value(), seconds=INDEXING_SECONDS)
    names = arguments.article or settings.article
    encoder = make_encoder(settings)
    with show_progress() as progress:
        is_complete = _update(
            cluster,
            names,
            make_loader(settings),
            encoder,
            progress.track,
            stdout_console(),
        )
    return SUCCESS if is_complete else BAD_INPUT


def _update(
    cluster: "Cluster",
    names: Sequence[str],
    load: Loader,
    encoder: Embedder | None,
    progress: Progress,
    console: Console,
) -> bool:
    """Write what changed and print the counts; return whether all could be read.

    A source that cannot be read stays in the index as it was. While there is such a
    source, no article is removed; without one, articles whose sources are gone are.

    Raises:
        ArticleError: A name leads nowhere.
        IndexUnavailableError: The cluster cannot be reached; the next run continues
            from there.
    """
    from retrieval.index.opensearch.sync import sync

    sources = _Sources(load)
    expanded = list(expand_sources(names, sources.count_failure))
    named = list(zip(slugs_of(expanded), expanded, strict=True))
    articles = sources.read(progress(named, description="Indexing"))
    written, removed, unchanged = sync(
        cluster, articles, lambda: not sources.n_failed, encoder
    )
    console.print(
        f"{cluster.name}: {written:,} articles written, {removed:,} removed, "
        f"{unchanged:,} as they were"
    )
    return not sources.n_failed


class _Sources:
    """Reads sources, and counts those that cannot be read."""

    def __init__(self, load: Loader) -> None:
        self._load = load
        self._texts: set[int] = set()
        self.n_failed = 0

    def count_failure(self) -> None:
        """Count a source that cannot be read."""
        self.n_failed += 1

    def read(
        self, named: Iterable[tuple[str, str]]
    ) -> Iterator[tuple[str, Article | None]]:
        """Yield slugs with their articles; None for one that cannot be read.

        Of several articles with one text, the first is yielded.
        """
        for slug, source in named:
            try:
                article = self._load(source)
            except PageGoneError as error:
                logger.warning("%s. It is withdrawn", error)
            except ArticleError as error:
                self.count_failure()
                logger.warning("%s. It stays as it was", error)
                yield slug, None
            else:
                text = hash(article.text)
                if text not in self._texts:
                    self._texts.add(text)
                    yield slug, article
