"""What a reader of the figure relies on: gaps stay gaps, labels stay apart, every glyph is there."""

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from pipeline.figures import fonts, volume
from pipeline.figures.events import spread
from pipeline.figures.panels import plotted

NONE = pd.DataFrame({"day": pd.to_datetime([]), "kind": [], "label_en": [], "label_zh": [], "confidence": []})


def draw(series, events, **more) -> Figure:
    return volume(series, events, **{"title": "A topic on the board", "unit": "titles", **more})


def texts(figure: Figure) -> list[Text]:
    figure.draw_without_rendering()
    return [text for text in figure.findobj(Text) if text.get_text() and text.get_visible()]


def boxes(figure: Figure) -> list[tuple[str, Bbox]]:
    return [(text.get_text(), text.get_window_extent()) for text in texts(figure)]


def found(figure: Figure, gid: str) -> list:
    return figure.findobj(lambda artist: artist.get_gid() == gid)


def written(figure: Figure, gid: str) -> list[str]:
    return [text.get_text() for text in found(figure, gid)]


def overlapping(figure: Figure) -> list[tuple[str, str]]:
    return [
        (one, other)
        for (one, a), (other, b) in combinations(boxes(figure), 2)
        if min(a.x1, b.x1) - max(a.x0, b.x0) > 0.5 and min(a.y1, b.y1) - max(a.y0, b.y0) > 0.5
    ]


def outside(figure: Figure) -> list[str]:
    page = figure.bbox
    return [
        text
        for text, box in boxes(figure)
        if box.x0 < page.x0 or box.y0 < page.y0 or box.x1 > page.x1 or box.y1 > page.y1
    ]


CASES = {
    "summer": ("2021-07-20", "2021-09-05", ["2021-08-19", "2021-08-20"], 400),
    "one week": ("2021-08-05", "2021-08-11", [], 400),
    "one day": ("2021-08-08", "2021-08-08", [], 400),
    "nine months": ("2021-05-01", "2022-01-31", pd.date_range("2021-09-24", "2021-10-27"), 400),
    "four years": ("2019-01-01", "2022-12-31", [], 400),
    "large numbers": ("2021-07-20", "2021-09-05", [], 98_765_432),
    "nothing but gaps": ("2021-08-01", "2021-08-10", pd.date_range("2021-08-01", "2021-08-10"), 400),
}


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("case", CASES)
def test_texts_neither_overlap_nor_leave_the_figure(case, language, make_series, events):
    """On the screen, with the hinting of matplotlib's defaults, and in print, as `save` draws."""
    title = "一个有中文、English and 数字 807 的标题，长到一行放不下，所以必须折成两行才能完整显示，不许碰到图例"
    figure = draw(make_series(*CASES[case]), events, title=title, subtitle="说明 note " * 20, language=language)
    assert overlapping(figure) == []
    assert outside(figure) == []


def test_events_on_thirty_days_make_two_columns_and_a_taller_figure(summer, events):
    many = pd.concat([events[:14].assign(day=events["day"][:14] + pd.Timedelta(days=n)) for n in range(3)])
    figure = draw(summer, many)
    lefts = {round(text.get_position()[0], 3) for text in found(figure, "key") if text.get_text()[0].isdigit()}
    assert figure.get_figheight() > draw(summer, events[:3]).get_figheight() + 2
    assert max(lefts) > 3.5
    assert overlapping(figure) == []
    assert outside(figure) == []


def test_no_text_is_smaller_than_eight_points(summer, events):
    assert min(text.get_size() for text in texts(draw(summer, events, subtitle="note"))) >= 8


def test_the_line_breaks_at_gaps_and_does_not_touch_zero(summer, events):
    figure = draw(summer, events)
    [line] = found(figure, "share")
    gaps = summer["status"].eq("gap").to_numpy()
    np.testing.assert_array_equal(gaps, np.isnan(line.get_ydata()))
    np.testing.assert_allclose(summer["share"][~gaps] * 10_000, line.get_ydata()[~gaps])


def test_each_run_of_gap_days_is_hatched_in_both_panels(summer, events):
    figure = draw(summer, events)
    for axes in figure.axes:
        spans = [patch for patch in axes.patches if patch.get_gid() == "gap" and isinstance(patch, Rectangle)]
        assert [span.get_width() for span in spans] == [2, 1, 1]
        assert all(span.get_hatch() for span in spans)


def test_a_counted_day_between_two_gaps_has_a_dot(summer, events):
    [dot] = found(draw(summer, events), "lone-day")
    assert dot.get_ydata()[0] == summer["share"][39] * 10_000


def test_gap_days_have_no_bar(summer, events):
    [bars] = draw(summer, events).axes[1].containers
    assert len(summer) - 4 == len(bars)


def test_both_panels_share_their_days_and_start_at_zero(summer, events):
    tall, short = draw(summer, events).axes
    assert tall.get_xlim() == short.get_xlim()
    assert tall.get_ylim()[0] == short.get_ylim()[0] == 0
    assert tall.get_position().height > 2 * short.get_position().height


def test_axes_name_unit_and_zone(summer):
    english, chinese = draw(summer, NONE), draw(summer, NONE, unit="posts", language="zh")
    assert "titles per 10,000 titles on the board" in " ".join(written(english, "axis-name"))
    assert "每 10,000 条帖子中的条数" in "".join(written(chinese, "axis-name"))
    assert "Day (Asia/Shanghai)" in written(english, "axis-name")
    assert "日期（时区 Asia/Shanghai）" in written(chinese, "axis-name")


def test_events_of_one_day_share_a_number_and_are_lettered(summer, events):
    figure = draw(summer, events)
    numbers = written(figure, "event-number")
    assert numbers == ["1", "(2)", "3", "4", "5", "6", "7", "8", "9", "10"]
    key = written(figure, "key")
    assert {"a", "b", "(c)"} <= set(key[key.index("5") :])


def test_a_confounder_is_grey_and_in_brackets(summer, events):
    colours = {text.get_text(): to_hex(text.get_color()) for text in found(draw(summer, events), "event-number")}
    assert colours["(2)"] == "#6b6b6b"
    assert colours["1"] == "#000000"


def test_a_disputed_day_says_so(summer, events):
    assert "[date\u00a0disputed]" in " ".join(written(draw(summer, events), "key"))


def test_events_outside_the_series_are_left_out(summer, events):
    assert "Sentence" not in " ".join(written(draw(summer, events), "key"))


def test_without_events_there_is_no_key(summer):
    figure = draw(summer, NONE)
    assert found(figure, "key") == found(figure, "key-heading") == found(figure, "event-number") == []


def test_crowded_days_share_one_label(make_series, events):
    assert "–" in " ".join(written(draw(make_series("2019-01-01", "2022-12-31"), events), "event-number"))


def test_spread_labels_stay_apart_and_in_bounds():
    centres = spread([1.0, 1.0, 1.1, 5.9], [0.2, 0.4, 0.2, 0.2], 0.0, 6.0)
    assert (np.diff(centres) >= [0.3, 0.3, 0.2]).all()
    assert centres[-1] == pytest.approx(5.9)


def test_the_legend_names_only_what_is_drawn(summer, make_series):
    def legend(series):
        return {text.get_text() for text in draw(series, NONE).legends[0].get_texts()}

    assert {"daily share", "95 % Wilson interval", "daily count", "no data", "weekend"} == legend(summer)
    assert "no data" not in legend(make_series("2021-07-20", "2021-07-31"))
    gaps = pd.date_range("2021-07-20", "2021-07-31")
    assert {"no data", "weekend"} == legend(make_series("2021-07-20", "2021-07-31", gaps))


def test_dollar_signs_are_text_and_not_formulas(summer):
    assert written(draw(summer, NONE, title="$5 and $6_x"), "title") == ["$5 and $6_x"]


def test_emoji_become_a_square_and_invisible_signs_go():
    assert fonts.readable("热\u200b搜 🧧\ufe0f\n第一 👩\u200d💻") == "热搜 □ 第一 □□"


@pytest.mark.parametrize("words", [{"title": "ཀ"}, {"title": "ok", "subtitle": "𠮷"}])
def test_a_letter_without_glyph_is_refused_by_name(words, summer):
    sign = words.get("subtitle", words["title"])
    with pytest.raises(ValueError, match=f"{sign}.*U\\+{ord(sign):04X}"):
        draw(summer, NONE, **words)


def test_wrapped_lines_fit_and_lose_nothing():
    text = "中文没有空格，所以随处可断；English words break at spaces. " * 3
    lines = fonts.wrap(text, 1.5)
    assert text.replace(" ", "") == "".join(lines).replace(" ", "")
    assert max(map(fonts.width, lines)) <= 1.5
    assert not any(line[0] in "，；。" for line in lines)


def test_a_missing_font_package_is_named():
    with pytest.raises(FileNotFoundError, match="no-such-package"):
        fonts.chinese_face("no-such-package")


def test_the_reader_of_a_notebook_keeps_the_own_settings(summer):
    import matplotlib

    with matplotlib.rc_context({"font.size": 20, "axes.grid": True}):
        figure = draw(summer, NONE)
        assert matplotlib.rcParams["font.size"] == 20
    assert max(text.get_size() for text in texts(figure)) == 11


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda table: table.drop(index=3), "every calendar day"),
        (lambda table: table.iloc[::-1], "every calendar day"),
        (lambda table: table.drop(columns="lo"), "lo"),
        (lambda table: table.iloc[:0], "needs days"),
        (lambda table: table.assign(status="partial"), "status"),
        (lambda table: table.assign(day=table["day"].dt.tz_localize("UTC")), "without a zone"),
    ],
)
def test_a_malformed_series_is_refused(spoil, message, summer):
    with pytest.raises(ValueError, match=message):
        plotted(spoil(summer))


def test_a_gap_has_no_number_even_when_the_series_gives_one(summer):
    table = plotted(summer.assign(posts=7, share=0.5, lo=0.4, hi=0.6, total=14))
    gaps = table[table["status"] == "gap"].drop(columns=["day", "status"])
    assert gaps.isna().to_numpy().all()
