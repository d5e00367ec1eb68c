"""From the sightings of a day to its counts."""

import datetime as dt
import hashlib
from itertools import permutations

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import aggregate
from pipeline.aggregate import Item, Posts, Sighting, Spoken, Titles
from pipeline.schema import BOARD_ENTRY, POST, SHANGHAI, Findings, Lexicon, Mention, Mentions, Rule, Topic
from tests.one_by_one import Examined

DAY = dt.date(2021, 8, 9)
NEXT = dt.date(2021, 8, 10)
NONE = Findings([], frozenset(), frozenset())


def at(hour: int, minute: int = 0, day: dt.date = DAY) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(hour, minute), SHANGHAI)


def sightings(*rows: dict) -> pa.Table:
    schema = POST.append(pa.field("batch", pa.string()))
    plain = {
        "post_id": "1",
        "day": DAY,
        "text": "文",
        "is_repost": False,
        "truncated": False,
        "status": "visible",
        "batch": "a",
    }
    return pa.Table.from_pylist([plain | row for row in rows], schema=schema)


def entries(*rows: dict) -> pa.Table:
    schema = BOARD_ENTRY.append(pa.field("batch", pa.string()))
    return pa.Table.from_pylist([{"day": DAY, "is_ad": False, "batch": "a"} | row for row in rows], schema=schema)


WINNERS = {
    "the later observation": ({"observed_at": at(9), "text": "旧"}, {"observed_at": at(10), "text": "新"}, "新"),
    "an observation with a time": ({"text": "无"}, {"observed_at": at(1), "text": "有"}, "有"),
    "of two at the same time the greater batch": (
        {"observed_at": at(9), "likes": 1, "batch": "a"},
        {"observed_at": at(9), "likes": 2, "batch": "b"},
        "文",
    ),
}


@pytest.mark.parametrize(("loser", "winner", "text"), WINNERS.values(), ids=WINNERS)
def test_of_several_sightings_of_a_post_the_winner_speaks(loser: dict, winner: dict, text: str):
    for order in permutations([loser, winner]):
        (item,) = aggregate.posts(sightings(*order), DAY)

        assert item.text == text
        assert item.likes == winner.get("likes")


def test_a_post_whose_winner_lies_on_another_day_is_not_of_this_day():
    moved = sightings({"observed_at": at(9)}, {"observed_at": at(10), "day": NEXT})

    assert aggregate.posts(moved, DAY) == []
    assert len(aggregate.posts(moved, NEXT)) == 1


@given(
    rows=st.lists(
        st.fixed_dictionaries(
            {
                "post_id": st.sampled_from("123"),
                "observed_at": st.none() | st.sampled_from([at(1), at(2)]),
                "day": st.sampled_from([DAY, NEXT]),
                "text": st.sampled_from("甲乙"),
                "batch": st.sampled_from("abc"),
            }
        ),
        min_size=1,
        max_size=6,
        unique_by=lambda row: (row["post_id"], row["batch"]),
    ),
    shuffle=st.randoms(use_true_random=False),
)
def test_the_order_of_arrival_does_not_matter_and_each_post_has_one_day(rows: list[dict], shuffle):
    counted = {day: aggregate.posts(sightings(*rows), day) for day in (DAY, NEXT)}
    shuffle.shuffle(rows)

    assert {day: aggregate.posts(sightings(*rows), day) for day in (DAY, NEXT)} == counted
    assert sum(map(len, counted.values())) == len({row["post_id"] for row in rows})


def by_the_rule(rows: list[dict], day: dt.date) -> list[str]:
    """The text of each post of a day, sorted by id: the winner rule read word for word."""
    best: dict[str, tuple] = {}
    for row in rows:
        digest = hashlib.sha256(row["text"].encode()).digest()
        rank = (row["observed_at"] or dt.datetime.min.replace(tzinfo=dt.UTC), row["day"], digest, row["batch"])
        if row["post_id"] not in best or rank > best[row["post_id"]][0]:
            best[row["post_id"]] = rank, row
    return [row["text"] for _, (_, row) in sorted(best.items()) if row["day"] == day]


@given(
    rows=st.lists(
        st.fixed_dictionaries(
            {
                "post_id": st.sampled_from("1234"),
                "observed_at": st.none() | st.sampled_from([at(1), at(2)]),
                "day": st.sampled_from([DAY, NEXT]),
                "text": st.sampled_from("甲乙丙"),
                "batch": st.sampled_from("abc"),
            }
        ),
        max_size=12,
    )
)
def test_the_rows_that_speak_are_those_of_the_rule(rows: list[dict]):
    for day in (DAY, NEXT):
        assert [item.text for item in aggregate.posts(sightings(*rows), day)] == by_the_rule(rows, day)


def test_a_board_counts_distinct_titles_and_keeps_their_sightings():
    table = entries(
        {"title": "甲", "observed_at": at(8, 5), "rank": 3, "hotness": 10},
        {"title": "甲", "observed_at": at(9, 5), "rank": 1, "hotness": 30},
        {"title": "乙", "observed_at": at(9, 5), "is_ad": True, "rank": 2, "hotness": 99},
    )

    first, second = aggregate.titles(table)
    assert (first.text, first.sightings) == ("乙", (Sighting(at(9, 5), None, None),))
    assert (second.text, second.sightings) == ("甲", (Sighting(at(8, 5), 3, 10), Sighting(at(9, 5), 1, 30)))


LEXICON = Lexicon(
    "test",
    tuple(Topic(t, t, t, (Rule(t + "词", t + "词"),), frozenset()) for t in ("ali", "wine")),
    "",
)


def findings(*topics: str, evasions: tuple[str, ...] = (), refused: tuple[str, ...] = ()) -> Findings:
    mentions = [Mention(t, t + "词", 0, 2, False, False, "accepted") for t in topics for _ in range(2)]
    mentions += [Mention(t, t + "词", 0, 2, False, False, "boundary") for t in refused]
    mentions += [Mention(t, t + "词", 0, 2, False, True, "accepted") for t in evasions]
    return Findings(mentions, frozenset(topics), frozenset(evasions))


EXAMINED = [
    Examined(Item("a", author="x", likes=3, time=at(8, 59)), findings("ali", "wine"), NONE, ["酒", "酒", "好"]),
    Examined(Item("b", author="x", is_repost=True, time=at(9, 1)), NONE, findings("ali"), ["好"]),
    Examined(Item("c", author="y", status="deleted", likes=4), findings("ali", refused=("wine",)), findings("ali"), []),
    Examined(Item("d"), findings(evasions=("wine",)), NONE, ["的"]),
]


def counted(examined: list[Examined], stop: set[str], title: bool = False) -> aggregate.Tables:
    items = [e.item for e in examined]
    rows = [{"post_id": str(n), **item._asdict(), "created_at": item.time} for n, item in enumerate(items)]
    units = Titles(items) if title else Posts.of(sightings(*rows))
    crowd = units.crowd([pa.array([e.words for e in examined], pa.list_(pa.string()))], stop)
    spoken = Spoken(LEXICON, [(as_columns([e.own for e in examined]), as_columns([e.quoted for e in examined]))])
    return aggregate.tables("set", DAY, units, crowd, spoken, LEXICON)


def as_columns(found: list[Findings]) -> Mentions:
    return Mentions.of(
        (place, ["ali", "wine"].index(topic), verdict == "accepted", evasion, uncovered)
        for place, findings in enumerate(found)
        for topic, *_, evasion, uncovered, verdict in findings.mentions
    )


@pytest.fixture(scope="module")
def tables() -> aggregate.Tables:
    return counted(EXAMINED, {"的"})


def test_the_total_row_counts_posts_originals_authors_and_words(tables):
    assert tables["day_total"] == [
        {"dataset": "set", "day": DAY, "posts": 4, "originals": 3, "authors": 2, "tokens": 5}
    ]


def test_a_topic_row_tells_own_quoted_and_disguised_apart(tables):
    ali, wine = tables["day_topic"]

    assert (ali["posts"], ali["quoted_only"], ali["evasion_only"]) == (2, 1, 0)
    assert (wine["posts"], wine["quoted_only"], wine["evasion_only"]) == (1, 0, 1)
    assert (ali["originals"], ali["authors"], ali["deleted"]) == (2, 2, 1)


def test_reactions_are_summed_where_the_source_states_them_and_null_where_it_does_not(tables):
    ali = tables["day_topic"][0]

    assert (ali["likes"], ali["reposts"]) == (7, None)


def test_every_term_has_a_row_with_its_posts_mentions_and_refusals(tables):
    rows = [(r["term"], r["posts"], r["mentions"], r["rejected_by_boundary"]) for r in tables["day_term"]]

    assert rows == [("ali词", 2, 4, 0), ("wine词", 1, 2, 1)]


def test_two_topics_in_one_post_make_a_pair(tables):
    assert [(r["topic_a"], r["topic_b"], r["posts"]) for r in tables["day_pair"]] == [("ali", "wine", 1)]


def test_hours_are_clock_hours_of_asia_shanghai_with_zeros(tables):
    rows = [(r["hour"], r["topic"], r["posts"], r["total"]) for r in tables["hour_topic"]]

    eight, nine = dt.datetime(2021, 8, 9, 8), dt.datetime(2021, 8, 9, 9)
    assert rows == [(eight, "ali", 1, 1), (eight, "wine", 1, 1), (nine, "ali", 0, 1), (nine, "wine", 0, 1)]


def words_of(n_posts: int, n_authors: int) -> list[str]:
    examined = [
        Examined(Item("a", author=f"u{i % n_authors}"), NONE, NONE, ["酒桌", "12345", "x"]) for i in range(n_posts)
    ]
    return [row["word"] for row in counted(examined, set())["day_word"]]


def test_a_word_needs_five_posts_of_five_authors_and_numbers_never_count():
    assert words_of(5, 5) == ["酒桌"]
    assert words_of(5, 4) == []
    assert words_of(4, 4) == []


BOARD = [
    Examined(Item("a", sightings=(Sighting(at(8, 5), 3, 10), Sighting(at(9, 5), 1, 30))), findings("ali"), NONE, []),
    Examined(Item("b", sightings=(Sighting(at(9, 5), None, None),)), findings("ali"), NONE, []),
]


def test_a_board_day_tells_titles_hours_best_rank_and_greatest_hotness():
    ali, wine = counted(BOARD, set(), title=True)["day_board"]

    assert (ali["titles"], ali["hours"], ali["best_rank"], ali["max_hotness"]) == (2, 2, 1, 30)
    assert (wine["titles"], wine["hours"], wine["best_rank"], wine["max_hotness"]) == (0, 0, None, None)


def test_a_board_without_times_does_not_pretend_to_know_hours():
    untimed = [Examined(Item("a", sightings=(Sighting(None, None, None),)), findings("ali"), NONE, [])]
    tables = counted(untimed, set(), title=True)

    assert [row["hours"] for row in tables["day_board"]] == [None, None]
    assert tables["hour_board"] == []


def test_each_observation_of_a_board_has_a_row_per_topic():
    rows = counted(BOARD, set(), title=True)["hour_board"]

    assert [(r["observed_at"].hour, r["topic"], r["titles"], r["best_rank"]) for r in rows] == [
        (8, "ali", 1, 3),
        (8, "wine", 0, None),
        (9, "ali", 2, 1),
        (9, "wine", 0, None),
    ]
