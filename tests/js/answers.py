"""Ask js-yaml, under Node.js, how it reads a text."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent


def available() -> bool:
    """Tell whether Node.js is there and ``npm install`` was run in this folder."""
    return shutil.which("node") is not None and (HERE / "node_modules" / "js-yaml").is_dir()


def documents(texts: Sequence[str]) -> list[list[Any] | None]:
    """Read the documents of each text; None stands for one that is refused."""
    node = shutil.which("node") or "node"
    done = subprocess.run([node, HERE / "read.cjs"], input=json.dumps(texts), capture_output=True, text=True, check=True)  # our own script
    answers: list[list[Any] | None] = json.loads(done.stdout)
    return answers
