"""JSON lines of the crawler nghuyong/WeiboSpider (weibo.com, since October 2022): posts, reposts and comments.

Posts and reposts: `{"_id", "mblogid", "created_at": "2022-10-19 23:44:36", …, "reposts_count", "comments_count",
"attitudes_count", "content", "user": {"_id", …}, "url", "crawl_time"}`. `_id` is the mid, `mblogid` its short form;
`crawl_time` (epoch seconds) says when the post was seen. Comments have `like_counts` and `comment_user` in the place of
`attitudes_count` and `user`, and their `_id` is a number.

From 2018 to 2021 the crawler read weibo.cn: `_id` (the short form of the mid), `user_id`, `content`, `created_at`,
`repost_num`, `comment_num`, `like_num`, `origin_weibo` of reposts, `crawl_time`; comments have `comment_user_id` and
`like_num`. The content of a repost is the original, then `转发理由:` and the own words.

These names are documented in the crawler's README and source, and were not seen on a published file. Known drift: the
posts of an account had no `user` in the first versions, then the account stands in `url` alone; `mblogid` and
`isLongText` come and go; `is_retweet` and `retweet_id` are of forks and later versions. The crawler fetches long posts
whole, so `isLongText` is no sign of a cut.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import Any

from pipeline import columns
from pipeline.columns import Columns, Filled
from pipeline.fields import with_reason
from pipeline.formats import Convert, Format, Source, post, rows
from pipeline.schema import Chunk, Refused, Reject, Row
from pipeline.shapes import look
from pipeline.tables import records

_ACCOUNT = re.compile(r"weibo\.com/(\d+)/")
_TRUE = {"true", "1"}
_UNSET = frozenset({"", "0", "false", "False"})
_POSTS = Columns(
    post_id="_id",
    at="created_at",
    text="content",
    author="user._id",
    observed="crawl_time",
    reposts="reposts_count",
    comments="comments_count",
    likes="attitudes_count",
    filled=(Filled("_id", _UNSET), Filled("user._id", _UNSET)),
    blank=(Filled("is_retweet", _UNSET), Filled("retweet_id", _UNSET)),
    by_mid=True,
)
_COMMENTS = replace(
    _POSTS,
    author="comment_user._id",
    likes="like_counts",
    filled=(Filled("_id", _UNSET), Filled("comment_user._id", _UNSET)),
    blank=(),
    by_mid=False,
)


def _post_of(source: Source) -> Convert:
    def convert(item: dict[str, Any]) -> Row:
        retweet = str(item.get("is_retweet")).lower() in _TRUE or bool(item.get("retweet_id"))
        return _post(source, item, "user", "attitudes_count", weibo_id=item.get("_id"), is_repost=retweet)

    return convert


def _comment_of(source: Source) -> Convert:
    return lambda item: _post(source, item, "comment_user", "like_counts")


def _early_post_of(source: Source) -> Convert:
    def convert(item: dict[str, Any]) -> Row:
        words, original = with_reason(item.get("content")) if item.get("origin_weibo") else (item.get("content"), None)
        return _early(source, item, "user_id", words, original)

    return convert


def _early_comment_of(source: Source) -> Convert:
    return lambda item: _early(source, item, "comment_user_id", item.get("content"), None)


def _early(source: Source, item: dict[str, Any], user: str, words: Any, original: str | None) -> Row:
    if not item.get("_id"):
        raise Refused("no_id")
    return post(
        source,
        post_id=item["_id"],
        at=item.get("created_at"),
        words=words,
        author=item.get(user),
        observed=item.get("crawl_time"),
        quoted=original,
        is_repost=bool(item.get("origin_weibo")),
        reposts=item.get("repost_num"),
        comments=item.get("comment_num"),
        likes=item.get("like_num"),
        weibo_id=item["_id"] if user == "user_id" else None,
    )


def read(of: Callable[[Source], Convert], source: Source) -> Iterator[Row | Reject]:
    """Posts, or comments as posts whatever they answer to; rejects with their line (their place in a JSON list)."""
    return rows(records(source.file, look(source.file).shape), of(source))


def read_columns(of: Callable[[Source], Convert], placed: Columns, source: Source) -> Iterator[Chunk]:
    """The same, a column at a time."""
    return columns.chunks(source, placed, of(source))


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


def _format(name: str, about: str, names: set[str], of: Callable[[Source], Convert], placed: Columns | None) -> Format:
    return Format(
        name=name,
        about=f"JSON lines of {about} of the crawler nghuyong/WeiboSpider",
        kind="posts",
        shapes=frozenset({"jsonl", "list", "objects"}),
        names=frozenset({"_id", "created_at", "content", *names}),
        rows=partial(read, of),
        chunks=partial(read_columns, of, placed) if placed else None,
    )


FORMATS = (
    _format("weibo_spider", "posts", {"attitudes_count"}, _post_of, _POSTS),
    _format("weibo_spider_comments", "comments", {"comment_user", "like_counts"}, _comment_of, _COMMENTS),
    _format("weibo_spider_2018", "posts before 2022", {"user_id", "repost_num", "like_num"}, _early_post_of, None),
    _format("weibo_spider_2018_comments", "comments before 2022", {"comment_user_id"}, _early_comment_of, None),
)
