"""How well counting agrees with what people say of labelled texts."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline import labels
from pipeline.errors import InputError
from pipeline.files import locate
from pipeline.jobs.explain import Judge, Judgement, judging
from pipeline.labels import Label
from pipeline.settings import Settings
from pipeline.stats import agreement
from pipeline.stats.agreement import Judged

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Unit:
    """One text under one topic, with the labels of all its coders."""

    first: Label
    votes: Mapping[str, str]

    @property
    def label(self) -> str:
        """What most coders say; "disputed" where no label has more than half."""
        label, votes = Counter(self.votes.values()).most_common(1)[0]
        return label if votes * 2 > len(self.votes) else "disputed"

    @property
    def relevant(self) -> bool:
        """Whether it is about the topic."""
        return self.label == "relevant"

    @property
    def decided(self) -> bool:
        """Whether it can be right or wrong."""
        return self.label in ("relevant", "not")


def evaluate(
    settings: Settings, path: str, title: bool = False, least: int = agreement.LEAST, judge: Judge | None = None
) -> Json:
    """Precision, recall and F1 of every topic of a label file, kappa of two coders, and every disagreement explained.

    A text matches a topic where its own words mention it as written, which is what the column `posts` counts;
    `with_evasion` adds what is counted apart as `evasion_only`. title: what a row without `kind` is. least: rows below
    which a share is not shown.
    """
    with judging(settings, judge) as judge:
        rows = labels.read(locate(path), {topic.id for topic in judge.lexicon.topics})
        units = read_units(path, [row for row in rows if row.label])
        judged = [(unit, _judgement(judge, unit, title)) for unit in units]
        topics = sorted({unit.first.topic for unit in units})
        return {
            "file": path,
            "lexicon": {"version": judge.lexicon.version, "digest": judge.lexicon.digest},
            "rows": len(rows),
            "unlabelled": sum(not row.label for row in rows),
            "coders": sorted({row.coder for row in rows if row.coder}),
            "notes": _notes(rows),
            "topics": [_topic(name, [j for j in judged if j[0].first.topic == name], least) for name in topics],
            "confusions": [_confusion(judge, *pair, title) for pair in judged if _wrong(*pair)],
        }


def read_units(path: str, rows: Iterable[Label]) -> list[Unit]:
    """The rows of the same text and topic together. What one coder has twice are two texts that read alike."""
    found: dict[tuple[Any, ...], list[Label]] = defaultdict(list)
    seen: dict[tuple[Any, ...], Label] = {}
    times: Counter[tuple[Any, ...]] = Counter()
    for row in rows:
        key = (row.topic, row.item or row.text, row.day, row.title)
        before = seen.setdefault((row.coder, key), row)
        if before.label != row.label:
            raise InputError(
                f"{path}:{row.line}: labels a text {row.label} that line {before.line} labels {before.label}; "
                "name the coders in a column `coder`, or mend one of the lines."
            )
        times[row.coder, key] += 1
        found[*key, times[row.coder, key]].append(row)
    return [Unit(same[0], {row.coder: row.label for row in same}) for same in found.values()]


def _judgement(judge: Judge, unit: Unit, title: bool) -> Judgement:
    return judge.judge(unit.first.text, unit.first.day, _is_title(unit, title))


def _is_title(unit: Unit, default: bool) -> bool:
    return default if unit.first.title is None else unit.first.title


def _topic(name: str, judged: Sequence[tuple[Unit, Judgement]], least: int) -> Json:
    decided = [(unit, judgement) for unit, judgement in judged if unit.decided]
    written = [_judged(unit, name in judgement.written) for unit, judgement in decided]
    disguised = [_judged(unit, name in judgement.written | judgement.disguised) for unit, judgement in decided]
    said = Counter(unit.label for unit, _ in judged)
    return {
        "topic": name,
        "texts": len(judged),
        **{label: said[label] for label in ("relevant", "not", "unsure", "disputed")},
        **_scores(written, least),
        "with_evasion": _scores(disguised, least),
        "kappa": _kappa([unit for unit, _ in judged], least),
        "strata": _strata(written),
    }


def _judged(unit: Unit, matched: bool) -> Judged:
    return Judged(matched, unit.relevant, unit.first.weight or 1.0, unit.first.stratum)


def _scores(rows: Sequence[Judged], least: int) -> Json:
    found = agreement.scores(rows, least)
    shares = {name: getattr(found, name)._asdict() for name in ("precision", "recall", "f1")}
    return {**found._asdict(), **shares}


def _kappa(units: Sequence[Unit], least: int) -> Json | None:
    """Cohen's kappa over the texts that both of two coders decided; None where there is one coder, or three."""
    coders = sorted({coder for unit in units for coder in unit.votes})
    if len(coders) != 2:
        return None
    first, second = coders
    both = [(unit.votes[first], unit.votes[second]) for unit in units if len(unit.votes) == 2]
    pairs = [pair for pair in both if "unsure" not in pair]
    return {"coders": coders, **agreement.kappa(pairs, least)._asdict(), "unsure": len(both) - len(pairs)}


def _strata(rows: Sequence[Judged]) -> list[Json]:
    by_name: dict[str, list[Judged]] = defaultdict(list)
    for row in rows:
        by_name[row.stratum].append(row)
    if set(by_name) <= {""}:
        return []
    return [
        {
            "stratum": name,
            "rows": len(inside),
            "texts": sum(row.weight for row in inside),
            "matched": sum(row.matched for row in inside),
            "relevant": sum(row.relevant for row in inside),
            "right": sum(row.matched == row.relevant for row in inside),
        }
        for name, inside in sorted(by_name.items())
    ]


def _wrong(unit: Unit, judgement: Judgement) -> bool:
    return unit.decided and unit.relevant != (unit.first.topic in judgement.written)


def _confusion(judge: Judge, unit: Unit, judgement: Judgement, title: bool) -> Json:
    row = unit.first
    candidates = [c for c in judge.candidates(row.text, row.day, _is_title(unit, title)) if c["topic"] == row.topic]
    return {
        "line": row.line,
        "topic": row.topic,
        "error": "missed" if unit.relevant else "false alarm",
        "stratum": row.stratum,
        "why": _why(row.topic, unit.relevant, judgement, candidates),
        "text": row.text,
        "candidates": candidates,
    }


def _why(topic: str, relevant: bool, judgement: Judgement, candidates: Sequence[Json]) -> str:
    if not relevant:
        return "a term counts that people do not take for the topic"
    if topic in judgement.disguised:
        return "found in disguise, which is counted apart"
    if topic in judgement.quoted:
        return "found in what the text passes on, which is counted apart"
    return "every occurrence of a term is refused" if candidates else "no term of the topic stands in the text"


def _notes(rows: Sequence[Label]) -> list[str]:
    """What must be said with the numbers."""
    notes = []
    weights = {row.weight for row in rows}
    if len(weights) > 1:
        notes.append(
            "Shares are weighted: each row stands for as many texts as its weight says, and intervals rest on what the "
            "rows are worth together."
        )
    elif len({row.stratum for row in rows}) > 1:
        notes.append("Strata without weights that differ: the shares hold for these rows, not for the dataset.")
    if len({row.coder for row in rows if row.coder}) > 1:
        notes.append("A text counts as most coders label it; those without a majority are left out as disputed.")
    if len({row.coder for row in rows if row.coder}) > 2:
        notes.append("Kappa is for two coders; the file has more.")
    if any(row.day is None for row in rows):
        notes.append("Rows without a day are judged as if every rule held on it.")
    return notes
