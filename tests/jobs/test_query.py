"""A query as a daily series: the shape, the totals and the gaps of `guanchao series`, and the posts that topics count."""

import datetime as dt
import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from pipeline import jobs, lexicon, series
from pipeline.errors import InputError
from pipeline.jobs import days
from pipeline.jobs.query import _texts, query
from pipeline.schema import Rule
from pipeline.settings import Settings
from pipeline.text import normalise, split_quoted

ROOT = Path(__file__).parents[2]
SAMPLES = ("sample-posts", "sample-weibo-search", "sample-hot-search")


def plain_terms() -> list[tuple[str, str]]:
    """(topic, term) of every sixteenth term that counts wherever it stands; no sample post is mere chatter."""
    found = []
    for topic in lexicon.load().topics:
        rules = [r for r in topic.rules if r.tag and not (r.needs or r.blockers or r.boundary or r.evasion)]
        bound = {
            r.term
            for r in topic.rules
            if r not in rules or r.term != r.shown or replace(r, nowhere=frozenset()) != Rule(r.term, r.shown)
        }
        found += [(topic.id, term) for term in sorted({r.term for r in rules} - bound)[::16]]
    return found


@pytest.fixture(scope="module")
def counted(tmp_path_factory: pytest.TempPathFactory, method: jobs.Method) -> Settings:
    """The three sample datasets, ingested and counted."""
    home = tmp_path_factory.mktemp("counted")
    made = Settings(home, f"sqlite:///{home / 'guanchao.db'}", home / "landing")
    jobs.initialise(made)
    for slug in SAMPLES:
        for path in sorted((ROOT / "sample_data" / slug).iterdir()):
            jobs.ingest(made, str(path), slug)
    list(jobs.count(made, [place for chunk in jobs.plan(made, method=method) for place in chunk], method))
    return made


@pytest.mark.parametrize("slug", SAMPLES)
def test_days_totals_and_gaps_are_those_of_the_series(counted: Settings, slug: str):
    for span in ({}, {"first": dt.date(2021, 7, 1), "last": dt.date(2021, 9, 30)}, {"first": dt.date(2021, 8, 30)}):
        ours = query(counted, "阿里 OR /[酒桌]/", slug, **span)
        theirs = series.volume(counted.database_url, slug, "alibaba_case", **span)

        assert ours.dtypes.astype(str).to_dict() == theirs.dtypes.astype(str).to_dict()
        shared = ["day", "total", "status"]
        pd.testing.assert_frame_equal(ours[shared], theirs[shared])


@pytest.mark.parametrize("slug", SAMPLES)
def test_a_query_of_one_core_term_is_the_series_of_that_term(counted: Settings, slug: str):
    found = 0
    for topic, term in plain_terms():
        ours = query(counted, f'"{term}"', slug)
        pd.testing.assert_frame_equal(ours, series.volume(counted.database_url, slug, topic, term=term))
        found += ours["posts"].sum()
    assert found > 1


@pytest.mark.parametrize("slug", SAMPLES)
def test_the_fast_way_to_the_texts_of_a_day_gives_the_texts_that_are_counted(counted: Settings, slug: str):
    for day in days.ingested(counted, slug)[::5]:
        items = day.items(counted)
        own = [item.text if day.titles else split_quoted(item.text, item.quoted).own for item in items]
        both = [
            item.text if day.titles else "\n".join(filter(None, split_quoted(item.text, item.quoted))) for item in items
        ]

        for quoted, expected in ((False, own), (True, both)):
            texts = _texts(counted, day, quoted=quoted).to_pylist()
            assert sorted(map(normalise, texts)) == sorted(map(normalise, expected))


def test_days_are_counted_alike_alone_and_together(counted: Settings, monkeypatch: pytest.MonkeyPatch):
    together = query(counted, "NOT 阿里 NEAR/9 女员工", "sample-posts")
    monkeypatch.setattr("pipeline.jobs.query._TOGETHER", 1)

    pd.testing.assert_frame_equal(query(counted, "NOT 阿里 NEAR/9 女员工", "sample-posts"), together)


POSTS = """id,seen,time,user,content
1,2021-08-08 12:00,2021-08-08 09:00,1,阿里女员工
1,2021-08-08 13:00,2021-08-08 09:00,1,天气
2,2021-08-08 12:00,2021-08-08 10:00,2,转发//@某人:阿里女员工
3,2021-08-08 12:00,2021-08-08 11:00,2,阿里／／＠某人：天气
5,2021-08-10 12:00,2021-08-10 11:00,3,破冰
"""
MOVED = "id,seen,time,user,content\n5,2021-08-11 12:00,2021-08-11 01:00,3,阿里\n"


@pytest.fixture
def edited(settings: Settings, tmp_path: Path) -> Settings:
    """Posts that were edited, that quote, and one that moves to the next day."""
    settings.registry.joinpath("mine.toml").write_text(
        'slug = "mine"\ntitle = "Mine"\nplatform = "weibo"\nkind = "posts"\nreader = "mapped"\n'
        'source = "a test"\nlicence = "none"\nbasis = "synthetic"\ncitation = "none"\nsampling = "none"\n[mapping]\n'
        'post_id = "id"\nobserved_at = "seen"\ncreated_at = "time"\nauthor = "user"\ntext = "content"\n'
    )
    for name, rows in (("posts.csv", POSTS), ("moved.csv", MOVED)):
        (tmp_path / name).write_text(rows)
        jobs.ingest(settings, str(tmp_path / name), "mine")
    return settings


def numbers(frame: pd.DataFrame) -> list[tuple]:
    return [
        (p, t) if s == "counted" else s for p, t, s in zip(frame["posts"], frame["total"], frame["status"], strict=True)
    ]


@pytest.mark.parametrize(
    ("expression", "quoted", "expected"),
    [
        ("阿里", False, [(1, 3), "gap", (0, 0), (1, 1)]),
        ("阿里", True, [(2, 3), "gap", (0, 0), (1, 1)]),
        ("天气", False, [(1, 3), "gap", (0, 0), (0, 1)]),
        ("天气", True, [(2, 3), "gap", (0, 0), (0, 1)]),
        ("转发 阿里", True, [(1, 3), "gap", (0, 0), (0, 1)]),
        ("NOT 阿里", False, [(2, 3), "gap", (0, 0), (0, 1)]),
        ("match:boundary 阿里", False, [(1, 3), "gap", (0, 0), (1, 1)]),
    ],
)
def test_the_winner_speaks_own_and_quoted_apart_without_any_count_before(edited, expression, quoted, expected):
    assert numbers(query(edited, expression, "mine", quoted=quoted)) == expected


def test_what_cannot_be_asked_is_said_in_one_sentence(edited: Settings):
    with pytest.raises(InputError, match="There is no ingested dataset 'mein'; did you mean mine"):
        query(edited, "阿里", "mein")
    with pytest.raises(InputError, match="The span is empty"):
        query(edited, "阿里", "mine", first=dt.date(2021, 8, 9), last=dt.date(2021, 8, 8))
    with pytest.raises(InputError, match="The query cannot be read at the mark"):
        query(edited, "阿里 AND", "mine")


def test_a_span_outside_the_lake_is_a_span_of_gaps(edited: Settings):
    frame = query(edited, "阿里", "mine", first=dt.date(2021, 9, 1), last=dt.date(2021, 9, 2))

    assert numbers(frame) == ["gap", "gap"]


def test_the_command_prints_what_series_prints_and_says_how_it_read_the_expression(counted: Settings, tmp_path: Path):
    def run(*words: str, code: int = 0) -> subprocess.CompletedProcess:
        env = {"GUANCHAO_HOME": str(counted.home), "LANG": "C.UTF-8", "PATH": ""}
        done = subprocess.run(
            [Path(sys.executable).parent / "guanchao", *words],
            env=env, cwd=ROOT, capture_output=True, text=True, check=False, timeout=120,
        )  # fmt: skip
        assert done.returncode == code, done.stdout + done.stderr
        return done

    place = ("--dataset", "sample-posts", "--from", "2021-08-27", "--to", "2021-08-29")
    asked = run("query", "阿里女员工 OR 王某文 AND 济南", *place, "--json")
    assert asked.stderr == "Read as: 阿里女员工 OR (王某文 AND 济南)\n"
    (topic,) = [json.loads(run("series", *place, "--topic", "alibaba_case", "--json").stdout)]
    ours = json.loads(asked.stdout)
    assert [list(row) for row in ours] == [list(row) for row in topic]
    assert [(row["day"], row["total"], row["status"]) for row in ours] == [
        (r["day"], r["total"], r["status"]) for r in topic
    ]

    out = tmp_path / "series.csv"
    run("query", "阿里女员工", *place, "--out", str(out))
    assert out.read_text().splitlines()[0] == "day,posts,total,share,lo,hi,status"
    assert out.read_text().splitlines()[-1] == "2021-08-29,,,,,,gap"
    assert run("query", "阿里 AND", *place, code=1).stderr.count("\n") == 1
    assert "cannot be written" in run("query", "阿里", *place, "--out", str(tmp_path / "no" / "x.csv"), code=1).stderr
