"""The name, labels and annotations of the Pod."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from kqmanifest.diagnostics import Fault
from kqmanifest.importers.docker.environment import VARIABLE_IN_A_FILE_WITHOUT_A_NAME, pairs_of
from kqmanifest.importers.docker.fragments import NO_EQUIVALENT_IN_A_POD, Found, of_container, of_pod
from kqmanifest.importers.docker.line import Given, Line
from kqmanifest.importers.docker.notations import WRONG_FORMAT
from kqmanifest.vocabulary.names import as_label, is_annotation_key, is_label_value, is_qualified

OPTIONS: Final = frozenset({"name", "label", "label-file", "annotation"})
CONTAINER_NAME_CHANGED: Final = Fault(
    "KQ4310",
    "{name} cannot be a container's name in a Pod: it becomes {legal}",
    ("use {legal} from now on, as in `kubectl logs {legal}`",),
    severity="warning",
)
LABEL_BECOMES_AN_ANNOTATION: Final = Fault(
    "KQ4311",
    "the label {key} becomes an annotation: a label's value is at most 63 letters, digits, dashes, underscores and dots",
    severity="warning",
)

_NAMELESS: Final = "app"
_SELECTED: Final = "app"


def name(line: Line) -> str:
    """Return the name of the Pod: that of ``--name``, or of its image."""
    given = line.value("name")
    image = line.image.text if line.image else ""
    last = image.partition("@")[0].rpartition("/")[2].partition(":")[0]
    return as_label(given or "") or as_label(last) or _NAMELESS


def selected(line: Line, files: Mapping[str, str]) -> tuple[str, str]:
    """Return the label by which the Service selects the Pod."""
    own = dict(_labels(line, files)).get(_SELECTED)
    return _SELECTED, own[0] if own and own[0] and is_label_value(own[0]) else name(line)


def read(line: Line, files: Mapping[str, str]) -> Iterator[Found]:
    """Yield the name, labels and annotations."""
    given = line.last("name")
    legal = name(line)
    place = given.place if given else line.image.place if line.image else line.start
    if given and given.value != legal:
        yield given.tell(CONTAINER_NAME_CHANGED, name=given.value, legal=legal)
    yield of_pod(place, legal, "name")
    yield of_container(place, legal, "name")
    for one in line.all("label-file"):
        amiss = (number for key, _, number in pairs_of(one, files) if key is None)
        yield from (one.tell(VARIABLE_IN_A_FILE_WITHOUT_A_NAME, number=number, file=one.value) for number in amiss)
    for key, (value, one) in _labels(line, files):
        yield from _place_label(key, value, one)
    for one in line.all("annotation"):
        key, equals, value = one.value.partition("=")
        if not key or not equals:
            yield one.tell(WRONG_FORMAT, value=key, wanted="NAME=VALUE", example="team=vision")
        elif is_annotation_key(key):
            yield of_pod(one.place, value, "annotations", key)
        else:
            yield one.tell(NO_EQUIVALENT_IN_A_POD, reason=f"{key} cannot be the key of an annotation", instead=None)


def _labels(line: Line, files: Mapping[str, str]) -> Iterator[tuple[str, tuple[str, Given]]]:
    """Yield the labels, each once: the last of a name wins."""
    found: dict[str, tuple[str, Given]] = {}
    for one in line.all("label-file"):
        found |= {key: (value or "", one) for key, value, _ in pairs_of(one, files) if key}
    for one in line.all("label"):
        key, _, value = one.value.partition("=")
        found[key] = (value, one)
    yield from found.items()


def _place_label(key: str, value: str, one: Given) -> Iterator[Found]:
    if not key:
        yield one.tell(WRONG_FORMAT, value=one.value.partition("=")[0], wanted="NAME=VALUE", example="team=vision")
    elif not is_qualified(key):
        yield one.tell(
            NO_EQUIVALENT_IN_A_POD, reason=f"{key} cannot be the key of a label", instead="write at most 63 letters, digits, -, _ and dots"
        )
    elif not is_label_value(value):
        yield one.tell(LABEL_BECOMES_AN_ANNOTATION, key=key)
        yield of_pod(one.place, value, "annotations", key)
    else:
        yield of_pod(one.place, value, "labels", key)
