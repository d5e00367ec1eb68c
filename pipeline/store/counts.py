"""Writing the counts of a day and reading series back."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from pipeline.store import models
from pipeline.store.bulk import insert_rows
from pipeline.store.models import COUNTS, DayTerm, DayTopic, DayTotal, DayWord, Event, Method

_ARRIVAL = {("batch", "name"), ("batch", "ingested_at")}
_LONG = (DayTerm, DayWord)
Day = dt.date
Tables = Mapping[str, Sequence[Mapping[str, Any]]]


def replace_day(connection: Connection, dataset: str, day: Day, tables: Tables) -> None:
    """Delete every count of that day and insert the given rows, by table name."""
    for model, place in _of_day(dataset, day):
        connection.execute(delete(model).where(place))
        found = tables.get(model.__tablename__)
        if model in _LONG:
            insert_rows(connection, model, found or ())
        elif found:
            connection.execute(insert(model), [dict(row) for row in found])


def record_method(connection: Connection, method: Mapping[str, Any]) -> None:
    """List a way of counting, once."""
    where = Method.method_id == method["method_id"]
    if connection.execute(select(Method.method_id).where(where)).first() is None:
        connection.execute(insert(Method).values(**method))
    else:  # what its lexicon says was not kept at first, and may be kept in another form than today's
        other = Method.topics.is_distinct_from(method["topics"])
        connection.execute(update(Method).where(where, other).values(topics=method["topics"]))


def method_of(connection: Connection, dataset: str, day: Day) -> dict[str, Any] | None:
    """By what a day was counted: the row of its method, with its `inputs` and `posts`; None when it was not."""
    query = (
        select(Method.__table__, DayTotal.inputs, DayTotal.posts)
        .join(DayTotal, DayTotal.method_id == Method.method_id)
        .where(DayTotal.dataset == dataset, DayTotal.day == day)
    )
    row = connection.execute(query).first()
    return dict(row._mapping) if row else None


def keep_day(
    connection: Connection,
    dataset: str,
    day: Day,
    inputs: str,
    methods: tuple[str, str],
    removed: Sequence[Mapping[str, str]],
    added: Tables,
) -> bool:
    """Declare the counts of a day to be those of another method, which differ in rows of zeros alone.

    inputs, methods: of what the counts were made, and the methods before and after; when the day was counted anew
    since, nothing happens. removed: topics whose rows go; added: rows of new ones, by table name.
    Returns whether the day was still counted in that way.
    """
    where = (DayTotal.dataset == dataset, DayTotal.day == day, DayTotal.inputs == inputs)
    renamed = update(DayTotal).where(*where, DayTotal.method_id == methods[0]).values(method_id=methods[1])
    if not connection.execute(
        renamed
    ).rowcount:  # this update holds the row, so that no other count of the day can interfere
        return False
    for model, place in _of_day(dataset, day):
        for names in removed:
            if names.keys() <= set(model.__table__.columns.keys()):
                same = [getattr(model, column) == name for column, name in names.items()]
                connection.execute(delete(model).where(place, *same))
        if new := added.get(model.__tablename__):
            connection.execute(insert(model), [dict(row) for row in new])
    return True


def replace_events(connection: Connection, events: Iterable[Mapping[str, Any]]) -> None:
    """Make the table of annotations equal to the given ones."""
    connection.execute(delete(Event))
    connection.execute(insert(Event), [dict(event) for event in events])


def volume(
    connection: Connection, dataset: str, topic: str, term: str | None, first: Day, last: Day
) -> list[dict[str, Any]]:
    """The counted days of a topic, or of one of its terms: day, posts, total, method_id; sorted by day."""
    model = DayTopic if term is None else DayTerm
    own = (model.dataset == DayTotal.dataset) & (model.day == DayTotal.day) & (model.topic == topic)
    posts = func.coalesce(model.posts, 0).label("posts")  # a term that was not found has no row
    query = (
        select(DayTotal.day, posts, DayTotal.posts.label("total"), DayTotal.method_id)
        .outerjoin(model, own if term is None else own & (DayTerm.term == term))
        .where(DayTotal.dataset == dataset, DayTotal.day.between(first, last))
        .order_by(DayTotal.day)
    )
    return [dict(row._mapping) for row in connection.execute(query)]


def span(connection: Connection, dataset: str) -> tuple[Day, Day] | None:
    """The first and the last counted day of a dataset; None when nothing is counted."""
    first, last = connection.execute(
        select(func.min(DayTotal.day), func.max(DayTotal.day)).where(DayTotal.dataset == dataset)
    ).one()
    return (first, last) if first else None


def topics(connection: Connection) -> list[dict[str, Any]]:
    """One row per dataset, topic and counted day: posts of the topic, and total; sorted."""
    query = (
        select(DayTopic.dataset, DayTopic.topic, DayTopic.day, DayTopic.posts, DayTotal.posts.label("total"))
        .join(DayTotal, (DayTotal.dataset == DayTopic.dataset) & (DayTotal.day == DayTopic.day))
        .order_by(DayTopic.dataset, DayTopic.topic, DayTopic.day)
    )
    return [dict(row._mapping) for row in connection.execute(query)]


def counted_topics(connection: Connection, dataset: str) -> list[str]:
    """The topics that the counts of a dataset know."""
    return sorted(connection.scalars(select(DayTopic.topic).where(DayTopic.dataset == dataset).distinct()))


def counted_terms(connection: Connection, dataset: str, topic: str) -> list[str]:
    """The terms of a topic that were found in a dataset."""
    where = (DayTerm.dataset == dataset, DayTerm.topic == topic)
    return sorted(connection.scalars(select(DayTerm.term).where(*where).distinct()))


def lexicons(connection: Connection, dataset: str) -> set[str]:
    """The digests of the lexicons by which the days of a dataset were counted."""
    query = select(Method.lexicon).join(DayTotal, DayTotal.method_id == Method.method_id)
    return set(connection.scalars(query.where(DayTotal.dataset == dataset).distinct()))


def events(connection: Connection, first: Day, last: Day) -> list[dict[str, Any]]:
    """The annotations of a span of days, sorted by day and time; gaps of single archives are in `coverage`."""
    columns = (Event.day, Event.time, Event.kind, Event.label_en, Event.label_zh, Event.source, Event.confidence)
    query = (
        select(*columns)
        .where(Event.day.between(first, last), Event.kind != "data_gap")
        .order_by(Event.day, Event.time, Event.slug)
    )
    return [dict(row._mapping) for row in connection.execute(query)]


def snapshot(connection: Connection) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table, sorted, without the name and time of arrival: what two equal stores have in common."""
    tables = {}
    for table in models.Base.metadata.sorted_tables:
        columns = [column for column in table.columns if (table.name, column.name) not in _ARRIVAL]
        rows = connection.execute(select(*columns)).all()
        tables[table.name] = sorted((tuple(row) for row in rows), key=repr)
    return tables


def _of_day(dataset: str, day: Day) -> Iterator[tuple[Any, Any]]:
    """Every table of counts, and the condition that picks its rows of a day."""
    hours = dt.datetime.combine(day, dt.time()), dt.datetime.combine(day, dt.time.max)
    spans = {"day": (day, day), "hour": hours, "observed_at": hours}
    for column, tables_placed_by_it in COUNTS.items():
        for model in tables_placed_by_it:
            yield model, (model.dataset == dataset) & getattr(model, column).between(*spans[column])
