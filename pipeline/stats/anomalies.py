"""Values that do not belong to a series: the generalised extreme Studentized deviate, plain and for seasonal series."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from pipeline.stats.guards import LEAST_PERIODS, few, lacking

Floats = npt.NDArray[np.float64]

_MAD = 1.4826
"""What makes the median absolute deviation of a normal sample its standard deviation."""


def gesd(values: npt.ArrayLike, most: int, alpha: float = 0.05, robust: bool = True) -> pd.DataFrame:
    """The generalised ESD test, a row per step: place (of the value in the series), R, critical, outlier (bool).

    Rosner (1983), doi 10.1080/00401706.1983.10487848. At each step the value farthest from the centre is taken out. The
    outliers are those of all steps up to the *last* with R above its critical value: a first one may hide others.
    most: the greatest number of outliers that is looked for. robust: centre and scale are median and 1.4826 * MAD
    rather than mean and standard deviation. Missing values take no part.
    """
    from scipy.stats import t as student

    x = np.asarray(values, dtype=float)
    left = np.flatnonzero(~np.isnan(x))
    n, rows = len(left), []
    for step in range(1, min(most, n - 2) + 1):
        centre, scale = _centre(x[left], robust)
        if not scale > 0:
            break
        distance = np.abs(x[left] - centre)
        farthest = int(distance.argmax())
        quantile = student.ppf(1 - alpha / (2 * (n - step + 1)), n - step - 1)
        critical = (n - step) * quantile / np.sqrt((n - step - 1 + quantile**2) * (n - step + 1))
        rows.append((left[farthest], distance[farthest] / scale, critical))
        left = np.delete(left, farthest)
    found = pd.DataFrame(rows, columns=["place", "R", "critical"]).astype({"place": "int64"})
    return found.assign(outlier=found.index <= _last(found["R"] > found["critical"]))


def seasonal(
    days: pd.DataFrame, column: str = "share", period: int = 7, most: float = 0.02, alpha: float = 0.05
) -> pd.DataFrame:
    """S-H-ESD of a series: its rows with seasonal, residual, anomaly (bool) and note.

    days: one row per equal step of time, in order; `column` missing on gaps, which are bridged by a straight line for
    the decomposition and are never anomalies. period: steps of a season. most: the share of steps that may be
    anomalies, below 0.5. The season is a robust STL's (Cleveland et al. 1990) of constant shape; the residual, after
    the median is taken off, goes through `gesd` with median and MAD. Hochenbaum, Vallis & Kejariwal (2017), arXiv
    1704.07706.
    """
    out = days.reset_index(drop=True)
    y = out[column].to_numpy(dtype=float, na_value=np.nan)
    note = few(int((~np.isnan(y)).sum()), LEAST_PERIODS * period, "counted steps") or _periods(len(y), period)
    if note:
        return out.assign(seasonal=np.nan, residual=np.nan, anomaly=False, note=note)
    season = _season(pd.Series(y).interpolate(limit_direction="both").to_numpy(), period)
    residual = y - season - np.nanmedian(y)
    steps = gesd(residual, max(int(most * np.sum(~np.isnan(y))), 1), alpha)
    anomaly = np.zeros(len(y), dtype=bool)
    anomaly[steps.loc[steps["outlier"], "place"]] = True
    gap = np.where(np.isnan(y), lacking("nothing was collected at this step"), "")
    return out.assign(seasonal=season, residual=residual, anomaly=anomaly, note=gap)


def _periods(steps: int, period: int) -> str:
    return lacking("a season needs at least 2 steps") if period < 2 else few(steps, LEAST_PERIODS * period, "steps")


def _season(y: Floats, period: int) -> Floats:
    from statsmodels.tsa.seasonal import STL  # slow to import

    window = 10 * len(y) + 1  # what R calls "periodic"
    fitted = STL(y, period=period, seasonal=window, seasonal_deg=0, robust=True).fit(inner_iter=1, outer_iter=15)
    return np.asarray(fitted.seasonal)


def _centre(x: Floats, robust: bool) -> tuple[float, float]:
    if not robust:
        return float(x.mean()), float(x.std(ddof=1))
    median = float(np.median(x))
    return median, _MAD * float(np.median(np.abs(x - median)))


def _last(above: "pd.Series[bool]") -> int:
    places = np.flatnonzero(above)
    return int(places[-1]) if len(places) else -1
