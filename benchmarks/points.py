"""Learn what words say for a topic: the files `points/*.tsv` of the lexicon, anew from labelled and ordinary texts.

    python -m benchmarks.points TOPIC... --labels LABELS.tsv... --ordinary TEXTS.txt...   # needs `make peers`

For each topic a logistic regression with an L1 penalty (Tibshirani 1996) over which words stand in a post. A word's
points are tenths of its coefficient. Learnt from the labelled posts of this project, from tab-separated files with the
columns text, topics and unsure, and from texts that are about none of the topics, a text a line.
"""

import argparse
import csv
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from daachorse import CharwiseDoubleArrayAhoCorasick
from scipy import sparse

from benchmarks.labelled import real, written
from pipeline import lexicon, text
from pipeline.schema import Lexicon
from pipeline.segment import Segmenter

SPLITS = ("dev", "held", "exam", "unseen", "fresh")
LEAST_TEXTS = 12
"""A word that jieba cuts in fewer labelled posts has no points."""

LEAST_SHARE = 0.1

PENALTY = 0.6
"""The inverse of its strength."""

OF_TOPIC, ORDINARY = 2.0, 4.0
"""How many labelled posts without the topic one with it counts for, and an ordinary text."""

UNIT, MARGIN = 0.1, 0.5
"""A point is so much of a coefficient; a post counts from so much above even odds, as the regression has them."""

STRUCK = {
    "天天", "加州", "阳光", "六个月", "藤", "les", "基于", "紫", "煮", "十二个", "今天下午", "xx", "po",
    "呦", "re", "仓库", "三百", "八年", "七个", "一间", "三十", "荒", "十个", "一百", "两千", "三千",
    "三年", "两年", "一年", "六年", "五天", "十三年", "顶多", "着实", "史", "枫", "霍", "牙签", "万美元",
    "歪", "写道", "这次", "那天", "那边", "那位", "这件", "那次", "好几个", "第二", "上周", "一笔", "没错",
    "哪怕", "再说", "就让", "此后", "一个月", "呵呵", "首尔", "sao", "原图", "届", "所谓",
}  # fmt: skip
"""Words that spoke for a topic only because of whose posts they stand in: struck out by hand."""

_WORD = re.compile(r"[a-z]{2,}|[\u4e00-\u9fff〇]+")


class Post(NamedTuple):
    """The own words of a post in normal form without hashtags, and its labels."""

    words: str
    topics: frozenset[str]
    unsure: frozenset[str]


def main() -> None:
    """Write the points of some topics, and print the `least` that belongs to each."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("topics", nargs="+")
    options.add_argument("--labels", nargs="*", type=Path, default=[])
    options.add_argument("--ordinary", nargs="*", type=Path, default=[])
    options.add_argument("--out", type=Path, default=lexicon.FOLDER / "points")
    given = options.parse_args()
    posts = [*_shipped(), *_labelled(given.labels)]
    ordinary = [Post(own(line), frozenset(), frozenset()) for line in sorted(set(_lines(given.ordinary)))]
    words = vocabulary(posts, lexicon.load())
    labelled, plain = standing(words, posts), standing(words, ordinary)
    for topic in given.topics:
        sure = [n for n, post in enumerate(posts) if topic in post.topics or topic not in post.unsure]
        right = np.array([topic in posts[n].topics for n in sure])
        points, least = learn(labelled[sure], right, plain)
        found = {word: int(value) for word, value in zip(words, points, strict=True) if value}
        told = {word: value for word, value in found.items() if value < 0 or word not in STRUCK}
        _write(given.out / f"{topic}.tsv", told)
        sys.stdout.write(f"{topic}: least = {least}; {len(told)} words, {right.sum()} posts of it\n")


def own(post: str) -> str:
    """What a score looks at: the author's own words in normal form, without hashtags."""
    normal = text.normalise(text.split_quoted(post).own)
    for start, end in reversed(text.tags(normal)):
        normal = normal[:start] + " " + normal[end:]
    return normal


def vocabulary(posts: Sequence[Post], known: Lexicon) -> list[str]:
    """The words that may have points: no stop word, no private person's name, and no mere piece of longer words.

    Of the posts in which it stands, jieba must cut it as a word in a tenth or more: 扰 stands in 骚扰 alone.
    """
    private = [rule.term for topic in known.topics for rule in topic.rules if rule.shown != rule.term]
    found: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as cache:
        cut = Segmenter(lexicon.USERDICT, Path(cache)).cut
        for post in posts:
            found.update(set(cut(post.words)))
    often = (word for word, number in found.items() if number >= LEAST_TEXTS and _WORD.fullmatch(word))
    words = sorted(set(often) - lexicon.stopwords())
    stand = np.asarray(standing(words, posts).sum(axis=0)).ravel()
    whole = (word for word, number in zip(words, stand, strict=True) if found[word] >= LEAST_SHARE * number)
    return [word for word in whole if not any(name in word for name in private)]


def standing(words: Sequence[str], posts: Iterable[Post]) -> Any:
    """A sparse matrix, posts by words: 1 where a word stands, as the matcher finds it."""
    automaton, rows, columns = CharwiseDoubleArrayAhoCorasick(list(words)), [0], list[int]()
    latin = [text.is_latin(word[0]) or text.is_latin(word[-1]) for word in words]
    for post in posts:
        found = automaton.find_overlapping(post.words)
        columns += sorted({n for start, end, n in found if not (latin[n] and _joined(post.words, start, end))})
        rows.append(len(columns))
    return sparse.csr_matrix((np.ones(len(columns), np.float32), columns, rows), shape=(len(rows) - 1, len(words)))


def _joined(words: str, start: int, end: int) -> bool:
    return text.joined(words, start) or text.joined(words, end)


def learn(labelled: Any, right: npt.NDArray[np.bool_], ordinary: Any) -> tuple[npt.NDArray[np.float64], int]:
    """The points of the words, whole numbers, and from how many a post counts. right: which labelled ones have it."""
    from sklearn.linear_model import LogisticRegression

    weights = [np.where(right, OF_TOPIC, 1.0), np.full(ordinary.shape[0], ORDINARY)]
    model = LogisticRegression(
        C=PENALTY, l1_ratio=1, solver="liblinear", intercept_scaling=10, max_iter=300, random_state=0
    )
    rows = sparse.vstack([labelled, ordinary]).tocsr()
    model.fit(rows, np.append(right, np.zeros(ordinary.shape[0], bool)), sample_weight=np.concatenate(weights))
    return np.round(model.coef_.ravel() / UNIT), round((MARGIN - model.intercept_[0]) / UNIT)


def _write(path: Path, points: dict[str, int]) -> None:
    path.parent.mkdir(exist_ok=True)
    lines = sorted(points.items(), key=lambda pair: (-pair[1], pair[0]))
    path.write_text("".join(f"{word}\t{value}\n" for word, value in lines), encoding="utf-8")


def _shipped() -> Iterator[Post]:
    for split in SPLITS:
        for row in (*written(split), *real(split)):
            if row.kind == "post":
                yield Post(own(row.text), row.topics, row.unsure)


def _labelled(paths: Iterable[Path]) -> Iterator[Post]:
    for path in paths:
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
                topics, unsure = (frozenset(filter(None, row[name].split(","))) for name in ("topics", "unsure"))
                yield Post(own(row["text"]), topics - unsure, unsure)


def _lines(paths: Iterable[Path]) -> Iterator[str]:
    for path in paths:
        with path.open(encoding="utf-8", errors="replace") as file:
            yield from filter(None, map(str.strip, file))


if __name__ == "__main__":
    main()
