"""The parts that commands are composed of, made as the settings say.

What loads Telegram, the database or the client of a cluster is imported inside
functions, so that a question at a terminal waits for none of them.
"""

import contextlib
import locale
import logging
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict

from platformdirs import user_cache_path
from rich.console import Console
from rich.progress import Progress

from bot.articles.answers_file import (
    AnswersFile,
    AnswersFileError,
    load_answers_file,
    resolve,
)
from bot.articles.catalogue import AnswererFactory
from bot.articles.local_watcher import LocalWatcher
from bot.chat.presentation import Presentation
from bot.settings import READER_OFF, READER_ON, TELEGRAM, Settings, SettingsError
from bot.voice.transcriber import ModelError, Transcriber
from bot.web.page_links import PageLinks
from bot.wording.texts import wording
from retrieval import Answerer, Article, load_article
from retrieval.encoder import Embedder, Reranker, default_encoder, load_encoder
from retrieval.encoder.cache import EmbeddingCache
from retrieval.index.protocol import PassageIndex
from retrieval.loading.web.cache import Cache
from retrieval.steering import SteeredAnswerer

if TYPE_CHECKING:
    from bot.articles.cluster import ClusterWatcher
    from bot.articles.watcher import Watcher
    from bot.store.store import Store

logger = logging.getLogger(__name__)

MAX_EMBEDDED_AT_START = 20_000  # sentences, at some 3 ms each
STILL_EMBEDDING = (
    "Not all articles are embedded yet: %d are missing, and until they are embedded, "
    "answers are found by words"
)


def load_articles(
    settings: Settings,
    names: Sequence[str] | None,
    encoder: Embedder | None,
    *,
    warm_up: bool = False,
) -> "Watcher":
    """Load the articles, and return what keeps them up to date.

    Args:
        settings: Name the articles, or the cluster that holds them.
        names: Articles named on the command line; they are loaded from their sources,
            whatever a cluster holds.
        encoder: Encoder to answer with.
        warm_up: Whether the articles are embedded now, if that takes a minute at most.

    Raises:
        ArticleError: An article that was named cannot be read.
        IndexUrlError: The URL of the cluster is malformed.
        IndexUnavailableError: The cluster cannot be reached.
        SettingsError: The file of answers given by hand cannot be used.
    """
    factory = _answerer_factory(settings, encoder)
    watcher: Watcher
    if names or settings.index_url is None:
        watcher = LocalWatcher(
            names or settings.article, make_loader(settings), factory
        )
    else:
        url = settings.index_url.get_secret_value()
        watcher = _cluster_watcher(url, factory, encoder)
    with show_progress() as progress:
        watcher.load(progress.track)
        if warm_up and is_quick_to_embed(watcher):
            watcher.warm_up(progress.track)
    return watcher


def is_quick_to_embed(watcher: "Watcher") -> bool:
    """Return whether embedding the articles takes a minute at most."""
    missing = watcher.catalogue.answerer.count_missing_sentences()
    return missing <= MAX_EMBEDDED_AT_START


def _cluster_watcher(
    url: str, factory: AnswererFactory, encoder: Embedder | None
) -> "ClusterWatcher":
    with needs_opensearch():
        from bot.articles.cluster import ClusterCatalogue, ClusterWatcher
        from retrieval.index.opensearch.client import Cluster
        from retrieval.index.opensearch.search import OpenSearchIndex

    index = OpenSearchIndex(Cluster(url), encoder.fingerprint if encoder else None)
    return ClusterWatcher(ClusterCatalogue(index, factory))


@contextlib.contextmanager
def needs_opensearch() -> Iterator[None]:
    """Import the client of a cluster, or say how to install it.

    Raises:
        SettingsError: The client is not installed.
    """
    try:
        yield
    except ImportError as error:
        raise SettingsError(
            "BOT_INDEX_URL needs a library; run: pip install 'article-bot[opensearch]'"
        ) from error


def make_loader(settings: Settings) -> Callable[[str], Article]:
    """Return what reads an article from a file or a link."""
    return partial(
        load_article,
        language=settings.language,
        allow_private=settings.allow_private_urls,
        cache=Cache(_cache_folder()),
        seconds=settings.reading_seconds,
    )


def make_encoder(settings: Settings) -> Embedder | None:
    """Return the encoder; None where answers come from words alone.

    Raises:
        EncoderError: The encoder cannot be used.
    """
    if settings.reader == READER_OFF:
        return None
    if settings.reader == READER_ON:
        return default_encoder()
    return load_encoder(settings.reader)


def describe_encoder(encoder: Embedder | None) -> str:
    """Return one line for operators that names the encoder and what it does."""
    if encoder is None:
        return "none, answers come from words alone"
    reranks = isinstance(encoder, Reranker)
    does = "embeddings and a reranker" if reranks else "embeddings, without a reranker"
    understood = ", ".join(sorted(encoder.languages))
    if not understood:
        words = "answers come from words alone"
        return f"{encoder.name}, no weights are fitted to it, {words}"
    return f"{encoder.name}, {does}, languages {understood}"


def _answerer_factory(settings: Settings, encoder: Embedder | None) -> AnswererFactory:
    options: _AnswererOptions = {
        "min_confidence": settings.min_confidence,
        "max_citations": settings.max_citations,
        "reader": EmbeddingCache(encoder, _cache_folder() / "embeddings")
        if encoder
        else None,
    }
    answers = load_answers(settings)
    if answers is None:
        return partial(Answerer, **options)
    logged: set[str] = set()

    def build(index: PassageIndex) -> Answerer:
        steering, problems = resolve(answers, index)
        for problem in dict.fromkeys(problems):
            if problem not in logged:
                logger.warning("%s: %s", settings.answers, problem)
        logged.update(problems)
        return SteeredAnswerer(index, steering, **options)

    return build


class _AnswererOptions(TypedDict):
    min_confidence: float
    max_citations: int
    reader: EmbeddingCache | None


def load_answers(settings: Settings) -> AnswersFile | None:
    """Return the answers given by hand, or None.

    Raises:
        SettingsError: Their file cannot be used.
    """
    if settings.answers is None:
        return None
    try:
        return load_answers_file(settings.answers)
    except AnswersFileError as error:
        raise SettingsError(str(error)) from error


def make_transcriber(settings: Settings) -> Transcriber | None:
    """Return what turns voice messages into text; None if they are not heard.

    Raises:
        SettingsError: The model cannot be used.
    """
    if settings.voice is None:
        return None
    try:
        transcriber = Transcriber(settings.voice, settings.voice_seconds)
        transcriber.start()
    except ModelError as error:
        raise SettingsError(f"BOT_VOICE is wrong: {error}") from error
    return transcriber


def _cache_folder() -> Path:
    return user_cache_path("article-bot", appauthor=False)


def open_store(settings: Settings) -> "Store":
    """Return the store; its database is opened when it is first used.

    Raises:
        StoreURLError: The database URL is wrong.
    """
    from bot.store.store import Store
    from bot.store.urls import default_url

    if settings.database_url:
        return Store(settings.database_url.get_secret_value())
    server = "" if settings.base_url == TELEGRAM else settings.base_url
    return Store(default_url(settings.bot_token, server))


def make_presentation(settings: Settings, watcher: "Watcher") -> Presentation:
    """Return the terminal's language, with links to the pages if they are served."""
    spoken = wording(locale.getlocale()[0])
    if settings.public_url is None:
        return Presentation(spoken, own_words=settings.own_words)
    links = PageLinks(settings.public_url, settings.bot_token)
    return Presentation(
        spoken,
        page_url=lambda citation: links.for_citation(citation, watcher.catalogue),
        own_words=settings.own_words,
    )


def stdout_console() -> Console:
    """Return standard output, where nothing of a text is taken for markup."""
    return Console(highlight=False, markup=False, emoji=False)


def show_progress() -> Progress:
    """Return a progress bar on standard error; it shows at a terminal alone."""
    stderr = Console(stderr=True)
    quiet = not stderr.is_terminal or stderr.is_dumb_terminal
    return Progress(console=stderr, transient=True, disable=quiet)
