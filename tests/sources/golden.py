"""Golden files of crawlers: `expected.json` beside them says what each must become."""

import json
from pathlib import Path
from typing import Any

from pipeline import datasets, sources
from pipeline.files import File
from pipeline.formats import Source
from pipeline.schema import Reject
from pipeline.shapes import look

CASES = Path(__file__).parents[1] / "cases" / "sources"
POSTS = datasets.find("sample-posts")


def expected(module: str) -> dict[str, Any]:
    """By file of a module's golden cases: the format, the rows and the rejects."""
    return dict(json.loads((CASES / module / "expected.json").read_text(encoding="utf-8")))


def source(path: Path) -> Source:
    return Source(File(path, path.name), POSTS)


def read(path: Path) -> dict[str, object]:
    """The format that a file is recognised as, its rows without what is empty, and its rejects."""
    (found, *_) = sources.recognise(look(File(path, path.name)))
    kept, refused = [], []
    for row in found.rows(source(path)):
        if isinstance(row, Reject):
            refused.append([row.line, row.reason])
        else:
            kept.append(
                {
                    name: value
                    for name, value in row.items()
                    if value is not None and value is not False and value != "visible"
                }
            )
    return json.loads(json.dumps({"format": found.name, "rows": kept, "rejects": refused}, default=str))
