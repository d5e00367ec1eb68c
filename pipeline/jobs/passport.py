"""The facts that go with a figure: what its numbers rest on, down to the posts of every day."""

import datetime as dt
import hashlib
import importlib.metadata
import platform
from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from pipeline import __version__, lake, series
from pipeline.jobs.asked import Asked
from pipeline.jobs.numbers import Numbers
from pipeline.schema import SCHEMAS
from pipeline.settings import Settings
from pipeline.store import counts, ledger, replica, rows
from pipeline.store.connection import reading_from

Json = dict[str, Any]

_LIBRARIES = ("matplotlib", "numpy", "pandas", "pyarrow", "scipy", "statsmodels", "networkx", "jieba", "mpl-font")
_ABOUT = ("slug", "title", "platform", "kind", "source", "licence", "basis", "citation", "sampling", "synthetic")

# METHODS.md section 3; those that concern every figure, and those of one unit.
_CAVEATS = {
    "all": [
        "A mention is a mention of words: see the precision and recall of the lexicon for this kind of text.",
        "Posts that were deleted before they were collected are not seen.",
        "Days are calendar dates in Asia/Shanghai; a missing day is missing, not zero.",
        "Order of events is not cause.",
    ],
    "posts": [
        "Posts of one author are not independent, so intervals that take them as such are too narrow.",
        "Automated accounts are not told apart; reposts count by their own words alone.",
    ],
    "titles": [
        "Titles stand on an edited list: exposure, not discussion; some places are promoted, and nights hardly move.",
        "Titles are carried over midnight, so intervals that take title-days as independent are too narrow.",
    ],
}


def facts(settings: Settings, asked: Asked, numbers: Numbers) -> Json:
    """All that decides a figure, and what a reader must know of it; the same for the same data, method and request."""
    sources = {name: series.source(settings.database_url, name) for name in asked.datasets}
    units = sorted({source.unit for source in sources.values()})
    with reading_from(settings.database_url) as connection:
        datasets = [_dataset(connection, settings, asked, name) for name in asked.datasets]
        gaps = [
            {"dataset": name, **_plain(row)}
            for name in asked.datasets
            for row in ledger.gaps(connection, name)
            if asked.span[0] <= row["day"] <= asked.span[1]
        ]
        ids = {row["method_id"] for name in asked.datasets for row in _totals(connection, name, asked)}
        [method] = rows.methods(connection, ids) or [{}]
        events = _plain_all(counts.events(connection, *asked.span)) if draws_events(asked) else []
    counted = sum(len(row["days"]) for row in datasets)
    length = (asked.span[1] - asked.span[0]).days + 1
    return {
        "kind": asked.kind,
        "parameters": asked.as_json(),
        "numbers": hashlib.sha256(numbers.csv.encode()).hexdigest(),
        "results": _clean(numbers.results),
        "unit": units[0] if len(units) == 1 else "items",
        "days": {"counted": counted, "gap": length * len(datasets) - counted, "zone": "Asia/Shanghai"},
        "datasets": datasets,
        "gaps": gaps,
        "suppressed": numbers.suppressed,
        "method": _plain(method),
        "events": events,
        "seed": asked.seed,
        "caveats": [*_CAVEATS["all"], *(line for unit in units for line in _CAVEATS[unit])],
    }


def draws_events(asked: Asked) -> bool:
    """Whether a figure has the numbered annotations of events."""
    return asked.kind == "volume" and asked.events


def made_with(asked: Asked) -> Json:
    """Versions of this program and of the libraries that draw, and the faces: what else decides the bytes."""
    from pipeline.figures import fonts, venues

    style = venues.style(asked.venue, asked.width, asked.language)
    return {
        "guanchao": __version__,
        "python": platform.python_version(),
        "libraries": {name: importlib.metadata.version(name) for name in _LIBRARIES},
        "fonts": fonts.identified(),
        "text_mode": style.mode,
        "palette": list(style.colours),
    }


def _dataset(connection: Any, settings: Settings, asked: Asked, name: str) -> Json:
    row = ledger.dataset(connection, name) or {}
    lake_files = replica.batches(connection, name, *asked.span)
    days = {str(day): _content(settings, row["kind"], name, day, ids) for day, ids in lake_files.items()}
    whole = {batch for ids in lake_files.values() for batch in ids}
    return {
        **{field: row[field] for field in _ABOUT},
        "ledger": {"batches": len(whole), "state": _digest(sorted(whole))},
        "days": days,
    }


def _totals(connection: Any, name: str, asked: Asked) -> list[Json]:
    return rows.counted(connection, "day_total", name, *asked.span)


def _content(settings: Settings, kind: str, dataset: str, day: dt.date, batches: Iterable[str]) -> str:
    """A digest of what the lake holds of a day: every column but the pseudonyms, whose key is each project's own."""
    table = lake.read(settings.lake, kind, dataset, day, batches)
    found = hashlib.sha256()
    for name in SCHEMAS[kind].names:
        if name != "author":
            _add(found, name, table[name])
    return found.hexdigest()[:20]


def _add(found: Any, name: str, column: pa.ChunkedArray) -> None:
    texts = pa.concat_arrays(pc.cast(column, pa.large_string()).chunks or [pa.array([], pa.large_string())])
    lengths = pc.fill_null(pc.binary_length(texts), -1)
    found.update(f"{name} {len(texts)}\n".encode())
    found.update(np.ascontiguousarray(lengths.to_numpy(zero_copy_only=False)).tobytes())
    found.update("".join(pc.fill_null(texts, "").to_pylist()).encode("utf-8", "surrogatepass"))


def _digest(lines: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _plain_all(found: Iterable[Json]) -> list[Json]:
    return [_plain(row) for row in found]


def _plain(row: Json) -> Json:
    return {name: str(value) if isinstance(value, dt.date | dt.time) else value for name, value in row.items()}


def _clean(value: Any) -> Any:
    """A result without numpy, and without numbers that JSON does not know; rounded where machines may differ."""
    if isinstance(value, dict):
        return {str(name): _clean(part) for name, part in value.items()}
    if isinstance(value, list):
        return [_clean(part) for part in value]
    if isinstance(value, float | np.floating):
        return float(f"{value:.9g}") if np.isfinite(value) else None
    if isinstance(value, np.integer):
        return int(value)
    return None if value is pd.NA else value
