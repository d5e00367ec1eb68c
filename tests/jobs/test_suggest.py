"""What is proposed for a topic, and what must never be."""

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from pipeline.cli.lexicon_changes import suggest as command
from pipeline.errors import InputError
from pipeline.jobs.method import Method
from pipeline.jobs.suggest import suggest
from pipeline.settings import Settings
from tests.jobs.lexicons import crawl, lexicon, project

DAYS = [f"2021-08-{day:02}" for day in range(1, 9)]
BODY = """
core = ["职场性骚扰"]
mask = ["性骚扰防治周"]
[[context]]
term = "性骚扰"
any = ["公司", "同事"]
[[persons]]
term = "甲乙丙"
role = "accused_private"
any = ["公司"]
"""


@pytest.fixture
def made(tmp_path: Path) -> Settings:
    return project(tmp_path / "home")


@pytest.fixture
def method(made: Settings, tmp_path: Path) -> Method:
    folder = lexicon(tmp_path / "lexicon", {"work": BODY}, "咸猪手 n\n性骚扰 n\n甲乙丙 nr", "的\n了\n说")
    return Method(made.cache, folder)


def words(found: dict) -> list[str]:
    return [row["word"] for row in found["words"]]


def test_a_word_that_marks_the_topics_posts_is_proposed_with_its_measures(made, method):
    matching = ["公司里有人遇到性骚扰，是咸猪手"] * 5
    crawl(made, {day: [*matching, *["今天的天气真好，同事说下雨了"] * 20] for day in DAYS})
    found = suggest(made, "work", method=method)

    assert (found["posts"], found["rest"]) == (40, 160)
    row = next(row for row in found["words"] if row["word"] == "咸猪手")
    assert (row["posts"], row["rest"], row["authors"], row["days"]) == (40, 0, 5, 8)
    assert row["example_days"] == DAYS[:3]
    assert row["g2"] == pytest.approx(200.16, abs=0.01)
    assert row["log_ratio"] == pytest.approx(8.3219, abs=0.0001)


def test_terms_partners_stop_words_and_parts_of_terms_are_not_proposed(made, method):
    crawl(made, {day: [*["公司的同事说了职场性骚扰"] * 5, *["天气好"] * 20] for day in DAYS})

    assert words(suggest(made, "work", method=method)) == []


def test_a_word_of_few_posts_or_of_few_authors_is_not_proposed(made, method):
    crawl(made, {day: ["公司有性骚扰，是咸猪手", *["天气好"] * 20] for day in DAYS})
    assert words(suggest(made, "work", method=method)) == []
    assert "咸猪手" in words(suggest(made, "work", floor=1, method=method))


def test_a_word_that_is_as_frequent_elsewhere_is_not_proposed(made, method):
    crawl(made, {day: [*["公司有性骚扰，大家都知道"] * 5, *["天气好，大家都知道"] * 20] for day in DAYS})

    assert "知道" not in words(suggest(made, "work", method=method))


DISGUISES = {
    "姓骚扰": ("性骚扰", "sound"),
    "性sao扰": ("性骚扰", "sound"),
    "性saorao": ("性骚扰", "spelled"),
    "性马蚤扰": ("性骚扰", "split"),
    "性【骚】扰": ("性骚扰", "marks"),
    "性8扰": ("性骚扰", "marks"),
    "性侵扰": ("性骚扰", "substituted"),
    "性之骚扰": ("性骚扰", "inserted"),
}


@pytest.mark.parametrize("written", DISGUISES)
def test_a_likely_disguise_is_proposed_with_posts_and_days_and_never_a_text(made, method, written):
    crawl(made, {day: [f"公司里遇到 {written} 怎么办"] * 2 for day in DAYS[:3]} | {DAYS[4]: ["天气好"]})
    found = suggest(made, "work", floor=2, method=method)

    row = next(row for row in found["variants"] if row["variant"] == written)
    assert (row["term"], row["how"]) == DISGUISES[written]
    assert (row["posts"], row["unmatched"], row["close"], row["authors"], row["days"]) == (6, 6, 6, 2, 3)
    assert row["example_days"] == DAYS[:3]
    assert "怎么办" not in json.dumps(found, ensure_ascii=False)


INNOCENT = [
    "性骚扰",  # the term itself
    "性·骚·扰",  # uncovered by the pass that drops inserted marks
    "性。骚。扰",  # three sentences
    "醒来扫地绕路",  # other words that happen to sound alike in parts
    "职场性骚扰防治",  # matches already
]


@pytest.mark.parametrize("written", INNOCENT)
def test_what_matches_already_or_is_no_disguise_is_not_proposed(made, method, written):
    crawl(made, {day: [f"公司里说{written}的事"] * 5 for day in DAYS})

    assert suggest(made, "work", method=method)["variants"] == []


def test_an_everyday_phrase_that_needs_a_partner_is_not_varied(made, tmp_path):
    body = BODY + '[[context]]\nterms = ["摸过我", "咸猪手"]\nany = ["公司"]\n'
    method = Method(made.cache, lexicon(tmp_path / "wider", {"work": body}, "咸猪手 n\n性骚扰 n", "的"))
    crawl(made, {day: ["公司里有人找过我，说起咸·猪·手和咸猪爪"] * 5 for day in DAYS})

    assert {row["term"] for row in suggest(made, "work", method=method)["variants"]} == {"咸猪手"}


def test_a_private_name_and_what_resembles_it_is_never_proposed(made, method):
    crawl(made, {day: [*["公司的甲乙丙说性骚扰，甲已丙，甲大丙"] * 5, *["天气好"] * 9] for day in DAYS})
    said = json.dumps(suggest(made, "work", floor=1, method=method), ensure_ascii=False)

    assert not [name for name in ("甲乙丙", "甲已丙", "甲大丙") if name in said]


def test_an_unknown_topic_and_an_empty_lake_are_no_surprise(made, method):
    with pytest.raises(InputError, match="There is no topic 'wrk'; did you mean work"):
        suggest(made, "wrk", method=method)

    assert suggest(made, "work", method=method) == {"topic": "work", "posts": 0, "rest": 0, "words": [], "variants": []}


def test_the_command_prints_tables_for_people_and_json_for_machines(made, monkeypatch):
    crawl(made, {day: [*["公司有性骚扰，我在榕树下坐着"] * 5, *["公司里有人姓骚扰", "天气好"] * 9] for day in DAYS})
    monkeypatch.setenv("GUANCHAO_HOME", str(made.home))
    monkeypatch.setenv("GUANCHAO_DATABASE_URL", made.database_url)
    app = typer.Typer()
    app.command()(command)
    told = CliRunner().invoke(app, ["--topic", "workplace_harassment", "--json"])
    shown = CliRunner().invoke(app, ["--topic", "workplace_harassment"])

    assert "榕树下" in [row["word"] for row in json.loads(told.stdout)["words"]]
    assert "These are proposals" in shown.stdout
    assert "榕树下" in shown.stdout
