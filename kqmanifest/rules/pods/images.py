"""Images: names that are not image names, and tags that may come to mean another image."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from kqmanifest.rules.constraints import matches
from kqmanifest.rules.forms import Form
from kqmanifest.rules.rule import found, rule
from kqmanifest.schema.walk import Spot
from kqmanifest.vocabulary.images import is_image, is_pinned

_PAGE: Final = re.compile(r"(?:https?|docker)://(?:(?:www\.)?hub\.docker\.com/(?:r|_|layers)/)?")
"""What the address of an image's web page begins with, and the image's own name does not."""
_FROZEN: Final = "k8s.gcr.io/"
_IMAGES: Final = ("Container.image", "EphemeralContainer.image")


@rule(
    "KQ3040",
    _IMAGES,
    "{image} is not an image name that a registry can have",
    "write `image: {meant}`",
    "write lower-case names with slashes between them, then a colon and a tag: registry.example.com/team/training:1.2",
)
def image_name_is_not_valid(image: str) -> Iterator[Spot]:
    """The server accepts any string as an image; one that is not an image name ends in ``InvalidImageName`` on the node.

    Wrong:
        containers: [{name: training, image: "TensorFlow/TensorFlow:2.16.1-gpu", resources: {limits: {nvidia.com/gpu: 0}}}]

    Right:
        containers: [{name: training, image: "tensorflow/tensorflow:2.16.1"}]
    """
    if image and not is_image(image):
        bare = _PAGE.sub("", image.strip())
        name, colon, tag = bare.partition(":") if "/" not in bare.partition(":")[2] else (bare, "", "")
        meant = next((near for near in (bare, name.lower() + colon + tag) if near != image and is_image(near)), None)
        yield found(image=image, meant=meant)


image_without_a_version = matches(
    "KQ4040",
    _IMAGES,
    Form(
        is_pinned, "{value} names no version, and may change under the same name", "name the version: a tag other than latest, or a digest"
    ),
    may_be_empty=True,
    page="""Without a tag, or with ``latest``, a run cannot be repeated, and two nodes may run two different images.

    Wrong:
        containers: [{name: training, image: tensorflow/tensorflow}]

    Right:
        containers: [{name: training, image: "tensorflow/tensorflow:2.16.1"}]
    """,
)


@rule(
    "KQ4045",
    _IMAGES,
    "the registry k8s.gcr.io has been frozen since 2023",
    "write `image: {meant}`",
)
def image_of_a_frozen_registry(image: str) -> Iterator[Spot]:
    """The images of Kubernetes moved to registry.k8s.io; the old registry gets no new images, and may be shut down.

    Wrong:
        containers: [{name: pause, image: "k8s.gcr.io/pause:3.9"}]

    Right:
        containers: [{name: pause, image: "registry.k8s.io/pause:3.9"}]
    """
    if image.startswith(_FROZEN):
        yield found(meant=f"registry.k8s.io/{image.removeprefix(_FROZEN)}")
