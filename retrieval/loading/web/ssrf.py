"""Protection against server-side request forgery: links to private addresses."""

import ipaddress
import socket
from urllib.request import getproxies

from retrieval.errors import ErrorCode
from retrieval.loading.content import UnreadableError

_UNICAST = ipaddress.ip_network("2000::/3")  # all public addresses of IPv6
_EXAMPLES = ipaddress.ip_network("3fff::/20")  # RFC 9637; Python may be too old for it
_RELAYS = ipaddress.ip_network("192.88.99.0/24")  # RFC 7526: no longer in use
# Of cloud platforms: Azure's, and Oracle's (RFC 7050; Python may be too old).
_PLATFORMS = (
    ipaddress.ip_network("168.63.129.16/32"),
    ipaddress.ip_network("192.0.0.0/24"),
)
# Addresses that hold an IPv4 address for a translator (NAT64, RFC 6052). The layout of
# those for local use (RFC 8215) is up to each network; they count as private. 6to4,
# Teredo and mapped addresses are known to `ipaddress` itself.
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


def public_address(host: str, port: int, *, allow_private: bool) -> str:
    """Resolve a host, in any notation, and return a public address to connect to.

    Connect to this address rather than to the host's name: the name may resolve to
    another address the next time (DNS rebinding).

    Args:
        host: A name, or an address in any notation.
        port: Port to connect to.
        allow_private: Whether private addresses are accepted, too.

    Raises:
        UnreadableError: The name is unknown, or one of its addresses is private,
            loopback, link-local (such as cloud metadata), multicast or reserved.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        behind = "; links are fetched without the proxy" if getproxies() else ""
        raise UnreadableError(
            f"its host is not known{behind}; check the link"
        ) from error
    addresses = [str(entry[4][0]).partition("%")[0] for entry in found]
    if not allow_private and not all(map(is_public, addresses)):
        raise UnreadableError(
            "it leads to a private address", ErrorCode.PRIVATE_ADDRESS
        )
    return addresses[0]


def is_public(address: str) -> bool:
    """Return whether an address is on the public internet.

    >>> is_public("93.184.216.34"), is_public("::ffff:10.0.0.1"), is_public("fe80::1")
    (True, False, False)
    """
    ip = ipaddress.ip_address(address)
    if isinstance(ip, ipaddress.IPv4Address):
        is_special = any(ip in network for network in (_RELAYS, *_PLATFORMS))
        return ip.is_global and not ip.is_multicast and not is_special
    if ip.ipv4_mapped or ip in _NAT64:
        return is_public(str(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)))
    embedded = [ip.sixtofour, *(ip.teredo or ())]
    return (
        ip in _UNICAST
        and ip.is_global
        and ip not in _EXAMPLES
        and all(is_public(str(inner)) for inner in embedded if inner)
    )
