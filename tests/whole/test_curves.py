"""The work that is done for four times as much is four times the work, and a little more for sorting."""

from __future__ import annotations

import pytest
from curves import growth, lines
from families import FAMILIES, Family
from families.parts import with_container
from hypothesis import given
from hypothesis import strategies as st

from kqmanifest import build, check
from kqmanifest.diagnostics import show
from kqmanifest.vocabulary.paths import above
from kqmanifest.vocabulary.spelling import nearest

MOST = 4.6
"""n log n is 4 · log 256 / log 64 = 5.3 times where all of it is sorting, and sorting is the least of what is done."""


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
def test_work_grows_as_what_is_given_does(family: Family) -> None:
    assert growth(family) <= MOST


def test_what_is_compared_with_all_others_is_found_out() -> None:
    def compared(items: list[int]) -> int:
        return sum(one == other for one in items for other in items)

    assert growth(Family("pairs", lambda n: [*range(n)], compared)) > MOST


def test_the_same_work_is_counted_alike() -> None:
    family = FAMILIES[0]
    assert lines(family, 10) == lines(family, 10)


def test_no_two_families_have_one_name() -> None:
    assert len({family.name for family in FAMILIES}) == len(FAMILIES)


class TestWhatIsFoundByAnIndex:
    """What is looked up now, and was compared with all others before."""

    def test_a_claim_of_the_pod_s_own_that_is_no_object_takes_no_name(self) -> None:
        spec = with_container(gpus={"count": 1, "deviceClass": "gpu.example.com"})
        spec["pod"]["resourceClaims"] = ["gpus"]
        assert [one.code for one in check(spec)] == ["KQ9002"]

    def test_claims_take_the_first_free_names(self) -> None:
        spec = with_container(gpus=[{"count": 1, "deviceClass": "a.example.com"}, {"count": 1, "deviceClass": "b.example.com"}])
        spec["pod"]["resourceClaims"] = [{"name": "gpus-2", "resourceClaimTemplateName": "mine"}]
        claims = build(spec).objects[0]["spec"]["template"]["spec"]["resourceClaims"]
        assert [one["name"] for one in claims] == ["gpus-2", "gpus", "gpus-3"]

    @pytest.mark.parametrize("taken_out", [(0,), (1, 2, 5), (0, 1, 2), (6,), (0, 3, 4, 6)])
    def test_a_fault_behind_malformed_items_is_told_where_it_stands(self, taken_out: tuple[int, ...]) -> None:
        mounts: list[object] = [{"mountPath": f"kqi/{index}", "nfs": {"server": "s", "path": "/"}} for index in range(7)]
        for index in taken_out:
            mounts[index] = 1
        relative = {str(one.path) for one in check(with_container(mounts=mounts)) if one.code == "KQ3004"}
        assert relative == {f"/pod/containers/0/mounts/{index}/mountPath" for index in range(7) if index not in taken_out}

    def test_of_several_mounts_around_a_path_the_innermost_keeps_it(self) -> None:
        lasting: dict[str, object] = {"nfs": {"server": "s", "path": "/"}}
        mounts = [{"mountPath": "/kqi/a", **lasting}, {"mountPath": "/kqi", "emptyDir": {}}, {"mountPath": "/kqi/a/b", "emptyDir": {}}]
        kept = ["/kqi/a", "/kqi/a/c", "/kqi/ab", "/kqi/a/b/c", "/other"]
        found = [(one.code, str(one.path)) for one in check(with_container(mounts=mounts, keeps=kept))]
        assert found == [("KQ3070", f"/pod/containers/0/keeps/{index}") for index in (2, 3, 4)]

    def test_very_many_names_are_asked_for_the_nearest_as_few_are(self) -> None:
        known = [f"volume-{number}" for number in range(1000)]
        assert nearest("vilume-512", known) == "volume-512"
        assert nearest("something-else", known) is None

    def test_of_a_path_longer_than_any_only_directories_that_can_be_are_above_it(self) -> None:
        assert list(above("/kqi/output")) == ["/kqi", "/"]
        assert len(next(above("/a" * 100_000))) == 4096
        assert next(above(f"/{'a' * 5000}/b")) == "/"

    @given(st.lists(st.text(max_size=12), max_size=300))
    def test_a_list_is_shown_by_its_beginning_and_end(self, items: list[str]) -> None:
        whole = ", ".join(map(show, items)) or "an empty list"
        assert show(items) == (whole if len(whole) <= 600 else f"{whole[:300]}…{whole[-300:]}")
