"""Connection to an OpenSearch cluster, and the names of its indexes."""

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

from retrieval.errors import ErrorCode, IndexUnavailableError, IndexUrlError
from retrieval.text.analysis import LIBRARIES

# Files that decide what an index holds of an article, besides the libraries of the
# analyzer.
_FILES = (
    "text/analysis.py query/intents.py text/language.py text/languages.toml "
    "query/query.py documents/tables.py documents/traits.py text/normalization.py "
    "text/words.py documents/json.py "
    "index/codec.py index/indexed_passage.py index/opensearch/outline.py "
    "index/opensearch/vectors.py index/opensearch/sync.py"
).split()

REQUEST_SECONDS = 5  # that a request may take, until another node is asked
INDEXING_SECONDS = 60  # that a request may take while the index is written
PROBE_SECONDS = 2  # that a ping may take
RETRY_FOR_SECONDS = 6  # for which a request is repeated
CONNECTIONS = 32  # that are kept open to each node; more are opened for a request
RETRY_DELAY_SECONDS = 0.2  # between two tries; the cluster notices a lost node
_FINAL = (400, 401, 403, 404)  # statuses that no retry changes
Result = TypeVar("Result")
Json = dict[str, Any]

# They log addresses and questions.
for _name in ("opensearch", "opensearchpy.trace"):
    logging.getLogger(_name).setLevel(logging.CRITICAL)


class _PartialError(Exception):
    """Some shards took no part in an answer, as just after a node left."""


class ClusterUrl(NamedTuple):
    """The parsed URL of an index.

    Attributes:
        hosts: The URL of each node, without a path.
        name: The name of the index.
        user: The user, or None.
        password: The password, or None.
    """

    hosts: tuple[str, ...]
    name: str
    user: str | None
    password: str | None


def parse_cluster_url(url: str) -> ClusterUrl:
    """Parse `https://user:password@host:9200,other:9200/name`.

    Raises:
        IndexUrlError: The URL is malformed.
    """
    problem = IndexUrlError(
        "this is not the URL of an index; write https://user:password@host:9200/name",
        ErrorCode.INDEX_URL_MALFORMED,
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
def index_version() -> str:
    """Return a hash of all that the content of an index depends on.

    It is part of the index's name, so an index of another version is never read.
    """
    digest = sha256()
    for name in _FILES:
        digest.update(files("retrieval").joinpath(name).read_bytes())
    for name in LIBRARIES:
        digest.update(f"{name} {version(name)}\n".encode())
    return digest.hexdigest()[:8]


class Cluster:
    """A client of a cluster, which turns to another node where one does not answer.

    Nothing is sent before it is used.

    Args:
        url: The URL of the index; see `parse_cluster_url`.
        seconds: The time limit of one request.

    Attributes:
        name: The name of the index.
        passages: The versioned name of the index of passages.
        documents: The versioned name of the index of articles.

    Raises:
        IndexUrlError: The URL is malformed.
    """

    def __init__(self, url: str, *, seconds: float = REQUEST_SECONDS) -> None:
        hosts, self.name, user, password = parse_cluster_url(url)
        self.passages = f"{self.name}-passages-{index_version()}"
        self.documents = f"{self.name}-articles-{index_version()}"

        def client(timeout: float) -> OpenSearch:
            return OpenSearch(
                list(hosts),
                http_auth=(user, password) if user else None,
                timeout=timeout,
                max_retries=len(hosts) - 1,
                retry_on_timeout=True,
                pool_maxsize=CONNECTIONS,
            )

        self._client = client(seconds)
        self._probe = client(PROBE_SECONDS)

    def sentences(self, fingerprint: str) -> str:
        """Return the versioned name of the index of an encoder's embeddings."""
        content = f"{index_version()} {fingerprint}"
        return f"{self.name}-sentences-{sha256(content.encode()).hexdigest()[:8]}"

    def ping(self) -> None:
        """Check whether all shards answer, once and within `PROBE_SECONDS`.

        Raises:
            IndexUnavailableError: They do not.
        """
        try:
            require_all_shards(
                self._probe.search(body={"size": 0}, index=self.passages)
            )
        except (OpenSearchException, _PartialError) as error:
            raise _unavailable(error) from None

    def retry(self, request: Callable[[OpenSearch], Result]) -> Result:
        """Return the result of a request, repeated for `RETRY_FOR_SECONDS` if it fails.

        Args:
            request: A function of the client that may be called several times.

        Raises:
            IndexUnavailableError: The request failed each time, or cannot succeed.
        """
        deadline = time.monotonic() + RETRY_FOR_SECONDS
        while True:
            try:
                return request(self._client)
            except (OpenSearchException, _PartialError) as error:
                if time.monotonic() > deadline or _status(error) in _FINAL:
                    raise _unavailable(error) from None
            time.sleep(RETRY_DELAY_SECONDS)


def require_all_shards(answer: Json) -> Json:
    """Return the answer to a search if all shards took part in it.

    Raises:
        TransportError: The answer is an error.
        _PartialError: Some shards took no part.
    """
    if "error" in answer:
        raise TransportError(answer.get("status", 500), answer["error"]["type"], answer)
    shards = answer["_shards"]
    if answer.get("timed_out") or shards["successful"] < shards["total"]:
        raise _PartialError
    return answer


def require_published(client: OpenSearch, index: str) -> None:
    """Check that an index has been published, so that an alias points to it.

    Raises:
        TransportError: There is no such index, or it is not complete (status 404).
    """
    if not client.indices.exists_alias(name=alias_of(index), index=index):
        raise TransportError(404, "alias_not_found", {})


def alias_of(index: str) -> str:
    """Return the name of an index without its version."""
    return index.rpartition("-")[0]


def require_found(answer: Json) -> Json:
    """Return the answer to a request for documents if their shards took part in it.

    Raises:
        TransportError: There is no such index (status 404).
        _PartialError: Some shards took no part.
    """
    for document in answer["docs"]:
        if "error" in document:
            kind = document["error"]["type"]
            if kind == "index_not_found_exception":
                raise TransportError(404, kind, document)
            raise _PartialError
    return answer


def _status(error: Exception) -> object:
    """Return the HTTP status of an error; without an answer, a text or None."""
    return getattr(error, "status_code", None)


def _unavailable(error: Exception) -> IndexUnavailableError:
    """Return an error without the cluster's own words, which may hold secrets."""
    code = None
    match _status(error):
        case 401 | 403:
            problem = "the index refuses the user or the password"
            code = ErrorCode.INDEX_ACCESS_DENIED
        case 404:
            problem = "there is no index of this version; run: article-bot index"
        case int(status):
            problem = f"the index cannot be searched now (HTTP status {status})"
        case _:
            problem = "the index cannot be reached now"
    return IndexUnavailableError(problem, code)
