"""Resource claims: the devices that a pod claims by name, and the containers that use them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kqmanifest.rules.constraints import at_least_one_of, matches, not_together, required, unique_by
from kqmanifest.rules.forms import LABEL, SUBDOMAIN
from kqmanifest.rules.rule import found, rule
from kqmanifest.schema.walk import Spot
from kqmanifest.vocabulary.names import is_label
from kqmanifest.vocabulary.pods import containers
from kqmanifest.vocabulary.spelling import MOST_TOLD, Words

_MIRROR = "kubernetes.io/config.mirror"
_CLAIM_SOURCES = ("resourceClaimName", "resourceClaimTemplateName")


pod_claim_without_a_name = required(
    "KQ2312",
    "PodResourceClaim.name",
    message="a resource claim of the pod needs a name",
    hints="set its `name`, by which containers use it",
    upstream="core/validation.validatePodResourceClaim",
    page="""A pod's resource claim has a name, by which its containers use it.

    Wrong:
        resourceClaims: [{name: "", resourceClaimTemplateName: single-gpu}]

    Right:
        resourceClaims: [{name: gpu, resourceClaimTemplateName: single-gpu}]
    """,
)


pod_claim_name_is_not_a_dns_label = matches(
    "KQ2313",
    "PodResourceClaim.name",
    LABEL,
    message="the resource claim name {value} is not a DNS label",
    may_be_empty=True,
    upstream="core/validation.validatePodResourceClaim",
    page="""The name of a pod's resource claim is a DNS label: no capitals, no underscores, no dots.

    Wrong:
        resourceClaims: [{name: single_gpu, resourceClaimTemplateName: single-gpu}]

    Right:
        resourceClaims: [{name: single-gpu, resourceClaimTemplateName: single-gpu}]
    """,
)


pod_claim_name_is_taken = unique_by(
    "KQ2314",
    "PodSpec.resourceClaims",
    "name",
    message="the name {value} is already taken by another resource claim of the pod",
    hints="give each claim a different name",
    at_key=True,
    may_be_empty=True,
    upstream="core/validation.validatePodResourceClaim",
    page="""Two resource claims of a pod have the same name, so a container could mean either.

    Wrong:
        resourceClaims: [{name: gpu, resourceClaimName: first-gpu}, {name: gpu, resourceClaimName: second-gpu}]

    Right:
        resourceClaims: [{name: first, resourceClaimName: first-gpu}, {name: second, resourceClaimName: second-gpu}]
    """,
)


pod_claim_has_two_sources = not_together(
    "KQ2315",
    "PodResourceClaim",
    _CLAIM_SOURCES,
    message="the resource claim {name} has both resourceClaimName {resourceClaimName} "
    "and resourceClaimTemplateName {resourceClaimTemplateName}",
    hints="keep either `resourceClaimName` or `resourceClaimTemplateName`",
    shows=("name", *_CLAIM_SOURCES),
    needs="resourceClaimName",
    upstream="core/validation.validatePodResourceClaim",
    page="""A pod's resource claim is either one that exists or one created for the pod from a template.

    Wrong:
        resourceClaims: [{name: gpu, resourceClaimName: my-gpu, resourceClaimTemplateName: single-gpu}]

    Right:
        resourceClaims: [{name: gpu, resourceClaimTemplateName: single-gpu}]
    """,
)


pod_claim_has_no_source = at_least_one_of(
    "KQ2316",
    "PodResourceClaim",
    _CLAIM_SOURCES,
    message="the resource claim {name} needs a resourceClaimName or a resourceClaimTemplateName",
    hints="add `resourceClaimTemplateName`, from which a claim is created for this pod, or `resourceClaimName`",
    shows="name",
    reason="Invalid",
    upstream="core/validation.validatePodResourceClaim",
    page="""A pod's resource claim is either one that exists or one created for the pod from a template.

    Wrong:
        resourceClaims: [{name: gpu}]

    Right:
        resourceClaims: [{name: gpu, resourceClaimTemplateName: single-gpu}]
    """,
)


claimed_name_is_not_a_dns_subdomain = matches(
    "KQ2317",
    ("PodResourceClaim.resourceClaimName", "PodResourceClaim.resourceClaimTemplateName"),
    SUBDOMAIN,
    upstream="core/validation.validatePodResourceClaim",
    page="""Resource claims and their templates are named like DNS subdomains: no capitals, no underscores.

    Wrong:
        resourceClaims: [{name: gpu, resourceClaimTemplateName: Single_GPU}]

    Right:
        resourceClaims: [{name: gpu, resourceClaimTemplateName: single-gpu}]
    """,
)


@rule(
    "KQ2318",
    "ResourceRequirements",
    "a claim of a container needs a name",
    "write the name of one of the pod's `resourceClaims`",
    needs="claims",
    reason="Required",
    upstream="core/validation.validateResourceClaimNames",
)
def claim_without_a_name(requirements: dict[str, Any]) -> Iterator[Spot]:
    """A container uses a resource claim of its pod by its name.

    Wrong:
        containers: [{name: main, resources: {claims: [{name: ""}]}}]
        resourceClaims: [{name: gpu, resourceClaimTemplateName: single-gpu}]

    Right:
        containers: [{name: main, resources: {claims: [{name: gpu}]}}]
        resourceClaims: [{name: gpu, resourceClaimTemplateName: single-gpu}]
    """
    for index, claim in enumerate(requirements.get("claims") or ()):
        if not claim["name"]:
            yield found("claims", index)


@rule(
    "KQ2319",
    "ResourceRequirements",
    "the container already uses the resource claim {claim}",
    "keep one of the two",
    needs="claims",
    reason="Duplicate",
    upstream="core/validation.validateResourceClaimNames",
)
def claim_is_used_twice(requirements: dict[str, Any]) -> Iterator[Spot]:
    """A container uses a resource claim once: the whole claim, or each of its requests.

    Wrong:
        containers: [{name: main, resources: {claims: [{name: gpu}, {name: gpu, request: first}]}}]
        resourceClaims: [{name: gpu, resourceClaimTemplateName: two-gpus}]

    Right:
        containers: [{name: main, resources: {claims: [{name: gpu, request: first}, {name: gpu, request: second}]}}]
        resourceClaims: [{name: gpu, resourceClaimTemplateName: two-gpus}]
    """
    whole: set[str] = set()
    parts: set[tuple[str, str]] = set()
    partly: set[str] = set()
    for index, claim in enumerate(requirements.get("claims") or ()):
        name, request = claim["name"], claim.get("request") or ""
        if name and (name in whole or (name, request) in parts or (not request and name in partly)):
            yield found("claims", index, claim=f"{name} ({request})" if request and name not in whole else name)
        elif request:
            parts.add((name, request))
            partly.add(name)
        else:
            whole.add(name)


@rule(
    "KQ2320",
    "ResourceRequirements",
    "the request name {request} is not a DNS label",
    "use at most 63 lower-case letters, digits and dashes, with a letter or digit at both ends",
    needs="claims",
    reason="Invalid",
    upstream="core/validation.validateResourceClaimNames",
)
def request_name_is_not_a_dns_label(requirements: dict[str, Any]) -> Iterator[Spot]:
    """The name of a request in a resource claim is a DNS label: no capitals, no underscores, no dots.

    Wrong:
        containers: [{name: main, resources: {claims: [{name: gpu, request: First_GPU}]}}]
        resourceClaims: [{name: gpu, resourceClaimTemplateName: two-gpus}]

    Right:
        containers: [{name: main, resources: {claims: [{name: gpu, request: first-gpu}]}}]
        resourceClaims: [{name: gpu, resourceClaimTemplateName: two-gpus}]
    """
    for index, claim in enumerate(requirements.get("claims") or ()):
        if claim.get("request") and not is_label(claim["request"]):
            yield found("claims", index, "request", request=claim["request"])


@rule(
    "KQ2321",
    "PodSpec",
    "no resource claim of this pod is called {name}",
    "did you mean {near}?",
    "use one of its claims: {known}",
    "declare it: `resourceClaims: [{{name: {name}, resourceClaimTemplateName: …}}]`, beside `containers`",
    since="1.34",
    needs="ResourceRequirements.claims",
    reason="NotFound",
    upstream="core/validation.validateResourceClaimNames",
)
def claim_is_not_declared(pod_spec: dict[str, Any]) -> Iterator[Spot]:
    """A container uses a resource claim that its pod does not declare.

    Wrong:
        containers: [{name: main, resources: {claims: [{name: gpu}]}}]

    Right:
        containers: [{name: main, resources: {claims: [{name: gpu}]}}]
        resourceClaims: [{name: gpu, resourceClaimTemplateName: single-gpu}]
    """
    known = [*dict.fromkeys(claim["name"] for claim in pod_spec.get("resourceClaims") or ())]
    words, known = Words(known), known[:MOST_TOLD]
    for place, container in containers(pod_spec):
        for index, claim in enumerate((container.get("resources") or {}).get("claims") or ()):
            name = claim["name"]
            if name and name not in words:
                yield found(*place, "resources", "claims", index, name=name, near=words.nearest(name), known=known or None)


@rule(
    "KQ2322",
    "Pod",
    "a static pod must not have resourceClaims, and the annotation {key} marks this pod as one",
    "remove `resourceClaims` or the annotation",
    since="1.34",
    reason="Forbidden",
    upstream="core/validation.validatePodResourceClaim",
)
def static_pod_with_resource_claims(pod: dict[str, Any]) -> Iterator[Spot]:
    """A static pod, which the kubelet runs by itself, cannot claim devices.

    Wrong:
        apiVersion: v1
        kind: Pod
        metadata: {name: training, annotations: {kubernetes.io/config.mirror: 5d1f8d5c}}
        spec:
          nodeName: gpu-1
          containers: [{name: main, image: "example.com/training:1"}]
          resourceClaims: [{name: gpu, resourceClaimTemplateName: single-gpu}]

    Right:
        apiVersion: v1
        kind: Pod
        metadata: {name: training}
        spec:
          containers: [{name: main, image: "example.com/training:1"}]
          resourceClaims: [{name: gpu, resourceClaimTemplateName: single-gpu}]
    """
    if _MIRROR in ((pod.get("metadata") or {}).get("annotations") or {}) and pod["spec"].get("resourceClaims"):
        yield found("spec", "resourceClaims", key=_MIRROR)
