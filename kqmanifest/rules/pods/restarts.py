"""Restarts: when a container is restarted, after it has ended or when its resources are resized."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from kqmanifest.rules.constraints import one_of, required, unique_by
from kqmanifest.rules.rule import found, rule
from kqmanifest.schema.walk import Spot
from kqmanifest.vocabulary.pods import containers, is_sidecar, restart_policy

RULED: Final = "1.35"
"""The first version in which each container can have its own restart policy and rules; 1.34 drops both without reading them."""
RESTART_POLICIES: Final = ("Always", "OnFailure", "Never")
ACTIONS: Final = ("Restart", "RestartAllContainers")
OPERATORS: Final = ("In", "NotIn")
MOST_RULES: Final = 20
MOST_EXIT_CODES: Final = 255
RESIZED: Final = ("cpu", "memory")
RESIZES: Final = ("NotRequired", "RestartContainer")


restart_policy_of_a_container_is_unknown = one_of(
    "KQ2219",
    "Container.restartPolicy",
    RESTART_POLICIES,
    since=RULED,
    upstream="core/validation.validateContainerRestartPolicy",
    page="""A container is restarted always, on failure, or never.

    Wrong:
        containers: [{name: main, restartPolicy: UnlessStopped}]

    Right:
        containers: [{name: main, restartPolicy: OnFailure}]
    """,
)


restart_rules_without_a_policy = required(
    "KQ2220",
    "Container",
    message="the container {name} has restartPolicyRules, which require a restartPolicy",
    hints="add the policy for when no rule applies, such as `restartPolicy: Never`",
    field="restartPolicy",
    when="restartPolicyRules",
    may_be_empty=True,
    shows="name",
    since=RULED,
    upstream="core/validation.validateContainerRestartPolicy",
    page="""Restart rules are exceptions to a container's own restart policy.

    Wrong:
        containers:
        - name: main
          restartPolicyRules: [{action: Restart, exitCodes: {operator: In, values: [42]}}]

    Right:
        containers:
        - name: main
          restartPolicy: Never
          restartPolicyRules: [{action: Restart, exitCodes: {operator: In, values: [42]}}]
    """,
)


restart_action_is_unknown = one_of(
    "KQ2221",
    "ContainerRestartRule.action",
    ACTIONS,
    message="unknown action {value} of a restart rule",
    hints="write Restart",
    since=RULED,
    upstream="core/validation.validateContainerRestartPolicy",
    page="""A restart rule restarts its container, or from Kubernetes 1.36 on all containers of the pod.

    Wrong:
        containers:
        - name: main
          restartPolicy: Never
          restartPolicyRules: [{action: Ignore, exitCodes: {operator: In, values: [42]}}]

    Right:
        containers:
        - name: main
          restartPolicy: Never
          restartPolicyRules: [{action: Restart, exitCodes: {operator: In, values: [42]}}]
    """,
)


@rule(
    "KQ2222",
    "ContainerRestartRule.action",
    "RestartAllContainers is supported from Kubernetes 1.36 on",
    "write Restart, which restarts this container",
    since="1.35",
    until="1.35",
    reason="NotSupported",
    upstream="core/validation.validateContainerRestartPolicy",
)
def restart_action_is_from_a_later_version(value: str) -> Iterator[Spot]:
    """In Kubernetes 1.35 a restart rule has one action: Restart.

    Wrong:
        containers:
        - name: main
          restartPolicy: Never
          restartPolicyRules: [{action: RestartAllContainers, exitCodes: {operator: In, values: [42]}}]

    Right:
        containers:
        - name: main
          restartPolicy: Never
          restartPolicyRules: [{action: Restart, exitCodes: {operator: In, values: [42]}}]
    """
    if value == "RestartAllContainers":
        yield found()


restart_rule_without_exit_codes = required(
    "KQ2223",
    "ContainerRestartRule",
    message="a restart rule needs exitCodes",
    hints="add `exitCodes: {{operator: In, values: […]}}`",
    field="exitCodes",
    since=RULED,
    upstream="core/validation.validateContainerRestartPolicy",
    page="""A restart rule applies to certain exit codes of its container.

    Wrong:
        containers: [{name: main, restartPolicy: Never, restartPolicyRules: [{action: Restart}]}]

    Right:
        containers:
        - name: main
          restartPolicy: Never
          restartPolicyRules: [{action: Restart, exitCodes: {operator: In, values: [42]}}]
    """,
)


exit_code_operator_is_unknown = one_of(
    "KQ2224",
    "ContainerRestartRuleOnExitCodes.operator",
    OPERATORS,
    since=RULED,
    upstream="core/validation.validateContainerRestartPolicy",
    page="""An exit code is compared with values: it is among them (``In``) or not (``NotIn``).

    Wrong:
        containers:
        - name: main
          restartPolicy: Never
          restartPolicyRules: [{action: Restart, exitCodes: {operator: Equals, values: [42]}}]

    Right:
        containers:
        - name: main
          restartPolicy: Never
          restartPolicyRules: [{action: Restart, exitCodes: {operator: In, values: [42]}}]
    """,
)


@rule(
    "KQ2225",
    ("Container.restartPolicyRules", "ContainerRestartRuleOnExitCodes.values"),
    "{count} entries are given, and at most {most} are allowed",
    "keep at most {most}",
    since=RULED,
    reason="TooMany",
    upstream="core/validation.validateContainerRestartPolicy",
)
def too_many_restart_rules_or_exit_codes(rules: list[Any]) -> Iterator[Spot]:
    """A container has at most 20 restart rules, and each has at most 255 exit codes, as many as there are.

    Wrong:
        containers:
        - name: main
          restartPolicy: Never
          restartPolicyRules:
          - &one {action: Restart, exitCodes: {operator: In, values: [42]}}
          - *one
          - *one
          - *one
          - *one
          - *one
          - *one
          - *one
          - *one
          - *one
          - *one
          - *one
          - *one
          - *one
          - *one
          - *one
          - *one
          - *one
          - *one
          - *one
          - *one

    Right:
        containers:
        - name: main
          restartPolicy: Never
          restartPolicyRules: [{action: Restart, exitCodes: {operator: In, values: [42]}}]
    """
    most = MOST_RULES if isinstance(rules[0] if rules else None, dict) else MOST_EXIT_CODES
    if len(rules) > most:
        yield found(count=len(rules), most=most)


@rule(
    "KQ2226",
    "PodSpec.initContainers",
    "the sidecar {name} is always restarted, and must not have restartPolicyRules",
    "remove `restartPolicyRules`",
    since="1.35",
    until="1.35",
    reason="Forbidden",
    upstream="core/validation.validateInitContainerRestartPolicy",
)
def sidecar_has_restart_rules(init_containers: list[dict[str, Any]]) -> Iterator[Spot]:
    """An init container that is always restarted does not need rules for that; Kubernetes 1.35 refuses them.

    Wrong:
        initContainers:
        - name: proxy
          restartPolicy: Always
          restartPolicyRules: [{action: Restart, exitCodes: {operator: In, values: [42]}}]

    Right:
        initContainers: [{name: proxy, restartPolicy: Always}]
    """
    for index, container in enumerate(init_containers):
        if is_sidecar(container) and container.get("restartPolicyRules"):
            yield found(index, "restartPolicyRules", name=container["name"])


@rule(
    "KQ2227",
    "PodSpec",
    "the container {name} has its own restartPolicy, which this version of Kubernetes does not support",
    "write it beside `containers`, for the whole pod",
    until="1.33",
    reason="Forbidden",
    upstream="core/validation.validateContainers",
)
def restart_policy_of_a_container_is_from_a_later_version(pod_spec: dict[str, Any]) -> Iterator[Spot]:
    """In Kubernetes 1.33 only an init container has a restart policy of its own: Always, which makes it a sidecar.

    Wrong:
        containers: [{name: main, restartPolicy: OnFailure}]

    Right:
        containers: [{name: main}]
        restartPolicy: OnFailure
    """
    for place, container in containers(pod_spec):
        value = container.get("restartPolicy")
        if value is not None and not (place[0] == "initContainers" and value == "Always"):
            yield found(*place, "restartPolicy", name=container["name"])


resized_resource_is_unknown = one_of(
    "KQ2280",
    "ContainerResizePolicy.resourceName",
    RESIZED,
    message="{value} cannot be resized in place",
    upstream="core/validation.validateResizePolicy",
    page="""Only cpu and memory can be resized in place.

    Wrong:
        containers: [{name: main, resizePolicy: [{resourceName: nvidia.com/gpu, restartPolicy: RestartContainer}]}]

    Right:
        containers: [{name: main, resizePolicy: [{resourceName: memory, restartPolicy: RestartContainer}]}]
    """,
)


resize_policy_is_repeated = unique_by(
    "KQ2281",
    "Container.resizePolicy",
    "resourceName",
    message="the resize policy of {value} is given twice",
    upstream="core/validation.validateResizePolicy",
    page="""A resource has one resize policy.

    Wrong:
        containers:
        - name: main
          resizePolicy: [{resourceName: cpu, restartPolicy: NotRequired}, {resourceName: cpu, restartPolicy: RestartContainer}]

    Right:
        containers: [{name: main, resizePolicy: [{resourceName: cpu, restartPolicy: NotRequired}]}]
    """,
)


resize_policy_is_unknown = one_of(
    "KQ2282",
    "ContainerResizePolicy.restartPolicy",
    RESIZES,
    upstream="core/validation.validateResizePolicy",
    page="""A container keeps running when it is resized (``NotRequired``), or is restarted (``RestartContainer``).

    Wrong:
        containers: [{name: main, resizePolicy: [{resourceName: cpu, restartPolicy: Never}]}]

    Right:
        containers: [{name: main, resizePolicy: [{resourceName: cpu, restartPolicy: NotRequired}]}]
    """,
)


@rule(
    "KQ2283",
    "PodSpec",
    "the container {name} would restart when its {resource} is resized, and the pod's restartPolicy is Never",
    "write `restartPolicy: NotRequired` in its `resizePolicy`",
    needs="Container.resizePolicy",
    reason="Invalid",
    upstream="core/validation.validateResizePolicy",
)
def resize_restarts_a_container_that_never_restarts(pod_spec: dict[str, Any]) -> Iterator[Spot]:
    """In a pod with ``restartPolicy: Never``, a resize must not restart a container.

    Wrong:
        restartPolicy: Never
        containers: [{name: main, resizePolicy: [{resourceName: memory, restartPolicy: RestartContainer}]}]

    Right:
        restartPolicy: Never
        containers: [{name: main, resizePolicy: [{resourceName: memory, restartPolicy: NotRequired}]}]
    """
    if restart_policy(pod_spec) == "Never":
        for place, container in containers(pod_spec):
            for number, policy in enumerate(container.get("resizePolicy") or ()):
                if policy["restartPolicy"] == "RestartContainer":
                    yield found(*place, "resizePolicy", number, "restartPolicy", name=container["name"], resource=policy["resourceName"])


@rule(
    "KQ2284",
    "PodSpec.initContainers",
    "the init container {name} would restart when its {resource} is resized, which only a sidecar may",
    "write `restartPolicy: NotRequired` in its `resizePolicy`",
    since="1.36",
    reason="Invalid",
    upstream="core/validation.validateInitContainers",
)
def resize_restarts_an_init_container(init_containers: list[dict[str, Any]]) -> Iterator[Spot]:
    """An init container runs once, to completion; only a sidecar may restart when it is resized.

    Wrong:
        initContainers: [{name: fetch, resizePolicy: [{resourceName: memory, restartPolicy: RestartContainer}]}]

    Right:
        initContainers: [{name: fetch, resizePolicy: [{resourceName: memory, restartPolicy: NotRequired}]}]
    """
    for index, container in enumerate(init_containers):
        for number, policy in enumerate(() if is_sidecar(container) else container.get("resizePolicy") or ()):
            if policy["restartPolicy"] == "RestartContainer":
                yield found(index, "resizePolicy", number, "restartPolicy", name=container["name"], resource=policy["resourceName"])
