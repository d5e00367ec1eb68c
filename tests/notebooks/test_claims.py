"""The claims of two essays of August 2021 against the real archives: what METHODS.md measured comes back, or its bounds.

The numbers are those of the table of claims. Its baselines reach back to November 2020, the archives beside a checkout
to 20 July (Weibo) and 1 August (Zhihu): where a ratio rests on the long baseline, its interval and ours must overlap.
"""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from pipeline import series
from pipeline.jobs import questions
from pipeline.sentences import share
from pipeline.stats import leads, standing
from pipeline.stats.exact import clopper_pearson
from pipeline.stats.ratios import before_after, rate_ratio
from tests.notebooks.running import run

WEIBO, ZHIHU, HOURLY = "weibo-hot-search", "zhihu-hot-questions", "weibo-board-hourly"
EVENT, END = dt.date(2021, 8, 7), dt.date(2021, 8, 20)
NAMES = "阿里 OR 807事件"


def stood(archives, topic: str, rank: int = 1) -> pd.Series:
    found = standing.standing(series.board(archives.database_url, HOURLY, topic), (rank,))
    return found.iloc[0]


def shown(times: pd.Series) -> list[str]:
    return [f"{times[name]:%d %H:%M}" for name in ("first", "last")]


def test_c1_the_case_is_on_the_list_late_on_7_august_and_in_first_place_for_nine_observations(archives):
    found = questions.stood(archives, HOURLY, NAMES, EVENT, dt.date(2021, 8, 8)).set_index("what")

    assert f"{found.loc['rank 50 or higher', 'first']:%d %H:%M}" == "07 23:20"  # J has seen it at 23:15
    assert f"{found.loc['rank 1', 'first']:%d %H:%M}" == "08 00:28"
    assert found.loc["rank 1", "longest"] == 9
    early = questions.stood(archives, HOURLY, NAMES, EVENT, EVENT).iloc[0]
    assert (early["observations"], pd.isna(early["note"]) or early["note"]) == (1, "")
    # the lexicon alone knows the bare name of the company for nothing: it sees the case three hours later
    assert stood(archives, "alibaba_case")["first"] > found.loc["rank 1", "first"]


CHANGES = {  # dataset: (posts and net of the case in 7-20 August, titles; published ratios with intervals)
    WEIBO: (12, 8, 4523, (64, 17, 355), (43, 10, 251), (3, 72755)),
    ZHIHU: (16, 10, 2541, (37, 15, 99), (23, 8, 67), (8, 46411)),
}


@pytest.mark.parametrize("dataset", CHANGES)
def test_c2_drinking_culture_rose_also_net_of_the_case(archives, dataset):
    posts, net, total, gross_published, net_published, (b, tb) = CHANGES[dataset]
    found = questions.spill_over(archives, dataset, "drinking_culture", "alibaba_case", EVENT).set_index(
        ["measure", "window"]
    )
    assert found.loc[("all", "at the event"), ["after_posts", "after_total"]].tolist() == [posts, total]
    assert found.loc[("net", "at the event"), "after_posts"] == net
    for measure, (ratio, lo, hi), count in (("all", gross_published, posts), ("net", net_published, net)):
        row = found.loc[measure, "at the event"]
        assert row["lo"] < hi
        assert row["hi"] > lo  # no title before it in the short archive: the upper limit is open
        long = rate_ratio(count, total, b, tb).iloc[0]  # today's counts after the event by the published baseline
        assert [round(long[name]) for name in ("ratio", "lo", "hi")] == [ratio, lo, hi]


def test_c2_the_rise_was_brief(archives):
    weibo = series.volume(archives.database_url, WEIBO, "drinking_culture")
    zhihu = series.volume(archives.database_url, ZHIHU, "drinking_culture")

    assert weibo.loc[weibo["posts"] > 0, "day"].dt.day.tolist() == [8, 9, 10, 11]
    days = zhihu.loc[zhihu["posts"] > 0, "day"].dt.day
    assert (days.min(), days.max()) == (9, 17)
    # published: 2 of 29,449 titles afterwards; 0 of the days here lies within
    later = questions.spill_over(archives, WEIBO, "drinking_culture", "alibaba_case", EVENT).iloc[1]
    assert later["after_posts"] == 0
    assert clopper_pearson(0, later["after_total"])[1] > 2 / 29449


def test_c3_ice_breaking_was_first_in_three_observations_and_once_again_is_not_seen(archives):
    first = stood(archives, "ice_breaking")
    assert (first["observations"], shown(first)) == (3, ["08 12:24", "08 14:23"])

    day = dt.date(2021, 8, 8)
    denial = questions.stood(archives, HOURLY, "阿里 回应 破冰", day, day).set_index("what")
    assert f"{denial.loc['rank 50 or higher', 'first']:%H:%M}" == "15:16"
    assert denial.loc["rank 10 or higher", "observations"] > 0
    assert denial.loc["rank 1", "note"] == "not enough data: it was never seen there"
    before = series.volume(archives.database_url, WEIBO, "ice_breaking", last=EVENT)
    assert before["posts"].sum() == 0


def test_c4_the_petition_stood_on_the_list_in_eleven_observations_and_first_in_eight(archives):
    listed, first = (stood(archives, "collective_action", rank) for rank in (50, 1))

    assert (listed["observations"], shown(listed)[0]) == (11, "08 23:21")
    assert (first["observations"], first["longest"], shown(first)) == (8, 8, ["09 00:28", "09 07:18"])
    assert first["by_day"] == 1  # the rest is night, in which the list hardly moves


def test_c6_the_case_peaks_eight_days_after_the_second_peak_of_the_other(archives):
    url = archives.database_url
    wu = series.volume(url, WEIBO, "kris_wu", first=dt.date(2021, 7, 25), last=END)
    case = series.volume(url, WEIBO, "alibaba_case")
    peaks = [frame.loc[frame["posts"].astype(float).idxmax()] for frame in (wu, case)]

    assert [(peak["day"].day, int(peak["posts"])) for peak in peaks] == [(1, 14), (9, 11)]
    assert (peaks[1]["day"] - peaks[0]["day"]).days == 8


def test_c7_the_label_of_the_movement_is_in_no_title(archives):
    for dataset in (WEIBO, ZHIHU):
        found = questions.searched(archives, dataset, {"rice rabbit": "米兔"}).iloc[0]
        assert (found["posts"], found["note"]) == (0, "")
        assert 0 < found["most"] < 11  # per 10,000: a bound, not an absence


def test_c8_from_the_list_to_the_decision_it_took_33_and_a_half_hours(archives):
    day = dt.date(2021, 8, 9)
    listed = questions.stood(archives, HOURLY, NAMES, EVENT, day).iloc[0]
    decided = questions.stood(archives, HOURLY, "阿里公布处理决定", day, day).iloc[-1]

    assert (decided["observations"], shown(decided)[0]) == (1, "09 09:01")
    hours = (decided["first"] - listed["first"]).total_seconds() / 3600
    latest, earliest = decided["first"] - listed["before"], decided["before"] - listed["first"]
    assert earliest.total_seconds() / 3600 < 33.6 < latest.total_seconds() / 3600
    assert hours == pytest.approx(33.6, abs=0.2)


def test_c9_that_tencent_promised_a_review_is_not_confirmed(archives):
    labels = {"any": "腾讯 (陪酒 OR 骚扰 OR 酒桌 OR 劝酒)", "intern": "腾讯 实习生 陪酒"}
    found = questions.searched(archives, WEIBO, labels, EVENT, END).set_index("what")

    assert found["posts"].tolist() == [1, 1]  # the only title is an intern's proposal, on 11 August
    assert found.loc["any", "first_day"] == pd.Timestamp("2021-08-11")


def test_c10_official_outlets_join_on_9_and_10_august(archives):
    day = dt.date(2021, 8, 9)
    asked = {"妇联 阿里": "09 17:20", "人民日报 阿里": "09 22:17", "中纪委 阿里": "10 18:21"}
    for query, when in asked.items():
        found = questions.stood(archives, HOURLY, query, day, day + dt.timedelta(days=1)).iloc[0]
        assert f"{found['first']:%d %H:%M}" == when


HIRING = {WEIBO: (4523, 13.7, (6, 72755)), ZHIHU: (2541, 7.3, (11, 46411))}


@pytest.mark.parametrize("dataset", HIRING)
def test_c11_discrimination_in_hiring_is_inconclusive(archives, dataset):
    total, bound, (b, tb) = HIRING[dataset]
    days = series.volume(archives.database_url, dataset, "gender_discrimination_hiring", first=EVENT, last=END)

    assert (days["posts"].sum(), days["total"].sum()) == (0, total)
    assert rate_ratio(0, total, b, tb)["hi"].iloc[0] == pytest.approx(bound, abs=0.06)
    whole = series.volume(archives.database_url, dataset, "gender_discrimination_hiring", last=END)
    assert before_after(whole, EVENT)["note"].iloc[0].startswith("not enough data")
    assert "at most" in share(0, total)


def test_c12_which_list_was_first_cannot_be_told(archives):
    hourly = questions.titles.standing(archives, NAMES, HOURLY, first=dt.date(2021, 8, 6), last=dt.date(2021, 8, 8))
    daily = series.volume(archives.database_url, ZHIHU, "alibaba_case", last=dt.date(2021, 8, 8))
    seen = pd.concat(
        [
            pd.DataFrame({"source": "weibo", "time": hourly["observed_at"], "posts": hourly["titles"]}),
            pd.DataFrame({"source": "zhihu", "time": daily["day"] + pd.Timedelta(days=1), "posts": daily["posts"]}),
        ]
    )
    found = leads.first_seen(seen).set_index("source")

    assert not found["resolved"].any()
    assert found.loc["zhihu", "before"] <= found.loc["weibo", "first"] <= found.loc["zhihu", "first"]


def test_c13_deletions_of_a_board_are_not_a_number(archives):
    found = questions.unseen(archives, WEIBO)

    assert np.isnan(found["rate"]).all()
    assert found["note"].eq("not enough data: the source tells of no deleted post").all()


SERIES = {
    (WEIBO, "alibaba_case"): [0, 0, 0, 10, 11, 8, 6, 0, 0, 2, 7, 3, 0, 0, 0, 0],
    (ZHIHU, "alibaba_case"): [0, 0, 1, 4, 9, 7, 8, 7, 1, 1, 2, 4, 2, 0, 0, 0],
    (WEIBO, "drinking_culture"): [0, 0, 0, 2, 4, 4, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0],
    (ZHIHU, "drinking_culture"): [0, 0, 0, 0, 2, 1, 4, 5, 1, 0, 0, 1, 2, 0, 0, 0],
}


@pytest.mark.parametrize(("dataset", "topic"), SERIES)
def test_the_daily_counts_are_the_published_ones(archives, dataset, topic):
    days = series.volume(archives.database_url, dataset, topic, first=dt.date(2021, 8, 5), last=END)

    assert days["posts"].tolist() == SERIES[dataset, topic]


def test_the_words_of_the_drinking_table_are_in_no_title_of_the_board(archives):
    found = questions.searched(archives, WEIBO, {"the table, urging": "酒桌 OR 劝酒"}, last=dt.date(2021, 9, 5)).iloc[0]

    assert (found["posts"], found["total"]) == (0, 16088)


@pytest.mark.parametrize(
    ("name", "dataset", "said"),
    [
        (
            "alibaba_case",
            HOURLY,
            ["first seen 7 August 2021, 23:20", "first seen 8 August 2021, 00:28", "9 of them in a row"],
        ),
        ("drinking_culture", WEIBO, ["12 of 4,523", "8 of 4,523", "rose with the case and beyond it"]),
        (
            "drinking_culture",
            ZHIHU,
            ["16 of 2,541", "10 of 2,541", "is not shown to have risen beyond the case itself"],
        ),
        ("what_cannot_be_seen", WEIBO, ["米兔 (the rice rabbit): at most", "0 of 4,523", "is not confirmed here"]),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_the_notebooks_print_these_numbers(archives, name, dataset, said, monkeypatch):
    monkeypatch.setattr(questions, "picture", lambda *_: None)  # drawn elsewhere, and the slowest part
    _, shown_ = run(name, home=str(archives.home), dataset=dataset)

    assert [part for part in said if part not in shown_[-1].data] == []


def test_c14_titles_that_question_the_complainants_account_appear_from_24_august(archives):
    doubts = {"doubts": "(阿里 OR 王某文) AND (妻子 OR 诬告 OR 反转 OR 小作文)"}
    found = questions.searched(archives, WEIBO, doubts, last=dt.date(2021, 9, 5)).iloc[0]

    assert (found["posts"], f"{found['first_day']:%Y-%m-%d}") == (1, "2021-08-24")
