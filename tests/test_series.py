"""From counts to a tidy frame: zeros, gaps, refusals."""

import datetime as dt
import json

import pandas as pd
import pytest

from pipeline import jobs, series
from pipeline.errors import InputError
from pipeline.store import counts
from pipeline.store.connection import connect, upgrade, writing

BOARDS = {
    "2021-08-08": ["阿里女员工被侵害", "今天天气", "今天天气"],
    "2021-08-09": ["今天天气"],
    "2021-08-10": [],
    "2021-08-11": ["拒绝陪酒", "阿里女员工案", "雨", "雪"],
}


@pytest.fixture
def project(settings, method, tmp_path):
    for day, titles in BOARDS.items():
        path = tmp_path / f"{day}.json"
        path.write_text(json.dumps([{"url": "/", "title": title} for title in titles]))
        jobs.ingest(settings, str(path), "weibo-hot-search")
    days = [place for chunk in jobs.plan(settings, method=method) for place in chunk]
    list(jobs.count(settings, days, method))
    return settings


def volume(project, topic="alibaba_case", **options) -> pd.DataFrame:
    return series.volume(project.database_url, "weibo-hot-search", topic, **options)


def test_a_volume_has_one_row_per_calendar_day_with_zeros_and_gaps_apart(project):
    frame = volume(project)

    assert list(frame.columns) == ["day", "posts", "total", "share", "lo", "hi", "status"]
    assert frame["day"].dt.strftime("%m-%d").tolist() == ["08-08", "08-09", "08-10", "08-11"]
    assert frame["posts"].tolist() == [1, 0, pd.NA, 1]
    assert frame["total"].tolist() == [2, 1, pd.NA, 4]
    assert frame["status"].tolist() == ["counted", "counted", "gap", "counted"]
    assert frame.loc[2, ["share", "lo", "hi"]].isna().all()
    assert (frame["share"].tolist()[0], frame["share"].tolist()[1]) == (0.5, 0.0)


def test_dtypes_are_those_that_the_docstring_states(project):
    assert volume(project).dtypes.astype(str).to_dict() == {
        "day": "datetime64[s]",
        "posts": "Int64",
        "total": "Int64",
        "share": "float64",
        "lo": "float64",
        "hi": "float64",
        "status": "str",
    }


def test_days_with_files_that_are_not_counted_are_no_gaps_but_a_question_too_early(project, tmp_path):
    for day in ("2021-08-09", "2021-08-12"):
        path = tmp_path / f"{day}.json"
        path.write_text(json.dumps([{"url": "/", "title": "新的"}]))
        jobs.ingest(project, str(path), "weibo-hot-search")

    with pytest.raises(InputError, match="1 days of weibo-hot-search, 2021-08-09 the first, have files that are not"):
        volume(project)


def test_a_term_is_sought_in_any_script_or_width(project):
    for term in ("阿里女员工", "阿里女員工"):
        assert volume(project, term=term)["posts"].tolist() == [1, 0, pd.NA, 1]


def test_days_outside_the_counted_span_are_gaps(project):
    frame = volume(project, first=dt.date(2021, 8, 11), last=dt.date(2021, 8, 13))

    assert frame["status"].tolist() == ["counted", "gap", "gap"]


REFUSED = {
    "an unknown topic": ({"topic": "alibaba"}, "There is no topic 'alibaba'; did you mean alibaba_case"),
    "an unknown term": ({"term": "阿里女员"}, "There is no term of alibaba_case '阿里女员'; did you mean"),
    "an empty span": ({"first": dt.date(2021, 8, 9), "last": dt.date(2021, 8, 8)}, "The span is empty"),
}


@pytest.mark.parametrize(("question", "answer"), REFUSED.values(), ids=REFUSED)
def test_what_the_counts_do_not_know_is_said_in_one_sentence(project, question, answer):
    with pytest.raises(InputError, match=answer):
        volume(project, **question)


def test_a_dataset_that_was_never_ingested_or_counted_is_told_apart(settings, tmp_path):
    with pytest.raises(InputError, match="There is no ingested dataset 'zhihu-hot-questions'"):
        series.volume(settings.database_url, "zhihu-hot-questions", "alibaba_case")

    path = tmp_path / "2021-08-08.json"
    path.write_text('[{"url": "/", "title": "甲"}]')
    jobs.ingest(settings, str(path), "weibo-hot-search")
    with pytest.raises(InputError, match="Nothing of weibo-hot-search is counted yet; run `guanchao aggregate`"):
        volume(settings)


def test_days_counted_by_two_methods_are_not_mixed(project):
    engine = connect(project.database_url)
    with writing(engine) as connection:
        (row,) = [r for r in counts.snapshot(connection)["day_total"] if str(r[1]) == "2021-08-08"]
        names = ("dataset", "day", "posts", "originals", "authors", "tokens", "method_id", "inputs")
        total = dict(zip(names, row, strict=True)) | {"method_id": "another"}
        topic = {"dataset": "weibo-hot-search", "day": dt.date(2021, 8, 8), "topic": "alibaba_case"}
        topic |= dict.fromkeys(("posts", "quoted_only", "evasion_only", "originals", "authors", "deleted"), 0)
        counts.replace_day(connection, total["dataset"], total["day"], {"day_total": [total], "day_topic": [topic]})
    engine.dispose()

    with pytest.raises(InputError, match="counted by different methods; run `guanchao aggregate`"):
        volume(project)


def test_the_table_of_topics_names_the_peak_of_each(project):
    rows = series.topics(project.database_url).set_index("topic")

    assert rows.loc["alibaba_case", ["posts", "peak_posts", "peak_share"]].tolist() == [2, 1, 0.5]
    assert str(rows.loc["alibaba_case", "peak_day"]) == "2021-08-08"


def test_the_sentence_states_counts_interval_and_gaps(project):
    text = series.sentence(volume(project), topic="the case", source="a board")

    assert text == (
        "In “a board”, 2 of 7 items from 2021-08-08 to 2021-08-11 mention the case; "
        "the share was highest on 2021-08-08 with 1 of 2 (50.0%, 95 % Wilson interval 9.5% to 90.5%). "
        "Days in Asia/Shanghai: 3 counted, 1 not collected."
    )


def test_annotations_lie_in_the_span_and_name_their_source(settings):
    frame = series.events(settings.database_url, dt.date(2021, 8, 7), dt.date(2021, 8, 9))

    assert frame["day"].between("2021-08-07", "2021-08-09").all()
    assert len(frame) > 5
    assert frame[["label_en", "label_zh", "source", "confidence"]].notna().all().all()


def test_the_whole_way_gives_the_same_tables_on_postgresql_and_sqlite(database_url, method, tmp_path):
    from pipeline.settings import Settings

    home = tmp_path / "home"
    made = Settings(home, database_url, home / "landing")
    jobs.initialise(made)
    engine = connect(database_url)
    upgrade(engine)
    engine.dispose()
    for day, titles in BOARDS.items():
        path = tmp_path / f"{day}.json"
        path.write_text(json.dumps([{"url": "/", "title": title} for title in titles]))
        jobs.ingest(made, str(path), "weibo-hot-search")
    list(jobs.count(made, [p for chunk in jobs.plan(made, method=method) for p in chunk], method))

    assert volume(made)["posts"].tolist() == [1, 0, pd.NA, 1]
    assert jobs.plan(made, method=method) == []
