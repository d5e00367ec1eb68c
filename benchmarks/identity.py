"""Whether every token equals jieba's, on many more texts than the tests take.

    python -m benchmarks.identity                     # 1,000,000 posts and 100,000 fuzzed texts
    python -m benchmarks.identity --posts 20000 --fuzzed 20000

Posts are put together from sentences of the sample, clauses of `benchmarks.reading` and dictionary words as frequent as
they are; fuzzed texts mix anything with anything, words of the user dictionary and deleted ones too. Each text is cut
with and without the hidden Markov model, as a column and, one in ten, by itself.
"""

import argparse
import json
import random
import re
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from itertools import accumulate
from pathlib import Path
from typing import NamedTuple

import jieba
import pyarrow as pa
from jieba import finalseg

from benchmarks.reading import rows
from pipeline import lexicon
from pipeline.segment import Segmenter

CHUNK = 5_000
"""Texts that are made and compared together; each chunk has its own seed."""

DELETED = ["杭研", "天天", "大学生", "美国", "一个", "公司", "孙悟空", "哈哈"]
"""Words of frequency 0: the dictionary loses them, and the hidden Markov model may not form them."""

_SAMPLE = Path(__file__).parents[1] / "sample_data" / "sample-posts"
_ODD = [
    "\r\n", "\r", "\n", "\0", "\t", " ", "\u3000", "\u200b", "\u200d", "\u0301", "\ufeff", "\ufffd", "\uffff",
    "\U0010ffff", "😀", "👨\u200d👩", "🇨🇳", "𠮷", "𪚥", "㐀", "〇", "龥", "\u9fd5", "\u9fd6", "·", "…", "——", "，",
    "。", "！", "《", "》", "「", "Ａ", "５", "é", "e\u0301", "ß", "Ω", "Я", "あ", "ア", "한", "א", "ا", "²", "½", "①",
    "٣", "०", "－", "％",
]  # fmt: skip
_LATIN = "abcxyzABCXYZ0123456789+#&._%-"
_JOINED = [
    "1.5%",
    "3.14",
    "v1.2.3",
    "C++",
    "T恤",
    "9-9-6",
    "a.b..c%%d",
    "N95",
    "yyds",
    "#话题#",
    "//@某:",
    "100%",
    "5G",
]


class Oracle:
    """jieba itself, with a user dictionary, the deleted words of which do not reach other tokenizers."""

    def __init__(self, userdict: Path, folder: Path):
        self._tokenizer = jieba.Tokenizer()
        self._tokenizer.tmp_dir = str(folder)
        self._split: set[str] = set()
        kept, finalseg.Force_Split_Words = finalseg.Force_Split_Words, self._split
        with userdict.open("rb") as words:
            self._tokenizer.load_userdict(words)
        finalseg.Force_Split_Words = kept

    def cut(self, text: str, hmm: bool) -> list[str]:
        """The tokens of `Tokenizer.cut`."""
        kept, finalseg.Force_Split_Words = finalseg.Force_Split_Words, self._split
        try:
            return list(self._tokenizer.cut(text, HMM=hmm))
        finally:
            finalseg.Force_Split_Words = kept

    @property
    def frequencies(self) -> dict[str, int]:
        """The words of the dictionary that have a frequency."""
        return {word: number for word, number in self._tokenizer.FREQ.items() if number}


class Difference(NamedTuple):
    """A text that was cut otherwise than by jieba."""

    text: str
    hmm: bool
    ours: list[str]
    theirs: list[str]


class Texts:
    """Texts by the seed. words: a dictionary with frequencies; taught: words of which fuzzed texts hold many."""

    def __init__(self, words: dict[str, int], taught: list[str]):
        self._words, self._taught = list(words), taught
        self._weights = list(accumulate(words.values()))
        self._han = sorted({c for word in self._words for c in word if "\u4e00" <= c <= "\u9fd5"})
        self._sentences = _sentences()

    def posts(self, seed: int, number: int) -> Iterator[str]:
        """Invented posts: words as frequent as they are, clauses, punctuation and some markup."""
        chance = random.Random(f"post {seed}")
        for (_, _, _, clauses, *_), _ in zip(rows(seed), range(number), strict=False):
            parts = chance.choices(self._words, cum_weights=self._weights, k=chance.randint(2, 24))
            for _ in range(len(parts) // 4):
                parts.insert(chance.randrange(len(parts)), chance.choice((*_ODD, *_JOINED, "，", "，", "。", "的")))
            parts.insert(chance.randrange(len(parts)), chance.choice(self._sentences))
            yield "".join(parts) + (clauses if chance.random() < 0.1 else "")

    def fuzzed(self, seed: int, number: int) -> Iterator[str]:
        """Texts that nobody would write."""
        chance = random.Random(f"fuzzed {seed}")
        pieces = (self._han, self._words, self._taught, _LATIN, _ODD, _JOINED, "哈啊的一不人大学")
        for _ in range(number):
            weights = [chance.random() ** 3 for _ in pieces]
            kinds = chance.choices(pieces, weights, k=chance.randrange(40))
            yield "".join(self._part(chance, kind) for kind in kinds)

    def _part(self, chance: random.Random, kind: "list[str] | str") -> str:
        part = chance.choice(kind)
        return part[chance.randrange(len(part)) :] if chance.random() < 0.1 else part


def _sentences() -> list[str]:
    lines = (line for path in sorted(_SAMPLE.glob("*.jsonl")) for line in path.read_text(encoding="utf-8").splitlines())
    return sorted({part for line in lines for part in re.split("(?<=[。！？])", json.loads(line)["content"]) if part})


def differing(texts: list[str], oracle: Oracle, segmenters: dict[bool, Segmenter]) -> list[Difference]:
    """The texts that a segmenter, by whether it has the hidden Markov model, cuts otherwise than jieba."""
    found = []
    for hmm, segmenter in segmenters.items():
        columns = segmenter.tokens(pa.array(texts, pa.string())).to_pylist()
        for number, (text, ours) in enumerate(zip(texts, columns, strict=True)):
            theirs = oracle.cut(text, hmm)
            alone = segmenter.cut(text) if number % 10 == 0 else ours
            if ours != theirs or alone != theirs:
                found.append(Difference(text, hmm, ours if ours != theirs else alone, theirs))
    return found


@cache
def _prepared(folder: str, deleted: bool) -> tuple[Oracle, Texts, dict[bool, Segmenter]]:
    userdict = Path(folder) / f"{'deleted' if deleted else 'taught'}.txt"
    oracle = Oracle(userdict, Path(folder))
    taught = [line.split()[0] for line in userdict.read_text(encoding="utf-8").splitlines() if line]
    segmenters = {hmm: Segmenter(userdict, Path(folder), hmm) for hmm in (False, True)}
    return oracle, Texts(oracle.frequencies, taught), segmenters


def _compare(folder: str, kind: str, seed: int, number: int) -> tuple[int, list[Difference]]:
    """The characters of one chunk, and what differs in it."""
    oracle, texts, segmenters = _prepared(folder, deleted=kind == "fuzzed" and seed % 2 == 1)
    made = list(getattr(texts, kind)(seed, number))
    return sum(map(len, made)), differing(made, oracle, segmenters)


def main() -> int:
    """Print what differs and how many texts were compared; the number of differences."""
    options = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    options.add_argument("--posts", type=int, default=1_000_000)
    options.add_argument("--fuzzed", type=int, default=100_000)
    options.add_argument("--processes", type=int, default=2)
    asked = options.parse_args()
    began, wrong = time.perf_counter(), 0
    with tempfile.TemporaryDirectory() as folder, ProcessPoolExecutor(asked.processes) as pool:
        words = lexicon.USERDICT.read_text(encoding="utf-8")
        Path(folder, "taught.txt").write_text(words, encoding="utf-8")
        Path(folder, "deleted.txt").write_text(words + "".join(f"{w} 0\n" for w in DELETED), encoding="utf-8")
        for kind, number in (("fuzzed", asked.fuzzed), ("posts", asked.posts)):
            wrong += _report(kind, number, folder, pool, began)
    return wrong


def _report(kind: str, number: int, folder: str, pool: ProcessPoolExecutor, began: float) -> int:
    sizes = [min(CHUNK, number - done) for done in range(0, number, CHUNK)]
    texts = characters = wrong = 0
    results = pool.map(_compare, [folder] * len(sizes), [kind] * len(sizes), range(len(sizes)), sizes)
    for size, (length, found) in zip(sizes, results, strict=True):
        texts, characters, wrong = texts + size, characters + length, wrong + len(found)
        for each in found[:5]:
            print(f"HMM {each.hmm} {each.text!r}\n  ours  {each.ours}\n  jieba {each.theirs}")
        if texts % (20 * CHUNK) == 0 or texts == number:
            spent = time.perf_counter() - began
            print(f"{kind}: {texts:,} texts, {characters:,} characters, {wrong} differ ({spent:,.0f} s)", flush=True)
    return wrong


if __name__ == "__main__":
    raise SystemExit(min(main(), 1))
