"""Reading the tables of counts row by row, for exports and notebooks."""

import datetime as dt
from typing import Any

from sqlalchemy import Connection, select

from pipeline.store.models import COUNTS, Coverage, Method

_PLACED = {model.__tablename__: (model, column) for column, tables in COUNTS.items() for model in tables}


def counted(connection: Connection, table: str, dataset: str, first: dt.date, last: dt.date) -> list[dict[str, Any]]:
    """The rows of a dataset in a table of counts, from the first to the last day, in the order of its key."""
    model, column = _PLACED[table]
    start, end = (first, last) if column == "day" else (_midnight(first), _midnight(last + dt.timedelta(days=1)))
    place = getattr(model, column)
    within = (place >= start) & ((place <= end) if column == "day" else (place < end))
    query = select(model.__table__).where(model.__table__.c.dataset == dataset, within)
    key = [column for column in model.__table__.columns if column.primary_key]
    return [dict(row._mapping) for row in connection.execute(query.order_by(*key))]


def columns(table: str) -> list[str]:
    """The names of a table's columns, in order."""
    return [column.name for column in _PLACED[table][0].__table__.columns]


def coverage(connection: Connection, dataset: str, first: dt.date, last: dt.date) -> list[dict[str, Any]]:
    """The days whose collection is known: dataset, day, status (complete, partial or gap), why; sorted."""
    query = select(Coverage.__table__).where(Coverage.dataset == dataset, Coverage.day.between(first, last))
    return [dict(row._mapping) for row in connection.execute(query.order_by(Coverage.day))]


def methods(connection: Connection, ids: set[str]) -> list[dict[str, Any]]:
    """Ways of counting by their ids, without the topics that they list; sorted."""
    kept = [column for column in Method.__table__.columns if column.name != "topics"]
    query = select(*kept).where(Method.method_id.in_(ids)).order_by(Method.method_id)
    return [dict(row._mapping) for row in connection.execute(query)]


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time())
