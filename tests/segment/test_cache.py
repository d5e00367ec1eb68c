"""Models on the disk: what is damaged, stale or renamed is built anew, never trusted."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from pipeline import lexicon
from pipeline.segment import Segmenter, cache

TEXT = "他来到了网易杭研大厦"


@pytest.fixture
def prepared(segmenter: Segmenter, tmp_path: Path) -> Path:
    """A cache folder that holds the model of `segmenter`, named `m`."""
    cache.save(tmp_path, "m", segmenter.model)
    return tmp_path


def test_what_is_loaded_is_what_was_saved(segmenter: Segmenter, prepared: Path):
    loaded = cache.load(prepared, "m")

    assert loaded is not None
    for ours, theirs in zip(loaded, segmenter.model, strict=True):
        assert (ours.dtype, ours.shape, ours.flags.writeable) == (theirs.dtype, theirs.shape, False)
        assert ours.tobytes() == theirs.tobytes()


def test_the_same_model_gives_the_same_file(segmenter: Segmenter, prepared: Path):
    cache.save(prepared, "again", segmenter.model)

    first, second = (cache.path(prepared, name).read_bytes()[32:] for name in ("m", "again"))
    assert first == second


@pytest.mark.parametrize("at", [0, 31, 32, 40, 64, 5_000_000, -1])
def test_one_wrong_byte_anywhere_is_noticed(prepared: Path, at: int):
    content = bytearray(cache.path(prepared, "m").read_bytes())
    content[at] ^= 1
    cache.path(prepared, "m").write_bytes(content)

    assert cache.load(prepared, "m") is None


@pytest.mark.parametrize("length", [0, 10, 32, 63, 1_000_000])
def test_a_file_that_was_cut_off_is_noticed(prepared: Path, length: int):
    content = cache.path(prepared, "m").read_bytes()
    cache.path(prepared, "m").write_bytes(content[:length])

    assert cache.load(prepared, "m") is None


def test_the_file_of_another_dictionary_is_not_taken(prepared: Path):
    cache.path(prepared, "m").rename(cache.path(prepared, "other"))

    assert cache.load(prepared, "other") is None
    assert cache.load(prepared, "m") is None


def test_a_damaged_file_is_replaced(segmenter: Segmenter, folder: Path, tmp_path: Path):
    expected = segmenter.cut(TEXT)
    kept = shutil.copytree(folder / "segment", tmp_path / "segment")
    contents = {path: path.read_bytes() for path in kept.iterdir()}
    for path, content in contents.items():
        path.write_bytes(content[:-1])

    assert Segmenter(lexicon.USERDICT, tmp_path).cut(TEXT) == expected
    assert [path.read_bytes() for path in kept.iterdir()].count(contents[_latest(kept)]) == 1
    assert set(kept.iterdir()) == set(contents)


def test_an_edited_user_dictionary_has_a_file_of_its_own_for_both_ways_of_cutting(
    segmenter: Segmenter, folder: Path, tmp_path: Path
):
    assert "杭研" not in segmenter.cut(TEXT)
    kept = shutil.copytree(folder / "segment", tmp_path / "segment")
    before = set(kept.iterdir())
    userdict = tmp_path / "words.txt"
    userdict.write_bytes(lexicon.USERDICT.read_bytes() + "杭研\n".encode())

    assert ["杭研" in Segmenter(userdict, tmp_path, hmm).cut(TEXT) for hmm in (False, True)] == [True, True]
    assert len(set(kept.iterdir()) - before) == 1


def _latest(folder: Path) -> Path:
    return max(folder.iterdir(), key=lambda path: path.stat().st_mtime_ns)


def test_the_oldest_files_make_room(segmenter: Segmenter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(cache, "KEPT", 2)
    small = segmenter.model._replace(words=segmenter.model.words[:1], guess=np.zeros((1, 4)))
    for name in "abcd":
        cache.save(tmp_path, name, small)

    assert len(list(tmp_path.iterdir())) == 2
    assert cache.load(tmp_path, "d") is not None


def test_without_a_folder_to_write_words_are_cut_all_the_same(tmp_path: Path):
    blocked = tmp_path / "file"
    blocked.write_bytes(b"")
    userdict = tmp_path / "words.txt"
    userdict.write_text("网易杭研\n", encoding="utf-8")

    assert Segmenter(userdict, blocked).cut(TEXT) == ["他", "来到", "了", "网易杭研", "大厦"]
