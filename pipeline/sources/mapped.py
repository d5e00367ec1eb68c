"""Any CSV, JSON-lines or Parquet file whose columns are mapped in the dataset's TOML.

    [mapping]
    post_id = "id"            # our field = the file's column
    author = "user.id"        # a dot reaches into a nested JSON object

Posts need `text` and `created_at`; boards need `title` and `observed_at`. Without `post_id` an id is made of what the
post says, when and by whom, so that copies coincide.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.datasets import Dataset
from pipeline.errors import InputError
from pipeline.fields import count, identifier, moment, optional_text, text
from pipeline.schema import Refused, Reject, Row
from pipeline.tables import csv_rows

SUFFIXES = (".csv", ".jsonl", ".ndjson", ".parquet")

_TRUE = {"1", "true", "yes", "y", "是"}


def rows(path: Path, dataset: Dataset) -> Iterator[Row | Reject]:
    """Posts or board entries of one file, or rejects with their line (the row's number in Parquet).

    Raises InputError when a mapped column is not in the file, or the file cannot be read as what its name says.
    """
    understood = _entry if dataset.kind == "board" else _post
    for line, record in _READERS[path.suffix.lower()](path, dataset):
        if isinstance(record, Refused):
            yield Reject(line, record.reason, f"{line}")
            continue
        try:
            yield understood({field: _at(record, key) for field, key in dataset.mapping.items()})
        except Refused as refused:
            yield Reject(line, refused.reason, json.dumps(record, ensure_ascii=False, default=str))


Records = Iterator[tuple[int, dict[str, Any] | Refused]]


def _csv(path: Path, dataset: Dataset) -> Records:
    table = csv_rows(path)
    _, header = next(table)
    _check(path, dataset, header)
    for line, cells in table:
        fits = len(cells) == len(header)
        yield line, dict(zip(header, cells, strict=True)) if fits else Refused("columns")


def _jsonl(path: Path, dataset: Dataset) -> Records:
    with path.open("rb") as file:
        for line, raw in enumerate(file, start=1):
            if raw.strip():
                yield line, _json_object(raw)


def _json_object(raw: bytes) -> dict[str, Any] | Refused:
    try:
        record = json.loads(raw.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return Refused("bad_json")
    return record if isinstance(record, dict) else Refused("not_an_object")


def _parquet(path: Path, dataset: Dataset) -> Records:
    try:
        with pq.ParquetFile(path) as file:
            _check(path, dataset, file.schema_arrow.names)
            names = file.schema_arrow.names
            columns = sorted({key if key in names else key.split(".")[0] for key in dataset.mapping.values()})
            records = (record for batch in file.iter_batches(columns=columns) for record in batch.to_pylist())
            yield from enumerate(records, start=1)
    except (pa.ArrowException, OSError) as error:
        raise InputError(f"{path}: not readable as Parquet ({error}).") from error


_READERS = {".csv": _csv, ".jsonl": _jsonl, ".ndjson": _jsonl, ".parquet": _parquet}


def _check(path: Path, dataset: Dataset, columns: list[str]) -> None:
    for field, key in dataset.mapping.items():
        if columns.count(key) > 1:
            raise InputError(f"{path}:1: the column {key!r} stands twice in the header; rename one of them.")
        if key not in columns and key.split(".")[0] not in columns:
            raise InputError(
                f"{path}:1: the mapping takes {field} from a column {key!r}, but the file has: {', '.join(columns)}; "
                f"mend [mapping] in {dataset.origin}."
            )


def _at(record: dict[str, Any], key: str) -> Any:
    """The value of a column, or of a dotted key in nested objects; None where there is none."""
    if key in record:
        return record[key]
    value: Any = record
    for part in key.split("."):
        value = value.get(part) if isinstance(value, dict) else None
    return value


def _post(cells: dict[str, Any]) -> Row:
    day, time = moment(cells["created_at"])
    return {
        "post_id": identifier(cells.get("post_id")) or "",
        "day": day,
        "created_at": time,
        "observed_at": _observed(cells),
        "author": identifier(cells.get("author")),
        "text": text(cells["text"]),
        "quoted": optional_text(cells.get("quoted")),
        "is_repost": _flag(cells.get("is_repost")),
        "deleted": _flag(cells.get("deleted")),
        **{field: count(cells.get(field)) for field in ("reposts", "comments", "likes")},
    }


def _entry(cells: dict[str, Any]) -> Row:
    day, time = moment(cells["observed_at"])
    return {
        "title": text(cells["title"]),
        "day": day,
        "observed_at": time,
        "rank": count(cells.get("rank")),
        "hotness": count(cells.get("hotness")),
        "is_ad": _flag(cells.get("is_ad")),
    }


def _observed(cells: dict[str, Any]) -> Any:
    return moment(cells["observed_at"]).time if cells.get("observed_at") else None


def _flag(value: Any) -> bool:
    return str(value).strip().lower() in _TRUE if value is not None else False
