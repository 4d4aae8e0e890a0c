"""The platform and the presets that a command line names; the only place that imports other people's code."""

from __future__ import annotations

import argparse
import dataclasses
import importlib
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final

from kqmanifest.cli.files import contents
from kqmanifest.cli.text_report import Usage
from kqmanifest.diagnostics import Diagnostic, Fault, Finding, ManifestError, Pointer
from kqmanifest.read import Document, load
from kqmanifest.specs.kinds import UNKNOWN_KEY, WRONG_TYPE, kind_of

if TYPE_CHECKING:
    from kqmanifest.model.platform import Platform
    from kqmanifest.presets.preset import Preset

NOT_IMPORTED: Final = Fault(
    "KQ1108", "{name} cannot be imported: {reason}", ("name a module as in `import`, in the current folder or among Python's packages",)
)
NO_PRESETS: Final = Fault("KQ1109", "{name} has no presets", ("name a module with subclasses of kqmanifest.Preset",))


def add_presets(parser: argparse.ArgumentParser) -> None:
    """Add the options for the platform of presets, and for one's own presets."""
    parser.add_argument("--platform", metavar="FILE", help="settings for all presets, from this file: file server, tenant, proxies, …")
    parser.add_argument(
        "--presets", action="append", default=[], metavar="MODULE", help="import this module, and use its presets as kinds of specs"
    )


def of_presets(options: argparse.Namespace) -> dict[str, Any]:
    """Return the arguments of ``build`` and ``check`` for the given platform and presets.

    Raises:
        Usage: the file cannot be read, or the module cannot be imported.
    """
    presets = [one for name in options.presets for one in _presets(name)]
    if presets:
        from kqmanifest.presets import kinds_of  # noqa: PLC0415  few have presets of their own

        try:
            kinds_of(presets)
        except ManifestError as error:
            raise Usage([dataclasses.replace(one, source="--presets") for one in error.diagnostics]) from error
    return {"presets": presets, "platform": None if options.platform is None else _platform(options.platform)}


def _presets(name: str) -> Iterable[type[Preset]]:
    """Import a module and list its presets, in its own order."""
    from kqmanifest.presets.preset import Preset  # noqa: PLC0415  as above

    if "" not in sys.path:
        sys.path.insert(0, "")  # as for `python -m`: a module beside the specs is found
    try:
        module = importlib.import_module(name)
    except Exception as error:  # a module can fail in any way
        reason = str(error) if isinstance(error, ImportError) else type(error).__name__
        raise Usage([NOT_IMPORTED.at((), name=name, reason=reason).diagnostic(source="--presets")]) from error
    found = [
        one
        for one in vars(module).values()
        if isinstance(one, type) and issubclass(one, Preset) and not one.__module__.startswith("kqmanifest.")
    ]
    if not found:
        raise Usage([NO_PRESETS.at((), name=name).diagnostic(source="--presets")])
    return list(dict.fromkeys(found))


def _platform(name: str) -> Platform:
    """Read a platform's file."""
    from kqmanifest.model.platform import Platform  # noqa: PLC0415  as above
    from kqmanifest.specs.spec import SpecGrammar, shaped  # noqa: PLC0415  as above

    content = contents(name)
    if isinstance(content, Diagnostic):
        raise Usage([content])
    try:
        documents = load(content, source=name)
    except ManifestError as error:
        raise Usage(error.diagnostics, {name: content}) from error
    value = documents[0].value if len(documents) == 1 else documents
    if not isinstance(value, dict):
        found = "several documents" if len(documents) > 1 else kind_of(value)
        wrong = WRONG_TYPE.at((), field="--platform", expected="an object", found=found)
        raise Usage([wrong.diagnostic(source=name, line=1, column=1)], {name: content})
    read = shaped(Platform, value, SpecGrammar(()))
    if isinstance(read, list):
        raise Usage([_locate(one, documents[0]) for one in read], {name: content})
    return read


def _locate(finding: Finding, document: Document) -> Diagnostic:
    line, column = document.place(Pointer.of(finding.steps), key=finding.code == UNKNOWN_KEY.code) or (None, None)
    return finding.diagnostic(source=document.source, line=line, column=column)
