"""Record what Kubernetes itself says of its kinds: scope and short names, from the discovery documents of its releases.

Run ``python tests/vocabulary/record_kinds.py DIRECTORY …``, with the source of each release; what a later one says counts.
"""

from __future__ import annotations

import argparse
import json
import pathlib
from collections.abc import Iterator
from typing import Any, Final

RECORDED: Final = pathlib.Path(__file__).parent.parent / "recorded" / "kinds.json"


def main() -> None:
    """Write the record, one kind a line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sources", nargs="+", type=pathlib.Path)
    facts: dict[str, Any] = {}
    for source in parser.parse_args().sources:
        facts |= dict(_core(json.loads((source / "api/discovery/api__v1.json").read_text(encoding="utf-8"))))
        facts |= dict(_groups(json.loads((source / "api/discovery/aggregated_v2.json").read_text(encoding="utf-8"))))
    lines = (f"{json.dumps(kind)}: {json.dumps(said)}" for kind, said in sorted(facts.items()))
    RECORDED.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


def _core(document: Any) -> Iterator[tuple[str, Any]]:
    """Go through the kinds of a list of resources, those of subresources first: of a kind that has both, the resource says more."""
    for one in sorted(document["resources"], key=lambda resource: "/" not in resource["name"]):
        scope = "Namespaced" if one["namespaced"] else "Cluster"
        yield f"{one.get('group', '')}/{one['kind']}", {"scope": scope, "shortNames": one.get("shortNames", [])}


def _groups(document: Any) -> Iterator[tuple[str, Any]]:
    for item in document["items"]:
        for version in item["versions"]:
            for one in version["resources"]:
                said = {"scope": one["scope"], "shortNames": one.get("shortNames", [])}
                yield f"{item['metadata']['name']}/{one['responseKind']['kind']}", said


if __name__ == "__main__":
    main()
