"""Exports of WeChat articles: golden files and what they hold."""

import json
from pathlib import Path

import pytest

from tests.sources.golden import read


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
