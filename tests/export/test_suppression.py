"""What is shown must tell of nobody: random small worlds, in which everything that subtraction gives is looked at."""

from itertools import combinations

import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipeline.export import suppression

TOPICS = ("case", "drinking", "firm")
POST = st.tuples(st.integers(0, 14), st.frozensets(st.sampled_from(TOPICS)))
DAY = st.lists(POST, max_size=40)
WORLD = st.lists(DAY, min_size=1, max_size=4)


def counted(world: list) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """The tables of a world, as the store has them."""
    total, topics, pairs = [], [], []
    for day, posts in enumerate(world):
        total.append((day, len(posts), len({author for author, _ in posts})))
        for topic in TOPICS:
            own = [author for author, on in posts if topic in on]
            topics.append((day, topic, len(own), len(set(own))))
        for a, b in combinations(TOPICS, 2):
            both = sum({a, b} <= on for _, on in posts)
            pairs += [(day, a, b, both)] * (both > 0)
    return (
        pd.DataFrame(total, columns=["day", "posts", "authors"]),
        pd.DataFrame(topics, columns=["day", "topic", "posts", "authors"]),
        pd.DataFrame(pairs, columns=["day", "topic_a", "topic_b", "posts"]).astype({"day": int, "posts": int}),
    )


def withheld(world: list, least: int) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    total, topics, pairs = counted(world)
    total["withheld"] = suppression.totals(total, least)
    topics["withheld"] = suppression.topics(topics, total, least)
    pairs["withheld"] = suppression.pairs(pairs, topics, least)
    return total, topics, pairs


def shown(total: pd.DataFrame, topics: pd.DataFrame, pairs: pd.DataFrame) -> dict:
    """Every number that a reader has: by what it counts; and the sums over days."""
    cells = {("day", row.day): row.posts for row in total[~total["withheld"]].itertuples()}
    cells |= {(row.topic, row.day): row.posts for row in topics[~topics["withheld"]].itertuples()}
    cells |= {(row.topic_a, row.topic_b, row.day): row.posts for row in pairs[~pairs["withheld"]].itertuples()}
    for frame, keys in ((total.assign(what="day"), ["what"]), (topics, ["topic"]), (pairs, ["topic_a", "topic_b"])):
        for row in suppression.summed(frame, keys).to_dict("records"):
            if not row["withheld"]:
                cells[*(row[key] for key in keys), "all"] = row["posts"]
    return cells


def telling(world: list, cells: dict) -> list[tuple[str, int]]:
    """The authors behind every number that is shown, and behind every difference of two that lie in one another."""
    found = []
    for day, posts in enumerate(world):
        if ("day", day) in cells:
            found.append((f"total of {day}", len({a for a, _ in posts})))
        for topic in TOPICS:
            if (topic, day) not in cells:
                continue
            own = {a for a, on in posts if topic in on}
            found.append((f"{topic} on {day}", len(own)))
            if ("day", day) in cells:
                found.append((f"not {topic} on {day}", len({a for a, on in posts if topic not in on})))
            for other in TOPICS:
                pair = (*sorted((topic, other)), day)
                absent = not any({topic, other} <= on for _, on in posts)
                if other != topic and (pair in cells or absent):
                    found.append(
                        (f"{topic} net of {other}", len({a for a, on in posts if topic in on and other not in on}))
                    )
                    found.append((f"{topic} with {other}", len({a for a, on in posts if {topic, other} <= on})))
    return found


@settings(max_examples=25, deadline=None)
@given(world=WORLD, least=st.sampled_from([2, 3, 5]))
@example(world=[[(a, frozenset({"case"} if a < 4 else {"firm"})) for a in range(12)]], least=5)
def test_no_number_and_no_difference_tells_of_fewer_authors_than_the_least(world, least):
    few = [(what, n) for what, n in telling(world, shown(*withheld(world, least))) if 0 < n < least]

    assert few == []


def recovered(tables: tuple, cells: dict) -> list:
    """What a reader who knows the rules finds out: withheld cells whose bounds leave one value.

    Bounds: at least 1, as zeros are shown; at most the day's total; the sum over days, where it is shown; and of two
    topics together what both leave room for.
    """
    total, topics, pairs = tables
    whole = {row.day: cells.get(("day", row.day)) for row in total.itertuples()}
    columns: dict = {}
    for row in total.itertuples():
        columns.setdefault(("day",), {})[row.day] = (bool(row.withheld), row.posts, None)
    for row in topics.itertuples():
        columns.setdefault((row.topic,), {})[row.day] = (bool(row.withheld), row.posts, whole[row.day])
    for row in pairs.itertuples():
        a, b = (cells.get((topic, row.day)) for topic in (row.topic_a, row.topic_b))
        most = min([n for n in (a, b, whole[row.day]) if n is not None], default=None)
        columns.setdefault((row.topic_a, row.topic_b), {})[row.day] = (bool(row.withheld), row.posts, most)
    found = []
    for what, days in columns.items():
        hidden = {day: most for day, (withheld, _, most) in days.items() if withheld}
        left = cells.get((*what, "all"))
        if left is not None:
            left -= sum(posts for withheld, posts, _ in days.values() if not withheld)
        for day, most in hidden.items():
            others = [m for d, m in hidden.items() if d != day]
            upper = [n for n in (most, None if left is None else left - len(others)) if n is not None]
            lower = [1] + ([left - sum(others)] if left is not None and None not in others else [])
            if upper and min(upper) <= max(lower):
                found.append((what, day))
    return found


@settings(max_examples=25, deadline=None)
@given(world=WORLD, least=st.sampled_from([2, 3, 5, 10]))
def test_no_withheld_cell_can_be_had_back_from_the_sums_and_the_other_cells(world, least):
    tables = withheld(world, least)

    assert recovered(tables, shown(*tables)) == []


def test_the_search_for_recoverable_cells_finds_one_when_a_sum_is_left_standing():
    """The negative control: with sums over days shown in spite of withheld days the search succeeds."""
    world = [
        [(a, frozenset({"case"} if a < 3 else ())) for a in range(15)],
        [(a, frozenset({"case"})) for a in range(12)],
    ]
    tables = withheld(world, 5)
    cells = shown(*tables)
    assert ("case", "all") not in cells
    assert recovered(tables, cells | {("case", "all"): 15}) == [(("case",), 0)]


def test_total_case_and_net_of_case_of_a_day_with_four_authors_leave_at_most_one():
    world = [[(a, frozenset({"case", "drinking"} if a < 4 else {"drinking"})) for a in range(30)]]
    total, topics, pairs = withheld(world, 5)
    hidden = topics.set_index("topic")["withheld"]

    assert not total["withheld"].any()
    assert hidden[["case", "drinking", "firm"]].tolist() == [True, False, False]
    assert pairs["withheld"].all()  # drinking net of the case would give the case


def test_a_topic_that_leaves_few_others_is_withheld_and_a_zero_is_shown():
    world = [[(a, frozenset({"case"} if a < 28 else ())) for a in range(30)]]
    _, topics, _ = withheld(world, 5)

    assert topics["withheld"].tolist() == [True, False, False]


def test_one_who_wrote_often_is_not_many():
    world = [[(0, frozenset({"case", "firm"}))] * 20 + [(a, frozenset({"case"})) for a in range(1, 15)]]
    _, topics, pairs = withheld(world, 5)

    assert topics.set_index("topic")["withheld"].to_dict() == {"case": False, "drinking": False, "firm": True}
    assert pairs["withheld"].tolist() == [True]


@pytest.mark.parametrize(
    ("posts", "authors", "least", "hidden"), [(12, 40, 10, False), (12, 30, 10, True), (12, 30, 5, False)]
)
def test_a_word_is_kept_where_enough_authors_must_have_used_it(posts, authors, least, hidden):
    days = pd.DataFrame({"day": [0], "posts": [42], "authors": [authors], "withheld": [False]})
    found = pd.DataFrame({"day": [0], "posts": [posts]})

    assert suppression.words(found, days, least).tolist() == [hidden]
