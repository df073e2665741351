"""`article-bot check`: what is configured, and whether it works."""

import asyncio
import errno
import logging
import socket
from collections.abc import Iterator
from contextlib import closing

import httpx
from rich.console import Console

from bot.articles.catalogue import Catalogue
from bot.commands.stores import open_store
from bot.console.rendering import printable
from bot.settings import Settings
from bot.store.errors import StoreError
from bot.store.store import Store
from bot.telegram.token_check import TokenStatus, check_token
from bot.web.links import PATH
from bot.wording.texts import ENGLISH
from retrieval.encoder import Reader
from retrieval.errors import IndexUnavailableError
from retrieval.loading.content import UnreadableError
from retrieval.loading.isolation.landlock import FILES, NETWORK, PROCESSES
from retrieval.loading.load import kept_from
from retrieval.sources import printable_line

MAX_LISTED = 20  # articles
PROBE_SECONDS = 5  # that a server may take

Finding = tuple[str, bool]  # a line, and whether something would not work


def check_all(
    settings: Settings,
    catalogue: Catalogue,
    token: str,
    reader: Reader | None,
    console: Console,
) -> bool:
    """Print what is configured; return whether all of it works.

    Raises:
        SettingsError: The database URL is wrong.
    """
    store = open_store(settings, token) if token or settings.database_url else None
    return check(settings, catalogue, token, store, reader, console)


def check(
    settings: Settings,
    catalogue: Catalogue,
    token: str,
    store: Store | None,
    reader: Reader | None,
    console: Console,
) -> bool:
    """Print what is configured; return whether all of it works."""
    logging.disable(logging.CRITICAL)  # the lines below say it all
    findings = [
        *_articles(catalogue),
        (f"Reader: {reader_line(reader)}", False),
        *(_uploads() if settings.allow_uploads else ()),
        _store(store),
        *_telegram(settings, token),
        *_ports(settings),
        *_public(settings),
    ]
    lines = [line for line, _ in findings]
    console.print(printable("\n".join(lines)), soft_wrap=True)
    return not any(is_problem for _, is_problem in findings)


def reader_line(reader: Reader | None) -> str:
    """Say which reader answers."""
    if reader is None:
        return "none, answers come from words alone"
    does = "meaning and a judge" if reader.judges else "meaning, without a judge"
    understood = ", ".join(sorted(reader.languages))
    if not understood:
        words = "answers come from words alone"
        return f"{reader.name}, no weights are fitted to it, {words}"
    return f"{reader.name}, {does}, languages {understood}"


def _articles(catalogue: Catalogue) -> Iterator[Finding]:
    """List articles; where a cluster holds them, say whether it can be asked."""
    try:
        entries = catalogue.entries
        listed = entries[:MAX_LISTED]
    except IndexUnavailableError as error:
        yield f"Index: {error}", True
        return
    if catalogue.is_remote:
        yield f"Index: works, {len(entries):,} articles", False
    for entry in listed:
        article = entry.article
        yield (
            f"Article {entry.slug}: {ENGLISH.title_line(article)}, "
            f"language {article.language}, passages {len(article.passages)}, "
            f"from {article.source}",
            False,
        )
    if len(entries) > MAX_LISTED:
        yield f"… and {len(entries) - MAX_LISTED:,} more articles", False


def _uploads() -> Iterator[Finding]:
    """Say what a document that means harm is kept from."""
    reach = {
        FILES: "your files",
        NETWORK: "the network",
        PROCESSES: "other processes",
    }
    try:
        kept = kept_from()
    except UnreadableError as error:
        yield f"Readers' documents: cannot be read, {error}", True
        return
    open_ = [words for name, words in reach.items() if name not in kept]
    how = f"without {_listed(list(reach.values()))}"
    if open_:
        how = f"but this system cannot keep them from {_listed(open_)}"
    yield f"Readers' documents: read apart, {how}", False


def _listed(words: list[str]) -> str:
    """List some words.

    >>> _listed(["your files", "the network", "other processes"])
    'your files, the network and other processes'
    """
    *others, last = words
    return f"{', '.join(others)} and {last}" if others else last


def _store(store: Store | None) -> Finding:
    if store is None:
        return "Store: none; the console keeps its turns in memory", False
    problem = asyncio.run(_probe_store(store))
    return f"Store: {problem or 'works'}, {store.where}", bool(problem)


async def _probe_store(store: Store) -> str:
    try:
        await store.probe()
    except StoreError as error:
        return f"cannot be used ({error})"
    finally:
        await store.close()
    return ""


def _telegram(settings: Settings, token: str) -> Iterator[Finding]:
    if not token:
        yield "Token: not set; the console works, Telegram needs BOT_TOKEN", False
        return
    probed = asyncio.run(check_token(token, settings.base_url))
    said = probed.problem or f"works, the bot is @{probed.username}"
    yield f"Token: {said}", bool(probed.problem)
    if not probed.problem:
        yield _webhook(settings, probed)


def _webhook(settings: Settings, probed: TokenStatus) -> Finding:
    """Say what Telegram has of a webhook, and its last trouble with it."""
    wanted, held = settings.webhook_url, probed.webhook
    waiting = f"{probed.waiting:,} updates wait" if probed.waiting else "none waits"
    if wanted is None:
        if held:
            return (
                f"Webhook: {held}, until the bot is started to poll; {waiting}",
                False,
            )
        return f"Webhook: none, the bot polls; {waiting}", False
    if held != wanted:
        return f"Webhook: {wanted}, which the bot sets at its start; {waiting}", False
    if probed.webhook_error:
        trouble = printable_line(probed.webhook_error)
        return f"Webhook: {wanted}; Telegram's last error: {trouble}; {waiting}", True
    return f"Webhook: {wanted}, set; {waiting}", False


def _ports(settings: Settings) -> Iterator[Finding]:
    """Say whether the addresses that are to be listened on are free, or the bot's."""
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
            return f"{name}: {where}, where the bot is running", False
        if error.errno == errno.EADDRINUSE and not settings.health_port:
            # With a health port one could tell.
            return f"{name}: {where} is in use, by the bot itself or another", False
        return f"{name}: {where} cannot be listened on ({error.strerror})", True
    except UnicodeError:  # from names that no host can have
        return f"{name}: {where} cannot be listened on (no such address)", True
    return f"{name}: {where}, free", False


def _is_running(settings: Settings) -> bool:
    """Tell whether a bot answers on the health port."""
    listen = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(
        settings.health_listen, settings.health_listen
    )
    host = f"[{listen}]" if ":" in listen else listen
    url = f"http://{host}:{settings.health_port}/healthz"
    try:
        told = httpx.get(url, timeout=PROBE_SECONDS, trust_env=False).json()
    except (httpx.HTTPError, httpx.InvalidURL, ValueError):  # or no JSON
        return False
    return isinstance(told, dict) and told.get("process") == "ok"


def _public(settings: Settings) -> Iterator[Finding]:
    """Say whether the pages can be read under the public URL."""
    if settings.public_url is None:
        return
    where = f"{settings.public_url.rstrip('/')}{PATH}"
    try:
        reply = httpx.get(f"{where}page.css", timeout=PROBE_SECONDS)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        yield (
            f"Pages: {where} does not answer now ({type(error).__name__}); it does "
            "while the bot runs and the proxy passes it on",
            False,
        )
        return
    if reply.is_success and "text/css" in reply.headers.get("Content-Type", ""):
        yield f"Pages: served under {where}", False
    else:
        yield (
            f"Pages: {where} is answered by something else (HTTP {reply.status_code}); "
            "have the proxy pass it on to the web port",
            True,
        )
