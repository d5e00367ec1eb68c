"""A lexicon as arrays: what the compiled matcher reads."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from pipeline.arrays.column import frozen
from pipeline.arrays.words import beginnings, double_array
from pipeline.schema import Lexicon, Rule, Topic
from pipeline.text import is_latin

RULE = np.dtype(
    [
        ("topic", np.int32), ("term", np.int32), ("needs", np.int32), ("also", np.int32), ("general", np.int32),
        ("blockers", np.int32), ("nowhere", np.int32), ("reach", np.int32), ("least", np.int32), ("only", np.int8),
        ("boundary", np.bool_), ("evasion", np.bool_), ("tag", np.bool_), ("alone", np.bool_),
    ]
)  # fmt: skip
"""A rule. term: the number of its term among those of all topics. needs to nowhere: rows of `Rules.sets`."""

LONG = 3
"""Characters of a term from which on it is no everyday word, as 她, 公司 and 领导 are."""

ONLY = {"": 0, "title": 1, "post": 2}
Ints = npt.NDArray[np.int32]
Bits = npt.NDArray[np.uint8]


class Strings(NamedTuple):
    """Every string that the rules of a lexicon name, as a word of a trie: see `arrays.words.Words`.

    codes: of each character. short: of each code, whether its character is a word. begins: a bit at `places.place` of
    two codes for each word that begins with them. latin: of each word, whether its first or last character is a Latin
    letter or digit.
    """

    codes: Ints
    short: npt.NDArray[np.bool_]
    begins: Bits
    base: Ints
    check: Ints
    word: Ints
    latin: npt.NDArray[np.bool_]


class Rules(NamedTuple):
    """The rules of a lexicon.

    first: word w is the term of the rules first[w] to first[w + 1], sorted by topic. sets: a row of bits for each set
    of words, the first one empty. masks, vocabulary: of each topic, the rows of its masks, and of what
    `vocabulary_of` gives; after the masks of the topics, those of all. points: int32[topics, words].
    """

    first: Ints
    rules: npt.NDArray[np.void]
    sets: Bits
    masks: Ints
    vocabulary: Ints
    points: Ints


class Listed(NamedTuple):
    """The strings and the rules, with the days on which each rule holds, as ordinals."""

    strings: Strings
    rules: Rules
    begins: npt.NDArray[np.int64]
    ends: npt.NDArray[np.int64]

    def holding(self, day: dt.date) -> npt.NDArray[np.bool_]:
        """bool[rules]: which of them hold on a day."""
        return frozen((self.begins <= day.toordinal()) & (day.toordinal() <= self.ends))


def listed(lexicon: Lexicon) -> Listed:
    """The rules of a lexicon. Terms are numbered as the topics list them, see `Topic.terms`."""
    strings = sorted(set().union(*map(strings_of, lexicon.topics)))
    sets = _Sets(strings)
    terms = {name: number for number, name in enumerate((t.id, term) for t in lexicon.topics for term in t.terms)}
    rules = sorted(
        ((number, rule) for number, topic in enumerate(lexicon.topics) for rule in topic.rules),
        key=lambda pair: (pair[1].term, pair[0], pair[1].evasion),
    )
    shown = {(number, rule.term): rule.shown for number, rule in reversed(rules)}  # as the first rule shows it
    rows = []
    for number, rule in rules:
        topic = lexicon.topics[number].id
        rows.append((number, terms[topic, shown[number, rule.term]], *_row(rule, sets)))
    of_word = np.searchsorted(np.array(strings, object), np.array([rule.term for _, rule in rules], object))
    masks = [sets.number(topic.masks) for topic in lexicon.topics]
    masks.append(sets.number(frozenset().union(*(topic.masks for topic in lexicon.topics))))
    vocabulary = [sets.number(vocabulary_of(topic)) for topic in lexicon.topics]
    made = Rules(
        np.searchsorted(of_word, np.arange(len(strings) + 1)).astype(np.int32),
        np.array(rows, RULE),
        sets.bits(),
        np.array(masks, np.int32),
        np.array(vocabulary, np.int32),
        sets.points(lexicon.topics),
    )
    begins = [(rule.valid_from or dt.date.min).toordinal() for _, rule in rules]
    ends = [(rule.valid_to or dt.date.max).toordinal() for _, rule in rules]
    for array in made:
        frozen(array)
    return Listed(_as_words(strings), made, np.array(begins, np.int64), np.array(ends, np.int64))


def _as_words(strings: Sequence[str]) -> Strings:
    from pipeline.match.places import MARKS, place

    words = double_array(strings)
    codes = words.codes(0)
    pairs, alone = beginnings(strings, codes)
    short, begins = np.zeros(len(words.alphabet) + 1, np.bool_), np.zeros(MARKS, np.bool_)
    short[alone], begins[place(*pairs.T)] = True, True
    latin = np.array([is_latin(string[0]) or is_latin(string[-1]) for string in strings], np.bool_)
    return Strings(codes, frozen(short), frozen(np.packbits(begins, bitorder="little")), *words[1:], frozen(latin))


def strings_of(topic: Topic) -> set[str]:
    """Every string that the rules, masks and points of a topic name."""
    shared = {some for r in topic.rules for some in (r.needs, r.also, r.blockers, r.nowhere)}
    return {r.term for r in topic.rules}.union(topic.masks, (word for word, _ in topic.points), *shared)


def vocabulary_of(topic: Topic) -> frozenset[str]:
    """The terms by which a text tells that it speaks of a topic: those without a partner, and long ones of meaning."""
    rules = [r for r in topic.rules if not r.least]
    general = frozenset[str]().union(*(r.general for r in rules))
    long = {r.term for r in rules if len(r.term) >= LONG}
    telling = {term for term in long if not any(word in term for word in general)}
    return frozenset(telling | {r.term for r in rules if not (r.needs or r.also)})


class _Sets:
    """Sets of words, each once, the empty one first; and the numbers of the words."""

    def __init__(self, strings: Iterable[str]):
        self._numbers = {string: number for number, string in enumerate(strings)}
        self._sets: dict[frozenset[str], int] = {frozenset(): 0}

    def number(self, words: frozenset[str]) -> int:
        return self._sets.setdefault(words, len(self._sets))

    def points(self, topics: Sequence[Topic]) -> Ints:
        """int32[topics, words]: what each word says for a topic, or against it."""
        points = np.zeros((len(topics), len(self._numbers)), np.int32)
        for row, topic in zip(points, topics, strict=True):
            for word, value in topic.points:
                row[self._numbers[word]] = value
        return points

    def bits(self) -> Bits:
        """uint8[sets, bytes]: bit w of a row says whether word w is in the set, the lowest bit of a byte first."""
        members = np.zeros((len(self._sets), len(self._numbers)), np.bool_)
        for words, number in self._sets.items():
            members[number, [self._numbers[word] for word in words & self._numbers.keys()]] = True
        return np.packbits(members, axis=1, bitorder="little")


def _row(rule: Rule, sets: _Sets) -> tuple[object, ...]:
    named = (rule.needs, rule.also, rule.general, rule.blockers, rule.nowhere)
    kinds = (ONLY[rule.only], rule.boundary, rule.evasion, rule.tag, rule.alone)
    return *map(sets.number, named), rule.reach, rule.least, *kinds
