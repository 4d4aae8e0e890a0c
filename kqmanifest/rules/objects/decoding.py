"""Decoding: values of the right shape that Go cannot read: numbers with too many bits, times, base64."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from kqmanifest.rules.constraints import matches
from kqmanifest.rules.forms import Form
from kqmanifest.rules.rule import found, rule
from kqmanifest.schema.walk import Spot
from kqmanifest.vocabulary.encoded import decoded
from kqmanifest.vocabulary.times import is_micro_time, is_time

_INT32: Final = 2**31
_INT64: Final = 2**63
_BYTE: Final = 256


@rule(
    "KQ2901",
    ("int32", "IntOrString"),
    "{field} does not fit into 32 bits: {value}",
    "use a number from -2147483648 to 2147483647",
    reason="TypeInvalid",
    upstream="sigs.k8s.io/json.UnmarshalCaseSensitivePreserveInts",
)
def number_does_not_fit_into_32_bits(value: str | float) -> Iterator[Spot]:
    """Most whole numbers of Kubernetes have 32 bits.

    Wrong:
        {apiVersion: batch/v1, kind: Job, metadata: {name: training}, spec: {backoffLimit: 4294967296,
          template: {spec: {restartPolicy: Never, containers: [{name: main, image: "nginx:1.27"}]}}}}

    Right:
        {apiVersion: batch/v1, kind: Job, metadata: {name: training}, spec: {backoffLimit: 6,
          template: {spec: {restartPolicy: Never, containers: [{name: main, image: "nginx:1.27"}]}}}}
    """
    if isinstance(value, int) and not -_INT32 <= value < _INT32:
        yield found(value=value)


@rule(
    "KQ2902",
    "int64",
    "{field} does not fit into 64 bits: {value}",
    "use a number from -9223372036854775808 to 9223372036854775807",
    reason="TypeInvalid",
    upstream="sigs.k8s.io/json.UnmarshalCaseSensitivePreserveInts",
)
def number_does_not_fit_into_64_bits(value: float) -> Iterator[Spot]:
    """The ids of users and groups, and long durations, have 64 bits.

    Wrong:
        terminationGracePeriodSeconds: 9223372036854775808

    Right:
        terminationGracePeriodSeconds: 30
    """
    if isinstance(value, int) and not -_INT64 <= value < _INT64:
        yield found(value=value)


@rule(
    "KQ2903",
    ("int32", "int64", "IntOrString"),
    "{field} is written with a decimal point or an exponent: {value}",
    "write {whole}",
    reason="TypeInvalid",
    upstream="sigs.k8s.io/json.UnmarshalCaseSensitivePreserveInts",
)
def whole_number_is_written_as_a_fraction(value: str | float) -> Iterator[Spot]:
    """A whole number in JSON has no decimal point and no exponent: the server does not read ``1.0`` as 1.

    In YAML both are allowed, since it is converted to JSON on its way to the server.

    Wrong:
        {"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "training"}, "spec": {"backoffLimit": 6.0,
          "template": {"spec": {"restartPolicy": "Never", "containers": [{"name": "main", "image": "nginx:1.27"}]}}}}

    Right:
        {"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "training"}, "spec": {"backoffLimit": 6,
          "template": {"spec": {"restartPolicy": "Never", "containers": [{"name": "main", "image": "nginx:1.27"}]}}}}
    """
    if isinstance(value, float):
        yield found(value=value, whole=int(value))


time_is_not_readable = matches(
    "KQ2904",
    "Time",
    Form(
        is_time,
        "{field} {value} is not a time",
        "write date, time and time zone, such as 2026-01-31T08:00:00Z, or remove it: the server sets times",
    ),
    reason="TypeInvalid",
    upstream="apimachinery/apis/meta/v1.Time.UnmarshalJSON",
    page="""Times are written as in RFC 3339.

    Wrong:
        {apiVersion: v1, kind: ConfigMap, metadata: {name: scripts, creationTimestamp: "2026-01-31"}}

    Right:
        {apiVersion: v1, kind: ConfigMap, metadata: {name: scripts, creationTimestamp: "2026-01-31T08:00:00Z"}}
    """,
)


micro_time_is_not_readable = matches(
    "KQ2905",
    "MicroTime",
    Form(
        is_micro_time,
        "{field} {value} is not a time in microseconds",
        "write six digits after the decimal point of the second, such as 2026-01-31T08:00:00.000000Z",
    ),
    reason="TypeInvalid",
    upstream="apimachinery/apis/meta/v1.MicroTime.UnmarshalJSON",
    page="""Some times, such as those of Leases and Events, have microseconds.

    Wrong:
        {apiVersion: coordination.k8s.io/v1, kind: Lease, metadata: {name: leader}, spec: {renewTime: "2026-01-31T08:00:00Z"}}

    Right:
        {apiVersion: coordination.k8s.io/v1, kind: Lease, metadata: {name: leader}, spec: {renewTime: "2026-01-31T08:00:00.000000Z"}}
    """,
)


@rule(
    "KQ2906",
    ("Secret.data", "ConfigMap.binaryData"),
    "the value of {key} is not base64",
    "write plain text under `stringData` of a Secret or `data` of a ConfigMap, or encode it: base64 < FILE",
    reason="TypeInvalid",
    upstream="sigs.k8s.io/json.UnmarshalCaseSensitivePreserveInts",
)
def data_is_not_base64(data: dict[str, Any]) -> Iterator[Spot]:
    """The values under ``data`` of a Secret, or ``binaryData`` of a ConfigMap, are base64, including the ``=`` at the end.

    Wrong:
        {apiVersion: v1, kind: Secret, metadata: {name: login}, data: {user: kqi-user}}

    Right:
        {apiVersion: v1, kind: Secret, metadata: {name: login}, stringData: {user: training}}
    """
    for key, value in data.items():
        if isinstance(value, str) and decoded(value) is None:
            yield found(key, key=key)


@rule(
    "KQ2907",
    ("Secret.data", "ConfigMap.binaryData"),
    "the value of {key} has a number that is not a byte",
    "write base64 instead of a list of numbers",
    reason="TypeInvalid",
    upstream="sigs.k8s.io/json.UnmarshalCaseSensitivePreserveInts",
)
def data_has_a_number_that_is_not_a_byte(data: dict[str, Any]) -> Iterator[Spot]:
    """Bytes may also be a list of numbers from 0 to 255.

    Wrong:
        {apiVersion: v1, kind: ConfigMap, metadata: {name: icon}, binaryData: {icon: [137, 80, 78, 711]}}

    Right:
        {apiVersion: v1, kind: ConfigMap, metadata: {name: icon}, binaryData: {icon: iVBO}}
    """
    for key, value in data.items():
        for index, byte in enumerate(value) if isinstance(value, list) else ():
            if byte is not None and not (isinstance(byte, int) and 0 <= byte < _BYTE):
                yield found(key, index, key=key)
