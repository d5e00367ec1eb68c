"""Which texts of a column may hold a word."""

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.forms import Screen
from pipeline.forms.phrases import PAIRS
from pipeline.text import drop_separators, normalise

LETTERS = "性骚扰阿里ab·.*- 。x\U0001f49b\U00020b9f"
ODD = [
    "阿裡",
    "Ａ",
    "ＡＢ",
    "…",
    "‥",
    "½",
    "㍿",
    "Σ",
    "e\u0301",
    "\u200b",
    "「",
    "\u3000",
    "乾 隆",
    "乾隆",
    "⑴",
    *sorted(PAIRS),
]
written = st.lists(st.text(LETTERS, max_size=3) | st.sampled_from(ODD), max_size=6).map("".join)
words = st.lists(st.text(LETTERS, max_size=3) | st.sampled_from(ODD), max_size=6).map(
    lambda found: [normalise(word) for word in found]
)
columns = st.lists(st.none() | written, max_size=8)


def holds(written: str | None, word: str) -> bool:
    form = normalise(written or "")
    return word != "" and (word in form or word in drop_separators(form))


@given(sought=words, column=columns)
@settings(deadline=None, max_examples=1000)
def test_no_text_is_missed_in_whose_normal_form_a_word_stands(sought: list[str], column: list):
    found = Screen(sought).found(pa.array(column, pa.string())).tolist()

    assert [form for form, f in zip(column, found, strict=True) if not f and any(holds(form, w) for w in sought)] == []


@given(
    sought=st.lists(st.text("性骚扰阿里ab", min_size=1, max_size=3)),
    column=st.lists(st.text("性骚扰阿里ab。x，ＡＢ", max_size=10)),
)
@settings(deadline=None, max_examples=300)
def test_a_text_of_plain_characters_is_not_found_in_vain(sought: list[str], column: list[str]):
    found = Screen(sought).found(pa.array(column, pa.string())).tolist()

    assert found == [any(holds(form, word) for word in sought) for form in column]


def test_a_word_is_not_found_across_two_texts_nor_in_a_missing_one():
    column = pa.array(["阿", "里", "阿里", None])

    assert Screen(["阿里"]).found(column).tolist() == [False, False, True, False]
    assert Screen([]).found(column).tolist() == [False] * 4


def test_a_word_of_separators_alone_may_stand_anywhere():
    assert Screen(["·"]).found(pa.array(["阿", "·"])).tolist() == [True, True]
