"""Names: what Kubernetes accepts as a label, a subdomain, a key, an environment variable or a port's name."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

_SUBDOMAIN: Final = re.compile(r"(?!-)[-a-z0-9]++(?<!-)(?:\.(?!-)[-a-z0-9]++(?<!-))*+")
_DNS_1035: Final = re.compile(r"[a-z]([-a-z0-9]*[a-z0-9])?", re.ASCII)
_QUALIFIED: Final = re.compile(r"(?![-_.])[-A-Za-z0-9_.]++(?<![-_.])")
_CONFIG_KEY: Final = re.compile(r"[-._a-zA-Z0-9]+", re.ASCII)
_NO_LABEL: Final = re.compile(r"[^a-z0-9-]+", re.ASCII)

LABEL_LENGTH: Final = 63
LABEL: Final = rf"(?!-)[-a-z0-9]{{1,{LABEL_LENGTH}}}(?<!-)"
"""The pattern of a DNS label (RFC 1123)."""
ENV_NAME: Final = "[ -<>-~]+"
"""The pattern of the name of an environment variable: printable ASCII characters, and no ``=``."""
_LABEL: Final = re.compile(LABEL)
_ENV_NAME: Final = re.compile(ENV_NAME)
SUBDOMAIN_LENGTH: Final = 253
KEPT_OF_A_PREFIX: Final = 58


def is_label(text: str) -> bool:
    """Return whether this is a DNS label (RFC 1123): at most 63 lower-case letters, digits and dashes, no dash at either end."""
    return _LABEL.fullmatch(text) is not None


def is_subdomain(text: str) -> bool:
    """Return whether this is a DNS subdomain (RFC 1123): labels with dots between them, at most 253 characters."""
    return len(text) <= SUBDOMAIN_LENGTH and _SUBDOMAIN.fullmatch(text) is not None


def as_label(text: str) -> str | None:
    """Return the DNS label that a name was probably meant to be; None where nothing is left of it."""
    return _NO_LABEL.sub("-", text.lower())[:LABEL_LENGTH].strip("-") or None


def as_subdomain(text: str) -> str | None:
    """Return the DNS subdomain that a name was probably meant to be; None where nothing is left of it."""
    return ".".join(filter(None, map(as_label, text.split("."))))[:SUBDOMAIN_LENGTH].strip("-.") or None


def is_service_name(text: str) -> bool:
    """Return whether this is a DNS label of RFC 1035: as :func:`is_label`, and it begins with a letter."""
    return len(text) <= LABEL_LENGTH and _DNS_1035.fullmatch(text) is not None


def is_qualified(text: str) -> bool:
    """Return whether this is a qualified name, such as a label key: at most 63 characters, with an optional subdomain and slash first."""
    prefix, slash, name = text.rpartition("/")
    return len(name) <= LABEL_LENGTH and _QUALIFIED.fullmatch(name) is not None and (not slash or is_subdomain(prefix))


def is_label_value(text: str) -> bool:
    """Return whether this is a label value: empty, or like the name part of a qualified name."""
    return text == "" or (len(text) <= LABEL_LENGTH and _QUALIFIED.fullmatch(text) is not None)


def is_path_segment(text: str) -> bool:
    """Return whether this can be a part of a URL: it is not ``.`` or ``..``, and has no slash and no per cent sign."""
    return text not in {".", ".."} and "/" not in text and "%" not in text


def generated(prefix: str | None) -> str:
    """Return the name by which the server validates a ``generateName``: a final dash and the character before it are replaced by ``a``."""
    return prefix[:-2] + "a" if prefix and len(prefix) > 1 and prefix.endswith("-") else prefix or ""


def generated_name(metadata: Mapping[str, Any]) -> str:
    """Return the name that an object will have; question marks stand for the five characters that the server adds to a prefix."""
    return metadata.get("name") or (f"{prefix[:KEPT_OF_A_PREFIX]}?????" if (prefix := metadata.get("generateName")) else "")


def lowered(text: str) -> str:
    """Lower the letters as Go does, one for one: the Kelvin sign becomes ``k``, a dotted ``İ`` becomes ``i``."""
    return text.replace("\u0130", "i").lower()


def is_annotation_key(text: str) -> bool:
    """Return whether this is an annotation key: a qualified name, in letters of any case."""
    return is_qualified(lowered(text))


def is_config_key(text: str) -> bool:
    """Return whether this is a key of a ConfigMap or Secret: letters, digits, dashes, underscores and dots, but not ``.`` or ``..…``."""
    return len(text) <= SUBDOMAIN_LENGTH and _CONFIG_KEY.fullmatch(text) is not None and text != "." and not text.startswith("..")


def is_driver(text: str) -> bool:
    """Return whether this is the name of a CSI driver: a subdomain of at most 63 characters, in letters of any case."""
    return len(text) <= LABEL_LENGTH and is_subdomain(lowered(text))


def is_env_name(text: str) -> bool:
    """Return whether this is the name of an environment variable: at least one printable ASCII character, and no ``=``."""
    return _ENV_NAME.fullmatch(text) is not None


def is_port_name(text: str) -> bool:
    """Return whether this is a port's name (RFC 6335): at most 15 lower-case letters, digits and single dashes, with a letter."""
    return re.fullmatch(r"(?=.{1,15}\Z)(?=.*[a-z])[a-z0-9]+(-[a-z0-9]+)*", text, re.ASCII) is not None
