"""The laws of lying within: whole steps of paths and of images' names, and nothing that climbs."""

from __future__ import annotations

import posixpath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kqmanifest.model.site import Export, NodePath
from kqmanifest.site.places import export_of, is_below, is_within, node_path_of, prefix, repository

STEP = st.text("ab-.", min_size=1, max_size=4)
STEPS = st.lists(STEP, max_size=4)


@given(STEPS, STEPS)
def test_a_path_lies_below_another_only_by_whole_steps(above: list[str], here: list[str]) -> None:
    path, top = "/" + "/".join(here), "/" + "/".join(above)
    if ".." in here:
        assert not is_below(path, top)
    elif ".." not in above:
        assert is_below(path, top) == (posixpath.commonpath([posixpath.normpath(path), posixpath.normpath(top)]) == posixpath.normpath(top))


@given(STEPS)
def test_everything_lies_below_the_root_but_what_climbs(here: list[str]) -> None:
    assert is_below("/" + "/".join(here), "/") == (".." not in here)


@pytest.mark.parametrize("path", ["", "runs", "./runs", "../runs", "/runs/..", "/runs/../runs"])
def test_what_has_no_place_lies_nowhere(path: str) -> None:
    assert not is_below(path, "/")


@pytest.mark.parametrize(
    ("image", "steps"),
    [
        ("python", ("docker.io", "library", "python")),
        ("python:3.12", ("docker.io", "library", "python")),
        ("docker.io/python", ("docker.io", "library", "python")),
        ("index.docker.io/a/b:1", ("docker.io", "a", "b")),
        ("a/b", ("docker.io", "a", "b")),
        ("localhost/a", ("localhost", "a")),
        ("localhost:5000/a:1", ("localhost:5000", "a")),
        ("r.example.com/a/b:1@sha256:" + "0" * 64, ("r.example.com", "a", "b")),
        ("r.example.com/a/../b", None),
        ("", None),
    ],
)
def test_an_image_has_one_full_name(image: str, steps: tuple[str, ...] | None) -> None:
    assert repository(image) == steps


@pytest.mark.parametrize("text", ["python", "", "/", "a//b", "r.example.com/a:1", "a/b@sha256:0"])
def test_what_could_mean_two_things_is_no_prefix(text: str) -> None:
    assert prefix(text) is None


@given(st.lists(st.text("ab", min_size=1, max_size=3), min_size=1, max_size=3), st.text("ab", min_size=1, max_size=3))
def test_a_longer_name_is_another_name(steps: list[str], more: str) -> None:
    allowed = "r.example.com/" + "/".join(steps)
    assert is_within(f"{allowed}/{more}:1", [allowed])
    assert is_within(f"{allowed}:1", [allowed])
    assert not is_within(f"{allowed}{more}:1", [allowed])
    assert not is_within(f"{allowed}-{more}/a:1", [allowed])


def test_of_two_that_fit_the_one_that_may_be_written_counts() -> None:
    exports = [Export(server="a", path="/", read_only=True), Export(server="a", path="/b")]
    assert export_of(exports, "a", "/b/c") is exports[1]
    assert export_of(exports, "a", "/c") is exports[0]
    assert export_of(exports, "b", "/b") is None
    paths = [NodePath(path="/a"), NodePath(path="/a/b", writable=True)]
    assert node_path_of(paths, "/a/b/c") is paths[1]
    assert node_path_of(paths, "/a/c") is paths[0]


@pytest.mark.parametrize(
    ("text", "steps"),
    [
        ("docker.io", ("docker.io",)),
        ("index.docker.io", ("docker.io",)),
        ("index.docker.io/a", ("docker.io", "a")),
        ("r.example.com/index.docker.io", ("r.example.com", "index.docker.io")),
        ("r.example.com/team/", ("r.example.com", "team")),
        ("a/b", ("docker.io", "a", "b")),
    ],
)
def test_a_prefix_begins_with_a_registry_or_with_an_owner_at_docker_s(text: str, steps: tuple[str, ...]) -> None:
    assert prefix(text) == steps
