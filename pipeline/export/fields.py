"""What the tables of a package hold: the codebook, and the schema of datapackage.json, from one source."""

from typing import NamedTuple


class Field(NamedTuple):
    """A column: its Frictionless type, and what it says, with its unit."""

    type: str
    about: str


class Table(NamedTuple):
    """A table: one row per `grain`; the columns of its key; its columns."""

    grain: str
    key: tuple[str, ...]
    fields: dict[str, Field]


_DATASET = Field("string", "The dataset's short name, as in dataset.csv.")
_DAY = Field("date", "Calendar date in Asia/Shanghai (UTC+8).")
_TOPIC = Field("string", "A topic of the lexicon, as in topic.csv.")
_STATUS = Field(
    "string",
    '"counted", or "withheld": too few authors stand behind the cell, or behind what subtraction would give. Its '
    "numbers are empty; it is never a zero.",
)
_POSTS = Field(
    "integer", "Posts whose own words mention it; of a trending list, distinct titles of the day. Empty: withheld."
)
_AUTHORS = Field("integer", "Distinct authors of these posts; 0 where the source states none.")
_REACTIONS = {
    name: Field("integer", f"Sum of the {name} of these posts when last seen. Empty: the source states none.")
    for name in ("reposts", "comments", "likes")
}

TABLES: dict[str, Table] = {
    "dataset": Table(
        "dataset",
        ("dataset",),
        {
            "dataset": _DATASET,
            "title": Field("string", "Its title."),
            "platform": Field("string", "The platform."),
            "kind": Field("string", '"posts", or "board": the lines of a trending list, which measure exposure.'),
            "source": Field("string", "Where it comes from."),
            "licence": Field("string", "Its licence or terms."),
            "basis": Field("string", "Why it may be used."),
            "citation": Field("string", "How to cite it."),
            "sampling": Field("string", "How it was chosen, and what it cannot see."),
            "synthetic": Field("boolean", "Whether it is invented, for trying things out."),
            "first_day": Field("date", "First day of this package."),
            "last_day": Field("date", "Last day of this package."),
        },
    ),
    "topic": Table(
        "topic of the lexicon",
        ("topic",),
        {
            "topic": _TOPIC,
            "label_en": Field("string", "Its label in English."),
            "label_zh": Field("string", "Its label in Chinese."),
        },
    ),
    "method": Table(
        "way of counting",
        ("method_id",),
        {
            "method_id": Field("string", "SHA-256 of the digests below: the same id, the same way of counting."),
            "lexicon_version": Field("string", "Version of the lexicon."),
            "lexicon": Field("string", "SHA-256 of the lexicon."),
            "dictionary": Field("string", "SHA-256 of jieba's dictionary with the project's words."),
            "rules": Field("string", "Versions of the rules of matching and counting."),
            "normaliser": Field("string", "Versions of what brings texts into normal form."),
        },
    ),
    "coverage": Table(
        "day whose collection is known",
        ("dataset", "day"),
        {
            "dataset": _DATASET,
            "day": _DAY,
            "status": Field("string", '"complete", "partial", or "gap": not collected, which is not a zero.'),
            "why": Field("string", "Why it is not complete."),
        },
    ),
    "event": Table(
        "dated annotation",
        ("day", "label_en"),
        {
            "day": _DAY,
            "time": Field("time", "Wall-clock time in Asia/Shanghai. Empty: not known."),
            "kind": Field("string", 'What it belongs to; "confounder": something else that drew attention.'),
            "label_en": Field("string", "What was alleged, reported or decided, in English."),
            "label_zh": Field("string", "The same in Chinese."),
            "source": Field("string", "Who says so."),
            "confidence": Field("string", "How well the date is known."),
        },
    ),
    "day_total": Table(
        "counted day",
        ("dataset", "day"),
        {
            "dataset": _DATASET,
            "day": _DAY,
            "posts": Field("integer", "All posts of the day, or all distinct titles: the denominator of every share."),
            "originals": Field("integer", "Those that are no reposts."),
            "authors": _AUTHORS,
            "tokens": Field("integer", "Words in them, as jieba cuts them."),
            "method_id": Field("string", "The way of counting, as in method.csv."),
            "inputs": Field("string", "SHA-256 of the digests of the files that the count rests on."),
            "status": _STATUS,
        },
    ),
    "day_topic": Table(
        "topic of a counted day, zeros included",
        ("dataset", "day", "topic"),
        {
            "dataset": _DATASET,
            "day": _DAY,
            "topic": _TOPIC,
            "posts": _POSTS,
            "quoted_only": Field("integer", "Posts that mention it only in what they pass on; not among `posts`."),
            "evasion_only": Field("integer", "Posts that mention it only in disguise; not among `posts`."),
            "originals": Field("integer", "Those of `posts` that are no reposts."),
            "authors": _AUTHORS,
            **_REACTIONS,
            "deleted": Field("integer", "Those of `posts` that were deleted when last seen."),
            "status": _STATUS,
        },
    ),
    "day_term": Table(
        "term of the lexicon that stands in some post of a counted day",
        ("dataset", "day", "topic", "term"),
        {
            "dataset": _DATASET,
            "day": _DAY,
            "topic": _TOPIC,
            "term": Field("string", "The term; a private person's name in the form that the police used."),
            "posts": Field(
                "integer", "Posts that mention it; of a disguised form, those are among `evasion_only`. No row: none."
            ),
            "mentions": Field("integer", "Accepted occurrences."),
            "rejected_by_boundary": Field("integer", "Occurrences refused because a word straddles their edge."),
        },
    ),
    "day_pair": Table(
        "two topics that some post of the day mentions together",
        ("dataset", "day", "topic_a", "topic_b"),
        {
            "dataset": _DATASET,
            "day": _DAY,
            "topic_a": _TOPIC,
            "topic_b": _TOPIC,
            "posts": Field("integer", "Posts that mention both. No row: none. Empty: withheld."),
            "status": _STATUS,
        },
    ),
    "day_word": Table(
        "word that five posts, of five authors where authors are known, use on the day",
        ("dataset", "day", "word"),
        {
            "dataset": _DATASET,
            "day": _DAY,
            "word": Field("string", "A word as jieba cuts it; stop words, links, @names and numbers are left out."),
            "posts": Field("integer", "Posts that use it."),
            "mentions": Field("integer", "How often they use it."),
        },
    ),
    "day_board": Table(
        "topic of a counted day on a trending list, zeros included",
        ("dataset", "day", "topic"),
        {
            "dataset": _DATASET,
            "day": _DAY,
            "topic": _TOPIC,
            "titles": Field("integer", "Distinct titles on the topic."),
            "hours": Field("integer", "Clock hours in which one was seen. Empty: the archive has no times."),
            "best_rank": Field("integer", "The best rank of one, sold and pinned lines left out."),
            "max_hotness": Field("integer", "The highest hotness that the platform stated for one."),
        },
    ),
    "topic_total": Table(
        "topic of a dataset, over all days of this package",
        ("dataset", "topic"),
        {
            "dataset": _DATASET,
            "topic": _TOPIC,
            "days": Field("integer", "Days counted."),
            "posts": Field("integer", "The sum of `posts`. Empty: withheld, as one of the days is."),
            "status": _STATUS,
        },
    ),
}
"""Every table that a package may hold, in the order of the codebook."""

NOT_FOR_FEW = {
    "day_total": ("originals",),
    "day_topic": ("quoted_only", "evasion_only", "originals", "deleted"),
}
"""Columns that are left out where small cells are withheld: parts of cells of which no number of authors is known."""
