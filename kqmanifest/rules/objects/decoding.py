"""Decoding: what Go refuses to read although its shape is right: numbers beyond their bits, times, base64."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from kqmanifest.rules.rule import found, rule
from kqmanifest.schema.walk import Finding
from kqmanifest.vocabulary.encoded import decoded
from kqmanifest.vocabulary.times import is_micro_time, is_time

_INT32: Final = 2**31
_INT64: Final = 2**63
_BYTE: Final = 256


@rule("KQ2901", ("int32", "IntOrString"), "{value} is beyond 32 bits", "use a number from -2147483648 to 2147483647")
def number_is_beyond_32_bits(value: str | float) -> Iterator[Finding]:
    """Most whole numbers of Kubernetes are kept in 32 bits.

    Wrong:
        {apiVersion: batch/v1, kind: Job, metadata: {name: training}, spec: {backoffLimit: 4294967296,
          template: {spec: {restartPolicy: Never, containers: [{name: main, image: "nginx:1.27"}]}}}}

    Right:
        {apiVersion: batch/v1, kind: Job, metadata: {name: training}, spec: {backoffLimit: 6,
          template: {spec: {restartPolicy: Never, containers: [{name: main, image: "nginx:1.27"}]}}}}
    """
    if isinstance(value, int) and not -_INT32 <= value < _INT32:
        yield found(value=value)


@rule("KQ2902", "int64", "{value} is beyond 64 bits", "use a number from -9223372036854775808 to 9223372036854775807")
def number_is_beyond_64_bits(value: float) -> Iterator[Finding]:
    """User and group numbers and long spans of time are kept in 64 bits.

    Wrong:
        terminationGracePeriodSeconds: 9223372036854775808

    Right:
        terminationGracePeriodSeconds: 30
    """
    if isinstance(value, int) and not -_INT64 <= value < _INT64:
        yield found(value=value)


@rule("KQ2903", ("int32", "int64", "IntOrString"), "{value} is written with a point or an exponent", "write {whole}")
def whole_number_is_written_as_a_fraction(value: str | float) -> Iterator[Finding]:
    """A whole number in JSON has neither point nor exponent: the server does not read ``1.0`` as 1.

    In YAML they are no matter, since it becomes JSON on its way to the server.

    Wrong:
        {"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "training"}, "spec": {"backoffLimit": 6.0,
          "template": {"spec": {"restartPolicy": "Never", "containers": [{"name": "main", "image": "nginx:1.27"}]}}}}

    Right:
        {"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "training"}, "spec": {"backoffLimit": 6,
          "template": {"spec": {"restartPolicy": "Never", "containers": [{"name": "main", "image": "nginx:1.27"}]}}}}
    """
    if isinstance(value, float):
        yield found(value=value, whole=int(value))


@rule(
    "KQ2904",
    "Time",
    "{value} is not a time",
    "write date, time and zone, such as 2026-01-31T08:00:00Z, or take it out: the server notes times",
)
def time_is_unreadable(value: str) -> Iterator[Finding]:
    """A time is written as RFC 3339 says.

    Wrong:
        {apiVersion: v1, kind: ConfigMap, metadata: {name: scripts, creationTimestamp: "2026-01-31"}}

    Right:
        {apiVersion: v1, kind: ConfigMap, metadata: {name: scripts, creationTimestamp: "2026-01-31T08:00:00Z"}}
    """
    if not is_time(value):
        yield found(value=value)


@rule(
    "KQ2905",
    "MicroTime",
    "{value} is not a time to the microsecond",
    "write it with six digits of the second, such as 2026-01-31T08:00:00.000000Z",
)
def micro_time_is_unreadable(value: str) -> Iterator[Finding]:
    """Some times, of leases and events, are written to the microsecond.

    Wrong:
        {apiVersion: coordination.k8s.io/v1, kind: Lease, metadata: {name: leader}, spec: {renewTime: "2026-01-31T08:00:00Z"}}

    Right:
        {apiVersion: coordination.k8s.io/v1, kind: Lease, metadata: {name: leader}, spec: {renewTime: "2026-01-31T08:00:00.000000Z"}}
    """
    if not is_micro_time(value):
        yield found(value=value)


@rule(
    "KQ2906",
    ("Secret.data", "ConfigMap.binaryData"),
    "{key} does not hold base64",
    "write plain text under `stringData`, or encode it: base64 < FILE",
)
def data_is_no_base64(data: dict[str, Any]) -> Iterator[Finding]:
    """What stands under ``data`` of a Secret, or under ``binaryData`` of a ConfigMap, is base64, with its ``=`` at the end.

    Wrong:
        {apiVersion: v1, kind: Secret, metadata: {name: login}, data: {user: kqi-user}}

    Right:
        {apiVersion: v1, kind: Secret, metadata: {name: login}, stringData: {user: training}}
    """
    for key, value in data.items():
        if isinstance(value, str) and decoded(value) is None:
            yield found(key, key=key)


@rule(
    "KQ2907", ("Secret.data", "ConfigMap.binaryData"), "{key} holds a number that is no byte", "write base64 instead of a list of numbers"
)
def data_is_no_list_of_bytes(data: dict[str, Any]) -> Iterator[Finding]:
    """Bytes may be a list of numbers, from 0 to 255.

    Wrong:
        {apiVersion: v1, kind: ConfigMap, metadata: {name: icon}, binaryData: {icon: [137, 80, 78, 711]}}

    Right:
        {apiVersion: v1, kind: ConfigMap, metadata: {name: icon}, binaryData: {icon: iVBO}}
    """
    for key, value in data.items():
        for index, one in enumerate(value) if isinstance(value, list) else ():
            if one is not None and not (isinstance(one, int) and 0 <= one < _BYTE):
                yield found(key, index, key=key)
