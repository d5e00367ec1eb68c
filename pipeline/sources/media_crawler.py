"""Files of NanmiCoder/MediaCrawler: posts and comments of seven platforms, as CSV, a JSON list or JSON lines.

`data/<platform>/<csv|json|jsonl>/<search|detail>_<contents|comments>_<date>.<ending>`; CSV is UTF-8 with a byte-order
mark. A comment is read as a post of its own, and what it answers to is ignored. `last_modify_ts` (epoch ms) is when the
crawler stored the row, which is taken as the observation; xhs and kuaishou give the time in milliseconds, others in
seconds. Counts are strings, such as "1.2万". An author is `user_id`, and in versions from July 2026 `creator_hash`;
nicknames, avatars, places and links are not read.

What is taken from each platform follows the crawler's source (store/<platform>/__init__.py, model/); `creator_hash` and
`create_time_unix` were seen in the source of later copies only, and no file was seen. Known defects:

- weibo: tags are cut out with their line breaks, but `&amp;` stays; long texts end in "...全文".
- xhs: a note without a title has the beginning of its text as the title.
- douyin, kuaishou: `title` and `desc` are the same text. bilibili, kuaishou: both are cut at 500 characters.
- zhihu: the `title` of an answer is the question, somebody else's words, and goes to the quoted text.
- tieba: no author before `creator_hash`; `publish_time` is text and may be relative.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from html import unescape
from typing import Any

from pipeline import columns
from pipeline.columns import Columns, Filled
from pipeline.formats import Convert, Format, Source, post, rows
from pipeline.schema import Chunk, Refused, Reject, Row
from pipeline.shapes import look
from pipeline.tables import records

_SHAPES = frozenset({"csv", "list", "jsonl"})
_EMPTY = frozenset({"", "0", "None"})


@dataclass(frozen=True)
class _Table:
    """What a platform's files of one kind hold: in `id`, `at` and `body` the first column that is filled counts.

    marks: further columns by which the table is recognised. most: characters at which the crawler cuts title and body.
    """

    name: str
    id: str
    at: tuple[str, ...]
    body: tuple[str, ...]
    marks: frozenset[str]
    title: str = ""
    reposts: str = ""
    comments: str = ""
    likes: str = ""
    most: int = 0


def _comments(name: str, *marks: str, at: str = "create_time", likes: str = "like_count") -> _Table:
    answers = "sub_comment_count"
    return _Table(name, "comment_id", (at,), ("content",), frozenset({*marks, answers}), comments=answers, likes=likes)


_TABLES = (
    _Table(
        "weibo",
        id="note_id",
        at=("create_time", "create_date_time"),
        body=("content",),
        marks=frozenset({"create_date_time", "shared_count"}),
        reposts="shared_count",
        comments="comments_count",
        likes="liked_count",
    ),
    _comments("weibo_comments", "note_id", "create_date_time", likes="comment_like_count"),
    _Table(
        "xhs",
        id="note_id",
        at=("time",),
        body=("desc",),
        marks=frozenset({"title", "last_update_time", "liked_count"}),
        title="title",
        reposts="share_count",
        comments="comment_count",
        likes="liked_count",
    ),
    _comments("xhs_comments", "note_id"),
    _Table(
        "douyin",
        id="aweme_id",
        at=("create_time",),
        body=("desc",),
        marks=frozenset({"title", "liked_count"}),
        title="title",
        reposts="share_count",
        comments="comment_count",
        likes="liked_count",
    ),
    _comments("douyin_comments", "aweme_id"),
    _Table(
        "bilibili",
        id="video_id",
        at=("create_time",),
        body=("desc",),
        marks=frozenset({"title", "video_play_count"}),
        title="title",
        reposts="video_share_count",
        comments="video_comment",
        likes="liked_count",
        most=500,
    ),
    _comments("bilibili_comments", "video_id", "parent_comment_id"),
    _Table(
        "bilibili_dynamics",
        id="dynamic_id",
        at=("pub_ts",),
        body=("text",),
        marks=frozenset({"total_forwards"}),
        reposts="total_forwards",
        comments="total_comments",
        likes="total_liked",
    ),
    _Table(
        "kuaishou",
        id="video_id",
        at=("create_time",),
        body=("desc",),
        marks=frozenset({"title", "viewd_count"}),
        title="title",
        likes="liked_count",
        most=500,
    ),
    _comments("kuaishou_comments", "video_id"),
    _Table(
        "zhihu",
        id="content_id",
        at=("created_time",),
        body=("content_text", "desc"),
        marks=frozenset({"title", "content_type", "content_text", "voteup_count"}),
        title="title",
        comments="comment_count",
        likes="voteup_count",
    ),
    _comments("zhihu_comments", "content_id", at="publish_time"),
    _Table(
        "tieba",
        id="note_id",
        at=("create_time_unix", "publish_time"),
        body=("desc",),
        marks=frozenset({"title", "tieba_name", "total_replay_num"}),
        title="title",
        reposts="share_num",
        comments="total_replay_num",
        likes="agree_num",
    ),
    _comments("tieba_comments", "note_id", "tieba_name", at="publish_time"),
)


def read(table: _Table, source: Source) -> Iterator[Row | Reject]:
    """Posts of one file; a reject's line is the row's line, or its place in a JSON list."""
    return rows(records(source.file, look(source.file).shape), _convert(table, source))


def read_columns(table: _Table, source: Source) -> Iterator[Chunk]:
    """The same posts, a column at a time, where there is no title."""
    placed = Columns(
        post_id=table.id,
        at=table.at[0],
        text=table.body[0],
        author="user_id",
        observed="last_modify_ts",
        reposts=table.reposts,
        comments=table.comments,
        likes=table.likes,
        filled=tuple(Filled(name, _EMPTY) for name in (table.id, "user_id", "last_modify_ts")),
        marks=("&",) if table.name.startswith("weibo") else (),
        by_mid=table.name == "weibo",
    )
    return columns.chunks(source, placed, _convert(table, source))


def _convert(table: _Table, source: Source) -> Convert:
    def convert(record: dict[str, Any]) -> Row:
        title, body = _filled(record, table.title), _filled(record, *table.body)
        asked = record.get("content_type") == "answer" and table.name == "zhihu"
        words = _joined(None if asked else title, body)
        row = post(
            source,
            post_id=_filled(record, table.id) or _refuse("no_id"),
            at=_filled(record, *table.at),
            words=unescape(words) if isinstance(words, str) and table.name.startswith("weibo") else words,
            author=_filled(record, "user_id", "creator_hash"),
            observed=_filled(record, "last_modify_ts"),
            quoted=title if asked else None,
            reposts=record.get(table.reposts),
            comments=record.get(table.comments),
            likes=record.get(table.likes),
            weibo_id=record.get("note_id") if table.name == "weibo" else None,
        )
        cut = table.most and max(len(str(title or "")), len(str(body or ""))) >= table.most
        row["truncated"] = row["truncated"] or bool(cut)
        return row

    return convert


def _filled(record: dict[str, Any], *names: str) -> Any:
    return next((record[name] for name in names if str(record.get(name, "")).strip() not in _EMPTY), None)


def _joined(title: Any, body: Any) -> Any:
    if not isinstance(title, str) or not isinstance(body, str):
        return body or title
    return body if body.startswith(title.strip()) else f"{title}\n{body}"


def _refuse(reason: str) -> Any:
    raise Refused(reason)


FORMATS = tuple(
    Format(
        name=f"media_crawler_{table.name}",
        about=f"{table.name.replace('_', ' ')} as NanmiCoder/MediaCrawler writes them",
        kind="posts",
        shapes=_SHAPES,
        names=table.marks | {table.id, table.body[0], *(table.at if len(table.at) == 1 else ())},
        rows=partial(read, table),
        chunks=None if table.title else partial(read_columns, table),
    )
    for table in _TABLES
)
