"""A TensorBoard: it shows what one training wrote, or compares several."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar, Final

from pydantic.dataclasses import dataclass

from kqmanifest.diagnostics import Finding
from kqmanifest.model.values import SPEC, Many, Text, Whole
from kqmanifest.presets.numbers import Numbered, distinct
from kqmanifest.presets.pods import expansion
from kqmanifest.presets.preset import Expansion
from kqmanifest.presets.run import Run, Setting, setting
from kqmanifest.presets.storage import TRAINING_OUTPUT, PresetMount, Storage

PORT: Final = 6006


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, config=SPEC)
class TensorBoard(Run):
    """A TensorBoard of a training's output, read-only, served on port 6006."""

    prefix: ClassVar = "tensorboard"
    scripts: ClassVar = "tensorboard"
    number: ClassVar = "TRAINING_ID"
    node_labels: ClassVar[Mapping[str, str]] = {"kqi.tensorboard": "true"}

    tenant_id: Whole
    """The tenant's number, a part of the Job's name."""
    timestamp: Text
    """When it was requested, such as ``20180701120000``, a part of the Job's name; no clock is read here."""
    comparing: Many[Whole] = ()
    """Further trainings; each is then in ``/kqi/output/{id}``, the first too."""

    @property
    def job(self) -> str:
        """The name of its Job, and of all that belongs to it."""
        return self.name or f"{self.prefix}-{self.tenant_id:04}-{self.id}-{self.timestamp}"

    @property
    def log(self) -> str | None:
        """None of it is kept, not even its log."""
        return None

    @property
    def service_ports(self) -> tuple[Sequence[Numbered], Sequence[Finding]]:
        """The port that it serves."""
        return [(PORT, ())], ()

    def command(self) -> str:
        """Return the shell's lines that it runs."""
        return f"tensorboard --logdir=/kqi/output --host=0.0.0.0 --port={PORT}"

    def expand(self) -> Expansion:
        """Make the Job, its scripts and its Service."""
        return expansion(self)

    def mounted(self, storage: Storage) -> tuple[Sequence[PresetMount], Sequence[Finding]]:
        """Return the output of its trainings, and what is wrong with those that are compared."""
        others, found = distinct(self.comparing, "comparing", "training", self.id)
        if not others:
            made = storage.mount_read_only("nfs-output", TRAINING_OUTPUT, self.id, "/kqi/output")
            return [PresetMount(made, f"the output of training {self.id}", ("id",))], found
        compared: list[Numbered] = [(self.id, ("id",)), *others]
        return [
            PresetMount(
                storage.mount_read_only(f"nfs-output-{number}", TRAINING_OUTPUT, number, f"/kqi/output/{number}"),
                f"the output of training {number}",
                place,
            )
            for number, place in compared
        ], found

    def settings(self) -> Mapping[str, Setting]:
        """Return the variables that it sets itself."""
        return {"TRAINING_ID": setting(self.id, "id")}
