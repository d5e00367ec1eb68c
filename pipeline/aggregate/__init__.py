"""One partition becomes the counts of its day.

Posts: of several sightings of one post the winner speaks. Boards: the distinct titles of the day are the units, and
every sighting of a title tells when and how high it stood. The tables of the store are sums over the units.

items    posts and titles, and which sighting speaks for a post
units    those of a day in columns, and sums over all or some of them
spoken   of which of them a topic is spoken
words    the words of a day; `tally`: its sums, compiled
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping

import numpy as np

from pipeline.aggregate.items import Indices, Item, Numbers, Sighting, digests, posts, speaking, titles, winners
from pipeline.aggregate.spoken import Spoken
from pipeline.aggregate.units import TOLD, Crowd, Places, Posts, Titles, Units, clock_hour
from pipeline.aggregate.words import WORD_FLOOR
from pipeline.schema import Lexicon, Row

__all__ = [
    "TOLD", "VERSION", "WORD_FLOOR", "Crowd", "Indices", "Item", "Numbers", "Posts", "Sighting", "Spoken", "Tables",
    "Titles", "Units", "digests", "posts", "speaking", "tables", "titles", "winners",
]  # fmt: skip

VERSION = "2"
"""Raised by hand with every change here that can move a count; part of the method id."""

Tables = dict[str, list[Row]]


def tables(dataset: str, day: dt.date, units: Units, crowd: Crowd, spoken: Spoken, lexicon: Lexicon) -> Tables:
    """The rows of every day and hour table, by table name; day_total still lacks method_id and inputs.

    crowd: the sums over all units; spoken: of which of them each topic of the lexicon is spoken.
    """
    place = {"dataset": dataset, "day": day}
    own = {topic.id: spoken.written[spoken.written[:, 1] == t, 0] for t, topic in enumerate(lexicon.topics)}
    made = {
        "day_total": [place | _total(crowd)],
        "day_topic": [place | row for row in _topics(units, spoken, lexicon)],
        "day_term": list(_terms(place, spoken, lexicon)),
        "day_pair": [place | row for row in _pairs(spoken, lexicon)],
        "day_word": [place | row for row in crowd.words],
    }
    if isinstance(units, Posts):
        return made | {"hour_topic": [{"dataset": dataset} | row for row in _topics_by_hour(own, units, crowd)]}
    seen = {topic: [s for item in units.items(places) for s in item.sightings] for topic, places in own.items()}
    return made | {
        "day_board": [
            place | {"topic": topic, "titles": len(own[topic])} | _board(found, crowd) for topic, found in seen.items()
        ],
        "hour_board": [{"dataset": dataset} | row for row in _board_by_observation(seen, crowd)],
    }


def _total(crowd: Crowd) -> Row:
    return {"posts": crowd.units, "originals": crowd.originals, "authors": crowd.authors, "tokens": crowd.tokens}


def _topics(units: Units, spoken: Spoken, lexicon: Lexicon) -> Iterator[Row]:
    for number, topic in enumerate(lexicon.topics):
        own, disguised, quoted = (
            pairs[pairs[:, 1] == number, 0] for pairs in (spoken.written, spoken.disguised, spoken.quoted)
        )
        counts = {"posts": len(own), "quoted_only": len(quoted), "evasion_only": len(disguised)}
        yield {"topic": topic.id} | counts | units.sums(own)


def _terms(place: Row, spoken: Spoken, lexicon: Lexicon) -> Iterator[Row]:
    """A row for each term that stands in some unit: of thousands most do not."""
    names, sums = [(topic.id, term) for topic in lexicon.topics for term in topic.terms], spoken.terms()
    told = np.flatnonzero(sums.any(axis=1))
    for number, (units, mentions, refused) in zip(told.tolist(), sums[told].tolist(), strict=True):
        topic, term = names[number]
        counts = {"posts": units, "mentions": mentions, "rejected_by_boundary": refused}
        yield {**place, "topic": topic, "term": term, **counts}


def _pairs(spoken: Spoken, lexicon: Lexicon) -> list[Row]:
    both, names = spoken.together(), sorted((topic.id, number) for number, topic in enumerate(lexicon.topics))
    return [
        {"topic_a": a, "topic_b": b, "posts": posts}
        for first, (a, i) in enumerate(names)
        for b, j in names[first + 1 :]
        if (posts := int(both[i, j]))
    ]


def _topics_by_hour(own: Mapping[str, Places], units: Posts, crowd: Crowd) -> list[Row]:
    counts = {topic: units.hours(places) for topic, places in own.items()}
    return [
        {"hour": hour, "topic": topic, "posts": counts[topic].get(hour, 0), "total": total}
        for hour, total in sorted(crowd.hours.items())
        for topic in own
    ]


def _board(seen: Collection[Sighting], crowd: Crowd) -> Row:
    hours = {clock_hour(s.at) for s in seen if s.at}
    return {"hours": len(hours) if crowd.observed else None} | _standing(seen)


def _board_by_observation(seen: Mapping[str, Collection[Sighting]], crowd: Crowd) -> list[Row]:
    at: dict[tuple[dt.datetime, str], list[Sighting]] = defaultdict(list)
    for topic, found in seen.items():
        for sighting in found:
            if sighting.at:
                at[sighting.at, topic].append(sighting)
    return [
        {"observed_at": time.replace(tzinfo=None), "topic": topic, "titles": len(at[time, topic])}
        | _standing(at[time, topic])
        for time in crowd.observed
        for topic in seen
    ]


def _standing(sightings: Collection[Sighting]) -> Row:
    return {
        "best_rank": min((s.rank for s in sightings if s.rank is not None), default=None),
        "max_hotness": max((s.hotness for s in sightings if s.hotness is not None), default=None),
    }
