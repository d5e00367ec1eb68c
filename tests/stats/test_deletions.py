"""Deletion rates against published baselines."""

import numpy as np
import pandas as pd
import pytest

from pipeline.stats.deletions import against, rates

COLUMNS = ["topic", "checked", "deleted", "permission_denied"]
BASELINES = pd.DataFrame(
    [("bamman", 1_308_430, 212_583, 0), ("weiboscope", 226_841_122, 10_865_955, 86_083)], columns=COLUMNS
)


def test_rates_are_those_of_bamman_2012_and_weiboscope_2012():
    found = rates(BASELINES).set_index(["topic", "kind"])["rate"]

    assert round(found["bamman", "deleted"], 6) == 0.162472
    assert round(found["weiboscope", "deleted"], 6) == 0.047901
    assert round(found["weiboscope", "permission_denied"], 8) == 0.00037949


def test_what_was_not_looked_for_has_no_rate_but_a_reason():
    found = rates(pd.DataFrame([("a", 0, 0, 0)], columns=COLUMNS))

    assert found[["rate", "lo", "hi"]].isna().all(axis=None)
    assert set(found["note"]) == {"not enough data: no post was looked for again"}


def test_a_topic_is_read_beside_one_that_is_not_sensitive():
    checked = pd.DataFrame([("case", 200, 40, 5), ("weather", 400, 20, 0), ("none", 100, 0, 0)], columns=COLUMNS)
    found = against(checked, "weather")

    assert found["topic"].tolist() == ["case", "none"]
    assert found["ratio"].tolist() == pytest.approx([4, 0])
    assert found["lo"].iloc[0] > 2
    assert found["note"].tolist() == ["", "no post here: only the upper limit says anything"]
    denied = against(checked, "weather", kind="permission_denied")
    assert denied["ratio"].iloc[0] == np.inf
    assert denied["note"].iloc[0] == "no post in the control: only the lower limit says anything"
