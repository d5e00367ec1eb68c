"""Which files a dataset takes, and which reader takes them."""

from pathlib import Path

import pytest

from pipeline import datasets, sources
from pipeline.datasets import Dataset
from pipeline.errors import InputError

BOARD = datasets.find("weibo-hot-search")
POSTS = datasets.find("sample-posts")


def touch(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()


def test_a_file_stands_for_itself(tmp_path: Path):
    touch(tmp_path, "a.txt")
    assert sources.files(tmp_path / "a.txt", BOARD) == [tmp_path / "a.txt"]


def test_a_folder_stands_for_the_files_below_it_that_the_reader_takes(tmp_path: Path):
    touch(tmp_path, "b.csv", "deep/er/a.jsonl", "deep/c.PARQUET", "a.ndjson", "LICENSE", "x.json", ".hidden.csv")
    (tmp_path / "folder.csv").mkdir()
    found = [str(path.relative_to(tmp_path)) for path in sources.files(tmp_path, POSTS)]
    assert found == ["a.ndjson", "b.csv", "deep/c.PARQUET", "deep/er/a.jsonl"]


def test_a_path_that_does_not_exist_is_an_input_error(tmp_path: Path):
    with pytest.raises(InputError, match=r"none: no such file or folder\.$"):
        sources.files(tmp_path / "none", BOARD)


@pytest.mark.parametrize("dataset", datasets.load().values(), ids=lambda dataset: dataset.slug)
def test_a_folder_without_files_names_the_suffixes_of_the_datasets_reader(tmp_path: Path, dataset: Dataset):
    touch(tmp_path, "README.md")
    with pytest.raises(InputError, match=r": this folder holds no \.\w+( or \.\w+)* file\.$"):
        sources.files(tmp_path, dataset)


@pytest.mark.parametrize(
    ("slug", "name", "suffixes"),
    [
        ("weibo-hot-search", "2021-08-08.csv", r"\.json"),
        ("sample-weibo-search", "a.json", r"\.csv"),
        ("sample-posts", "a.json", r"\.csv, \.jsonl, \.ndjson, \.parquet"),
        ("sample-posts", "a", r"\.csv, \.jsonl, \.ndjson, \.parquet"),
    ],
)
def test_a_wrong_suffix_is_an_input_error_before_anything_is_read(slug: str, name: str, suffixes: str):
    with pytest.raises(InputError, match=rf"^{name}: the reader '\w+' takes {suffixes} files\.$"):
        sources.read(Path(name), datasets.find(slug))


def test_an_unknown_reader_names_the_nearest(tmp_path: Path):
    dataset = BOARD.model_copy(update={"reader": "hot_search_jsn"})
    with pytest.raises(InputError, match=r"^There is no reader 'hot_search_jsn'; did you mean hot_search_json"):
        sources.read(tmp_path / "2021-08-08.json", dataset)


@pytest.mark.parametrize(
    ("slug", "name"),
    [("weibo-hot-search", "2021-08-08.json"), ("sample-weibo-search", "a.csv"), ("sample-posts", "a.jsonl")],
)
def test_reading_a_file_that_is_gone_is_an_input_error(tmp_path: Path, slug: str, name: str):
    with pytest.raises(InputError):
        list(sources.read(tmp_path / name, datasets.find(slug)))


@pytest.mark.parametrize("slug", ["sample-hot-search", "sample-posts", "sample-weibo-search"])
def test_the_sample_data_is_read_without_a_reject(slug: str):
    dataset = datasets.find(slug)
    folder = Path(__file__).parents[2] / "sample_data" / slug
    chunks = [chunk for path in sources.files(folder, dataset) for chunk in sources.read(path, dataset)]
    assert sum(chunk.entries.num_rows for chunk in chunks) > 0
    assert sum(chunk.rejects.num_rows for chunk in chunks) == 0
