"""Resources of containers, pod-level resources, and the overhead of a pod."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pods import container, refused, refused_as_template

from kqmanifest.vocabulary.quantities import quantity
from kqmanifest.vocabulary.resources import counts_whole, fills_pages, in_thousandths, spelt, together

PLACE = "/containers/0/resources"


@pytest.mark.parametrize(
    "resources",
    [
        {},
        {"limits": None, "requests": None},
        {"limits": {"cpu": None}},
        {"limits": {"cpu": "0.0001", "memory": "1e3", "ephemeral-storage": 0}},
        {"limits": {"nvidia.com/gpu": "0.9999"}},
        {"limits": {"nvidia.com/gpu": "1e30"}},
        {"limits": {"nvidia.com/gpu": 2}, "requests": {"nvidia.com/gpu": "2"}},
        {"limits": {"kubernetes.io/batteries": "0.5"}},
        {"requests": {"kubernetes.io/batteries": "0.5"}},
        {"limits": {"hugepages-2Mi": "4Mi", "cpu": 1}},
        {"limits": {"hugepages-1.9999": "4", "cpu": 1}},
        {"limits": {"memory": "1"}, "requests": {"memory": "0.9999"}},
    ],
)
def test_what_a_container_may_request(resources: dict[str, Any]) -> None:
    assert refused(container(resources=resources)) == set()


@pytest.mark.parametrize(
    ("resources", "code", "place"),
    [
        ({"limits": {"memory": "8GB"}}, "KQ2301", "/limits/memory"),
        ({"limits": {"cpu": "-1"}}, "KQ2302", "/limits/cpu"),
        ({"limits": {"cpu": "-0.0001"}}, "KQ2302", "/limits/cpu"),
        ({"limits": {"nvidia.com/gpu": -1}}, "KQ2302", "/limits/nvidia.com~1gpu"),
        ({"limits": {"nvidia.com/gpu": 0.5}}, "KQ2303", "/limits/nvidia.com~1gpu"),
        ({"limits": {"nvidia.com/gpu": 2}, "requests": {"nvidia.com/gpu": 1}}, "KQ2304", "/requests"),
        ({"requests": {"nvidia.com/gpu": 1}, "limits": {"cpu": 1}}, "KQ2305", "/limits"),
        ({"requests": {"nvidia.com/gpu": None}}, "KQ2305", ""),
        ({"limits": {"memory": 0}, "requests": {"memory": 1}}, "KQ2306", "/requests"),
        ({"limits": {"": 1}}, "KQ2307", "/limits/"),
        ({"limits": {"nvidia.com/": 1}}, "KQ2307", "/limits/nvidia.com~1"),
        ({"requests": {"a/b/c": 1}}, "KQ2307", "/requests/a~1b~1c"),
        ({"limits": {"gpu": 1}}, "KQ2308", "/limits/gpu"),
        ({"limits": {"pods": 1}}, "KQ2308", "/limits/pods"),
        ({"limits": {"requests.cpu": 1}}, "KQ2308", "/limits/requests.cpu"),
        ({"limits": {"HugePages-2Mi": "2Mi", "cpu": 1}}, "KQ2308", "/limits/HugePages-2Mi"),
        ({"limits": {"requests.nvidia.com/gpu": 1}}, "KQ2309", "/limits/requests.nvidia.com~1gpu"),
        ({"limits": {"a." * 122 + "a/gpu": 1}}, "KQ2309", "/limits/" + "a." * 122 + "a~1gpu"),
        ({"limits": {"hugepages-2Mi": "3Mi", "cpu": 1}}, "KQ2310", "/limits/hugepages-2Mi"),
        ({"limits": {"hugepages-x": 0, "cpu": 1}}, "KQ2310", "/limits/hugepages-x"),
        ({"limits": {"hugepages-0": 0, "cpu": 1}}, "KQ2310", "/limits/hugepages-0"),
        ({"limits": {"hugepages-2Mi": "4Mi"}}, "KQ2311", ""),
    ],
)
def test_what_a_container_must_not_request(resources: dict[str, Any], code: str, place: str) -> None:
    assert refused(container(resources=resources)) == {(code, PLACE + place)}


def test_an_invalid_name_is_one_fault() -> None:
    assert refused(container(resources={"requests": {"requests.nvidia.com/gpu": 1}})) == {
        ("KQ2309", PLACE + "/requests/requests.nvidia.com~1gpu")
    }


@pytest.mark.parametrize(
    ("overhead", "found"),
    [
        ({"cpu": "250m", "memory": "120Mi"}, set()),
        ({"cpu": -1}, {("KQ2302", "/overhead/cpu")}),
        ({"nvidia.com/gpu": "1.5"}, {("KQ2303", "/overhead/nvidia.com~1gpu")}),
        ({"gpu": 1}, {("KQ2308", "/overhead/gpu")}),
        ({"hugepages-2Mi": "4Mi"}, {("KQ2331", "/overhead")}),
    ],
)
def test_overhead(overhead: dict[str, Any], found: set[tuple[str, str]]) -> None:
    assert refused({"overhead": overhead, "runtimeClassName": "kata"}) == found


def _of(*pairs: tuple[Any, Any]) -> list[dict[str, Any]]:
    """Make containers from their limits and requests for cpu; None for none."""
    return [
        {
            "name": f"c{number}",
            "resources": {
                **({} if limit is None else {"limits": {"cpu": limit}}),
                **({} if request is None else {"requests": {"cpu": request}}),
            },
        }
        for number, (limit, request) in enumerate(pairs)
    ]


def test_a_pod_requests_what_its_containers_do() -> None:
    pod_spec = {"containers": _of((None, 2), (None, 2)), "resources": {"requests": {"cpu": 3}}}
    assert refused(pod_spec) == refused_as_template(pod_spec) == {("KQ2326", "/resources/requests/cpu")}


def test_only_in_a_pod_a_limit_counts_as_a_request() -> None:
    pod_spec = {"containers": _of((2, None), (2, None)), "resources": {"requests": {"cpu": 3}}}
    assert refused(pod_spec) == {("KQ2326", "/resources/requests/cpu")}
    assert refused_as_template(pod_spec) == set()


def test_only_a_pod_requests_by_itself_what_its_containers_do() -> None:
    pod_spec = {"containers": _of((None, 2), (None, 2)), "resources": {"limits": {"cpu": 3}}}
    assert refused(pod_spec) == {("KQ2327", "/resources")}
    assert refused_as_template(pod_spec) == set()


def test_a_container_may_not_use_more_than_its_pod() -> None:
    pod_spec = {"containers": _of((2, 0)), "resources": {"limits": {"cpu": 1}}}
    assert refused(pod_spec) == refused_as_template(pod_spec) == {("KQ2328", "/resources")}


def test_init_containers_run_one_after_the_other_and_sidecars_stay() -> None:
    first = _of((None, 3), (None, 3))
    for number, one in enumerate(first):
        one["name"] = f"i{number}"
    pod_spec = {"containers": _of((None, 1)), "initContainers": first, "resources": {"requests": {"cpu": 3}}}
    assert refused(pod_spec) == set()
    first[0]["restartPolicy"] = "Always"
    assert refused(pod_spec) == {("KQ2326", "/resources/requests/cpu")}


@pytest.mark.parametrize(
    ("resources", "found"),
    [
        ({}, set()),
        ({"claims": []}, {("KQ2324", "/resources/claims")}),
        ({"limits": {"cpu": 1, "nvidia.com/gpu": 1}}, {("KQ2325", "/resources/limits/nvidia.com~1gpu")}),
        ({"requests": {"ephemeral-storage": 1}}, {("KQ2325", "/resources/requests/ephemeral-storage")}),
        ({"requests": {"pods": 1}}, {("KQ2308", "/resources/requests/pods")}),
        ({"limits": {"cpu": 1}, "requests": {"cpu": 2}}, {("KQ2306", "/resources/requests")}),
        ({"limits": {"hugepages-2Mi": "4Mi"}}, {("KQ2330", "/resources")}),
        ({"requests": {"cpu": 1, "hugepages-2Mi": "4Mi"}}, {("KQ2332", "/resources")}),
    ],
)
def test_pod_level_resources(resources: dict[str, Any], found: set[tuple[str, str]]) -> None:
    assert refused({"resources": resources}) == refused_as_template({"resources": resources}) == found


def test_a_pod_has_the_huge_pages_of_its_containers() -> None:
    pages = {"limits": {"cpu": 1, "hugepages-2Mi": "4Mi"}}
    pod_spec = {
        "containers": [{"name": "a", "resources": pages}, {"name": "b", "resources": pages}],
        "resources": {"limits": {"cpu": 2, "hugepages-2Mi": "4Mi"}},
    }
    assert refused_as_template(pod_spec) == {("KQ2329", "/resources/limits/hugepages-2Mi")}
    assert ("KQ2329", "/resources/limits/hugepages-2Mi") in refused(pod_spec)


def test_a_pod_takes_cpu_from_its_containers_and_a_template_does_not() -> None:
    pod_spec = {**container(resources={"limits": {"cpu": 1}}), "resources": {"limits": {"hugepages-2Mi": "4Mi"}}}
    assert refused(pod_spec) == set()
    assert refused_as_template(pod_spec) == {("KQ2330", "/resources")}


def test_a_pod_takes_the_limit_of_huge_pages_from_its_containers_since_1_37() -> None:
    pages = {"cpu": 1, "hugepages-2Mi": "4Mi"}
    pod_spec = {**container(resources={"limits": pages}), "resources": {"requests": pages}}
    assert refused(pod_spec, kubernetes="1.36") == {("KQ2333", "/resources")}
    assert refused(pod_spec, kubernetes="1.37") == set()
    assert refused_as_template(pod_spec, kubernetes="1.37") == {("KQ2332", "/resources")}


def test_a_windows_pod_has_no_pod_level_resources() -> None:
    pod_spec = {"os": {"name": "windows"}, **container(resources={"limits": {"cpu": 2}}), "resources": {"limits": {"cpu": 1}}}
    assert refused(pod_spec) == {("KQ2323", "/resources")}


@pytest.mark.parametrize(
    ("text", "whole", "rounded"),
    [
        ("1", True, "1"),
        ("0.9999", True, "1"),
        ("0.9", False, "0.9"),
        ("1n", False, "0.001"),
        ("-0.0001", True, "-0.001"),
        ("1e30", True, "1e30"),
    ],
)
def test_lists_of_resources_are_rounded_to_thousandths(text: str, whole: bool, rounded: str) -> None:  # noqa: FBT001  one of a row
    number = quantity(text)
    assert number is not None
    assert (counts_whole(number), in_thousandths(number)) == (whole, Decimal(rounded))


@pytest.mark.parametrize(
    ("resource", "number", "fills"),
    [
        ("hugepages-2Mi", 0, True),
        ("hugepages-2Mi", 2**22, True),
        ("hugepages-2Mi", 2**20, False),
        ("hugepages-", 0, False),
        ("hugepages-0.5", 1, False),
    ],
)
def test_huge_pages_are_whole(resource: str, number: int, fills: bool) -> None:  # noqa: FBT001  one of a row
    assert fills_pages(resource, Decimal(number)) is fills


@given(st.decimals(min_value=0, max_value=2**60, places=3))
def test_a_number_is_spelt_as_a_quantity(number: Decimal) -> None:
    assert quantity(spelt(number)) == number


needs = st.dictionaries(st.sampled_from(["cpu", "memory"]), st.integers(0, 9).map(Decimal))


@given(st.lists(needs, max_size=3), st.lists(st.tuples(needs, st.booleans()), max_size=4))
def test_a_pod_needs_at_least_what_runs_at_any_moment(
    containers: list[dict[str, Decimal]], first: list[tuple[dict[str, Decimal], bool]]
) -> None:
    total = together(containers, first)
    for resource in ("cpu", "memory"):
        sidecars = Decimal(0)
        for one, stays in first:
            assert total.get(resource, 0) >= sidecars + one.get(resource, 0)
            sidecars += one.get(resource, Decimal(0)) if stays else 0
        assert total.get(resource, 0) >= sidecars + sum(one.get(resource, Decimal(0)) for one in containers)
