"""From the cells of a record to a row."""

from pathlib import Path

import pytest

from pipeline import datasets
from pipeline.fields import moment
from pipeline.files import File
from pipeline.formats import Source, entry, post
from pipeline.schema import Refused

SOURCE = Source(File(Path("a.csv"), "a.csv"), datasets.find("sample-posts"))
SEEN = Source(SOURCE.file, SOURCE.dataset, moment("2021-08-10 12:00"))
MID = "4667708956213248"  # made on 2021-08-08 at midnight, China time

ENDINGS = {
    "很长的话...全文": ("很长的话", True),
    "很长的话…… 全文": ("很长的话", True),
    "很长的话 展开全文c": ("很长的话", True),
    "很长的话展开全文": ("很长的话", True),
    "很长的话 收起全文d": ("很长的话", False),
    "请看全文": ("请看全文", False),
    "全文": ("全文", False),
    "展开全文c": ("展开全文c", True),
}


def row(source: Source = SOURCE, **cells) -> dict:
    return post(source, **{"post_id": "1", "at": "2021-08-08 12:00", "words": "文"} | cells)


@pytest.mark.parametrize(("words", "shown"), ENDINGS.items(), ids=ENDINGS)
def test_a_text_that_the_site_cut_off_is_marked_and_an_ordinary_word_is_left(words: str, shown: tuple[str, bool]):
    made = row(words=words)

    assert (made["text"], made["truncated"]) == shown


@pytest.mark.parametrize("words", ["转发微博", "转发"])
def test_a_bare_repost_is_a_repost_even_where_the_source_does_not_say_so(words: str):
    assert row(words=words)["is_repost"] is True


def test_an_id_that_holds_the_time_repairs_a_missing_one():
    made = row(at="", weibo_id=MID)

    assert str(made["created_at"]) == "2021-08-08 00:00:00+08:00"


def test_an_id_that_holds_the_time_adds_the_clock_to_a_mere_date():
    assert str(row(at="2021-08-08", weibo_id=MID)["created_at"]) == "2021-08-08 00:00:00+08:00"


def test_a_time_that_the_id_contradicts_by_more_than_a_day_is_refused():
    with pytest.raises(Refused, match="time_conflict"):
        row(at="2021-08-20 12:00", weibo_id=MID)


def test_a_relative_time_needs_an_observation():
    with pytest.raises(Refused, match="no_observation"):
        row(at="42分钟前")
    assert str(row(SEEN, at="42分钟前")["created_at"]) == "2021-08-10 11:18:00+08:00"


def test_html_becomes_text_in_own_and_quoted_words():
    made = row(words="好<br/>的", quoted="<a>原文</a>", html=True)

    assert (made["text"], made["quoted"]) == ("好\n的", "原文")


def test_a_board_entry_without_time_takes_the_observation_of_its_file():
    assert str(entry(SEEN, title="甲")["day"]) == "2021-08-10"
    with pytest.raises(Refused, match="no_observation"):
        entry(SOURCE, title="甲")
