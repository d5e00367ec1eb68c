"""Volume corrected for the measured error of the lexicon: how many texts are about a topic, not only have its words.

People label a stratified sample of the texts (`guanchao lexicon sample`). Among the texts that the matcher finds, the
labels say how many are right (precision); among those that it does not find, how many it misses (miss rate). Of a day
with the matched share s, the share of texts about the topic is then s * precision + (1 - s) * miss rate.

Two questions, two estimates:

- `overall`: the share in all days that the sample was drawn from. It rests on the draw alone (design-based stratified
  estimator: Cochran 1977, Sampling Techniques, section 5.3) or on the matcher's verdict for every text plus the mean of
  its labelled errors (prediction-powered inference: Angelopoulos et al. 2023, doi 10.1126/science.adi6000, here with
  strata as in Fisch et al. 2024, arXiv 2406.04291; survey statistics know it as the difference estimator, Särndal,
  Swensson & Wretman 1992, section 6.3). Whatever the lexicon is worth, both are unbiased.
- `daily`: the share of each day. No sample of a few hundred labels has enough of every day, so precision and miss rate
  are taken to be the same on all days of a period (a synthetic estimator: Rao & Molina 2015, section 3.2; for a binary
  classifier Rogan & Gladen 1978). Where a lexicon fits one part of the time worse, give periods.

Intervals carry both the sampling of posts and that of labels: squared distances to the limits of each part are added
(MOVER, see `pipeline.stats.stratified`), not standard errors, because the interesting counts are small. 0 misses among
60 labelled texts that stand for 9,000 would otherwise be taken for certainty.
"""

import numpy as np
import numpy.typing as npt
import pandas as pd

from pipeline.errors import InputError
from pipeline.stats import stratified
from pipeline.stats.guards import few, lacking
from pipeline.stats.intervals import wilson
from pipeline.stats.stratified import NOTHING, Limits

Floats = npt.NDArray[np.float64]

LEAST = 5
"""Labelled rows of either kind, matched and not, below which nothing is corrected."""


def rates(labelled: pd.DataFrame, confidence: float = 0.95) -> pd.DataFrame:
    """Precision and miss rate of the matcher with their intervals: one row each.

    labelled: one row per labelled text: stratum, weight (texts that the row stands for), matched (bool: the matcher
    found the topic), relevant (True, False, or missing where people could not decide). Undecided rows leave their
    weight to the decided rows of their stratum. Columns of the answer: rate ("precision" or "miss rate"), value, lo, hi
    (in 0..1), rows (decided), note. Raises InputError where a weight is missing.
    """
    cells = _sums(labelled, ["stratum", "matched"])
    found = cells["found"] > 0
    return pd.DataFrame(
        [
            {"rate": "precision", **_rate(cells[found], "labelled texts that the matcher found", confidence)},
            {"rate": "miss rate", **_rate(cells[~found], "labelled texts that it did not find", confidence)},
        ]
    )


def daily(days: pd.DataFrame, labelled: pd.DataFrame, confidence: float = 0.95) -> pd.DataFrame:
    """The corrected share of every day beside the raw one, each with an interval.

    days: day, posts (matched), total; missing on a gap. labelled: as in `rates`. With a column `period` in both frames,
    the rates of a period come from its own labels. Columns: day, posts, total, raw, raw_lo, raw_hi, share, lo, hi (in
    0..1), widest (what makes the interval wide: "posts", "precision" or "misses"), note.

    The interval is for the share from which the day's posts are drawn, as that of the raw share is: Wilson's, or what
    `days` has as raw_lo and raw_hi (in 0..1; Wilson's where these are missing), such as those of `bootstrap.by_author`.
    """
    out = days[["day", "posts", "total"]].reset_index(drop=True)
    k, n = (days[name].to_numpy(dtype=float, na_value=np.nan) for name in ("posts", "total"))
    n = np.where(n > 0, n, np.nan)
    lo, hi = wilson(k, n, confidence)
    if "raw_lo" in days:
        given = (days[name].to_numpy(dtype=float, na_value=np.nan) for name in ("raw_lo", "raw_hi"))
        lo, hi = (np.where(np.isnan(own), usual, own) for own, usual in zip(given, (lo, hi), strict=True))
    out = out.assign(raw=k / n, raw_lo=lo, raw_hi=hi)
    columns = ["share", "lo", "hi", "widest", "note"]
    if "period" not in days:
        return out.join(_corrected(out, rates(labelled, confidence))[columns])
    parts = [
        _corrected(
            out[(days["period"] == period).to_numpy()], rates(labelled[labelled["period"] == period], confidence)
        )
        for period in days["period"].unique()
    ]
    return out.join(pd.concat(parts)[columns])


def overall(days: pd.DataFrame, labelled: pd.DataFrame, confidence: float = 0.95) -> pd.DataFrame:
    """The share of texts about the topic in all days that the sample was drawn from, raw and by both estimators.

    days and labelled: as in `daily`; `days` must be exactly the days that the sample was drawn from. Columns: method
    ("raw": share of matched texts, without any correction; "stratified"; "prediction-powered"), share, lo, hi, se
    (standard error of the draw of labels, missing for raw), rows, note. The target is the texts that were collected, so
    that the raw share has no interval of its own: its error is not one of sampling.

    Where the strata are the verdicts of the matcher, the two estimators agree. They part when the lexicon has changed
    since the draw: the second then gains from the new verdicts, of which it knows the sum over all texts.
    """
    k, n = (float(np.nansum(days[name].to_numpy(dtype=float, na_value=np.nan))) for name in ("posts", "total"))
    strata = _sums(labelled, ["stratum"])
    note, rows = _overall_note(strata, n), int(strata["rows"].sum())
    answers = [{"method": "raw", "share": k / n if n else np.nan, "rows": 0, "note": "" if n else _EMPTY}]
    for method, added in (("stratified", _stratified), ("prediction-powered", _prediction_powered)):
        found = {} if note else added(strata, k / n, confidence)
        answers.append({"method": method, **found, "rows": rows, "note": note})
    return pd.DataFrame(answers, columns=["method", "share", "lo", "hi", "se", "rows", "note"])


_EMPTY = lacking("no text was collected")


def _sums(labelled: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Of each group: its texts and drawn rows; its found and decided rows, and those relevant, alarms and misses."""
    if labelled["weight"].isna().any():
        raise InputError("A labelled text has no weight; draw the sample with `guanchao lexicon sample`.")
    found, decided = labelled["matched"].astype(bool), labelled["relevant"].notna()
    relevant = labelled["relevant"].eq(True) & decided
    frame = pd.DataFrame({"stratum": labelled["stratum"], "matched": found, "texts": labelled["weight"]})
    columns = {"drawn": found | True, "rows": decided, "found": found, "hits": relevant}
    columns |= {"alarms": found & decided & ~relevant, "misses": ~found & relevant}
    counted = frame.assign(**{name: column.astype(float) for name, column in columns.items()})
    return counted.groupby(keys, sort=True, as_index=False)[["texts", *columns]].sum()


def _rate(cells: pd.DataFrame, what: str, confidence: float) -> dict[str, object]:
    rows = int(cells["rows"].sum())
    note = few(rows, LEAST, what) or _unlabelled(cells, 1)
    if note:
        return {"value": np.nan, "lo": np.nan, "hi": np.nan, "rows": rows, "note": note}
    found = _share(cells, "hits", confidence)
    return {"value": found.value, "lo": found.lo, "hi": found.hi, "rows": rows, "note": ""}


def _unlabelled(cells: pd.DataFrame, least: int) -> str:
    """Why the cells cannot be taken together: one of them has texts, but too few labels that speak for them."""
    short = cells.loc[cells["rows"] < least, "stratum"]
    return few(0 if least == 1 else 1, least, f"decided labels in stratum {short.iloc[0]!r}") if len(short) else ""


def _share(cells: pd.DataFrame, hits: str, confidence: float, finite: bool = False) -> Limits:
    texts, rows, k = (cells[name].to_numpy(dtype=float) for name in ("texts", "rows", hits))
    return stratified.share(texts, rows, k, finite=finite, confidence=confidence)


def _corrected(days: pd.DataFrame, measured: pd.DataFrame) -> pd.DataFrame:
    """Square-and-add over the three things that are not known exactly: matched share, precision, miss rate."""
    values = measured[["value", "lo", "hi"]].to_numpy(dtype=float)
    precision, misses = (Limits(value, lo, hi, 0.0) for value, lo, hi in values)
    s, s_lo, s_hi = (days[name].to_numpy(dtype=float) for name in ("raw", "raw_lo", "raw_hi"))
    gain = precision.value - misses.value
    share = s * precision.value + (1 - s) * misses.value
    toward_lo, toward_hi = (s_lo, s_hi) if gain >= 0 else (s_hi, s_lo)
    below = np.stack(
        [gain * (s - toward_lo), s * (precision.value - precision.lo), (1 - s) * (misses.value - misses.lo)]
    )
    above = np.stack(
        [gain * (toward_hi - s), s * (precision.hi - precision.value), (1 - s) * (misses.hi - misses.value)]
    )
    lo = np.maximum(share - np.sqrt((below**2).sum(0)), 0)
    hi = np.minimum(share + np.sqrt((above**2).sum(0)), 1)
    known = ~np.isnan(share)
    widest = np.array(["posts", "precision", "misses"], dtype=object)[np.argmax(above + below, axis=0)]
    note = "; ".join(dict.fromkeys(note for note in measured["note"] if note))
    notes = np.where(known, "", note or np.where(np.isnan(s), lacking("nothing was collected on this day"), ""))
    frame = {"share": share, "lo": lo, "hi": hi, "widest": np.where(known, widest, ""), "note": notes}
    return pd.DataFrame(frame, index=days.index)


def _overall_note(strata: pd.DataFrame, texts: float) -> str:
    stands_for = float(strata["texts"].sum())
    if not texts:
        return _EMPTY
    if abs(stands_for / texts - 1) > 0.01:
        return lacking(f"the sample stands for {stands_for:.0f} texts, but these days have {texts:.0f}")
    return _unlabelled(strata, 2) or few(int(strata["rows"].sum()), 2 * LEAST, "labelled texts")


def _stratified(strata: pd.DataFrame, _: float, confidence: float) -> dict[str, float]:
    """The share of relevant texts, strata of mostly matched texts apart from the rest, as their rates differ much."""
    matched = strata["found"] * 2 > strata["drawn"]
    first, second = (_part(strata[side], "hits", strata, confidence) for side in (matched, ~matched))
    found = stratified.total(first, Limits(-second.value, -second.hi, -second.lo, second.variance))
    p = (strata["hits"] / strata["rows"]).to_numpy(dtype=float)
    return _answer(found, strata, p, p)


def _prediction_powered(strata: pd.DataFrame, matched: float, confidence: float) -> dict[str, float]:
    """The matched share of all texts, plus the share of misses, less the share of false alarms."""
    # a stratum of matched texts alone can have no miss, however few its rows, and one without them no false alarm
    misses = _part(strata[strata["found"] < strata["drawn"]], "misses", strata, confidence)
    alarms = _part(strata[strata["found"] > 0], "alarms", strata, confidence)
    plus, minus = ((strata[name] / strata["rows"]).to_numpy(dtype=float) for name in ("misses", "alarms"))
    texts, rows = (strata[name].to_numpy(dtype=float) for name in ("texts", "rows"))
    covariance = -float(np.sum((texts / texts.sum()) ** 2 * plus * minus / rows))  # a row is never both
    spread = float(np.sqrt(misses.variance * alarms.variance))
    found = stratified.total(misses, alarms, max(covariance / spread, -1.0) if spread else 0.0)
    found = Limits(matched + found.value, matched + found.lo, matched + found.hi, found.variance)
    return _answer(found, strata, plus - minus, plus + minus)


def _part(cells: pd.DataFrame, hits: str, strata: pd.DataFrame, confidence: float) -> Limits:
    """What some strata add to the share of hits in all texts."""
    if cells.empty:
        return NOTHING
    return _share(cells, hits, confidence, finite=True).times(float(cells["texts"].sum() / strata["texts"].sum()))


def _answer(found: Limits, strata: pd.DataFrame, mean: Floats, square: Floats) -> dict[str, float]:
    texts, rows = (strata[name].to_numpy(dtype=float) for name in ("texts", "rows"))
    se = stratified.error(texts, rows, mean, square)
    return {"share": found.value, "lo": max(found.lo, 0.0), "hi": min(found.hi, 1.0), "se": se}
