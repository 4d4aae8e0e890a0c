"""What Kubernetes calls the fault that each rule of pod security finds, and what it answered of a recorded pod."""

from __future__ import annotations

from typing import Any

from kqmanifest.schema.published import minor

REASONS = {
    "KQ5001": "host namespaces",
    "KQ5002": "privileged",
    "KQ5003": "non-default capabilities",
    "KQ5004": "hostPath volumes",
    "KQ5005": "hostPort",
    "KQ5006": "forbidden AppArmor profile",
    "KQ5007": "forbidden AppArmor profile",
    "KQ5008": "seLinuxOptions",
    "KQ5009": "seLinuxOptions",
    "KQ5010": "seLinuxOptions",
    "KQ5011": "procMount",
    "KQ5012": "seccompProfile",
    "KQ5013": "seccompProfile",
    "KQ5014": "forbidden sysctls",
    "KQ5015": "forbidden sysctls",
    "KQ5016": "forbidden sysctls",
    "KQ5017": "forbidden sysctls",
    "KQ5018": "hostProcess",
    "KQ5019": "probe or lifecycle host",
    "KQ5020": "forbidden sysctls",
    "KQ5050": "allowPrivilegeEscalation != false",
    "KQ5051": "unrestricted capabilities",
    "KQ5052": "unrestricted capabilities",
    "KQ5053": "runAsNonRoot != true",
    "KQ5054": "runAsNonRoot != true",
    "KQ5055": "runAsUser=0",
    "KQ5056": "seccompProfile",
    "KQ5057": "seccompProfile",
    "KQ5058": "procMount",
    "KQ5059": "restricted volume types",
}
"""What Kubernetes calls the fault that a rule finds."""


def answer(record: dict[str, Any], level: str, version: str) -> set[str]:
    """Give why the standard of a level and version forbids a recorded pod."""
    answers = record["answers"][level]
    last = max((one for one in answers if minor(one) <= minor(version)), key=minor)
    return {reason.removesuffix("s") if "AppArmor" in reason else reason for reason in answers[last]}
