"""A manifest is written object by object, and is the same text as if it were written at once; or nothing is."""

from __future__ import annotations

import json
import pathlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import specs

from kqmanifest import load
from kqmanifest.cli import AT_FAULT, DONE, main
from kqmanifest.cli.render import _Page
from kqmanifest.compiler.compilation import compile_specs
from kqmanifest.compiler.options import Options
from kqmanifest.limits import DEFAULT
from kqmanifest.pipeline import BETWEEN, FORMATS, WRITERS, Format, render

GOOD = [{"kind": "ConfigMap", "name": f"a-{number}", "data": {"a": "x"}} for number in range(3)]
BAD = {"kind": "ConfigMap", "name": "B"}


def lines(given: list[Any]) -> str:
    return "".join(json.dumps(one) + "\n" for one in given)


@given(st.lists(specs(), min_size=1, max_size=3), st.sampled_from(FORMATS))
def test_objects_are_written_one_by_one_as_all_at_once(given: Any, form: Format) -> None:
    page = _Page(form)
    runs = [compile_specs(one, Options()) for one in given]
    for run in runs:
        page.take(run)
    objects = [one.tree for run in runs for one in run.compiled]
    assert page.text() == WRITERS[form]([] if any(run.failed for run in runs) else objects)
    assert form in {*BETWEEN, "json"}


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("count", [1, 3])
def test_a_stream_is_rendered_as_one_call_renders_it(
    form: Format, count: int, tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(lines(GOOD[:count]), "utf-8")
    assert main(["render", str(path), "--format", form]) == DONE
    assert capsys.readouterr().out == render(load(lines(GOOD[:count]), source="a.jsonl"), format=form)


@pytest.mark.parametrize("given", [[BAD, *GOOD], [*GOOD, BAD], [*GOOD, GOOD[0]]])
def test_one_error_anywhere_and_nothing_is_written(given: list[Any], tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.jsonl").write_text(lines(given), "utf-8")
    assert main(["render", str(tmp_path / "a.jsonl"), "-o", str(tmp_path / "b.yaml")]) == AT_FAULT
    assert main(["render", str(tmp_path / "a.jsonl")]) == AT_FAULT
    assert not capsys.readouterr().out
    assert not (tmp_path / "b.yaml").exists()


def test_any_number_is_taken_unless_a_limit_is_named(tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"kind": "List", "apiVersion": "v1", "items": []}\n' * (DEFAULT.documents + 1), "utf-8")
    assert main(["render", str(path), "--format", "yaml"]) == DONE
    assert not capsys.readouterr().out
    path.write_text(lines(GOOD), "utf-8")
    for command in ("render", "check"):
        for limit, code in (("objects=2", "KQ0072"), ("documents=2", "KQ0071")):
            assert main([command, str(path), "--limit", limit]) == AT_FAULT
            assert code in capsys.readouterr().err
