"""The page of a code: of a rule what its docstring says, of another fault its sentence and its cures."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from typing import Final

from kqmanifest.diagnostics import Fault
from kqmanifest.explanations.faults import faults
from kqmanifest.languages import ENGLISH, page, sentences
from kqmanifest.rules import POLICIES, RULES, Rule

_HOLE: Final = re.compile(r"(?<!\{)\{(\w+)\}(?!\})")
_SENTENCE: Final = re.compile(r".*?(?:[.?](?=\s|$)|。|$)", re.DOTALL)


@functools.cache
def rules() -> Mapping[str, Rule]:
    """Give all rules by their codes, those of a policy too."""
    return {rule.code: rule for rule in sorted((*RULES, *POLICIES["restricted"]), key=lambda rule: rule.code)}


@functools.cache
def _others() -> Mapping[str, tuple[Fault, str]]:
    return {fault.code: (fault, name) for fault, name in faults().items() if fault.code not in rules()}


def codes() -> tuple[str, ...]:
    """List the codes of all rules and faults."""
    return tuple(sorted({*rules(), *_others()}))


def code_page(code: str, language: str = ENGLISH) -> str | None:
    """Write the page of a code, as it is printed; None where nothing has that code."""
    found = _of_rule(code, language) if code in rules() else _of_fault(code, language) if code in _others() else None
    return None if found is None else f"{code}  {name_of(code, language)}\n\n{found}\n"


def templates(code: str) -> tuple[str, ...]:
    """Give the English sentences of a code: what it states, and its cures."""
    fault = rules()[code].fault if code in rules() else _others()[code][0]
    return (fault.message, *fault.hints)


def name_of(code: str, language: str = ENGLISH) -> str:
    """Name what a code finds, in words."""
    spoken = sentences(code, language)
    return (spoken.name if spoken else "") or (rules()[code].name if code in rules() else _others()[code][1] if code in _others() else "")


def first_sentence(code: str, language: str = ENGLISH) -> str:
    """Give the first sentence of a code's page, on one line."""
    text = _of_rule(code, language) if code in rules() else _of_fault(code, language) if code in _others() else ""
    return " ".join((_SENTENCE.match(text) or [""])[0].split())


def _of_rule(code: str, language: str) -> str:
    return page(code, rules()[code].page, language)


def _of_fault(code: str, language: str) -> str:
    fault, _ = _others()[code]
    spoken = sentences(code, language)
    message, hints = (spoken.message, spoken.hints) if spoken else (fault.message, fault.hints)
    hints = tuple(hint for hint in hints if not _HOLE.fullmatch(hint))  # what is said whole where it is known says nothing here
    return "\n".join((_told(message, language), *(["", *(f"- {_told(hint, language)}" for hint in hints)] if hints else [])))


def _told(template: str, language: str) -> str:
    """Write a template as a sentence, with the names of its values in angle brackets."""
    text = _HOLE.sub(r"<\1>", template).replace("{{", "{").replace("}}", "}")
    ended = text.endswith(("?", "。", "."))
    return text[:1].upper() + text[1:] + ("" if ended else "。" if language == "ja" else ".")
