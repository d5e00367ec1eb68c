"""Golden files of published corpora: `expected.json` beside them says what each must become."""

import json
from pathlib import Path
from typing import Any

from pipeline import datasets, sources
from pipeline.fields import moment
from pipeline.files import locate
from pipeline.formats import Source
from pipeline.schema import Reject
from pipeline.shapes import look

CASES = Path(__file__).parents[1] / "cases" / "sources"
POSTS = datasets.find("sample-posts").model_copy(update={"reader": None, "mapping": {}})


def expected(module: str) -> list[dict[str, Any]]:
    """The cases of a module: file, format, observed, rows and rejects."""
    cases: list[dict[str, Any]] = json.loads((CASES / module / "expected.json").read_text(encoding="utf-8"))
    return cases


def source(path: Path, observed: str | None = None) -> Source:
    return Source(locate(str(path)), POSTS, moment(observed) if observed else None)


def formats_of(path: Path) -> list[str]:
    """The names of the formats for which a file is taken."""
    return [known.name for known in sources.recognise(look(locate(str(path))))]


def understood(module: str, file: str, observed: str | None = None) -> dict[str, Any]:
    """The rows of a golden file without empty cells, and its rejects, as JSON has them."""
    of = source(CASES / module / file, observed)
    read = list(sources.chosen(of).rows(of))
    rows = [json.loads(json.dumps(row, default=str)) for row in read if not isinstance(row, Reject)]
    rejects = [[reject.line, reject.reason] for reject in read if isinstance(reject, Reject)]
    full = [{k: v for k, v in row.items() if v is not None and v is not False and v != ""} for row in rows]
    return {"rows": full, "rejects": rejects}


def others(*modules: str) -> list[Path]:
    """The golden files of every other format."""
    folders = (folder for folder in CASES.iterdir() if folder.is_dir() and folder.name not in modules)
    return sorted(p for folder in folders for p in folder.rglob("*") if p.is_file() and "expected" not in p.name)
