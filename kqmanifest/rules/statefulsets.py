"""StatefulSets: how the server sees their pods before it judges them."""

from __future__ import annotations

from typing import Any

_CLAIM = "persistentVolumeClaim"


def with_its_claims_as_volumes(spec: Any) -> Any:
    """Give a StatefulSet's spec as the server judges it: a volume for each claim template, no host name of the pod's own."""
    try:
        names = [template["metadata"]["name"] for template in spec.get("volumeClaimTemplates") or ()]
        pod_spec = {key: value for key, value in spec["template"]["spec"].items() if key not in {"hostname", "subdomain"}}
        given = list(pod_spec.get("volumes") or ())
        claims = {name: {"name": name, _CLAIM: {"claimName": name}} for name in names}
        volumes = [claims.pop(volume["name"], volume) for volume in given] + list(claims.values())
    except (KeyError, TypeError, AttributeError):  # not of the shape that can be changed: the walk says so
        return spec
    if volumes:
        pod_spec["volumes"] = volumes
    return {**spec, "template": {**spec["template"], "spec": pod_spec}}
