"""A day is read in pieces, and says the same however small they are."""

import itertools
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from pipeline import aggregate, forms, jobs, lake
from pipeline.aggregate import Posts
from pipeline.jobs import days, tabulate
from pipeline.settings import Settings
from tests.jobs import projects

WORDS = ["大家谈到劝酒", "天气很好", "破冰游戏", "劝酒//@某:破冰", "阿里女员工"]
MAPPED = projects.MINE.replace('slug = "mine"', 'slug = "again"') + 'post_id = "id"\nobserved_at = "seen"\n'
FIELDS = ["id", "time", "seen", "uid", "content"]
NUMBER = itertools.count()

sightings = st.fixed_dictionaries(
    {
        "id": st.sampled_from("12345"),
        "time": st.sampled_from(["2021-08-08 10:00", "2021-08-09 11:00"]),
        "seen": st.sampled_from(["", "2021-08-10 09:00", "2021-08-10 10:00"]),
        "uid": st.sampled_from("ab"),
        "content": st.sampled_from(WORDS),
    }
)
files = st.lists(st.lists(sightings, min_size=1, max_size=6, unique_by=lambda row: row["id"]), min_size=1, max_size=3)


def ingested(settings: Settings, folder: Path, batches: list[list[dict]]) -> list[days.Day]:
    """The days of a dataset of its own, of which each batch is a file."""
    slug = f"again{next(NUMBER)}"
    (settings.registry / f"{slug}.toml").write_text(MAPPED.replace('slug = "again"', f'slug = "{slug}"'))
    for number, batch in enumerate(batches):
        path = folder / f"{slug}-{number}.csv"
        path.write_text("\n".join(map(",".join, [FIELDS, *([row[name] for name in FIELDS] for row in batch)])))
        jobs.ingest(settings, str(path), slug)
    return days.ingested(settings, slug)


def said(units: aggregate.Units) -> list[dict]:
    return [row for table in units.said() for row in table.select(["text", "quoted"]).to_pylist()]


@given(batches=files, piece=st.integers(1, 3), together=st.integers(1, 3))
@examples(deadline=None, max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_day_in_pieces_is_the_day_as_a_whole(
    settings: Settings,
    method: jobs.Method,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    batches: list[list[dict]],
    piece: int,
    together: int,
):
    for day in ingested(settings, tmp_path, batches):
        whole = Posts.of(aggregate.winners(day.entries(settings), day.day))
        tables = tabulate.tables(method, day.dataset, day.day, whole)
        screen = forms.Screen(["劝酒"])
        standing = sorted(tabulate.standing(screen, whole))
        with monkeypatch.context() as small:
            small.setattr(lake, "_PIECE", piece)
            small.setattr(tabulate, "TOGETHER", together)

            assert said(day.units(settings)) == said(whole)
            assert tabulate.tables(method, day.dataset, day.day, day.units(settings)) == tables
            assert sorted(tabulate.standing(screen, day.standing(settings, screen))) == standing


def test_a_post_whose_last_sighting_lacks_the_word_does_not_stand(settings: Settings, tmp_path: Path):
    row = {"id": "1", "time": "2021-08-08 10:00", "seen": "2021-08-10 09:00", "uid": "a", "content": "大家谈到劝酒"}
    later = row | {"seen": "2021-08-10 10:00", "content": "天气很好"}
    (day,) = ingested(settings, tmp_path, [[row], [later]])

    screen = forms.Screen(["劝酒"])

    assert list(tabulate.standing(screen, day.standing(settings, screen))) == []
