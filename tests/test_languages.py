"""The sentences in other languages: as many as in English, with the same values, and translated from what English says now."""

from __future__ import annotations

import hashlib
import importlib
import json
import pathlib
import pkgutil
import re
import string
import tomllib
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

import pytest
from examples import examples
from hypothesis import given
from hypothesis import strategies as st
from pydantic.alias_generators import to_camel

import kqmanifest
from kqmanifest import ManifestError, check, load
from kqmanifest.diagnostics import Diagnostic, Fault, show
from kqmanifest.importers.docker import from_docker
from kqmanifest.importers.docker.options import NAMES
from kqmanifest.languages import ENGLISH, LANGUAGES, Sentences, page, said, sentences, terminal
from kqmanifest.languages.phrases import HOLE, Phrases, joined
from kqmanifest.model.meanings import meanings
from kqmanifest.model.values import Model
from kqmanifest.rules import RULES, Rule

ROOMS = [
    "blocks",
    "certificates",
    "claims",
    "containers",
    "decoding",
    "disks",
    "downward",
    "environment",
    "files",
    "metadata",
    "mounts",
    "naming",
    "persistence",
    "podresources",
    "ports",
    "quotas",
    "resourceclaims",
    "resources",
    "serviceports",
    "sources",
    "volumes",
]
"""The rooms of KQ2 that every language speaks: names, volumes, mounts, env, ports, resources and GPUs."""
OTHERS = [language for language in LANGUAGES if language != ENGLISH]
JAPANESE = re.compile(r"[\u3001-\u30ff\u4e00-\u9fff]")
ONLY_A_VALUE = re.compile(r"\{\w+\}")
"""A sentence that comes as a value whole: what it says is among the words."""
ENGLISH_WORDS = re.compile(r"(?<![\w.-])(?:an|and|are|has|is|it|its|or|the|this|to|with|without|write)(?![\w.-])")
SHOWN = re.compile(r"`[^`]*`")


def _spoken() -> dict[str, tuple[Fault, str, str]]:
    """Find what is to be said in every language: each code's fault, and its rule's name and page."""
    found: dict[str, tuple[Fault, str, str]] = {}
    for module in pkgutil.walk_packages(kqmanifest.__path__, "kqmanifest."):
        if module.name.endswith("__main__"):
            continue
        for value in vars(importlib.import_module(module.name)).values():
            fault = value.fault if isinstance(value, Rule) else value
            if not isinstance(fault, Fault):
                continue
            if fault.code.startswith("KQ2") and module.name.rpartition(".")[2] not in ROOMS:
                continue
            if isinstance(value, Rule):
                found[fault.code] = (fault, value.name, value.page)
            else:
                found.setdefault(fault.code, (fault, "", ""))
    return found


SPOKEN = _spoken()
BOTH = [pytest.param(language, code, id=f"{language}-{code}") for language in OTHERS for code in sorted(SPOKEN)]


def prose(text: str) -> str:
    return re.split(r"^Wrong:$", text, flags=re.MULTILINE)[0].strip()


def fingerprint(fault: Fault, name: str, text: str) -> str:
    return hashlib.sha256(json.dumps([fault.message, *fault.hints, name, prose(text)]).encode()).hexdigest()[:8]


def names(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name is not None}


def spoken(code: str, language: str) -> Sentences:
    found = sentences(code, language)
    assert found, f"{code} is said in English only"
    return found


@pytest.mark.parametrize(("language", "code"), BOTH)
def test_every_code_is_said_with_the_same_values(language: str, code: str) -> None:
    fault, name, text = SPOKEN[code]
    other = spoken(code, language)
    assert other.message
    assert names(other.message) <= names(fault.message)
    assert [names(hint) for hint in other.hints] == [names(hint) for hint in fault.hints]
    assert all(other.hints)
    assert (bool(other.name), bool(other.page)) == (bool(name), bool(text))


@pytest.mark.parametrize(("language", "code"), BOTH)
def test_what_is_said_is_what_english_says_now(language: str, code: str) -> None:
    now = fingerprint(*SPOKEN[code])
    assert spoken(code, language).english == now, f"what {code} says in English has changed: say it anew, and write {now}"


@pytest.mark.parametrize(("language", "code"), BOTH)
def test_what_is_said_is_that_language(language: str, code: str) -> None:
    other = spoken(code, language)
    for text in (other.message, *other.hints, *filter(None, (other.name, other.page))):
        assert JAPANESE.search(text) or ONLY_A_VALUE.fullmatch(text), text
    assert not other.message.endswith("。")
    assert not [hint for hint in other.hints if hint.endswith("。")]
    assert not other.page or other.page.strip().endswith("。")


@pytest.mark.parametrize("language", OTHERS)
def test_nothing_is_said_that_no_code_says(language: str) -> None:
    folder = files("kqmanifest.languages") / language
    held: dict[str, Any] = {}
    for file in folder.iterdir():
        if file.name.startswith("KQ"):
            series = tomllib.loads(file.read_text("utf-8"))
            series.pop("words", None)
            assert not [code for code in series if not code.startswith(file.name.removesuffix(".toml"))]
            held |= series
    assert held.keys() == SPOKEN.keys()


@pytest.mark.parametrize("language", OTHERS)
def test_the_words_around_are_all_said(language: str) -> None:
    assert terminal(language).keys() == terminal(ENGLISH).keys()
    assert all(JAPANESE.search(word) for word in terminal(language).values())


STORY = """\
kind: Pod
name: training2
containers:
- name: training2
  image: tensorflow/tensorflow:2.16.1
  mounts:
  - mountPath: /kqi/output
    nfs: {server: nfs-server, path: /training/2/}
  - mountPath: /kqi/output
    nfs: {server: nfs-server, path: /training/1/}
"""


def story() -> Diagnostic:
    (found,) = check(load(STORY, source="twice.yaml"))
    return found


def test_a_diagnostic_is_said_in_japanese_at_the_same_place() -> None:
    english = story()
    japanese = said(english, "ja")
    assert (japanese.code, japanese.path, japanese.line, japanese.column) == (english.code, english.path, english.line, english.column)
    assert "/kqi/output" in japanese.message
    assert "nfs nfs-server:/training/2/" in japanese.message
    assert "/kqi/parent" in japanese.hint
    assert JAPANESE.search(japanese.message)
    assert JAPANESE.search(japanese.hint)


def test_english_is_as_it_is() -> None:
    assert said(story(), "en") == story()


def test_what_a_language_does_not_say_stays_english() -> None:
    assert said(story(), "fr") == story()
    unspoken = Fault("KQ8888", "{what} is odd").at((), what="this")
    assert said(unspoken, "ja") == unspoken


def test_a_value_that_is_not_known_is_nothing() -> None:
    fault, *_ = SPOKEN["KQ2003"]
    assert "なし" in said(fault.at((), path="/a", source=None), "ja").message


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("node /data", "ノードの /data がマウント"),
        ("nodes", " nodes がマウント"),
        ("text", " text がマウント"),
        ("an object", "オブジェクトがマウント"),
        ("the volume runs", "ボリューム runs がマウント"),
        ("nfs a:/b and node /c", " nfs a:/b とノードの /c がマウント"),
    ],
)
def test_words_of_ours_among_the_values_are_said_too(value: str, shown: str) -> None:
    fault, *_ = SPOKEN["KQ2003"]
    assert shown in said(fault.at((), path="/a", source=value), "ja").message


def test_a_hint_that_comes_as_a_value_is_said_too() -> None:
    (found,) = check({"kind": "Pod", "name": "a", "containers": [{"name": "a", "image": "b:1", "mounts": {"mountPath": "/a"}}]})
    assert (found.code, found.path) == ("KQ1001", "/containers/0/mounts")
    japanese = said(found, "ja")
    assert "ここにあるのはオブジェクトです" in japanese.message
    assert japanese.hint.endswith("リストの項目にしてください")


BAD = sorted(path for path in (pathlib.Path(__file__).parent / "golden" / "bad").iterdir() if path.suffix != ".diagnostics")


def _found(path: pathlib.Path) -> tuple[Diagnostic, ...]:
    try:
        return check(load(path.read_bytes(), source=path.name))
    except ManifestError as error:
        return error.diagnostics


@pytest.mark.parametrize("language", OTHERS)
def test_nothing_english_is_left_in_what_is_said(language: str) -> None:
    found = [one for path in BAD for one in _found(path)]
    found += [one for rule in RULES if rule.code in SPOKEN for one in check(examples(rule)["Wrong"])]
    told = [said(one, language) for one in found if sentences(one.code, language)]
    assert len({one.code for one in told}) > len(SPOKEN) // 2
    for one in told:
        assert not ENGLISH_WORDS.search(SHOWN.sub("", f"{one.message} {one.hint}")), one


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize("value", [None, True, 1, 1.5, "", "x", [], ["x"], {}], ids=str)
def test_every_kind_of_value_is_said(language: str, value: Any) -> None:
    fields: list[Any] = [
        {key: value} for key in ("tty", "ports", "command", "resources", "env", "gpus", "mounts", "memory", "sharedMemory")
    ]
    pods = [*({"name": "x", "image": "x:1", **one} for one in fields), value]
    documents: list[Any] = [{"kind": "Pod", "name": "x", "containers": [one]} for one in pods]
    documents += [{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "x"}, "spec": {"containers": [one]}} for one in pods]
    for one in (found for document in [value, *documents] for found in check(document) if sentences(found.code, language)):
        told = said(one, language)
        assert not re.search(r"\ban? ", f"{told.message} {told.hint}"), told
        assert not ENGLISH_WORDS.search(SHOWN.sub("", told.message)), told


@pytest.mark.parametrize("language", OTHERS)
def test_nothing_english_is_left_in_what_is_told_of_a_docker_run(language: str) -> None:
    lines = [
        f"docker run --{name}{value} busybox" for name in sorted(NAMES) for value in ("", "=x", "=0", "=-1", "=host", "=/a:/b", "=1.5")
    ]
    found = {one for line in lines for one in from_docker(line).diagnostics}
    for one in found:
        told = said(one, language)
        assert not ENGLISH_WORDS.search(SHOWN.sub("", f"{told.message} {told.hint}")), told


def _models(model: type[Model]) -> Iterator[type[Model]]:
    for one in model.__subclasses__():
        yield from (one, *_models(one))


@pytest.mark.parametrize("language", OTHERS)
def test_what_a_missing_field_means_is_said(language: str) -> None:
    fault, *_ = SPOKEN["KQ1003"]
    needed = {
        (meanings(model)[key], key)
        for model in _models(Model)
        if model.__module__.startswith("kqmanifest.")
        for name, field in model.__pydantic_fields__.items()  # type: ignore[attr-defined]  # pydantic's, on every model
        if field.is_required() and (key := field.alias or to_camel(name)) in meanings(model)
    }
    assert needed
    for meaning, key in needed:
        first = meaning.partition(". ")[0].rstrip(".").replace("``", "`")
        assert JAPANESE.search(said(fault.at((), owner="Job", field=key, meaning=first), language).hint.partition(": ")[2]), first


def _tables(language: str) -> Iterator[tuple[str, str, Any]]:
    for file in (files("kqmanifest.languages") / language).iterdir():
        if file.name.startswith(("KQ", "values")):
            held = tomllib.loads(file.read_text("utf-8"))
            for key, value in (held if file.name.startswith("values") else held.get("words", {})).items():
                yield file.name, key, value


@pytest.mark.parametrize("language", OTHERS)
def test_a_single_word_is_said_for_one_value_only(language: str) -> None:
    """Anywhere else it may be a user's own: a volume called ``text``."""
    assert not [key for _, key, value in _tables(language) if isinstance(value, str) and " " not in key and key != "nothing"]


@pytest.mark.parametrize("language", OTHERS)
def test_words_are_said_for_values_that_there_are(language: str) -> None:
    for file, key, value in _tables(language):
        codes = [fault for code, (fault, *_) in SPOKEN.items() if code.startswith(file.removesuffix(".toml").removeprefix("values"))]
        assert isinstance(value, str) or any(key in names(text) for one in codes for text in (one.message, *one.hints)), (file, key)


@pytest.mark.parametrize("language", OTHERS)
def test_a_phrase_holds_as_much_in_every_language(language: str) -> None:
    for file, key, value in _tables(language):
        for english, other in {key: value}.items() if isinstance(value, str) else value.items():
            assert english.count(HOLE) == other.count(HOLE), (file, english)
            assert show(english) == english, f"{english}: in a sentence it is cut, and no longer found"


def test_a_page_has_the_examples_of_the_english_one() -> None:
    _, _, english = SPOKEN["KQ2003"]
    japanese = page("KQ2003", english, "ja")
    assert JAPANESE.search(japanese)
    assert english[english.index("Wrong:") :].replace("Wrong:", "誤り:").replace("Right:", "正しい例:") in japanese
    assert page("KQ2003", english, "en") == english


PHRASES = Phrases.of(
    {
        "a list": "リスト",
        "node {}": "ノードの {}",
        "the volume {}": "ボリューム {}",
        "{} is mounted at {}, read-only": "{} が {} に読み取り専用でマウントされています",
        "{} and {}": "{} と {}",
    }
)
WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=40)


@pytest.mark.parametrize("name", ["nothing", "text", "parent", "training", "all", "this", "network", "node", "colon"])
def test_a_name_that_is_a_word_of_ours_stays(name: str) -> None:
    for code in ("KQ1021", "KQ2004", "KQ3002", "KQ5004"):
        fault, *_ = SPOKEN[code]
        values = dict.fromkeys(names(fault.message), "x") | {"name": name}
        assert f" {name} " in said(fault.at((), **values), "ja").message


@given(WORDS)
def test_a_users_own_word_stays(word: str) -> None:
    assert joined(PHRASES.said(word)) == word
    fault, *_ = SPOKEN["KQ2002"]
    assert said(fault.at((), name=word), "ja").message == f"{show(word)} はボリュームの名前として使えません"


@given(WORDS, WORDS)
def test_a_pattern_says_what_stands_in_its_holes(one: str, other: str) -> None:
    assert joined(PHRASES.said(f"node {one}")) == f"ノードの {one}"
    assert joined(PHRASES.said(f"{one} is mounted at {other}, read-only")) == f"{one} が {other} に読み取り専用でマウントされています"
    assert (
        joined(PHRASES.said(f"node {one} is mounted at {other}, read-only"))
        == f"ノードの {one} が {other} に読み取り専用でマウントされています"
    )
    assert joined(PHRASES.said(f"{one} and node {other}")) == f"{one} とノードの {other}"


@pytest.mark.parametrize("value", ["node ", "node", "the volume ", " and ", "a and ", " and b", " is mounted at /a, read-only", ""])
def test_a_hole_is_never_empty(value: str) -> None:
    assert joined(PHRASES.said(value)) == value


PARTS = st.sampled_from(["node ", "the volume ", "x", " and ", " is mounted at ", ", read-only", "a list"])


@given(st.lists(PARTS, max_size=3000).map("".join))
def test_what_is_said_of_a_long_value_is_whole(value: str) -> None:
    assert "\ue000" not in joined(PHRASES.said(value))


@given(st.text())
def test_a_sentence_without_words_of_ours_stays(sentence: str) -> None:
    plain = sentence.replace("\ue000", "")
    assert joined(plain) == plain
