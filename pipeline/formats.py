"""What a reader is: a published format, how it is recognised, and how its records become posts or board entries."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from pipeline.datasets import Dataset
from pipeline.fields import (
    Moment,
    count,
    identifier,
    moment,
    optional_text,
    plain_text,
    text,
    time_of_weibo_id,
    unfolded,
    without_tags,
)
from pipeline.files import File
from pipeline.schema import Chunk, Refused, Reject, Row

REPOST_ALONE = frozenset({"转发微博", "轉發微博", "Repost", "转发"})
"""Texts that the site puts where an author passes a post on without a word."""

_DISAGREE = dt.timedelta(days=1)


@dataclass(frozen=True)
class Source:
    """A file on its way to a reader: with its dataset, and when its rows were seen where that is known."""

    file: File
    dataset: Dataset
    observed: Moment | None = None


@dataclass(frozen=True)
class Format:
    """A published format.

    name: as a dataset's `reader` names it. about: one line for people. kind: "posts" or "board".
    shapes: the shapes of `pipeline.shapes` that it comes in. names: columns or keys of which all must be there.
    words: a pattern that must stand in the beginning of the file, for formats without names.
    rows: yields a row or a reject for every record, in the order of the file.
    absence: what stands in the place of data, such as a login page; it is seen whatever reader a dataset names.
    chunks: what `rows` yields in its chunks, a column at a time where the file is well formed.
    """

    name: str
    about: str
    kind: str
    shapes: frozenset[str]
    rows: Callable[[Source], Iterator[Row | Reject]] = field(repr=False)
    names: frozenset[str] = frozenset()
    words: str = ""
    absence: bool = False
    chunks: Callable[[Source], Iterator[Chunk]] | None = field(default=None, repr=False)


Records = Iterable[tuple[int, dict[str, Any] | Refused | None]]
Convert = Callable[[dict[str, Any]], Row | None]


def rows(records: Records, convert: Convert) -> Iterator[Row | Reject]:
    """What `judged` says of every record, without those of which it says nothing."""
    for line, record in records:
        if (row := judged(line, record, convert)) is not None:
            yield row


def judged(line: int, record: dict[str, Any] | Refused | None, convert: Convert) -> Row | Reject | None:
    """What `convert` makes of a record; a reject where it raises Refused; None where it has nothing to say."""
    try:
        if isinstance(record, Refused):
            raise record
        return None if record is None else convert(record)
    except Refused as refused:
        return Reject(line, refused.reason, refused.raw or str(record))


def post(
    source: Source,
    *,
    post_id: Any,
    at: Any,
    words: Any,
    author: Any = None,
    observed: Any = None,
    quoted: Any = None,
    is_repost: bool = False,
    status: str = "visible",
    reposts: Any = None,
    comments: Any = None,
    likes: Any = None,
    weibo_id: Any = None,
    html: bool = False,
) -> Row:
    """A row of schema.POST from the cells of a record. Raises Refused for one without text or time.

    weibo_id: an id that holds the post's time; it repairs a time that is missing, without a year or unreadable, adds
    the clock time to a mere date, and refuses a row (`time_conflict`) whose stated time lies more than a day away.
    html: the text is HTML, as the mobile site serves it. A text that the site cut off is marked as truncated.
    """
    seen = moment(observed) if observed else source.observed
    day, time = _moment(at, seen, str(weibo_id or ""))
    written = text(plain_text(words) if html and isinstance(words, str) else words)
    shown, truncated = unfolded(written)
    return {
        "post_id": identifier(post_id) or "",
        "day": day,
        "created_at": time,
        "observed_at": seen.time if seen else None,
        "author": identifier(author),
        "text": shown,
        "quoted": optional_text(plain_text(quoted) if html and isinstance(quoted, str) else quoted),
        "is_repost": is_repost or written in REPOST_ALONE,
        "truncated": truncated,
        "status": status,
        "reposts": count(reposts),
        "comments": count(comments),
        "likes": count(likes),
    }


def entry(
    source: Source, *, title: Any, at: Any = None, rank: Any = None, hotness: Any = None, is_ad: bool = False
) -> Row:
    """A row of schema.BOARD_ENTRY. Without `at` the observation of the file holds; raises Refused without either."""
    seen = moment(at, source.observed) if at is not None else source.observed
    if seen is None:
        raise Refused("no_observation")
    return {
        "title": text(without_tags(title) if isinstance(title, str) else title),
        "day": seen.day,
        "observed_at": seen.time,
        "rank": count(rank),
        "hotness": count(hotness),
        "is_ad": is_ad,
    }


def _moment(at: Any, seen: Moment | None, weibo_id: str) -> Moment:
    told = time_of_weibo_id(weibo_id) if weibo_id else None
    try:
        stated = moment(at, None if told else seen)
    except Refused:
        if told is None:
            raise
        return Moment(told.date(), told)
    if told is None:
        return stated
    if stated.time is None:
        return Moment(told.date(), told) if told.date() == stated.day else _agreeing(stated, told)
    if abs(stated.time - told) > _DISAGREE:
        raise Refused("time_conflict")
    return stated


def _agreeing(stated: Moment, told: dt.datetime) -> Moment:
    if abs(stated.day - told.date()) > _DISAGREE:
        raise Refused("time_conflict")
    return stated
