"""Small invented tables of every kind of figure, and how each is drawn: what the tests render in every venue."""

from collections.abc import Callable

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from pipeline import figures
from pipeline.figures.sheet import Words
from pipeline.figures.venues import Style
from tests.figures.conftest import LABELS, build_series

SAID = {
    "en": Words("A topic, invented for a test: a heading of some length", "Invented board (Weibo)", "not real data"),
    "zh": Words("为测试而虚构的话题：一个有一定长度的标题", "虚构的热搜榜（微博）", "合成数据，并非真实"),
}
TOPICS = {
    "en": {
        "a": "Alleged case at a company",
        "b": "Drinking culture",
        "c": "Workplace harassment",
        "d": "Police, courts",
    },
    "zh": {"a": "某公司事件（据称）", "b": "酒桌文化", "c": "职场性骚扰", "d": "警方与司法"},
}
WORDS = {
    "first": ["酒桌文化", "劝酒", "陪酒", "女员工", "破冰", "通报", "PUA"],
    "second": ["加班", "下午茶", "面试", "OKR", "年会"],
}


def events(most: int = 5) -> pd.DataFrame:
    table = pd.DataFrame(LABELS[:most], columns=["day", "kind", "label_en", "label_zh", "confidence"])
    return table.assign(day=pd.to_datetime(table["day"]))


def volume() -> pd.DataFrame:
    table = build_series("2021-07-20", "2021-09-05", ["2021-08-28", "2021-08-29"])
    hidden = table["day"].isin(pd.to_datetime(["2021-07-23", "2021-08-22"]))
    table.loc[hidden, "status"] = "suppressed"
    return table


def multiples() -> pd.DataFrame:
    parts = [volume().assign(topic=topic) for topic in TOPICS["en"]]
    for scale, part in enumerate(parts, start=1):
        part[["share", "lo", "hi"]] /= scale
    return pd.concat(parts, ignore_index=True)


def ranks() -> pd.DataFrame:
    times = pd.date_range("2021-08-07 18:10", "2021-08-10 12:10", freq="h")
    times = times[(times < "2021-08-09 13:00") | (times > "2021-08-09 19:00")]
    rows = []
    for shift, topic in enumerate("abc"):
        hours = np.arange(len(times)) - 5 - 9 * shift
        rank = np.where((hours >= 0) & (hours < 40), 1 + np.abs(hours - 6) * (1.3 + shift / 3), np.nan).round()
        rank = np.where(rank <= 50, rank, np.nan)
        status = np.where(np.isnan(rank), "off", "listed")
        rows.append(pd.DataFrame({"topic": topic, "at": times, "titles": 1, "rank": rank, "status": status}))
    return pd.concat(rows, ignore_index=True)


def counterfactual() -> pd.DataFrame:
    table = figures.plotted(build_series("2021-06-20", "2021-09-05", ["2021-08-28", "2021-08-29"]))
    base = 20 + 0.3 * np.arange(len(table))
    after = np.maximum((table["day"] - pd.Timestamp("2021-08-07")).dt.days, -1).to_numpy() + 1
    lift = np.where(after > 0, 180 * np.exp(-after / 9), 0)
    model = {"fitted": base + lift, "expected": base, "lo": base - 12 - after / 3, "hi": base + 12 + after / 3}
    return table[["day", "posts", "total", "per_10k", "status"]].assign(**model)


def words() -> pd.DataFrame:
    rows = [
        (word, sign * (2.2 - 0.2 * n), 0.35 + 0.05 * n)
        for sign, side in ((1, "first"), (-1, "second"))
        for n, word in enumerate(WORDS[side])
    ]
    table = pd.DataFrame(rows, columns=["word", "delta", "error"]).sort_values("delta", ascending=False)
    table = table.assign(lo=table["delta"] - 2 * table["error"], hi=table["delta"] + 2 * table["error"])
    return table.assign(z=table["delta"] / table["error"], first=30, n_first=4000, second=9, n_second=5000)


def network() -> pd.DataFrame:
    names = [*WORDS["first"], *WORDS["second"]]
    rows = [
        (a, b, 12 + (i * j) % 20, 30 + 9 * i, 30 + 9 * j, 900, 0.15 + ((i * 7 + j * 3) % 11) / 16, 40.0)
        for i, a in enumerate(names)
        for j, b in enumerate(names)
        if i < j and (i + 2 * j) % 4 == 0
    ]
    return pd.DataFrame(rows, columns=["first", "second", "joint", "n_first", "n_second", "texts", "npmi", "g2"])


def calendar() -> pd.DataFrame:
    days = pd.Series(pd.date_range("2021-06-20", "2021-11-14"))
    total = pd.Series(300 + 40 * np.sin(np.arange(len(days))) + np.arange(len(days)), dtype="float64").round()
    gap = days.between("2021-09-24", "2021-10-27")
    partial = days.between("2021-08-28", "2021-08-29")
    status = np.select([gap, partial], ["gap", "partial"], "counted")
    table = pd.DataFrame({"dataset": "board", "day": days, "total": total.mask(gap).astype("Int64"), "status": status})
    return table.assign(why="")


def lags() -> pd.DataFrame:
    lag = np.arange(-24, 25)
    r = 0.5 * np.exp(-(((lag - 5) / 3) ** 2)) + 0.06 * np.sin(lag * 1.7)
    table = pd.DataFrame({"lag": lag, "r": r, "pairs": 400 - np.abs(lag)})
    table["limit"] = 3.3 / np.sqrt(table["pairs"])
    return table.assign(beyond=table["r"].abs() > table["limit"], note="")


def attention() -> pd.DataFrame:
    starts = pd.date_range("2021-07-19", "2021-09-05", freq="7D")
    rows = []
    for dataset in ("board", "posts"):
        for week, start in enumerate(starts):
            parts = np.array([1 + 4 * (week == 2) + (dataset == "posts"), 2, 1 + week / 3, 1.5, 1])
            silent = dataset == "board" and week == 5
            for topic, part in zip([*TOPICS["en"], "other"], parts / parts.sum(), strict=True):
                rows.append((dataset, start, topic, np.nan if silent else part, "gap" if silent else "counted"))
    return pd.DataFrame(rows, columns=["dataset", "start", "topic", "attention", "status"])


Draw = Callable[[Style], Figure]


def _volume(style: Style) -> Figure:
    said = SAID[style.language]
    most = 0 if style.venue.name == "slide" else 7
    return figures.volume(
        volume(),
        events(most),
        title=said.title,
        subtitle=said.subtitle,
        warning=said.warning,
        unit="titles",
        style=style,
    )


def _multiples(style: Style) -> Figure:
    table = multiples()
    if style.venue.name == "slide":
        table = table[table["topic"].isin(["a", "b"])]
    return figures.multiples(table, SAID[style.language], style, unit="posts", labels=TOPICS[style.language])


def _counterfactual(style: Style) -> Figure:
    result = {
        "en": "step: ratio 7.1 (95 % interval 3.5–14.4)",
        "zh": "水平变化：比值 7.1（95 % 区间 3.5–14.4）",
    }[style.language]
    at = pd.Timestamp("2021-08-07")
    said = SAID[style.language]
    return figures.counterfactual(counterfactual(), said, style, unit="posts", event=at, result=result)


KINDS: dict[str, Draw] = {
    "volume": _volume,
    "multiples": _multiples,
    "ranks": lambda s: figures.ranks(ranks(), SAID[s.language], s, labels=TOPICS[s.language]),
    "counterfactual": _counterfactual,
    "words": lambda s: figures.words(
        words() if s.venue.name != "slide" else words().iloc[3:10],
        SAID[s.language],
        s,
        sides={"en": ("after", "before"), "zh": ("之后", "之前")}[s.language],
    ),
    "network": lambda s: figures.network(network(), SAID[s.language], s),
    "calendar": lambda s: figures.calendar(calendar(), SAID[s.language], s, unit="titles"),
    "lags": lambda s: figures.lags(
        lags(), SAID[s.language], s, names=(TOPICS[s.language]["a"], TOPICS[s.language]["b"])
    ),
    "attention": lambda s: figures.attention(
        attention() if s.venue.name != "slide" else attention().query("dataset == 'board'"),
        SAID[s.language],
        s,
        labels=TOPICS[s.language],
        datasets={"board": SAID[s.language].subtitle, "posts": "posts 帖子"},
    ),
}
