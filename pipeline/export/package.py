"""A Frictionless data package: the tables as CSV, what they mean, and where they come from.

The same tables and facts give the same bytes: no file states when it was written. The specification is Data Package 1,
profile "tabular-data-package" (https://specs.frictionlessdata.io/tabular-data-package/).
"""

import hashlib
import io
import json
import os
import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.errors import InputError
from pipeline.export.fields import TABLES, Field

Json = dict[str, Any]

_KINDS: dict[str, pa.DataType] = {
    "string": pa.string(),
    "integer": pa.int64(),
    "boolean": pa.bool_(),
    "date": pa.date32(),
    "time": pa.string(),
}
_PLAIN = re.compile(r"[-a-zA-Z0-9._]+")


def files(
    tables: Mapping[str, pd.DataFrame], facts: Json, documents: Mapping[str, str], parquet: bool = False
) -> dict[str, bytes]:
    """The files of a package by their path: tables, documents, datapackage.json and SHA256SUMS.

    tables: by their names in `fields.TABLES`; a frame may lack columns that are left out on purpose. facts: name,
    title, description, version, licences (name, title), sources (title, and path where there is one), contributors and
    `guanchao`, whatever else the manifest must say. documents: texts by their path.
    """
    made = {f"data/{name}.csv": csv(table) for name, table in tables.items()}
    manifest = _manifest(tables, made, facts)
    made["datapackage.json"] = (json.dumps(manifest, ensure_ascii=False, indent=2) + "\n").encode()
    made |= {path: text.encode() for path, text in documents.items()}
    if parquet:
        made |= {f"data/{name}.parquet": _parquet(name, table) for name, table in tables.items()}
    sums = (f"{hashlib.sha256(content).hexdigest()}  {path}\n" for path, content in sorted(made.items()))
    return made | {"SHA256SUMS": "".join(sums).encode()}


def require_new(folder: Path) -> None:
    """Raises InputError when the folder has content."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise InputError(f"{folder}: there is something of that name; name a new folder.")


def write(made: Mapping[str, bytes], folder: Path) -> list[Path]:
    """The paths of the files, in a new folder, whole or not at all. Raises InputError when the folder has content."""
    require_new(folder)
    draft = folder.with_name(f".{folder.name}.{os.getpid()}.part")
    try:
        for path, content in made.items():
            (draft / path).parent.mkdir(parents=True, exist_ok=True)
            (draft / path).write_bytes(content)
        if folder.exists():
            folder.rmdir()
        os.replace(draft, folder)
    except OSError as error:
        raise InputError(f"{folder}: cannot be written ({error.strerror}); choose another folder.") from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return [folder / path for path in made]


def csv(table: pd.DataFrame) -> bytes:
    """A table as CSV: UTF-8, LF, a header, ISO dates, empty where a value is missing."""
    written = io.StringIO()
    table.to_csv(written, index=False, lineterminator="\n", date_format="%Y-%m-%d", na_rep="")
    return written.getvalue().encode("utf-8", "replace")


def _manifest(tables: Mapping[str, pd.DataFrame], made: Mapping[str, bytes], facts: Json) -> Json:
    return {
        "profile": "tabular-data-package",
        **{name: facts[name] for name in ("name", "title", "description", "version", "contributors")},
        "licenses": [_licence(*licence) for licence in facts["licences"]],
        "sources": facts["sources"],
        "resources": [_resource(name, table, made[f"data/{name}.csv"]) for name, table in tables.items()],
        "guanchao": facts["guanchao"],
    }


def _licence(name: str, title: str) -> Json:
    return {"name": name, "title": title} if _PLAIN.fullmatch(name) else {"path": "LICENCES.md", "title": title}


def _resource(name: str, table: pd.DataFrame, content: bytes) -> Json:
    known = TABLES[name]
    kept = {column: known.fields[column] for column in table.columns}
    return {
        "profile": "tabular-data-resource",
        "name": name.replace("_", "-"),
        "title": f"One row per {known.grain}",
        "path": f"data/{name}.csv",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(content),
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
        "schema": {
            "fields": [_field(column, field, column in known.key) for column, field in kept.items()],
            "primaryKey": list(known.key),
            "missingValues": [""],
        },
    }


def _field(name: str, field: Field, required: bool) -> Json:
    constraints = {"constraints": {"required": True}} if required else {}
    shape = {"date": "%Y-%m-%d", "time": "%H:%M:%S"}.get(field.type, "default")
    return {"name": name, "type": field.type, "format": shape, "description": field.about, **constraints}


def _parquet(name: str, table: pd.DataFrame) -> bytes:
    """The same rows with types: dates are dates, counts are int64, times of the clock are text."""
    schema = pa.schema([(column, _KINDS[TABLES[name].fields[column].type]) for column in table.columns])
    written = io.BytesIO()
    pq.write_table(pa.Table.from_pandas(table, schema, preserve_index=False), written, compression="zstd")
    return written.getvalue()
