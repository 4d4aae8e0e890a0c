"""What the project promises of its own files, and no linter knows."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
import subprocess
from collections import Counter
from pathlib import Path

import pytest
from folders import TOP

import kqmanifest
from kqmanifest.diagnostics import Fault
from kqmanifest.rules import POLICIES, RETIRED, RULES

ROOMS = {path.relative_to(TOP).as_posix(): path.read_text("utf-8") for path in sorted((TOP / "kqmanifest").rglob("*.py"))}
SOURCES = {path.relative_to(TOP).as_posix(): path.read_text("utf-8") for path in sorted((TOP / "tests").rglob("*.py"))} | ROOMS
SILENCED = re.compile(r"#\s*(?:noqa|pragma|type:\s*ignore)(?P<what>:?\s*[A-Z0-9, ]+\b|\[[a-z, -]+\])?(?P<reason>.*)")


def test_the_top_holds_what_it_needs_and_no_more() -> None:
    tracked = subprocess.run(["git", "ls-files"], cwd=TOP, capture_output=True, text=True, check=False)  # noqa: S607 - git is on the PATH
    if tracked.returncode:
        pytest.skip("this is no git checkout")
    top = {name.partition("/")[0] for name in tracked.stdout.splitlines()}
    assert {name for name in top if not name.startswith(".")} <= {"pyproject.toml", "README.md", "LICENSE", "kqmanifest", "tests", "docs"}


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_is_small_enough_to_read_at_once(room: str) -> None:
    assert len(ROOMS[room].splitlines()) <= 400


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_is_named_for_its_idea(room: str) -> None:
    assert Path(room).stem.strip("_") not in {"utils", "helpers", "common", "base", "manager"}


@pytest.mark.parametrize("source", SOURCES)
def test_a_source_begins_with_its_caption(source: str) -> None:
    caption = (ast.get_docstring(ast.parse(SOURCES[source])) or "").partition("\n")[0]
    assert caption.endswith((".", ":", "?"))


@pytest.mark.parametrize("source", SOURCES)
def test_what_is_silenced_carries_its_reason(source: str) -> None:
    found = [mark for line in SOURCES[source].splitlines() if (mark := SILENCED.search(line))]
    assert not [mark[0] for mark in found if not mark["what"] or len(mark["reason"].split()) < 2]


BESIDE = {"whole", "benchmarks", "fuzz"}
"""Folders whose tests are of no one room."""
UNTRIED = {"kqmanifest/model"}
"""Rooms without a folder of tests: their models are tried wherever specs are read."""
PACKAGES = {Path(room).parent.as_posix() for room in ROOMS if Path(room).name == "__init__.py"} - {"kqmanifest"}
TESTS = sorted(path.relative_to(TOP / "tests").as_posix() for path in (TOP / "tests").rglob("test_*.py"))


@pytest.mark.parametrize("test", TESTS)
def test_a_test_stands_where_its_room_does(test: str) -> None:
    folder = Path(test).parent.as_posix()
    room = f"kqmanifest/{Path(test).stem.removeprefix('test_')}.py" if folder == "." else f"kqmanifest/{folder}"
    assert folder in BESIDE or room in PACKAGES or room in ROOMS


@pytest.mark.parametrize("package", sorted(PACKAGES))
def test_a_room_has_tests_where_it_stands(package: str) -> None:
    tested = {f"kqmanifest/{parent.as_posix()}" for test in TESTS for parent in Path(test).parents}
    assert (package in tested) != (package in UNTRIED)


def test_a_code_is_used_once() -> None:
    codes: dict[int, str] = {}
    for found in pkgutil.walk_packages(kqmanifest.__path__, "kqmanifest."):
        if not found.name.endswith("__main__"):
            module = importlib.import_module(found.name)
            codes |= {id(value): value.code for value in vars(module).values() if isinstance(value, Fault)}
    assert not [code for code, uses in Counter(codes.values()).items() if uses > 1]
    assert not RETIRED & {*codes.values(), *(rule.code for rule in (*RULES, *POLICIES["restricted"]))}
