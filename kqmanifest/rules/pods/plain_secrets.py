"""Secrets in plain text, and ports that are declared twice."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from kqmanifest.rules.rule import found, rule
from kqmanifest.schema.walk import Spot

_SECRET: Final = re.compile(
    r"(^|_)(PASSWORD|PASSWD|PASSPHRASE|SECRET|SECRET_KEY|TOKEN|API_?KEY|ACCESS_KEY|PRIVATE_KEY|CREDENTIALS?)$", re.IGNORECASE
)
_NO_SECRET: Final = re.compile(
    r"(^|_)((PAD|EOS|BOS|UNK|MASK|SEP|CLS|STOP|START|END|SPECIAL)_TOKEN|(PULL|TLS|CERT|CERTS|CA|SSL)_SECRET)$", re.IGNORECASE
)
"""Tokens of a language model, and names of Secrets."""
_HARMLESS: Final = re.compile(
    r"|true|false|yes|no|on|off|none|null|empty|dummy|unused|disabled|optional|required|\d{1,6}"
    r"|/.*|file:.*|<.*>|\$\(.*\)|\$\{.*\}|\{\{.*\}\}|(ref\+)?(vault|awsssm|awssecrets|gcpsecrets|op|sops|secretref):.*",
    re.IGNORECASE,
)
"""A setting, a path, a placeholder, or a reference to where the secret is kept."""


@rule(
    "KQ4041",
    "EnvVar",
    "the value of {name} looks like a secret, and is in plain text",
    "put it into a Secret and write `valueFrom: {{secretKeyRef: {{name: …, key: …}}}}`",
    needs="value",
)
def secret_in_plain_text(variable: dict[str, Any]) -> Iterator[Spot]:
    """Anybody who may read the pod can read its environment, and manifests end up in repositories and logs.

    Wrong:
        containers: [{name: minio, image: "minio/minio:1", env: [{name: MINIO_ROOT_PASSWORD, value: correct-horse}]}]

    Right:
        containers: [{name: minio, image: "minio/minio:1",
          env: [{name: MINIO_ROOT_PASSWORD, valueFrom: {secretKeyRef: {name: minio, key: password}}}]}]
    """
    value = variable.get("value")
    name = variable["name"]
    if value and _SECRET.search(name) and not _NO_SECRET.search(name) and not _HARMLESS.fullmatch(value):
        yield found("value", name=name)


@rule("KQ4042", "Container", "port {port} is declared twice", "keep one of them", needs="ports")
def port_is_repeated(container: dict[str, Any]) -> Iterator[Spot]:
    """A port is declared twice with the same protocol; the server accepts both with a warning, and a later patch may lose one.

    Wrong:
        containers: [{name: web, image: "nginx:1.27", ports: [{containerPort: 80}, {containerPort: 80, name: http}]}]

    Right:
        containers: [{name: web, image: "nginx:1.27", ports: [{containerPort: 80, name: http}]}]
    """
    taken: set[tuple[object, ...]] = set()
    for index, port in enumerate(container.get("ports") or ()):
        key = (port["containerPort"], port.get("protocol") or "TCP", port.get("hostPort"), port.get("hostIP"))
        if key in taken:
            yield found("ports", index, "containerPort", port=port["containerPort"])
        taken.add(key)
