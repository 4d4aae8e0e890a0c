"""Where the platform keeps the files of each run, and how a run mounts them."""

from __future__ import annotations

import dataclasses
from typing import Any, Final, NamedTuple

from kqmanifest.diagnostics import Steps
from kqmanifest.model.volumes import EmptyDir, Mount, Nfs
from kqmanifest.presets.platform import BY_PATH, BY_SUB_PATH, EACH

DATA: Final = "Data"
TRAINING_OUTPUT: Final = "TrainingContainerOutputFiles"
TRAINING_ATTACHED: Final = "TrainingContainerAttachedFiles"
INFERENCE_OUTPUT: Final = "InferenceContainerOutputFiles"
INFERENCE_ATTACHED: Final = "InferenceContainerAttachedFiles"
NOTEBOOK_OUTPUT: Final = "NotebookContainerOutputFiles"
NOTEBOOK_ATTACHED: Final = "NotebookContainerAttachedFiles"
PREPROCESSING_ATTACHED: Final = "PreprocContainerAttachedFiles"


class PresetMount(NamedTuple):
    """A mount that a preset makes, what it is, and the place in the spec that requested it."""

    mount: Mount
    what: str
    asked: Steps


@dataclasses.dataclass(slots=True)
class Storage:
    """A tenant's folder on the file server; the volumes of one pod that lead there are named here."""

    server: str
    root: str
    directory_layout: str
    volumes: str
    _named: dict[Any, str] = dataclasses.field(default_factory=dict)

    def mount_own(self, name: str, folder: str, number: int, path: str) -> Mount:
        """Mount a run's own directory. By subPath the kubelet makes it; by path it has to be there."""
        return self._mount(name, folder, number, path, by_sub_path=self.directory_layout != BY_PATH, read_only=None)

    def mount_read_only(self, name: str, folder: str, number: int | None, path: str) -> Mount:
        """Mount what another run has written, or the tenant's data, read-only.

        Unless the platform wants it otherwise, by path: a mistyped number then fails, where a subPath would be made, and empty.
        """
        return self._mount(name, folder, number, path, by_sub_path=self.directory_layout == BY_SUB_PATH, read_only=True)

    def _mount(self, name: str, folder: str, number: int | None, path: str, *, by_sub_path: bool, read_only: bool | None) -> Mount:
        below = "" if number is None or by_sub_path else f"/{number}"
        source = Nfs(server=self.server, path=f"{self.root}/{folder}{below}")
        sub_path = str(number) if number is not None and by_sub_path else None
        volume = name if self.volumes == EACH else self._named.setdefault(source, name)
        return Mount(path, source, volume=volume, sub_path=sub_path, read_only=read_only)


def mount_scratch(name: str) -> Mount:
    """Mount a directory that is empty at first and lost at the end, for all containers."""
    return Mount(f"/kqi/{name}/", EmptyDir(), volume=name)
