"""What the beginning of a file shows: its shape and the names that stand in it, whatever the file is called.

No more than the beginning is ever read, however long the file or its first line is.
"""

import csv
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from pipeline import encodings, tables
from pipeline.files import File

HEAD = 1 << 16
"""Characters from the beginning that are shown to formats which are known by their words."""

LINE = 1 << 24
"""Bytes within which the first line of JSON lines must end."""

_MOST_LINES = 50
_MOST_KEYS = 200
_MOST_ITEMS = 20
_DEPTH = 200
_BLANK = "\ufeff \r\n\v\f\x1c\x1d\x1e\x1f\x85\xa0\u2028\u2029\u3000"
_LISTS = ("data", "cards", "card_group", "list", "statuses", "mblogs", "weibo", "items", "results", "posts", "comments")
_TOKEN = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*(?:"|\\?\Z)|[{}\[\],]', re.DOTALL)
_BINARY = ((b"PK\x03\x04", "zip or Excel"), (b"\xd0\xcf\x11\xe0", "Excel 97"), (b"SQLite format 3\0", "SQLite"))
_PAGE = re.compile(r"<(?:!--|(?:!doctype|html|head|body|meta|title|script|div|table|\?xml)\b)", re.IGNORECASE)


@dataclass(frozen=True)
class Look:
    """The shape of a file and the names in its first records.

    shape: "csv", "tsv", "jsonl" (an object a line), "list" (a JSON list of objects), "object" (one JSON object),
    "objects" (JSON objects one after another, but not one a line), "html", "parquet", "text" or "empty"; or the name
    of another program's format. names: the header of a table; the keys of the first twenty objects, nested ones with
    dots. head: the beginning as text, for formats that are known by their words.
    """

    shape: str
    names: frozenset[str]
    head: str
    encoding: str


def look(file: File) -> Look:
    """A look at the beginning of a file. Raises InputError only when it cannot be opened."""
    with file.open() as plain:
        start = plain.read(encodings.SAMPLE)
        more = len(start) == encodings.SAMPLE
    if start.startswith(b"PAR1"):
        return Look("parquet", frozenset(tables.parquet_columns(file)), "", "")
    for mark, shape in _BINARY:
        if start.startswith(mark):
            return Look(shape, frozenset(), "", "")
    encoding = encodings.detect(start)
    text = start.decode(encoding, "ignore").replace("\ufeff", "").replace("\0", "").lstrip(_BLANK)
    if not text.strip():
        return Look("text" if more else "empty", frozenset(), "", encoding)
    shape, names = _seen(file, text, more)
    return Look(shape, frozenset(names), text[:HEAD], encoding)


def _seen(file: File, text: str, more: bool) -> tuple[str, set[str]]:
    records = _json_lines(text, more)
    if records is not None:
        return "jsonl", _keys_of(records)
    whole = text.lstrip()
    if whole[0] == "{":
        return _one_object(file, whole, more)
    if whole[0] == "[":
        value = _value(whole, more)
        return ("list", _keys_of(value)) if isinstance(value, list) else ("text", set())
    return _marked(text[:HEAD])


def _json_lines(text: str, more: bool) -> list[dict[str, Any]] | None:
    """The objects of JSON lines, of which the first or at least half must be readable; None for anything else."""
    values = [_parsed(line) for line in islice(_lines(text, more), _MOST_LINES) if line.strip()]
    objects = [value for value in values if isinstance(value, dict)]
    if not objects or (len(values) == 1 and not more and _holds_a_list(objects[0])):
        return None
    return objects if values[0] is objects[0] or len(objects) * 2 >= len(values) else None


def _lines(text: str, more: bool) -> Iterator[str]:
    """The lines of a text; the last only where the file ends there, or where it is whole without."""
    start = 0
    while (end := text.find("\n", start)) >= 0:
        yield text[start:end]
        start = end + 1
    if not more:
        yield text[start:]


def _one_object(file: File, text: str, more: bool) -> tuple[str, set[str]]:
    try:
        value, end = json.JSONDecoder().raw_decode(text)
    except (ValueError, RecursionError):
        value, end = _value(text, more), len(text)
    if not isinstance(value, dict):
        return "text", set()
    if text[end:].strip():
        return ("objects" if text[end:].lstrip(", \t\r\n").startswith("{") else "text"), _keys(value)
    long_line = more and "\n" not in text and _lines_follow(file)
    return ("jsonl" if long_line else "object"), _keys(value)


def _lines_follow(file: File) -> bool:
    """Whether a line that is longer than the beginning is followed by a line that begins an object too."""
    with file.open() as plain:
        left = LINE
        while left > 0 and (block := plain.read(min(left, 1 << 20))):
            left -= len(block)
            if b"\n" in block:
                return bool((block.partition(b"\n")[2] + plain.read(64)).lstrip(b"\0\r\n ").startswith(b"{"))
    return False


def _holds_a_list(value: Any, depth: int = 3) -> bool:
    """Whether an object is a document around posts, as an interface answers it, and no post of its own."""
    if isinstance(value, list):
        return depth < 3 and any(isinstance(item, dict) for item in value)
    named = (value.get(name) for name in _LISTS) if isinstance(value, dict) and depth else ()
    return any(_holds_a_list(inner, depth - 1) for inner in named)


def _value(text: str, more: bool) -> Any:
    """What a JSON document holds as far as it is seen; None where it is not valid."""
    return _parsed(_closed(text) if more else text)


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _closed(text: str) -> str:
    """The beginning of a JSON document up to its last comma, with what is open there closed."""
    open_now: list[str] = []
    cut, closing = 0, ""
    for token in _TOKEN.finditer(text):
        mark = token[0]
        if mark in "{[":
            open_now.append("}" if mark == "{" else "]")
        elif mark in "}]" and open_now:
            open_now.pop()
        elif mark == ",":
            cut, closing = token.start(), "".join(reversed(open_now))
        if len(open_now) > _DEPTH:
            return ""
    return text[:cut] + closing


def _keys_of(values: list[Any], prefix: str = "", depth: int = 3) -> set[str]:
    objects = islice((value for value in values if isinstance(value, dict)), _MOST_ITEMS)
    return {key for value in objects for key in _keys(value, prefix, depth)}


def _keys(value: dict[str, Any], prefix: str = "", depth: int = 3) -> set[str]:
    found = set()
    for key, inner in islice(value.items(), _MOST_KEYS) if depth else ():
        found.add(prefix + key)
        if isinstance(inner, (dict, list)):
            found |= _keys_of(inner if isinstance(inner, list) else [inner], f"{prefix}{key}.", depth - 1)
    return found


def _marked(head: str) -> tuple[str, set[str]]:
    if _PAGE.match(head.lstrip()):
        return "html", set()
    first = re.split(r"[\r\n]", head, maxsplit=1)[0]
    for shape, delimiter in (("tsv", "\t"), ("csv", ",")):
        if delimiter in first:
            return shape, set(next(csv.reader([first], delimiter=delimiter), []))
    return "text", {first} if len(first) < 200 else set()
