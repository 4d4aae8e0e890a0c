"""Pictures: everything stands in its box, no two boxes overlap, each mount has one arrow, and any name is only text."""

from __future__ import annotations

import os
import pathlib
import re
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import specs

from kqmanifest.cli import AT_FAULT, DONE, USAGE, main
from kqmanifest.columns import cells, lines, shortened
from kqmanifest.diagram import mermaid, svg
from kqmanifest.diagram.layout import Panel, Picture, layout
from kqmanifest.diagram.scene import scene
from kqmanifest.diagram.vector import DARK, LIGHT
from kqmanifest.inventory import Mounted, Origin, PodView, Seen, Unmounted
from kqmanifest.pipeline import inspect

DOCS = pathlib.Path(__file__).parent.parent / "docs"
PICTURES = DOCS / "pictures"
STORY = {
    "hostpath-pod": "examples/hostpath-pod.json",
    "nfs-pod": "examples/nfs-pod.yaml",
    "training-with-parent": "examples/training-with-parent.json",
    "two-trainings": "pictures/two-trainings.yaml",
    "gpu-job": "examples/gpu-job.yaml",
}
SVG = "{http://www.w3.org/2000/svg}"

NASTY = st.text(st.sampled_from("ab/<>&\"'`#;%\\\n\t\0\x7f学ア🚀́ \ud800￾-_.:[]{}|") | st.characters(), max_size=60)
ORIGINS = st.builds(Origin, st.sampled_from(["nfs", "hostPath", "emptyDir", "configMap", "persistentVolumeClaim", "csi", ""]), NASTY, NASTY)
MOUNTS = st.builds(Mounted, NASTY.map(lambda path: f"/{path}"), ORIGINS, NASTY, st.booleans(), st.just(""), st.booleans())
CONTAINERS = st.builds(
    Seen,
    NASTY,
    st.sampled_from(["main", "init", "sidecar", "ephemeral"]),
    NASTY,
    st.lists(MOUNTS, max_size=6).map(tuple),
    st.lists(st.tuples(NASTY, st.just("2")), max_size=3).map(tuple),
    st.just(()),
    st.just(()),
)
PODS = st.builds(
    PodView,
    st.just("Pod"),
    NASTY,
    NASTY,
    st.lists(CONTAINERS, max_size=3).map(tuple),
    st.lists(st.builds(Unmounted, NASTY, ORIGINS), max_size=2).map(tuple),
)
MANY = st.lists(PODS, max_size=3)


def inside(inner: Panel, outer: Panel) -> bool:
    return (
        outer.x <= inner.x
        and outer.y <= inner.y
        and inner.x + inner.width <= outer.x + outer.width + 0.01
        and inner.y + inner.height <= outer.y + outer.height + 0.01
    )


def apart(one: Panel, other: Panel) -> bool:
    return (
        one.x + one.width <= other.x + 0.01
        or other.x + other.width <= one.x + 0.01
        or one.y + one.height <= other.y + 0.01
        or other.y + other.height <= one.y + 0.01
    )


def groups(panels: Sequence[Panel]) -> Iterator[Sequence[Panel]]:
    yield panels
    for panel in panels:
        yield from groups(panel.panels)


def faults(picture: Picture) -> list[Any]:
    """Give what overlaps, sticks out, or is written over an edge."""
    page = Panel("page", 0, 0, picture.width, picture.height)
    found: list[Any] = [panel for panel in picture.panels if not inside(panel, page)]
    for panels in groups(picture.panels):
        found += [(one, other) for i, one in enumerate(panels) for other in panels[:i] if not apart(one, other)]
        for panel in panels:
            found += [inner for inner in panel.panels if not inside(inner, panel)]
            for word in panel.words:
                box = Panel("word", word.left, word.y - word.style.size * 0.8, word.width, word.style.size)
                found += [] if inside(box, panel) else [(word, panel)]
                found += [(word, inner) for inner in panel.panels if not apart(box, inner)]
    found += [word for _, word in picture.legend if word.left + word.width > picture.width]
    return found


@given(MANY)
def test_nothing_overlaps_or_sticks_out(pods: list[PodView]) -> None:
    assert not faults(layout(scene(pods)))


@given(MANY)
def test_every_mount_has_one_arrow_from_its_place_to_its_path(pods: list[PodView]) -> None:
    shown = scene(pods)
    picture = layout(shown)
    assert Counter(arrow.link for arrow in picture.arrows) == Counter(link for link, _ in shown.links)
    boxes = [panel for panels in groups(picture.panels) for panel in panels]
    starts = {(panel.x + panel.width, panel.y + 13) for panel in boxes if panel.kind == "place"}
    ends = Counter((panel.x, panel.y + 13) for panel in boxes if panel.kind == "path")
    assert {tuple(round(at, 3) for at in arrow.start) for arrow in picture.arrows} == {tuple(round(at, 3) for at in one) for one in starts}
    assert Counter(tuple(round(at, 3) for at in arrow.end) for arrow in picture.arrows) == Counter(
        {tuple(round(at, 3) for at in one): count for one, count in ends.items()}
    )


@given(MANY)
def test_an_arrow_turns_only_between_the_columns(pods: list[PodView]) -> None:
    picture = layout(scene(pods))
    for arrow in picture.arrows:
        left, right = arrow.channel
        for panel in picture.panels:
            assert panel.x + panel.width <= left + 0.01 or panel.x >= right - 0.01


@given(MANY)
def test_any_name_is_only_text(pods: list[PodView]) -> None:
    text = svg(pods)
    root = ET.fromstring(text)  # noqa: S314  we have just written it
    assert {element.tag.removeprefix(SVG) for element in root.iter()} <= {
        *("svg", "title", "desc", "style", "defs", "marker", "path", "rect", "g", "text"),
    }
    arrows = [one for one in root.findall(f"{SVG}path") if one.find(f"{SVG}title") is not None]
    mounts = [mount for pod in pods for container in pod.containers for mount in container.mounts]
    assert len(arrows) >= len(mounts)
    assert svg(pods) == text
    text.encode()


@given(MANY)
def test_a_chart_has_nothing_of_a_name_outside_its_quotes(pods: list[PodView]) -> None:
    text = mermaid(pods)
    text.encode()
    line = re.compile(
        r'flowchart LR| *subgraph \w+\["[^"`<>&%\\]*"\]| *\w+\["(?:[^"`<>&%\\]|<br/>)*"\]| *end| *direction TB'
        r"|  p\d+ (?:<-->|-\. read-only \.->) m\d+_\d+_\d+|  classDef unmounted stroke-dasharray: 3 3|  class [p\d,]+ unmounted"
    )
    assert not [one for one in text.removesuffix("\n").split("\n") if not line.fullmatch(one)]
    assert text.count("\n  p") == sum(len(container.mounts) for pod in pods for container in pod.containers)


@given(specs())
def test_what_a_spec_makes_can_be_drawn(spec: dict[str, Any]) -> None:
    pods = inspect(spec).pods
    assert not faults(layout(scene(pods)))
    ET.fromstring(svg(pods))  # noqa: S314  we have just written it


@given(st.text(), st.integers(1, 30))
def test_what_is_shortened_or_broken_fits(text: str, most: int) -> None:
    assert cells(shortened(text, most + 2)) <= most + 3
    assert all(cells(line) <= max(most, 2) for line in lines(text, most))
    assert "".join(lines(text, most)).replace(" ", "") == text.replace(" ", "")


def test_a_directory_that_two_containers_mount_is_drawn_once() -> None:
    mount = {"mountPath": "/a", "nfs": {"server": "s", "path": "/runs"}}
    other = {"mountPath": "/b", "nfs": {"server": "s", "path": "/runs/"}, "readOnly": True}
    containers = [{"name": "a", "image": "i", "mounts": [mount]}, {"name": "b", "image": "i", "mounts": [other]}]
    shown = scene(inspect({"kind": "Pod", "name": "p", "containers": containers}).pods)
    assert [[(place.label, len(place.links)) for place in holder.places] for holder in shown.holders] == [[("/runs", 2)]]


def test_what_only_a_driver_knows_apart_is_drawn_apart() -> None:
    volumes = [{"name": name, "csi": {"driver": "d.example.com", "volumeAttributes": {"share": f"/{name}"}}} for name in "ab"]
    mounts = [{"name": name, "mountPath": f"/{name}"} for name in "ab"]
    spec = {"containers": [{"name": "c", "image": "i:1", "volumeMounts": mounts}], "volumes": volumes}
    shown = scene(inspect({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}, "spec": spec}).pods)
    assert [[place.label for place in holder.places] for holder in shown.holders] == [["d.example.com", "d.example.com"]]


def test_no_device_is_shown_where_none_is_granted() -> None:
    pods = inspect({"kind": "Pod", "name": "p", "containers": [{"name": "c", "image": "i:1", "gpus": 0}]}).pods
    assert "nvidia" not in svg(pods) + mermaid(pods)
    assert pods[0].containers[0].devices == (("nvidia.com/gpu", "0"),)


def contrast(one: str, other: str) -> float:
    """Give the ratio of two colours' luminances, as WCAG 2 counts it."""

    def luminance(colour: str) -> float:
        parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    dark, light = sorted(luminance(colour) for colour in (one, other))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("palette", [LIGHT, DARK])
def test_every_text_can_be_read_on_what_it_stands(palette: dict[str, str]) -> None:
    for ink in ("ink", "quiet", "accent"):
        assert min(contrast(palette[ink], palette[ground]) for ground in ("paper", "holder", "pod", "row")) >= 4.5


@pytest.mark.parametrize("name", STORY)
def test_the_pictures_of_the_docs_are_what_diagram_draws(name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: pathlib.Path) -> None:
    monkeypatch.chdir(DOCS)
    golden = PICTURES / f"{name}.svg"
    assert main(["diagram", STORY[name], "-o", str(tmp_path / "it.svg")]) == DONE
    text = (tmp_path / "it.svg").read_text("utf-8")
    if os.environ.get("KQMANIFEST_GOLDEN") == "write":
        golden.write_text(text, "utf-8")
    assert text == golden.read_text("utf-8")
    assert len(text.encode()) < 30_000


def test_the_ending_says_the_form(tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = str(DOCS / "examples" / "nfs-pod.yaml")
    assert main(["diagram", source, "-o", str(tmp_path / "a.mmd")]) == DONE
    assert (tmp_path / "a.mmd").read_text("utf-8").startswith("flowchart LR\n")
    assert main(["diagram", source, "-o", str(tmp_path / "a.png")]) == USAGE
    assert "KQ0371" in capsys.readouterr().err
    assert main(["diagram", source]) == DONE
    assert capsys.readouterr().out.startswith("<svg ")


def test_where_nothing_makes_a_pod_nothing_is_drawn(tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = tmp_path / "settings.yaml"
    source.write_text("{apiVersion: v1, kind: ConfigMap, metadata: {name: settings}}\n", "utf-8")
    assert main(["diagram", str(source), "-o", str(tmp_path / "a.svg")]) == AT_FAULT
    assert "KQ0370" in capsys.readouterr().err
    assert not (tmp_path / "a.svg").exists()
