"""Interrupted time series: whether the level or the trend of a series breaks at an event that was named beforehand.

Segmented regression as in Lopez Bernal, Cummins & Gasparrini (2017), doi 10.1093/ije/dyw098: a quasi-Poisson model of
counts with the logarithm of the total as offset. It says that the series breaks on that day, not what broke it: other
things that happened on the day are in the same step.
"""

import datetime as dt
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from pipeline.stats.guards import LEAST_DAYS_BEFORE_AN_EVENT, few, lacking

Floats = npt.NDArray[np.float64]

_LEAST_AFTER = 7
"""Counted days from the event on: with less than a week, step and weekday are hardly told apart."""


class Model(NamedTuple):
    """What the regression holds besides level, trend and step.

    slope: a change of trend after the event. weekday: six dummies. harmonics: pairs of sine and cosine over `period`
    steps. lags: of the Newey-West covariance (None: the model's own, which takes steps as independent).
    """

    slope: bool = True
    weekday: bool = True
    harmonics: int = 0
    period: float = 7.0
    lags: int | None = 7


class Interrupted(NamedTuple):
    """effects: term, ratio, lo, hi, p, note. days: the series with fitted, expected, lo, hi. dispersion: X2 / df.

    expected is the counterfactual: what the model has without step and change of trend, lo and hi its band.
    """

    effects: pd.DataFrame
    days: pd.DataFrame
    dispersion: float
    note: str = ""


def by_day(days: pd.DataFrame, event: dt.date, model: Model | None = None, confidence: float = 0.95) -> Interrupted:
    """The break of a topic's daily share at the event, whose day counts as after it.

    days: day, posts, total; gaps are left out, time runs on over them. Less than 28 counted days before the event, less
    than 7 from it on, or no post on one side: no numbers, but a note.
    """
    model = model or Model()
    frame = days.reset_index(drop=True)
    start = frame["day"].iloc[0] if len(frame) else pd.Timestamp(event)
    time = (frame["day"] - start).dt.days.to_numpy(dtype=float)
    when = float((pd.Timestamp(event) - start).days)
    k, n = (frame[name].to_numpy(dtype=float, na_value=np.nan) for name in ("posts", "total"))
    weekdays = frame["day"].dt.day_of_week.to_numpy() if model.weekday else None
    found = segmented(k, n, time, when, model, weekdays, confidence)
    return found._replace(days=frame[["day", "posts", "total"]].join(found.days))


def segmented(
    counts: npt.ArrayLike,
    exposure: npt.ArrayLike,
    time: npt.ArrayLike,
    event: float,
    model: Model,
    weekdays: npt.NDArray[Any] | None = None,
    confidence: float = 0.95,
) -> Interrupted:
    """The same for counts at numbered steps of any length; `event` is the first step on which the break could show.

    Steps where counts or exposure are missing, or exposure is 0, are left out. p is two-sided and normal.
    """
    k, n, t = (np.asarray(x, dtype=float) for x in (counts, exposure, time))
    used = (n > 0) & ~np.isnan(k)
    design = _design(t, event, model, weekdays)
    note = _lacking(k[used], t[used] >= event)
    if note:
        effects = pd.DataFrame([{"term": "step", "note": note}], columns=_EFFECTS)
        empty = pd.DataFrame(np.nan, index=range(len(t)), columns=["fitted", "expected", "lo", "hi"])
        return Interrupted(effects, empty, np.nan, note)
    design = design.loc[:, (design[used] != 0).any()]  # a weekday that was never collected
    fitted = _fit(k[used], n[used], design[used], model.lags)
    quantile = _quantile(confidence)
    return Interrupted(_effects(fitted, model, quantile), _paths(fitted, design, n, quantile), float(fitted.scale))


_EFFECTS = ["term", "ratio", "lo", "hi", "p", "note"]


def _lacking(counts: Floats, after: npt.NDArray[np.bool_]) -> str:
    note = few(int((~after).sum()), LEAST_DAYS_BEFORE_AN_EVENT, "counted days before the event")
    note = note or few(int(after.sum()), _LEAST_AFTER, "counted days from the event on")
    if not note and not (counts[after].sum() and counts[~after].sum()):
        side = "from the event on" if counts[~after].sum() else "before the event"
        note = lacking(f"no post {side}, so that no ratio can be fitted; see the bound of a rate ratio")
    return note


def _design(time: Floats, event: float, model: Model, weekdays: npt.NDArray[Any] | None) -> pd.DataFrame:
    after = (time >= event).astype(float)
    columns = {"level": np.ones_like(time), "trend": time, "step": after}
    if model.slope:
        columns["slope"] = (time - event + 1) * after
    if weekdays is not None:
        columns |= {f"weekday {day}": (weekdays == day).astype(float) for day in range(1, 7)}
    for order in range(1, model.harmonics + 1):
        for name, wave in (("sine", np.sin), ("cosine", np.cos)):
            columns[f"{name} {order}"] = _wave(wave, order * time / model.period)
    return pd.DataFrame(columns)


def _wave(wave: Callable[[Floats], Floats], turns: Floats) -> Floats:
    return wave(2 * np.pi * turns)


def _fit(counts: Floats, exposure: Floats, design: pd.DataFrame, lags: int | None) -> Any:
    import statsmodels.api as sm  # slow to import

    glm = sm.GLM(counts, design, family=sm.families.Poisson(), offset=np.log(exposure))
    if lags is None:
        return glm.fit(scale="X2")
    return glm.fit(scale="X2", cov_type="HAC", cov_kwds={"maxlags": lags})


def _quantile(confidence: float) -> float:
    from scipy.stats import norm

    return float(norm.ppf((1 + confidence) / 2))


def _effects(fitted: Any, model: Model, quantile: float) -> pd.DataFrame:
    terms = ["trend", "step"] + ["slope"] * model.slope
    rows = [
        (
            term,
            *np.exp(fitted.params[term] + fitted.bse[term] * np.array([0, -quantile, quantile])),
            fitted.pvalues[term],
        )
        for term in terms
    ]
    return pd.DataFrame([(*row, "") for row in rows], columns=_EFFECTS)


def _paths(fitted: Any, design: pd.DataFrame, exposure: Floats, quantile: float) -> pd.DataFrame:
    without = design.assign(**{name: 0.0 for name in ("step", "slope") if name in design})
    x = without.to_numpy()
    params, covariance = fitted.params.to_numpy(), np.asarray(fitted.cov_params())
    centre = x @ params
    width = quantile * np.sqrt(np.einsum("ij,jk,ik->i", x, covariance, x))
    n = np.where(exposure > 0, exposure, np.nan)
    lines = {"fitted": design.to_numpy() @ params, "expected": centre, "lo": centre - width, "hi": centre + width}
    return pd.DataFrame({name: n * np.exp(line) for name, line in lines.items()})
