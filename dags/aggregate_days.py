"""Count every day that is new, has new files, or was counted by another method; check the counts; tell people.

**When.** Whenever posts arrive, and at 05:00 in Asia/Shanghai for what was missed: days whose announcement was lost
while this was paused, and all days after a change of the lexicon or of a dictionary.

**What.** `plan` asks the ledger which days are stale, so the events that started the run, their number and their dates
do not matter: two runs, a manual one or a backfill give the same tables. Counting a day replaces its rows in one
transaction. At most 64 tasks count, however many days there are.

**When it fails.** `gate`: numbers contradict themselves, and nothing is published; its log lists them with the rows
(docs/operations.md). `all_counted`: some days could not be counted; the next run tries them again, and the others are
published. `alert`: an address did not take a message; it is sent by the next run.
"""

import datetime as dt
import logging
from itertools import chain
from typing import Any

import pendulum
from airflow.sdk import AssetOrTimeSchedule, CronTriggerTimetable, TriggerRule, dag, task
from airflow.sdk.exceptions import AirflowFailException, AirflowSkipException
from guanchao_tasks import DAILY_AGGREGATES, DEFAULTS, POSTS, WRITERS, documented  # type: ignore[import-not-found]

DAYS = (
    "{% set days = task.op_kwargs['days'] %}{{ days[0]['dataset'] }} {{ days[0]['first'] }} to {{ days[-1]['last'] }}"
)
"""What the web page calls a portion of days."""


@dag(
    schedule=AssetOrTimeSchedule(timetable=CronTriggerTimetable("0 5 * * *", timezone="Asia/Shanghai"), assets=[POSTS]),
    start_date=pendulum.datetime(2021, 1, 1, tz="Asia/Shanghai"),
    catchup=False,
    max_active_runs=1,
    dagrun_timeout=dt.timedelta(hours=24),
    default_args=DEFAULTS,
    tags=["guanchao", "count"],
    doc_md=__doc__,
)
def aggregate_days() -> None:
    """Plan, count, check, tell, announce."""

    @task(pool=WRITERS)
    def plan() -> list[list[dict[str, str]]]:
        """Lists the stale days as spans, a portion a task."""
        from pipeline import jobs
        from pipeline.jobs import portions

        return portions.stale(jobs.Settings.from_env())

    @task(pool=WRITERS, execution_timeout=dt.timedelta(hours=6), map_index_template=DAYS)
    def count(days: list[dict[str, str]]) -> dict[str, int]:
        """Counts its days, each in a transaction of its own; what is done stays done when it is killed."""
        from pipeline import jobs
        from pipeline.jobs import portions

        return portions.reckon(jobs.Settings.from_env(), days)

    @task(trigger_rule=TriggerRule.ALL_DONE)
    def gate(planned: list[list[dict[str, str]]], dag_run: Any = None, ti: Any = None) -> int:
        """Checks the counted days, and in the daily run all of them; fails with the sentences of what is wrong.

        Every finding is logged with the first offending rows. Returns how many posts were counted.
        """
        from pipeline import jobs
        from pipeline.jobs.gate import judge

        found = judge(jobs.Settings.from_env(), _asked(planned, dag_run))
        for finding in found:
            logging.getLogger(__name__).warning("%s", finding)
        if failures := [finding["sentence"] for finding in found if finding["level"] == "fail"]:
            raise AirflowFailException("\n".join([f"The counts are wrong ({len(failures)}):", *failures[:50]]))
        return sum(done["posts"] for done in filter(None, ti.xcom_pull(["count"])))

    @task(pool=WRITERS, trigger_rule=TriggerRule.ALL_DONE)
    def alert(planned: list[list[dict[str, str]]], dag_run: Any = None) -> list[str]:
        """Tells people of bursts, silent datasets and failed checks, each once, at `GUANCHAO_ALERT_URLS`."""
        from pipeline import jobs
        from pipeline.jobs.alert import tell

        return tell(jobs.Settings.from_env(), _asked(planned, dag_run))

    @task(outlets=[DAILY_AGGREGATES])
    def announce(posts: int, ti: Any = None) -> int:
        """Tells `publish_charts` that sound counts have changed; skipped when no day was counted."""
        if not list(filter(None, ti.xcom_pull(["count"]))):
            raise AirflowSkipException("no day was counted")
        return posts

    @task(trigger_rule=TriggerRule.NONE_FAILED)
    def all_counted() -> None:
        """Fails with the run when some days could not be counted; the log of their `count` says why."""

    planned = plan()
    counted = documented(count).expand(days=planned)
    checked = gate(planned)
    counted >> [checked, all_counted()]
    checked >> alert(planned)
    announce(checked)


def _asked(planned: list[list[dict[str, str]]], run: Any) -> list[dict[str, str]] | None:
    """The days that a run looks at: those that it counted, or all (None) in the daily run."""
    return list(chain(*planned)) if run.run_type == "asset_triggered" else None


aggregate_days()
