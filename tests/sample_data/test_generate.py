"""The sample data is what its README says: synthetic, repeatable, full of traps, without a private person."""

from __future__ import annotations

import csv
import json
import re
import subprocess
import sys
import tomllib
from collections import defaultdict
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "sample_data"
TOPICS = ROOT / "pipeline" / "lexicon" / "topics"
DATASETS = ("sample-hot-search", "sample-weibo-search", "sample-posts")
GAP = ("2021-08-28", "2021-08-29")
BASE62 = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"


def data_files() -> dict[str, Path]:
    return {str(path.relative_to(SAMPLE)): path for name in DATASETS for path in sorted((SAMPLE / name).iterdir())}


def titles() -> dict[str, list[dict[str, str]]]:
    return {path.stem: json.loads(path.read_text("utf-8")) for path in (SAMPLE / "sample-hot-search").iterdir()}


def search_tables() -> dict[str, list[list[str]]]:
    tables = {}
    for path in sorted((SAMPLE / "sample-weibo-search").iterdir()):
        with path.open(encoding="utf-8-sig", newline="") as file:
            tables[path.stem] = list(csv.reader(file))
    return tables


def search_rows() -> list[dict[str, str]]:
    return [dict(zip(table[0], row, strict=True)) for table in search_tables().values() for row in table[1:]]


def observations() -> list[dict]:
    paths = sorted((SAMPLE / "sample-posts").iterdir())
    return [json.loads(line) for path in paths for line in path.read_text("utf-8").split("\n") if line]


def all_texts() -> list[str]:
    board = [row["title"] for rows in titles().values() for row in rows]
    return board + [row["微博正文"] for row in search_rows()] + [row["content"] for row in observations()]


def time_of(mid: str) -> datetime:
    """The China time that a 16-digit Weibo id holds."""
    return datetime.fromtimestamp((int(mid) >> 22) + 515_483_463, timezone(timedelta(hours=8))).replace(tzinfo=None)


def mid_of(bid: str) -> str:
    """The id behind a nine-character bid: groups of four base-62 characters are seven digits each."""
    groups = [bid[:1], bid[1:5], bid[5:9]]
    numbers = [sum(BASE62.index(c) * 62**n for n, c in enumerate(reversed(group))) for group in groups]
    return f"{numbers[0]}{numbers[1]:07d}{numbers[2]:07d}"


def lexicon_terms(key: str) -> list[str]:
    if not TOPICS.is_dir():
        pytest.skip("pipeline/lexicon/topics is not there: no list to compare with")
    return [term for path in sorted(TOPICS.glob("*.toml")) for term in tomllib.loads(path.read_text("utf-8"))[key]]


def test_generating_again_gives_the_same_bytes(tmp_path):
    subprocess.run([sys.executable, SAMPLE / "generate.py", "--out", tmp_path], check=True, capture_output=True)
    again = {str(path.relative_to(tmp_path)): path.read_bytes() for path in tmp_path.glob("*/*")}
    assert {name: path.read_bytes() for name, path in data_files().items()} == again


def test_the_sample_stays_small():
    sizes = [path.stat().st_size for path in data_files().values()]
    assert sum(sizes) <= 5_000_000
    assert max(sizes) <= 1_000_000


@pytest.mark.parametrize("key", ["mask", "evasion"])
def test_every_mask_and_every_disguised_form_of_the_lexicon_occurs(key):
    everything = "\n".join(all_texts()).lower()
    assert [term for term in lexicon_terms(key) if term.lower() not in everything] == []


def test_search_ids_hold_the_stated_minute_and_bids_the_id():
    for row in search_rows():
        late = time_of(row["id"]) - datetime.fromisoformat(row["发布时间"])
        assert timedelta(0) <= late < timedelta(seconds=60)
        assert row["id"] == mid_of(row["bid"])


def test_ids_of_the_crawled_posts_hold_the_second_of_their_latest_observation():
    latest = {row["_id"]: row["created_at"] for row in sorted(observations(), key=lambda row: row["crawl_time"])}
    assert latest == {mid: f"{time_of(mid):%Y-%m-%d %H:%M:%S}" for mid in latest}


def test_no_id_stands_for_two_posts():
    search = [row["id"] for row in search_rows()]
    posts = {row["_id"] for row in observations()}
    assert len(search) == len(set(search))
    assert posts.isdisjoint(search)


def test_one_account_has_one_nickname_and_both_are_made_up():
    names = defaultdict(set)
    for row in search_rows():
        names[row["user_id"]].add(row["用户昵称"])
    for row in observations():
        names[row["user"]["_id"]].add(row["user"]["nick_name"])
    assert all(len(nicknames) == 1 for nicknames in names.values())
    assert len(names) == len(set().union(*names.values()))
    assert all(re.fullmatch(r"99\d{8}", user) for user in names)
    assert all(re.fullmatch(r"样例用户\d{4}", name) for name in set().union(*names.values()))


def test_only_made_up_accounts_are_mentioned():
    assert [text for text in all_texts() if re.search(r"@(?!样例用户\d{4})", text)] == []


def test_private_persons_appear_only_as_the_police_named_them():
    """The manager is 王某文 and nothing else that begins and ends so; the singer's accuser is 都某竹."""
    assert [text for text in all_texts() if re.search(r"王(?!某)\w文|都(?!某)\w竹", text)] == []


def test_gap_days_have_empty_lists_and_no_posts():
    board = titles()
    assert len(board) == 48
    assert [day for day in sorted(board) if not board[day]] == list(GAP)
    days = {row["发布时间"][:10] for row in search_rows()} | {row["created_at"][:10] for row in observations()}
    assert len(days) == 46
    assert days.isdisjoint(GAP)


def test_the_case_is_not_spoken_of_before_the_evening_of_7_august():
    posts = [(row["发布时间"], row["微博正文"]) for row in search_rows()]
    posts += [(row["created_at"], row["content"]) for row in observations()]
    early = [text for when, text in posts if when < "2021-08-07 23:15"]
    assert [text for text in early if re.search("阿里女员工|阿里巴巴女|阿里员工|807事件|王某文", text)] == []


def test_headers_grow_with_the_generations_of_the_crawler():
    tables = search_tables()
    assert [len(table[0]) for table in tables.values()] == [17, 17, 17, 18, 19, 19, 21]
    assert all(len(row) == len(table[0]) for table in tables.values() for row in table)
    assert tables["2021-08-31"][0][16:] == ["retweet_id", "ip", "user_authentication", "会员类型", "会员等级"]


def test_reposts_follow_a_post_of_the_same_dataset():
    rows = search_rows()
    ids = {row["id"] for row in rows}
    reposts = [row for row in rows if row["retweet_id"]]
    assert len(reposts) > 1000
    assert all(row["retweet_id"] in ids and int(row["retweet_id"]) < int(row["id"]) for row in reposts)


def test_among_the_posts_seen_twice_one_was_edited_and_one_changes_its_day():
    seen = defaultdict(list)
    for row in sorted(observations(), key=lambda row: row["crawl_time"]):
        seen[row["_id"]].append(row)
    twice = [rows for rows in seen.values() if len(rows) == 2]
    assert 13 == len(twice) == len(observations()) - len(seen)
    assert sum(first["content"] != second["content"] for first, second in twice) == 1
    assert sum(first["created_at"][:10] != second["created_at"][:10] for first, second in twice) == 1


def test_the_readme_gives_the_rows_of_every_table():
    readme = (SAMPLE / "README.md").read_text("utf-8")
    counts = {f"{name}.csv": len(table) - 1 for name, table in search_tables().items()}
    for path in (SAMPLE / "sample-posts").iterdir():
        counts[path.name] = path.read_text("utf-8").count("\n")
    counts["*.json"] = sum(map(len, titles().values()))
    assert [
        name for name, rows in counts.items() if not re.search(rf"{re.escape(name)}`.*\| {rows:,} \|", readme)
    ] == []
