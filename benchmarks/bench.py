"""What counting costs: every engine in turn on the same posts, beside the script that a researcher would write.

    make bench                                          # 10,000 and 100,000 synthetic posts; about ten minutes
    make bench ARGS="--full"                            # a million, too
    make bench ARGS="--corpus posts.csv --posts 50000"  # a file of your own, with the columns day and text

Each engine runs in a process of its own, one after another. CPU time is that of the process and its children, start and
imports included; "steady" is the second of two passes in one process. Ratios are to the naive script on the same posts.
Slow engines are given no more than `--slow` of them, and what they need for all is told from that: their start once,
and a pass for each such part. Compare ratios of one run only.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks import corpus
from benchmarks.counters import COUNTERS

_OUT = Path(__file__).parents[1] / "var" / "bench.json"
_COLUMNS = ("counter", "posts", "terms", "whole", "x naive", "steady", "x naive ", "wall s", "peak MiB", "stages")
Json = dict[str, Any]


def main() -> None:
    """Run what is asked for, print the table and write it."""
    asked = _options()
    if asked.counter:
        print(json.dumps(alone(asked.counter, Path(asked.corpus), Path(asked.home), asked.terms)))
        return
    rows: list[Json] = []
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        source = Path(asked.corpus) if asked.corpus else Path(folder) / "corpus.csv"
        sizes = asked.posts or [10_000, 100_000, *([1_000_000] if asked.full else [])]
        if not asked.corpus:
            corpus.generate(source, max(sizes))
        for size in sizes:
            rows += _of_size(source, Path(folder) / str(size), size, asked.slow, asked.only or list(COUNTERS))
    _OUT.parent.mkdir(parents=True, exist_ok=True)
    _OUT.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
    print(f"Written to {_OUT}.")


def _options() -> argparse.Namespace:
    options = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    options.add_argument("--corpus", help="a CSV with the columns day and text, instead of synthetic posts")
    options.add_argument("--posts", type=int, action="append", help="a number of posts; may be repeated")
    options.add_argument("--only", action="append", help="a counter, by its name in the table; may be repeated")
    options.add_argument("--full", action="store_true", help="a million posts, too")
    options.add_argument("--slow", type=int, default=20_000, help="the posts that slow engines are given at most")
    options.add_argument("--counter", choices=COUNTERS, help=argparse.SUPPRESS)
    options.add_argument("--home", help=argparse.SUPPRESS)
    options.add_argument("--terms", type=int, default=50, help=argparse.SUPPRESS)
    return options.parse_args()


def _of_size(source: Path, folder: Path, size: int, slow: int, names: list[str]) -> list[Json]:
    """Every engine on the first posts of a corpus; prints the rows as they come."""
    folder.mkdir()
    whole, part = folder / "posts.csv", folder / "few.csv"
    number, few = corpus.cut_short(source, whole, size), corpus.cut_short(source, part, min(size, slow))
    words = corpus.terms(whole, max(max(counter.terms) for counter in COUNTERS.values()))
    (folder / "terms.txt").write_text("\n".join(words), encoding="utf-8")
    print(f"\n{number:,} posts\n" + " ".join(f"{name:>{_width(name)}}" for name in _COLUMNS))
    rows: list[Json] = []
    naive: dict[str, Json] = {}
    for name, counter in ((name, COUNTERS[name]) for name in names):
        for terms in counter.terms:
            made = _apart(name, part if counter.slow else whole, folder / "home", terms)
            made |= {"counter": name, "posts": number, "terms": terms}
            if "why" not in made:
                _extrapolate(made, number / few if counter.slow else 1)
                naive.setdefault(counter.task, made)
                _compare(made, naive[counter.task])
            rows.append(made)
            print(_line(made), flush=True)
    return rows


def _apart(name: str, path: Path, home: Path, terms: int) -> Json:
    """What an engine in a process of its own says."""
    command = [sys.executable, "-m", "benchmarks.bench", "--counter", name, "--corpus", path, "--home", home]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.perf_counter()
    run = subprocess.run([*map(str, command), "--terms", str(terms)], capture_output=True, text=True, check=False)
    wall = time.perf_counter() - began
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if run.returncode:
        return {"why": (run.stderr.strip().splitlines() or ["?"])[-1]}
    made: Json = json.loads(run.stdout.splitlines()[-1])
    both = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return made | {"wall": wall - made["second_wall"], "cpu": both - made["second"]}


def alone(name: str, path: Path, home: Path, terms: int) -> Json:
    """Two passes of an engine in this process: CPU seconds of the second, stages of the second, peak memory in MiB."""
    sought = path.with_name("terms.txt").read_text(encoding="utf-8").split()[:terms]
    count = COUNTERS[name].prepared(path, home, sought)
    count()
    peak = _peak()
    wall, cpu = time.perf_counter(), _cpu()
    stages = count()
    return {"second": _cpu() - cpu, "second_wall": time.perf_counter() - wall, "peak": peak, "stages": stages}


def _extrapolate(made: Json, parts: float) -> None:
    """What an engine needs for all posts that was given a part of them."""
    made["cpu"] += made["second"] * (parts - 1)
    made["second"] *= parts


def _compare(made: Json, naive: Json) -> None:
    made["whole_rate"], made["steady_rate"] = made["posts"] / made["cpu"], made["posts"] / made["second"]
    for which in ("whole", "steady"):
        made[f"{which}_ratio"] = made[f"{which}_rate"] / naive[f"{which}_rate"]


def _line(made: Json) -> str:
    if "why" in made:
        return f"{made['counter']:>{_width('counter')}} {made['why']}"
    total = sum(made["stages"].values()) or 1
    stages = ", ".join(f"{name} {seconds / total:.0%}" for name, seconds in made["stages"].items())
    cells = (
        made["counter"], f"{made['posts']:,}", f"{made['terms'] or ''}", f"{made['whole_rate']:,.0f}",
        f"{made['whole_ratio']:.1f}", f"{made['steady_rate']:,.0f}", f"{made['steady_ratio']:.1f}",
        f"{made['wall']:.1f}", f"{made['peak']:,.0f}", stages,
    )  # fmt: skip
    return " ".join(f"{cell:>{_width(name)}}" for cell, name in zip(cells, _COLUMNS, strict=True))


def _width(name: str) -> int:
    return {"counter": 24, "stages": 0}.get(name, 10)


def _cpu() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(part.ru_utime + part.ru_stime for part in used)


def _peak() -> float:
    """MiB of this process at its height; what a parent held before is not counted, as `ru_maxrss` would."""
    status = Path("/proc/self/status")
    if status.exists():
        return int(status.read_text(encoding="utf-8").partition("VmHWM:")[2].split()[0]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
