"""A stream of documents: each is compiled when it comes and let go; what other objects may need to know of its own is kept."""

from __future__ import annotations

import bisect
from array import array
from collections.abc import Callable, Iterator
from typing import Any, Final, NamedTuple

from kqmanifest.compiler.compilation import (
    NO_OBJECTS,
    compile_items,
    place_reference,
    settings_of,
    without_repetition,
    wrongly_ignored,
)
from kqmanifest.compiler.items import Items
from kqmanifest.compiler.judgement import LocatedFinding, check_references
from kqmanifest.compiler.manifest import Compilation
from kqmanifest.compiler.options import Options, Settings
from kqmanifest.diagnostics import Diagnostic, ManifestError
from kqmanifest.limits import told_in_part
from kqmanifest.read import Document
from kqmanifest.vocabulary.objects import unread
from kqmanifest.vocabulary.outlines import outline

_MOST_ALIKE: Final = 1000
"""How many outlines are remembered, so that objects that have the same share it."""


class Reference(NamedTuple):
    """What was found in a document beside others, and its rank among all that was."""

    rank: int
    diagnostic: Diagnostic


class DocumentStream:
    """Compiles documents one after another, and at the end judges what all their objects are to each other."""

    def __init__(self, options: Options) -> None:
        """Judge what is asked; what is wrong with it is then the only thing that is found."""
        self._found: list[Diagnostic] = []
        self._settings: Settings | None = None
        self._outlines: list[dict[str, Any]] = []
        self._ends = array("q")
        """After each document, how many objects there are."""
        self._alike: dict[str, Any] = {}
        self._is_full = False
        try:
            self._settings = settings_of(options)
        except ManifestError as error:
            self._found += error.diagnostics
        else:
            self._found += wrongly_ignored(self._settings)
            self._items = Items(self._settings.limits)

    def compile(self, document: Document) -> Compilation:
        """Compile a document, and find everything that is wrong with it alone."""
        run = Compilation()
        if self._settings is None or self._is_full:
            return run
        try:
            items = self._items.listed(document)
        except ManifestError as error:
            run.found += error.diagnostics
            self._is_full = True
            return run
        self._is_full = not compile_items(items, self._settings, run, self._settings.limits.objects - len(self._outlines))
        self._outlines += [self._outline(one.tree) if one.right else unread(one.tree) for one in run.compiled]
        self._ends.append(len(self._outlines))
        if run.found:
            run.found = told_in_part(without_repetition(run.found), self._settings.limits)
        return run

    def references(self, again: Callable[[int], Document]) -> Iterator[Reference]:
        """Judge all objects together, and place what is found: document by document, each of which is requested again by its number.

        One that is not what it was is named, and no place in it.
        """
        settings = self._settings
        if settings is None:
            return
        found: dict[int, list[tuple[int, int, LocatedFinding]]] = {}
        for rank, (number, located) in enumerate(check_references(self._outlines, settings.versions[-1], settings.site)):
            index = bisect.bisect_right(self._ends, number)
            first = self._ends[index - 1] if index else 0
            found.setdefault(index, []).append((rank, number - first, located))
        for index in sorted(found):
            document = again(index)
            run = Compilation()
            compile_items(Items(settings.limits).of(document), settings, run, settings.limits.objects)
            for rank, number, located in found[index]:
                if number < len(run.compiled):
                    yield from (Reference(rank, one) for one in place_reference(run.compiled[number], located, settings))
                else:
                    one = located.finding.moved(()).diagnostic(document=document.number, source=document.source)
                    yield Reference(rank, one)

    def told_first(self) -> list[Diagnostic]:
        """Return what concerns no document, once all were compiled: what is wrong with the options, and that nothing was in any of them."""
        holds_nothing = self._settings is not None and not self._items.count and not self._items.has_list
        return [*([NO_OBJECTS.at(()).diagnostic()] if holds_nothing else ()), *self._found]

    def _outline(self, tree: dict[str, Any]) -> dict[str, Any]:
        """Return what others need to know of an object: with a site that judges what objects refer to, that is all of it."""
        site = self._settings.site if self._settings else None
        if site is not None and site.allow is not None:
            return tree
        kept = outline(tree)
        own = {key: value for key, value in kept.items() if key != "metadata"}
        text = repr(own)
        if text in self._alike or len(self._alike) < _MOST_ALIKE:
            kept |= self._alike.setdefault(text, own)
        return kept
