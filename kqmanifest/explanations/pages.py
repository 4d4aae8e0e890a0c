"""The page of a code: for a rule its docstring, for another fault its sentence and its hints."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from typing import Final

from kqmanifest.diagnostics import Fault
from kqmanifest.explanations.faults import by_code
from kqmanifest.languages import ENGLISH, page, sentences, traits
from kqmanifest.rules import POLICIES, RULES, Rule

_HOLE: Final = re.compile(r"(?<!\{)\{(\w+)\}(?!\})")
_SENTENCE: Final = re.compile(r".*?(?:[.?](?=\s|$)|。|$)", re.DOTALL)


@functools.cache
def rules() -> Mapping[str, Rule]:
    """Return all rules by their codes, those of policies too."""
    return {rule.code: rule for rule in sorted((*RULES, *POLICIES["restricted"]), key=lambda rule: rule.code)}


def codes() -> tuple[str, ...]:
    """List the codes of all rules and faults."""
    return tuple(sorted({*rules(), *by_code()}))


def code_page(code: str, language: str = ENGLISH) -> str | None:
    """Return the page of a code, as it is printed; None if nothing has that code."""
    found = _text(code, language)
    return None if found is None else f"{code}  {name_of(code, language)}\n\n{found}\n"


def fault_of(code: str) -> Fault:
    """Return the fault of a code: a rule's, or another.

    Raises:
        KeyError: nothing has that code.
    """
    return rules()[code].fault if code in rules() else by_code()[code][0]


def name_of(code: str, language: str = ENGLISH) -> str:
    """Name what a code finds, in words."""
    return _of_rule(code, language)[0] if code in rules() else by_code()[code][1] if code in by_code() else ""


def first_sentence(code: str, language: str = ENGLISH) -> str:
    """Return the first sentence of a code's page, on one line."""
    return " ".join((_SENTENCE.match(_text(code, language) or "") or [""])[0].split())


def _text(code: str, language: str) -> str | None:
    return _of_rule(code, language)[1] if code in rules() else _of_fault(code, language) if code in by_code() else None


def _of_rule(code: str, language: str) -> tuple[str, str]:
    return page(code, rules()[code].name, rules()[code].page, language)


def _of_fault(code: str, language: str) -> str:
    fault, _ = by_code()[code]
    spoken = sentences(fault, language)
    stop = traits(ENGLISH if spoken is fault else language).stop
    hints = tuple(hint for hint in spoken.hints if not _HOLE.fullmatch(hint))  # what is said whole where it is known says nothing here
    return "\n".join((_as_sentence(spoken.message, stop), *(["", *(f"- {_as_sentence(hint, stop)}" for hint in hints)] if hints else [])))


def _as_sentence(template: str, stop: str) -> str:
    """Write a template as a sentence, with the names of its values in angle brackets."""
    text = _HOLE.sub(r"<\1>", template).replace("{{", "{").replace("}}", "}")
    return text[:1].upper() + text[1:] + ("" if text.endswith(("?", ".", stop)) else stop)
