"""A platform's presets within a site: nobody gets more by asking in the platform's words."""

from __future__ import annotations

from typing import Any

import pytest

from kqmanifest import Site, check
from kqmanifest.site import read_site

SITE = """{
  "allow": {
    "kinds": ["Job", "Service", "ConfigMap"],
    "namespaces": ["sandbox"],
    "nfs": [{"server": "nfs-server", "path": "/var/lib/kamonohashi/nfs/sandbox"}],
    "images": ["docker.io/tensorflow"],
    "gpus": 2,
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
