"""Findings of `article-bot check`: what is configured, and whether it works."""

import asyncio
import errno
import logging
import socket
from collections.abc import Collection, Iterator
from contextlib import closing
from typing import NamedTuple

import httpx
from babel import Locale
from rich.console import Console

from bot.articles.answers_file import resolve
from bot.articles.catalogue import Catalogue
from bot.commands.components import describe_encoder, load_answers, make_transcriber
from bot.console.rendering import printable
from bot.settings import Settings, SettingsError
from bot.store.errors import StoreError
from bot.store.store import Store
from bot.telegram.token_check import TokenStatus, check_token
from bot.voice.transcriber import ModelError
from bot.web.page_links import PATH
from bot.wording.advice import operator_message
from bot.wording.texts import ENGLISH
from retrieval.encoder import Embedder
from retrieval.errors import IndexUnavailableError
from retrieval.loading.content import UnreadableError
from retrieval.loading.isolation.landlock import FILES, NETWORK, PROCESSES
from retrieval.loading.load import isolated_from
from retrieval.sources import printable_line

MAX_LISTED = 20  # articles
PROBE_SECONDS = 5  # that a server may take


class Finding(NamedTuple):
    """One line about a part of the configuration.

    Attributes:
        line: Text of the line.
        is_problem: Whether the part would not work.
    """

    line: str
    is_problem: bool = False


def print_findings(
    settings: Settings,
    catalogue: Catalogue,
    store: Store | None,
    encoder: Embedder | None,
    console: Console,
) -> bool:
    """Print what is configured; return whether all of it works."""
    logging.disable(logging.CRITICAL)  # the lines below say it all
    findings = [
        *_articles(catalogue),
        Finding(f"Encoder: {describe_encoder(encoder)}"),
        *_answers(settings, catalogue),
        *_own_words(settings),
        *(_uploads() if settings.allow_uploads else ()),
        *_voice(settings),
        _store(store),
        *_telegram(settings),
        *_admins(settings),
        *_ports(settings),
        *_public(settings),
    ]
    lines = "\n".join(finding.line for finding in findings)
    console.print(printable(lines), soft_wrap=True)
    return not any(finding.is_problem for finding in findings)


def _articles(catalogue: Catalogue) -> Iterator[Finding]:
    """List articles; where a cluster holds them, say whether it can be reached."""
    try:
        entries = catalogue.entries
        listed = entries[:MAX_LISTED]
    except IndexUnavailableError as error:
        yield Finding(f"Index: {operator_message(error)}", is_problem=True)
        return
    if catalogue.is_remote:
        yield Finding(f"Index: works, {len(entries):,} articles")
    for entry in listed:
        article = entry.article
        yield Finding(
            f"Article {entry.slug}: {ENGLISH.title_line(article)}, "
            f"language {article.language}, passages {len(article.passages)}, "
            f"from {article.source}"
        )
    if len(entries) > MAX_LISTED:
        yield Finding(f"… and {len(entries) - MAX_LISTED:,} more articles")


def _answers(settings: Settings, catalogue: Catalogue) -> Iterator[Finding]:
    """Say how many entries of the answers given by hand fit the articles."""
    answers = load_answers(settings)
    if answers is None:
        return
    try:
        steering, problems = resolve(answers, catalogue.answerer.index)
    except IndexUnavailableError:
        return  # the line of the index says so
    total = len(answers.answers) + len(answers.synonyms)
    yield Finding(
        f"Answers: {settings.answers}, {total - len(problems)} of {total} entries fit, "
        f"{len(steering.pinned)} answers and {len(steering.synonyms)} synonym groups"
    )
    yield from (Finding(f"Answers: {line}", is_problem=True) for line in problems)


def _uploads() -> Iterator[Finding]:
    """Say what a malicious document cannot reach on this system."""
    try:
        how = _isolation(isolated_from())
    except UnreadableError as error:
        yield Finding(f"Users' documents: cannot be read, {error}", is_problem=True)
        return
    yield Finding(f"Users' documents: read in isolation, {how}")


def _voice(settings: Settings) -> Iterator[Finding]:
    """Say whether voice messages can be heard, in which languages, and how safely."""
    try:
        transcriber = make_transcriber(settings)
        if transcriber is None:
            return
        how = _isolation(transcriber.start())
        only = transcriber.language()
    except (SettingsError, ModelError) as error:
        yield Finding(f"Voice: {error}", is_problem=True)
        return
    language = Locale("en").languages.get(only, "many languages")
    yield Finding(
        f"Voice: {settings.voice}, up to {settings.voice_seconds:g} seconds in "
        f"{language}, heard in isolation, {how}"
    )


def _isolation(unreachable: Collection[str]) -> str:
    """Say what isolated processes cannot reach; see `landlock`."""
    reach = {
        FILES: "your files",
        NETWORK: "the network",
        PROCESSES: "other processes",
    }
    reachable = [words for name, words in reach.items() if name not in unreachable]
    if reachable:
        return f"but this system cannot keep them from {_listed(reachable)}"
    return f"without {_listed(list(reach.values()))}"


def _listed(words: list[str]) -> str:
    """Return words as an enumeration.

    >>> _listed(["your files", "the network", "other processes"])
    'your files, the network and other processes'
    """
    *others, last = words
    return f"{', '.join(others)} and {last}" if others else last


def _store(store: Store | None) -> Finding:
    if store is None:
        return Finding("Store: none; the console keeps its turns in memory")
    problem = asyncio.run(_probe_store(store))
    line = f"Store: {problem or 'works'}, {store.database.display_url}"
    return Finding(line, bool(problem))


async def _probe_store(store: Store) -> str:
    try:
        await store.database.probe()
    except StoreError as error:
        return f"cannot be used ({error})"
    finally:
        await store.close()
    return ""


def _telegram(settings: Settings) -> Iterator[Finding]:
    if not settings.bot_token:
        yield Finding("Token: not set; the console works, Telegram needs BOT_TOKEN")
        return
    status = asyncio.run(check_token(settings.bot_token, settings.base_url))
    if status.problem:
        yield Finding(f"Token: {status.problem}", is_problem=True)
        return
    yield Finding(f"Token: works, the bot is @{status.username}")
    yield _webhook(settings.webhook_url, status)


def _webhook(wanted: str | None, status: TokenStatus) -> Finding:
    """Compare the webhook that is set at Telegram with the one wanted."""
    actual = status.webhook
    waiting = f"{status.waiting:,} updates wait" if status.waiting else "none waits"
    if wanted is None and actual:
        line = f"Webhook: {actual}, until the bot is started to poll; {waiting}"
    elif wanted is None:
        line = f"Webhook: none, the bot polls; {waiting}"
    elif actual != wanted:
        line = f"Webhook: {wanted}, which the bot sets at its start; {waiting}"
    elif status.webhook_error:
        trouble = printable_line(status.webhook_error)
        line = f"Webhook: {wanted}; Telegram's last error: {trouble}; {waiting}"
        return Finding(line, is_problem=True)
    else:
        line = f"Webhook: {wanted}, set; {waiting}"
    return Finding(line)


def _own_words(settings: Settings) -> Iterator[Finding]:
    """Show the operator's own texts as the bot says them."""
    for name, text in (("Greeting", settings.greeting), ("Refusal", settings.refusal)):
        if text:
            yield Finding(f"{name}: {printable_line(text)}")


def _admins(settings: Settings) -> Iterator[Finding]:
    """Say how many people are served as operators, and whether that can work."""
    if settings.admins:
        commands = "/stats and /unanswered"
        yield Finding(f"Admins: {len(settings.admins)} people are served {commands}")


def _ports(settings: Settings) -> Iterator[Finding]:
    """Say whether each address to listen on is free, or in use by the bot itself."""
    if settings.health_port:
        listen, port = settings.health_listen, settings.health_port
        yield _port("Health port", listen, port, settings)
    if settings.webhook_url or settings.public_url:
        listen, port = settings.webhook_listen, settings.webhook_port
        yield _port("Web port", listen, port, settings)


def _port(name: str, listen: str, port: int, settings: Settings) -> Finding:
    where = f"{listen}:{port}"
    try:
        found = socket.getaddrinfo(listen, port, type=socket.SOCK_STREAM)
        family, *_, address = found[0]
        with closing(socket.socket(family, socket.SOCK_STREAM)) as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            trial.bind(address)
    except OSError as error:
        if _is_running(settings):
            return Finding(f"{name}: {where}, where the bot is running")
        if error.errno == errno.EADDRINUSE and not settings.health_port:
            # Only a health port would show whether it is the bot.
            return Finding(f"{name}: {where} is in use, by the bot itself or another")
        line = f"{name}: {where} cannot be listened on ({error.strerror})"
        return Finding(line, is_problem=True)
    except UnicodeError:  # from names that no host can have
        line = f"{name}: {where} cannot be listened on (no such address)"
        return Finding(line, is_problem=True)
    return Finding(f"{name}: {where}, free")


def _is_running(settings: Settings) -> bool:
    """Return whether a bot answers on the health port."""
    listen = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(
        settings.health_listen, settings.health_listen
    )
    host = f"[{listen}]" if ":" in listen else listen
    url = f"http://{host}:{settings.health_port}/healthz"
    try:
        report = httpx.get(url, timeout=PROBE_SECONDS, trust_env=False).json()
    except (
        httpx.HTTPError,
        httpx.InvalidURL,
        ValueError,
    ):  # the last, if it is not JSON
        return False
    return isinstance(report, dict) and report.get("process") == "ok"


def _public(settings: Settings) -> Iterator[Finding]:
    """Say whether the pages can be read under the public URL."""
    if settings.public_url is None:
        return
    where = f"{settings.public_url.rstrip('/')}{PATH}"
    try:
        reply = httpx.get(f"{where}page.css", timeout=PROBE_SECONDS)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        yield Finding(
            f"Pages: {where} does not answer now ({type(error).__name__}); it does "
            "while the bot runs and the proxy passes it on"
        )
        return
    if reply.is_success and "text/css" in reply.headers.get("Content-Type", ""):
        yield Finding(f"Pages: served under {where}")
    else:
        yield Finding(
            f"Pages: {where} is answered by something else (HTTP {reply.status_code}); "
            "have the proxy pass it on to the web port",
            is_problem=True,
        )
