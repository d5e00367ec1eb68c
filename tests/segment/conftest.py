"""jieba itself and segmenters, with the project's user dictionary and with one that deletes words."""

from pathlib import Path
from typing import NamedTuple

import pytest

from benchmarks.identity import DELETED, Oracle
from pipeline import lexicon
from pipeline.segment import Segmenter

USER_WORDS = (
    "酒桌文化\n女员工 500 n\n阿里人 3\n躺平 20000 v\nN95口罩 100\n不同意见 1\n药神·续 10\n大𠮷 9\n小 米 7\nC++语言 n\n"
)


class Pair(NamedTuple):
    """A user dictionary, jieba taught by it, and ours by whether unknown words are guessed."""

    userdict: Path
    oracle: Oracle
    by_hmm: dict[bool, Segmenter]


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("segment")


@pytest.fixture(scope="session", params=["the lexicon's words", "words of all kinds, and deleted ones"])
def pair(request: pytest.FixtureRequest, folder: Path) -> Pair:
    userdict = lexicon.USERDICT
    if "deleted" in request.param:
        userdict = folder / "words.txt"
        userdict.write_text(USER_WORDS + "".join(f"{word} 0\n" for word in DELETED), encoding="utf-8")
    return Pair(userdict, Oracle(userdict, folder), {hmm: Segmenter(userdict, folder, hmm) for hmm in (False, True)})


@pytest.fixture(scope="session")
def segmenter(folder: Path) -> Segmenter:
    return Segmenter(lexicon.USERDICT, folder)
