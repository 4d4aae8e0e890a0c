"""What the server would refuse in a pod that is valid except for what is given."""

from __future__ import annotations

from typing import Any

from examples import completed

from kqmanifest import check

REFUSALS = ("KQ1", "KQ2", "KQ9")


def refused(pod_spec: dict[str, Any], *, kubernetes: str = "1.36", metadata: dict[str, Any] | None = None) -> set[tuple[str, str]]:
    """Return the code of each refusal of a pod, and its place below the pod's spec."""
    pod = completed(pod_spec)
    return _refusals({**pod, "metadata": {**pod["metadata"], **(metadata or {})}}, kubernetes)


def refused_as_template(
    pod_spec: dict[str, Any], *, kubernetes: str = "1.36", metadata: dict[str, Any] | None = None
) -> set[tuple[str, str]]:
    """Return the code of each refusal of a pod's template, and its place below the template's spec."""
    template = {"metadata": metadata or {}, "spec": completed(pod_spec)["spec"]}
    return _refusals({"apiVersion": "v1", "kind": "PodTemplate", "metadata": {"name": "example"}, "template": template}, kubernetes)


def container(**fields: Any) -> dict[str, Any]:
    """Make a pod's spec of one container with these fields."""
    return {"containers": [{"name": "main", **fields}]}


def _refusals(manifest: dict[str, Any], kubernetes: str) -> set[tuple[str, str]]:
    diagnostics = check(manifest, kubernetes=kubernetes)
    return {(diagnostic.code, diagnostic.path.partition("/spec")[2]) for diagnostic in diagnostics if diagnostic.code.startswith(REFUSALS)}
