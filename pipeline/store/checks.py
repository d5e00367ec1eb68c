"""What the quality gate asks of the tables: rows that contradict one another, and what tells how a dataset fares.

Every identity holds for what `pipeline.aggregate` and the ledger write; a row that breaks one was damaged, or counted
by a program with a defect.
"""

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Date,
    Select,
    and_,
    case,
    cast,
    extract,
    func,
    literal,
    or_,
    select,
    true,
    union,
)

from pipeline.store.models import (
    Batch,
    BatchDay,
    Coverage,
    DayBoard,
    DayPair,
    DayTerm,
    DayTopic,
    DayTotal,
    DayWord,
    HourBoard,
    HourTopic,
    Reject,
)

Day = dt.date
Row = dict[str, Any]
Places = Collection[tuple[str, Day]] | None
"""Some (dataset, day); None means all of them."""

At = Callable[[Any], ColumnElement[bool]]
"""The condition that picks the rows of a table at those days."""

_NEAR = 28
"""Days before a day that tell how many rows it should have."""


def contradictions(connection: Connection, places: Places) -> Iterator[tuple[str, Row]]:
    """The rows of some days that break an identity, by the name of the check: dataset, day and what disagrees.

    total: parts of a day exceed it, or it exceeds the rows of its files. rows: a day lacks rows of a topic or term, or
    has rows but no total. over: a topic exceeds its total. topic, term, pair, word: parts exceed their whole. hour,
    board: the hours or observations of a day do not make up the day.
    """
    at = _inside(places)
    checks = {
        "total": (_totals(at), _totals_and_files(at)),
        "rows": (_too_few(DayTopic, places), _too_few(DayTerm, places), *_orphans(at)),
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
            rows = _rows(connection, query)
            yield from ((name, row) for row in rows if places is None or (row["dataset"], row["day"]) in places)


def batches(connection: Connection) -> list[Row]:
    """One row per batch: dataset, batch_id, name, rows, posts, rejected, and `listed` and `refused`: those on record.

    listed: rows of its lake files; refused: its lines among the rejects.
    """
    key = Batch.dataset, Batch.batch_id
    files = _summed(_anywhere, BatchDay, BatchDay.batch_id, listed=_sum(BatchDay.posts))
    lines = _summed(_anywhere, Reject, Reject.batch_id, refused=func.count())
    query = (
        select(
            *key, Batch.name, Batch.first_day, Batch.rows, Batch.posts, Batch.rejected,
            func.coalesce(files.c.listed, 0).label("listed"), func.coalesce(lines.c.refused, 0).label("refused"),
        )
        .outerjoin(files, and_(files.c.dataset == key[0], files.c.batch_id == key[1]))
        .outerjoin(lines, and_(lines.c.dataset == key[0], lines.c.batch_id == key[1]))
        .order_by(*key)
    )  # fmt: skip
    return _rows(connection, query)


def after(connection: Connection, day: Day) -> list[Row]:
    """The days later than `day` that have files or counts: dataset, day, posts; sorted."""
    files = select(BatchDay.dataset, BatchDay.day, BatchDay.posts).where(BatchDay.day > day)
    counts = select(DayTotal.dataset, DayTotal.day, DayTotal.posts).where(DayTotal.day > day)
    both = union(files, counts).subquery()
    query = select(both.c.dataset, both.c.day, func.max(both.c.posts).label("posts"))
    return _rows(connection, query.group_by(both.c.dataset, both.c.day).order_by(both.c.dataset, both.c.day))


def totals(connection: Connection, datasets: Collection[str]) -> list[Row]:
    """Every counted day of some datasets: dataset, day, posts; sorted."""
    query = select(DayTotal.dataset, DayTotal.day, DayTotal.posts).where(DayTotal.dataset.in_(datasets))
    return _rows(connection, query.order_by(DayTotal.dataset, DayTotal.day))


def topics(connection: Connection, dataset: str, first: Day) -> list[Row]:
    """The counted days of every topic of a dataset from `first` on, sorted.

    topic, day, posts, authors, total, known_authors (those of the whole day, 0 where the source names none), method_id.
    """
    columns = (
        DayTopic.topic, DayTopic.day, DayTopic.posts, DayTopic.authors, DayTotal.posts.label("total"),
        DayTotal.authors.label("known_authors"), DayTotal.method_id,
    )  # fmt: skip
    query = select(*columns).join(DayTotal, _same_day(DayTopic)).where(DayTopic.dataset == dataset)
    return _rows(connection, query.where(DayTopic.day >= first).order_by(DayTopic.topic, DayTopic.day))


def coverage(connection: Connection, dataset: str) -> list[Row]:
    """The days of a dataset whose collection is known, and those that have files: day, status, why; sorted."""
    known = select(Coverage.day, Coverage.status, Coverage.why).where(Coverage.dataset == dataset)
    files = select(BatchDay.day, literal("complete").label("status"), literal("").label("why"))
    listed = select(Coverage.day).where(Coverage.dataset == dataset)
    files = files.where(BatchDay.dataset == dataset, BatchDay.day.not_in(listed)).distinct()
    return sorted(_rows(connection, known) + _rows(connection, files), key=lambda row: row["day"])


def _totals(at: At) -> Select[Any]:
    t = DayTotal
    return _select(at, t, t.posts, t.originals, t.authors, t.tokens).where(
        or_(t.originals > t.posts, t.authors > t.posts, _least(t.posts, t.originals, t.authors, t.tokens) < 0)
    )


def _totals_and_files(at: At) -> Select[Any]:
    rows = _summed(at, BatchDay, BatchDay.day, rows=_sum(BatchDay.posts))
    query = _select(at, DayTotal, DayTotal.posts, func.coalesce(rows.c.rows, 0).label("rows_of_files"))
    joined = query.outerjoin(rows, _same(rows, DayTotal.dataset, DayTotal.day))
    return joined.where(DayTotal.posts > func.coalesce(rows.c.rows, 0))


def _too_few(model: type[DayTopic] | type[DayTerm], places: Places) -> Select[Any]:
    """Days with fewer rows of a table than others of the same method: a counted day has them all, zeros included."""
    t, name, at = DayTotal, f"rows_of_{model.__tablename__}", _inside(places, margin=_NEAR)
    each = select(t.dataset, t.day, t.method_id, func.count(model.topic).label(name)).where(at(t))
    each = each.outerjoin(model, and_(model.dataset == t.dataset, model.day == t.day))
    found = each.group_by(t.dataset, t.day, t.method_id).subquery()
    most = func.max(found.c[name]).over(partition_by=found.c.method_id).label("expected")
    ranked = select(found.c.dataset, found.c.day, found.c[name], most).subquery()
    return select(ranked).where(ranked.c[name] < ranked.c.expected)


def _orphans(at: At) -> Iterable[Select[Any]]:
    tables: tuple[Any, ...] = (DayTopic, DayTerm, DayPair, DayWord, DayBoard)
    days = [(model, model.day) for model in tables]
    days += [(HourTopic, _date(HourTopic.hour)), (HourBoard, _date(HourBoard.observed_at))]
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
        _least(t.posts, t.quoted_only, t.evasion_only, t.originals, t.authors, t.deleted) < 0,
    )  # fmt: skip


def _topics(at: At, broken: ColumnElement[bool]) -> Select[Any]:
    t = DayTopic
    columns = (t.topic, t.posts, t.quoted_only, t.evasion_only, t.originals, t.authors, t.deleted)
    return _select(at, t, *columns, DayTotal.posts.label("total")).join(DayTotal, _same_day(t)).where(broken)


def _terms(at: At) -> Select[Any]:
    """A term of disguised forms has posts in `evasion_only`, and some that are written plainly as well."""
    whole = DayTopic.posts + DayTopic.evasion_only
    query = _select(at, DayTerm, DayTerm.topic, DayTerm.term, DayTerm.posts, DayTerm.mentions, whole.label("of_topic"))
    joined = query.join(DayTopic, and_(_same_as(DayTopic, DayTerm), DayTopic.topic == DayTerm.topic))
    low = _least(DayTerm.posts, DayTerm.rejected_by_boundary)
    return joined.where(or_(DayTerm.posts > whole, DayTerm.mentions < DayTerm.posts, low < 0))


def _terms_in_all(at: At) -> Select[Any]:
    """Every post of a topic mentions one of its terms."""
    terms = _summed(at, DayTerm, DayTerm.day, DayTerm.topic, posts=_sum(DayTerm.posts))
    t = DayTopic
    query = _select(at, t, t.topic, t.posts, terms.c.posts.label("posts_of_terms"))
    joined = query.join(terms, and_(_same(terms, t.dataset, t.day), terms.c.topic == t.topic))
    return joined.where(t.posts > terms.c.posts)


def _pairs(at: At) -> Select[Any]:
    p, t = DayPair, DayTopic
    query = _select(at, p, p.topic_a, p.topic_b, p.posts, func.min(t.posts).label("of_topic"))
    joined = query.join(t, and_(_same_as(t, p), t.topic.in_([p.topic_a, p.topic_b])))
    grouped = joined.group_by(p.dataset, p.day, p.topic_a, p.topic_b, p.posts)
    return grouped.having(or_(p.posts > func.min(t.posts), func.count() < 2, p.posts < 0))


def _words(at: At) -> Select[Any]:
    w = DayWord
    query = _select(at, w, w.word, w.posts, w.mentions, DayTotal.posts.label("total")).join(DayTotal, _same_day(w))
    return query.where(or_(w.posts > DayTotal.posts, w.mentions < w.posts, w.posts < 0))


def _words_in_all(at: At) -> Select[Any]:
    words = _summed(at, DayWord, DayWord.day, mentions=_sum(DayWord.mentions))
    query = _select(at, DayTotal, DayTotal.tokens, words.c.mentions.label("mentions_of_words"))
    return query.join(words, _same(words, DayTotal.dataset, DayTotal.day)).where(words.c.mentions > DayTotal.tokens)


def _hours(at: At) -> Select[Any]:
    """A source may state the time of some posts only: the hours lack no more posts of a topic than of all."""
    total = case((HourTopic.posts > HourTopic.total, 1), else_=0)
    day = _date(HourTopic.hour)
    columns = {"posts": _sum(HourTopic.posts), "total": _sum(HourTopic.total), "over": func.max(total)}
    hours = _summed(at, HourTopic, day, HourTopic.topic, **columns)
    t, lacking = DayTopic, DayTopic.posts - hours.c.posts
    query = _select(at, t, t.topic, t.posts, hours.c.posts.label("posts_of_hours"), DayTotal.posts.label("total"),
                    hours.c.total.label("total_of_hours"))  # fmt: skip
    joined = query.join(DayTotal, _same_day(t)).join(
        hours, and_(_same(hours, t.dataset, t.day), hours.c.topic == t.topic)
    )
    broken = or_(lacking < 0, lacking > DayTotal.posts - hours.c.total, hours.c.total > DayTotal.posts)
    return joined.where(or_(broken, hours.c.over > 0))


def _hours_in_all(at: At) -> Select[Any]:
    """Every topic has a row for each hour that any topic has, with the same total."""
    day = _date(HourTopic.hour)
    hours = _summed(at, HourTopic, day, HourTopic.topic, total=_sum(HourTopic.total))
    t = DayTopic
    same = and_(_same(hours, t.dataset, t.day), hours.c.topic == t.topic)
    each = _select(at, t, t.topic, func.coalesce(hours.c.total, 0).label("total_of_hours")).outerjoin(hours, same)
    found = each.subquery()
    most = func.max(found.c.total_of_hours).over(partition_by=(found.c.dataset, found.c.day)).label("expected")
    ranked = select(found, most).subquery()
    return select(ranked).where(ranked.c.total_of_hours < ranked.c.expected)


def _boards(at: At) -> Select[Any]:
    b, t = DayBoard, DayTopic
    query = _select(at, b, b.topic, b.titles, t.posts, b.hours)
    joined = query.join(t, and_(_same_as(t, b), t.topic == b.topic))
    return joined.where(or_(b.titles != t.posts, b.hours > 24, (b.hours > 0) & (b.titles == 0)))


def _observations(at: At) -> Select[Any]:
    """An archive without times has no observations; rank and hotness of the day also know what has no time."""
    o, b = HourBoard, DayBoard
    hour = func.count(case((o.titles > 0, extract("hour", o.observed_at))).distinct())
    best, most = func.min(o.best_rank), func.max(o.max_hotness)
    seen = _summed(at, o, _date(o.observed_at), o.topic, hours=hour, best_rank=best, max_hotness=most)
    query = _select(at, b, b.topic, b.titles, b.hours, seen.c.hours.label("hours_observed"), b.best_rank,
                    seen.c.best_rank.label("best_observed"), b.max_hotness,
                    seen.c.max_hotness.label("most_observed"))  # fmt: skip
    joined = query.join(seen, and_(_same(seen, b.dataset, b.day), seen.c.topic == b.topic))
    worse = or_(b.best_rank > seen.c.best_rank, and_(b.best_rank.is_(None), seen.c.best_rank.is_not(None)))
    less = or_(b.max_hotness < seen.c.max_hotness, and_(b.max_hotness.is_(None), seen.c.max_hotness.is_not(None)))
    return joined.where(or_(b.hours != seen.c.hours, worse, less))


def _anywhere(_model: Any) -> ColumnElement[bool]:
    return true()


def _inside(places: Places, margin: int = 0) -> At:
    """The condition that picks the rows of a table from the first to the last of some days.

    One span for all, which an index serves: a list of days is too long to send. margin: days before that count too.
    """
    if places is None:
        return _anywhere
    datasets = sorted({dataset for dataset, _ in places})
    days = sorted({day for _, day in places}) or [dt.date.max]
    first, last = days[0] - dt.timedelta(margin), days[-1]
    hours = dt.datetime.combine(first, dt.time.min), dt.datetime.combine(last, dt.time.max)

    def at(model: Any) -> ColumnElement[bool]:
        time = {HourTopic: HourTopic.hour, HourBoard: HourBoard.observed_at}.get(model)
        span = model.day.between(first, last) if time is None else time.between(*hours)
        return and_(model.dataset.in_(datasets), span)

    return at


def _select(at: At, model: Any, *columns: Any) -> Select[Any]:
    return select(model.dataset, model.day, *columns).where(at(model))


def _summed(at: At, model: Any, *keys: Any, **sums: Any) -> Any:
    """Sums by dataset and further keys; a key that is computed is named `day`."""
    named = [key if hasattr(key, "key") and key.key else key.label("day") for key in keys]
    labels = [total.label(name) for name, total in sums.items()]
    return select(model.dataset, *named, *labels).where(at(model)).group_by(model.dataset, *keys).subquery()


def _sum(column: Any) -> Any:
    return cast(func.sum(column), BigInteger)


def _least(*columns: Any) -> Any:
    least = columns[0]
    for column in columns[1:]:
        least = case((column < least, column), else_=least)
    return least


def _date(time: Any) -> Any:
    return func.date(time, type_=Date)


def _same(found: Any, dataset: Any, day: Any) -> ColumnElement[bool]:
    return and_(found.c.dataset == dataset, found.c.day == day)


def _same_as(model: Any, other: Any) -> ColumnElement[bool]:
    return and_(model.dataset == other.dataset, model.day == other.day)


def _same_day(model: Any) -> ColumnElement[bool]:
    return _same_as(DayTotal, model)


def _rows(connection: Connection, query: Any) -> list[Row]:
    return [dict(row._mapping) for row in connection.execute(query)]
