"""Result files of the crawler dataabc/weibo-search: CSV, UTF-8 with a byte-order mark, 17 to 21 columns.

Columns were added over the years (`ip` in October 2023, `user_authentication` in May 2024, `会员类型` and `会员等级` in
May 2025), so they are found by name. A repost is a row of its own; its own text ends where the `//@name:` chain begins.
"""

from collections.abc import Iterator
from pathlib import Path

from pipeline.datasets import Dataset
from pipeline.errors import InputError
from pipeline.fields import count, identifier, moment, text
from pipeline.schema import Refused, Reject, Row
from pipeline.tables import csv_rows

SUFFIXES = (".csv",)

_NEEDED = ("id", "user_id", "微博正文", "转发数", "评论数", "点赞数", "发布时间", "retweet_id")


def rows(path: Path, dataset: Dataset) -> Iterator[Row | Reject]:
    """Posts of one result file, or rejects with the line on which the row ends.

    Raises InputError when the header lacks a column, the file is not UTF-8, or the CSV cannot be read at all.
    """
    table = csv_rows(path)
    _, header = next(table)
    _check(path, header)
    for line, cells in table:
        try:
            if len(cells) != len(header):
                raise Refused("columns")
            yield _understood(dict(zip(header, cells, strict=True)))
        except Refused as refused:
            yield Reject(line, refused.reason, "\x1f".join(cells))


def _check(path: Path, header: list[str]) -> None:
    missing = [name for name in _NEEDED if name not in header]
    if missing:
        raise InputError(
            f"{path}:1: this is not a weibo-search file, its header lacks {', '.join(missing)}; "
            "for other columns register a dataset with the reader 'mapped'."
        )


def _understood(row: dict[str, str]) -> Row:
    post_id = identifier(row["id"])
    if not post_id:
        raise Refused("no_id")
    day, time = moment(row["发布时间"])
    return {
        "post_id": post_id,
        "day": day,
        "created_at": time,
        "author": identifier(row["user_id"]),
        "text": text(row["微博正文"]),
        "is_repost": bool(row["retweet_id"].strip()),
        "deleted": False,
        "reposts": count(row["转发数"]),
        "comments": count(row["评论数"]),
        "likes": count(row["点赞数"]),
    }
