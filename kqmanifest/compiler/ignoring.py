"""Which codes may be ignored, and by whom: never what the API server refuses, or what a site requires."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from kqmanifest.compiler.options import Settings
from kqmanifest.diagnostics import Fault, Finding, Steps

IGNORABLE: Final = ("KQ3", "KQ4", "KQ5")
"""The codes that may be ignored: what the API server or the spec's own grammar refuses cannot be."""
OF_A_SITE: Final = ("KQ51",)
"""The codes among them that a site's operator decides on, and no spec."""

CANNOT_BE_IGNORED: Final = Fault(
    "KQ1011",
    "{code} cannot be ignored",
    ("fix it: only the {whose} may decide on this code", "fix it: only codes that begin with KQ3, KQ4 or KQ5 can be ignored"),
)


def is_ignorable(code: str) -> bool:
    """Return whether a code, or all that begin so, may be ignored."""
    return code.startswith(IGNORABLE) and not code.startswith(OF_A_SITE)


def not_ignorable(code: str, steps: Steps = ()) -> Finding:
    """Return the finding that a code cannot be ignored."""
    of_a_site = code.startswith(OF_A_SITE) or is_ignorable(code)
    return CANNOT_BE_IGNORED.at(steps, code=code, whose="site" if of_a_site else None)


def may_caller_ignore(settings: Settings, code: str) -> bool:
    """Return whether the caller may ignore a code, or all that begin so."""
    return is_ignorable(code) and code not in settings.locked


def may_document_ignore(settings: Settings, code: str) -> bool:
    """Return whether a document may ignore a code, or all that begin so: what a site requires is not among them."""
    return is_ignorable(code) and not any(one.startswith(code) for one in settings.locked)


def does_caller_ignore(settings: Settings, code: str) -> bool:
    """Return whether the caller ignores this code, and may."""
    return bool(settings.ignore) and code.startswith(tuple(filter(is_ignorable, settings.ignore))) and may_caller_ignore(settings, code)


def does_document_ignore(codes: Iterable[str], code: str) -> bool:
    """Return whether a document that names ``codes``, or the beginnings of codes, ignores this one."""
    return is_ignorable(code) and code.startswith(tuple(filter(is_ignorable, codes)))
