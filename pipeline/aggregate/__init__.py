"""One partition becomes the counts of its day.

Posts: of several sightings of one post the winner speaks. Boards: the distinct titles of the day are the units, and
every sighting of a title tells when and how high it stood. The tables of the store are sums over the units: over all of
them in columns (`units`), over those that speak of a topic one by one (`count`, `tables`).

items   posts and titles one by one, and which sighting speaks for a post
units   those of a day in columns
words   the words of a day; `tally`: its sums, compiled
"""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from itertools import combinations

from pipeline.aggregate.items import Examined, Item, Sighting, posts, titles, winners
from pipeline.aggregate.units import Crowd, Posts, Titles, Units, clock_hour, crowd_of
from pipeline.aggregate.words import WORD_FLOOR
from pipeline.schema import Lexicon, Row

__all__ = [
    "VERSION", "WORD_FLOOR", "Crowd", "Examined", "Item", "Posts", "Sighting", "Tables", "Titles", "Units",
    "count", "posts", "tables", "titles", "winners",
]  # fmt: skip

VERSION = "1"
"""Raised by hand with every change here that can move a count; part of the method id."""

Tables = dict[str, list[Row]]


def count(
    dataset: str, day: dt.date, kind: str, examined: Collection[Examined], lexicon: Lexicon, stop: Collection[str]
) -> Tables:
    """The rows of every day and hour table, by table name; day_total still lacks method_id and inputs."""
    return tables(dataset, day, kind, crowd_of(examined, stop), examined, lexicon)


def tables(dataset: str, day: dt.date, kind: str, crowd: Crowd, told: Iterable[Examined], lexicon: Lexicon) -> Tables:
    """The same from the sums over all units, and those units of which the matcher says anything; others do no harm."""
    place = {"dataset": dataset, "day": day}
    topics = [topic.id for topic in lexicon.topics]
    speaking = [e for e in told if any((*e.own, *e.quoted))]
    by_topic = {topic: [e for e in speaking if topic in e.own.topics] for topic in topics}
    made = {
        "day_total": [place | _total(crowd)],
        "day_topic": [place | _topic(topic, by_topic[topic], speaking) for topic in topics],
        "day_term": [place | row for row in _terms(lexicon, speaking)],
        "day_pair": [place | row for row in _pairs(speaking)],
        "day_word": [place | row for row in crowd.words],
    }
    if kind == "board":
        return made | {
            "day_board": [place | _board(topic, by_topic[topic], crowd) for topic in topics],
            "hour_board": [{"dataset": dataset} | row for row in _board_by_observation(by_topic, crowd)],
        }
    return made | {"hour_topic": [{"dataset": dataset} | row for row in _topics_by_hour(by_topic, crowd)]}


def _total(crowd: Crowd) -> Row:
    return {"posts": crowd.units, "originals": crowd.originals, "authors": crowd.authors, "tokens": crowd.tokens}


def _topic(topic: str, own: list[Examined], speaking: Iterable[Examined]) -> Row:
    return {
        "topic": topic,
        "posts": len(own),
        "quoted_only": sum(topic in e.quoted.topics - e.own.topics - e.own.evasions for e in speaking),
        "evasion_only": sum(topic in e.own.evasions for e in speaking),
        "originals": sum(not e.item.is_repost for e in own),
        "authors": len({e.item.author for e in own} - {None}),
        "reposts": _sum(e.item.reposts for e in own),
        "comments": _sum(e.item.comments for e in own),
        "likes": _sum(e.item.likes for e in own),
        "deleted": sum(e.item.status == "deleted" for e in own),
    }


def _terms(lexicon: Lexicon, speaking: Iterable[Examined]) -> list[Row]:
    posts: Counter[tuple[str, str]] = Counter()
    verdicts: Counter[tuple[str, str, str]] = Counter()
    for e in speaking:
        found = [m for m in e.own.mentions if not m.uncovered]
        posts.update({(m.topic, m.term) for m in found if m.verdict == "accepted"})
        verdicts.update((m.topic, m.term, m.verdict) for m in found)
    return [
        {
            "topic": topic.id,
            "term": term,
            "posts": posts[topic.id, term],
            "mentions": verdicts[topic.id, term, "accepted"],
            "rejected_by_boundary": verdicts[topic.id, term, "boundary"],
        }
        for topic in lexicon.topics
        for term in topic.terms
    ]


def _pairs(speaking: Iterable[Examined]) -> list[Row]:
    pairs = Counter(pair for e in speaking for pair in combinations(sorted(e.own.topics), 2))
    return [{"topic_a": a, "topic_b": b, "posts": posts} for (a, b), posts in sorted(pairs.items())]


def _topics_by_hour(by_topic: Mapping[str, list[Examined]], crowd: Crowd) -> list[Row]:
    counts = {topic: Counter(clock_hour(e.item.time) for e in own if e.item.time) for topic, own in by_topic.items()}
    return [
        {"hour": hour, "topic": topic, "posts": counts[topic][hour], "total": total}
        for hour, total in sorted(crowd.hours.items())
        for topic in by_topic
    ]


def _board(topic: str, own: list[Examined], crowd: Crowd) -> Row:
    seen = [sighting for e in own for sighting in e.item.sightings]
    hours = {clock_hour(s.at) for s in seen if s.at}
    return {"topic": topic, "titles": len(own), "hours": len(hours) if crowd.observed else None} | _standing(seen)


def _board_by_observation(by_topic: Mapping[str, list[Examined]], crowd: Crowd) -> list[Row]:
    seen: dict[tuple[dt.datetime, str], list[Sighting]] = defaultdict(list)
    for topic, own in by_topic.items():
        for e in own:
            for sighting in e.item.sightings:
                if sighting.at:
                    seen[sighting.at, topic].append(sighting)
    return [
        {"observed_at": at.replace(tzinfo=None), "topic": topic, "titles": len(seen[at, topic])}
        | _standing(seen[at, topic])
        for at in crowd.observed
        for topic in by_topic
    ]


def _standing(sightings: Collection[Sighting]) -> Row:
    return {
        "best_rank": min((s.rank for s in sightings if s.rank is not None), default=None),
        "max_hotness": max((s.hotness for s in sightings if s.hotness is not None), default=None),
    }


def _sum(values: Iterable[int | None]) -> int | None:
    known = [value for value in values if value is not None]
    return sum(known) if known else None
