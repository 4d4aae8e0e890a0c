"""Restarts: when a container is started anew, after its end or after its resources have changed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from kqmanifest.rules.rule import found, rule
from kqmanifest.schema.walk import Finding
from kqmanifest.vocabulary.pods import containers, is_sidecar, restart_policy

RULED: Final = "1.35"
"""The versions that let each container have a restart policy and rules of its own; 1.34 drops both, unread."""
RESTART_POLICIES: Final = ("Always", "OnFailure", "Never")
ACTIONS: Final = ("Restart", "RestartAllContainers")
OPERATORS: Final = ("In", "NotIn")
MOST_RULES: Final = 20
MOST_EXIT_CODES: Final = 255
RESIZED: Final = ("cpu", "memory")
RESIZES: Final = ("NotRequired", "RestartContainer")


@rule(
    "KQ2219",
    "Container.restartPolicy",
    "{value} is no restart policy of a container",
    "write one of {known}, or take it out",
    since=RULED,
)
def restart_policy_of_a_container_is_unknown(value: str) -> Iterator[Finding]:
    """A container is restarted always, on failure, or never.

    Wrong:
        containers: [{name: main, restartPolicy: UnlessStopped}]

    Right:
        containers: [{name: main, restartPolicy: OnFailure}]
    """
    if value not in RESTART_POLICIES:
        yield found(value=value, known=RESTART_POLICIES)


@rule(
    "KQ2220",
    "Container",
    "the container {name} has restart rules and no `restartPolicy`",
    "write what holds where no rule applies, such as `restartPolicy: Never`",
    since=RULED,
    needs="restartPolicyRules",
)
def restart_rules_without_a_policy(container: dict[str, Any]) -> Iterator[Finding]:
    """Restart rules are exceptions from a container's own restart policy.

    Wrong:
        containers:
        - name: main
          restartPolicyRules: [{action: Restart, exitCodes: {operator: In, values: [42]}}]

    Right:
        containers:
        - name: main
          restartPolicy: Never
          restartPolicyRules: [{action: Restart, exitCodes: {operator: In, values: [42]}}]
    """
    if container["restartPolicyRules"] and container.get("restartPolicy") is None:
        yield found("restartPolicy", name=container["name"])


@rule("KQ2221", "ContainerRestartRule.action", "{value} is no action of a restart rule", "write Restart", since=RULED)
def restart_action_is_unknown(value: str) -> Iterator[Finding]:
    """A restart rule restarts its container, or from Kubernetes 1.36 on all containers of the pod.

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
    """
    if value not in ACTIONS:
        yield found(value=value)


@rule(
    "KQ2222",
    "ContainerRestartRule.action",
    "all containers are restarted together from Kubernetes 1.36 on",
    "write Restart, which restarts this container",
    since="1.35",
    until="1.35",
)
def restart_action_comes_too_early(value: str) -> Iterator[Finding]:
    """Kubernetes 1.35 knows one action of a restart rule: Restart.

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


@rule("KQ2223", "ContainerRestartRule", "this rule names no exit codes", "add `exitCodes: {{operator: In, values: […]}}`", since=RULED)
def restart_rule_without_exit_codes(restart_rule: dict[str, Any]) -> Iterator[Finding]:
    """A restart rule applies to some exit codes of its container.

    Wrong:
        containers: [{name: main, restartPolicy: Never, restartPolicyRules: [{action: Restart}]}]

    Right:
        containers:
        - name: main
          restartPolicy: Never
          restartPolicyRules: [{action: Restart, exitCodes: {operator: In, values: [42]}}]
    """
    if restart_rule.get("exitCodes") is None:
        yield found("exitCodes")


@rule("KQ2224", "ContainerRestartRuleOnExitCodes.operator", "{value} is no operator here", "write In or NotIn", since=RULED)
def exit_code_operator_is_unknown(value: str) -> Iterator[Finding]:
    """An exit code is among some values or not.

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
    """
    if value not in OPERATORS:
        yield found(value=value)


@rule(
    "KQ2225",
    ("Container.restartPolicyRules", "ContainerRestartRuleOnExitCodes.values"),
    "{count} are more than can stand here: {most}",
    "keep at most {most}",
    since=RULED,
)
def restart_rules_are_too_many(rules: list[Any]) -> Iterator[Finding]:
    """A container has at most 20 restart rules, and each at most 255 exit codes: there are no more.

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
    "the sidecar {name} has restart rules, and is always restarted",
    "take the rules out",
    since="1.35",
    until="1.35",
)
def sidecar_has_restart_rules(init_containers: list[dict[str, Any]]) -> Iterator[Finding]:
    """An init container that is always restarted needs no rules for it; Kubernetes 1.35 refuses them.

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
    "the container {name} has a restart policy of its own",
    "write it beside `containers`, for the whole pod",
    until="1.33",
)
def restart_policy_of_a_container_comes_too_early(pod_spec: dict[str, Any]) -> Iterator[Finding]:
    """In Kubernetes 1.33 only init containers have a restart policy: Always, which makes a sidecar of them.

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


@rule("KQ2280", "ContainerResizePolicy.resourceName", "{resource} cannot be resized in place", "write cpu or memory")
def resized_resource_is_unknown(resource: str) -> Iterator[Finding]:
    """CPUs and memory are resized in place, and nothing else is.

    Wrong:
        containers: [{name: main, resizePolicy: [{resourceName: nvidia.com/gpu, restartPolicy: RestartContainer}]}]

    Right:
        containers: [{name: main, resizePolicy: [{resourceName: memory, restartPolicy: RestartContainer}]}]
    """
    if resource not in RESIZED:
        yield found(resource=resource)


@rule("KQ2281", "Container.resizePolicy", "{resource} has a resize policy already", "keep one of them")
def resized_resource_is_taken(policies: list[dict[str, Any]]) -> Iterator[Finding]:
    """A resource has one resize policy.

    Wrong:
        containers:
        - name: main
          resizePolicy: [{resourceName: cpu, restartPolicy: NotRequired}, {resourceName: cpu, restartPolicy: RestartContainer}]

    Right:
        containers: [{name: main, resizePolicy: [{resourceName: cpu, restartPolicy: NotRequired}]}]
    """
    taken: set[str] = set()
    for index, policy in enumerate(policies):
        if policy["resourceName"] in taken:
            yield found(index, resource=policy["resourceName"])
        taken.add(policy["resourceName"])


@rule("KQ2282", "ContainerResizePolicy.restartPolicy", "{value} is no way to resize", "write NotRequired or RestartContainer")
def resize_policy_is_unknown(value: str) -> Iterator[Finding]:
    """A container that is resized goes on running or is restarted.

    Wrong:
        containers: [{name: main, resizePolicy: [{resourceName: cpu, restartPolicy: Never}]}]

    Right:
        containers: [{name: main, resizePolicy: [{resourceName: cpu, restartPolicy: NotRequired}]}]
    """
    if value not in RESIZES:
        yield found(value=value)


@rule(
    "KQ2283",
    "PodSpec",
    "the container {name} is restarted where its {resource} is resized, and its pod never restarts",
    "write `restartPolicy: NotRequired` in its `resizePolicy`",
    needs="Container.resizePolicy",
)
def resize_restarts_what_never_restarts(pod_spec: dict[str, Any]) -> Iterator[Finding]:
    """In a pod that never restarts, resizing restarts nothing.

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
    "the init container {name} is restarted where its {resource} is resized",
    "write `restartPolicy: NotRequired` in its `resizePolicy`",
    since="1.36",
)
def resize_restarts_an_init_container(init_containers: list[dict[str, Any]]) -> Iterator[Finding]:
    """An init container runs once, to its end; only a sidecar is restarted where it is resized.

    Wrong:
        initContainers: [{name: fetch, resizePolicy: [{resourceName: memory, restartPolicy: RestartContainer}]}]

    Right:
        initContainers: [{name: fetch, resizePolicy: [{resourceName: memory, restartPolicy: NotRequired}]}]
    """
    for index, container in enumerate(init_containers):
        for number, policy in enumerate(() if is_sidecar(container) else container.get("resizePolicy") or ()):
            if policy["restartPolicy"] == "RestartContainer":
                yield found(index, "resizePolicy", number, "restartPolicy", name=container["name"], resource=policy["resourceName"])
