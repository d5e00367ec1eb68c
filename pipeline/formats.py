"""What a reader is: a published format, how it is recognised, and how its records become posts or board entries."""

import datetime as dt
import re
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
    without_tags,
)
from pipeline.files import File
from pipeline.schema import Refused, Reject, Row

_CUT = re.compile(r"\s*(?:(?:\.{3,}|…+)\s*全文|(?:\.{3,}|…+)?\s*展开全文c?)$")
_UNFOLDED = re.compile(r"\s*收起全文d?$")
_REPOST_ALONE = {"转发微博", "轉發微博", "Repost", "转发"}
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
    """

    name: str
    about: str
    kind: str
    shapes: frozenset[str]
    rows: Callable[[Source], Iterator[Row | Reject]] = field(repr=False)
    names: frozenset[str] = frozenset()
    words: str = ""
    absence: bool = False


Records = Iterable[tuple[int, dict[str, Any] | Refused]]


def rows(records: Records, convert: Callable[[dict[str, Any]], Row | None]) -> Iterator[Row | Reject]:
    """What `convert` makes of every record; a reject where it raises Refused; nothing where it returns None."""
    for line, record in records:
        try:
            if isinstance(record, Refused):
                raise record
            if (row := convert(record)) is not None:
                yield row
        except Refused as refused:
            yield Reject(line, refused.reason, refused.raw or str(record))


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
    shown, truncated = _whole(written)
    return {
        "post_id": identifier(post_id) or "",
        "day": day,
        "created_at": time,
        "observed_at": seen.time if seen else None,
        "author": identifier(author),
        "text": shown,
        "quoted": optional_text(plain_text(quoted) if html and isinstance(quoted, str) else quoted),
        "is_repost": is_repost or written in _REPOST_ALONE,
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


def _whole(written: str) -> tuple[str, bool]:
    """The text without what the site put behind it, and whether the site had cut it off there."""
    if "全文" not in written[-8:]:
        return written, False
    unfolded = _UNFOLDED.sub("", written)
    shown = _CUT.sub("", unfolded)
    return shown or written, shown != unfolded


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
