"""Files are judged as a stream: each is read, judged and let go, and read again only to show what it has to do with another."""

from __future__ import annotations

import bisect
import pathlib
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Final

from kqmanifest.cli.arguments import source_name
from kqmanifest.cli.files import Given, contents, within
from kqmanifest.cli.standard import STANDARD
from kqmanifest.cli.text_report import Usage
from kqmanifest.compiler.compilation import NO_OBJECTS, without_repetition
from kqmanifest.compiler.document_stream import DocumentStream
from kqmanifest.diagnostics import Diagnostic, ManifestError
from kqmanifest.limits import TOO_BIG, Limits, told_in_part
from kqmanifest.read import Document, load

if TYPE_CHECKING:
    from kqmanifest.cli.printing import Excerpts
    from kqmanifest.compiler.manifest import Compilation
    from kqmanifest.compiler.options import Options

_NOTHING: Final = Given(b"", ())


class Inputs:
    """The files that a command was given, one after another."""

    def __init__(self, names: Iterable[str], limits: Limits) -> None:
        """Take the names of files and folders."""
        self.unopened: list[Diagnostic] = []
        """What is wrong with files that cannot be opened."""
        self.faults: list[Diagnostic] = []
        """What is wrong with files that cannot be read."""
        self.files: list[str] = []
        self._names = names
        self._limits = limits
        self._ends = array("q")
        """After each file, how many documents there are."""
        self._held: dict[int, bytes] = {}
        """What cannot be read again: standard input, pipes."""
        self._file = -1
        self.given = _NOTHING

    @property
    def count(self) -> int:
        """Return how many documents were read."""
        return self._ends[-1] if self._ends else 0

    def read(self) -> Iterator[tuple[Given, Sequence[Diagnostic]]]:
        """Read one file after another: its text with its documents, and what is wrong with it."""
        for file in (file for name in self._names for file in within(name)):
            content = file if isinstance(file, Diagnostic) else contents(file, self._limits)
            if isinstance(file, Diagnostic) or isinstance(content, Diagnostic):
                self.unopened += [one for one in (content,) if isinstance(one, Diagnostic)]
                continue
            given, faults = self._load(file, content)
            if file == STANDARD or not pathlib.Path(file).is_file():
                self._held[len(self.files)] = content
            self.files.append(file)
            self.faults += faults
            self._ends.append(self.count + len(given.documents or ()))
            yield given, faults

    def again(self, index: int) -> Document:
        """Return the document of that number once more; empty if it is gone. Its text is :attr:`given` until the next is requested."""
        file = bisect.bisect_right(self._ends, index)
        if self._file != file:
            name = self.files[file]
            content = self._held.get(file) or contents(name, self._limits)
            self._file, self.given = file, _NOTHING if isinstance(content, Diagnostic) else self._load(name, content)[0]
        number, documents = index - (self._ends[file - 1] if file else 0), self.given.documents or ()
        return documents[number] if number < len(documents) else Document(None, 0, source_name(self.files[file]))

    def _load(self, file: str, content: bytes) -> tuple[Given, Sequence[Diagnostic]]:
        try:
            return Given(content, load(content, source=source_name(file), limits=self._limits)), ()
        except ManifestError as error:
            return Given(content, ()), error.diagnostics


class Shown:
    """The lines of texts that are shown: nothing is kept, or imported, where there is nothing to show."""

    def __init__(self, *, wanted: bool) -> None:
        """Begin without any; ``wanted``: whether lines are shown at all."""
        self._wanted = wanted
        self.excerpts: Excerpts | None = None

    def keep(self, diagnostics: Sequence[Diagnostic], given: Given) -> None:
        """Keep the lines that diagnostics are about."""
        # A file that is refused for its size is not read again to show a line of it.
        if not self._wanted or not diagnostics or any(one.code == TOO_BIG.code for one in diagnostics):
            return
        if self.excerpts is None:
            from kqmanifest.cli.printing import Excerpts  # noqa: PLC0415  only where there is something to print

            self.excerpts = Excerpts()
        self.excerpts.keep(diagnostics, given)


def check_files(
    names: Iterable[str],
    options: Options,
    shown: Shown,
    *,
    is_selected: Callable[[Diagnostic], bool] = lambda _: True,
    take: Callable[[Compilation], None] = lambda _: None,
) -> list[Diagnostic]:
    """Check the documents of all files, and keep the lines of those diagnostics that are selected; ``take`` gets what each is compiled to.

    Raises:
        Usage: a file cannot be opened.
    """
    inputs, stream = Inputs(names, options.limits), DocumentStream(options)
    found: list[Diagnostic] = []
    nothing: list[Diagnostic] = []

    def select(diagnostics: Iterable[Diagnostic], given: Given) -> list[Diagnostic]:
        selected = [one for one in diagnostics if is_selected(one)]
        shown.keep(selected, given)
        return selected

    for given, faults in inputs.read():
        select(faults, given)
        for document in given.documents or ():
            run = stream.compile(document)
            found += select(run.found, given)
            take(run)
        if not given.documents and not faults and not inputs.count:
            nothing += select([NO_OBJECTS.at(()).diagnostic(source=source_name(inputs.files[-1]), line=1, column=1)], given)
    if inputs.unopened:
        raise Usage(inputs.unopened + inputs.faults, shown.excerpts)
    if not inputs.count:
        return inputs.faults or nothing
    ranked = [(rank, kept) for rank, one in stream.references(inputs.again) for kept in select([one], inputs.given)]
    found += [one for _, one in sorted(ranked, key=lambda each: each[0])]
    of_all = without_repetition([*stream.told_first(), *found])
    return [one for one in (*inputs.faults, *told_in_part(of_all, options.limits)) if is_selected(one)]
