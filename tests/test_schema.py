"""The nouns that the stages share."""

import datetime as dt
import hashlib
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.schema import BOARD_ENTRY, POST, SHANGHAI, Reject, Rule, chunked, day_of, with_column, with_ids

DAY = dt.date(2021, 8, 8)
POST_ROW = {
    "post_id": "",
    "day": DAY,
    "author": "a1",
    "text": "拒绝陪酒",
    "is_repost": False,
    "truncated": False,
    "status": "visible",
}

entry = st.builds(lambda title: {"title": title, "day": DAY, "is_ad": False}, st.text("阿里ab", max_size=3))
reject = st.builds(Reject, st.integers(1, 99), st.sampled_from(["no_text", "bad_time"]), st.text(max_size=5))


def test_a_post_has_a_status_and_a_mark_of_truncation_and_neither_may_be_missing():
    assert "deleted" not in POST.names
    assert not POST.field("status").nullable
    assert not POST.field("truncated").nullable


def posts(*changes: dict[str, Any]) -> pa.RecordBatch:
    return pa.RecordBatch.from_pylist([POST_ROW | change for change in changes], POST)


def ids(*changes: dict[str, Any]) -> list[str]:
    return with_ids(posts(*changes))["post_id"].to_pylist()


@given(st.lists(entry | reject), st.integers(1, 7))
def test_chunks_keep_every_row_in_the_order_of_the_file(rows: list[Any], size: int):
    chunks = list(chunked(rows, BOARD_ENTRY, size))
    sizes = [chunk.entries.num_rows + chunk.rejects.num_rows for chunk in chunks]
    titles = [title for chunk in chunks for title in chunk.entries["title"].to_pylist()]
    lines = [line for chunk in chunks for line in chunk.rejects["line"].to_pylist()]
    assert sum(sizes) == len(rows)
    assert all(rows_in_chunk == size for rows_in_chunk in sizes[:-1])
    assert titles == [row["title"] for row in rows if isinstance(row, dict)]
    assert lines == [row.line for row in rows if isinstance(row, Reject)]


def test_an_empty_file_gives_no_chunk():
    assert list(chunked([], POST)) == []


@pytest.mark.parametrize("raw", ["拒绝陪酒 13800000000", "half an emoji \ud83d"], ids=["text", "surrogate"])
def test_a_reject_keeps_a_digest_and_never_the_text(raw: str):
    (chunk,) = chunked([Reject(3, "no_time", raw)], POST)
    digest = hashlib.sha256(raw.encode("utf-8", "surrogatepass")).hexdigest()
    assert chunk.rejects.to_pylist() == [{"line": 3, "reason": "no_time", "digest": digest}]


def test_given_ids_are_left_alone():
    made = ids({"post_id": "4667708956213248"}, {}, {"post_id": "K1"})
    assert made[0::2] == ["4667708956213248", "K1"]
    assert made[1]


def test_equal_posts_get_equal_ids_whatever_else_the_row_says():
    first, copy = ids({}, {"likes": 7, "observed_at": dt.datetime(2021, 8, 9, tzinfo=SHANGHAI)})
    assert first == copy


@pytest.mark.parametrize(
    "change",
    [
        {"author": "a2"},
        {"author": None},
        {"text": "拒绝劝酒"},
        {"day": DAY + dt.timedelta(1)},
        {"created_at": dt.datetime(2021, 8, 8, tzinfo=SHANGHAI)},
    ],
    ids=str,
)
def test_posts_that_differ_in_what_when_or_whom_get_different_ids(change: dict[str, Any]):
    first, other = ids({}, change)
    assert first != other


def test_a_changed_column_keeps_its_place_and_type():
    changed = with_column(posts({}), "likes", [3])
    assert changed.schema.equals(POST)
    assert changed["likes"].to_pylist() == [3]


def test_the_day_turns_at_midnight_in_shanghai():
    assert day_of(dt.datetime(2021, 8, 7, 15, 59, 59, tzinfo=dt.UTC)) == DAY - dt.timedelta(1)
    assert day_of(dt.datetime(2021, 8, 7, 16, tzinfo=dt.UTC)) == DAY


@pytest.mark.parametrize(
    ("first", "last", "holds"),
    [
        (None, None, [True, True, True]),
        (DAY, None, [False, True, True]),
        (None, DAY, [True, True, False]),
        (DAY, DAY, [False, True, False]),
    ],
)
def test_a_rule_holds_from_its_first_to_its_last_day(first: dt.date, last: dt.date, holds: list[bool]):
    rule = Rule("王某文", "王某文", valid_from=first, valid_to=last)
    assert [rule.holds_on(DAY + dt.timedelta(days)) for days in (-1, 0, 1)] == holds
