"""`latest` is a whole edition at every moment."""

import datetime as dt
import os
import subprocess

import pytest

from pipeline.errors import InputError
from pipeline.jobs import edition
from pipeline.jobs.edition import publish
from pipeline.schema import SHANGHAI

NOON = dt.datetime(2026, 1, 5, 12, 0, tzinfo=SHANGHAI)


@pytest.fixture
def made(settings):
    """Makes a file of the data home and says where."""

    def write(name: str, content: str) -> str:
        path = settings.home / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(content)
        return str(path)

    return write


def names(settings) -> list[str]:
    return sorted(path.name for path in (settings.home / "published").iterdir())


def test_an_edition_holds_the_files_where_they_lie_in_the_home_with_their_sums(settings, made):
    done = publish(settings, [made("figures/a.png", "1"), made("notebooks/a.ipynb", "2")], now=NOON)

    assert done == {"edition": str(settings.home / "published" / "2026-01-05_120000"), "files": 2}
    latest = settings.home / "published" / "latest"
    assert (latest / "figures" / "a.png").read_text() == "1"
    checked = subprocess.run(
        ["sha256sum", "--check", "SHA256SUMS"], cwd=latest, capture_output=True, text=True, check=True
    )
    assert checked.stdout == "figures/a.png: OK\nnotebooks/a.ipynb: OK\n"


def test_a_new_edition_leaves_the_old_ones_as_they_were(settings, made):
    publish(settings, [made("figures/a.png", "1")], now=NOON)
    publish(settings, [made("figures/a.png", "2")], now=NOON)

    published = settings.home / "published"
    assert names(settings) == ["2026-01-05_120000", "2026-01-05_120000-2", "latest"]
    assert os.readlink(published / "latest") == "2026-01-05_120000-2"
    assert (published / "2026-01-05_120000" / "figures" / "a.png").read_text() == "1"
    assert (published / "latest" / "figures" / "a.png").read_text() == "2"


def test_what_fails_on_the_way_leaves_latest_alone_and_is_swept_a_day_later(settings, made, monkeypatch):
    publish(settings, [made("figures/a.png", "1")], now=NOON)
    with monkeypatch.context() as patch:
        patch.setattr(edition, "_sum_up", lambda _: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            publish(settings, [made("figures/a.png", "2")], now=NOON)

    published = settings.home / "published"
    assert (published / "latest" / "figures" / "a.png").read_text() == "1"
    (draft,) = published.glob(".draft-*")
    soon = dt.datetime.now(SHANGHAI) + dt.timedelta(hours=1)
    publish(settings, [made("figures/a.png", "3")], now=soon)
    assert draft.exists()
    publish(settings, [made("figures/a.png", "4")], now=soon + dt.timedelta(days=1))
    assert not draft.exists()


def test_nothing_a_missing_file_and_one_from_elsewhere_are_not_published(settings, made, tmp_path):
    (tmp_path / "secret").write_text("1")
    for paths, why in (
        ([], "nothing to publish"),
        ([str(settings.home / "gone.png")], "no such file"),
        ([made("figures/a.png", "1"), str(tmp_path / "secret")], "outside the data home"),
    ):
        with pytest.raises(InputError, match=why):
            publish(settings, paths)
    assert not (settings.home / "published").exists()
