"""The options that commands share, and the files that they read."""

from __future__ import annotations

import argparse
import dataclasses
from collections.abc import Iterable, Sequence
from typing import Any

from kqmanifest.cli.excerpt import Given
from kqmanifest.cli.files import STANDARD, contents, within
from kqmanifest.cli.output import add_manner
from kqmanifest.cli.presets import add_presets, of_presets
from kqmanifest.cli.text_report import Usage
from kqmanifest.compiler.compilation import NO_OBJECTS
from kqmanifest.compiler.ignoring import is_ignorable, not_ignorable
from kqmanifest.compiler.options import DEFAULT_VERSION, not_rooted
from kqmanifest.diagnostics import Diagnostic, ManifestError
from kqmanifest.limits import DEFAULT, NAMES, TOO_BIG, UNKNOWN_LIMIT, Limits
from kqmanifest.model.site import Site
from kqmanifest.read import Document, load
from kqmanifest.rules.podsecurity.standards import standard
from kqmanifest.schema.published import KNOWN, versions
from kqmanifest.site.reading import read_site
from kqmanifest.vocabulary.spelling import nearest

_DIGITS = 18
STANDARD_INPUT = "<stdin>"
"""What diagnostics call it."""


def add_common(parser: argparse.ArgumentParser) -> None:
    """Add what every command that judges takes."""
    parser.add_argument(
        "files",
        nargs="+",
        metavar="FILE",
        help="specs or manifests, as JSON, YAML or .jsonl; a folder is the .json, .jsonl, .yaml and .yml files in it, - is standard input",
    )
    add_asked(parser)
    add_reading(parser)


def add_asked(parser: argparse.ArgumentParser) -> None:
    """Add what pods are held to beyond what the API server asks, and what is passed over."""
    parser.add_argument(
        "--ignore",
        action="append",
        default=[],
        metavar="CODE",
        help="do not tell this code of KQ3, KQ4 or KQ5, or the codes that begin so: it is meant to be so",
    )
    parser.add_argument(
        "--keeps", action="append", default=[], metavar="PATH", help="require that each pod keeps its files there when it ends"
    )
    parser.add_argument(
        "--pod-security",
        metavar="LEVEL[:VERSION]",
        help="judge pods by this standard too, baseline or restricted, as of this version or latest (default: that of --kubernetes)",
    )


def add_reading(parser: argparse.ArgumentParser) -> None:
    """Add what decides how a spec is read, and how what is found is told."""
    add_kubernetes(parser, f"check against this version, {KNOWN[0]} to {KNOWN[-1]}, or against each of a range, {KNOWN[-3]}..{KNOWN[-1]}")
    add_presets(parser)
    parser.add_argument(
        "--limit",
        action="append",
        default=[],
        metavar="NAME=NUMBER",
        help=f"take or tell no more at once than this of {', '.join(NAMES)}; faults, say: of each document (default: {DEFAULT.faults})",
    )
    parser.add_argument("--site", metavar="FILE", help="take what is known of the cluster, and what a spec may ask of it, from this file")
    add_manner(parser)


def add_kubernetes(parser: argparse.ArgumentParser, help: str) -> None:  # noqa: A002  argparse's own word for it
    """Add the version of Kubernetes."""
    parser.add_argument("--kubernetes", default=DEFAULT_VERSION, metavar="1.NN", help=f"{help} (default: {DEFAULT_VERSION})")


def known_version(text: str) -> str:
    """Give the version, or range of versions, back if it is known.

    Raises:
        Usage: it is not.
    """
    try:
        versions(text)
    except ManifestError as unknown:
        raise Usage(_from("--kubernetes", unknown.diagnostics)) from unknown
    return text


def reading(options: argparse.Namespace) -> dict[str, Any]:
    """Give ``inspect`` what decides how a spec is read.

    Raises:
        Usage: it is not known, or cannot be read.
    """
    return {
        "kubernetes": known_version(options.kubernetes),
        "limits": limits_of(options),
        "site": _site(options.site),
        **of_presets(options),
    }


def policies(options: argparse.Namespace) -> dict[str, Any]:
    """Give what ``build`` and ``check`` are to hold pods to.

    Raises:
        Usage: it is not known, or not a path.
    """
    try:
        if options.pod_security is not None:
            standard(options.pod_security)
    except ManifestError as unknown:
        raise Usage(_from("--pod-security", unknown.diagnostics)) from unknown
    strays = [stray.diagnostic() for path in options.keeps for stray in not_rooted(path)]
    if strays:
        raise Usage(_from("--keeps", strays))
    return {
        "limits": limits_of(options),
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
    content = contents(name)
    if isinstance(content, Diagnostic):
        raise Usage([content])
    try:
        return read_site(content, source=_called(name))
    except ManifestError as error:
        raise Usage(error.diagnostics, {_called(name): content}) from error


def codes_of(given: Iterable[str]) -> list[str]:
    """Give the codes of an option, or the beginnings of codes; several may stand in one, between commas."""
    return [code for codes in given for code in codes.replace(",", " ").split()]


def ignorable(given: Iterable[str]) -> list[str]:
    """Give the codes to be ignored.

    Raises:
        Usage: one of them cannot be ignored.
    """
    codes = [code for one in given for code in codes_of([one]) or [""]]  # one that names no code is told, and ignores nothing
    wrong = [not_ignorable(code).diagnostic() for code in codes if not is_ignorable(code)]
    if wrong:
        raise Usage(_from("--ignore", wrong))
    return codes


def limits_of(options: argparse.Namespace) -> Limits:
    """Return the limits that were given, with the defaults for the others.

    Raises:
        Usage: one of them is unknown, or no number that it can be.
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
    return Limits(**given)


def documents(
    names: Sequence[str], texts: dict[str, Given] | None = None, limits: Limits = DEFAULT
) -> tuple[list[Document], list[Diagnostic]]:
    """Read all files: their documents, and what is wrong with those that cannot be read.

    Where ``texts`` is given, what each file holds is put there, under the name that diagnostics call it.

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
            held = load(content, source=_called(file), limits=limits)
        except ManifestError as error:
            held = ()
            faults += error.diagnostics
            if any(one.code == TOO_BIG.code for one in error.diagnostics):
                continue  # what is refused for its size is not looked at again, to show a line of it
        found += held
        read[_called(file)] = Given(content, held)
    if unopened:
        raise Usage(unopened + faults, read)
    if not found and not faults:
        faults += [NO_OBJECTS.at(()).diagnostic(source=_called(file), line=1, column=1) for file in files]
    return found, faults


def _called(name: object) -> str:
    return STANDARD_INPUT if name == STANDARD else str(name)


def _from(option: str, diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    return [dataclasses.replace(one, source=option) for one in diagnostics]
