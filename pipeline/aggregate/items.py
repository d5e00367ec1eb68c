"""The units of counting: posts, of several sightings of which one speaks, and the titles of a day's board."""

import datetime as dt
import hashlib
from collections import defaultdict
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.arrays import column

Indices = npt.NDArray[np.intp]
Ranks = npt.NDArray[np.int64]
Numbers = npt.NDArray[np.uint64]
Digests = Callable[[Indices], Numbers]
"""Gives the `digests` of the texts of some sightings, of which the numbers are sorted."""

_FIRST_DAY = dt.date(1970, 1, 1)  # of date32
_FIELDS = ("text", "quoted", "author", "is_repost", "status", "reposts", "comments", "likes")


class Sighting(NamedTuple):
    """One observation of a board title; rank and hotness are None where unknown, and for sold and pinned lines."""

    at: dt.datetime | None
    rank: int | None
    hotness: int | None


class Item(NamedTuple):
    """A unit of counting: a post, or a title of the day's board."""

    text: str
    quoted: str | None = None
    author: str | None = None
    is_repost: bool = False
    status: str = "visible"
    reposts: int | None = None
    comments: int | None = None
    likes: int | None = None
    time: dt.datetime | None = None
    sightings: tuple[Sighting, ...] = ()


def winners(sightings: pa.Table, day: dt.date) -> pa.Table:
    """The rows that speak for the posts of a day, from all sightings of them, those on other days included."""
    texts = sightings["text"]
    return sightings.filter(column.of(speaking(sightings, day, lambda rows: digests(texts.take(column.of(rows))))))


def speaking(sightings: pa.Table, day: dt.date, of_texts: Digests) -> npt.NDArray[np.bool_]:
    """Of all sightings of the posts of a day, those on other days included, whether each speaks for its post.

    sightings: their post_id, day, observed_at and batch. of_texts: asked for those that are alike in the first three.

    Winner rule: the greatest (observed_at, day, text digest, batch) speaks for a post; without observed_at it ranks
    below any that has one. Within one batch the first of two equal sightings speaks. So the order of arrival cannot
    matter. A post whose winner lies on another day is not of this day.
    """
    post = column.numbers(pc.dictionary_encode(column.whole(sightings["post_id"])).indices)
    often = np.bincount(post)[post] > 1 if len(post) else np.zeros(0, np.bool_)
    speaks = ~often
    speaks[_best(sightings, post, np.flatnonzero(often), of_texts)] = True
    days = column.numbers(column.whole(sightings["day"]))
    return np.asarray(speaks & (days == (day - _FIRST_DAY).days))


def digests(texts: pa.ChunkedArray) -> Numbers:
    """The first eight bytes of the SHA-256 of each text."""
    found = b"".join(hashlib.sha256(text).digest()[:8] for text in texts.cast(pa.binary()).to_pylist())
    return np.frombuffer(found, ">u8").astype(np.uint64)


def posts(sightings: pa.Table, day: dt.date) -> list[Item]:
    """The posts of a day, sorted by id, each as the sighting tells it that speaks for it."""
    return items(winners(sightings, day).sort_by("post_id"))


def items(winning: pa.Table) -> list[Item]:
    """Rows of `winners` as items."""
    rows = winning.select([*_FIELDS, "created_at"]).to_pylist()
    return [Item(**{name: row[name] for name in _FIELDS}, time=row["created_at"]) for row in rows]


def titles(entries: pa.Table) -> list[Item]:
    """The distinct titles of a day's board, sorted, each with its sightings in order of time."""
    seen: dict[str, set[Sighting]] = defaultdict(set)
    for row in entries.to_pylist():
        standing = (None, None) if row["is_ad"] else (row["rank"], row["hotness"])
        seen[row["title"]].add(Sighting(row["observed_at"], *standing))
    return [Item(title, sightings=tuple(sorted(found, key=repr))) for title, found in sorted(seen.items())]


def _best(sightings: pa.Table, post: Indices, rows: Indices, of_texts: Digests) -> Indices:
    """Of some rows, one for each post: the one that speaks."""
    never = column.of(np.full(len(sightings), np.iinfo(np.int64).min))
    seen = pc.coalesce(column.whole(sightings["observed_at"]).cast(pa.int64()), never)
    days = column.whole(sightings["day"])
    ranks = np.array([post[rows], column.numbers(seen)[rows], column.numbers(days)[rows]], np.int64)
    order = np.lexsort(ranks[::-1])
    ranks, rows = ranks[:, order], rows[order]
    same_post, same_rank = (np.append((part[:, 1:] == part[:, :-1]).all(axis=0), False) for part in (ranks[:1], ranks))
    last = np.flatnonzero(~same_post[: len(rows)])
    tied = np.isin(ranks[0], ranks[0, last[(last > 0) & same_rank[last - 1]]])
    return np.concatenate([rows[last][~tied[last]], _settled(sightings, ranks[:, tied], rows[tied], of_texts)])


def _settled(sightings: pa.Table, ranks: Ranks, rows: Indices, of_texts: Digests) -> Indices:
    """Of some rows, one for each post, by the whole of the winner rule."""
    if not len(rows):
        return rows
    order = np.argsort(rows)
    ranks, rows = ranks[:, order], rows[order]
    batches = pc.dictionary_encode(column.whole(sightings["batch"]))
    greater = column.numbers(pc.rank(batches.dictionary, "ascending"))[column.numbers(batches.indices)]
    order = np.lexsort((-rows, greater[rows], of_texts(rows), *ranks[::-1]))
    last = np.append(np.diff(ranks[0, order]) != 0, True)
    return np.asarray(rows[order[last]])
