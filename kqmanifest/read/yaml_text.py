"""YAML becomes documents: split as kubectl splits, scanned by PyYAML, and composed here as Go's reader does."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from kqmanifest.diagnostics import Fault
from kqmanifest.read.composer import ESCAPE, Composed, Composer, StopError
from kqmanifest.read.document import Document, Origin
from kqmanifest.read.json_text import Reading, is_whole
from kqmanifest.read.places import MOST_FAULTS, Found, Spot
from kqmanifest.read.yaml_faults import NOT_YAML, behind_end, explain, locate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kqmanifest.diagnostics import Diagnostic
    from kqmanifest.read.places import Text

SEPARATOR: Final = Fault(
    "KQ0060",
    "--- begins a new document, and nothing else may stand in its line",
    ("begin the document on the next line",),
)
_SEPARATOR: Final = re.compile("^---(.*)$", re.MULTILINE)
_SURROGATE: Final = re.compile(r"\\(?:u|U0000)[dD][89a-fA-F][0-9a-fA-F]{2}")
_NO_CHARACTER: Final = re.compile(r"\\U(?!000|0010)[0-9a-fA-F]{8}")


def read_yaml(text: Text) -> Reading:
    """Read YAML documents; one at fault hides no other."""
    documents: list[Document] = []
    told: list[Diagnostic] = []
    broken: list[int] = []
    number = 0
    for start, end, misplaced in _parts(text.content):
        if misplaced is not None:
            told.append(text.tell(Found(SEPARATOR, misplaced, (), {}), number))
        if len(told) >= MOST_FAULTS:
            break
        composed, broken_at = _compose(text, start + text.content.startswith("\ufeff", start), end)
        told.extend(text.tell(found, number) for found in composed.found)
        if broken_at is not None:
            broken.append(broken_at)
        if composed.found or composed.value is not None:
            documents.append(Document(composed.value, number, text.source, Origin(text, root=composed.root)))
            number += 1
    return Reading(documents, told, broken[0] if broken else None)


def _parts(content: str) -> Iterator[tuple[int, int, int | None]]:
    """Split at every line that begins with ``---``, even in the midst of a text, as kubectl does.

    The separator is left out, but where nothing stands before it. Each part comes with the place of what
    stands beside the separator behind it and cannot stand there.
    """
    start = 0
    for found in _SEPARATOR.finditer(content):
        beside = found[1].strip()
        misplaced = found.end() - len(found[1].lstrip()) if beside and not beside.startswith("#") else None
        if found.start() > start or misplaced is not None:
            yield start, found.start(), misplaced
            start = found.end() + 1
    yield start, len(content), None


def _compose(text: Text, start: int, end: int) -> tuple[Composed, int | None]:
    """Compose the one document that stands there, and tell where it stopped being YAML, if it did."""
    # Who reads JSON does not pay for PyYAML.
    import yaml  # noqa: PLC0415  # only where YAML is read: JSON needs none of it

    # The last line may lack its end, and kubectl adds it.
    part = text.content[start:end]
    part = part if part.endswith("\n") else f"{part}\n"
    composer = Composer(text, start)
    try:
        events = yaml.parse(part, Loader=getattr(yaml, "CLoader", yaml.Loader))
        next(events)
        if isinstance(next(events), yaml.StreamEndEvent):
            return Composed(None, Spot(start, start, None), []), None
        composed = composer.compose(events)
        surrogate = _SURROGATE.search(part)
        if surrogate and not is_whole(composed.value):
            composer.found.append(Found(ESCAPE, start + surrogate.start(), (), {"escape": surrogate[0]}))
        following = next(events, None)
        if following is not None and following.start_mark is not None and not isinstance(following, yaml.StreamEndEvent):
            composer.found.append(behind_end(text, start + following.start_mark.index))
    except StopError:
        return Composed(None, Spot(start, start, None), composer.found), None
    except yaml.MarkedYAMLError as error:
        trouble = locate(text, (start, end), error, composer)
        found = explain(trouble)
        broken_at = trouble.at
    except (yaml.YAMLError, ValueError, OverflowError):
        # PyYAML's own reader lets Python's errors through for an escape that is no character.
        escape = _NO_CHARACTER.search(part)
        found = Found(ESCAPE, start + escape.start(), (), {"escape": escape[0]}) if escape else Found(NOT_YAML, start, (), {})
        broken_at = found.at
    else:
        return composed, None
    composer.found.append(found)
    return Composed(None, Spot(start, start, None), composer.found), broken_at
