"""What is requested of a call: its options as they were given, and the same once they are judged."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from kqmanifest.diagnostics import Fault, Finding, Steps
from kqmanifest.limits import DEFAULT, Limits, limits_of
from kqmanifest.schema.published import Published, published, versions
from kqmanifest.vocabulary.paths import is_rooted

if TYPE_CHECKING:  # a manifest is checked without them
    from kqmanifest.model.platform import Platform
    from kqmanifest.model.pod import KindModel
    from kqmanifest.model.site import Site
    from kqmanifest.rules.podsecurity.standards import Standard

DEFAULT_VERSION: Final = "1.36"
"""The version of Kubernetes that is meant where none is named."""
NOT_ROOTED: Final = Fault(
    "KQ1016", "the path to keep, {path}, must be absolute", ("write {meant}", "write an absolute path, such as /kqi/output")
)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What a caller requests, as it was given: none of it is checked yet.

    The fields are those of :func:`kqmanifest.build`, which says what each means.
    """

    kubernetes: Any = DEFAULT_VERSION
    ignore: Any = ()
    pod_security: Any = None
    keeps: Any = ()
    presets: Any = ()
    platform: Any = None
    site: Any = None
    limits: Any = DEFAULT


@dataclasses.dataclass(frozen=True, slots=True)
class Settings:
    """Options that are in order: the versions that all objects are judged by, the Pod Security Standards, the paths to keep."""

    versions: Sequence[Published]
    limits: Limits = DEFAULT
    standards: tuple[Standard, ...] = ()
    keeps: Sequence[str] = ()
    ignore: Sequence[str] = ()
    """The codes to ignore, those too that cannot be."""
    kinds: Mapping[str, type[KindModel]] | None = None
    """What a spec may name as its kind; None: the kinds of specs, and the presets."""
    site: Site | None = None
    platform: Platform | None = None
    locked: frozenset[str] = frozenset()
    """The codes of the standard that the site requires: only it decides on them."""


def usual_settings(options: Options) -> Settings | None:
    """Return the settings of a call that requests only a version, as nearly all do; None where it requests more.

    Raises:
        ManifestError: the version is not known, or the limits are not valid.
    """
    limits, version = limits_of(options.limits), options.kubernetes
    has_only_that = _is_nothing(options.ignore) and _is_nothing(options.keeps) and _is_nothing(options.presets)
    if type(version) is str and has_only_that and options.pod_security is options.platform is options.site is None:
        return _usual(version, limits)
    return None


def _is_nothing(value: Any) -> bool:
    kind = type(value)
    return (kind is tuple or kind is list) and not value  # nothing is asked of a type that may be anybody's own


@functools.lru_cache(maxsize=32)
def _usual(kubernetes: str, limits: Limits) -> Settings:
    """Request only a version."""
    return Settings([published(one) for one in versions(kubernetes)], limits)


def not_rooted(path: str, steps: Steps = ()) -> Iterator[Finding]:
    """Report a path to keep that is not absolute."""
    if not is_rooted(path):
        yield NOT_ROOTED.at(steps, path=path, meant=f"/{path}" if path else None)
