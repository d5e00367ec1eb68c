"""Cascades: the closed forms of Goel et al., and networkx."""

import networkx as nx
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.stats.cascades import shapes


def tree(parents: list[int | None]) -> pd.DataFrame:
    """Posts 0, 1, ... with the parent of each."""
    return pd.DataFrame({"cascade": "a", "post": range(len(parents)), "parent": parents}).astype({"parent": "Int64"})


@pytest.mark.parametrize(("n", "expected"), [(2, 1.0), (3, 1.333333), (10, 1.8), (100, 1.98)])
def test_a_star_has_the_virality_of_a_broadcast(n: int, expected: float):
    found = shapes(tree([None] + [0] * (n - 1))).iloc[0]

    assert round(found.structural_virality, 6) == expected
    assert [found["size"], found.depth, found.breadth] == [n, 1, n - 1]


@pytest.mark.parametrize(("n", "expected"), [(5, 2.0), (10, 3.666667)])
def test_a_chain_has_the_virality_of_a_path(n: int, expected: float):
    found = shapes(tree([None, *range(n - 1)])).iloc[0]

    assert round(found.structural_virality, 6) == expected
    assert [found.depth, found.breadth] == [n - 1, 1]


def test_a_binary_tree_lies_between():
    found = shapes(tree([None, *((child - 1) // 2 for child in range(1, 15))])).iloc[0]

    assert round(found.structural_virality, 6) == 3.504762
    assert [found.depth, found.breadth] == [3, 8]


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=25))
def test_virality_is_the_mean_distance_that_networkx_finds(choices):
    parents = [choice % (place + 1) for place, choice in enumerate(choices)]
    graph = nx.Graph((child + 1, parent) for child, parent in enumerate(parents))
    n = len(graph)

    found = shapes(tree([None, *parents])).iloc[0]
    assert found.structural_virality == pytest.approx(2 * nx.wiener_index(graph) / (n * (n - 1)))


def test_reposts_of_posts_that_are_not_there_are_orphans():
    found = shapes(tree([None, 0, 99, 2])).iloc[0]

    assert [found["size"], found.orphans] == [2, 2]


def test_one_post_and_two_first_posts_have_no_shape_but_a_reason():
    one, two = shapes(pd.concat([tree([None]), tree([None, None]).assign(cascade="b")]))["note"]

    assert one == "not enough data: one post has no distance to another"
    assert two == "not enough data: 2 posts without a parent, and a cascade has one"
