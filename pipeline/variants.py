"""Likely disguises of terms: what people write instead of a word that may be filtered.

    sound        other characters, or Latin letters, with the same syllables without tones: 姓骚扰 or 性sao扰 for 性骚扰
    spelled      all or some of it in Latin letters or initials: xingsaorao, xsr, 强j for 强奸
    split        a character taken apart into its halves: 弓虽奸 for 强奸
    marks        what is no Han character between the characters, or in the place of one: 性【骚】扰, 性*扰
    inserted     one more character: 性的骚扰
    substituted  one other character: 性搔扰

A finding is a guess. It must not be an ordinary word, no token of jieba may straddle its edge, and where the likeness
is weak, a partner or a term of the topic must stand within 25 characters. Names of persons are never guessed at with
other characters, which would give the names of others.
"""

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from itertools import accumulate, combinations
from typing import NamedTuple

from daachorse import CharwiseDoubleArrayAhoCorasick

from pipeline.text import drop_separators

REACH = 25
"""Characters on either side of a guess within which company stands, as in `pipeline.match`."""

HOW = ("sound", "spelled", "split", "marks", "inserted", "substituted")
"""The ways in which a guess may differ, the most telling first."""

_HALVES_LISTED = """
    强=弓虽 奸=女干 骚=马蚤 扰=扌尤 性=忄生 猥=犭畏 酒=氵酉 醉=酉卒 喝=口曷 陪=阝咅 职=耳只 场=土昜
    员=口贝 阿=阝可 吴=口天 破=石皮 冰=冫水 化=亻匕 领=令页 权=木又 报=扌艮 嫖=女票 娼=女昌 潜=氵替
    规=夫见 则=贝刂 联=耳关 名=夕口 辞=舌辛 法=氵去 拘=扌句 警=敬言 视=礻见 招=扌召 婚=女昏 孕=乃子
    娃=女圭 俗=亻谷 诉=讠斥 讨=讠寸 明=日月 加=力口 鹅=我鸟 猪=犭者 猫=犭苗 捕=扌甫 骗=马扁 妇=女彐
    裸=衤果 胁=月办 逼=畐辶 侮=亻每 睡=目垂 摸=扌莫
"""
_HALVES = dict(pair.split("=") for pair in _HALVES_LISTED.split())
_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]")
_UNIT = re.compile("[a-z]+|.", re.S)
_MARK = re.compile(r"[^\s。!?;,、:\u3400-\u4dbf\u4e00-\u9fff]")
_GAP = re.compile(
    f"(?<={_HAN.pattern})(?![。!?;,、:\n])[^\u3400-\u4dbf\u4e00-\u9fff。!?;,、:\n]{{1,3}}(?={_HAN.pattern})"
)
Cut = Callable[[str], Iterable[str]]
Span = tuple[int, int]


class Guess(NamedTuple):
    """A string as it stands in a text, the term that it may stand for, and how it differs. close: company is near."""

    written: str
    term: str
    how: str
    close: bool


class Variants:
    """Finds likely disguises of terms in texts.

    terms: in normal form, of two Han characters at least; others are left out. names: those of them that name persons.
    company: partners and terms that make a weak likeness likely. cut: jieba's `cut`, for texts with a candidate.
    fillers: words of one character, such as 的, that are too common to be a substitute for another.
    """

    def __init__(
        self, terms: Iterable[str], names: Iterable[str], company: Iterable[str], cut: Cut, fillers: Iterable[str] = ()
    ):
        self._known = set(terms)
        self._names = set(names)
        sought = sorted(t for t in self._known if len(t) >= 2 and all(map(_HAN.fullmatch, t)))
        self._terms = _Automaton({term: {(term, "marks")} for term in sought})
        self._all_terms = _Automaton({term: {(term, "")} for term in self._known})
        self._company = _Automaton({word: {(word, "")} for word in {*company, *self._known} if len(word) > 1})
        syllables = sorted({unit for term in sought for unit, _, _ in _units(term)})
        self._codes = {syllable: chr(number) for number, syllable in enumerate(syllables, start=0xF0000)}
        self._sounds = _Automaton(_grouped((self._coded(_units(term)), term, "sound") for term in sought))
        self._spelled = _Automaton(_grouped(entry for term in sought for entry in _spellings(term)))
        self._holes, self._shapes = _holes(term for term in sought if len(term) > 2)
        self._cut = cut
        self._fillers = frozenset(fillers)

    def find(self, text: str) -> set[Guess]:
        """The guesses of a text in normal form."""
        candidates = [*self._by_sound(text), *self._spelled.find(text), *self._by_marks(text), *self._by_holes(text)]
        edges: list[int] = []
        found = set()
        for start, end, term, how in candidates:
            written = text[start:end]
            if not self._matches_already(written, term):
                edges = edges or [0, *accumulate(map(len, self._cut(text)))]
                close = self._close(text, start, end)
                if (close or _alike(written, term, how)) and _whole(start, end, how, edges):
                    found.add(Guess(written, term, how, close))
        return found

    def _matches_already(self, written: str, term: str) -> bool:
        """Whether a term that is no part of the one in question stands in it, as written or without inserted marks."""
        inside = {
            found for form in {written, drop_separators(written)} for _, _, found, _ in self._all_terms.find(form)
        }
        return written in self._known or any(found == term or found not in term for found in inside)

    def _close(self, text: str, start: int, end: int) -> bool:
        around = text[max(0, start - REACH) : start], text[end : end + REACH]
        return any(True for side in around for _ in self._company.find(side))

    def _coded(self, units: Iterable[tuple[str, int, int]]) -> str:
        """One character for each unit, the same for the same syllable, and one for all that is in no term."""
        return "".join(self._codes.get(unit, "\0") for unit, _, _ in units)

    def _by_sound(self, text: str) -> Iterator[tuple[int, int, str, str]]:
        units = _units(text)
        for first, last, term, how in self._sounds.find(self._coded(units)):
            start, end = units[first][1], units[last - 1][2]
            if len(term) > 2 or self._fillers.isdisjoint(set(text[start:end]) - set(term)):
                yield start, end, term, how

    def _by_marks(self, text: str) -> Iterator[tuple[int, int, str, str]]:
        gone = {at for gap in _GAP.finditer(text) for at in range(*gap.span())}
        if gone:
            kept = [at for at in range(len(text)) if at not in gone]
            for start, end, term, how in self._terms.find("".join(text[at] for at in kept)):
                if kept[end - 1] - kept[start] >= end - start:
                    yield kept[start], kept[end - 1] + 1, term, how

    def _by_holes(self, text: str) -> Iterator[tuple[int, int, str, str]]:
        company = any(True for _ in self._company.find(text))
        for at, other in enumerate(text):
            han = bool(_HAN.match(other))
            if (company and other not in self._fillers) if han else _MARK.match(other):
                for start, end, term, how in self._around(text, at):
                    if not han and how == "substituted" and start < at < end - 1:
                        yield start, end, term, "marks"
                    elif han and term not in self._names:
                        yield start, end, term, how

    def _around(self, text: str, at: int) -> Iterator[tuple[int, int, str, str]]:
        """The terms whose other characters stand around a place."""
        for left, right in self._shapes:
            if left <= at < len(text) - right:
                for term, how in self._holes.get((text[at - left : at], text[at + 1 : at + 1 + right]), ()):
                    yield at - left, at + 1 + right, term, how


class _Automaton:
    """Finds strings in a text in one pass, each with the terms that it may stand for."""

    def __init__(self, entries: dict[str, set[tuple[str, str]]]):
        self._entries = sorted((word, sorted(meant)) for word, meant in entries.items() if word)
        words = [word for word, _ in self._entries]
        self._found = CharwiseDoubleArrayAhoCorasick(words).find_overlapping if words else lambda _: ()

    def find(self, text: str) -> Iterator[tuple[int, int, str, str]]:
        for start, end, number in self._found(text):
            for term, how in self._entries[number][1]:
                yield start, end, term, how


def _grouped(entries: Iterable[tuple[str, str, str]]) -> dict[str, set[tuple[str, str]]]:
    grouped: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for written, term, how in entries:
        grouped[written].add((term, how))
    return grouped


def _holes(terms: Iterable[str]) -> tuple[dict[tuple[str, str], set[tuple[str, str]]], list[tuple[int, int]]]:
    """What stands on both sides of one other, or one more, character of a term; and the lengths of such sides."""
    holes: dict[tuple[str, str], set[tuple[str, str]]] = defaultdict(set)
    for term in terms:
        for at in range(len(term)):
            holes[term[:at], term[at + 1 :]].add((term, "substituted"))
        for at in range(1, len(term)):
            holes[term[:at], term[at:]].add((term, "inserted"))
    return holes, sorted({(len(left), len(right)) for left, right in holes})


def _spellings(term: str) -> Iterator[tuple[str, str, str]]:
    """The term with a run of its characters in Latin letters or as initials, and with characters taken apart."""
    syllables = [_syllable(character) for character in term]
    for first, last in combinations(range(len(term) + 1), 2):
        spelled = syllables[first:last]
        if all(spelled) and (last - first < len(term) or len(term) > 2):
            for letters in ("".join(spelled), "".join(syllable[0] for syllable in spelled)):
                yield term[:first] + letters + term[last:], term, "spelled"
    for character in set(term) & _HALVES.keys():
        yield term.replace(character, _HALVES[character]), term, "split"
    yield "".join(_HALVES.get(character, character) for character in term), term, "split"


def _units(text: str) -> list[tuple[str, int, int]]:
    """The text as syllables, with their places: one for a Han character, one for a run of Latin letters."""
    return [(_syllable(unit.group()) or unit.group(), *unit.span()) for unit in _UNIT.finditer(text)]


@cache
def _syllable(character: str) -> str:
    """The commonest reading of a Han character without its tone; nothing for anything else."""
    if not _HAN.fullmatch(character):
        return ""
    from pypinyin import Style, pinyin  # its tables take longer to load than all else that a command needs

    return str(pinyin(character, style=Style.NORMAL, errors="ignore", heteronym=False)[0][0]) if character else ""


def _alike(written: str, term: str, how: str) -> bool:
    """Whether the likeness is strong enough without company."""
    if how in ("split", "marks"):
        return True
    shared = bool(set(written) & set(term))
    return len(term) > 2 and (
        shared if how == "sound" else how == "spelled" and (shared or len(written) > 2 * len(term))
    )


def _whole(start: int, end: int, how: str, edges: list[int]) -> bool:
    """Whether no token lies partly inside and partly outside, and the whole is not one ordinary word."""
    first, last = bisect_left(edges, start), bisect_left(edges, end)
    return edges[first] == start and edges[last] == end and (last - first > 1 or how == "spelled")
