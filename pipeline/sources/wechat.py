"""Articles of WeChat public accounts, as exporters write them: CSV, a JSON list or JSON lines.

There is no one format. What these exports share is a title, a time, the account's name and a link to
mp.weixin.qq.com; English names follow the site's own lists (`title, digest, link, create_time`, and `publish_time`,
`datetime`, `nickname`, `content`, `content_html` of common exporters), Chinese ones are `标题, 正文, 发布时间, 公众号,
阅读量, 点赞`, and those of wechat-article-exporter `公众号, ID, 链接, 标题, 封面, 摘要, 创建时间, 发布时间, 阅读, 点赞,
分享, 喜欢, 留言, 作者, 是否原创, 文章类型, 所属合集, 文章内容`. These are names in use; none is documented as a
standard, and no published file was seen. The text of an article is its title, a line break and its content without
HTML. Known defects:

- Lists of articles hold only the digest, or only the title: read, and marked as truncated.
- Times are epoch seconds, or "2021/8/8 9:05" after a spreadsheet.
- The account is the source and not an author: articles have no author here.
- Reads ("10万+") have no place in a post and are left out.

An article is known by its link: by `__biz`, `mid` and `idx`, or by the short form /s/….
"""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

from pipeline.fields import plain_text
from pipeline.formats import Format, Source, post, rows
from pipeline.schema import Reject, Row
from pipeline.shapes import look
from pipeline.tables import records

_TITLE = ("title", "标题", "文章标题")
_CONTENT = ("content", "content_text", "content_html", "正文", "文章内容", "内容")
_DIGEST = ("digest", "摘要", "文章摘要")
_TIME = ("create_time", "publish_time", "datetime", "发布时间")
_LINK = ("link", "url", "content_url", "链接", "文章链接", "原文链接")
_LIKES = ("old_like_num", "oldLikeNum", "like_num", "likeNum", "like_count", "likes", "点赞", "点赞数", "点赞量")
_COMMENTS = ("comment_num", "commentNum", "comment_count", "评论", "评论数", "评论量", "留言", "留言数")
_SHARES = ("share_num", "shareNum", "share_count", "转发", "转发数", "分享", "分享数", "转发量")
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>|&(?:[a-z]+|#\d+);")
_BLANK_LINES = re.compile(r"\s*\n\s*")


def read(source: Source) -> Iterator[Row | Reject]:
    """Articles of one export; a reject's line is the row's line, or its place in a JSON list."""

    def convert(record: dict[str, Any]) -> Row:
        title, content = _filled(record, _TITLE), _filled(record, _CONTENT)
        body = content if content is not None else _filled(record, _DIGEST)
        row = post(
            source,
            post_id=_id_in(_filled(record, _LINK)),
            at=_filled(record, _TIME),
            words="\n".join(_plain(part) for part in (title, body) if isinstance(part, str)),
            reposts=_filled(record, _SHARES),
            comments=_filled(record, _COMMENTS),
            likes=_filled(record, _LIKES),
        )
        row["truncated"] = row["truncated"] or content is None
        return row

    return rows(records(source.file, look(source.file).shape), convert)


def _filled(record: dict[str, Any], names: tuple[str, ...]) -> Any:
    return next((record[name] for name in names if str(record.get(name) or "").strip()), None)


def _plain(words: str) -> str:
    """The text that a piece of HTML shows; without tags and entities it is no HTML."""
    return _BLANK_LINES.sub("\n", plain_text(words)).strip() if _TAG.search(words) else words


def _id_in(link: Any) -> str:
    """The id in an article's link; none in links that last only for a session. Then one is made of the content."""
    try:
        parts = urlsplit(link.replace("&amp;", "&") if isinstance(link, str) else "")
    except ValueError:  # a damaged link, such as an unclosed bracket
        return ""
    asked = parse_qs(parts.query)
    if {"__biz", "mid", "idx"} <= asked.keys():
        return ":".join(asked[name][0] for name in ("__biz", "mid", "idx"))
    found = re.fullmatch(r"/s/([\w-]{10,})", parts.path)
    return found[1] if found else ""


_SHAPES = frozenset({"csv", "tsv", "jsonl", "list"})

FORMATS = (
    Format(
        name="wechat_chinese",
        about="articles of WeChat public accounts, Chinese column names",
        kind="posts",
        shapes=_SHAPES,
        names=frozenset({"标题", "发布时间", "公众号"}),
        rows=read,
    ),
    Format(
        name="wechat_chinese",
        about="articles of WeChat public accounts, Chinese column names",
        kind="posts",
        shapes=_SHAPES,
        names=frozenset({"标题", "发布时间"}),
        words=r"mp\.weixin\.qq\.com",
        rows=read,
    ),
    Format(
        name="wechat_create_time",
        about="articles of WeChat public accounts, dated in create_time",
        kind="posts",
        shapes=_SHAPES,
        names=frozenset({"title", "digest", "link", "create_time"}),
        rows=read,
    ),
    *(
        Format(
            name=f"wechat_{time}",
            about=f"articles of WeChat public accounts, dated in {time}",
            kind="posts",
            shapes=_SHAPES,
            names=frozenset({"title", time}),
            words=r"mp\.weixin\.qq\.com",
            rows=read,
        )
        for time in ("create_time", "publish_time", "datetime")
    ),
)
