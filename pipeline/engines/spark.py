"""Work on a Spark cluster, each task by itself, with `mapInArrow`.

Every executor needs this package with the same lexicon, and the lake under the same path. The driver alone has the
database: tasks go out and results come back as bytes.
"""

import os
import pickle
import sys
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, TypeVar

import pyarrow as pa

from pipeline.errors import InputError

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

Task = TypeVar("Task")
Result = TypeVar("Result")

_COLUMNS = "number long, content binary"
_RESULTS = pa.schema([("number", pa.int64()), ("content", pa.binary())])


def run(work: Callable[[Task], Result], tasks: Sequence[Task], master: str = "") -> Iterator[Result]:
    """The result of each task, in order. master: the URL of the cluster; `local[*]` unless given.

    Raises InputError where PySpark or Java is missing. A session of this process is used and left running.
    """
    for row in _results(_session(master), work, tasks).toLocalIterator(prefetchPartitions=True):
        yield pickle.loads(row.content)


def _results(session: "SparkSession", work: Callable[[Task], Result], tasks: Sequence[Task]) -> "DataFrame":
    rows = [(number, pickle.dumps(task)) for number, task in enumerate(tasks)]
    with warnings.catch_warnings():  # it warns of pandas 3, of which nothing is used here
        warnings.filterwarnings("ignore", "PySpark does not yet fully support pandas", FutureWarning)
        frame = session.createDataFrame(session.sparkContext.parallelize(rows, max(len(rows), 1)), _COLUMNS)
        return frame.mapInArrow(_worker(work), _COLUMNS)


def _worker(work: Callable[[Task], Result]) -> Callable[[Iterable[pa.RecordBatch]], Iterator[pa.RecordBatch]]:
    def worker(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            for row in batch.to_pylist():
                made = {"number": row["number"], "content": pickle.dumps(work(pickle.loads(row["content"])))}
                yield pa.RecordBatch.from_pylist([made], _RESULTS)

    return worker


def _session(master: str) -> "SparkSession":
    try:
        from pyspark.errors import PySparkException
        from pyspark.sql import SparkSession
    except ImportError as error:
        raise InputError("The engine spark needs PySpark; install it with `pip install 'guanchao[spark]'`.") from error
    if not master or master.startswith("local"):
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)  # else it takes whichever python3 is found first
    try:
        return SparkSession.builder.master(master or "local[*]").appName("guanchao").getOrCreate()
    except PySparkException as error:
        raise InputError("Spark needs Java 17 or later; install it, or point JAVA_HOME to it.") from error
