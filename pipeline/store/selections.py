"""The parts that queries over counted days are made of: which days, sums by day, and when two rows are of one."""

import datetime as dt
from collections.abc import Callable, Collection
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Connection, Date, Select, and_, case, cast, func, select, true

from pipeline.store.models import DayTotal, HourBoard, HourTopic

Day = dt.date
Row = dict[str, Any]
Places = Collection[tuple[str, Day]] | None
"""Some (dataset, day); None means all of them."""

At = Callable[[Any], ColumnElement[bool]]
"""The condition that picks the rows of a table at those days."""


def anywhere(_model: Any) -> ColumnElement[bool]:
    """Every row: the condition where all days are asked for."""
    return true()


def inside(places: Places, margin: int = 0) -> At:
    """The condition that picks the rows of a table from the first to the last of some days.

    One span for all, which an index serves: a list of days is too long to send. margin: days before that count too.
    """
    if places is None:
        return anywhere
    datasets = sorted({dataset for dataset, _ in places})
    days = sorted({day for _, day in places}) or [dt.date.max]
    first, last = days[0] - dt.timedelta(margin), days[-1]
    hours = dt.datetime.combine(first, dt.time.min), dt.datetime.combine(last, dt.time.max)

    def at(model: Any) -> ColumnElement[bool]:
        time = {HourTopic: HourTopic.hour, HourBoard: HourBoard.observed_at}.get(model)
        span = model.day.between(first, last) if time is None else time.between(*hours)
        return and_(model.dataset.in_(datasets), span)

    return at


def of_days(at: At, model: Any, *columns: Any) -> Select[Any]:
    """Some columns of a table at some days, after its dataset and day."""
    return select(model.dataset, model.day, *columns).where(at(model))


def summed(at: At, model: Any, *keys: Any, **sums: Any) -> Any:
    """Sums by dataset and further keys; a key that is computed is named `day`."""
    named = [key if hasattr(key, "key") and key.key else key.label("day") for key in keys]
    labels = [total.label(name) for name, total in sums.items()]
    return select(model.dataset, *named, *labels).where(at(model)).group_by(model.dataset, *keys).subquery()


def sum_of(column: Any) -> Any:
    """A sum that is a whole number in either database."""
    return cast(func.sum(column), BigInteger)


def least(*columns: Any) -> Any:
    """The least of some columns in a row, which the databases do not name alike."""
    smallest = columns[0]
    for column in columns[1:]:
        smallest = case((column < smallest, column), else_=smallest)
    return smallest


def date_of(time: Any) -> Any:
    """The day of a time."""
    return func.date(time, type_=Date)


def at_day(found: Any, dataset: Any, day: Any) -> ColumnElement[bool]:
    """Whether a row of sums is of a dataset and day."""
    return and_(found.c.dataset == dataset, found.c.day == day)


def same_place(model: Any, other: Any) -> ColumnElement[bool]:
    """Whether rows of two tables are of one dataset and day."""
    return and_(model.dataset == other.dataset, model.day == other.day)


def same_day(model: Any) -> ColumnElement[bool]:
    """Whether a row is of the day that a total is of."""
    return same_place(DayTotal, model)


def records(connection: Connection, query: Any) -> list[Row]:
    """The rows of a query, by name of column."""
    return [dict(row._mapping) for row in connection.execute(query)]
