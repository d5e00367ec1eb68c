"""What the tasks of all DAGs have in common: assets, a pool, and when a failure is worth another try.

Airflow puts the folder of the DAGs on the path, so that they import this module by its name alone.
"""

import datetime as dt
from typing import Any

from airflow.sdk import Asset, ExceptionRetryPolicy, RetryAction, RetryDecision, RetryRule

LANDING = Asset("landing")
POSTS = Asset("posts")
DAILY_AGGREGATES = Asset("daily_aggregates")

WRITERS = "guanchao_writers"
"""The pool of tasks that write to the project's database: one slot on SQLite, which has one writer at a time."""

_PASSING = "may be over in a moment"


class Causes(ExceptionRetryPolicy):  # type: ignore[misc]  # Airflow is not followed
    """Rules that also look at what an exception was raised from: a locked database is told as a sentence."""

    def evaluate(self, exception: BaseException, *args: Any, **kwargs: Any) -> RetryDecision:
        """The decision of the first rule that knows the exception or one of its causes."""
        cause: BaseException | None = exception
        while cause is not None:
            if any(rule.matches(cause) for rule in self.rules):
                return super().evaluate(cause, *args, **kwargs)
            cause = cause.__cause__
        return super().evaluate(exception, *args, **kwargs)


ONLY_PASSING = Causes(
    [
        RetryRule("sqlalchemy.exc.OperationalError", reason=f"a lock, or a database that is away: {_PASSING}"),
        RetryRule([ConnectionError, TimeoutError], reason=f"the network: {_PASSING}"),
        RetryRule([NotImplementedError, RecursionError], RetryAction.FAIL),  # defects, though RuntimeErrors too
        RetryRule(RuntimeError, reason=f"a notebook's kernel that died or did not start: {_PASSING}"),
    ],
    default=RetryAction.FAIL,
)
"""Bad data stays bad, and so does a defect of the program: neither is tried again. A task that was killed is, whatever
the rules: nobody is left to ask them."""

DEFAULTS: dict[str, Any] = {
    "owner": "guanchao",
    "retries": 3,
    "retry_policy": ONLY_PASSING,
    "retry_exponential_backoff": 2.0,
    "max_retry_delay": dt.timedelta(minutes=30),
    "execution_timeout": dt.timedelta(hours=1),
}
"""Of every task. The delay before the first retry is Airflow's `[core] default_task_retry_delay`."""


def documented(task: Any) -> Any:
    """A task that is to be mapped, with its docstring for the web page, as Airflow itself gives to other tasks."""
    return task.override(doc_md=task.function.__doc__)
