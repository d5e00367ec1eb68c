"""The three published formats: hot-search lists (JSON), search crawls (CSV), crawled posts (JSON lines)."""

from __future__ import annotations

import csv
import io
import json
import math
import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import quote

from posts import CHINA, Post, Writer, bid_of, nickname, user_id
from sentences import DAYS, FIRST, GAP, Dice, Material, midnight

CLIENTS = ("iPhone客户端", "Android客户端", "微博网页版", "微博 weibo.com", "HUAWEI手机", "微博视频号", "")
PROVINCES = ("北京", "上海", "浙江", "山东", "广东", "河南", "四川", "江苏", "湖北", "陕西", "其他")
COLUMNS_17 = [
    *("id", "bid", "user_id", "用户昵称", "微博正文", "头条文章url", "发布位置", "艾特用户", "话题"),
    *("转发数", "评论数", "点赞数", "发布时间", "发布工具", "微博图片url", "微博视频url", "retweet_id"),
]
COLUMNS_18 = [*COLUMNS_17, "ip"]
COLUMNS_19 = [*COLUMNS_18, "user_authentication"]
COLUMNS_21 = [*COLUMNS_19, "会员类型", "会员等级"]
GENERATIONS = (COLUMNS_17, COLUMNS_17, COLUMNS_17, COLUMNS_18, COLUMNS_19, COLUMNS_19, COLUMNS_21)


def _reactions(post: Post, dice: Dice) -> tuple[int, int, int]:
    """Reposts, comments and likes: mostly none or few, seldom thousands."""
    heat = 1.1 * dice.normal() + (1.6 if post.topical else 0.4) - (1.4 if post.original else 0.0)
    return tuple(int(math.exp(heat + shift + 0.5 * dice.normal())) for shift in (-0.6, -0.1, 0.7))  # type: ignore[return-value]


def _joined(pattern: str, text: str) -> str:
    return ",".join(dict.fromkeys(re.findall(pattern, text)))


def _pictures(post: Post, columns: Sequence[str], dice: Dice) -> str:
    """Invented links. The crawler wrote Python lists first, text joined by commas since its last change."""
    links = [f"https://example.org/large/{bid_of(post.mid)}_{n}.jpg" for n in range(2)]
    links = [] if post.original else links[: dice.weighted((0, 1, 2), (78, 16, 6))]
    if "会员等级" in columns:
        return ",".join(links)
    return str(links) if links else ""


def _search_row(post: Post, columns: Sequence[str], dice: Dice) -> list[str]:
    """One row as the search crawler writes it; the time is cut to the minute, the id keeps the second."""
    reposts, comments, likes = _reactions(post, dice)
    level = dice.below(8) if dice.chance(0.3) else 0
    cells = {
        "id": post.mid,
        "bid": bid_of(post.mid),
        "user_id": user_id(post.author),
        "用户昵称": nickname(post.author),
        "微博正文": post.text,
        "发布位置": dice.pick(PROVINCES[:-1]) if dice.chance(0.03) else "",
        "艾特用户": _joined(r"@(样例用户\d{4})", post.text),
        "话题": _joined(r"#([^#\s]+)#", post.text),
        "转发数": reposts,
        "评论数": comments,
        "点赞数": likes,
        "发布时间": f"{post.when:%Y-%m-%d %H:%M}",
        "发布工具": dice.pick(CLIENTS),
        "微博图片url": _pictures(post, columns, dice),
        "retweet_id": post.original.mid if post.original else "",
        "ip": dice.pick(PROVINCES),
        "user_authentication": dice.weighted(("普通用户", "黄V", "蓝V", "红V"), (90, 5, 4, 1)),
        "会员类型": "会员" if level else "非会员",
        "会员等级": level,
    }
    return [str(cells.get(column, "")) for column in columns]


def search_files(posts: Sequence[Post], dice: Dice) -> Iterator[tuple[str, bytes]]:
    """Weekly CSV files, each with the header of the crawler's generation at that (made-up) moment."""
    for week, columns in enumerate(GENERATIONS):
        first = FIRST + timedelta(weeks=week)
        text = io.StringIO()
        rows = csv.writer(text, lineterminator="\r\n")
        rows.writerow(columns)
        for post in posts:
            if first <= post.when.date() < first + timedelta(weeks=1):
                rows.writerow(_search_row(post, columns, dice))
        yield f"sample-weibo-search/{first}.csv", text.getvalue().encode("utf-8-sig")


def _crawl_lag(when: datetime, dice: Dice) -> datetime:
    """The time of the crawl: some hours later, and never on a day of the gap."""
    crawled = when + timedelta(seconds=600 + dice.below(7 * 3600))
    return crawled if crawled.date() not in GAP else crawled + timedelta(days=len(GAP))


def _observation(post: Post, dice: Dice) -> dict[str, Any]:
    reposts, comments, likes = _reactions(post, dice)
    crawled = _crawl_lag(post.when, dice)
    row: dict[str, Any] = {
        "_id": str(post.mid),
        "created_at": f"{post.when:%Y-%m-%d %H:%M:%S}",
        "content": post.text,
        "user": {"_id": user_id(post.author), "nick_name": nickname(post.author)},
        "reposts_count": reposts,
        "comments_count": comments,
        "attitudes_count": likes,
        "crawl_time": int(crawled.replace(tzinfo=CHINA).timestamp()),
    }
    if post.original:
        row |= {"is_retweet": True, "retweet_id": str(post.original.mid)}
    return row


def _second_look(row: dict[str, Any], dice: Dice) -> dict[str, Any]:
    """The same post met again a day later, with grown counts."""
    grown = {key: row[key] * 2 + 1 + dice.below(9) for key in ("reposts_count", "comments_count", "attitudes_count")}
    return row | grown | {"crawl_time": row["crawl_time"] + 86_400}


def _over_midnight(writer: Writer) -> list[dict[str, Any]]:
    """One post seen first on 10 August and, a day later, dated 11 August: both days change."""
    text = "阿里女员工事件看到零点，等警方通报"
    row = _observation(writer.post(midnight(date(2021, 8, 11)) + timedelta(seconds=4), text, topical=True), writer.dice)
    return [row | {"created_at": "2021-08-10 23:59:58"}, _second_look(row, writer.dice)]


def post_files(posts: Sequence[Post], writer: Writer) -> Iterator[tuple[str, bytes]]:
    """Monthly JSON lines in the order of the crawl; thirteen posts are seen twice, one of them edited."""
    dice = writer.dice
    rows = [_observation(post, dice) for post in posts]
    # Days 10 to 20 keep the second look in the same month and clear of the gap.
    again = [
        _second_look(row, dice) for row in dice.shuffled(r for r in rows if "10" <= r["created_at"][8:10] < "20")[:12]
    ]
    again[0]["content"] += "（补充：前面写得太急，以通报为准）"
    rows += again + _over_midnight(writer)
    for month in ("2021-07", "2021-08", "2021-09"):
        chosen = sorted((r for r in rows if r["created_at"][:7] == month), key=lambda r: (r["crawl_time"], r["_id"]))
        lines = [json.dumps(row, ensure_ascii=False) + "\n" for row in chosen]
        yield f"sample-posts/posts-{month}.jsonl", "".join(lines).encode()


def _titles_of(day: date, yesterday: Sequence[str], traps: Sequence[str], material: Material, dice: Dice) -> list[str]:
    """A day's distinct titles: some left from yesterday's list, the day's own, and everyday ones."""
    size = 60 + dice.below(26)
    titles = dict.fromkeys(dice.shuffled(yesterday)[: round(0.13 * size)])
    titles |= dict.fromkeys([*traps, *(material.fill(text, dice) for text in material.dated_titles.get(day, []))])
    while len(titles) < size:
        titles[material.everyday(material.title_themes, day, dice)] = None
    return dice.shuffled(titles)


def _board_row(title: str, refer: str) -> dict[str, str]:
    return {"url": f"/weibo?q={quote(f'#{title}#')}&Refer={refer}", "title": title}


def board_files(material: Material, dice: Dice) -> Iterator[tuple[str, bytes]]:
    """Daily JSON lists of hot-search titles; the two days of the gap are valid and empty."""
    collected = [day for day in DAYS if day not in GAP]
    traps: dict[date, list[str]] = {day: [] for day in collected}
    for line in material.trap_titles:
        traps[dice.pick([day for day in collected if line.possible_on(day)])].append(line.text)
    titles: list[str] = []
    for day in DAYS:
        titles = [] if day in GAP else _titles_of(day, titles, traps[day], material, dice)
        rows = [_board_row(title, "new_time" if dice.chance(0.01) else "top") for title in titles]
        rows += [_board_row(title, "new_time") for title in titles if dice.chance(0.025)]
        yield f"sample-hot-search/{day}.json", json.dumps(rows, indent=2, ensure_ascii=False).encode()
