"""Count every day that is new, has new files, or was counted by another method.

Runs when posts arrive, and once a day for what was missed. Counting a day replaces its rows in one transaction, so
running it again is harmless.
"""

import pendulum
from airflow.sdk import Asset, dag, task
from airflow.timetables.assets import AssetOrTimeSchedule
from airflow.timetables.trigger import CronTriggerTimetable

POSTS = Asset("posts")
DAILY_AGGREGATES = Asset("daily_aggregates")


@dag(
    schedule=AssetOrTimeSchedule(
        timetable=CronTriggerTimetable("0 5 * * *", timezone="Asia/Shanghai"),
        assets=[POSTS],
    ),
    start_date=pendulum.datetime(2021, 1, 1, tz="Asia/Shanghai"),
    catchup=False,
    max_active_runs=1,
    tags=["guanchao"],
    doc_md=__doc__,
)
def aggregate_days() -> None:
    """Plan, count a chunk of days a task, announce."""

    @task
    def plan() -> list[list[dict[str, str]]]:
        """The stale days, in chunks."""
        from pipeline import jobs

        return jobs.plan(jobs.Settings.from_env())

    @task
    def count(partitions: list[dict[str, str]]) -> int:
        """Count a chunk of days; how many posts they hold."""
        from pipeline import jobs

        return sum(done["posts"] for done in jobs.count(jobs.Settings.from_env(), partitions))

    @task(outlets=[DAILY_AGGREGATES], trigger_rule="none_failed_min_one_success")
    def announce(posts: list[int]) -> int:
        """Announce that days were counted; skipped when there were none."""
        return sum(posts[:])

    announce(count.expand(partitions=plan()))


aggregate_days()
