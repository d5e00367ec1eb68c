"""Which facts were told to whom."""

import datetime as dt
from collections.abc import Collection

from sqlalchemy import Connection, select

from pipeline.store.bulk import inserting
from pipeline.store.models import AlertSent


def known(connection: Connection, target: str) -> set[str]:
    """The facts that an address was told."""
    return set(connection.scalars(select(AlertSent.fact).where(AlertSent.target == target)))


def claim(connection: Connection, facts: Collection[str], target: str, now: dt.datetime) -> set[str]:
    """Note that an address is told some facts; those that it was not told before.

    Another process that claims one of them waits until this transaction ends, and then finds it told, or free again
    where it was rolled back. In order, so that two processes cannot wait for each other.
    """
    new: set[str] = set()
    for fact in sorted(facts):
        statement = inserting(connection, AlertSent).values(fact=fact, target=target, sent_at=now)
        statement = statement.on_conflict_do_nothing()
        new.update(connection.scalars(statement.returning(AlertSent.fact)))
    return new
