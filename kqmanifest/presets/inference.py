"""An inference: it reads data and what trainings and other inferences wrote, and keeps its own output."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar

from pydantic.dataclasses import dataclass

from kqmanifest.diagnostics import Finding
from kqmanifest.model.values import SPEC, Flag, Many, Whole
from kqmanifest.presets.numbers import Numbered, distinct
from kqmanifest.presets.pods import expansion
from kqmanifest.presets.preset import Expansion
from kqmanifest.presets.run import Programmed, Setting, setting, sources
from kqmanifest.presets.storage import INFERENCE_ATTACHED, INFERENCE_OUTPUT, PresetMount, Storage
from kqmanifest.presets.training import data, directories, joined, read_trainings


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, config=SPEC)
class Inference(Programmed):
    """An inference with what trainings have learned. It serves no ports."""

    prefix: ClassVar = "inference"
    scripts: ClassVar = "inference"
    number: ClassVar = "INFERENCE_ID"
    keeps: ClassVar = ("/kqi/output",)

    parents: Many[Whole] = ()
    """Trainings whose output it reads: one is in ``/kqi/parent``, several are in ``/kqi/parent/{id}``."""
    inferences: Many[Whole] = ()
    """Inferences whose output it reads, in ``/kqi/inference/{id}``."""
    dataset: Whole | None = None
    """The data set that it works on."""
    local_data_set: Flag | None = None
    """Whether the data are copied to the node first: ``LOCAL_DATASET``."""
    zip: Flag | None = None
    """Whether the output is packed when it ends: ``ZIP_FILE_CREATED``."""

    def expand(self) -> Expansion:
        """Make the Job and its scripts."""
        return expansion(self)

    def mounted(self, storage: Storage) -> tuple[Sequence[PresetMount], Sequence[Finding]]:
        """Return the mounts that it needs, and what is wrong with its parents."""
        parents, found = distinct(self.parents, "parents", "parent")
        inferences, wrong = distinct(self.inferences, "inferences", "inference", self.id)
        made = [
            PresetMount(storage.mount_own("nfs-output", INFERENCE_OUTPUT, self.id, "/kqi/output"), "the inference's own output", ("id",)),
            PresetMount(
                storage.mount_own("nfs-attach", INFERENCE_ATTACHED, self.id, "/kqi/attach"), "the inference's own attachments", ("id",)
            ),
            data(storage),
            *read_trainings(storage, parents, alone=len(parents) == 1),
            *read_inferences(storage, inferences),
        ]
        return [*made, *directories("inference", "tmp", "input", "git")], [*found, *wrong]

    def settings(self) -> Mapping[str, Setting]:
        """Return the variables that it sets itself."""
        return {
            "DATASET_ID": setting(self.dataset, "dataset"),
            "INFERENCE_ID": setting(self.id, "id"),
            "PARENT_ID": joined(self.parents, "parents"),
            **sources(self.repository),
            "ZIP_FILE_CREATED": setting(self.zip, "zip"),
            "LOCAL_DATASET": setting(self.local_data_set, "localDataSet"),
        }


def read_inferences(storage: Storage, numbered: Sequence[Numbered]) -> Iterator[PresetMount]:
    """Mount the output of inferences, each under its number."""
    for number, place in numbered:
        mount = storage.mount_read_only(f"nfs-inference-{number}", INFERENCE_OUTPUT, number, f"/kqi/inference/{number}")
        yield PresetMount(mount, f"the output of inference {number}", place)
