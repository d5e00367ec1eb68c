"""SWSR, the sexism corpus: `SexWeibo.csv` holds posts, `SexComment.csv` the comments below them.

Columns are read by name, as the documented order is not that of the files. Dates are DD/MM/YYYY HH:MM. A post's
`weibo_id` is a nine-character id that holds its time: it gives the one date that is empty, and refuses the few that
contradict it. A comment's `weibo_id` is its parent's, so it says nothing of the comment, which is known by `index`;
200 comments lost their date to a spreadsheet ("##########") and are refused.
"""

from collections.abc import Iterator
from typing import Any

from pipeline.formats import Format, Source, post, rows
from pipeline.schema import Reject, Row
from pipeline.tables import csv_records


def read_posts(source: Source) -> Iterator[Row | Reject]:
    """Posts of SexWeibo.csv; a reject's line is the one on which the row ends."""

    def convert(row: dict[str, Any]) -> Row:
        return post(
            source,
            post_id=row.get("weibo_id"),
            at=row.get("weibo_date"),
            words=row.get("weibo_text"),
            reposts=row.get("weibo_repost"),
            comments=row.get("weibo_comment"),
            likes=row.get("weibo_like"),
            weibo_id=row.get("weibo_id"),
        )

    return rows(csv_records(source.file), convert)


def read_comments(source: Source) -> Iterator[Row | Reject]:
    """Comments of SexComment.csv as posts; a reject's line is the one on which the row ends."""

    def convert(row: dict[str, Any]) -> Row:
        return post(
            source, post_id=row.get("index"), at=row.get("date"), words=row.get("comment_text"), likes=row.get("like")
        )

    return rows(csv_records(source.file), convert)


FORMATS = (
    Format(
        name="swsr_posts",
        about="posts of the SWSR corpus (SexWeibo.csv)",
        kind="posts",
        shapes=frozenset({"csv"}),
        names=frozenset({"weibo_id", "weibo_text", "weibo_date"}),
        rows=read_posts,
    ),
    Format(
        name="swsr_comments",
        about="comments of the SWSR corpus (SexComment.csv)",
        kind="posts",
        shapes=frozenset({"csv"}),
        names=frozenset({"index", "weibo_id", "comment_text", "date"}),
        rows=read_comments,
    ),
)
