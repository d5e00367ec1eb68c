"""Concentration against published numbers."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.stats.concentration import gini, herfindahl, of_authors, top_share


@pytest.mark.parametrize(
    ("posts", "expected"), [([1, 1, 1, 1], 0.0), ([0, 0, 0, 1], 0.75), ([1, 2, 3, 4, 5], 0.266667)]
)
def test_gini_equals_the_worked_examples(posts: list[int], expected: float):
    assert round(gini(posts), 6) == expected


def test_a_herfindahl_index_of_equals_is_one_by_their_number():
    assert herfindahl([3] * 8) == pytest.approx(1 / 8)
    assert herfindahl([50, 50]) == 0.5
    assert np.isnan(herfindahl([]))


def test_the_top_tenth_of_twenty_authors_are_two():
    assert top_share([30, 20] + [1] * 18, 0.1) == pytest.approx(50 / 68)
    assert top_share([30, 20] + [1] * 18, 0.01) == pytest.approx(30 / 68)


@given(st.lists(st.integers(1, 99), min_size=1, max_size=30), st.integers(2, 5))
def test_it_does_not_matter_how_much_all_write(posts, times):
    more = [times * x for x in posts]

    assert 0 <= gini(posts) + 1e-12 <= 1
    assert gini(more) == pytest.approx(gini(posts))
    assert herfindahl(more) == pytest.approx(herfindahl(posts))


def test_a_topic_of_four_authors_has_no_numbers_but_a_reason():
    counts = pd.DataFrame(
        {"topic": ["a"] * 6 + ["b"] * 4, "author": range(10), "posts": [5, 1, 1, 1, 1, 1, 9, 9, 9, 9]}
    )
    first, second = of_authors(counts).itertuples()

    assert [first.authors, first.posts, first.note] == [6, 10, ""]
    assert first.effective_authors == pytest.approx(100 / 30)
    assert np.isnan([second.posts, second.gini, second.hhi, second.top_10]).all()
    assert second.note == "not enough data: 4 authors, and at least 5 are needed"
