"""The nouns that the stages share: posts, board entries and rejects as Arrow schemas; topics and their rules.

Stages do not import one another. What passes between them is described here.

A day is the calendar date in Asia/Shanghai, never the machine's and never UTC. Every timestamp below carries
that zone, which has had no daylight saving since 1991.
"""

import datetime as dt
import hashlib
import itertools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

SHANGHAI = ZoneInfo("Asia/Shanghai")
_TIME = pa.timestamp("s", tz="Asia/Shanghai")

POST = pa.schema(
    [
        pa.field("post_id", pa.string(), nullable=False),
        pa.field("day", pa.date32(), nullable=False),
        pa.field("created_at", _TIME),  # null where the source states a date without a time
        pa.field("observed_at", _TIME),  # null where the source does not say when it looked
        pa.field("author", pa.string()),  # a pseudonym once it leaves the ingest job
        pa.field("text", pa.string(), nullable=False),
        pa.field("quoted", pa.string()),  # the reposted text, where the source keeps it apart
        pa.field("is_repost", pa.bool_(), nullable=False),
        pa.field("truncated", pa.bool_(), nullable=False),  # cut off by the site: counts are lower bounds
        pa.field("status", pa.string(), nullable=False),  # visible, deleted or denied when last seen
        pa.field("reposts", pa.int64()),
        pa.field("comments", pa.int64()),
        pa.field("likes", pa.int64()),
    ]
)
"""One row per sighting of a public message; key (post_id, observed_at) within a dataset."""

BOARD_ENTRY = pa.schema(
    [
        pa.field("title", pa.string(), nullable=False),
        pa.field("day", pa.date32(), nullable=False),
        pa.field("observed_at", _TIME),  # null in archives that merge a day's boards into one file
        pa.field("rank", pa.int64()),
        pa.field("hotness", pa.int64()),
        pa.field("is_ad", pa.bool_(), nullable=False),  # sold or pinned: counted, but outside rank and hotness
    ]
)
"""One row per line of a trending list at one observation."""

REJECT = pa.schema(
    [
        pa.field("line", pa.int64(), nullable=False),
        pa.field("reason", pa.string(), nullable=False),
        pa.field("digest", pa.string(), nullable=False),
    ]
)
"""One row per line of a file that could not be used: where, why, and a SHA-256 instead of the text."""

SCHEMAS: Mapping[str, pa.Schema] = {"posts": POST, "board": BOARD_ENTRY}
"""The schema of each kind of dataset."""


class Refused(Exception):
    """One row cannot be used. `reason` is a short code such as `no_text`; `raw` is the row as the file has it."""

    def __init__(self, reason: str, raw: str = ""):
        super().__init__(reason)
        self.reason, self.raw = reason, raw


class Reject(NamedTuple):
    """A refused row on its way to the ledger. `raw` is digested and never stored."""

    line: int
    reason: str
    raw: str


class Chunk(NamedTuple):
    """Some rows of a file: those that were understood (POST or BOARD_ENTRY) and those that were not (REJECT)."""

    entries: pa.RecordBatch
    rejects: pa.RecordBatch


Row = dict[str, Any]


def chunked(rows: Iterable[Row | Reject], schema: pa.Schema, size: int = 8192) -> Iterator[Chunk]:
    """Arrow chunks of at most `size` rows each, in the order of the file. An empty file gives none."""
    source = iter(rows)
    while part := list(itertools.islice(source, size)):
        yield chunk(part, schema)


def chunk(rows: Iterable[Row | Reject], schema: pa.Schema) -> Chunk:
    """All the rows as one chunk."""
    kept: list[Row] = []
    refused: list[Row] = []
    for row in rows:
        if isinstance(row, Reject):
            refused.append(_reject_row(row))
        else:
            kept.append(row)
    return Chunk(
        pa.RecordBatch.from_pylist(kept, schema=schema),
        pa.RecordBatch.from_pylist(refused, schema=REJECT),
    )


def _reject_row(reject: Reject) -> Row:
    digest = hashlib.sha256(reject.raw.encode("utf-8", "surrogatepass")).hexdigest()
    return {"line": reject.line, "reason": reject.reason, "digest": digest}


def with_ids(posts: pa.RecordBatch) -> pa.RecordBatch:
    """The same posts; one without an id gets one made of what it says, when and by whom, so that copies coincide.

    Call it after authors became pseudonyms: an id made from a raw author id could be turned back into it.
    """
    nameless = pc.equal(posts["post_id"], "")
    if not pc.any(nameless).as_py():
        return posts
    columns = ["day", "created_at", "author", "text"]
    made = pa.array([_made_id(row) for row in posts.select(columns).filter(nameless).to_pylist()], pa.string())
    return with_column(posts, "post_id", pc.replace_with_mask(posts["post_id"], nameless, made))


def _made_id(row: Row) -> str:
    said = "|".join(str(row[name]) for name in ("day", "created_at", "author", "text"))
    return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def with_column(rows: pa.RecordBatch, name: str, values: pa.Array) -> pa.RecordBatch:
    """The same rows with other values in one column, of its type."""
    return rows.set_column(rows.schema.get_field_index(name), rows.schema.field(name), values)


def day_of(moment: dt.datetime) -> dt.date:
    """The calendar date of an aware datetime in Asia/Shanghai."""
    return moment.astimezone(SHANGHAI).date()


@dataclass(frozen=True, slots=True)
class Rule:
    """One way in which a term counts. All strings are in normal form (`pipeline.text.normalise`).

    needs, also: of each set that is given, one word must stand in the window; neither given = the term stands alone.
    blockers: none of these may stand in the window. nowhere: none of these may stand anywhere in the text.
    general: those of `needs` that say little (公司, "company") and must therefore stand close by, unless `also` helps.
    reach: how many characters away in a post a partner may stand; 0 = in the sentence, or within 25 characters.
    boundary: no jieba token may straddle an edge of the term.
    tag: an occurrence inside a hashtag counts. only: "title" or "post", where the rule holds for one of them alone.
    alone: partners are not needed where a text consists of nothing but the term.
    least: the points that the text must have by `Topic.points`; 0 = they do not matter.
    evasion: a disguised form; its mentions are counted apart.
    shown: what tables print in the term's place, so that a private person's name never leaves the lexicon.
    valid_from, valid_to: the first and last day (Asia/Shanghai) on which the rule holds.
    role, asked, since, note, source: of a person; the partners as the file lists them; the record of the decision.
    These decide nothing, and two rules that differ in them alone are equal.
    """

    term: str
    shown: str
    needs: frozenset[str] = frozenset()
    blockers: frozenset[str] = frozenset()
    boundary: bool = False
    evasion: bool = False
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None
    also: frozenset[str] = frozenset()
    nowhere: frozenset[str] = frozenset()
    general: frozenset[str] = frozenset()
    reach: int = 0
    tag: bool = True
    alone: bool = False
    only: str = ""
    least: int = 0
    role: str = field(default="", compare=False)
    asked: tuple[str, str] = field(default=("", ""), compare=False)
    since: str = field(default="", compare=False)
    note: str = field(default="", compare=False)
    source: str = field(default="", compare=False)

    def holds_on(self, day: dt.date) -> bool:
        """Whether the rule applies to posts of that day."""
        return (self.valid_from or day) <= day <= (self.valid_to or day)


@dataclass(frozen=True)
class Topic:
    """A subject whose volume is tracked: its rules, and the phrases (`masks`) inside which no term counts.

    points: words in normal form, sorted, each with what it says for the topic, or against it if below zero. A text has
    those of each word that stands in it outside hashtags and masks, once.
    """

    id: str
    label_en: str
    label_zh: str
    rules: tuple[Rule, ...]
    masks: frozenset[str]
    points: tuple[tuple[str, int], ...] = ()

    @cached_property
    def terms(self) -> list[str]:
        """The distinct terms as tables print them, sorted."""
        return sorted({rule.shown for rule in self.rules})


@dataclass(frozen=True, slots=True)
class Lexicon:
    """All topics, in order of id, with the digest of everything in them that can decide a count."""

    version: str
    topics: tuple[Topic, ...]
    digest: str


class Mention(NamedTuple):
    """A place where a term stands in a text and what became of it.

    term: what tables print; start, end: characters of the normal form.
    evasion: the term is a disguised form. uncovered: the term or its partner appears only when inserted marks are
    dropped. Either way it is counted apart. verdict: that of `Candidate`, but never "mask", "edge" or "date".
    """

    topic: str
    term: str
    start: int
    end: int
    evasion: bool
    uncovered: bool
    verdict: str


class Candidate(NamedTuple):
    """An occurrence of a term, whatever became of it, and why.

    term: as shown, never a private person's name; start, end: characters of the normal form.
    verdict: "accepted"; or refused by a "mask" that covers it, by a letter or digit at its "edge", by a token that
    straddles its "boundary", for want of a "partner" or of "points", by a "blocker", by the "date", or for standing in
    a "tag".
    because: the mask, token, partner, blocker or missing sets that decided, in words of the lexicon.
    """

    topic: str
    term: str
    start: int
    end: int
    verdict: str
    because: str
    evasion: bool
    uncovered: bool


class Mentions(NamedTuple):
    """The mentions in a column of texts, as arrays of one length.

    text, term: int32, the numbers of the text and of the term, by the order of `Lexicon.topics` and `Topic.terms`.
    accepted: bool, it counts; else it would but for a token that straddles its edge. evasion, uncovered: as in
    `Mention`; of uncovered ones only those that count are listed, though the topic may stand there as written, too.
    """

    text: npt.NDArray[np.int32]
    term: npt.NDArray[np.int32]
    accepted: npt.NDArray[np.bool_]
    evasion: npt.NDArray[np.bool_]
    uncovered: npt.NDArray[np.bool_]

    @classmethod
    def of(cls, rows: Iterable[tuple[int, int, bool, bool, bool]]) -> "Mentions":
        """Mentions that are given one by one."""
        table = np.array([*rows], np.int32).reshape(-1, len(cls._fields))
        return cls(table[:, 0], table[:, 1], *(table[:, 2:] > 0).T)

    @classmethod
    def joined(cls, parts: Iterable["Mentions"]) -> "Mentions":
        """Some mentions and others, in order."""
        return cls._make(np.concatenate(columns) for columns in zip(*parts, strict=True))


class Findings(NamedTuple):
    """What the matcher says of one text: the occurrences of terms with their verdicts, and the topics found."""

    mentions: list[Mention]
    topics: frozenset[str]  # accepted as written
    evasions: frozenset[str]  # accepted only in disguise
