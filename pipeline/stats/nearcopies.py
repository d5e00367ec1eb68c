"""Texts that are nearly the same: copies with a word changed, forwarded by hand, or posted by many at once.

Found by MinHash and locality-sensitive hashing (Leskovec, Rajaraman & Ullman, Mining of Massive Datasets, chapter 3;
computed by datasketch), and then compared exactly. A cluster says that texts are alike; it does not say who wrote them
or why: people copy petitions, too.
"""

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd

from pipeline.stats.guards import LEAST_CHARACTERS, few

BANDS, ROWS = 20, 5
_PERMUTATIONS = BANDS * ROWS
_SHINGLE = 3


def shingles(text: str) -> frozenset[str]:
    """The runs of three characters of a text, white space apart.

    >>> sorted(shingles("酒桌 文化"))
    ['桌文化', '酒桌文']
    """
    packed = "".join(text.split())
    return frozenset(packed[at : at + _SHINGLE] for at in range(len(packed) - _SHINGLE + 1))


def jaccard(first: frozenset[str] | set[int], second: frozenset[str] | set[int]) -> float:
    """What two sets share, by what they have together (0..1).

    >>> round(jaccard({0, 3}, {0, 2, 3}), 4)
    0.6667
    """
    return len(first & second) / len(first | second) if first or second else 0.0


def found_at(similarity: float, bands: int = BANDS, rows: int = ROWS) -> float:
    """How likely two texts of a similarity are compared at all: with 20 bands of 5 rows, half of them at 0.51.

    >>> round(found_at(0.8), 4)
    0.9996
    """
    return float(1 - (1 - similarity**rows) ** bands)


def clusters(texts: Sequence[str], least: float = 0.8, seed: int = 1) -> pd.DataFrame:
    """Which texts are near copies of which, a row per text: cluster (int, missing for a text without any), size, note.

    texts: normalised. Two texts are near copies from a Jaccard similarity of their shingles of `least` on; a cluster is
    what hangs together by such pairs. Texts under 8 characters are not compared: too many are alike by chance.
    Clusters are numbered in the order of their first text. At 0.8 about one pair in 3,000 is missed.
    """
    import networkx as nx

    sets = [shingles(text) for text in texts]
    notes = [few(sum(not c.isspace() for c in text), LEAST_CHARACTERS, "characters") for text in texts]
    graph = nx.Graph(_pairs(sets, [at for at, note in enumerate(notes) if not note], least, seed))
    frame = pd.DataFrame({"cluster": pd.array([pd.NA] * len(texts), dtype="Int64"), "size": 1, "note": notes})
    for number, members in enumerate(sorted(map(sorted, nx.connected_components(graph)))):
        frame.loc[members, "cluster"], frame.loc[members, "size"] = number, len(members)
    return frame


def copied(posts: pd.DataFrame, authors: int = 5, within: str = "1h") -> pd.DataFrame:
    """The clusters of posts, largest first: cluster, posts, authors, first, last, most_at_once, copy_paste.

    posts: cluster (see `clusters`), author, time. most_at_once: the most authors within any span of `within`;
    copy_paste: at least `authors` of them. It is a pattern of posts, never a word on an account.
    """
    rows = []
    for cluster, group in posts[posts["cluster"].notna()].groupby("cluster", sort=True):
        most = _most_at_once(group.sort_values("time"), pd.Timedelta(within))
        span = (group["time"].min(), group["time"].max())
        rows.append((cluster, len(group), group["author"].nunique(), *span, most, most >= authors))
    columns = ["cluster", "posts", "authors", "first", "last", "most_at_once", "copy_paste"]
    found = pd.DataFrame(rows, columns=columns)
    return found.sort_values(["posts", "cluster"], ascending=[False, True], ignore_index=True)


def _pairs(sets: Sequence[frozenset[str]], places: Iterable[int], least: float, seed: int) -> list[tuple[int, int]]:
    from datasketch import MinHash, MinHashLSH

    index, pairs = MinHashLSH(num_perm=_PERMUTATIONS, params=(BANDS, ROWS)), []
    empty = MinHash(num_perm=_PERMUTATIONS, seed=seed)
    for at in places:
        sketch = empty.copy()
        sketch.update_batch([shingle.encode("utf-8", "surrogatepass") for shingle in sets[at]])
        pairs += [(near, at) for near in index.query(sketch) if jaccard(sets[near], sets[at]) >= least]
        index.insert(at, sketch)
    return pairs


def _most_at_once(group: pd.DataFrame, within: pd.Timedelta) -> int:
    times, who = group["time"].to_numpy(), group["author"].to_numpy()
    ends = np.searchsorted(times, times + within.to_timedelta64(), side="right")
    return max(len(set(who[first:end])) for first, end in enumerate(ends))
