"""Pulling images: for containers, and for volumes with the files of an image."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from kqmanifest.diagnostics import Steps
from kqmanifest.rules.constraints import one_of, required
from kqmanifest.rules.rule import found, rule
from kqmanifest.schema.walk import Spot
from kqmanifest.vocabulary.pods import containers

PULL_POLICIES: Final = ("Always", "IfNotPresent", "Never")
BLANKS: Final = "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
"""What Go takes for white space."""


container_without_an_image = required(
    "KQ2209",
    "Container",
    message="the container {name} has no image",
    hints="set its `image`, such as tensorflow/tensorflow:2.16.1-gpu",
    field="image",
    shows="name",
    upstream="core/validation.validateContainerCommon",
    page="""A container runs an image.

    Wrong:
        containers: [{name: training, image: ""}]

    Right:
        containers: [{name: training, image: "tensorflow/tensorflow:2.16.1-gpu"}]
    """,
)


@rule(
    "KQ2210",
    "Pod",
    "the image {image} must not have leading or trailing white space",
    "remove the white space",
    reason="Invalid",
    upstream="core/validation.validateContainerOnlyForPod",
)
def image_has_leading_or_trailing_white_space(pod: dict[str, Any]) -> Iterator[Spot]:
    """The image of a container in a pod has no leading or trailing white space.

    In the template of a workload the API server accepts it, and refuses each pod that is created from the template.

    Wrong:
        containers: [{name: training, image: "tensorflow/tensorflow:2.16.1-gpu "}]

    Right:
        containers: [{name: training, image: "tensorflow/tensorflow:2.16.1-gpu"}]
    """
    for place, container in containers(pod.get("spec") or {}):
        image = container.get("image") or ""
        if image != image.strip(BLANKS):
            yield found("spec", *place, "image", image=image)


pull_policy_is_unknown = one_of(
    "KQ2211",
    "Container.imagePullPolicy",
    PULL_POLICIES,
    may_be_empty=True,
    upstream="core/validation.validatePullPolicy",
    page="""An image is pulled always, where it is not present, or never.

    Wrong:
        containers: [{name: training, image: "tensorflow/tensorflow:2.16.1-gpu", imagePullPolicy: ifNotPresent}]

    Right:
        containers: [{name: training, image: "tensorflow/tensorflow:2.16.1-gpu", imagePullPolicy: IfNotPresent}]
    """,
)


pull_policy_of_a_volume_is_unknown = one_of(
    "KQ2070",
    "ImageVolumeSource.pullPolicy",
    PULL_POLICIES,
    may_be_empty=True,
    since="1.35",
    upstream="core/validation.validatePullPolicy",
    page="""The image of a volume is pulled always, where it is not present, or never.

    Kubernetes 1.34 and earlier drop such volumes without reading them.

    Wrong:
        volumes: [{name: model, image: {reference: "example.com/model:1", pullPolicy: Sometimes}}]

    Right:
        volumes: [{name: model, image: {reference: "example.com/model:1", pullPolicy: IfNotPresent}}]
    """,
)


@rule(
    "KQ2068",
    "Pod",
    "the image volume {name} has no reference",
    "set its `reference`, such as example.com/model:1",
    since="1.35",
    reason="Required",
    upstream="core/validation.validateImageVolumeSource",
)
def image_volume_without_an_image(pod: dict[str, Any]) -> Iterator[Spot]:
    """A volume with the files of an image has a reference to it.

    Wrong:
        volumes: [{name: model, image: {pullPolicy: IfNotPresent}}]

    Right:
        volumes: [{name: model, image: {reference: "example.com/model:1"}}]
    """
    for place, name in _volumes_without_a_reference(pod):
        yield found(*place, name=name)


@rule(
    "KQ2069",
    "PodTemplateSpec",
    "the image volume {name} has no reference",
    "set its `reference`, such as example.com/model:1",
    since="1.37",
    reason="Required",
    upstream="core/validation.validateImageVolumeSource",
)
def image_volume_of_a_template_without_an_image(template: dict[str, Any]) -> Iterator[Spot]:
    """From Kubernetes 1.37 on, a volume with the files of an image has a reference to it in the template of a workload, too.

    Wrong:
        apiVersion: batch/v1
        kind: Job
        metadata: {name: training-2}
        spec:
          template:
            spec:
              restartPolicy: Never
              containers: [{name: main, image: "example.com/training:1"}]
              volumes: [{name: model, image: {pullPolicy: IfNotPresent}}]

    Right:
        apiVersion: batch/v1
        kind: Job
        metadata: {name: training-2}
        spec:
          template:
            spec:
              restartPolicy: Never
              containers: [{name: main, image: "example.com/training:1"}]
              volumes: [{name: model, image: {reference: "example.com/model:1"}}]
    """
    for place, name in _volumes_without_a_reference(template):
        yield found(*place, name=name)


def _volumes_without_a_reference(owner: dict[str, Any]) -> Iterator[tuple[Steps, str]]:
    for index, volume in enumerate((owner.get("spec") or {}).get("volumes") or ()):
        image = volume.get("image")
        if image is not None and not image.get("reference"):
            yield ("spec", "volumes", index, "image", "reference"), volume["name"]
