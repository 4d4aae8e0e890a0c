"""The spec form of a value: what its user would have written in JSON."""

from __future__ import annotations

from typing import Any

from kqmanifest.builder.work import fields
from kqmanifest.model.pod import Document
from kqmanifest.model.values import FrozenDict, Model, thawed
from kqmanifest.model.volumes import SOURCES, Mount, RawSource, SeveralSources


def to_spec(value: Any) -> Any:
    """Write a value, a list of values or a part of one in the form that a spec has; reading that gives the value again."""
    if isinstance(value, list | tuple):
        return [to_spec(one) for one in value]
    if isinstance(value, RawSource):
        return {value.source: thawed(value.value)}
    if isinstance(value, SeveralSources):
        return {key: body for one in value.of for key, body in to_spec_source(one).items()}
    if isinstance(value, FrozenDict):
        return {key: to_spec_source(one) if type(one) in _SOURCES else to_spec(one) for key, one in value.items()}
    if not isinstance(value, Model):
        return value
    kind = {"kind": type(value).__name__} if isinstance(value, Document) else {}
    written: dict[str, Any] = {**kind, **fields(value, "source", write=to_spec)}
    if isinstance(value, Mount) and value.source is not None:
        written |= to_spec_source(value.source)
    for nested in ("pod", "job"):
        if isinstance(written.get(nested), dict):
            written[nested].pop("kind", None)
    return written | thawed(value.other)


_SOURCES = frozenset((*SOURCES.values(), RawSource, SeveralSources))


def to_spec_source(source: Any) -> dict[str, Any]:
    """Write a source as the one key that it is in a spec: ``{"nfs": {…}}``."""
    if isinstance(source, RawSource | SeveralSources):
        form: dict[str, Any] = to_spec(source)
        return form
    return {next(key for key, model in SOURCES.items() if model is type(source)): to_spec(source)}
