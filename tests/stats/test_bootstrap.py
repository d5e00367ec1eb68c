"""Resampling of authors: where it must agree with Wilson, and where it must not."""

import numpy as np
import pandas as pd
import pytest

from pipeline.stats.bootstrap import by_author
from pipeline.stats.intervals import wilson


def authors(posts: list[int], totals: list[int], day: str = "2021-08-08") -> pd.DataFrame:
    return pd.DataFrame({"day": day, "author": range(len(posts)), "posts": posts, "total": totals})


def test_with_one_post_per_author_it_converges_to_wilson():
    found = by_author(authors([1] * 600 + [0] * 1400, [1] * 2000), draws=4000).iloc[0]

    assert [found.lo, found.hi] == pytest.approx([float(limit) for limit in wilson(600, 2000)], abs=0.002)


def test_one_author_who_wrote_most_makes_it_far_wider_than_wilson():
    found = by_author(authors([300] + [3] * 100 + [0] * 200, [300] + [3] * 100 + [3] * 200)).iloc[0]
    lo, hi = wilson(found.posts, found.total)

    assert found.share == 0.5
    assert found.hi - found.lo > 3 * (hi - lo)


def test_it_covers_the_truth_where_authors_differ_and_wilson_does_not():
    rng, held, held_by_wilson = np.random.default_rng(1), 0, 0
    for _ in range(120):
        taste, totals = rng.beta(1, 3, 300), rng.integers(1, 30, 300)
        found = by_author(authors(rng.binomial(totals, taste).tolist(), totals.tolist()), draws=600).iloc[0]
        lo, hi = wilson(found.posts, found.total)
        held += found.lo <= 0.25 <= found.hi
        held_by_wilson += lo <= 0.25 <= hi

    assert held >= 108  # 114 expected
    assert held_by_wilson < 84


def test_the_limits_of_a_day_depend_on_its_authors_and_the_seed_alone():
    one, other = authors([1, 0, 2, 0, 1, 0], [2] * 6), authors([0, 3, 0, 1, 0, 0], [3] * 6, "2021-08-09")
    both = by_author(pd.concat([one, other]))

    assert both.iloc[[0]].equals(by_author(one.iloc[::-1]))
    assert both["lo"].iloc[1] == by_author(other)["lo"].iloc[0]


def test_four_authors_and_no_post_at_all_are_told():
    few, none = by_author(pd.concat([authors([1] * 4, [2] * 4), authors([0] * 9, [2] * 9, "2021-08-09")])).itertuples()

    assert few.note == "not enough data: 4 authors, and at least 5 are needed"
    assert np.isnan(few.lo)
    assert np.isnan([none.lo, none.hi]).all()
    assert none.note == "not enough data: all authors are alike, and so is every draw; take an exact interval"
