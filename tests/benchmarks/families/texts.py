"""Files that grow, and what is printed of them."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Final

from families.parts import (
    IMAGE,
    Family,
)
from kqmanifest.cli import main


def said(text: str) -> str:
    """Print what is told of a file, as people read it."""
    with tempfile.TemporaryDirectory() as folder, redirect_stderr(io.StringIO()) as errors, redirect_stdout(io.StringIO()):
        file = Path(folder, "spec.yaml")
        file.write_text(text, "utf-8")
        main(["check", str(file)])
        return errors.getvalue()


def drawn(command: str) -> Callable[[str], object]:
    """Print what a command makes of a file."""

    def work(text: str) -> object:
        with tempfile.TemporaryDirectory() as folder, redirect_stderr(io.StringIO()), redirect_stdout(io.StringIO()) as out:
            file = Path(folder, "spec.yaml")
            file.write_text(text, "utf-8")
            main([command, str(file)])
            return out.getvalue()

    return work


def yaml_of(n: int, one: str, head: str = "") -> str:
    """Write a text of n parts."""
    return head + "".join(one.replace("#", str(number)) for number in range(n))


_JOB: Final = "kind: Job\nname: training\npod:\n  containers:\n"
OF_TEXTS: Final = (
    Family(
        "text: documents at fault",
        lambda n: yaml_of(n, f"---\nkind: Job\nname: A#\npod: {{containers: [{{name: main, image: '{IMAGE}'}}]}}\n"),
        said,
    ),
    Family(
        "text: specs of a list at fault",
        lambda n: yaml_of(n, f"- {{kind: Job, name: A#, pod: {{containers: [{{name: main, image: '{IMAGE}'}}]}}}}\n"),
        said,
    ),
    Family("text: containers at fault", lambda n: yaml_of(n, f"  - {{name: C#, image: '{IMAGE}'}}\n", _JOB), said),
    Family(
        "text: containers at fault, in JSON",
        lambda n: (
            '{"kind": "Job", "name": "a", "pod": {"containers": ['
            + ",\n".join(f'{{"name": "C{i}", "image": "{IMAGE}"}}' for i in range(n))
            + "]}}"
        ),
        said,
    ),
    Family(
        "text: containers at fault, on one line",
        lambda n: (
            '{"kind": "Job", "name": "a", "pod": {"containers": ['
            + ", ".join(f'{{"name": "C{i}", "image": "{IMAGE}"}}' for i in range(n))
            + "]}}"
        ),
        said,
    ),
    Family("text: env at fault", lambda n: yaml_of(n, "      V#: #\n", f"{_JOB}  - name: main\n    image: {IMAGE}\n    env:\n"), said),
    Family("text: unknown keys", lambda n: yaml_of(n, "unknown#: 1\n", f"{_JOB}  - name: main\n    image: {IMAGE}\n"), said),
    Family("text: keys given twice", lambda n: yaml_of(n, "name: a\n", "kind: Job\n"), said),
    Family("text: a flow over many lines", lambda n: yaml_of(n, "  {{name: C#, image: a,\n", "kind: Job\npod: [\n") + "]", said),
    Family(
        "mounts: a spec's",
        lambda n: yaml_of(
            n, "    - {mountPath: /kqi/#, nfs: {server: s, path: /#}}\n", f"{_JOB}  - name: main\n    image: {IMAGE}\n    mounts:\n"
        ),
        drawn("mounts"),
    ),
    Family(
        "diagram: a spec's",
        lambda n: yaml_of(
            n, "    - {mountPath: /kqi/#, nfs: {server: s, path: /#}}\n", f"{_JOB}  - name: main\n    image: {IMAGE}\n    mounts:\n"
        ),
        drawn("diagram"),
    ),
    Family(
        "render: documents",
        lambda n: yaml_of(n, f"---\nkind: Job\nname: a-#\npod: {{containers: [{{name: main, image: '{IMAGE}'}}]}}\n"),
        drawn("render"),
    ),
)
