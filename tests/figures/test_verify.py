"""Verification on a project that was really ingested and counted: one thing is altered, and the reason is named."""

import datetime as dt
import hashlib
import json
import shutil
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from pipeline import cli, jobs, lexicon
from pipeline.errors import InputError
from pipeline.jobs.asked import Asked, from_json
from pipeline.jobs.figure import figure
from pipeline.jobs.verify import verify
from pipeline.settings import Settings
from tests.jobs.lexicons import crawl, project
from tests.jobs.projects import HOURLY

DAYS = [f"2021-08-{day:02}" for day in range(2, 12)]
ASKED = Asked("volume", ("crawl",), ("drinking_culture",), events=False, dpi=50)


def said() -> list[str]:
    """Invented posts of a day: nine on the topic, three wordings of it, and twelve others."""
    topic = ["领导在饭局上劝酒，大家都不愿意", "酒桌文化该改一改了", "拒绝劝酒"]
    return [*(topic[n % 3] for n in range(9)), *(["今天天气很好", "下班去跑步"] * 6)]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, method: jobs.Method) -> tuple[Settings, Path]:
    """A project and the stem of a figure of it. Tests that alter something take a copy."""
    settings = project(tmp_path_factory.mktemp("verify") / "home")
    crawl(settings, {day: said() for day in DAYS})
    jobs.ingest(settings, str(HOURLY), "weibo-board-hourly")
    places = [place for chunk in jobs.plan(settings, method=method) for place in chunk]
    list(jobs.count(settings, places, method))
    pdf, *_ = figure(settings, ASKED, method=method)
    return settings, Path(pdf).with_suffix("")


@pytest.fixture
def copied(made: tuple[Settings, Path], tmp_path: Path) -> tuple[Settings, Path]:
    settings, stem = made
    home = tmp_path / "home"
    shutil.copytree(settings.home, home)
    return Settings(home, f"sqlite:///{home / 'counts.db'}", home / "landing"), home / "figures" / stem.name


def ending(stem: Path, end: str) -> Path:
    return stem.with_name(stem.name + end)


def reasons(settings: Settings, path: Path, method: jobs.Method) -> str:
    found = verify(settings, path, method=method)
    assert found["equal"] is False
    return " | ".join(found["differences"])


@pytest.mark.parametrize("end", [".pdf", ".csv", ".json"])
def test_an_untouched_figure_is_equal_whichever_file_is_given(end, made, method):
    settings, stem = made
    found = verify(settings, ending(stem, end), method=method)
    assert found == {"equal": True, "differences": [], "notes": [], "checked": found["checked"]}
    assert len(found["checked"]) == 7


@pytest.mark.parametrize("end", [".pdf", ".png", ".svg"])
def test_the_picture_alone_is_enough(end, made, method, tmp_path):
    settings, stem = made
    alone = tmp_path / f"from-a-paper{end}"
    shutil.copy(ending(stem, end), alone)
    found = verify(settings, alone, method=method)
    assert found["equal"]
    assert found["checked"] == [str(alone)]


def test_an_altered_number_in_the_csv_is_named(copied, method):
    settings, stem = copied
    table = ending(stem, ".csv")
    table.write_text(table.read_text().replace("2021-08-03,9,21", "2021-08-03,8,21"))
    found = reasons(settings, table, method)
    assert f"{table.name}, line 3: posts is 8, recomputed 9." in found
    assert "is not the file that was written with the figure" in found


def test_an_altered_lexicon_is_named_with_its_digest_and_the_numbers_that_move(copied, tmp_path):
    settings, stem = copied
    folder = tmp_path / "lexicon"
    shutil.copytree(lexicon.FOLDER, folder)
    topic = folder / "topics" / "drinking_culture.toml"
    head = 'id = "drinking_culture"\nlabel_en = "D"\nlabel_zh = "酒"\n'
    topic.write_text(head + 'core = ["劝酒"]\n', encoding="utf-8")
    other = jobs.Method(settings.cache, folder)
    found = reasons(settings, ending(stem, ".png"), other)
    assert "The lexicon is not the one by which the figure was counted." in found
    assert ".csv, line 2: posts is 9, recomputed 6." in found


def alter(settings: Settings, day: str, old: str, new: str) -> None:
    [path] = (settings.lake / "posts" / "dataset=crawl" / f"day={day}").glob("*.parquet")
    table = pq.ParquetFile(path).read()
    texts = table["text"].to_pylist()
    texts[texts.index(old)] = new
    at = table.schema.get_field_index("text")
    pq.write_table(table.set_column(at, table.schema.field("text"), pa.array(texts, pa.string())), path)


def test_one_altered_post_is_named_by_its_day_and_the_number_that_it_moves(copied, method):
    settings, stem = copied
    alter(settings, "2021-08-04", "今天天气很好", "酒桌文化该改一改了")
    found = reasons(settings, ending(stem, ".pdf"), method)
    assert "Posts of crawl of 2021-08-04 were altered." in found
    assert ".csv, line 4: posts is 9, recomputed 10." in found


def test_one_altered_post_is_seen_even_where_no_number_moves_and_by_the_picture_alone(copied, method, tmp_path):
    settings, stem = copied
    alter(settings, "2021-08-04", "今天天气很好", "今天天气不好")
    assert "Posts of crawl of 2021-08-04 were altered." in reasons(settings, ending(stem, ".json"), method)
    alone = tmp_path / "alone.png"
    shutil.copy(ending(stem, ".png"), alone)
    assert reasons(settings, alone, method) == "The posts in the lake are not those of the figure."


def test_other_pseudonyms_of_the_same_authors_do_not_matter(copied, method):
    settings, stem = copied
    for path in (settings.lake / "posts").rglob("*.parquet"):
        table = pq.ParquetFile(path).read()
        at = table.schema.get_field_index("author")
        author = pc.binary_replace_slice(table["author"], 0, 4, "zzzz")
        pq.write_table(table.set_column(at, table.schema.field("author"), author), path)
    assert verify(settings, ending(stem, ".png"), method=method)["equal"]


def test_counts_that_were_changed_in_the_store_do_not_deceive(copied, method):
    import sqlite3

    settings, _ = copied
    with sqlite3.connect(settings.home / "counts.db") as store:
        store.execute("update day_topic set posts = 8 where topic = 'drinking_culture' and day = '2021-08-05'")
    store.close()
    pdf, *_ = figure(settings, ASKED, method=method)
    assert ".csv, line 5: posts is 8, recomputed 9." in reasons(settings, Path(pdf), method)


def test_a_picture_that_was_painted_over_is_named(copied, method):
    from PIL import Image, PngImagePlugin

    settings, stem = copied
    path = ending(stem, ".png")
    with Image.open(path) as bitmap:
        kept = PngImagePlugin.PngInfo()
        for name, value in bitmap.text.items():
            kept.add_itxt(name, value)
        bitmap.putpixel((30, 30), (255, 0, 0, 255))
        bitmap.save(path, pnginfo=kept, dpi=(50, 50))
    alone = stem.with_name("alone.png")
    shutil.copy(path, alone)
    assert "is not what they draw" in reasons(settings, alone, method)
    assert f"{path.name} is not the file that was written" in reasons(settings, ending(stem, ".csv"), method)


def test_an_altered_passport_and_an_altered_caption_are_named(copied, method):
    settings, stem = copied
    path = ending(stem, ".json")
    passport = json.loads(path.read_text("utf-8"))
    passport["facts"]["datasets"][0]["licence"] = "another"
    path.write_text(json.dumps(passport, ensure_ascii=False))
    found = reasons(settings, path, method)
    assert f"{path.name} was altered" in found
    assert "The registry's licence of crawl is not that of the figure." in found


def test_a_figure_whose_data_are_gone_says_so(made, method, settings):
    _, stem = made
    assert "cannot be recomputed: There is no ingested dataset 'crawl'" in reasons(
        settings, ending(stem, ".pdf"), method
    )


def test_a_missing_file_and_a_file_of_no_figure_are_refused(made, method, tmp_path):
    settings, _ = made
    with pytest.raises(InputError, match="no such file"):
        verify(settings, tmp_path / "x.png", method=method)
    other = tmp_path / "x.svg"
    other.write_text("<svg/>")
    with pytest.raises(InputError, match="has no mark"):
        verify(settings, other, method=method)


def test_the_command_says_equal_or_what_differs_and_its_exit_code_too(copied, monkeypatch):
    settings, stem = copied
    monkeypatch.setenv("GUANCHAO_HOME", str(settings.home))
    monkeypatch.setenv("GUANCHAO_DATABASE_URL", settings.database_url)
    good = CliRunner().invoke(cli.app, ["verify", str(ending(stem, ".png"))])
    assert good.output.startswith("Equal: 7 files")
    assert good.exit_code == 0
    table = ending(stem, ".csv")
    table.write_text(table.read_text() + "\n")
    bad = CliRunner().invoke(cli.app, ["verify", str(table), "--json"])
    assert bad.exit_code == 1
    assert json.loads(bad.stdout)["equal"] is False


def test_what_was_asked_goes_into_files_and_back():
    assert from_json(json.loads(json.dumps(ASKED.as_json()))) == ASKED
    with pytest.raises(InputError, match="cannot be read"):
        from_json({"kind": "volume"})


def test_a_figure_is_the_same_bytes_twice(made, method):
    settings, stem = made
    before = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in stem.parent.iterdir()}
    figure(settings, ASKED, method=method)
    assert before == {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in stem.parent.iterdir()}


TOPICS = ("drinking_culture", "workplace_harassment")
EVENT = dt.date(2021, 8, 7)
OTHERS = {
    "multiples": Asked("multiples", ("crawl",), TOPICS, dpi=50),
    "counterfactual": Asked("counterfactual", ("crawl",), TOPICS[:1], event=EVENT, dpi=50),
    "words": Asked("words", ("crawl",), event=EVENT, dpi=50),
    "network": Asked("network", ("crawl",), dpi=50, language="zh"),
    "calendar": Asked("calendar", ("crawl", "weibo-board-hourly"), dpi=50),
    "lags": Asked("lags", ("crawl",), TOPICS, hours=6, dpi=50),
    "attention": Asked("attention", ("crawl", "weibo-board-hourly"), venue="acm", dpi=50),
    "ranks": Asked("ranks", ("weibo-board-hourly",), ("alibaba_case",), width="column", dpi=50),
}


@pytest.mark.parametrize("kind", OTHERS)
def test_every_other_kind_is_made_from_the_counts_and_equals_its_recount(kind, made, method, tmp_path):
    settings, _ = made
    pdf, *rest = figure(settings, OTHERS[kind], stem=tmp_path / kind, method=method)
    assert len(rest) == 6
    assert verify(settings, Path(pdf), method=method)["differences"] == []


def test_what_the_guards_refuse_is_said_and_not_drawn(made, method, tmp_path):
    settings, _ = made
    figure(settings, OTHERS["counterfactual"], stem=tmp_path / "c", method=method)
    facts = json.loads((tmp_path / "c.json").read_text("utf-8"))["facts"]
    assert facts["results"]["note"].startswith("not enough data")
    assert "not enough data" in (tmp_path / "c.caption.md").read_text("utf-8")
    assert ",,,,counted" in (tmp_path / "c.csv").read_text()


def test_a_day_with_too_few_authors_is_no_number_anywhere(made, method, tmp_path):
    settings, _ = made
    figure(settings, replace(ASKED, least=12), stem=tmp_path / "s", method=method)
    table = (tmp_path / "s.csv").read_text().splitlines()
    assert table[1] == "2021-08-02,,21,,,,,suppressed"
    facts = json.loads((tmp_path / "s.json").read_text("utf-8"))["facts"]
    assert len(facts["suppressed"]) == len(DAYS)
    assert "10 cells with fewer than 12 authors are not shown" in (tmp_path / "s.caption.md").read_text("utf-8")


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        (Asked("pie", ("crawl",)), "no kind of figure 'pie'"),
        (Asked("volume", ("crawl",)), "takes 1 topics, not 0"),
        (Asked("volume", ("crawl", "other"), TOPICS[:1]), "takes one dataset"),
        (Asked("words", ("crawl",)), "--event"),
        (Asked("volume", ("crawl",), ("drinking",)), "no topic 'drinking'"),
        (Asked("volume", ("crowl",), TOPICS[:1]), "did you mean crawl"),
        (Asked("ranks", ("crawl",), TOPICS[:1]), "no observation with a clock time"),
        (replace(ASKED, venue="natur"), "no venue 'natur'"),
    ],
)
def test_a_request_that_cannot_be_met_is_refused_in_a_sentence(asked, message, made, method):
    with pytest.raises(InputError, match=message):
        figure(made[0], asked, method=method)
