"""Draw the lead topics of every counted dataset, execute the notebooks, and publish all of it in one step.

**When.** Whenever sound counts have changed.

**What.** Everything is made in the data home (`figures/`, `notebooks/`) and then copied into a new edition,
`$GUANCHAO_HOME/published/<date_time>/`, with the SHA-256 of each file. `published/latest` is switched to it at once:
who reads there finds a whole edition, this one or the one before. Older editions stay until somebody removes them.

**When it fails.** `latest` stays as it was.
"""

import datetime as dt
from itertools import chain
from pathlib import Path

import pendulum
from airflow.sdk import dag, task
from guanchao_tasks import DAILY_AGGREGATES, DEFAULTS  # type: ignore[import-not-found]

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"


@dag(
    schedule=[DAILY_AGGREGATES],
    start_date=pendulum.datetime(2021, 1, 1, tz="Asia/Shanghai"),
    catchup=False,
    max_active_runs=1,
    dagrun_timeout=dt.timedelta(hours=6),
    default_args=DEFAULTS,
    tags=["guanchao", "publish"],
    doc_md=__doc__,
)
def publish_charts() -> None:
    """Charts, executed notebooks, and the edition that holds them."""

    @task
    def charts() -> list[str]:
        """Draws every lead topic of every dataset: PNG, PDF, and the CSV of the plotted numbers; their paths."""
        from pipeline import jobs

        return jobs.charts(jobs.Settings.from_env())

    @task
    def notebooks() -> list[str]:
        """Executes the notebook on every counted dataset; the paths of the copies."""
        from pipeline import jobs

        settings = jobs.Settings.from_env()
        notebook = str(NOTEBOOKS / "alibaba_case.ipynb")
        return [jobs.notebook(settings, notebook, dataset) for dataset in jobs.counted(settings)]

    @task
    def edition(made: list[list[str]]) -> str:
        """Copies what was made into a new dated folder and switches `latest` to it; the path of the folder."""
        from pipeline import jobs
        from pipeline.jobs.edition import publish

        return publish(jobs.Settings.from_env(), list(chain(*made)))["edition"]

    edition([charts(), notebooks()])  # what else is published is a task beside these that returns its paths


publish_charts()
