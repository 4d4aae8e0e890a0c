"""``mounts``: what a container sees is listed whole, aligned, within the terminal's width, with what is worth knowing."""

from __future__ import annotations

import json
import pathlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import specs

from kqmanifest.cli import AT_FAULT, DONE, main
from kqmanifest.cli.mounts import table
from kqmanifest.languages.columns import cells
from kqmanifest.pipeline import inspect

SPEC: dict[str, Any] = {
    "kind": "Pod",
    "name": "training2",
    "namespace": "research",
    "volumes": {"old": {"nfs": {"server": "s", "path": "/old"}}},
    "containers": [
        {
            "name": "main",
            "image": "busybox",
            "gpus": 2,
            "mounts": [
                {"mountPath": "/kqi", "nfs": {"server": "nfs-server", "path": "/training/2/"}},
                {"mountPath": "/kqi/parent/", "hostPath": {"path": "/学習"}, "readOnly": True},
                {"mountPath": "/scratch", "emptyDir": {"medium": "Memory"}},
            ],
        },
        {"name": "idle", "image": "busybox"},
    ],
}
TABLE = """\
Pod/training2  (namespace research)
    MOUNT PATH    FROM
  main  2 \N{MULTIPLICATION SIGN} nvidia.com/gpu
    /kqi          nfs nfs-server:/training/2/  rw
    /kqi/parent/  node /学習                   ro  in /kqi, hides what is there
    /scratch      emptyDir in memory           rw  lost with the pod
  idle  mounts nothing
  never mounted
    old           nfs s:/old
"""
NARROW = """\
Pod/training2  (namespace
research)
  main  2 \N{MULTIPLICATION SIGN} nvidia.com/gpu
    /kqi  rw
      from nfs
      nfs-server:/training/2/
    /kqi/parent/  ro
      from node /学習
      in /kqi, hides what is
      there
    /scratch  rw
      from emptyDir in memory
      lost with the pod
  idle  mounts nothing
  never mounted
    old
      from nfs s:/old
"""


def test_a_table_is_aligned_whatever_the_width_of_its_characters() -> None:
    assert table(inspect(SPEC).pods, None) == TABLE
    assert table(inspect(SPEC).pods, 100) == TABLE


def test_a_table_stays_one_as_long_as_it_fits() -> None:
    pods, widest = inspect(SPEC).pods, max(map(cells, TABLE.splitlines()))
    assert table(pods, widest) == TABLE
    assert table(pods, widest - 1) != TABLE


def test_what_does_not_fit_goes_on_below() -> None:
    assert table(inspect(SPEC).pods, 30) == NARROW


@given(specs(), st.integers(20, 120))
def test_no_line_is_wider_than_the_terminal_and_nothing_is_cut(spec: dict[str, Any], width: int) -> None:
    pods = inspect(spec).pods
    text = table(pods, width)
    assert all(cells(line) <= width for line in text.splitlines())
    packed = "".join(text.split())
    for pod in pods:
        for container in pod.containers:
            assert all("".join(mount.path.split()) in packed for mount in container.mounts)


def test_json_says_the_same(tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = tmp_path / "spec.json"
    source.write_text(json.dumps(SPEC), "utf-8")
    assert main(["mounts", str(source), "--format", "json"]) == DONE
    (pod,) = json.loads(capsys.readouterr().out)
    assert [(one["mountPath"], one["from"], one["readOnly"], one["enclosing"]) for one in pod["containers"][0]["mounts"]] == [
        ("/kqi", "nfs nfs-server:/training/2/", False, ""),
        ("/kqi/parent/", "node /学習", True, "/kqi"),
        ("/scratch", "emptyDir in memory", False, ""),
    ]
    assert [one["volume"] for one in pod["unmounted"]] == ["old"]


def test_what_is_at_fault_is_told_and_what_can_be_shown_is_shown(tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = tmp_path / "pod.yaml"
    source.write_text(
        "{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {containers: [{name: c, image: i, volumeMounts: "
        "[{name: a, mountPath: /a}, {name: nope, mountPath: /n}, {name: b, mountPath: /a/}]}], "
        "volumes: [{name: a, emptyDir: {}}, {name: b, nfs: {server: s, path: /b}}]}}\n",
        "utf-8",
    )
    assert main(["mounts", str(source)]) == AT_FAULT
    out, err = capsys.readouterr()
    assert "KQ2004" in err
    assert "/n          nothing of a volume nope that is not declared  rw" in out
    assert "same path as /a: only one of the two is visible" in out


def test_where_nothing_makes_a_pod_that_is_told(tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = tmp_path / "settings.yaml"
    source.write_text("{apiVersion: v1, kind: ConfigMap, metadata: {name: settings}}\n", "utf-8")
    assert main(["mounts", str(source)]) == AT_FAULT
    out, err = capsys.readouterr()
    assert not out
    assert f"{source}: error: " in err
    assert "[KQ0370]" in err


def test_a_program_gets_an_empty_list_where_nothing_makes_a_pod(tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.yaml").write_text("kind: Namespace\nname: a\n", "utf-8")
    assert main(["mounts", str(tmp_path / "a.yaml"), "--format", "json"]) == AT_FAULT
    out, err = capsys.readouterr()
    assert json.loads(out) == []
    assert "KQ0370" in err
