"""Whatever is in a file, reading it ends in rows, in rejects or in one sentence."""

import csv
import datetime as dt
import json
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline import datasets, sources
from pipeline.errors import InputError
from pipeline.fields import Moment
from pipeline.files import File, locate
from pipeline.formats import Format, Source
from pipeline.schema import SCHEMAS, SHANGHAI, Chunk, Row, chunked
from pipeline.shapes import look

ROOT = Path(__file__).parents[1]
GOLDEN = sorted(p for p in (ROOT / "cases" / "sources").rglob("*") if p.is_file() and "expected" not in p.name)
SAMPLES = [min((ROOT.parent / "sample_data" / slug).iterdir()) for slug in ("sample-hot-search", "sample-weibo-search")]
SEEN = Moment(dt.date(2021, 8, 10), dt.datetime(2021, 8, 10, 9, tzinfo=SHANGHAI))
FORMATS = sources.formats()
MAPPINGS = {
    "posts": {"text": "text", "created_at": "created_at", "author": "user.id", "likes": "likes"},
    "board": {"title": "title", "observed_at": "at", "rank": "rank"},
}
MAPPED = {
    "posts": [
        b"text,created_at,likes,user.id\n\xe7\xa0\xb4,2021-08-08,12,1\n",
        json.dumps({"text": "破", "created_at": "2021-08-08 00:00", "user": {"id": "1"}, "likes": "1.2万"}).encode(),
    ],
    "board": [b'title,at,rank\n"a, b",2021-08-08,1\n', b'[{"title": "a", "at": 1628352000, "rank": "1"}]'],
}


@cache
def seeds(name: str, kind: str) -> list[bytes]:
    """The golden files of a format, each cut to some kilobytes; for `mapped`, small tables."""
    if name == "mapped":
        return MAPPED[kind]
    own = [path for path in [*GOLDEN, *SAMPLES] if (name, kind) in _recognised(path)]
    return [path.read_bytes()[: 1 << 13] for path in own]


@cache
def _recognised(path: Path) -> set[tuple[str, str]]:
    try:
        return {(known.name, known.kind) for known in sources.recognise(look(locate(str(path))))}
    except InputError:
        return set()


@st.composite
def mutated(draw: st.DrawFn, originals: list[bytes]) -> bytes:
    """A golden file with bytes changed, chunks cut, doubled or moved; sometimes bytes that never were one."""
    content = bytearray(draw(st.sampled_from(originals)) if originals else b"")
    for _ in range(draw(st.integers(0, 4))):
        place = draw(st.integers(0, len(content)))
        length = draw(st.integers(0, 64))
        match draw(st.sampled_from(["flip", "cut", "drop", "double", "insert", "char"])):
            case "flip" if place < len(content):
                content[place] ^= 1 << draw(st.integers(0, 7))
            case "cut":
                del content[place:]
            case "drop":
                del content[place : place + length]
            case "double":
                content[place:place] = content[place : place + length]
            case "insert":
                content[place:place] = draw(st.binary(max_size=16))
            case "char":
                odd = ["\ufeff", "\0", '"', "\r", "\n", ",", "[", "{", "}", "null", "-1", "1e999", "\\ud83d", "<br>"]
                content[place:place] = draw(st.sampled_from(odd)).encode()
    return bytes(content)


def source(path: Path, known: Format, observed: Moment | None) -> Source:
    entry = datasets.find("sample-posts").model_copy(
        update={"kind": known.kind, "reader": known.name, "mapping": MAPPINGS[known.kind]}
    )
    return Source(File(path, path.name), entry, observed)


def read_through(of: Source, known: Format) -> None:
    """Reading ends well, and a column at a time as a record at a time."""
    by_record = outcome(lambda: chunked(known.rows(of), SCHEMAS[known.kind]), known)
    assert known.chunks is None or outcome(lambda: known.chunks(of), known) == by_record


def outcome(read: Callable[[], Iterator[Chunk]], known: Format) -> tuple[list[Row], list[Row]] | str:
    rows, rejects = [], []
    try:
        for chunk in read():
            assert chunk.entries.schema.equals(SCHEMAS[known.kind])
            rows += chunk.entries.to_pylist()
            rejects += chunk.rejects.to_pylist()
    except InputError as error:
        assert "\n" not in str(error)
        return str(error)
    return rows, rejects


IDENTIFIED = [pytest.param(known, id=f"{known.name}-{known.kind}") for known in FORMATS]


@pytest.mark.parametrize("known", IDENTIFIED)
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_reading_a_mutated_file_ends_in_rows_rejects_or_an_input_error(
    tmp_path_factory: pytest.TempPathFactory, known: Format, data: st.DataObject
):
    path = tmp_path_factory.getbasetemp() / f"2021-08-08-{known.name}"
    path.write_bytes(data.draw(mutated(seeds(known.name, known.kind))))
    read_through(source(path, known, data.draw(st.sampled_from([None, SEEN, Moment(SEEN.day, None)]))), known)


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_recognising_a_mutated_file_ends_in_formats_or_an_input_error(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
):
    path = tmp_path_factory.getbasetemp() / "2021-08-08"
    known = data.draw(st.sampled_from(FORMATS))
    path.write_bytes(data.draw(mutated(seeds(known.name, known.kind)) | st.binary(max_size=200)))
    unnamed = datasets.find("sample-posts").model_copy(update={"reader": None, "mapping": {}, "kind": known.kind})
    try:
        list(sources.read(Source(File(path, path.name), unnamed, SEEN)))
    except InputError as error:
        assert "\n" not in str(error)


@pytest.mark.parametrize("known", IDENTIFIED)
def test_every_format_has_a_golden_file(known: Format):
    assert seeds(known.name, known.kind), f"tests/cases/sources has no file that is recognised as {known.name}"


def test_a_csv_of_another_format_under_a_named_reader_is_never_more_than_rejects(tmp_path: Path):
    path = tmp_path / "2021-08-08.csv"
    with path.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows([["a", "b"], ["1", "2"]])
    for known in (known for known in FORMATS if known.name != "mapped"):
        told = outcome(lambda known=known: chunked(known.rows(source(path, known, SEEN)), SCHEMAS[known.kind]), known)
        assert isinstance(told, str) or told[0] == [], known.name
