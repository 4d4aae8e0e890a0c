"""Pieces become specs, in the order in which people write them; each part keeps the place that it comes from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from kqmanifest.diagnostics import Pointer, Step, Steps
from kqmanifest.importers.docker.fragments import APPEND, CONTAINER, Fragment
from kqmanifest.importers.shell import Place

_POD: Final = (
    *("kind", "name", "labels", "annotations"),
    *("runtimeClassName", "nodeSelector", "restartPolicy", "terminationGracePeriodSeconds"),
    *("hostname", "hostNetwork", "hostPID", "hostIPC", "dnsPolicy", "dnsConfig", "hostAliases", "securityContext", "containers"),
)
_CONTAINER: Final = (
    *("name", "image", "imagePullPolicy", "command", "args", "workingDir", "stdin", "tty", "env", "ports"),
    *("gpus", "cpu", "memory", "resources", "sharedMemory", "mounts", "readinessProbe", "securityContext"),
)
_SERVICE: Final = ("kind", "name", "selector", "ports")


class Assembly:
    """The specs of one line, and the place that each of their parts comes from."""

    def __init__(self, pieces: Iterable[Fragment]) -> None:
        """Put the pieces together: a Pod, and a Service if there are pieces of one."""
        found: dict[str, dict[str, Any]] = {"Pod": {"kind": "Pod"}}
        places: list[tuple[str, Steps, Place]] = []
        for piece in pieces:
            spec = found.setdefault(piece.kind, {"kind": piece.kind})
            places.append((piece.kind, _put(spec, piece.path, piece.value), piece.place))
        numbers = {kind: number for number, kind in enumerate(found)}
        self.specs: tuple[dict[str, Any], ...] = tuple(_order(spec) for spec in found.values())
        self._asked: Mapping[tuple[str, ...], Place] = {Pointer.of((numbers[kind], *steps)).tokens: place for kind, steps, place in places}

    def place(self, path: Pointer) -> Place | None:
        """Find the place that a part of the specs comes from: that of the part, or of what contains it, or else of what it contains."""
        tokens = path.tokens
        for end in range(len(tokens), 1, -1):
            if tokens[:end] in self._asked:
                return self._asked[tokens[:end]]
        return next((place for steps, place in self._asked.items() if steps[: len(tokens)] == tokens), None)


def _put(spec: dict[str, Any], path: Steps, value: Any) -> Steps:
    """Put a value at its path, create what contains it, and return the steps to it."""
    here: Any = spec
    taken: list[Step] = []
    for step, following in zip(path, (*path[1:], None), strict=True):
        held = value if following is None else [] if isinstance(following, int) else {}
        at = len(here) if step == APPEND else step
        if isinstance(here, list) and isinstance(at, int):
            here[at:] = here[at:] or [held]
        else:
            here[at] = held if following is None else here.get(at, held)
        taken.append(at)
        here = here[at]
    return tuple(taken)


def _order(spec: Mapping[str, Any]) -> dict[str, Any]:
    ordered = _sort(spec, _POD if spec["kind"] == "Pod" else _SERVICE)
    holder, first = CONTAINER
    if holder in ordered:
        ordered[holder][first] = _sort(ordered[holder][first], _CONTAINER)
    return ordered


def _sort(fields: Mapping[str, Any], order: Sequence[str]) -> dict[str, Any]:
    return {key: fields[key] for key in sorted(fields, key=order.index)}
