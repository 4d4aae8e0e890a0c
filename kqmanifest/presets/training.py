"""A training: it reads data and the output of its parents, and keeps its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar

from pydantic.dataclasses import dataclass

from kqmanifest.diagnostics import Finding
from kqmanifest.model.values import SPEC, Flag, Many, Whole
from kqmanifest.presets.numbers import Numbered, distinct, is_counted
from kqmanifest.presets.pods import expansion
from kqmanifest.presets.preset import Expansion
from kqmanifest.presets.run import Programmed, Setting, setting, sources
from kqmanifest.presets.storage import DATA, TRAINING_ATTACHED, TRAINING_OUTPUT, PresetMount, Storage, mount_scratch


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, config=SPEC)
class Training(Programmed):
    """A training. Its output stays in ``/kqi/output``; what its parents wrote is in ``/kqi/parent``."""

    prefix: ClassVar = "training"
    scripts: ClassVar = "training"
    number: ClassVar = "TRAINING_ID"
    keeps: ClassVar = ("/kqi/output",)

    parents: Many[Whole] = ()
    """Trainings whose output it reads: one is in ``/kqi/parent``, several are in ``/kqi/parent/{id}``."""
    dataset: Whole | None = None
    """The data set that it works on."""
    local_data_set: Flag | None = None
    """Whether the data are copied to the node first: ``LOCAL_DATASET``."""
    zip: Flag | None = None
    """Whether the output is packed when it ends: ``ZIP_FILE_CREATED``."""
    ports: Many[Whole] = ()
    """Ports that it serves, on every node of the cluster."""

    @property
    def service_ports(self) -> tuple[Sequence[Numbered], Sequence[Finding]]:
        """The ports that it serves, and what is wrong with the requested ones."""
        return distinct_ports(self.ports)

    def expand(self) -> Expansion:
        """Make the Job, its scripts, and a Service where it has ports."""
        return expansion(self)

    def mounted(self, storage: Storage) -> tuple[Sequence[PresetMount], Sequence[Finding]]:
        """Return the mounts that it needs, and what is wrong with its parents."""
        parents, found = distinct(self.parents, "parents", "parent", self.id)
        made = [
            PresetMount(storage.mount_own("nfs-output", TRAINING_OUTPUT, self.id, "/kqi/output"), "the training's own output", ("id",)),
            PresetMount(
                storage.mount_own("nfs-attach", TRAINING_ATTACHED, self.id, "/kqi/attach"), "the training's own attachments", ("id",)
            ),
            data(storage),
            *read_trainings(storage, parents, alone=len(parents) == 1),
        ]
        return [*made, *directories("training", "tmp", "input", "git")], found

    def settings(self) -> Mapping[str, Setting]:
        """Return the variables that it sets itself."""
        return {
            "DATASET_ID": setting(self.dataset, "dataset"),
            "TRAINING_ID": setting(self.id, "id"),
            "PARENT_ID": joined(self.parents, "parents"),
            **sources(self.repository),
            "ZIP_FILE_CREATED": setting(self.zip, "zip"),
            "LOCAL_DATASET": setting(self.local_data_set, "localDataSet"),
        }


def data(storage: Storage) -> PresetMount:
    """Mount the tenant's data."""
    return PresetMount(storage.mount_read_only("nfs-data", DATA, None, "/kqi/raw"), "the tenant's data", ())


def read_trainings(storage: Storage, numbered: Sequence[Numbered], *, alone: bool) -> Iterator[PresetMount]:
    """Mount the output of trainings: a single one may be ``alone``, without its number."""
    for number, place in numbered:
        name, path = ("nfs-parent", "/kqi/parent") if alone else (f"nfs-parent-{number}", f"/kqi/parent/{number}")
        yield PresetMount(storage.mount_read_only(name, TRAINING_OUTPUT, number, path), f"the output of training {number}", place)


def directories(kind: str, *names: str) -> Iterator[PresetMount]:
    """Mount directories that are empty at first."""
    for name in names:
        yield PresetMount(mount_scratch(name), f"the {kind}'s own directory for {name}", ())


def joined(numbers: Sequence[int], field: str) -> Setting:
    """Write ids with commas between them."""
    return setting(",".join(str(number) for number in numbers if is_counted(number)) or None, field)


def distinct_ports(ports: Sequence[int]) -> tuple[list[Numbered], list[Finding]]:
    """Return the ports of a list, each once; the rules report which numbers are not ports."""
    return distinct(ports, "ports", "port", signed=True)
