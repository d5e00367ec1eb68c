"""The command line as a person meets it: real processes, one sentence per fault, exit codes 0, 1 and 2."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
COMMAND = Path(sys.executable).parent / "guanchao"


class Shell:
    """Runs `guanchao` in a data home of its own."""

    def __init__(self, home: Path):
        self.home = home
        self._env = {"PATH": os.environ["PATH"], "GUANCHAO_HOME": str(home), "LANG": "C.UTF-8", "PYTHONPATH": str(ROOT)}

    def run(self, *words: str, code: int = 0, **env: str) -> subprocess.CompletedProcess:
        done = subprocess.run(
            [COMMAND, *words], env=self._env | env, cwd=ROOT, capture_output=True, text=True, check=False, timeout=120
        )
        assert done.returncode == code, done.stdout + done.stderr
        assert "Traceback" not in done.stderr
        return done


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    return Shell(tmp_path / "home")


def test_the_whole_way_on_a_csv_of_ones_own(shell: Shell, tmp_path: Path):
    shell.run("init")
    (shell.home / "datasets" / "mine.toml").write_text(
        'slug = "mine"\ntitle = "My posts"\nplatform = "weibo"\nkind = "posts"\nreader = "mapped"\n'
        'source = "a test"\nlicence = "none"\nbasis = "synthetic"\ncitation = "none"\nsampling = "none"\n'
        'max_reject_share = 0.3\n[mapping]\ntext = "content"\ncreated_at = "time"\nauthor = "uid"\n'
    )
    posts = tmp_path / "posts.csv"
    posts.write_text(
        "time,uid,content\n2021-08-08 09:00,1,阿里女员工被侵害\n2021-08-08 10:00,2,天气\n2021-08-09 01:00,2,\n"
        "2021-08-09 02:00,3,你好\n"
    )

    ran = shell.run("run", str(posts), "--dataset", "mine")
    assert "Ingested 1 new file: 3 rows on 2 days, 1 line refused" in ran.stdout
    assert "alibaba_case" in ran.stdout

    rows = json.loads(shell.run("series", "--dataset", "mine", "--topic", "alibaba_case", "--json").stdout)
    assert [(row["day"], row["posts"], row["total"], row["status"]) for row in rows] == [
        ("2021-08-08", 1, 2, "counted"),
        ("2021-08-09", 0, 1, "counted"),
    ]
    assert list(rows[0]) == ["day", "posts", "total", "share", "lo", "hi", "status"]
    paths = shell.run("chart", "--dataset", "mine", "--topic", "alibaba_case").stdout.split()
    assert [Path(path).suffix for path in paths] == [".png", ".pdf", ".csv"]
    assert all(Path(path).stat().st_size > 100 for path in paths)


def test_the_real_archive_gives_the_published_series_and_its_gaps(shell: Shell, shared_data: Path):
    words = ("ingest", str(shared_data / "weibo-hot-search" / "raw"), "--dataset", "weibo-hot-search")
    first = shell.run(*words)
    assert "Ingested 51 new files: 16,777 rows on 48 days, 0 lines refused" in first.stdout
    assert first.stderr.count("is a gap, not a zero") == 3
    shell.run("aggregate")

    def series(topic: str, start: str, end: str) -> list[dict]:
        span = ("--from", start, "--to", end)
        return json.loads(
            shell.run("series", "--dataset", "weibo-hot-search", "--topic", topic, *span, "--json").stdout
        )

    case = [row["posts"] for row in series("alibaba_case", "2021-08-05", "2021-08-20")]
    assert case == [0, 0, 0, 10, 11, 8, 6, 0, 0, 2, 7, 3, 0, 0, 0, 0]
    assert [row["posts"] for row in series("drinking_culture", "2021-08-08", "2021-08-11")] == [2, 4, 4, 2]
    gaps = series("alibaba_case", "2021-09-24", "2021-09-26")
    assert [(row["status"], row["posts"], row["share"]) for row in gaps] == [("gap", None, None)] * 3

    assert "Ingested 0 new files" in shell.run(*words).stdout
    assert "Every day is counted already" in shell.run("aggregate").stdout


FAULTS = {
    "an unknown dataset": (["ingest", "README.md", "--dataset", "weibo"], 1, "There is no dataset 'weibo'"),
    "a missing path": (["ingest", "nowhere", "--dataset", "weibo-hot-search"], 1, "nowhere: no such file or folder."),
    "a series of nothing": (["series", "--dataset", "x", "--topic", "y"], 1, "run `guanchao init`."),
    "an option that does not exist": (["series", "--datset", "x"], 2, "No such option"),
    "a day that is none": (["series", "--dataset", "x", "--topic", "y", "--from", "8 August"], 2, "does not match"),
    "a database of another kind": (
        ["status"],
        1,
        "GUANCHAO_DATABASE_URL is not the URL of a SQLite or PostgreSQL database",
    ),
}


@pytest.mark.parametrize(("words", "code", "message"), FAULTS.values(), ids=FAULTS)
def test_a_fault_is_one_sentence_and_an_exit_code(shell: Shell, words: list[str], code: int, message: str):
    env = {"GUANCHAO_DATABASE_URL": "counts.db"} if words == ["status"] else {}
    done = shell.run(*words, code=code, **env)

    assert message in done.stderr
    if code == 1:
        assert done.stderr.count("\n") == 1


def test_one_bad_file_of_a_folder_does_not_hold_back_the_others(shell: Shell, tmp_path: Path):
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "2021-08-08.json").write_text('[{"title": "甲", "url": "/"}]')
    (folder / "2021-08-09.json").write_text("<html>")

    done = shell.run("ingest", str(folder), "--dataset", "weibo-hot-search", code=1)

    assert "Ingested 1 new file: 1 row on 1 day" in done.stdout
    assert "2021-08-09.json:1: not valid JSON" in done.stderr
    assert "Refused: 1 of 2 files." in done.stderr


def test_status_shows_batches_rejects_and_gaps(shell: Shell, tmp_path: Path):
    path = tmp_path / "2021-08-08.json"
    path.write_text('[{"title": "甲"}, {}]')
    shell.run("ingest", str(path), "--dataset", "weibo-hot-search", "--max-reject-share", "0.5")

    shown = shell.run("status").stdout
    assert "weibo-hot-search" in shown
    assert "no_text" in shown
    assert "2021-09-24 to 2021-10-27 (34 days) missing" in shown
    assert json.loads(shell.run("status", "--json").stdout)["datasets"][0]["rejected"] == 1


def test_an_unexpected_error_is_one_sentence_and_a_traceback_on_demand(shell: Shell):
    shell.run("init")
    (shell.home / "guanchao.db").write_bytes(b"no database at all" * 100)

    done = shell.run("status", code=1)
    assert "guanchao --debug" in done.stderr
    assert done.stderr.count("\n") == 1


def test_init_may_be_repeated_and_keeps_the_key(shell: Shell):
    assert "made a new pseudonym key" in shell.run("init").stdout
    key = (shell.home / "pseudonym.key").read_bytes()

    assert "kept the pseudonym key" in shell.run("init").stdout
    assert (shell.home / "pseudonym.key").read_bytes() == key


def test_topics_before_any_count_is_an_empty_table_and_an_unknown_dataset_a_sentence(shell: Shell):
    shell.run("init")

    assert json.loads(shell.run("topics", "--json").stdout) == []
    assert "There is no counted dataset 'nope'" in shell.run("topics", "--dataset", "nope", code=1).stderr


def test_inspect_shows_what_a_file_is_and_writes_nothing(shell: Shell):
    shown = shell.run("inspect", "sample_data/sample-weibo-search/2021-08-31.csv").stdout

    assert "weibo_search_csv" in shown
    assert "1,116 rows of 1,116 would be kept, 2021-08-31 to 2021-09-05" in shown
    assert "texts were cut off by the site" in shown
    assert not shell.home.exists()


def test_a_home_with_blanks_percents_and_chinese_in_its_path_works(tmp_path: Path):
    shell = Shell(tmp_path / "a b%41?家")

    assert "家/guanchao.db" in shell.run("init").stdout
    assert (shell.home / "guanchao.db").exists()
    assert shell.home.stat().st_mode & 0o077 == 0
