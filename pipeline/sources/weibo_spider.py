"""JSON lines of the crawler nghuyong/WeiboSpider (weibo.com, since October 2022): posts, reposts and comments.

Posts and reposts: `{"_id", "mblogid", "created_at": "2022-10-19 23:44:36", …, "reposts_count", "comments_count",
"attitudes_count", "content", "user": {"_id", …}, "url", "crawl_time"}`. `_id` is the mid, `mblogid` its short form;
`crawl_time` (epoch seconds) says when the post was seen. Comments have `like_counts` and `comment_user` in the place of
`attitudes_count` and `user`, and their `_id` is a number.

These names are documented in the crawler's README and source, and were not seen on a published file. Known drift: the
posts of an account had no `user` in the first versions, then the account stands in `url` alone; `mblogid` and
`isLongText` come and go; `is_retweet` and `retweet_id` are of forks and later versions. The crawler fetches long posts
whole, so `isLongText` is no sign of a cut.
"""

import re
from collections.abc import Iterator
from typing import Any

from pipeline.formats import Format, Source, post, rows
from pipeline.schema import Refused, Reject, Row
from pipeline.shapes import look
from pipeline.tables import records

_ACCOUNT = re.compile(r"weibo\.com/(\d+)/")
_TRUE = {"true", "1"}


def read_posts(source: Source) -> Iterator[Row | Reject]:
    """Posts, or rejects with their line (their place in a JSON list)."""

    def convert(item: dict[str, Any]) -> Row:
        retweet = str(item.get("is_retweet")).lower() in _TRUE or bool(item.get("retweet_id"))
        return _post(source, item, "user", "attitudes_count", weibo_id=item.get("_id"), is_repost=retweet)

    return rows(records(source.file, look(source.file).shape), convert)


def read_comments(source: Source) -> Iterator[Row | Reject]:
    """Comments as posts, whatever they answer to; or rejects with their line (their place in a JSON list)."""
    return rows(
        records(source.file, look(source.file).shape), lambda item: _post(source, item, "comment_user", "like_counts")
    )


def _post(source: Source, item: dict[str, Any], user: str, likes: str, **known: Any) -> Row:
    if not item.get("_id"):
        raise Refused("no_id")
    return post(
        source,
        post_id=item["_id"],
        at=item.get("created_at"),
        words=item.get("content"),
        author=_author(item, user),
        observed=item.get("crawl_time"),
        reposts=item.get("reposts_count"),
        comments=item.get("comments_count"),
        likes=item.get(likes),
        **known,
    )


def _author(item: dict[str, Any], user: str) -> Any:
    account = item.get(user)
    if isinstance(account, dict) and account.get("_id"):
        return account["_id"]
    found = _ACCOUNT.search(str(item.get("url") or ""))
    return found[1] if found else None


FORMATS = (
    Format(
        name="weibo_spider",
        about="JSON lines of posts of the crawler nghuyong/WeiboSpider",
        kind="posts",
        shapes=frozenset({"jsonl", "list"}),
        names=frozenset({"_id", "created_at", "content", "attitudes_count"}),
        rows=read_posts,
    ),
    Format(
        name="weibo_spider_comments",
        about="JSON lines of comments of the crawler nghuyong/WeiboSpider",
        kind="posts",
        shapes=frozenset({"jsonl", "list"}),
        names=frozenset({"_id", "created_at", "content", "comment_user", "like_counts"}),
        rows=read_comments,
    ),
)
