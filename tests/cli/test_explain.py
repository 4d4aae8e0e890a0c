"""``explain``: a code, a field, or what a cluster said, from the command line or a pipe, with an answer that can be acted on."""

from __future__ import annotations

import json
import re

import pytest
from command import Done, run

from kqmanifest.cli import AT_FAULT, DONE, USAGE, main
from kqmanifest.compiler.options import DEFAULT_VERSION
from kqmanifest.explanations import code_page
from kqmanifest.explanations.fields import field_page, terms
from kqmanifest.explanations.pages import name_of
from kqmanifest.explanations.symptom_table import words
from kqmanifest.languages.columns import cells

MISSING = "mount.nfs: mounting nfs-server:/training/2/ failed, reason given by server: No such file or directory"
RULE = "\N{BOX DRAWINGS LIGHT HORIZONTAL}"
FIELD = """\
mounts.subPath

A directory inside the source, relative; the kubelet makes it where it is
missing.

  path  Job.pod.containers[].mounts[].subPath
  type  string

Example:
    mounts:
    - mountPath: /kqi/output
      volume: runs
      subPath: "3"

Rules that check it:
  KQ2010  `subPath` is relative to the root of its volume.
  KQ2011  `subPath` must not lead out of its volume.
  KQ2012  A mount shows one part of its volume, which either `subPath` or
          `subPathExpr` names.
  KQ4050  One directory is mounted writable at two paths of a container: what is
          written at the one appears at the other.
  KQ5136  The kubelet would create <path> on the node, as root, and this site
          allows it read-only.
"""
SAID = """\
mount.nfs: mounting nfs-server:/training/2/ failed, reason given by server: No
such file or directory

Cause: The NFS server nfs-server answers, but does not export the directory
/training/2/: it does not exist there. An NFS mount never creates a directory,
so the Pod waits until it exists.

What to do: Create the directory on the server, or correct `nfs.path`: it is the
path as the server exports it, and is case-sensitive. For an output, mount a
directory that exists and set a `subPath`: the kubelet creates that one.

In a spec:
    mounts:
    - mountPath: /kqi/output
      nfs: {server: nfs-server, path: /training/2/}   # a directory that exists

To check: The server must export the path or a parent of it, and the directory
must exist.
    $ showmount -e nfs-server
    $ ssh nfs-server ls -ld /training/2/

The field: `kqmanifest explain nfs.path`
"""


def piped(text: str, *arguments: str, **environment: str) -> Done:
    return run("explain", *arguments, text=text.encode(), environment=environment)


def printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(["explain", *arguments]) == DONE
    out, told = capsys.readouterr()
    assert told == ""
    return out


def test_a_field_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    assert printed(capsys, "mounts.subPath") == FIELD


def test_what_a_cluster_said_is_explained_in_one_argument_or_many(capsys: pytest.CaptureFixture[str]) -> None:
    assert printed(capsys, MISSING) == SAID
    assert printed(capsys, *MISSING.split()) == SAID


def test_a_code_is_explained_with_its_examples_in_block_style(capsys: pytest.CaptureFixture[str]) -> None:
    page = printed(capsys, "kq2003")
    assert page.startswith("KQ2003  mount path is taken\n\nTwo mounts of a container have the same path")
    assert "\nWrong:\n    containers:\n    - name: training\n" in page
    assert "\nRight:\n    containers:\n" in page


def test_several_codes_are_explained_one_after_another(capsys: pytest.CaptureFixture[str]) -> None:
    pages = printed(capsys, "KQ2003,", "KQ1002", "KQ2003")
    assert [line[:6] for line in pages.splitlines() if line.startswith("KQ")] == ["KQ2003", "KQ1002"]
    assert f"\n\n{RULE * 80}\n\n" in pages


def test_a_diagnostic_of_ours_is_explained_by_its_code(capsys: pytest.CaptureFixture[str]) -> None:
    told = "spec.yaml:12:5: error: /kqi/output is already mounted from nfs nfs-server:/training/2/ [KQ2003]"
    assert printed(capsys, told).startswith("KQ2003  ")


def test_a_refusal_of_the_server_leads_to_the_page_of_the_rule(capsys: pytest.CaptureFixture[str]) -> None:
    said = 'The Pod "x" is invalid: spec.containers[0].volumeMounts[1].mountPath: Invalid value: "/kqi/output": must be unique'
    page = printed(capsys, said)
    assert "The fault is KQ2003: Two mounts of a container have the same path" in " ".join(page.split())
    assert "$ kqmanifest explain KQ2003" in page


@pytest.mark.parametrize("arguments", [["-"], []])
def test_a_pipe_is_read(arguments: list[str]) -> None:
    done = piped(f"Events:\r\n  Warning  FailedMount\r\nOutput: {MISSING}\r\n", *arguments)
    assert (done.returncode, done.told) == (DONE, "")
    assert "Cause: The NFS server nfs-server answers" in done.out


@pytest.mark.parametrize(
    ("asked", "code", "hint"),
    [
        ("KQ200l", "KQ0351", "did you mean KQ2001?"),
        ("KQ8888", "KQ0351", ""),
        ("mounts.subpth", "KQ0352", "did you mean `mounts.subPath`?"),
        ("xyzzy", "KQ0352", "kqmanifest explain Job"),
        ("all is well", "KQ0353", "kubectl describe pod"),
        ("KQKQ" * 100, "KQ0352", ""),
    ],
)
def test_what_nobody_knows_is_told_with_where_to_look(asked: str, code: str, hint: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", asked, "--diagnostics", "json"]) == AT_FAULT
    out, told = capsys.readouterr()
    (one,) = json.loads(told)
    assert (out, one["code"]) == ("", code)
    assert hint in one["hint"]


def test_what_is_known_is_explained_beside_what_is_not(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "KQ2003", "KQ8888"]) == AT_FAULT
    out, told = capsys.readouterr()
    assert out.startswith("KQ2003")
    assert "KQ0351" in told


def test_an_unknown_text_is_located_where_it_was_read() -> None:
    done = piped("all is well\n")
    assert (done.returncode, done.out) == (AT_FAULT, "")
    assert re.match(r"<stdin>: error: .+ \[KQ0353\]\n", done.told)


@pytest.mark.parametrize(
    ("arguments", "code", "hint"),
    [
        ([""], "KQ0350", "kubectl describe"),
        (["gpus", "--kubernetes", "1.2"], "KQ1090", ""),
        (["gpus", "--formt", "x"], "KQ0092", "--format"),
    ],
)
def test_a_wrong_use_is_told(arguments: list[str], code: str, hint: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", *arguments]) == USAGE
    told = capsys.readouterr().err
    assert code in told
    assert hint in told.partition("hint: ")[2]


def test_an_empty_pipe_is_told() -> None:
    done = piped("\n")
    assert done.returncode == USAGE
    assert done.told.startswith(
        "<stdin>: error: there is nothing to explain [KQ0350]\n  hint: let the command before `| kqmanifest explain -`"
    )


def test_it_is_told_as_json_too(capsys: pytest.CaptureFixture[str]) -> None:
    (code,) = json.loads(printed(capsys, "KQ2003", "--format", "json"))
    assert (code["explains"], code["code"], code["page"]) == ("code", "KQ2003", code_page("KQ2003"))
    (field,) = json.loads(printed(capsys, "gpus", "--format", "json"))
    assert (field["explains"], field["place"], field["keys"][0]["name"]) == ("field", "Job.pod.containers[].gpus", "count")
    (said,) = json.loads(printed(capsys, MISSING, "--format", "json"))
    assert (said["explains"], said["id"], said["field"]) == ("symptom", "nfs-directory-missing", "nfs.path")
    assert main(["explain", "all is well", "--format", "json"]) == AT_FAULT
    assert json.loads(capsys.readouterr().out) == []


def test_it_is_told_in_the_readers_language(capsys: pytest.CaptureFixture[str]) -> None:
    page = printed(capsys, MISSING, "--lang", "ja")
    assert f"\n{terms('ja')['cause']}: " in page
    assert words("ja")["nfs-directory-missing"].cause.partition("<server>")[0].strip() in page
    assert ("# a directory that exists" in page) == (words("ja")["nfs-directory-missing"] == words("en")["nfs-directory-missing"])
    (field,) = [one for one in (field_page("gpus", "ja", kubernetes=DEFAULT_VERSION),) if one]
    assert printed(capsys, "gpus", "--lang", "ja").startswith(f"gpus\n\n{field.meaning[:5]}")
    assert printed(capsys, "KQ2003", "--lang", "ja").startswith(f"KQ2003  {name_of('KQ2003', 'ja')}\n")


@pytest.mark.parametrize(("said", "width"), [("50", 50), ("100", 100), ("400", 100), ("wide", 80), ("", 80)])
def test_lines_are_as_wide_as_the_terminal_and_no_wider_than_can_be_read(said: str, width: int) -> None:
    lines = piped(MISSING, COLUMNS=said).out.splitlines()
    assert width - 12 < max(cells(line) for line in lines if not line.startswith("    ")) <= width


def test_colours_are_those_that_were_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    assert printed(capsys, "gpus", "--color", "always").startswith("\x1b[1mgpus\x1b[0m\n")
    assert "\x1b" not in printed(capsys, "gpus", "--color", "never")


def test_help_has_examples(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["explain", "--help"])
    assert "examples:\n  kqmanifest explain KQ2003" in capsys.readouterr().out


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_secret_in_a_line_is_not_told_again(form: str, capsys: pytest.CaptureFixture[str]) -> None:
    line = 'failed to start container: exec: "train --password=hunter2": executable file not found in $PATH'
    assert main(["explain", "--format", form, line]) == DONE
    out = capsys.readouterr().out
    assert "hunter2" not in out
    assert "train" in out
