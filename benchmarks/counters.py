"""The ways of counting that `benchmarks.bench` compares.

Task "all": cut every post, and count. Task "topics": count the posts of each day in which some terms stand. A counter
is prepared with a CSV, a folder that all share, and the terms; calling it counts once and tells the CPU seconds
of each stage. Peers look for bare substrings; Guanchao's terms must not be cut by a token, so it does more.
"""

import os
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline import collecting

if TYPE_CHECKING:
    from benchmarks.ours import Project

Stages = dict[str, float]
Count = Callable[[], Stages]


@dataclass(frozen=True)
class Way:
    """task: what is counted. terms: for which numbers of terms, 0 where none is sought. slow: it is given few posts."""

    task: str
    prepared: Callable[[Path, Path, list[str]], Count]
    terms: tuple[int, ...] = (0,)
    slow: bool = False


def naive_all(path: Path, home: Path, terms: list[str]) -> Count:  # noqa: ARG001
    """Pandas and `jieba.lcut`, exploded and grouped."""
    import jieba
    import pandas as pd

    def count() -> Stages:
        stages = Stopwatch()
        frame = stages("read", lambda: pd.read_csv(path))
        frame["word"] = stages("segment", lambda: frame["text"].apply(jieba.lcut))
        stages("count", lambda: frame.explode("word").groupby(["day", "word"]).size())
        return stages.seconds

    return count


def naive_topics(path: Path, home: Path, terms: list[str]) -> Count:  # noqa: ARG001
    """Pandas and `jieba.lcut`, the tokens joined and searched."""
    import jieba
    import pandas as pd

    pattern = "|".join(terms)

    def count() -> Stages:
        stages = Stopwatch()
        frame = stages("read", lambda: pd.read_csv(path))
        words = stages("segment", lambda: frame["text"].apply(jieba.lcut).str.join(" "))
        found = stages("match", lambda: words.str.contains(pattern))
        stages("count", lambda: frame[found].groupby("day").size())
        return stages.seconds

    return count


def jieba_parallel(path: Path, home: Path, terms: list[str]) -> Count:  # noqa: ARG001
    """`jieba.enable_parallel`, which cuts the lines of one long text in processes."""
    import jieba
    import pandas as pd

    jieba.initialize()
    jieba.enable_parallel()

    def count() -> Stages:
        stages = Stopwatch()
        frame = stages("read", lambda: pd.read_csv(path))
        text = "\n".join(frame["text"].str.replace("\n", " "))
        words = stages("segment", lambda: list(jieba.cut(text)))
        stages("count", lambda: Counter(words))
        return stages.seconds

    return count


def rjieba_all(path: Path, home: Path, terms: list[str]) -> Count:  # noqa: ARG001
    """rjieba on each post, counted in Python; its tokens are not always jieba's."""
    import pandas as pd
    import rjieba

    def count() -> Stages:
        stages = Stopwatch()
        frame = stages("read", lambda: pd.read_csv(path))
        words = stages("segment", lambda: [rjieba.cut(text) for text in frame["text"]])
        stages("count", lambda: Counter((day, w) for day, said in zip(frame["day"], words, strict=True) for w in said))
        return stages.seconds

    return count


def polars_topics(path: Path, home: Path, terms: list[str]) -> Count:  # noqa: ARG001
    """`str.contains_any` of polars, on one thread."""
    os.environ["POLARS_MAX_THREADS"] = "1"
    import polars as pl

    def count() -> Stages:
        stages = Stopwatch()
        frame = stages("read", lambda: pl.read_csv(path))
        found = stages("match", lambda: frame.filter(pl.col("text").str.contains_any(terms)))
        stages("count", lambda: found.group_by("day").len())
        return stages.seconds

    return count


def guanchao_all(cores: int, lake: bool) -> Callable[[Path, Path, list[str]], Count]:
    """Every table of every day into a database, from the CSV or from the lake."""

    def prepared(path: Path, home: Path, terms: list[str]) -> Count:
        project = _ours(path, home, terms)
        return lambda: project.all_tables(cores, lake)

    return prepared


def guanchao_topics(lake: bool) -> Callable[[Path, Path, list[str]], Count]:
    """The posts of each day and topic, from the CSV or from the lake."""

    def prepared(path: Path, home: Path, terms: list[str]) -> Count:
        project = _ours(path, home, terms)
        return lambda: project.topics(lake)

    return prepared


def guanchao_ingest(path: Path, home: Path, terms: list[str]) -> Count:
    """The CSV into the lake; the second time into another one."""
    return _ours(path, home, terms).ingest


def _ours(path: Path, home: Path, terms: list[str]) -> "Project":
    """A project, in a process that has the manners of the command `guanchao`."""
    collecting.rarely()
    from benchmarks import ours

    return ours.Project(path, home, terms)


COUNTERS: dict[str, Way] = {
    "naive, all": Way("all", naive_all, slow=True),
    "naive, topics": Way("topics", naive_topics, (50,), slow=True),
    "jieba in parallel": Way("all", jieba_parallel, slow=True),
    "rjieba": Way("all", rjieba_all, slow=True),
    "polars contains_any": Way("topics", polars_topics, (50, 500, 5_000)),
    "guanchao ingest": Way("all", guanchao_ingest),
    "all, csv": Way("all", guanchao_all(1, lake=False)),
    "all, csv, 2 cores": Way("all", guanchao_all(2, lake=False)),
    "all, lake": Way("all", guanchao_all(1, lake=True)),
    "topics, csv": Way("topics", guanchao_topics(lake=False), (50, 500, 5_000)),
    "topics, lake": Way("topics", guanchao_topics(lake=True), (50, 500, 5_000)),
}


class Stopwatch:
    """CPU seconds of stages that are called one by one."""

    def __init__(self) -> None:
        self.seconds: Stages = {}

    def __call__(self, name: str, work: Callable[[], Any]) -> Any:
        """What the work gives."""
        before = time.process_time()
        made = work()
        self.seconds[name] = self.seconds.get(name, 0.0) + time.process_time() - before
        return made
