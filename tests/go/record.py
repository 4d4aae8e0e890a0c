"""Ask Go, and js-yaml, again for every recorded verdict on reading and printing, and write the answers down."""

from __future__ import annotations

import base64
import json
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

from emit.test_alike import record as record_bare
from go.answers import answers
from read.test_alike import record as record_alike

RECORDED = Path(__file__).parent.parent / "recorded"


def flow(value: Any) -> str:
    """Write a value so that every YAML reader takes it for itself: all strings escaped, all keys marked."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"? {flow(key)} : {flow(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(flow, value)) + "]"
    if isinstance(value, str):
        return '"' + "".join(f"\\U{ord(char):08x}" for char in value) + '"'
    text = json.dumps(value)
    return text.replace("e", ".0e") if isinstance(value, float) and "." not in text else text


def _text(row: dict[str, Any]) -> str | bytes:
    return base64.b64decode(row["base64"]) if "base64" in row else str(row["text"])


def _write(name: str, rows: list[dict[str, Any]]) -> None:
    (RECORDED / name).write_text("[\n" + ",\n".join(json.dumps(row) for row in rows) + "\n]\n")


def record() -> None:
    """Write all files anew."""
    rows = json.loads((RECORDED / "reading.json").read_text())
    for row, answer in zip(rows, answers("documents", [_text(row) for row in rows]), strict=True):
        row.pop("values", None)
        row.pop("refused", None)
        row.update({"refused": True} if "error" in answer else {"values": answer.get("values", [])})
    _write("reading.json", rows)
    rows = json.loads((RECORDED / "kyaml.json").read_text())
    for row, answer in zip(rows, answers("kyaml", [flow(row["value"]) for row in rows]), strict=True):
        row["text"] = answer["text"]
    _write("kyaml.json", rows)
    record_alike()
    record_bare()


if __name__ == "__main__":
    record()
