"""Writing rows: one that may be there already, and many of one table.

Many go as tuples to the driver, which takes a third of the time that SQLAlchemy needs.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import import_module
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, Date

from pipeline.store.models import Base


def insert_rows(
    connection: Connection, model: type[Base], rows: Iterable[Mapping[str, Any]], again: bool = False
) -> None:
    """Insert rows that have all columns of a table without times. again: rows may be there already and then stay."""
    table, on_postgres = model.__table__, connection.dialect.name == "postgresql"
    names = [column.name for column in table.columns]
    marks = ", ".join(["%s" if on_postgres else "?"] * len(names))
    statement = f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks})"
    values: list[Any] = list(map(itemgetter(*names), rows))
    for at, column in () if on_postgres else enumerate(table.columns):
        if isinstance(column.type, Date):
            values = [(*row[:at], _iso(row[at]), *row[at + 1 :]) for row in values]
    if values:
        connection.exec_driver_sql(statement + " ON CONFLICT DO NOTHING" * again, values)


def inserting(connection: Connection, model: type[Base]) -> Any:
    """An INSERT in the dialect of the connection, which may say what becomes of a row that is there."""
    dialect = import_module(f"sqlalchemy.dialects.{connection.dialect.name}")  # one of them, since they load slowly
    return dialect.insert(model)


@cache
def _iso(day: dt.date) -> str:
    return day.isoformat()
