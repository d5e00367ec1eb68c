"""Exports of WeChat articles: golden files and what they hold."""

import json
from pathlib import Path

import pytest

from pipeline import datasets, sources
from pipeline.files import File
from pipeline.formats import Source
from pipeline.schema import POST, Reject, chunked
from pipeline.shapes import look
from pipeline.sources.wechat import FORMATS

CASES = Path(__file__).parents[1] / "cases" / "sources"
EXPECTED = json.loads((CASES / "wechat" / "expected.json").read_text(encoding="utf-8"))
POSTS = datasets.find("sample-posts")


def source(path: Path) -> Source:
    return Source(File(path, path.name), POSTS)


def read(path: Path) -> dict[str, object]:
    """The format that a file is recognised as, its rows without what is empty, and its rejects."""
    (found, *_) = sources.recognise(look(File(path, path.name)))
    kept, refused = [], []
    for row in found.rows(source(path)):
        if isinstance(row, Reject):
            refused.append([row.line, row.reason])
        else:
            kept.append(
                {
                    name: value
                    for name, value in row.items()
                    if value is not None and value is not False and value != "visible"
                }
            )
    return json.loads(json.dumps({"format": found.name, "rows": kept, "rejects": refused}, default=str))


@pytest.mark.parametrize("name", EXPECTED)
def test_a_golden_file_is_recognised_and_gives_its_rows_and_rejects(name: str):
    assert EXPECTED[name] == read(CASES / "wechat" / name)


@pytest.mark.parametrize("name", EXPECTED)
def test_the_rows_fit_the_schema(name: str):
    (found, *_) = sources.recognise(look(File(CASES / "wechat" / name, name)))
    for chunk in chunked(found.rows(source(CASES / "wechat" / name)), POST):
        chunk.entries.validate(full=True)


def test_every_golden_file_has_its_expectation():
    assert set(EXPECTED) == {path.name for path in (CASES / "wechat").iterdir()} - {"expected.json"}


def test_every_format_has_a_golden_file():
    assert {found.name for found in FORMATS} == {expected["format"] for expected in EXPECTED.values()}


def test_the_golden_files_of_other_formats_are_not_taken():
    own = {found.name for found in FORMATS}
    for path in (path for path in CASES.glob("*/*") if path.parent.name != "wechat" and path.is_file()):
        first = [found.name for found in sources.recognise(look(File(path, path.name)))][:1]
        assert not own.intersection(first), path


@pytest.mark.parametrize(
    ("html", "shown"),
    [
        ("<section><p>公司里的阿</p><p>里</p></section>", "公司里的阿\n里"),
        ("<script>var 阿里 = 1</script><style>p{}</style><!-- 破冰 -->正文", "正文"),
        ("<p>一<br/>二</p>\n\n<p></p>\n<p>三</p>", "一\n二\n三"),
        ("<strong>劝</strong>酒 &amp; 5 &lt; 6", "劝酒 & 5 < 6"),
        ("没有标签 1 < 2 > 0 & 3", "没有标签 1 < 2 > 0 & 3"),
    ],
)
def test_content_loses_its_tags_and_no_word_spans_two_blocks(tmp_path: Path, html: str, shown: str):
    path = tmp_path / "articles.jsonl"
    record = {"title": "标题", "content": html, "publish_time": 1628352000, "link": "https://mp.weixin.qq.com/s/x"}
    path.write_text(json.dumps(record), encoding="utf-8")
    assert [f"标题\n{shown}"] == [row["text"] for row in read(path)["rows"]]
