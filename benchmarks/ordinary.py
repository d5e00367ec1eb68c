"""How many texts count that are about none of the topics: what the lexicon finds where there is little to find.

    python -m benchmarks.ordinary reviews.txt news.txt      # a text a line, UTF-8

Labelled sets hold many texts of a topic and tell little of its precision in a dataset that holds one in a thousand.
"""

import argparse
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

from benchmarks.labelled import DAY
from pipeline import lexicon
from pipeline.match import Matcher
from pipeline.segment import Segmenter
from pipeline.text import normalise


def main() -> None:
    """Print for each topic how many of the texts count, how many hold one of its terms, and what decided most often."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("files", nargs="+", type=Path)
    texts = set(_lines(options.parse_args().files))
    words = lexicon.load()
    with tempfile.TemporaryDirectory() as cache:
        matcher = Matcher(words, Segmenter(lexicon.USERDICT, Path(cache)).cut)
        counted, held, reasons = tally(texts, matcher)
    lines = [f"{len(texts):,} texts", "", "| topic | count | hold a term | most often through |", "|---|---|---|---|"]
    for topic in (topic.id for topic in words.topics):
        often = "; ".join(f"{reason} ({n})" for reason, n in reasons[topic].most_common(3))
        lines.append(f"| {topic} | {counted[topic]} | {held[topic]} | {often} |")
    sys.stdout.write("\n".join(lines) + "\n")


def tally(texts: Iterable[str], matcher: Matcher) -> tuple[Counter[str], Counter[str], dict[str, Counter[str]]]:
    """Per topic: texts that count, texts that hold a term, and how many texts each term with its reason let count."""
    counted: Counter[str] = Counter()
    held: Counter[str] = Counter()
    reasons: dict[str, Counter[str]] = defaultdict(Counter)
    for text in texts:
        candidates = matcher.explain(text, DAY)
        held.update({c.topic for c in candidates})
        accepted = {(c.topic, f"{c.term}: {c.because}") for c in candidates if c.verdict == "accepted"}
        counted.update({topic for topic, _ in accepted})
        for topic, reason in accepted:
            reasons[topic][reason] += 1
    return counted, held, reasons


def _lines(paths: Iterable[Path]) -> Iterator[str]:
    for path in paths:
        with path.open(encoding="utf-8", errors="replace") as file:
            yield from filter(None, (normalise(line.strip()) for line in file))


if __name__ == "__main__":
    main()
