"""What runs together: containers on one node that share volumes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, ClassVar

from pydantic import AfterValidator, Field
from pydantic.dataclasses import dataclass

from kqmanifest.model.container import Container
from kqmanifest.model.values import SPEC, AsTuple, FrozenDict, Labels, Many, Model, Own, Text, Whole
from kqmanifest.model.volumes import Mount, Source


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, config=SPEC)
class Named(Model):
    """What has metadata. In a spec its fields are beside the others: there is no ``metadata`` and no ``spec``."""

    name: Text | None = None
    """The object's name, unique for its kind in the namespace."""
    namespace: Text | None = None
    """The namespace; left out, the one that ``kubectl`` or the client uses."""
    labels: Labels = Field(default_factory=FrozenDict)
    """Labels, by which Services and other objects select it."""
    annotations: Labels = Field(default_factory=FrozenDict)
    """Annotations: notes for people and tools."""


def _alone(given: Any) -> Any:
    return (given,) if isinstance(given, Mapping) else given


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, config=SPEC)
class KindModel(Named):
    """What can be a spec of its own, with its ``kind``."""

    overlay: Annotated[Sequence[Mapping[str, Any]] | Mapping[str, Any], AsTuple(Own, _alone)] = ()
    """A partial object, or several, applied last to what is rendered, as strategic-merge patches."""
    ignore: Labels = Field(default_factory=FrozenDict)
    """Codes of KQ3, KQ4 and KQ5, or their beginnings, that are intended here, each with the reason."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, config=SPEC)
class Pod(KindModel):
    """Containers that run together on one node. Its volumes are those of its mounts."""

    homes: ClassVar = ("core.v1.PodSpec", "meta.v1.ObjectMeta")

    containers: Many[Container]
    """The containers; all start together."""
    init_containers: Many[Container] = ()
    """Containers that run first, one after another; with ``restartPolicy: Always`` they keep running, as sidecars."""
    mounts: Many[Mount] = ()
    """Mounts that every container has, init containers too."""
    volumes: Annotated[Mapping[str, Source], AfterValidator(FrozenDict)] = Field(default_factory=FrozenDict)
    """Volumes that mounts refer to by name: ``{"runs": {"nfs": {…}}}``."""
    restart_policy: Text | None = None
    """Always, OnFailure or Never; a Job's pod never restarts by default."""
    service_account_name: Text | None = None
    """The service account that it runs as."""
    node_selector: Labels = Field(default_factory=FrozenDict)
    """Labels that its node must have."""
    tolerations: Many[Own] = ()
    """Taints that it tolerates, as Kubernetes writes them."""
    image_pull_secrets: Many[Own] = ()
    """Secrets to pull images with: ``[{"name": "registry"}]``."""
    keeps: Many[Text] = ()
    """Paths whose files must outlive the pod: for each, one container at least needs a lasting, writable mount there."""
    termination_grace_period_seconds: Whole | None = None
    """Seconds from SIGTERM to SIGKILL; left out, 30."""
