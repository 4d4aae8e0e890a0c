"""A notebook: somebody works in it with the data, and with what trainings and inferences wrote."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar, Final

from pydantic.dataclasses import dataclass

from kqmanifest.diagnostics import Finding
from kqmanifest.model.values import SPEC, Flag, Many, Text, Whole
from kqmanifest.presets.inference import read_inferences
from kqmanifest.presets.numbers import Numbered, distinct
from kqmanifest.presets.pods import expansion
from kqmanifest.presets.preset import Expansion
from kqmanifest.presets.run import Repository, Run, Setting, setting, sources, tokens_of
from kqmanifest.presets.storage import NOTEBOOK_ATTACHED, NOTEBOOK_OUTPUT, PresetMount, Storage
from kqmanifest.presets.training import data, directories, joined, read_trainings

PORT: Final = 8888
_JUPYTER: Final = f"jupyter lab --ip=0.0.0.0 --port={PORT} --no-browser --allow-root --notebook-dir=/kqi"


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, config=SPEC)
class Notebook(Run):
    """A notebook, served on port 8888. What is written to ``/kqi/output`` stays."""

    prefix: ClassVar = "notebook"
    scripts: ClassVar = "notebook"
    number: ClassVar = "NOTEBOOK_ID"
    keeps: ClassVar = ("/kqi/output",)
    node_labels: ClassVar[Mapping[str, str]] = {"kqi.notebook": "true"}

    entry_point: Text = _JUPYTER
    """What it runs: lines of bash that serve port 8888."""
    repository: Repository | None = None
    """The sources that it works with."""
    parents: Many[Whole] = ()
    """Trainings whose output it reads, in ``/kqi/parent/{id}``."""
    inferences: Many[Whole] = ()
    """Inferences whose output it reads, in ``/kqi/inference/{id}``."""
    dataset: Whole | None = None
    """The data set that it works on."""
    local_data_set: Flag | None = None
    """Whether the data are copied to the node first: ``LOCAL_DATASET``."""
    expires_in: Whole | None = None
    """Seconds that it may run: ``EXPIRES_IN``."""
    jupyter_lab_version: Text | None = None
    """The version that is served: ``JUPYTERLAB_VERSION``."""

    @property
    def service_ports(self) -> tuple[Sequence[Numbered], Sequence[Finding]]:
        """The port that it serves."""
        return [(PORT, ())], ()

    @property
    def token_names(self) -> Sequence[str]:
        """The variables whose values are tokens."""
        return tokens_of(self.repository)

    def command(self) -> str:
        """Return the shell's lines that it runs."""
        return self.entry_point

    def expand(self) -> Expansion:
        """Make the Job, its scripts and its Service."""
        return expansion(self)

    def mounted(self, storage: Storage) -> tuple[Sequence[PresetMount], Sequence[Finding]]:
        """Return the mounts that it needs, and what is wrong with its parents."""
        parents, found = distinct(self.parents, "parents", "parent")
        inferences, wrong = distinct(self.inferences, "inferences", "inference")
        made = [
            PresetMount(storage.mount_own("nfs-output", NOTEBOOK_OUTPUT, self.id, "/kqi/output"), "the notebook's own output", ("id",)),
            PresetMount(
                storage.mount_own("nfs-attach", NOTEBOOK_ATTACHED, self.id, "/kqi/attach"), "the notebook's own attachments", ("id",)
            ),
            data(storage),
            *read_trainings(storage, parents, alone=False),
            *read_inferences(storage, inferences),
        ]
        return [*made, *directories("notebook", "tmp", "input", "git", "parent", "inference")], [*found, *wrong]

    def settings(self) -> Mapping[str, Setting]:
        """Return the variables that it sets itself."""
        return {
            "DATASET_ID": setting(self.dataset, "dataset"),
            "NOTEBOOK_ID": setting(self.id, "id"),
            "PARENT_ID": joined(self.parents, "parents"),
            **sources(self.repository),
            "LOCAL_DATASET": setting(self.local_data_set, "localDataSet"),
            "EXPIRES_IN": setting(self.expires_in, "expiresIn"),
            "JUPYTERLAB_VERSION": setting(self.jupyter_lab_version, "jupyterLabVersion"),
        }
