"""An OpenSearch cluster: how it is reached, and what its indexes are called."""

import logging
import time
from collections.abc import Callable
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from importlib.resources import files
from typing import Any, NamedTuple, TypeVar
from urllib.parse import unquote, urlsplit

from opensearchpy import OpenSearch, OpenSearchException, TransportError

from retrieval.errors import IndexUnavailableError, IndexUrlError
from retrieval.text.analysis import LIBRARIES

# What decides what is kept of an article, besides the libraries of the analyser.
_FILES = (
    "text/analysis.py query/intents.py text/language.py text/languages.toml "
    "query/query.py documents/tables.py documents/traits.py text/normalization.py "
    "text/words.py "
    "index/codec.py index/indexed_passage.py index/opensearch/sync.py"
).split()

REQUEST_SECONDS = 5  # that a request may take, until another node is asked
INDEXING_SECONDS = 60  # the same while the index is written
PROBE_SECONDS = 2  # the same where it is only asked whether the cluster is there
PATIENCE_SECONDS = 6  # for which a request is tried again
PAUSE_SECONDS = 0.2  # between two tries: a node that left is noticed meanwhile
_FINAL = (400, 401, 403, 404)  # statuses that are the same the next time
Result = TypeVar("Result")
Json = dict[str, Any]

# They log addresses, and what is asked.
for _name in ("opensearch", "opensearchpy.trace"):
    logging.getLogger(_name).setLevel(logging.CRITICAL)


class _PartialError(Exception):
    """Not all shards took part in an answer, as in the moments after a node left."""


class ClusterUrl(NamedTuple):
    """Where a cluster is, and the name of the index in it."""

    hosts: tuple[str, ...]
    name: str
    user: str | None
    password: str | None


def read_url(url: str) -> ClusterUrl:
    """Read `https://user:password@host:9200,other:9200/name`.

    Raises:
        IndexUrlError: It is none.
    """
    problem = IndexUrlError(
        "BOT_INDEX_URL is no address of an index; "
        "write https://user:password@host:9200/name"
    )
    first, *others = url.split(",")
    scheme = first.partition("://")[0]
    *middle, last = [first, *(f"{scheme}://{other}" for other in others)]
    try:
        parts = [urlsplit(each) for each in (*middle, last)]
        ports = [part.port or 9200 for part in parts]
    except ValueError:
        raise problem from None
    name = parts[-1].path.strip("/")
    hosts = tuple(
        f"{scheme}://{f'[{host}]' if ':' in host else host}:{port}"
        for part, port in zip(parts, ports, strict=True)
        if (host := part.hostname)
    )
    is_name = name.replace("-", "").replace("_", "").isalnum() and name == name.lower()
    is_split = any(part.username for part in parts[1:])  # a comma in the password
    is_complete = len(hosts) == len(parts) and not is_split
    if scheme not in ("http", "https") or not is_complete or not is_name:
        raise problem
    user, password = parts[0].username, parts[0].password
    return ClusterUrl(
        hosts, name, user and unquote(user), password and unquote(password)
    )


@cache
def analyser_version() -> str:
    """Name what an index depends on: that of another version is of no use."""
    digest = sha256()
    for name in _FILES:
        digest.update(files("retrieval").joinpath(name).read_bytes())
    for name in LIBRARIES:
        digest.update(f"{name} {version(name)}\n".encode())
    return digest.hexdigest()[:8]


class Cluster:
    """Asks a cluster, and another of its nodes where one does not answer.

    Attributes:
        name: Of the index.
        passages: The name of the index of passages.
        documents: The name of the index of articles.
    """

    def __init__(self, url: str, *, seconds: float = REQUEST_SECONDS) -> None:
        """Take an address; nothing is sent yet.

        Raises:
            IndexUrlError: It is none.
        """
        hosts, self.name, user, password = read_url(url)
        self.passages = f"{self.name}-passages-{analyser_version()}"
        self.documents = f"{self.name}-articles-{analyser_version()}"

        def client(timeout: float) -> OpenSearch:
            return OpenSearch(
                list(hosts),
                http_auth=(user, password) if user else None,
                timeout=timeout,
                max_retries=len(hosts) - 1,
                retry_on_timeout=True,
            )

        self._client = client(seconds)
        self._probe = client(PROBE_SECONDS)

    def ping(self) -> None:
        """Ask for an answer of all shards, once and for a short time.

        Raises:
            IndexUnavailableError: There is none.
        """
        try:
            whole(self._probe.search(body={"size": 0}, index=self.passages))
        except (OpenSearchException, _PartialError) as error:
            raise IndexUnavailableError(_told(error)) from None

    def ask(self, request: Callable[[OpenSearch], Result]) -> Result:
        """Have a request carried out that can be repeated; try again for a while.

        Raises:
            IndexUnavailableError: No node does it.
        """
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                return request(self._client)
            except (OpenSearchException, _PartialError) as error:
                if time.monotonic() > deadline or _status(error) in _FINAL:
                    raise IndexUnavailableError(_told(error)) from None
            time.sleep(PAUSE_SECONDS)


def whole(answer: Json) -> Json:
    """Return an answer to a search; anything but one of all shards is none.

    Raises:
        TransportError: It is an error.
    """
    if "error" in answer:
        raise TransportError(answer.get("status", 500), answer["error"]["type"], answer)
    shards = answer["_shards"]
    if answer.get("timed_out") or shards["successful"] < shards["total"]:
        raise _PartialError
    return answer


def must_be_complete(client: OpenSearch, index: str) -> None:
    """Check that an index has been published: that an alias leads to it.

    Raises:
        TransportError: With the status 404: it is not there, or not complete.
    """
    if not client.indices.exists_alias(name=alias_of(index), index=index):
        raise TransportError(404, "alias_not_found", {})


def alias_of(index: str) -> str:
    """Return the name of an index without its version."""
    return index.rpartition("-")[0]


def all_found(answer: Json) -> Json:
    """Return an answer for documents; one of a shard that is away is none.

    Raises:
        TransportError: There is no such index.
    """
    for document in answer["docs"]:
        if "error" in document:
            kind = document["error"]["type"]
            if kind == "index_not_found_exception":
                raise TransportError(404, kind, document)
            raise _PartialError
    return answer


def _status(error: Exception) -> object:
    """Return the status of an HTTP answer, or what else tells errors apart."""
    return getattr(error, "status_code", None)


def _told(error: Exception) -> str:
    """Say what a cluster does not do, without what it said: that may hold secrets."""
    match _status(error):
        case 401 | 403:
            return "the index refuses the user or the password of BOT_INDEX_URL"
        case 404:
            return "there is no index of this version; run: article-bot index"
        case int(status):
            return f"the index cannot be asked now (HTTP status {status})"
    return "the index cannot be reached now"
