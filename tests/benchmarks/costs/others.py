"""Other ways in Python to get from the dictionary of a Job to its text; only ours judge it."""

from __future__ import annotations

import functools
import importlib
from typing import Any, Final

import pydantic

from costs import jobs
from costs.clock import Way, alone, beside
from costs.fresh import REFERENCE, dump
from costs.rows import Effort, Measured, Section
from kqmanifest import render

Tree = dict[str, Any]


class _Model(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(frozen=True, extra="forbid")


class _Env(_Model):
    name: str
    value: str


class _Mount(_Model):
    name: str
    mountPath: str  # noqa: N815  Kubernetes' own word
    readOnly: bool | None = None  # noqa: N815  as above


class _Container(_Model):
    name: str
    image: str
    command: list[str] | None = None
    args: list[str] | None = None
    env: list[_Env] | None = None
    resources: dict[str, dict[str, str]] | None = None
    volumeMounts: list[_Mount] | None = None  # noqa: N815  as above


class _Nfs(_Model):
    server: str
    path: str


class _EmptyDir(_Model):
    medium: str
    sizeLimit: str  # noqa: N815  as above


class _Volume(_Model):
    name: str
    nfs: _Nfs | None = None
    emptyDir: _EmptyDir | None = None  # noqa: N815  as above


class _PodSpec(_Model):
    restartPolicy: str  # noqa: N815  as above
    containers: list[_Container]
    volumes: list[_Volume]


class _Template(_Model):
    spec: _PodSpec


class _JobSpec(_Model):
    backoffLimit: int  # noqa: N815  as above
    template: _Template


class _Metadata(_Model):
    name: str
    labels: dict[str, str]


class _Job(_Model):
    apiVersion: str  # noqa: N815  as above
    kind: str
    metadata: _Metadata
    spec: _JobSpec


def by_pydantic(tree: Tree) -> str:
    """Put the Job through models of just the fields that it has: the least that types cost."""
    return dump(_Job.model_validate(tree).model_dump(exclude_none=True))


@functools.cache
def by_lightkube() -> Way | None:
    """Put the Job through lightkube's models."""
    try:
        from_dict = importlib.import_module("lightkube.codecs").from_dict
    except ModuleNotFoundError:
        return None

    def work(tree: Tree) -> str:
        return dump(from_dict(tree).to_dict())

    return Way(jobs.manifest, work)


@functools.cache
def by_official() -> Way | None:
    """Put the Job through the official client's models, and make of it what that would send."""
    try:
        client = importlib.import_module("kubernetes.client")
    except ModuleNotFoundError:
        return None
    api: Any = client.ApiClient()

    def work(tree: Tree) -> str:
        return dump(api.sanitize_for_serialization(client.V1Job.from_dict(tree)))

    return Way(jobs.manifest, work)


OURS: Final = {
    "kqmanifest.render: of a spec, checked": Way(jobs.spec, render, ours=True),
    "kqmanifest.render: of the manifest, checked": Way(jobs.manifest, render, ours=True),
}
MAYBE: Final = {"lightkube, then CSafeDumper": by_lightkube, "the official client, then CSafeDumper": by_official}


def ways() -> tuple[dict[str, Way], list[str]]:
    """List the ways that can be gone here, and those that cannot."""
    found = {"pydantic, then CSafeDumper: the least that types cost": Way(jobs.manifest, by_pydantic), **OURS}
    passed_over = []
    for name, make in MAYBE.items():
        way = make()
        if way is None:
            passed_over.append(f"{name.partition(',')[0]}: it is not installed")
        else:
            found[name] = way
    return found, passed_over


def measure(effort: Effort) -> Measured:
    """Time each way, on Jobs that are all different."""
    found, passed_over = (OURS, []) if effort.quick else ways()
    rounds, batch = effort.of(25, 2), effort.of(60, 50)
    rows = [alone("yaml.CSafeDumper alone: R", REFERENCE, rounds=rounds, batch=batch, per="Job")]
    return [*rows, *beside(found, REFERENCE, rounds=rounds, batch=batch, per="Job")], passed_over


OTHERS = Section("others", "From the dictionary of a Job to its text", "`yaml.CSafeDumper` alone, R", measure)
