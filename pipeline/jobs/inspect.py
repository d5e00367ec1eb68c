"""What an ingest of a file would do, without doing it."""

import datetime as dt
from collections import Counter
from itertools import islice
from typing import Any

from pipeline import datasets, sources
from pipeline.datasets import Dataset
from pipeline.errors import InputError, Unobserved
from pipeline.files import File
from pipeline.formats import Format, Source
from pipeline.jobs.ingest import observation
from pipeline.settings import Settings
from pipeline.shapes import look

Json = dict[str, Any]

FIRST = 5
"""Rows that are shown."""


def inspect(settings: Settings, file: File, dataset: str | None = None, observed_at: str | None = None) -> Json:
    """What would become of a file: its format, encoding, rows by day, first rows, refused lines and other defects.

    Without a dataset the file is read as what it is recognised as. Nothing is written. Author ids are not shown.
    """
    seen = look(file)
    report: Json = {"path": str(file), "shape": seen.shape, "encoding": seen.encoding, "format": None, "defects": []}
    registered = datasets.find(dataset, settings.registry) if dataset else _unregistered(sources.recognise(seen))
    report["nearest"] = [{"format": f.name, "lacks": lacks} for f, lacks in sources.nearest(seen)]
    try:
        source = Source(file, registered, observation(file, observed_at))
        chosen = sources.chosen(source)
        report |= {"format": chosen.name, "about": chosen.about, "kind": chosen.kind}
        report |= _read(source, chosen)
    except Unobserved as defect:
        report["defects"].append(defect.reason)
    except InputError as refusal:
        report["defects"].append(str(refusal))
    if repaired := file.notes.get("repaired"):
        report["defects"].append(f"{repaired} places are not valid {seen.encoding} and would become U+FFFD")
    return report


def _unregistered(recognised: list[Format]) -> Dataset:
    said = dict.fromkeys(("title", "platform", "source", "licence", "basis", "citation", "sampling"), "not registered")
    kind = recognised[0].kind if recognised else "posts"
    return Dataset.model_validate({"slug": "not-registered", "kind": kind, **said})


def _read(source: Source, chosen: Format) -> Json:
    days: Counter[dt.date] = Counter()
    reasons: Counter[str] = Counter()
    lines: dict[str, int] = {}
    first: list[Json] = []
    truncated = 0
    for chunk in sources.read(source, chosen):
        days.update(chunk.entries["day"].to_pylist())
        for reject in chunk.rejects.to_pylist():
            reasons[reject["reason"]] += 1
            lines.setdefault(reject["reason"], reject["line"])
        first += islice(map(_shown, chunk.entries.slice(0, FIRST).to_pylist()), FIRST - len(first))
        truncated += sum(chunk.entries["truncated"].to_pylist()) if chosen.kind == "posts" else 0
    defects = [f"{n} rows refused: {reason}, first on line {lines[reason]}" for reason, n in reasons.most_common()]
    if truncated:
        defects.append(f"{truncated} texts were cut off by the site: counts of words in them are lower bounds")
    return {
        "rows": days.total() + reasons.total(),
        "kept": days.total(),
        "first_day": min(days, default=None),
        "last_day": max(days, default=None),
        "first": first,
        "defects": defects or ([] if days else ["the file holds no rows"]),
    }


def _shown(row: Json) -> Json:
    return {name: value for name, value in row.items() if name != "author" and value not in (None, "", False)}
