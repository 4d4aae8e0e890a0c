"""The command line: what it reads, what it writes, what it says, and what it ends with."""

from __future__ import annotations

import json
import os
import pathlib
import stat
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import version
from typing import IO, Any

import pytest
from command import run
from folders import TOP

import kqmanifest.cli.render
from kqmanifest.cli import AT_FAULT, COMMANDS, DONE, USAGE, main

STORY = TOP / "docs" / "examples" / "training-with-parent.json"
COMMAND = [sys.executable, "-m", "kqmanifest"]
GOOD = {"kind": "Namespace", "name": "a"}
BAD = {"kind": "Namespace", "nam": "a"}


@pytest.fixture(autouse=True)
def _in_a_folder(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(TOP))
    pathlib.Path("good.json").write_text(json.dumps(GOOD), "utf-8")
    pathlib.Path("bad.json").write_text(json.dumps(BAD), "utf-8")
    yield
    # Whatever happened, nothing half-written is left behind.
    assert not [path for path in tmp_path.rglob(".*") if not path.is_dir()]


def process(*arguments: str, stdout: IO[bytes] | int = subprocess.PIPE) -> Any:
    return subprocess.run([*COMMAND, *arguments], stdin=subprocess.DEVNULL, stdout=stdout, stderr=subprocess.PIPE, check=False, timeout=60)


def codes(told: str) -> list[str]:
    """Read the codes from JSON diagnostics."""
    return [one["code"] for one in json.loads(told)]


# What it prints


def test_the_story_renders_with_both_mounts() -> None:
    done = run("render", str(STORY))
    assert (done.returncode, done.stderr) == (DONE, b"")
    assert b"mountPath: /kqi/output" in done.stdout
    assert b"mountPath: /kqi/parent" in done.stdout
    assert b'nvidia.com/gpu: "1"' in done.stdout
    assert b"medium: Memory" in done.stdout


def test_the_script_is_the_module(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["render", "good.json"]) == DONE
    assert capsys.readouterr().out.encode() == process("render", "good.json").stdout


def test_standard_input_is_read() -> None:
    piped, named = run("render", "-", text=STORY.read_bytes()), run("render", str(STORY))
    assert (piped.returncode, piped.stdout) == (DONE, named.stdout)


def test_standard_input_has_a_name() -> None:
    done = run("check", "-", text=b"kind: Namespace\nnam: a\n")
    assert done.returncode == AT_FAULT
    assert done.stderr.startswith(b"<stdin>:2:1: error: nam is not a field")


@pytest.mark.parametrize(
    ("format_", "start"),
    [("yaml", "apiVersion: v1\nkind: Namespace\n"), ("json", '{\n  "apiVersion": "v1",\n'), ("kyaml", '---\n{\n  apiVersion: "v1",\n')],
)
def test_formats(format_: str, start: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["render", "good.json", "--format", format_]) == DONE
    assert capsys.readouterr().out.startswith(start)


def test_json_makes_a_list_of_several(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["render", "good.json", str(STORY), "--format", "json"]) == DONE
    made = json.loads(capsys.readouterr().out)
    assert (made["apiVersion"], made["kind"]) == ("v1", "List")
    assert [one["kind"] for one in made["items"]] == ["Namespace", "Pod"]


def test_lists_documents_and_lines(capsys: pytest.CaptureFixture[str]) -> None:
    pathlib.Path("list.json").write_text(json.dumps([{**GOOD, "name": "b"}, {**GOOD, "name": "c"}]), "utf-8")
    pathlib.Path("docs.yaml").write_text(
        "# one\nkind: Namespace\nname: d\n---\n---\nkind: List\nitems:\n- {kind: Namespace, name: e}\n", "utf-8"
    )
    pathlib.Path("lines.jsonl").write_text('{"kind": "Namespace", "name": "f"}\n\n{"kind": "Namespace", "name": "g"}\n', "utf-8")
    assert main(["render", "good.json", "list.json", "docs.yaml", "lines.jsonl", "--format", "json"]) == DONE
    assert [one["metadata"]["name"] for one in json.loads(capsys.readouterr().out)["items"]] == list("abcdefg")


def test_a_folder_is_the_files_in_it(capsys: pytest.CaptureFixture[str]) -> None:
    folder = pathlib.Path("specs")
    (folder / "deeper.yaml").mkdir(parents=True)
    for name in ("b.yml", "a.json", "c.jsonl", "notes.txt"):
        (folder / name).write_text(json.dumps({**GOOD, "name": name[0]}), "utf-8")
    assert main(["render", "specs", "--format", "json"]) == DONE
    assert [one["metadata"]["name"] for one in json.loads(capsys.readouterr().out)["items"]] == ["a", "b", "c"]


def test_a_fault_in_a_folder_names_its_file(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "."]) == AT_FAULT
    assert capsys.readouterr().err.startswith("bad.json:1:23: error: nam is not a field")


def test_the_same_fault_in_two_files_is_two_faults(capsys: pytest.CaptureFixture[str]) -> None:
    pathlib.Path("worse.json").write_text(json.dumps(BAD), "utf-8")
    assert main(["check", "bad.json", "worse.json", "--diagnostics", "json"]) == AT_FAULT
    assert [one["source"] for one in json.loads(capsys.readouterr().err) if one["code"] == "KQ1002"] == ["bad.json", "worse.json"]


# What it says


def test_nothing_to_say_is_nothing_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "good.json"]) == DONE
    assert capsys.readouterr() == ("", "")


def test_diagnostics_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "good.json", "--diagnostics", "json"]) == DONE
    assert json.loads(capsys.readouterr().err) == []
    assert main(["check", "bad.json", "--diagnostics", "json"]) == AT_FAULT
    (told, *_) = json.loads(capsys.readouterr().err)
    assert told.keys() == {"code", "severity", "path", "document", "message", "hint", "source", "line", "column"}
    assert (told["code"], told["path"], told["source"], told["line"], told["column"]) == ("KQ1002", "/nam", "bad.json", 1, 23)


def test_a_warning_is_told_and_fails_only_where_asked(capsys: pytest.CaptureFixture[str]) -> None:
    spec = {"kind": "Pod", "name": "a", "containers": [{"name": "a", "image": "busybox:1.36", "env": [{"name": "A", "value": "1"}] * 2}]}
    pathlib.Path("twice.json").write_text(json.dumps(spec), "utf-8")
    for command, code in (
        (["render"], DONE),
        (["check"], DONE),
        (["check", "--strict"], AT_FAULT),
        (["check", "--strict", "--ignore", "KQ4002"], DONE),
    ):
        assert main([*command, "twice.json", "--diagnostics", "json"]) == code
        out, told = capsys.readouterr()
        assert codes(told) == ([] if "--ignore" in command else ["KQ4002"])
        assert bool(out) == (command == ["render"])


def test_several_codes_may_be_ignored_at_once(capsys: pytest.CaptureFixture[str]) -> None:
    volumes: dict[str, Any] = {"spare": {"emptyDir": {}}}
    spec = {
        "kind": "Pod",
        "name": "a",
        "volumes": volumes,
        "containers": [{"name": "a", "image": "busybox:1.36", "env": [{"name": "A", "value": "1"}] * 2}],
    }
    pathlib.Path("two.json").write_text(json.dumps(spec), "utf-8")
    assert main(["check", "two.json", "--strict", "--ignore", "KQ4002,KQ4001"]) == DONE
    assert main(["check", "two.json", "--strict", "--ignore", "KQ4002", "--ignore", "KQ4001"]) == DONE
    assert capsys.readouterr() == ("", "")


def test_a_range_of_versions_tells_since_when_a_field_exists(capsys: pytest.CaptureFixture[str]) -> None:
    pod = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "a"},
        "spec": {"containers": [{"name": "a", "image": "busybox:1.36"}], "evictionResponders": []},
    }
    pathlib.Path("new.json").write_text(json.dumps(pod), "utf-8")
    assert main(["check", "new.json", "--kubernetes", "1.37"]) == DONE
    assert main(["check", "new.json", "--kubernetes", "1.35..1.37", "--diagnostics", "json"]) == AT_FAULT
    (told,) = json.loads(capsys.readouterr().err)
    assert (told["code"], told["path"]) == ("KQ9001", "/spec/evictionResponders")
    assert "1.37" in told["hint"]


# How it is used


@pytest.mark.parametrize(
    ("arguments", "code", "near"),
    [
        ([], "KQ0092", ""),
        (["rendr", "good.json"], "KQ0092", "render"),
        (["render"], "KQ0092", ""),
        (["render", "good.json", "--formt", "json"], "KQ0092", "--format"),
        (["render", "good.json", "--format", "yml"], "KQ0092", "yaml"),
        (["render", "good.json", "--form", "json"], "KQ0092", "--format"),
        (["check", "good.json", "--output", "x"], "KQ0092", ""),
        (["check", "good.json", "--kubernetes", "1.99"], "KQ1090", ""),
        (["check", "good.json", "--kubernetes", "latest"], "KQ1091", ""),
        (["check", "good.json", "--kubernetes", "1.37..1.35"], "KQ1092", "1.35..1.37"),
        (["schema", "--kubernetes", "2"], "KQ1091", ""),
        (["check", "good.json", "--ignore", "KQ2001"], "KQ1011", ""),
        (["check", "good.json", "--ignore", "KQ4001,names"], "KQ1011", ""),
        (["rules", "KQ200l"], "KQ0093", "KQ20"),
        (["check", "missing.json"], "KQ0090", ""),
        (["check", "good.json", "missing.json"], "KQ0090", ""),
        (["check", "a\0b"], "KQ0090", ""),
        (["check", ""], "KQ0090", ""),
        (["check", "x" * 5000], "KQ0090", ""),
        (["render", "good.json", "-o", "missing/manifest.yaml"], "KQ0091", ""),
        (["render", "good.json", "-o", "good.json/manifest.yaml"], "KQ0091", ""),
        (["render", "good.json", "-o", "."], "KQ0091", ""),
        (["render", "good.json", "-o", "a\0b"], "KQ0091", ""),
        (["render", "good.json", "-o", "x" * 5000], "KQ0091", ""),
    ],
)
def test_a_wrong_use_is_told_and_ends_with_2(arguments: list[str], code: str, near: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*arguments, "--diagnostics", "json"] if arguments[:1] in (["render"], ["check"]) else arguments) == USAGE
    out, told = capsys.readouterr()
    assert not out
    if told.startswith("["):
        (first, *_) = json.loads(told)
        assert first["code"] == code
        assert near in first["hint"]
    else:
        assert told.splitlines()[0].endswith(f" [{code}]")
        assert near in told.partition("hint: ")[2]


def test_a_file_that_cannot_be_opened_hides_no_other_fault(capsys: pytest.CaptureFixture[str]) -> None:
    pathlib.Path("broken.json").write_text("{", "utf-8")
    assert main(["check", "missing.json", "broken.json", "neither.yaml", "--diagnostics", "json"]) == USAGE
    assert codes(capsys.readouterr().err) == ["KQ0090", "KQ0090", "KQ0017"]


def test_a_folder_without_specs_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    pathlib.Path("empty").mkdir()
    assert main(["check", "empty", "--diagnostics", "json"]) == USAGE
    assert codes(capsys.readouterr().err) == ["KQ0090"]


def test_files_that_hold_nothing_are_told_only_where_all_do(capsys: pytest.CaptureFixture[str]) -> None:
    pathlib.Path("empty.json").write_text("", "utf-8")
    pathlib.Path("comments.yaml").write_text("# nothing\n", "utf-8")
    assert main(["render", "empty.json", "comments.yaml", "--diagnostics", "json"]) == AT_FAULT
    told = json.loads(capsys.readouterr().err)
    assert [(one["code"], one["source"], one["line"]) for one in told] == [("KQ1012", "empty.json", 1), ("KQ1012", "comments.yaml", 1)]
    assert main(["render", "empty.json", "good.json"]) == DONE


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    pathlib.Path("good.json").chmod(0)
    assert main(["check", "good.json", "--diagnostics", "json"]) == USAGE
    assert codes(capsys.readouterr().err) == ["KQ0090"]


@pytest.mark.parametrize("command", [[], *([name] for name in COMMANDS)])
def test_help_has_examples(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main([*command, "--help"])
    assert left.value.code == DONE
    assert "examples:\n  kqmanifest " in capsys.readouterr().out


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(["--version"])
    assert left.value.code == DONE
    assert capsys.readouterr().out == f"kqmanifest {version('kqmanifest')}\n"


def test_rules_are_listed_and_explained(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules"]) == DONE
    assert "KQ2003  " in capsys.readouterr().out
    assert main(["rules", "KQ2003", "kq2004"]) == DONE
    page = capsys.readouterr().out
    assert page.startswith("KQ2003  ")
    assert "\nKQ2004  " in page
    assert page.count("Wrong:") == page.count("Right:") == 2


def test_the_schema_is_json_and_can_go_to_a_file(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema"]) == DONE
    printed = capsys.readouterr().out
    assert main(["schema", "-o", "spec.schema.json"]) == DONE
    assert pathlib.Path("spec.schema.json").read_text("utf-8") == printed
    assert json.loads(printed)["$schema"].startswith("https://json-schema.org/")


# What it writes


def test_a_file_is_replaced_whole() -> None:
    out = pathlib.Path("manifest.yaml")
    out.write_text("old\n" * 10_000, "utf-8")
    out.chmod(0o640)
    assert main(["render", "good.json", "-o", "manifest.yaml"]) == DONE
    assert out.read_text("utf-8") == "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: a\n"
    assert stat.S_IMODE(out.stat().st_mode) == 0o640


def test_a_new_file_gets_the_usual_mode() -> None:
    before = os.umask(0o022)
    try:
        assert main(["render", "good.json", "-o", "manifest.yaml"]) == DONE
    finally:
        os.umask(before)
    assert stat.S_IMODE(pathlib.Path("manifest.yaml").stat().st_mode) == 0o644


@pytest.mark.parametrize("arguments", [["bad.json"], ["good.json", "bad.json"], ["missing.json"], ["good.json", "--kubernetes", "9"]])
def test_a_file_is_left_as_it_was_where_anything_is_at_fault(arguments: list[str]) -> None:
    out = pathlib.Path("manifest.yaml")
    out.write_text("old\n", "utf-8")
    assert main(["render", *arguments, "-o", "manifest.yaml"]) != DONE
    assert out.read_text("utf-8") == "old\n"


def test_a_spec_may_be_replaced_by_its_manifest() -> None:
    assert main(["render", "good.json", "-o", "good.json", "--format", "json"]) == DONE
    assert main(["check", "good.json"]) == DONE


def test_a_link_stays_a_link() -> None:
    pathlib.Path("there").mkdir()
    target = pathlib.Path("there/manifest.yaml")
    target.write_text("old\n", "utf-8")
    pathlib.Path("link.yaml").symlink_to(target)
    pathlib.Path("new.yaml").symlink_to("there/new.yaml")
    for name in ("link.yaml", "new.yaml"):
        assert main(["render", "good.json", "-o", name]) == DONE
        assert pathlib.Path(name).is_symlink()
        assert pathlib.Path(name).read_text("utf-8").startswith("apiVersion: ")
    assert sorted(path.name for path in pathlib.Path("there").iterdir()) == ["manifest.yaml", "new.yaml"]


def test_a_read_only_file_is_not_replaced(capsys: pytest.CaptureFixture[str]) -> None:
    out = pathlib.Path("manifest.yaml")
    out.write_text("old\n", "utf-8")
    out.chmod(0o444)
    assert main(["render", "good.json", "-o", "manifest.yaml", "--diagnostics", "json"]) == USAGE
    assert codes(capsys.readouterr().err) == ["KQ0091"]
    assert out.read_text("utf-8") == "old\n"


@pytest.mark.skipif(not pathlib.Path("/dev/full").exists(), reason="this system has no disk that is always full")
def test_a_full_disk_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["render", "good.json", "-o", "/dev/full", "--diagnostics", "json"]) == USAGE
    assert codes(capsys.readouterr().err) == ["KQ0091"]
    with pathlib.Path("/dev/full").open("wb") as full:
        done = process("render", "good.json", stdout=full)
    assert done.returncode == USAGE
    assert done.stderr.startswith(b"standard output: error: ")
    assert b" [KQ0091]\n" in done.stderr


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_is_written_and_read_as_a_pipe() -> None:
    os.mkfifo("pipe")
    with subprocess.Popen([*COMMAND, "check", "pipe"], stderr=subprocess.PIPE) as reader:
        try:
            assert main(["render", "good.json", "-o", "pipe"]) == DONE
            assert not reader.communicate(timeout=60)[1]
            assert reader.returncode == DONE
        finally:
            reader.kill()  # where nothing was written, it would wait for ever
    assert pathlib.Path("pipe").is_fifo()


@pytest.mark.parametrize("buffering", ["", "1"])
def test_a_reader_who_leaves_early_has_seen_enough(buffering: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONUNBUFFERED", buffering)
    many = [{"kind": "ConfigMap", "name": f"a{number}", "data": {"a": "x" * 1000}} for number in range(1000)]
    pathlib.Path("many.json").write_text(json.dumps(many), "utf-8")
    with subprocess.Popen([*COMMAND, "render", "many.json"], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as writer:
        assert writer.stdout
        assert writer.stderr
        assert writer.stdout.readline() == b"apiVersion: v1\n"
        writer.stdout.close()
        told = writer.stderr.read()
        assert writer.wait(60) == DONE
    assert told == b""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system closes no descriptors")
@pytest.mark.parametrize(
    ("redirected", "arguments", "told"),
    [
        (">&-", "render good.json", "standard output: error: "),
        (">&-", "check good.json", ""),
        (">&-", "--version", "standard output: error: "),
        ("<&-", "render -", "standard input: error: "),
        ("2>&-", "check missing.json", ""),
        ("2>&-", "check bad.json", ""),
        ("2>&- >&- <&-", "render -", ""),
    ],
)
def test_closed_streams(redirected: str, arguments: str, told: str) -> None:
    line = f"{sys.executable} -m kqmanifest {arguments} {redirected}"
    done = subprocess.run(["/bin/sh", "-c", line], capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == {"check good.json": DONE, "check bad.json": AT_FAULT}.get(arguments, USAGE)
    assert done.stderr.startswith(told)
    assert not done.stdout
    assert "Traceback" not in done.stderr
    assert "Exception" not in done.stderr


# What it costs, and what nobody foresaw


def test_what_is_not_needed_is_not_imported() -> None:
    pathlib.Path("good.yaml").write_text("kind: Namespace\nname: a\n", "utf-8")
    pathlib.Path("flow.yaml").write_text("{kind: Namespace, name: a}\n", "utf-8")
    pathlib.Path("shape.json").write_text(json.dumps({"apiVersion": "v1", "kind": "Pod", "metadata": {"nam": "a"}}), "utf-8")
    script = (
        "import sys; from kqmanifest.cli import main\n"
        "for line in sys.argv[1:]:\n"
        "    main(line.split())\n"
        "    print(*[m for m in ('yaml', 'jsonschema') if m in sys.modules], file=sys.stderr)"
    )
    for lines, imported in (
        ((f"render {STORY}", "check bad.json", "render good.yaml", "render flow.yaml"), ["", "", "", "yaml"]),
        (("check shape.json",), ["jsonschema"]),
    ):
        done = subprocess.run([sys.executable, "-c", script, *lines], capture_output=True, text=True, check=True, timeout=60)
        assert [line for line in done.stderr.splitlines() if line in {"", "yaml", "jsonschema", "yaml jsonschema"}] == imported


def test_what_nobody_foresaw_is_told_without_its_words(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def at_fault(*_: object, **__: object) -> None:
        raise KeyError("hunter2")

    monkeypatch.setattr(kqmanifest.cli.render, "check_files", at_fault)
    assert main(["render", "good.json", "-o", "manifest.yaml"]) == USAGE
    told = capsys.readouterr().err
    assert told.splitlines()[0].endswith(" [KQ0099]")
    assert "KeyError in test_cli.py, line " in told
    assert "hunter2" not in told
    assert not pathlib.Path("manifest.yaml").exists()


def test_an_interruption_is_quiet(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(kqmanifest.cli.render, "check_files", interrupted)
    assert main(["render", "good.json"]) == 130
    assert capsys.readouterr() == ("", "")


def test_only_what_is_selected_is_told(tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
    spec = tmp_path / "spec.json"
    mounts = [{"mountPath": "/a", "nfs": {"server": "a", "path": "/b"}}] * 2
    spec.write_text(json.dumps({"kind": "Pod", "name": "a", "containers": [{"name": "a", "image": "a", "mounts": mounts}]}))
    assert main(["check", str(spec), "--select", "KQ4"]) == DONE
    assert "KQ4040" in (told := capsys.readouterr().err)
    assert "KQ2003" not in told
    assert main(["check", str(spec), "--select", "KQ2,KQ9", "--strict"]) == AT_FAULT
    assert main(["check", str(spec), "--select", "KQ4", "--ignore", "KQ40", "--strict"]) == DONE
    spec.write_text("{")
    assert main(["check", str(spec), "--select", "KQ4"]) == AT_FAULT
