"""Invented series and events of the shapes that the figures take."""

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
import pytest

from pipeline.figures import export

LABELS = [
    ("2021-07-22", "police", "First police notice on a case", "警方首次通报", "exact"),
    ("2021-07-23", "confounder", "Games open (close 2021-08-08)", "运动会开幕", "exact"),
    ("2021-07-28", "case", "Reported to the police (as reported)", "向警方报案（报道）", "exact"),
    ("2021-08-06", "case", "Leaflets in the canteen (reported)", "食堂发传单（报道）", "disputed"),
    ("2021-08-07", "case", "An account on an internal board (allegations)", "内网自述帖（指控）", "exact"),
    ("2021-08-07", "media", '"热搜" enters the board (rank 3)', "登上热搜", "hour"),
    ("2021-08-07", "confounder", "Another company in the news", "另一家公司上榜", "hour"),
    ("2021-08-08", "corporate", "Internal note ('shocked; angry') on the board", "公司内网回应", "hour"),
    ("2021-08-08", "petition", "Joint initiative by 6,000 employees (as reported); #1 00:21-07:14",
     "6000名员工关于事件的联合倡议：一条写得很长、必须换行的说明，用来检查换行", "hour"),
    ("2021-08-09", "corporate", "Company decision: one dismissed, two resign", "公司公布处理决定", "hour"),
    ("2021-08-09", "media", "Commentary by 青年 (a blog linked to a paper) on the board", "青年锐评", "hour"),
    ("2021-08-10", "official", "Commentary 🧧 of an office", "官方评论 🧧", "hour"),
    ("2021-08-14", "police", "Notice: suspected molestation; no evidence of more", "警方通报", "minute"),
    ("2021-08-25", "legal", "Arrest of a client approved (张某)", "张某被批捕", "day"),
    ("2022-06-22", "legal", "Sentence at first instance", "一审判决", "day"),
]  # fmt: skip

MakeSeries = Callable[..., pd.DataFrame]


def build_series(first: str, last: str, gaps: Sequence[str] = (), total: int = 400) -> pd.DataFrame:
    """A burst around 8 August 2021; Wilson limits by their formula; `gaps` are days without any number."""
    days = pd.Series(pd.date_range(first, last))
    away = (days - pd.Timestamp("2021-08-08")).dt.days.abs().to_numpy()
    posts = np.round(total * 0.03 * np.exp(-away / 3)).astype(int) + np.arange(len(days)) % 2
    share, spread = posts / total, 1.96**2 / total
    half = np.sqrt(spread * share * (1 - share) + spread**2 / 4) / (1 + spread)
    middle = (share + spread / 2) / (1 + spread)
    table = pd.DataFrame({"day": days, "posts": posts, "total": total, "share": share})
    table = table.astype({"posts": "Int64", "total": "Int64"})
    table = table.assign(lo=np.maximum(middle - half, 0), hi=middle + half, status="counted")
    absent = days.isin(pd.to_datetime(list(gaps)))
    table.loc[absent, ["posts", "total"]] = pd.NA
    table.loc[absent, ["share", "lo", "hi"]] = np.nan
    table.loc[absent, "status"] = "gap"
    return table


@pytest.fixture
def make_series() -> MakeSeries:
    """The builder of series, for tests that need several."""
    return build_series


@pytest.fixture
def summer() -> pd.DataFrame:
    """20 July to 5 September 2021 with a gap of two days and a counted day between two gaps."""
    return build_series("2021-07-20", "2021-09-05", ["2021-08-19", "2021-08-20", "2021-08-27", "2021-08-29"])


@pytest.fixture
def events() -> pd.DataFrame:
    """Fifteen events, many on 7 to 9 August, one of them long after the summer."""
    table = pd.DataFrame(LABELS, columns=["day", "kind", "label_en", "label_zh", "confidence"])
    return table.assign(day=pd.to_datetime(table["day"]))


@pytest.fixture
def coarse(monkeypatch: pytest.MonkeyPatch) -> None:
    """Bitmaps of few pixels, where their number does not matter: 300 dots per inch take a second each."""
    monkeypatch.setattr(export, "PNG_DPI", 60)
