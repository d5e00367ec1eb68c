"""Weibo-COV 1.0 and 2.0: CSV of posts, `_id,user_id,crawl_time,...,content,origin_weibo,geo_info`.

`_id` and `origin_weibo` are nine-character post ids, which hold the time; `user_id` was hashed by the publishers.
`created_at` is "2020-04-01 00:00" China time, `crawl_time` is in epoch seconds. The content is not quoted and may hold
commas and quotation marks, so that the other columns are counted off from both ends of the line. A row with an
`origin_weibo` is a repost, and its content the original, then `转发理由:` and the own words. The users' file of the
same publication holds no posts and is not read.
"""

from collections.abc import Iterator
from typing import Any

from pipeline.fields import with_reason
from pipeline.formats import Format, Source, post, rows
from pipeline.schema import Reject, Row
from pipeline.tables import unquoted

NAMES = frozenset({"_id", "crawl_time", "created_at", "repost_num", "content", "origin_weibo"})


def read(source: Source) -> Iterator[Row | Reject]:
    """Posts of one file; a reject's line is that of the row."""

    def convert(row: dict[str, Any]) -> Row:
        is_repost = bool(row.get("origin_weibo", "").strip())
        words, original = with_reason(row.get("content")) if is_repost else (row.get("content"), None)
        return post(
            source,
            post_id=row.get("_id"),
            at=row.get("created_at"),
            words=words,
            quoted=original,
            author=row.get("user_id"),
            observed=row.get("crawl_time"),
            is_repost=is_repost,
            reposts=row.get("repost_num"),
            comments=row.get("comment_num"),
            likes=row.get("like_num"),
            weibo_id=row.get("_id"),
        )

    return rows(unquoted(source.file, "content"), convert)


FORMATS = (
    Format(
        name="weibo_cov",
        about="CSV of Weibo-COV posts",
        kind="posts",
        shapes=frozenset({"csv"}),
        names=NAMES,
        rows=read,
    ),
)
