"""Where the titles that a query finds stood on a trending list, at every observation.

A lexicon refuses what a title leaves open: the bare name of a company was the first title of a case, and is a thousand
other titles. A researcher who has read them names such titles in a query, for days on which they mean one thing.
"""

import datetime as dt

import pandas as pd
import pyarrow as pa

from pipeline import lexicon
from pipeline.errors import InputError
from pipeline.jobs.days import Day, ingested
from pipeline.query import parse
from pipeline.segment import Segmenter
from pipeline.settings import Settings

COLUMNS = ["observed_at", "titles", "best_rank"]


def standing(
    settings: Settings, expression: str, dataset: str, *, first: dt.date | None = None, last: dt.date | None = None
) -> pd.DataFrame:
    """What `series.board` gives of a topic, of a query: observed_at, titles, best_rank; one row per observation.

    Sold and pinned lines have no rank. Empty for an archive without clock times. Raises InputError for posts, a slip in
    the expression, and a dataset that is not ingested.
    """
    asked = parse(expression)
    days = ingested(settings, dataset)
    if not days[0].titles:
        raise InputError(f"{dataset} holds posts, which have no rank; name a dataset of a trending list.")
    cut = Segmenter(lexicon.USERDICT, settings.cache).cut
    wanted = [day for day in days if (first or day.day) <= day.day <= (last or day.day)]
    entries = pd.concat([_entries(settings, day) for day in wanted] or [pd.DataFrame(columns=["title", *COLUMNS])])
    titles = entries["title"].unique()
    found = {*titles[asked.matches(pa.array(titles, pa.string()), cut)]} if len(titles) else set()
    return _observations(entries.assign(found=entries["title"].isin(found)))


def _entries(settings: Settings, day: Day) -> pd.DataFrame:
    """The lines of a day that have a time: title, observed_at (wall-clock), rank (missing where sold or pinned)."""
    lines: pd.DataFrame = day.entries(settings).select(["title", "observed_at", "rank", "is_ad"]).to_pandas()
    lines = lines[lines["observed_at"].notna()]
    local = lines["observed_at"].dt.tz_localize(None).astype("datetime64[s]")
    return lines.assign(observed_at=local, rank=lines["rank"].mask(lines["is_ad"]))


def _observations(entries: pd.DataFrame) -> pd.DataFrame:
    times = pd.DataFrame({"observed_at": sorted(entries["observed_at"].unique())}).astype("datetime64[s]")
    seen = entries[entries["found"]].groupby("observed_at").agg(titles=("title", "nunique"), best_rank=("rank", "min"))
    out = times.join(seen, on="observed_at")
    return out.assign(titles=out["titles"].fillna(0)).astype(
        {"observed_at": "datetime64[s]", "titles": "Int64", "best_rank": "Int64"}
    )
