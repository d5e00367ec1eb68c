"""What `guanchao lexicon diff` says is what counting by both lexicons gives, and through what it moves."""

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from pipeline import jobs
from pipeline.cli.lexicon_changes import diff as command
from pipeline.errors import InputError
from pipeline.jobs.count import count, plan
from pipeline.jobs.diff import COLUMNS, diff
from pipeline.jobs.method import Method
from pipeline.settings import Settings
from pipeline.store import counts
from pipeline.store.connection import reading_from
from tests.jobs.lexicons import crawl, lexicon, project

ROOT = Path(__file__).parents[2]
DAY, NEXT = "2021-08-08", "2021-08-09"
DRINK = 'core = ["劝酒"]'


@pytest.fixture
def made(tmp_path: Path) -> Settings:
    settings = project(tmp_path / "home")
    crawl(settings, {DAY: ["有人劝酒", "拼酒", "天气好"], NEXT: ["天气好", "股价跌破冰点"]})
    return settings


def compared(made: Settings, tmp_path: Path, old: dict[str, str], new: dict[str, str], **words: str) -> dict:
    first = lexicon(tmp_path / "old", old)
    return diff(made, first, lexicon(tmp_path / "new", new, **words))


def test_a_term_more_moves_its_topic_on_the_days_on_which_it_stands(made, tmp_path):
    found = compared(made, tmp_path, {"drink": DRINK}, {"drink": 'core = ["劝酒", "拼酒"]'})

    assert found["moves"] == [
        {
            "dataset": "crawl",
            "day": DAY,
            "topic": "drink",
            "posts": [1, 2],
            "evasion_only": [0, 0],
            "quoted_only": [0, 0],
            "gained": 1,
            "lost": 0,
            "through": [{"by": "term", "what": "拼酒", "posts": 1}],
        }
    ]
    assert found["terms"] == [{"topic": "drink", "term": "拼酒", "posts": [0, 1], "days": [0, 1]}]
    assert found["side_effects"] == []
    assert found["days"] == {"read": 2, "recounted": 1}


def test_a_mask_that_silences_a_term_is_named_as_the_cause(made, tmp_path):
    found = compared(made, tmp_path, {"drink": DRINK}, {"drink": DRINK + '\nmask = ["有人劝酒"]'})

    assert [(row["posts"], row["lost"], row["through"]) for row in found["moves"]] == [
        ([1, 0], 1, [{"by": "mask", "what": "有人劝酒", "posts": 1}])
    ]
    assert found["side_effects"] == [{"topic": "drink", "by": "mask", "what": "有人劝酒", "posts": 1}]


def test_a_word_of_the_user_dictionary_that_moves_another_topic_is_told(made, tmp_path):
    ice = '[[context]]\nterm = "破冰"\nboundary = true'
    old = {"drink": DRINK, "ice": "core = []\n" + ice}
    new = {"drink": 'core = ["劝酒", "罚酒"]', "ice": "core = []\n" + ice}
    found = compared(made, tmp_path, old, new, words="女员工 n\n跌破冰点 v")

    assert found["user_dictionary"] == {"removed": [], "added": ["跌破冰点 v"]}
    assert found["side_effects"] == [{"topic": "ice", "by": "user dictionary", "what": "跌破冰点", "posts": 1}]
    assert [(row["day"], row["topic"], row["posts"]) for row in found["moves"]] == [(NEXT, "ice", [0, 1])]
    assert found["days"] == {"read": 2, "recounted": 2}


def test_other_stop_words_move_no_topic_but_every_day_is_counted_again(made, tmp_path):
    found = compared(made, tmp_path, {"drink": DRINK}, {"drink": DRINK}, stop="的\n了")

    assert (found["moves"], found["changes"]) == ([], [])
    assert found["stop_words"] == {"removed": [], "added": ["了"]}
    assert found["days"] == {"read": 2, "recounted": 2}


def test_a_change_that_no_text_can_notice_moves_nothing(made, tmp_path):
    found = compared(made, tmp_path, {"drink": DRINK}, {"drink": 'core = ["劝酒", "从未写过"]'})

    assert (found["moves"], found["days"]["recounted"]) == ([], 0)
    assert [row["items"] for row in found["changes"]] == [["从未写过"]]


def test_a_folder_that_is_no_lexicon_and_an_unknown_dataset_are_refused_in_one_sentence(made, tmp_path):
    folder = lexicon(tmp_path / "old", {"drink": DRINK})
    with pytest.raises(InputError, match=r"nothing/sets\.toml: the lexicon lacks this file; give a whole copy"):
        diff(made, tmp_path / "nothing", folder)
    with pytest.raises(InputError, match="There is no ingested dataset 'crowl'; did you mean crawl"):
        diff(made, folder, folder, dataset="crowl")


NONE = dict.fromkeys(COLUMNS, 0)
BEFORE = {
    "case": 'core = ["阿里"]\nmask = ["阿里云"]',
    "drink": 'core = ["劝酒"]\nevasion = ["灌酒"]\n[[context]]\nterm = "喝酒"\nany = ["领导", "公司"]',
    "games": 'core = ["奥运"]',
    "ice": 'core = []\n[[context]]\nterm = "破冰"\nboundary = true',
}
AFTER = {
    "case": 'core = ["阿里"]\nmask = ["阿里山", "阿里女员工"]',
    "drink": 'core = ["劝酒", "灌酒"]\n[[context]]\nterm = "喝酒"\nany = ["领导"]\nnone = ["婚礼"]',
    "ice": 'core = []\n[[context]]\nterm = "破冰"\nboundary = true',
    "rain": 'core = ["天气", "下雨", "高温"]',
}


def by_topic(settings: Settings, method: Method) -> dict:
    """posts, evasion_only and quoted_only of every counted day and topic."""
    list(count(settings, [place for chunk in plan(settings, method=method) for place in chunk], method))
    with reading_from(settings.database_url) as connection:
        rows = counts.snapshot(connection)["day_topic"]
    return {
        (row[0], str(row[1]), row[2]): {"posts": row[3], "quoted_only": row[4], "evasion_only": row[5]} for row in rows
    }


def test_on_sample_data_the_moves_are_the_difference_of_two_counts(settings, tmp_path):
    for name in ("sample-hot-search/2021-08-08.json", "sample-hot-search/2021-08-10.json"):
        jobs.ingest(settings, str(ROOT / "sample_data" / name), "sample-hot-search")
    jobs.ingest(settings, str(ROOT / "sample_data/sample-posts/posts-2021-07.jsonl"), "sample-posts")
    folders = lexicon(tmp_path / "old", BEFORE), lexicon(tmp_path / "new", AFTER, "跌破冰点 v")
    now, then = (Method(settings.cache, folder) for folder in folders)
    found = diff(settings, *folders)
    told = {(r["dataset"], r["day"], r["topic"]): r for r in found["moves"]}

    before, after = by_topic(settings, now), by_topic(settings, then)
    differing = {place for place in before.keys() | after.keys() if before.get(place, NONE) != after.get(place, NONE)}
    assert differing <= told.keys()
    assert len(differing) > 5
    for place, row in told.items():
        expected = before.get(place, NONE), after.get(place, NONE)
        assert {name: row[name] for name in COLUMNS} == {name: [each[name] for each in expected] for name in COLUMNS}
        assert row["gained"] - row["lost"] == row["posts"][1] - row["posts"][0]
        assert row["through"]


def test_the_command_prints_tables_for_people_and_json_for_machines(made, tmp_path, monkeypatch):
    folders = [
        str(lexicon(tmp_path / "old", {"drink": DRINK})),
        str(lexicon(tmp_path / "new", {"drink": 'core = ["劝酒", "拼酒"]'})),
    ]
    monkeypatch.setenv("GUANCHAO_HOME", str(made.home))
    monkeypatch.setenv("GUANCHAO_DATABASE_URL", made.database_url)
    app = typer.Typer()
    app.command()(command)

    shown = CliRunner().invoke(app, folders).stdout
    assert "拼酒" in shown
    assert "drink: 1 gained, 0 lost on 1 day." in shown
    assert "1 day of 2 would be counted again" in shown
    assert json.loads(CliRunner().invoke(app, [*folders, "--json"]).stdout)["days"]["recounted"] == 1
