"""Errors of the proxies that the environment sets."""

import contextlib
from collections.abc import Iterator
from urllib.request import getproxies


class ProxyError(Exception):
    """A proxy cannot be used; the message is one line that says what to do."""


@contextlib.contextmanager
def translate_proxy_errors() -> Iterator[None]:
    """Return a context that turns errors about a proxy into `ProxyError`."""
    try:
        yield
    except (RuntimeError, ValueError, ImportError) as error:
        if not getproxies():
            raise
        raise ProxyError(
            "the proxy of ALL_PROXY, HTTPS_PROXY or HTTP_PROXY cannot be used; correct "
            "or unset it (a SOCKS proxy needs: pip install 'httpx[socks]')"
        ) from error
