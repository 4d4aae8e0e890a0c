"""The examples of a rule's page: read, and completed to whole objects where they show only a part."""

from __future__ import annotations

import copy
import functools
import re
import textwrap
from typing import Any

import yaml

from kqmanifest.rules import Rule

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_PARTS = re.compile(r"^(Wrong|Right):\n((?:    .*\n|\n)*)", re.MULTILINE)
_LONG = re.compile(r"\((\d+) bytes\)")
"""What stands for a text too long to show."""


def examples(rule: Rule) -> dict[str, list[Any]]:
    """Give the objects of a rule's ``Wrong`` and ``Right`` example."""
    return copy.deepcopy(_examples(rule.page))


@functools.cache
def _examples(page: str) -> dict[str, list[Any]]:
    """Read a page once: every test of the rules asks for all of them."""
    return {name: [completed(one) for one in yaml.load_all(_text(shown), _LOADER)] for name, shown in _PARTS.findall(page + "\n")}


def _text(shown: str) -> str:
    return _LONG.sub(lambda found: "x" * int(found[1]), textwrap.dedent(shown))


def completed(example: dict[str, Any]) -> dict[str, Any]:
    """Make a whole object of an example: what has no kind is the fields of a pod's spec."""
    if "kind" in example:
        return example
    spec = {"containers": [{"name": "main", "image": "example.com/training:1"}], **example}
    for container in (*spec["containers"], *spec.get("initContainers", ())):
        container.setdefault("image", "example.com/training:1")
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "example"}, "spec": spec}
