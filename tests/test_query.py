"""What a query means: cases with a gloss, laws against a plain evaluator, and sentences for slips."""

import csv
import re
import subprocess
import time
from collections.abc import Callable
from itertools import accumulate
from pathlib import Path
from typing import NamedTuple

import opencc
import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipeline import lexicon
from pipeline.errors import InputError
from pipeline.query import parse, prefilter
from pipeline.segment import Segmenter
from pipeline.text import normalise

ROOT = Path(__file__).parents[1]
CASES = ROOT / "tests" / "cases" / "query.tsv"


def cases() -> list[dict[str, str]]:
    with CASES.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def never(text: str) -> list[str]:
    raise AssertionError(f"segmented {text}")


def found(query: str, *texts: str, cut: Callable[[str], list[str]] = never) -> list[bool]:
    return parse(query).matches(pa.array(texts, pa.string()), cut).tolist()


@pytest.fixture(scope="module")
def segmenter(tmp_path_factory: pytest.TempPathFactory) -> Segmenter:
    return Segmenter(lexicon.USERDICT, tmp_path_factory.mktemp("cache"))


@pytest.mark.parametrize("case", cases(), ids=lambda case: case["gloss"])
def test_a_query_finds_a_text_or_leaves_it(segmenter: Segmenter, case: dict[str, str]):
    cut = segmenter.cut if "match" in case["query"] else never

    assert found(case["query"], case["text"], cut=cut) == [case["found"] == "yes"]


def test_every_example_of_the_page_finds_and_leaves_what_the_page_says(segmenter: Segmenter):
    page = (ROOT / "docs" / "query.md").read_text(encoding="utf-8")
    table = page.partition("## What is searched")[0]
    rows = re.findall(r"^\| `([^`]+)` \| ([^|]+) \| ([^|]+) \|", table, flags=re.M)

    assert len(rows) > 20
    for cell, finds, leaves in rows:
        query = cell.replace("\\|", "|")  # as a table of Markdown writes it
        assert (query, found(query, finds.strip(), leaves.strip(), cut=segmenter.cut)) == (query, [True, False])


class Asked(NamedTuple):
    """A query, and what it must say of a text in normal form, by the plainest means."""

    query: str
    holds: Callable[[str], bool]


def pairs(text: str) -> list[str]:
    """Token edges after every second character: no dictionary is needed to test what an edge does."""
    return [text[at : at + 2] for at in range(0, len(text), 2)]


def places_of(word: str, *, tokens: bool = False) -> Callable[[str], list[tuple[int, int]]]:
    word = normalise(word)

    def places(text: str) -> list[tuple[int, int]]:
        edges = {0, *accumulate(map(len, pairs(text)))}
        spans = [(m.start(), m.start() + len(word)) for m in re.finditer(f"(?={re.escape(word)})", text)]
        free = [s for s in spans if not any(re.search("[0-9a-z]{2}", text[max(0, at - 1) : at + 1]) for at in s)]
        return [span for span in free if not tokens or edges >= set(span)]

    return places


def places_like(pattern: str) -> Callable[[str], list[tuple[int, int]]]:
    return lambda text: [m.span() for m in re.finditer(pattern, text, flags=re.I)]


WORDS = [
    "阿里",
    "阿裡",
    "女员工",
    "员工",
    "里",
    "深沉",
    "hr",
    "HR",
    "807",
    "a",
    "乾隆",
    "员 工",
    "破冰",
    "沈",
    "é",
    "hr女",
]
PATTERNS = ["女.{0,2}工", "阿里|员", "[hr]{2}", "^阿", "8.7", "女|女员"]
PLACES = st.one_of(
    st.sampled_from(WORDS).map(lambda w: (f'"{w}"', places_of(w))),
    st.sampled_from(WORDS).map(lambda w: (f"(match:boundary 「{w}」)", places_of(w, tokens=True))),
    st.sampled_from(PATTERNS).map(lambda p: (f"/{p}/", places_like(p))),
)


def near(left, right, n: int) -> Asked:
    def holds(text: str) -> bool:
        spans = [(a, b) for a in left[1](text) for b in right[1](text)]
        return any(0 <= b[0] - a[1] <= n or 0 <= a[0] - b[1] <= n for a, b in spans)

    return Asked(f"({left[0]} NEAR/{n} {right[0]})", holds)


LEAVES = st.one_of(
    PLACES.map(lambda place: Asked(place[0], lambda text: bool(place[1](text)))),
    st.builds(near, PLACES, PLACES, st.integers(0, 6)),
)


def both(a: Asked, b: Asked) -> Asked:
    return Asked(f"({a.query} AND {b.query})", lambda text: a.holds(text) and b.holds(text))


def either(a: Asked, b: Asked) -> Asked:
    return Asked(f"({a.query} OR {b.query})", lambda text: a.holds(text) or b.holds(text))


def no(a: Asked) -> Asked:
    return Asked(f"NOT {a.query}", lambda text: not a.holds(text))


QUERIES = st.recursive(
    LEAVES, lambda inner: st.one_of(st.builds(both, inner, inner), st.builds(either, inner, inner), inner.map(no))
)
TEXTS = st.lists(
    st.lists(
        st.sampled_from(
            [*"阿里裡女員员工深沈沉乾隆干破冰hHrR8０07ａa ，。é\u0301\u200b\u3000“」·x…..", "英哩", "㈱", "🍺"]
        ),
        max_size=14,
    ).map("".join),
    max_size=6,
)


@given(asked=QUERIES, texts=TEXTS)
@settings(deadline=None, max_examples=400)
@example(asked=Asked('"e"', lambda text: "e" in text), texts=["e\u0301", "e"])
def test_a_query_says_what_a_plain_evaluator_says_of_each_text(asked: Asked, texts: list[str]):
    assert found(asked.query, *texts, cut=pairs) == [asked.holds(normalise(text)) for text in texts]


@given(a=QUERIES, b=QUERIES, texts=TEXTS)
@settings(deadline=None, max_examples=60)
def test_twice_not_is_nothing_and_the_order_of_and_and_or_does_not_matter(a: Asked, b: Asked, texts: list[str]):
    for one, other in (
        (a.query, f"NOT NOT {a.query}"),
        (f"{a.query} AND {b.query}", f"{b.query} {a.query}"),
        (f"{a.query} OR {b.query}", f"{b.query} OR {a.query}"),
        (f"NOT ({a.query} OR {b.query})", f"NOT {a.query} AND NOT {b.query}"),
    ):
        assert found(one, *texts, cut=pairs) == found(other, *texts, cut=pairs)


@given(left=PLACES, right=PLACES, n=st.integers(0, 6), texts=TEXTS)
@settings(deadline=None, max_examples=100)
def test_near_is_symmetric_and_a_wider_one_finds_no_less(left, right, n: int, texts: list[str]):
    one = found(f"{left[0]} NEAR/{n} {right[0]}", *texts, cut=pairs)

    assert one == found(f"{right[0]} NEAR/{n} {left[0]}", *texts, cut=pairs)
    assert all(
        wide or not narrow
        for narrow, wide in zip(one, found(f"{left[0]} NEAR/{n + 1} {right[0]}", *texts, cut=pairs), strict=True)
    )


@given(QUERIES)
@settings(deadline=None)
def test_a_query_written_out_is_read_as_the_same_query(asked: Asked):
    assert parse(str(parse(asked.query))) == parse(asked.query)


@given(text=st.text(max_size=30), word=st.text(min_size=1, max_size=3))
@settings(deadline=None, max_examples=300)
def test_what_is_said_beforehand_of_a_word_holds_in_the_normal_form(text: str, word: str):
    for sought in (word, normalise(text)[:3]):
        if normal := normalise(sought).strip().replace("」", ""):
            (verdict,) = prefilter.decided(parse(f"「{normal}」").node, pa.array([text])).to_pylist()
            assert verdict in (None, normal in normalise(text))


def test_what_opencc_makes_of_whole_phrases_is_found(tmp_path: Path):
    folder = Path(opencc.__file__).parent / "clib"
    tool, table = folder / "bin" / "opencc_dict", folder / "share" / "opencc" / "TSPhrases.ocd2"
    if not (tool.exists() and table.exists()):
        pytest.skip("this build of OpenCC comes without its dictionary tool")
    out = tmp_path / "phrases.txt"
    subprocess.run([tool, "-i", table, "-o", out, "-f", "ocd2", "-t", "text"], check=True, capture_output=True)
    phrases = [line.split("\t")[0] for line in out.read_text(encoding="utf-8").splitlines()]

    assert len(phrases) > 300
    assert [p for p in phrases if found(p, p) != [True]] == []
    only_in_phrases = [p for p in phrases if normalise(p) != p and all(normalise(c) == c for c in p)]
    for made in {c for p in only_in_phrases for c in normalise(p) if c not in p}:
        assert found(made, *only_in_phrases) == [made in normalise(p) for p in only_in_phrases]


def test_the_order_of_precedence_is_shown():
    shown = str(parse("阿里 OR 淘宝 AND NOT 陪酒 NEAR/5 (领导 OR /客.户/) match:boundary"))

    assert shown == (
        "(match:boundary 阿里) OR ((match:boundary 淘宝) AND NOT "
        "((match:boundary 陪酒) NEAR/5 ((match:boundary 领导) OR /客.户/)))"
    )


def test_only_candidates_are_normalised_and_segmented(segmenter: Segmenter):
    seen: list[str] = []

    def cut(text: str) -> list[str]:
        seen.append(text)
        return segmenter.cut(text)

    texts = ["今天下雨", "团建破冰", "破冰", "团建"]
    assert found("团建 AND match:boundary 破冰", *texts, cut=cut) == [False, True, False, False]
    assert seen == ["团建破冰"]


def test_a_hundred_words_are_sought_together():
    words = [chr(0x4E00 + 7 * number) + "里" for number in range(400)]
    texts = [words[399], words[0], "山", "里"]

    assert found(" OR ".join(words), *map(normalise, texts)) == [True, True, False, False]


@pytest.mark.parametrize("pattern", ["(a+)+b", "(a|aa)+c", "(.*)*x", "(a?){30}a{30}b"], ids=str)
def test_a_regular_expression_that_hangs_a_backtracking_engine_is_answered_at_once(pattern: str):
    began = time.perf_counter()
    assert found(f"/{pattern}/ NEAR/5 /c+/", "a" * 40_000 + "!") == [False]
    assert time.perf_counter() - began < 10


def test_no_text_is_no_answer():
    assert found("阿里 OR NOT /女/") == []
    assert found("NOT 阿里", "") == [True]


SLIPS = {
    "nothing": (" ", "The query is empty"),
    "too much": ("a " * 10_001, "The query has 20,002 characters; 20,000 is the most."),
    "an operator at the end": ("阿里 AND", "«阿里 AND^»: a word, a \"phrase\", a /regular expression/ or a parenthesis is missing at the end"),
    "an operator at the beginning": ("OR 阿里", "«^OR 阿里»: a word, .* is missing before OR"),
    "two operators": ("阿里 OR AND 陪酒", "«阿里 OR ^AND 陪酒»: a word, .* is missing before AND"),
    "an empty parenthesis": ("阿里 ()", r"«阿里 \(^\)»: a word, .* is missing before \)"),
    "an open parenthesis": ("(阿里 OR 淘宝", r"淘宝^»: a parenthesis is not closed; add \)"),
    "a closing parenthesis too many": ("阿里) 淘宝", r"«阿里^\) 淘宝»: this parenthesis closes none"),
    "an open quotation": ('阿里 "陪酒', "«阿里 ^\"陪酒»: the quotation that begins here is not closed"),
    "an open regular expression": ("阿里 /女.工", "«阿里 ^/女.工»: the regular expression that begins here has no closing slash"),
    "a small operator": ("阿里 and 陪酒", 'write AND, if it joins words, or "and", if it is one'),
    "a full-width operator": ("阿里 ＯＲ 陪酒", "write OR, if it joins words"),
    "NEAR without a number": ("阿里 NEAR 陪酒", "write NEAR/10, with a number"),
    "NEAR with half a number": ("阿里 NEAR/x 陪酒", "NEAR takes a number of characters up to 9999"),
    "NEAR three times": ("a NEAR/5 b NEAR/5 c", "«a NEAR/5 b ^NEAR/5 c»: NEAR joins two; write a NEAR/5 b AND b NEAR/5 c"),
    "NEAR of what has no place": ("(a AND b) NEAR/5 c", "NEAR joins words, phrases and regular expressions"),
    "NOT after NEAR": ("a NEAR/5 NOT b", "is missing before NOT"),
    "a minus": ("阿里 -阿里山", "«阿里 ^-阿里山»: write NOT before a word"),
    "a wildcard": ("女员*", r"«女员^\*»: this sign has no meaning here"),
    "a bar": ("阿里|淘宝", r"«阿里^\|淘宝»: write OR between words"),
    "an ampersand": ("阿里 && 淘宝", "write AND between words"),
    "a comma": ("阿里，淘宝", "put the word in quotation marks if the sign ， belongs to it"),
    "an unknown mode": ("match:token 阿里", "«^match:token 阿里»: match: is followed by substring or by boundary"),
    "a mode and nothing": ("阿里 OR match:boundary", "is missing after match:boundary"),
    "two modes": ("match:boundary 阿里 match:substring", "one match: is enough"),
    "a mode for a pattern": ("阿里 match:boundary /女/", "a regular expression states its own edges"),
    "an unbalanced pattern": ("/(女/", r"RE2 refuses this regular expression \(missing \): \(女\)"),
    "two unbalanced halves": ("/a)(b/", "RE2 refuses this regular expression"),
    "a look-ahead": ("/女(?!员)/", "it knows no look-ahead and no back-references"),
    "a back-reference": (r"/(.)\1/", "it knows no look-ahead and no back-references"),
    "a pattern too large": ("/(((女{100}){100}){100})/", "RE2 refuses this regular expression"),
    "a pattern that is found everywhere": ("/女*/", "found in any text; ask for one character at least"),
    "no pattern": ("阿里 //", "found in any text"),
    "traditional script in a pattern": ("/阿裡.*女/", "the normal form, which has 阿里 for 阿裡"),
    "a full-width sign in a pattern": ("/真的？/", r"the normal form, which has 真的\? for 真的？"),
    "a word edge between Han": (r"/\b医院\b/", r"\\b sees no edge between Chinese characters"),
    "a word of nothing": ("阿里 “ ”", "nothing is left of this in normal form"),
    "half a character": ("阿里\udce9", "this is no character; give the query in UTF-8"),
    "many parentheses": ("(" * 60 + "a" + ")" * 60, "more than 50 parentheses stand inside one another"),
}  # fmt: skip


@pytest.mark.parametrize(("query", "sentence"), SLIPS.values(), ids=SLIPS)
def test_a_slip_is_one_sentence_that_points_at_its_place(query: str, sentence: str):
    with pytest.raises(InputError, match=re.sub(r"(?<!\\)\^", r"\\^", sentence)) as refusal:
        parse(query)

    assert "\n" not in str(refusal.value)
    str(refusal.value).encode()


@given(st.text('阿里女"“”「()（）/／|*\\[]NEARDOT AND OR NOT NEAR/5 match:boundary?.^$ \n', max_size=25))
@settings(deadline=None, max_examples=400)
def test_whatever_is_typed_is_a_query_or_one_sentence(query: str):
    try:
        asked = parse(query)
    except InputError as refusal:
        assert "\n" not in str(refusal)
    else:
        asked.matches(pa.array(["阿里女", ""]), list)
