"""Writing the counts of a day and reading series back."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select

from pipeline.store import models
from pipeline.store.models import COUNTS, DayTerm, DayTopic, DayTotal, Event, Method

_ARRIVAL = {("batch", "name"), ("batch", "ingested_at")}
Day = dt.date
Tables = Mapping[str, Sequence[Mapping[str, Any]]]


def replace_day(connection: Connection, dataset: str, day: Day, tables: Tables) -> None:
    """Delete every count of that day and insert the given rows, by table name."""
    start = dt.datetime.combine(day, dt.time())
    spans = {"day": (day, day), "hour": (start, _end_of(day)), "observed_at": (start, _end_of(day))}
    for column, tables_placed_by_it in COUNTS.items():
        for model in tables_placed_by_it:
            place = getattr(model, column)
            connection.execute(delete(model).where(model.dataset == dataset, place.between(*spans[column])))
            if rows := tables.get(model.__tablename__):
                connection.execute(insert(model), [dict(row) for row in rows])


def record_method(connection: Connection, method: Mapping[str, Any]) -> None:
    """List a way of counting, once."""
    where = Method.method_id == method["method_id"]
    if connection.execute(select(Method.method_id).where(where)).first() is None:
        connection.execute(insert(Method).values(**method))


def replace_events(connection: Connection, events: Iterable[Mapping[str, Any]]) -> None:
    """Make the table of annotations equal to the given ones."""
    connection.execute(delete(Event))
    connection.execute(insert(Event), [dict(event) for event in events])


def volume(
    connection: Connection, dataset: str, topic: str, term: str | None, first: Day, last: Day
) -> list[dict[str, Any]]:
    """The counted days of a topic, or of one of its terms: day, posts, total, method_id; sorted by day."""
    model = DayTopic if term is None else DayTerm
    query = (
        select(DayTotal.day, model.posts, DayTotal.posts.label("total"), DayTotal.method_id)
        .join(model, (model.dataset == DayTotal.dataset) & (model.day == DayTotal.day))
        .where(DayTotal.dataset == dataset, model.topic == topic, DayTotal.day.between(first, last))
        .order_by(DayTotal.day)
    )
    if term is not None:
        query = query.where(DayTerm.term == term)
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
    """The terms of a topic that the counts of a dataset know."""
    where = (DayTerm.dataset == dataset, DayTerm.topic == topic)
    return sorted(connection.scalars(select(DayTerm.term).where(*where).distinct()))


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


def _end_of(day: Day) -> dt.datetime:
    return dt.datetime.combine(day, dt.time.max)
