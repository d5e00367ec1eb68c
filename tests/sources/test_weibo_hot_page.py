"""Weibo's boards as pages and as answers of the mobile site, and the login page in their place."""

from pathlib import Path

import pytest

from pipeline import datasets, sources
from pipeline.errors import InputError, Unobserved
from pipeline.files import found
from pipeline.formats import Source
from tests.sources.hot_list_cases import file, understood

MODULE, SLUG = "weibo_hot_page", "weibo-hot-hub"


def source(path: Path, content: str, reader: str | None = None) -> Source:
    path.write_text(content, encoding="utf-8")
    return Source(next(found(path)), datasets.find(SLUG).model_copy(update={"reader": reader}))


@pytest.mark.parametrize("name", ["hot-search-2021-09-24.html", "hot-search-2025-09-15.json"])
@pytest.mark.parametrize("reader", [None, "weibo_hot_page", "weibo_login_page"])
def test_a_login_page_is_a_defect_that_names_the_file_whatever_reader_is_asked(name: str, reader: str | None):
    of = Source(file(MODULE, name), datasets.find(SLUG).model_copy(update={"reader": reader}))
    with pytest.raises(
        Unobserved, match=rf"{name}: the archive stored a login page \(Sina Visitor System\) instead of"
    ):
        list(sources.read(of))


def test_an_answer_that_refuses_without_data_is_a_defect_too(tmp_path: Path):
    of = source(tmp_path / "hot-topic-2024-05-14.json", '{"ok": 0, "msg": ""}', "weibo_hot_mobile")
    with pytest.raises(Unobserved, match="the site refused"):
        list(sources.read(of))


def test_an_answer_without_cards_is_an_input_error_and_one_with_empty_cards_has_no_rows(tmp_path: Path):
    path = tmp_path / "hot-search-2024-05-14.json"
    with pytest.raises(InputError, match="data with cards; fetch it again"):
        list(sources.read(source(path, '{"ok": 1, "data": []}', "weibo_hot_mobile")))
    assert list(sources.read(source(path, '{"ok": 1, "data": {"cards": []}}', "weibo_hot_mobile"))) == []


def test_a_page_without_a_list_is_an_input_error(tmp_path: Path):
    path = tmp_path / "hot-search-2021-08-09.html"
    with pytest.raises(InputError, match=r"2021-08-09\.html: there is no list of a Weibo board in this page"):
        list(sources.read(source(path, '<html><div class="wrap hotrank"></div></html>')))


def test_a_login_page_under_a_posts_dataset_is_told_by_its_name():
    posts = Source(file(MODULE, "hot-search-2021-09-24.html"), datasets.find("sample-weibo-search"))
    unread = Source(posts.file, posts.dataset.model_copy(update={"reader": None}))
    with pytest.raises(InputError, match="the archive stored a login page"):
        list(sources.read(unread))


@pytest.mark.parametrize(
    ("name", "rows", "aside"),
    [
        ("hot-search-2021-08-09.html", 52, 2),
        ("hot-topic-2021-08-09.html", 50, 0),
        ("hot-search-2024-05-14.json", 52, 2),
    ],
)
def test_a_real_board_has_fifty_ranks_beside_what_is_pinned_or_sold(
    shared_data: Path, name: str, rows: int, aside: int
):
    told = understood(next(found(shared_data / "weibo-board-hourly" / "raw" / name)), SLUG)
    assert (rows, []) == (len(told["rows"]), told["rejects"])
    assert list(range(1, 51)) == [row["rank"] for row in told["rows"] if "rank" in row]
    assert aside == sum("is_ad" in row for row in told["rows"])


def test_a_real_page_and_the_hourly_table_agree_on_its_last_scrape(shared_data: Path):
    folder = shared_data / "weibo-board-hourly"
    page = understood(next(found(folder / "raw" / "hot-search-2021-08-09.html")), SLUG)["rows"]
    (of,) = (of for of in found(folder) if of.suffix == ".csv")
    table = [row for row in understood(of, "weibo-board-hourly")["rows"] if row["day"] == "2021-08-09"]
    last = max(row["observed_at"] for row in table)
    assert page == [
        {field: cell for field, cell in row.items() if field != "observed_at"}
        for row in table
        if row["observed_at"] == last
    ]


@pytest.mark.parametrize(
    "name", ["hot-search-2021-09-24.html", "hot-search-2025-09-15.json", "hot-topic-2024-05-14.json"]
)
def test_a_real_file_without_data_is_a_defect_and_no_day_without_topics(shared_data: Path, name: str):
    assert "unobserved" in understood(next(found(shared_data / "weibo-board-hourly" / "raw" / name)), SLUG)
