"""How every test runs: alike each time, without a clock, and asking nobody outside unless told to."""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, settings

import kqmanifest.cli.explain  # noqa: F401  the door's codes are explained too, once it is open

_NO_CLOCK = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # a busy machine is no fault

settings.register_profile("fixed", _NO_CLOCK, derandomize=True)
settings.register_profile("search", _NO_CLOCK, max_examples=1000)
settings.load_profile("fixed")

for said in ("LC_ALL", "LC_MESSAGES", "LANG", "NO_COLOR", "FORCE_COLOR", "CLICOLOR_FORCE", "COLUMNS"):
    os.environ.pop(said, None)  # what people here speak, and what their terminals show, is not the tests' business


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave out what asks Go or Node.js, unless ``KQMANIFEST_LIVE`` is set."""
    if os.environ.get("KQMANIFEST_LIVE"):
        return
    for item in items:
        if item.get_closest_marker("live"):
            item.add_marker(pytest.mark.skip(reason="asks Go or Node.js: set KQMANIFEST_LIVE=1"))
