"""Labelled texts: sentences written for the purpose, and rows of public files that coders read.

`tests/cases/match/labelled_*.tsv` holds sentences, each of which a test checks; `fresh.tsv` holds posts by authors who
did not know the rules, for measuring. `real_*.tsv` names rows of the public files in ../shared/data by the SHA-256 of
their text, with the topics that a coder saw in them; the texts themselves stay where they are.
"""

import csv
import datetime as dt
import gzip
import hashlib
import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).parents[1]
CASES = ROOT / "tests" / "cases" / "match"
SHARED = ROOT.parent / "shared" / "data"
DAY = dt.date(2021, 8, 8)
"""The day of a text that states none: written sentences speak of these weeks."""

_DATES = (re.compile(r"(20\d\d)-(\d\d)-(\d\d)"), re.compile(r"(\d\d)/(\d\d)/(20\d\d)"))


class Labelled(NamedTuple):
    """A text with its labels. unsure: topics of which its coder was not sure, or its coders disagree; left out.

    weight: how many texts of its stratum it stands for, where a sample was drawn by strata.
    """

    source: str
    kind: str
    text: str
    day: dt.date
    topics: frozenset[str]
    unsure: frozenset[str]
    weight: float = 1.0


def written(split: str) -> Iterator[Labelled]:
    """The sentences that were written for the purpose."""
    for row in (*_rows("labelled_*.tsv", split), *_rows("fresh.tsv", split)):
        text, unsure = row["text"].replace("\\n", "\n"), _topics(row, "unsure")
        yield Labelled("written", row["kind"], text, DAY, _topics(row) - unsure, unsure)


def real(split: str) -> Iterator[Labelled]:
    """The labelled rows of public files, as far as these lie beside the checkout."""
    read: dict[str, list[dict[str, str]]] = defaultdict(list)
    for row in _rows("real_*.tsv", split):
        read[row["key"]].append(row)
    texts = _texts({row["dataset"] for rows in read.values() for row in rows}, read.keys())
    for key, rows in read.items():
        if key in texts:
            coded = [_topics(row) for row in rows]
            agreed = frozenset.intersection(*coded)
            unsure = frozenset.union(*coded, *(_topics(row, "unsure") for row in rows)) - agreed
            weight = float(rows[0].get("weight") or 1)
            yield Labelled("real", rows[0]["kind"], *texts[key], agreed, unsure, weight)


def _rows(pattern: str, split: str) -> Iterator[dict[str, str]]:
    for path in sorted(CASES.glob(pattern)):
        with path.open(encoding="utf-8", newline="") as file:
            yield from (r for r in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE) if r["split"] == split)


def _topics(row: dict[str, str], column: str = "topics") -> frozenset[str]:
    return frozenset(filter(None, (row.get(column) or "").split(",")))


def _texts(folders: set[str], keys: Iterable[str]) -> dict[str, tuple[str, dt.date]]:
    wanted = set(keys)
    found: dict[str, tuple[str, dt.date]] = {}
    for path in sorted(path for folder in folders for path in (SHARED / folder).rglob("*")):
        for cell, day in _cells(path):
            for text in (cell, cell.strip()):  # both are found as keys
                key = hashlib.sha256(text.encode()).hexdigest()[:16]
                if key in wanted:
                    found.setdefault(key, (text, day))
    return found


def _cells(path: Path) -> Iterator[tuple[str, dt.date]]:
    """Every string of a file, with the day that its row or else the file's name states."""
    if path.suffix == ".json":
        records = _json(path)
    elif path.suffix in {".csv", ".gz"}:
        opener: Any = gzip.open if path.suffix == ".gz" else open
        with opener(path, "rt", encoding="utf-8-sig") as file:
            records = list(csv.DictReader(file))
    else:
        return
    for record in records if isinstance(records, list) else ():
        cells = [value for value in record.values() if isinstance(value, str)]
        day = _day([*cells, *path.parts])
        yield from ((cell, day) for cell in cells)


def _json(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except json.JSONDecodeError:  # a login page under the name of data
        return []


def _day(cells: Iterable[str]) -> dt.date:
    for cell in cells:
        for pattern in _DATES:
            if found := pattern.match(cell):
                year, month, day = found.groups() if pattern is _DATES[0] else reversed(found.groups())
                return dt.date(int(year), int(month), int(day))
    return DAY
