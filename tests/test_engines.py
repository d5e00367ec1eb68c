"""Where the days of a run are counted makes no difference to the counts."""

import shutil
import threading
import time
from pathlib import Path

import pytest

from pipeline import engines, jobs
from pipeline.errors import InputError
from pipeline.settings import Settings
from pipeline.store import counts
from pipeline.store.connection import reading_from

SAMPLE = Path(__file__).parents[1] / "sample_data"
LAST = "posts-2021-09.jsonl"


@pytest.fixture
def sample(settings: Settings) -> Settings:
    """A project with a month of posts and some boards, not yet counted."""
    jobs.ingest(settings, str(SAMPLE / "sample-posts" / LAST), "sample-posts")
    for path in sorted((SAMPLE / "sample-hot-search").glob("2021-08-0*.json")):
        jobs.ingest(settings, str(path), "sample-hot-search")
    return settings


def snapshot(settings: Settings) -> dict:
    with reading_from(settings.database_url) as connection:
        return counts.snapshot(connection)


def counted(settings: Settings, method: jobs.Method, engine: engines.Engine, home: Path) -> dict:
    """The tables of a copy of a project after counting it."""
    shutil.copytree(settings.home, home)
    copy = Settings(home, f"sqlite:///{home / 'guanchao.db'}", home / "landing")
    days = [place for chunk in jobs.plan(copy, method=method) for place in chunk]
    done = list(jobs.count(copy, days, method, engine))
    assert [(place["dataset"], place["day"]) for place in done] == [(place["dataset"], place["day"]) for place in days]
    return snapshot(copy)


def test_threads_give_the_tables_of_one_after_another(sample: Settings, method: jobs.Method, tmp_path: Path):
    alone, together = (counted(sample, method, engines.engine(cores=cores), tmp_path / str(cores)) for cores in (1, 3))

    assert alone == together
    assert len(alone["day_total"]) > 10


def test_spark_gives_the_tables_of_one_after_another(
    sample: Settings, method: jobs.Method, tmp_path: Path, monkeypatch
):
    pytest.importorskip("pyspark", reason="PySpark is not installed: pip install 'guanchao[spark]'")
    if not shutil.which("java"):
        pytest.skip("there is no java on this machine")
    from pyspark.sql import SparkSession

    monkeypatch.setenv("SPARK_LOCAL_IP", "127.0.0.1")
    try:
        by_spark = counted(sample, method, engines.engine("spark", master="local[1]"), tmp_path / "spark")
    finally:
        if session := SparkSession.getActiveSession():
            session.stop()

    assert by_spark == counted(sample, method, engines.engine(cores=1), tmp_path / "alone")


def test_results_come_in_the_order_of_the_tasks_and_few_are_held():
    begun: list[int] = []
    lock = threading.Lock()

    def work(task: int) -> int:
        with lock:
            begun.append(task)
        time.sleep(0.002 * (task % 3))
        return task * task

    results = engines.engine(cores=2)(work, list(range(20)))
    assert next(results) == 0
    assert len(begun) <= 4
    assert list(results) == [n * n for n in range(1, 20)]


def test_what_fails_in_a_thread_fails_where_its_result_is_awaited():
    def work(task: int) -> int:
        if task == 2:
            raise InputError("The file is gone; ingest it again.")
        return task

    results = engines.engine(cores=2)(work, [0, 1, 2, 3])
    assert [next(results), next(results)] == [0, 1]
    with pytest.raises(InputError, match="ingest it again"):
        next(results)


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        ({"name": "dask"}, "There is no engine dask; give one of local, spark"),
        ({"master": "spark://host:7077"}, "add --engine spark"),
        ({"name": "spark", "cores": 2}, "Spark takes the number from its master"),
    ],
)
def test_options_that_do_not_fit_are_refused(options: dict, complaint: str):
    with pytest.raises(InputError, match=complaint):
        engines.engine(**options)


def test_nothing_secret_goes_to_an_executor(settings: Settings, method: jobs.Method):
    import pickle

    from pipeline.jobs.count import Work

    told = Settings(settings.home, "postgresql://user:p4ssw0rd@host/db", settings.landing, "tgram://p4ssw0rd")
    assert b"p4ssw0rd" not in pickle.dumps(Work(told, method))
