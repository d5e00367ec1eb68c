"""What counts as a mention.

A term counts where its characters stand in the normal form of a text, if

1. no mask covers the place (阿里山, a mountain, is not 阿里, a company);
2. its Latin or digit edge touches no other Latin letter or digit (807 is not in 1807例);
3. for rules marked `boundary`: no jieba token straddles its edge, that is, lies partly inside and partly outside
   (联名 in 关联/名词). Rules for 性侵, 猥亵 and their like must not be marked: jieba reads 预防性侵 as 预防性/侵;
4. for rules with partners: one partner, not the term itself, stands in the window, and for rules with blockers:
   none does. The window is the sentence together with 25 characters on either side; a title is one window.

All strings are found in one pass of one automaton. Masked places are invisible to partners and blockers too.
"""

import datetime as dt
import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from itertools import accumulate

from daachorse import CharwiseDoubleArrayAhoCorasick

from pipeline.schema import Findings, Lexicon, Mention, Rule, Topic
from pipeline.text import drop_separators, sentence_around

VERSION = "1"
"""Raised by hand with every change here that can move a count; part of the method id."""

REACH = 25
"""Characters on either side of a term in which a partner counts across sentences: a design choice, not measured."""

_LATIN = re.compile(r"[0-9a-z]")
Cut = Callable[[str], Iterable[str]]
Span = tuple[int, int]


NOTHING = Findings([], frozenset(), frozenset())


class Matcher:
    """Finds the mentions of a lexicon's topics. Immutable; one object may serve many threads.

    cut: jieba's `cut` without HMM; called only for texts in which a rule asks for a token boundary.
    """

    def __init__(self, lexicon: Lexicon, cut: Cut):
        self._topics = lexicon.topics
        self._cut = cut
        self._strings = sorted(set().union(*map(_strings, lexicon.topics)))
        self._automaton = CharwiseDoubleArrayAhoCorasick(self._strings)
        self._terms = frozenset(rule.term for topic in lexicon.topics for rule in topic.rules)

    def find(self, text: str, day: dt.date, *, title: bool = False) -> Findings:
        """The mentions in a text in normal form, by the rules that hold on its day. `title`: it is one window."""
        mentions = self._scan(_View(text, day, title, self._cut))
        bare = drop_separators(text)
        if bare != text:
            mentions += [m._replace(uncovered=True) for m in self._scan(_View(bare, day, title, self._cut))]
        if not mentions:
            return NOTHING
        accepted = [m for m in mentions if m.verdict == "accepted"]
        written = frozenset(m.topic for m in accepted if not (m.evasion or m.uncovered))
        return Findings(mentions, written, frozenset(m.topic for m in accepted) - written)

    def _scan(self, view: "_View") -> list[Mention]:
        places: dict[str, list[Span]] = defaultdict(list)
        for start, end, number in self._automaton.find_overlapping(view.text):
            if _edges_free(view.text, start, end):
                places[self._strings[number]].append((start, end))
        if self._terms.isdisjoint(places):
            return []
        return [m for topic in self._topics for m in _mentions(topic, _unmasked(places, topic.masks), view)]


class _View:
    """One text as the rules look at it: its day, its windows, and its token edges when somebody asks."""

    def __init__(self, text: str, day: dt.date, title: bool, cut: Cut):
        self.text, self.day, self._title, self._cut = text, day, title, cut

    def window(self, start: int, end: int) -> Span:
        if self._title:
            return 0, len(self.text)
        left, right = sentence_around(self.text, start, end)
        return min(left, start - REACH), max(right, end + REACH)

    @cached_property
    def _token_ends(self) -> list[int]:
        return list(accumulate(map(len, self._cut(self.text))))

    def straddled(self, start: int, end: int) -> bool:
        """Whether a token lies partly inside and partly outside start..end."""
        ends = [0, *self._token_ends]
        first = bisect_right(ends, start)
        last = bisect_right(ends, end - 1)
        begins_before, ends_after = ends[first - 1] < start, ends[last] > end
        return (begins_before and ends[first] < end) or (ends_after and ends[last - 1] > start)


def _mentions(topic: Topic, places: dict[str, list[Span]], view: _View) -> list[Mention]:
    by_term: dict[str, list[Rule]] = defaultdict(list)
    for rule in topic.rules:
        if rule.term in places and rule.holds_on(view.day):
            by_term[rule.term].append(rule)
    return [
        _judged(topic.id, rules, span, places, view) for rules in by_term.values() for span in places[rules[0].term]
    ]


def _judged(topic: str, rules: Sequence[Rule], span: Span, places: dict[str, list[Span]], view: _View) -> Mention:
    verdicts = [(_verdict(rule, span, places, view), rule.evasion) for rule in rules]
    best, evasion = min(verdicts, key=lambda v: (_VERDICTS.index(v[0]), v[1]))
    return Mention(topic, rules[0].shown, *span, evasion, False, best)


_VERDICTS = ("accepted", "boundary", "context")


def _verdict(rule: Rule, span: Span, places: dict[str, list[Span]], view: _View) -> str:
    window = view.window(*span) if rule.needs or rule.blockers else (0, 0)
    if rule.needs and not _any_inside(rule.needs, places, window):
        return "context"
    if rule.blockers and _any_inside(rule.blockers, places, window):
        return "context"
    return "boundary" if rule.boundary and view.straddled(*span) else "accepted"


def _any_inside(words: Iterable[str], places: dict[str, list[Span]], window: Span) -> bool:
    return any(window[0] <= s and e <= window[1] for w in words if w in places for s, e in places[w])


def _unmasked(places: dict[str, list[Span]], masks: frozenset[str]) -> dict[str, list[Span]]:
    present = [span for mask in masks & places.keys() for span in places[mask]]
    if not present:
        return places
    covered: list[Span] = []
    for span in sorted(present, key=lambda s: (s[0] - s[1], s[0])):  # longest first, as a replacement would go
        if not _touches(span, covered):
            covered.append(span)
    visible = {w: [s for s in spans if not _touches(s, covered)] for w, spans in places.items()}
    return {word: spans for word, spans in visible.items() if spans}


def _touches(span: Span, others: Iterable[Span]) -> bool:
    return any(span[0] < end and start < span[1] for start, end in others)


def _edges_free(text: str, start: int, end: int) -> bool:
    return not (_joined(text, start) or _joined(text, end))


def _joined(text: str, at: int) -> bool:
    """Whether the characters on both sides of a position are Latin letters or digits."""
    return 0 < at < len(text) and bool(_LATIN.match(text[at - 1]) and _LATIN.match(text[at]))


def _strings(topic: Topic) -> set[str]:
    return set(topic.masks).union(*({rule.term} | rule.needs | rule.blockers for rule in topic.rules))
