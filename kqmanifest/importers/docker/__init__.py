"""A line of ``docker run`` becomes specs, with a report of what has no equivalent."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from kqmanifest.diagnostics import Diagnostic, Pointer
from kqmanifest.importers import DOCKER_RUN, shell
from kqmanifest.importers.docker import (
    environment,
    gpus,
    health,
    hosts,
    isolation,
    lifetime,
    line,
    mounts,
    naming,
    ports,
    process,
    resources,
    security,
    unsupported_options,
    volumes,
)
from kqmanifest.importers.docker.environment import FILE_NOT_NAMED_IN_THE_LINE
from kqmanifest.importers.docker.fragments import Found, Fragment
from kqmanifest.importers.docker.process import ENTRYPOINT_OF_SEVERAL_WORDS
from kqmanifest.importers.docker.specs import Assembly
from kqmanifest.importers.shell import Place
from kqmanifest.vocabulary.spelling import nearest

__all__ = ["Imported", "from_docker"]

_IN_A_SPEC: Final = "KQ4043"
"""The code for such a program in a spec: in a line it is reported in docker's words."""
ROOMS_OF_FILES: Final = (naming, environment, ports)
"""The modules that also read the files of the line."""
ROOMS: Final = (process, gpus, resources, volumes, mounts, health, lifetime, isolation, hosts, security, unsupported_options)


@dataclasses.dataclass(frozen=True, slots=True)
class Imported:
    """What a line became: specs as plain data, none if the line has errors; and the diagnostics."""

    specs: tuple[dict[str, Any], ...]
    """A Pod, and after it a Service if ports are published."""
    diagnostics: tuple[Diagnostic, ...]
    """The diagnostics, each at its place in the line."""
    _assembly: Assembly = dataclasses.field(repr=False, compare=False)
    _start: Place = dataclasses.field(repr=False, compare=False)

    def telling(self, found: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
        """Return also the diagnostics of the specs, each at the place in the line that it comes from."""
        said = {(one.line, one.column) for one in self.diagnostics if one.code == ENTRYPOINT_OF_SEVERAL_WORDS.code}
        located = (dataclasses.replace(self._asker(one).put(one), path=Pointer(), document=0) for one in found)
        return _sort((*self.diagnostics, *(one for one in located if one.code != _IN_A_SPEC or (one.line, one.column) not in said)))

    def _asker(self, one: Diagnostic) -> Place:
        return self._assembly.place(one.path) or self._start


def from_docker(text: str, *, files: Mapping[str, str] | None = None, source: str = DOCKER_RUN) -> Imported:
    """Read a line as a shell would, and return the specs that request from Kubernetes what it requests from docker.

    Nothing is run, and no file is opened: the files of ``--env-file`` and ``--label-file`` must be in ``files``. Never raises.

    Args:
        text: the line; an escaped line end does not end it.
        files: the content of the files that the line names, by the names in the line.
        source: the name of the line in diagnostics.
    """
    script = shell.read(text, source)
    run, amiss = line.read(script, source)
    found = [*_read(run, files or {})] if run else []
    assembly = Assembly(one for one in found if isinstance(one, Fragment))
    told = _sort((*amiss, *(one for one in found if isinstance(one, Diagnostic))))
    failed = run is None or any(one.severity == "error" for one in told)
    return Imported(() if failed else assembly.specs, told, assembly, run.start if run else Place(source, 1, 1))


def _read(run: line.Line, files: Mapping[str, str]) -> Iterator[Found]:
    for room in ROOMS_OF_FILES:
        yield from room.read(run, files)
    for room in ROOMS:
        yield from room.read(run)
    for name in files:
        if name not in run.files:
            yield run.start.tell(FILE_NOT_NAMED_IN_THE_LINE, file=name, near=nearest(name, run.files))


def _sort(found: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Sort the diagnostics: errors first, each in the order of the line. A repeated warning is dropped."""
    ordered = sorted(found, key=lambda one: (one.severity != "error", one.line or 0, one.column or 0))
    said: set[tuple[str, str, str]] = set()
    told = []
    for one in ordered:
        if one.severity == "error" or (one.code, one.message, one.hint) not in said:
            told.append(one)
        said.add((one.code, one.message, one.hint))
    return tuple(told)
