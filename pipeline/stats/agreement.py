"""How far a judgement agrees with people: precision, recall and F1 of a matcher, and kappa of two coders.

Where a sample was drawn by strata, each row stands for `weight` texts, and shares are ratios of sums of weights. Their
intervals are Wilson's at an effective sample size: the number of equally weighted rows that would tell the share as
well (Korn & Graubard 1998, Survey Methodology 24, 193-201, who also cap it at the number of rows). The variance behind
it takes the relevant rows of each stratum as a binomial with a beta prior, as Webber (2013), doi
10.1145/2414782.2414784, advises for recall: where no miss was seen among few rows that stand for many texts, misses
that were not seen still widen the interval.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from pipeline.stats.intervals import wilson

LEAST = 5
"""Rows below which a share or a kappa is not shown: with fewer, its interval covers most of 0..1."""

_PRIOR = 0.5
"""Jeffreys' prior: half a relevant and half an irrelevant row for each side, spread over its strata."""


class Judged(NamedTuple):
    """A labelled text: whether the matcher found the topic in it, whether people did, and how many texts it is for."""

    matched: bool
    relevant: bool
    weight: float = 1.0
    stratum: str = ""


class Estimate(NamedTuple):
    """A share in 0..1 with its 95 % interval; None, and the reason in `note`, where the data do not allow it.

    rows: labelled rows that it rests on. effective_rows: what they are worth when weights differ.
    """

    value: float | None
    lo: float | None
    hi: float | None
    rows: int
    effective_rows: float | None
    note: str = ""


class Scores(NamedTuple):
    """Rows right and wrong (tp, fp, fn, tn: never weighted), and the shares that follow from them."""

    tp: int
    fp: int
    fn: int
    tn: int
    weighted: bool
    precision: Estimate
    recall: Estimate
    f1: Estimate


class Kappa(NamedTuple):
    """Cohen's kappa of two coders with its 95 % interval, the share of equal labels, and the number of pairs."""

    value: float | None
    lo: float | None
    hi: float | None
    agreement: float | None
    pairs: int
    note: str = ""


def scores(rows: Sequence[Judged], least: int = LEAST) -> Scores:
    """Precision, recall and F1 of a matcher on labelled rows, weighted where weights differ.

    The interval of F1 is that of tp / (tp + fp + fn), a proportion of which F1 is an increasing function.
    """
    n = Counter((row.matched, row.relevant) for row in rows)
    tp, fp, fn, tn = n[True, True], n[True, False], n[False, True], n[False, False]
    weighted = len({row.weight for row in rows}) > 1
    w = _weights(rows) if weighted else n
    precision, recall, overlap = _worth(rows) if weighted else (math.inf,) * 3
    shares = {
        "precision": _share(w[True, True], w[True, False], tp + fp, precision, least, "matched"),
        "recall": _share(w[True, True], w[False, True], tp + fn, recall, least, "relevant"),
        "f1": _carried(_share(w[True, True], w[True, False] + w[False, True], tp + fp + fn, overlap, least, "either")),
    }
    if rows and not fn + tn:
        blind = "not enough data: every labelled text matches, so that misses cannot show"
        shares |= {name: Estimate(None, None, None, shares[name].rows, None, blind) for name in ("recall", "f1")}
    return Scores(tp, fp, fn, tn, weighted, **shares)


def kappa(pairs: Sequence[tuple[str, str]], least: int = LEAST) -> Kappa:
    """Cohen's kappa (1960, doi 10.1177/001316446002000104) of pairs of labels, computed by statsmodels.

    Its interval rests on the large-sample variance of Fleiss, Cohen & Everitt (1969).
    """
    if len(pairs) < least:
        return Kappa(None, None, None, None, len(pairs), _few(len(pairs), least, "labelled by both coders"))
    labels = sorted({label for pair in pairs for label in pair})
    agreement = sum(a == b for a, b in pairs) / len(pairs)
    if len(labels) < 2:
        return Kappa(None, None, None, agreement, len(pairs), "not enough data: both coders used one label only")
    from statsmodels.stats.inter_rater import cohens_kappa  # slow to import

    table = np.zeros((len(labels), len(labels)))
    for a, b in pairs:
        table[labels.index(a), labels.index(b)] += 1
    found = cohens_kappa(table)
    lo, hi = max(-1.0, float(found.kappa_low)), min(1.0, float(found.kappa_upp))
    return Kappa(float(found.kappa), lo, hi, agreement, len(pairs))


def _worth(rows: Sequence[Judged]) -> tuple[float, float, float]:
    """The effective number of rows behind precision, recall, and the overlap on which F1 rests, by the delta method."""
    found, found_var, matched = _relevant_texts([r for r in rows if r.matched])
    missed, missed_var, _ = _relevant_texts([r for r in rows if not r.matched])
    relevant, either = found + missed, matched + missed
    of_recall = (missed**2 * found_var + found**2 * missed_var) / relevant**4
    of_overlap = found_var / either**2 + found**2 * missed_var / either**4
    return (
        _rows_worth(found / matched, found_var / matched**2) if matched else 0.0,
        _rows_worth(found / relevant, of_recall),
        _rows_worth(found / either, of_overlap),
    )


def _relevant_texts(rows: Sequence[Judged]) -> tuple[float, float, float]:
    """How many texts behind these rows are relevant (mean and variance), and how many texts there are."""
    strata: dict[tuple[str, float], list[bool]] = defaultdict(list)
    for row in rows:
        strata[row.stratum, row.weight].append(row.relevant)
    mean = variance = texts = 0.0
    for (_, weight), relevant in strata.items():
        prior = _PRIOR * len(relevant) / len(rows)
        share = (sum(relevant) + prior) / (len(relevant) + 2 * prior)
        size = weight * len(relevant)
        mean += size * share
        variance += size**2 * share * (1 - share) / (len(relevant) + 2 * prior + 1)
        texts += size
    return mean, variance, texts


def _rows_worth(share: float, variance: float) -> float:
    return share * (1 - share) / variance if variance else math.inf


def _weights(rows: Iterable[Judged]) -> defaultdict[tuple[bool, bool], float]:
    sums: defaultdict[tuple[bool, bool], float] = defaultdict(float)
    for row in rows:
        sums[row.matched, row.relevant] += row.weight
    return sums


def _share(good: float, bad: float, rows: int, worth: float, least: int, what: str) -> Estimate:
    if rows < least:
        return Estimate(None, None, None, rows, None, _few(rows, least, _WHAT[what]))
    value = good / (good + bad)
    effective = min(rows, worth)
    lo, hi = wilson(value * effective, effective)
    return Estimate(value, float(lo), float(hi), rows, float(effective))


_WHAT = {
    "matched": "labelled and matched",
    "relevant": "labelled relevant",
    "either": "labelled and either matched or relevant",
}


def _few(rows: int, least: int, what: str) -> str:
    texts = {0: "no text is", 1: "only 1 text is"}.get(rows, f"only {rows} texts are")
    return f"not enough data: {texts} {what}, and at least {least} are needed"


def _carried(overlap: Estimate) -> Estimate:
    """F1 = 2j / (1 + j), where j = tp / (tp + fp + fn)."""
    value, lo, hi = (None if j is None else 2 * j / (1 + j) for j in overlap[:3])
    return overlap._replace(value=value, lo=lo, hi=hi)
