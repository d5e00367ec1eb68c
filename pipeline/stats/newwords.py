"""Strings that behave like words and that no dictionary has: names of events, coinages, disguises.

A string is word-like if its parts stick together (pointwise mutual information at its weakest split) and if many
different characters stand before and after it (branching entropy): Matrix67 (2012), after Jin & Tanaka-Ishii (2006),
doi 10.3115/1273073.1273129. It is new if it is far more frequent than in a background.
"""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence

import numpy as np
import pandas as pd

from pipeline.stats.keyness import log_ratio, signed_g2

_LONGEST = 5
_RUN = re.compile(r"[^\W_]+")

COLUMNS = ["word", "n", "pmi", "left", "right"]


def entropy(neighbours: Iterable[int]) -> float:
    """The entropy (nats) of counts: 0 where there is one neighbour, or none.

    >>> round(entropy([1, 2, 1]), 6)
    1.039721
    """
    counts = [n for n in neighbours if n]
    whole = sum(counts)
    return -sum(n / whole * math.log(n / whole) for n in counts) if len(counts) > 1 else 0.0


def branching(texts: Iterable[str], words: Collection[str]) -> dict[str, tuple[float, float]]:
    """The entropy (nats) of the characters before and after each word; the edge of a text is no neighbour."""
    sides: dict[str, tuple[Counter[str], Counter[str]]] = defaultdict(lambda: (Counter(), Counter()))
    lengths, wanted = sorted({len(word) for word in words}), set(words)
    for text in texts:
        for length in lengths:
            for at in range(len(text) - length + 1):
                if (word := text[at : at + length]) in wanted:
                    sides[word][0].update(text[at - 1 : at] if at else "")
                    sides[word][1].update(text[at + length : at + length + 1])
    return {word: (entropy(sides[word][0].values()), entropy(sides[word][1].values())) for word in words}


def candidates(
    texts: Sequence[str], least: int = 10, least_pmi: float = 3.0, least_entropy: float = 0.7
) -> pd.DataFrame:
    """The strings of 2 to 5 characters that behave like words, most frequent first: word, n, pmi, left, right.

    n: occurrences, at least `least`. pmi (nats): of the split at which the parts stick together least. left, right:
    branching entropies (nats), neither below `least_entropy`, which two neighbours in equal parts have (0.69) do not
    reach. Letters, digits and Han count as characters; anything else ends a string and is a neighbour.
    """
    grams: Counter[str] = Counter()
    for text in texts:
        for run in _RUN.findall(text):
            grams.update(
                run[at:end] for at in range(len(run)) for end in range(at + 1, min(at + _LONGEST, len(run)) + 1)
            )
    size = sum(n for gram, n in grams.items() if len(gram) == 1)
    sticky = {
        gram: pmi
        for gram, n in grams.items()
        if n >= least and len(gram) > 1 and (pmi := _weakest(gram, grams, size)) >= least_pmi
    }
    sides = branching(texts, sticky)
    rows = [(word, grams[word], pmi, *sides[word]) for word, pmi in sticky.items() if min(sides[word]) >= least_entropy]
    found = pd.DataFrame(rows, columns=COLUMNS)
    return found.sort_values(["n", "word"], ascending=[False, True], ignore_index=True)


def new(
    texts: Sequence[str],
    background: Sequence[str],
    known: Collection[str] = (),
    least: int = 10,
    least_g2: float = 10.83,
) -> pd.DataFrame:
    """The candidates of `texts` that are not known and more frequent than in the background, newest first.

    known: the words of a dictionary. Columns: those of `candidates`, n_background, log_ratio (binary logarithm of the
    ratio of frequencies per character, a zero taken as 0.5) and g2, which is at least `least_g2` (10.83: p < 0.001).
    """
    found = candidates(texts, least)
    found = found[~found["word"].isin(list(known))].reset_index(drop=True)
    sizes = [max(sum(len(text) for text in side), 1) for side in (texts, background)]
    before = _occurrences(background, found["word"].tolist())
    n, n_before = found["n"].to_numpy(dtype=float), np.array([before[word] for word in found["word"]], dtype=float)
    g2 = signed_g2(n, n_before, sizes[0] - n, sizes[1] - n_before)
    ratio = log_ratio(n, n_before, sizes[0], sizes[1])
    found = found.assign(n_background=n_before.astype(int), log_ratio=ratio, g2=g2)
    kept = pd.DataFrame(found[found["g2"] >= least_g2])
    return kept.sort_values(["log_ratio", "g2", "word"], ascending=[False, False, True], ignore_index=True)


def _weakest(gram: str, grams: Counter[str], size: int) -> float:
    return min(math.log(grams[gram] * size / (grams[gram[:at]] * grams[gram[at:]])) for at in range(1, len(gram)))


def _occurrences(texts: Iterable[str], words: Collection[str]) -> Counter[str]:
    lengths, wanted, found = sorted({len(word) for word in words}), set(words), Counter[str]()
    for text in texts:
        for length in lengths:
            found.update(gram for at in range(len(text) - length + 1) if (gram := text[at : at + length]) in wanted)
    return found
