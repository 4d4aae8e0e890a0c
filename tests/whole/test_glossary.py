"""What is said is said in plain English: phrases that readers stumble over have a plain one in their place."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from folders import TOP

PLAIN = {
    r"(?<!there )\b(?:is|are) (?-i:none)\b": "does not exist, is not valid",
    r"\b(?:is|are) no (?!longer|more|less|such)(?<!there is no )(?<!there are no )": "must be, cannot be",
    r"\b(?:is|are) not (?:how|when|where|who|a way)\b": "unknown, must be, cannot be",
    r"\bno equals?\b": "no equivalent",
    r"\bletters count\b": "is case-sensitive",
    r"\bletter by letter\b|\bto the letter\b": "exactly",
    r"\bsmall letters\b": "lower case",
    r"\bless than nothing\b": "must not be negative",
    r"\b(?:take|takes|took|taken|taking)(?: \w+){0,2} out\b": "remove",
    r"\bmend(?:s|ed|ing)?\b": "fix, correct",
    r"\bcures?\b": "fix, hint",
    r"\bspoil(?:s|t)?\b": "damage, overwrite",
    r"\bbehind\b": "after",
    r"\bin step\b": "up to date",
    r"\bsaid twice\b|\ba second time\b": "given twice, again",
    r"\banew\b": "again",
    r"\bblanks?\b": "space",
    r"(?<!there )\bis (?:a )?text\b": "is a string",
    r"\bask(?:s|ed)? (?:for|of)\b|\bcannot be asked\b": "request",
    r"\bbelongs? into\b": "belongs in",
    r"\bcomes? of\b": "because, results from",
    r"\bany more\b": "no longer",
    r"\bgo(?:es)? on\b": "continue",
    r"\bshall\b": "should",
    r"\bneed be\b": "must be, is needed",
    r"\bis otherwise\b|\bare otherwise\b": "differs",
    r"\bcalled like\b": "has the same name as",
    r"\b(?:tears?|torn|taken) apart\b": "split",
    r"\bsay whether\b": "return whether",
    r"\bnothing of\b(?! the kind)": "none of, nothing in",
    r"\bof one's own\b": "your own",
    r"\bin silence\b": "silently",
    r"\b(?:nobody|nothing) is told\b|\bis told so\b": "is not reported, gets an error",
    r"\bstands? for (?:something|nothing)\b": "looks like a placeholder, has no source",
    r"\bitself is at fault\b|\bis itself at fault\b": "internal error",
    r"\bnobody sits\b": "no terminal is attached",
    r"\btomorrow\b": "later",
    r"\bdie of\b": "fail with",
    r"\bhas not[,.:;]|\bhas not$": "does not have",
    r"\b(?:hereby|thereby|thereof|therein|wherein|whereby|hence|thus|whilst|albeit|hitherto)\b": "shorter words",
    r"\bsuffices?\b": "is enough",
    r"\b(?:please|simply)\b": "nothing",
    r"\bk8s\b(?!\.)": "Kubernetes",
    r"\b(?-i:[Pp]od security standard)": "Pod Security Standard, as Kubernetes writes it",
}
"""Patterns of what is not said, in any case, and what is said instead."""

EXCEPTIONS = {("CONTRIBUTING.md", 'without "please"'): "it lists what is not said"}
"""Places where such a phrase is the right one: the end of the file's name and a part of the line, each with its reason."""

_CODE = re.compile(r"``[^`]*``|`[^`]*`|\{\w*\}")


def _of_source(path: Path) -> Iterator[tuple[int, str]]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and " " in node.value.strip():
            yield from enumerate(node.value.split("\n"), node.lineno)


def _of_table(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _of_table(item)


def _of_page(path: Path) -> Iterator[tuple[int, str]]:
    is_code = False
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        is_code ^= line.startswith("```")
        if not is_code:
            yield number, line


def _prose(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the lines that people read, with their numbers: of a table of sentences only the sentences, without numbers."""
    if path.suffix == ".py":
        yield from _of_source(path)
    elif path.suffix == ".toml":
        yield from ((0, line) for text in _of_table(tomllib.loads(path.read_text("utf-8"))) for line in text.splitlines())
    else:
        yield from _of_page(path)


def _files() -> list[Path]:
    english = (path for path in (TOP / "kqmanifest" / "languages" / "en").rglob("*") if path.is_file())
    return sorted({TOP / "README.md", *(TOP / "docs").glob("*.md"), *(TOP / "kqmanifest").rglob("*.py"), *english})


FILES = {path.relative_to(TOP).as_posix(): path for path in _files()}
COMPILED = {re.compile(pattern, re.IGNORECASE): plain for pattern, plain in PLAIN.items()}


def _stumbles(name: str, number: int, line: str) -> Iterator[str]:
    text = _CODE.sub("CODE", line)
    if any(name.endswith(end) and part in line for end, part in EXCEPTIONS):
        return
    for pattern, plain in COMPILED.items():
        if found := pattern.search(text):
            yield f"{name}:{number}: {found[0]!r}, write: {plain}\n    {line.strip()}"


@pytest.mark.parametrize("name", FILES)
def test_it_is_said_in_plain_english(name: str) -> None:
    found = [said for number, line in _prose(FILES[name]) for said in _stumbles(name, number, line)]
    assert not found, "\n".join(found)


def test_an_exception_is_still_needed() -> None:
    lines = [(name, line) for name, path in FILES.items() for _, line in _prose(path)]
    unused = [key for key in EXCEPTIONS if not any(name.endswith(key[0]) and key[1] in line for name, line in lines)]
    assert not unused
    assert all(len(reason.split()) > 2 for reason in EXCEPTIONS.values())


@pytest.mark.parametrize(
    "said", ["the value is none", "take it out", "GPUs are asked for", "this Is Text", "a blank", "it belongs into a Job"]
)
def test_what_is_not_said_is_found(said: str) -> None:
    assert [*_stumbles("x.py", 1, said)]
    assert not [*_stumbles("x.py", 1, f"`{said}`")]
