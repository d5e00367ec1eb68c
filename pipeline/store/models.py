"""The tables. Each class states its grain; the key comes first, in the order in which the table is asked.

A day is a date in Asia/Shanghai. A time is wall-clock time in Asia/Shanghai without a zone: the same value, sorted the
same way, in SQLite and in PostgreSQL. No table holds a text of a post or an author id.
"""

import datetime as dt
from typing import Annotated, ClassVar

from sqlalchemy import BigInteger, Date, DateTime, MetaData, String, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

Key = Annotated[str, mapped_column(Text, primary_key=True)]
Digest = Annotated[str, mapped_column(String(64))]
DigestKey = Annotated[str, mapped_column(String(64), primary_key=True)]
DayKey = Annotated[dt.date, mapped_column(Date, primary_key=True)]
TimeKey = Annotated[dt.datetime, mapped_column(DateTime, primary_key=True)]
LineKey = Annotated[int, mapped_column(BigInteger, primary_key=True, autoincrement=False)]


class Base(DeclarativeBase):
    """Declares every table with predictable constraint names, so that migrations can name them."""

    type_annotation_map: ClassVar = {int: BigInteger, str: Text}
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class Dataset(Base):
    """One row per registered dataset in use. `reading` is what decides how its files are read."""

    __tablename__ = "dataset"
    slug: Mapped[Key]
    title: Mapped[str]
    platform: Mapped[str]
    kind: Mapped[str]
    reader: Mapped[str | None]
    source: Mapped[str]
    licence: Mapped[str]
    basis: Mapped[str]
    citation: Mapped[str]
    sampling: Mapped[str]
    synthetic: Mapped[bool]
    reading: Mapped[str]


class Batch(Base):
    """One row per ingested file content.

    batch_id is the SHA-256 of the bytes; where the day is stated by the file's name alone, of the day and the bytes.
    posts counts the rows that were kept, sightings of the same post included: rows = posts + rejected.
    repaired counts the places whose bytes were invalid and became U+FFFD; format is what the content was recognised as.
    name and ingested_at tell of its first arrival; all else follows from the content.
    """

    __tablename__ = "batch"
    dataset: Mapped[Key]
    batch_id: Mapped[DigestKey]
    sha256: Mapped[Digest]
    name: Mapped[str]
    rows: Mapped[int]
    posts: Mapped[int]
    rejected: Mapped[int]
    repaired: Mapped[int]
    format: Mapped[str]
    first_day: Mapped[dt.date | None]
    last_day: Mapped[dt.date | None]
    ingested_at: Mapped[dt.datetime]


class BatchDay(Base):
    """One row per lake file of a batch."""

    __tablename__ = "batch_day"
    dataset: Mapped[Key]
    day: Mapped[DayKey]
    batch_id: Mapped[DigestKey]
    posts: Mapped[int]


class Reject(Base):
    """One row per refused line: why, and a digest in the place of the text."""

    __tablename__ = "reject"
    dataset: Mapped[Key]
    batch_id: Mapped[DigestKey]
    line: Mapped[LineKey]
    reason: Mapped[str]
    digest: Mapped[Digest]


class PostDay(Base):
    """One row per day on which a post was seen. Tells an ingest that a post moved to another day."""

    __tablename__ = "post_day"
    dataset: Mapped[Key]
    post_id: Mapped[Key]
    day: Mapped[DayKey]


class MovedPost(Base):
    """One row per day of a post that was seen on more than one day: the few that `PostDay` exists to find."""

    __tablename__ = "moved_post"
    dataset: Mapped[Key]
    day: Mapped[DayKey]
    post_id: Mapped[Key]


class Coverage(Base):
    """One row per day of a dataset whose collection is known: complete, partial or gap, and why."""

    __tablename__ = "coverage"
    dataset: Mapped[Key]
    day: Mapped[DayKey]
    status: Mapped[str]
    why: Mapped[str]


class Method(Base):
    """One row per way of counting, with the digests that it consists of.

    topics: what the lexicon says, without private names, so that a later lexicon can be compared with it; null where
    the count was made before this was kept.
    """

    __tablename__ = "method"
    method_id: Mapped[DigestKey]
    lexicon_version: Mapped[str]
    lexicon: Mapped[Digest]
    dictionary: Mapped[Digest]
    rules: Mapped[str]
    normaliser: Mapped[str]
    topics: Mapped[str | None]


class DayTotal(Base):
    """One row per counted day. `inputs` digests the lake files that the count rests on."""

    __tablename__ = "day_total"
    dataset: Mapped[Key]
    day: Mapped[DayKey]
    posts: Mapped[int]
    originals: Mapped[int]
    authors: Mapped[int]
    tokens: Mapped[int]
    method_id: Mapped[Digest]
    inputs: Mapped[Digest]


class DayTopic(Base):
    """One row per topic of a counted day, zeros included.

    posts: own words mention the topic; quoted_only: only the quoted text does; evasion_only: only a disguised form in
    own words; no post is in two of them.
    The other columns describe `posts`. reposts, comments and likes are sums; null when the source states none.
    """

    __tablename__ = "day_topic"
    dataset: Mapped[Key]
    day: Mapped[DayKey]
    topic: Mapped[Key]
    posts: Mapped[int]
    quoted_only: Mapped[int]
    evasion_only: Mapped[int]
    originals: Mapped[int]
    authors: Mapped[int]
    reposts: Mapped[int | None]
    comments: Mapped[int | None]
    likes: Mapped[int | None]
    deleted: Mapped[int]


class DayTerm(Base):
    """One row per lexicon term of a counted day, zeros included: posts and mentions in own words.

    Disguised forms have rows of their own; their posts are not among the topic's `posts` but among `evasion_only`.
    """

    __tablename__ = "day_term"
    dataset: Mapped[Key]
    day: Mapped[DayKey]
    topic: Mapped[Key]
    term: Mapped[Key]
    posts: Mapped[int]
    mentions: Mapped[int]
    rejected_by_boundary: Mapped[int]


class DayPair(Base):
    """One row per two topics, topic_a < topic_b, that some post of the day mentions together."""

    __tablename__ = "day_pair"
    dataset: Mapped[Key]
    day: Mapped[DayKey]
    topic_a: Mapped[Key]
    topic_b: Mapped[Key]
    posts: Mapped[int]


class DayWord(Base):
    """One row per word that at least five posts, of at least five authors where authors are known, use that day."""

    __tablename__ = "day_word"
    dataset: Mapped[Key]
    day: Mapped[DayKey]
    word: Mapped[Key]
    posts: Mapped[int]
    mentions: Mapped[int]


class DayBoard(Base):
    """One row per topic of a counted day on a trending list, zeros included.

    hours counts the clock hours in which a title was seen; it is null, as are best_rank and max_hotness, where the
    archive does not tell. Sold and pinned lines are outside rank and hotness.
    """

    __tablename__ = "day_board"
    dataset: Mapped[Key]
    day: Mapped[DayKey]
    topic: Mapped[Key]
    titles: Mapped[int]
    hours: Mapped[int | None]
    best_rank: Mapped[int | None]
    max_hotness: Mapped[int | None]


class HourTopic(Base):
    """One row per topic and clock hour in which the dataset has a post, zeros included."""

    __tablename__ = "hour_topic"
    dataset: Mapped[Key]
    hour: Mapped[TimeKey]
    topic: Mapped[Key]
    posts: Mapped[int]
    total: Mapped[int]


class HourBoard(Base):
    """One row per topic and observation of a trending list, zeros included."""

    __tablename__ = "hour_board"
    dataset: Mapped[Key]
    observed_at: Mapped[TimeKey]
    topic: Mapped[Key]
    titles: Mapped[int]
    best_rank: Mapped[int | None]
    max_hotness: Mapped[int | None]


class Event(Base):
    """One row per dated annotation. `day` is null where only a year or a month is known (`period`)."""

    __tablename__ = "event"
    slug: Mapped[Key]
    day: Mapped[dt.date | None]
    period: Mapped[str | None]
    time: Mapped[dt.time | None]
    kind: Mapped[str]
    label_en: Mapped[str]
    label_zh: Mapped[str]
    source: Mapped[str]
    confidence: Mapped[str]
    note: Mapped[str | None]


class AlertSent(Base):
    """One row per fact that was told to one address.

    fact: its identity, such as burst/DATASET/TOPIC/DAY. target: a keyed digest of the address, whose URL may hold a
    password. sent_at: when it was told.
    """

    __tablename__ = "alert_sent"
    fact: Mapped[Key]
    target: Mapped[DigestKey]
    sent_at: Mapped[dt.datetime]


COUNTS = {
    "day": (DayTotal, DayTopic, DayTerm, DayPair, DayWord, DayBoard),
    "hour": (HourTopic,),
    "observed_at": (HourBoard,),
}
"""The tables that counting a day replaces, by the column that places a row in time."""
