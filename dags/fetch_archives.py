"""Fetch the daily files of public archives into the landing folders, for `ingest_posts`.

**When.** At 02:00 in Asia/Shanghai, and on demand for any dataset and days (*Trigger*).

**What.** Keeps every dataset up to date that has `[fetch]` in its entry and a folder below `$GUANCHAO_LANDING`: making
the folder, or `guanchao fetch` once, asks for it. One task brings the days of one dataset up to yesterday: the last
seven, or all since the newest file when that is older. One request a second; what is unchanged is not sent again.

**When it fails.** A day that is not there yet is no failure. A login page, broken JSON and a refusal are, and are not
tried again; a network or a server that is down is tried again three times. The other datasets go on (docs/fetch.md).
"""

import datetime as dt
from typing import Any

import pendulum
from airflow.sdk import CronTriggerTimetable, Param, TriggerRule, dag, task
from airflow.sdk.exceptions import AirflowSkipException
from guanchao_tasks import DEFAULTS, LANDING, documented  # type: ignore[import-not-found]

PARAMS = {
    "datasets": Param(
        [],
        type="array",
        items={"type": "string"},
        title="Datasets",
        description="Slugs; none: every dataset with [fetch] that has a landing folder and goes on.",
    ),
    "first": Param(None, type=["null", "string"], format="date", title="First day", description="In Asia/Shanghai."),
    "last": Param(None, type=["null", "string"], format="date", title="Last day", description="None: yesterday."),
}


@dag(
    schedule=CronTriggerTimetable("0 2 * * *", timezone="Asia/Shanghai"),
    start_date=pendulum.datetime(2021, 1, 1, tz="Asia/Shanghai"),
    catchup=False,
    max_active_runs=1,
    dagrun_timeout=dt.timedelta(hours=24),
    default_args=DEFAULTS,
    params=PARAMS,
    tags=["guanchao", "fetch"],
    doc_md=__doc__,
)
def fetch_archives() -> None:
    """Choose, fetch a dataset a task, announce."""

    @task
    def choose(params: dict[str, Any] | None = None) -> list[str]:
        """Lists the datasets to fetch; fails for one that cannot be."""
        from pipeline import jobs
        from pipeline.jobs.arrivals import wanted

        return wanted(jobs.Settings.from_env(), (params or {})["datasets"])

    @task(execution_timeout=dt.timedelta(hours=6), map_index_template="{{ task.op_kwargs['dataset'] }}")
    def fetch(dataset: str, params: dict[str, Any] | None = None) -> dict[str, int]:
        """Brings its dataset's files one by one; how many were fetched, unchanged and absent."""
        from pipeline import jobs
        from pipeline.jobs.arrivals import bring

        asked = params or {}
        return bring(jobs.Settings.from_env(), dataset, asked["first"], asked["last"])

    @task(outlets=[LANDING], trigger_rule=TriggerRule.ALL_DONE)
    def announce(chosen: list[str], ti: Any = None) -> int:
        """Tells `ingest_posts` that files have come, also when some dataset failed; skipped without any."""
        done = filter(None, ti.xcom_pull(["fetch"])) if chosen else []
        if not (fetched := sum(each["fetched"] for each in done)):
            raise AirflowSkipException("no new files")
        return fetched

    @task(trigger_rule=TriggerRule.NONE_FAILED)
    def all_fetched() -> None:
        """Fails with the run when some dataset could not be fetched; the log of its `fetch` says why."""

    chosen = choose()
    fetched = documented(fetch).expand(dataset=chosen)
    fetched >> [announce(chosen), all_fetched()]


fetch_archives()
