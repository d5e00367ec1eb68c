"""What counts as a mention, and what does not."""

import csv
import datetime as dt
import hashlib
import random
from dataclasses import replace
from functools import cache
from itertools import accumulate
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline import lexicon
from pipeline.match import Matcher
from pipeline.schema import Candidate, Findings, Lexicon, Rule, Topic
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
    return Matcher(shipped(), segmenter.cut)


def small(*rules: Rule, masks: frozenset[str] = frozenset(), **points: int) -> Lexicon:
    return Lexicon("test", (Topic("topic", "Topic", "话题", rules, masks, tuple(points.items())),), "")


def find(words: Lexicon, text: str, cut=list, day: dt.date = DAY) -> Findings:
    return Matcher(words, cut).find(normalise(text), day)


def explain(words: Lexicon, text: str, cut=list, day: dt.date = DAY, title: bool = False) -> list[Candidate]:
    return Matcher(words, cut).explain(normalise(text), day, title=title)


def verdicts(words: Lexicon, text: str, cut=list, day: dt.date = DAY, title: bool = False) -> list[tuple[str, str]]:
    return [(c.verdict, c.because) for c in explain(words, text, cut, day, title)]


def needing(*words: str, **rest) -> Rule:
    return Rule("敬酒", "敬酒", needs=frozenset(words), **rest)


@cache
def shipped() -> Lexicon:
    return lexicon.load()


def labelled() -> list[object]:
    """The labelled sentences of both splits; those that are known to fail are strict xfails."""
    failing = {row["key"] for row in cases("known_failures.tsv")}
    rows = [(path.stem, row) for path in sorted(CASES.glob("labelled_*.tsv")) for row in cases(path.name)]
    marks = {True: [pytest.mark.xfail(strict=True, reason="known failure")], False: []}
    return [
        pytest.param(row, id=f"{name} {key(row['text'])} {row['gloss']}", marks=marks[key(row["text"]) in failing])
        for name, row in rows
    ]


def key(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


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


@pytest.mark.parametrize("case", labelled())
def test_a_labelled_sentence_has_exactly_its_topics(matcher: Matcher, case: dict[str, str]):
    title = case["kind"] == "title"
    own = case["text"] if title else split_quoted(case["text"].replace("\\n", "\n")).own
    found = matcher.find(normalise(own), DAY, title=title)

    assert found.topics | found.evasions == names(case["topics"])


@pytest.mark.parametrize("case", cases("ordinary.tsv"), ids=lambda case: case["gloss"])
def test_an_ordinary_text_has_no_topic(matcher: Matcher, case: dict[str, str]):
    found = matcher.find(normalise(case["text"]), DAY)

    assert found.topics | found.evasions == set()


def test_every_known_failure_is_a_labelled_sentence():
    texts = {key(row["text"]) for path in CASES.glob("labelled_*.tsv") for row in cases(path.name)}

    assert {row["key"] for row in cases("known_failures.tsv")} <= texts


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
    words = shipped()
    turned = Lexicon(
        words.version,
        tuple(replace(t, rules=t.rules[::-1], points=t.points[::-1]) for t in reversed(words.topics)),
        words.digest,
    )
    one, other = (Matcher(w, segmenter.cut).find(normalise("".join(pieces)), DAY) for w in (words, turned))

    assert sorted(one.mentions) == sorted(other.mentions)
    assert (one.topics, one.evasions) == (other.topics, other.evasions)


@given(pieces=PIECES)
@settings(deadline=None, max_examples=60)
def test_what_is_found_is_what_the_explanation_accepts(matcher: Matcher, pieces: list[str]):
    text = normalise("".join(pieces))
    found, told = matcher.find(text, DAY), matcher.explain(text, DAY)

    accepted = [c for c in told if c.verdict == "accepted"]
    open_to_judgement = [c for c in told if c.verdict not in ("mask", "edge", "date")]
    assert found.topics | found.evasions == {c.topic for c in accepted}
    assert [(m.topic, m.term, m.start, m.end, m.verdict) for m in found.mentions] == [
        (c.topic, c.term, c.start, c.end, c.verdict) for c in open_to_judgement
    ]


@given(posts=st.lists(PIECES.map("".join).map(normalise), max_size=5), seed=st.integers(0, 9))
@settings(deadline=None, max_examples=30)
def test_the_mentions_of_a_post_do_not_depend_on_the_posts_beside_it(segmenter: Segmenter, posts: list[str], seed: int):
    order = random.Random(seed).sample(range(len(posts)), len(posts))
    together = Matcher(shipped(), segmenter.cut)
    beside = {i: together.explain(posts[i], DAY) for i in order}

    assert beside == {i: Matcher(shipped(), segmenter.cut).explain(post, DAY) for i, post in enumerate(posts)}


@given(pieces=PIECES, term=st.sampled_from(["阿里", "领导", "今天", "破冰", "女员工", "酒"]))
@settings(deadline=None, max_examples=40)
def test_a_new_term_changes_no_other_topic(segmenter: Segmenter, pieces: list[str], term: str):
    text = normalise("".join(pieces))
    *others, last = shipped().topics
    more = replace(last, rules=(*last.rules, Rule(term, term)))
    old, new = (Matcher(Lexicon("", (*others, topic), ""), segmenter.cut).explain(text, DAY) for topic in (last, more))

    assert [c for c in new if c.topic != last.id] == [c for c in old if c.topic != last.id]


@given(pieces=PIECES)
@settings(deadline=None, max_examples=60)
def test_every_place_of_every_term_is_explained(matcher: Matcher, pieces: list[str]):
    text = normalise("".join(pieces))
    told = {(c.topic, c.start, c.end) for c in matcher.explain(text, DAY) if not c.uncovered}

    places = {
        (topic.id, at, at + len(rule.term))
        for topic in shipped().topics
        for rule in topic.rules
        for at in range(len(text))
        if text.startswith(rule.term, at)
    }
    assert told == places


MASKED = frozenset({"敬酒服"})


@pytest.mark.parametrize(
    ("rule", "text", "verdict", "because"),
    [
        (Rule("敬酒", "敬酒"), "敬酒", "accepted", "stands alone"),
        (needing("领导"), "领导敬酒", "accepted", "领导"),
        (needing("领导", "客户"), "客户来了,给领导敬酒", "accepted", "领导"),
        (Rule("敬酒", "敬酒"), "敬酒服", "mask", "敬酒服"),
        (Rule("807", "807"), "1807例", "edge", "1"),
        (Rule("hr", "hr"), "xhry", "edge", "x and y"),
        (needing("领导", asked=("$BOSS", "")), "新郎敬酒", "partner", "none of $BOSS within reach"),
        (needing("领导"), "新郎敬酒", "partner", "none of its partners within reach"),
        (Rule("敬酒", "敬酒", blockers=frozenset({"新郎"})), "新郎敬酒", "blocker", "新郎"),
        (Rule("敬酒", "敬酒", valid_from=dt.date(2022, 1, 1)), "敬酒", "date", "valid from 2022-01-01 to ever"),
        (Rule("敬酒", "敬酒", tag=False), "#敬酒#", "tag", "in a hashtag"),
        (Rule("敬酒", "敬酒", only="title"), "敬酒", "partner", "counts in a title only"),
        (needing("领导", alone=True), "敬酒!", "accepted", "nothing else is said"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_verdict_names_what_decided_it(rule: Rule, text: str, verdict: str, because: str):
    assert verdicts(small(rule, masks=MASKED), text) == [(verdict, because)]


def test_a_token_that_straddles_a_term_is_named(segmenter: Segmenter):
    words = small(Rule("破冰", "破冰", boundary=True))

    assert verdicts(words, "气温跌破冰点", segmenter.cut) == [("boundary", "跌破")]


def test_of_several_rules_the_best_verdict_is_told():
    words = small(needing("客户"), Rule("敬酒", "敬酒", valid_to=dt.date(2020, 1, 1)))

    assert verdicts(words, "敬酒") == [("partner", "none of its partners within reach")]


def test_of_rules_that_lack_partners_each_says_what_it_lacks():
    words = small(needing("客户", asked=("$BOSS", "")), needing("宾客", asked=("$GUEST", "")))

    assert verdicts(words, "敬酒") == [("partner", "none of $BOSS within reach; none of $GUEST within reach")]


def test_a_rule_for_titles_is_told_of_a_post_only_if_no_rule_is_for_posts():
    words = small(Rule("敬酒", "敬酒", only="title"), needing("客户", only="post"))

    assert verdicts(words, "敬酒") == [("partner", "none of its partners within reach")]
    assert verdicts(words, "敬酒", title=True) == [("accepted", "stands alone")]


def test_of_two_sets_of_partners_both_are_needed():
    words = small(needing("领导", also=frozenset({"逼", "必须"}), asked=("$BOSS", "$FORCED")))

    assert verdicts(words, "领导逼我敬酒") == [("accepted", "领导 and 逼")]
    assert verdicts(words, "领导来敬酒") == [("partner", "none of $FORCED within reach")]


@pytest.mark.parametrize(
    ("text", "verdict", "because"),
    [
        ("领导逼我敬酒", "accepted", "7 points of 7: 逼 4, 领导 3"),
        ("领导逼我敬酒,又逼", "accepted", "7 points of 7: 逼 4, 领导 3"),
        ("领导逼我敬酒,婚礼", "points", "2 points of 7: 婚礼 -5, 逼 4, 领导 3"),
        ("领导敬酒#逼#", "points", "3 points of 7: 领导 3"),
        ("领导敬酒,逼债", "points", "3 points of 7: 领导 3"),
        ("逼我敬酒", "partner", "none of its partners within reach"),
    ],
)
def test_a_rule_may_ask_for_the_points_of_the_words_outside_hashtags_and_masks_each_once(text, verdict, because):
    words = small(needing("领导", least=7), masks=frozenset({"逼债"}), 领导=3, 逼=4, 婚礼=-5)

    assert verdicts(words, text) == [(verdict, because)]


@pytest.mark.parametrize(("between", "counts"), [(8, True), (9, False)])
def test_a_rule_may_shorten_the_reach_of_its_partners(between: int, counts: bool):
    words = small(needing("客户", reach=10))

    assert bool(find(words, "敬酒" + "啊" * between + "客户").topics) == counts


@pytest.mark.parametrize(("between", "counts"), [(10, True), (11, False)])
def test_a_general_partner_must_stand_within_12_characters(between: int, counts: bool):
    words = small(needing("公司", general=frozenset({"公司"})))

    assert bool(find(words, "敬酒" + "啊" * between + "公司").topics) == counts


def test_in_a_title_every_partner_is_within_reach():
    words = small(needing("公司", "客户", general=frozenset({"公司"}), reach=3))

    assert explain(words, "敬酒。" + "啊" * 40 + "公司", title=True)[0].verdict == "accepted"


def test_some_words_block_a_rule_wherever_they_stand():
    words = small(Rule("敬酒", "敬酒", nowhere=frozenset({"包邮"})))

    assert verdicts(words, "领导敬酒。" + "啊" * 60 + "。包邮") == [("blocker", "包邮")]
    assert verdicts(words, "领导敬酒 #包邮#") == [("blocker", "包邮")]


def test_a_hashtag_lends_no_partner_and_borrows_none():
    words = small(needing("领导"))

    assert find(words, "#领导# 敬酒").topics == set()
    assert find(words, "领导来了 #敬酒#").topics == set()
    assert find(words, "#领导敬酒# 好累").topics == {"topic"}


def test_a_blocker_outside_a_hashtag_blocks_inside_it():
    words = small(Rule("敬酒", "敬酒", blockers=frozenset({"新郎"})))

    assert find(words, "新郎来了 #敬酒#").topics == set()
    assert find(words, "#新郎# #喝酒# 敬酒").topics == {"topic"}


def test_a_hashtag_within_a_sentence_is_part_of_it():
    assert find(small(needing("领导")), "领导又在#敬酒#的时候骂人").topics == {"topic"}


def test_one_of_several_hashtags_counts_only_if_the_words_outside_speak_of_the_topic():
    words = small(Rule("米兔", "米兔"), Rule("反性侵", "反性侵"))

    assert verdicts(words, "今天跑步 #米兔# #瘦身#")[0][0] == "tag"
    assert find(words, "今天跑步 #米兔#").topics == {"topic"}
    assert find(words, "反性侵的一天 #米兔# #瘦身#").topics == {"topic"}
    assert [c.verdict for c in explain(words, "反性侵 #米兔# #瘦身#")] == ["accepted", "accepted"]


def test_an_everyday_word_vouches_for_none_of_several_hashtags():
    asking = (Rule(term, term, needs=frozenset({"性侵"})) for term in ("公司", "联名信"))
    words = small(Rule("米兔", "米兔"), *asking)

    assert find(words, "公司放假了 #米兔# #瘦身#").topics == set()
    assert find(words, "大家写了联名信 #米兔# #瘦身#").topics == {"topic"}


@pytest.mark.parametrize(
    "text",
    [
        "今天和同事去喝奶茶，老板人真好",
        "我家孩子不想上学，问我为什么",
        "领导说公司明天放假，大家都去看电影吧",
        "她问他：你们结婚的钱够吗？",
    ],
)
def test_hashtags_of_trends_that_are_appended_to_an_unrelated_post_do_not_count(matcher: Matcher, text: str):
    tags = "#阿里巴巴女员工被侵害# #职场酒桌文化# #吴亦凡被刑拘# #metoo# #破冰文化# #就业性别歧视# #阿里员工联名#"

    assert matcher.find(normalise(f"{text} {tags}"), DAY).topics == set()


def test_in_a_title_hashtags_are_words_like_others():
    assert explain(small(needing("领导", tag=False)), "#敬酒# #喝酒# 领导", title=True)[0].verdict == "accepted"


@pytest.mark.parametrize(
    ("text", "counts"),
    [("米兔", True), ("米兔！！米兔[心]", True), ("回复@某人: 米兔", True), ("#米兔#", True), ("米兔真可爱", False)],
)
def test_a_reply_that_says_nothing_else_needs_no_partner(text: str, counts: bool):
    words = small(Rule("米兔", "米兔", needs=frozenset({"性侵"}), alone=True))

    assert bool(find(words, text).topics) == counts


def test_a_disguise_is_placed_in_the_text_as_it_was_written():
    (told,) = explain(small(Rule("性骚扰", "性骚扰")), "说性·骚·扰的事")

    assert (told.start, told.end, told.uncovered, told.verdict) == (1, 6, True, "accepted")


def test_a_disguised_partner_is_told_beside_the_refusal_without_it():
    told = explain(small(needing("领导")), "敬酒 领*导")

    assert [(c.verdict, c.uncovered) for c in told] == [("partner", False), ("accepted", True)]


def test_what_is_accepted_undisguised_is_told_once():
    assert len(explain(small(needing("领导")), "领导敬酒,好·累")) == 1


def test_a_private_person_is_named_neither_as_a_term_nor_as_a_partner():
    words = small(
        Rule("本名", "[accused, private]", role="accused_private", needs=frozenset({"敬酒"})),
        needing("本名"),
        Rule("喝酒", "喝酒", blockers=frozenset({"本名"})),
    )
    told = explain(words, "本名敬酒,喝酒")

    assert {(c.term, c.because) for c in told} == {
        ("[accused, private]", "敬酒"),
        ("敬酒", "[accused, private]"),
        ("喝酒", "[accused, private]"),
    }


def test_no_explanation_of_the_shipped_lexicon_names_a_private_person(matcher: Matcher):
    private = {r.term: r.shown for t in shipped().topics for r in t.rules if r.role == "accused_private"}
    hidden = [term for term, label in private.items() if term != label]
    text = normalise("阿里女员工被性侵," + "和".join(hidden))

    told = matcher.explain(text, DAY)
    assert hidden
    assert [c for c in told if c.verdict == "accepted" and c.term in private.values()]
    assert not [c for c in told for name in hidden if name in c.term or name in c.because]


@pytest.mark.parametrize("text", ["阿裡女員工被性侵", "衹要 隻招男生", "職場性騷擾"])
def test_traditional_script_and_wrong_conversions_are_matched(matcher: Matcher, text: str):
    assert matcher.find(normalise(text), DAY).topics


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
