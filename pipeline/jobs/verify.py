"""Whether a figure is what its data give: everything is counted and drawn again from the lake, and compared.

The store is not asked: a second ledger over the same lake is counted with today's method, the figure is made anew in a
folder of its own, and whatever differs is said.
"""

import csv
import datetime as dt
import hashlib
import io
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice, zip_longest
from pathlib import Path
from typing import Any

from pipeline.errors import InputError, unknown
from pipeline.jobs.asked import Asked, from_json
from pipeline.jobs.count import count, plan
from pipeline.jobs.figure import figure
from pipeline.jobs.home import database
from pipeline.jobs.method import Method
from pipeline.jobs.passport import made_with
from pipeline.settings import Settings
from pipeline.store import ledger, replica
from pipeline.store.connection import reading, reading_from, writing

Json = dict[str, Any]
_SHOWN = 5


def verify(settings: Settings, path: Path, *, method: Method | None = None) -> Json:
    """Recompute a figure from any of its files, or from a picture alone.

    equal: whether all is the same. differences: sentences, what differs and where. notes: what could not be compared.
    checked: the files that were looked at. Raises InputError for a file that belongs to no figure.
    """
    from pipeline.figures import bundle

    if not path.is_file():
        raise InputError(f"{path}: no such file.")
    stem, ending = bundle.stem_of(path)
    mark = bundle.mark_of(path)
    asked = from_json(mark["parameters"])
    files = {end: stem.with_name(stem.name + end) for end in bundle.ENDINGS}
    beside = (
        {end: file for end, file in files.items() if file.is_file()} if files[".json"].is_file() else {ending: path}
    )
    with tempfile.TemporaryDirectory(prefix="guanchao-verify-") as folder:
        try:
            again = _again(settings, asked, Path(folder), method)
        except InputError as error:
            return _said([f"The figure cannot be recomputed: {error}"], [], beside)
        new = bundle.passport(again)
        old = bundle.passport(stem) if ".json" in beside else None
        differences = [*_marks(mark, new["mark"]), *(_passports(old, new) if old else [])]
        if old:
            differences += _tampered(beside, old, mark)
        if ".csv" in beside:
            differences += _tables(beside[".csv"], again.with_name(again.name + ".csv"))
        same_tools = mark["made_with"] == bundle.digest(made_with(asked))
        notes = [] if same_tools else [_OTHER_TOOLS]
        # ink can only be compared where the numbers agree and the same libraries draw
        if same_tools and not differences:
            differences += _bytes(beside, again)
    return _said(list(dict.fromkeys(differences)), notes, beside)


_OTHER_TOOLS = "other versions of libraries or faces drew the figure, so that its ink cannot be compared byte by byte"


def _said(differences: list[str], notes: list[str], beside: dict[str, Path]) -> Json:
    checked = [str(file) for file in beside.values()]
    return {"equal": not differences, "differences": differences, "notes": notes, "checked": checked}


def _again(settings: Settings, asked: Asked, folder: Path, method: Method | None) -> Path:
    """The stem of the figure, made anew from the lake alone."""
    method = method or Method(settings.cache)
    recount = replace(settings, database_url=f"sqlite:///{folder / 'counts.db'}")
    with reading_from(settings.database_url) as source, database(recount) as engine, writing(engine) as target:
        for dataset in asked.datasets:
            if ledger.dataset(source, dataset) is None:
                raise unknown("ingested dataset", dataset, [row["dataset"] for row in ledger.overview(source)])
            replica.copy_ledger(source, target, dataset)
    with database(recount) as engine, reading(engine) as connection:
        linked = _linked(connection, asked)
    places = [place for chunk in plan(recount, method=method) for place in chunk]
    wanted = [place for place in places if place["day"] in linked]
    for _ in count(recount, wanted, method):
        pass
    stem = folder / "figure"
    figure(recount, asked, stem=stem, method=method)
    return stem


def _linked(connection: Any, asked: Asked) -> set[str]:
    """The days of the figure that have posts."""
    days: set[dt.date] = set()
    for dataset in asked.datasets:
        days.update(replica.batches(connection, dataset, *asked.span))
    return {str(day) for day in days}


def _marks(old: Json, new: Json) -> Iterator[str]:
    if old["numbers"] != new["numbers"]:
        yield "The numbers differ from those recomputed from the lake."
    if old["lexicon"] != new["lexicon"]:
        yield "The lexicon is not the one by which the figure was counted."
    elif old["method"] != new["method"]:
        yield "The method of counting (dictionary, rules or normaliser) is not the one of the figure."
    if old["data"] != new["data"]:
        yield "The posts in the lake are not those of the figure."
    if old["digest"] != new["digest"] and all(old[part] == new[part] for part in ("numbers", "method", "data")):
        yield "The facts around the numbers (annotations, licences, gaps or estimates) are not those of the figure."


def _passports(old: Json, new: Json) -> Iterator[str]:
    before, now = old["facts"], new["facts"]
    for part in ("lexicon_version", "dictionary", "rules", "normaliser"):
        if before["method"].get(part) != now["method"].get(part):
            yield f"Method, {part}: {before['method'].get(part)} in the figure, {now['method'].get(part)} today."
    for row, today in zip_longest(before["datasets"], now["datasets"]):
        yield from _datasets(row or {}, today or {})
    for part in ("results", "events", "gaps", "suppressed", "caveats", "unit", "kind", "seed", "parameters"):
        if before[part] != now[part]:
            yield f"The passport's {part} differ from those recomputed."


def _datasets(before: Json, now: Json) -> Iterator[str]:
    days, today = before.get("days", {}), now.get("days", {})
    changed = sorted(day for day in {*days, *today} if days.get(day) != today.get(day))
    for day in changed[:_SHOWN]:
        what = "are not in the lake" if day not in today else "are new" if day not in days else "were altered"
        yield f"Posts of {before.get('slug')} of {day} {what}."
    if len(changed) > _SHOWN:
        yield f"So it is with {len(changed) - _SHOWN} more days of {before.get('slug')}."
    for part in ("title", "licence", "source", "citation", "sampling", "synthetic"):
        if before.get(part) != now.get(part):
            yield f"The registry's {part} of {before.get('slug')} is not that of the figure."


def _tampered(beside: dict[str, Path], old: Json, mark: Json) -> Iterator[str]:
    from pipeline.figures import bundle

    if bundle.digest(old["facts"]) != old["digest"] or old["mark"] != mark or mark["digest"] != old["digest"]:
        yield f"{beside['.json'].name} was altered: its facts do not have the digest of the figure."
    for ending, file in beside.items():
        known = old["files"].get(ending)
        if known and hashlib.sha256(file.read_bytes()).hexdigest() != known:
            yield f"{file.name} is not the file that was written with the figure."
        if ending in bundle.PICTURES:
            yield from _picture(file, mark)


def _picture(file: Path, mark: Json) -> Iterator[str]:
    from pipeline.figures import bundle

    try:
        if bundle.mark_of(file) != mark:
            yield f"{file.name} holds the mark of another figure."
    except InputError as error:
        yield str(error)


def _tables(old: Path, new: Path) -> Iterator[str]:
    """Which cells of the CSV are not those recomputed."""
    before, now = (list(csv.reader(io.StringIO(file.read_text(encoding="utf-8")))) for file in (old, new))
    if before == now:
        return
    if not before or before[0] != now[0]:
        yield f"{old.name}: its columns are not {', '.join(now[0])}."
        return
    cells = list(_cells(before, now))
    for place, name, here, there in islice(cells, _SHOWN):
        yield f"{old.name}, line {place}: {name} is {here or 'empty'}, recomputed {there or 'empty'}."
    if len(cells) > _SHOWN:
        yield f"{old.name}: so it is with {len(cells) - _SHOWN} more cells."


def _cells(before: list[list[str]], now: list[list[str]]) -> Iterator[tuple[int, str, str, str]]:
    for line, (row, today) in enumerate(zip_longest(before[1:], now[1:]), start=2):
        for name, here, there in zip_longest(now[0], row or [], today or [], fillvalue=""):
            if here != there:
                yield line, name, here, there


def _bytes(beside: dict[str, Path], again: Path) -> Iterator[str]:
    for ending, file in beside.items():
        if ending != ".json" and file.read_bytes() != again.with_name(again.name + ending).read_bytes():
            yield f"{file.name} was altered: its numbers are right, and it is not what they draw."
