"""Label files: what is read, what is refused, and that a spreadsheet cannot run them."""

import csv
import datetime as dt
import io
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pipeline import labels
from pipeline.errors import InputError
from pipeline.files import locate

TOPICS = ["metoo", "kris_wu"]
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1).filter(str.strip)


def read(path: Path, content: str, **how: str) -> list[labels.Label]:
    path.write_bytes(content.encode(how.get("encoding", "utf-8")))
    return labels.read(locate(str(path)), TOPICS)


def row(text: str) -> dict:
    return {
        "topic": "metoo", "text": text, "label": "not", "stratum": "a", "weight": 2.5, "day": "2021-08-09",
        "kind": "post", "item": "t1",
    }  # fmt: skip


def test_a_row_says_what_its_columns_hold(tmp_path):
    content = (
        "coder,topic,text,label,weight,stratum,day,kind,item,note\nA,metoo,米兔,Relevant,2.5,s,2021/8/9,title,t1,x\n"
    )

    assert read(tmp_path / "a.csv", content) == [
        labels.Label(2, "metoo", "米兔", "relevant", "A", 2.5, "s", dt.date(2021, 8, 9), True, "t1")
    ]


def test_only_topic_text_and_label_are_needed(tmp_path):
    found = read(tmp_path / "a.csv", "\ufeffTopic, Text ,label\r\nmetoo,米兔,unsure\r\n\r\nkris_wu,你好,\r\n")

    assert [(r.line, r.topic, r.label, r.weight, r.day, r.title) for r in found] == [
        (2, "metoo", "unsure", None, None, None),
        (4, "kris_wu", "", None, None, None),
    ]


SAME = {
    "a TSV": ("topic\ttext\tlabel\nmetoo\t米兔, 声援\tnot\n", "utf-8"),
    "a TSV with quotation marks in its texts": (
        'topic\ttext\tlabel\nmetoo\t米兔, 声援\tnot\nmetoo\t"引 用\tnot\n',
        "utf-8",
    ),
    "semicolons, as Excel writes in Europe": ("topic;text;label\nmetoo;米兔, 声援;not\n", "utf-8"),
    "GBK, as Excel writes in China": ('topic,text,label\nmetoo,"米兔, 声援",not\n', "gb18030"),
    "UTF-16 with a mark": ('topic,text,label\nmetoo,"米兔, 声援",not\n', "utf-16"),
}


@pytest.mark.parametrize(("content", "encoding"), SAME.values(), ids=SAME)
def test_the_same_rows_are_read_from(tmp_path, content, encoding):
    first = read(tmp_path / "labels", content, encoding=encoding)[0]

    assert (first.topic, first.text, first.label) == ("metoo", "米兔, 声援", "not")


HEAD = "topic,text,label,weight,day,kind\n"
FAULTS = {
    "nothing": ("", "a.csv: the file is empty; a label file has the columns topic, text and label."),
    "no label column": ("topic,text\nmetoo,x\n", "a.csv:1: a label file needs the columns topic, text and label"),
    "a column twice": ("topic,text,text,label\nmetoo,x,y,not\n", "a.csv:1: a label file needs"),
    "no row": (HEAD, "a.csv: no row is labelled"),
    "no label": ("topic,text,label\nmetoo,x,\n", "a.csv: no row is labelled; write relevant, not or unsure"),
    "an unknown topic": (HEAD + "metto,x,not,,,\n", "a.csv:2: There is no topic 'metto'; did you mean metoo?"),
    "an unknown label": (HEAD + "metoo,x,not,,,\nmetoo,x,maybe,,,\n", "a.csv:3: the label 'maybe' is unknown"),
    "an empty text": (HEAD + "metoo, ,not,,,\n", "a.csv:2: the text is empty; remove the row."),
    "a weight of nothing": (HEAD + "metoo,x,not,0,,\n", "a.csv:2: the weight '0' is no number above 0"),
    "a weight in words": (HEAD + "metoo,x,not,many,,\n", "a.csv:2: the weight 'many' is no number above 0"),
    "an infinite weight": (HEAD + "metoo,x,not,inf,,\n", "a.csv:2: the weight 'inf' is no number above 0"),
    "a weight that is missing": (HEAD + "metoo,x,not,1,,\nmetoo,y,not,,,\n", "a.csv:3: the weight is empty, but other"),
    "a day that is none": (
        HEAD + "metoo,x,not,,soon,\n",
        "a.csv:2: the day 'soon' is no date; write it as 2021-08-09.",
    ),
    "an unknown kind": (HEAD + "metoo,x,not,,,tweet\n", "a.csv:2: the kind 'tweet' is unknown; write title or post."),
    "too many cells": (
        "topic,text,label\nmetoo,x,y,not\n",
        "a.csv:2: has 4 cells where the header has 3; put quotation",
    ),
    "a lost quote": ('topic,text,label\nmetoo,"x,not\n', "a.csv:2: not readable as CSV"),
}


@pytest.mark.parametrize(("content", "message"), FAULTS.values(), ids=FAULTS)
def test_a_fault_is_one_sentence_with_file_and_line(tmp_path, content, message):
    with pytest.raises(InputError) as fault:
        read(tmp_path / "a.csv", content)

    assert str(fault.value).startswith(f"{tmp_path}/{message}")
    assert "\n" not in str(fault.value)


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@cmd", "\tx", "\rx", "\nx", "＝1+1", "'=1+1"])
def test_no_cell_that_is_written_begins_as_a_formula(cell):
    written = next(iter(list(csv.DictReader(io.StringIO(labels.sheet([row(cell)])[1:], newline="")))))

    assert written["text"] == "'" + cell
    assert labels.undefuse(written["text"]) == cell


def test_a_sheet_begins_with_the_mark_without_which_excel_misreads_chinese():
    assert labels.sheet([row("米兔")]).encode().startswith(b"\xef\xbb\xbftopic,text,label,")


@given(TEXTS)
@example("'米兔")
@example("''=1")
@example('他说"米兔",\r\n')
def test_what_was_written_is_read_again(tmp_path_factory, text):
    path = tmp_path_factory.mktemp("labels") / "a.csv"
    path.write_bytes(labels.sheet([row(text)]).encode())

    assert [found.text for found in labels.read(locate(str(path)), TOPICS)] == [text]
