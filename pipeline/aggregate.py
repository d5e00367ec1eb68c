"""One partition becomes the counts of its day.

Posts: of several sightings of one post the winner speaks. Boards: the distinct titles of the day are the units, and
every sighting of a title tells when and how high it stood. Both become items, each item is examined once, and the
tables of the store are sums over the examined items.
"""

import datetime as dt
import hashlib
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from itertools import combinations
from typing import Any, NamedTuple

import pyarrow as pa

from pipeline.schema import Findings, Lexicon, Row

VERSION = "1"
"""Raised by hand with every change here that can move a count; part of the method id."""

WORD_FLOOR = 5
"""A word enters day_word when so many posts, of so many authors where authors are known, use it that day."""

_EARLIEST = dt.datetime.min.replace(tzinfo=dt.UTC)
Tables = dict[str, list[Row]]


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


class Examined(NamedTuple):
    """An item with what the matcher says of its own and its quoted words, and its own words cut apart."""

    item: Item
    own: Findings
    quoted: Findings
    words: list[str]


def posts(sightings: pa.Table, day: dt.date) -> list[Item]:
    """The posts of a day, from all sightings of them, those on other days included, sorted by id.

    Winner rule: the greatest (observed_at, day, text digest, batch) speaks for a post; without observed_at it ranks
    below any that has one. Within one batch the first of two equal
    sightings speaks. So the order of arrival cannot matter. A post whose winner lies on
    another day is not of this day.
    """
    best: dict[str, tuple[tuple[Any, ...], Row]] = {}
    for row in sightings.to_pylist():
        digest = hashlib.sha256(row["text"].encode("utf-8", "surrogatepass")).digest()
        rank = (row["observed_at"] or _EARLIEST, row["day"], digest, row["batch"])
        if row["post_id"] not in best or rank > best[row["post_id"]][0]:
            best[row["post_id"]] = rank, row
    return [_post(row) for _, (_, row) in sorted(best.items()) if row["day"] == day]


def titles(entries: pa.Table) -> list[Item]:
    """The distinct titles of a day's board, sorted, each with its sightings in order of time."""
    seen: dict[str, set[Sighting]] = defaultdict(set)
    for row in entries.to_pylist():
        standing = (None, None) if row["is_ad"] else (row["rank"], row["hotness"])
        seen[row["title"]].add(Sighting(row["observed_at"], *standing))
    return [Item(title, sightings=tuple(sorted(found, key=repr))) for title, found in sorted(seen.items())]


def count(
    dataset: str, day: dt.date, kind: str, examined: Collection[Examined], lexicon: Lexicon, stop: Collection[str]
) -> Tables:
    """The rows of every day and hour table, by table name; day_total still lacks method_id and inputs."""
    place = {"dataset": dataset, "day": day}
    topics = [topic.id for topic in lexicon.topics]
    by_topic = {topic: [e for e in examined if topic in e.own.topics] for topic in topics}
    tables = {
        "day_total": [place | _total(examined)],
        "day_topic": [place | _topic(topic, by_topic[topic], examined) for topic in topics],
        "day_term": [place | row for topic in lexicon.topics for row in _terms(topic.id, topic.terms, examined)],
        "day_pair": [place | row for row in _pairs(examined)],
        "day_word": [place | row for row in _words(examined, stop)],
    }
    if kind == "board":
        return tables | {
            "day_board": [place | _board(topic, by_topic[topic], examined) for topic in topics],
            "hour_board": [{"dataset": dataset} | row for row in _board_by_observation(by_topic, examined)],
        }
    return tables | {"hour_topic": [{"dataset": dataset} | row for row in _topics_by_hour(by_topic, examined)]}


def _post(row: Row) -> Item:
    fields = ("text", "quoted", "author", "is_repost", "status", "reposts", "comments", "likes")
    return Item(**{name: row[name] for name in fields}, time=row["created_at"])


def _total(examined: Collection[Examined]) -> Row:
    return {
        "posts": len(examined),
        "originals": sum(not e.item.is_repost for e in examined),
        "authors": _authors(examined),
        "tokens": sum(len(e.words) for e in examined),
    }


def _topic(topic: str, own: list[Examined], examined: Iterable[Examined]) -> Row:
    return {
        "topic": topic,
        "posts": len(own),
        "quoted_only": sum(topic in e.quoted.topics - e.own.topics - e.own.evasions for e in examined),
        "evasion_only": sum(topic in e.own.evasions for e in examined),
        "originals": sum(not e.item.is_repost for e in own),
        "authors": _authors(own),
        "reposts": _sum(e.item.reposts for e in own),
        "comments": _sum(e.item.comments for e in own),
        "likes": _sum(e.item.likes for e in own),
        "deleted": sum(e.item.status == "deleted" for e in own),
    }


def _terms(topic: str, terms: list[str], examined: Iterable[Examined]) -> list[Row]:
    posts: Counter[str] = Counter()
    verdicts: Counter[tuple[str, str]] = Counter()
    for e in examined:
        found = [m for m in e.own.mentions if m.topic == topic and not m.uncovered]
        posts.update({m.term for m in found if m.verdict == "accepted"})
        verdicts.update((m.term, m.verdict) for m in found)
    return [
        {
            "topic": topic,
            "term": term,
            "posts": posts[term],
            "mentions": verdicts[term, "accepted"],
            "rejected_by_boundary": verdicts[term, "boundary"],
        }
        for term in terms
    ]


def _pairs(examined: Iterable[Examined]) -> list[Row]:
    pairs = Counter(pair for e in examined for pair in combinations(sorted(e.own.topics), 2))
    return [{"topic_a": a, "topic_b": b, "posts": posts} for (a, b), posts in sorted(pairs.items())]


def _words(examined: Collection[Examined], stop: Collection[str]) -> list[Row]:
    posts: Counter[str] = Counter()
    mentions: Counter[str] = Counter()
    authors: dict[str, set[str]] = defaultdict(set)
    for e in examined:
        words = [w for w in e.words if w not in stop and not w.isdigit() and not (w.isascii() and len(w) == 1)]
        mentions.update(words)
        for word in set(words):
            posts[word] += 1
            if e.item.author:
                authors[word].add(e.item.author)
    known = _authors(examined) > 0
    common = [w for w, n in posts.items() if n >= WORD_FLOOR and (not known or len(authors[w]) >= WORD_FLOOR)]
    return [{"word": word, "posts": posts[word], "mentions": mentions[word]} for word in sorted(common)]


def _topics_by_hour(by_topic: Mapping[str, list[Examined]], examined: Iterable[Examined]) -> list[Row]:
    totals = _per_hour(examined)
    counts = {topic: _per_hour(own) for topic, own in by_topic.items()}
    return [
        {"hour": hour, "topic": topic, "posts": counts[topic][hour], "total": total}
        for hour, total in sorted(totals.items())
        for topic in by_topic
    ]


def _per_hour(examined: Iterable[Examined]) -> Counter[dt.datetime]:
    times = (_wall_clock(e.item.time) for e in examined if e.item.time)
    return Counter(time.replace(minute=0, second=0) for time in times)


def _board(topic: str, own: list[Examined], examined: Iterable[Examined]) -> Row:
    seen = [sighting for e in own for sighting in e.item.sightings]
    timed = any(sighting.at for e in examined for sighting in e.item.sightings)
    hours = {_wall_clock(s.at).replace(minute=0, second=0) for s in seen if s.at}
    return {"topic": topic, "titles": len(own), "hours": len(hours) if timed else None} | _standing(seen)


def _board_by_observation(by_topic: Mapping[str, list[Examined]], examined: Iterable[Examined]) -> list[Row]:
    times = sorted({sighting.at for e in examined for sighting in e.item.sightings if sighting.at})
    seen: dict[tuple[dt.datetime, str], list[Sighting]] = defaultdict(list)
    for topic, own in by_topic.items():
        for e in own:
            for sighting in e.item.sightings:
                if sighting.at:
                    seen[sighting.at, topic].append(sighting)
    return [
        {"observed_at": _wall_clock(at), "topic": topic, "titles": len(seen[at, topic])} | _standing(seen[at, topic])
        for at in times
        for topic in by_topic
    ]


def _standing(sightings: Collection[Sighting]) -> Row:
    return {
        "best_rank": min((s.rank for s in sightings if s.rank is not None), default=None),
        "max_hotness": max((s.hotness for s in sightings if s.hotness is not None), default=None),
    }


def _authors(examined: Iterable[Examined]) -> int:
    return len({e.item.author for e in examined} - {None})


def _sum(values: Iterable[int | None]) -> int | None:
    known = [value for value in values if value is not None]
    return sum(known) if known else None


def _wall_clock(time: dt.datetime) -> dt.datetime:
    return time.replace(tzinfo=None)
