"""The lexicon as it ships, and what its loader says about files that are wrong."""

import datetime as dt
import shutil
from collections import Counter
from pathlib import Path

import pytest

from pipeline import lexicon
from pipeline.errors import InputError
from pipeline.schema import Lexicon, Topic
from pipeline.text import normalise

TOPICS = [
    "alibaba_case",
    "collective_action",
    "corporate_response",
    "drinking_culture",
    "gender_discrimination_hiring",
    "ice_breaking",
    "kris_wu",
    "metoo",
    "police_legal",
    "workplace_harassment",
]
SETS = 'version = "1"\n[sets]\nCASE = ["性侵", "KTV公主"]\nNONE = []\n'
HEAD = 'id = "demo"\nlabel_en = "Demo"\nlabel_zh = "示例"\n'
DEMO = (
    HEAD
    + """
core = ["阿里女员工", { term = "破冰", boundary = true }]
evasion = ["a里女员工"]
mask = ["跌破冰点", "阿里山"]

[[context]]
term = "阿里"
any = ["$CASE", "女员工"]
none = ["数学"]
valid_from = 2021-08-01
valid_to = 2021-12-31
"""
)


def load(folder: Path, topic: str, sets: str = SETS, name: str = "demo.toml") -> Lexicon:
    (folder / "topics").mkdir(exist_ok=True)
    (folder / "sets.toml").write_text(sets, encoding="utf-8")
    (folder / "topics" / name).write_text(topic, encoding="utf-8")
    return lexicon.load(folder)


def context(*lines: str) -> str:
    return "\n".join([HEAD, "core = []", "[[context]]", *lines])


@pytest.fixture(scope="module")
def shipped() -> Lexicon:
    return lexicon.load()


def topic(words: Lexicon, name: str) -> Topic:
    return next(topic for topic in words.topics if topic.id == name)


def test_the_ten_topics_load_in_order_with_labels_and_rules(shipped: Lexicon):
    assert [topic.id for topic in shipped.topics] == TOPICS
    assert all(topic.label_en and topic.label_zh and topic.rules for topic in shipped.topics)


def test_every_string_that_is_sought_is_in_normal_form(shipped: Lexicon):
    rules = [rule for topic in shipped.topics for rule in topic.rules]
    sought = {word for rule in rules for word in (rule.term, *rule.needs, *rule.blockers)}
    sought |= {mask for topic in shipped.topics for mask in topic.masks}
    assert {word for word in sought if not word or normalise(word) != word} == set()


@pytest.mark.parametrize(
    ("written", "sought"), [("KTV公主", "ktv公主"), ("吳亦凡", "吴亦凡"), ("「王 某 文」", "王某文"), ("ＨＲ", "hr")]
)
def test_capitals_traditional_script_and_blanks_can_match_wherever_they_are_written(
    tmp_path: Path, written: str, sought: str
):
    entry = context('term = "阿里"', f'any = ["{written}"]', f'none = ["x", "{written}y"]')
    (demo,) = load(tmp_path, entry.replace("core = []", f'core = ["{written}"]\nmask = ["{written}z"]')).topics
    partnered, alone = sorted(demo.rules, key=lambda rule: rule.term == sought)
    assert (alone.term, alone.shown, demo.masks) == (sought, sought, {f"{sought}z"})
    assert (partnered.needs, partnered.blockers) == ({sought}, {"x", f"{sought}y"})


def test_capitals_and_traditional_script_of_the_shipped_lexicon_are_folded(shipped: Lexicon):
    assert "吴亦凡" in topic(shipped, "kris_wu").terms
    assert not {"KTV公主", "吳亦凡"} & {term for topic in shipped.topics for term in topic.terms}


def test_a_set_stands_for_all_its_words(tmp_path: Path):
    (demo,) = load(tmp_path, DEMO).topics
    (rule,) = (rule for rule in demo.rules if rule.needs)
    assert rule.needs == {"性侵", "ktv公主", "女员工"}


def test_a_term_is_not_its_own_partner(tmp_path: Path):
    (demo,) = load(tmp_path, context('term = "KTV公主"', 'any = ["$CASE"]')).topics
    assert demo.rules[0].needs == {"性侵"}


def test_several_rules_of_one_term_all_stay_and_equal_ones_coincide(tmp_path: Path):
    rules = [
        context(f'term = "灌酒"\nany = ["{word}"]').partition("[[context]]")[2] for word in ("领导", "客户", "领导")
    ]
    (demo,) = load(tmp_path, HEAD + "core = []\n" + "\n".join(f"[[context]]{rule}" for rule in rules)).topics
    assert sorted(map(sorted, (rule.needs for rule in demo.rules))) == [["客户"], ["领导"]]
    assert demo.terms == ["灌酒"]


def person(*lines: str) -> str:
    return "\n".join([HEAD, "core = []", "[[persons]]", *lines])


def test_several_terms_may_share_a_rule(tmp_path: Path):
    (demo,) = load(tmp_path, context('terms = ["灌酒", "劝酒"]', 'any = ["领导"]')).topics
    assert [(rule.term, rule.needs) for rule in demo.rules] == [("劝酒", {"领导"}), ("灌酒", {"领导"})]


def test_all_that_a_rule_can_ask_is_read(tmp_path: Path):
    sets = 'version = "1"\ngeneral = ["公司", "领导"]\n[sets]\nBOSS = ["公司", "ＨＲ"]\nFORCED = ["逼"]\n'
    asks = ['any = ["$BOSS"]', 'nowhere = ["包邮"]', "reach = 20", 'only = "post"', "tag = false", "alone = true"]
    (demo,) = load(tmp_path, context('term = "敬酒"', *asks), sets).topics
    (rule,) = demo.rules
    assert (rule.needs, rule.general, rule.nowhere) == ({"公司", "hr"}, {"公司"}, {"包邮"})
    assert (rule.reach, rule.only, rule.tag, rule.alone) == (20, "post", False, True)
    assert rule.asked == ("$BOSS", "")


SCORED = (
    HEAD
    + 'core = ["破冰"]\n[score]\nleast = 7\nstrong = 3\nany = ["领导", "$CASE"]\nnowhere = ["包邮"]\nvalid_from = 2021-08-01\n'
)


def scored(folder: Path, points: str) -> Topic:
    (folder / "points").mkdir(exist_ok=True)
    (folder / "points" / "demo.tsv").write_text(points, encoding="utf-8")
    return load(folder, SCORED).topics[0]


def test_a_score_makes_a_rule_of_each_telling_word_of_two_characters(tmp_path: Path):
    demo = scored(tmp_path, "灌酒\t5\n领导\t3\n逼\t4\n客户\t2\n婚礼\t-6\n")
    rules = {rule.term: rule for rule in demo.rules if rule.least}

    assert demo.points == (("婚礼", -6), ("客户", 2), ("灌酒", 5), ("逼", 4), ("领导", 3))
    assert rules.keys() == {"灌酒", "领导"}
    assert (rules["灌酒"].needs, rules["领导"].needs) == ({"领导", "性侵", "ktv公主"}, frozenset())
    assert {(rule.least, rule.only, rule.tag, rule.nowhere, rule.valid_from) for rule in rules.values()} == {
        (7, "post", False, frozenset({"包邮"}), dt.date(2021, 8, 1))
    }


def test_a_telling_word_of_the_first_list_asks_for_the_second_by_its_name(tmp_path: Path):
    (tmp_path / "points").mkdir()
    (tmp_path / "points" / "demo.tsv").write_text("灌酒\t5\n领导\t3\n", encoding="utf-8")
    (demo,) = load(tmp_path, SCORED + 'also = ["酒店", "房间"]\n').topics

    assert {rule.term: rule.asked for rule in demo.rules if rule.least} == {
        "灌酒": ("领导, $CASE", "酒店, 房间"),
        "领导": ("酒店, 房间", ""),
    }


def test_other_points_are_another_lexicon(tmp_path: Path):
    scored(tmp_path, "灌酒\t5\n")
    before = lexicon.load(tmp_path).digest
    scored(tmp_path, "灌酒\t6\n")

    assert lexicon.load(tmp_path).digest != before


@pytest.mark.parametrize(
    "line", ["灌酒", "灌酒 5", "灌酒\t0", "灌酒\t5.5", "灌酒\t5\t", "\t5", "HR\t5", "領導\t5", "领导\t3\n领导\t4", ""]
)
def test_a_line_of_points_that_is_none_is_refused_with_its_place(tmp_path: Path, line: str):
    with pytest.raises(InputError, match=r"demo\.tsv:[123]: .* is not a word in normal form, listed once"):
        scored(tmp_path, "客户\t2\n" + line + "\n")


def test_a_score_without_its_points_is_refused(tmp_path: Path):
    with pytest.raises(InputError, match=r"demo\.tsv: the topic has a score and needs this file"):
        load(tmp_path, SCORED)


def test_points_for_a_private_name_are_refused(tmp_path: Path):
    person = '[[persons]]\nterm = "甲乙丙"\nrole = "accused_private"\n'
    (tmp_path / "points").mkdir()
    (tmp_path / "points" / "demo.tsv").write_text("甲乙丙说\t4\n", encoding="utf-8")

    with pytest.raises(InputError, match=r"a word holds the name of \[accused, private\]"):
        load(tmp_path, SCORED + person)


def test_of_two_sets_no_partner_is_general(tmp_path: Path):
    sets = 'version = "1"\ngeneral = ["公司"]\n[sets]\nBOSS = ["公司"]\nFORCED = ["逼"]\n'
    (demo,) = load(tmp_path, context('term = "敬酒"', 'any = ["$BOSS"]', 'also = ["$FORCED"]'), sets).topics
    (rule,) = demo.rules
    assert (rule.needs, rule.also, rule.general) == ({"公司"}, {"逼"}, frozenset())
    assert rule.asked == ("$BOSS", "$FORCED")


def test_a_mask_beside_a_rule_is_a_mask_of_the_topic(tmp_path: Path):
    (demo,) = load(
        tmp_path, context('term = "性侵"', 'mask = ["反性侵运动"]').replace("core", "mask = ['线性侵']\ncore")
    ).topics
    assert demo.masks == {"反性侵运动", "线性侵"}


def test_what_blocks_a_whole_topic_blocks_each_of_its_rules_but_those_for_titles(tmp_path: Path):
    rules = (
        load(
            tmp_path,
            context('term = "bc"', "[[context]]", 'term = "de"', 'only = "title"').replace(
                "core = []", 'core = ["fg"]\nnowhere = ["$CASE", "打卡第"]'
            ),
        )
        .topics[0]
        .rules
    )

    assert {rule.term: rule.nowhere for rule in rules} == {
        "bc": {"性侵", "ktv公主", "打卡第"},
        "de": frozenset(),
        "fg": {"性侵", "ktv公主", "打卡第"},
    }


def test_the_record_of_a_decision_is_the_rules_or_else_the_topics(tmp_path: Path):
    entry = context('term = "敬酒"', 'note = "why"', 'source = "posts"', "[[context]]", 'term = "劝酒"')
    (demo,) = load(tmp_path, entry.replace("core", 'since = "0.1"\nsource = "draft"\ncore')).topics
    assert [(rule.since, rule.note, rule.source) for rule in demo.rules] == [
        ("0.1", "", "draft"),
        ("0.1", "why", "posts"),
    ]


@pytest.mark.parametrize(
    ("role", "shown"),
    [
        ("executive", "某甲"),
        ("public_figure", "某甲"),
        ("accused_private", "[accused, private]"),
        ("spoke_publicly", "[complainant]"),
    ],
)
def test_a_person_is_shown_by_role(tmp_path: Path, role: str, shown: str):
    (demo,) = load(tmp_path, person('term = "某甲"', f'role = "{role}"', 'any = ["公司"]')).topics
    (rule,) = demo.rules
    assert (rule.term, rule.shown, rule.role) == ("某甲", shown, role)
    assert demo.terms == [shown]


def test_a_name_that_one_topic_does_not_print_is_printed_by_none():
    rules = [rule for topic in lexicon.load().topics for rule in topic.rules]
    hidden = {rule.term for rule in rules if rule.role and rule.shown != rule.term}

    assert len(hidden) > 10
    assert hidden.isdisjoint(rule.term for rule in rules if rule.shown == rule.term)


def test_a_police_form_may_be_shown_for_a_private_person(tmp_path: Path):
    (demo,) = load(tmp_path, person('term = "某甲"', 'role = "accused_private"', 'shown = "甲某"')).topics
    assert demo.terms == ["甲某"]


def test_no_message_of_the_loader_names_a_private_person(tmp_path: Path):
    entry = person('term = "某甲"', 'role = "accused_private"', "valid_from = 2021-08-09", "valid_to = 2021-08-01")
    with pytest.raises(InputError) as caught:
        load(tmp_path, entry)
    assert "某甲" not in str(caught.value)


def test_every_rule_of_the_shipped_lexicon_says_since_when_and_by_what(shipped: Lexicon):
    rules = [rule for topic in shipped.topics for rule in topic.rules]
    assert [rule.shown for rule in rules if not rule.since or not rule.source] == []


def test_no_rule_of_the_shipped_lexicon_has_a_partner_inside_its_own_term(shipped: Lexicon):
    rules = [rule for topic in shipped.topics for rule in topic.rules if not rule.least]
    assert {(rule.term, word) for rule in rules for word in rule.needs if word in rule.term} == set()


@pytest.mark.parametrize(
    ("entry", "sentence"),
    [
        (
            person('term = "b"', 'role = "complainant"'),
            "a complainant is never listed; remove the person of that role.",
        ),
        (
            person('term = "b"', 'role = "boss"'),
            "there is no role 'boss'; known are: executive, public_figure, accused_private, spoke_publicly.",
        ),
        (person('term = "b"'), "persons.0.role: field required."),
        (
            person('term = "b"', 'role = "accused_private"', "[[context]]", 'term = "b"'),
            "the term shown as '[accused, private]' has another `shown` in a second rule; give one.",
        ),
        (context('any = ["a"]'), "a rule needs either `term` or `terms`; give it one of them, and no empty string."),
        (
            context('term = "b"', 'terms = ["c"]'),
            "a rule needs either `term` or `terms`; give it one of them, and no empty string.",
        ),
        (context('term = "b"', 'also = ["b"]'), "the rule for 'b' could never match; give it another partner."),
        (context('term = "bc"', 'nowhere = ["b"]'), "'bc' could never match, because it contains 'b'; remove one."),
        (context('term = "b"', "reach = -1"), "context.0.reach: input should be greater than or equal to 0."),
        (context('term = "b"', 'only = "board"'), "context.0.only: input should be '', 'title' or 'post'."),
        (context('term = "b"', 'any = ["$CAES"]'), "there is no set '$CAES' in sets.toml; known are: CASE, NONE."),
        (context('term = "b"', 'none = ["$CAES"]'), "there is no set '$CAES' in sets.toml; known are: CASE, NONE."),
        (
            context('term = "hr"', 'any = ["HR", "ｈｒ"]'),
            "the rule for 'hr' could never match; give it another partner.",
        ),
        (
            context('term = "阿里"', 'any = ["$NONE"]'),
            "the rule for '阿里' could never match; give it another partner.",
        ),
        (
            HEAD + 'core = ["「」"]',
            "the rule for '「」' could never match; give it another partner.",
        ),
        (
            HEAD + 'core = []\nevasion = ["QJ"]',
            "'qj' has at most four Latin letters and needs a partner; add `any` to it.",
        ),
        (
            context('term = "mitu"', "evasion = true"),
            "'mitu' has at most four Latin letters and needs a partner; add `any` to it.",
        ),
        (
            HEAD.replace("demo", "omed") + "core = []",
            "the id 'omed' must be the file's name; rename one of them.",
        ),
        (HEAD + "core = [", "not valid TOML, "),
        (HEAD + "core = []\nnucleus = []", "nucleus: extra inputs are not permitted."),
        (context('term = "b"', "every = []"), "context.0.every: extra inputs are not permitted."),
        (HEAD, "core: field required."),
        (HEAD + "core = []\nmask = ['']", "mask.0: string should have at least 1 character."),
    ],
    ids=lambda value: value[:40] if value[:2] != "id" else "",
)
def test_a_wrong_topic_is_one_sentence_with_its_file(tmp_path: Path, entry: str, sentence: str):
    with pytest.raises(InputError) as caught:
        load(tmp_path, entry)
    assert str(caught.value).startswith(f"{tmp_path / 'topics' / 'demo.toml'}: {sentence}")
    assert str(caught.value).endswith(".")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["sets.toml", "topics"])
def test_a_lexicon_without_sets_or_topics_says_what_it_lacks(tmp_path: Path, name: str):
    load(tmp_path, DEMO)
    path = tmp_path / name
    shutil.rmtree(path) if path.is_dir() else path.unlink()
    with pytest.raises(InputError, match=rf"{name}: the lexicon (lacks this file|has no topic; a topic is one \.toml)"):
        lexicon.load(tmp_path)


@pytest.mark.parametrize("word", ["qj", "wyf"])
def test_a_short_disguise_with_a_partner_is_accepted(tmp_path: Path, word: str):
    (demo,) = load(tmp_path, context(f'term = "{word}"', 'any = ["阿里"]', "evasion = true")).topics
    assert demo.rules[0].evasion


@pytest.mark.parametrize(
    "entry",
    [
        context('term = "b"', "valid_from = 2021-08-09", "valid_to = 2021-08-01"),
        context('term = "阿里事件"', 'none = ["阿里"]'),
        HEAD + 'core = ["阿里"]\nmask = ["阿里"]',
    ],
    ids=["no day", "blocks itself", "masked"],
)
def test_a_rule_without_a_day_or_a_place_is_refused(tmp_path: Path, entry: str):
    with pytest.raises(InputError, match=r"could never match|ends to be valid before it begins"):
        load(tmp_path, entry)


def test_a_topic_that_is_not_utf_8_is_one_sentence_with_its_file(tmp_path: Path):
    load(tmp_path, DEMO)
    (tmp_path / "topics" / "demo.toml").write_bytes(DEMO.encode("gb18030"))
    with pytest.raises(InputError, match=r"demo\.toml: not valid TOML"):
        lexicon.load(tmp_path)


@pytest.mark.parametrize(
    "same",
    [
        "# a comment\n" + DEMO.replace("mask", "# another\nmask"),
        DEMO.replace(
            '"阿里女员工", { term = "破冰", boundary = true }', '{ boundary = true, term = "破冰" }, "阿里女员工"'
        ),
        DEMO.replace('"跌破冰点", "阿里山"', '"阿里山", "跌破冰点", "阿里山"'),
        DEMO.replace('"$CASE", "女员工"', '"女员工", "$CASE"'),
        DEMO.replace('"$CASE", "女员工"', '"ktv公主", "性侵", "女员工"'),
        DEMO.replace("阿里女员工", "阿裡 女員工"),
        DEMO.replace('term = "阿里"\n', "") + 'term = "阿里"\n',
        DEMO + 'note = "why"\nsource = "posts"\nsince = "0.3"\n',
        DEMO.replace("core =", 'since = "0.1"\nsource = "draft"\ncore ='),
    ],
    ids=[
        "comments",
        "terms",
        "masks",
        "partners",
        "set written out",
        "spelling",
        "keys",
        "record",
        "record of a topic",
    ],
)
def test_the_digest_does_not_depend_on_how_the_file_is_written(tmp_path: Path, same: str):
    assert same != DEMO
    assert load(tmp_path, same).digest == load(tmp_path, DEMO).digest


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("阿里女员工", "阿里女职工"),
        ("boundary = true", "boundary = false"),
        ('["a里女员工"]', "[]"),
        ("阿里山", "阿里郎"),
        ('"女员工"]', '"女员工", "陪酒"]'),
        ("数学", "数赛"),
        ("2021-08-01", "2021-08-02"),
        ("2021-12-31", "2022-01-01"),
        ("valid_to = 2021-12-31", "evasion = true"),
        ("valid_to = 2021-12-31", 'shown = "某公司"'),
        ("valid_to = 2021-12-31", 'also = ["领导"]'),
        ("valid_to = 2021-12-31", 'nowhere = ["包邮"]'),
        ("valid_to = 2021-12-31", "reach = 20"),
        ("valid_to = 2021-12-31", "tag = false"),
        ("valid_to = 2021-12-31", "alone = true"),
        ("valid_to = 2021-12-31", 'only = "title"'),
    ],
)
def test_the_digest_changes_with_all_that_can_decide_a_count(tmp_path: Path, old: str, new: str):
    assert load(tmp_path, DEMO.replace(old, new, 1)).digest != load(tmp_path, DEMO).digest


def test_the_digest_changes_with_the_words_of_a_set_in_use(tmp_path: Path):
    other = SETS.replace("性侵", "猥亵")
    assert load(tmp_path, DEMO, other).digest != load(tmp_path, DEMO).digest


def test_the_digest_changes_with_the_general_partners_in_use(tmp_path: Path):
    general = SETS.replace("[sets]", 'general = ["女员工"]\n[sets]')
    assert load(tmp_path, DEMO, general).digest != load(tmp_path, DEMO).digest


def test_the_digest_does_not_depend_on_labels(tmp_path: Path):
    assert load(tmp_path, DEMO.replace("Demo", "Show")).digest == load(tmp_path, DEMO).digest


def test_a_private_person_is_never_named_in_full():
    files = [path for path in lexicon.FOLDER.rglob("*") if path.suffix in {".toml", ".tsv", ".txt", ".py"}]
    assert len(files) > len(TOPICS)
    assert [path.name for path in files if "\u738b\u6210\u6587" in path.read_text(encoding="utf-8")] == []


def test_events_have_one_slug_two_labels_a_source_and_a_date_within_reach():
    events = lexicon.events()
    assert [slug for slug, n in Counter(event["slug"] for event in events).items() if n > 1] == []
    assert all(event[key].strip() for event in events for key in ("label_en", "label_zh", "source", "confidence"))
    assert all(event["day"] or event["period"] for event in events)
    assert {event["slug"] for event in events if event["day"] and not 2015 <= event["day"].year <= 2030} == set()
    assert all(2015 <= int(event["period"][:4]) <= 2030 for event in events if event["period"])
    assert any(event["day"] == dt.date(2021, 8, 7) for event in events)


def test_stop_words_are_in_normal_form_and_no_comment_is_one():
    words = lexicon.stopwords()
    assert "的" in words
    assert {word for word in words if not word or word.startswith("#") or normalise(word) != word} == set()


def test_the_user_dictionary_has_a_word_and_a_tag_a_line():
    lines = lexicon.USERDICT.read_text(encoding="utf-8").splitlines()
    assert {len(line.split()) for line in lines} == {2}
    assert [word for word, n in Counter(line.split()[0] for line in lines).items() if n > 1] == []


def test_a_pattern_in_a_set_stands_for_all_its_words(tmp_path: Path):
    short, long = ('["(公司|我司)(说|称)", "回应"]', '["公司说", "公司称", "我司说", "我司称", "回应"]')
    rule = context('term = "性侵"', 'any = ["$CASE"]')

    one, other = (load(tmp_path, rule, SETS.replace('["性侵", "KTV公主"]', words)) for words in (short, long))

    assert one.topics == other.topics
    assert one.digest == other.digest


def test_a_pattern_that_does_not_close_is_refused_with_the_set_that_holds_it(tmp_path: Path):
    with pytest.raises(InputError, match=r"sets\.toml: sets\.CASE: value error, '\(公司\|我司' has brackets"):
        load(tmp_path, DEMO, SETS.replace('"性侵"', '"(公司|我司"'))
