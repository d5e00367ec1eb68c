"""What counts as a mention.

A term counts where its characters stand in the normal form of a text, if

1. no mask covers the place (阿里山, a mountain, is not 阿里, a company);
2. its Latin or digit edge touches no other Latin letter or digit (807 is not in 1807例);
3. the rule holds on the day of the text, and in posts or in titles, as the text is one;
4. it stands in no hashtag; or the rule lets hashtags count, and the text has but one or speaks of the topic outside
   them too: hashtags of trends are appended to posts about anything;
5. for rules with partners: one of each set, not the term itself, stands within reach, or the rule lets the term
   stand alone and the text says nothing else; for rules with blockers: none stands in the window;
6. for rules with `least`: the words of the post have so many points together, see `schema.Topic`;
7. for rules marked `boundary`: no jieba token straddles its edge, that is, lies partly inside and partly outside
   (联名 in 关联/名词). Rules for 性侵, 猥亵 and their like must not be marked: jieba reads 预防性侵 as 预防性/侵.

The window is the sentence with 25 characters on either side; a title is one window, and so is a hashtag, which lends
no partner to the words around it and borrows none. Rules may set another reach, and general partners (公司, "company")
have a short one. Masked places are invisible to partners and blockers too. One automaton finds all strings at once.
"""

import datetime as dt
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import accumulate
from typing import NamedTuple

from daachorse import CharwiseDoubleArrayAhoCorasick

from pipeline.match.rules import strings_of, vocabulary_of
from pipeline.schema import Candidate, Findings, Lexicon, Mention, Rule
from pipeline.text import Span, Windows, drop_separators, drop_separators_traced, is_latin, joined, says_only

VERSION = "4"
"""Raised by hand with every change here that can move a count; part of the method id."""

REACH = 25
"""Characters on either side of a term in which a partner counts across sentences."""

CLOSE = 12
"""Characters on either side of a term in which a general partner counts: chosen on data, see docs/matching.md."""

TAG_LIST = 2
"""With so many distinct hashtags, one of them counts only if the words outside them speak of the topic too."""

TOLD = 8
"""So many of the words that give a text its points are told."""

_FROM_BEST = ("accepted", "boundary", "blocker", "points", "partner", "tag", "date")
_SILENT = frozenset({"mask", "edge", "date"})
Cut = Callable[[str], Iterable[str]]
Places = Mapping[str, Sequence[Span]]
Worth = Mapping[str, int]
"""The points of words."""

NOTHING = Findings([], frozenset(), frozenset())


class Matcher:
    """Finds the mentions of a lexicon's topics. Immutable; one object may serve many threads.

    cut: jieba's `cut` without HMM; called only for texts in which a rule asks for a token boundary.
    """

    def __init__(self, lexicon: Lexicon, cut: Cut):
        self._cut = cut
        self._topics = [
            _Topic(t.id, t.masks, _by_term(t.rules), vocabulary_of(t), dict(t.points)) for t in lexicon.topics
        ]
        self._strings = sorted(set().union(*map(strings_of, lexicon.topics)))
        self._latin = [is_latin(word[0]) or is_latin(word[-1]) for word in self._strings]
        self._automaton = CharwiseDoubleArrayAhoCorasick(self._strings)
        self._terms = frozenset(rule.term for topic in lexicon.topics for rule in topic.rules)
        self._labels = {r.term: r.shown for topic in lexicon.topics for r in topic.rules if r.shown != r.term}

    def find(self, text: str, day: dt.date, *, title: bool = False) -> Findings:
        """The mentions in a text in normal form, by the rules that hold on its day. `title`: it is one window."""
        candidates = self.explain(text, day, title=title)
        if not candidates:
            return NOTHING
        accepted = [c for c in candidates if c.verdict == "accepted"]
        written = frozenset(c.topic for c in accepted if not (c.evasion or c.uncovered))
        return Findings(
            [Mention(*c[:4], c.evasion, c.uncovered, c.verdict) for c in candidates if c.verdict not in _SILENT],
            written,
            frozenset(c.topic for c in accepted) - written,
        )

    def explain(self, text: str, day: dt.date, *, title: bool = False) -> list[Candidate]:
        """Every occurrence of every term in a text in normal form, with the verdict and what decided it.

        Of several rules for a term the best verdict stands. An occurrence that inserted marks disguise is listed
        beside the one without, unless both fare alike.
        """
        candidates = list(self._scan(_View(text, day, title, self._cut)))
        if drop_separators(text) != text:
            settled = {(c.topic, c.term, c.start, c.end): c.verdict for c in candidates}
            bare = drop_separators_traced(text)
            for c in self._scan(_View(bare.text, day, title, self._cut)):
                place = bare.origin(c.start, c.end)
                if settled.get((c.topic, c.term, *place)) not in ("accepted", c.verdict):
                    candidates.append(c._replace(start=place[0], end=place[1], uncovered=True))
        return candidates

    def _scan(self, view: "_View") -> Iterator[Candidate]:
        places: dict[str, list[Span]] = defaultdict(list)
        glued: dict[str, list[Span]] = defaultdict(list)
        for start, end, number in self._automaton.find_overlapping(view.text):
            bound = self._latin[number] and (joined(view.text, start) or joined(view.text, end))
            (glued if bound else places)[self._strings[number]].append((start, end))
        found = self._terms & (places.keys() | glued.keys())
        for topic in self._topics if found else ():
            present = topic.rules.keys() & found
            covered = _covered(places, topic.masks) if present else []
            visible = _visible(places, covered)
            worth = view.worth(topic.points, visible) if topic.points else {}
            for term in sorted(present):
                for span in glued.get(term, ()):
                    yield _candidate(topic, topic.rules[term], span, ("edge", _neighbours(view.text, span)))
                for span in places.get(term, ()):
                    yield self._judged(topic, term, span, covered, visible, worth, view)

    def _judged(
        self, topic: "_Topic", term: str, span: Span, covered: list[Span], places: Places, worth: Worth, view: "_View"
    ) -> Candidate:
        rules = topic.rules[term]
        if mask := next((other for other in covered if _touch(span, other)), None):
            return _candidate(topic, rules, span, ("mask", view.text[slice(*mask)]))
        if view.appended(span, topic.words, places):
            return _candidate(topic, rules, span, ("tag", f"one of {TAG_LIST} hashtags or more, and nothing outside"))
        fitting = [rule for rule in rules if rule.only in ("", "title" if view.whole else "post")] or rules
        verdicts = [(*_verdict(rule, span, places, view, worth, self._labels), rule.evasion) for rule in fitting]
        verdict, because, evasion = min(verdicts, key=lambda v: (_FROM_BEST.index(v[0]), v[2]))
        if verdict == "partner":  # of each rule, what it lacks
            because = "; ".join(dict.fromkeys(reason for other, reason, _ in verdicts if other == verdict))
        return _candidate(topic, rules, span, (verdict, because))._replace(evasion=evasion)


class _Topic(NamedTuple):
    """A topic as the matcher reads it. words: its vocabulary, see `rules.vocabulary_of`."""

    id: str
    masks: frozenset[str]
    rules: Mapping[str, Sequence[Rule]]
    words: frozenset[str]
    points: Worth


class _View(Windows):
    """One text on its day, with its token edges when somebody asks."""

    def __init__(self, text: str, day: dt.date, title: bool, cut: Cut):
        super().__init__(text, whole=title)
        self.day, self._cut = day, cut

    @cached_property
    def _token_ends(self) -> list[int]:
        return [0, *accumulate(map(len, self._cut(self.text)))]

    def straddling(self, start: int, end: int) -> str:
        """The first token that lies partly inside and partly outside start..end, or nothing."""
        ends = self._token_ends
        for at in (start, end):
            after = bisect_right(ends, at)
            left, right = ends[after - 1], ends[min(after, len(ends) - 1)]
            if left < at and not (left <= start and end <= right):
                return self.text[left:right]
        return ""

    def worth(self, points: Worth, places: Places) -> Worth:
        """The points of the words that stand outside hashtags."""
        present = points.keys() & places.keys()
        return {word: points[word] for word in present if any(self.tag(start) is None for start, _ in places[word])}

    def appended(self, span: Span, words: frozenset[str], places: Places) -> bool:
        """Whether the span is in one of several hashtags, and none of these words stands outside them."""
        if not self.tag(span[0]) or len({self.text[start:end] for start, end in self.tags}) < TAG_LIST:
            return False
        return not any(self.tag(start) is None for word in words & places.keys() for start, _ in places[word])


def _verdict(
    rule: Rule, span: Span, places: Places, view: _View, worth: Worth, labels: Mapping[str, str]
) -> tuple[str, str]:
    """One rule's verdict on one occurrence, and what decided it."""
    if not rule.holds_on(view.day):
        return "date", f"valid from {rule.valid_from or 'ever'} to {rule.valid_to or 'ever'}"
    if rule.only and (rule.only == "title") != view.whole:
        return "partner", f"counts in a {rule.only} only"
    if not rule.tag and view.tag(span[0]):
        return "tag", "in a hashtag"
    if rule.alone and says_only(view.text, rule.term):
        return "accepted", "nothing else is said"
    found = [_nearest(words, rule, span, places, view) for words in (rule.needs, rule.also) if words]
    if "" in found:
        return "partner", f"none of {rule.asked[found.index('')] or 'its partners'} within reach"
    if rule.least and sum(worth.values()) < rule.least:
        return "points", _told(worth, rule.least)
    if blocker := _blocker(rule, span, places, view):
        return "blocker", labels.get(blocker, blocker)
    if rule.boundary and (token := view.straddling(*span)):
        return "boundary", token
    if rule.least:
        return "accepted", _told(worth, rule.least)
    return "accepted", " and ".join(labels.get(word, word) for word in found) or "stands alone"


def _told(worth: Worth, least: int) -> str:
    """The sum of some points, and the words that say most."""
    most = sorted(worth, key=lambda word: (-abs(worth[word]), word))[:TOLD]
    return f"{sum(worth.values())} points of {least}: " + ", ".join(f"{word} {worth[word]}" for word in most)


def _blocker(rule: Rule, span: Span, places: Places, view: _View) -> str:
    """The first word that blocks the rule there, or nothing. One outside a hashtag acts inside it too."""
    tags, window = (view.tag(span[0]), None), view.around(span, REACH, True)
    for word in sorted(rule.blockers & places.keys()):
        if any(window[0] <= s and e <= window[1] and view.tag(s) in tags for s, e in places[word]):
            return word
    return min(rule.nowhere & places.keys(), default="")


def _nearest(words: frozenset[str], rule: Rule, span: Span, places: Places, view: _View) -> str:
    """The partner within reach that is nearest to the term, or nothing."""
    tag, best = view.tag(span[0]), (len(view.text), "")
    close, wide = view.around(span, CLOSE, False), view.around(span, rule.reach or REACH, not rule.reach)
    for word in words & places.keys():
        window = close if word in rule.general else wide
        for s, e in places[word]:
            if window[0] <= s and e <= window[1] and view.tag(s) == tag:
                best = min(best, (max(s - span[1], span[0] - e, 0), word))
    return best[1]


def _candidate(topic: _Topic, rules: Sequence[Rule], span: Span, verdict: tuple[str, str]) -> Candidate:
    return Candidate(topic.id, rules[0].shown, *span, *verdict, rules[0].evasion, False)


def _by_term(rules: Iterable[Rule]) -> dict[str, list[Rule]]:
    found: dict[str, list[Rule]] = defaultdict(list)
    for rule in sorted(rules, key=lambda rule: (rule.evasion, rule.term)):
        found[rule.term].append(rule)
    return dict(sorted(found.items()))


def _covered(places: Places, masks: frozenset[str]) -> list[Span]:
    """The places that masks cover, laid longest first, as a replacement would go."""
    covered: list[Span] = []
    for span in sorted((s for mask in masks & places.keys() for s in places[mask]), key=lambda s: (s[0] - s[1], s[0])):
        if not any(_touch(span, other) for other in covered):
            covered.append(span)
    return covered


def _visible(places: Places, covered: list[Span]) -> Places:
    if not covered:
        return places
    seen = {w: [s for s in spans if not any(_touch(s, c) for c in covered)] for w, spans in places.items()}
    return {word: spans for word, spans in seen.items() if spans}


def _touch(span: Span, other: Span) -> bool:
    return span[0] < other[1] and other[0] < span[1]


def _neighbours(text: str, span: Span) -> str:
    """The characters that touch the edges at which a term is joined to others."""
    outside = {span[0]: span[0] - 1, span[1]: span[1]}
    return " and ".join(text[outside[at]] for at in span if joined(text, at))
