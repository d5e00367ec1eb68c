"""Result files of the search crawler, whose columns grew over the years."""

import csv
import datetime as dt
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import datasets, sources
from pipeline.errors import InputError
from pipeline.files import locate
from pipeline.formats import Source
from pipeline.schema import SHANGHAI, Chunk

SEARCH = datasets.find("sample-weibo-search")
SAMPLES = Path(__file__).parents[2] / "sample_data" / SEARCH.slug
COLUMNS = [
    *("id", "bid", "user_id", "用户昵称", "微博正文", "头条文章url", "发布位置", "艾特用户", "话题"),
    *("转发数", "评论数", "点赞数", "发布时间", "发布工具", "微博图片url", "微博视频url", "retweet_id"),
    *("ip", "user_authentication", "会员类型", "会员等级"),
]
NEEDED = ["id", "user_id", "微博正文", "转发数", "评论数", "点赞数", "发布时间", "retweet_id"]
POST = {
    "id": "4667708956213248",
    "bid": "KsppZq4lG",
    "user_id": "9900030886",
    "用户昵称": "样例用户1065",
    "微博正文": "拒绝陪酒//@样例用户0177:破冰",
    "转发数": "1.2万",
    "评论数": "2",
    "点赞数": "",
    "发布时间": "2021-08-08 00:00",
    "retweet_id": "4660836862529402",
    "会员等级": "0",
}


def table(*posts: dict[str, str], columns: list[str] = COLUMNS) -> str:
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\r\n")
    rows.writerows([columns, *([post.get(column, "") for column in columns] for post in posts)])
    return text.getvalue()


def read(folder: Path, content: str | bytes) -> list[Chunk]:
    path = folder / "posts.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return list(sources.read(Source(locate(str(path)), SEARCH)))


def refused(folder: Path, content: str) -> list[tuple[int, str]]:
    return [(row["line"], row["reason"]) for chunk in read(folder, content) for row in chunk.rejects.to_pylist()]


@pytest.mark.parametrize("bom", ["", "\ufeff"], ids=["plain", "bom"])
@pytest.mark.parametrize(
    "columns", [COLUMNS[:17], COLUMNS[:18], COLUMNS[:19], COLUMNS, COLUMNS[::-1], NEEDED], ids=lambda names: len(names)
)
def test_every_generation_of_columns_is_read_by_name(tmp_path: Path, columns: list[str], bom: str):
    (chunk,) = read(tmp_path, bom + table(POST, columns=columns))
    assert chunk.rejects.num_rows == 0
    assert chunk.entries.to_pylist() == [
        {
            "post_id": "4667708956213248",
            "day": dt.date(2021, 8, 8),
            "created_at": dt.datetime(2021, 8, 8, tzinfo=SHANGHAI),
            "observed_at": None,
            "author": "9900030886",
            "text": "拒绝陪酒//@样例用户0177:破冰",
            "quoted": None,
            "is_repost": True,
            "truncated": False,
            "status": "visible",
            "reposts": 12_000,
            "comments": 2,
            "likes": None,
        }
    ]


@pytest.mark.parametrize("path", sorted(SAMPLES.glob("*.csv")), ids=lambda path: path.stem)
def test_a_sample_of_each_generation_is_read_whole(path: Path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    chunks = list(sources.read(Source(locate(str(path)), SEARCH)))
    assert sum(chunk.rejects.num_rows for chunk in chunks) == 0
    assert [id_ for chunk in chunks for id_ in chunk.entries["post_id"].to_pylist()] == [row["id"] for row in rows]


def test_text_of_several_lines_stays_in_one_post_and_later_lines_are_numbered_rightly(tmp_path: Path):
    content = table(POST | {"微博正文": '第一行\n第二行, "引号"\n\n第四行'}) + "too,short\r\n"
    (chunk,) = read(tmp_path, content)
    assert chunk.entries["text"].to_pylist() == ['第一行\n第二行, "引号"\n\n第四行']
    assert [(row["line"], row["reason"]) for row in chunk.rejects.to_pylist()] == [(6, "columns")]


@pytest.mark.parametrize("columns", [COLUMNS[:18], COLUMNS[:19], COLUMNS], ids=len)
def test_longer_rows_below_an_old_header_are_read_as_their_first_columns_say(tmp_path: Path, columns: list[str]):
    continued = table(POST, columns=COLUMNS[:17]) + table(POST, POST, columns=columns).partition("\r\n")[2]
    (chunk,) = read(tmp_path, continued)
    assert chunk.rejects.num_rows == 0
    assert chunk.entries.to_pylist() == chunk.entries.to_pylist()[:1] * 3


def test_rows_of_other_lengths_are_refused_with_their_lines(tmp_path: Path):
    cells = [POST.get(column, "") for column in COLUMNS]
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows([[*cells, "x"], cells[:16], cells[:3]])
    continued = table(POST, columns=COLUMNS[:17]) + text.getvalue()
    assert refused(tmp_path, continued) == [(3, "columns"), (4, "columns"), (5, "columns")]


@pytest.mark.parametrize("bom", ["", "\ufeff"], ids=["plain", "bom"])
def test_a_header_that_stands_again_in_the_middle_is_no_row(tmp_path: Path, bom: str):
    (chunk,) = read(tmp_path, table(POST, columns=COLUMNS[:17]) + bom + table(POST))
    assert (chunk.entries.num_rows, chunk.rejects.num_rows) == (2, 0)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"微博正文": ""}, "no_text"),
        ({"微博正文": "\ufeff \u3000"}, "no_text"),
        ({"id": "K1", "发布时间": ""}, "no_time"),
        ({"id": "K1", "发布时间": "今天 08:10"}, "no_observation"),
        ({"id": "K1", "发布时间": "##########"}, "bad_time"),
        ({"发布时间": "2021-09-08 00:00"}, "time_conflict"),
        ({"id": ""}, "no_id"),
        ({"id": " ", "微博正文": ""}, "no_id"),
    ],
)
def test_a_row_without_what_a_post_needs_is_refused(tmp_path: Path, change: dict[str, str], reason: str):
    assert refused(tmp_path, table(POST, POST | change, POST)) == [(3, reason)]


@pytest.mark.parametrize("time", ["", "今天 08:10", "08-08 00:00", "##########"])
def test_an_id_gives_the_time_that_a_row_does_not_state(tmp_path: Path, time: str):
    (chunk,) = read(tmp_path, table(POST | {"发布时间": time}))
    assert chunk.entries["created_at"].to_pylist() == [dt.datetime(2021, 8, 8, tzinfo=SHANGHAI)]


def test_a_file_in_gb18030_gives_the_rows_of_one_in_utf_8(tmp_path: Path):
    first, second = (read(tmp_path, table(POST).encode(name)) for name in ("gb18030", "utf-8"))
    assert first == second


def test_blank_lines_are_no_rows_and_a_header_alone_gives_no_chunk(tmp_path: Path):
    (chunk,) = read(tmp_path, table(POST) + "\r\n\r\n")
    assert (chunk.entries.num_rows, chunk.rejects.num_rows) == (1, 0)
    assert read(tmp_path, table()) == []


@pytest.mark.parametrize("column", NEEDED)
def test_a_header_that_lacks_a_column_is_an_input_error_that_names_it(tmp_path: Path, column: str):
    with pytest.raises(InputError, match=rf"posts\.csv:1: .* its header lacks {column}; .* the reader 'mapped'\.$"):
        read(tmp_path, table(POST, columns=[name for name in COLUMNS if name != column]))


@pytest.mark.parametrize(
    ("line", "reason"),
    [('"open,', "quotes"), ('"a"b', "quotes"), ("a" * (2**20 + 1), "long_cell"), ("1,2", "columns")],
    ids=["open quote", "stray quote", "huge cell", "short row"],
)
def test_a_line_that_cannot_be_read_is_a_reject(tmp_path: Path, line: str, reason: str):
    chunks = read(tmp_path, table(POST) + line)

    assert sum(chunk.entries.num_rows for chunk in chunks) == 1
    assert [(row["line"], row["reason"]) for chunk in chunks for row in chunk.rejects.to_pylist()] == [(3, reason)]


def test_an_empty_file_is_an_input_error(tmp_path: Path):
    with pytest.raises(InputError, match=r"posts\.csv: the file is empty; it has not even a header\.$"):
        read(tmp_path, "")


FIRST_GENERATION = [name for name in COLUMNS[:17] if name != "头条文章url"]


def test_under_the_header_of_the_first_version_rows_of_later_ones_are_shifted_back(tmp_path: Path):
    later = table(POST, columns=COLUMNS[:17]).split("\n", 1)[1]
    grown = table(POST).split("\n", 1)[1]

    chunks = read(tmp_path, table(POST, columns=FIRST_GENERATION) + later + grown)
    rows = [row for chunk in chunks for row in chunk.entries.to_pylist()]

    assert len(rows) == 3
    assert rows[0] == rows[1] == rows[2]


def test_the_row_of_an_original_may_end_before_the_id_of_a_repost(tmp_path: Path):
    whole = table(POST, columns=FIRST_GENERATION)
    short = whole.rstrip("\r\n").rsplit(",", 1)[0]

    (chunk,) = read(tmp_path, short + "\r\n")

    assert chunk.entries.to_pylist()[0]["is_repost"] is False


@given(st.lists(st.lists(st.sampled_from(["", "12", "破冰", "2021-08-08", "a\nb", '"', ","]), min_size=1, max_size=9)))
def test_no_row_is_lost_uncounted(tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]]):
    text = io.StringIO()
    csv.writer(text).writerows([NEEDED, *rows])
    chunks = read(tmp_path_factory.mktemp("search"), text.getvalue())
    assert sum(chunk.entries.num_rows + chunk.rejects.num_rows for chunk in chunks) == len(rows)
