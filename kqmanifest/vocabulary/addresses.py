"""IP addresses and CIDRs: what the server can read, and what it can read but no longer accepts.

Until 1.35 it reads them as Go once did: leading zeros are ignored (``010.0.0.1``), and an IPv6 address may contain
an IPv4 one (``::ffff:10.0.0.1``). From 1.36 on it refuses both, since other programs read them differently.
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
    """Read an IP address; None where the server cannot read it."""
    if not _SHAPE.fullmatch(text):
        return None
    try:
        ip = ipaddress.ip_address(_ZEROS.sub("", text))
    except ValueError:
        return None
    return (ip.ipv4_mapped or ip) if ip.version == 6 else ip  # noqa: PLR2004  the version of IP


def is_plain(text: str) -> bool:
    """Return whether every program reads an address alike: no leading zeros, no IPv4 address inside an IPv6 one."""
    try:
        ip = ipaddress.ip_address(text)
    except ValueError:
        return False
    return getattr(ip, "ipv4_mapped", None) is None


def is_network(text: str) -> bool:
    """Return whether the server reads a string as a CIDR: an address, a slash, the length of the prefix."""
    host, _, written = text.partition("/")
    ip, bits = address(host), _BITS.fullmatch(written)
    return ip is not None and bits is not None and int(bits[1]) <= (128 if ":" in host else 32)


def is_plain_network(text: str) -> bool:
    """Return whether every program reads a CIDR alike: a plain address, no bits set beyond the prefix."""
    host, _, bits = text.partition("/")
    if not is_network(text) or not is_plain(host) or bits != (bits.lstrip("0") or "0"):
        return False
    return ipaddress.ip_interface(text).network.network_address == ipaddress.ip_address(host)


def family(ip: Address) -> Literal["IPv4", "IPv6"]:
    """Return the family of an address, as Services spell it."""
    return "IPv4" if isinstance(ip, ipaddress.IPv4Address) else "IPv6"


def reserved(ip: Address) -> str | None:
    """Return which kind of address this is where no other machine can be reached by it; None where one can."""
    if ip.is_unspecified:
        return "unspecified"
    if ip.is_loopback:
        return "loopback"
    if ip.is_link_local:
        return "link-local"
    first, second = ip.packed[:2]
    if ip in _LOCAL_MULTICAST if isinstance(ip, ipaddress.IPv4Address) else (first, second & 0xF) == (0xFF, 0x2):
        return "link-local multicast"
    return None


_LOCAL_MULTICAST: Final = ipaddress.IPv4Network("224.0.0.0/24")
