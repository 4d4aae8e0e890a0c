"""Where the API server points: its ``spec.containers[0].name`` as the fields of types that lead there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from kqmanifest.schema.published import Published, target

_STEP: Final = re.compile(r"\.?([^.\[\]]+)|\[([^\[\]]*)\]")
_LIKELY: Final = (
    "Pod",
    "Job",
    "Deployment",
    "CronJob",
    "StatefulSet",
    "Service",
    "PersistentVolumeClaim",
    "PersistentVolume",
    "ConfigMap",
    "Secret",
    "ResourceQuota",
    "Namespace",
)
"""If the kind is unknown, the first of these that has most of the steps is meant."""


class TypeField(NamedTuple):
    """A field of a type, ``VolumeMount`` and ``mountPath``; the type without its group and version."""

    type: str
    field: str

    def __str__(self) -> str:
        """Spell it as rules spell what they hang on."""
        return f"{self.type}.{self.field}"


def places(published: Published, field: str, kind: str | None = None) -> tuple[TypeField, ...]:
    """List the fields that lead to where the server points, the innermost first; nothing where no kind has them."""
    trails = (tuple(_walk(published, field, name)) for name in ([kind] if kind else _LIKELY))
    return max(trails, key=len)[::-1]


def _walk(published: Published, field: str, kind: str) -> Iterator[TypeField]:
    """Follow the steps through the types as far as they go; the server leaves out an index, and writes Go's names for some fields."""
    schema: Mapping[str, Any] = {"$ref": published.type_of(published.api_version_of(kind), kind) or ""}
    for name, index in _STEP.findall(field):
        fields = published.fields(target(schema) or target(schema.get("items")))
        known = next((one for one in fields if one.lower() == name.lower()), None) if name else None
        if known is not None:
            owner = target(schema) or target(schema.get("items")) or ""
            yield TypeField(owner.rpartition(".")[2], known)
            schema = fields[known]
        elif index and "items" in schema:
            schema = schema["items"]
        else:
            schema = schema.get("additionalProperties") or {}
