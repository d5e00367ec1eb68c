"""Result files of the crawler dataabc/weibo-search: CSV, UTF-8 with a byte-order mark, 17 to 21 columns.

Columns were added over the years: `ip` in October 2023, `user_authentication` in May 2024, `会员类型` and `会员等级`
in May 2025. The header is written only for a new file, so a file that was continued after an upgrade has a 17-column
header above longer rows; the columns that are read stand at the same places in every generation. A repost is a row of
its own.
"""

from collections.abc import Iterator
from typing import Any

from pipeline.errors import InputError
from pipeline.formats import Format, Source, post, rows
from pipeline.schema import Refused, Reject, Row
from pipeline.tables import csv_rows

NAMES = frozenset({"id", "user_id", "微博正文", "转发数", "评论数", "点赞数", "发布时间", "retweet_id"})
_MOST = 21


def read(source: Source) -> Iterator[Row | Reject]:
    """Posts of one result file; a reject's line is the one on which the row ends.

    Raises InputError when the header lacks a column that is needed.
    """

    def convert(row: dict[str, Any]) -> Row:
        if not row["id"].strip():
            raise Refused("no_id")
        return post(
            source,
            post_id=row["id"],
            at=row["发布时间"],
            words=row["微博正文"],
            author=row["user_id"],
            is_repost=bool(row["retweet_id"].strip()),
            reposts=row["转发数"],
            comments=row["评论数"],
            likes=row["点赞数"],
            weibo_id=row["id"],
        )

    return rows(_records(source), convert)


def _records(source: Source) -> Iterator[tuple[int, dict[str, Any] | Refused]]:
    table = csv_rows(source.file)
    _, header = next(table)
    if missing := sorted(NAMES - set(header)):
        raise InputError(
            f"{source.file}:1: this is not a weibo-search file, its header lacks {', '.join(missing)}; "
            "for other columns register a dataset with the reader 'mapped'."
        )
    for line, cells in table:
        if cells[0].lstrip("\ufeff") == header[0]:
            continue
        grown = len(header) < len(cells) <= _MOST
        fits = len(cells) == len(header) or grown
        yield line, dict(zip(header, cells, strict=False)) if fits else Refused("columns")


FORMATS = (
    Format(
        name="weibo_search_csv",
        about="CSV of the crawler dataabc/weibo-search, 17 to 21 columns",
        kind="posts",
        shapes=frozenset({"csv"}),
        names=NAMES,
        rows=read,
    ),
)
