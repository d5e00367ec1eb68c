"""jieba's tokens, from a private tokenizer."""

from pathlib import Path

import jieba
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline import lexicon
from pipeline.segment import Segmenter


@pytest.fixture(scope="module")
def segmenter(tmp_path_factory: pytest.TempPathFactory) -> Segmenter:
    return Segmenter(lexicon.USERDICT, tmp_path_factory.mktemp("cache"))


@pytest.fixture(scope="module")
def oracle(tmp_path_factory: pytest.TempPathFactory) -> jieba.Tokenizer:
    tokenizer = jieba.Tokenizer()
    tokenizer.tmp_dir = str(tmp_path_factory.mktemp("oracle"))
    with lexicon.USERDICT.open("rb") as words:
        tokenizer.load_userdict(words)
    return tokenizer


@given(text=st.text(alphabet=st.sampled_from("阿里女员工性侵拒绝陪酒文化领导破冰船abc19 。，!+#&._%-\n"), max_size=40))
@settings(deadline=None)
def test_tokens_equal_those_of_a_fresh_jieba_without_hmm(segmenter: Segmenter, oracle: jieba.Tokenizer, text: str):
    assert segmenter.cut(text) == list(oracle.cut(text, HMM=False))


def test_every_word_of_the_user_dictionary_stays_whole(segmenter: Segmenter):
    words = [line.split()[0] for line in lexicon.USERDICT.read_text(encoding="utf-8").splitlines() if line]

    assert [segmenter.cut(word) for word in words] == [[word] for word in words]


def test_the_dictionary_of_the_whole_process_is_left_alone(segmenter: Segmenter):
    segmenter.cut("阿里女员工")

    assert "阿里女员工" not in jieba.dt.FREQ


def test_the_digest_changes_with_the_user_dictionary(segmenter: Segmenter, tmp_path: Path):
    other = tmp_path / "words.txt"
    other.write_text("酒桌文化 n\n", encoding="utf-8")

    assert Segmenter(other, tmp_path).digest != segmenter.digest
    assert Segmenter(lexicon.USERDICT, tmp_path).digest == segmenter.digest
