"""No regular expression takes longer than its text is long: each is asked with attacks made from its own tree, at growing lengths."""

from __future__ import annotations

import ast
import dataclasses
import functools
import importlib
import os
import pathlib
import pkgutil
import re
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from whole.backtracking import Attack, attacks

import kqmanifest
from kqmanifest.explanations.symptom_table import catalogue, context
from kqmanifest.rules import RULES, forms
from kqmanifest.rules.volumes.storage_networks import is_iscsi_name

SEARCHES: Final = frozenset({"search", "sub", "subn", "split", "findall", "finditer"})
MATCHES: Final = frozenset({"match", "fullmatch"})
ASKED: Final[Mapping[str, str]] = {
    "kqmanifest.specs.kinds._OTHER_FILES": "match",
    "kqmanifest.cli.excerpt._BLOCK": "match",
    "kqmanifest.cli.excerpt._FLOW": "match",
    "kqmanifest.cli.excerpt._WORD": "match",
    "kqmanifest.importers.shell._KINDS": "search",
    "kqmanifest.read.block_text._BEGIN": "match",
    "kqmanifest.read.block_text._BLANK": "match",
    "kqmanifest.read.block_text._EMPTY": "match",
    "kqmanifest.read.block_text._INDENT": "match",
    "kqmanifest.read.scanner._BAD_NUMBERS": "match",
}
"""How those are asked that are not asked by their name."""
COMPUTED: Final = frozenset(
    {
        ("kqmanifest.explanations.symptom_table", "pattern"),  # symptoms.toml: covered below
        ("kqmanifest.importers.docker.process", "looks"),  # the values of a table, covered as patterns of the module
        ("kqmanifest.read.yaml_faults", "pattern"),  # a table of ours, asked of the short messages of PyYAML
        ("kqmanifest.rules.forms", "pattern"),  # the forms of names: covered below
        (
            "kqmanifest.schema.visitors",
            r"''.join((f'(?=(?:{pattern})\\Z)' for pattern in patterns)) + '(?s:.*)'",
        ),  # covered below, each alone
        ("kqmanifest.importers.shell", "f'^\\\\t*{re.escape(word)}$'"),  # MASK
    }
)
"""Patterns that are made when they are asked, with the reason why that is linear."""

LENGTHS: Final = (12, 18, 24, 30, 36, 42, 48, 54, 60, 512, 16_384)
"""The lengths of an attack: the next is tried where the last was quick, so that a pattern that never ends is found by a short one."""
MOST: Final = 0.05
"""The seconds of the processor that the longest may take: a linear look at it takes a thousandth of a second, a quadratic one a tenth."""
TRIED: Final = 16
"""Of all attacks on a pattern so many, evenly taken; with ``KQMANIFEST_LIVE`` all of them."""


@dataclasses.dataclass(frozen=True)
class Asked:
    """A pattern of the package, where it stands, and how it is asked."""

    name: str
    pattern: re.Pattern[str]
    how: str
    by_lines: bool = False
    """Whether its texts have lines of a bounded length, however many."""

    @property
    def room(self) -> str:
        return self.name.partition(":")[0].rpartition(".")[0] if "._" in self.name else self.name.partition(":")[0]


def modules() -> Iterator[Any]:
    for module in pkgutil.walk_packages(kqmanifest.__path__, "kqmanifest."):
        if not module.name.endswith("__main__"):
            yield importlib.import_module(module.name)


def sources() -> Iterator[tuple[str, ast.Module]]:
    root = pathlib.Path(kqmanifest.__path__[0])
    for path in sorted(root.rglob("*.py")):
        parts = ("kqmanifest", *path.relative_to(root).with_suffix("").parts)
        yield ".".join(parts).removesuffix(".__init__"), ast.parse(path.read_text("utf-8"))


def patterns_in(value: Any, depth: int = 4) -> Iterator[re.Pattern[str]]:
    """Find the patterns in a value of a module, in tables and values too."""
    if isinstance(value, re.Pattern):
        if isinstance(value.pattern, str):
            yield value
    elif depth and isinstance(value, Mapping):
        for key, member in value.items():
            yield from (*patterns_in(key, depth - 1), *patterns_in(member, depth - 1))
    elif depth and isinstance(value, tuple | list | set | frozenset):
        for member in value:
            yield from patterns_in(member, depth - 1)
    elif depth and dataclasses.is_dataclass(value) and not isinstance(value, type):
        for field in dataclasses.fields(value):
            yield from patterns_in(getattr(value, field.name, None), depth - 1)


@functools.cache
def uses() -> Mapping[str, set[str]]:
    """Say of each name of a module which of its attributes the package asks for."""
    found: dict[str, set[str]] = {}
    for module, tree in sources():
        imported = {
            name.asname or name.name: f"{node.module}.{name.name}"
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom) and node.module
            for name in node.names
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                found.setdefault(imported.get(node.value.id, f"{module}.{node.value.id}"), set()).add(node.attr)
    return found


def how(name: str) -> str:
    """Say how a pattern is asked, the way that costs most."""
    used = uses().get(name, set())
    if used & SEARCHES:
        return "search"
    if used & MATCHES:
        return "fullmatch" if "fullmatch" in used else "match"
    return ASKED.get(name, "search")


def of_rules() -> Iterator[tuple[str, str]]:
    """Name the patterns that rules and forms hold as text, and that are compiled where they are asked."""
    yield from ((f"forms: {one.pattern}", one.pattern) for one in vars(forms).values() if isinstance(one, forms.Form) and one.pattern)
    yield from ((f"unless {rule.code}: {rule.unless}", rule.unless) for rule in RULES if rule.unless)


@functools.cache
def asked() -> tuple[Asked, ...]:
    found: dict[tuple[str, int], Asked] = {}
    for module in modules():
        for name, value in vars(module).items():
            for pattern in patterns_in(value):
                # A name that is imported is the same pattern; it is asked as where it is made.
                full = f"{module.__name__}.{name}"
                known = found.get((pattern.pattern, pattern.flags))
                if known is None or (known.name not in uses() and full in uses()):
                    found[pattern.pattern, pattern.flags] = Asked(full, pattern, how(full))
    for module_name, tree in sources():
        for made, method in inline(tree):
            if made is not None:
                name = f"{module_name}: {made.pattern}"
                found.setdefault((made.pattern, made.flags), Asked(name, made, method if method in MATCHES else "search"))
    for name, text in of_rules():
        found.setdefault((text, re.compile(text).flags), Asked(name, re.compile(text), "fullmatch"))
    # What `explain` reads has lines of 2,000 characters at most.
    for symptom in catalogue().values():
        found |= {
            (one.pattern, one.flags): Asked(f"symptoms of {symptom.family}", one, "search", by_lines=True) for one in symptom.patterns
        }
    found |= {(one.pattern, one.flags): Asked("symptoms around others", one, "search", by_lines=True) for one in context()}
    return tuple(found.values())


def inline(tree: ast.Module) -> Iterator[tuple[re.Pattern[str] | None, str]]:
    """Find the patterns that are asked where they are written: ``re.match("a", text)``; None for one that is made only then."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Name):
            method = node.func.attr
            if node.func.value.id == "re" and method in SEARCHES | MATCHES:
                first = node.args[0]
                yield (re.compile(first.value) if isinstance(first, ast.Constant) and isinstance(first.value, str) else None), method


def seconds(one: Asked, attack: Attack, length: int) -> float:
    text = attack.text(length)
    if one.by_lines:
        text = re.sub("(?s:.{512})", "\\g<0>\n", text)
    ask = (lambda text: one.pattern.sub("", text)) if one.how == "search" else getattr(one.pattern, one.how)
    begin = time.process_time()
    ask(text)
    return time.process_time() - begin


def is_dear(one: Asked, attack: Attack, lengths: Sequence[int] = LENGTHS) -> bool:
    """Say whether an attack of some length takes too long, whatever else the machine does meanwhile."""
    return any(all(seconds(one, attack, length) > MOST for _ in range(4)) for length in lengths)


def fault_of(one: Asked) -> str | None:
    """Find an attack that costs more than its length."""
    made = attacks(one.pattern)
    step = 1 if os.environ.get("KQMANIFEST_LIVE") else max(1, len(made) // TRIED)
    return next((f"{one.name}: {attack} {one.pattern.pattern}" for attack in made[::step] if is_dear(one, attack)), None)


def rooms() -> list[str]:
    return sorted({one.room for one in asked()})


@pytest.mark.parametrize("room", rooms())
def test_a_pattern_looks_no_oftener_than_its_text_is_long(room: str) -> None:
    assert [fault for one in asked() if one.room == room and (fault := fault_of(one))] == []


def test_every_pattern_that_is_made_when_it_is_asked_is_known() -> None:
    found = set()
    for module, tree in sources():
        in_functions = {id(inner) for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) for inner in ast.walk(node)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Name):
                is_asked = node.func.value.id == "re" and node.func.attr in SEARCHES | MATCHES | {"compile"}
                if is_asked and not isinstance(node.args[0], ast.Constant) and id(node) in in_functions:
                    found.add((module, ast.unparse(node.args[0]).removeprefix("r")))  # how it is spelt differs between versions of Python
    assert found == COMPUTED


def test_what_is_said_of_a_pattern_is_said_of_one_that_is_there() -> None:
    there = {f"{module.__name__}.{name}" for module in modules() for name in vars(module)}
    assert ASKED.keys() <= there


QUADRATIC: Final = [
    ("search", r"a+b"),
    ("search", r"\{\{.*?\}\}"),
    ("fullmatch", r".*:(?:/.*|[A-Za-z,]*)"),
    ("match", r"\S.*?(?=\s+#|:(?:\s|$)|,?\s*$)"),
    ("match", r"[^\s,][^,]*?(?=\s*(?:,|:\s|:$|\s#|$))"),
    ("search", r'(?<!\w)"(?:\\.|[^"\\])*"|\s#.*'),
    ("fullmatch", r"(a|aa)*b"),
    ("fullmatch", r"(a+)+b"),
    ("match", r"\s*\n\s*\Z"),
    ("fullmatch", r"[0-9]*\.?[0-9]+x"),
    ("search", r"(?<=a)[ab]*c"),
]


@pytest.mark.parametrize(("how_", "pattern"), QUADRATIC)
def test_what_is_quadratic_is_found(how_: str, pattern: str) -> None:
    one = Asked("this", re.compile(pattern), how_)
    lengths = sorted({*LENGTHS, *range(12, 60, 2), 4096, 8192})  # so that what is found is found before it takes seconds
    assert any(is_dear(one, attack, lengths) for attack in attacks(one.pattern))


@given(
    st.lists(
        st.sampled_from(
            ["iqn.2001-04.", "iqn", ".", "com", ":", "x", ",", " ", "-", "0", "é", "\n", "iqn.2001-04.a:b", "eui.0123456789abcdef"]
        ),
        max_size=8,
    ).map("".join)
)
def test_an_iscsi_name_is_read_as_the_servers_own_pattern_reads_it(name: str) -> None:
    plain = re.search(r"iqn\.\d{4}-\d{2}\.[A-Za-z0-9.-]+:[^,;*&$|\t\n\f\r ]+\Z", name, re.ASCII)
    numbered = re.fullmatch(r"eui.[A-Za-z0-9]{16}|naa.[A-Za-z0-9]{32}", name, re.ASCII)
    assert is_iscsi_name(name) == bool((name.startswith("iqn") and plain) or numbered)
