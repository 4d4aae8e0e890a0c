"""What runs: the image, its program and arguments, where and as whom."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from kqmanifest.diagnostics import Fault
from kqmanifest.importers.docker.line import Given, Line
from kqmanifest.importers.docker.naming import name
from kqmanifest.importers.docker.notations import BAD_CHOICE, BAD_PAIR, literal, whole
from kqmanifest.importers.docker.part import APPENDED, DIFFERS, NO_EQUAL, NOT_NEEDED, Found, of_container, of_pod
from kqmanifest.importers.docker.sources import misplaced
from kqmanifest.spelling import nearest

OPTIONS: Final = frozenset({"entrypoint", "workdir", "user", "group-add", "interactive", "tty", "pull", "platform"})
NOTHING_TO_RUN: Final = Fault(
    "KQ0337", "the image's program is taken away, and none stands in its place", ("write a program behind the image",)
)
SPACED: Final = Fault(
    "KQ4322",
    "docker takes all of {option} for the name of one program, and it holds a blank",
    ("write the program alone there, and its arguments behind the image",),
)
UNATTENDED: Final = Fault("KQ4323", "nobody sits at the container's terminal when it starts", ("join it with `kubectl attach -it {pod}`",))
MISPLACED: Final = Fault(
    "KQ4325", "{option} stands behind the image, where it is an argument of the image's program", ("write it before {image}",)
)

_HIGHEST: Final = 2**31 - 1
_ROOT: Final = "root"
_DOCKERS: Final = frozenset({"--rm", "--gpus", "--shm-size", "--publish", "--volume", "--detach", "--interactive", "--tty"})
_PULLS: Final = {"always": "Always", "missing": "IfNotPresent", "never": "Never"}
_PLATFORM: Final = re.compile(r"([a-z]+)(?:/([a-z0-9_]+)(/v?[0-9]+)?)?", re.ASCII)
_MACHINES: Final = {"x86_64": "amd64", "aarch64": "arm64"}


def read(line: Line) -> Iterator[Found]:
    """Give the container what it runs, and how."""
    if line.image:
        yield of_container(line.image.place, line.image.text, "image")
    yield from _program(line)
    workdir = line.last("workdir")
    if workdir:
        amiss = [*misplaced(workdir, workdir.value)] if workdir.value != "/" else []
        yield from amiss
        if not amiss:
            yield of_container(workdir.place, workdir.value, "workingDir")
    yield from _people(line)
    yield from _terminal(line)
    yield from _image(line)


def _program(line: Line) -> Iterator[Found]:
    entry = line.last("entrypoint")
    if entry and not entry.value and not line.arguments:
        yield entry.tell(NOTHING_TO_RUN)
    if entry and entry.value:
        if " " in entry.value.strip():
            yield entry.tell(SPACED)
        yield of_container(entry.place, literal(entry.value), "command", APPENDED)
    field = "command" if entry and not entry.value else "args"
    if line.image and line.arguments and _is_dockers(*(word.text for word in line.arguments[:2])):
        yield line.arguments[0].place.tell(MISPLACED, option=line.arguments[0].text.partition("=")[0], image=line.image.text)
    for word in line.arguments:
        yield of_container(word.place, literal(word.text), field, APPENDED)


def _is_dockers(first: str, second: str = "") -> bool:
    """Say whether an argument is docker's for all that one can tell: a program has options of its own."""
    if first.partition("=")[0] in _DOCKERS or re.fullmatch("-[itd]{2,3}", first):
        return True
    return (first == "-p" and re.fullmatch("[0-9]+:[0-9]+", second) is not None) or (first == "-v" and ":/" in second)


def _people(line: Line) -> Iterator[Found]:
    user = line.last("user")
    if user:
        owner, colon, group = user.value.partition(":")
        for text, field in ((owner, "runAsUser"), (group, "runAsGroup")):
            number = 0 if text == _ROOT else whole(text, 0, _HIGHEST)
            if number is not None:
                yield of_container(user.place, number, "securityContext", field)
            elif text:
                yield _unnumbered(user, text, field)
        if not owner and not group:
            yield user.tell(NOT_NEEDED, reason="the image's own user is meant" if not colon else "it names nobody", instead=None)
    for one in line.all("group-add"):
        number = 0 if one.value == _ROOT else whole(one.value, 0, _HIGHEST)
        if number is None:
            yield _unnumbered(one, one.value, "supplementalGroups")
        else:
            yield of_pod(one.place, number, "securityContext", "supplementalGroups", APPENDED)


def _unnumbered(one: Given, text: str, field: str) -> Found:
    return one.tell(NO_EQUAL, reason=f"{field} is a number, and {text} is none", instead=f"write the number that {text} has in the image")


def _terminal(line: Line) -> Iterator[Found]:
    for option, field in (("interactive", "stdin"), ("tty", "tty")):
        one = line.on(option)
        if one:
            yield of_container(one.place, True, field)  # noqa: FBT003  a value of the spec, not a switch
    joined = line.on("interactive")
    if joined and not line.on("detach"):
        yield joined.tell(UNATTENDED, pod=name(line))


def _image(line: Line) -> Iterator[Found]:
    pull = line.last("pull")
    if pull and pull.value in _PULLS:
        yield of_container(pull.place, _PULLS[pull.value], "imagePullPolicy")
    elif pull:
        yield pull.tell(BAD_CHOICE, value=pull.value, near=nearest(pull.value, _PULLS), choices=[*_PULLS])
    platform = line.last("platform")
    parts = _PLATFORM.fullmatch(platform.value) if platform else None
    if platform and parts is None:
        yield platform.tell(BAD_PAIR, value=platform.value, wanted="OS/ARCHITECTURE", example="linux/amd64")
    elif platform and parts:
        system, machine, variant = parts.groups()
        yield of_pod(platform.place, system, "nodeSelector", "kubernetes.io/os")
        if machine:
            yield of_pod(platform.place, _MACHINES.get(machine, machine), "nodeSelector", "kubernetes.io/arch")
        if variant:
            difference = f"a node's labels say nothing of {variant}"
            yield platform.tell(DIFFERS, field="nodeSelector", difference=difference, instead=None)
