"""Pictures: everything stands in its box, no two boxes overlap, each mount has one arrow, and any name is only text."""

from __future__ import annotations

import itertools
import os
import pathlib
import re
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from folders import TOP
from hypothesis import given
from hypothesis import strategies as st
from several import CLUSTER
from strategies import specs

from kqmanifest.cli import AT_FAULT, DONE, USAGE, main
from kqmanifest.diagram import mermaid, svg
from kqmanifest.diagram.layout import Panel, Picture, layout
from kqmanifest.diagram.scene import Scene, nested, scene
from kqmanifest.diagram.vector import DARK, LIGHT
from kqmanifest.inventory import ContainerView, FileSource, MountView, PodView, Unmounted, views
from kqmanifest.languages.columns import cells, lines, shortened
from kqmanifest.pipeline import inspect

DOCS = TOP / "docs"
PICTURES = DOCS / "pictures"
STORY = {
    "hostpath-pod": "examples/hostpath-pod.json",
    "nfs-pod": "examples/nfs-pod.yaml",
    "training-with-parent": "examples/training-with-parent.json",
    "two-trainings": "pictures/two-trainings.yaml",
    "gpu-job": "examples/gpu-job.yaml",
}
SVG = "{http://www.w3.org/2000/svg}"

ATTACKS = (
    "</text><script>alert(1)</script>",
    "]]><script>",
    '" onload="alert(1)',
    "javascript:alert(1)",
    "&lt;script&gt;",
    "%%{init: {'securityLevel': 'loose'}}%%",
    '"]\n  click p0 href "javascript:alert(1)"',
    "[a](javascript:alert(1))",
    "`**a**`",
    "#quot;] --> b",
    "\u202e\x9b31m\x1b]0;a\x07",
)
NASTY = st.sampled_from(ATTACKS) | st.text(
    st.sampled_from("ab/<>&\"'`#;%\\\n\t\0\x7f学ア🚀́ \ud800￾-_.:[]{}|") | st.characters(), max_size=60
)
ORIGINS = st.builds(
    FileSource, st.sampled_from(["nfs", "hostPath", "emptyDir", "configMap", "persistentVolumeClaim", "csi", ""]), NASTY, NASTY
)
MOUNTS = st.builds(MountView, NASTY.map(lambda path: f"/{path}"), ORIGINS, NASTY, st.booleans(), st.just(""), st.booleans())
CONTAINERS = st.builds(
    ContainerView,
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
            boxes: list[Panel] = []
            found += [inner for inner in panel.panels if not inside(inner, panel)]
            for word in panel.words:
                box = Panel("word", word.left, word.y - word.style.size * 0.8, word.width, word.style.size)
                found += [] if inside(box, panel) else [(word, panel)]
                found += [(word, inner) for inner in panel.panels if not apart(box, inner)]
                boxes.append(box)
            found += [(one, other) for i, one in enumerate(boxes) for other in boxes[:i] if not apart(one, other)]
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


NUMBER = r"-?\d+(?:\.\d)?"
WORD = "[a-z-]+"
BOX = dict.fromkeys(("x", "y", "width", "height", "rx"), NUMBER)
ELEMENTS: dict[str, dict[str, str]] = {
    "svg": {
        **dict.fromkeys(("width", "height"), NUMBER),
        "class": "kq",
        "role": "img",
        "aria-labelledby": "kq-title kq-desc",
        "viewBox": rf"0 0 {NUMBER} {NUMBER}",
        "style": "max-width:100%;height:auto",
    },
    "title": {"id": "kq-title"},
    "desc": {"id": "kq-desc"},
    "style": {},
    "defs": {},
    "marker": {
        "id": "kq-(?:written|read)",
        "viewBox": "0 0 10 10",
        **dict.fromkeys(("refX", "refY", "markerWidth", "markerHeight"), NUMBER),
        "markerUnits": "userSpaceOnUse",
        "orient": "auto-start-reverse",
    },
    "path": {"class": WORD, "d": "[MHVCZh0-9. -]+", **dict.fromkeys(("marker-start", "marker-end"), r"url\(#kq-(?:written|read)\)")},
    "rect": {"class": "paper", **BOX},
    "g": {"class": WORD},
    "text": {"class": WORD, "x": NUMBER, "y": NUMBER, "text-anchor": "middle|end"},
}
"""All that may stand in a picture: elements, their attributes, and what each may be. No script, no link, nothing from elsewhere."""


def foreign(root: ET.Element) -> Iterator[tuple[str, str]]:
    for element in root.iter():
        name = element.tag.removeprefix(SVG)
        allowed = ELEMENTS.get(name)
        if allowed is None:
            yield name, ""
            continue
        yield from ((name, key) for key, value in element.attrib.items() if not re.fullmatch(allowed.get(key, r"(?!)"), value))


@given(MANY)
def test_any_name_is_only_text(pods: list[PodView]) -> None:
    text = svg(pods)
    root = ET.fromstring(text)  # noqa: S314  we have just written it
    assert not [*foreign(root)]
    assert [one.text for one in root.iter(f"{SVG}style")] == [one.text for one in ET.fromstring(svg([])).iter(f"{SVG}style")]  # noqa: S314  as above
    assert "<!" not in text
    assert "<?" not in text
    arrows = [one for one in root.findall(f"{SVG}path") if one.find(f"{SVG}title") is not None]
    mounts = [mount for pod in pods for container in pod.containers for mount in container.mounts]
    assert len(arrows) == len(mounts) + len({mount.read_only for mount in mounts})  # one in the legend for each kind
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


def named(mounts: Sequence[dict[str, Any]], volumes: Sequence[dict[str, Any]] = (), **metadata: str) -> dict[str, Any]:
    spec = {"containers": [{"name": "c", "image": "i:1", "volumeMounts": [*mounts]}], "volumes": [*volumes]}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec}


def test_who_holds_files_is_named_and_told_apart() -> None:
    volumes: list[dict[str, Any]] = [
        {"name": "nfs", "nfs": {"server": "s", "path": "/a"}},
        {"name": "node", "hostPath": {"path": "/b"}},
        {"name": "tmp", "emptyDir": {}},
        {"name": "claim", "persistentVolumeClaim": {"claimName": "d"}},
        {"name": "idle", "configMap": {"name": "e"}},
        {"name": "csi", "csi": {"driver": "d.example.com"}},
    ]
    mounts = [{"name": one["name"], "mountPath": f"/{one['name']}"} for one in volumes if one["name"] != "idle"]
    mounts.append({"name": "nope", "mountPath": "/nope"})
    one = named(mounts, volumes, name="one")
    shown = [(holder.title, holder.caption, [(place.label, place.note) for place in holder.places]) for holder in drawn(one).holders]
    assert shown == [
        ("s", "NFS server", [("/a", "")]),
        ("node", "that the pod runs on", [("/b", "")]),
        ("the pod's own", "made with the pod, lost with it", [("emptyDir", "volume tmp")]),
        ("claims", "PersistentVolumeClaim", [("d", "")]),
        ("csi", "", [("d.example.com", "volume csi")]),
        ("nothing", "no source is given", [("nope", "not declared")]),
        ("ConfigMaps", "never written", [("e", "never mounted")]),
    ]
    both = drawn(one, named(mounts, volumes, name="two", namespace="b")).holders
    assert [(holder.title, holder.caption, len(holder.places)) for holder in both] == [
        ("s", "NFS server", 1),
        ("node", "that Pod/one runs on", 1),
        ("the pod's own", "made and lost with Pod/one", 1),
        ("claims", "PersistentVolumeClaim of namespace default", 1),
        ("csi", "of namespace default", 1),
        ("nothing", "no source is given", 1),
        ("ConfigMaps", "never written of namespace default", 1),
        ("node", "that Pod/two runs on", 1),
        ("the pod's own", "made and lost with Pod/two", 1),
        ("claims", "PersistentVolumeClaim of namespace b", 1),
        ("csi", "of namespace b", 1),
        ("nothing", "no source is given", 1),
        ("ConfigMaps", "never written of namespace b", 1),
    ]


def drawn(*objects: dict[str, Any]) -> Scene:
    return scene(inspect([*objects]).pods)


def test_an_inner_mount_is_drawn_below_its_outer_one() -> None:
    paths = ["/a/b/c", "/d", "/a", "/a/b", "/a/b/", "/a/e"]
    spec = named([{"name": "v", "mountPath": path} for path in paths], [{"name": "v", "emptyDir": {}}], name="p")
    (pod,) = inspect(spec).pods
    assert [(paths[index], depth) for index, depth in nested(pod.containers[0])] == [
        ("/d", 0),
        ("/a", 0),
        ("/a/b", 1),
        ("/a/b/", 1),
        ("/a/b/c", 2),
        ("/a/e", 1),
    ]


def test_a_holder_stands_level_with_what_mounts_from_it_where_there_is_room() -> None:
    sources = [{"name": "v", "nfs": {"server": f"s{number}", "path": "/x"}} for number in range(3)]
    picture = layout(drawn(*(named([{"name": "v", "mountPath": "/x"}], [one], name=f"p{i}") for i, one in enumerate(sources))))
    assert [arrow.start[1] for arrow in picture.arrows] == [arrow.end[1] for arrow in picture.arrows]


def test_where_there_is_no_room_holders_share_the_way() -> None:
    volumes = [{"name": f"v{number}", "nfs": {"server": f"s{number}", "path": "/x"}} for number in range(4)]
    pod = named([{"name": one["name"], "mountPath": f"/{one['name']}"} for one in volumes], volumes, name="p")
    pod["spec"]["initContainers"] = [{"name": f"i{number}", "image": "i:1"} for number in range(6)]
    picture = layout(drawn(pod))
    assert sum(arrow.start[1] for arrow in picture.arrows) == pytest.approx(sum(arrow.end[1] for arrow in picture.arrows))
    tops = [(panel.y, panel.y + panel.height) for panel in picture.panels if panel.kind == "holder"]
    assert [below[0] - above[1] for above, below in itertools.pairwise(tops)] == pytest.approx([18.0] * 3)


CHART = """\
flowchart LR
  subgraph h0["s · NFS server"]
    p0["/x #34;y#34;"]
  end
  subgraph h1["the pod#39;s own · made with the pod, lost with it"]
    p1["emptyDir<br/>volume a-b"]
  end
  subgraph h2["ConfigMaps · never written"]
    p2["e<br/>never mounted"]
  end
  subgraph pod0["Pod/p · namespace n"]
    c0_0["prepare (init)<br/>i#58;1<br/>mounts nothing"]
    subgraph c0_1["main · 2 \N{MULTIPLICATION SIGN} nvidia.com/gpu"]
      direction TB
      m0_1_0["/a"]
      m0_1_1["/a/b<br/>in /a"]
    end
  end
  p0 <--> m0_1_0
  p1 -. read-only .-> m0_1_1
  classDef unmounted stroke-dasharray: 3 3
  class p2 unmounted
"""


def test_a_chart_says_what_a_picture_shows() -> None:
    outer = {"mountPath": "/a", "nfs": {"server": "s", "path": '/x "y"'}}
    inner = {"mountPath": "/a/b", "emptyDir": {}, "readOnly": True}
    spec = {
        "kind": "Pod",
        "name": "p",
        "namespace": "n",
        "volumes": {"idle": {"configMap": {"name": "e"}}},
        "initContainers": [{"name": "prepare", "image": "i:1"}],
        "containers": [{"name": "main", "image": "i:1", "gpus": 2, "mounts": [outer, inner]}],
    }
    assert mermaid(inspect(spec).pods) == CHART


def test_the_legend_explains_the_lines_that_occur() -> None:
    volumes: list[dict[str, Any]] = [{"name": name, "emptyDir": {}} for name in "ab"]
    mounts: list[dict[str, Any]] = [{"name": "a", "mountPath": "/a"}, {"name": "a", "mountPath": "/b", "readOnly": True}]
    for used, kinds in ((0, ["unmounted"]), (1, ["writable", "unmounted"]), (2, ["writable", "read-only", "unmounted"])):
        pods = inspect(named(mounts[:used], volumes, name="p")).pods
        assert [kind for kind, _ in layout(scene(pods)).legend] == kinds
        boxes = ET.fromstring(svg(pods)).findall(f"{SVG}g[@class='unmounted']/{SVG}rect")  # noqa: S314  we have just written it
        assert [box.get("width") for box in boxes] == ["34"]
    assert layout(drawn(named([], name="p"))).legend == ()


def test_a_mount_that_is_another_in_a_second_spelling_says_so() -> None:
    pods = inspect(named([{"name": "v", "mountPath": path} for path in ("/a", "/a/")], [{"name": "v", "emptyDir": {}}], name="p")).pods
    assert svg(pods).count("same place as /a: one of the two is seen") == 1
    assert mermaid(pods).count("same place as /a") == 1


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


def test_programs_are_told_that_nothing_is_at_fault(capsys: pytest.CaptureFixture[str]) -> None:
    source = str(DOCS / "examples" / "nfs-pod.yaml")
    for options, told in (((), ""), (("--diagnostics", "json"), "[]\n")):
        assert main(["diagram", source, *options]) == DONE
        assert capsys.readouterr().err == told


def test_where_nothing_makes_a_pod_nothing_is_drawn(tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = tmp_path / "settings.yaml"
    source.write_text("{apiVersion: v1, kind: ConfigMap, metadata: {name: settings}}\n", "utf-8")
    assert main(["diagram", str(source), "-o", str(tmp_path / "a.svg")]) == AT_FAULT
    assert "KQ0370" in capsys.readouterr().err
    assert not (tmp_path / "a.svg").exists()


@pytest.mark.usefixtures("ray_cluster")
def test_each_pod_of_an_object_is_drawn() -> None:
    drawn = mermaid(views([CLUSTER]))
    assert drawn.count("RayCluster/ray spec.") >= 4
    assert "RayCluster/ray spec.workerGroupSpecs[1].template" in svg(views([CLUSTER]))
