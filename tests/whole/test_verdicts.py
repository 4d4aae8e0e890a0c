"""What real API servers said: what they accept, we accept, and what we say they refuse, they refuse."""

from __future__ import annotations

import gzip
import json
import pathlib
import re
from collections.abc import Iterator
from typing import Any

import pytest
from folders import TESTS

from kqmanifest import Diagnostic, check

VERDICTS = sorted((TESTS / "verdicts").glob("*.jsonl.gz"))
REFUSALS = ("KQ1", "KQ2", "KQ9")
STEP = re.compile(r"\.?([^.\[\]]+)|\[([^\]]*)\]")


def rows(path: pathlib.Path) -> Iterator[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def refusals(row: dict[str, Any]) -> list[Diagnostic]:
    version = ".".join(row["kubernetes"].split(".")[:2])
    return [one for one in check(row["manifest"], kubernetes=version) if one.code.startswith(REFUSALS)]


def pointer(field: str) -> str:
    """Spell the server's ``spec.containers[0].name`` as a JSON pointer."""
    steps = [first or second for first, second in STEP.findall(field)]
    return "".join("/" + step.replace("~", "~0").replace("/", "~1") for step in steps)


def near(place: str, servers: str) -> bool:
    """Say whether a place is the server's, or above or below it; of some lists the server does not say which item it means."""
    numbered = "".join(f"/{re.escape(step)}(/[0-9]+)?" for step in servers.split("/")[1:])
    return servers.startswith(f"{place}/") or re.match(f"{numbered}(/|$)", place) is not None


@pytest.mark.parametrize("path", VERDICTS, ids=lambda path: path.name.partition(".jsonl")[0])
def test_we_say_what_the_server_says(path: pathlib.Path) -> None:
    missed, strict, causes, placed = [], [], 0, 0
    for row in rows(path):
        found = refusals(row)
        if row["accepted"] and found:
            strict.append((row["id"], [str(one) for one in found]))
        elif not row["accepted"] and not found:
            missed.append((row["id"], row["causes"]))
        for cause in row.get("causes", ()):
            if cause["field"] and found:
                causes += 1
                placed += any(near(one.path, pointer(cause["field"])) for one in found if one.path)
    assert not strict, "the server accepts, and we refuse"
    assert not missed, "the server refuses, and we accept"
    assert placed >= 0.89 * causes, "the server's cascades have no place with us, everything else has"


def test_there_are_verdicts() -> None:
    assert len(VERDICTS) == 4
