"""List what other languages have yet to say: what is missing, and what was translated from English that has changed.

Nothing of it is an error: what a language lacks is said in English. Run ``python .ci/translations.py`` for the list, with a language
(``ja``) for its own only, with ``--count`` for one line a language. A translation that still holds where English was only worded
anew is kept with ``--holds KQ2003 …``, which writes the new fingerprints.
"""

from __future__ import annotations

import argparse
import dataclasses
import functools
import pathlib
import re
import sys
from collections.abc import Iterator, Sequence
from typing import Any, Final

from pydantic.alias_generators import to_camel

import kqmanifest.cli.explain  # noqa: F401  the door's codes are said too, once it is open
from kqmanifest import ManifestError, check, languages, load
from kqmanifest.diagnostics import Diagnostic
from kqmanifest.explanations.field_paths import KIND, definitions
from kqmanifest.explanations.fields import field_page, meanings_in, models
from kqmanifest.explanations.pages import codes, fault_of, rules
from kqmanifest.explanations.symptom_table import translations
from kqmanifest.explanations.symptom_table import words as symptoms
from kqmanifest.importers.docker import from_docker
from kqmanifest.importers.docker.options import NAMES
from kqmanifest.languages import ENGLISH, LANGUAGES, fingerprint, prose, said, sentences, table, text, translation, words
from kqmanifest.languages.starters import SITE, STARTERS
from kqmanifest.model.field_docs import meanings as in_words
from kqmanifest.pipeline import DEFAULT_VERSION

FOLDER: Final = pathlib.Path(languages.__file__).parent
TESTS: Final = pathlib.Path(__file__).parent.parent / "tests"
LABELS: Final = ("terminal", "terms", "starters")
"""The tables of single words."""
PUBLISHED: Final = "as Kubernetes writes it."
"""What is said of a field that is Kubernetes' own: it is made of labels."""
IS_ENGLISH: Final = re.compile(r"(?<![\w.-])(?:an|and|are|has|is|it|its|or|the|this|to|with|without|write)(?![\w.-])")
SHOWN: Final = re.compile(r"`[^`]*`")


@dataclasses.dataclass(frozen=True, slots=True)
class Part:
    """One thing that English says, and whether a language says it."""

    what: str
    """The kind of part: sentences, pages, …"""
    id: str
    english: tuple[str, ...]
    key: str
    """What its fingerprint is called in the table; empty where it has none."""
    held: str | None
    """The fingerprint of what was translated; None where nothing was."""

    @property
    def now(self) -> str:
        """The fingerprint of what English says now."""
        return fingerprint(*self.english)

    @property
    def is_said(self) -> bool:
        """Whether the language says it."""
        return self.held is not None and (not self.key or self.held == self.now)


def parts(language: str) -> Iterator[Part]:
    """Find all that there is to say in a language."""
    for code in codes():
        fault, held = fault_of(code), translation(code, language)
        yield Part("sentences", code, (fault.message, *fault.hints), "english", held.english if held and held.message else None)
    for code, one in rules().items():
        held = translation(code, language)
        yield Part("pages", code, (one.name, prose(one.page)), "english_page", held.english_page if held and held.page else None)
    spoken = translations(language)
    for name, told in symptoms(ENGLISH).items():
        yield Part("symptoms", name, (told.cause, told.cure, told.check), "english", spoken[name][1] if name in spoken else None)
    for meaning in meanings():
        yield Part("fields", meaning, (meaning,), "", meanings_in(language).get(meaning))
    for name in LABELS:
        for label, word in words(name, ENGLISH).items():
            yield Part("labels", f"{name}.{label}", (word,), "", table(language, name).get(label))
    for like in (*STARTERS, SITE):
        yield Part("starters", f"{like}.yaml", (), "", text(language, f"starters/{like}.yaml"))


def phrases(language: str) -> Iterator[Part]:
    """Find what is told of examples: the code is said, and the English phrases among its values may not be."""
    for one in found():
        if sentences(fault_of(one.code), language) is not fault_of(one.code):
            told = said(one, language)
            is_half = bool(IS_ENGLISH.search(SHOWN.sub("", f"{told.message} {told.hint}")))
            yield Part("examples", f"{one.code} {one.message}", (told.message, told.hint), "", None if is_half else told.message)


@functools.cache
def meanings() -> Sequence[str]:
    """Find what is said in English of the fields and parts of a spec."""
    known = definitions(DEFAULT_VERSION)
    asked = ((owner, key) for owner in sorted(models().keys() & known.keys()) for key in ("", *known[owner]["properties"]))
    pages = (field_page(f"{owner.removeprefix(KIND)}.{key}".rstrip("."), kubernetes=DEFAULT_VERSION) for owner, key in asked)
    told = {meaning for page in pages if page for meaning in (page.meaning, *(key.meaning for key in page.keys))}
    return sorted(one for one in told if one and not (one.startswith("`") and PUBLISHED in one))


@functools.cache
def found() -> Sequence[Diagnostic]:
    """Find what is told of bad files, of the wrong examples of rules, and of options of Docker: English phrases are among its values."""
    sys.path.append(str(TESTS))
    from examples import examples  # noqa: PLC0415  it stands beside the tests

    bad = (path for path in sorted((TESTS / "golden" / "bad").iterdir()) if path.suffix != ".diagnostics")
    told = [one for path in bad for one in judged(path)]
    told += [one for rule in rules().values() for one in check(examples(rule)["Wrong"])]
    values = ("", "=x", "=0", "=-1", "=host", "=/a:/b", "=1.5")
    told += [one for name in sorted(NAMES) for value in values for one in from_docker(f"docker run --{name}{value} busybox").diagnostics]
    told += [one for document in wrong_values() for one in check(document)]
    told += [fault_of("KQ1003").at((), owner="Job", field=key, meaning=meaning).diagnostic() for key, meaning in required()]
    return sorted({(one.code, one.message, one.hint): one for one in told if one.code in codes()}.values(), key=lambda one: one.code)


def wrong_values() -> Iterator[Any]:
    """Put a value of each kind where most fields want another."""
    fields = ("tty", "ports", "command", "resources", "env", "gpus", "mounts", "memory", "sharedMemory")
    for value in (None, True, 1, 1.5, "", "x", [], ["x"], {}):
        yield value
        for one in (*({"name": "x", "image": "x:1", field: value} for field in fields), value):
            yield {"kind": "Pod", "name": "x", "containers": [one]}
            yield {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "x"}, "spec": {"containers": [one]}}


def required() -> Iterator[tuple[str, str]]:
    """Find the fields that must be given, and the first sentence of what each means."""
    for model in models().values():
        told = in_words(model)
        for key in (field.alias or to_camel(name) for name, field in model.__pydantic_fields__.items() if field.is_required()):
            if key in told:
                yield key, told[key].partition(". ")[0].rstrip(".").replace("``", "`")


def judged(path: pathlib.Path) -> Sequence[Diagnostic]:
    """Return what is found in a file."""
    try:
        return check(load(path.read_bytes(), source=path.name))
    except ManifestError as error:
        return error.diagnostics


def gone(language: str) -> Sequence[str]:
    """List what a language says of fields that English says no more."""
    return sorted({*meanings_in(language)} - {*meanings()})


def count(language: str, all_of_it: Sequence[Part]) -> str:
    """Say in a line how much of each kind is said."""
    kinds: dict[str, list[Part]] = {}
    for one in all_of_it:
        kinds.setdefault(one.what, []).append(one)
    told = (f"{sum(one.is_said for one in several)} of {len(several)} {kind}" for kind, several in kinds.items())
    behind = sum(one.held is not None for one in all_of_it if not one.is_said) + len(gone(language))
    return f"{language}: {', '.join(told)}; {behind} behind"


def debt(language: str, all_of_it: Sequence[Part]) -> Iterator[str]:
    """List what is not said, with what English says and the fingerprint to write beside its translation."""
    for one in all_of_it:
        if not one.is_said:
            state = "missing" if one.held is None else "behind"
            yield f"{one.what} {one.id}: {state}" + (f', write {one.key} = "{one.now}"' if one.key else "")
            yield from (f"    {line}" for told in one.english if told != one.id for line in told.splitlines())
    yield from (f"fields {text}: behind, English says it no more" for text in gone(language))


def hold(language: str, all_of_it: Sequence[Part]) -> None:
    """Write the new fingerprints of what is behind into the tables of a language."""
    for one in all_of_it:
        if one.key and one.held is not None and not one.is_said:
            file = FOLDER / language / (f"{one.id[:4]}.toml" if one.id in codes() else f"{one.what}.toml")
            before = rf'(?ms)(^\[{re.escape(one.id)}\]$(?:(?!^\[).)*?^{one.key} = ")[0-9a-f]*"'
            file.write_text(re.sub(before, rf'\g<1>{one.now}"', file.read_text("utf-8"), count=1), "utf-8")


def main() -> None:
    """Print the list."""
    others = [one for one in LANGUAGES if one != ENGLISH]
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("languages", nargs="*", metavar="LANGUAGE", help=f"one of {', '.join(others)} (default: all)")
    parser.add_argument("--count", action="store_true", help="print one line a language")
    parser.add_argument("--holds", nargs="+", metavar="CODE", default=[], help="these are still translated right: write their fingerprints")
    options = parser.parse_args()
    if unknown := {*options.languages} - {*others}:
        parser.error(f"there is no language {', '.join(sorted(unknown))}")
    for language in options.languages or others:
        if options.holds:
            hold(language, [one for one in parts(language) if one.id in options.holds])
        else:
            all_of_it = [*parts(language), *phrases(language)]
            sys.stdout.write(
                f"{count(language, all_of_it)}\n" + "".join(f"{line}\n" for line in ([] if options.count else debt(language, all_of_it)))
            )


if __name__ == "__main__":
    main()
