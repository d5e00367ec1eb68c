"""Corpora for training that hold little but labels and texts.

- `label,review` (weibo_senti_100k, simplifyweibo_4_moods and others in ChineseNlpCorpus), `label,text` and
  `label,content` in any order and with other columns, as tables or JSON: no id and no date.
- `id_!_code_!_category_!_title_!_keywords` without a header (toutiao_cat_data.txt): titles of news, no date.
- `mid,label,text` without a header (weibo2018): commas in the text are not quoted; the date lies in the mid.
- `userid,text` or `text` in files named `M.D.csv` (COVID-19-Weibo): GB18030, sometimes with invalid bytes. The day
  stands in the file's name, without a year. From 21 March on most files have the header `,userid` and lost the text.
- `ID<tab>TARGET<tab>TEXT<tab>STANCE` (NLPCC 2016): GBK and UTF-8 in one folder, no date. The ID is a number within the
  file, so it is not read: two files would take it for one post.

What has no date is counted on the day on which the dataset was observed; without one every row is refused
(`no_observation`). The day of `M.D.csv` is the last such day that is not after the observation.
"""

import re
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from pipeline.formats import Format, Source, post, rows
from pipeline.schema import Refused, Reject, Row
from pipeline.shapes import look
from pipeline.tables import csv_records, records, unquoted

Records = Iterator[tuple[int, dict[str, Any] | Refused]]


def read_reviews(column: str, source: Source) -> Iterator[Row | Reject]:
    """Posts of a file of labels and a column of texts; a reject's line is the one on which the row ends."""
    return rows(records(source.file, look(source.file).shape), _on_the_observed_day(source, column))


def read_titles(source: Source) -> Iterator[Row | Reject]:
    """Titles of a file whose fields are joined by `_!_`; a reject's line is that of the row."""
    header = ["id", "code", "category", "title", "keywords"]

    def convert(row: dict[str, Any]) -> Row:
        return post(source, post_id=row["id"], at=_day(source), words=row["title"])

    return rows(unquoted(source.file, "title", "_!_", header), convert)


def read_stances(source: Source) -> Iterator[Row | Reject]:
    """Posts of a file `ID, TARGET, TEXT, STANCE`; a reject's line is that of the row."""
    return rows(unquoted(source.file, "TEXT", "\t"), _on_the_observed_day(source, "TEXT"))


def read_labelled(source: Source) -> Iterator[Row | Reject]:
    """Posts of a file without header whose lines are `mid,label,text`; a reject's line is that of the row."""

    def convert(row: dict[str, Any]) -> Row:
        return post(source, post_id=row["mid"], at=None, words=row["text"], weibo_id=row["mid"])

    return rows(unquoted(source.file, "text", header=["mid", "label", "text"]), convert)


def read_day(source: Source) -> Iterator[Row | Reject]:
    """Posts of a file that is named after its day; a reject's line is the one on which the row ends."""
    named = re.fullmatch(r"(\d{1,2})[._-](\d{1,2})", Path(source.file.name).stem)
    at = f"{named[1]}-{named[2]}" if named else None

    def convert(row: dict[str, Any]) -> Row:
        return post(source, post_id=None, at=at or _day(source), words=row.get("text"), author=row.get("userid"))

    return rows(csv_records(source.file), convert)


def _on_the_observed_day(source: Source, column: str) -> Callable[[dict[str, Any]], Row]:
    return lambda row: post(source, post_id=None, at=_day(source), words=row.get(column))


def _day(source: Source) -> Any:
    if source.observed is None:
        raise Refused("no_observation")
    return source.observed.day


FORMATS = (
    *(
        Format(
            name=f"label_{column}",
            about=f"labelled texts without dates: columns `label` and `{column}`",
            kind="posts",
            shapes=frozenset({"csv", "tsv", "list", "jsonl"}),
            names=frozenset({"label", column}),
            rows=partial(read_reviews, column),
        )
        for column in ("review", "text", "content")
    ),
    Format(
        name="toutiao_cat",
        about="titles of Toutiao by category: fields joined by `_!_`",
        kind="posts",
        shapes=frozenset({"text", "csv", "tsv"}),
        words=r"\A\d{6,20}_!_\d{3}_!_\w+_!_",
        rows=read_titles,
    ),
    Format(
        name="nlpcc_stance",
        about="NLPCC 2016 stance data: ID, TARGET, TEXT, STANCE between tabs",
        kind="posts",
        shapes=frozenset({"tsv"}),
        names=frozenset({"ID", "TARGET", "TEXT"}),
        rows=read_stances,
    ),
    Format(
        name="mid_label_text",
        about="labelled posts without header: `mid,label,text`",
        kind="posts",
        shapes=frozenset({"csv", "tsv"}),
        words=r"\A[345]\d{15},-?\d{1,2},",
        rows=read_labelled,
    ),
    Format(
        name="covid19_weibo_day",
        about="COVID-19-Weibo day file `M.D.csv`: `userid,text` or `text`",
        kind="posts",
        shapes=frozenset({"csv", "text"}),
        words=r'\A"?(?:userid"?,"?text|,"?userid|text)"?[ \t]*(?:[\r\n]|\Z)',
        rows=read_day,
    ),
)
