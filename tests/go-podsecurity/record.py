"""Ask Go what the Pod Security Standards say of each recorded pod and of each that Kubernetes tests them with, and write it down."""

from __future__ import annotations

import gzip
import json
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent))

from rules.podsecurity.upstream_pods import FOLDER, MODULE, answers, upstream_pods

from kqmanifest.schema.published import KNOWN, minor

RECORDED = FOLDER.parent / "recorded"


def _record_own() -> None:
    path = RECORDED / "podsecurity.json"
    records = json.loads(path.read_text("utf-8"))
    lines = [
        json.dumps({"name": record["name"], "pod": record["pod"], "answers": answer}, separators=(",", ":"))
        for record, answer in zip(records, answers(record["pod"] for record in records), strict=True)
    ]
    path.write_text("[\n" + ",\n".join(lines) + "\n]\n", "utf-8")


def _record_upstream() -> None:
    rows = upstream_pods()
    lines = [
        json.dumps({**row, "answers": answer}, separators=(",", ":"))
        for row, answer in zip(rows, answers(row["pod"] for row in rows), strict=True)
    ]
    path = RECORDED / "podsecurity-upstream.jsonl.gz"
    path.write_bytes(gzip.compress("".join(line + "\n" for line in lines).encode(), mtime=0))


def main() -> None:
    """Take the module of the newest known version of Kubernetes, and write both files anew."""
    version = f"v0.{minor(KNOWN[-1])[1]}"
    subprocess.run(["go", "get", f"k8s.io/api@{version}", f"{MODULE}@{version}"], cwd=FOLDER, check=True)  # noqa: S607  Go is on the PATH
    subprocess.run(["go", "mod", "tidy"], cwd=FOLDER, check=True)  # noqa: S607  Go is on the PATH
    _record_own()
    _record_upstream()


if __name__ == "__main__":
    main()
