"""A column of texts has the mentions of its texts one by one."""

import datetime as dt

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.labelled import written
from pipeline import forms, jobs, lexicon, match
from pipeline.forms import kernel
from pipeline.match import places
from pipeline.schema import Findings, Lexicon, Rule, Topic
from pipeline.text import normalise

DAYS = [dt.date(2015, 1, 1), dt.date(2021, 8, 9), dt.date(2024, 6, 1)]
TOPICS = lexicon.load().topics
WORDS = sorted(set().union(*(match.rules.strings_of(topic) for topic in TOPICS)))
TERMS = sorted({rule.term for topic in TOPICS for rule in topic.rules})
LABELLED = sorted({text.text for split in ("dev", "held") for text in written(split)})
BETWEEN = [
    "", "，", "。", "!", "...", "…", "..", "#", "##", "# ", " ", "·", ".", "-", "\n", "\r\n", "[心]", "@某", "abc", "1",
    "的", "和", "在了一个", "http://t.cn/A", "回复@某:", "／", "Ａ", "\u3000", "😀",
]  # fmt: skip


def one_of(known: list[str]) -> st.SearchStrategy[str]:
    return st.integers(0, len(known) - 1).map(known.__getitem__)


def disguised(text: str, every: int, mark: str) -> str:
    return "".join(c + mark * (n % every == 0) for n, c in enumerate(text))


pieces = (
    one_of(TERMS) | one_of(WORDS) | one_of(BETWEEN) | one_of(BETWEEN) | one_of(LABELLED).map(lambda text: text[:40])
)
plain = st.lists(pieces, min_size=1, max_size=12).map("".join)
texts = plain | st.builds(disguised, plain, st.integers(1, 4), st.sampled_from("·.- _"))


def told(found: Findings) -> tuple[list, frozenset[str], frozenset[str]]:
    counted = [
        (m.topic, m.term, m.verdict == "accepted", m.evasion and m.verdict == "accepted")
        for m in found.mentions
        if m.verdict in ("accepted", "boundary") and not m.uncovered
    ]
    return sorted(counted), found.topics, found.evasions


def told_of_column(found, topics: tuple[Topic, ...], number: int) -> list[tuple[list, frozenset, frozenset]]:
    names = [(topic.id, term) for topic in topics for term in topic.terms]
    counted: list[list] = [[] for _ in range(number)]
    written: list[set] = [set() for _ in range(number)]
    hidden: list[set] = [set() for _ in range(number)]
    for text, term, accepted, evasion, uncovered in zip(*(part.tolist() for part in found), strict=True):
        if not uncovered:
            counted[text].append((*names[term], accepted, evasion and accepted))
        if accepted:
            (hidden if evasion or uncovered else written)[text].add(names[term][0])
    return [(sorted(c), frozenset(w), frozenset(h - w)) for c, w, h in zip(counted, written, hidden, strict=True)]


def test_the_two_searches_know_a_pair_by_the_same_bit():
    left, right = np.meshgrid(np.arange(0, 60_000, 997), np.arange(0, 60_000, 991))

    assert places.MARKS == kernel.MARKS
    assert (places.place(left, right) == kernel.place(left, right)).all()
    assert places.place(left, right).max() < places.MARKS


@given(column=st.lists(texts, max_size=12), day=st.sampled_from(DAYS), title=st.booleans())
@settings(deadline=None, max_examples=300)
def test_the_lexicon_says_the_same_of_a_column(method: jobs.Method, column: list[str], day: dt.date, title: bool):
    normal = forms.normalised(pa.array(column, pa.string()))

    assert told_of_column(method.mentions(normal, day, title), TOPICS, len(column)) == [
        told(method.find(jobs.method.text.Parts(words, ""), day, title)[0]) for words in normal.to_pylist()
    ]


@pytest.mark.parametrize("title", [False, True])
def test_the_lexicon_says_the_same_of_the_labelled_sentences(method: jobs.Method, title: bool):
    normal = forms.normalised(pa.array(LABELLED, pa.string()))

    assert told_of_column(method.mentions(normal, DAYS[1], title), TOPICS, len(normal)) == [
        told(method.find(jobs.method.text.Parts(words, ""), DAYS[1], title)[0]) for words in normal.to_pylist()
    ]


SHORT = st.text("阿里酒ab1·# 。", min_size=1, max_size=3).map(normalise).filter(bool)
words = st.frozensets(SHORT, max_size=3)
rules = st.builds(
    Rule,
    term=SHORT,
    shown=st.sampled_from(["x", "y"]),
    needs=words,
    also=words,
    general=words,
    blockers=words,
    nowhere=words,
    boundary=st.booleans(),
    evasion=st.booleans(),
    reach=st.integers(0, 4),
    tag=st.booleans(),
    alone=st.booleans(),
    only=st.sampled_from(["", "", "title", "post"]),
    least=st.sampled_from([0, 0, 1, 3]),
    valid_from=st.sampled_from([None, DAYS[1]]),
    valid_to=st.sampled_from([None, DAYS[1]]),
)
points = st.dictionaries(SHORT, st.integers(-3, 3).filter(bool), max_size=4).map(
    lambda found: tuple(sorted(found.items()))
)
topics = st.lists(st.tuples(st.lists(rules, min_size=1, max_size=4), words, points), min_size=1, max_size=3)


@given(
    made=topics,
    column=st.lists(st.text("阿里酒ab1·#  。.\n[@", max_size=14), max_size=8),
    day=st.sampled_from(DAYS),
    title=st.booleans(),
)
@settings(deadline=None, max_examples=500)
def test_any_rules_say_the_same_of_a_column(method: jobs.Method, made: list, column: list[str], day, title: bool):
    known = tuple(Topic(f"t{n}", "", "", tuple(found), *rest) for n, (found, *rest) in enumerate(made))
    other = method.deciding_by(Lexicon("any", known, "any"))
    normal = forms.normalised(pa.array(column, pa.string()))

    assert told_of_column(other.mentions(normal, day, title), known, len(column)) == [
        told(other.find(jobs.method.text.Parts(words, ""), day, title)[0]) for words in normal.to_pylist()
    ]
