"""Precision, recall, F1 and kappa against published numbers and hand arithmetic."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.stats.agreement import Judged, kappa, scores
from pipeline.stats.intervals import wilson


def rows(tp: int = 0, fp: int = 0, fn: int = 0, tn: int = 0, weight: float = 1.0, stratum: str = "") -> list[Judged]:
    kinds = [(tp, True, True), (fp, True, False), (fn, False, True), (tn, False, False)]
    return [Judged(matched, relevant, weight, stratum) for n, matched, relevant in kinds for _ in range(n)]


def table(*counts: tuple[str, str, int]) -> list[tuple[str, str]]:
    return [(a, b) for a, b, n in counts for _ in range(n)]


def test_precision_and_recall_of_manning_raghavan_and_schuetze_2008_exercise_8_1():
    found = scores(rows(tp=8, fp=10, fn=12))  # 8 of 18 retrieved are relevant, of 20 in the collection

    assert round(found.precision.value, 2) == 0.44
    assert round(found.recall.value, 2) == 0.40
    assert found.f1.value == pytest.approx(2 * 8 / (2 * 8 + 10 + 12))


def test_unweighted_intervals_are_those_of_wilson_at_the_number_of_rows():
    found = scores(rows(tp=81, fp=182))  # 81 of 263: Newcombe 1998

    assert [round(limit, 4) for limit in (found.precision.lo, found.precision.hi)] == [0.2553, 0.3662]
    assert found.precision.effective_rows == found.precision.rows == 263


def test_the_interval_of_f1_is_that_of_the_overlap_carried_over():
    found = scores(rows(tp=30, fp=10, fn=10))
    lo, hi = wilson(30, 50)

    assert [found.f1.lo, found.f1.hi] == pytest.approx([2 * lo / (1 + lo), 2 * hi / (1 + hi)])
    assert found.f1.lo < found.f1.value < found.f1.hi


def test_a_weighted_share_is_the_stratified_estimate_of_scheaffer_mendenhall_and_ott():
    """Households viewing a show: 16 of 20 of 155 in town A, 2 of 8 of 62 in town B, 6 of 12 of 93 rural: 0.60."""
    strata = [("A", 155, 20, 16), ("B", 62, 8, 2), ("rural", 93, 12, 6)]
    drawn = [row for s, size, n, k in strata for row in rows(tp=k, fp=n - k, weight=size / n, stratum=s)]

    assert round(scores(drawn).precision.value, 2) == 0.60


def test_unequal_weights_move_the_share_to_that_of_the_population():
    """Elusion as in e-discovery: 8,000 of 8,000 found, 5 of 1,534 drawn from 92,000 missed: 92,000 x 5 / 1,534 = 300."""
    drawn = rows(tp=80, weight=100, stratum="found") + rows(fn=5, tn=1529, weight=92_000 / 1534, stratum="rest")
    found = scores(drawn)

    assert found.weighted
    assert found.recall.value == pytest.approx(8000 / (8000 + 92_000 * 5 / 1534))
    assert round(found.recall.value, 3) == 0.964
    assert found.recall.lo < 0.94


def test_misses_that_few_rows_could_not_show_widen_the_interval_of_recall():
    matched = rows(tp=90, fp=10, weight=5, stratum="matched")
    few = scores(matched + rows(tn=20, weight=500, stratum="none")).recall
    many = scores(matched + rows(tn=2000, weight=5, stratum="none") + rows(fn=1, weight=1)).recall

    assert few.value == 1.0
    assert few.lo < 0.5
    assert many.lo > 0.9


def test_equal_weights_are_no_weights():
    assert not scores(rows(tp=10, fp=5, weight=7.5)).weighted
    assert scores(rows(tp=10, fp=5, weight=7.5)).precision.effective_rows == 15


def test_too_few_rows_are_no_number_but_a_reason():
    found = scores(rows(tp=3, fp=1, tn=50))

    assert found.precision.value is None
    assert found.precision.note == "not enough data: only 4 texts are labelled and matched, and at least 5 are needed"
    assert scores(rows(tp=3, fp=1), least=4).precision.value == 0.75
    assert "no text is labelled relevant" in scores(rows(tn=50)).recall.note


def test_recall_is_not_known_where_every_labelled_text_matches():
    found = scores(rows(tp=30, fp=5))

    assert found.precision.value == pytest.approx(30 / 35)
    assert (found.recall.value, found.f1.value) == (None, None)
    assert "every labelled text matches" in found.recall.note


@given(st.tuples(*[st.integers(0, 12)] * 8), st.floats(0.5, 500), st.floats(0.5, 500))
def test_every_share_lies_in_its_interval_and_is_worth_no_more_than_its_rows(counts, first, second):
    drawn = rows(*counts[:4], weight=first, stratum="a") + rows(*counts[4:], weight=second, stratum="b")
    found = scores(drawn)

    for share in (found.precision, found.recall, found.f1):
        if share.value is None:
            assert share.note
        else:
            assert -1e-9 <= share.lo <= share.value + 1e-9
            assert share.value - 1e-9 <= share.hi <= 1 + 1e-9
            assert 0 < share.effective_rows <= share.rows


def test_kappa_of_fleiss_1981_table_13_1_with_its_standard_error():
    """Two diagnoses of 100 patients: kappa 0.68, standard error 0.087."""
    pairs = table(
        ("p", "p", 75), ("p", "n", 1), ("p", "o", 4), ("n", "p", 5), ("n", "n", 4), ("n", "o", 1), ("o", "o", 10)
    )
    found = kappa(pairs)

    assert round(found.value, 2) == 0.68
    assert (found.hi - found.value) / 1.96 == pytest.approx(0.087, abs=0.001)
    assert found.agreement == 0.89


@pytest.mark.parametrize(
    ("counts", "value"),
    [((20, 5, 10, 15), 0.40), ((45, 15, 25, 15), 0.1304), ((25, 35, 5, 35), 0.2593), ((12, 2, 4, 2), 0.2105)],
)
def test_kappa_of_worked_tables_of_two_labels(counts, value):
    a, b, c, d = counts
    pairs = table(("yes", "yes", a), ("yes", "no", b), ("no", "yes", c), ("no", "no", d))

    assert kappa(pairs).value == pytest.approx(value, abs=5e-5)


def test_kappa_needs_pairs_and_two_labels():
    assert "only 2 texts are labelled by both coders" in kappa([("not", "not")] * 2).note
    one = kappa([("not", "not")] * 30)
    assert (one.value, one.agreement) == (None, 1.0)
    assert "one label only" in one.note


def test_kappa_does_not_depend_on_who_comes_first():
    pairs = table(("yes", "yes", 20), ("yes", "no", 5), ("no", "yes", 10), ("no", "no", 15))

    assert kappa(pairs).value == pytest.approx(kappa([(b, a) for a, b in pairs]).value)
