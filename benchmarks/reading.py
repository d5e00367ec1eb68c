"""What reading costs: CPU time beside pyarrow's own for the same file, and the memory that a long file takes.

    python -m benchmarks.reading                      # the ratios; a minute
    python -m benchmarks.reading --ingest 5           # `guanchao ingest` of 5 GB: peak memory, rows a second

Both sides of a ratio read the same well-formed file in turn, in one process; the median over the rounds is printed.
"""

import argparse
import csv
import datetime as dt
import itertools
import json
import os
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.json as pa_json
import pyarrow.parquet as pq

from pipeline import datasets, sources
from pipeline.datasets import Dataset
from pipeline.files import locate
from pipeline.formats import Source

LIMIT = 2.5
"""The most CPU time that reading may take, as a multiple of pyarrow's."""

_NAMES = ["id", "user_id", "time", "content", "reposts", "comments", "likes"]
_WEIBO_SEARCH = ["id", "user_id", "发布时间", "微博正文", "转发数", "评论数", "点赞数", "retweet_id"]
_PHRASES = [
    "今天天气真好", "领导劝酒不能不喝", "#职场# 这样的酒桌文化什么时候能改", "周末去爬山,看日出", "热搜第一",
    "哈哈哈哈", "北京下雨了。", "老板说：“不喝就是不给面子”", "新产品发布", "警方通报称", 'he said "no"', "Ｇｏｏｄ",
]  # fmt: skip
Row = tuple[str, str, str, str, int, int, int]


def rows(seed: int = 1) -> Iterator[Row]:
    """Invented posts of August 2021, without end."""
    chance = random.Random(seed)
    first = dt.datetime(2021, 8, 1)  # noqa: DTZ001
    for number in itertools.count():
        time_ = first + dt.timedelta(seconds=chance.randrange(31 * 86400))
        mid = (
            int((time_ - dt.timedelta(hours=8)).replace(tzinfo=dt.UTC).timestamp()) - 515483463 << 22
        ) + number % 4000
        text = "，".join(chance.choices(_PHRASES, k=chance.randint(1, 9)))
        counts = (chance.randrange(1000), chance.randrange(100), chance.randrange(10000))
        yield str(mid), str(9_000_000_000 + chance.randrange(10**6)), f"{time_:%Y-%m-%d %H:%M:%S}", text, *counts


def write(folder: Path, number: int) -> dict[str, tuple[Path, Dataset]]:
    """The same posts in four forms, each with the dataset by which it is read."""
    posts = list(itertools.islice(rows(), number))
    names = dict(zip(("post_id", "author", "created_at", "text", "reposts", "comments", "likes"), _NAMES, strict=True))
    sample = datasets.find("sample-posts")
    mapped = sample.model_copy(update={"reader": "mapped", "mapping": names})
    searched = sample.model_copy(update={"reader": "weibo_search_csv", "mapping": {}})
    _write_csv(folder / "mapped.csv", _NAMES, posts)
    _write_csv(folder / "weibo_search.csv", _WEIBO_SEARCH, ((*post, "") for post in posts))
    with (folder / "mapped.jsonl").open("w", encoding="utf-8") as out:
        out.writelines(json.dumps(dict(zip(_NAMES, p, strict=True)), ensure_ascii=False) + "\n" for p in posts)
    pq.write_table(
        pa.table(dict(zip(_NAMES, map(list, zip(*posts, strict=True)), strict=True))), folder / "mapped.parquet"
    )
    of = {"mapped.csv": mapped, "weibo_search.csv": searched, "mapped.jsonl": mapped, "mapped.parquet": mapped}
    return {name: (folder / name, dataset) for name, dataset in of.items()}


def _write_csv(path: Path, header: list[str], posts: Iterable[tuple[object, ...]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(header)
        writer.writerows(posts)


def by_pyarrow(path: Path) -> int:
    """The rows of a file, read by pyarrow alone as its documentation says."""
    if path.suffix == ".parquet":
        return int(pq.read_table(path).num_rows)
    if path.suffix == ".jsonl":
        return int(pa_json.read_json(path).num_rows)
    return int(pa_csv.read_csv(path, parse_options=pa_csv.ParseOptions(newlines_in_values=True)).num_rows)


def by_guanchao(path: Path, dataset: Dataset) -> int:
    """The posts of a file, as an ingest reads them."""
    return sum(chunk.entries.num_rows for chunk in sources.read(Source(locate(str(path)), dataset)))


def cpu(read: Callable[[], int]) -> tuple[float, int]:
    """Seconds of CPU time, of all threads, and what was read."""
    before = time.process_time()
    number = read()
    return time.process_time() - before, number


def ratios(number: int, rounds: int) -> bool:
    """Print the table of ratios; whether every one is within the limit."""
    fine = True
    print(f"{'file':18}{'rows':>10}{'MB':>7}{'pyarrow s':>11}{'guanchao s':>12}{'ratio':>7}")
    with tempfile.TemporaryDirectory() as folder:
        for name, (path, dataset) in write(Path(folder), number).items():
            reads = partial(by_pyarrow, path), partial(by_guanchao, path, dataset)
            pairs = [[cpu(read) for read in reads] for _ in range(rounds)]
            if any(theirs[1] != ours[1] for theirs, ours in pairs):
                raise SystemExit(f"{name}: the two read different numbers of rows.")
            theirs, ours = (statistics.median(pair[side][0] for pair in pairs) for side in (0, 1))
            ratio = statistics.median(pair[1][0] / pair[0][0] for pair in pairs)
            fine &= ratio <= LIMIT
            size = path.stat().st_size / 1e6
            print(f"{name:18}{number:>10,}{size:>7.0f}{theirs:>11.3f}{ours:>12.3f}{ratio:>7.2f}")
    return fine


def ingest(gigabytes: float) -> None:
    """Ingest a CSV of that size in a process of its own; print its peak memory and speed."""
    with tempfile.TemporaryDirectory() as folder:
        path, home = Path(folder) / "long.csv", Path(folder) / "home"
        number = _long(path, int(gigabytes * 1e9))
        command = Path(sys.executable).parent / "guanchao"
        variables = {**os.environ, "GUANCHAO_HOME": str(home)}
        subprocess.run([command, "init"], env=variables, check=True, stdout=subprocess.DEVNULL)
        began = time.perf_counter()
        subprocess.run([command, "ingest", path, "--dataset", "sample-weibo-search"], env=variables, check=True)
        took = time.perf_counter() - began
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        size = path.stat().st_size / 1e9
        print(f"{size:.2f} GB, {number:,} rows: {took:.0f} s, {number / took:,.0f} rows a second, peak {peak:.0f} MiB")


def _long(path: Path, size: int) -> int:
    """Write a result file of weibo-search of that many bytes; the number of its rows."""
    block = list(itertools.islice(rows(), 100_000))
    number = 0
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(_WEIBO_SEARCH)
        while out.tell() < size:
            writer.writerows((str(int(post[0]) + number), *post[1:], "") for post in block)
            number += len(block)
    return number


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    options.add_argument("--rows", type=int, default=300_000)
    options.add_argument("--rounds", type=int, default=9)
    options.add_argument("--ingest", type=float, metavar="GB", help="ingest a file of so many gigabytes instead")
    asked = options.parse_args()
    if asked.ingest:
        ingest(asked.ingest)
    else:
        raise SystemExit(0 if ratios(asked.rows, asked.rounds) else "Some file is over the limit.")
