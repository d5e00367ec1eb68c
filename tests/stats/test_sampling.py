"""Draws that anybody can repeat, and weights that undo them."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.stats.sampling import Drawer, allocation

SIZES = st.dictionaries(st.text("abc", min_size=1, max_size=3), st.integers(1, 60), min_size=1, max_size=8)


@given(SIZES, st.integers(0, 400))
def test_an_allocation_gives_out_all_it_may_in_equal_parts_and_small_strata_whole(sizes, total):
    drawn = allocation(sizes, total)

    assert sum(drawn.values()) == min(total, sum(sizes.values()))
    assert all(drawn[name] <= sizes[name] for name in sizes)
    most = max(drawn.values())
    assert all(drawn[name] in (sizes[name], most, most - 1) for name in sizes)


def drawn(seed: int, keys: list[str], total: int) -> list[tuple[str, float, str]]:
    drawer: Drawer[str] = Drawer(seed, total)
    for key in keys:
        drawer.offer(key[0], key, key)
    return drawer.drawn(total)


KEYS = [f"a{n}" for n in range(5)] + [f"b{n}" for n in range(200)]


@given(st.permutations(KEYS))
def test_a_draw_does_not_depend_on_the_order_of_arrival(keys):
    assert drawn(1, keys, 30) == drawn(1, KEYS, 30)


def test_weights_add_up_to_the_size_of_every_stratum():
    sums: Counter[str] = Counter()
    for stratum, weight, _ in drawn(1, KEYS, 30):
        sums[stratum] += weight

    assert sums == pytest.approx({"a": 5, "b": 200})


def test_another_seed_draws_other_items_and_mixes_the_strata():
    first, second = drawn(1, KEYS, 30), drawn(2, KEYS, 30)

    assert {row[2] for row in first if row[0] == "b"} != {row[2] for row in second if row[0] == "b"}
    strata = [row[0] for row in first]
    assert sorted(strata) not in (strata, strata[::-1])


def test_every_item_is_as_likely_as_any_other():
    times = Counter(item for seed in range(400) for _, _, item in drawn(seed, KEYS[5:25], 5))

    assert len(times) == 20
    assert min(times.values()) > 60  # 100 expected, standard deviation 8.7
    assert max(times.values()) < 140
