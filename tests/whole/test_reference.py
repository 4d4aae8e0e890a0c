"""The pages that are made from the code: nothing is left out, and what is laid out anew says the same."""

from __future__ import annotations

import importlib
from typing import Any

import pytest
import yaml
from folders import TOP

from kqmanifest.model.values import spec_keys
from kqmanifest.model.workloads import KINDS
from kqmanifest.presets import PRESETS
from kqmanifest.rules import POLICY_ROOMS, ROOMS, rules_in
from kqmanifest.rules.volumes.volumes import mount_path_is_taken

EXTENSIONS = TOP / "docs" / "_ext"
EVERY_ROOM = (*ROOMS, *POLICY_ROOMS)


def _extension(name: str, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(EXTENSIONS)
    return importlib.import_module(name)


@pytest.mark.parametrize("room", EVERY_ROOM, ids=lambda room: room.__name__.rpartition(".")[2])
def test_an_example_is_laid_out_anew_and_says_the_same(room: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    pages, prose = _extension("rule_pages", monkeypatch), _extension("prose", monkeypatch)
    for rule in pages.rules_of(room):
        for text in pages.examples_of(rule).values():
            laid_out = prose.laid_out(text)
            assert [*yaml.safe_load_all(laid_out)] == [*yaml.safe_load_all(text)]
            assert all(len(line) <= prose.WIDEST + 30 for line in laid_out.splitlines() if " {" in line or "[" in line)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a: 1\n", "a: 1\n"),
        (f"a: {{b: {{text: '{'x ' * 40}y'}}}}\n", f"a:\n  b:\n    text: {'x ' * 40}y\n"),
        (f"a: [{', '.join(['{b: 1, c: 2}'] * 8)}]\n", "a:\n" + "- {b: 1, c: 2}\n" * 8),
        (f"a: ['{'x' * 80}', 'yes', '1e3', 'a, b', '{{}}']\n", f'a:\n- {"x" * 80}\n- "yes"\n- "1e3"\n- "a, b"\n- "{{}}"\n'),
    ],
)
def test_what_is_too_wide_becomes_a_block(before: str, after: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert _extension("prose", monkeypatch).laid_out(before) == after


def test_every_rule_has_its_place(monkeypatch: pytest.MonkeyPatch) -> None:
    pages = _extension("rule_pages", monkeypatch)
    lines = [line for room in EVERY_ROOM for line in pages.page(room)]
    anchors = [line.partition("\n")[0] for line in lines if line.startswith("(kq")]
    assert sorted(anchors) == sorted(f"({one.code.lower()})=" for room in EVERY_ROOM for one in rules_in(room))


def test_the_page_of_a_rule_tells_what_the_rule_does(monkeypatch: pytest.MonkeyPatch) -> None:
    page = "\n".join(_extension("rule_pages", monkeypatch).section(mount_path_is_taken))
    assert "KQ2003: mount path is taken" in page
    assert "> `spec/containers/0/volumeMounts/1/mountPath`: /kqi/output is already mounted from nfs nfs-server:/training/2/" in page
    assert "> *hint:* give this mount a path of its own, such as /kqi/parent" in page
    assert ":says: *path* is already mounted from *source*." in page


def test_every_key_of_a_kind_is_in_the_reference(monkeypatch: pytest.MonkeyPatch) -> None:
    reference = "\n".join(_extension("spec_reference", monkeypatch).reference())
    kinds = {**KINDS, **PRESETS}
    assert not [f"{kind}.{key}" for kind, model in kinds.items() for key in spec_keys(model) if f"`{key}` — " not in reference]


def test_every_fault_is_told_once(monkeypatch: pytest.MonkeyPatch) -> None:
    reference = "\n".join(_extension("diagnostics_reference", monkeypatch).reference())
    assert reference.count("(kq1002)=") == 1
    assert "(kq2003)=" not in reference  # a rule's page has it
