"""Ask Go, with the libraries of Kubernetes, how it reads and prints a text."""

from __future__ import annotations

import atexit
import base64
import functools
import json
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

HERE = Path(__file__).parent


def available() -> bool:
    """Tell whether Go is there."""
    return shutil.which("go") is not None


def answers(question: Literal["documents", "one", "kyaml"], texts: Sequence[str | bytes]) -> list[dict[str, Any]]:
    """Put the same question to each text; ``main.go`` says what the questions and answers are."""
    raw = (text.encode() if isinstance(text, str) else text for text in texts)
    asked = "".join(json.dumps({question: base64.b64encode(text).decode()}) + "\n" for text in raw)
    done = subprocess.run([_program()], input=asked, capture_output=True, text=True, check=True)  # our own program
    return [json.loads(line) for line in done.stdout.split("\n") if line]


@functools.cache
def _program() -> Path:
    """Build the program, once a run of the tests."""
    folder = Path(tempfile.mkdtemp(prefix="kqmanifest-go-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    subprocess.run([shutil.which("go") or "go", "build", "-o", folder / "verdicts", "."], cwd=HERE, check=True)  # our own program
    return folder / "verdicts"
