"""What was ingested, what it covers, and which days must be counted (again).

The ledger is the truth: a lake file that it does not list does not exist. All but the name and time of a first
arrival is a function of the set of batches alone, so the order in which they arrive cannot matter.
"""

import datetime as dt
import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, islice
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Connection,
    CursorResult,
    String,
    any_,
    bindparam,
    cast,
    delete,
    func,
    literal,
    select,
)

from pipeline.errors import InputError
from pipeline.store.bulk import insert_rows, inserting
from pipeline.store.models import (
    COUNTS,
    Base,
    Batch,
    BatchDay,
    Coverage,
    Dataset,
    DayTotal,
    MovedPost,
    PostDay,
    Reject,
)

_LOOKUP = 10_000
"""Ids per query: SQLite binds at most 32,766 values, PostgreSQL 65,535."""

Day = dt.date
Gaps = Mapping[Day, str]


@dataclass(frozen=True, slots=True)
class Partition:
    """What a count of one (dataset, day) rests on.

    batches: the batches with a lake file of the day.
    moved: the posts of the day that were also seen on other days.
    elsewhere: the batches of those other days, by day.
    inputs: a digest of all these; when it changes, the count is stale.
    """

    batches: frozenset[str]
    moved: frozenset[str]
    elsewhere: Mapping[Day, frozenset[str]]
    inputs: str


def register(connection: Connection, dataset: Mapping[str, Any]) -> None:
    """Write or renew the row of a dataset, and hold it until the transaction ends: one ledger writer per dataset.

    Raises InputError when the dataset is read in another way than when its first file was ingested.
    """
    row = {column.name: dataset[column.name] for column in Dataset.__table__.columns}
    statement = inserting(connection, Dataset).values(row)
    keep = {name: value for name, value in row.items() if name not in ("kind", "platform", "reader", "reading")}
    connection.execute(statement.on_conflict_do_update(index_elements=["slug"], set_=keep))
    if connection.scalar(select(Dataset.reading).where(Dataset.slug == row["slug"])) not in (row["reading"], ""):
        raise InputError(
            f"The entry of {row['slug']} states another kind, platform, reader or mapping than when its first file was "
            f"ingested; run `guanchao forget --dataset {row['slug']}` and ingest its files again."
        )


def forget(connection: Connection, dataset: str) -> None:
    """Remove everything that the ledger and the counts hold of a dataset."""
    for model in (Dataset, Batch, BatchDay, Reject, PostDay, MovedPost, Coverage, *chain(*COUNTS.values())):
        column = "slug" if model is Dataset else "dataset"
        connection.execute(delete(model).where(getattr(model, column) == dataset))


def dataset(connection: Connection, slug: str) -> dict[str, Any] | None:
    """The row of a dataset in use; None when nothing of it was ingested."""
    row = connection.execute(select(Dataset.__table__).where(Dataset.slug == slug)).first()
    return dict(row._mapping) if row else None


def kind(connection: Connection, slug: str) -> str:
    """Whether a dataset in use holds "posts" or a "board"."""
    return connection.execute(select(Dataset.kind).where(Dataset.slug == slug)).scalar_one()


def kinds(connection: Connection) -> dict[str, str]:
    """The kind of each dataset in use."""
    return {row.slug: row.kind for row in connection.execute(select(Dataset.slug, Dataset.kind))}


def has_batch(connection: Connection, dataset: str, batch_id: str) -> bool:
    """Whether the content was ingested before."""
    where = (Batch.dataset == dataset) & (Batch.batch_id == batch_id)
    return connection.execute(select(literal(1)).where(where).select_from(Batch)).first() is not None


def record(
    connection: Connection,
    batch: Mapping[str, Any],
    days: Mapping[Day, int],
    rejects: Iterable[Mapping[str, Any]],
    sightings: Iterable[tuple[str, Day]],
) -> None:
    """List a batch, its lake files, its rejects and the days on which its posts were seen."""
    dataset, batch_id = batch["dataset"], batch["batch_id"]
    own = {"dataset": dataset, "batch_id": batch_id}
    connection.execute(inserting(connection, Batch).values(batch))
    _add(connection, BatchDay, ({**own, "day": day, "posts": posts} for day, posts in days.items()))
    _add(connection, Reject, ({**own, **reject} for reject in rejects))
    remaining = iter(sightings)
    while part := sorted(set(islice(remaining, _LOOKUP))):
        _note_moves(connection, dataset, part)
        _note_days(connection, dataset, part)


def cover(connection: Connection, dataset: str, complete: Iterable[Day], empty: Gaps, known: Gaps) -> None:
    """Bring the coverage of some days up to date.

    complete: days of a dataset that promises daily data and delivered; empty: days whose file holds no data, and why;
    known: days that the registry says are missing, and why. A known gap with posts is partial; an empty file beside a
    full one of the same day says nothing.
    """
    asked = {*empty, *known}
    where = (BatchDay.dataset == dataset) & BatchDay.day.in_(asked)
    delivered = set(connection.scalars(select(BatchDay.day).where(where).distinct()))
    before = {row.day: row.why for row in connection.execute(_gaps_of(dataset, empty))}
    rows = {day: ("gap", min(why, before.get(day, why))) for day, why in empty.items() if day not in delivered}
    rows |= dict.fromkeys(complete, ("complete", ""))
    rows |= {day: ("partial" if day in delivered else "gap", why) for day, why in known.items()}
    for day, (status, why) in sorted(rows.items()):
        values = {"dataset": dataset, "day": day, "status": status, "why": why}
        statement = inserting(connection, Coverage).values(values)
        connection.execute(statement.on_conflict_do_update(index_elements=["dataset", "day"], set_=values))


def partition(connection: Connection, dataset: str, day: Day) -> Partition:
    """What a count of that day rests on today."""
    moved = frozenset(
        connection.scalars(select(MovedPost.post_id).where(MovedPost.dataset == dataset, MovedPost.day == day))
    )
    days = {day}
    for part in _parts(sorted(moved)):
        where = (MovedPost.dataset == dataset) & MovedPost.post_id.in_(part)
        days.update(connection.scalars(select(MovedPost.day).where(where)))
    where = (BatchDay.dataset == dataset) & BatchDay.day.in_(days)
    files = connection.execute(select(BatchDay.day, BatchDay.batch_id).where(where)).all()
    return _rests_on(day, moved, _grouped(files))


def partitions(connection: Connection, dataset: str | None = None) -> Iterator[tuple[tuple[str, Day], Partition]]:
    """What counts rest on today, by (dataset, day): of every day that has lake files, or of those of one dataset."""
    rows = select(BatchDay.dataset, BatchDay.day, BatchDay.batch_id)
    files: dict[str, list[Any]] = defaultdict(list)
    for row in connection.execute(rows if dataset is None else rows.where(BatchDay.dataset == dataset)):
        files[row.dataset].append((row.day, row.batch_id))
    moved, linked = _moves(connection, dataset)
    for slug, found in files.items():
        by_day = _grouped(found)
        for day in by_day:
            posts, others = moved.get((slug, day), ()), linked.get((slug, day), set())
            yield (slug, day), _rests_on(day, frozenset(posts), {d: by_day[d] for d in {day} | others})


def stale(connection: Connection, method_id: str) -> list[tuple[str, Day]]:
    """The (dataset, day) pairs that must be counted, sorted: never counted, by another method, or from other files."""
    counted = {
        (row.dataset, row.day): (row.method_id, row.inputs)
        for row in connection.execute(select(DayTotal.dataset, DayTotal.day, DayTotal.method_id, DayTotal.inputs))
    }
    return sorted(place for place, now in partitions(connection) if counted.get(place) != (method_id, now.inputs))


def uncounted(connection: Connection, dataset: str, first: Day, last: Day) -> list[Day]:
    """The days of a span whose files are not counted, or not as they are now; sorted."""
    where = (DayTotal.dataset == dataset) & DayTotal.day.between(first, last)
    counted = {row.day: row.inputs for row in connection.execute(select(DayTotal.day, DayTotal.inputs).where(where))}
    today = ((day, now.inputs) for (_, day), now in partitions(connection, dataset) if first <= day <= last)
    return sorted(day for day, inputs in today if counted.get(day) != inputs)


def lake_files(connection: Connection) -> list[tuple[str, str, Day, str]]:
    """(kind, dataset, day, batch_id) of every lake file that exists."""
    columns = (Dataset.kind, BatchDay.dataset, BatchDay.day, BatchDay.batch_id)
    rows = connection.execute(select(*columns).join(Dataset, Dataset.slug == BatchDay.dataset))
    return [(row.kind, row.dataset, row.day, row.batch_id) for row in rows]


def batches(connection: Connection) -> set[tuple[str, str]]:
    """(dataset, batch_id) of everything ingested."""
    return {(row.dataset, row.batch_id) for row in connection.execute(select(Batch.dataset, Batch.batch_id))}


def overview(connection: Connection) -> list[dict[str, Any]]:
    """One row per dataset in use: batches, posts, rejected, first_day, last_day, and days counted and missing."""
    per_batch = select(
        Batch.dataset,
        func.count().label("batches"),
        cast(func.sum(Batch.posts), BigInteger).label("posts"),
        cast(func.sum(Batch.rejected), BigInteger).label("rejected"),
        cast(func.sum(Batch.repaired), BigInteger).label("repaired"),
        func.min(Batch.first_day).label("first_day"),
        func.max(Batch.last_day).label("last_day"),
    ).group_by(Batch.dataset)
    rows = [dict(row._mapping) for row in connection.execute(per_batch.order_by(Batch.dataset))]
    counted = _counts_by_dataset(connection, DayTotal.dataset)
    gaps = _counts_by_dataset(connection, Coverage.dataset, Coverage.status == "gap")
    return [
        {**row, "counted_days": counted.get(row["dataset"], 0), "gap_days": gaps.get(row["dataset"], 0)} for row in rows
    ]


def rejects_by_reason(connection: Connection) -> list[dict[str, Any]]:
    """How many lines of each dataset were refused, by reason code."""
    columns = (Reject.dataset, Reject.reason, func.count().label("lines"))
    query = select(*columns).group_by(Reject.dataset, Reject.reason).order_by(Reject.dataset, Reject.reason)
    return [dict(row._mapping) for row in connection.execute(query)]


def gaps(connection: Connection, dataset: str) -> list[dict[str, Any]]:
    """The days of a dataset that are known to be missing or partial, with the reason."""
    columns = (Coverage.day, Coverage.status, Coverage.why)
    query = select(*columns).where(Coverage.dataset == dataset, Coverage.status != "complete").order_by(Coverage.day)
    return [dict(row._mapping) for row in connection.execute(query)]


def _gaps_of(dataset: str, days: Iterable[Day]) -> Any:
    where = (Coverage.dataset == dataset) & (Coverage.status == "gap") & Coverage.day.in_(set(days))
    return select(Coverage.day, Coverage.why).where(where)


def _note_moves(connection: Connection, dataset: str, sightings: list[tuple[str, Day]]) -> None:
    days: dict[str, set[Day]] = defaultdict(set)
    for post, day in sightings:
        days[post].add(day)
    for row in _seen(connection, dataset, list(days)):
        days[row.post_id].add(row.day)
    moved = ((post, day) for post, seen in sorted(days.items()) if len(seen) > 1 for day in sorted(seen))
    _add(connection, MovedPost, ({"dataset": dataset, "post_id": post, "day": day} for post, day in moved))


def _note_days(connection: Connection, dataset: str, sightings: list[tuple[str, Day]]) -> None:
    named = ({"dataset": dataset, "post_id": post, "day": day} for post, day in sightings)
    insert_rows(connection, PostDay, named, again=True)


def _seen(connection: Connection, dataset: str, posts: list[str]) -> CursorResult[Any]:
    """post_id and day of the sightings of some posts, whose ids are one parameter and not thousands.

    The statement does not hold them: SQLAlchemy's statements live until garbage is looked for.
    """
    on_postgres = connection.dialect.name == "postgresql"
    if on_postgres:
        one_of = PostDay.post_id == any_(bindparam("posts", type_=ARRAY(String)))
    else:
        one_of = PostDay.post_id.in_(select(func.json_each(bindparam("posts")).table_valued("value").c.value))
    where = (PostDay.dataset == dataset) & one_of
    given = {"posts": posts if on_postgres else json.dumps(posts)}
    return connection.execute(select(PostDay.post_id, PostDay.day).where(where), given)


def _moves(
    connection: Connection, dataset: str | None
) -> tuple[dict[tuple[str, Day], set[str]], dict[tuple[str, Day], set[Day]]]:
    """Of each (dataset, day) the posts that were also seen on other days, and all days of these posts."""
    rows = select(MovedPost.dataset, MovedPost.post_id, MovedPost.day)
    days: dict[tuple[str, str], set[Day]] = defaultdict(set)
    posts: dict[tuple[str, Day], set[str]] = defaultdict(set)
    for row in connection.execute(rows if dataset is None else rows.where(MovedPost.dataset == dataset)):
        days[row.dataset, row.post_id].add(row.day)
        posts[row.dataset, row.day].add(row.post_id)
    linked = {(slug, day): set().union(*(days[slug, post] for post in moved)) for (slug, day), moved in posts.items()}
    return posts, linked


def _rests_on(day: Day, moved: frozenset[str], files: Mapping[Day, frozenset[str]]) -> Partition:
    elsewhere = {other: batches for other, batches in files.items() if other != day}
    return Partition(files.get(day, frozenset()), moved, elsewhere, _digest(files))


def _grouped(rows: Iterable[Any]) -> dict[Day, frozenset[str]]:
    files: dict[Day, set[str]] = defaultdict(set)
    for day, batch_id in rows:
        files[day].add(batch_id)
    return {day: frozenset(found) for day, found in files.items()}


def _digest(files: Mapping[Day, frozenset[str]]) -> str:
    lines = sorted(f"{day} {batch}" for day, found in files.items() for batch in found)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _counts_by_dataset(connection: Connection, column: Any, *where: Any) -> dict[str, int]:
    rows = connection.execute(select(column, func.count()).where(*where).group_by(column))
    return {row[0]: row[1] for row in rows}


def _add(connection: Connection, model: type[Base], rows: Iterable[Mapping[str, Any]]) -> None:
    if values := [dict(row) for row in rows]:
        connection.execute(inserting(connection, model).on_conflict_do_nothing(), values)


def _parts(items: list[Any]) -> Iterator[list[Any]]:
    for first in range(0, len(items), _LOOKUP):
        yield items[first : first + _LOOKUP]
