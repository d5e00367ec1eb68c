"""Ingest new files of public datasets, then tell who waits for posts.

**When.** At 03:00 in Asia/Shanghai, whenever `fetch_archives` has brought files, and on demand: *Trigger* takes paths,
their dataset, and when the rows were seen.

**What.** Looks through `$GUANCHAO_LANDING/<dataset>/`; content that was ingested before is left alone, so running it
again is harmless. One task takes one file (more, when over 64 files are new).

**When it fails.** A file that cannot be read is refused whole and holds no other back; `announce` still tells of the
rest. `all_accepted` then fails the run with the list of what was refused and why. Mend or remove those files; the next
run tries them again.

The day of a post is its own day in Asia/Shanghai, never the date of the run.
"""

import datetime as dt
from typing import Any

import pendulum
from airflow.sdk import AssetOrTimeSchedule, CronDataIntervalTimetable, Param, TriggerRule, dag, task
from airflow.sdk.exceptions import AirflowFailException, AirflowSkipException
from guanchao_tasks import DEFAULTS, LANDING, POSTS, WRITERS, documented  # type: ignore[import-not-found]

PARAMS = {
    "paths": Param(
        [],
        type="array",
        items={"type": "string"},
        title="Paths",
        description="Files, folders, patterns or archives of one dataset; none: what is new in the landing folders.",
    ),
    "dataset": Param(
        None, type=["null", "string"], title="Dataset", description="The slug of their dataset; or only its landing."
    ),
    "observed_at": Param(
        None,
        type=["null", "string"],
        title="Observed at",
        description="When the rows were seen (2021-08-08 or 2021-08-08 09:30, China time), where no file says so.",
    ),
}

FILES = (
    "{% set files = task.op_kwargs['files'] %}{{ files[0]['path'].split('/')[-1] }}"
    "{{ ' and %d more' % (files|length - 1) if files|length > 1 else '' }}"
)
"""What the web page calls a portion of files."""


@dag(
    schedule=AssetOrTimeSchedule(
        timetable=CronDataIntervalTimetable("0 3 * * *", timezone="Asia/Shanghai"), assets=[LANDING]
    ),
    start_date=pendulum.datetime(2021, 1, 1, tz="Asia/Shanghai"),
    catchup=False,
    max_active_runs=1,
    dagrun_timeout=dt.timedelta(hours=24),
    default_args=DEFAULTS,
    params=PARAMS,
    tags=["guanchao", "ingest"],
    doc_md=__doc__,
)
def ingest_posts() -> None:
    """Discover, ingest, announce."""

    @task
    def discover(params: dict[str, Any] | None = None) -> list[list[dict[str, str]]]:
        """Lists the files to ingest, a portion a task; fails for paths that lead to nothing."""
        from pipeline import jobs
        from pipeline.jobs import portions

        asked = params or {}
        return portions.landed(jobs.Settings.from_env(), asked["paths"], asked["dataset"])

    @task(pool=WRITERS, execution_timeout=dt.timedelta(hours=6), map_index_template=FILES)
    def ingest(files: list[dict[str, str]], params: dict[str, Any] | None = None, ti: Any = None) -> dict[str, Any]:
        """Reads its files into the lake and the ledger; fails with the names of those that are refused."""
        from pipeline import jobs
        from pipeline.jobs import portions

        done = portions.take_in(jobs.Settings.from_env(), files, (params or {})["observed_at"])
        if done["refused"]:
            ti.xcom_push("return_value", done)  # for `all_accepted`: a task that fails returns nothing
            raise AirflowFailException("\n".join(done["refused"]))
        return done

    @task(outlets=[POSTS], trigger_rule=TriggerRule.ALL_DONE)
    def announce(outlet_events: Any = None) -> int:
        """Tells `aggregate_days` which days wait to be counted, even if files were refused; skipped without any."""
        from pipeline import jobs
        from pipeline.jobs import portions

        if not (days := portions.waiting(jobs.Settings.from_env())):
            raise AirflowSkipException("every day is counted as it is")
        outlet_events[POSTS].extra = {"days": days[:100], "spans": len(days)}
        return len(days)

    @task(trigger_rule=TriggerRule.ALL_DONE)
    def all_accepted(found: list[list[dict[str, str]]] | None, ti: Any = None) -> None:
        """Fails the run, with the list of the files that were refused and the reason of each."""
        if found is None:
            raise AirflowFailException("The files could not be listed: the log of `discover` says why.")
        done = list(filter(None, ti.xcom_pull(["ingest"]))) if found else []
        refused = [sentence for portion in done for sentence in portion["refused"]]
        if len(done) < len(found):
            refused.append(f"{len(found) - len(done)} of {len(found)} tasks ended without an answer: see their logs.")
        if refused:
            raise AirflowFailException("\n".join([f"Not ingested ({len(refused)}):", *refused]))

    found = discover()
    ingested = documented(ingest).expand(files=found)
    ingested >> [announce(), all_accepted(found)]


ingest_posts()
