"""Which cells of the daily tables are withheld, so that no number tells of a few people.

A cell is withheld when fewer than `least` authors stand behind it, or when a difference would tell of so few: a topic
whose posts leave only a few others on the day (total - topic), two topics together whose count leaves only a few of
either (topic - both: "net of the case"). Zeros are shown: nobody stands behind them, and a zero is not a small number.

Authors are counted for days and topics. Of a part of a topic's posts only bounds are known: an author beyond the posts
is one who wrote twice, so that p of the posts come from at least p - (posts - authors) authors, and what is left of
the authors when the other posts have one each is in the part. Where the bound does not reach `least`, the cell is
withheld: too much rather than too little.

Sums over days are withheld where one of their days is, which is the complementary suppression of the other direction:
without them no day can be had by subtraction (Hundepool et al. 2012, Statistical Disclosure Control, chapter 4).
"""

from collections.abc import Mapping

import pandas as pd

from pipeline.export.fields import NOT_FOR_FEW

Frames = dict[str, pd.DataFrame]

PUBLIC = 10
LEAST = 5
"""Authors below which a cell is withheld: in tables for the public, and in tables for a team."""


def withhold(tables: Frames, least: int) -> list[str]:
    """Withhold what tells of few, in place; what is left out altogether.

    A trending list has no authors, so that all of it stays. Where posts have no authors, posts stand in for them.
    """
    kinds = tables["dataset"].set_index("dataset")["kind"]
    posts = {name: table["dataset"].map(kinds) == "posts" for name, table in tables.items() if "dataset" in table}
    if not posts["dataset"].any():
        return []
    hidden = _hidden(tables, posts, least)
    for name in ("day_total", "day_topic", "day_pair"):
        tables[name] = _blank(tables[name], hidden[name])
    tables["day_word"] = tables["day_word"][~hidden["day_word"]].reset_index(drop=True)
    tables["day_term"] = tables["day_term"][~posts["day_term"]].reset_index(drop=True)
    tables["topic_total"] = by_topic(tables["day_topic"].assign(withheld=hidden["day_topic"]))
    for name, columns in NOT_FOR_FEW.items():
        tables[name] = tables[name].drop(columns=list(columns))
    left = [f"{', '.join(columns)} of {name}" for name, columns in NOT_FOR_FEW.items()]
    return ["terms of posts", "words that fewer authors may have used", *left]


def totals(days: pd.DataFrame, least: int) -> pd.Series:
    """Whether each day's total is withheld. days: posts, authors."""
    return (days["posts"] > 0) & (days["authors"] < least)


def topics(found: pd.DataFrame, days: pd.DataFrame, least: int) -> pd.Series:
    """Whether each topic's count of a day is withheld.

    found: day, topic, posts, authors; days: day, posts, authors, withheld.
    """
    whole = days.set_index("day").loc[found["day"]].set_axis(found.index)
    rest = whole["posts"] - found["posts"]
    few_others = (rest > 0) & (_at_least(rest, whole, found["authors"]) < least)
    return (found["posts"] > 0) & ((found["authors"] < least) | few_others | whole["withheld"])


def pairs(found: pd.DataFrame, by_topic: pd.DataFrame, least: int) -> pd.Series:
    """Whether each count of posts on two topics is withheld: it, or what it leaves of either topic, is of few authors.

    found: day, topic_a, topic_b, posts; by_topic: day, topic, posts, authors, withheld.
    """
    known = by_topic.set_index(["day", "topic"])
    sides = [
        known.loc[pd.MultiIndex.from_frame(found[["day", name]])].set_axis(found.index)
        for name in ("topic_a", "topic_b")
    ]
    both = found["posts"]
    bounds = pd.concat([_at_least(both, side, None, side["posts"] - both) for side in sides], axis=1)
    hidden = bounds.max(axis=1) < least
    for side in sides:
        net = side["posts"] - both
        hidden |= side["withheld"] | ((net > 0) & (_at_least(net, side, None, both) < least))
    return hidden


def words(found: pd.DataFrame, days: pd.DataFrame, least: int) -> pd.Series:
    """Whether each word of a day may come from fewer than `least` authors. found: day, posts; days: as in `topics`.

    The table holds a word only where five authors use it.
    """
    whole = days.set_index("day").loc[found["day"]].set_axis(found.index)
    bound = _at_least(found["posts"], whole, None).clip(lower=LEAST)
    return (bound < least) | whole["withheld"]


def summed(cells: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """The sums over days: keys, days, posts, withheld; posts are missing where one of the days is withheld.

    cells: keys, day, posts, withheld.
    """
    groups = cells.groupby(keys, sort=True)
    out = groups.agg(days=("day", "nunique"), posts=("posts", "sum"), withheld=("withheld", "any")).reset_index()
    return out.assign(posts=out["posts"].astype("Int64").mask(out["withheld"]))


def by_topic(cells: pd.DataFrame) -> pd.DataFrame:
    """The table `topic_total`. cells: dataset, topic, day, posts, withheld."""
    out = summed(cells, ["dataset", "topic"])
    return out.assign(status=out["withheld"].map({True: "withheld", False: "counted"})).drop(columns="withheld")


def _hidden(tables: Frames, posts: Mapping[str, pd.Series], least: int) -> dict[str, pd.Series]:
    """Whether each row of a table is withheld, dataset by dataset."""
    parts: dict[str, list[pd.Series]] = {name: [] for name in ("day_total", "day_topic", "day_pair", "day_word")}
    for dataset in tables["dataset"].loc[posts["dataset"], "dataset"]:
        own = {name: tables[name][tables[name]["dataset"] == dataset] for name in parts}
        for name in ("day_total", "day_topic"):
            unknown_ = own["day_total"]["authors"].sum() == 0
            own[name] = own[name].assign(authors=own[name]["posts"] if unknown_ else own[name]["authors"])
        days = own["day_total"].assign(withheld=totals(own["day_total"], least))
        own_topics = own["day_topic"].assign(withheld=topics(own["day_topic"], days, least))
        parts["day_total"].append(days["withheld"])
        parts["day_topic"].append(own_topics["withheld"])
        parts["day_pair"].append(pairs(own["day_pair"], own_topics, least))
        parts["day_word"].append(words(own["day_word"], days, least))
    return {
        name: pd.concat(found).reindex(tables[name].index, fill_value=False).astype(bool)
        for name, found in parts.items()
    }


def _blank(table: pd.DataFrame, hidden: pd.Series) -> pd.DataFrame:
    numbers = [column for column in table if pd.api.types.is_integer_dtype(table[column])]
    out = table.assign(**{str(column): table[column].mask(hidden) for column in numbers})
    return out.assign(status=table["status"].mask(hidden, "withheld"))


def _at_least(
    part: pd.Series, whole: pd.DataFrame, others: pd.Series | None, other_posts: pd.Series | None = None
) -> pd.Series:
    """The least number of authors behind a part of posts, from the posts and authors of all of them.

    others: the authors of the other posts, where they are known; else the posts that those are, of one author each.
    """
    twice = whole["posts"] - whole["authors"]
    bound = part - twice
    rest = others if others is not None else other_posts
    return bound if rest is None else pd.concat([bound, whole["authors"] - rest], axis=1).max(axis=1)
