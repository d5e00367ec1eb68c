"""What the cells of crawler files mean."""

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.fields import count, identifier, optional_text, plain_text, text, unfolded, without_tags
from pipeline.schema import Refused

COUNTS = Path(__file__).parent / "cases" / "counts.tsv"


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        (0, 0),
        (12, 12),
        (12.0, 12),
        ("12", 12),
        (" 12 ", 12),
        ("1,024", 1024),
        ("1.2万", 12_000),
        ("1.2 万", 12_000),
        ("1.15万", 11_500),
        ("100万+", 1_000_000),
        ("2,914万", 29_140_000),
        ("1.2亿", 120_000_000),
        ("4456 万热度", 44_560_000),
        ("4456万热度", 44_560_000),
        ("12次", 12),
        ("3.4亿阅读", 340_000_000),
    ],
)
def test_a_count_is_read_as_people_write_it(cell, number):
    assert count(cell) == number


@pytest.mark.parametrize(
    "cell",
    [
        None,
        "",
        " ",
        "-",
        "—",
        "--",
        "无",
        "暂无",
        "None",
        "1,2万",
        "12,34",
        "1.2.3w",
        "5m",
        "转发了",
        "-3",
        "1e5",
        "万热度",
        "热度",
        "热度 4456",
        "1.2.3万",
        -3,
        float("nan"),
        True,
        [],
        {},
    ],
    ids=repr,
)
def test_a_cell_without_a_number_has_no_count(cell):
    assert count(cell) is None


@pytest.mark.parametrize("cell", [",", float("inf"), "9" * 400, 10**30, "9" * 30], ids=lambda cell: repr(cell)[:12])
def test_an_impossible_number_has_no_count(cell):
    assert count(cell) is None


@given(st.integers(0, 2**53))
def test_a_number_is_the_same_count_however_it_is_written(number: int):
    assert count(number) == count(str(number)) == count(f"{number:,}") == number


@pytest.mark.parametrize("cell", ["\ufeff阿里\n女员工 ", " 阿里\n女员工", "阿里\ufeff\n女员工\u3000"])
def test_text_loses_byte_order_marks_and_outer_blanks_alone(cell):
    assert text(cell) == "阿里\n女员工"


@pytest.mark.parametrize("cell", [None, "", " \n\u3000", "\ufeff", "\ufeff \ufeff", 12, float("nan")], ids=repr)
def test_a_cell_without_words_is_refused(cell):
    with pytest.raises(Refused, match=r"^no_text$"):
        text(cell)


@pytest.mark.parametrize(
    ("cell", "known"),
    [
        (4667708956213248, "4667708956213248"),
        ("\t4667708956213248", "4667708956213248"),
        ("'4667708956213248", "4667708956213248"),
        ('="4667708956213248"', "4667708956213248"),
        ("4667708956213248.0", "4667708956213248"),
        (" K1 ", "K1"),
        ("M_4667708956213248", "M_4667708956213248"),
        ("MzA:2650000001:1", "MzA:2650000001:1"),
        ("", None),
        (" ", None),
        (None, None),
    ],
)
def test_an_identifier_is_text_or_absent(cell, known):
    assert identifier(cell) == known


@pytest.mark.parametrize(
    "cell", [4.667708956213248e15, 1.0, float("nan"), "4.66771E+15", "4.667708956213248e+15", "7103828358013648903.0"]
)
def test_an_identifier_that_became_a_float_is_refused(cell):
    with pytest.raises(Refused, match=r"^bad_id$"):
        identifier(cell)


def test_an_identifier_loses_a_byte_order_mark():
    assert identifier("\ufeff4667708956213248") == "4667708956213248"


def test_half_an_emoji_becomes_a_replacement_mark():
    assert optional_text("破冰\ud83d") == "破冰\ufffd"


@pytest.mark.parametrize(
    ("html", "shown"),
    [
        ('好<br />的<img alt="[泪]" src="t.png"> &amp; 5 &lt; 6', "好\n的[泪] & 5 < 6"),
        ("<a href='/n/x'>@x</a>：<span>破冰</span>", "@x：破冰"),
        ("", ""),
        ("没有标签", "没有标签"),
    ],
)
def test_html_is_what_it_shows(html, shown):
    assert plain_text(html) == shown


@pytest.mark.parametrize(
    ("title", "shown"),
    [('阿里<img src="t.png" alt="[泪]">', "阿里[泪]"), ("1<2", "1<2"), ("a<b>c", "ac"), ("<3", "<3")],
)
def test_a_title_loses_tags_but_not_a_mere_angle(title, shown):
    assert without_tags(title) == shown


def counts() -> list[dict[str, str]]:
    with COUNTS.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


@pytest.mark.parametrize("case", counts(), ids=lambda case: f"{case['gloss']}: {case['cell']}")
def test_a_cell_of_a_page_is_this_number_or_none(case: dict[str, str]):
    assert count(case["cell"]) == (int(case["number"]) if case["number"] else None)


@pytest.mark.parametrize(
    ("html", "shown"),
    [
        ("<p>a</p><p>b</p>", "a\nb"),
        ("<div><p>a</p></div>\n  <div>b</div>", "a\nb"),
        ("<ul><li>a</li><li>b <b>c</b></li></ul>d", "a\nb c\nd"),
        ("<table><tr><td>a</td><td>b</td></tr></table>", "a\nb"),
        ("a<br><br>b", "a\n\nb"),
        ("<style>p {}</style><p>a</p><script>b()</script>", "a"),
        ("a<!-- b -->c", "ac"),
    ],
)
def test_no_word_spans_two_blocks_and_what_is_hidden_is_not_shown(html: str, shown: str):
    assert plain_text(html) == shown


@pytest.mark.parametrize(
    ("written", "shown", "cut"),
    [
        ("今天公布 ...全文", "今天公布", True),
        ("今天公布…全文", "今天公布", True),
        ("今天公布......全文\u200b\n", "今天公布", True),
        ("今天公布...全文： http://m.weibo.cn/99/4", "今天公布", True),
        ("今天公布 展开全文c", "今天公布", True),
        ("今天公布...展开全文", "今天公布", True),
        ("今天公布 展开c", "今天公布", True),
        ("今天公布…阅读全文", "今天公布", True),
        ("今天公布... 查看全文", "今天公布", True),
        ("今天公布…查看全部", "今天公布", True),
        ("今天公布 ...展开", "今天公布", True),
        ("工作全面展开", "工作全面展开", False),
        ("今天公布 收起全文d", "今天公布", False),
        ("今天公布收起d", "今天公布", False),
        ("今天公布 收起全文", "今天公布", False),
        ("点击链接阅读全文", "点击链接阅读全文", False),
        ("今天公布全文", "今天公布全文", False),
        ("今天公布...全文如下", "今天公布...全文如下", False),
        ("...全文", "...全文", True),
        ("今天公布", "今天公布", False),
    ],
)
def test_what_a_site_puts_behind_a_text_is_dropped_and_says_whether_it_was_cut(written: str, shown: str, cut: bool):
    assert unfolded(written) == (shown, cut)
