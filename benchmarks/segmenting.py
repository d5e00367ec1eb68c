"""How much faster words are cut than by jieba, and what two threads give.

    python -m benchmarks.segmenting                   # invented posts of about fifty characters; two minutes
    python -m benchmarks.segmenting --rounds 9 --posts 20000

CPU time of one core, jieba and ours in turn on the same posts in one process; the median over the rounds is printed.
Threads are measured by the clock, which says little while other programs run. Building and loading are of one model.
"""

import argparse
import statistics
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa

from benchmarks.identity import Oracle, Texts
from pipeline import lexicon
from pipeline.segment import Segmenter

JIEBA_SHARE = 10
"""jieba cuts one in so many of the posts: it would take most of the time otherwise."""


def cpu(work: Callable[[], object], clock: Callable[[], float] = time.process_time) -> float:
    """Seconds that the work takes."""
    before = clock()
    work()
    return clock() - before


def main() -> None:
    """Print the tables."""
    options = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    options.add_argument("--posts", type=int, default=20_000)
    options.add_argument("--rounds", type=int, default=5)
    asked = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        oracle = Oracle(lexicon.USERDICT, Path(folder))
        posts = list(Texts(oracle.frequencies, []).posts(1, asked.posts))
        print(f"{len(posts):,} posts, {sum(map(len, posts)):,} characters")
        preparing(Path(folder))
        for hmm in (False, True):
            segmenter = Segmenter(lexicon.USERDICT, Path(folder), hmm)
            columns(segmenter, oracle, posts, hmm, asked.rounds)
            singly(segmenter, oracle, hmm, asked.rounds)
            threads(segmenter, posts, asked.rounds)


def preparing(folder: Path) -> None:
    """Print what building and loading a model take; functions are compiled before."""
    Segmenter(lexicon.USERDICT, folder / "compiled").cut("编译")
    for name in ("building", "loading"):
        segmenter = Segmenter(lexicon.USERDICT, folder)
        print(f"{name:9} {cpu(lambda: segmenter.model) * 1000:8,.0f} ms")  # noqa: B023 - called at once


def columns(segmenter: Segmenter, oracle: Oracle, posts: list[str], hmm: bool, rounds: int) -> None:
    """Print posts a second as a column, and as Python lists one by one, beside jieba."""
    few, column = posts[::JIEBA_SHARE], pa.array(posts)
    segmenter.tokens(column[:1])
    works: dict[str, tuple[Callable[[], object], list[str]]] = {
        "jieba": (lambda: [oracle.cut(post, hmm) for post in few], few),
        "tokens": (lambda: segmenter.tokens(column), posts),
        "cut": (lambda: [segmenter.cut(post) for post in posts], posts),
    }
    speeds: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(rounds):
        for name, (work, given) in works.items():
            speeds[name].append(sum(map(len, given)) / cpu(work))
    for name, measured in speeds.items():
        ratio = statistics.median(ours / theirs for ours, theirs in zip(measured, speeds["jieba"], strict=True))
        print(f"HMM {hmm!s:5} {name:6} {statistics.median(measured) / 1e6:7.2f} million characters/s {ratio:6.1f} x")


def singly(segmenter: Segmenter, oracle: Oracle, hmm: bool, rounds: int) -> None:
    """Print microseconds for one short text at a time."""
    for text in ("酒", "阿里女员工", "阿里女员工被领导要求拒绝陪酒，破冰"):
        theirs, ours = (
            statistics.median(cpu(lambda: [work(text) for _ in range(1_000)]) for _ in range(rounds)) * 1e3  # noqa: B023
            for work in (lambda text: oracle.cut(text, hmm), segmenter.cut)
        )
        print(f"HMM {hmm!s:5} {len(text):2} characters: jieba {theirs:6.1f} µs, cut {ours:6.1f} µs")


def threads(segmenter: Segmenter, posts: list[str], rounds: int) -> None:
    """Print by how much two threads are faster than one, each with half of the posts."""
    column = pa.array(posts * 5)
    halves = column[: len(column) // 2], column[len(column) // 2 :]

    def alone() -> None:
        segmenter.tokens(column)

    def together() -> None:
        running = [threading.Thread(target=segmenter.tokens, args=(half,)) for half in halves]
        for thread in running:
            thread.start()
        for thread in running:
            thread.join()

    pairs = [[cpu(work, time.perf_counter) for work in (alone, together)] for _ in range(rounds)]
    best_alone, best_together = (min(pair[side] for pair in pairs) for side in (0, 1))
    median = statistics.median(one / two for one, two in pairs)
    print(f"two threads: {median:.2f} x; best against best {best_alone / best_together:.2f} x")


if __name__ == "__main__":
    main()
