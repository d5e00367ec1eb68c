"""Where the days of a run are counted: in threads of this process, or on a Spark cluster.

An engine does a piece of work for each of some tasks and gives the results in their order. Both run the same function,
and what it gives depends on nothing else, so the tables are the same row for row.
"""

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any

from pipeline.engines import local, spark
from pipeline.errors import InputError

ENGINES = ("local", "spark")

Engine = Callable[[Callable[[Any], Any], Iterable[Any]], Iterator[Any]]


def engine(name: str = "local", *, cores: int | None = None, master: str = "") -> Engine:
    """The engine of that name. cores: threads of `local`, all cores unless given; master: where Spark is.

    Raises InputError for a name that is none, and for options of the other engine.
    """
    if name not in ENGINES:
        raise InputError(f"There is no engine {name}; give one of {', '.join(ENGINES)}.")
    if name == "local" and master:
        raise InputError("--master names a Spark cluster; add --engine spark.")
    if name == "spark" and cores:
        raise InputError("--cores is for the local engine; Spark takes the number from its master, as in local[2].")
    return partial(local.run, cores=cores) if name == "local" else partial(spark.run, master=master)
