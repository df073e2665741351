"""A fetched page as a value, apart from the HTTP client, which is slow to import."""

from collections.abc import Mapping
from dataclasses import dataclass, field

# A larger file is more likely a mistake (a log, a disk image) than an article.
MAX_BYTES = 20 * 1024**2


@dataclass(frozen=True, slots=True)
class FetchedPage:
    """The response of a server.

    Attributes:
        data: The body, unpacked.
        content_type: Without parameters; "" if the server sent none.
        charset: Encoding that the server declares; "" if it declares none.
        url: URL after redirects.
        validators: Request headers that ask whether the page has changed.
        fetched_at: Unix time, in seconds.
    """

    data: bytes
    content_type: str
    charset: str
    url: str
    validators: Mapping[str, str] = field(default_factory=dict)
    fetched_at: float = 0.0
