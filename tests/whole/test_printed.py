"""What others wrote is spelt wherever it is printed: no byte of theirs reaches a terminal that it could command."""

from __future__ import annotations

import json
import pathlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kqmanifest import emit
from kqmanifest.cli import COMMANDS, main

ODD = "\x1b]0;pwned\x07\x9b31m\u202e\u2028\ufeff\u200b\x7f\r"
"""A terminal's escape sequences, long and short, marks that turn the direction round, line ends of some readers, and what nobody sees."""


def unseen(text: str) -> set[str]:
    return {char for char in text if not char.isprintable() and char != "\n"}


def pod(**more: Any) -> dict[str, Any]:
    container: dict[str, Any] = {"name": "main", "image": f"nginx:1{ODD}", "env": {f"A{ODD}": "1"}, "args": [ODD]}
    mounts = [{"mountPath": f"/a{ODD}", "nfs": {"server": f"s{ODD}", "path": f"/{ODD}"}}]
    return {"kind": "Pod", "name": "a", "containers": [{**container, "mounts": mounts}], **more}


FILES = {
    "good.json": json.dumps(pod(labels={"a": "b"}, annotations={"a": ODD}), ensure_ascii=False),
    "keys.json": json.dumps({**pod(), f"nope{ODD}": 1, "kind": f"Pod{ODD}"}, ensure_ascii=False),
    "raw.json": json.dumps(pod(**{f"nope{ODD}": ODD}), ensure_ascii=False),
    "twice.json": f'{{"kind": "Pod", "a{ODD[-3:-1]}": 1, "a{ODD[-3:-1]}": 2}}',
    "broken.yaml": f"kind: Pod\nname: [{ODD[2:]}",
    "secret.json": json.dumps({"kind": "ConfigMap", "name": "a", "data": {f"k{ODD}": ODD}}, ensure_ascii=False),
    f"name{ODD}.json": "{}",
}
LINES = [
    *(["check", name] for name in FILES),
    *(["check", name, "--diagnostics", "json", "--lang", "ja"] for name in FILES),
    *(["render", name] for name in FILES),
    *(["render", "good.json", "--format", form] for form in ("json", "yaml", "kyaml")),
    *(["mounts", "good.json", "--format", form] for form in ("table", "json", "svg", "mermaid")),
    *(["diff", "secret.json", "good.json", "--format", form] for form in ("text", "json")),
    *(["explain", f"mount.nfs: access denied by server while mounting s{ODD}:/a", "--format", form] for form in ("text", "json")),
    ["explain", f"spec{ODD}"],
    ["explain", f"KQ2003 nothing {ODD}"],
    ["check", f"no{ODD}.yaml"],
    ["check", "good.json", "--site", f"no{ODD}.yaml"],
    ["check", "good.json", "--site", "broken.yaml"],
    ["check", "good.json", "--ignore", ODD],
    ["check", "good.json", "--keeps", ODD],
    ["check", "good.json", f"--{ODD}"],
    ["check", "good.json", "--kubernetes", ODD],
    ["check", "good.json", "--pod-security", ODD],
    ["check", "good.json", "--lang", ODD],
    ["diagram", "good.json", "-o", f"{ODD}.txt"],
    ["diagram", "good.json", "-o", f"{ODD}/a.svg"],
    [ODD],
    *([command, f"--{ODD}", ODD] for command in COMMANDS),
    ["from-docker", f"docker run -e 'A{ODD}=1' -v '/a{ODD}:/b{ODD}' --nope{ODD} nginx{ODD}"],
    ["from-docker", f"docker run -v '/a{ODD[2:]}:/b' nginx", "--format", "json"],
]


@pytest.fixture
def _folder(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name, text in FILES.items():
        pathlib.Path(name).write_text(text, "utf-8", newline="")


@pytest.mark.usefixtures("_folder")
@pytest.mark.parametrize("line", LINES, ids=map(str, range(len(LINES))))
def test_nothing_that_a_terminal_obeys_is_printed(line: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    main(line)
    out, err = capsys.readouterr()
    assert out + err
    assert not unseen(out + err)


@given(st.text() | st.lists(st.text(st.characters(categories=["Cc", "Cf", "Zl", "Zp", "Cn", "Co"]), min_size=1)))
def test_json_is_the_value_and_can_be_printed(value: Any) -> None:
    text = emit.data(value)
    assert json.loads(text) == value
    assert not unseen(text)
