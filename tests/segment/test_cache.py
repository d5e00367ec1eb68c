"""Models on the disk: each user dictionary has its own."""

import shutil
from pathlib import Path

from pipeline import lexicon
from pipeline.segment import Segmenter

TEXT = "他来到了网易杭研大厦"


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
