"""What is the same for all runs of a platform: set by a spec, by its site, or for the whole run, and always equal."""

from __future__ import annotations

import dataclasses
from typing import Any, Final

from pydantic.alias_generators import to_camel

from kqmanifest.diagnostics import Fault, Finding
from kqmanifest.model.platform import Platform
from kqmanifest.vocabulary.spelling import nearest

SAID_OTHERWISE: Final = Fault(
    "KQ1102",
    "the platform's {field} is set twice, to different values",
    ("remove it here: it is set once for all specs",),
)
NOT_FOR_REQUESTS: Final = Fault("KQ5149", "this site does not allow requests to set the platform's {field}", ("remove it",))
NO_SUCH_WAY: Final = Fault("KQ1103", "the platform's {field} cannot be {value}", ("did you mean {near}?", "write one of {known}"))

GUARDED, BY_PATH, BY_SUB_PATH = "guarded", "path", "subPath"
SHARED, EACH = "shared", "each"
LABELLED, ANY = "labelled", "any"
_WAYS: Final = {"directory_layout": (GUARDED, BY_PATH, BY_SUB_PATH), "volumes": (SHARED, EACH), "node_placement": (LABELLED, ANY)}


def agreed(own: Platform | None, said_once: Platform | None) -> tuple[Platform, list[Finding]]:
    """Complete a spec's own platform with the one that is set for all specs, and report where they differ."""
    if own is None:
        settled, found = said_once or Platform(), []
    else:
        once = said_once or Platform()
        both = {one.name: (getattr(own, one.name), getattr(once, one.name)) for one in dataclasses.fields(own)}
        settled = Platform(**{name: here or there if here in ({}, None) else here for name, (here, there) in both.items()})
        found = [
            SAID_OTHERWISE.at(("platform", to_camel(name)), field=to_camel(name))
            for name, (here, there) in both.items()
            if here not in ({}, None) and there not in ({}, None) and here != there
        ]
        found += [
            NOT_FOR_REQUESTS.at(("platform", to_camel(name)), field=to_camel(name))
            for name, (here, there) in both.items()
            if once.open is not None and here not in ({}, None) and there in ({}, None) and to_camel(name) not in once.open
        ]
    return settled, [*found, *_ways(settled)]


def _ways(platform: Platform) -> list[Finding]:
    """Report the values that a platform does not have."""
    said: dict[str, Any] = {name: getattr(platform, name) for name in _WAYS}
    return [
        NO_SUCH_WAY.at(("platform", to_camel(name)), value=value, field=to_camel(name), near=nearest(value, _WAYS[name]), known=_WAYS[name])
        for name, value in said.items()
        if value is not None and value not in _WAYS[name]
    ]
