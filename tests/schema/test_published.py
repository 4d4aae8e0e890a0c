"""The bundled versions of Kubernetes, and how a version is asked for."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from kqmanifest.diagnostics import ManifestError
from kqmanifest.schema.published import KNOWN, minor, published, since, target, versions


def codes(text: str) -> list[str]:
    with pytest.raises(ManifestError) as caught:
        versions(text)
    return [one.code for one in caught.value.diagnostics]


def test_versions_are_known_oldest_first_and_none_is_left_out() -> None:
    first, last = minor(KNOWN[0])[1], minor(KNOWN[-1])[1]
    assert list(KNOWN) == [f"1.{number}" for number in range(first, last + 1)]


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("1.36", ("1.36",)),
        ("v1.36", ("1.36",)),
        ("1.36.2", ("1.36",)),
        ("v1.36.12", ("1.36",)),
        ("1.35..1.37", ("1.35", "1.36", "1.37")),
        ("v1.33.1..1.34", ("1.33", "1.34")),
        ("1.36..1.36", ("1.36",)),
    ],
)
def test_a_version_or_a_range_is_read(text: str, meant: tuple[str, ...]) -> None:
    assert versions(text) == meant


@pytest.mark.parametrize(
    "text", ["", "latest", "1", "1.", "1.36.", "1.36-rc.1", "..", "1.35..", "1.33..1.34..1.35", "\uff11.36", "1.36\n2", "9" * 5000]
)
def test_what_is_no_version_is_told(text: str) -> None:
    assert codes(text) == ["KQ1091"]


@pytest.mark.parametrize("text", ["1.32", "1.99", "2.36", "1.32.1", "1.3"])
def test_an_unknown_version_is_told_with_the_known_ones(text: str) -> None:
    with pytest.raises(ManifestError) as caught:
        versions(text)
    (told,) = caught.value.diagnostics
    assert told.code == "KQ1090"
    assert all(version in told.message for version in KNOWN)


def test_both_ends_of_a_range_are_told() -> None:
    assert codes("1.1..1.99") == ["KQ1090", "KQ1090"]


def test_a_reversed_range_is_told() -> None:
    assert codes("1.37..1.35") == ["KQ1092"]


@pytest.mark.parametrize("version", KNOWN)
def test_every_reference_can_be_followed(version: str) -> None:
    types = published(version).definitions
    waiting: list[object] = list(types.values())
    while waiting:
        schema = waiting.pop()
        if isinstance(schema, dict):
            assert target(schema) is None or target(schema) in types
            waiting.extend(schema.get("properties", {}).values())
            waiting.extend(schema[key] for key in ("items", "additionalProperties") if key in schema)


@pytest.mark.parametrize("version", KNOWN)
def test_every_kind_has_its_type(version: str) -> None:
    schema = published(version)
    assert set(schema.kinds.values()) <= set(schema.definitions)
    assert schema.version == version


def test_a_kind_is_found_by_its_api_version() -> None:
    schema = published("1.36")
    assert schema.type_of("v1", "Pod") == "core.v1.Pod"
    assert schema.type_of("apps/v1", "Deployment") == "apps.v1.Deployment"
    assert schema.type_of("extensions/v1beta1", "Deployment") is None
    assert schema.type_of(1, None) is None


def test_a_version_is_read_once_whichever_thread_asks() -> None:
    with ThreadPoolExecutor(8) as pool:
        assert len({id(one) for one in pool.map(published, ["1.33"] * 64)}) == 1


def test_the_known_versions_say_from_when_on_a_field_exists() -> None:
    assert since("core.v1.VolumeMount", "mountPath") == (KNOWN[0], KNOWN[-1])
    assert since("core.v1.VolumeMount", "bindMountOptions") == ("1.37", KNOWN[-1])
    assert since("core.v1.VolumeMount", "nothing") is None
    assert since("no.such.Type", "name") is None
