"""Rows of the counts that contradict one another.

Every identity holds for what `pipeline.aggregate` and the ledger write; a row that breaks one was damaged, or counted
by a program with a defect.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, case, extract, func, literal, or_, select

from pipeline.store.models import (
    BatchDay,
    DayBoard,
    DayPair,
    DayTerm,
    DayTopic,
    DayTotal,
    DayWord,
    HourBoard,
    HourTopic,
)
from pipeline.store.selections import (
    At,
    Places,
    Row,
    at_day,
    date_of,
    inside,
    least,
    of_days,
    records,
    same_day,
    same_place,
    sum_of,
    summed,
)

_NEAR = 28
"""Days before a day that tell how many rows it should have."""


def contradictions(connection: Connection, places: Places) -> Iterator[tuple[str, Row]]:
    """The rows of some days that break an identity, by the name of the check: dataset, day and what disagrees.

    total: parts of a day exceed it, or it exceeds the rows of its files. rows: a day lacks rows of a topic or term, or
    has rows but no total. over: a topic exceeds its total. topic, term, pair, word: parts exceed their whole. hour,
    board: the hours or observations of a day do not make up the day.
    """
    at = inside(places)
    checks = {
        "total": (_totals(at), _totals_and_files(at)),
        "rows": (_too_few(places), *_orphans(at)),
        "over": (_topics(at, DayTopic.posts > DayTotal.posts),),
        "topic": (_topics(at, _topic_parts()),),
        "term": (_terms(at), _terms_in_all(at)),
        "pair": (_pairs(at),),
        "word": (_words(at), _words_in_all(at)),
        "hour": (_hours(at), _hours_in_all(at)),
        "board": (_boards(at), _observations(at)),
    }
    for name, queries in checks.items():
        for query in queries:
            found = records(connection, query)
            yield from ((name, row) for row in found if places is None or (row["dataset"], row["day"]) in places)


def _totals(at: At) -> Select[Any]:
    t = DayTotal
    return of_days(at, t, t.posts, t.originals, t.authors, t.tokens).where(
        or_(t.originals > t.posts, t.authors > t.posts, least(t.posts, t.originals, t.authors, t.tokens) < 0)
    )


def _totals_and_files(at: At) -> Select[Any]:
    rows = summed(at, BatchDay, BatchDay.day, rows=sum_of(BatchDay.posts))
    query = of_days(at, DayTotal, DayTotal.posts, func.coalesce(rows.c.rows, 0).label("rows_of_files"))
    joined = query.outerjoin(rows, at_day(rows, DayTotal.dataset, DayTotal.day))
    return joined.where(DayTotal.posts > func.coalesce(rows.c.rows, 0))


def _too_few(places: Places) -> Select[Any]:
    """Days with fewer topics than others of the same method: a counted day has them all, zeros included."""
    t, name, at = DayTotal, "rows_of_day_topic", inside(places, margin=_NEAR)
    each = select(t.dataset, t.day, t.method_id, func.count(DayTopic.topic).label(name)).where(at(t))
    each = each.outerjoin(DayTopic, and_(DayTopic.dataset == t.dataset, DayTopic.day == t.day))
    found = each.group_by(t.dataset, t.day, t.method_id).subquery()
    most = func.max(found.c[name]).over(partition_by=found.c.method_id).label("expected")
    ranked = select(found.c.dataset, found.c.day, found.c[name], most).subquery()
    return select(ranked).where(ranked.c[name] < ranked.c.expected)


def _orphans(at: At) -> Iterable[Select[Any]]:
    tables: tuple[Any, ...] = (DayTopic, DayTerm, DayPair, DayWord, DayBoard)
    days = [(model, model.day) for model in tables]
    days += [(HourTopic, date_of(HourTopic.hour)), (HourBoard, date_of(HourBoard.observed_at))]
    for model, day in days:
        name = literal(model.__tablename__).label("rows_without_total")
        counted = select(literal(1)).where(DayTotal.dataset == model.dataset, DayTotal.day == day).exists()
        yield select(model.dataset, day.label("day"), name).where(at(model), ~counted).distinct()


def _topic_parts() -> ColumnElement[bool]:
    t = DayTopic
    return or_(
        t.posts + t.quoted_only + t.evasion_only > DayTotal.posts,
        t.originals > t.posts, t.authors > t.posts, t.deleted > t.posts,
        t.originals > DayTotal.originals, t.authors > DayTotal.authors,
        least(t.posts, t.quoted_only, t.evasion_only, t.originals, t.authors, t.deleted) < 0,
    )  # fmt: skip


def _topics(at: At, broken: ColumnElement[bool]) -> Select[Any]:
    t = DayTopic
    columns = (t.topic, t.posts, t.quoted_only, t.evasion_only, t.originals, t.authors, t.deleted)
    return of_days(at, t, *columns, DayTotal.posts.label("total")).join(DayTotal, same_day(t)).where(broken)


def _terms(at: At) -> Select[Any]:
    """A term of disguised forms has posts in `evasion_only`, and some that are written plainly as well."""
    whole = DayTopic.posts + DayTopic.evasion_only
    query = of_days(at, DayTerm, DayTerm.topic, DayTerm.term, DayTerm.posts, DayTerm.mentions, whole.label("of_topic"))
    joined = query.join(DayTopic, and_(same_place(DayTopic, DayTerm), DayTopic.topic == DayTerm.topic))
    low = least(DayTerm.posts, DayTerm.rejected_by_boundary)
    return joined.where(or_(DayTerm.posts > whole, DayTerm.mentions < DayTerm.posts, low < 0))


def _terms_in_all(at: At) -> Select[Any]:
    """Every post of a topic mentions one of its terms."""
    terms = summed(at, DayTerm, DayTerm.day, DayTerm.topic, posts=sum_of(DayTerm.posts))
    t = DayTopic
    found = func.coalesce(terms.c.posts, 0)
    query = of_days(at, t, t.topic, t.posts, found.label("posts_of_terms"))
    joined = query.outerjoin(terms, and_(at_day(terms, t.dataset, t.day), terms.c.topic == t.topic))
    return joined.where(t.posts > found)


def _pairs(at: At) -> Select[Any]:
    p, t = DayPair, DayTopic
    query = of_days(at, p, p.topic_a, p.topic_b, p.posts, func.min(t.posts).label("of_topic"))
    joined = query.join(t, and_(same_place(t, p), t.topic.in_([p.topic_a, p.topic_b])))
    grouped = joined.group_by(p.dataset, p.day, p.topic_a, p.topic_b, p.posts)
    return grouped.having(or_(p.posts > func.min(t.posts), func.count() < 2, p.posts < 0))


def _words(at: At) -> Select[Any]:
    w = DayWord
    query = of_days(at, w, w.word, w.posts, w.mentions, DayTotal.posts.label("total")).join(DayTotal, same_day(w))
    return query.where(or_(w.posts > DayTotal.posts, w.mentions < w.posts, w.posts < 0))


def _words_in_all(at: At) -> Select[Any]:
    words = summed(at, DayWord, DayWord.day, mentions=sum_of(DayWord.mentions))
    query = of_days(at, DayTotal, DayTotal.tokens, words.c.mentions.label("mentions_of_words"))
    return query.join(words, at_day(words, DayTotal.dataset, DayTotal.day)).where(words.c.mentions > DayTotal.tokens)


def _hours(at: At) -> Select[Any]:
    """A source may state the time of some posts only: the hours lack no more posts of a topic than of all."""
    total = case((HourTopic.posts > HourTopic.total, 1), else_=0)
    day = date_of(HourTopic.hour)
    columns = {"posts": sum_of(HourTopic.posts), "total": sum_of(HourTopic.total), "over": func.max(total)}
    hours = summed(at, HourTopic, day, HourTopic.topic, **columns)
    t, lacking = DayTopic, DayTopic.posts - hours.c.posts
    query = of_days(at, t, t.topic, t.posts, hours.c.posts.label("posts_of_hours"), DayTotal.posts.label("total"),
                    hours.c.total.label("total_of_hours"))  # fmt: skip
    joined = query.join(DayTotal, same_day(t)).join(
        hours, and_(at_day(hours, t.dataset, t.day), hours.c.topic == t.topic)
    )
    broken = or_(lacking < 0, lacking > DayTotal.posts - hours.c.total, hours.c.total > DayTotal.posts)
    return joined.where(or_(broken, hours.c.over > 0))


def _hours_in_all(at: At) -> Select[Any]:
    """Every topic has a row for each hour that any topic has, with the same total."""
    day = date_of(HourTopic.hour)
    hours = summed(at, HourTopic, day, HourTopic.topic, total=sum_of(HourTopic.total))
    t = DayTopic
    same = and_(at_day(hours, t.dataset, t.day), hours.c.topic == t.topic)
    each = of_days(at, t, t.topic, func.coalesce(hours.c.total, 0).label("total_of_hours")).outerjoin(hours, same)
    found = each.subquery()
    most = func.max(found.c.total_of_hours).over(partition_by=(found.c.dataset, found.c.day)).label("expected")
    ranked = select(found, most).subquery()
    return select(ranked).where(ranked.c.total_of_hours < ranked.c.expected)


def _boards(at: At) -> Select[Any]:
    b, t = DayBoard, DayTopic
    query = of_days(at, b, b.topic, b.titles, t.posts, b.hours)
    joined = query.join(t, and_(same_place(t, b), t.topic == b.topic))
    return joined.where(or_(b.titles != t.posts, b.hours > 24, (b.hours > 0) & (b.titles == 0)))


def _observations(at: At) -> Select[Any]:
    """An archive without times has no observations; rank and hotness of the day also know what has no time."""
    o, b = HourBoard, DayBoard
    hour = func.count(case((o.titles > 0, extract("hour", o.observed_at))).distinct())
    best, most = func.min(o.best_rank), func.max(o.max_hotness)
    seen = summed(at, o, date_of(o.observed_at), o.topic, hours=hour, best_rank=best, max_hotness=most)
    query = of_days(at, b, b.topic, b.titles, b.hours, seen.c.hours.label("hours_observed"), b.best_rank,
                    seen.c.best_rank.label("best_observed"), b.max_hotness,
                    seen.c.max_hotness.label("most_observed"))  # fmt: skip
    joined = query.join(seen, and_(at_day(seen, b.dataset, b.day), seen.c.topic == b.topic))
    worse = or_(b.best_rank > seen.c.best_rank, and_(b.best_rank.is_(None), seen.c.best_rank.is_not(None)))
    less = or_(b.max_hotness < seen.c.max_hotness, and_(b.max_hotness.is_(None), seen.c.max_hotness.is_not(None)))
    return joined.where(or_(b.hours != seen.c.hours, worse, less))
