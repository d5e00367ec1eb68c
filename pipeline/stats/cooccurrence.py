"""Which words or topics stand in the same texts more often than chance would have it, and the network of them."""

import io
import itertools
import re
from collections import Counter
from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from pipeline.stats.guards import lacking
from pipeline.stats.keyness import signed_g2

if TYPE_CHECKING:
    import networkx as nx

Floats = npt.NDArray[np.float64]

LEAST_JOINT = 10
"""Texts that two words must share: pointwise mutual information is largest for pairs that met once."""


def counted(texts: Iterable[Collection[str]]) -> pd.DataFrame:
    """Of every two words that share a text: first, second, joint, n_first, n_second (texts), texts.

    texts: the words of each text; a word counts once per text.
    """
    alone: Counter[str] = Counter()
    joint: Counter[tuple[str, str]] = Counter()
    size = 0
    for words in texts:
        distinct = sorted(set(words))
        alone.update(distinct)
        joint.update(itertools.combinations(distinct, 2))
        size += 1
    rows = [(a, b, both, alone[a], alone[b], size) for (a, b), both in sorted(joint.items())]
    return pd.DataFrame(rows, columns=["first", "second", "joint", "n_first", "n_second", "texts"])


def pairs(counts: pd.DataFrame, least: int = LEAST_JOINT) -> pd.DataFrame:
    """The rows of `counted` with pmi (bits), npmi (-1..1) and g2 (negative where rarer than by chance), note.

    NPMI: Bouma (2009), Normalized (pointwise) mutual information in collocation extraction: 1 for words that are never
    apart, 0 for independent ones. G2: Dunning's, of the four cells of texts. Pairs with fewer than `least` joint texts
    have no numbers.
    """
    k, a, b, n = (counts[name].to_numpy(dtype=float) for name in ("joint", "n_first", "n_second", "texts"))
    enough = k >= least
    both = np.where(enough, k, np.nan)
    information = np.log2(both * n / (a * b))
    with np.errstate(divide="ignore", invalid="ignore"):
        normal = np.where(both == n, 1.0, information / -np.log2(both / n))
    short = [lacking(f"{int(x)} joint texts, and at least {least} are needed") for x in k]
    columns = {"pmi": information, "npmi": normal, "g2": signed_g2(both, b - both, a - both, n - a - b + both)}
    columns["g2"] = np.where(enough, columns["g2"], np.nan)
    return counts.assign(**columns, note=np.where(enough, "", short))


def ppmi(counts: npt.ArrayLike, smoothing: float = 1.0) -> Floats:
    """Positive pointwise mutual information (bits) of a table of words by contexts; negative values are 0.

    Jurafsky & Martin, Speech and Language Processing, chapter 6. smoothing: an exponent of the contexts' counts; 0.75
    holds rare contexts back (Levy, Goldberg & Dagan 2015, doi 10.1162/tacl_a_00134).
    """
    table = np.asarray(counts, dtype=float)
    words, contexts = table.sum(1, keepdims=True) / table.sum(), table.sum(0, keepdims=True) ** smoothing
    with np.errstate(divide="ignore"):
        information = np.log2(table / table.sum() / (words * contexts / contexts.sum()))
    return np.asarray(np.maximum(information, 0))


def network(
    edges: pd.DataFrame, weight: str = "npmi", least_weight: float = 0.0, least_g2: float = 10.83
) -> "nx.Graph":
    """The undirected graph of `pairs`: nodes carry texts, edges joint, npmi, g2 and weight.

    Edges are pairs that stand together more than by chance (g2 at least 10.83, p < 0.001 for one pair looked at alone;
    raise it with the number of pairs) and whose `weight` lies above `least_weight`. Words without an edge are left out.
    """
    import networkx as nx

    graph = nx.Graph()
    kept = edges[(edges["note"] == "") & (edges["g2"] >= least_g2) & (edges[weight] > least_weight)]
    for row in kept.sort_values(["first", "second"]).to_dict("records"):
        graph.add_node(row["first"], texts=int(row["n_first"]))
        graph.add_node(row["second"], texts=int(row["n_second"]))
        numbers = {"npmi": float(row["npmi"]), "g2": float(row["g2"]), "weight": float(row[weight])}
        graph.add_edge(row["first"], row["second"], joint=int(row["joint"]), **numbers)
    return graph


def graphml(graph: "nx.Graph") -> str:
    """The graph as GraphML (for Gephi, Cytoscape, igraph); the same graph gives the same text."""
    import networkx as nx

    written = io.BytesIO()
    nx.write_graphml_xml(graph, written, encoding="utf-8", prettyprint=True)
    return written.getvalue().decode("utf-8")


def gexf(graph: "nx.Graph") -> str:
    """The graph as GEXF 1.2 (for Gephi), without the date of writing, so that the same graph gives the same text."""
    import networkx as nx

    written = io.BytesIO()
    nx.write_gexf(graph, written, encoding="utf-8", prettyprint=True)
    return re.sub(r' lastmodifieddate="[^"]*"', "", written.getvalue().decode("utf-8"))
