"""What a site knows is added to a spec, and what is wrong with a site is told at its own place."""

from __future__ import annotations

import json
import pathlib
from typing import Any

import pytest
from command import run

from kqmanifest import Container, Gpus, Job, Mount, Pod, build, check
from kqmanifest.diagnostics import ManifestError
from kqmanifest.model.site import Allow, Export, Site
from kqmanifest.site import read_site

SITE = read_site(
    """
    volumes: {runs: {nfs: {server: nfs-server, path: /runs}}}
    gpuClasses:
      h100:
        resource: nvidia.com/gpu
        nodeSelector: {gpu: h100}
        tolerations: [{key: gpu, operator: Exists}]
        fabric: {limits: {rdma/hca: 1}, capabilities: [IPC_LOCK]}
        max: 8
    defaults:
      namespace: team
      labels: {team: a}
      queue: research
      env: {http_proxy: "http://proxy:3128"}
      imagePullSecrets: [{name: registry}]
    """
)


def job(*, pod: dict[str, Any] | None = None, head: dict[str, Any] | None = None, **container: Any) -> dict[str, Any]:
    main = {"name": "main", "image": "train:1", **container}
    return {"kind": "Job", "name": "t", "backoffLimit": 0, **(head or {}), "pod": {"containers": [main], **(pod or {})}}


def made(spec: Any) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """Give the job, its pod's spec, and its container."""
    tree = build(spec, site=SITE).objects[0]
    pod_spec = tree["spec"]["template"]["spec"]
    return tree, pod_spec, pod_spec["containers"][0]


def told(spec: Any, site: Site = SITE) -> list[tuple[str, str]]:
    return [(one.code, str(one.path)) for one in check(spec, site=site) if one.severity == "error"]


def test_a_mount_names_a_volume_of_the_site() -> None:
    _, pod, container = made(job(mounts=[{"mountPath": "/o", "volume": "runs", "subPath": "2"}]))
    assert pod["volumes"] == [{"name": "runs", "nfs": {"server": "nfs-server", "path": "/runs"}}]
    assert container["volumeMounts"] == [{"name": "runs", "mountPath": "/o", "subPath": "2"}]


def test_a_volume_that_nobody_mounts_is_not_made() -> None:
    assert "volumes" not in made(job())[1]


def test_two_mounts_of_it_share_it() -> None:
    mounts = [{"mountPath": "/o", "volume": "runs", "subPath": "2"}, {"mountPath": "/p", "volume": "runs", "subPath": "1"}]
    assert len(made(job(mounts=mounts))[1]["volumes"]) == 1


@pytest.mark.parametrize("where", ["volumes", "mount"])
def test_a_spec_cannot_give_its_name_to_another_source(where: str) -> None:
    other = {"nfs": {"server": "other", "path": "/"}}
    if where == "volumes":
        given = job(pod={"volumes": {"runs": other}}, mounts=[{"mountPath": "/o", "volume": "runs"}])
        assert ("KQ1211", "/pod/volumes/runs") in told(given)
    else:
        given = job(mounts=[{"mountPath": "/o", "volume": "runs", **other}])
        assert ("KQ1211", "/pod/containers/0/mounts/0") in told(given)


def test_the_same_source_may_be_said_again() -> None:
    assert told(job(mounts=[{"mountPath": "/o", "volume": "runs", "nfs": {"server": "nfs-server", "path": "/runs"}}])) == []


def test_a_class_of_gpus_brings_nodes_tolerations_and_fabric() -> None:
    _, pod, container = made(job(gpus={"class": "h100", "count": 8}))
    assert container["resources"]["limits"] == {"nvidia.com/gpu": "8", "rdma/hca": "1"}
    assert container["securityContext"] == {"capabilities": {"add": ["IPC_LOCK"]}}
    assert pod["nodeSelector"] == {"gpu": "h100"}
    assert pod["tolerations"] == [{"key": "gpu", "operator": "Exists"}]


def test_it_adds_to_what_the_container_says() -> None:
    _, _, container = made(job(gpus={"class": "h100"}, securityContext={"capabilities": {"add": ["CHOWN"]}}))
    assert container["securityContext"]["capabilities"]["add"] == ["CHOWN", "IPC_LOCK"]


def test_no_gpus_bring_no_fabric() -> None:
    _, _, container = made(job(gpus={"class": "h100", "count": 0}))
    assert container["resources"]["limits"] == {"nvidia.com/gpu": "0"}
    assert "securityContext" not in container


@pytest.mark.parametrize(
    ("gpus", "code", "path"),
    [
        ({"class": "h10"}, "KQ1210", "/pod/containers/0/gpus/class"),
        ({"class": "h100", "resource": "amd.com/gpu"}, "KQ1212", "/pod/containers/0/gpus/resource"),
        ({"class": "h100", "product": "A"}, "KQ1212", "/pod/containers/0/gpus/product"),
        ({"class": "h100", "count": 9}, "KQ5122", "/pod/containers/0/gpus/count"),
    ],
)
def test_a_class_is_misused(gpus: Any, code: str, path: str) -> None:
    assert (code, path) in told(job(gpus=gpus))


def test_a_class_on_another_node() -> None:
    assert ("KQ1026", "/pod/containers/0/gpus/class") in told(job(pod={"nodeSelector": {"gpu": "t4"}}, gpus={"class": "h100"}))


def test_a_class_is_not_known_without_a_site() -> None:
    (one,) = [one for one in check(job(gpus={"class": "h100"})) if one.code == "KQ1210"]
    assert one.hint == "pass the site that defines it, with `--site` or `site=`"


def test_defaults_are_added() -> None:
    tree, pod, container = made(job())
    assert tree["metadata"] == {
        "name": "t",
        "namespace": "team",
        "labels": {"team": "a", "kueue.x-k8s.io/queue-name": "research"},
    }
    assert list(tree["metadata"]) == ["name", "namespace", "labels"]
    assert tree["spec"]["template"]["metadata"] == {"labels": {"team": "a"}}
    assert pod["imagePullSecrets"] == [{"name": "registry"}]
    assert container["env"] == [{"name": "http_proxy", "value": "http://proxy:3128"}]


def test_what_a_spec_says_is_kept() -> None:
    given = job(
        head={"namespace": "mine", "labels": {"team": "b", "kueue.x-k8s.io/queue-name": "q"}},
        pod={"imagePullSecrets": [{"name": "own"}]},
        env={"http_proxy": "", "LR": "1"},
    )
    tree, pod, container = made(given)
    assert tree["metadata"]["namespace"] == "mine"
    assert tree["metadata"]["labels"] == {"team": "b", "kueue.x-k8s.io/queue-name": "q"}
    assert pod["imagePullSecrets"] == [{"name": "own"}]
    assert container["env"] == [{"name": "http_proxy", "value": ""}, {"name": "LR", "value": "1"}]


def test_what_is_wrong_with_env_keeps_its_place() -> None:
    assert ("KQ1001", "/pod/containers/0/env/LR") in told(job(env={"LR": 1, "A": "b"}))
    diagnostics = check(job(env=[{"name": "LR", "value": "1"}, {"name": "", "value": "1"}]), site=SITE)
    assert any(one.path.startswith("/pod/containers/0/env/1") for one in diagnostics)


def test_a_volume_of_the_cluster_gets_no_namespace() -> None:
    mounts = [{"mountPath": "/o", "nfs": {"server": "s", "path": "/p", "claim": {"size": "1Gi"}}}]
    volume, claim = build(job(mounts=mounts), site=SITE).objects[1:]
    assert "namespace" not in volume["metadata"]
    assert volume["spec"]["claimRef"]["namespace"] == claim["metadata"]["namespace"] == "team"


def test_manifests_pass_unchanged() -> None:
    tree = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}, "data": {"a": "b"}}
    assert build(tree, site=SITE).objects == (tree,)


def test_pods_are_judged_by_the_standard_of_the_site() -> None:
    judged = read_site('{"defaults": {"podSecurity": "baseline"}}')
    assert told(job(pod={"hostPID": True}), judged) == [("KQ5001", "/pod/hostPID")]
    assert told(job(pod={"hostPID": True})) == []


def test_python_takes_the_same_value() -> None:
    main = Container(name="main", image="train:1").adding(Mount("/o", volume="runs"), Gpus(2, class_="h100"))
    assert build(Job(name="t", pod=Pod(containers=[main])), site=SITE).objects[0]["spec"]["template"]["spec"]["nodeSelector"]


def test_a_site_is_frozen_and_hashable() -> None:
    assert hash(read_site('{"defaults": {}}')) == hash(Site())
    assert len({SITE, Site(), Site()}) == 2
    with pytest.raises(AttributeError):
        SITE.allow = None  # type: ignore[misc]  # that is what is refused


def test_a_site_of_python_is_judged_before_anything_is_built() -> None:
    unsound = Site(allow=Allow(nfs=[Export(server="a", path="/b/../c")]))
    assert told(job(), unsound) == [("KQ1202", "/allow/nfs/0/path")]
    with pytest.raises(ManifestError):
        build(job(), site=unsound)


MALFORMED = [
    ({"allow": {"volumes": ["nsf"]}}, "KQ1201", "/allow/volumes/0"),
    ({"allow": {"nfs": [{"server": "a", "path": "runs"}]}}, "KQ1202", "/allow/nfs/0/path"),
    ({"allow": {"hostPaths": ["mnt"]}}, "KQ1202", "/allow/hostPaths/0"),
    ({"allow": {"images": ["tensorflow"]}}, "KQ1203", "/allow/images/0"),
    ({"allow": {"images": ["registry.example.com/team:1"]}}, "KQ1203", "/allow/images/0"),
    ({"allow": {"gpus": -1}}, "KQ1204", "/allow/gpus"),
    ({"gpuClasses": {"a": {"resource": "nvidia.com/gpu", "max": -1}}}, "KQ1204", "/gpuClasses/a/max"),
    ({"allow": {"kinds": ["Jbo"]}}, "KQ1205", "/allow/kinds/0"),
    ({"volumes": {"a": {}}}, "KQ1206", "/volumes/a"),
    ({"volumes": {"a": {"nfs": {"server": "a", "path": "/"}, "emptyDir": {}}}}, "KQ1206", "/volumes/a"),
    ({"defaults": {"namespace": "a"}, "allow": {"namespaces": ["b"]}}, "KQ1207", "/defaults/namespace"),
    ({"defaults": {"podSecurity": "strict"}}, "KQ1015", "/defaults/podSecurity"),
    ({"alow": {}}, "KQ1002", "/alow"),
    ({"allow": {"privileged": "no"}}, "KQ1001", "/allow/privileged"),
    ({"gpuClasses": {"a": {}}}, "KQ1003", "/gpuClasses/a"),
    ([], "KQ1200", ""),
]


@pytest.mark.parametrize(("site", "code", "path"), MALFORMED)
def test_a_malformed_site_is_told_at_its_own_place(site: Any, code: str, path: str) -> None:
    with pytest.raises(ManifestError) as told_of:
        read_site(json.dumps(site), source="site.json")
    (one,) = told_of.value.diagnostics
    assert (one.code, one.path, one.source, one.line) == (code, path, "site.json", 1)


def test_the_command_line_takes_a_site(tmp_path: pathlib.Path) -> None:
    (tmp_path / "site.json").write_text('{"defaults": {"namespace": "team"}, "allow": {"kinds": ["Job"], "images": ["docker.io/library"]}}')
    (tmp_path / "spec.json").write_text(json.dumps(job()))
    (tmp_path / "root.json").write_text(json.dumps(job(pod={"hostPID": True})))
    assert "namespace: team" in run("render", "spec.json", "--site", "site.json", folder=tmp_path).out
    refused = run("check", "root.json", "--site", "site.json", "--ignore", "KQ4", folder=tmp_path)
    assert (refused.returncode, refused.out) == (1, "")
    assert refused.told.startswith("root.json:1:122: error: ")
    assert refused.told.splitlines()[0].endswith(" [KQ5110]")
    assert run("check", "root.json", "--site", "site.json", "--ignore", "KQ5110", folder=tmp_path).returncode == 2


@pytest.mark.parametrize(("text", "code"), [('{"allow": {"gpus": -1}}', "KQ1204"), ("{", "KQ0"), (None, "KQ0090")])
def test_a_site_that_cannot_be_used_ends_with_2(tmp_path: pathlib.Path, text: str | None, code: str) -> None:
    (tmp_path / "spec.json").write_text(json.dumps(job()))
    if text is not None:
        (tmp_path / "site.json").write_text(text)
    refused = run("render", "spec.json", "--site", "site.json", folder=tmp_path)
    assert refused.returncode == 2
    assert code in refused.told
    assert "site.json" in refused.told
    assert refused.out == ""
