"""Where the titles that a query finds stood, at every observation; and tables of the store as notebooks read them."""

import datetime as dt

import pytest

from pipeline import series
from pipeline.errors import InputError
from pipeline.jobs import questions, titles
from pipeline.settings import Settings
from tests.jobs import projects

BOARD, POSTS = "weibo-board-hourly", "mine"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory, method) -> Settings:
    folder = tmp_path_factory.mktemp("project")
    made = projects.made(folder)
    projects.add_everything(made, folder)
    projects.counted(made, method)
    return made


def test_a_query_stands_where_the_topic_of_the_same_titles_stands(project):
    found = titles.standing(project, "吴亦凡", BOARD)
    counted = series.board(project.database_url, BOARD, "kris_wu")

    assert found["observed_at"].tolist() == counted["observed_at"].tolist()
    assert found["titles"].tolist() == counted["titles"].tolist()
    assert found["best_rank"].isna().tolist() == counted["best_rank"].isna().tolist()
    assert found["titles"].sum() > 0


def test_posts_and_lists_without_clock_times_have_no_standing(project):
    with pytest.raises(InputError, match="mine holds posts, which have no rank"):
        titles.standing(project, "劝酒", POSTS)
    assert titles.standing(project, "天气", "weibo-hot-search").empty
    day = dt.date(2021, 8, 8)
    assert questions.stood(project, POSTS, "劝酒", day, day)["note"].str.contains("no observations with a time").all()


def test_two_topics_of_one_post_are_counted_beside_each_other(project):
    days = series.beside(project.database_url, POSTS, "drinking_culture", "alibaba_case")

    assert days["posts"].tolist() == [6, 3]
    assert days["both"].tolist() == [6, 0]
    pairs = series.pairs(project.database_url, POSTS).set_index(["first", "second"])
    counts = pairs.loc[("alibaba_case", "drinking_culture"), ["joint", "n_first", "n_second", "texts"]]
    assert counts.tolist() == [6, 6, 9, 16]


def test_all_topics_of_a_span_have_every_day(project):
    days = series.topic_days(project.database_url, POSTS, first=dt.date(2021, 8, 7), last=dt.date(2021, 8, 9))
    own = days[days["topic"] == "drinking_culture"]

    assert own["total"].isna().tolist() == [True, False, False]
    assert own["posts"].iloc[1:].tolist() == [6, 3]


def test_words_come_with_the_number_of_all_words(project):
    words, tokens = series.words(project.database_url, POSTS)

    assert (words["posts"] >= 5).all()
    assert tokens > words["mentions"].sum()


def test_what_is_counted_apart_is_summed_by_topic(project):
    found = series.apart(project.database_url, POSTS).set_index("topic")

    assert found.loc["drinking_culture", ["posts", "evasion_only", "quoted_only", "deleted"]].tolist() == [9, 0, 0, 0]


def test_an_unknown_topic_is_told(project):
    with pytest.raises(InputError, match="There is no topic 'drinking'; did you mean drinking_culture"):
        series.board(project.database_url, BOARD, "drinking")


def test_a_side_without_words_has_no_keyness_but_a_reason(project):
    found = questions.words(project, POSTS, dt.date(2021, 8, 1))

    assert found["note"].str.startswith("not enough data").all()
