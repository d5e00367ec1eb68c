"""How long something stood on a list: times are those of observations."""

import pandas as pd

from pipeline.stats.standing import COLUMNS, standing


def board(*ranks: float | None, start: str = "2021-08-07 22:00") -> pd.DataFrame:
    times = pd.date_range(start, periods=len(ranks), freq="h", unit="s")
    return pd.DataFrame({"observed_at": times, "best_rank": pd.array(ranks, "Int64")})


def test_first_last_and_runs_are_counted_in_observations():
    found = standing(board(None, 3, 1, 1, None, 1)).set_index("what")

    assert found["observations"].tolist() == [4, 4, 3]
    assert found["longest"].tolist() == [3, 3, 2]
    assert str(found.loc["rank 1", "first"]) == "2021-08-08 00:00:00"
    assert str(found.loc["rank 1", "before"]) == "2021-08-07 23:00:00"
    assert str(found.loc["rank 1", "last"]) == "2021-08-08 03:00:00"


def test_hours_of_the_night_are_told_apart():
    found = standing(board(*[1] * 12), (1,)).iloc[0]  # 22:00 to 09:00

    assert (found["observations"], found["by_day"]) == (12, 5)


def test_what_was_there_from_the_first_observation_on_has_nothing_before_it():
    assert pd.isna(standing(board(1, 1), (1,)).iloc[0]["before"])


def test_the_order_of_rows_does_not_matter():
    mixed = board(None, 2, 1, None, 1)

    pd.testing.assert_frame_equal(standing(mixed), standing(mixed.iloc[::-1]))


def test_never_there_and_no_clock_times_are_different_reasons():
    never, timeless = standing(board(None, 30), (1,)), standing(board(), (1,))

    assert never["note"].tolist() == ["not enough data: it was never seen there"]
    assert timeless["note"].tolist() == ["not enough data: the archive has no observations with a time"]
    assert list(never) == COLUMNS
