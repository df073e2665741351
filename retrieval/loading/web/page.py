"""What a server sent, as a value."""

from collections.abc import Mapping
from dataclasses import dataclass, field

# A file beyond it is a mistake (a log, a disk image) more likely than an article.
MAX_BYTES = 20 * 1024**2


@dataclass(frozen=True, slots=True)
class Page:
    """What a server sent.

    Attributes:
        content_type: Without parameters; "" if the server named none.
        charset: "" if the server named none.
        url: Where it stands, after redirects.
        validators: Headers for asking whether it has changed.
        fetched_at: Seconds since 1970.
    """

    data: bytes
    content_type: str
    charset: str
    url: str
    validators: Mapping[str, str] = field(default_factory=dict)
    fetched_at: float = 0.0
