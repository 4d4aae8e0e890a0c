"""Messages of a cluster, found in a text: each once, with its cause, what to do, and how to check."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from kqmanifest.diagnostics import Json, show
from kqmanifest.explanations.pages import first_sentence
from kqmanifest.explanations.refusals import Refusal, refusals
from kqmanifest.explanations.symptom_table import Symptom, catalogue, context, filled, holes, words
from kqmanifest.languages import ENGLISH
from kqmanifest.model.workloads import KINDS

REFUSED_BY_A_RULE: Final = "refused-by-a-rule"
REFUSED: Final = "refused"
"""Refusals of the API server, with and without a rule here for them."""

_COMMENT: Final = re.compile(r"(?<![ ])[ ]+# .*$", re.MULTILINE)
_COLOUR: Final = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
_ESCAPED: Final = re.compile(r"\\u([0-9a-fA-F]{4})")
_IN_JSON: Final = re.compile(r'"?\b(?:message|log|msg|err)"?[:=] ?"((?:[^"\\\n]|\\.)*)"')
_IN_YAML: Final = re.compile(r"\bmessage: '((?:[^']|''){1,4000})'")
_FOLD: Final = re.compile(r"(?<!\s)[^\S\n]*+\n\s*+")
_QUOTE: Final = re.compile(r'(?<!\\)\\+"')
"""How JSON, YAML and logs quote messages."""
_WHOLE: Final = 100_000
"""Up to this length, a text is read as it is; ``kubectl describe`` prints less for ten pods."""
_HEAD: Final = 40_000
_TAIL: Final = 120_000
"""How much of a longer one is read at its beginning and end, without repetitions."""
_NUMBERS: Final = str.maketrans("", "", "0123456789#=.%| ")
"""Characters by which the lines of one loop, or the states of one bar, differ."""
_ALIKE: Final = 6
"""How many such lines are read."""
_FOLDED: Final[Mapping[str, str]] = {
    "volumeMounts": "mounts",
    "volumes": "mounts",
    **dict.fromkeys(("metadata", "spec", "template", "jobTemplate"), ""),
}
"""What a manifest has and a spec folds."""
_MANY: Final = 5
"""How often one symptom is explained, each time for another object that it names."""
_LONGEST_LINE: Final = 2_000


@dataclasses.dataclass(frozen=True, slots=True)
class Explanation:
    """The explanation of one message."""

    id: str
    line: str
    """The line of the message."""
    cause: str
    cure: str
    check: str
    commands: tuple[str, ...]
    """The commands to check with."""
    field: str
    """The field of a spec that it is about, as ``explain`` takes it; may be empty."""
    spec: str
    """What to write in a spec instead, as YAML; may be empty."""
    codes: tuple[str, ...]
    """The rules that find the same before a cluster does."""

    def as_json(self) -> dict[str, Json]:
        """Return it as plain data, for other programs."""
        return {
            "id": self.id,
            "line": self.line,
            "cause": self.cause,
            "cure": self.cure,
            "check": self.check,
            "commands": [*self.commands],
            "field": self.field,
            "spec": self.spec,
            "codes": [*self.codes],
        }


@dataclasses.dataclass(frozen=True, slots=True)
class _Sighting:
    start: int
    line: str
    symptom: Symptom
    values: Mapping[str, str]


def symptoms(text: str, language: str = ENGLISH) -> list[Explanation]:
    """Explain the messages of clusters in a text, in the order of the text.

    The text may be one line of an event or an error, or the whole output of ``kubectl describe``. A repeated message is explained
    once, and a general one (``FailedMount``) not at all if the text gives the reason. In a very long log, lines that differ only in
    numbers are read a few times, and the middle of the rest is skipped.
    """
    text = _cut(_unquote(_shorten(text)))
    seen = [*_find_symptoms(text), *_find_refusals(text, language)]
    kept = [one for one in seen if not _yields(one.symptom, seen)]
    return [_explain(one, language) for one in sorted(kept, key=lambda one: one.start)]


def _unquote(text: str) -> str:
    """Unescape the strings of JSON, YAML or a log: the message of an event gets its own lines."""
    text = _ESCAPED.sub(lambda told: chr(int(told[1], 16)), _COLOUR.sub("", text))
    text = _IN_YAML.sub(lambda told: "\n" + _FOLD.sub(" ", told[1].replace("''", "'")) + "\n", text)
    text = _IN_JSON.sub(lambda told: "\n" + told[1].replace(r"\n", "\n") + "\n", text)
    return _QUOTE.sub('"', text)


def _shorten(text: str) -> str:
    """Leave out of a long text lines that repeat others, then the middle."""
    if len(text) <= _WHOLE:
        return text
    kept = "\n".join(_unlike(text.replace("\r", "\n")))
    return kept if len(kept) <= _HEAD + _TAIL else f"{kept[:_HEAD]}\n{kept[-_TAIL:]}"


def _unlike(text: str) -> Iterator[str]:
    """List the lines; of those that differ in numbers only, the first few."""
    seen: dict[str, int] = {}
    for line, shape in zip(text.split("\n"), text.translate(_NUMBERS).split("\n"), strict=True):
        seen[shape] = seen.get(shape, 0) + 1
        if seen[shape] <= _ALIKE:
            yield line


def _cut(text: str) -> str:
    """Leave out the ends of long lines."""
    return "\n".join(line[:_LONGEST_LINE] for line in text.split("\n"))


def _yields(symptom: Symptom, seen: Iterable[_Sighting]) -> bool:
    if symptom.yields == ("*",):
        return any(other.symptom.yields != symptom.yields for other in seen)
    return any({other.symptom.family, other.symptom.id} & {*symptom.yields} for other in seen)


def _find_symptoms(text: str) -> Iterator[_Sighting]:
    hits = [(symptom, hit) for symptom in catalogue().values() for hit in _hits(symptom, text)]
    around = [[*pattern.finditer(text)] for pattern in context()] if hits else []
    for symptom, hit in hits:
        yield _Sighting(hit.start(), _line(text, hit.start()), symptom, {**_around(around, hit.start()), **_values(hit)})


def _hits(symptom: Symptom, text: str) -> list[re.Match[str]]:
    """Find a symptom in a text: once for each object that it names, or one that names nothing if none does."""
    said = words(ENGLISH)[symptom.id]
    told = holes(said.cause + said.cure)
    lines: set[int] = set()
    found: dict[tuple[tuple[str, str], ...], re.Match[str]] = {}
    for pattern in symptom.patterns:  # the first that knows a line names the most of it
        fresh = [(line, hit) for hit in pattern.finditer(text) if (line := text.rfind("\n", 0, hit.start())) not in lines]
        lines |= {line for line, _ in fresh}
        for _, hit in fresh:
            found.setdefault(tuple(sorted((name, value.lower()) for name, value in _values(hit).items() if name in told)), hit)
    named = [hit for names, hit in found.items() if names]
    return (named or [*found.values()])[:_MANY]


def _find_refusals(text: str, language: str) -> Iterator[_Sighting]:
    known: set[tuple[str, ...]] = set()
    for one in refusals(text):
        key = one.codes or (one.field, one.reason)
        if key not in known:
            known.add(key)
            symptom = catalogue()[REFUSED_BY_A_RULE if one.codes else REFUSED]
            yield _Sighting(
                one.start, one.line, dataclasses.replace(symptom, codes=one.codes, field=_in_a_spec(one)), _of_refusal(one, language)
            )


def _of_refusal(refusal: Refusal, language: str) -> dict[str, str]:
    said = f"{refusal.reason}: {refusal.detail}" if refusal.detail else refusal.reason
    values = {"field": refusal.field, "said": show(said), "kind": refusal.kind or ""}
    if refusal.codes:
        values |= {"code": refusal.codes[0], "sentence": first_sentence(refusal.codes[0], language)}
    return values


def _in_a_spec(refusal: Refusal) -> str:
    """Spell a field of a manifest as a spec does, for ``explain`` to look up; of a kind that no spec has, as it is."""
    steps = re.sub(r"\[[^\[\]]*\]", "", refusal.field).split(".")
    if refusal.kind is not None and refusal.kind not in KINDS:
        return ".".join((refusal.kind, *steps))
    claim = next((index for index, step in enumerate(steps) if step.startswith("volumeClaimTemplate")), len(steps))  # kept as it is
    way = [*(spelt for step in steps[:claim] if (spelt := _FOLDED.get(step, step))), *steps[claim:]]
    way[-1:] = ["volume"] if way[-2:] == ["mounts", "name"] else way[-1:]
    is_its_own = refusal.kind is not None and not {"template", "jobTemplate"} & {*steps}
    return ".".join([str(refusal.kind), *way] if is_its_own and way[:1] not in ([], ["mounts"]) else way)


def _around(known: Iterable[Sequence[re.Match[str]]], start: int) -> dict[str, str]:
    """Find the values that the text has elsewhere: the last before a place, else the first after it."""
    found: dict[str, str] = {}
    for hits in known:
        before = [hit for hit in hits if hit.start() <= start]
        for hit in (before[-1:] or hits[:1])[::-1]:
            found = {**_values(hit), **found}
    return found


def _values(found: re.Match[str]) -> dict[str, str]:
    return {name: show(value.strip()) for name, value in found.groupdict().items() if value and value.strip()}


def _line(text: str, start: int) -> str:
    end = text.find("\n", start)
    return " ".join(text[text.rfind("\n", 0, start) + 1 : end if end >= 0 else len(text)].split())


def _explain(sighting: _Sighting, language: str) -> Explanation:
    symptom, values = sighting.symptom, sighting.values
    said = words(language)[symptom.id]
    spec = symptom.spec if said == words(ENGLISH)[symptom.id] else _COMMENT.sub("", symptom.spec)
    return Explanation(
        id=symptom.id,
        line=sighting.line,
        cause=filled(said.cause, values),
        cure=filled(said.cure, values),
        check=filled(said.check, values),
        commands=tuple(filled(one, values) for one in symptom.commands),
        field=symptom.field,
        spec=filled(spec, values).strip("\n"),
        codes=symptom.codes,
    )
