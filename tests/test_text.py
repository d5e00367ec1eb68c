"""One form out of many spellings, and the places where a post comes apart."""

import csv
import json
import math
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pipeline.text import (
    Windows,
    drop_addresses,
    drop_separators,
    drop_separators_traced,
    fold,
    normalise,
    says_only,
    sentence_around,
    sentence_ends,
    spelled_out,
    split_quoted,
    tags,
    traced,
)

CASES = Path(__file__).parent / "cases" / "normalise.tsv"
INVISIBLE = "\u200b\u200d\u2060\ufeff\u00ad\ufe0f"
ALPHABET = (
    "阿里裡裏巴女員工员性騷骚擾扰強强姦吳吴亦凡王某文後后乾干發髮麵〇"
    'AbKQj０１2ｃＤ。，,.!！?？;；:：、…·•*_-~/|+@#「」『』“”‘’"❤💕 \t\n\u3000\u00a0' + INVISIBLE
)
texts = st.text(ALPHABET, max_size=20)


def cases() -> list[dict[str, str]]:
    """The rows of the table, whose cells are written with the escapes of JSON."""
    with CASES.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [{name: json.loads(f'"{cell}"') for name, cell in row.items()} for row in rows]


@pytest.mark.parametrize("case", cases(), ids=lambda case: case["gloss"])
def test_a_text_has_this_normal_form(case: dict[str, str]):
    assert normalise(case["text"]) == case["normal"]


@given(texts)
@example("阿「 」里")
@example("性\u200b \u200b骚")
@example("溫昇豪")
def test_the_normal_form_of_a_normal_form_is_itself(text: str):
    assert normalise(normalise(text)) == normalise(text)


@pytest.mark.parametrize("text", ["阿e\u200b\u0301", "\u1100\u200b\u1161"], ids=["accent", "hangul"])
def test_the_normal_form_stays_when_an_invisible_character_kept_two_parts_of_one_letter_apart(text: str):
    assert normalise(normalise(text)) == normalise(text)


@given(texts | st.text(max_size=20))
@example("阿e\u200b\u0301里")
@example("c\u0323\u0327")
@example("İ王 某")
@example("\u1100\u1161\u11a8")
def test_the_traced_normal_form_is_the_normal_form_and_keeps_its_places_in_order(text: str):
    made = traced(text)

    assert made.text == normalise(text)
    assert len(made.spans) == len(made.text)
    assert all(0 <= start < end <= len(text) for start, end in made.spans)
    assert list(made.spans) == sorted(made.spans)


@given(texts)
def test_each_character_comes_from_where_its_trace_says(text: str):
    made = traced(text)

    assert all(c in fold(text[start:end]) for c, (start, end) in zip(made.text, made.spans, strict=True))


@given(texts)
def test_dropped_marks_leave_the_other_characters_in_their_places(text: str):
    normal = normalise(text)
    bare = drop_separators_traced(normal)

    assert bare.text == drop_separators(normal)
    assert all(normal[start:end] == c for c, (start, end) in zip(bare.text, bare.spans, strict=True))


@pytest.mark.parametrize(
    ("text", "word", "original"),
    [
        ("「王 某 文」来了", "王某文", "王 某 文"),
        ("８０７事件", "807", "８０７"),
        ("阿\u200b裡女員工", "阿里女员工", "阿\u200b裡女員工"),
        ("看e\u0301破冰", "破冰", "破冰"),
        ("ＭｅＴｏｏ运动", "metoo", "ＭｅＴｏｏ"),
        ("㎏破冰", "kg破", "㎏破"),
    ],
)
def test_a_word_is_found_again_in_the_original(text: str, word: str, original: str):
    made = traced(text)
    at = made.text.index(word)
    start, end = made.origin(at, at + len(word))

    assert text[start:end] == original


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("#米兔# 声援", ["#米兔#"]),
        ("声援 #米兔#", ["#米兔#"]),
        ("#a##b# c", ["#a#", "#b#"]),
        ("＃米兔＃声援", ["#米兔#"]),
        ("看了#米兔#的讨论", []),
        ("看了#米兔#,很好", ["#米兔#"]),
        ("# 米兔 #", []),
        ("#metoo 声援", []),
        ("#" + "长" * 61 + "#", []),
        ("#米\n兔#", []),
        ("没有", []),
    ],
)
def test_a_hashtag_stands_between_two_marks_and_beside_the_sentence(text: str, found: list[str]):
    normal = normalise(text)
    assert [normal[start:end] for start, end in tags(normal)] == found


@pytest.mark.parametrize(
    ("text", "only"),
    [
        ("米兔", True),
        ("米兔!!! 米兔~", True),
        ("#米兔#[心][加油]", True),
        ("回复@甲:米兔 http://t.cn/a", True),
        ("米兔好", False),
        ("米兔1", False),
        ("好", False),
    ],
)
def test_a_text_says_only_a_word(text: str, only: bool):
    assert says_only(normalise(text), "米兔") == only


def test_a_window_is_a_reach_or_a_sentence_and_a_title_is_one():
    text = "下雨了。去吃饭吧!好"

    assert Windows(text).around((5, 7), 1, False) == (4, 8)
    assert Windows(text).around((5, 7), 1, True) == (4, 9)
    assert Windows(text).around((5, 7), 3, True) == (2, 10)
    assert Windows(text, whole=True).around((5, 7), 1, False) == (0, len(text))


def test_a_title_has_no_hashtags():
    assert Windows("#米兔# 声援").tag(1) == (0, 4)
    assert Windows("#米兔# 声援").tag(5) is None
    assert Windows("#米兔# 声援", whole=True).tag(1) is None


@given(texts, st.data())
def test_the_ends_of_sentences_may_be_given_beforehand(text: str, data: st.DataObject):
    start, end = sorted(data.draw(st.tuples(*[st.integers(0, len(text))] * 2)))
    assert sentence_around(text, start, end, sentence_ends(text)) == sentence_around(text, start, end)


@given(st.lists(texts, max_size=5), st.sampled_from(INVISIBLE))
def test_invisible_characters_change_nothing(parts: list[str], mark: str):
    assert normalise(mark.join(parts)) == normalise("".join(parts))


@given(st.text("阿里裡女員工王某文", min_size=1), st.sampled_from([" ", "  ", "\t", "\u3000", "“", "」"]))
def test_blanks_and_quotation_marks_between_han_change_nothing(text: str, mark: str):
    assert normalise(mark.join(text)) == normalise(text)


def test_a_blank_inside_a_phrase_with_a_conversion_of_its_own_changes_nothing():
    assert normalise("乾 隆") == normalise("乾隆")


@pytest.mark.parametrize(
    ("text", "uncovered"),
    [
        ("性·骚·扰 女员工", "性骚扰女员工"),
        ("阿/里/女/员/工", "阿里女员工"),
        ("陪*酒 领导", "陪酒领导"),
        ("酒.桌.文.化", "酒桌文化"),
        ("强-j", "强j"),
        ("j·强", "j强"),
        ("阿里 hr", "阿里hr"),
        ("王--某", "王某"),
        ("性❤️骚💕扰", "性骚扰"),
        *((f"王{mark}某", "王某") for mark in r"·・‧•*_-~/\|+."),
    ],
)
def test_one_or_two_inserted_marks_are_dropped(text: str, uncovered: str):
    assert drop_separators(normalise(text)) == uncovered


@pytest.mark.parametrize(
    "text",
    [
        *(f"王{mark}某" for mark in "。!?;,！？；，\n"),
        *(f"王{mark}某" for mark in ["。·", "·!", "---", "...", "…"]),
        "q j",
        "a·b",
        "8·07事件",
        "王·8",
        "👍·王",
        "·王·",
    ],
)
def test_sentence_marks_long_runs_and_marks_elsewhere_stay(text: str):
    assert drop_separators(normalise(text)) == normalise(text)


@given(texts)
def test_dropping_marks_loses_no_letter_and_no_sentence_mark(text: str):
    normal = normalise(text)
    kept = [c for c in normal if c.isalnum() or c in "。!?;,"]
    assert [c for c in drop_separators(normal) if c.isalnum() or c in "。!?;,"] == kept


@pytest.mark.parametrize(
    ("text", "quoted", "parts"),
    [
        ("说得好", None, ("说得好", "")),
        ("说得好//@用户:拒绝陪酒", None, ("说得好", "拒绝陪酒")),
        ("好//@甲:真的//@乙:破冰", None, ("好", "真的//@乙:破冰")),
        ("好//@甲：破冰", None, ("好", "破冰")),
        ("好// @甲 : 破冰", None, ("好", " 破冰")),
        ("//@甲:破冰", None, ("", "破冰")),
        ("好//@甲:", None, ("好", "")),
        ("回复@甲:嗯//@乙:破冰", None, ("回复@甲:嗯", "破冰")),
        ("看 http://t.cn/x 这里", None, ("看 http://t.cn/x 这里", "")),
        ("http://t.cn/x//@甲:破冰", None, ("http://t.cn/x", "破冰")),
        ("好//@没有冒号", None, ("好//@没有冒号", "")),
        ("好", "原文", ("好", "原文")),
        ("好//@甲:破冰", "原文", ("好", "破冰\n原文")),
        ("", "原文", ("", "原文")),
        ("好", "", ("好", "")),
    ],
)
def test_the_authors_words_end_where_the_chain_begins(text: str, quoted: str | None, parts: tuple[str, str]):
    assert split_quoted(text, quoted) == parts


@pytest.mark.parametrize(
    ("text", "word", "sentence"),
    [
        ("下雨了。去吃饭吧!好", "吃饭", "去吃饭吧!"),
        ("下雨了。去吃饭吧!好", "好", "好"),
        ("下雨了。去吃饭吧!好", "了。去", "下雨了。去吃饭吧!"),
        ("没有标点", "标", "没有标点"),
        ("阿里,破冰、团建", "破冰", "阿里,破冰、团建"),
        ("阿里\n破冰", "破冰", "破冰"),
        ("阿里...破冰", "破冰", "破冰"),
        ("阿里..破冰", "破冰", "阿里..破冰"),
        ("真的?!破冰;好", "破冰", "破冰;"),
    ],
)
def test_a_sentence_ends_at_its_marks(text: str, word: str, sentence: str):
    start, end = sentence_around(text, text.index(word), text.index(word) + len(word))
    assert text[start:end] == sentence


@given(texts, st.data())
def test_a_span_lies_within_its_sentence(text: str, data: st.DataObject):
    start, end = sorted(data.draw(st.tuples(*[st.integers(0, len(text))] * 2)))
    left, right = sentence_around(text, start, end)
    assert 0 <= left <= start <= end <= right <= len(text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("看https://t.cn/A6x好的", ["看", "好的"]),
        ("见 http://example.org/a?b=1#c 。", ["见", "。"]),
        ("t.cn/abc 好", ["好"]),
        ("@某某:你好", [":你好"]),
        ("你好 @user-名·字 再见", ["你好", "再见"]),
        ("没有地址", ["没有地址"]),
    ],
)
def test_links_and_names_are_not_words(text: str, words: list[str]):
    assert drop_addresses(text).split() == words


def test_a_short_link_right_after_han_is_not_a_word():
    assert drop_addresses("看t.cn/abc").split() == ["看"]


PARTS = st.lists(st.lists(st.text("公司说a", min_size=1, max_size=3), min_size=1, max_size=3), min_size=1, max_size=3)


@given(PARTS)
def test_a_pattern_stands_for_one_string_per_choice_from_each_pair_of_brackets(parts: list[list[str]]):
    forms = spelled_out("".join(f"({'|'.join(part)})" for part in parts))

    assert len(forms) == math.prod(map(len, parts))
    assert forms[0] == "".join(part[0] for part in parts)
    assert forms[-1] == "".join(part[-1] for part in parts)


@pytest.mark.parametrize("pattern", ["(a", "a)", "()", "((a)b)", "(a|b)c("])
def test_brackets_that_are_empty_open_or_within_one_another_are_refused(pattern: str):
    with pytest.raises(ValueError, match="has brackets that are empty, do not close or stand within one another"):
        spelled_out(pattern)
