"""Forms: what a name, a key, an address or a path can look like, with the sentence for one that does not."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable
from typing import Any, Final

from kqmanifest.vocabulary import names
from kqmanifest.vocabulary.addresses import address
from kqmanifest.vocabulary.paths import STAYING, is_absolute
from kqmanifest.vocabulary.ports import is_port, is_port_or_name
from kqmanifest.vocabulary.quantities import quantity


@dataclasses.dataclass(frozen=True, slots=True)
class Form:
    """A form: whether a value has it, and what is said where it does not."""

    fits: Callable[[Any], object]
    message: str
    hint: str
    pattern: str = ""
    """What it matches whole, where a pattern says it."""


def _of(pattern: str, message: str, hint: str) -> Form:
    """Return the form of the strings that a pattern matches whole."""
    return Form(re.compile(pattern).fullmatch, message, hint, pattern)


def _is_address(text: str) -> bool:
    return address(text) is not None


def _is_quantity(value: str | float) -> bool:
    return quantity(value) is not None


def _is_relative(path: str) -> bool:
    return not is_absolute(path)


def _is_own_option(key: str) -> bool:
    return not f".{key.partition('/')[0].lower()}".endswith((".kubernetes.io", ".k8s.io"))


_ENDS: Final = "with a letter or digit at both ends"
_QUALIFIED: Final = f"use at most 63 letters, digits, dashes, underscores and dots, {_ENDS}; a domain and a slash may come first, as in "

LABEL: Final = _of(names.LABEL, "{field} {value} is not a DNS label", f"use at most 63 lower-case letters, digits and dashes, {_ENDS}")
SUBDOMAIN: Final = Form(
    names.is_subdomain, "{field} {value} is not a DNS subdomain", f"use lower-case letters, digits, dashes and dots, {_ENDS}"
)
CONFIG_KEY: Final = Form(
    names.is_config_key, "{value} is not a valid key of a ConfigMap or Secret", "use letters, digits, dashes, underscores and dots"
)
ENV_NAME: Final = _of(
    names.ENV_NAME,
    "{value} is not a valid name of an environment variable",
    "use letters, digits and underscores, such as LEARNING_RATE",
)
PORT_NAME: Final = Form(
    names.is_port_name,
    "{value} is not a valid port name",
    "use at most 15 lower-case letters, digits and single dashes, with at least one letter, and no dash at either end",
)
PORT: Final = Form(is_port, "{field} must be between 1 and 65535, and is {value}", "use a number from 1 to 65535")
PORT_OR_NAME: Final = Form(
    is_port_or_name,
    "{value} is neither a port number nor a port name",
    "write a number from 1 to 65535 without quotes, or the name of one of the container's ports",
)
DRIVER: Final = Form(
    names.is_driver,
    "the driver name {value} is not a DNS subdomain of at most 63 characters",
    "use at most 63 letters, digits, dashes and dots, as in nfs.csi.k8s.io",
)
QUANTITY: Final = Form(
    _is_quantity,
    "{value} is not a quantity",
    "write a number with one of the suffixes m, k, M, G, T, Ki, Mi, Gi, Ti and no space between, such as 500m or 8Gi",
)
ADDRESS: Final = Form(_is_address, "{value} is not an IP address", "write an address such as 192.0.2.10, not a name")
ABSOLUTE: Final = _of("(?s:/.*)", "{field} {value} does not begin with a slash", "write the absolute path, such as /{value}")
RELATIVE: Final = Form(
    _is_relative, "{field} {value} must be relative", "write it relative to the root of the volume, without the leading slash"
)
WITHOUT_DOT_DOT: Final = _of(STAYING, "{field} {value} must not contain `..`", "write the path without `..`")

FLEX_OPTION: Final = Form(
    _is_own_option, "the option {value} is reserved for Kubernetes", "remove it: names under kubernetes.io and k8s.io are reserved"
)


def qualified(example: str) -> Form:
    """Return the form of a qualified name, with an example of one that has a domain."""
    return Form(names.is_qualified, "{field} {value} is not a qualified name", f"{_QUALIFIED}{example}")
