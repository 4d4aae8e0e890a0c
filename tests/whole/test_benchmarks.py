"""What is measured is what it is said to be: values that are all different, and texts that are right, whoever wrote them."""

from __future__ import annotations

import gc
import itertools
import json
import pathlib
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import yaml
from costs import SECTIONS, Effort, Row, Section, chart, fresh, jobs, kubeconform, others, reading, record, streams, table
from costs.clock import APART, Way, beside
from costs.folders import filled
from costs.programs import OURS, PYTHON, Program, in_turn, launching
from costs.rows import Cost

from kqmanifest import build, check, load

COUNT = 300
SOME = [*range(12), 9000, APART, 3 * APART + 7]


@pytest.fixture(autouse=True, scope="module")
def _what_other_tests_hold_is_left_alone() -> Iterator[None]:
    """Keep what other tests hold out of the garbage that is collected before each batch, which takes a third of a second otherwise."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


def fields_of(tree: Any, key: str = "") -> Iterator[tuple[str, str]]:
    """List the texts in a tree, each with the key that it stands under; the keys of variables and labels too."""
    if isinstance(tree, str):
        yield key, tree
    elif isinstance(tree, dict):
        yield from ((key, name) for name in tree if key in {"env", "labels"})
        yield from itertools.chain.from_iterable(
            fields_of(value, key if key in {"env", "labels"} else name) for name, value in tree.items()
        )
    elif isinstance(tree, list):
        yield from itertools.chain.from_iterable(fields_of(value, key) for value in tree)


OWN = re.compile("[0-9a-f]{10}", re.IGNORECASE)
ALIKE = {"example.com/run", "team", "dev-shm", "/dev/shm", "python", "name", "value"}


@pytest.mark.parametrize("write", [jobs.spec, jobs.manifest, jobs.unversioned])
def test_no_name_path_server_image_or_variable_stands_in_two_jobs(write: Callable[[int], Any]) -> None:
    names = {"name", "image", "server", "path", "mountPath", "env", "labels", "command"}
    seen: set[str] = set()
    for number in range(COUNT):
        own = {text for key, text in fields_of(write(number)) if key in names} - ALIKE
        assert len(own) > 15
        assert all(map(OWN.search, own))
        assert not own & seen
        seen |= own


def test_jobs_are_the_same_each_time() -> None:
    assert jobs.spec(7) == jobs.spec(7)
    assert json.dumps(jobs.spec(7)) != json.dumps(jobs.spec(8))
    assert jobs.word(7, "job") == "ce5ee01412"


@pytest.mark.parametrize("number", SOME)
def test_the_manifest_that_is_written_by_hand_is_what_comes_of_the_spec(number: int) -> None:
    manifest = build(jobs.spec(number))
    assert [*manifest.objects] == [jobs.manifest(number)]
    assert [*manifest.diagnostics, *check(jobs.manifest(number))] == []
    assert [one.code for one in check(jobs.unversioned(number))] == ["KQ4040"]


FOUND, PASSED_OVER = others.ways()
WAYS = {**FOUND, **fresh.WAYS, "R": fresh.REFERENCE}


@pytest.mark.parametrize("name", [name for name in WAYS if not name.startswith("check")])
def test_whoever_prints_a_job_prints_that_job(name: str) -> None:
    for number in SOME:
        printed = WAYS[name].work(WAYS[name].make(number))
        assert isinstance(printed, str)
        assert yaml.safe_load(printed) == jobs.manifest(number)


def test_all_others_are_here_that_the_development_needs() -> None:
    assert PASSED_OVER == []


def test_ours_alone_finds_what_is_wrong() -> None:
    wrong = jobs.manifest(1)
    wrong["spec"]["template"]["spec"]["containers"][0]["volumeMounts"][0]["name"] = "other"
    assert [one.code for one in check(wrong)]
    for name, way in FOUND.items():
        if not way.ours:
            assert "name: other" in str(way.work(wrong)), name


def test_a_way_never_sees_an_input_twice_nor_one_of_another_way() -> None:
    seen: dict[str, list[int]] = {"one": [], "two": [], "reference": []}
    ways = {name: Way(lambda number: number, seen[name].append) for name in seen}
    reference = ways.pop("reference")
    for _ in range(2):  # two sections may time the same way
        beside(ways, reference, rounds=3, batch=5, per="Job")
    numbers = seen["one"] + seen["two"]
    assert len(numbers) == len(set(numbers)) == 80
    assert sorted(seen["reference"]) == sorted(numbers)


def test_a_ratio_is_the_median_of_pairs() -> None:
    row = Row.of("one", [Cost(2.0), Cost(8.0), Cost(3.0)], [Cost(1.0), Cost(2.0), Cost(3.0)])
    assert (row.ratio, row.cpu, row.quartiles) == (2.0, 3.0, (1.0, 4.0))


def test_two_readers_read_the_same() -> None:
    text = reading.text(3)
    assert [one.value for one in load(text)] == reading.by_libyaml(text) == [jobs.manifest(number) for number in range(120, 160)]


def test_a_program_is_measured_from_outside() -> None:
    held = "x = bytearray(60_000_000); import time; end = time.process_time() + 0.2\nwhile time.process_time() < end: pass"
    with launching() as here:
        nothing = here.run(Program([*PYTHON, "-c", "pass"]))
        busy = here.run(Program([*PYTHON, "-c", held]))
    assert nothing.peak is not None
    assert busy.peak is not None
    assert busy.peak - nothing.peak > 50_000_000
    assert busy.cpu - nothing.cpu > 0.1


def test_a_program_that_did_not_do_its_work_has_no_times() -> None:
    (nothing, failing) = in_turn({"a": Program([*PYTHON, "-c", "pass"]), "b": Program([*PYTHON, "-c", "exit(3)"])}, 1)
    assert nothing.ratio == 1
    assert (failing.ratio, failing.cpu, failing.note) == (None, None, "it ended with 3")


def test_a_stream_has_a_warning_in_9000_lines_and_its_loop_renders_all_of_it(tmp_path: pathlib.Path) -> None:
    clean, ours, warned = streams.programs(tmp_path, 20).values()
    by_loop, by_us = (subprocess.run(one.command, capture_output=True, check=True).stdout.decode() for one in (clean, ours))
    expected = [jobs.manifest(number) for number in range(20)]
    assert [*yaml.safe_load_all(by_loop)] == [*yaml.safe_load_all(by_us)] == expected
    told = subprocess.run([*warned.command, "--diagnostics", "json"], capture_output=True, check=True).stderr
    assert [one["code"] for one in json.loads(told)] == ["KQ4040"]
    _, each = streams.warning_in_each(tmp_path, 3).values()
    told = subprocess.run([*each.command, "--diagnostics", "json"], capture_output=True, check=True).stderr
    assert [one["code"] for one in json.loads(told)] == 3 * ["KQ4040"]
    marked = [number for number, one in enumerate(streams.warned(19_000)) if ":" not in one["pod"]["containers"][0]["image"]]
    assert marked == [4500, 13_500]


@pytest.mark.parametrize("schema", kubeconform.KINDS)
def test_the_schemas_of_kubeconform_refer_to_nothing(schema: str, tmp_path: pathlib.Path) -> None:
    kubeconform.write_schemas(tmp_path / "schemas")
    text = (tmp_path / "schemas" / f"{schema}.json").read_text("utf-8")
    assert '"$ref"' not in text
    assert '"readOnly"' in text


WRONG: dict[str, Callable[[Any], object]] = {
    "a field that there is not": lambda pod: pod.update(imagePullPolicies="Always"),
    "a number for a text": lambda pod: pod["containers"][0]["env"][0].update(value=1),
    "a mount without its path": lambda pod: pod["containers"][0]["volumeMounts"][0].pop("mountPath"),
}


@pytest.mark.skipif(kubeconform.found() is None, reason="kubeconform is not installed")
def test_kubeconform_validates(tmp_path: pathlib.Path) -> None:
    command = kubeconform.ready(tmp_path / "schemas")
    assert command is not None
    filled(tmp_path / "right", range(5))
    done = subprocess.run([*command, "-summary", "-output", "json", str(tmp_path / "right")], capture_output=True, check=True)
    assert json.loads(done.stdout)["summary"] == {"valid": 5, "invalid": 0, "errors": 0, "skipped": 0}
    texts = [fresh.dump(jobs.manifest(0)) + "kind: Job\n"]  # a key twice
    for change in WRONG.values():
        wrong = jobs.manifest(1)
        change(wrong["spec"]["template"]["spec"])
        texts.append(fresh.dump(wrong))
    for text in texts:
        (tmp_path / "wrong.yaml").write_text(text, "utf-8")
        assert subprocess.run([*command, str(tmp_path / "wrong.yaml")], capture_output=True, check=False).returncode == 1
        assert subprocess.run([*OURS, "check", str(tmp_path / "wrong.yaml")], capture_output=True, check=False).returncode == 1


def test_what_is_printed_of_a_row() -> None:
    row = Row("render", "Job", 1.234, (1.2, 1.3), 0.000_123_4, None, 12_345_678, ours=True)
    assert table.cells(row) == ("render", "1.23", "1.20 to 1.30", "123 µs a Job", "", "12.3 MB")
    assert table.duration(0.1, "MB") == "10.0 MB/s"
    assert table.cells(Row("render", note="it ended with 1")) == ("render: it ended with 1", "", "", "", "", "")


def test_the_page_and_its_picture_show_what_was_measured_last() -> None:
    last = record.kept()
    assert last is not None
    text = record.PAGE.read_text("utf-8")
    assert record.page(last, SECTIONS, text) == text
    assert record.PICTURE.read_text("utf-8") == record.picture(last, SECTIONS)
    assert {section.key for section in SECTIONS} == set(last.rows)


def test_a_bar_is_as_long_as_its_ratio() -> None:
    section = Section("a", "Title & more", "`what`", lambda _: ([], []))
    drawn = chart.chart([section], {"a": [Row("one", ratio=1.0), Row("two", ratio=4.0, ours=True), Row("none", note="it ended with 1")]})
    assert 'class="other" x="430" y="59.0" width="82.5"' in drawn
    assert 'class="ours" x="430" y="83.0" width="330.0"' in drawn
    assert "Title &amp; more" in drawn
    assert "none" not in drawn


def test_a_section_is_measured_alone() -> None:
    command = [sys.executable, str(record.RECORD.with_name("run.py")), "--quick", "reading"]
    printed = subprocess.run(command, capture_output=True, check=True).stdout.decode()
    assert [section.title for section in SECTIONS if section.title in printed] == ["Reading YAML"]
    assert "kqmanifest.load" in printed


def test_quick_measures_nothing_but_ours_and_references() -> None:
    rows, passed_over = next(section for section in SECTIONS if section.key == "others").measure(Effort(quick=True))
    assert [row.ours for row in rows] == [False, *[True] * len(others.OURS)]
    assert passed_over == []
