"""The Chinese rumour dataset CED: a JSON object for each original post, a JSON list of its reposts.

Originals: `text,user,time,reposts,comments,likes`; `time` is in epoch seconds or "Mon May 27 12:07:05 +0800 2013". The
id stands in the file's name, `<number>_<id>_<user>.json`, where it has that form. Nothing is read from `user`.
Reposts: `uid,mid,parent,date,text`. The nine-character `mid` holds the time and gives the year to the dates that lack
one ("05月27日 12:07"); ids of six characters, from before mid-2011, do not. Four reposts in ten have an empty text and
are refused as `no_text`; some mids stand twice.
Reports (rumors_v170613.json, and one file a rumour in the data of 2020): `rumorCode, title, rumorText, visitTimes,
result, publishTime`. They say when a post was reported and not when it was made: that is the time of the row. The names
of informer and author are not read.
"""

import re
from collections.abc import Iterator
from typing import Any

from pipeline.formats import Format, Source, post, rows
from pipeline.schema import Refused, Reject, Row
from pipeline.shapes import look
from pipeline.tables import document, json_lines, listed

_NAME = re.compile(r"\d+_([0-9A-Za-z]{9}|[0-9A-Za-z]{6})_\d+\.\w+")


def read_originals(source: Source) -> Iterator[Row | Reject]:
    """The original post of one file, or of each line; a reject's line is 1 for a file that is one object."""
    named = _NAME.fullmatch(source.file.name)
    post_id = named[1] if named else None

    def convert(item: dict[str, Any]) -> Row:
        return post(
            source,
            post_id=post_id,
            at=item.get("time"),
            words=item.get("text"),
            reposts=item.get("reposts"),
            comments=item.get("comments"),
            likes=item.get("likes"),
            weibo_id=post_id,
        )

    return rows(_objects(source), convert)


def read_reposts(source: Source) -> Iterator[Row | Reject]:
    """The reposts of one file; a reject's line is the repost's place in the list."""

    def convert(item: dict[str, Any]) -> Row:
        return post(
            source,
            post_id=item.get("mid"),
            at=item.get("date"),
            words=item.get("text"),
            author=item.get("uid"),
            is_repost=True,
            weibo_id=item.get("mid"),
        )

    return rows(listed(source.file), convert)


def read_reports(source: Source) -> Iterator[Row | Reject]:
    """The reported posts of one file, or of each line; a reject's line is 1 for a file that is one object."""

    def convert(item: dict[str, Any]) -> Row:
        return post(source, post_id=item.get("rumorCode"), at=item.get("publishTime"), words=item.get("rumorText"))

    return rows(listed(source.file) if look(source.file).shape == "list" else _objects(source), convert)


def _objects(source: Source) -> Iterator[tuple[int, dict[str, Any] | Refused]]:
    if look(source.file).shape == "jsonl":
        yield from json_lines(source.file)
    else:
        item = document(source.file)
        yield 1, item if isinstance(item, dict) else Refused("not_an_object")


FORMATS = (
    Format(
        name="rumor_original",
        about="original post of the rumour dataset CED: a JSON object",
        kind="posts",
        shapes=frozenset({"object", "jsonl"}),
        names=frozenset({"text", "user", "time", "reposts", "comments", "likes"}),
        rows=read_originals,
    ),
    Format(
        name="rumor_reposts",
        about="reposts of the rumour dataset CED: a JSON list",
        kind="posts",
        shapes=frozenset({"list"}),
        names=frozenset({"uid", "mid", "parent", "date", "text"}),
        rows=read_reposts,
    ),
    Format(
        name="rumor_reports",
        about="reported rumours of Weibo's own register: a JSON object a line",
        kind="posts",
        shapes=frozenset({"object", "jsonl", "list"}),
        names=frozenset({"rumorCode", "rumorText", "publishTime"}),
        rows=read_reports,
    ),
)
