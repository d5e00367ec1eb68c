"""The tables of a day made from its units one by one, by the words of the rules: what columns must agree with."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from itertools import combinations
from typing import Any, NamedTuple

from pipeline import jobs
from pipeline.aggregate import WORD_FLOOR, Item, Tables
from pipeline.jobs.method import normal_parts
from pipeline.schema import Findings, Lexicon

Row = dict[str, Any]


class Examined(NamedTuple):
    """A unit with what the matcher says of its own and its quoted words, and its own words cut apart."""

    item: Item
    own: Findings
    quoted: Findings
    words: list[str]


def tables(method: jobs.Method, dataset: str, day: dt.date, items: Iterable[Item], title: bool) -> Tables:
    examined = [
        Examined(item, *method.find(normal_parts(item, title), day, title), method.words(item, title)) for item in items
    ]
    return count(dataset, day, title, examined, method.lexicon, method.stopwords)


def count(
    dataset: str, day: dt.date, title: bool, examined: list[Examined], lexicon: Lexicon, stop: Collection[str]
) -> Tables:
    place, topics = {"dataset": dataset, "day": day}, [topic.id for topic in lexicon.topics]
    made = {
        "day_total": [place | total(examined)],
        "day_topic": [place | of_topic(topic, examined) for topic in topics],
        "day_term": [
            place | row
            for t in lexicon.topics
            for term in t.terms
            if any((row := of_term(t.id, term, examined))[name] for name in ("mentions", "rejected_by_boundary"))
        ],
        "day_pair": [place | row for row in pairs(examined)],
        "day_word": [place | row for row in words(examined, stop)],
    }
    if title:
        board = [place | of_board(topic, examined) for topic in topics]
        return made | {"day_board": board, "hour_board": [{"dataset": dataset} | r for r in seen(topics, examined)]}
    return made | {"hour_topic": [{"dataset": dataset} | row for row in by_hour(topics, examined)]}


def total(examined: list[Examined]) -> Row:
    return {
        "posts": len(examined),
        "originals": sum(not e.item.is_repost for e in examined),
        "authors": len({e.item.author for e in examined} - {None}),
        "tokens": sum(len(e.words) for e in examined),
    }


def of_topic(topic: str, examined: list[Examined]) -> Row:
    own = [e for e in examined if topic in e.own.topics]
    return {
        "topic": topic,
        "posts": len(own),
        "quoted_only": sum(topic in e.quoted.topics - e.own.topics - e.own.evasions for e in examined),
        "evasion_only": sum(topic in e.own.evasions for e in examined),
        "originals": sum(not e.item.is_repost for e in own),
        "authors": len({e.item.author for e in own} - {None}),
        "reposts": known_sum(e.item.reposts for e in own),
        "comments": known_sum(e.item.comments for e in own),
        "likes": known_sum(e.item.likes for e in own),
        "deleted": sum(e.item.status == "deleted" for e in own),
    }


def known_sum(values: Iterable[int | None]) -> int | None:
    known = [value for value in values if value is not None]
    return sum(known) if known else None


def of_term(topic: str, term: str, examined: list[Examined]) -> Row:
    found = [
        [m.verdict for m in e.own.mentions if (m.topic, m.term, m.uncovered) == (topic, term, False)] for e in examined
    ]
    return {
        "topic": topic,
        "term": term,
        "posts": sum("accepted" in verdicts for verdicts in found),
        "mentions": sum(verdicts.count("accepted") for verdicts in found),
        "rejected_by_boundary": sum(verdicts.count("boundary") for verdicts in found),
    }


def pairs(examined: list[Examined]) -> list[Row]:
    found = Counter(pair for e in examined for pair in combinations(sorted(e.own.topics), 2))
    return [{"topic_a": a, "topic_b": b, "posts": posts} for (a, b), posts in sorted(found.items())]


def words(examined: list[Examined], stop: Collection[str]) -> list[Row]:
    known = any(e.item.author is not None for e in examined)
    posts: Counter[str] = Counter()
    mentions: Counter[str] = Counter()
    authors: dict[str, set[str]] = defaultdict(set)
    for e in examined:
        said = [w for w in e.words if w not in stop and not w.isdigit() and not (w.isascii() and len(w) == 1)]
        mentions.update(said)
        for word in set(said):
            posts[word] += 1
            authors[word] |= {e.item.author} - {None, ""}
    common = [w for w, n in posts.items() if n >= WORD_FLOOR and (not known or len(authors[w]) >= WORD_FLOOR)]
    return [{"word": word, "posts": posts[word], "mentions": mentions[word]} for word in sorted(common)]


def by_hour(topics: list[str], examined: list[Examined]) -> list[Row]:
    timed = [(e.item.time.replace(tzinfo=None, minute=0, second=0), e.own.topics) for e in examined if e.item.time]
    return [
        {
            "hour": hour,
            "topic": topic,
            "posts": sum(at == hour and topic in own for at, own in timed),
            "total": sum(at == hour for at, _ in timed),
        }
        for hour in sorted({at for at, _ in timed})
        for topic in topics
    ]


def of_board(topic: str, examined: list[Examined]) -> Row:
    own = [e for e in examined if topic in e.own.topics]
    sightings = [s for e in own for s in e.item.sightings]
    timed = any(s.at for e in examined for s in e.item.sightings)
    hours = len({s.at.replace(minute=0, second=0) for s in sightings if s.at})
    return {"topic": topic, "titles": len(own), "hours": hours if timed else None} | standing(sightings)


def seen(topics: list[str], examined: list[Examined]) -> list[Row]:
    times = sorted({s.at for e in examined for s in e.item.sightings if s.at})
    rows = []
    for at in times:
        for topic in topics:
            found = [s for e in examined if topic in e.own.topics for s in e.item.sightings if s.at == at]
            rows.append(
                {"observed_at": at.replace(tzinfo=None), "topic": topic, "titles": len(found)} | standing(found)
            )
    return rows


def standing(sightings: list) -> Row:
    return {
        "best_rank": min((s.rank for s in sightings if s.rank is not None), default=None),
        "max_hotness": max((s.hotness for s in sightings if s.hotness is not None), default=None),
    }
