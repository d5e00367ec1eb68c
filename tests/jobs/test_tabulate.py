"""Examining the units of a day in columns gives the tables of examining them one by one."""

import datetime as dt
import json
import pickle
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from pipeline import aggregate, jobs, lexicon
from pipeline.aggregate import Posts, Titles
from pipeline.errors import InputError
from pipeline.jobs import tabulate
from pipeline.schema import BOARD_ENTRY, POST, SHANGHAI
from tests import one_by_one

DAY = dt.date(2021, 8, 9)
SAMPLE = Path(__file__).parents[2] / "sample_data" / "sample-posts"
TERMS = sorted({rule.term for topic in lexicon.load().topics for rule in topic.rules})
TEXTS = [
    json.loads(line)["content"]
    for path in sorted(SAMPLE.glob("*.jsonl"))
    for line in path.read_text("utf-8").split("\n")
    if line
]

MARKS = [
    "//@用户:", "／／＠某 ：", "·", ".", " ", "#", "[怒]", "http://t.cn/A6x", "@某人 ", "\u200b", "「", "」", "ＡＢ", "乾隆", "阿裡",
]  # fmt: skip


def one_of(known: list[str]) -> st.SearchStrategy[str]:
    return st.integers(0, len(known) - 1).map(known.__getitem__)


pieces = one_of(TERMS) | one_of(TEXTS) | one_of(MARKS) | st.text(st.characters(exclude_categories=["Cs"]), max_size=6)
texts = st.lists(pieces, min_size=1, max_size=8).map("".join)
moments = st.none() | st.datetimes(dt.datetime(2021, 8, 9), dt.datetime(2021, 8, 9, 23, 59)).map(
    lambda time: time.replace(microsecond=0, tzinfo=SHANGHAI)
)
posts = st.fixed_dictionaries(
    {
        "text": texts,
        "quoted": st.none() | texts,
        "author": st.none() | st.sampled_from(["", "a", "b", "c", "d", "e", "f"]),
        "is_repost": st.booleans(),
        "status": st.sampled_from(["visible", "deleted"]),
        "created_at": moments,
        "observed_at": moments,
        "likes": st.none() | st.integers(0, 9),
    }
)
entries = st.fixed_dictionaries(
    {"title": texts, "observed_at": moments, "rank": st.none() | st.integers(1, 50), "is_ad": st.booleans()}
)


def table(rows: list[dict], schema: pa.Schema, **given) -> pa.Table:
    plain = [{"day": DAY, "batch": "a", **given} | row for row in rows]
    return pa.Table.from_pylist(plain, schema=schema.append(pa.field("batch", pa.string())))


def sightings(rows: list[dict]) -> pa.Table:
    numbered = [{"post_id": str(number), **row} for number, row in enumerate(rows)]
    return table(numbered, POST, truncated=False)


def quickly(method: jobs.Method, rows: list[dict]) -> aggregate.Tables:
    return tabulate.tables(method, "set", DAY, Posts.of(aggregate.winners(sightings(rows), DAY)))


def slowly(method: jobs.Method, rows: list[dict]) -> aggregate.Tables:
    return one_by_one.tables(method, "set", DAY, aggregate.posts(sightings(rows), DAY), title=False)


@given(rows=st.lists(posts, max_size=12), again=st.integers(1, 6))
@examples(deadline=None, max_examples=30)
def test_posts_in_columns_have_the_tables_of_posts_one_by_one(method: jobs.Method, rows: list[dict], again: int):
    assert quickly(method, rows * again) == slowly(method, rows * again)


@given(rows=st.lists(entries, max_size=12))
@examples(deadline=None, max_examples=30)
def test_titles_in_columns_have_the_tables_of_titles_one_by_one(method: jobs.Method, rows: list[dict]):
    titles = aggregate.titles(table(rows, BOARD_ENTRY))
    slowly = one_by_one.tables(method, "set", DAY, titles, title=True)

    assert tabulate.tables(method, "set", DAY, Titles(titles)) == slowly


@pytest.mark.parametrize("together", [1, 700, 16_384])
def test_the_sample_has_the_same_tables_however_many_posts_are_taken_together(
    method: jobs.Method, monkeypatch: pytest.MonkeyPatch, together: int
):
    monkeypatch.setattr(tabulate, "TOGETHER", together)
    rows = [
        {"text": text, "author": f"u{number % 7}", "is_repost": False, "status": "visible"}
        for number, text in enumerate(TEXTS[: 100 if together == 1 else 1500])
    ]
    made = quickly(method, rows)

    assert made == slowly(method, rows)
    assert made["day_word"]


def test_of_a_text_without_a_term_the_matcher_says_nothing(method: jobs.Method):
    rows = sightings([{"text": text, "is_repost": False, "status": "visible"} for text in TEXTS])
    parts = [jobs.method.normal_parts(item, False) for item in aggregate.posts(rows, DAY)]
    standing = list(tabulate.standing(method.screen, Posts.of(aggregate.winners(rows, DAY))))

    assert {p for p in parts if any(any(found) for found in method.find(p, DAY, False))} <= set(standing)
    assert len(standing) < len(TEXTS) / 2


def test_a_method_that_is_pickled_decides_alike(method: jobs.Method):
    assert pickle.loads(pickle.dumps(method)).record == method.record
    fewer = method.deciding_by(lexicon.load().__class__("8", method.lexicon.topics[:3], "fewer"))
    assert pickle.loads(pickle.dumps(fewer)).record == fewer.record


def test_a_method_of_another_lexicon_is_not_taken_for_the_same(method: jobs.Method):
    load, (cache, folder, topics, _) = method.__reduce__()

    with pytest.raises(InputError, match="install the same version on both"):
        load(cache, folder, topics, "0" * 64)
