"""What the beginning of a file shows: its shape and the names that stand in it, whatever the file is called."""

import csv
import json
import re
from dataclasses import dataclass
from typing import Any

from pipeline import encodings, tables
from pipeline.errors import InputError
from pipeline.files import File

HEAD = 1 << 16
"""Characters from the beginning that are looked at."""


@dataclass(frozen=True)
class Look:
    """The shape of a file and the names in its first record.

    shape: "csv", "tsv", "jsonl" (an object a line), "list" (a JSON list of objects), "object" (one JSON object),
    "html", "parquet", "text" or "empty". names: the header of a table; the keys of the first object, nested ones
    with dots. head: the beginning as text, for formats that are known by their words.
    """

    shape: str
    names: frozenset[str]
    head: str
    encoding: str


def look(file: File) -> Look:
    """A look at the beginning of a file. Raises InputError only when it cannot be opened."""
    with file.open() as plain:
        start = plain.read(encodings.SAMPLE)
    if start.startswith(b"PAR1"):
        return Look("parquet", frozenset(tables.parquet_columns(file)), "", "")
    encoding = encodings.detect(start)
    head = start.decode(encoding, "ignore").replace("\ufeff", "").replace("\0", "").lstrip()[:HEAD]
    if not head:
        return Look("empty", frozenset(), "", encoding)
    shape, names = _json(file, head) if head[0] in "[{" else _marked(head)
    return Look(shape, frozenset(names), head, encoding)


def _json(file: File, head: str) -> tuple[str, set[str]]:
    first_line = head.partition("\n")[0]
    if head[0] == "{":
        try:
            return "jsonl", _keys(json.loads(first_line))
        except (ValueError, RecursionError):
            pass
    try:
        value = tables.document(file)
    except InputError:
        return "text", set()
    if isinstance(value, list):
        return "list", _keys(value[0]) if value else set()
    return "object", _keys(value)


def _keys(value: Any, prefix: str = "", depth: int = 3) -> set[str]:
    if not isinstance(value, dict) or depth == 0:
        return set()
    found = set()
    for key, inner in list(value.items())[:200]:
        found.add(prefix + key)
        inner = inner[0] if isinstance(inner, list) and inner else inner
        found |= _keys(inner, f"{prefix}{key}.", depth - 1)
    return found


def _marked(head: str) -> tuple[str, set[str]]:
    if re.match(r"<(!doctype|html|head|\?xml)", head, flags=re.I):
        return "html", set()
    first = re.split(r"[\r\n]", head, maxsplit=1)[0]
    for shape, delimiter in (("tsv", "\t"), ("csv", ",")):
        if delimiter in first:
            return shape, set(next(csv.reader([first], delimiter=delimiter), []))
    return "text", {first} if len(first) < 200 else set()
