"""The pages of the rules, one for each room, written from the rules themselves before Sphinx looks for pages."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

from examples import completed
from prose import fence, laid_out, prose, sentence
from sphinx.application import Sphinx
from yaml import YAMLError, safe_load_all

from kqmanifest import Diagnostic, check
from kqmanifest.rules import POLICY_ROOMS, ROOMS, Rule, rules_in
from kqmanifest.schema.published import EVER, KNOWN, Span

HERE = "rules"
_EXAMPLE = re.compile(r"^(Wrong|Right):\n((?:    .*\n|\n)*)", re.MULTILINE)

INTRODUCTION = """# The rules

A rule judges one thing in a finished manifest, whether a spec was rendered to it or somebody wrote it by hand. Each belongs to a room,
a part of Kubernetes. The code says what the fault means: KQ2 would be refused by the API server, KQ3 would run and not do what was meant,
KQ4 is unwise, and KQ5 is asked only where a [pod security standard](../command-line.md#pod-security-standards) is. Only KQ2 cannot be
[ignored](../command-line.md#ignoring-a-rule). `python -m kqmanifest rules KQ2003` prints the page of a rule.

An example without a `kind` is a part of a Pod's `spec`.
"""


def rules_of(room: ModuleType) -> list[Rule]:
    """Give the rules of a room, by their codes."""
    return sorted(rules_in(room), key=lambda one: one.code)


def index(rooms: list[ModuleType]) -> Iterator[str]:
    """Write the page that leads to all others, with every code."""
    yield INTRODUCTION
    yield from fence(":hidden:\n\n" + "\n".join(_name(room) for room in rooms), "{toctree}")
    for room in rooms:
        yield f"## [{title(room)}]({_name(room)}.md)\n"
        yield from (f"- [{rule.code}](#{rule.code.lower()}) {prose(rule.name)}" for rule in rules_of(room))
        yield ""


def page(room: ModuleType) -> Iterator[str]:
    """Write the page of a room."""
    heading, _, rest = _caption(room).partition(":")
    yield f"# {prose(heading).rstrip('.')}\n"
    if rest.strip():
        yield f"{prose(rest.strip()[:1].upper() + rest.strip()[1:])}\n"
    for rule in rules_of(room):
        yield from section(rule)


def section(rule: Rule) -> Iterator[str]:
    """Write what one rule finds, why it matters, and its two examples."""
    yield f"({rule.code.lower()})=\n## {rule.code}: {prose(rule.name)}\n"
    yield f"{prose(_EXAMPLE.sub('', rule.page + chr(10)).strip())}\n"
    examples = examples_of(rule)
    if "Wrong" in examples:
        yield "**Wrong**\n"
        yield from fence(laid_out(examples["Wrong"]), "yaml")
        yield from (line for one in _told(rule, examples["Wrong"]) for line in _spoken(one))
    if "Right" in examples:
        yield "**Right**\n"
        yield from fence(laid_out(examples["Right"]), "yaml")
    yield from facts(rule)


def examples_of(rule: Rule) -> dict[str, str]:
    """Give the text of a rule's ``Wrong`` and ``Right`` example."""
    return {name: textwrap.dedent(text).strip("\n") + "\n" for name, text in _EXAMPLE.findall(rule.page + "\n")}


def facts(rule: Rule) -> Iterator[str]:
    """Write the rule's sentences with their blanks, and where and when it is asked."""
    yield f":says: {sentence(rule.fault.message)}"
    if len(rule.fault.hints) == 1:
        yield f":hint: {sentence(rule.fault.hints[0])}"
    elif rule.fault.hints:
        yield ":hint: the first of these for which everything is known\n"
        yield from (f"    - {sentence(hint)}" for hint in rule.fault.hints)
        yield ""
    yield f":asked of: {', '.join(f'`{on}`' if on != 'Manifest' else 'all objects together' for on in rule.on)}"
    yield f":severity: {rule.fault.severity}{'' if rule.code.startswith('KQ2') else '; it can be ignored'}"
    for of, span in (("Kubernetes", rule.kubernetes), ("standard", rule.standard)):
        if span != EVER:
            yield f":{of}: {_said(span)}"
    yield ""


def is_policy(rule: Rule) -> bool:
    """Say whether a rule is asked only where a standard is asked for."""
    return rule.code.startswith("KQ5")


def _said(span: Span) -> str:
    """Say in words which versions a rule holds for."""
    if span.until is None or span.since is None:
        return f"from {span.since} on" if span.until is None else f"up to {span.until}"
    return span.since if span.since == span.until else f"{span.since} to {span.until}"


def _told(rule: Rule, example: str) -> list[Diagnostic]:
    """Give what is told of the wrong example; nothing where that cannot be read (the tests of the rules say so)."""
    version = rule.kubernetes.newest(KNOWN)
    try:
        objects = [completed(one) for one in safe_load_all(example)]
    except (YAMLError, AttributeError, TypeError, KeyError):
        return []
    told = check(objects, kubernetes=version, pod_security="restricted:latest" if is_policy(rule) else None)
    return [one for one in told if one.code == rule.code]


def _spoken(one: Diagnostic) -> Iterator[str]:
    yield f"> `{'/'.join(one.path.tokens[1:])}`: {prose(one.message)}"
    yield f">\n> *hint:* {prose(one.hint)}\n" if one.hint else ""


def _caption(room: ModuleType) -> str:
    return (room.__doc__ or room.__name__).partition("\n")[0].replace("``", "`")


def title(room: ModuleType) -> str:
    """Give the words before the colon of a room's caption."""
    return prose(_caption(room).partition(":")[0].rstrip("."))


def _name(room: ModuleType) -> str:
    return room.__name__.rpartition(".")[2]


def write(app: Sphinx) -> None:
    """Write the pages into a folder that git does not see, those that have changed."""
    rooms = [room for room in (*ROOMS, *POLICY_ROOMS) if rules_of(room)]
    folder = Path(app.srcdir) / HERE
    folder.mkdir(exist_ok=True)
    pages = {"index.md": index(rooms), **{f"{_name(room)}.md": page(room) for room in rooms}}
    texts = {name: "\n".join(lines) + "\n" for name, lines in pages.items()} | {".gitignore": "*\n"}
    for old in folder.iterdir():
        if old.name not in texts:
            old.unlink()
    for name, text in texts.items():
        path = folder / name
        if not path.exists() or path.read_text("utf-8") != text:
            path.write_text(text, "utf-8")


def setup(app: Sphinx) -> Mapping[str, Any]:
    """Write the pages as soon as the builder stands."""
    app.connect("builder-inited", write)
    return {"parallel_read_safe": True}
