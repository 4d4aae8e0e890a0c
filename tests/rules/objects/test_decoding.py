"""What Go refuses to read: numbers beyond their bits, numbers with a point, times, base64."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pods import REFUSALS

from kqmanifest import check
from kqmanifest.vocabulary.encoded import decoded, is_json_object
from kqmanifest.vocabulary.times import is_micro_time, is_time


def refused(manifest: dict[str, Any]) -> set[tuple[str, str]]:
    """Give the code and the place of each refusal."""
    return {(one.code, str(one.path)) for one in check(manifest) if one.code.startswith(REFUSALS)}


def job(spec: dict[str, Any], pod: dict[str, Any] | None = None) -> dict[str, Any]:
    """Make a Job of these fields."""
    pod = {"restartPolicy": "Never", "containers": [{"name": "main", "image": "nginx:1.27"}], **(pod or {})}
    return {"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "a"}, "spec": {**spec, "template": {"spec": pod}}}


def probed(port: Any) -> dict[str, Any]:
    """Make a Pod whose container is probed at a port."""
    container = {"name": "main", "image": "nginx:1.27", "livenessProbe": {"tcpSocket": {"port": port}}}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"}, "spec": {"containers": [container]}}


@pytest.mark.parametrize("value", [2**31, 2**63, -(2**31) - 1, 10**400])
def test_most_numbers_have_32_bits(value: int) -> None:
    assert refused(job({"backoffLimit": value})) >= {("KQ2901", "/spec/backoffLimit")}
    assert refused(probed(value)) >= {("KQ2901", "/spec/containers/0/livenessProbe/tcpSocket/port")}


@pytest.mark.parametrize("value", [2**63, -(2**63) - 1, 10**400])
def test_some_numbers_have_64_bits(value: int) -> None:
    assert refused(job({}, {"terminationGracePeriodSeconds": value})) >= {("KQ2902", "/spec/template/spec/terminationGracePeriodSeconds")}


def test_the_widest_numbers_are_taken() -> None:
    assert not refused(job({"backoffLimit": 2**31 - 1}))
    assert not refused(job({}, {"terminationGracePeriodSeconds": 2**63 - 1}))


@pytest.mark.parametrize("text", ["1.0", "1e0", "-0.0", "1E2"])
def test_a_whole_number_has_no_point(text: str) -> None:
    value = json.loads(text)
    assert ("KQ2903", "/spec/backoffLimit") in refused(job({"backoffLimit": value}))
    assert ("KQ2903", "/spec/activeDeadlineSeconds") in refused(job({"activeDeadlineSeconds": value}))
    assert ("KQ2903", "/spec/containers/0/livenessProbe/tcpSocket/port") in refused(probed(value))


def config_map(**metadata: Any) -> dict[str, Any]:
    """Make a ConfigMap with this metadata."""
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a", **metadata}}


@pytest.mark.parametrize(
    "text",
    [
        "2026-01-31T08:00:00Z",
        "2026-01-31T8:00:00Z",
        "2026-01-31T08:00:00.123456789012Z",
        "2026-01-31T08:00:00,5Z",
        "2026-01-31T23:59:59+24:60",
        "2026-01-31T08:00:00-00:00",
        "2024-02-29T08:00:00Z",
        "0000-02-29T08:00:00Z",
    ],
)
def test_a_time_is_read_as_go_reads_it(text: str) -> None:
    assert is_time(text)
    assert not refused(config_map(creationTimestamp=text))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026-01-31",
        "2026-01-31 08:00:00Z",
        "2026-01-31t08:00:00z",
        "2026-01-31T08:00:00",
        "2026-01-31T08:00Z",
        "2026-01-31T08:00:00.Z",
        "2026-01-31T24:00:00Z",
        "2026-01-31T08:60:00Z",
        "2026-01-31T08:00:60Z",
        "2026-13-31T08:00:00Z",
        "2026-00-31T08:00:00Z",
        "2026-01-00T08:00:00Z",
        "2026-02-29T08:00:00Z",
        "1900-02-29T08:00:00Z",
        "2026-1-31T08:00:00Z",
        "12026-01-31T08:00:00Z",
        "2026-01-31T08:00:00+0100",
        "2026-01-31T08:00:00+01",
        "2026-01-31T08:00:00+25:00",
        "2026-01-31T08:00:00+01:61",
        "\uff12026-01-31T08:00:00Z",
        "2026-01-31T08:00:00Z\n",
    ],
)
def test_what_is_no_time_is_told(text: str) -> None:
    assert refused(config_map(creationTimestamp=text)) == {("KQ2904", "/metadata/creationTimestamp")}


@given(st.datetimes(timezones=st.just(UTC) | st.builds(lambda minutes: timezone(timedelta(minutes=minutes)), st.integers(-1439, 1439))))
def test_every_time_of_ours_is_a_time(time: datetime) -> None:
    assert is_time(f"{time.year:04}{time.isoformat()[4:]}")
    assert is_micro_time(f"{time.year:04}{time.isoformat(timespec='microseconds')[4:]}")


@given(st.text("0123456789-:.,TZ+", max_size=30))
def test_any_text_is_a_time_or_none(text: str) -> None:
    assert is_time(text) or not is_micro_time(text)


@pytest.mark.parametrize(
    ("text", "read"), [("08:00:00.123456Z", True), ("08:00:00,123456Z", True), ("08:00:00Z", False), ("08:00:00.5Z", False), ("x", False)]
)
def test_a_micro_time_has_six_digits(text: str, *, read: bool) -> None:
    lease = {
        "apiVersion": "coordination.k8s.io/v1",
        "kind": "Lease",
        "metadata": {"name": "a"},
        "spec": {"renewTime": f"2026-01-31T{text}"},
    }
    assert refused(lease) == (set() if read else {("KQ2905", "/spec/renewTime")})


@pytest.mark.parametrize("text", ["", "QQ==", "QUI=", "QUJD", "QR==", "+/8=", "QQ==\n", "\r\nQ\nQ=\r=", "\n"])
def test_base64_is_read_as_go_reads_it(text: str) -> None:
    assert decoded(text) is not None
    assert not refused({**config_map(), "binaryData": {"k": text}})


@pytest.mark.parametrize("text", ["QQ", "QQ=", "Q", "Q Q==", "QQ==QQ==", "====", "=", "-_8=", "ä", "QUJ", "QQ==\t"])
def test_what_is_no_base64_is_told(text: str) -> None:
    assert refused({**config_map(), "binaryData": {"k": text}}) == {("KQ2906", "/binaryData/k")}
    secret = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "a"}, "data": {"ok": "QQ==", "a/b": text}}
    assert ("KQ2906", "/data/a~1b") in refused(secret)


@given(st.binary(max_size=40))
def test_bytes_come_back(content: bytes) -> None:
    import base64  # noqa: PLC0415  the standard library is the judge here, and nowhere else in this file

    assert decoded(base64.encodebytes(content).decode()) == content


@pytest.mark.parametrize(("value", "told"), [([0, 255, None], []), ([256], [0]), ([1, -1, 2, 256], [1, 3]), ([1.0], [0]), (None, [])])
def test_bytes_may_be_a_list_of_numbers(value: Any, told: list[int]) -> None:
    secret = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "a"}, "data": {"k": value}}
    assert refused(secret) == {("KQ2907", f"/data/k/{index}") for index in told}


def test_a_secrets_value_is_never_repeated() -> None:
    secret = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "a"}, "data": {"k": "my-password"}}
    assert all("my-password" not in f"{one.message} {one.hint} {one.values}" for one in check(secret))


@pytest.mark.parametrize("text", ["{}", "null", ' {"a": 1} ', '{"a": 1, "a": 2}', '{"a": -1e308}', '{"a": "\\ud800"}', '{"a": "\udcff"}'])
def test_an_object_of_json_is_read_as_go_reads_it(text: str) -> None:
    assert is_json_object(text.encode(errors="surrogateescape"))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "1",
        '"a"',
        "{}x",
        '{"a": NaN}',
        '{"a": 1e999}',
        '{"a": ' + "1" * 400 + "}",
        '{"a": "\t"}',
        "\ufeff{}",
        "{'a': 1}",
        "[" * 99999,
    ],
)
def test_what_is_no_object_of_json_is_not_read(text: str) -> None:
    assert not is_json_object(text.encode())
