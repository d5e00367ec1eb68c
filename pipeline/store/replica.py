"""A second ledger over the same lake: what a figure is recounted on, and the batches that its days rest on."""

import datetime as dt

from sqlalchemy import Connection, insert, select

from pipeline.store.models import Batch, BatchDay, Coverage, Dataset, MovedPost


def copy_ledger(source: Connection, target: Connection, dataset: str) -> None:
    """Bring into an empty ledger what it must hold of a dataset so that its days can be counted from the same lake."""
    for model in (Dataset, Batch, BatchDay, MovedPost, Coverage):
        table = model.__table__
        column = table.c.slug if model is Dataset else table.c.dataset
        found = [dict(row._mapping) for row in source.execute(select(table).where(column == dataset))]
        if found:
            target.execute(insert(model), found)


def batches(connection: Connection, dataset: str, first: dt.date, last: dt.date) -> dict[dt.date, list[str]]:
    """The ids of the batches that have posts of each day of a span, sorted."""
    query = select(BatchDay.day, BatchDay.batch_id).where(
        BatchDay.dataset == dataset, BatchDay.day.between(first, last)
    )
    found: dict[dt.date, list[str]] = {}
    for row in connection.execute(query.order_by(BatchDay.day, BatchDay.batch_id)):
        found.setdefault(row.day, []).append(row.batch_id)
    return found
