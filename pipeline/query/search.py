"""Which of many texts a query finds.

What is cheap comes first: `prefilter` decides most texts as they stand, by whole Arrow columns. Only the others are
brought into normal form, and of these only the candidates of a word that asks for token edges are segmented. Regular
expressions run in RE2, whose time grows with the length of the text and nothing else.
"""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.query import prefilter
from pipeline.query.nodes import And, Near, Node, Not, Or, Pattern, Place, Term, leaves, shown
from pipeline.text import normalise

Bools = npt.NDArray[np.bool_]
Indices = npt.NDArray[np.intp]
Span = tuple[int, int]
Cut = Callable[[str], Iterable[str]]
_LATIN = re.compile("[0-9a-z]")
_BEGIN, _END = "\ufdd0", "\ufdd1"  # two noncharacters of Unicode, which stand in no text


@dataclass(frozen=True, slots=True)
class Query:
    """A query, ready to be put to texts; as a string it is the expression as it was understood."""

    node: Node

    def __str__(self) -> str:
        return shown(self.node)

    def matches(self, texts: pa.Array, cut: Cut) -> Bools:
        """Which of the texts (string[n], as written) the query finds.

        cut: jieba's `cut`; called for the candidates of a `match:boundary` alone.
        """
        verdict = prefilter.decided(self.node, texts)
        open_ = np.flatnonzero(verdict.is_null().to_numpy(zero_copy_only=False))
        found: Bools = verdict.fill_null(False).to_numpy(zero_copy_only=False).copy()
        forms = pa.array([normalise(text) for text in texts.take(open_).to_pylist()], pa.string())
        found[open_] = _Texts(forms, cut).hold(self.node)
        return found


class _Texts:
    """Texts in normal form, with their token edges once somebody asked for them."""

    def __init__(self, forms: pa.Array, cut: Cut):
        self._forms, self._cut = forms, cut
        self._edges: dict[int, frozenset[int]] = {}
        self._all: Indices = np.arange(len(forms))

    def hold(self, node: Node, rows: Indices | None = None) -> Bools:
        """For which of some rows (all unless given) a query is true."""
        rows = self._all if rows is None else rows
        match node:
            case Term(boundary=True) | Near():
                return self._in_turn(node, rows)
            case Term() | Pattern():
                return self._found(pattern_of(node), rows)
            case Not(part):
                return ~self.hold(part, rows)
            case And(parts):
                return self._all_hold(parts, rows, wanted=True)
            case Or(parts):
                return ~self._all_hold(parts, rows, wanted=False)

    def _all_hold(self, parts: Sequence[Node], rows: Indices, wanted: bool) -> Bools:
        """Where every part is as wanted; a costly part is asked only of rows that the cheap ones left."""
        left: Indices = np.arange(len(rows))
        for part in sorted(parts, key=_cost):
            left = left[self.hold(part, rows if len(left) == len(rows) else rows[left]) == wanted]
        verdict = np.zeros(len(rows), bool)
        verdict[left] = True
        return verdict

    def _found(self, pattern: str, rows: Indices) -> Bools:
        forms = self._forms if rows is self._all else self._forms.take(rows)
        verdict: Bools = pc.match_substring_regex(forms, pattern=pattern).to_numpy(zero_copy_only=False)
        return verdict

    def _in_turn(self, node: Near | Term, rows: Indices) -> Bools:
        """A question of places, asked text by text of those in which all that is asked for stands."""
        sides = (node.left, node.right) if isinstance(node, Near) else ((node,),)
        left: Indices = np.arange(len(rows))
        for side in sides:
            left = left[np.logical_or.reduce([self._found(pattern_of(place), rows[left]) for place in side])]
        near = [self._places(side, rows[left]) for side in sides]
        reach = node.characters if isinstance(node, Near) else 0
        verdict = np.zeros(len(rows), bool)
        verdict[left] = [_near(*spans, reach) if len(spans) == 2 else any(spans) for spans in zip(*near, strict=True)]
        return verdict

    def _places(self, side: Iterable[Place], rows: Indices) -> list[list[Span]]:
        """Where one of some words or regular expressions stands, for each row."""
        found: list[list[Span]] = [[] for _ in rows]
        for place in side:
            spans = self._spans(place, rows)
            for row, more in zip(found, spans, strict=True):
                row.extend(more)
        return found

    def _spans(self, place: Place, rows: Indices) -> list[list[Span]]:
        if isinstance(place, Pattern):
            return _marked(self._forms.take(rows), place)
        texts = self._forms.take(rows).to_pylist()
        return [
            [span for span in _occurrences(text, place.words) if not place.boundary or self._cut_at(row, text, span)]
            for row, text in zip(rows.tolist(), texts, strict=True)
        ]

    def _cut_at(self, row: int, text: str, span: Span) -> bool:
        """Whether both ends of a place are edges of tokens."""
        if row not in self._edges:
            self._edges[row] = frozenset(accumulate(map(len, self._cut(text)), initial=0))
        return self._edges[row].issuperset(span)


def pattern_of(place: Place) -> str:
    """The RE2 pattern that finds a word, its Latin edges free, or a regular expression, in a normal form."""
    if isinstance(place, Pattern):
        return f"(?i:{place.source})"
    before = "(?:^|[^0-9a-z])" if _LATIN.match(place.words[0]) else ""
    after = "(?:$|[^0-9a-z])" if _LATIN.match(place.words[-1]) else ""
    return f"{before}{re.escape(place.words)}{after}"


def _cost(node: Node) -> int:
    """0 for what one pass over a column answers, 1 for places in text, 2 for tokens."""
    if any(isinstance(leaf, Term) and leaf.boundary for leaf in leaves(node)):
        return 2
    match node:
        case Near():
            return 1
        case Not(part):
            return _cost(part)
        case And(parts) | Or(parts):
            return max(map(_cost, parts))
    return 0


def _occurrences(text: str, words: str) -> Iterable[Span]:
    """Every place of some words, overlapping ones too, at which their Latin edges are free."""
    start = text.find(words)
    while start >= 0:
        end = start + len(words)
        if not (_joined(text, start) or _joined(text, end)):
            yield start, end
        start = text.find(words, start + 1)


def _joined(text: str, at: int) -> bool:
    return 0 < at < len(text) and bool(_LATIN.match(text[at - 1]) and _LATIN.match(text[at]))


def _marked(forms: pa.Array, pattern: Pattern) -> list[list[Span]]:
    """The places of a regular expression in each text, from left to right and not overlapping."""
    clean = pc.replace_substring_regex(forms, pattern=f"[{_BEGIN}{_END}]", replacement="\ufffd")
    marked = pc.replace_substring_regex(
        clean, pattern=f"({pattern_of(pattern)})", replacement=rf"{_BEGIN}\1{_END}"
    ).to_pylist()
    return [_between_marks(text) for text in marked]


def _between_marks(text: str) -> list[Span]:
    spans, at = [], 0
    for piece in text.split(_END)[:-1]:
        before, _, inside = piece.partition(_BEGIN)
        spans.append((at + len(before), at + len(before) + len(inside)))
        at = spans[-1][1]
    return spans


def _near(left: Sequence[Span], right: Sequence[Span], characters: int) -> bool:
    """Whether a place of the one and a place of the other, not overlapping, are that close."""
    return _follows(left, right, characters) or _follows(right, left, characters)


def _follows(first: Sequence[Span], second: Sequence[Span], characters: int) -> bool:
    starts = sorted(start for start, _ in second)
    for _, end in first:
        at = bisect_left(starts, end)
        if at < len(starts) and starts[at] - end <= characters:
            return True
    return False
