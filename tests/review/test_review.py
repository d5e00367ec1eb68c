"""What a careful editor would mark, each on a lexicon that has this one fault."""

from pathlib import Path

import pytest

from pipeline import lexicon
from pipeline.errors import InputError
from pipeline.review import Finding, review
from pipeline.segment import Segmenter

HEAD = 'id = "demo"\nlabel_en = "Demo"\nlabel_zh = "示例"\n'
OTHER = 'id = "other"\nlabel_en = "Other"\nlabel_zh = "另"\ncore = ["拒绝陪酒"]\nmask = ["拒绝陪酒歌"]\n'
SETS = 'version = "1"\n[sets]\nWORK = ["公司", "领导"]\n'
USED = '\n[[context]]\nterm = "饭局"\nany = ["$WORK"]\n'


@pytest.fixture(scope="module")
def cut(tmp_path_factory: pytest.TempPathFactory):
    return Segmenter(lexicon.USERDICT, tmp_path_factory.mktemp("jieba")).cut


def found(folder: Path, cut, demo: str, sets: str = SETS) -> list[Finding]:
    (folder / "topics").mkdir()
    (folder / "sets.toml").write_text(sets, encoding="utf-8")
    (folder / "userdict.txt").write_text("酒局 n\n", encoding="utf-8")
    (folder / "topics" / "demo.toml").write_text(HEAD + demo + USED, encoding="utf-8")
    (folder / "topics" / "other.toml").write_text(OTHER, encoding="utf-8")
    return review(folder, cut)


def context(term: str, **keys: str) -> str:
    lines = "".join(f"{key} = {value}\n" for key, value in keys.items())
    return f'core = ["酒桌文化"]\n[[context]]\nterm = "{term}"\n{lines}'


CASES = {  # demo.toml, severity, line, term, what
    "a term twice": ('core = [\n "酒桌文化",\n "酒桌文化",\n]\n', "error", 6, "酒桌文化", "line 5 has the same rule already"),
    "a term twice, once in traditional script": (
        'core = ["酒桌文化",\n "酒桌文化運動", "酒桌文化运动"]\n', "warning", 5, "酒桌文化运动", "line 5 has the same rule",
    ),
    "a mask twice": ('core = ["破冰"]\nmask = ["破冰船", "破冰船"]\n', "error", 5, "破冰船", "has this mask already"),
    "partners for a term that counts alone": (
        context("酒桌文化", any='["公司"]'), "warning", 6, "酒桌文化", "line 4 lets the term count in every case",
    ),
    "a disguise of what counts as written": (
        'core = ["酒桌文化"]\nevasion = ["酒桌文化"]\n', "warning", 5, "酒桌文化", "line 4 lets the term count",
    ),
    "a rule within a wider one": (
        context("灌酒", any='["公司"]', none='["歌"]') + '[[context]]\nterm = "灌酒"\nany = ["公司", "客户"]\n',
        "warning", 6, "灌酒", "line 10 lets the term count in every case that this rule does",
    ),
    "a term under a mask": ('core = ["跌破冰点论"]\nmask = ["跌破冰"]\n', "error", 4, "跌破冰点论", "always hides it"),
    "a mask of nothing": ('core = ["破冰"]\nmask = ["整形"]\n', "warning", 5, "整形", "hides no term"),
    "one character alone": ('core = ["酒"]\n', "error", 4, "酒", "counts at every use of this character"),
    "one character with partners": (context("酒", any='["公司"]'), "warning", 6, "酒", "only its partners to hold it"),
    "a partner of one character": (context("灌酒", any='["客", "公司"]'), "note", 7, "客", "of one character"),
    "capitals": ('core = ["KTV公主"]\n', "warning", 4, "KTV公主", "sought as 'ktv公主'"),
    "traditional script": ('core = ["吳亦凡"]\n', "warning", 4, "吳亦凡", "sought as '吴亦凡'"),
    "a partner in capitals": (context("灌酒", any='["HR", "公司"]'), "note", 7, "HR", "sought as 'hr'"),
    "a term of invisible characters": ('core = ["\\u200b"]\n', "error", 4, "\u200b", "nothing of the term is left"),
    "a disguise that needs no listing": (
        'core = ["性骚扰"]\nevasion = ["性·骚·扰"]\n', "warning", 5, "性·骚·扰", "inserted marks are dropped",
    ),
    "a term of another topic": ('core = ["拒绝陪酒"]\n', "warning", 4, "拒绝陪酒", "other counts the same term alone"),
    "a term with one of another topic in it": (
        'core = ["支持员工拒绝陪酒"]\n', "note", 4, "支持员工拒绝陪酒", "contains 拒绝陪酒, which other counts alone",
    ),
    "a boundary term that jieba cuts": (
        'core = [{ term = "罚酒令", boundary = true }]\n', "warning", 4, "罚酒令", "a neighbour may join its edge",
    ),
    "a word that jieba cuts": ('core = ["选妃"]\n', "note", 4, "选妃", "jieba cuts 选/妃: counts are right"),
    "no partner but itself": (context("灌酒", any='["灌酒"]'), "error", 6, "灌酒", "its only partner is the term itself"),
    "partners under a mask": (
        context("灌酒", any='["公司歌"]').replace('core', 'mask = ["公司歌"]\ncore'),
        "error", 7, "灌酒", "the partner 公司歌 is always hidden by the mask 公司歌",
    ),
    "one partner under a mask": (
        context("灌酒", any='["公司歌", "客户"]').replace('core', 'mask = ["公司歌"]\ncore'),
        "warning", 7, "灌酒", "the partner 公司歌 is always hidden",
    ),
    "partners that bring a blocker": (
        context("灌酒", any='["婚庆公司"]', none='["婚庆"]'), "error", 6, "灌酒", "always brings the blocker 婚庆 with it",
    ),
    "the second set out of reach": (
        context("灌酒", any='["公司"]', also='["婚庆公司"]', none='["婚庆"]'), "error", 6, "灌酒", "brings the blocker",
    ),
    "a blocker in the term": (context("灌酒令", none='["灌酒"]'), "error", 6, "灌酒令", "the blocker 灌酒 stands in the term"),
    "days that never come": (
        context("灌酒", any='["公司"]', valid_from="2021-09-01", valid_to="2021-08-01"),
        "error", 6, "灌酒", "valid from 2021-09-01 to 2021-08-01, which holds no day",
    ),
    "a partner in the term": (context("公司酒局", any='["公司"]'), "warning", 6, "公司酒局", "the partner 公司 stands in the term"),
    "a partner beyond reach": (
        context("灌酒", any='["公司", "人力资源总监"]', reach="4"), "warning", 6, "灌酒", "longer than the reach of 4",
    ),
    "a set that is not there": (context("灌酒", any='["$WORKS"]'), "error", 0, "$WORKS", "there is no such set"),
}  # fmt: skip


@pytest.mark.parametrize(("demo", "severity", "line", "term", "what"), CASES.values(), ids=CASES)
def test_the_one_fault_is_found(tmp_path, cut, demo, severity, line, term, what):
    listed = found(tmp_path, cut, demo)

    (mark,) = [f for f in listed if what in f.what]
    assert (mark.severity, Path(mark.file).name, mark.line, mark.term) == (severity, "demo.toml", line, term)
    assert mark.remedy
    assert [f for f in listed if f.severity == "error"] == [mark] * (severity == "error")


FINE = """
core = ["酒桌文化", { term = "破冰", boundary = true }]
evasion = ["灌jiu"]
mask = ["破冰船", "敬酒不吃吃罚酒"]

[[context]]
term = "敬酒"
any = ["$WORK", "敬酒词"]

[[context]]
terms = ["灌酒", "灌醉"]
any = ["公司", "客户"]
none = ["歌词"]
"""


def test_a_lexicon_without_faults_has_no_findings(tmp_path, cut):
    assert found(tmp_path, cut, FINE) == []


def test_an_edge_of_letters_keeps_a_blocker_from_standing_in_a_term(tmp_path, cut):
    assert found(tmp_path, cut, context("hrg", any='["公司"]', none='["hr"]')) == []


def test_a_set_that_no_rule_uses_is_found(tmp_path, cut):
    listed = found(tmp_path, cut, 'core = ["酒桌文化"]\n', SETS + 'IDLE = ["客户"]\n')

    assert [(f.severity, f.term, f.what) for f in listed] == [("warning", "IDLE", "no rule uses this set")]


def test_a_set_that_only_a_score_uses_is_used(tmp_path, cut):
    score = 'core = ["酒桌文化"]\n[score]\nleast = 9\nstrong = 3\nany = ["$IDLE"]\n'

    assert found(tmp_path, cut, score, SETS + 'IDLE = ["客户"]\n') == []


def test_the_name_of_a_private_person_is_never_printed(tmp_path, cut):
    persons = '[[persons]]\nterm = "甲乙丙"\nrole = "accused_private"\nboundary = true\nany = ["甲乙丙"]\n'
    listed = found(tmp_path, cut, 'core = ["酒桌文化"]\nmask = ["甲乙丙传"]\n' + persons + persons)

    assert any(f.term == "[accused_private]" for f in listed)
    assert "甲乙" not in str(listed)


def test_the_gravest_come_first(tmp_path, cut):
    listed = found(tmp_path, cut, 'core = ["选妃", "KTV公主", "酒"]\n')

    severities = [f.severity for f in listed]
    assert severities == sorted(severities, key=["error", "warning", "note"].index)
    assert len(set(severities)) == 3


@pytest.mark.parametrize(
    ("content", "message"), [(None, "the lexicon lacks this file"), ("x = [", "not valid TOML")], ids=["gone", "broken"]
)
def test_a_file_that_cannot_be_read_is_one_sentence(tmp_path, cut, content, message):
    (tmp_path / "topics").mkdir()
    if content:
        (tmp_path / "sets.toml").write_text(content)

    with pytest.raises(InputError, match=f"sets.toml: {message}"):
        review(tmp_path, cut)


def test_the_lexicon_that_ships_has_no_error_and_no_warning(cut):
    assert [f for f in review(lexicon.FOLDER, cut) if f.severity != "note"] == []


def test_a_word_of_a_pattern_that_its_set_holds_already_is_found_at_the_line_of_the_pattern(tmp_path: Path, cut):
    sets = 'version = "1"\n[sets]\nWORK = [\n  "公司说",\n  "(公司|我司)(说|称)",\n]\n'

    (told,) = [f for f in found(tmp_path, cut, 'core = ["酒桌文化"]\n', sets) if "twice" in f.what]

    assert (told.line, told.term, told.severity) == (5, "公司说", "warning")
