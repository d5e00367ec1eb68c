"""What the files promise: the same bytes twice, the plotted numbers, fonts that a publisher accepts."""

import struct

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from pipeline.figures import save, volume
from pipeline.figures.panels import plotted

WORDS = {"title": "微博热搜榜上的话题 🧧", "subtitle": "Weibo hot-search board, 样本", "unit": "titles"}


def test_the_same_inputs_give_the_same_bytes(coarse, tmp_path, summer, events):
    first = save(volume(summer, events, **WORDS), summer, tmp_path / "one" / "fig")
    second = save(volume(summer, events, **WORDS), summer, tmp_path / "two" / "fig")
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]


def test_a_saved_figure_can_be_saved_again(coarse, tmp_path, summer, events):
    figure = volume(summer, events, **WORDS)
    first = [path.read_bytes() for path in save(figure, summer, tmp_path / "fig")]
    assert first == [path.read_bytes() for path in save(figure, summer, tmp_path / "fig")]


def test_one_changed_count_changes_every_file(coarse, tmp_path, summer, events):
    other = summer.copy()
    other.loc[3, ["posts", "share"]] = [40, 0.1]
    first = save(volume(summer, events, **WORDS), summer, tmp_path / "one")
    second = save(volume(other, events, **WORDS), other, tmp_path / "two")
    assert all(a.read_bytes() != b.read_bytes() for a, b in zip(first, second, strict=True))


def test_three_files_and_no_leftovers(coarse, tmp_path, summer, events):
    paths = save(volume(summer, events, **WORDS), summer, tmp_path / "fig.v1")
    assert [path.name for path in paths] == ["fig.v1.png", "fig.v1.pdf", "fig.v1.csv"]
    assert sorted(tmp_path.iterdir()) == sorted(paths)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_csv_holds_exactly_the_plotted_numbers(coarse, language, tmp_path, summer, events):
    figure = volume(summer, events, language=language, **WORDS)
    table = pd.read_csv(save(figure, summer, tmp_path / "fig")[2], parse_dates=["day"])
    assert list(table.columns) == ["day", "posts", "total", "share", "per_10k", "lo", "hi", "status"]
    [line] = [line for line in figure.axes[0].lines if line.get_gid() == "share"]
    np.testing.assert_array_equal(line.get_ydata(), table["per_10k"])
    [bars] = figure.axes[1].containers
    assert [bar.get_height() for bar in bars] == table["posts"].dropna().tolist()
    expected = plotted(summer)
    np.testing.assert_array_equal(expected[["share", "lo", "hi"]], table[["share", "lo", "hi"]])


def test_a_gap_is_empty_in_the_csv_and_a_zero_is_a_zero(coarse, tmp_path, summer, events):
    lines = save(volume(summer, events, **WORDS), summer, tmp_path / "fig")[2].read_text("utf-8").split("\n")
    assert "2021-08-19,,,,,,,gap" in lines
    assert any(line.startswith("2021-07-20,0,400,0.0,0.0,") for line in lines)
    assert lines[-1] == ""
    assert "\r" not in "".join(lines)


def test_the_pdf_embeds_truetype_and_no_type_3(coarse, tmp_path, summer, events):
    content = save(volume(summer, events, language="zh", **WORDS), summer, tmp_path / "fig")[1].read_bytes()
    assert b"/Type3" not in content
    assert b"/CIDFontType2" in content
    assert b"/FontFile2" in content
    assert b"WenQuanYiMicroHei" in content
    assert b"LastResort" not in content
    assert b"CreationDate" not in content


def test_the_bitmap_has_300_dots_per_inch(tmp_path, summer, events):
    figure = volume(summer, events, **WORDS)
    content = save(figure, summer, tmp_path / "fig")[0].read_bytes()
    width, height = struct.unpack(">II", content[16:24])
    assert (2100, round(figure.get_figheight() * 300)) == (width, pytest.approx(height, abs=1))
    assert b"Software" not in content


def test_a_missing_glyph_is_an_error_that_names_it_and_leaves_old_files(coarse, tmp_path, summer, events):
    paths = save(volume(summer, events, **WORDS), summer, tmp_path / "fig")
    before = [path.read_bytes() for path in paths]
    spoilt = Figure()
    spoilt.text(0.5, 0.5, "ཀ and 𠮷")
    with pytest.raises(ValueError, match=r"ཀ \(U\+0F40\), 𠮷 \(U\+20BB7\)"):
        save(spoilt, summer, tmp_path / "fig")
    assert before == [path.read_bytes() for path in paths]
    assert sorted(tmp_path.iterdir()) == sorted(paths)
