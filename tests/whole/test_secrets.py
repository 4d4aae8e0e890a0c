"""A marker in every place where a secret may stand, in every form of input, is in nothing that any command prints or any object says."""

from __future__ import annotations

import base64
import json
import logging
import pathlib
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pydantic
import pytest

import kqmanifest as kq
from kqmanifest import emit
from kqmanifest.cli import main
from kqmanifest.cli.excerpt import ShownText
from kqmanifest.cli.printing import told
from kqmanifest.diagnostics import Diagnostic, ManifestError
from kqmanifest.languages import LANGUAGES, said, terminal
from kqmanifest.pipeline import check, inspect
from kqmanifest.read import load
from kqmanifest.site.reading import read_site

MARK = "zQ7xKmk9Vw"
"""Letters and digits as passwords are made of; nothing in it says what it is."""
BASE64 = base64.b64encode(MARK.encode()).decode()
FOUND = (MARK, BASE64.rstrip("="), MARK[1:], MARK[:-1])

Place = Callable[[Any], Any]


def pod(container: Mapping[str, Any] | None = None, /, **more: Any) -> dict[str, Any]:
    return {"kind": "Pod", "name": "a", "containers": [{"name": "main", "image": "nginx:1", "nope": 1, **(container or {})}], **more}


def manifest(kind: str = "Pod", **more: Any) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": kind, "metadata": {"name": "a"}, "nope": 1, **more}


def raw(container: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    return manifest(spec={"containers": [{"name": "main", "image": "nginx:1", **container}], "nope": 2, **more})


PLACES: dict[str, Place] = {
    "env": lambda v: pod({"env": {"A": v}}),
    "env-in-lower-case": lambda v: pod({"env": {"plain": v}}),
    "env-list": lambda v: pod({"env": [{"name": "A", "value": v, "vale": v}]}),
    "env-nested": lambda v: pod({"env": {"A": {"value": v}}}),
    "env-words": lambda v: pod({"env": [f"A={v}", f"b={v}", f"c: {v}"]}),
    "env-scalar": lambda v: pod({"env": f"A={v}"}),
    "env-raw": lambda v: raw({"env": [{"name": "A", "value": v}]}),
    "env-raw-map": lambda v: raw({"env": {"A": v}}),
    "env-outside": lambda v: pod(env={"A": v}),
    "env-in-metadata": lambda v: raw({}, env=[{"name": "A", "value": v}]),
    "env-from-literal": lambda v: pod({"envFrom": [{"secretRef": {"name": "a", "data": {"A": v}}}]}),
    **{
        f"env-called-{name}": lambda v, name=name: pod({name: {"A": v, "lower": v}})  # type: ignore[misc]  # mypy knows no such default
        for name in ("environment", "variables", "evn", "enviroment", "vars", "Env", "build_args")
    },
    "compose": lambda v: {"services": {"web": {"image": "a", "environment": {"pw": v}, "command": ["x", v], "labels": [f"a={v}"]}}},
    "compose-list": lambda v: {"version": "3", "services": {"db": {"environment": [f"pw={v}"]}}},
    "unknown-map": lambda v: pod({"whatever": {"pw": v, "PW": v, "some": [v], "more": {"deeper": v}}}),
    "unknown-pair": lambda v: pod({"whatever": [{"name": "A", "value": v}, {"key": "A", "value": v}]}),
    "secret": lambda v: {"kind": "Secret", "name": "a_", "stringData": {"a": v}, "data": {"b": v}, "nope": v},
    "secret-raw": lambda v: manifest("Secret", stringData={"a b": v}, data={"b": v}, type="Opaque"),
    "secret-under-spec": lambda v: manifest("Secret", spec={"data": {"a": v}, "stringdata": {"b": v}}),
    "secret-in-metadata": lambda v: {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": "a_", "data": {"a": v}, "stringData": {"a": v}},
    },
    "secret-misspelt": lambda v: manifest("Sercet", data={"a": v}),
    "secret-in-list": lambda v: {"apiVersion": "v1", "kind": "List", "items": [manifest("Secret", dta={"a": v})]},
    "secret-scalar": lambda v: manifest("Secret", data=v),
    "docker-config": lambda v: manifest("Secret", type="kubernetes.io/dockerconfigjson", data={".dockerconfigjson": v}),
    "docker-config-elsewhere": lambda v: manifest("ConfigMap", data={"config.json": json.dumps({"auths": {"r": {"auth": str(v)}}})}),
    "config-map": lambda v: {"kind": "ConfigMap", "name": "a_", "data": {"app.ini": f"[db]\npassword = {v}\n", "DB_PASS": v}},
    "applied": lambda v: (
        raw({}, nope2=1)
        | {
            "metadata": {
                "name": "a_",
                "annotations": {"kubectl.kubernetes.io/last-applied-configuration": json.dumps({"kind": "Secret", "data": {"a": str(v)}})},
            }
        }
    ),
    "annotation-of-json": lambda v: pod(annotations={"x": json.dumps({"kind": "Secret", "data": {"a": str(v)}}), "y/token": v}),
    "header": lambda v: raw(
        {
            "livenessProbe": {
                "httpGet": {"path": "/", "port": 80, "httpHeaders": [{"name": "Authorization", "value": f"Bearer {v}"}]},
                "no": 1,
            }
        }
    ),
    "csi": lambda v: raw({}, volumes=[{"name": "v", "csi": {"driver": "d", "volumeAttributes": {"password": v, "plain": v}, "no": 1}}]),
    "flex": lambda v: raw({}, volumes=[{"name": "v", "flexVolume": {"driver": "a/d", "options": {"pw": v, "plain": v}, "no": 1}}]),
    "azure": lambda v: raw({}, volumes=[{"name": "v", "azureFile": {"secretName": "s", "shareName": "s", "storageAccountKey": v}}]),
    "iscsi": lambda v: raw({}, volumes=[{"name": "v", "iscsi": {"targetPortal": "t", "iqn": "i", "lun": 0, "chapPassword": v}}]),
    "storage-class": lambda v: {
        "apiVersion": "storage.k8s.io/v1",
        "kind": "StorageClass",
        "metadata": {"name": "a_"},
        "provisioner": "x",
        "parameters": {"plain": v},
    },
    "pull-secret": lambda v: raw({}, imagePullSecrets=[{"name": "a", "password": v, "dockerconfigjson": v}]),
    "password": lambda v: {**pod(), "password": v, "dbpw": v, "apiKey": v},
    "overlay": lambda v: pod(
        overlay=[{"kind": "Pod", "spec": {"containers": [{"name": "main", "env": [{"name": "A", "value": v}]}], "no": 1}}]
    ),
    "training": lambda v: {"kind": "Training", "id": 1, "env": {"A": v}, "environment": {"B": v}},
    "job": lambda v: {"kind": "CronJob", "name": "a_", "job": {"pod": {"containers": [{"name": "x", "env": {"A": v}}]}}},
}
"""Where a value may stand that nobody may see."""

COMMANDS: dict[str, Callable[[str], list[str]]] = {
    "mysql": lambda m: ["mysql", f"-p{m}", "-h", "x"],
    "redis": lambda m: ["redis-cli", "-a", m],
    "login": lambda m: ["docker", "login", "-p", m, "r"],
    "curl": lambda m: ["curl", "-u", f"me:{m}", "x"],
    "long": lambda m: ["train", "--db-password", m, f"--token={m}", f"--api-key={m}"],
    "shell": lambda m: ["sh", "-c", f"PGPASSWORD={m} psql; sshpass -p {m} ssh x; mysql -p{m}; export T={m}xx; docker login -p {m}"],
    "url": lambda m: ["git", "clone", f"https://me:{m}@git/x", f"https://{m}@git/y", f"me:{m}@git/z"],
    "header": lambda m: ["curl", "-H", f"Authorization: Bearer {m}", "-H", f"X-Api-Key: {m}"],
    "handed": lambda m: ["docker", "run", "-e", f"a={m}", "--build-arg", f"b={m}"],
}
STRINGS: dict[str, Callable[[str], Any]] = {
    **{f"args-{name}": lambda m, words=words: pod({"args": words(m)}) for name, words in COMMANDS.items()},  # type: ignore[misc]  # as above
    **{f"line-{name}": lambda m, words=words: pod({"command": " ".join(words(m))}) for name, words in COMMANDS.items()},  # type: ignore[misc]  # as above
    **{f"raw-{name}": lambda m, words=words: raw({"args": words(m), "no": 1}) for name, words in COMMANDS.items()},  # type: ignore[misc]  # as above
    "image": lambda m: pod({"image": f"me:{m}@registry.example/a"}),
    "image-raw": lambda m: raw({"image": f"https://me:{m}@registry.example/a:1"}),
    "server": lambda m: pod({"mounts": [{"mountPath": "/a", "nfs": {"server": f"me:{m}@nfs", "path": "/x"}}]}),
    "path": lambda m: pod({"mounts": [{"mountPath": "/a", "nfs": {"server": "nfs", "path": f"nfs://me:{m}@nfs/x"}}]}),
    "proxy": lambda m: {"kind": "Training", "id": 1, "platform": {"proxies": {"http": f"http://me:{m}@proxy"}}},
    "key-in-env": lambda m: pod({"env": {f"PASS={m}": "x", f"plain={m}": "y", f"other:{m}": "z", f"more {m}": ""}}),
    "key-in-env-of-no-text": lambda m: pod({"env": {f"PASS={m}": [1], f"plain:{m}": None}}),
    "key-outside": lambda m: pod({f"PASS={m}": "x", f"plain:{m}": 1}),
    "key-in-list": lambda m: raw({"env": [{f"PASS={m}": "x"}, {"name": f"plain={m}"}, {"name": f"twice={m}"}, {"name": f"twice={m}"}]}),
    "key-of-labels": lambda m: pod(labels={f"PASS={m}": "x"}),
    "key-of-data": lambda m: manifest("ConfigMap", data={f"PASS={m}": "x"}),
    "key-at-the-top": lambda m: {**pod(), f"PASS={m}": "x"},
    "name": lambda m: {**pod(), "name": f"password={m}"},
    "mount-path": lambda m: pod({"mounts": [{"mountPath": f"token={m}", "emptyDir": {}}]}),
    "label": lambda m: pod(labels={"a": f"token={m}!"}),
}
"""Where a word may stand that holds what nobody may see."""
SPECS: dict[str, Any] = {
    **{name: place(MARK) for name, place in PLACES.items()},
    **{f"{name}-list": place([MARK]) for name, place in PLACES.items()},
    **{f"{name}-object": place({"x": MARK}) for name, place in PLACES.items()},
    **{f"{name}-base64": place(BASE64) for name, place in PLACES.items() if "secret" in name or "docker" in name},
    **{name: text(MARK) for name, text in STRINGS.items()},
}


def yaml(value: Any) -> str:
    return emit.yaml([value])


def forms(spec: Any) -> Iterator[tuple[str, str]]:
    yield "a.json", json.dumps(spec)
    yield "a.json", json.dumps(spec, indent=2)
    yield "b.yaml", yaml(spec)
    yield "b.yaml", emit.kyaml([spec])
    yield "c.jsonl", f'{{"kind": "Pod"}}\n{json.dumps(spec)}\n'
    yield "d.yaml", f"# a\n---\n{yaml(spec)}---\nkind: Pod\nname: [a]\n"
    yield "e.yaml", json.dumps(spec, indent=1).replace('"nope"', "nope")
    # What cannot be read at all.
    yield "f.yaml", yaml(spec) + "x: [\n"
    yield "f.yaml", "x: [\n" + yaml(spec)
    yield "g.json", json.dumps(spec, indent=1)[:-3]
    yield "g.json", json.dumps(spec)[:-1].replace('"', "'")
    yield "h.jsonl", json.dumps(spec)[:-1] + "\n"


def texts(diagnostics: tuple[Diagnostic, ...], name: str, text: str) -> Iterator[str]:
    for language in LANGUAGES:
        spoken = [said(one, language) for one in diagnostics]
        yield told(spoken, {name: text}, "always", terminal(language))
        yield json.dumps([one.as_json() for one in spoken], ensure_ascii=False)
    yield repr(diagnostics)
    yield str(ManifestError(diagnostics)) + repr(ManifestError(diagnostics))
    yield repr([one.values for one in diagnostics])


def leaks(text: str) -> list[str]:
    return [line for line in text.splitlines() if any(mark in line for mark in FOUND)]


def found_in(text: str, name: str) -> tuple[Diagnostic, ...]:
    try:
        return check(load(text, source=name))
    except ManifestError as error:
        return error.diagnostics


@pytest.mark.parametrize("place", SPECS)
def test_no_form_of_text_shows_it(place: str) -> None:
    for name, text in forms(SPECS[place]):
        for shown in texts(found_in(text, name), name, text):
            assert not leaks(shown), name
        source = ShownText.of(text, name)
        for number, line in enumerate(text.split("\n"), 1):
            for column in range(1, len(line) + 1, 60):
                excerpt = source.excerpt(number, column, room=90)
                assert not leaks(excerpt.line if excerpt else ""), (name, text)


FORMATS = {"mounts": ("table", "json", "svg", "mermaid"), "diagram": ("svg", "mermaid"), "diff": ("text", "json")}


@pytest.mark.parametrize("place", [*STRINGS, "env", "env-list", "secret", "secret-raw", "header", "csi", "flex", "config-map", "overlay"])
def test_no_command_prints_it(
    place: str, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    wrong = SPECS[place]
    right = without_faults(wrong)
    for name, spec in (("wrong.json", wrong), ("right.yaml", right), ("other.json", pod({"image": f"x:{MARK[:3]}"}))):
        pathlib.Path(name).write_text(yaml(spec) if name.endswith("yaml") else json.dumps(spec), "utf-8")
    written = ("wrong.json", "right.yaml")
    lines = [
        ["check", *written],
        ["check", "wrong.json", "--diagnostics", "json", "--lang", "ja"],
        ["check", "right.yaml", "--color", "always", "--pod-security", "restricted"],
        ["check", "right.yaml", "--site", "wrong.json"],
        ["render", "wrong.json"],
        *([command, name, "--format", form] for command in ("mounts", "diagram") for name in written for form in FORMATS[command]),
        *(["diff", "other.json", name, "--format", form] for name in written for form in FORMATS["diff"]),
        *(["diff", name, "other.json"] for name in written),
    ]
    for line in lines:
        main(line)
        out, err = capsys.readouterr()
        assert not leaks(out + err), line


def without_faults(spec: Any) -> Any:
    """Take out what was put in to be told, so that more is judged."""
    if isinstance(spec, dict):
        return {key: without_faults(value) for key, value in spec.items() if key not in {"nope", "no", "nope2", "vale"}}
    return [without_faults(one) for one in spec] if isinstance(spec, list) else spec


@pytest.mark.parametrize(
    "line",
    [
        *(
            "-e A={}",
            "-e plain={}",
            "-e=plain={}",
            "-e plain:{}",
            "-E plain={}",
            "-eplain={}",
            "-deplain={}",
            "--env plain={}",
            "--env=plain={}",
        ),
        *(
            "--envv plain={}",
            "--envv=plain={}",
            "--environment plain={}",
            "--environment=plain={}",
            "--build-arg plain={}",
            "--arg plain={}",
        ),
        *(
            "--build-arg=plain={}",
            "--password {}",
            "--password={}",
            "--token {}",
            "--secret id={}",
            "-e 'A B={}'",
            "--foo '{}'",
            "-Z {}",
            "-Z={}",
        ),
        *(
            "--label password={}",
            "-v me:{}@nfs:/a:/b",
            "--log-opt splunk-token={}",
            "--health-cmd 'redis-cli -a {}'",
            "-e A='{}",
            "--env -e A={}",
        ),
    ],
)
def test_no_line_of_docker_run_shows_it(line: str, tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
    given = line.format(MARK)
    for text in (
        f"docker run {given} image",
        f"docker run {given} --nope image sh",
        f"docker run --gpus all {given} image:1 x",
        f"docker run {given}",
    ):
        for more in ([], ["--diagnostics", "json", "--lang", "ja"], ["--color", "always"]):
            code = main(["from-docker", *more, text, "-o", str(tmp_path / "spec.yaml")])
            out, err = capsys.readouterr()
            assert not leaks(out + err), (text, code)


@pytest.mark.parametrize(
    "line",
    [
        "docker run me:{}@registry/image",
        "docker run img mysql -p{}",
        "docker run img --token {}",
        "A={} docker run img",
        "docker login -p {}",
        "echo '{}",
        "docker run -e A=b img sh -c 'redis-cli -a {}'",
    ],
)
def test_no_line_of_a_shell_shows_it(line: str, tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["from-docker", line.format(MARK), "-o", str(tmp_path / "spec.yaml")])
    out, err = capsys.readouterr()
    assert not leaks(out + err)


@pytest.mark.parametrize(
    "line",
    [
        ["explain", f"Error: mount.nfs: access denied by server while mounting me:{MARK}@s:/a"],
        ["explain", f'Failed to pull image "me:{MARK}@registry/x": ErrImagePull'],
        ["explain", "--format", "json", f"mount.nfs: access denied by server while mounting s:/a password={MARK}"],
        ["explain", f"password={MARK}"],
        ["check", "a", f"--token={MARK}"],
        ["check", "a", "-e", f"plain={MARK}"],
        ["check", "a", "--env", f"A={MARK}"],
        ["check", "a", "--ignore", f"A={MARK}"],
        ["render", f"--password={MARK}"],
        [f"PASS={MARK}"],
    ],
)
def test_no_odd_argument_is_repeated_with_it(line: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    main(line)
    out, err = capsys.readouterr()
    assert out + err
    assert not leaks(out + err)


MODELS: dict[str, Callable[[], Any]] = {
    "env": lambda: kq.Env("A", MARK),
    "env-name": lambda: kq.Env(f"A={MARK}", "x"),
    "container": lambda: kq.Container(name="a", image=f"me:{MARK}@r/x", env={"A": MARK}, args=["-p", MARK, f"--token={MARK}"]),
    "other": lambda: kq.Container(
        name="a", other={"livenessProbe": {"httpGet": {"httpHeaders": [{"name": "Authorization", "value": f"Bearer {MARK}"}]}}}
    ),
    "mount": lambda: kq.Mount("/a", kq.Nfs(server=f"me:{MARK}@s", path="/x")),
    "pod": lambda: kq.Pod(name="a", containers=[kq.Container(name="a", env={"A": MARK})]),
    "job": lambda: kq.Job(name="a", pod=kq.Pod(containers=[kq.Container(name="a", image="x:1", env={"A": MARK})])),
    "secret": lambda: kq.Secret(name="a", string_data={"a": MARK}),
    "config": lambda: kq.ConfigMap(name="a", data={"a": MARK}),
    "overlay": lambda: kq.Pod(
        name="a", containers=[kq.Container(name="a")], overlay=[{"kind": "Pod", "spec": {"env": [{"name": "A", "value": MARK}]}}]
    ),
    "annotations": lambda: kq.Pod(name="a", containers=[kq.Container(name="a")], annotations={"a": json.dumps({"data": {"a": MARK}})}),
    "training": lambda: kq.Training(id=1, image="a:1", entry_point="x", cpu=1, memory=1, env={"A": MARK}),
    "platform": lambda: kq.Platform(proxies=kq.Proxies(http=f"http://me:{MARK}@proxy")),
    "site": lambda: read_site(json.dumps({"defaults": {"env": {"A": MARK}}})),
}


@pytest.mark.parametrize("name", MODELS)
def test_no_model_says_it(name: str, caplog: pytest.LogCaptureFixture) -> None:
    model = MODELS[name]()
    logging.getLogger("a").warning("%r %s", model, [model])
    assert caplog.text
    assert not leaks(caplog.text)
    found = check(model)
    assert not leaks(repr(found) + str([*map(str, found)]) + repr([one.values for one in found]))
    inspection = inspect(model)
    assert not leaks(repr(inspection) + str(inspection.pods))


def test_nothing_that_was_made_says_it() -> None:
    built = kq.build([kq.Secret(name="a", string_data={"a": MARK}), kq.ConfigMap(name="b", data={"a": MARK})])
    assert not leaks(repr(built) + repr(built.diagnostics) + repr(built.source_map))
    assert not leaks(repr(kq.load(json.dumps(SPECS["secret"]))))
    assert MARK in str(built)  # that is what it is for


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: kq.Env("A", [MARK]),  # type: ignore[arg-type]  # it is to be wrong
        lambda: kq.Env(name=["x"], value=MARK),  # type: ignore[arg-type]  # it is to be wrong
        lambda: kq.Container(name="a", image={"x": MARK}),  # type: ignore[arg-type]  # it is to be wrong
        lambda: kq.Container(name="a", env=[{"name": "A", "value": [MARK]}]),  # type: ignore[list-item]  # it is to be wrong
        lambda: kq.Container(name="a", **{f"PASS={MARK}": 1}),  # type: ignore[arg-type]  # it is to be wrong
        lambda: kq.Pod(name="a", containers=[{"name": "a", "env": {"A": {"x": MARK}}}]),  # type: ignore[list-item]  # it is to be wrong
        lambda: kq.Secret(name="a", string_data={"a": [MARK]}),  # type: ignore[dict-item]  # it is to be wrong
        lambda: kq.Secret(name="a", string_data={"a": MARK}, other={"x": float("nan"), "y": MARK}),
        lambda: pydantic.TypeAdapter(kq.Container).validate_python({"name": "a", "env": {"A": [MARK]}}),
        lambda: pydantic.TypeAdapter(kq.Secret).validate_python({"name": "a", "string_data": MARK}),
    ],
    ids=map(str, range(10)),
)
def test_no_error_of_a_model_holds_it(wrong: Callable[[], Any]) -> None:
    with pytest.raises(pydantic.ValidationError) as raised:
        wrong()
    error: BaseException | None = raised.value
    while error is not None:
        assert not leaks(str(error) + repr(error))
        if isinstance(error, pydantic.ValidationError):
            assert not leaks(repr(error.errors()) + error.json())
        error = error.__cause__ or error.__context__


WRITTEN = {
    "anchor": f"kind: Pod\nnope: &p {MARK}\ncontainers:\n- name: a\n  image: b\n  env: {{A: *p}}\n",
    "anchor-map": f"kind: Pod\nx: &p\n  A: {MARK}\n  b: [{MARK}]\ncontainers:\n- {{name: a, image: b, env: *p, nope: 1}}\n",
    "merge": f"kind: Pod\nx: &p {{a: {MARK}}}\ncontainers:\n- name: a\n  env:\n    <<: *p\n    B: [1]\n",
    "folded": f"kind: Pod\ncontainers:\n- name: a\n  image: b\n  env:\n    A: >-\n      {MARK}\n      {MARK}\n  nope: 1\n",
    "literal": f"kind: Secret\nname: a_\nstringData:\n  a: |\n    x\n    {MARK}\nnope: 1\n",
    "plain-lines": f"kind: Secret\nname: a_\nstringData:\n  a: x\n    {MARK}\n    {MARK}\nnope: 1\n",
    "quoted-lines": f'kind: Secret\nname: a_\nstringData:\n  a: "x\n    {MARK}\n\n    {MARK}"\nnope: 1\n',
    "flow-lines": f"kind: Pod\ncontainers: [{{name: a, image: b,\n env: {{A:\n  {MARK},\n B: '{MARK}'}}, nope: 1}}]\n",
    "flow-pair": f"kind: Pod\ncontainers: [{{name: a, env: [A: {MARK}, {{B: {MARK}}}, [{MARK}]], nope: 1}}]\n",
    "quoted-key": 'kind: Pod\ncontainers:\n- name: a\n  "env":\n'
    f"    'A b': {MARK}\n    \"C=\\u007a{MARK[1:]}\": 1\n    ? D\n    : {MARK}\n    ? {{x: {MARK}}}\n    : 1\n",
    "tag": f"kind: Secret\nstringData:\n  a: !!str {MARK}\n  b: !!binary {BASE64}\n  c: !x {MARK}\n",
    "no-space": f"kind: Pod\ncontainers:\n- name: a\n  env: {{A:{MARK}, B: 1}}\n  nope: 1\n",
    "no-space2": f"kind: Pod\ncontainers:\n- name: a\n  env:\n    A:{MARK}\n    B: 1\n",
    "no-space3": f"kind: Pod\ncontainers:\n- name: a\n  env:\n  - A={MARK}\n    B: 1\n",
    "dup": f"kind: Pod\nenv:\n  A={MARK}: 1\n  A={MARK}: 2\n",
    "dup2": f"kind: Pod\nenv:\n  A: {MARK}\n  A: {MARK}\n",
    "tab": f"kind: Secret\ndata:\n\ta: {MARK}\n",
    "tab2": f"kind: Pod\ncontainers:\n- name: a\n  args:\n  - x\n  -\t{MARK}\n\t- {MARK}\n",
    "comment": f"kind: Pod\n# export PW={MARK}\nname: a # password: {MARK}\nnope: 1\n",
    "indent": f"kind: Secret\ndata:\n  a: {MARK}\n b: {MARK}\n",
    "unclosed": f'kind: Secret\ndata:\n  a: "{MARK}\n  b: x\n',
    "at": f"kind: Pod\nenv:\n  A: @{MARK}\n",
    "percent": f"kind: Pod\nenv:\n  A: %{MARK}\n  B: `{MARK}`\n",
    "template": f"kind: Pod\nenv:\n  A: {{{{ {MARK} }}}}\n",
    "colon": f"kind: Pod\nenv:\n  A: x: {MARK}\n",
    "unknown-alias": f"kind: Pod\nenv:\n  A: *{MARK}\n",
    "crlf": f"kind: Pod\r\nenv:\r\n  A: [{MARK}\r\n  B: {MARK}\r\n",
    "cr": f"kind: Pod\renv:\r  A: {MARK}\r  B: [\r",
    "nel": f"kind: Pod\x85env:\x85  A: {MARK}\x85",
    "json-escape": '{"kind":"Pod","containers":[{"name":"a","env":{"A":"\\u007a' + MARK[1:] + '"},"nope":1}]}',
    "json-key": '{"kind":"Pod","containers":[{"name":"a","env":{"A=\\u007a' + MARK[1:] + '":1},"nope":1}]}',
    "json-open": '{"kind":"Pod","containers":[{"name":"a","env":{"A":"' + MARK + '\n"},"nope":1}]}',
    "json-nocomma": '{"kind":"Pod","containers":[{"name":"a","env":{"A":"x" "' + MARK + '"},"nope":1}]}',
    "json-bare": '{"kind":"Pod","containers":[{"name":"a","env":{"A":' + MARK + '},"nope":1}]}',
    "json-bare-key": '{"kind":"Pod","containers":[{"name":"a","env":{A=' + MARK + ':1},"nope":1}]}',
    "json-single": "{'kind':'Secret','data':{'a':'" + MARK + "'}}",
    "json-escape-bad": '{"kind":"Secret","data":{"a":"\\' + MARK + '"}}',
    "json-big": '{"kind":"Secret","data":{"a":1e999, "b": "' + MARK + '"}}',
    "json-after": '{"kind":"Secret","data":{}} ' + MARK,
    "json-dup": f'{{"kind":"Secret","data":{{"a={MARK}":1,"a={MARK}":2}}}}',
    "tag-name": f"kind: Secret\ndata:\n  a: !{MARK} x\n  b: !!{MARK} x\n",
    "anchor-name": f"kind: Secret\ndata:\n  a: &{MARK}\n  b: *{MARK}x\n",
    "multi-doc": f"kind: Pod\n---\nkind: Secret\nname: a_\ndata: {{a: {MARK}}}\n---\nx: [\n",
    "directive": f"%FOO {MARK}\n---\nkind: Pod\n",
    "scalar": f"{MARK}\n",
    "list": f"- {MARK}\n- kind: Pod\n",
    "top-env": f"PASS={MARK}\n",
    "dotenv": f"A={MARK}\nB=x\n",
    "dotenv-yaml": f"PASS: {MARK}\nB: x\n",
    "kind": f"kind: password={MARK}\n",
    "api": f"apiVersion: me:{MARK}@x\nkind: Pod\n",
    "long": f"kind: Pod\ncontainers:\n- name: a\n  args: ['{'x ' * 900} --token {MARK} {'y ' * 900}']\n  nope: 1\n",
    "env-name-list": "kind: Pod\ncontainers:\n- name: a\n  image: b:1\n  env:\n"
    f"  - name: 'plain: {MARK}'\n    value: x\n  - name: A\n    Value: {MARK}\n  - A: {MARK}\n",
    "env-plain-name": f"kind: Pod\nname: x\ncontainers:\n- name: a\n  image: b:1\n  env:\n  - name: plain={MARK}\n    value: x\n",
}
"""Texts as people write and break them: anchors, folds, flows, keys in quotes, what is missing, what is too much."""


@pytest.mark.parametrize("name", WRITTEN)
def test_no_text_however_it_is_written_shows_it(name: str) -> None:
    text = WRITTEN[name]
    for called in ("a.yaml", "a.json", "a.jsonl"):
        for shown in texts(found_in(text, called), called, text):
            assert not leaks(shown), called
        source = ShownText.of(text, called)
        for number, line in enumerate(text.split("\n"), 1):
            for column in range(1, len(line) + 1, 40):
                excerpt = source.excerpt(number, column, room=90)
                assert not leaks(excerpt.line if excerpt else ""), called
