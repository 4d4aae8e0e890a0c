"""What runs: the image, its program and arguments, the working directory and the user."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from kqmanifest.diagnostics import Fault
from kqmanifest.importers.docker.fragments import (
    APPEND,
    NO_EQUIVALENT_IN_A_POD,
    NOT_QUITE_THE_SAME,
    OPTION_NOT_NEEDED,
    Found,
    of_container,
    of_pod,
)
from kqmanifest.importers.docker.line import Given, Line
from kqmanifest.importers.docker.naming import name
from kqmanifest.importers.docker.notations import (
    HIGHEST,
    NOT_ONE_OF_THE_CHOICES,
    WRONG_FORMAT,
    WRONG_NUMBER,
    literal,
    whole,
)
from kqmanifest.importers.docker.sources import misplaced
from kqmanifest.vocabulary.spelling import nearest

OPTIONS: Final = frozenset({"entrypoint", "workdir", "user", "group-add", "interactive", "tty", "pull", "platform"})
NOTHING_TO_RUN: Final = Fault("KQ0337", "the image's program is removed, and no other is given", ("write a program after the image",))
ENTRYPOINT_OF_SEVERAL_WORDS: Final = Fault(
    "KQ4322",
    "docker reads the whole value of {option} as the name of one program",
    ("write only the program there, and its arguments after the image",),
    severity="warning",
)
NO_TERMINAL_ATTACHED: Final = Fault(
    "KQ4323",
    "no terminal is attached to the container when it starts",
    ("attach yours with `kubectl attach {how} {pod}`",),
    severity="warning",
)
OPTION_AFTER_THE_IMAGE: Final = Fault(
    "KQ4325",
    "{option} is after the image, where it is an argument of the image's program",
    ("write it before {image}",),
    severity="warning",
)

_ROOT: Final = "root"
_DOCKERS: Final = frozenset(
    {
        *("--cap-add", "--cap-drop", "--detach", "--entrypoint", "--gpus", "--interactive", "--mount", "--net", "--privileged"),
        *("--publish", "--restart", "--rm", "--shm-size", "--tty", "--ulimit", "--volume"),
    }
)
_LOOKS: Final = {"-p": "[0-9.:]+:[0-9]+", "-v": "[^:]+:/", "-e": "[A-Z_]{2,}="}
"""What follows docker's short options, and rarely a program's."""
_PULLS: Final = {"always": "Always", "missing": "IfNotPresent", "never": "Never"}
_PLATFORM: Final = re.compile(r"([a-z]+)(?:/([a-z0-9_]+)(/v?[0-9]+)?)?", re.ASCII)
_MACHINES: Final = {"x86_64": "amd64", "aarch64": "arm64"}
_ARCHITECTURES: Final = frozenset({*_MACHINES, *_MACHINES.values(), "386", "arm", "ppc64le", "riscv64", "s390x"})
_SYSTEM: Final = "linux"
"""The system that is meant by an architecture alone."""


def read(line: Line) -> Iterator[Found]:
    """Yield what the container runs, and how."""
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
        if " " in entry.value.strip() or entry.value.startswith("["):
            yield entry.tell(ENTRYPOINT_OF_SEVERAL_WORDS)
        yield of_container(entry.place, literal(entry.value), "command", APPEND)
    field = "command" if entry and not entry.value else "args"
    if line.image and line.arguments and _is_dockers(*(word.text for word in line.arguments[:2])):
        yield line.arguments[0].place.tell(OPTION_AFTER_THE_IMAGE, option=line.arguments[0].text.partition("=")[0], image=line.image.text)
    for word in line.arguments:
        yield of_container(word.place, literal(word.text), field, APPEND)


def _is_dockers(first: str, second: str = "") -> bool:
    """Return whether an argument is most likely docker's: a program has options of its own."""
    if first.partition("=")[0] in _DOCKERS or re.fullmatch("-[itd]{2,3}", first):
        return True
    return any(first == option and re.match(looks, second) for option, looks in _LOOKS.items())


def _people(line: Line) -> Iterator[Found]:
    user = line.last("user")
    if user:
        owner, colon, group = user.value.partition(":")
        for text, field in ((owner, "runAsUser"), (group, "runAsGroup")):
            number = 0 if text == _ROOT else whole(text, 0, HIGHEST)
            if number is not None:
                yield of_container(user.place, number, "securityContext", field)
            elif text:
                yield _report_non_number(user, text, field)
        if not owner and not group:
            yield user.tell(
                OPTION_NOT_NEEDED, reason="this means the image's own user" if not colon else "it names no user and no group", instead=None
            )
    for one in line.all("group-add"):
        number = 0 if one.value == _ROOT else whole(one.value, 0, HIGHEST)
        if number is None:
            yield _report_non_number(one, one.value, "supplementalGroups")
        else:
            yield of_pod(one.place, number, "securityContext", "supplementalGroups", APPEND)


def _report_non_number(one: Given, text: str, field: str) -> Found:
    if text.isdecimal():
        return one.tell(WRONG_NUMBER, wanted=f"a number up to {HIGHEST}", value=text)
    return one.tell(
        NO_EQUIVALENT_IN_A_POD,
        reason=f"{field} must be a number, and is {text}",
        instead=f"write the numeric ID that {text} has in the image",
    )


def _terminal(line: Line) -> Iterator[Found]:
    for option, field in (("interactive", "stdin"), ("tty", "tty")):
        one = line.on(option)
        if one:
            yield of_container(one.place, True, field)  # noqa: FBT003  a value of the spec, not a switch
    joined = line.on("interactive")
    if joined and not line.on("detach"):
        yield joined.tell(NO_TERMINAL_ATTACHED, how="-it" if line.on("tty") else "-i", pod=name(line))


def _image(line: Line) -> Iterator[Found]:
    pull = line.last("pull")
    if pull and pull.value in _PULLS:
        yield of_container(pull.place, _PULLS[pull.value], "imagePullPolicy")
    elif pull:
        yield pull.tell(NOT_ONE_OF_THE_CHOICES, value=pull.value, near=nearest(pull.value, _PULLS), choices=[*_PULLS])
    platform = line.last("platform")
    written = platform.value if platform else ""
    parts = _PLATFORM.fullmatch(f"{_SYSTEM}/{written}" if written.partition("/")[0] in _ARCHITECTURES else written)
    if platform and parts is None:
        yield platform.tell(WRONG_FORMAT, value=platform.value, wanted="OS/ARCHITECTURE", example="linux/amd64")
    elif platform and parts:
        system, machine, variant = parts.groups()
        yield of_pod(platform.place, system, "nodeSelector", "kubernetes.io/os")
        if machine:
            yield of_pod(platform.place, _MACHINES.get(machine, machine), "nodeSelector", "kubernetes.io/arch")
        if variant:
            difference = f"the labels of a node do not name {variant}"
            yield platform.tell(NOT_QUITE_THE_SAME, field="nodeSelector", difference=difference, instead=None)
