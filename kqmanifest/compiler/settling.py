"""What a caller requests is judged: each option by its type, then what it says."""

from __future__ import annotations

import dataclasses
import functools
import itertools
from collections.abc import Sequence
from typing import Any, Final

from kqmanifest.compiler.options import Options, Settings, not_rooted
from kqmanifest.diagnostics import Diagnostic, Finding, ManifestError
from kqmanifest.limits import limits_of
from kqmanifest.model.platform import Platform
from kqmanifest.model.site import Site
from kqmanifest.presets import kinds_of
from kqmanifest.presets.platform import agreed
from kqmanifest.rules.podsecurity.standards import Standard, find_standard, rules_of, standard
from kqmanifest.rules.volumes.promises import kept_apart
from kqmanifest.schema.published import KNOWN, Published, published, versions
from kqmanifest.site.reading import unsound
from kqmanifest.specs.intake import Intake, TooMuchError
from kqmanifest.specs.kinds import WRONG_TYPE, kind_of
from kqmanifest.specs.spec import SpecGrammar, shaped

_MOST: Final = 10_000
"""How many codes, paths or presets one option may hold: what is counted may have no end."""
_TEXT: Final = "a string"


def settle(options: Options) -> Settings:
    """Judge all options of a call.

    Raises:
        ManifestError: something in them is wrong, types too: it holds all that is wrong in the options, or in one of them.
    """
    limits, version = limits_of(options.limits), options.kubernetes
    wrong: list[Diagnostic] = []
    version = _one("kubernetes", version, str, _TEXT, wrong)
    level = None if options.pod_security is None else _one("podSecurity", options.pod_security, str, _TEXT, wrong)
    codes = _texts("ignore", options.ignore, wrong)
    paths = _texts("keeps", options.keeps, wrong)
    classes = _several("presets", options.presets, wrong)
    platform = None if options.platform is None else _one("platform", options.platform, Platform, "a Platform", wrong)
    site = None if options.site is None else _one("site", options.site, Site, "a Site", wrong)
    if wrong:
        raise ManifestError(wrong)
    strays = [stray for path in paths for stray in not_rooted(path)]
    if strays:
        raise ManifestError(strays)
    known = [published(one) for one in versions(version)]
    standards = tuple(dict.fromkeys(filter(None, (_standard_of_site(site), None if level is None else standard(level)))))
    return Settings(
        known,
        limits,
        standards,
        list(kept_apart(paths)),
        sorted(set(codes)),
        kinds_of(classes),
        site,
        _platform(platform, site),
        _locked(_standard_of_site(site), known),
    )


def _platform(platform: Platform | None, site: Site | None) -> Platform | None:
    """Return the platform of all presets: where a site names one, the caller's may say no other thing.

    Raises:
        ManifestError: the site is unsound, or the two do not agree.
    """
    if site is None:
        return platform
    faults = unsound(site)
    if faults:
        raise ManifestError(one.diagnostic(source="site") for one in faults)
    settled, otherwise = agreed(platform, site.platform)
    if otherwise:
        raise ManifestError(one.diagnostic(source="platform") for one in otherwise)
    return dataclasses.replace(settled, open=()) if site.platform is not None and settled.open is None else settled


def _standard_of_site(site: Site | None) -> Standard | None:
    text = None if site is None else site.defaults.pod_security
    read = None if text is None else find_standard(text)
    return None if isinstance(read, Finding) else read  # the faults of the site are reported by themselves


def _locked(asked: Standard | None, known: Sequence[Published]) -> frozenset[str]:
    return frozenset(rule.code for one in known for rule in rules_of(asked, one.version)) if asked else frozenset()


def _one(option: str, value: Any, kind: type[Any], expected: str, wrong: list[Diagnostic]) -> Any:
    """Return an option that is of its type; a text as the plain one that it is, a model if its fields are of their types too."""
    if not issubclass(type(value), kind):
        wrong.append(WRONG_TYPE.at((), field=option, expected=expected, found=kind_of(value)).diagnostic())
    elif kind is str:
        return str.__str__(value)
    else:
        read = _read_again(_Same(value, kind))
        if not isinstance(read, tuple):
            return read
        wrong.extend(one.diagnostic(source=option) for one in read)
    return value


def _several(option: str, values: Any, wrong: list[Diagnostic]) -> list[Any]:
    """List what an option holds, as far as anybody would go."""
    try:
        return [*itertools.islice(iter(values), _MOST)]
    except (MemoryError, RecursionError):
        raise
    except Exception:  # noqa: BLE001  it may be anything, and its own code raise anything
        wrong.append(WRONG_TYPE.at((), field=option, expected="a list", found=kind_of(values)).diagnostic())
        return []


def _texts(option: str, values: Any, wrong: list[Diagnostic]) -> list[str]:
    """List the strings of an option; a single one is a list of one."""
    if issubclass(type(values), str):
        return [str.__str__(values)]
    return [_one(f"{option}[{number}]", one, str, _TEXT, wrong) for number, one in enumerate(_several(option, values, wrong))]


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class _Same:
    """A value that is equal to itself alone, and the model that it is to be."""

    value: Any
    kind: type[Any]

    def __eq__(self, other: object) -> bool:
        """Return whether it is the same value."""
        return isinstance(other, _Same) and self.value is other.value

    def __hash__(self) -> int:
        """Hash its identity."""
        return id(self.value)


@functools.lru_cache(maxsize=64)
def _read_again(same: _Same) -> Any:
    """Read a site or platform in the form of a file, or report what in it has the wrong type: frozen values can be forced."""
    intake = Intake()
    try:
        form = intake.take(same.value)
    except TooMuchError as error:
        return (error.finding,)
    read = shaped(same.kind, form, SpecGrammar([published(KNOWN[-1])]))
    if isinstance(read, list):
        return tuple(read)
    try:
        is_as_read = not intake.marks and hash(read) == hash(same.value) and read == same.value
    except (MemoryError, RecursionError):
        raise
    except Exception:  # noqa: BLE001  its parts may be of anybody's own classes, and a list has no hash
        is_as_read = False
    if is_as_read:
        return same.value
    name = same.kind.__name__
    return (WRONG_TYPE.at((), field=name.lower(), expected=f"a {name}", found=f"a {name} with parts of the wrong type"),)
