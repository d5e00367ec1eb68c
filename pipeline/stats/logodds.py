"""Words that mark one set of texts against another, by log-odds with an informative Dirichlet prior.

Monroe, Colaresi & Quinn (2008), Fightin' Words, doi 10.1093/pan/mpn018, equations 16-22. The prior, words of a
background or of both sets together, holds rare words back, which a plain ratio puts first; the z-score tells how sure
the difference is, delta how large.
"""

import numpy as np
import numpy.typing as npt
import pandas as pd

from pipeline.stats.guards import lacking

Floats = npt.NDArray[np.float64]


def log_odds(words: pd.DataFrame, scale: float | None = None) -> pd.DataFrame:
    """The words of both sets, most typical of the first set first: word, first, second, delta, z, note.

    words: word, first, second (counts of the two sets) and, if there is one, background (counts of a third, larger
    set; otherwise both sets together). scale: the size of the prior in words; by default that of the background itself.
    A word has `scale` * its share of the background. delta: log-odds of the word in the first set less those in the
    second (nats); z: delta by its standard error. Words that stand nowhere are left out.
    """
    first, second = (words[name].to_numpy(dtype=float) for name in ("first", "second"))
    background = words["background"].to_numpy(dtype=float) if "background" in words else first + second
    if not (first.sum() and second.sum()):
        return words[["word", "first", "second"]].assign(delta=np.nan, z=np.nan, note=lacking("a set has no words"))
    size = background.sum() if scale is None else scale
    delta, z = weighed(first, second, background / max(background.sum(), 1) * size)
    missing = lacking("the background lacks the word, so that it has no prior")
    note = np.where(np.isnan(z) & (first + second > 0), missing, "")
    found = words[["word", "first", "second"]].assign(delta=delta, z=z, note=note)
    found = found[(first + second + background) > 0]
    return pd.DataFrame(found).sort_values(["z", "word"], ascending=[False, True], ignore_index=True)


def weighed(first: npt.ArrayLike, second: npt.ArrayLike, prior: npt.ArrayLike) -> tuple[Floats, Floats]:
    """delta and z of each word, from its counts in two sets and its prior count; NaN where the prior is not above 0."""
    y1, y2, alpha = (np.asarray(x, dtype=float) for x in (first, second, prior))
    alpha = np.broadcast_to(alpha, y1.shape)
    alpha = np.where(alpha > 0, alpha, np.nan)
    n1, n2, whole = y1.sum(), y2.sum(), np.nansum(alpha)
    delta = _logit(y1 + alpha, n1 + whole) - _logit(y2 + alpha, n2 + whole)
    return delta, np.asarray(delta / np.sqrt(1 / (y1 + alpha) + 1 / (y2 + alpha)))


def weighted(counts: pd.DataFrame) -> pd.DataFrame:
    """The words of every set against all sets together, itself among them: the rows of `counts` with a column z.

    counts: set, word, n, one row per word that a set has. The prior of a word is its count in all sets. It is the
    "weighted log odds" of the R package tidylo (Schnoebelen, Silge & Hayes), whose tables it reproduces.
    """
    y = counts["n"] + counts.groupby("word")["n"].transform("sum")
    in_set = y.groupby(counts["set"]).transform("sum")
    return counts.assign(z=against_all(y, in_set, y.groupby(counts["word"]).transform("sum"), float(y.sum())))


def against_all(inside: npt.ArrayLike, size: npt.ArrayLike, everywhere: npt.ArrayLike, all_size: float) -> Floats:
    """The z-score of words, from counts that hold the prior: the word in the set, the set; the same of all sets."""
    y, n, w = (np.asarray(x, dtype=float) for x in (inside, size, everywhere))
    delta = _logit(y, n) - _logit(w, all_size)
    return np.asarray(delta / np.sqrt(1 / y + 1 / w))


def _logit(count: Floats, size: Floats | float) -> Floats:
    return np.asarray(np.log(count / (size - count)))
