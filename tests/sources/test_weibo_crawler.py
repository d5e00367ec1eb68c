"""Files of the crawler that follows single accounts: golden files and what they hold."""

from pathlib import Path

import pytest

from pipeline.errors import InputError
from pipeline.schema import Reject
from pipeline.sources.weibo_crawler import read_csv, read_json
from tests.sources.golden import CASES, source


@pytest.mark.parametrize("content", ['{"user": {}, "weibo": {}}', '{"user": {}, "weibo": null}', "[]"])
def test_a_document_without_a_list_of_posts_is_an_input_error(tmp_path: Path, content: str):
    path = tmp_path / "account.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match=r'account\.json: expected \{"user": …, "weibo": \[posts\]\}'):
        list(read_json(source(path)))


def test_the_account_comes_from_a_name_that_is_its_number_and_from_no_other(tmp_path: Path):
    content = (CASES / "weibo_crawler" / "9900000001.csv").read_bytes()
    for name, account in (("9900000009.csv", "9900000009"), ("users.csv", None), ("2021.csv", None)):
        (tmp_path / name).write_bytes(content)
        assert {account} == {row["author"] for row in read_csv(source(tmp_path / name)) if not isinstance(row, Reject)}
