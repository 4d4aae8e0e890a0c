"""A platform's own presets have the powers of ours, and are taken only where they are given."""

from __future__ import annotations

import json
import pathlib
import sys
from typing import Any

import pytest
from pydantic.dataclasses import dataclass

from kqmanifest import (
    ConfigMap,
    Container,
    Expanded,
    Expansion,
    FileServer,
    HostPath,
    ManifestError,
    Mount,
    Platform,
    Pod,
    Preset,
    Service,
    Training,
    build,
    check,
    render,
)
from kqmanifest.builder.tracing import trace_to_preset
from kqmanifest.cli import AT_FAULT, DONE, USAGE, main
from kqmanifest.diagnostics import Fault
from kqmanifest.model.values import SPEC, Many, Text, Whole

NOT_TODAY = Fault("ACME001", "{title} is not today", ("wait",))


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, config=SPEC)
class Note(Preset):
    """A text that somebody leaves, and an object of a kind that only the platform knows."""

    title: Text
    """What it is called."""
    lines: Many[Text] = ()
    """What it says."""

    def expand(self) -> Expansion:
        kept = ConfigMap(name=self.title, data={f"line-{number}": line for number, line in enumerate(self.lines)})
        role = {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "Role", "metadata": {"name": self.title, "namespace": "x"}}
        found = [NOT_TODAY.at(("title",), title=self.title)] if self.title == "tomorrow" else []
        places: dict[Any, Any] = {("data", f"line-{number}"): ("lines", number) for number in range(len(self.lines))}
        return Expansion([Expanded(kept, {**places, ("name",): ("title",)}), Expanded(role, {("metadata", "name"): ("title",)})], found)


class Acme:
    """The platform acme calls its trainings as we call ours."""

    @dataclass(frozen=True, slots=True, kw_only=True, repr=False, config=SPEC)
    class Training(Preset):
        """A training of acme."""

        run: Whole
        """Its number."""
        after: Many[Whole] = ()
        """Those before it."""

        def expand(self) -> Expansion:
            theirs = Training(id=self.run, image="a/b:1", entry_point="true", cpu=1, memory=1, parents=self.after, platform=self.platform)
            return theirs.expand().asked_by({("id",): ("run",), ("parents",): ("after",), ("platform",): ("platform",)})


PLATFORM = Platform(nfs=FileServer(server="nfs-server"), tenant="sandbox")


def note(**fields: Any) -> dict[str, Any]:
    return {"kind": "Note", "title": "today", **fields}


def told(spec: Any, **how: Any) -> list[tuple[str, str]]:
    return [(one.code, str(one.path)) for one in check(spec, **how)]


def test_it_is_a_kind_where_it_is_given_and_nowhere_else() -> None:
    assert [one["kind"] for one in build(note(), presets=[Note]).objects] == ["ConfigMap", "Role"]
    assert told(note()) == [("KQ1005", "/kind")]


def test_as_a_value_it_needs_no_giving() -> None:
    assert render(Note(title="today", lines=["a"])) == render(note(lines=["a"]), presets=[Note])


def test_its_faults_point_at_its_own_words() -> None:
    assert told(note(title="tomorrow"), presets=[Note]) == [("ACME001", "/title")]
    assert {path for _, path in told(note(title="No Name"), presets=[Note])} == {"/title"}
    assert told(note(title="a/b"), presets=[Note]) == [("KQ2102", "/title"), ("KQ2106", "/title")], "those of the Role, a manifest, too"
    assert told(note(titel="x"), presets=[Note]) == [("KQ1002", "/titel")]


def test_overlay_and_ignore_hold_for_all_that_it_makes() -> None:
    overlay = [{"kind": "ConfigMap", "data": {"more": "x"}}, {"kind": "Role", "metadata": {"labels": {"a": "b"}}}]
    kept, role = build(note(overlay=overlay), presets=[Note]).objects
    assert (kept["data"], role["metadata"]["labels"]) == ({"more": "x"}, {"a": "b"})
    assert told(note(overlay={"kind": "Job"}), presets=[Note]) == [("KQ1014", "/overlay")]
    assert told(note(ignore={"KQ1014": "no"}), presets=[Note]) == [("KQ1011", "/ignore/KQ1014")]


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, config=SPEC)
class Board(Preset):
    """A Service and a pod beside it, which the preset means to be two things; what is asked of them by name is not its to excuse."""

    app: Text | None = None
    """What the Service looks for."""
    path: Text | None = None
    """What is mounted from the node."""

    def expand(self) -> Expansion:
        own = {"KQ30": "the pods come later", "KQ4010": "we know our nodes"}
        service = Service(name="board", selector={"app": self.app or "board"}, ports=[6006], ignore=own)
        mounts = [Mount("/theirs", HostPath(path=self.path or "/theirs")), Mount("/ours", HostPath(path="/ours"))]
        pod = Pod(name="other", labels={"app": "other"}, containers=[Container(name="a", image="b:1", mounts=mounts)], ignore=own)
        of_pod: dict[Any, Any] = {("containers", 0, "mounts", 0): ("path",)} if self.path else {}
        return Expansion([Expanded(service, {("selector",): ("app",)} if self.app else {}), Expanded(pod, of_pod)])


@pytest.mark.parametrize(
    ("asked", "codes"),
    [({}, []), ({"app": "web"}, [("KQ3063", "/app")]), ({"path": "/data"}, [("KQ4010", "/path")])],
)
def test_what_a_preset_means_to_be_so_excuses_nothing_that_its_user_asked_for(asked: Any, codes: Any) -> None:
    spec = {"kind": "Board", **asked}
    assert told(spec, presets=[Board]) == codes
    assert told({**spec, "ignore": {"KQ3063": "mine", "KQ40": "mine"}}, presets=[Board]) == [], "the user may"


def test_a_preset_of_ours_gives_way_to_one_of_the_same_name() -> None:
    spec = {"kind": "Training", "run": 2, "after": [1, 1]}
    assert told(spec, presets=[Acme.Training], platform=PLATFORM) == [("KQ1104", "/after/1")]
    ours = {"kind": "Training", "id": 2, "image": "a/b:1", "entryPoint": "true", "cpu": 1, "memory": 1, "parents": [1]}
    assert build(ours, platform=PLATFORM).objects == build({**spec, "after": [1]}, presets=[Acme.Training], platform=PLATFORM).objects
    assert told(ours, platform=PLATFORM) == [], "what was given is forgotten"


@pytest.mark.parametrize("wrong", [str, Preset, ConfigMap, Note(title="x"), "Note"])
def test_what_is_no_preset_is_told(wrong: Any) -> None:
    assert told(note(), presets=[wrong]) == [("KQ1107", "")]
    with pytest.raises(ManifestError):
        build(note(), presets=[wrong])


def test_a_kind_of_kubernetes_keeps_its_name() -> None:
    presets: list[list[Any]] = [[str], [type("Pod", (Note,), {})], [Training, Acme.Training]]
    assert [told(note(), presets=each) for each in presets] == [[("KQ1107", "")]] * 3
    hints = [one.hint for each in presets for one in check(note(), presets=each)]
    assert hints == [
        "derive it from kqmanifest.Preset",
        "give it another name: Kubernetes has the kind Pod",
        "give it another name: two presets are called Training",
    ]


def test_the_longest_place_counts() -> None:
    places: dict[Any, Any] = {("pod",): ("a",), ("pod", "mounts", 0): ("b", 1)}
    assert trace_to_preset(places, ("pod", "mounts", 0, "nfs")) == ("b", 1, "nfs")
    assert trace_to_preset(places, ("pod", "image")) == ("a", "image")
    assert trace_to_preset(places, ("name",)) == ()


MODULE = '''
from pydantic.dataclasses import dataclass
from kqmanifest import ConfigMap, Expanded, Expansion, Preset, Training
from kqmanifest.model.values import SPEC, Text

@dataclass(frozen=True, slots=True, kw_only=True, repr=False, config=SPEC)
class Greeting(Preset):
    """A greeting."""

    to: Text
    """Who is greeted."""

    def expand(self) -> Expansion:
        return Expansion([Expanded(ConfigMap(name="greeting", data={"text": f"Hello, {self.to}"}))])
'''


class TestCommandLine:
    @pytest.fixture(autouse=True)
    def _folder(self, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(tmp_path)
        monkeypatch.setattr(sys, "path", ["", *sys.path])
        monkeypatch.delitem(sys.modules, "greetings", raising=False)
        pathlib.Path("greetings.py").write_text(MODULE, "utf-8")
        pathlib.Path("spec.json").write_text('{"kind": "Greeting", "to": "you"}', "utf-8")
        pathlib.Path("training.json").write_text(
            '{"kind": "Training", "id": 2, "image": "a/b:1", "entryPoint": "true", "cpu": 1, "memory": 1}', "utf-8"
        )

    def test_a_module_is_imported_where_it_is_named(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["render", "spec.json"]) == AT_FAULT
        assert "greetings" not in sys.modules
        assert main(["render", "spec.json", "--presets", "greetings"]) == DONE
        assert "text: Hello, you" in capsys.readouterr().out

    @pytest.mark.parametrize(
        ("name", "code"), [("greeting", "KQ1108"), ("broken", "KQ1108"), ("json", "KQ1109"), (".", "KQ1108"), ("", "KQ1108")]
    )
    def test_a_module_that_is_none(self, name: str, code: str, capsys: pytest.CaptureFixture[str]) -> None:
        pathlib.Path("broken.py").write_text("1 / 0", "utf-8")
        assert main(["check", "spec.json", "--presets", name]) == USAGE
        told = capsys.readouterr().err
        assert told.startswith("--presets: error: ")
        assert f" [{code}]\n" in told

    def test_the_platform_is_a_file(self, capsys: pytest.CaptureFixture[str]) -> None:
        pathlib.Path("platform.json").write_text(json.dumps({"nfs": {"server": "s"}, "tenant": "sandbox"}), "utf-8")
        assert main(["check", "training.json"]) == AT_FAULT
        assert "KQ1120" in capsys.readouterr().err
        assert main(["render", "training.json", "--platform", "platform.json"]) == DONE
        assert "namespace: sandbox" in capsys.readouterr().out

    @pytest.mark.parametrize(
        ("text", "place", "code"),
        [
            ('{"tenant": 3}', "platform.json:1:12: error: ", "KQ1001"),
            ('{"nfs": {"serve": "s"}}', "platform.json:1:10: error: ", "KQ1002"),
            ("[]", "error: ", "KQ1001"),
            ("{", "platform.json:1:", "KQ0"),
            ("", "error: ", "KQ1001"),
            (None, "platform.json: error: ", "KQ0090"),
        ],
    )
    def test_a_platform_that_is_none(self, text: str | None, place: str, code: str, capsys: pytest.CaptureFixture[str]) -> None:
        if text is not None:
            pathlib.Path("platform.json").write_text(text, "utf-8")
        assert main(["check", "training.json", "--platform", "platform.json"]) == USAGE
        told = capsys.readouterr().err
        assert place in told
        assert f" [{code}" in told
