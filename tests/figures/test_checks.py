"""The checks find what they look for: a fault is planted, and named."""

import pandas as pd
import pytest
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from pipeline.figures import bundle, checks
from pipeline.figures.network import apart
from pipeline.figures.venues import style
from tests.figures.cases import KINDS

PLAIN = style()


def page(**more) -> Figure:
    figure = Figure(figsize=(PLAIN.width, 3))
    figure.text(0.5, 0.5, "fine", size=9)
    figure.text(more.pop("x", 0.1), more.pop("y", 0.1), more.pop("text", "also fine"), **{"size": 9, **more})
    return figure


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        ({}, None),
        ({"size": 5}, "'also fine' is set in 5 pt, below 7"),
        ({"color": "#AAAAAA"}, "contrast of 2.3:1, below 4.5"),
        ({"x": 0.51, "y": 0.5}, "'fine' and 'also fine' overlap"),
        ({"x": 0.97}, "'also fine' is cut off at the edge of the page"),
        ({"text": "tofu ཀ"}, r"no face has a glyph for ཀ (U+0F40)"),
    ],
)
@pytest.mark.filterwarnings("ignore:Glyph")
def test_a_planted_fault_is_named(fault, sentence):
    found = checks.drawn(page(**fault), PLAIN)
    assert [sentence in one for one in found] == [True] if sentence else found == []


def test_lines_that_do_not_print_are_named():
    figure = page()
    figure.add_artist(Line2D([0, 1], [0, 1], color="#FFE000", linewidth=0.2, gid="share"))
    found = checks.drawn(figure, PLAIN)
    assert found == ["a line of share is 0.2 pt thin", "share has a contrast of 1.3:1"]


def test_a_figure_that_is_too_high_says_by_how_much():
    figure = Figure(figsize=(7, 10))
    assert "254 mm high, and ICWSM (AAAI) allows 228" in checks.drawn(figure, style("icwsm"))[0]


def test_the_contrast_is_that_of_the_published_table():
    table = {"#0072B2": 5.19, "#D55E00": 3.87, "#009E73": 3.42, "#CC79A7": 3.06, "#56B4E9": 2.31, "#F0E442": 1.32}
    assert {colour: round(checks.contrast(colour), 2) for colour in table} == table


def test_a_pdf_of_another_size_or_with_forbidden_fonts_is_named():
    embedded = style("plain")
    figure = KINDS["words"](embedded)
    content = bundle.pictures_of(figure, embedded, {"digest": "0"}, "t", 50)[".pdf"]
    height = figure.get_figheight()
    assert checks.pdf(content, embedded, height) == []
    assert "asked for" in checks.pdf(content, embedded, height + 1)[0]
    assert checks.pdf(content, style("icwsm"), height) == ["ICWSM (AAAI) accepts no CID font, and the PDF holds one"]
    assert "Type 3" in checks.pdf(content + b"/Subtype /Type3", embedded, height)[0]
    assert "does not embed" in checks.pdf(content.replace(b"/FontFile2", b"/FontNone2"), embedded, height)[0]


def test_a_bitmap_of_another_resolution_is_named():
    figure = KINDS["words"](PLAIN)
    content = bundle.pictures_of(figure, PLAIN, {"digest": "0"}, "t", 50)[".png"]
    assert checks.png(content, PLAIN, figure.get_figheight(), 50) == []
    assert len(checks.png(content, PLAIN, figure.get_figheight(), 60)) == 3


def test_words_of_a_network_are_moved_apart_or_refused():
    import numpy as np

    boxes = np.full((6, 2), 0.5)
    found = apart(np.zeros((6, 2)) + np.arange(6)[:, None] * 0.01, boxes, np.array([3.0, 2.0]))
    frame = pd.DataFrame(found)
    for a in range(6):
        others = frame.drop(index=a) - found[a]
        assert (others.abs().max(axis=1) >= 0.5 - 1e-6).all()
    with pytest.raises(ValueError, match="fewer words"):
        apart(np.zeros((6, 2)), boxes, np.array([0.9, 0.9]))
