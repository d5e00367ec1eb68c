"""What two lexicons say differently, what of it can concern a text, and what a store keeps of a lexicon."""

import datetime as dt
import hashlib
import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from pipeline import changes, lexicon
from pipeline.match import Matcher
from pipeline.schema import Lexicon, Rule, Topic
from pipeline.text import normalise

DAY = dt.date(2021, 8, 9)


def made(*topics: Topic) -> Lexicon:
    return Lexicon("1", topics, "")


def topic(*rules: Rule, name: str = "t", masks: tuple[str, ...] = ()) -> Topic:
    return Topic(name, "", "", rules, frozenset(masks))


def rule(term: str, *needs: str, **values: object) -> Rule:
    return Rule(term, str(values.pop("shown", term)), frozenset(needs), **values)


OLD = made(topic(rule("劝酒", "领导"), rule("酒桌"), masks=("劝酒歌",)), topic(rule("米兔"), name="u"))


@pytest.mark.parametrize(
    ("new", "strings"),
    [
        pytest.param(OLD, set(), id="nothing"),
        pytest.param(replace(OLD, version="2"), set(), id="version"),
        pytest.param(made(replace(OLD.topics[0], label_en="x"), OLD.topics[1]), set(), id="label"),
        pytest.param(
            made(topic(rule("劝酒", "领导", note="why"), rule("酒桌"), masks=("劝酒歌",)), OLD.topics[1]), set(), id="note"
        ),
        pytest.param(
            made(topic(rule("劝酒", "领导", "客户"), rule("酒桌"), masks=("劝酒歌",)), OLD.topics[1]), {"劝酒"}, id="partner"
        ),
        pytest.param(
            made(topic(rule("劝酒", "领导"), rule("酒桌"), masks=("祝酒歌",)), OLD.topics[1]), {"劝酒歌", "祝酒歌"}, id="mask"
        ),
        pytest.param(made(OLD.topics[0]), {"米兔"}, id="topic gone"),
        pytest.param(
            made(replace(OLD.topics[0], points=(("领导", 3),)), OLD.topics[1]), set(), id="points that no rule asks for"
        ),
        pytest.param(
            made(*OLD.topics, topic(rule("加班"), name="v", masks=("加班费",))), {"加班", "加班费"}, id="topic new"
        ),
        pytest.param(
            made(OLD.topics[0], topic(rule("米兔", valid_from=DAY), name="u")), {"米兔"}, id="limit in time"
        ),
    ],
)  # fmt: skip
def test_only_terms_of_changed_rules_and_changed_masks_can_concern_a_text(new: Lexicon, strings: set[str]):
    assert changes.between(OLD, new).strings == strings
    assert changes.between(new, OLD).strings == strings


def test_topics_come_and_go():
    new = made(topic(rule("劝酒")))

    assert changes.between(OLD, new).removed_topics == {"u"}
    assert changes.between(new, OLD).added_topics == {"u"}


WORDS = st.sampled_from(["劝酒", "酒", "领导", "领导劝酒", "a", "ab", "罚酒"])
SETS = st.frozensets(WORDS, max_size=2)
RULES = st.builds(
    Rule,
    WORDS,
    st.sampled_from(["劝酒", "酒", "某"]),
    SETS,
    SETS,
    st.booleans(),
    st.booleans(),
    st.none() | st.just(DAY),
    st.none() | st.just(DAY),
    also=SETS,
    nowhere=SETS,
    reach=st.sampled_from([0, 3]),
    tag=st.booleans(),
    alone=st.booleans(),
    only=st.sampled_from(["", "title", "post"]),
    least=st.sampled_from([0, 0, 2]),
)
POINTS = st.dictionaries(WORDS, st.sampled_from([-1, 1, 2]), max_size=3).map(lambda told: tuple(sorted(told.items())))
TOPICS = st.builds(
    Topic, st.just("?"), st.just(""), st.just(""), st.lists(RULES, min_size=1, max_size=4).map(tuple), SETS, POINTS
)
LEXICONS = st.dictionaries(st.sampled_from("abc"), TOPICS, min_size=1).map(
    lambda topics: made(*(replace(topics[name], id=name) for name in sorted(topics)))
)
TEXTS = st.lists(WORDS | st.sampled_from(["·", "。", " ", "#", "1", "好"]), max_size=8).map("".join).map(normalise)


def in_halves(text: str) -> list[str]:
    return [text[first : first + 2] for first in range(0, len(text), 2)]


def said(lexicon: Lexicon, text: str, day: dt.date, title: bool) -> tuple:
    found = Matcher(lexicon, in_halves).find(text, day, title=title)
    return sorted(found.mentions), found.topics, found.evasions


@given(old=LEXICONS, new=LEXICONS, text=TEXTS, day=st.sampled_from([DAY, DAY + dt.timedelta(1)]), title=st.booleans())
@examples(max_examples=300, deadline=None)
def test_a_text_without_a_changed_string_is_judged_alike(old, new, text, day, title):
    if not changes.Screen(changes.between(old, new).strings).found(text):
        assert said(old, text, day, title) == said(new, text, day, title)


@given(lexicon=LEXICONS, added=RULES, text=TEXTS)
@examples(max_examples=200, deadline=None)
def test_a_term_more_never_changes_what_is_said_of_another_topic(lexicon, added, text):
    first = lexicon.topics[0]
    more = made(replace(first, rules=(*first.rules, added)), *lexicon.topics[1:])

    def others(found: tuple) -> list:
        return [mention for mention in found[0] if mention.topic != first.id]

    assert others(said(lexicon, text, DAY, False)) == others(said(more, text, DAY, False))


@given(lexicon=LEXICONS)
@examples(max_examples=100, deadline=None)
def test_what_is_recorded_decides_as_the_lexicon_does(lexicon):
    again = changes.restored(changes.recorded(lexicon), lexicon)

    assert again is not None
    assert changes.between(lexicon, again).topics == {}
    assert changes.recorded(again) == changes.recorded(lexicon)


def test_the_record_of_the_lexicon_in_use_can_be_read_and_holds_no_private_name():
    today = lexicon.load()
    record = changes.recorded(today)
    private = {rule.term for topic in today.topics for rule in topic.rules if rule.shown != rule.term}

    assert private
    assert not [name for name in private if json.dumps(name, ensure_ascii=False) in record]
    assert changes.restored(record, today) is not None


PRIVATE = made(topic(rule("甲乙", shown="某", valid_from=DAY), rule("性侵", "甲乙")))


def test_another_private_name_makes_a_record_useless_because_it_cannot_be_compared():
    other = made(topic(rule("丙丁", shown="某"), rule("性侵", "丙丁")))

    assert changes.restored(changes.recorded(PRIVATE), other) is None
    assert changes.restored(changes.recorded(PRIVATE), PRIVATE) is not None


def signed(topics: str) -> str:
    return hashlib.sha256(topics.encode()).hexdigest() + "\n" + topics


@pytest.mark.parametrize(
    "topics",
    [
        "", "{", "1", "[1]", "{}", '[{"id": 1}]', '{"sets": 1}', '{"sets": [], "topics": [{"id": 1}]}',
        '{"sets": [[]], "topics": [{"id": "t", "rules": 1, "masks": 0}]}',
        '{"sets": [], "topics": [{"id": "t", "rules": [], "masks": 3}]}',
    ],
)  # fmt: skip
def test_a_record_of_another_form_is_none(topics: str):
    assert changes.restored(topics, OLD) is None
    assert changes.restored(signed(topics), OLD) is None


def test_a_field_that_today_does_not_know_makes_a_record_useless():
    record = changes.recorded(OLD).partition("\n")[2]
    assert changes.restored(signed(record), OLD) is not None

    told = json.loads(record)
    told["topics"][0]["rules"][0]["new_condition"] = True
    assert changes.restored(signed(json.dumps(told, ensure_ascii=False, sort_keys=True)), OLD) is None


def test_the_list_of_changes_says_how_a_rule_differs_and_puts_like_ones_together():
    new = made(
        topic(rule("劝酒", "领导", "客户"), rule("酒桌", boundary=True), rule("拼酒", "公司"), rule("挡酒", "公司")),
        OLD.topics[1],
    )
    listed = changes.listed(changes.between(OLD, new), OLD, new)

    assert listed == [
        {"topic": "t", "what": "term", "change": "changed", "items": ["劝酒"],
         "how": {"needs": {"removed": [], "added": ["客户"]}}},
        {"topic": "t", "what": "term", "change": "added", "items": ["拼酒", "挡酒"], "how": {"needs": ["公司"]}},
        {"topic": "t", "what": "term", "change": "changed", "items": ["酒桌"],
         "how": {"boundary": {"removed": [False], "added": [True]}}},
        {"topic": "t", "what": "mask", "change": "removed", "items": ["劝酒歌"], "how": {}},
    ]  # fmt: skip


def test_the_list_of_changes_tells_points_by_word_and_not_the_rules_that_ask_for_them():
    old = made(replace(topic(rule("劝酒", least=5), rule("酒桌")), points=(("客户", 2), ("领导", 3), ("逼", 1))))
    new = made(replace(old.topics[0], points=(("客户", 2), ("领导", 4), ("陪", 1))))
    change = changes.between(old, new)

    assert change.strings == {"劝酒"}
    assert [(row["what"], row["change"], row["items"], row["how"]) for row in changes.listed(change, old, new)] == [
        ("points", "removed", ["逼"], {"points": {"removed": [1], "added": []}}),
        ("points", "added", ["陪"], {"points": {"removed": [], "added": [1]}}),
        ("points", "changed", ["领导"], {"points": {"removed": [3], "added": [4]}}),
    ]


def test_the_list_of_changes_holds_no_private_name():
    listed = changes.listed(changes.between(made(topic(rule("性侵"))), PRIVATE), PRIVATE)

    assert "甲乙" not in json.dumps(listed, ensure_ascii=False)
    assert {"needs": {"removed": [], "added": ["某"]}} in [row["how"] for row in listed]
