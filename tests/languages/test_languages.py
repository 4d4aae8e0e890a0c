"""The sentences in other languages: right where they are said, and English where they are missing or English has changed."""

from __future__ import annotations

import dataclasses
import re
import string
import tomllib
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kqmanifest import check, load
from kqmanifest.diagnostics import Diagnostic, Fault, show
from kqmanifest.explanations.pages import codes, fault_of, rules
from kqmanifest.languages import ENGLISH, LANGUAGES, Translation, page, prose, said, sentences, table, text, traits, translation
from kqmanifest.languages.phrases import HOLE, Phrases, joined

OTHERS = [language for language in LANGUAGES if language != ENGLISH]
JAPANESE = re.compile(traits("ja").letters)
ONLY_A_VALUE = re.compile(r"\{\w+\}")
"""A sentence that comes as a value whole: what it says is among the words."""


def _held(language: str) -> Iterator[tuple[str, str]]:
    """Find the codes of a language's files, each with the name of its file."""
    for file in (files("kqmanifest.languages") / language).iterdir():
        if file.name.startswith("KQ"):
            yield from ((file.name.removesuffix(".toml"), key) for key in tomllib.loads(file.read_text("utf-8")) if key != "words")


BOTH = [pytest.param(language, code, id=f"{language}-{code}") for language in OTHERS for _, code in sorted(_held(language))]
"""What is said in another language, whether or not English says the same by now."""


def names(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name is not None}


def held(code: str, language: str) -> Translation:
    found = translation(code, language)
    assert found
    return found


def is_fresh(code: str, language: str) -> bool:
    return sentences(fault_of(code), language) is not fault_of(code)


def has_page(code: str, language: str) -> bool:
    name, text = rules()[code].name, rules()[code].page
    return page(code, name, text, language) != (name, text)


CURRENT = [(language, code) for language in OTHERS for _, code in sorted(_held(language)) if is_fresh(code, language)]
"""What is said now."""


def if_current(*which: str) -> pytest.MarkDecorator:
    """Pass over an example in Japanese while what English says of its codes has not been translated again."""
    behind = [code for code in which if ("ja", code) not in CURRENT]
    return pytest.mark.skipif(bool(behind), reason=f"Japanese is behind: {', '.join(behind)}")


# What is said is right


@pytest.mark.parametrize("language", OTHERS)
def test_nothing_is_said_that_no_code_says(language: str) -> None:
    assert [(file, code) for file, code in _held(language) if code not in codes() or not code.startswith(file)] == []


@pytest.mark.parametrize(("language", "code"), BOTH)
def test_what_is_said_has_the_values_of_english(language: str, code: str) -> None:
    other = held(code, language)
    assert bool(other.message) == bool(other.english)
    assert bool(other.name) == bool(other.page) == bool(other.english_page)
    assert not other.page or code in rules()
    if is_fresh(code, language):
        fault = fault_of(code)
        assert names(other.message) <= names(fault.message)
        assert [names(hint) for hint in other.hints] == [names(hint) for hint in fault.hints]
        assert all(other.hints)


@pytest.mark.parametrize(("language", "code"), BOTH)
def test_what_is_said_is_that_language(language: str, code: str) -> None:
    other, known = held(code, language), traits(language)
    for part in filter(None, (other.message, *other.hints, other.name, other.page)):
        assert re.search(known.letters, part) or ONLY_A_VALUE.fullmatch(part), part
    assert not [part for part in (other.message, *other.hints) if part.endswith(known.stop)]
    assert not other.page or other.page.strip().endswith(known.stop)


@pytest.mark.parametrize("language", OTHERS)
def test_the_words_around_have_the_values_of_english(language: str) -> None:
    english = table(ENGLISH, "terminal")
    for label, word in table(language, "terminal").items():
        assert names(word) == names(english[label])
        assert re.search(traits(language).letters, word)


# What is missing, or behind, is English


def outdated(fault: Fault, **how: Any) -> Fault:
    """Change what English says, as somebody does who does not speak the others."""
    changed = dataclasses.replace(fault, **how)
    assert changed != fault
    return changed


FIRST = {language: code for language, code in reversed(CURRENT) if fault_of(code).hints}
FIRST_PAGE = {language: code for language, code in reversed(CURRENT) if code in rules() and has_page(code, language)}
"""A code, and the code of a page, that each language says."""


@pytest.mark.parametrize(("language", "code"), FIRST.items())
def test_a_code_whose_english_has_changed_is_said_in_english_whole(language: str, code: str) -> None:
    fault = fault_of(code)
    values = {name: f"a-{name}" for text in (fault.message, *fault.hints) for name in names(text)}
    assert said(fault.at((), **values).diagnostic(), language).message != fault.at((), **values).diagnostic().message
    assert said(fault.at((), **values).diagnostic(), language).hint != fault.at((), **values).diagnostic().hint
    for changed in (
        outdated(fault, message=f"{fault.message} by now"),
        outdated(fault, hints=(f"{fault.hints[0]} soon", *fault.hints[1:])),
        outdated(fault, hints=(*fault.hints, "or not")),
        outdated(fault, hints=fault.hints[1:]),
    ):
        assert said(changed.at((), **values).diagnostic(), language) == changed.at((), **values).diagnostic()
        assert sentences(changed, language) is changed


@pytest.mark.parametrize(("language", "code"), FIRST_PAGE.items())
def test_a_page_whose_english_has_changed_is_english_whole(language: str, code: str) -> None:
    name, text = rules()[code].name, rules()[code].page
    assert page(code, name, text, language)[0] != name
    for changed in ((name, f"Not so. {text}"), (f"{name} too", text)):
        assert page(code, *changed, language) == changed


@pytest.mark.parametrize(("language", "code"), FIRST_PAGE.items())
def test_how_lines_are_broken_and_what_the_examples_are_changes_no_translation(language: str, code: str) -> None:
    name, text = rules()[code].name, rules()[code].page
    broken = re.sub(r" ", "\n", prose(text), count=3)
    assert page(code, name, broken, language) == (held(code, language).name, held(code, language).page.strip())
    assert page(code, name, f"{text}\n# and more", language)[1].endswith("# and more")


@if_current("KQ0092")
def test_a_sentence_that_comes_as_a_value_is_not_half_english() -> None:
    values = {"near": "--like", "program": "kqmanifest"}
    known, unknown = (
        fault_of("KQ0092").at((), **values, problem=one).diagnostic() for one in ("unknown command x", "this has no translation")
    )
    assert JAPANESE.search(said(known, "ja").message)
    assert JAPANESE.search(said(known, "ja").hint)
    assert said(unknown, "ja") == unknown


def test_a_fault_that_nobody_has_translated_is_said_in_english() -> None:
    unspoken = Fault("KQ8888", "{what} is odd").at((), what="this").diagnostic()
    assert said(unspoken, "ja") == unspoken
    unknown = dataclasses.replace(story(), fault=None)
    assert said(unknown, "ja") == unknown


# What is said, by examples


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


@if_current("KQ2003")
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
    assert said(story(), "zz") == story()
    assert said(story(), "./ja") == story()
    assert text("./ja", "terms.toml") is None


@if_current("KQ2003")
def test_a_value_that_is_not_known_is_nothing() -> None:
    fault = fault_of("KQ2003")
    assert "なし" in said(fault.at((), path="/a", source=None).diagnostic(), "ja").message


@if_current("KQ2003")
@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("node /data", "ノードの /data がマウント"),
        ("nodes", " nodes がマウント"),
        ("text", " text がマウント"),
        ("an object", "オブジェクトがマウント"),
        ("volume runs", "ボリューム runs がマウント"),
        ("nfs a:/b and node /c", " nfs a:/b とノードの /c がマウント"),
    ],
)
def test_words_of_ours_among_the_values_are_said_too(value: str, shown: str) -> None:
    fault = fault_of("KQ2003")
    assert shown in said(fault.at((), path="/a", source=value).diagnostic(), "ja").message


@if_current("KQ1001")
def test_a_hint_that_comes_as_a_value_is_said_too() -> None:
    (found,) = check({"kind": "Pod", "name": "a", "containers": [{"name": "a", "image": "b:1", "mounts": {"mountPath": "/a"}}]})
    assert (found.code, found.path) == ("KQ1001", "/containers/0/mounts")
    japanese = said(found, "ja")
    assert "ここにあるのはオブジェクトです" in japanese.message
    assert japanese.hint.endswith("リストの項目にしてください")


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
        faults = [fault_of(code) for code in codes() if code.startswith(file.removesuffix(".toml").removeprefix("values"))]
        assert isinstance(value, str) or any(key in names(text) for one in faults for text in (one.message, *one.hints)), (file, key)


@pytest.mark.parametrize("language", OTHERS)
def test_a_phrase_holds_as_much_in_every_language(language: str) -> None:
    for file, key, value in _tables(language):
        for english, other in {key: value}.items() if isinstance(value, str) else value.items():
            assert english.count(HOLE) == other.count(HOLE), (file, english)
            assert show(english) == english, f"{english}: in a sentence it is cut, and no longer found"


@pytest.mark.skipif(not has_page("KQ2003", "ja"), reason="Japanese is behind: the page of KQ2003")
def test_a_page_has_the_examples_of_the_english_one() -> None:
    name, english = rules()["KQ2003"].name, rules()["KQ2003"].page
    _, japanese = page("KQ2003", name, english, "ja")
    assert JAPANESE.search(japanese)
    assert english[english.index("Wrong:") :].replace("Wrong:", "誤り:").replace("Right:", "正しい例:") in japanese
    assert page("KQ2003", name, english, "en") == (name, english)


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


@if_current("KQ1021", "KQ2004", "KQ3002", "KQ5004")
@pytest.mark.parametrize("name", ["nothing", "text", "parent", "training", "all", "this", "network", "node", "colon"])
def test_a_name_that_is_a_word_of_ours_stays(name: str) -> None:
    for code in ("KQ1021", "KQ2004", "KQ3002", "KQ5004"):
        fault = fault_of(code)
        values = dict.fromkeys(names(fault.message), "x") | {"name": name}
        assert f" {name} " in said(fault.at((), **values).diagnostic(), "ja").message


@if_current("KQ2002")
@given(WORDS)
def test_a_users_own_word_stays(word: str) -> None:
    assert joined(PHRASES.said(word)) == word
    fault = fault_of("KQ2002")
    assert said(fault.at((), value=word).diagnostic(), "ja").message == f"{show(word)} はボリュームの名前として使えません"


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
