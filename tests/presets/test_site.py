"""A platform's presets within a site: nobody gets more by asking in the platform's words."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import pytest
from folders import TOP

from kqmanifest import FileServer, Platform, Site, build, check
from kqmanifest.site import read_site

SITE = """{
  "allow": {
    "kinds": ["Job", "Service", "ConfigMap"],
    "namespaces": ["sandbox"],
    "nfs": [{"server": "nfs-server", "path": "/var/lib/kamonohashi/nfs/sandbox"}],
    "images": ["docker.io/tensorflow"],
    "gpus": 2,
    "nodeLabels": ["sandbox"],
    "other": ["affinity"],
    "hostPaths": [{"path": "/etc/localtime"}]
  }
}"""


@pytest.fixture(name="site", scope="module")
def _site() -> Site:
    return read_site(SITE)


def training(tenant: str = "sandbox", **fields: Any) -> dict[str, Any]:
    return {
        "kind": "Training",
        "id": 2,
        "image": "tensorflow/tensorflow:2.16.1-gpu",
        "entryPoint": "python train.py",
        "cpu": 4,
        "memory": 8,
        "gpus": 1,
        "parents": [1],
        "platform": {"nfs": {"server": "nfs-server", "root": "/var/lib/kamonohashi/nfs"}, "tenant": tenant},
        **fields,
    }


def told(spec: dict[str, Any], site: Site) -> set[tuple[str, str]]:
    return {(one.code, str(one.path)) for one in check(spec, site=site) if one.severity == "error"}


def test_what_the_site_allows_is_rendered(site: Site) -> None:
    assert told(training(), site) == set()


@pytest.mark.parametrize(
    ("spec", "fault"),
    [
        (training(gpus=4), ("KQ5121", "/gpus")),
        (training(tenant="other"), ("KQ5104", "/parents/0")),
        (training(image="example.com/tensorflow:1"), ("KQ5120", "/image")),
        (training(mounts=[{"mountPath": "/host", "hostPath": {"path": "/", "type": "Directory"}}]), ("KQ5106", "/mounts/0/hostPath/path")),
        (training(ignore={"KQ5121": "mine"}, gpus=4), ("KQ5121", "/gpus")),
    ],
    ids=["GPUs", "another tenant", "image", "the node's root", "an ignore of its own"],
)
def test_what_goes_beyond_is_told_at_the_preset_s_own_field(spec: dict[str, Any], fault: tuple[str, str], site: Site) -> None:
    assert fault in told(spec, site)


def test_the_site_says_the_platform_once(site: Site) -> None:
    known = dataclasses.replace(site, platform=Platform(nfs=FileServer(server="nfs-server"), tenant="sandbox"))
    spec = training()
    del spec["platform"]
    assert told(spec, known) == set()
    assert build(spec, site=known).objects == build(training(), site=site).objects
    assert told(training(), known) == set()


def test_a_spec_cannot_say_another_platform_than_its_site(site: Site) -> None:
    known = dataclasses.replace(site, platform=Platform(nfs=FileServer(server="nfs-server"), tenant="sandbox"))
    assert ("KQ1102", "/platform/tenant") in told(training(tenant="other"), known)


def test_nor_can_whoever_calls(site: Site) -> None:
    known = dataclasses.replace(site, platform=Platform(tenant="sandbox"))
    assert [one.code for one in check(training(), site=known, platform=Platform(tenant="other"))] == ["KQ1102"]


def test_a_site_s_file_says_it_too() -> None:
    assert read_site('{"platform": {"tenant": "sandbox"}}').platform == Platform(tenant="sandbox")


CLOSED = """
platform:
  nfs: {server: nfs-server, root: /var/lib/kamonohashi/nfs}
  tenant: sandbox
volumes: {localtime: {hostPath: {path: /etc/localtime}}}
allow:
  namespaces: [sandbox]
  kinds: [Job, Service, ConfigMap, Secret]
  nfs: [{server: nfs-server, path: /var/lib/kamonohashi/nfs/sandbox}]
  images: [docker.io]
  gpus: 2
  nodeLabels: [sandbox, kqi.notebook, kqi.partition, kqi.tensorboard]
  services: [NodePort]
  other: [affinity]
"""
WHOLE = {
    path.stem: json.loads(path.read_text()) for path in sorted((TOP / "docs/examples/presets").glob("*.json")) if path.stem != "platform"
}


@pytest.mark.parametrize("name", sorted(WHOLE.keys() - {"tenant", "training-with-two-parents"}))
def test_the_workloads_of_a_platform_live_inside_a_closed_site(name: str) -> None:
    assert told(WHOLE[name], read_site(CLOSED)) == set()


def test_what_only_an_operator_makes_is_refused() -> None:
    assert {code for code, _ in told(WHOLE["tenant"], read_site(CLOSED))} >= {"KQ5101"}


def test_another_account_and_another_export_are_refused() -> None:
    assert told(WHOLE["training-with-two-parents"], read_site(CLOSED)) == {("KQ5126", "/user/name"), ("KQ5104", "/mounts/0/nfs")}


def test_what_the_platform_of_a_site_leaves_out_is_closed_unless_it_says_open() -> None:
    spec = training()
    spec["platform"] = {"secret": "mine", "proxies": {"http": "http://proxy.example.com:3128"}}
    assert told(spec, read_site(CLOSED)) >= {("KQ5149", "/platform/secret"), ("KQ5149", "/platform/proxies")}
    opened = read_site(CLOSED.replace("  tenant: sandbox\n", "  tenant: sandbox\n  open: [proxies]\n"))
    assert ("KQ5149", "/platform/proxies") not in told(spec, opened)
    assert ("KQ5149", "/platform/secret") in told(spec, opened)


def test_a_request_does_not_open_the_platform_itself() -> None:
    spec = training()
    spec["platform"] = {"secret": "mine", "open": ["secret"]}
    assert ("KQ5149", "/platform/secret") in told(spec, read_site(CLOSED))
