"""The spec form of a value: what its user would have written in JSON."""

from __future__ import annotations

from typing import Any

from kqmanifest.diagnostics import ManifestError
from kqmanifest.specs.intake import Intake, TooMuchError
from kqmanifest.specs.manifests import not_json


def to_spec(value: Any) -> Any:
    """Return a value, a list of values or a part of one in the form of a spec; reading that gives the value again.

    Raises:
        ManifestError: it holds something that JSON cannot, or contains itself.
    """
    intake = Intake()
    try:
        form = intake.take(value)
    except TooMuchError as error:
        raise ManifestError([error.finding]) from None
    if intake.marks:
        raise ManifestError(not_json(form))
    return form
