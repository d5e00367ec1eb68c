"""Ingest new files of public datasets: one task per file, then tell who waits for posts.

The landing folders (`$GUANCHAO_LANDING/<dataset>/`) are looked through; content that was ingested before is left
alone. The day of a post is the post's own day in Asia/Shanghai, never the date of the run.
"""

import pendulum
from airflow.sdk import Asset, dag, task
from airflow.sdk.exceptions import AirflowSkipException
from airflow.timetables.interval import CronDataIntervalTimetable

POSTS = Asset("posts")


@dag(
    schedule=CronDataIntervalTimetable("0 3 * * *", timezone="Asia/Shanghai"),
    start_date=pendulum.datetime(2021, 1, 1, tz="Asia/Shanghai"),
    catchup=False,
    max_active_runs=1,
    tags=["guanchao"],
    doc_md=__doc__,
)
def ingest_posts() -> None:
    """Discover, ingest a file a task, announce."""

    @task
    def discover() -> list[dict[str, str]]:
        """The files that were not ingested yet."""
        from pipeline import jobs

        return jobs.discover(jobs.Settings.from_env())

    @task
    def ingest(path: str, dataset: str) -> list[str]:
        """One file into the lake and the ledger; the days it touches."""
        from pipeline import jobs

        return jobs.ingest(jobs.Settings.from_env(), path, dataset)["days"]

    @task(outlets=[POSTS], trigger_rule="all_done")
    def announce(days: list[list[str]]) -> int:
        """Announce how many days have new posts, also when some file was refused; skipped when there are none."""
        touched = {day for batch in days[:] for day in batch}
        if not touched:
            raise AirflowSkipException("no new posts")
        return len(touched)

    @task
    def all_accepted(days: list[list[str]]) -> None:
        """Fails with the run when a file was refused; the log of its `ingest` task says why."""

    ingested = ingest.expand_kwargs(discover())
    announce(ingested)
    all_accepted(ingested)


ingest_posts()
