"""The options that commands share, and the files that they read."""

from __future__ import annotations

import argparse
import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from kqmanifest.cli.files import Given, contents, within
from kqmanifest.cli.output import add_output_options
from kqmanifest.cli.presets import add_presets, of_presets
from kqmanifest.cli.standard import STANDARD
from kqmanifest.cli.text_report import Usage
from kqmanifest.compiler.compilation import NO_OBJECTS
from kqmanifest.compiler.ignoring import is_ignorable, not_ignorable
from kqmanifest.compiler.options import DEFAULT_VERSION, not_rooted
from kqmanifest.diagnostics import Diagnostic, ManifestError
from kqmanifest.limits import DEFAULT, NAMES, TOO_BIG, UNKNOWN_LIMIT, Limits
from kqmanifest.read import Document, load
from kqmanifest.schema.published import KNOWN, versions
from kqmanifest.vocabulary.spelling import nearest

if TYPE_CHECKING:
    from kqmanifest.model.site import Site

_DIGITS = 18
_ENDLESS = MappingProxyType({"documents": 10**_DIGITS, "objects": 10**_DIGITS})
"""The limits of commands that let go of each document: there may be any number."""
STANDARD_INPUT = "<stdin>"
"""The name of standard input in diagnostics."""


def add_common(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of every command that checks."""
    parser.add_argument(
        "files",
        nargs="+",
        metavar="FILE",
        help="specs or manifests, as JSON, YAML or .jsonl; of a folder, its .json, .jsonl, .yaml and .yml files; - for standard input",
    )
    add_requirements(parser)
    add_reading(parser)


def add_requirements(parser: argparse.ArgumentParser) -> None:
    """Add what is required of pods beyond what the API server requires, and what is ignored."""
    parser.add_argument(
        "--ignore",
        action="append",
        default=[],
        metavar="CODE",
        help="do not report this code of KQ3, KQ4 or KQ5, or all codes that begin with it",
    )
    parser.add_argument("--keeps", action="append", default=[], metavar="PATH", help="require that the files at this path outlive each pod")
    parser.add_argument(
        "--pod-security",
        metavar="LEVEL[:VERSION]",
        help="also check pods against a Pod Security Standard, baseline or restricted, of a version or latest (default: --kubernetes)",
    )


def add_reading(parser: argparse.ArgumentParser) -> None:
    """Add the options for reading specs and for reporting."""
    add_kubernetes(
        parser, f"check for this Kubernetes version, {KNOWN[0]} to {KNOWN[-1]}, or for each of a range, {KNOWN[-3]}..{KNOWN[-1]}"
    )
    add_presets(parser)
    parser.add_argument(
        "--limit",
        action="append",
        default=[],
        metavar="NAME=NUMBER",
        help=f"limit the {', '.join(NAMES)} that are read or reported; faults=N is per document (default: faults={DEFAULT.faults})",
    )
    parser.add_argument("--site", metavar="FILE", help="read from this file what is known of the cluster, and what a spec may request")
    add_output_options(parser)


def add_kubernetes(parser: argparse.ArgumentParser, help: str) -> None:  # noqa: A002  argparse's own word for it
    """Add the option for the version of Kubernetes."""
    parser.add_argument("--kubernetes", default=DEFAULT_VERSION, metavar="1.NN", help=f"{help} (default: {DEFAULT_VERSION})")


def known_version(text: str) -> str:
    """Return the version, or range of versions, if it is known.

    Raises:
        Usage: it is not.
    """
    try:
        versions(text)
    except ManifestError as unknown:
        raise Usage(_from("--kubernetes", unknown.diagnostics)) from unknown
    return text


def reading(options: argparse.Namespace) -> dict[str, Any]:
    """Return the arguments of ``inspect`` that decide how a spec is read.

    Raises:
        Usage: one of them is unknown, or cannot be read.
    """
    return {
        "kubernetes": known_version(options.kubernetes),
        "limits": limits_of(options),
        "site": _site(options.site),
        **of_presets(options),
    }


def policies(options: argparse.Namespace) -> dict[str, Any]:
    """Return the arguments of ``build`` and ``check`` that say what is required of pods.

    Raises:
        Usage: one of them is unknown, or not an absolute path.
    """
    try:
        if options.pod_security is not None:
            from kqmanifest.rules.podsecurity.standards import standard  # noqa: PLC0415  only where one is asked for

            standard(options.pod_security)
    except ManifestError as unknown:
        raise Usage(_from("--pod-security", unknown.diagnostics)) from unknown
    strays = [stray.diagnostic() for path in options.keeps for stray in not_rooted(path)]
    if strays:
        raise Usage(_from("--keeps", strays))
    return {
        "limits": limits_of(options, _ENDLESS),
        "pod_security": options.pod_security,
        "keeps": options.keeps,
        "site": _site(options.site),
        **of_presets(options),
    }


def _site(name: str | None) -> Site | None:
    """Read the site from its file.

    Raises:
        Usage: it cannot be read, or is malformed.
    """
    if name is None:
        return None
    from kqmanifest.site.reading import read_site  # noqa: PLC0415  only a site needs it

    content = contents(name)
    if isinstance(content, Diagnostic):
        raise Usage([content])
    try:
        return read_site(content, source=source_name(name))
    except ManifestError as error:
        raise Usage(error.diagnostics, {source_name(name): content}) from error


def codes_of(given: Iterable[str]) -> list[str]:
    """Return the codes, or beginnings of codes, that an option was given; one value may have several, separated by commas."""
    return [code for codes in given for code in codes.replace(",", " ").split()]


def ignorable(given: Iterable[str]) -> list[str]:
    """Return the codes to ignore.

    Raises:
        Usage: one of them cannot be ignored.
    """
    codes = [code for one in given for code in codes_of([one]) or [""]]  # an option without a code is an error, and ignores nothing
    wrong = [not_ignorable(code).diagnostic() for code in codes if not is_ignorable(code)]
    if wrong:
        raise Usage(_from("--ignore", wrong))
    return codes


def limits_of(options: argparse.Namespace, otherwise: Mapping[str, int] = MappingProxyType({})) -> Limits:
    """Return the limits that were given, with these or the defaults for the others.

    Raises:
        Usage: one of them is unknown, or its number is out of range.
    """
    given: dict[str, int] = {}
    for text in options.limit:
        name, _, number = text.partition("=")
        if name not in NAMES or not (number.isascii() and number.isdecimal() and len(number) <= _DIGITS and int(number)):
            raise Usage(
                _from(
                    "--limit",
                    [UNKNOWN_LIMIT.at((), text=text, names=NAMES, near=nearest(name, NAMES) if name not in NAMES else None).diagnostic()],
                )
            )
        given[name] = int(number)
    return Limits(**{**otherwise, **given})


def documents(
    names: Sequence[str], texts: dict[str, Given] | None = None, limits: Limits = DEFAULT
) -> tuple[list[Document], list[Diagnostic]]:
    """Read all files: their documents, and what is wrong with those that cannot be read.

    If ``texts`` is given, the content of each file is put there, under its name in diagnostics.

    Raises:
        Usage: a file cannot be opened.
    """
    found: list[Document] = []
    faults: list[Diagnostic] = []
    unopened: list[Diagnostic] = []
    read = {} if texts is None else texts
    files = [file for name in names for file in within(name)]
    for file in files:
        content = file if isinstance(file, Diagnostic) else contents(file, limits)
        if isinstance(content, Diagnostic):
            unopened.append(content)
            continue
        try:
            held = load(content, source=source_name(file), limits=limits)
        except ManifestError as error:
            held = ()
            faults += error.diagnostics
            if any(one.code == TOO_BIG.code for one in error.diagnostics):
                continue  # a file that is refused for its size is not read again to show a line of it
        found += held
        read[source_name(file)] = Given(content, held)
    if unopened:
        raise Usage(unopened + faults, read)
    if not found and not faults:
        faults += [NO_OBJECTS.at(()).diagnostic(source=source_name(file), line=1, column=1) for file in files]
    return found, faults


def source_name(name: object) -> str:
    """Return the name of a file in diagnostics."""
    return STANDARD_INPUT if name == STANDARD else str(name)


def _from(option: str, diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    return [dataclasses.replace(one, source=option) for one in diagnostics]
