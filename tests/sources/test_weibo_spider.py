"""JSON lines of the crawler of weibo.com: golden files and what they hold."""

from pathlib import Path

import pytest

from pipeline import sources
from pipeline.files import File
from pipeline.schema import POST, chunked
from pipeline.shapes import look
from pipeline.sources.weibo_spider import FORMATS
from tests.sources.golden import CASES, POSTS, source


@pytest.mark.parametrize(
    "path", sorted((CASES.parents[2] / "sample_data/sample-posts").iterdir()), ids=lambda p: p.stem
)
def test_the_sample_posts_read_alike_with_and_without_their_mapping(path: Path):
    assert POSTS.reader == "mapped"
    mapped = [row for chunk in sources.read(source(path)) for row in chunk.entries.to_pylist()]
    assert mapped
    assert sources.recognise(look(File(path, path.name)))[0].name == "weibo_spider"
    recognised = [row for chunk in chunked(FORMATS[0].rows(source(path)), POST) for row in chunk.entries.to_pylist()]
    assert mapped == recognised
