"""Volume corrected for measured error: textbook numbers, then worlds in which the truth is known."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import InputError
from pipeline.stats.corrected import daily, overall, rates
from pipeline.stats.intervals import wilson
from pipeline.stats.sampling import allocation


def labels(*cells: tuple[str, int, bool, int, int]) -> pd.DataFrame:
    """Rows of cells: stratum, its texts, matched, relevant rows, other rows."""
    drawn = {stratum: sum(yes + no for name, _, _, yes, no in cells if name == stratum) for stratum, *_ in cells}
    rows = [
        (stratum, texts / max(drawn[stratum], 1), matched, answer)
        for stratum, texts, matched, *_ in cells
        for answer in (True, False)
    ]
    counts = [count for *_, yes, no in cells for count in (yes, no)]
    frame = pd.DataFrame(rows, columns=["stratum", "weight", "matched", "relevant"])
    return frame.loc[np.repeat(np.arange(len(rows)), counts)].reset_index(drop=True)


def days(posts: list[float], totals: list[float]) -> pd.DataFrame:
    day = pd.date_range("2021-08-01", periods=len(posts))
    return pd.DataFrame({"day": day, "posts": posts, "total": totals}).astype({"posts": "Int64", "total": "Int64"})


def test_the_stratified_share_and_its_error_are_those_of_scheaffer_mendenhall_and_ott():
    """Households that watch a show: 16 of 20 of 155 in town A, 2 of 8 of 62 in B, 6 of 12 of 93: 0.60, bound 0.14."""
    drawn = labels(("A", 155, False, 16, 4), ("B", 62, False, 2, 6), ("rural", 93, False, 6, 6))
    found = overall(days([0], [310]), drawn).set_index("method").loc["stratified"]

    assert round(found.share, 2) == 0.60
    assert round(found.se**2, 4) == 0.0045
    assert found.lo < 0.60 < found.hi


def test_the_corrected_share_is_that_of_rogan_and_gladen_solved_by_hand():
    """200 of 1,000 match; 72 of 80 are right; of 800 that do not match, 2 of 100 are missed: 180 + 16 are true."""
    found = daily(days([200], [1000]), labels(("m", 200, True, 72, 8), ("u", 800, False, 2, 98))).iloc[0]

    assert found.raw == 0.2
    assert found.share == pytest.approx(0.196)
    assert [found.raw_lo, found.raw_hi] == pytest.approx([float(limit) for limit in wilson(200, 1000)])
    assert found.lo < 0.196 < found.hi


def test_a_perfect_lexicon_measured_on_endless_labels_leaves_the_wilson_interval():
    perfect = labels(("m", 40_000, True, 40_000, 0), ("u", 60_000, False, 0, 60_000))
    found = daily(days([81], [263]), perfect).iloc[0]

    assert [round(found.lo, 2), round(found.share, 2), round(found.hi, 2)] == [0.26, 0.31, 0.37]
    assert found.widest == "posts"


def test_misses_that_few_labels_could_not_show_are_what_makes_the_interval_wide():
    drawn = labels(("m", 100, True, 48, 2), ("u", 9900, False, 0, 30))
    found = daily(days([100], [10_000]), drawn).iloc[0]

    assert found.share == pytest.approx(0.0096)
    assert found.hi > 0.1
    assert found.widest == "misses"


def test_an_interval_that_knows_of_authors_is_carried_over():
    drawn = labels(("m", 200, True, 72, 8), ("u", 800, False, 2, 98))
    plain = daily(days([200], [1000]), drawn).iloc[0]
    wide = daily(days([200], [1000]).assign(raw_lo=0.1, raw_hi=0.3), drawn).iloc[0]

    assert [wide.raw_lo, wide.raw_hi, wide.share] == [0.1, 0.3, plain.share]
    assert wide.lo < plain.lo - 0.04
    assert wide.hi > plain.hi + 0.04
    assert daily(days([200], [1000]).assign(raw_lo=np.nan, raw_hi=np.nan), drawn).iloc[0].lo == plain.lo


def test_a_gap_stays_a_gap_and_a_day_without_matches_has_the_misses():
    drawn = labels(("m", 100, True, 48, 2), ("u", 900, False, 9, 891))
    found = daily(days([10, pd.NA, 0], [100, pd.NA, 100]), drawn)

    assert found["share"].isna().tolist() == [False, True, False]
    assert found["share"].iloc[2] == pytest.approx(0.01)
    assert found["note"].tolist() == ["", "not enough data: nothing was collected on this day", ""]


def test_too_few_labels_are_no_number_but_a_reason():
    found = daily(days([10], [100]), labels(("m", 10, True, 3, 1), ("u", 90, False, 0, 20))).iloc[0]

    assert np.isnan([found.share, found.lo, found.hi]).all()
    assert found.raw == 0.1
    assert found.note == ("not enough data: 4 labelled texts that the matcher found, and at least 5 are needed")


def test_a_sample_of_other_days_is_refused():
    drawn = labels(("m", 100, True, 48, 2), ("u", 900, False, 9, 891))
    found = overall(days([10], [100]), drawn)

    assert found["share"].isna().tolist() == [False, True, True]
    assert "the sample stands for 1000 texts, but these days have 100" in found["note"].iloc[1]


def test_undecided_rows_leave_their_weight_to_their_stratum():
    drawn = labels(("m", 100, True, 30, 10), ("u", 900, False, 0, 50)).astype({"relevant": object})
    unsure = drawn.copy()
    unsure.loc[unsure.index[:10], "relevant"] = None  # ten of the thirty

    assert rates(unsure)["value"].tolist() == pytest.approx([20 / 30, 0])
    assert rates(unsure)["rows"].tolist() == [30, 50]


def test_periods_have_their_own_rates():
    first = labels(("m1", 50, True, 20, 0), ("u1", 450, False, 0, 40)).assign(period="before")
    second = labels(("m2", 50, True, 10, 10), ("u2", 450, False, 0, 40)).assign(period="after")
    series = days([10, 10], [100, 100]).assign(period=["before", "after"])

    assert daily(series, pd.concat([first, second]))["share"].tolist() == pytest.approx([0.1, 0.05])
    lacking = daily(series, first)
    assert lacking["share"].isna().tolist() == [False, True]
    assert lacking["note"].iloc[1].startswith("not enough data: 0 labelled texts")


def test_the_estimators_agree_where_strata_are_verdicts_and_part_where_the_lexicon_has_changed():
    same = labels(("m", 100, True, 15, 5), ("u", 900, False, 1, 29))
    one, other = overall(days([100], [1000]), same)["share"].iloc[1:]
    assert one == pytest.approx(other)

    changed = labels(("m", 100, True, 15, 3), ("m", 100, False, 0, 2), ("u", 900, False, 0, 29), ("u", 900, True, 1, 0))
    _, one, other = overall(days([125], [1000]), changed)["share"]
    assert one == pytest.approx(0.1 * 15 / 20 + 0.9 / 30)
    assert other == pytest.approx(0.125 - 0.1 * 3 / 20)


def test_labels_without_weights_are_refused_and_no_labels_at_all_are_told():
    drawn = labels(("m", 100, True, 48, 2), ("u", 900, False, 9, 891))

    with pytest.raises(InputError, match="has no weight"):
        rates(drawn.assign(weight=None))
    assert rates(drawn.iloc[:0])["note"].str.startswith("not enough data: 0 labelled texts").all()
    assert overall(days([0], [0]), drawn)["note"].str.contains("no text was collected").all()


@settings(max_examples=40)
@given(st.tuples(*[st.integers(0, 40)] * 4), st.integers(0, 300), st.integers(0, 900))
def test_every_corrected_share_lies_in_its_interval(counts, matched, rest):
    tp, fp, fn, tn = counts
    drawn = labels(("m", 300, True, tp, fp), ("u", 900, False, fn, tn))
    if drawn.empty:
        return
    found = daily(days([matched], [matched + rest]), drawn).iloc[0]

    assert bool(found.note) == np.isnan(found.share)
    if not found.note:
        assert 0 <= found.lo <= found.share + 1e-12
        assert found.share - 1e-12 <= found.hi <= 1


class World:
    """Thirty days with a peak, in which the lexicon errs at known rates; strata are verdicts in thirds of the days."""

    RATES = np.array([0.6, 0.15, 0.004])  # of texts that are matched, refused, neither

    def __init__(self, seed: int, before: float | None = None):
        """before: the precision of the lexicon on the ten days before the peak, where it differs from that after."""
        self.rng = np.random.default_rng(seed)
        peak = np.where(np.arange(30) >= 10, np.exp(-(np.arange(30) - 10) / 4), 0)
        self.shares = np.stack([0.02 + 0.18 * peak, np.full(30, 0.02), 0.96 - 0.18 * peak], axis=1)
        self.rates = np.tile(self.RATES, (30, 1))
        self.rates[:10, 0] = self.RATES[0] if before is None else before
        missed = float((self.shares[:, 1:] @ self.RATES[1:]).sum() / self.shares[:, 1:].sum())
        self.truth = self.shares[:, 0] * self.rates[:, 0] + (1 - self.shares[:, 0]) * missed

    def texts(self) -> np.ndarray:
        """Texts by day, verdict and relevance, of 500 a day."""
        verdicts = self.rng.multinomial(500, self.shares)
        relevant = self.rng.binomial(verdicts, self.rates)
        return np.stack([relevant, verdicts - relevant], axis=2)

    def drawn(self, texts: np.ndarray, size: int) -> pd.DataFrame:
        """A sample as `guanchao lexicon sample` draws it."""
        thirds = texts.reshape(3, 10, 3, 2).sum(1)
        sizes = {f"{verdict} {third}": thirds[third, verdict] for verdict in range(3) for third in range(3)}
        numbers = allocation({name: int(both.sum()) for name, both in sizes.items()}, size)
        hits = {name: self.rng.hypergeometric(*both, numbers[name]) for name, both in sizes.items()}
        return labels(*((s, int(sizes[s].sum()), s[0] == "0", int(k), numbers[s] - int(k)) for s, k in hits.items()))


def off_by(estimates: list[float], truth: float) -> float:
    """How far the mean lies from the truth, in its standard errors."""
    return float((np.mean(estimates) - truth) / (np.std(estimates, ddof=1) / np.sqrt(len(estimates))))


def per_day(texts: np.ndarray) -> pd.DataFrame:
    return days(texts[:, 0].sum(1).tolist(), texts.sum((1, 2)).tolist())


def covered(rows: pd.DataFrame, truth: np.ndarray, lo: str = "lo", hi: str = "hi") -> float:
    return float(((rows[lo] <= truth) & (truth <= rows[hi])).mean())


def test_in_a_known_world_the_daily_share_is_unbiased_and_its_interval_covers_the_truth():
    world, found = World(seed=1), []
    for _ in range(60):
        texts = world.texts()
        found.append(daily(per_day(texts), world.drawn(texts, 600)))
    rows, truth = pd.concat(found), np.tile(world.truth, 60)

    assert abs(rows["share"].mean() / truth.mean() - 1) < 0.02
    assert 0.94 <= covered(rows, truth) <= 0.99
    assert rows["raw"].mean() / truth.mean() > 1.1
    assert covered(rows, truth, "raw_lo", "raw_hi") < 0.85


@pytest.mark.parametrize("size", [120, 600])
def test_in_a_known_world_the_overall_share_is_unbiased_and_its_interval_covers_the_truth(size: int):
    world = World(seed=2)
    texts = world.texts()
    truth, series = texts[:, :, 0].sum() / texts.sum(), per_day(texts)
    assert series["posts"].sum() / series["total"].sum() > 1.1 * truth
    found = pd.concat([overall(series, world.drawn(texts, size)).iloc[1:] for _ in range(60)])

    for _, rows in found.groupby("method"):
        assert abs(off_by(rows["share"].tolist(), truth)) < 3
        assert covered(rows, truth) >= 0.94


def test_where_the_lexicon_fits_one_part_of_the_time_worse_periods_put_the_daily_share_right():
    world, plain, split, whole = World(seed=3, before=0.95), [], [], []
    for _ in range(40):
        texts = world.texts()
        series, drawn = per_day(texts), world.drawn(texts, 600)
        plain.append(daily(series, drawn)["share"].iloc[:10].mean())
        series["period"] = ["before"] * 10 + ["after"] * 20
        drawn["period"] = np.where(drawn["stratum"].str.endswith(" 0"), "before", "after")
        split.append(daily(series, drawn)["share"].iloc[:10].mean())
        whole.append(overall(series, drawn)["share"].iloc[2] - texts[:, :, 0].sum() / texts.sum())

    truth = world.truth[:10].mean()
    assert off_by(plain, truth) < -3
    assert abs(off_by(split, truth)) < 3
    assert abs(off_by(whole, 0)) < 3  # it does not assume one precision for all days
