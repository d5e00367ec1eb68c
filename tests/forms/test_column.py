"""The forms of a column are those of its texts one by one."""

import subprocess
from pathlib import Path

import opencc
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline import forms, text
from pipeline.forms import kernel, table
from pipeline.forms.phrases import PAIRS

FORMS = {
    "normalised": (forms.normalised, text.normalise),
    "folded": (forms.folded, text.fold),
    "without addresses": (forms.without_addresses, lambda words: text.drop_addresses(text.fold(words))),
}
both = pytest.mark.parametrize(("of_column", "of_text"), FORMS.values(), ids=FORMS)

encodable = st.characters(exclude_categories=["Cs"])
odd = st.sampled_from(
    [*" \t\u3000\u00a0\n·・.-_/@＠／「」“”\u200b\u200d\ufe0f\u00ad王某文女员工aＡ１Σςσß½㍿㈱…İ⿰", "阿裡", "乾隆", "打壞", "e\u0301",
     "\u1112\u1161\u11ab", "http://t.cn/A", "@某人", "//@某人:", "\ufdfa", "\U0001f1e8", "\U00020b9f", "\u0344", "か\u3099"]
)  # fmt: skip
texts = st.lists(st.text(encodable, max_size=8) | odd | st.sampled_from(sorted(PAIRS)), max_size=12).map("".join)


@both
def test_every_character_of_unicode_becomes_what_it_becomes_alone(of_column, of_text):
    known = [chr(code) for code in range(table.KNOWN) if not 0xD800 <= code < 0xE000]
    made = of_column(pa.array(known)).to_pylist()
    assert [c for c, form in zip(known, made, strict=True) if form != of_text(c)] == []

    beyond = "\n".join(map(chr, range(table.KNOWN, 0x110000)))
    assert of_column(pa.array(beyond.split("\n"))).to_pylist() == of_text(beyond).split("\n")


@both
@given(column=st.lists(st.none() | texts, max_size=8))
@settings(deadline=None, max_examples=200)
def test_a_column_has_the_forms_of_its_texts(of_column, of_text, column: list[str | None]):
    assert of_column(pa.array(column, pa.string())).to_pylist() == [t if t is None else of_text(t) for t in column]


@both
@given(column=st.lists(texts, min_size=2, max_size=8), kind=st.sampled_from([pa.large_string(), pa.string_view()]))
@settings(deadline=None, max_examples=50)
def test_slices_and_other_kinds_of_strings_are_columns_too(of_column, of_text, column: list[str], kind: pa.DataType):
    expected = [of_text(words) for words in column]

    assert of_column(pa.array(column).slice(1)).to_pylist() == expected[1:]
    assert of_column(pa.array(column, kind)).to_pylist() == expected


ADDRESSES = [
    "http",
    "https",
    "://",
    "t.cn/",
    "@",
    "@",
    "a",
    "Z",
    "9",
    ".",
    "-",
    "·",
    "_",
    "某",
    "，",
    "！",
    " ",
    "\u00e9",
    "\u2171",
]


@given(column=st.lists(st.lists(st.sampled_from(ADDRESSES), max_size=20).map("".join), max_size=6))
@settings(deadline=None, max_examples=500)
def test_links_and_names_are_dropped_as_the_pattern_of_text_drops_them(column: list[str]):
    column.append("@" + "某" * 33 + "http://a")
    expected = [text.drop_addresses(text.fold(words)) for words in column]

    assert forms.without_addresses(pa.array(column)).to_pylist() == expected


@given(column=st.lists(st.tuples(texts, st.none() | texts), max_size=8))
@settings(deadline=None, max_examples=150)
def test_posts_are_split_as_one_by_one_but_for_invisible_characters(column: list[tuple[str, str | None]]):
    said, quoted = (pa.array([pair[side] for pair in column], pa.string()) for side in (0, 1))
    made = zip(*(part.to_pylist() for part in forms.parts(said, quoted)), strict=True)

    for pair, (own, passed_on) in zip(column, made, strict=True):
        expected = text.split_quoted(*pair)
        assert (text.fold(own), passed_on) == (text.fold(expected.own), expected.quoted)


@given(column=st.lists(texts, max_size=8))
@settings(deadline=None)
def test_a_text_with_letters_has_a_letter_or_digit(column: list[str]):
    assert forms.with_letters(pa.array(column, pa.string())).tolist() == [any(map(str.isalnum, t)) for t in column]


def test_no_character_beyond_the_table_is_a_letter_and_the_kernel_knows_the_constants_of_the_table():
    assert not any(chr(code).isalnum() for code in range(table.KNOWN, 0x110000))
    names = [name for name in vars(kernel) if name.isupper() and hasattr(table, name)]
    assert len(names) > 10
    assert {name: getattr(kernel, name) for name in names} == {name: getattr(table, name) for name in names}


def test_every_phrase_that_opencc_converts_as_a_whole_holds_a_pair(tmp_path: Path):
    folder = Path(opencc.__file__).parent / "clib"
    tool, phrases = folder / "bin" / "opencc_dict", folder / "share" / "opencc" / "TSPhrases.ocd2"
    if not (tool.exists() and phrases.exists()):
        pytest.skip("this build of OpenCC comes without its dictionary tool")
    out = tmp_path / "phrases.txt"
    subprocess.run([tool, "-i", phrases, "-o", out, "-f", "ocd2", "-t", "text"], check=True, capture_output=True)
    known = [line.split("\t")[0] for line in out.read_text(encoding="utf-8").splitlines()]
    convert = opencc.OpenCC("t2s").convert
    whole = [phrase for phrase in known if convert(phrase) != "".join(map(convert, phrase))]

    assert len(whole) > 300
    assert [phrase for phrase in whole if not any(pair in phrase for pair in PAIRS)] == []
