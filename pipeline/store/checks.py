"""What tells how the files and days of a dataset fare: what the quality gate and the alerts judge."""

from collections.abc import Collection

from sqlalchemy import Connection, and_, func, literal, select, union

from pipeline.store.models import Batch, BatchDay, Coverage, DayTopic, DayTotal, Reject
from pipeline.store.selections import Day, Row, anywhere, records, same_day, sum_of, summed


def batches(connection: Connection) -> list[Row]:
    """One row per batch: dataset, batch_id, name, rows, posts, rejected, and `listed` and `refused`: those on record.

    listed: rows of its lake files; refused: its lines among the rejects.
    """
    key = Batch.dataset, Batch.batch_id
    files = summed(anywhere, BatchDay, BatchDay.batch_id, listed=sum_of(BatchDay.posts))
    lines = summed(anywhere, Reject, Reject.batch_id, refused=func.count())
    query = (
        select(
            *key, Batch.name, Batch.first_day, Batch.rows, Batch.posts, Batch.rejected,
            func.coalesce(files.c.listed, 0).label("listed"), func.coalesce(lines.c.refused, 0).label("refused"),
        )
        .outerjoin(files, and_(files.c.dataset == key[0], files.c.batch_id == key[1]))
        .outerjoin(lines, and_(lines.c.dataset == key[0], lines.c.batch_id == key[1]))
        .order_by(*key)
    )  # fmt: skip
    return records(connection, query)


def after(connection: Connection, day: Day) -> list[Row]:
    """The days later than `day` that have files or counts: dataset, day, posts; sorted."""
    files = select(BatchDay.dataset, BatchDay.day, BatchDay.posts).where(BatchDay.day > day)
    counts = select(DayTotal.dataset, DayTotal.day, DayTotal.posts).where(DayTotal.day > day)
    both = union(files, counts).subquery()
    query = select(both.c.dataset, both.c.day, func.max(both.c.posts).label("posts"))
    return records(connection, query.group_by(both.c.dataset, both.c.day).order_by(both.c.dataset, both.c.day))


def totals(connection: Connection, datasets: Collection[str]) -> list[Row]:
    """Every counted day of some datasets: dataset, day, posts; sorted."""
    query = select(DayTotal.dataset, DayTotal.day, DayTotal.posts).where(DayTotal.dataset.in_(datasets))
    return records(connection, query.order_by(DayTotal.dataset, DayTotal.day))


def topics(connection: Connection, dataset: str, first: Day) -> list[Row]:
    """The counted days of every topic of a dataset from `first` on, sorted.

    topic, day, posts, authors, total, known_authors (those of the whole day, 0 where the source names none), method_id.
    """
    columns = (
        DayTopic.topic, DayTopic.day, DayTopic.posts, DayTopic.authors, DayTotal.posts.label("total"),
        DayTotal.authors.label("known_authors"), DayTotal.method_id,
    )  # fmt: skip
    query = select(*columns).join(DayTotal, same_day(DayTopic)).where(DayTopic.dataset == dataset)
    return records(connection, query.where(DayTopic.day >= first).order_by(DayTopic.topic, DayTopic.day))


def coverage(connection: Connection, dataset: str) -> list[Row]:
    """The days of a dataset whose collection is known, and those that have files: day, status, why; sorted."""
    known = select(Coverage.day, Coverage.status, Coverage.why).where(Coverage.dataset == dataset)
    files = select(BatchDay.day, literal("complete").label("status"), literal("").label("why"))
    listed = select(Coverage.day).where(Coverage.dataset == dataset)
    files = files.where(BatchDay.dataset == dataset, BatchDay.day.not_in(listed)).distinct()
    return sorted(records(connection, known) + records(connection, files), key=lambda row: row["day"])


def late(connection: Connection, dataset: str) -> int | None:
    """The fewest days after its last day that a file of a dataset was first ingested; None without a file with data."""
    query = select(Batch.last_day, Batch.ingested_at).where(Batch.dataset == dataset, Batch.last_day.is_not(None))
    return min(((row["ingested_at"].date() - row["last_day"]).days for row in records(connection, query)), default=None)
