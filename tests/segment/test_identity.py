"""Every token is jieba's; `python -m benchmarks.identity` compares a million texts."""

import json
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks.identity import Texts, differing
from tests.segment.conftest import Pair

CASES = Path(__file__).parents[1] / "cases" / "segment.jsonl"
TEXTS = [json.loads(line)["text"] for line in CASES.read_text(encoding="utf-8").splitlines()]
TAUGHT = [
    "酒桌文化",
    "女员工",
    "阿里人",
    "躺平",
    "N95口罩",
    "不同意见",
    "大学生",
    "杭研",
    "天天",
    "C++语言",
    "药神·续",
    "破冰船",
]

ANYTHING = st.characters(codec=None)
LIKELY = st.sampled_from(
    [*"的一不人大学会长春阿里女员工性侵啊哈abZ09+#&._%- ，。\n\r\0😀𠮷龥", "\r\n", "2.5%", *TAUGHT]
)


@pytest.mark.parametrize("hmm", [False, True])
def test_hand_written_texts(pair: Pair, hmm: bool):
    theirs = [pair.oracle.cut(text, hmm) for text in TEXTS]

    assert theirs == [pair.by_hmm[hmm].cut(text) for text in TEXTS]


@pytest.mark.parametrize("hmm", [False, True])
def test_hand_written_texts_as_a_column(pair: Pair, hmm: bool):
    texts = [text for text in TEXTS if not any("\ud800" <= c <= "\udfff" for c in text)]

    assert pair.by_hmm[hmm].tokens(pa.array(texts)).to_pylist() == [pair.oracle.cut(text, hmm) for text in texts]


@given(text=st.lists(st.one_of(LIKELY, LIKELY, ANYTHING), max_size=40).map("".join), hmm=st.booleans())
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=300)
def test_any_text_at_all(pair: Pair, text: str, hmm: bool):
    assert pair.by_hmm[hmm].cut(text) == pair.oracle.cut(text, hmm)


@pytest.mark.parametrize("kind", ["posts", "fuzzed"])
@pytest.mark.parametrize("hmm", [False, True])
def test_thousands_of_texts(pair: Pair, kind: str, hmm: bool):
    texts = Texts(pair.oracle.frequencies, TAUGHT)

    assert differing(list(getattr(texts, kind)(7, 2_500)), pair.oracle, {hmm: pair.by_hmm[hmm]}) == []


def test_a_difference_would_be_found(pair: Pair):
    assert differing(["王小明和欧阳娜娜在直播间带货"], pair.oracle, {True: pair.by_hmm[False]}) != []
