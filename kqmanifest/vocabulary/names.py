"""Names: what Kubernetes takes for a label, a subdomain, a key, an environment variable or a port's name."""

from __future__ import annotations

import re
from typing import Final

_LABEL: Final = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?", re.ASCII)
_SUBDOMAIN: Final = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*", re.ASCII)
_DNS_1035: Final = re.compile(r"[a-z]([-a-z0-9]*[a-z0-9])?", re.ASCII)
_QUALIFIED: Final = re.compile(r"([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]", re.ASCII)

LABEL_LENGTH: Final = 63
SUBDOMAIN_LENGTH: Final = 253


def is_label(text: str) -> bool:
    """A DNS label (RFC 1123): at most 63 lower-case letters, digits and dashes, no dash at either end."""
    return len(text) <= LABEL_LENGTH and _LABEL.fullmatch(text) is not None


def is_subdomain(text: str) -> bool:
    """A DNS subdomain (RFC 1123): labels with dots between them, at most 253 characters."""
    return len(text) <= SUBDOMAIN_LENGTH and _SUBDOMAIN.fullmatch(text) is not None


def is_service_name(text: str) -> bool:
    """A DNS label (RFC 1035): as :func:`is_label`, and it begins with a letter."""
    return len(text) <= LABEL_LENGTH and _DNS_1035.fullmatch(text) is not None


def is_qualified(text: str) -> bool:
    """A qualified name, as the keys of labels are: a name of at most 63, and before a slash perhaps a subdomain."""
    prefix, slash, name = text.rpartition("/")
    return len(name) <= LABEL_LENGTH and _QUALIFIED.fullmatch(name) is not None and (not slash or is_subdomain(prefix))


def is_label_value(text: str) -> bool:
    """The value of a label: empty, or like the name part of a qualified name."""
    return text == "" or (len(text) <= LABEL_LENGTH and _QUALIFIED.fullmatch(text) is not None)


def is_env_name(text: str) -> bool:
    """The name of an environment variable: any printable ASCII characters but ``=``, and at least one."""
    return text != "" and all(" " <= letter <= "~" and letter != "=" for letter in text)


def is_port_name(text: str) -> bool:
    """A port's name (RFC 6335): at most 15 lower-case letters, digits and single dashes, and a letter among them."""
    return re.fullmatch(r"(?=.{1,15}\Z)(?=.*[a-z])[a-z0-9]+(-[a-z0-9]+)*", text, re.ASCII) is not None
