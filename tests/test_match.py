"""What counts as a mention, and what does not."""

import csv
import datetime as dt
from itertools import accumulate
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline import lexicon
from pipeline.match import Matcher
from pipeline.schema import Findings, Lexicon, Rule, Topic
from pipeline.segment import Segmenter
from pipeline.text import normalise, split_quoted

CASES = Path(__file__).parent / "cases" / "match"
DAY = dt.date(2021, 8, 8)


def cases(name: str) -> list[dict[str, str]]:
    with (CASES / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def names(cell: str | None) -> set[str]:
    return set(filter(None, (cell or "").split(",")))


@pytest.fixture(scope="module")
def segmenter(tmp_path_factory: pytest.TempPathFactory) -> Segmenter:
    return Segmenter(lexicon.USERDICT, tmp_path_factory.mktemp("cache"))


@pytest.fixture(scope="module")
def matcher(segmenter: Segmenter) -> Matcher:
    return Matcher(lexicon.load(), segmenter.cut)


def small(*rules: Rule, masks: frozenset[str] = frozenset()) -> Lexicon:
    return Lexicon("test", (Topic("topic", "Topic", "话题", rules, masks),), "")


def find(words: Lexicon, text: str, cut=list, day: dt.date = DAY) -> Findings:
    return Matcher(words, cut).find(normalise(text), day)


@pytest.mark.parametrize("case", cases("titles.tsv"), ids=lambda case: case["gloss"])
def test_a_title_has_exactly_these_topics(matcher: Matcher, case: dict[str, str]):
    found = matcher.find(normalise(case["text"]), DAY, title=True)

    assert found.topics == names(case["topics"])
    assert found.evasions == set()


@pytest.mark.parametrize("case", cases("posts.tsv"), ids=lambda case: case["gloss"])
def test_a_post_has_these_topics_in_its_own_words_in_disguise_and_in_what_it_quotes(matcher: Matcher, case):
    own, quoted = split_quoted(case["text"])
    found = matcher.find(normalise(own), DAY)

    assert found.topics == names(case["topics"])
    assert found.evasions == names(case["evasions"])
    assert matcher.find(normalise(quoted), DAY).topics == names(case["quoted"])


def test_a_term_inside_a_mask_does_not_count_and_outside_it_does():
    words = small(Rule("阿里", "阿里"), masks=frozenset({"阿里山"}))

    assert find(words, "阿里山").topics == set()
    assert [(m.start, m.end) for m in find(words, "阿里山和阿里").mentions] == [(4, 6)]


def test_of_two_masks_the_longer_one_is_laid_first():
    words = small(Rule("产假", "产假"), masks=frozenset({"陪产", "产假延长"}))

    assert find(words, "陪产假延长").topics == set()
    assert find(words, "陪产假").topics == set()


def test_a_partner_inside_a_mask_is_no_partner():
    words = small(Rule("敬酒", "敬酒", needs=frozenset({"领导"})), masks=frozenset({"领导力课程"}))

    assert find(words, "领导敬酒").topics == {"topic"}
    assert find(words, "领导力课程上敬酒").topics == set()


def test_a_partner_may_overlap_the_term_but_must_not_be_it():
    words = small(Rule("接力", "接力", needs=frozenset({"接力转发"})))

    assert find(words, "接力转发").topics == {"topic"}
    assert find(words, "接力").topics == set()


@pytest.mark.parametrize(
    ("between", "counts"), [(25, True), (27, False)], ids=["within 25 characters", "27 characters away"]
)
def test_a_partner_in_another_sentence_counts_only_nearby(between: int, counts: bool):
    words = small(Rule("敬酒", "敬酒", needs=frozenset({"客户"})))
    filler = "啊" * (between - len("。客户"))

    assert bool(find(words, f"敬酒。{filler}客户").topics) == counts


def test_a_partner_anywhere_in_the_same_sentence_counts():
    words = small(Rule("敬酒", "敬酒", needs=frozenset({"客户"})))

    assert find(words, "敬酒" + "啊" * 90 + "客户").topics == {"topic"}


def test_a_blocker_acts_only_in_the_window():
    words = small(Rule("敬酒", "敬酒", blockers=frozenset({"新娘"})))

    assert find(words, "新娘来敬酒").topics == set()
    assert find(words, "新娘走了。" + "啊" * 30 + "敬酒").topics == {"topic"}


def test_one_of_several_rules_for_a_term_is_enough():
    words = small(Rule("灌酒", "灌酒", needs=frozenset({"客户"})), Rule("灌酒", "灌酒", needs=frozenset({"违法"})))

    assert find(words, "灌酒违法").topics == {"topic"}


def test_a_rule_holds_only_between_its_dates():
    words = small(Rule("阿里事件", "阿里事件", valid_from=dt.date(2021, 8, 7), valid_to=dt.date(2022, 12, 31)))

    assert find(words, "阿里事件", day=dt.date(2021, 8, 6)).topics == set()
    assert find(words, "阿里事件", day=dt.date(2021, 8, 7)).topics == {"topic"}
    assert find(words, "阿里事件", day=dt.date(2024, 6, 14)).topics == set()


def test_a_term_that_tables_must_not_print_is_shown_as_something_else():
    assert [m.term for m in find(small(Rule("本名", "化名")), "本名").mentions] == ["化名"]


def test_what_the_boundary_rule_refuses_is_kept_with_its_verdict(segmenter: Segmenter):
    words = small(Rule("破冰", "破冰", boundary=True))

    assert [m.verdict for m in find(words, "气温跌破冰点", segmenter.cut).mentions] == ["boundary"]
    assert [m.verdict for m in find(words, "新人破冰", segmenter.cut).mentions] == ["accepted"]


def test_words_of_the_lexicon_that_jieba_would_misread_are_found_without_a_boundary_rule(matcher: Matcher):
    assert matcher.find(normalise("公司应当预防性侵"), DAY).topics == {"workplace_harassment"}


LETTERS = st.text(alphabet="破冰点跌气温人a1", max_size=12)
TOKENS = st.lists(st.integers(1, 4), max_size=12)


@given(text=LETTERS, lengths=TOKENS)
@settings(deadline=None)
def test_the_boundary_rule_refuses_exactly_the_places_that_a_token_straddles(text: str, lengths: list[int]):
    ends = [end for end in accumulate(lengths) if end < len(text)] + [len(text)]
    tokens = [text[a:b] for a, b in zip([0, *ends], ends, strict=False) if a < b]
    spans = list(zip([0, *accumulate(map(len, tokens))], accumulate(map(len, tokens)), strict=False))
    found = find(small(Rule("破冰", "破冰", boundary=True)), text, cut=lambda _: tokens).mentions

    for m in found:
        straddled = any(a < m.start < b < m.end or m.start < a < m.end < b for a, b in spans)
        assert m.verdict == ("boundary" if straddled else "accepted")
    assert len(found) == text.count("破冰")


PIECES = st.lists(
    st.sampled_from(
        ["阿里", "女员工", "陪酒", "领导", "婚礼", "阿里山", "破冰", "性侵", "。", "，", "·", "今天", "qj", "公司"]
    ),
    max_size=14,
)


@given(pieces=PIECES)
@settings(deadline=None, max_examples=60)
def test_the_order_of_topics_and_rules_does_not_matter(segmenter: Segmenter, pieces: list[str]):
    words = lexicon.load()
    turned = Lexicon(
        words.version,
        tuple(Topic(t.id, t.label_en, t.label_zh, t.rules[::-1], t.masks) for t in reversed(words.topics)),
        words.digest,
    )
    one, other = (Matcher(w, segmenter.cut).find(normalise("".join(pieces)), DAY) for w in (words, turned))

    assert sorted(one.mentions) == sorted(other.mentions)
    assert (one.topics, one.evasions) == (other.topics, other.evasions)


@pytest.mark.parametrize(
    ("folder", "topic", "expected"),
    [
        ("weibo-hot-search", "alibaba_case", [0, 0, 0, 10, 11, 8, 6, 0, 0, 2, 7, 3, 0, 0, 0, 0]),
        ("weibo-hot-search", "drinking_culture", [0, 0, 0, 2, 4, 4, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
        ("zhihu-hot-questions", "alibaba_case", [0, 0, 1, 4, 9, 7, 8, 7, 1, 1, 2, 4, 2, 0, 0, 0]),
        ("zhihu-hot-questions", "drinking_culture", [0, 0, 0, 0, 2, 1, 4, 5, 1, 0, 0, 1, 2, 0, 0, 0]),
    ],
)
def test_real_boards_of_5_to_20_august_2021_have_the_published_counts(matcher, shared_data, folder, topic, expected):
    import json

    def titles(day: int) -> set[str]:
        rows = json.loads((shared_data / folder / "raw" / f"2021-08-{day:02}.json").read_text(encoding="utf-8"))
        return {row["title"] for row in rows}

    counts = [
        sum(topic in matcher.find(normalise(title), DAY, title=True).topics for title in titles(day))
        for day in range(5, 21)
    ]

    assert counts == expected
