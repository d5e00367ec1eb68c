"""How far a share can be trusted."""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def wilson(k: npt.ArrayLike, n: npt.ArrayLike, confidence: float = 0.95) -> tuple[Floats, Floats]:
    """Lower and upper limits (float64, in 0..1) of the Wilson score interval for k of n; NaN where n is 0 or NaN.

    Newcombe (1998), doi 10.1002/(SICI)1097-0258(19980430)17:8<857::AID-SIM777>3.0.CO;2-E, method 3; computed by
    statsmodels. It treats items as independent, which posts of one author and titles carried over midnight are not:
    read the interval as a lower bound of the uncertainty.
    """
    from statsmodels.stats.proportion import proportion_confint  # 0.9 s, which only an interval should cost

    n = np.asarray(n, dtype=float)
    n = np.where(n > 0, n, np.nan)
    lo, hi = proportion_confint(np.asarray(k, dtype=float), n, alpha=1 - confidence, method="wilson")
    return np.asarray(lo), np.asarray(hi)
