"""Log-odds with a Dirichlet prior against published numbers."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.stats.logodds import against_all, log_odds, weighed, weighted

VOCABULARY = ["the", "quick", "brown", "fox", "jumped", "over", "lazy", "dog"]
FIRST, SECOND = [1, 1, 1, 1, 2, 0, 0, 0], [1, 0, 1, 0, 0, 1, 1, 2]
WORDS = pd.DataFrame({"word": VOCABULARY, "first": FIRST, "second": SECOND})


@pytest.mark.parametrize(
    ("alpha", "rare", "frequent"),
    [(0.01, 0.477157, 0.568889), (1, 0.631307, 1.096099), (np.add(FIRST, SECOND), 0.615452, 0.954566)],
)
def test_the_z_scores_are_those_of_fighting_words(alpha, rare, frequent):
    _, z = weighed(FIRST, SECOND, alpha)

    assert z.round(6).tolist() == [0, rare, 0, rare, frequent, -rare, -rare, -frequent]


@pytest.mark.parametrize(
    ("inside", "size", "everywhere", "z"),
    [
        (532, 612_946, 532, 27.237533),
        (460, 548_673, 460, 27.007276),
        (478, 608_725, 478, 25.924003),
        (370, 544_271, 370, 24.329377),
    ],
)
def test_bigrams_of_jane_austen_weigh_what_tidylo_publishes(inside, size, everywhere, z):
    assert float(against_all(inside, size, everywhere, 3_253_909)) == pytest.approx(z, abs=1e-6)


def test_the_prior_of_a_word_is_its_count_in_all_sets():
    counts = pd.DataFrame({"set": ["a", "a", "b", "b"], "word": ["x", "y", "x", "z"], "n": [3, 1, 1, 5]})
    z = weighted(counts)["z"]

    # y = n + prior: x 7, y 2 in a; x 5, z 10 in b
    assert z.iloc[0] == pytest.approx((np.log(7 / 2) - np.log(12 / 12)) / np.sqrt(1 / 7 + 1 / 12))
    assert z.iloc[3] == pytest.approx((np.log(10 / 5) - np.log(10 / 14)) / np.sqrt(1 / 10 + 1 / 10))


def test_without_a_background_the_prior_is_both_sets_together():
    found = log_odds(WORDS)

    assert found["word"].iloc[0] == "jumped"
    assert found["word"].iloc[-1] == "dog"
    assert found["z"].iloc[0] == pytest.approx(0.954566, abs=1e-6)


def test_a_large_prior_holds_rare_words_back():
    words = pd.DataFrame({"word": ["rare", "common", "rest"], "first": [2, 200, 800], "second": [0, 100, 900]})
    background = words.assign(background=[100, 1000, 8900])

    assert log_odds(background, scale=5000)["word"].iloc[0] == "common"
    assert abs(log_odds(background, scale=5000)["delta"].loc[1]) < 0.1


def test_a_word_without_prior_and_an_empty_set_are_no_numbers_but_reasons():
    found = log_odds(WORDS.assign(background=[5, 5, 5, 5, 0, 5, 5, 5])).set_index("word")
    assert np.isnan(found.loc["jumped", "z"])
    assert found.loc["jumped", "note"].startswith("not enough data: the background lacks")

    empty = log_odds(WORDS.assign(second=0))
    assert empty["z"].isna().all()
    assert set(empty["note"]) == {"not enough data: a set has no words"}


@given(st.lists(st.tuples(st.integers(0, 99), st.integers(0, 99)), min_size=2, max_size=9))
def test_the_sign_turns_with_the_sides(counts):
    first, second = zip(*counts, strict=True)
    if sum(first) and sum(second):
        (delta, z), (other_delta, other_z) = weighed(first, second, 1), weighed(second, first, 1)
        assert delta == pytest.approx(-other_delta)
        assert z == pytest.approx(-other_z)
