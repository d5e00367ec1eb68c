"""What the notebooks ask of a dataset: each answer is a tidy table, from the counts or, for queries, from the lake."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from pipeline import series
from pipeline.errors import InputError
from pipeline.jobs import titles
from pipeline.jobs.asked import Asked
from pipeline.jobs.figure import figure
from pipeline.jobs.query import query
from pipeline.settings import Settings
from pipeline.stats import cooccurrence, keyness, logodds, spillover
from pipeline.stats.deletions import rates
from pipeline.stats.exact import clopper_pearson
from pipeline.stats.guards import lacking
from pipeline.stats.ratios import before_after, rate_ratio
from pipeline.stats.standing import standing

_PER = 10_000
_DAY = dt.timedelta(days=1)


def picture(settings: Settings, asked: Asked) -> Any:
    """What a cell shows: the bitmap of a figure with its passport, or in Markdown why it cannot be drawn."""
    from IPython.display import Image, Markdown  # an extra: only notebooks need it

    try:
        paths = figure(settings, asked)
    except InputError as error:
        return Markdown(f"*No figure: {error}*")  # type: ignore[no-untyped-call]
    return Image(next(path for path in paths if path.endswith(".png")), width=700)  # type: ignore[no-untyped-call]


def spill_over(settings: Settings, dataset: str, topic: str, case: str, event: dt.date, days: int = 14) -> pd.DataFrame:
    """How often a topic was mentioned at an event and after it, by what was usual before: measure, window, and more.

    measure: "all", or "net" of the posts that mention the case too. window: "at the event" (`days` days from the event
    on) or "afterwards" (all later ones). Columns besides: those of `stats.ratios.before_after`.
    """
    whole = series.beside(settings.database_url, dataset, topic, case)
    later = event + days * _DAY
    away = (whole["day"] >= pd.Timestamp(event)) & (whole["day"] < pd.Timestamp(later))
    rows = []
    for measure, frame in (("all", whole[["day", "posts", "total"]]), ("net", spillover.net(whole))):
        rows.append(before_after(frame, event, None, days).assign(measure=measure, window="at the event"))
        rows.append(before_after(frame[~away], later).assign(measure=measure, window="afterwards"))
    return _first(pd.concat(rows, ignore_index=True), ["measure", "window"])


def others(
    settings: Settings, dataset: str, case: str, event: dt.date, before: int = 28, after: int = 14
) -> pd.DataFrame:
    """What `stats.spillover.ratios` says of every topic but the case, net of the case."""
    topics = sorted(series.topic_days(settings.database_url, dataset)["topic"].unique())
    parts = [
        spillover.net(series.beside(settings.database_url, dataset, topic, case)).assign(topic=topic)
        for topic in topics
        if topic != case
    ]
    return spillover.ratios(pd.concat(parts, ignore_index=True), event, before, after)


def stood(settings: Settings, dataset: str, expression: str, first: dt.date, last: dt.date) -> pd.DataFrame:
    """What `stats.standing` says of the titles that a query finds on a trending list, and nothing of posts."""
    if series.source(settings.database_url, dataset).unit == "posts":
        return standing(pd.DataFrame(columns=titles.COLUMNS).astype({"observed_at": "datetime64[s]"}))
    return standing(titles.standing(settings, expression, dataset, first=first, last=last))


def words(settings: Settings, dataset: str, event: dt.date, days: int = 14) -> pd.DataFrame:
    """The frequent words of the days before and from the event on, most typical of the time after first.

    Columns: word, before, after (mentions), log_ratio (binary, after by before), g2 (signed), bic, z (log-odds with a
    prior), note. Words are counted on days on which five posts use them: a floor, not a census.
    """
    url, sides = settings.database_url, {}
    spans = {"before": (event - days * _DAY, event - _DAY), "after": (event, event + (days - 1) * _DAY)}
    for side, (first, last) in spans.items():
        sides[side] = series.words(url, dataset, first=first, last=last)
    frames = [found.set_index("word")["mentions"].rename(side) for side, (found, _) in sides.items()]
    both = pd.concat(frames, axis=1).fillna(0).rename_axis("word").reset_index().astype({"before": int, "after": int})
    n_before, n_after = (sides[side][1] for side in ("before", "after"))
    if not (n_before and n_after):
        return both.assign(log_ratio=np.nan, g2=np.nan, bic=np.nan, z=np.nan, note=lacking("one side has no words"))
    a, b = both["after"], both["before"]
    g2 = keyness.signed_g2(a, b, n_after - a, n_before - b)
    odds = logodds.log_odds(both.rename(columns={"after": "first", "before": "second"})).set_index("word")
    out = both.assign(
        log_ratio=keyness.log_ratio(a, b, n_after, n_before), g2=g2, bic=keyness.bic(np.abs(g2), n_before + n_after)
    )
    out = out.join(odds[["z", "note"]], on="word")
    return out.sort_values(["z", "word"], ascending=[False, True], ignore_index=True)


def together(settings: Settings, dataset: str) -> pd.DataFrame:
    """Which topics stand in the same posts more often than chance would have it, strongest first."""
    found = cooccurrence.pairs(series.pairs(settings.database_url, dataset))
    return found.sort_values(["npmi", "joint", "first"], ascending=[False, False, True], ignore_index=True)


def frames(settings: Settings, dataset: str, case: str, event: dt.date, later: dt.date) -> pd.DataFrame:
    """With what the case was spoken of, from the event on and from a later day on: the share of its posts by topic.

    Columns: topic, first, first_total, second, second_total (posts on the case), ratio (second by first), lo, hi, note.
    """
    url, parts = settings.database_url, {}
    end = series.span(series.volume(url, dataset, case))[1]
    for side, span in (("first", (event, later - _DAY)), ("second", (later, max(end, later)))):
        own = series.volume(url, dataset, case, first=span[0], last=span[1])["posts"].sum()
        pairs = series.pairs(url, dataset, first=span[0], last=span[1])
        mine = pairs[(pairs["first"] == case) | (pairs["second"] == case)]
        other = mine["first"].where(mine["first"] != case, mine["second"])
        parts[side] = mine.set_index(other)["joint"].rename(side), int(own)
    table = pd.concat([found for found, _ in parts.values()], axis=1).fillna(0).astype(int)
    table = table.rename_axis("topic").reset_index()
    totals = {f"{side}_total": whole for side, (_, whole) in parts.items()}
    table = table.assign(**totals)[["topic", "first", "first_total", "second", "second_total"]]
    found = rate_ratio(table["second"], table["second_total"], table["first"], table["first_total"])
    return table.join(found).sort_values(["first", "topic"], ascending=[False, True], ignore_index=True)


def searched(
    settings: Settings,
    dataset: str,
    expressions: Mapping[str, str],
    first: dt.date | None = None,
    last: dt.date | None = None,
) -> pd.DataFrame:
    """What queries find in a span: what, query, posts, total, per_10k, most, first_day, last_day, note.

    most: the upper 95 % bound of per_10k (Clopper & Pearson). A query that finds nothing has a bound, as nothing found
    is not nothing there.
    """
    rows = [
        {"what": what, "query": asked} | _found(settings, dataset, asked, first, last)
        for what, asked in expressions.items()
    ]
    return pd.DataFrame(rows)


def unseen(settings: Settings, dataset: str) -> pd.DataFrame:
    """Of each topic: posts, evasion_only and quoted_only (counted apart), deleted, rate, lo, hi, note.

    rate: of deleted posts among `posts`, where the source tells; a board and most archives do not.
    """
    found = series.apart(settings.database_url, dataset)
    told = found[["topic", "posts", "deleted"]].rename(columns={"posts": "checked"})
    if not told["deleted"].sum():
        return found.assign(rate=np.nan, lo=np.nan, hi=np.nan, note=lacking("the source tells of no deleted post"))
    gone = rates(told.assign(permission_denied=0))
    return found.merge(gone.loc[gone["kind"] == "deleted", ["topic", "rate", "lo", "hi", "note"]], on="topic")


def _found(settings: Settings, dataset: str, asked: str, first: dt.date | None, last: dt.date | None) -> dict[str, Any]:
    days = query(settings, asked, dataset, first=first, last=last)
    posts, total = int(days["posts"].sum()), int(days["total"].sum())
    on = days.loc[days["posts"].fillna(0) > 0, "day"]
    most = float(clopper_pearson(posts, total)[1]) * _PER if total else np.nan
    return {
        "posts": posts,
        "total": total,
        "per_10k": posts / total * _PER if total else np.nan,
        "most": most,
        "first_day": on.min(),
        "last_day": on.max(),
        "note": "" if total else lacking("nothing was collected in the span"),
    }


def _first(frame: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    return frame[[*columns, *(name for name in frame if name not in columns)]]
