"""``init``: every starter renders as it is, says the same in every language, and takes nobody's file."""

from __future__ import annotations

import pathlib
import re
from collections.abc import Iterator

import pytest

from kqmanifest import check, load, render
from kqmanifest.cli import DONE, USAGE, main
from kqmanifest.cli.init import FILE, SITE_FILE
from kqmanifest.languages import ENGLISH, LANGUAGES, table, text, traits
from kqmanifest.languages.starters import SITE, STARTERS, starter, summary, words
from kqmanifest.schema.published import KNOWN
from kqmanifest.site import read_site

JAPANESE = re.compile(traits("ja").letters)


@pytest.fixture(autouse=True)
def _in_a_folder(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.chdir(tmp_path)
    yield
    assert not [*tmp_path.glob(".*")]


def test_a_file_without_a_name_is_none(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["init", ""]) == USAGE
    assert "KQ0091" in capsys.readouterr().err


# The specs


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("like", STARTERS)
def test_a_starter_renders_as_it_is_and_nothing_is_said_against_it(like: str, language: str) -> None:
    documents = load(starter(like, language))
    assert check(documents, kubernetes=f"{KNOWN[0]}..{KNOWN[-1]}") == ()
    assert render(documents)


@pytest.mark.parametrize("like", STARTERS)
def test_a_starter_is_the_same_in_every_language_but_for_its_comments(like: str) -> None:
    without = {tuple(line for line in starter(like, one).splitlines() if not line.lstrip().startswith("#")) for one in LANGUAGES}
    assert len(without) == 1
    counts = {len(starter(like, one).splitlines()) for one in LANGUAGES}
    assert len(counts) == 1


@pytest.mark.parametrize("like", STARTERS)
def test_comments_are_in_the_language_and_as_wide_as_a_screen(like: str) -> None:
    for language in LANGUAGES:
        lines = starter(like, language).splitlines()
        assert all(len(line) <= 140 for line in lines)
        assert re.search(traits(language).letters, starter(like, language)) or text(language, f"starters/{like}.yaml") is None
        assert lines[0].startswith("# ")
        assert summary(like, language) == lines[0][2:]


@pytest.mark.parametrize("like", STARTERS)
def test_what_is_commented_out_can_be_taken_in(like: str) -> None:
    """A comment that begins a mount or a variable is one, where its ``#`` is taken away."""
    for language in LANGUAGES:
        opened = re.sub(
            r"^( *)# (?=- mountPath|  (?:nfs|readOnly|persistentVolumeClaim):|API_TOKEN:)",
            r"\1",
            starter(like, language),
            flags=re.MULTILINE,
        )
        if like != "parents":  # there it is another way to say what stands above
            assert [one.code for one in check(load(opened)) if one.severity == "error"] == []


def test_what_is_no_starter_is_none() -> None:
    with pytest.raises(KeyError):
        starter("../words")
    assert starter("pod", "../en") == starter("pod", "xx") == starter("pod", ENGLISH)


def test_what_is_said_afterwards_is_said_in_every_language_or_in_english() -> None:
    for language in LANGUAGES:
        assert words(language).keys() == words(ENGLISH).keys() >= table(language, "starters").keys()
        assert "{name}" in words(language)["written"]
        assert "{summary}" in words(language)["written"]
        assert all("{command}" in words(language)[label] for label in ("next", "next_site"))
    assert words("ja")["next"] != words(ENGLISH)["next"]


# The command


def test_a_file_is_written_and_what_comes_next_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["init"]) == DONE
    assert pathlib.Path(FILE).read_text("utf-8") == starter("training")
    out, told = capsys.readouterr()
    assert out == ""
    assert told.splitlines()[0] == f"wrote spec.yaml: {summary('training')}"
    assert told.splitlines()[1].endswith("python -m kqmanifest render spec.yaml")
    assert main(["render", FILE]) == DONE


@pytest.mark.parametrize("arguments", [["board.yaml"], ["-o", "board.yaml"], ["--output=board.yaml"]])
def test_it_can_be_another_file_and_another_starter(arguments: list[str]) -> None:
    assert main(["init", *arguments, "--like", "tensorboard"]) == DONE
    assert pathlib.Path("board.yaml").read_text("utf-8") == starter("tensorboard")


@pytest.mark.parametrize("arguments", [["-"], ["-o", "-"]])
def test_it_can_be_printed(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["init", *arguments, "--like", "pod"]) == DONE
    assert capsys.readouterr() == (starter("pod"), "")


def test_its_comments_are_in_the_readers_language(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["init", "--lang", "ja"]) == DONE
    assert pathlib.Path(FILE).read_text("utf-8") == starter("training", "ja")
    assert JAPANESE.search(capsys.readouterr().err)


def test_a_file_that_is_there_is_left_alone(capsys: pytest.CaptureFixture[str]) -> None:
    pathlib.Path(FILE).write_text("mine", "utf-8")
    pathlib.Path("spec-2.yaml").symlink_to("nowhere")
    assert main(["init"]) == USAGE
    told = capsys.readouterr().err
    assert re.match(r"spec\.yaml: error: .+ \[KQ0360\]\n", told)
    assert "`kqmanifest init spec-3.yaml`; or add --force" in told
    assert pathlib.Path(FILE).read_text("utf-8") == "mine"
    assert main(["init", "--force"]) == DONE
    assert pathlib.Path(FILE).read_text("utf-8") == starter("training")


@pytest.mark.parametrize(
    ("arguments", "code", "hint"),
    [
        (["--like", "trainig"], "KQ0361", "did you mean training?"),
        (["--like", "Job"], "KQ0361", "did you mean training?"),
        (["--like", "jupyter"], "KQ0361", "did you mean notebook?"),
        (["--like", "xyzzy"], "KQ0361", "training, parents, notebook"),
        (["spec.json"], "KQ0362", "spec.yaml"),
        (["missing/spec.yaml"], "KQ0091", "create the folder of"),
        ([""], "KQ0091", ""),
        (["a\0b"], "KQ0091", ""),
        (["."], "KQ0091", " is a folder"),
        (["a.yaml", "-o", "b.yaml"], "KQ0092", ""),
        (["--lik", "pod"], "KQ0092", "--like"),
    ],
)
def test_a_wrong_use_is_told_and_nothing_is_written(arguments: list[str], code: str, hint: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["init", *arguments]) == USAGE
    out, told = capsys.readouterr()
    assert out == ""
    assert f" [{code}]\n" in told
    assert hint in told.partition("hint: ")[2]
    assert not [*pathlib.Path().iterdir()]


def test_two_faults_are_told_at_once(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["init", "spec.json", "--like", "xyzzy", "--diagnostics", "json"]) == USAGE
    assert [line.strip() for line in capsys.readouterr().err.splitlines() if '"code"' in line] == ['"code": "KQ0362",', '"code": "KQ0361",']


def test_help_lists_what_there_is(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["init", "--help"])
    told = capsys.readouterr().out
    assert "examples:\n  kqmanifest init" in told
    assert all(f"\n  {like} " in told for like in STARTERS)


# The site


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_site_is_read_as_it_is_and_closes_what_it_does_not_name(language: str) -> None:
    site = read_site(starter(SITE, language))
    training = load(starter("training").replace("nfs-server, path: /", "nfs-server, path: /export/sandbox/"))
    assert {one.code for one in check(training, site=site) if one.severity == "error"} <= {"KQ5104", "KQ5120"}
    on_the_node = {"kind": "Pod", "name": "a", "hostPID": True, "containers": [{"name": "a", "image": "b:1"}]}
    assert "KQ5110" in {one.code for one in check(on_the_node, site=site)}


def test_the_site_is_the_same_in_every_language_but_for_its_comments() -> None:
    without = {tuple(line for line in starter(SITE, one).splitlines() if not line.lstrip().startswith("#")) for one in LANGUAGES}
    assert len(without) == 1


def test_a_site_is_written_to_a_file_of_its_own(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["init", "--like", "site"]) == DONE
    assert pathlib.Path(SITE_FILE).read_text("utf-8") == starter(SITE)
    assert capsys.readouterr().err.splitlines()[1].endswith("python -m kqmanifest check spec.yaml --site site.yaml")
