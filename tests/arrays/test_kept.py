"""Arrays on the disk: what is damaged, cut off or renamed is made again, never trusted."""

from pathlib import Path

import numpy as np
import pytest

from pipeline.arrays import kept

PAIR = np.dtype([("a", np.int32), ("b", np.float64)])
DTYPES = {"pairs": PAIR, "rows": np.dtype((np.float64, 4)), "bits": np.dtype(np.bool_), "none": np.dtype(np.uint8)}
ARRAYS = {
    "pairs": np.array([(1, 2.5), (3, -0.0)], PAIR),
    "rows": np.arange(8.0).reshape(2, 4),
    "bits": np.array([True, False, True]),
    "none": np.zeros(0, np.uint8),
}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    kept.save(tmp_path / "m.arrays", DTYPES, ARRAYS, most=8)
    return tmp_path / "m.arrays"


def test_what_is_loaded_is_what_was_saved(path: Path):
    loaded = kept.load(path, DTYPES)

    assert loaded is not None
    assert list(loaded) == list(DTYPES)
    for name, ours in loaded.items():
        assert (ours.dtype, ours.shape, ours.flags.writeable) == (ARRAYS[name].dtype, ARRAYS[name].shape, False)
        assert ours.tobytes() == ARRAYS[name].tobytes()


def test_the_same_arrays_give_the_same_file(path: Path):
    kept.save(path.with_name("again.arrays"), DTYPES, ARRAYS, most=8)

    assert path.with_name("again.arrays").read_bytes()[32:] == path.read_bytes()[32:]


def test_one_wrong_byte_anywhere_is_noticed(path: Path):
    content = path.read_bytes()
    for at in range(len(content)):
        path.write_bytes(content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :])

        assert kept.load(path, DTYPES) is None


@pytest.mark.parametrize("length", [0, 10, 32, 63, -1])
def test_a_file_that_was_cut_off_is_noticed(path: Path, length: int):
    path.write_bytes(path.read_bytes()[:length])

    assert kept.load(path, DTYPES) is None


def test_a_file_of_another_name_is_not_taken(path: Path):
    path.rename(path.with_name("other.arrays"))

    assert kept.load(path.with_name("other.arrays"), DTYPES) is None
    assert kept.load(path, DTYPES) is None


def test_arrays_are_made_once_and_again_where_the_file_is_damaged(tmp_path: Path):
    path, calls = tmp_path / "m.arrays", []

    def make() -> kept.Arrays:
        calls.append(len(calls))
        return ARRAYS

    for _ in range(2):
        assert kept.once(path, DTYPES, make, most=8)["bits"].tolist() == [True, False, True]
    assert len(calls) == 1

    content = path.read_bytes()
    path.write_bytes(content[:-1])
    kept.once(path, DTYPES, make, most=8)

    assert len(calls) == 2
    assert path.read_bytes() == content
    assert list(tmp_path.iterdir()) == [path]


def test_the_oldest_files_make_room(tmp_path: Path):
    for name in "abcd":
        kept.save(tmp_path / f"{name}.arrays", DTYPES, ARRAYS, most=2)

    assert len(list(tmp_path.iterdir())) == 2
    assert kept.load(tmp_path / "d.arrays", DTYPES) is not None


def test_a_folder_that_cannot_be_written_costs_only_time(tmp_path: Path):
    (tmp_path / "file").write_text("no folder")

    assert kept.once(tmp_path / "file" / "m.arrays", DTYPES, lambda: ARRAYS, most=8) is ARRAYS
