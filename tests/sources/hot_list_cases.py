"""Golden cases of the hot-list archives: files in a folder of tests/cases/sources, and in its expected.json what they
are recognised as and read as. A row is written without what is null or false; a reject as line and reason."""

import json
from pathlib import Path
from typing import Any

from pipeline import datasets, sources
from pipeline.errors import Unobserved
from pipeline.files import File, found
from pipeline.formats import Source
from pipeline.schema import Reject
from pipeline.shapes import look

CASES = Path(__file__).parents[1] / "cases" / "sources"


def expected(module: str) -> dict[str, dict[str, Any]]:
    """The expectations of a module by file."""
    return json.loads((CASES / module / "expected.json").read_text(encoding="utf-8"))


def file(module: str, name: str) -> File:
    """One golden file of a module."""
    return next(found(CASES / module / name))


def understood(of: File, slug: str) -> dict[str, Any]:
    """What a file is recognised as and read as, in the terms of expected.json."""
    source = Source(of, datasets.find(slug))
    told: dict[str, Any] = {"format": sources.recognise(look(of))[0].name}
    try:
        rows = list(sources.chosen(source).rows(source))
    except Unobserved as defect:
        return told | {"unobserved": defect.reason}
    kept = [row for row in rows if not isinstance(row, Reject)]
    told["rows"] = [
        {field: cell if isinstance(cell, (str, int)) else cell.isoformat() for field, cell in row.items() if cell}
        for row in kept
    ]
    return told | {"rejects": [[row.line, row.reason] for row in rows if isinstance(row, Reject)]}


def uncovered(module: str) -> set[str]:
    """Golden files of a module without an expectation, and expectations without a file."""
    there = {path.relative_to(CASES / module).as_posix() for path in (CASES / module).rglob("*") if path.is_file()}
    return (there - {"expected.json"}) ^ expected(module).keys()


def mistaken(module: str, formats: set[str]) -> list[str]:
    """Golden files of other modules that are taken for one of these formats."""
    others = [path for path in CASES.rglob("*") if path.is_file() and path.relative_to(CASES).parts[0] != module]
    looks = {file.path: look(file) for path in others for file in found(path)}
    return [str(path) for path, seen in looks.items() if {f.name for f in sources.recognise(seen)[:1]} & formats]


def counted(folder: Path, slug: str) -> tuple[int, list[str]]:
    """Rows kept and reasons of refusal over all files of a folder of real data."""
    dataset = datasets.find(slug)
    chunks = [chunk for of in found(folder) for chunk in sources.read(Source(of, dataset))]
    reasons = [reason for chunk in chunks for reason in chunk.rejects["reason"].to_pylist()]
    return sum(chunk.entries.num_rows for chunk in chunks), reasons
