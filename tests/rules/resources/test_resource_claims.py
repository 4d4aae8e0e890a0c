"""Resource claims of pods, and the containers that use them."""

from __future__ import annotations

from typing import Any

import pytest
from pods import container, refused, refused_as_template

GPU = {"name": "gpu", "resourceClaimTemplateName": "single-gpu"}


@pytest.mark.parametrize(
    ("claims", "found"),
    [
        ([GPU], set()),
        ([{"name": "gpu", "resourceClaimName": "a.b", "resourceClaimTemplateName": None}], set()),
        ([{**GPU, "name": ""}], {("KQ2312", "/resourceClaims/0/name")}),
        ([{**GPU, "name": "a.b"}], {("KQ2313", "/resourceClaims/0/name")}),
        ([GPU, GPU, GPU], {("KQ2314", "/resourceClaims/1/name"), ("KQ2314", "/resourceClaims/2/name")}),
        ([{**GPU, "resourceClaimName": ""}], {("KQ2315", "/resourceClaims/0"), ("KQ2317", "/resourceClaims/0/resourceClaimName")}),
        ([{"name": "gpu"}], {("KQ2316", "/resourceClaims/0")}),
        ([{"name": "gpu", "resourceClaimTemplateName": "A"}], {("KQ2317", "/resourceClaims/0/resourceClaimTemplateName")}),
    ],
)
def test_claims_of_a_pod(claims: list[dict[str, Any]], found: set[tuple[str, str]]) -> None:
    assert refused({"resourceClaims": claims}) == refused_as_template({"resourceClaims": claims}) == found


@pytest.mark.parametrize(
    ("claims", "found"),
    [
        ([{"name": "gpu"}], set()),
        ([{"name": "gpu", "request": "a"}, {"name": "gpu", "request": "b"}], set()),
        ([{"name": ""}], {("KQ2318", 0)}),
        ([{"name": "gpu"}, {"name": "gpu"}], {("KQ2319", 1)}),
        ([{"name": "gpu"}, {"name": "gpu", "request": "a"}], {("KQ2319", 1)}),
        ([{"name": "gpu", "request": "a"}, {"name": "gpu"}], {("KQ2319", 1)}),
        ([{"name": "gpu", "request": "a"}, {"name": "gpu", "request": "a"}], {("KQ2319", 1)}),
        ([{"name": "gpu", "request": "A"}], {("KQ2320", "0/request")}),
        ([{"name": "gpus"}], {("KQ2321", 0)}),
    ],
)
def test_claims_of_a_container(claims: list[dict[str, Any]], found: set[tuple[str, int | str]]) -> None:
    pod_spec = {**container(resources={"claims": claims}), "resourceClaims": [GPU]}
    assert refused(pod_spec) == {(code, f"/containers/0/resources/claims/{place}") for code, place in found}


def test_undeclared_claims_were_accepted_before_1_34() -> None:
    assert refused(container(resources={"claims": [{"name": "gpu"}]}), kubernetes="1.33") == set()


def test_a_static_pod_claims_nothing() -> None:
    pod_spec = {"nodeName": "gpu-1", "resourceClaims": [GPU]}
    assert refused(pod_spec, metadata={"annotations": {"kubernetes.io/config.mirror": "5d1f8d5c"}}) == {("KQ2322", "/resourceClaims")}
