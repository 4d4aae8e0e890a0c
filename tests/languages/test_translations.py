"""A language is a folder, and what it has yet to say is listed: tried on a copy of the package that speaks one more."""

from __future__ import annotations

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
from collections.abc import Callable

import pytest
from folders import TOP

import kqmanifest
from kqmanifest.explanations.pages import fault_of, rules
from kqmanifest.explanations.symptom_table import mark, words
from kqmanifest.languages import ENGLISH, fingerprint, prose

DEBT = TOP / ".ci" / "translations.py"
TWICE = """\
kind: Pod
name: training2
containers:
- name: training2
  image: tensorflow/tensorflow:2.16.1
  mounts:
  - {mountPath: /a, nfs: {server: nfs-server, path: /training/2/}}
  - {mountPath: /a, nfs: {server: nfs-server, path: /training/1/}}
"""
MISTYPED = TWICE.replace("mountPath: /a, nfs", "mountPath: /b, ifs", 1)
TABLES = {
    "KQ20.toml": f"""
[KQ2003]
english = "{fingerprint(fault_of("KQ2003").message, *fault_of("KQ2003").hints)}"
message = "zwei auf {{path}}, davon {{source}}"
hints = ["lieber {{free}}"]
english_page = "00000000"
name = "zwei"
page = "Alt."

[KQ2006]
english = "00000000"
message = "alt"
hints = ["auch alt"]
english_page = "{fingerprint(rules()["KQ2006"].name, prose(rules()["KQ2006"].page))}"
name = "leer"
page = "So nicht."
""",
    "symptoms.toml": f"""
[nfs-timeout]
english = "{mark(words(ENGLISH)["nfs-timeout"])}"
cause = "<server> schweigt."
cure = "Warte."
check = "Frag."

[gpu-out-of-memory]
english = "00000000"
cause = "alt"
cure = "alt"
""",
    "language.toml": 'names = ["neu"]',
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    """Make a copy of the package with a language more: a folder, and nothing else."""
    top = tmp_path_factory.mktemp("copy")
    for one in pathlib.Path(next(iter(kqmanifest.__path__))).iterdir():
        if one.name not in {"languages", "__pycache__"}:
            (top / "kqmanifest" / one.name).parent.mkdir(exist_ok=True)
            (top / "kqmanifest" / one.name).symlink_to(one)
    languages = top / "kqmanifest" / "languages"
    shutil.copytree(pathlib.Path(next(iter(kqmanifest.__path__))) / "languages", languages, ignore=shutil.ignore_patterns("__pycache__"))
    (languages / "xx").mkdir()
    for name, held in TABLES.items():
        (languages / "xx" / name).write_text(held, "utf-8")
    (top / "twice.yaml").write_text(TWICE, "utf-8")
    (top / "mistyped.yaml").write_text(MISTYPED, "utf-8")
    return top


RUN = """\
import contextlib, io, json, sys
from kqmanifest.__main__ import main
told = {}
for line in sys.stdin.read().splitlines():
    with contextlib.redirect_stdout(io.StringIO()) as out, contextlib.redirect_stderr(out):
        try:
            main(json.loads(line))
        except SystemExit:
            pass
    told[line] = out.getvalue()
print(json.dumps(told))
"""
CHECK, WRONG, PAGE, BEHIND = (["check", "twice.yaml"], ["check", "mistyped.yaml"], ["rules", "KQ2006"], ["rules", "KQ2003"])
TIMEOUT, MEMORY, BEGIN = (["explain", "mount.nfs: Connection timed out"], ["explain", "CUDA out of memory."], ["init", "-"])


def python(folder: pathlib.Path, *arguments: str | pathlib.Path, typed: str = "", locale: str = "C") -> str:
    """Run Python in the copy; return what is printed."""
    told = {**os.environ, "PYTHONPATH": str(folder), "PYTHONUTF8": "1", "LC_ALL": locale, "COLUMNS": "200"}
    return subprocess.run(
        [sys.executable, *arguments], cwd=folder, env=told, input=typed, capture_output=True, text=True, encoding="utf-8", check=True
    ).stdout


@pytest.fixture(scope="module")
def told(folder: pathlib.Path) -> Callable[..., str]:
    """Run commands in the copy, all in one process; return what is told by any of them."""
    commands = [
        [*one, "--lang", language] for one in (CHECK, WRONG, PAGE, BEHIND, TIMEOUT, MEMORY, BEGIN) for language in ("xx", "en", "ja")
    ]
    lines = [json.dumps(one) for one in (*commands, [*CHECK, "--lang", "neu"])]
    held = json.loads(python(folder, "-c", RUN, typed="\n".join(lines)))
    return lambda command, language: str(held[json.dumps([*command, "--lang", language])])


def test_what_a_folder_says_is_said(folder: pathlib.Path, told: Callable[..., str]) -> None:
    assert "zwei auf /a, davon nfs nfs-server:/training/2/ [KQ2003]\n" in told(CHECK, "xx")
    assert "hint: lieber /parent\n" in told(CHECK, "xx")
    assert "did you mean xx?" in told(CHECK, "neu")
    in_the_locale = python(folder, "-c", RUN, typed=json.dumps(CHECK), locale="xx_YY.UTF-8")
    assert json.loads(in_the_locale) == {json.dumps(CHECK): told(CHECK, "xx")}


def test_what_a_folder_does_not_say_is_english(told: Callable[..., str]) -> None:
    assert told(WRONG, "xx") == told(WRONG, "en") != told(WRONG, "ja")
    assert told(BEGIN, "xx") == told(BEGIN, "en") != told(BEGIN, "ja")


def test_a_page_is_of_one_language(told: Callable[..., str]) -> None:
    assert told(PAGE, "xx").startswith("KQ2006  leer\n\nSo nicht.\n\nWrong:\n")
    assert told(BEHIND, "xx") == told(BEHIND, "en") != told(BEHIND, "ja")


def test_a_symptom_is_said_in_one_language(told: Callable[..., str]) -> None:
    assert "schweigt." in told(TIMEOUT, "xx")
    assert told(MEMORY, "xx") == told(MEMORY, "en") != told(MEMORY, "ja")


def test_what_is_missing_or_behind_is_listed_with_the_fingerprint_to_write(folder: pathlib.Path) -> None:
    count, *debt = python(folder, DEBT, "xx").splitlines()
    assert re.match(r"xx: 1 of \d+ sentences, 1 of \d+ pages, 1 of \d+ symptoms, 0 of \d+ fields, .*; 3 behind$", count)
    now = fingerprint(fault_of("KQ2006").message, *fault_of("KQ2006").hints)
    at = debt.index(f'sentences KQ2006: behind, write english = "{now}"')
    assert debt[at + 1] == f"    {fault_of('KQ2006').message}"
    assert any(line.startswith("pages KQ2003: behind, write english_page = ") for line in debt)
    assert any(line.startswith("sentences KQ2002: missing, write english = ") for line in debt)
    assert not [line for line in debt if line.startswith("sentences KQ2003")]


def test_what_still_holds_is_marked_so_and_said_again(folder: pathlib.Path, tmp_path: pathlib.Path) -> None:
    copy = shutil.copytree(folder, tmp_path / "copy", symlinks=True)
    python(copy, DEBT, "xx", "--holds", "KQ2003", "gpu-out-of-memory")
    held = {name: (copy / "kqmanifest" / "languages" / "xx" / name).read_text("utf-8") for name in TABLES}
    assert held == {
        **TABLES,
        "KQ20.toml": TABLES["KQ20.toml"].replace("00000000", fingerprint(rules()["KQ2003"].name, prose(rules()["KQ2003"].page)), 1),
        "symptoms.toml": TABLES["symptoms.toml"].replace("00000000", mark(words(ENGLISH)["gpu-out-of-memory"])),
    }
