"""Work in threads: what costs time, the compiled functions and Arrow's, runs without the interpreter lock."""

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sized
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from typing import TypeVar

Task = TypeVar("Task")
Result = TypeVar("Result")

_AHEAD = 1
"""Tasks that are begun beyond the number of threads, so that none waits while results are stored."""


def run(work: Callable[[Task], Result], tasks: Iterable[Task], cores: int | None = None) -> Iterator[Result]:
    """The result of each task, in order. No more are held than there are threads, and one: memory does not grow."""
    threads = cores or len(os.sched_getaffinity(0))
    if isinstance(tasks, Sized):
        threads = min(threads, len(tasks))
    if threads < 2:
        yield from map(work, tasks)
        return
    with ThreadPoolExecutor(threads, thread_name_prefix="count") as pool:
        remaining = iter(tasks)
        begun: deque[Future[Result]] = deque(pool.submit(work, task) for task in islice(remaining, threads + _AHEAD))
        try:
            while begun:
                yield begun.popleft().result()
                begun.extend(pool.submit(work, task) for task in islice(remaining, 1))
        finally:
            for future in begun:
                future.cancel()
