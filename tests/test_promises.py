"""The promises: any order, any repetition, any interleaving, any kill gives the same tables."""

import json
import random
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from pipeline import aggregate, jobs, lake
from pipeline.errors import InputError
from pipeline.settings import Settings
from pipeline.store import counts, ledger
from pipeline.store.connection import reading_from
from tests.jobs.lexicons import ENTRY

OBSERVED = ENTRY + 'observed_at = "seen"\nlikes = "likes"\n'

POSTS = st.fixed_dictionaries(
    {
        "id": st.sampled_from("123"),
        "at": st.sampled_from(["2021-08-08 23:50", "2021-08-09 00:10", "2021-08-10 12:00"]),
        "seen": st.none() | st.sampled_from([1628500000, 1628600000]),
        "user": st.sampled_from(["u1", "u2"]),
        "text": st.sampled_from(["阿里女员工被侵害", "今天天气好", "领导劝酒", "转发微博//@某:吴亦凡"]),
        "likes": st.integers(0, 3),
    }
)
BATCHES = st.lists(st.lists(POSTS, min_size=1, max_size=3, unique_by=lambda post: post["id"]), min_size=2, max_size=4)


def project(folder: Path) -> Settings:
    made = Settings(folder, f"sqlite:///{folder / 'counts.db'}", folder / "landing")
    jobs.initialise(made)
    (folder / "pseudonym.key").write_text("k" * 64)  # the same key in every project, so that tables can be equal
    (made.registry / "crawl.toml").write_text(OBSERVED)
    return made


def write(folder: Path, batches: list[list[dict]]) -> list[Path]:
    folder.mkdir(parents=True)
    paths = []
    for number, batch in enumerate(batches):
        paths.append(folder / f"{number}.jsonl")
        paths[-1].write_text("".join(json.dumps(post, ensure_ascii=False) + "\n" for post in batch), encoding="utf-8")
    return paths


def count(settings: Settings, method: jobs.Method) -> None:
    days = [place for chunk in jobs.plan(settings, method=method) for place in chunk]
    list(jobs.count(settings, days, method))


def tables(settings: Settings) -> dict:
    with reading_from(settings.database_url) as connection:
        found = counts.snapshot(connection)
    return {name: [[str(cell) for cell in row] for row in rows] for name, rows in found.items()}


def lake_bytes(settings: Settings) -> dict[str, bytes]:
    return {str(p.relative_to(settings.lake)): p.read_bytes() for p in sorted(settings.lake.rglob("*.parquet"))}


def rebuilt(folder: Path, paths: list[Path], method: jobs.Method) -> Settings:
    made = project(folder)
    for path in paths:
        jobs.ingest(made, str(path), "crawl")
    count(made, method)
    return made


laws = examples(
    deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@given(batches=BATCHES, seed=st.integers(0, 999))
@laws
def test_any_order_repetition_and_interleaving_gives_the_tables_of_a_rebuild(method, tmp_path_factory, batches, seed):
    folder, chance = tmp_path_factory.mktemp("law"), random.Random(seed)
    paths = write(folder / "files", batches)
    steps = [*paths, *chance.choices(paths, k=2)]
    chance.shuffle(steps)

    made = project(folder / "mixed")
    for path in steps:
        jobs.ingest(made, str(path), "crawl")
        if chance.random() < 0.5:
            count(made, method)
    count(made, method)

    straight = rebuilt(folder / "straight", sorted(paths), method)
    assert tables(made) == tables(straight)
    assert lake_bytes(made) == lake_bytes(straight)


def test_running_everything_again_changes_no_row(method, tmp_path):
    post = {"id": "1", "at": "2021-08-08 12:00", "user": "u", "text": "阿里女员工", "likes": 1}
    paths = write(tmp_path / "files", [[post], [post | {"id": "2"}]])
    made = rebuilt(tmp_path / "home", paths, method)
    before = tables(made), lake_bytes(made)

    for path in paths:
        assert jobs.ingest(made, str(path), "crawl")["new"] is False
    assert jobs.plan(made, method=method) == []
    assert (tables(made), lake_bytes(made)) == before


MOVING = [
    [{"id": "1", "at": "2021-08-08 23:50", "seen": 1628500000, "user": "u", "text": "阿里女员工", "likes": 1}],
    [{"id": "1", "at": "2021-08-09 00:10", "seen": 1628600000, "user": "u", "text": "阿里女员工", "likes": 1}],
]


def test_a_post_that_moves_is_counted_on_its_last_day_only(method, tmp_path):
    made = project(tmp_path / "home")
    for path in write(tmp_path / "files", MOVING):
        jobs.ingest(made, str(path), "crawl")
        count(made, method)

    assert [(row[1], row[2]) for row in tables(made)["day_total"]] == [("2021-08-08", "0"), ("2021-08-09", "1")]


def last_write_wins(sightings, day, _):
    rows = sightings.to_pylist()
    best = {row["post_id"]: number for number, row in enumerate(rows)}
    return np.array([best[row["post_id"]] == number and row["day"] == day for number, row in enumerate(rows)], np.bool_)


def test_the_law_would_notice_last_write_wins(method, tmp_path, monkeypatch):
    paths = write(tmp_path / "files", MOVING)
    monkeypatch.setattr(aggregate, "speaking", last_write_wins)
    totals = []
    for name, order in (("one", paths), ("other", paths[::-1])):
        made = project(tmp_path / name)
        for path in order:
            jobs.ingest(made, str(path), "crawl")
            count(made, method)
        totals.append(tables(made)["day_total"])

    honest = rebuilt(tmp_path / "honest", paths, method)
    monkeypatch.undo()
    right = rebuilt(tmp_path / "right", paths, method)
    assert any(total != tables(right)["day_total"] for total in [*totals, tables(honest)["day_total"]])


def test_the_law_would_notice_a_forgotten_day_that_a_post_moved_from(method, tmp_path, monkeypatch):
    monkeypatch.setattr(ledger, "_note_moves", lambda *_: None)
    made = project(tmp_path / "home")
    for path in write(tmp_path / "files", MOVING):
        jobs.ingest(made, str(path), "crawl")
        count(made, method)

    assert [row[2] for row in tables(made)["day_total"]] == ["1", "1"]


@pytest.mark.parametrize("step", ["first lake file", "ledger"])
def test_an_ingest_that_dies_leaves_no_trace_and_the_next_one_completes(method, tmp_path, monkeypatch, step):
    paths = write(tmp_path / "files", [[*MOVING[0], MOVING[1][0] | {"id": "2"}]])
    made = project(tmp_path / "home")
    before = tables(made)

    with monkeypatch.context() as patch, pytest.raises(RuntimeError, match="killed"):
        if step == "ledger":
            patch.setattr(ledger, "record", dies)
        else:
            patch.setattr(lake, "_write_synced", after_one(lake._write_synced))
        jobs.ingest(made, str(paths[0]), "crawl")

    assert tables(made) == before
    assert [p for p in made.lake.rglob("*") if p.is_file()] == []
    assert jobs.ingest(made, str(paths[0]), "crawl")["new"] is True


def test_an_ingest_that_dies_takes_nothing_from_another_of_the_same_content(method, tmp_path, monkeypatch):
    paths = write(tmp_path / "files", MOVING)
    made = rebuilt(tmp_path / "home", paths[:1], method)
    before = tables(made), lake_bytes(made)

    monkeypatch.setattr(ledger, "has_batch", lambda *_: False)  # as for a process that looked before the other wrote
    monkeypatch.setattr(ledger, "record", dies)
    with pytest.raises(RuntimeError, match="killed"):
        jobs.ingest(made, str(paths[0]), "crawl")
    assert (tables(made), lake_bytes(made)) == before


def test_an_entry_that_is_read_in_another_way_asks_to_forget_the_dataset_first(method, tmp_path):
    paths = write(tmp_path / "files", MOVING)
    made = rebuilt(tmp_path / "home", paths[:1], method)
    entry = made.registry / "crawl.toml"
    entry.write_text(OBSERVED.replace('text = "text"', 'text = "user"'))

    count(made, method)
    with pytest.raises(InputError, match=r"states another kind, platform, reader or mapping .*guanchao forget"):
        jobs.ingest(made, str(paths[1]), "crawl")

    entry.write_text(OBSERVED)
    jobs.forget(made, "crawl")
    assert [p for p in made.lake.rglob("*") if p.is_file()] == []
    empty = project(tmp_path / "empty")
    count(empty, method)
    assert tables(made) == tables(empty)


def dies(*_):
    raise RuntimeError("killed")


def after_one(write_whole):
    calls = []

    def writer(*args):
        calls.append(args)
        if len(calls) > 1:
            raise RuntimeError("killed")
        write_whole(*args)

    return writer


def test_what_a_killed_process_left_in_the_lake_is_not_counted_and_is_swept(method, tmp_path):
    import os

    paths = write(tmp_path / "files", MOVING)
    made = rebuilt(tmp_path / "home", paths[:1], method)
    listed = next(made.lake.rglob("*.parquet"))
    stray = listed.with_name("0" * 64 + ".parquet")
    stray.write_bytes(listed.read_bytes())
    os.utime(stray, (0, 0))

    assert jobs.plan(made, method=method) == []
    assert jobs.sweep(made) == [str(stray)]
    assert listed.exists()


def test_no_author_id_and_no_text_is_found_outside_the_lake(method, tmp_path):
    secret, words = "7777777777", "阿里女员工的事我看到了"
    post = {"id": "1", "at": "2021-08-08 12:00", "user": secret, "text": words, "likes": 1}
    refused = {"id": "2", "at": "never", "user": secret, "text": words}
    made = rebuilt(tmp_path / "home", write(tmp_path / "files", [[post] * 30 + [refused]]), method)

    for path in (p for p in made.home.rglob("*") if p.is_file()):
        content = path.read_bytes()
        assert secret.encode() not in content, path
        assert words.encode() not in content or path.is_relative_to(made.lake), path


def test_a_file_that_changes_while_it_is_read_is_refused_and_leaves_nothing(method, tmp_path, monkeypatch):
    (path,) = write(tmp_path / "files", MOVING[:1])
    made = project(tmp_path / "home")
    checked = jobs.ingest.__globals__["_Ingest"]._check

    def grows(self, kept):
        checked(self, kept)
        path.write_text(path.read_text() * 2)

    monkeypatch.setattr(jobs.ingest.__globals__["_Ingest"], "_check", grows)
    with pytest.raises(InputError, match="changed while it was read; ingest it again"):
        jobs.ingest(made, str(path), "crawl")
    assert [p for p in made.lake.rglob("*") if p.is_file()] == []


def test_known_gaps_that_are_added_to_an_entry_later_reach_the_ledger(method, tmp_path):
    made = rebuilt(tmp_path / "home", write(tmp_path / "files", MOVING), method)
    entry = made.registry / "crawl.toml"
    entry.write_text(OBSERVED + '[[gaps]]\nfirst = 2021-08-20\nlast = 2021-08-21\nwhy = "lost"\n')

    count(made, method)
    assert [(row[1], row[2], row[3]) for row in tables(made)["coverage"]] == [
        ("2021-08-20", "gap", "lost"),
        ("2021-08-21", "gap", "lost"),
    ]
