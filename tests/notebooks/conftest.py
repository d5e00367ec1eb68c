"""What the notebooks are run on: the sample data, and the real archives beside a checkout."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from pipeline import jobs, lexicon
from pipeline.settings import Settings
from tests.jobs import projects

SAMPLES = Path(__file__).parents[2] / "sample_data"


@pytest.fixture(scope="session", autouse=True)
def one_lexicon() -> Iterator[None]:
    """The lexicon is read once: every picture asks for it several times, and it does not change here."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lexicon, "load", cache(lexicon.load))
        yield


@pytest.fixture(scope="session")
def samples(tmp_path_factory: pytest.TempPathFactory, method) -> Settings:
    """A project with the synthetic posts of three weeks and six days of the synthetic board."""
    made = projects.made(tmp_path_factory.mktemp("samples"))
    for week in ("2021-07-27", "2021-08-03", "2021-08-10"):
        jobs.ingest(made, str(SAMPLES / "sample-weibo-search" / f"{week}.csv"), "sample-weibo-search")
    for path in sorted((SAMPLES / "sample-hot-search").glob("2021-08-0[4-9].json")):
        jobs.ingest(made, str(path), "sample-hot-search")
    projects.counted(made, method)
    return made


@pytest.fixture(scope="session")
def archives(shared_data: Path, tmp_path_factory: pytest.TempPathFactory, method) -> Settings:
    """A project with three real archives: two boards merged by day, and one with its hourly states."""
    made = projects.made(tmp_path_factory.mktemp("archives"))
    for dataset in ("weibo-hot-search", "zhihu-hot-questions"):
        for path in sorted((shared_data / dataset / "raw").glob("*.json")):
            jobs.ingest(made, str(path), dataset)
    (hourly,) = (shared_data / "weibo-board-hourly").glob("*.csv.gz")
    jobs.ingest(made, str(hourly), "weibo-board-hourly")
    projects.counted(made, method)
    return made
