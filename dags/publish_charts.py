"""Draw the lead topics of every counted dataset and execute the notebook, whenever days were counted."""

from pathlib import Path

import pendulum
from airflow.sdk import Asset, dag, task

DAILY_AGGREGATES = Asset("daily_aggregates")
NOTEBOOK = Path(__file__).parents[1] / "notebooks" / "alibaba_case.ipynb"


@dag(
    schedule=[DAILY_AGGREGATES],
    start_date=pendulum.datetime(2021, 1, 1, tz="Asia/Shanghai"),
    catchup=False,
    max_active_runs=1,
    tags=["guanchao"],
    doc_md=__doc__,
)
def publish_charts() -> None:
    """Charts, and one executed notebook per dataset."""

    @task
    def charts() -> list[str]:
        """PNG, PDF and CSV of every lead topic and dataset; their paths."""
        from pipeline import jobs

        return jobs.charts(jobs.Settings.from_env())

    @task
    def notebooks() -> list[str]:
        """The notebook, executed on every counted dataset; the paths of the copies."""
        from pipeline import jobs

        settings = jobs.Settings.from_env()
        return [jobs.notebook(settings, str(NOTEBOOK), dataset) for dataset in jobs.counted(settings)]

    charts()
    notebooks()


publish_charts()
