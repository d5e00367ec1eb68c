"""Posts on 米兔 (#MeToo) crawled in November 2018: CSV `Name,Time,Content,Repost,Comment,Like`.

`Name` is a nickname and is not read, so no post has an author; ids are made of what a post says, and copies coincide.
`Time` is "11-02" for posts of the year of the crawl, "2017-12-11" for older ones, and relative ("刚刚", "今天 08:10")
for new ones: without the observation only full dates can be read. A third of the texts are cut at "...全文".
"""

from collections.abc import Iterator
from typing import Any

from pipeline.formats import Format, Source, post, rows
from pipeline.schema import Reject, Row
from pipeline.tables import csv_records


def read(source: Source) -> Iterator[Row | Reject]:
    """Posts of one file; a reject's line is the one on which the row ends."""

    def convert(row: dict[str, Any]) -> Row:
        return post(
            source,
            post_id=None,
            at=row.get("Time"),
            words=row.get("Content"),
            reposts=row.get("Repost"),
            comments=row.get("Comment"),
            likes=row.get("Like"),
        )

    return rows(csv_records(source.file), convert)


FORMATS = (
    Format(
        name="mitu_2018",
        about="CSV `Name,Time,Content,Repost,Comment,Like`",
        kind="posts",
        shapes=frozenset({"csv"}),
        names=frozenset({"Name", "Time", "Content", "Repost", "Comment", "Like"}),
        rows=read,
    ),
)
