"""IP addresses and networks: what the server reads as one, and what it reads but no longer takes.

Until 1.35 it reads them as Go once did: leading zeros count for nothing (``010.0.0.1``), and an IPv4 address may stand
in an IPv6 one (``::ffff:10.0.0.1``). From 1.36 on it refuses both, since other programs read them otherwise.
"""

from __future__ import annotations

import ipaddress
import re
from typing import Final, Literal, TypeAlias

Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address

_SHAPE: Final = re.compile(r"[0-9A-Fa-f:.]{2,300}", re.ASCII)
_ZEROS: Final = re.compile(r"(?<![0-9A-Fa-f])0+(?=[0-9A-Fa-f])", re.ASCII)
_BITS: Final = re.compile(r"0*([0-9]{1,3})", re.ASCII)


def address(text: str) -> Address | None:
    """Read an IP address; None where the server reads none."""
    if not _SHAPE.fullmatch(text):
        return None
    try:
        found = ipaddress.ip_address(_ZEROS.sub("", text))
    except ValueError:
        return None
    return (found.ipv4_mapped or found) if found.version == 6 else found  # noqa: PLR2004  the version of IP


def is_plain(text: str) -> bool:
    """Say whether every program reads an address alike: no leading zeros, no IPv4 address in an IPv6 one."""
    try:
        found = ipaddress.ip_address(text)
    except ValueError:
        return False
    return getattr(found, "ipv4_mapped", None) is None


def is_network(text: str) -> bool:
    """Say whether the server reads a text as a network: an address, a slash, the number of its leading bits."""
    host, _, written = text.partition("/")
    found, bits = address(host), _BITS.fullmatch(written)
    return found is not None and bits is not None and int(bits[1]) <= (128 if ":" in host else 32)


def is_plain_network(text: str) -> bool:
    """Say whether every program reads a network alike: a plain address, no bits set beyond the leading ones."""
    host, _, bits = text.partition("/")
    if not is_network(text) or not is_plain(host) or bits != (bits.lstrip("0") or "0"):
        return False
    return ipaddress.ip_interface(text).network.network_address == ipaddress.ip_address(host)


def family(found: Address) -> Literal["IPv4", "IPv6"]:
    """Give the family of an address as Services name it."""
    return "IPv4" if isinstance(found, ipaddress.IPv4Address) else "IPv6"


def reserved(found: Address) -> str | None:
    """Return which kind of address this is where no other machine can be reached by it; None where one can."""
    if found.is_unspecified:
        return "unspecified"
    if found.is_loopback:
        return "loopback"
    if found.is_link_local:
        return "link-local"
    first, second = found.packed[:2]
    if found in _LOCAL_MULTICAST if isinstance(found, ipaddress.IPv4Address) else (first, second & 0xF) == (0xFF, 0x2):
        return "link-local multicast"
    return None


_LOCAL_MULTICAST: Final = ipaddress.IPv4Network("224.0.0.0/24")
