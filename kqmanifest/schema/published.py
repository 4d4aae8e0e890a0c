"""The types of one Kubernetes version, as published, and the known versions."""

from __future__ import annotations

import dataclasses
import functools
import importlib.resources
import json
import re
import threading
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, Final

from kqmanifest.diagnostics import Fault, ManifestError
from kqmanifest.vocabulary.spelling import nearest

UNKNOWN_VERSION: Final = Fault(
    "KQ1090",
    "unknown Kubernetes version {version}; the known versions are {known}",
    ("use {meant}", "use one of the known versions, or a range of them such as {first}..{last}"),
)
MALFORMED_VERSION: Final = Fault(
    "KQ1091",
    "{text} is not a Kubernetes version",
    ("write a version such as {last}, or a range of versions such as {first}..{last}",),
)
REVERSED_RANGE: Final = Fault(
    "KQ1092",
    "the range of Kubernetes versions {text} ends before it begins",
    ("write {meant}",),
)

_REF: Final = "#/$defs/"
_VERSION: Final = re.compile(r"v?(\d{1,3}\.\d{1,3})(?:\.\d{1,3})?", re.ASCII)
_LOADING: Final = threading.Lock()
_LOADED: Final[dict[str, Published]] = {}


@dataclasses.dataclass(frozen=True, slots=True)
class Span:
    """A range of versions, both ends included; an end of None is open, so that future versions are in it too."""

    since: str | None = None
    until: str | None = None

    def holds(self, version: str) -> bool:
        """Return whether a version is one of these."""
        here = minor(version)
        return (self.since is None or minor(self.since) <= here) and (self.until is None or here <= minor(self.until))

    def newest(self, versions: Iterable[str]) -> str:
        """Return the newest of some versions that is one of these."""
        return max(filter(self.holds, versions), key=minor)


EVER: Final = Span()
"""All versions."""


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Published:
    """The published schema of one Kubernetes version.

    ``definitions`` holds a JSON Schema for each type (``core.v1.Pod``), which refers to others by ``#/$defs/``
    and their name; ``kinds`` says which type ``apps/v1/Deployment`` or ``v1/Pod`` is.
    """

    version: str
    definitions: Mapping[str, Mapping[str, Any]]
    kinds: Mapping[str, str]

    def type_of(self, api_version: object, kind: object) -> str | None:
        """Name the type of objects of this apiVersion and kind; None where this version has no such kind."""
        return self.kinds.get(f"{api_version}/{kind}") if isinstance(api_version, str) and isinstance(kind, str) else None

    def api_version_of(self, kind: str) -> str | None:
        """Name the apiVersion that a kind is served under, a stable one first; None where there is no such kind."""
        serving = sorted(name.rpartition("/")[0] for name in self.kinds if name.rpartition("/")[2] == kind)
        return min(serving, key=lambda name: ("alpha" in name, "beta" in name), default=None)

    def fields(self, type_name: str | None) -> Mapping[str, Mapping[str, Any]]:
        """Return the schema of each field of a type; nothing where the type is unknown or has no fields."""
        fields: Mapping[str, Mapping[str, Any]] = self.definitions.get(type_name or "", {}).get("properties", {})
        return fields


def target(schema: Mapping[str, Any] | None) -> str | None:
    """Name the type that a schema refers to; None where it describes a value in place."""
    ref: str | None = (schema or {}).get("$ref")
    return None if ref is None else ref.removeprefix(_REF)


def published(version: str) -> Published:
    """Return the schema of one of the ``KNOWN`` versions; read once, whichever thread asks.

    Raises:
        ManifestError: the version is not known.
    """
    found = _LOADED.get(version)
    if found is None:
        if version not in KNOWN:
            raise ManifestError((_unknown(version),))
        with _LOADING:
            found = _LOADED.get(version) or _load(version)
            _LOADED[version] = found
    return found


@functools.lru_cache(maxsize=128)
def versions(text: str) -> tuple[str, ...]:
    """Read a version (``1.36``, ``v1.36``, ``1.36.2``) or a range of versions (``1.35..1.37``), oldest first.

    Raises:
        ManifestError: it is neither, or names a version that is not known.
    """
    first_text, _, last_text = text.partition("..")
    ends = [_VERSION.fullmatch(end.strip()) for end in (first_text, last_text or first_text)]
    minors = [end[1] for end in ends if end]
    if len(minors) != len(ends) or text.endswith(".."):
        raise ManifestError((MALFORMED_VERSION.at((), text=text, first=KNOWN[0], last=KNOWN[-1]),))
    unknown = [_unknown(minor) for minor in dict.fromkeys(minors) if minor not in KNOWN]
    if unknown:
        raise ManifestError(unknown)
    first, last = KNOWN.index(minors[0]), KNOWN.index(minors[-1])
    if last < first:
        raise ManifestError((REVERSED_RANGE.at((), text=text, meant=f"{minors[-1]}..{minors[0]}"),))
    return KNOWN[first : last + 1]


def since(type_name: str, field: str) -> tuple[str, str] | None:
    """Name the first and the last known version in which a type has a field; None where it never has it."""
    having = [version for version in KNOWN if field in published(version).fields(type_name)]
    return (having[0], having[-1]) if having else None


def _unknown(version: str) -> Any:
    meant = nearest(version, KNOWN) if version.startswith("1.") and len(version) < 4 else None  # noqa: PLR2004  "1.3" for "1.33"
    return UNKNOWN_VERSION.at((), version=version, known=KNOWN, meant=meant, first=KNOWN[0], last=KNOWN[-1])


def _data() -> Any:
    return importlib.resources.files("kqmanifest.schema").joinpath("data")


def minor(version: str) -> tuple[int, ...]:
    """Make versions comparable: 1.9 comes before 1.10."""
    return tuple(int(part) for part in version.split("."))


def _load(version: str) -> Published:
    raw = json.loads(_data().joinpath(f"{version}.json").read_bytes())
    return Published(raw["kubernetes"], MappingProxyType(raw["$defs"]), MappingProxyType(raw["kinds"]))


KNOWN: Final[tuple[str, ...]] = tuple(
    sorted((file.name.removesuffix(".json") for file in _data().iterdir() if file.name.endswith(".json")), key=minor)
)
