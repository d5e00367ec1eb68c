"""The shape of repost cascades: many who repost one post, or a chain of people who repost one another."""

from collections import Counter, defaultdict
from collections.abc import Hashable, Mapping

import numpy as np
import pandas as pd

from pipeline.stats.guards import lacking

COLUMNS = ["cascade", "size", "depth", "breadth", "structural_virality", "orphans", "note"]


def shapes(reposts: pd.DataFrame) -> pd.DataFrame:
    """The shape of each cascade: cascade, size, depth, breadth, structural_virality, orphans, note.

    reposts: cascade, post, parent (missing for the first post), one row per post. size: posts that hang together with
    the first one. depth: reposts from it to the farthest. breadth: most posts at one distance. structural_virality:
    mean distance of two posts (Goel et al. 2016, doi 10.1287/mnsc.2015.2158), between 1 and 2 for a broadcast and
    growing with the length of chains; none for one post alone. orphans: posts whose way to the first one is not in the
    data, which no number holds. A cascade without one first post has no numbers.
    """
    rows = []
    for cascade, group in reposts.groupby("cascade", sort=True):
        roots = group.loc[group["parent"].isna(), "post"].tolist()
        if len(roots) != 1:
            note = lacking(f"{len(roots)} posts without a parent, and a cascade has one")
            rows.append((cascade, 0, np.nan, np.nan, np.nan, len(group), note))
            continue
        parents = dict(group.dropna(subset=["parent"])[["post", "parent"]].itertuples(index=False, name=None))
        rows.append((cascade, *_shape(roots[0], parents)))
    return pd.DataFrame(rows, columns=COLUMNS)


def _shape(root: Hashable, parents: Mapping[Hashable, Hashable]) -> tuple[int, int, int, float, int, str]:
    children: defaultdict[Hashable, list[Hashable]] = defaultdict(list)
    for post, parent in parents.items():
        children[parent].append(post)
    depth, order = {root: 0}, [root]
    for post in order:
        for child in children[post]:
            depth[child] = depth[post] + 1
            order.append(child)
    size, below = len(order), Counter(order)
    for post in reversed(order[1:]):
        below[parents[post]] += below[post]
    orphans = len(parents) + 1 - size
    at_depth = Counter(depth.values())
    if size == 1:
        return 1, 0, 1, np.nan, orphans, lacking("one post has no distance to another")
    # an edge lies on the way of every post below it to every other post, so that distances are counted edge by edge
    distances = sum(below[post] * (size - below[post]) for post in order[1:])
    return size, max(at_depth), max(at_depth.values()), 2 * distances / (size * (size - 1)), orphans, ""
