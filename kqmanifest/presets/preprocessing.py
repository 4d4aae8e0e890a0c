"""A preprocessing: it makes other data of data, and attaches what it has to say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from pydantic.dataclasses import dataclass

from kqmanifest.diagnostics import Finding
from kqmanifest.model.values import SPEC, Many, Text, Whole
from kqmanifest.presets.pods import expansion
from kqmanifest.presets.preset import Expansion
from kqmanifest.presets.run import Programmed, Setting, setting, sources
from kqmanifest.presets.storage import PREPROCESSING_ATTACHED, PresetMount, Storage
from kqmanifest.presets.training import directories


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, config=SPEC)
class Preprocessing(Programmed):
    """A step that makes data for trainings. What it writes to ``/kqi/attach`` stays."""

    prefix: ClassVar = "preproc"
    scripts: ClassVar = "preproc"
    number: ClassVar = "PREPROCESSING_ID"
    keeps: ClassVar = ("/kqi/attach",)

    data: Whole
    """The number of the data that it works on: ``DATA_ID``."""
    data_name: Text | None = None
    """Their name: ``DATA_NAME``."""
    tags: Many[Text] = ()
    """Tags of the data that it makes: ``TAGS``, with commas between them."""

    def expand(self) -> Expansion:
        """Make the Job and its scripts."""
        return expansion(self)

    def mounted(self, storage: Storage) -> tuple[Sequence[PresetMount], Sequence[Finding]]:
        """Return the mounts that it needs."""
        attached = storage.mount_own("nfs-preproc-attach", PREPROCESSING_ATTACHED, self.id, "/kqi/attach")
        made = PresetMount(attached, "the preprocessing's own attachments", ("id",))
        return [made, *directories("preprocessing", "tmp", "input", "git", "output")], ()

    def settings(self) -> Mapping[str, Setting]:
        """Return the variables that it sets itself."""
        return {
            "DATA_ID": setting(self.data, "data"),
            "DATA_NAME": setting(self.data_name, "dataName"),
            "PREPROCESSING_ID": setting(self.id, "id"),
            "TAGS": setting(",".join(self.tags) if self.tags else None, "tags"),
            **sources(self.repository),
        }
