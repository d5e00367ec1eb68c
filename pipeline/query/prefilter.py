"""What can be said of a text before it is brought into normal form, which costs more than all the rest.

A text is plain when each of its characters has a normal form of its own that does not depend on its neighbours: most
texts in simplified script are. In a plain text a word can stand in normal form only where sources of its characters
stand in the text, in the same order, with nothing between them but what the normal form leaves out. Where they do not,
the word is not there. Where a word of Han characters stands as it is, it stands in the normal form, too. Of the rest,
of texts that are not plain, and of regular expressions, nothing is said (null).
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, reduce
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.query.nodes import And, Near, Node, Not, Or, Pattern, Place, Term
from pipeline.text import normalise

_BLOCKS = (
    (0x09, 0x2FF), (0x2000, 0x2BFF), (0x3000, 0x9FFF), (0xFE00, 0xFE6F), (0xFF00, 0xFFEF), (0x1F000, 0x1FAFF),
)  # fmt: skip
_IN_PHRASES = dict(zip("里坯沉苏了借只复仿具", "哩坏沈甦瞭藉衹覆彷俱", strict=True))
"""Characters that OpenCC 1.4.2 (TSPhrases) makes of others inside phrases alone, and of which: 英哩 becomes 英里."""

_HAN = re.compile("[\u4e00-\u9fff]+")
_TOGETHER, _OF_EACH = 50, 8
"""How many words one regular expression seeks, and how many characters of each: RE2 allows so much and no more."""


class _Table(NamedTuple):
    """What the normal form makes of single characters, as parts of regular expressions.

    odd: a character that is not plain. gaps: those that a normal form may leave out, and those that become blanks and
    full stops. sources: of each other character of a normal form, the plain characters that it may come from.
    """

    odd: str
    gaps: str
    sources: Mapping[str, str]


def decided(node: Node, texts: pa.Array) -> pa.Array:
    """Whether a query finds each text (boolean[n]), null where only the normal form can tell."""
    return _decided(node, texts, pc.match_substring_regex(texts, pattern=_table().odd))


def _decided(node: Node, texts: pa.Array, odd: pa.Array) -> pa.Array:
    match node:
        case Not(part):
            return pc.invert(_decided(part, texts, odd))
        case And(parts):
            return reduce(pc.and_kleene, [_decided(part, texts, odd) for part in parts])
        case Near(left, right):
            return pc.and_kleene(_maybe(left, texts, odd), _maybe(right, texts, odd))
        case Or(parts):
            places = [part for part in parts if isinstance(part, Term | Pattern)]
            others = [_decided(part, texts, odd) for part in parts if not isinstance(part, Term | Pattern)]
            return reduce(pc.or_kleene, [*others, *([_found(places, texts, odd)] if places else [])])
        case Term() | Pattern():
            return _found([node], texts, odd)


def _found(places: Sequence[Place], texts: pa.Array, odd: pa.Array) -> pa.Array:
    """True where one of the places is, false where none can be, null elsewhere."""
    kept = [re.escape(place.words) for place in places if isinstance(place, Term) and _is_kept(place)]
    if not kept:
        return _maybe(places, texts, odd)
    certain = pc.and_not(pc.match_substring_regex(texts, pattern="|".join(kept)), odd)
    return pc.if_else(certain, pa.scalar(True), _maybe(places, texts, odd))


def _maybe(places: Sequence[Place], texts: pa.Array, odd: pa.Array) -> pa.Array:
    """False where none of the places can be, null elsewhere."""
    words = [place for place in places if isinstance(place, Term)]
    if len(words) < len(places):
        return pa.nulls(len(texts), pa.bool_())
    possible, traces = odd, [trace for word in words if (trace := _traces(word)) is not None]
    for first in range(0, len(traces), _TOGETHER):
        pattern = "|".join(traces[first : first + _TOGETHER])
        possible = pc.or_(possible, pc.match_substring_regex(texts, pattern=pattern))
    return pc.if_else(possible, pa.scalar(None, pa.bool_()), pa.scalar(False))


def _is_kept(term: Term) -> bool:
    """Whether a word that stands in a plain text stands in its normal form, and whether nothing else is asked of it."""
    return not term.boundary and bool(_HAN.fullmatch(term.words)) and not set(term.words) & set(_IN_PHRASES.values())


def _traces(term: Term) -> str | None:
    """What a word leaves in any plain text whose normal form has it, as a pattern; None if no plain text can."""
    table = _table()
    characters = re.sub(r"[ \t.]", "", term.words)[:_OF_EACH]
    sources = [table.sources.get(character, "") for character in characters]
    return f"[{table.gaps}]*".join(f"[{source}]" for source in sources) if all(sources) else None


@cache
def _table() -> _Table:
    plain: list[str] = []
    gaps: list[str] = []
    sources: dict[str, list[str]] = defaultdict(list)
    for character, normal in _normal_forms():
        gap = not normal.strip(" \t.")  # full stops, too: … becomes three of them
        if gap or normal == character or (len(normal) == 1 and normal.isascii()):
            plain.append(character)
            (gaps if gap else sources[normal]).append(character)
    for normal, source in _IN_PHRASES.items():
        sources[normal].append(source)
    ranges = "".join(f"{re.escape(first)}-{re.escape(last)}" for first, last in _runs(plain))
    classes = {normal: "".join(map(re.escape, found)) for normal, found in sources.items()}
    return _Table(f"[^{ranges}]", "".join(map(re.escape, gaps)), classes)


def _normal_forms() -> Iterable[tuple[str, str]]:
    """Each character of the blocks that cannot melt into the one before it, with its normal form alone."""
    characters = [chr(code) for first, last in _BLOCKS for code in range(first, last + 1)]
    characters = [c for c in characters if not unicodedata.combining(c)]
    return zip(characters, normalise("\0".join(characters)).split("\0"), strict=True)


def _runs(characters: Iterable[str]) -> list[tuple[str, str]]:
    """First and last of each run of neighbouring code points."""
    runs: list[tuple[str, str]] = []
    for c in sorted(characters):
        if runs and ord(c) == ord(runs[-1][1]) + 1:
            runs[-1] = runs[-1][0], c
        else:
            runs.append((c, c))
    return runs
