"""Containers: their names, what init containers may not have, and the ephemeral ones."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from kqmanifest.rules.constraints import matches, must_be_empty, one_of, required
from kqmanifest.rules.forms import LABEL
from kqmanifest.rules.rule import found, rule
from kqmanifest.schema.walk import Spot
from kqmanifest.vocabulary.names import as_label
from kqmanifest.vocabulary.pods import is_sidecar

MESSAGE_POLICIES: Final = ("File", "FallbackToLogsOnError")
PROBES: Final = ("livenessProbe", "readinessProbe", "startupProbe")


@rule(
    "KQ2201",
    "PodSpec",
    "the name {name} is already taken by another container",
    "give each container of the pod a different name",
    reason="Duplicate",
    upstream="core/validation.validateContainers",
)
def container_name_is_taken(pod_spec: dict[str, Any]) -> Iterator[Spot]:
    """Two containers of a pod have the same name; init containers count too.

    Wrong:
        containers: [{name: main, image: "tensorflow/tensorflow:2.16.1-gpu"}, {name: main, image: "nginx:1.27"}]

    Right:
        containers: [{name: main, image: "tensorflow/tensorflow:2.16.1-gpu"}, {name: web, image: "nginx:1.27"}]
    """
    taken: set[str] = set()
    for key in ("containers", "initContainers", "ephemeralContainers"):  # the later of the two is reported, in the server's order
        for index, container in enumerate(pod_spec.get(key) or ()):
            name = container["name"]
            if name and name in taken:
                yield found(key, index, "name", name=name)
            taken.add(name)


container_name_is_not_a_dns_label = matches(
    "KQ2202",
    ("Container.name", "EphemeralContainer.name"),
    LABEL,
    message="the container name {value} is not a DNS label",
    may_be_empty=True,
    meant=as_label,
    upstream="core/validation.validateContainerCommon",
    page="""A container's name is a DNS label: no capitals, no underscores, no dots.

    Wrong:
        containers: [{name: Training_2, image: "tensorflow/tensorflow:2.16.1-gpu"}]

    Right:
        containers: [{name: training-2, image: "tensorflow/tensorflow:2.16.1-gpu"}]
    """,
)


container_without_a_name = required(
    "KQ2208",
    ("Container.name", "EphemeralContainer.name"),
    hints="set its `name`, such as main",
    upstream="core/validation.validateContainerCommon",
    page="""A container has a name.

    Wrong:
        containers: [{name: "", image: "tensorflow/tensorflow:2.16.1-gpu"}]

    Right:
        containers: [{name: main, image: "tensorflow/tensorflow:2.16.1-gpu"}]
    """,
)


pod_without_containers = required(
    "KQ2203",
    "PodSpec.containers",
    message="a pod needs at least one container",
    hints="add one: `containers: [{{name: main, image: …}}]`",
    upstream="core/validation.validateContainers",
    page="""A pod runs at least one container.

    Wrong:
        containers: []

    Right:
        containers: [{name: main, image: "tensorflow/tensorflow:2.16.1-gpu"}]
    """,
)


termination_message_policy_is_unknown = one_of(
    "KQ2212",
    "Container.terminationMessagePolicy",
    MESSAGE_POLICIES,
    may_be_empty=True,
    upstream="core/validation.validateContainerCommon",
    page="""A container's termination message is read from a file, or, where that is empty, from its log.

    Wrong:
        containers: [{name: main, terminationMessagePolicy: Log}]

    Right:
        containers: [{name: main, terminationMessagePolicy: FallbackToLogsOnError}]
    """,
)


new_pod_has_ephemeral_containers = must_be_empty(
    "KQ2213",
    "PodSpec.ephemeralContainers",
    message="a new pod must not have ephemeralContainers",
    hints="remove them, and add them to the running pod with `kubectl debug`",
    upstream="core/validation.ValidatePodCreate",
    page="""Ephemeral containers are added to a running pod; neither a new pod nor a template may have any.

    Wrong:
        containers: [{name: main}]
        ephemeralContainers: [{name: debugger, image: "busybox:1.37"}]

    Right:
        containers: [{name: main}]
    """,
)


@rule(
    "KQ2214",
    "PodSpec.initContainers",
    "the init container {name} must not have a `{field}`",
    "remove it; or write `restartPolicy: Always` if the container should run beside the others",
    reason="Forbidden",
    upstream="core/validation.validateInitContainers",
)
def init_container_has_probes_or_hooks(init_containers: list[dict[str, Any]]) -> Iterator[Spot]:
    """An init container runs to completion, so it has no probes and no lifecycle hooks; one that keeps running (a sidecar) may have them.

    Wrong:
        initContainers: [{name: fetch, readinessProbe: {exec: {command: ["true"]}}}]

    Right:
        initContainers: [{name: fetch, restartPolicy: Always, readinessProbe: {exec: {command: ["true"]}}}]
    """
    for index, container in enumerate(init_containers):
        if is_sidecar(container):
            continue
        for field in PROBES:
            if container.get(field) is not None:
                yield found(index, field, name=container["name"], field=field)
        lifecycle = container.get("lifecycle")
        only_a_signal = lifecycle and [key for key, value in lifecycle.items() if value is not None] == ["stopSignal"]
        if lifecycle is not None and not only_a_signal:  # the server drops stop signals without reading them
            yield found(index, "lifecycle", name=container["name"], field="lifecycle")
