"""The network of words that stand in the same texts: dots for words, lines for pairs."""

import math
from itertools import combinations

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Circle

from pipeline.figures import fonts
from pipeline.figures import sheet as page
from pipeline.figures.days import Language
from pipeline.figures.fonts import GREY, INK
from pipeline.figures.sheet import Words
from pipeline.figures.venues import Style

COLUMNS = ("first", "second", "joint", "n_first", "n_second", "texts", "npmi", "g2")

Floats = npt.NDArray[np.float64]

_CLASSES = (0.0, 0.25, 0.5)
_STROKES = (0.6, 1.3, 2.4)
_SMALLEST, _LARGEST = 0.035, 0.12
"""Radii of dots, inches at 9 pt."""

_WORDS: dict[Language, dict[str, str]] = {
    "en": {"npmi": "NPMI {range}", "word": "word; the area is its number of texts ({least}–{most})",
           "empty": "no pair stands together more than by chance"},
    "zh": {"npmi": "NPMI {range}", "word": "词；面积为其文本数（{least}–{most}）", "empty": "没有超出偶然的共现词对"},
}  # fmt: skip


def network(table: pd.DataFrame, words: Words, style: Style, *, seed: int = 0) -> Figure:
    """The graph of the pairs of `table`, one row each; `seed` decides where the layout starts.

    Words that share texts more often than others lie near one another, by the spring layout of networkx weighted with
    NPMI; then dots and labels are moved apart until none overlaps. Only neighbourhood means something, not direction.
    """
    text = _WORDS[style.language]
    with fonts.paper(style.size, style.venue.stroke):
        nodes = _nodes(table)
        handles = _handles(style, text, nodes)
        left = page.EDGE + 0.1
        height = min(max(0.62 * style.width, 2.4), style.tall * 1.7, max(1.8, 0.22 * len(nodes)) * style.scale)
        sheet = page.lay_out(style, words, (height,), left, handles, foot=0.05)
        figure = sheet.figure()
        [axes] = sheet.axes(figure)
        axes.set_axis_off()
        axes.set_xlim(0, sheet.room)
        axes.set_ylim(0, height)
        if table.empty:
            axes.text(sheet.room / 2, height / 2, text["empty"], ha="center", va="center", size=style.size)
        else:
            _draw(axes, table, nodes, style, np.array([sheet.room, height]), seed)
        page.draw_head(figure, sheet)
    return figure


def _nodes(table: pd.DataFrame) -> dict[str, int]:
    sides = [table[[side, f"n_{side}"]].set_axis(["word", "n"], axis=1) for side in ("first", "second")]
    both = pd.concat(sides).drop_duplicates("word").sort_values("word")
    return dict(zip(both["word"], both["n"].astype(int), strict=True))


def _radius(n: int, nodes: dict[str, int], style: Style) -> float:
    return style.scale * max(_SMALLEST, _LARGEST * math.sqrt(n / max(nodes.values())))


def _stroke(npmi: float, style: Style) -> float:
    return style.venue.line * _STROKES[sum(npmi >= least for least in _CLASSES[1:])]


def _draw(axes, table: pd.DataFrame, nodes: dict[str, int], style: Style, room: Floats, seed: int) -> None:  # type: ignore[no-untyped-def]
    radii = np.array([_radius(n, nodes, style) for n in nodes.values()])
    labels = [fonts.readable(word) for word in nodes]
    boxes = np.array(
        [
            [max(2 * r, style.measure(label, style.small)) + 0.06, 2 * r + style.small_leading + 0.05]
            for label, r in zip(labels, radii, strict=True)
        ]
    )
    places = dict(zip(nodes, apart(_spring(table, list(nodes), room - boxes.max(0), seed), boxes, room), strict=True))
    # the box holds the dot above its label
    dots = {word: place + np.array([0, style.small_leading / 2]) for word, place in places.items()}
    for row in table.to_dict("records"):
        (x0, y0), (x1, y1) = dots[row["first"]], dots[row["second"]]
        axes.plot([x0, x1], [y0, y1], color="#9A9A9A", linewidth=_stroke(row["npmi"], style), zorder=1, gid="pair")
    for (x, y), radius, label in zip(dots.values(), radii, labels, strict=True):
        axes.add_patch(Circle((x, y), radius, facecolor=style.colours[0], edgecolor="white", linewidth=0.5, zorder=2))
        box = {"facecolor": "white", "edgecolor": "none", "pad": 0.6}
        axes.text(
            x, y - radius - 0.035, label, ha="center", va="top", size=style.small, color=INK, zorder=3, bbox=box,
            gid="node", parse_math=False,
        )  # fmt: skip


def _spring(table: pd.DataFrame, nodes: list[str], room: Floats, seed: int) -> Floats:
    import networkx as nx

    graph = nx.Graph()
    graph.add_nodes_from(nodes)
    graph.add_weighted_edges_from(table[["first", "second", "npmi"]].itertuples(index=False, name=None))
    found = nx.spring_layout(graph, seed=seed, iterations=200, k=1.6 / math.sqrt(len(nodes)))
    places = np.array([found[node] for node in nodes])
    span = np.ptp(places, axis=0)
    unit = (places - places.min(0)) / np.where(span > 0, span, 1)
    # half way to an even spread along both axes, so that one word at the rim does not press the others together
    even = places.argsort(axis=0).argsort(axis=0) / max(len(nodes) - 1, 1)
    return np.asarray(((unit + even) / 2 - 0.5) * room)


def apart(places: Floats, boxes: Floats, room: Floats) -> Floats:
    """Centres (float64[n, 2], inches) of boxes (width, height) that do not overlap, within `room`, near `places`.

    places: centres around the middle of the room. Two boxes that overlap are moved along the shorter way out, half
    each. ValueError where so many do not fit.
    """
    centres = places + room / 2
    for turn in range(900):
        moved = False
        for a, b in combinations(range(len(centres)), 2):
            away = centres[b] - centres[a]
            over = (boxes[a] + boxes[b]) / 2 - np.abs(away)
            if (over > 1e-6).all():
                axis = int(over[1] < over[0])
                axis ^= turn % 7 == 6  # now and then the longer way out, so that a full row gives way to a second
                step = (over[axis] / 2 + 1e-3) * (1 if away[axis] >= 0 else -1)
                centres[a, axis] -= step
                centres[b, axis] += step
                moved = True
        inside = np.clip(centres, boxes / 2, room - boxes / 2)
        if not moved and np.allclose(inside, centres):
            return centres
        centres = inside
    raise ValueError("the words of the network do not fit the page: ask for fewer words or a wider page")


def _handles(style: Style, text: dict[str, str], nodes: dict[str, int]) -> list[Artist]:
    if not nodes:
        return []
    ends = [*_CLASSES[1:], 1.0]
    lines = [
        Line2D(
            [], [], color="#9A9A9A", linewidth=_STROKES[index] * style.venue.line,
            label=text["npmi"].format(range=f"{low:g}–{high:g}"),
        )
        for index, (low, high) in enumerate(zip(_CLASSES, ends, strict=True))
    ]  # fmt: skip
    label = text["word"].format(least=min(nodes.values()), most=max(nodes.values()))
    look = {"linestyle": "none", "marker": "o", "markersize": 5, "color": style.colours[0]}
    return [Line2D([], [], label=label, **look), *lines]  # type: ignore[arg-type]


__all__ = ["COLUMNS", "GREY", "apart", "network"]
