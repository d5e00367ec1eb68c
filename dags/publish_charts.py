"""Draw the lead topics of every counted dataset, execute notebooks, pack the tables, and publish all of it in one step.

**When.** Whenever sound counts have changed.

**What.** Everything is made in the data home (`figures/`, `notebooks/`, `exports/`, `report.md`) and then copied into a
new edition,
`$GUANCHAO_HOME/published/<date_time>/`, with the SHA-256 of each file. `published/latest` is switched to it at once:
who reads there finds a whole edition, this one or the one before. Older editions stay until somebody removes them.

**Which notebooks.** Those that the variable `GUANCHAO_NOTEBOOKS` of the workers names, or `alibaba_case`; on demand,
those that *Trigger* is given. There are `topic_volume`, `alibaba_case`, `drinking_culture`, `language_of_the_debate`
and `what_cannot_be_seen`. Each takes some seconds for every dataset.

**When it fails.** `latest` stays as it was.
"""

import datetime as dt
import os
from itertools import chain
from pathlib import Path
from typing import Any

import pendulum
from airflow.sdk import Param, dag, task
from guanchao_tasks import DAILY_AGGREGATES, DEFAULTS  # type: ignore[import-not-found]

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"

PARAMS = {
    "notebooks": Param(
        [],
        type="array",
        items={"type": "string", "enum": sorted(path.stem for path in NOTEBOOKS.glob("*.ipynb"))},
        title="Notebooks",
        description="Those to execute on every counted dataset; none: those of GUANCHAO_NOTEBOOKS.",
    ),
}


@dag(
    schedule=[DAILY_AGGREGATES],
    start_date=pendulum.datetime(2021, 1, 1, tz="Asia/Shanghai"),
    catchup=False,
    max_active_runs=1,
    dagrun_timeout=dt.timedelta(hours=6),
    default_args=DEFAULTS,
    params=PARAMS,
    tags=["guanchao", "publish"],
    doc_md=__doc__,
)
def publish_charts() -> None:
    """Charts, executed notebooks, tables and report, and the edition that holds them."""

    @task
    def charts() -> list[str]:
        """Draws every lead topic of every dataset: PNG, PDF, and the CSV of the plotted numbers; their paths."""
        from pipeline import jobs

        return jobs.charts(jobs.Settings.from_env())

    @task
    def notebooks(params: dict[str, Any] | None = None) -> list[str]:
        """Executes the notebooks that are asked for on every counted dataset; the paths of the copies."""
        from pipeline import jobs

        settings = jobs.Settings.from_env()
        usual = os.environ.get("GUANCHAO_NOTEBOOKS", "alibaba_case").replace(",", " ").split()
        asked = [str(NOTEBOOKS / f"{name}.ipynb") for name in (params or {})["notebooks"] or usual]
        return [jobs.notebook(settings, path, dataset) for path in asked for dataset in jobs.counted(settings)]

    @task
    def tables() -> list[str]:
        """Writes the page of what was counted, and the data package for the public, small cells withheld; the paths."""
        from pipeline import jobs
        from pipeline.jobs.report import package, report

        settings = jobs.Settings.from_env()
        return [report(settings), *package(settings)]

    @task
    def edition(made: list[list[str]]) -> str:
        """Copies what was made into a new dated folder and switches `latest` to it; the path of the folder."""
        from pipeline import jobs
        from pipeline.jobs.edition import publish

        return publish(jobs.Settings.from_env(), list(chain(*made)))["edition"]

    edition([charts(), notebooks(), tables()])


publish_charts()
