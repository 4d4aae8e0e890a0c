"""Asks Go what the Pod Security Standards say of each pod in ``tests/recorded/podsecurity.json``, and writes it there."""

from __future__ import annotations

import json
import pathlib
import subprocess

HERE = pathlib.Path(__file__).parent
RECORDS = HERE.parent / "recorded" / "podsecurity.json"


def main() -> None:
    records = json.loads(RECORDS.read_text("utf-8"))
    questions = "".join(json.dumps(record["pod"]) + "\n" for record in records)
    run = subprocess.run(["go", "run", "."], cwd=HERE, input=questions, capture_output=True, text=True, check=True)  # noqa: S607  Go is on the PATH
    lines = [
        json.dumps({"name": record["name"], "pod": record["pod"], "answers": json.loads(answer)}, separators=(",", ":"))
        for record, answer in zip(records, run.stdout.splitlines(), strict=True)
    ]
    RECORDS.write_text("[\n" + ",\n".join(lines) + "\n]\n", "utf-8")


if __name__ == "__main__":
    main()
