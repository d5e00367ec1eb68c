"""Weiboscope 2012: CSV of posts with what became of them, one file a week.

Ids are tokens that stand for the real ones and hold no time; names in the text are masked as "@ukn：". A repost has a
`retweeted_status_mid`, and its text holds the whole `//` chain. `deleted_last_seen` is set when a post was gone at a
later visit: it says when the post was last there. `permission_denied` is set when the site said so instead of saying
that the post does not exist; that is taken for the censor's hand.
"""

from collections.abc import Iterator
from typing import Any

from pipeline import columns
from pipeline.columns import Columns, Filled
from pipeline.formats import Convert, Format, Source, post, rows
from pipeline.schema import Chunk, Reject, Row
from pipeline.tables import csv_records

NAMES = frozenset({"mid", "retweeted_status_mid", "text", "created_at", "deleted_last_seen", "permission_denied"})
_UNSET = frozenset({"", "0", "f", "false", "n", "no", "null", "none", r"\n"})
_COLUMNS = Columns(
    post_id="mid",
    at="created_at",
    text="text",
    author="uid",
    is_repost=Filled("retweeted_status_mid", _UNSET),
    blank=(Filled("deleted_last_seen", _UNSET), Filled("permission_denied", _UNSET)),
)


def read(source: Source) -> Iterator[Row | Reject]:
    """Posts of one file; a reject's line is the one on which the row ends."""
    return rows(csv_records(source.file), _convert(source))


def read_columns(source: Source) -> Iterator[Chunk]:
    """The same posts, a column at a time."""
    return columns.chunks(source, _COLUMNS, _convert(source), "csv")


def _convert(source: Source) -> Convert:
    def convert(row: dict[str, Any]) -> Row:
        gone, denied = _set(row, "deleted_last_seen"), _set(row, "permission_denied")
        return post(
            source,
            post_id=row.get("mid"),
            at=row.get("created_at"),
            words=row.get("text"),
            author=row.get("uid"),
            observed=gone,
            is_repost=_set(row, "retweeted_status_mid") is not None,
            status="denied" if denied else "deleted" if gone else "visible",
        )

    return convert


def _set(row: dict[str, Any], column: str) -> str | None:
    cell: str = row.get(column, "")
    return cell if cell.strip().lower() not in _UNSET else None


FORMATS = (
    Format(
        name="weiboscope",
        about="CSV of Weiboscope posts with their deletions",
        kind="posts",
        shapes=frozenset({"csv"}),
        names=NAMES,
        rows=read,
        chunks=read_columns,
    ),
)
