"""Who posts what and when: the posts of one dataset, before any file format."""

from __future__ import annotations

import bisect
import itertools
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone

from sentences import ALWAYS, DAYS, GAP, Dice, Line, Material, midnight

CHINA = timezone(timedelta(hours=8))
EVERYDAY = 146  # mean everyday posts on a working day, share 1
AUTHORS = 3000
FIRST_USER_ID = 9_900_000_001  # ten digits, far above the ids in use in 2021
WEEK = (1.0, 1.02, 1.0, 1.03, 1.06, 0.92, 0.88)  # Monday first
HOURS = (26, 15, 8, 5, 4, 5, 11, 24, 38, 47, 52, 55, 60, 52, 48, 47, 48, 50, 54, 60, 68, 74, 72, 50)
REPOST_WORDS = (
    "转发微博",
    "转发微博",
    "转发",
    "[赞]",
    "说得好",
    "同意",
    "看看",
    "[怒]",
    "mark",
    "唉",
    "支持",
    "求后续",
)
BASE62 = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True)
class Post:
    """One post. `mid` holds the second of `when`; `original` is the post that this one passes on."""

    when: datetime
    author: int
    text: str
    mid: int
    topical: bool = False
    original: Post | None = None


def mid_of(when: datetime, low_bits: int) -> int:
    """A 16-digit Weibo id whose upper bits hold the second, as real ids of 2021 do."""
    return (int(when.replace(tzinfo=CHINA).timestamp()) - 515_483_463 << 22) + low_bits


def bid_of(mid: int) -> str:
    """The nine-character form of an id: groups of seven digits from the right, each in base 62."""
    groups = []
    while mid:
        mid, group = divmod(mid, 10**7)
        digits = ""
        while group:
            group, digit = divmod(group, 62)
            digits = BASE62[digit] + digits
        groups.append(digits.rjust(4, "0") if mid else digits)
    return "".join(reversed(groups))


def nickname(author: int) -> str:
    """The name of an account; it says that it is a sample."""
    return f"样例用户{author:04d}"


def user_id(author: int) -> str:
    """The ten-digit id of an account, from a range not in use in 2021."""
    return str(FIRST_USER_ID + author * 29)


class Writer:
    """Makes the posts of one dataset. `parity` keeps the ids of two datasets apart."""

    def __init__(self, material: Material, dice: Dice, share: float, parity: int) -> None:
        self.material, self.dice, self.share, self.parity = material, dice, share, parity
        # A few authors write much, most write little: weight 1 / rank^0.8, the first ranks flattened.
        self.author_steps = list(itertools.accumulate((rank + 12) ** -0.8 for rank in range(AUTHORS)))
        self.taken: set[int] = set()
        self.seen: set[str] = set()

    def author(self) -> int:
        """A number from 1 to AUTHORS."""
        return 1 + bisect.bisect_right(self.author_steps, self.dice.random() * self.author_steps[-1])

    def mid(self, when: datetime) -> int:
        """An id of that second that no other post has."""
        mid = mid_of(when, self.dice.below(1 << 21) * 2 + self.parity)
        if mid in self.taken:
            return self.mid(when)
        self.taken.add(mid)
        return mid

    def moment(self, day: date, since: datetime, until: datetime) -> datetime:
        """A time of the day that follows the hours' rhythm and lies in the window."""
        for _ in range(500):
            hour = self.dice.weighted(range(24), HOURS)
            when = midnight(day) + timedelta(hours=hour, seconds=self.dice.below(3600))
            if since <= when < until:
                return when
        return max(since, midnight(day))

    def post(self, when: datetime, text: str, topical: bool = False, original: Post | None = None) -> Post:
        """A post by someone, with an id of its own."""
        return Post(when, self.author(), text, self.mid(when), topical, original)

    def everyday_post(self, day: date) -> Post:
        """Chatter; a sentence that stood before is drawn anew a few times, as few repeat in life."""
        for _ in range(6):
            text = self.material.everyday(self.material.themes, day, self.dice)
            if text not in self.seen:
                break
        self.seen.add(text)
        if self.dice.chance(0.14):
            second = self.material.everyday(self.material.themes, day, self.dice)
            text += self.dice.pick(("\n", " ", "\n\n")) + second
        return self.post(self.moment(day, *ALWAYS), self.dress(text))

    def topic_post(self, topic: str, day: date) -> Post:
        """A post on a topic, at an hour when its sentence was possible."""
        line = self.dice.pick([line for line in self.material.topics[topic] if line.possible_on(day)])
        when, text = self.moment(day, line.since, line.until), self.material.fill(line.text, self.dice)
        if self.dice.chance(0.12):
            text += "\n" + self.second_sentence(when, line)
        return self.post(when, self.dress(text), topical=True)

    def second_sentence(self, when: datetime, otherwise: Line) -> str:
        """A sentence that was possible at that time, on any topic of the day: posts with two topics."""
        topics = list(self.material.topics)
        topic = self.dice.weighted(topics, [self.material.mean(name, when.date()) for name in topics])
        possible = [line for line in self.material.topics[topic] if line.since <= when < line.until]
        return self.material.fill(self.dice.pick(possible or [otherwise]).text, self.dice)

    def trap_post(self, line: Line) -> Post:
        """The one post that holds this trap, on a day drawn from its window."""
        day = self.dice.pick([day for day in DAYS if day not in GAP and line.possible_on(day)])
        return self.post(self.moment(day, line.since, line.until), self.material.fill(line.text, self.dice))

    def dress(self, text: str) -> str:
        """Adds what posts carry besides their sentence: links, mentions, the mark of a text cut short."""
        if len(text) > 32 and self.dice.chance(0.15):
            return text[: len(text) - self.dice.below(9)] + "...展开全文c"
        if self.dice.chance(0.06):
            text += f" http://t.cn/SAMPLE{self.dice.below(10_000):04d}"
        if self.dice.chance(0.05):
            text += f" @{nickname(self.author())} "
        return text

    def reposts(self, original: Post) -> Iterator[Post]:
        """What others made of a post: nothing for most, several quick reposts for a few."""
        mean = 0.3 if original.topical else 0.17
        for _ in range(min(9, self.dice.count(mean, spread=0.9))):
            when = original.when + timedelta(seconds=int(60 * math.exp(3.2 + 1.2 * self.dice.normal())))
            if when.date() in DAYS and when.date() not in GAP:
                yield self.post(when, self.repost_text(original), original.topical, original)

    def repost_text(self, original: Post) -> str:
        """A word or two; in half of the cases with the chain that quotes the beginning of the post."""
        word = self.dice.pick(REPOST_WORDS)
        quoted = original.text.replace("\n", " ")[: 24 + self.dice.below(60)]
        quoted = re.sub(r"\s*@\S*$", "", quoted)  # a mention cut in half would name another account
        form = self.dice.random()
        if form < 0.45:
            return word
        chain = f"//@{nickname(original.author)}:{quoted}"
        if form > 0.85:
            chain = f"//@{nickname(self.author())}:{self.dice.pick(REPOST_WORDS)}{chain}"
        return f"{word}{chain}"

    def all_posts(self, traps: Sequence[Line]) -> list[Post]:
        """The posts of all collected days, in the order of their time."""
        posts = [self.trap_post(line) for line in traps]
        for day in DAYS:
            if day in GAP:
                continue
            volume = EVERYDAY * self.share * WEEK[day.weekday()]
            posts += [self.everyday_post(day) for _ in range(self.dice.count(volume, spread=0.08))]
            for topic in self.material.topics:
                mean = self.material.mean(topic, day) * self.share
                posts += [self.topic_post(topic, day) for _ in range(self.dice.count(mean))]
        passed_on = [repost for post in posts for repost in self.reposts(post)]
        return sorted(posts + passed_on, key=lambda post: (post.when, post.mid))
