"""What a run reserves for itself, and its user sets otherwise: each is reported at the user's own line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from kqmanifest.diagnostics import Fault, Finding, Steps
from kqmanifest.model.container import Env
from kqmanifest.model.volumes import Mount
from kqmanifest.presets.storage import PresetMount
from kqmanifest.vocabulary.paths import normalised

MOUNTED: Final = Fault("KQ1110", "{path} is already the mount path of {what}", ("give this mount another path",))
NAMED: Final = Fault(
    "KQ1111",
    "the volume name {name} is already used for {what}",
    ("give this volume another name, or remove its source to mount the same files again",),
)
RESERVED: Final = Fault(
    "KQ1112",
    "{name} is set by the {kind} itself",
    ("remove it: it comes from `{field}`", "remove it"),
)
HIDES: Final = Fault(
    "KQ1113",
    "the {kind} requests no GPUs, so {name} must be none",
    ("remove it, or request `gpus`",),
)
OWN_LABEL: Final = Fault("KQ1114", "the label {name} of the {kind} must be {value}: its Service selects the pods by it", ("remove it",))

VISIBLE: Final = "NVIDIA_VISIBLE_DEVICES"
APP: Final = "app"


def mounts(made: Sequence[PresetMount], given: Iterable[Mount]) -> Iterator[tuple[Mount, Steps] | Finding]:
    """Return the user's mounts that go beside those of the run, with their places; report those that cannot."""
    paths = {normalised(one.mount.mount_path): one for one in made}
    names = {one.mount.volume: one for one in reversed(made)}
    for index, mount in enumerate(given):
        here = ("mounts", index)
        if (own := paths.get(normalised(mount.mount_path))) is not None:
            yield MOUNTED.at((*here, "mountPath"), path=mount.mount_path, what=own.what)
        elif (
            mount.volume is not None
            and mount.source is not None
            and (own := names.get(mount.volume)) is not None
            and own.mount.source != mount.source
        ):
            yield NAMED.at((*here, "volume"), name=mount.volume, what=own.what)
        else:
            yield mount, here


def env(kind: str, reserved: Mapping[str, str | None], given: Iterable[Env], *, hidden: bool) -> Iterator[tuple[Env, Steps] | Finding]:
    """Return the user's variables that the run does not set itself, with their places; report those that cannot be set.

    ``reserved`` has for each name the field of the spec that it comes from, if there is one.
    """
    for index, one in enumerate(given):
        here = ("env", index)
        if one.name in reserved:
            yield RESERVED.at((*here, "name"), name=one.name, kind=kind, field=reserved[one.name])
        elif one.name == VISIBLE and hidden and one.value != "none":
            yield HIDES.at((*here, "name"), name=one.name, kind=kind)
        elif one.name != VISIBLE or not hidden:
            yield one, here


def labels(kind: str, name: str, given: Mapping[str, str]) -> Iterator[Finding]:
    """Report another value for the label that the run's Service selects by."""
    if given.get(APP, name) != name:
        yield OWN_LABEL.at(("labels", APP), name=APP, kind=kind, value=name)
