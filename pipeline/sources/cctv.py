"""Posts of one account as copied from its page: CSV with `WB_from`, `WB_text`, `forward`, `comment`, `like`.

`WB_from` is the date and the client in one cell, "1月28日 23:03 来自 微博 weibo.com", with 已编辑 after blanks and a
tab when the post was edited; there is no year. `weibo_url`, where the file has it, holds the nine-character post id and
so the time; without it the year comes from the observation. Many texts are cut at 展开全文. Blank rows, which the
copying left behind, are no posts and pass unnoticed. A file may have more columns.
"""

import re
from collections.abc import Iterator
from typing import Any

from pipeline.formats import Format, Source, post, rows
from pipeline.schema import Refused, Reject, Row
from pipeline.tables import csv_records

_POST = re.compile(r"weibo\.(?:com|cn)/\w+/([0-9A-Za-z]{9})(?![0-9A-Za-z])")


def read(source: Source) -> Iterator[Row | Reject]:
    """Posts of one file; a reject's line is the one on which the row ends."""

    def convert(row: dict[str, Any]) -> Row:
        if not any(cell.strip("\ufeff \t\u3000") for cell in row.values()):
            raise Refused("blank")
        found = _POST.search(row.get("weibo_url", ""))
        weibo_id = found[1] if found else None
        return post(
            source,
            post_id=weibo_id,
            at=row.get("WB_from"),
            words=row.get("WB_text"),
            reposts=row.get("forward"),
            comments=row.get("comment"),
            likes=row.get("like"),
            weibo_id=weibo_id,
        )

    return rows(csv_records(source.file), convert)


FORMATS = (
    Format(
        name="cctv",
        about="CSV of an account's page with WB_from and WB_text",
        kind="posts",
        shapes=frozenset({"csv"}),
        names=frozenset({"WB_from", "WB_text"}),
        rows=read,
    ),
)
