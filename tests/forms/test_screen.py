"""Which texts of a column hold a word."""

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.forms import Screen
from pipeline.text import drop_separators

LETTERS = "性骚扰阿里ab·.*- 。x\U0001f49b\U00020b9f"
words = st.lists(st.text(LETTERS, max_size=3), max_size=6)
columns = st.lists(st.none() | st.text(LETTERS, max_size=10), max_size=8)


def holds(form: str | None, word: str) -> bool:
    return form is not None and (word in form or word in drop_separators(form))


@given(sought=words, column=columns)
@settings(deadline=None, max_examples=1000)
def test_a_text_is_found_if_a_word_stands_in_it_as_written_or_without_separators(sought: list[str], column: list):
    found = Screen(sought).found(pa.array(column, pa.string())).tolist()

    assert found == [any(holds(form, word) for word in sought if word) for form in column]


def test_a_word_is_not_found_across_two_texts():
    assert Screen(["阿里"]).found(pa.array(["阿", "里", "阿里"])).tolist() == [False, False, True]
