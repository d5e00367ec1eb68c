"""Result files of the crawler dataabc/weibo-search: CSV, UTF-8 with a byte-order mark, 16 to 21 columns.

Columns were added over the years: soon `头条文章url`, in the middle; `ip` in October 2023; `user_authentication` in May
2024; `会员类型` and `会员等级` in May 2025. The header is written only for a new file, so a file that was continued
after an upgrade has an old header above longer rows; the columns that are read stand at the same places in every
generation but the first. In the first versions the row of an original ends before `retweet_id`. A repost is a row of
its own. Forks, whose files have up to 24 columns, are read by the names in their header.
"""

from collections.abc import Callable, Iterator
from typing import Any

from pipeline import columns
from pipeline.columns import Columns, Filled
from pipeline.errors import InputError
from pipeline.formats import Convert, Format, Source, post, rows
from pipeline.schema import Chunk, Refused, Reject, Row
from pipeline.tables import Fit, Record, csv_records

NAMES = frozenset({"id", "user_id", "微博正文", "转发数", "评论数", "点赞数", "发布时间", "retweet_id"})
_ADDED = "头条文章url"  # at the sixth place, since the second version
_MOST = 21
_COLUMNS = Columns(
    post_id="id",
    at="发布时间",
    text="微博正文",
    author="user_id",
    reposts="转发数",
    comments="评论数",
    likes="点赞数",
    is_repost=Filled("retweet_id"),
    filled=(Filled("id"),),
    by_mid=True,
)


def read(source: Source) -> Iterator[Row | Reject]:
    """Posts of one result file; a reject's line is the one on which the row ends.

    Raises InputError when the header lacks a column that is needed.
    """
    return rows(csv_records(source.file, fit=_fit(source)), _convert(source))


def read_columns(source: Source) -> Iterator[Chunk]:
    """The same posts, a column at a time."""
    return columns.chunks(source, _COLUMNS, _convert(source), "csv", _fit(source))


def _convert(source: Source) -> Convert:
    def convert(row: dict[str, Any]) -> Row:
        if not row["id"].strip():
            raise Refused("no_id")
        return post(
            source,
            post_id=row["id"],
            at=row["发布时间"],
            words=row["微博正文"],
            author=row["user_id"],
            is_repost=bool(row["retweet_id"].strip()),
            reposts=row["转发数"],
            comments=row["评论数"],
            likes=row["点赞数"],
            weibo_id=row["id"],
        )

    return convert


def _fit(source: Source) -> Fit:
    """Rows may be longer than a header of an older version; a header may stand again."""

    def fit(header: list[str]) -> Callable[[list[str]], Record | Refused | None]:
        if missing := sorted(NAMES - set(header)):
            raise InputError(
                f"{source.file}:1: this is not a weibo-search file, its header lacks {', '.join(missing)}; "
                "for other columns register a dataset with the reader 'mapped'."
            )
        return lambda cells: _fitted(header, cells)

    return fit


def _fitted(header: list[str], cells: list[str]) -> Record | Refused | None:
    if cells[0].lstrip("\ufeff") == header[0]:
        return None
    names = [*header[:5], _ADDED, *header[5:]] if len(header) == 16 < len(cells) and _ADDED not in header else header
    if names[-1] == "retweet_id" and _ADDED not in names and len(cells) == len(names) - 1:
        cells = [*cells, ""]
    fits = len(names) <= len(cells) <= max(_MOST, len(names))
    return dict(zip(names, cells, strict=False)) if fits else Refused("columns")


FORMATS = (
    Format(
        name="weibo_search_csv",
        about="CSV of the crawler dataabc/weibo-search, 17 to 21 columns",
        kind="posts",
        shapes=frozenset({"csv"}),
        names=NAMES,
        rows=read,
        chunks=read_columns,
    ),
)
