"""Co-occurrence against the table of Jurafsky and Martin; networks read back."""

import io

import networkx as nx
import numpy as np
import pandas as pd
import pytest

from pipeline.stats.cooccurrence import counted, gexf, graphml, network, pairs, ppmi
from pipeline.stats.keyness import g2

TABLE = [[2, 8, 9, 442, 25], [0, 0, 1, 60, 19], [1670, 1683, 85, 5, 4], [3325, 3982, 378, 5, 13]]
TEXTS = [["酒局", "职场"]] * 12 + [["酒局", "职场", "天气"]] * 3 + [["天气"]] * 60 + [["酒局"]] * 5 + [[]] * 20


def test_ppmi_equals_the_table_of_jurafsky_and_martin():
    assert ppmi(TABLE).round(4).tolist() == [
        [0, 0, 0, 4.3793, 3.3045],
        [0, 0, 0, 4.1012, 5.5115],
        [0.1839, 0.0120, 0, 0, 0],
        [0.0173, 0.0944, 0.2815, 0, 0],
    ]


def test_smoothing_holds_rare_contexts_back():
    assert ppmi(TABLE, 0.75)[0, 3] < ppmi(TABLE)[0, 3]


def test_npmi_of_information_and_data_is_the_published_one():
    table = np.array(TABLE)
    both = {"joint": 3982, "n_first": table[3].sum(), "n_second": table[:, 1].sum(), "texts": table.sum()}
    found = pairs(pd.DataFrame([both])).iloc[0]

    assert round(found.npmi, 6) == 0.060613
    assert round(found.pmi, 4) == 0.0944


def test_a_word_counts_once_per_text():
    found = counted([["b", "a", "a"], ["a"], []])

    assert found.to_numpy().tolist() == [["a", "b", 1, 2, 1, 3]]


def test_words_that_are_never_apart_have_npmi_one_and_independent_ones_zero():
    together = counted([["a", "b"]] * 20 + [[]] * 20)
    apart = counted([["a", "b"], ["a"], ["b"], []] * 20)

    assert pairs(together)["npmi"].iloc[0] == pytest.approx(1)
    assert pairs(apart)["npmi"].iloc[0] == pytest.approx(0)
    assert pairs(counted([["a", "b"]] * 20))["npmi"].iloc[0] == 1


def test_g2_is_that_of_the_four_cells_of_texts():
    found = pairs(counted(TEXTS)).set_index(["first", "second"])

    assert found.loc[("职场", "酒局"), "g2"] == pytest.approx(float(g2(15, 5, 0, 80)))


def test_pairs_that_met_seldom_have_no_numbers_but_a_reason():
    found = pairs(counted(TEXTS)).set_index(["first", "second"]).loc[("天气", "职场")]

    assert np.isnan([found.pmi, found.npmi, found.g2]).all()
    assert found.note == "not enough data: 3 joint texts, and at least 10 are needed"


def test_a_network_survives_both_formats_and_is_the_same_text_twice():
    graph = network(pairs(counted(TEXTS)))
    assert sorted(graph.nodes(data="texts")) == [("职场", 15), ("酒局", 20)]

    for write, read in ((graphml, nx.read_graphml), (gexf, nx.read_gexf)):
        text = write(graph)
        back = read(io.BytesIO(text.encode()))
        assert back.edges["职场", "酒局"]["joint"] == 15
        assert back.edges["职场", "酒局"]["npmi"] == pytest.approx(graph.edges["职场", "酒局"]["npmi"])
        assert text == write(graph)
    assert "lastmodified" not in gexf(graph)
