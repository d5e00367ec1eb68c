"""After a change of the lexicon exactly the days that it concerns are counted again, and the tables are a rebuild's."""

import datetime as dt
import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from pipeline import changes, jobs
from pipeline.jobs import days
from pipeline.jobs.count import count, plan
from pipeline.jobs.method import Method, normal_parts
from pipeline.jobs.recount import told
from pipeline.schema import Lexicon, Rule, Topic
from pipeline.settings import Settings
from pipeline.store import counts, ledger
from pipeline.store.connection import connect, reading_from, writing
from tests.jobs.lexicons import ENTRY

ROOT = Path(__file__).parents[2]
SAMPLES = [
    *((f"sample-hot-search/2021-08-{day:02}.json", "sample-hot-search") for day in range(7, 12)),
    ("sample-posts/posts-2021-09.jsonl", "sample-posts"),
]
NEW_NAME = "another name of a term in tables"
NOWHERE = "从未有人写过的词"  # 'a word nobody ever wrote'


def with_topic(lexicon: Lexicon, *topics: Topic) -> Lexicon:
    """The lexicon with these topics in the place of those of the same name, and the digest of what it then says."""
    by_name = {topic.id: topic for topic in (*lexicon.topics, *topics)}
    return digested(replace(lexicon, topics=tuple(by_name[name] for name in sorted(by_name))))


def digested(lexicon: Lexicon) -> Lexicon:
    return replace(lexicon, digest=changes.recorded(lexicon).partition("\n")[0])


def few(lexicon: Lexicon) -> Lexicon:
    """The rules that came before the broad lists: every rebuild and every judgement of these tests takes time."""
    topics = (replace(t, rules=tuple(r for r in t.rules if r.since < "0.7.0")) for t in lexicon.topics)
    return digested(replace(lexicon, topics=tuple(topics)))


def topic(lexicon: Lexicon, name: str) -> Topic:
    return next(topic for topic in lexicon.topics if topic.id == name)


def with_rules(lexicon: Lexicon, name: str, edit: Callable[[tuple[Rule, ...]], list[Rule]]) -> Lexicon:
    changed = topic(lexicon, name)
    return with_topic(lexicon, replace(changed, rules=tuple(edit(changed.rules))))


def adds(name: str, *rules: Rule) -> Callable[[Lexicon], Lexicon]:
    return lambda lexicon: with_rules(lexicon, name, lambda old: [*old, *rules])


def drops(name: str, which: Callable[[Rule], bool]) -> Callable[[Lexicon], Lexicon]:
    return lambda lexicon: with_rules(lexicon, name, lambda old: [rule for rule in old if not which(rule)])


def edits(name: str, **values: object) -> Callable[[Lexicon], Lexicon]:
    return lambda lexicon: with_rules(lexicon, name, lambda old: [replace(rule, **values) for rule in old])


def masks(name: str, added: set[str], removed: set[str]) -> Callable[[Lexicon], Lexicon]:
    def edit(lexicon: Lexicon) -> Lexicon:
        changed = topic(lexicon, name)
        return with_topic(lexicon, replace(changed, masks=(changed.masks | added) - removed))

    return edit


STEPS: dict[str, Callable[[Lexicon], Lexicon]] = {
    "a term that stands in posts": adds("metoo", Rule("奥运", "奥运"), Rule("暴雨", "暴雨", frozenset({"郑州"}))),
    "a term that stands nowhere": adds("metoo", Rule(NOWHERE, NOWHERE)),
    "a term gone that stood nowhere": drops("metoo", lambda rule: rule.term == NOWHERE),
    "a blocker for a term": adds("metoo", Rule("奥运", "奥运", blockers=frozenset({"金牌"}))),
    "terms gone that stood in posts": drops("metoo", lambda rule: rule.term in ("奥运", "暴雨")),
    "a mask over a term": masks("alibaba_case", {"阿里女员工被侵害"}, set()),
    "a mask gone": masks("alibaba_case", set(), {"阿里女员工被侵害", "阿里云"}),
    "a term of another topic": adds("kris_wu", Rule("阿里", "阿里")),
    "a disguised form": adds("ice_breaking", Rule("高温", "高温", evasion=True)),
    "boundaries": edits("ice_breaking", boundary=True),
    "a limit in time": edits("alibaba_case", valid_from=dt.date(2021, 8, 10)),
    "a new topic with posts": lambda lexicon: with_topic(
        lexicon, Topic("weather", "Weather", "天气", (Rule("下雨", "下雨"), Rule("降雨", "降雨")), frozenset())
    ),
    "a new topic without posts": lambda lexicon: with_topic(
        lexicon, Topic("silence", "Silence", "沉默", (Rule(NOWHERE, NOWHERE),), frozenset())
    ),
    "topics gone": lambda lexicon: digested(
        replace(lexicon, topics=tuple(t for t in lexicon.topics if t.id not in ("silence", "police_legal")))
    ),
    NEW_NAME: lambda lexicon: with_rules(
        lexicon, "alibaba_case", lambda old: [replace(r, shown="某") if r.term == "阿里女员工" else r for r in old]
    ),
    "only the version": lambda lexicon: replace(lexicon, version="9"),
}


def project(home: Path, url: str | None = None) -> Settings:
    made = Settings(home, url or f"sqlite:///{home / 'counts.db'}", home / "landing")
    jobs.initialise(made)
    made.key_file.write_text("k" * 64)  # the same pseudonyms in every project, so that tables can be equal
    return made


def ingested(home: Path, url: str | None = None) -> Settings:
    made = project(home, url)
    for name, slug in SAMPLES:
        jobs.ingest(made, str(ROOT / "sample_data" / name), slug)
    return made


def recounted(settings: Settings, method: Method) -> tuple[set, set]:
    """The days that were counted (again), and those whose counts were kept."""
    done = list(count(settings, [place for chunk in plan(settings, method=method) for place in chunk], method))
    again, kept = ({(d["dataset"], d["day"]) for d in done if d["kept"] is kept} for kept in (False, True))
    return again, kept


def tables(settings: Settings) -> dict:
    """Every row of every table. A store lists all methods it ever used, so of these only that in use."""
    with reading_from(settings.database_url) as connection:
        found = counts.snapshot(connection)
    used = {row[6] for row in found["day_total"]}
    return found | {"method": [row for row in found["method"] if row[0] in used]}


class Rebuilds:
    """The lexicon after each step, the tables of a rebuild with it, and the days on which any judgement differs."""

    def __init__(self, folder: Path, method: Method):
        self.method = method
        self.start = method.deciding_by(few(method.lexicon))
        self._folder = folder
        self._lake = ingested(folder / "lake")
        self.steps = list(self._steps())

    def _steps(self) -> Iterator[tuple[str, Method]]:
        now = self.start.lexicon
        for name, edit in STEPS.items():
            now = edit(now)
            yield name, self.method.deciding_by(now)

    @cache  # noqa: B019 - one object a session
    def tables(self, number: int) -> dict:
        home = self._folder / str(number)
        shutil.copytree(self._lake.home, home)  # ingested, never counted
        made = Settings(home, f"sqlite:///{home / 'counts.db'}", home / "landing")
        recounted(made, self.steps[number][1])
        return tables(made)

    @cache  # noqa: B019
    def differing(self, number: int) -> set:
        old = self.steps[number - 1][1] if number else self.start
        new = self.steps[number][1]
        return {
            (day.dataset, str(day.day))
            for day in days.ingested(self._lake)
            if any(
                told(old.find(normal_parts(item, day.titles), day.day, day.titles))
                != told(new.find(normal_parts(item, day.titles), day.day, day.titles))
                for item in day.items(self._lake)
            )
        }


@pytest.fixture(scope="module")
def rebuilds(tmp_path_factory: pytest.TempPathFactory, method: Method) -> Rebuilds:
    return Rebuilds(tmp_path_factory.mktemp("rebuilds"), method)


def test_every_kind_of_change_recounts_the_days_it_concerns_and_gives_the_tables_of_a_rebuild(
    rebuilds, database_url, tmp_path
):
    made = ingested(tmp_path / "home", database_url)
    everything, _ = recounted(made, rebuilds.start)

    for number, (name, method) in enumerate(rebuilds.steps):
        again, kept = recounted(made, method)
        assert again == (everything if name == NEW_NAME else rebuilds.differing(number)), name
        assert again | kept == everything, name
        assert plan(made, method=method) == [], name
        assert tables(made) == rebuilds.tables(number), name


def test_the_steps_concern_no_day_some_days_and_many(rebuilds):
    numbers = [len(rebuilds.differing(number)) for number in range(len(rebuilds.steps))]

    assert numbers.count(0) >= 3
    assert len({number for number in numbers if number}) >= 4


def crawl(home: Path, texts: list[str]) -> Settings:
    made = project(home)
    (made.registry / "crawl.toml").write_text(ENTRY)
    lines = [
        {"id": str(n), "at": f"2021-08-{8 + n % 3:02} 12:00", "user": "u", "text": text} for n, text in enumerate(texts)
    ]
    path = home / "posts.jsonl"
    path.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), encoding="utf-8")
    jobs.ingest(made, str(path), "crawl")
    return made


WORDS = st.sampled_from(["劝酒", "酒", "领导", "领导劝酒", "罚酒", "a", "ab", "王某"])
SETS = st.frozensets(WORDS, max_size=2)
RULES = st.builds(
    Rule,
    term=WORDS,
    shown=st.sampled_from(["劝酒", "酒", "某"]),
    needs=SETS,
    blockers=SETS,
    boundary=st.booleans(),
    evasion=st.booleans(),
    valid_from=st.none() | st.just(dt.date(2021, 8, 9)),
)
TOPICS = st.builds(
    Topic, st.just("?"), st.just(""), st.just(""), st.lists(RULES, min_size=1, max_size=3).map(tuple), SETS
)
LEXICONS = st.dictionaries(st.sampled_from(["a", "b", "c"]), TOPICS, min_size=1).map(
    lambda topics: digested(Lexicon("1", tuple(replace(topics[name], id=name) for name in sorted(topics)), ""))
)
TEXTS = st.lists(
    st.lists(WORDS | st.sampled_from(["·", "。", "//@某:", " ", "#"]), min_size=1, max_size=6)
    .map("".join)
    .filter(str.strip),
    min_size=1,
)
laws = examples(
    deadline=None, max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@given(texts=TEXTS, lexicons=st.lists(LEXICONS, min_size=2, max_size=3))
@laws
def test_any_way_through_lexicons_ends_in_the_tables_of_a_rebuild(method, tmp_path_factory, texts, lexicons):
    folder = tmp_path_factory.mktemp("law")
    made, straight = crawl(folder / "made", texts), crawl(folder / "straight", texts)
    for lexicon in lexicons:
        recounted(made, method.deciding_by(lexicon))

    recounted(straight, method.deciding_by(lexicons[-1]))
    assert tables(made) == tables(straight)


def other_rules(method: Method, **parts: str) -> Method:
    made = method.deciding_by(digested(replace(method.lexicon, version="8")))
    made.__dict__["record"] = made.record | {"method_id": "8" * 64} | parts
    return made


@pytest.mark.parametrize("part", ["dictionary", "rules", "normaliser"])
def test_what_differs_in_more_than_topics_counts_every_day_again(method, tmp_path, part):
    made = crawl(tmp_path, ["领导劝酒", "天气好"])
    recounted(made, method)

    again, kept = recounted(made, other_rules(method, **{part: "another"}))
    assert (len(again), kept) == (2, set())


def test_a_count_that_kept_no_record_of_its_lexicon_is_made_again(method, tmp_path):
    made = crawl(tmp_path, ["领导劝酒", "天气好"])
    old = method.deciding_by(method.lexicon)
    old.__dict__["record"] = old.record | {"topics": None}
    recounted(made, old)

    again, _ = recounted(made, method.deciding_by(replace(method.lexicon, version="8")))
    assert len(again) == 2


@pytest.mark.parametrize("record", [None, "of another form"])
def test_a_record_that_is_missing_or_outdated_is_renewed_by_the_next_plan_of_the_same_method(method, tmp_path, record):
    made = crawl(tmp_path, ["领导劝酒", "天气好"])
    old = method.deciding_by(method.lexicon)
    old.__dict__["record"] = old.record | {"topics": record}
    recounted(made, old)
    assert plan(made, method=method) == []

    _, kept = recounted(made, method.deciding_by(replace(method.lexicon, version="8")))
    assert len(kept) == 2


def test_a_day_with_new_files_is_counted_although_the_change_does_not_concern_it(method, tmp_path):
    made = crawl(tmp_path, ["天气好", "天气好"])
    recounted(made, method)
    (tmp_path / "more.jsonl").write_text(
        json.dumps({"id": "9", "at": "2021-08-08 13:00", "user": "u", "text": "下雨"}, ensure_ascii=False)
    )
    jobs.ingest(made, str(tmp_path / "more.jsonl"), "crawl")

    again, kept = recounted(made, method.deciding_by(replace(method.lexicon, version="8")))
    assert again == {("crawl", "2021-08-08")}
    assert kept == {("crawl", "2021-08-09")}


def test_a_day_that_another_process_counted_meanwhile_is_left_to_it(method, tmp_path, database_url):
    made = project(tmp_path, database_url)
    engine = connect(made.database_url)
    total = dict.fromkeys(("posts", "originals", "authors", "tokens"), 0)
    place = ("x", dt.date(2021, 8, 8))
    row = {"dataset": place[0], "day": place[1], "method_id": "new", "inputs": "files"}
    with writing(engine) as connection:
        counts.replace_day(connection, *place, {"day_total": [total | row]})
        before = counts.snapshot(connection)

        for inputs, methods in (("files", ("old", "newer")), ("other files", ("new", "newer"))):
            assert counts.keep_day(connection, *place, inputs, methods, [{"topic": "t"}], {}) is False
        assert counts.snapshot(connection) == before
        assert counts.keep_day(connection, *place, "files", ("new", "newer"), [], {}) is True
        assert ledger.uncounted(connection, "x", place[1], place[1]) == []
    engine.dispose()


def test_the_law_would_notice_a_screen_that_overlooks_masks(method, tmp_path, monkeypatch):
    made = crawl(tmp_path, ["阿里女员工被侵害"])
    before = Lexicon("1", (Topic("t", "", "", (Rule("阿里", "阿里"),), frozenset()),), "1")
    after = digested(replace(before, topics=(replace(before.topics[0], masks=frozenset({"阿里女"})),)))
    monkeypatch.setattr(changes.Change, "strings", property(lambda change: frozenset()))
    recounted(made, method.deciding_by(before))
    recounted(made, method.deciding_by(after))

    assert [row[3] for row in tables(made)["day_topic"]] == [1]
