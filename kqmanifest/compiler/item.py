"""One spec or object as it was given, and how a place in it is found in the text that its user wrote."""

from __future__ import annotations

import dataclasses
import functools
from typing import TYPE_CHECKING, Any

from kqmanifest.diagnostics import Diagnostic, Finding, Pointer, Steps
from kqmanifest.read import Document
from kqmanifest.specs.written import Written

if TYPE_CHECKING:  # a manifest is checked without them
    from kqmanifest.model.pod import KindModel
    from kqmanifest.presets.preset import Preset


@dataclasses.dataclass(frozen=True)
class Item:
    """One spec or object as it was given: its value as plain data, its place in the document, and the document."""

    value: Any = dataclasses.field(repr=False)
    steps: Steps = dataclasses.field(repr=False)
    number: int
    document: Document | None
    strays: tuple[str, ...] = ()
    """The keys of a List that no List has."""
    is_marked: bool = False
    """Whether it holds, somewhere, what JSON cannot."""
    kind: type[KindModel] | None = None
    """The model that it was given as."""
    model: Preset | None = dataclasses.field(default=None, repr=False)
    """A preset that holds what only Python can say: it is built as it was given."""
    fault: Finding | None = None
    """Why none of it could be taken."""

    @functools.cached_property
    def written(self) -> Written:
        """Return the document that has its places as its user wrote them."""
        return Written(self.value)

    def located(self, finding: Finding, *, key: bool) -> Diagnostic:
        """Say a finding in words, at its place in the whole document: that of its key or of its value, in the text where there is one."""
        whole = finding.below(self.steps)
        if self.document is None:
            return whole.diagnostic(document=self.number)
        line, column = self.document.place(Pointer.of(whole.steps), key=key) or (None, None)
        return whole.diagnostic(document=self.number, source=self.document.source, line=line, column=column)
