"""The posts that `benchmarks.bench` counts: a CSV with the columns `day` and `text`."""

import csv
import itertools
import math
import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pa_csv

SAMPLE = Path(__file__).parents[1] / "sample_data"
_HAN = re.compile("[\u4e00-\u9fff]{2,}")
_USUAL = 0.0007
"""The share of posts in which a term stands: as in the measurements on real posts that the aims come from."""

_TOPICAL = 0.1
"""The share of the generator's posts on its topics that is kept: it writes of them far more than a platform does."""

_LENGTH = 74
"""Characters to which most posts are brought, the median of real ones; the generator's have 22."""


def generate(path: Path, number: int) -> None:
    """Write so many synthetic posts by the generator of the sample data, each seed another summer of posts.

    The generator's posts are short, and full of its topics: several are put together until they are as long as real
    ones, and most of those on a topic are left out.
    """
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(["day", "text"])
        writer.writerows(itertools.islice(_posts(), number))


def _posts() -> Iterator[tuple[str, str]]:
    sys.path.insert(0, str(SAMPLE))
    from posts import Writer  # type: ignore[import-not-found]
    from sentences import Dice, Material  # type: ignore[import-not-found]

    material, said = Material(), ""
    for seed in itertools.count(1):
        dice = Dice(seed)
        for post in Writer(material, dice, 1.0, parity=0).all_posts([]):
            if post.topical and not dice.chance(_TOPICAL):
                continue
            if "//@" in post.text:  # of real posts one in twenty quotes another so
                if dice.chance(0.2):
                    yield f"{post.when:%Y-%m-%d}", post.text
                continue
            said += post.text
            if len(said) >= _LENGTH or dice.chance(0.2):
                yield f"{post.when:%Y-%m-%d}", said
                said = ""
            else:
                said += "，"


def cut_short(path: Path, target: Path, number: int) -> int:
    """Write the first rows of a corpus to a file of their own; how many these are."""
    names, rows = ["day", "text"], 0
    with _opened(path) as reader, pa_csv.CSVWriter(target, pa.schema(map(reader.schema.field, names))) as out:
        for batch in reader:
            few = batch.slice(0, number - rows).select(names)
            out.write_batch(few)
            rows += few.num_rows
            if rows == number:
                break
    return rows


def _opened(path: Path) -> pa_csv.CSVStreamingReader:
    return pa_csv.open_csv(path, parse_options=pa_csv.ParseOptions(newlines_in_values=True))


def terms(path: Path, number: int) -> list[str]:
    """So many Han words of two characters or more; those first that stand in nearly `_USUAL` of the posts."""
    import jieba

    with _opened(path) as reader:
        texts = list(itertools.islice((text for batch in reader for text in batch["text"].to_pylist()), 20_000))
    posts: Counter[str] = Counter()
    for text in texts:
        posts.update(
            {word for word in jieba.lcut(text) if len(word) > 1 and "\u4e00" <= min(word) <= max(word) < "\u9fff"}
        )
    usual = math.log(max(_USUAL * len(texts), 2))
    found = sorted(posts, key=lambda word: (abs(math.log(posts[word]) - usual), word))
    more = (word for word, _ in sorted(jieba.dt.FREQ.items(), key=lambda pair: -pair[1]) if _HAN.fullmatch(word))
    return list(itertools.islice(dict.fromkeys(itertools.chain(found, more)), number))
