"""Which format a file needs, and what happens when there is none."""

import json
from pathlib import Path

import pytest

from pipeline import datasets, sources
from pipeline.errors import InputError
from pipeline.files import File, found, locate
from pipeline.formats import Source
from pipeline.schema import SCHEMAS
from pipeline.shapes import Look, look

BOARD = datasets.find("weibo-hot-search")
POSTS = datasets.find("sample-posts")
SEARCH = datasets.find("sample-weibo-search")
SAMPLES = Path(__file__).parents[2] / "sample_data"


def unnamed(kind: str) -> datasets.Dataset:
    """A dataset whose entry leaves the format to be recognised."""
    return POSTS.model_copy(update={"reader": None, "mapping": {}, "kind": kind})


def file(folder: Path, content: str | bytes, name: str = "2021-08-08") -> File:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return locate(str(path))


def names(formats: list[sources.Format]) -> list[str]:
    return [known.name for known in formats]


@pytest.mark.parametrize("name", ["board.json", "board.txt", "board.csv", "board"])
def test_a_file_is_recognised_by_its_content_whatever_it_is_called(tmp_path: Path, name: str):
    content = json.dumps([{"url": "/", "title": "阿里女员工"}])
    assert names(sources.recognise(look(file(tmp_path, content, name)))) == ["hot_search_json"]


def test_of_several_fitting_formats_the_one_that_asks_for_most_names_is_first(monkeypatch: pytest.MonkeyPatch):
    def known(name: str, *columns: str) -> sources.Format:
        return sources.Format(name, name, "posts", frozenset({"csv"}), lambda source: iter(()), frozenset(columns))

    several = known("one", "a"), known("three", "a", "b", "c"), known("other", "a", "z"), known("two", "a", "b")
    monkeypatch.setattr(sources, "formats", lambda: several)
    assert names(sources.recognise(Look("csv", frozenset("abcd"), "", "utf-8"))) == ["three", "two", "one"]
    assert sources.recognise(Look("tsv", frozenset("abcd"), "", "utf-8")) == []


def test_a_format_without_names_or_words_fits_nothing(monkeypatch: pytest.MonkeyPatch):
    silent = sources.Format("silent", "silent", "posts", frozenset({"text"}), lambda source: iter(()))
    monkeypatch.setattr(sources, "formats", lambda: (silent,))
    assert sources.recognise(Look("text", frozenset(), "", "utf-8")) == []


def test_the_format_that_the_entry_names_is_taken_without_a_look(tmp_path: Path):
    for dataset in (BOARD, SEARCH, POSTS):
        named = sources.chosen(Source(file(tmp_path, ""), dataset))
        assert (named.name, named.kind) == (dataset.reader, dataset.kind)


def test_without_a_named_format_the_content_decides(tmp_path: Path):
    content = json.dumps([{"url": "/", "title": "阿里女员工"}])
    source = Source(file(tmp_path, content), unnamed("board"))
    (chunk,) = sources.read(source)
    assert sources.chosen(source).name == "hot_search_json"
    assert chunk.entries["title"].to_pylist() == ["阿里女员工"]


def test_a_format_of_the_other_kind_is_an_input_error_that_says_so(tmp_path: Path):
    content = json.dumps([{"url": "/", "title": "阿里女员工"}])
    with pytest.raises(InputError, match=r"2021-08-08: looks like .*, which holds board; but .* is a dataset of posts"):
        sources.read(Source(file(tmp_path, content), unnamed("posts")))


def test_what_no_format_fits_names_the_three_nearest_and_the_way_out(tmp_path: Path):
    content = "id,user_id,微博正文,转发数,评论数,点赞数,发布时间\n"
    with pytest.raises(InputError) as caught:
        sources.read(Source(file(tmp_path, content), unnamed("posts")))
    assert "no known format looks like this (csv)" in str(caught.value)
    assert "weibo_search_csv (lacks retweet_id)" in str(caught.value)
    assert str(caught.value).endswith("for other columns register a dataset with the reader 'mapped'.")
    assert len(sources.nearest(look(file(tmp_path, content)))) == 3


@pytest.mark.parametrize("content", ["", "\n", "words", b"\x00\xff\xfe\x00", "{", "[", "a,b\n"], ids=repr)
def test_what_is_no_format_at_all_is_one_sentence(tmp_path: Path, content: str | bytes):
    with pytest.raises(InputError) as caught:
        list(sources.read(Source(file(tmp_path, content), unnamed("posts"))))
    assert "\n" not in str(caught.value)


def test_an_unknown_reader_names_the_nearest(tmp_path: Path):
    dataset = BOARD.model_copy(update={"reader": "hot_search_jsn"})
    with pytest.raises(InputError, match=r"^There is no reader 'hot_search_jsn'; did you mean .*hot_search_json"):
        sources.read(Source(file(tmp_path, "[]"), dataset))


@pytest.mark.parametrize("dataset", [BOARD, SEARCH, POSTS], ids=lambda dataset: dataset.slug)
def test_a_file_that_is_gone_is_an_input_error(tmp_path: Path, dataset: datasets.Dataset):
    with pytest.raises(InputError, match=r"2021-08-08\.json: no such file"):
        list(sources.read(Source(locate(str(tmp_path / "2021-08-08.json")), dataset)))


def test_formats_of_one_name_and_kind_are_read_alike_and_every_kind_has_a_schema():
    readers = {(known.name, known.kind): known.rows for known in sources.formats()}
    assert all(known.rows is readers[known.name, known.kind] for known in sources.formats())
    assert {kind for _, kind in readers} == set(SCHEMAS)


def test_every_format_can_be_recognised_and_says_what_it_is():
    for known in sources.formats():
        assert known.shapes
        assert known.names or known.words
        assert known.about


@pytest.mark.parametrize("slug", ["sample-hot-search", "sample-posts", "sample-weibo-search"])
def test_the_sample_data_is_read_without_a_reject(slug: str):
    dataset = datasets.find(slug)
    chunks = [chunk for listed in found(SAMPLES / slug) for chunk in sources.read(Source(listed, dataset))]
    assert sum(chunk.entries.num_rows for chunk in chunks) > 0
    assert sum(chunk.rejects.num_rows for chunk in chunks) == 0
