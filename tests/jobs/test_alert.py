"""Alerts on real databases, received by a real HTTP server: each fact once, whatever fails and whoever sends."""

import datetime as dt
import json
import os
import subprocess
import sys
import threading
import time
from collections import Counter
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, func, select
from typer.testing import CliRunner

from pipeline import cli, jobs
from pipeline.addresses import Undelivered
from pipeline.errors import InputError
from pipeline.jobs.alert import alert
from pipeline.store.connection import connect, writing
from pipeline.store.models import AlertSent
from tests.jobs import projects

TODAY = dt.date(2021, 8, 8)
START = dt.date(2021, 7, 1)
ROOT = Path(__file__).parents[2]


class Receiver:
    """A web hook: answers with `statuses` in turn, then with 200, and keeps what it accepted, by path."""

    def __init__(self):
        self.statuses: list[int] = []
        self.delay = 0.0
        self.accepted: list[tuple[str, dict]] = []
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                message = json.loads(self.rfile.read(int(self.headers["content-length"])))
                time.sleep(receiver.delay)
                status = receiver.statuses.pop(0) if receiver.statuses else 200
                if status == 200:
                    receiver.accepted.append((self.path, message))
                self.send_response(status)
                self.end_headers()

            def log_message(self, *args):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def url(self, path: str = "hook") -> str:
        return f"json://user:hunter2@127.0.0.1:{self.server.server_port}/{path}"

    @property
    def titles(self) -> list[str]:
        return [message["title"] for _, message in self.accepted]


@pytest.fixture
def receiver():
    receiver = Receiver()
    yield receiver
    receiver.server.shutdown()
    receiver.server.server_close()


@pytest.fixture
def project(database_url, receiver, tmp_path):
    return projects.made(tmp_path, database_url, alert_urls=receiver.url())


def finding(check="over", dataset="d", day="2021-08-01", level="fail") -> dict:
    fact = f"{check}/{dataset}/{day}"
    return {"check": check, "level": level, "dataset": dataset, "day": day, "topic": None, "sentence": f"{fact}."} | {
        "rows": [],
        "fact": fact,
    }


def told(project) -> int:
    engine = connect(project.database_url)
    with writing(engine) as connection:
        number = connection.scalar(select(func.count()).select_from(AlertSent))
    engine.dispose()
    return number


def send(project, *findings, **options):
    return alert(project, findings, today=TODAY, **options)


def test_a_fact_is_told_once(project, receiver):
    silent = finding("silent", level="warn")
    first = send(project, finding(), silent, finding("volume", level="warn"))
    second = send(project, finding(), silent)

    assert receiver.titles == ["Guanchao: the check “over” fails for d", "Guanchao: d has gone silent"]
    assert [message["to"] for message in first["messages"]] == [["address 1 (json)"]] * 2
    assert second == {"messages": [], "notes": []}


def test_failures_of_one_check_are_one_message_and_later_ones_another_of_what_is_new(project, receiver):
    days = [finding(day=f"2021-08-0{n}") for n in range(1, 4)]
    send(project, *days[:2])
    send(project, *days)

    bodies = [message["message"] for _, message in receiver.accepted]
    assert [body.count("over/d/") for body in bodies] == [2, 1]
    assert "over/d/2021-08-03." in bodies[1]


def test_what_was_not_taken_is_not_noted_and_goes_out_the_next_time(project, receiver):
    receiver.statuses = [500]
    with pytest.raises(
        Undelivered, match=r"address 1 \(json\) did not take “Guanchao: the check “future” .*error=500"
    ) as failure:
        send(project, finding(), finding("future"))
    assert "hunter2" not in str(failure.value)
    assert (receiver.titles, told(project)) == (["Guanchao: the check “over” fails for d"], 1)

    send(project, finding(), finding("future"))
    send(project, finding(), finding("future"))
    assert sorted(receiver.titles) == [f"Guanchao: the check “{name}” fails for d" for name in ("future", "over")]


def test_an_address_that_fails_does_not_make_the_others_hear_twice(project, receiver):
    both = replace(project, alert_urls=f"{receiver.url('one')} {receiver.url('two')}")
    receiver.statuses = [200, 503]
    with pytest.raises(Undelivered, match=r"^address 2 \(json\)"):
        send(both, finding())
    send(both, finding())

    assert [path for path, _ in receiver.accepted] == ["/one", "/two"]


@pytest.fixture
def plain(settings, receiver):
    return replace(settings, alert_urls=f"{receiver.url('one')} {receiver.url('two')}")


RUNS = st.lists(
    st.tuples(st.sets(st.integers(1, 4)), st.lists(st.sampled_from([200, 400, 500]), max_size=8)),
    min_size=1,
    max_size=4,
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(RUNS)
def test_whatever_fails_in_whatever_run_each_address_hears_a_fact_once_in_the_end(plain, receiver, runs):
    engine = connect(plain.database_url)
    with writing(engine) as connection:
        connection.execute(delete(AlertSent))
    engine.dispose()
    receiver.accepted.clear()
    facts = set().union(*(numbers for numbers, _ in runs))
    for numbers, statuses in [*runs, (facts, [])]:
        receiver.statuses = list(statuses)
        try:
            send(plain, *(finding(dataset=f"d{n}") for n in sorted(numbers)))
        except Undelivered:
            continue

    heard = Counter((path, message["title"]) for path, message in receiver.accepted)
    assert heard == {
        (path, f"Guanchao: the check “over” fails for d{n}"): 1 for path in ("/one", "/two") for n in facts
    }


SCRIPT = """
import json, sys
from pipeline.jobs import Settings
from pipeline.jobs.alert import alert
print("ready", flush=True)
sys.stdin.readline()
alert(Settings.from_env(), json.loads(sys.argv[1]))
"""


def test_of_two_processes_at_once_of_which_one_fails_the_other_tells(project, receiver):
    receiver.delay, receiver.statuses = 0.5, [500]
    env = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "GUANCHAO_HOME": str(project.home),
        "GUANCHAO_DATABASE_URL": project.database_url,
        "GUANCHAO_ALERT_URLS": project.alert_urls,
    }
    options = {"env": env, "text": True} | dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
    command = [sys.executable, "-c", SCRIPT, json.dumps([finding(), finding("future")])]
    running = [subprocess.Popen(command, **options) for _ in range(2)]
    assert [process.stdout.readline() for process in running] == ["ready\n"] * 2
    for process in running:
        process.stdin.write("go\n")
        process.stdin.flush()
    errors = "".join(process.communicate(timeout=200)[1] for process in running)

    assert sorted(process.returncode for process in running) == [0, 1], errors
    assert sorted(receiver.titles) == [f"Guanchao: the check “{name}” fails for d" for name in ("future", "over")]
    assert "What is left is sent when alerts run again." in errors
    assert "hunter2" not in errors


def posts(days: dict[int, int]) -> str:
    """Ten posts a day for 36 days; on some days so many more about a topic, each by somebody else."""
    lines = ["time,uid,content"]
    for number in range(36):
        day = START + dt.timedelta(days=number)
        lines += [f"{day} 08:00,{n},今天天气很好{n}" for n in range(10)]
        lines += [f"{day} 09:00,{100 + n},据报道领导劝酒{n}" for n in range(days.get(number, 0))]
    return "\n".join(lines) + "\n"


def add_posts(project, method, folder: Path, name: str, days: dict[int, int]) -> None:
    (project.registry / "mine.toml").write_text(projects.MINE)
    path = folder / name
    path.write_text(posts(days))
    jobs.ingest(project, str(path), "mine")
    projects.counted(project, method)


def test_a_burst_is_told_in_a_dry_run_and_nothing_is_kept(project, receiver, method, tmp_path):
    add_posts(project, method, tmp_path, "a.csv", {3: 1, 34: 9, 35: 12})

    (message,) = send(project, dry_run=True)["messages"]
    assert (message["kind"], message["dataset"], message["topic"]) == ("burst", "mine", "drinking_culture")
    assert (message["day"], message["to"]) == ("2021-08-05", [])
    assert "Share: 5,454.5 per 10,000 posts (12 of 22), 95 % Wilson interval 3,466.0 to 7,308.0;" in message["body"]
    assert "Usual level: 0.0 per 10,000, the median of the 28 counted days before the burst." in message["body"]
    assert "劝酒" not in message["body"]
    assert send(replace(project, alert_urls=""), dry_run=True)["messages"] == [message]
    assert (receiver.titles, told(project)) == ([], 0)


def test_a_burst_is_sent_with_its_chart_and_not_again_when_it_goes_on(settings, receiver, method, tmp_path):
    project = replace(settings, alert_urls=receiver.url())
    add_posts(project, method, tmp_path, "a.csv", {34: 12})
    (sent,) = send(project)["messages"]
    assert receiver.titles == ["Guanchao: burst of drinking_culture in mine, 2021-08-04"]
    assert Path(sent["figure"]).stat().st_size > 50_000
    assert f"Figure: {sent['figure']}" in receiver.accepted[0][1]["message"]

    add_posts(project, method, tmp_path, "b.csv", {33: 15, 34: 0, 35: 18})
    assert send(project)["messages"] == []
    assert told(project) == 3
    assert len(receiver.titles) == 1


def test_old_bursts_are_history_unless_asked_for_and_none_is_told_while_days_wait(settings, method, tmp_path):
    add_posts(settings, method, tmp_path, "a.csv", {20: 12})
    assert send(settings, dry_run=True)["messages"] == []
    assert len(send(settings, dry_run=True, since=START)["messages"]) == 1

    late = tmp_path / "late.csv"
    late.write_text("time,uid,content\n2021-08-05 10:00,1,今天\n")
    jobs.ingest(settings, str(late), "mine")
    assert send(settings, dry_run=True, since=START) == {
        "messages": [],
        "notes": ["mine: no bursts are told while days wait to be counted; run `guanchao aggregate`."],
    }


def test_without_an_address_the_job_says_so_and_the_command_fails(settings):
    note = "No address is configured (GUANCHAO_ALERT_URLS): nothing was sent."
    assert send(settings, finding()) == {"messages": [], "notes": [note]}

    with pytest.raises(InputError, match=r"^No address is configured; set GUANCHAO_ALERT_URLS to Apprise URLs"):
        CliRunner().invoke(cli.app, ["alert"], env={"GUANCHAO_HOME": str(settings.home)}, catch_exceptions=False)


def test_the_command_prints_what_it_would_send(settings, method, tmp_path):
    projects.add_boards(settings, tmp_path, {"2021-08-08": ["天气"]})
    projects.counted(settings, method)
    env = {"GUANCHAO_HOME": str(settings.home), "GUANCHAO_ALERT_URLS": "json://user:hunter2@127.0.0.1:9"}

    shown = CliRunner().invoke(cli.app, ["alert", "--dry-run"], env=env).output
    assert shown.startswith("To nobody: a dry run\nGuanchao: weibo-hot-search has gone silent\n")
    assert shown.endswith("1 message would be sent.\n")
    assert "hunter2" not in shown


def test_settings_do_not_show_the_addresses():
    made = jobs.Settings.from_env({"GUANCHAO_HOME": "/x", "GUANCHAO_ALERT_URLS": "json://user:hunter2@host"})

    assert made.alert_urls == "json://user:hunter2@host"
    assert "hunter2" not in repr(made) + str(made)
