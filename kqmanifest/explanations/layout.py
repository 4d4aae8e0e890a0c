"""Pages laid out for a terminal: lines no wider than it, East Asian text broken as it is in print."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final, TypeAlias

from kqmanifest.diagnostics import ManifestError
from kqmanifest.emit import yaml
from kqmanifest.explanations.fields import Field, Key, terms
from kqmanifest.explanations.pages import code_page, first_sentence
from kqmanifest.explanations.symptoms import Explanation
from kqmanifest.languages.columns import beginning, cells
from kqmanifest.read import load

Paint: TypeAlias = Callable[[str, str], str]
"""Gives a text the colour of its role."""

PROGRAM: Final = "kqmanifest explain"
_NARROWEST: Final = 24
"""Cells that a second column needs."""
_FEW: Final = 8
"""Names that are worth a line."""
_UNIT: Final = re.compile(
    r"`[^`\n]*`|\s+|[^\s`\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uffef]+|.", re.DOTALL
)
_NEVER_FIRST: Final = frozenset(
    "、。」』】〉》ー々…・ぁぃぅぇぉっゃゅょァィゥェォッャュョ\uff0c\uff0e\uff1a\uff1b\uff1f\uff01\uff09\u3015,.:;)]}?!%"
)
_NEVER_LAST: Final = frozenset("「『【〈《\uff08\u3014([{")
_EXAMPLE: Final = re.compile(r"^(\S+):$\n((?:^ {4}.*$\n?)+)", re.MULTILINE)


def of_symptom(one: Explanation, width: int, language: str, paint: Paint) -> str:
    """Lay out a message of a cluster: its line, the cause, what to do, how to check."""
    said = terms(language)
    lines = [*(paint(line, "code") for line in wrapped(one.line, width)), ""]
    for head, text in ((said["cause"], one.cause), (said["cure"], one.cure)):
        lines += [*_headed(head, text, width, paint), ""]
    if one.spec:
        lines += [*_head(said["instead"], width, paint), *_indent(one.spec), ""]
    if one.commands:
        lines += [*_headed(said["check"], one.check, width, paint), *(f"    $ {command}" for command in one.commands), ""]
    if one.codes:
        lines += [*_head(said["rules"], width, paint), *_list_rules(one.codes, width, language, paint), ""]
    if one.field:
        lines += [*_headed(said["field"], f"`{PROGRAM} {one.field}`", width, paint), ""]
    return "\n".join(lines)


def of_field(one: Field, width: int, language: str, paint: Paint) -> str:
    """Lay out a field: what it is, its type, an example, the fields below it, the rules that check it."""
    said = terms(language)
    takes = f"{one.takes} ({said['required']})" if one.is_required else one.takes
    facts = [(said["stands"], one.place), (said["takes"], takes), (said["default"], one.default)]
    facts.append((said["kubectl"], f"kubectl explain {one.kubectl}" if one.kubectl else ""))
    is_kind = "." not in one.place
    lines = [
        *(paint(line, "code") for line in wrapped(one.asked, width)),
        "",
        *wrapped(one.meaning, width),
        "",
        *([] if is_kind else [*_facts(facts, width, paint), ""]),
    ]
    if one.sample:
        lines += [*_head(said["example"], width, paint), *_indent(one.sample.rstrip("\n")), ""]
    if one.keys or one.published:
        lines += [*_head(said["keys"], width, paint), *_keys(one.keys or one.published, width, said["required"], paint)]
        if one.keys and one.published:
            lines += wrapped(said["published_keys"].format(names=", ".join(key.name for key in one.published)), width, "  ")
        lines.append("")
    if one.codes:
        lines += [*_head(said["held"], width, paint), *_list_rules(one.codes, width, language, paint), ""]
    if one.elsewhere:
        names = ", ".join(one.elsewhere[:_FEW]) + (", …" if len(one.elsewhere) > _FEW else "")
        lines += [*_headed(said["elsewhere"], names, width, paint), ""]
    return "\n".join(lines)


def of_code(code: str, width: int, language: str, paint: Paint) -> str:
    """Lay out the page of a code: its prose in paragraphs, its examples as YAML in block style."""
    page = code_page(code, language) or ""
    head, _, rest = page.partition("\n\n")
    examples = [*_EXAMPLE.finditer(rest)]
    prose = rest[: examples[0].start()] if examples else rest
    lines = [*(paint(line, "code") for line in wrapped(head, width)), ""]
    for paragraph in filter(None, (part.strip() for part in prose.replace("``", "`").split("\n\n"))):
        listed = paragraph.startswith("- ")
        for part in paragraph.split("\n") if listed else [" ".join(paragraph.split())]:
            lines += [*wrapped(part, width, "  " if listed else "", "- " if listed else "")]
        lines.append("")
    for example in examples:
        inner = "\n".join(line[4:] for line in example[2].rstrip("\n").split("\n"))
        lines += [paint(f"{example[1]}:", "hint"), *_indent(_in_blocks(inner)), ""]
    return "\n".join(lines)


def wrapped(text: str, width: int, indent: str = "", lead: str = "") -> list[str]:
    """Break a text into lines of at most that many cells; ``lead`` replaces the indent of the first line."""
    room = max(width - cells(indent), 20)
    lines, line = [], ""
    for chunk in _chunks(text.removeprefix(lead)):
        joined = f"{line}{chunk}" if line else chunk.lstrip()
        if cells(joined.rstrip()) <= room or not line:
            line = joined
        else:
            lines.append(line.rstrip())
            line = chunk.lstrip()
        while cells(line.rstrip()) > room:
            head = beginning(line, room)
            lines.append(head)
            line = line[len(head) :]
    lines.append(line.rstrip())
    return [f"{lead or indent}{one}" if index == 0 else f"{indent}{one}" for index, one in enumerate(lines)]


def _chunks(text: str) -> Iterator[str]:
    """Cut a text where a line may end: at spaces, and between East Asian characters, but not before a full stop of theirs."""
    chunk = ""
    for unit in _UNIT.findall(text):
        wide = cells(unit[0]) > 1 or (chunk != "" and cells(chunk[-1]) > 1)
        if chunk and (unit.isspace() or chunk[-1].isspace() or (wide and unit[0] not in _NEVER_FIRST and chunk[-1] not in _NEVER_LAST)):
            if unit.isspace():
                chunk += unit.replace("\n", " ")
                continue
            yield chunk
            chunk = unit
        else:
            chunk += unit
    yield chunk


def _head(head: str, width: int, paint: Paint) -> list[str]:
    return [paint(line, "hint") for line in wrapped(f"{head}:", width)]


def _headed(head: str, text: str, width: int, paint: Paint) -> Iterator[str]:
    first, *rest = wrapped(f"{head}: {text}", width)
    yield f"{paint(f'{head}:', 'hint')}{first.removeprefix(f'{head}:')}"
    yield from rest


def _facts(facts: Sequence[tuple[str, str]], width: int, paint: Paint) -> Iterator[str]:
    """Set names and values in two columns; if there is no room for the second, each value below its name."""
    told = [(name, value) for name, value in facts if value]
    column = max(cells(name) for name, _ in told) + 2
    for name, value in told:
        if width - column - 2 < _NARROWEST:
            yield f"  {paint(name, 'hint')}"
            yield from wrapped(value, width, "    ")
            continue
        first, *rest = wrapped(value, width - column - 2)
        yield f"  {paint(name, 'hint')}{' ' * (column - cells(name))}{first}"
        yield from (f"  {' ' * column}{line}" for line in rest)


def _keys(keys: Sequence[Key], width: int, required: str, paint: Paint) -> Iterator[str]:
    """List fields: the name and what it takes, and below it what it is."""
    for key in keys:
        first, *rest = wrapped(f"{key.name}  {key.takes}{f' ({required})' if key.is_required else ''}", width, "    ", "  ")
        head = first.strip()[: len(key.name)]  # on a narrow terminal a name may be cut
        yield f"  {paint(head, 'code')}{first.strip()[len(head) :]}"
        yield from rest
        if key.meaning:
            yield from wrapped(key.meaning, width, "      ")


def _list_rules(codes: Iterable[str], width: int, language: str, paint: Paint) -> Iterator[str]:
    for code in codes:
        first, *rest = wrapped(first_sentence(code, language).replace("``", "`"), width, " " * (len(code) + 4))
        yield f"  {paint(code, 'code')}  {first.lstrip()}"
        yield from rest


def _indent(text: str) -> Iterator[str]:
    return (f"    {line}".rstrip() for line in text.split("\n"))


def _in_blocks(text: str) -> str:
    """Write an example in block style, which is narrower; what cannot be read stays as it is."""
    if "#" in text:
        return text  # a comment would be lost
    try:
        return "---\n".join(yaml([document.value]) for document in load(text)).rstrip("\n")
    except ManifestError:
        return text


def plain(text: str, role: str) -> str:  # noqa: ARG001  it replaces a function that paints
    """Leave a text as it is."""
    return text
