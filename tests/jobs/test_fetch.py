"""The days of an archive come into landing, and a source is asked no more than needed."""

import datetime as dt
import fcntl
import json
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pipeline import cli, datasets, jobs
from pipeline.errors import InputError
from pipeline.fetch import Manners
from pipeline.fields import day_in_name
from pipeline.jobs.fetch import fetch, fetchable
from pipeline.settings import Settings
from tests.archives import Answer, Archive, archive, cut, file, hang_up, login, status, titles

ROOT = Path(__file__).parents[2]
HASTY = Manners(pause=0, timeout=0.25, attempts=2, backoff=0, longest_wait=2)
SLUG = "weibo-hot-search"
RAW = "/justjavac/weibo-trending-hot-search/HEAD/raw/"
TODAY = dt.date(2021, 8, 20)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A project whose database is made by the first who needs it."""
    made = Settings(tmp_path, f"sqlite:///{tmp_path / 'guanchao.db'}", tmp_path / "landing")
    made.registry.mkdir()
    return made


@pytest.fixture
def server() -> Iterator[Archive]:
    with archive() as running:
        yield running


Bring = Callable[..., list[dict]]


@pytest.fixture
def bring(settings: Settings, server: Archive) -> Bring:
    """Fetches days of August 2021 from the server."""

    def fetched(first: int = 1, last: int = 3, **more) -> list[dict]:
        span = dt.date(2021, 8, first), dt.date(2021, 8, last)
        return fetch(settings, SLUG, *span, **{"base": server.url, "manners": HASTY, "today": TODAY} | more)

    return fetched


def publish(server: Archive, answers: dict[int, Answer]) -> None:
    server.answers = {f"{RAW}2021-08-{day:02}.json": answer for day, answer in answers.items()}


def good(*days: int) -> dict[int, Answer]:
    return {day: file(titles(f"2021-08-{day:02}"), f'"{day}"') for day in days}


def statuses(days: list[dict]) -> list[str]:
    return [day["status"] for day in days]


def landed(settings: Settings) -> list[str]:
    return sorted(path.name for path in (settings.landing / SLUG).iterdir() if not path.name.startswith("."))


def test_each_day_says_what_became_of_it(settings: Settings, server: Archive, bring: Bring):
    publish(server, good(1) | {2: login})
    size = len(titles("2021-08-01"))

    assert bring() == [
        {"day": "2021-08-01", "status": "fetched", "bytes": size, "why": "", "later": False},
        {
            "day": "2021-08-02",
            "status": "refused",
            "bytes": 0,
            "why": f"{server.url}{RAW}2021-08-02.json: is a web page, such as a login, where JSON should be",
            "later": False,
        },
        {
            "day": "2021-08-03",
            "status": "absent",
            "bytes": 0,
            "why": "the archive has no file of this day",
            "later": False,
        },
    ]
    assert landed(settings) == ["2021-08-01.json"]


def test_what_lies_beside_the_files_is_hidden_from_discover(settings: Settings, server: Archive, bring: Bring):
    publish(server, {1: cut(titles("2021-08-01"), 50, '"1"')})
    assert statuses(bring(1, 1)) == ["refused"]
    assert len(list((settings.landing / SLUG).iterdir())) > 1
    assert jobs.discover(settings) == []

    publish(server, good(1))
    assert statuses(bring(1, 1)) == ["fetched"]
    assert [Path(found["path"]).name for found in jobs.discover(settings)] == ["2021-08-01.json"]


def test_a_second_run_transfers_nothing(settings: Settings, server: Archive, bring: Bring):
    publish(server, good(1, 2, 3))
    first = bring()
    record = (settings.landing / SLUG / ".fetched.json").read_bytes()
    server.requests.clear()

    assert statuses(bring()) == ["unchanged"] * 3
    assert [day["bytes"] for day in bring()] == [day["bytes"] for day in first]
    assert server.asked("If-None-Match") == ['"1"', '"2"', '"3"'] * 2
    assert (settings.landing / SLUG / ".fetched.json").read_bytes() == record


def test_the_record_states_address_etag_and_checksum(settings: Settings, server: Archive, bring: Bring):
    publish(server, good(1))
    bring(1, 1)
    record = json.loads((settings.landing / SLUG / ".fetched.json").read_text())["2021-08-01.json"]

    assert re.fullmatch(r"[0-9a-f]{64}", record.pop("sha256"))
    assert record.pop("fetched_at").endswith("+08:00")
    assert record == {"url": f"{server.url}{RAW}2021-08-01.json", "etag": '"1"', "bytes": len(titles("2021-08-01"))}


@pytest.mark.parametrize(
    ("change", "then"),
    [
        (lambda folder: (folder / "2021-08-01.json").unlink(), "fetched"),
        (lambda folder: (folder / "2021-08-01.json").write_bytes(b"[]"), "fetched"),
        (lambda folder: (folder / ".fetched.json").unlink(), "unchanged"),
        (lambda folder: (folder / ".fetched.json").write_text('{"2021-08-01.json": '), "unchanged"),
        (lambda folder: (folder / ".fetched.json").write_text('{"2021-08-01.json": {"etag": "x"}}'), "unchanged"),
        (lambda folder: (folder / ".fetched.json").write_bytes(b"\xff"), "unchanged"),
    ],
    ids=["file gone", "file changed", "record gone", "record cut", "record of another kind", "record damaged"],
)
def test_a_file_that_is_not_as_recorded_is_fetched_whole(
    settings: Settings, server: Archive, bring: Bring, change: Callable[[Path], None], then: str
):
    publish(server, good(1))
    bring(1, 1)
    change(settings.landing / SLUG)

    assert statuses(bring(1, 1)) == [then]
    assert server.asked("If-None-Match") == [None, None]
    assert (settings.landing / SLUG / "2021-08-01.json").read_bytes() == titles("2021-08-01")
    assert statuses(bring(1, 1)) == ["unchanged"]
    assert server.asked("If-None-Match")[-1] == '"1"'


def test_an_etag_is_told_to_the_address_that_gave_it_alone(server: Archive, bring: Bring):
    publish(server, good(1))
    bring(1, 1)
    server.answers["/mirror" + RAW + "2021-08-01.json"] = file(titles("2021-08-01"), '"1"')

    assert statuses(bring(1, 1, base=f"{server.url}/mirror/")) == ["unchanged"]
    assert server.asked("If-None-Match") == [None, None]


def test_a_file_that_has_grown_is_fetched_anew_and_found_by_discover(settings: Settings, server: Archive, bring: Bring):
    publish(server, good(1))
    bring(1, 1)
    for found in jobs.discover(settings):
        jobs.ingest(settings, **found)
    publish(server, {1: file(titles("2021-08-01", 45), '"later"')})

    assert statuses(bring(1, 1)) == ["fetched"]
    [found] = jobs.discover(settings)
    assert jobs.ingest(settings, **found)["posts"] == 45


def test_a_day_that_is_gone_keeps_its_file(settings: Settings, server: Archive, bring: Bring):
    publish(server, good(1))
    bring(1, 1)
    publish(server, {})

    assert statuses(bring(1, 1)) == ["absent"]
    assert landed(settings) == ["2021-08-01.json"]


def test_no_day_in_the_future_is_asked_for(server: Archive, bring: Bring):
    days = bring(17, 22)

    assert [day["why"] for day in days] == [
        "the archive has no file of this day",
        *["not there yet"] * 3,
        *["the day has not come yet"] * 2,
    ]
    assert statuses(days) == ["absent"] * 6
    assert len(server.requests) == 4


def test_a_source_that_fails_three_times_in_a_row_is_left_alone(server: Archive, bring: Bring):
    publish(server, good(1, 3) | dict.fromkeys((2, 4, 5, 6), status(503)))
    days = bring(1, 9)

    assert statuses(days) == ["fetched", "refused", "fetched", *["refused"] * 6]
    assert days[-1]["why"] == "2021-08-09 was not asked for: 3 files in a row could not be had"
    assert all(day["later"] for day in days if day["status"] == "refused")
    assert server.requests[-1].path.endswith("08-06.json")


def test_what_is_no_data_does_not_stop_the_days_after_it(bring: Bring, server: Archive):
    publish(server, dict.fromkeys(range(1, 8), login) | good(8))

    assert statuses(bring(1, 8)) == ["refused"] * 7 + ["fetched"]


@pytest.mark.parametrize("busy", [status(429, Retry_After="3600"), status(503, Retry_After="3600"), status(429)])
def test_a_server_that_wants_to_be_left_alone_is(server: Archive, bring: Bring, busy: Answer):
    publish(server, good(1, 3, 4) | {2: busy})
    days = bring(1, 4)

    assert statuses(days) == ["fetched", "refused", "refused", "refused"]
    assert days[-1]["why"] == "2021-08-04 was not asked for: the server wants to be left alone for now"
    assert {request.path[-7:-5] for request in server.requests} == {"01", "02"}


def test_a_run_that_is_broken_off_keeps_what_it_has(settings: Settings, server: Archive, bring: Bring):
    def broken_off(days):
        yield from days[:2]
        raise KeyboardInterrupt

    publish(server, good(1, 2, 3))
    with pytest.raises(KeyboardInterrupt):
        bring(along=broken_off)
    assert landed(settings) == ["2021-08-01.json", "2021-08-02.json"]

    server.requests.clear()
    assert statuses(bring()) == ["unchanged", "unchanged", "fetched"]
    assert server.asked("If-None-Match") == ['"1"', '"2"', None]


def test_a_home_that_a_fetch_makes_is_private(tmp_path: Path, server: Archive):
    project = Settings(tmp_path / "new", "sqlite://", tmp_path / "new" / "landing")
    publish(server, good(1))
    day = dt.date(2021, 8, 1)

    assert statuses(fetch(project, SLUG, day, day, base=server.url, manners=HASTY)) == ["fetched"]
    assert project.home.stat().st_mode & 0o777 == 0o700


def test_one_fetch_of_a_dataset_runs_at_a_time(settings: Settings, server: Archive, bring: Bring):
    publish(server, good(1))
    bring(1, 1)
    with (settings.landing / SLUG / ".fetch.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(InputError, match="another fetch is under way here; wait until it is done"):
            bring(1, 1)
    assert statuses(bring(1, 1)) == ["unchanged"]


def test_the_environment_may_name_a_mirror(server: Archive, bring: Bring, monkeypatch: pytest.MonkeyPatch):
    publish(server, good(1))
    monkeypatch.setenv("GUANCHAO_FETCH_BASE", server.url)

    assert statuses(bring(1, 1, base=None)) == ["fetched"]


@pytest.mark.parametrize(
    ("slug", "more", "sentence"),
    [
        ("weibo-cov", {}, "weibo-cov cannot be fetched, as its entry has no table [fetch]; those that can are: toutiao-"),
        ("weibo-hot-serch", {}, "There is no dataset 'weibo-hot-serch'; did you mean weibo-hot-search"),
        (SLUG, {"base": "mirror.example"}, "'mirror.example' is no base of addresses; write https://host or"),
        (SLUG, {"base": "ftp://mirror.example"}, "'ftp://mirror.example' is no base of addresses; write"),
        (SLUG, {"last": dt.date(2021, 7, 31)}, "The span is empty: its first day 2021-08-01 lies after its last day"),
    ],
)  # fmt: skip
def test_a_request_that_makes_no_sense_is_one_sentence(settings: Settings, slug: str, more: dict, sentence: str):
    span = {"first": dt.date(2021, 8, 1), "last": dt.date(2021, 8, 2)}
    with pytest.raises(InputError) as caught:
        fetch(settings, slug, **span | more)
    assert str(caught.value).startswith(sentence)
    assert not (settings.landing / slug).exists()


# The entries


@pytest.mark.parametrize("dataset", [d for d in datasets.load().values() if d.fetch], ids=lambda dataset: dataset.slug)
def test_a_packaged_entry_names_a_file_whose_day_can_be_read(dataset: datasets.Dataset):
    day = dt.date(2021, 8, 8)
    repository, name = re.fullmatch(
        r"https://raw\.githubusercontent\.com/([\w-]+/[\w-]+)/HEAD/raw/(.+)", dataset.fetch.address(day)
    ).groups()

    assert repository in dataset.source
    assert dataset.licence == "MIT"
    assert day_in_name(name) == day


def test_the_page_on_fetching_lists_what_can_be_fetched(settings: Settings):
    rows = re.findall(r"^\| `([\w-]+)` \| (\S+), `raw/(.+)` \|$", (ROOT / "docs" / "fetch.md").read_text(), flags=re.M)
    known = datasets.load()

    assert [slug for slug, _, _ in rows] == sorted(fetchable(settings))
    assert [known[slug].fetch.url.split("/", 3)[3] for slug, _, _ in rows] == [
        f"{repository}/HEAD/raw/{name}" for _, repository, name in rows
    ]


def test_where_a_file_is_fetched_does_not_change_how_it_is_read():
    known = datasets.find(SLUG)

    assert known.model_copy(update={"fetch": None}).reading == known.reading
    assert "githubusercontent" not in known.reading


ENTRY = (
    'slug = "mine"\ntitle = "Mine"\nplatform = "weibo"\nkind = "board"\nreader = "hot_search_json"\ndaily = true\n'
    'source = "here"\nlicence = "MIT"\nbasis = "Synthetic."\ncitation = "Me."\nsampling = "All of it."\n[fetch]\n'
)


def test_an_entry_of_ones_own_can_be_fetched_and_ingested(settings: Settings, server: Archive):
    (settings.registry / "mine.toml").write_text(ENTRY + 'url = "https://example.org/a/{day:%Y%m}/hot-{day}.json"\n')
    server.answers["/a/202108/hot-2021-08-01.json"] = file(titles("2021-08-01"))
    day = dt.date(2021, 8, 1)

    assert "mine" in fetchable(settings)
    assert statuses(fetch(settings, "mine", day, day, base=server.url, manners=HASTY)) == ["fetched"]
    [found] = jobs.discover(settings)
    assert jobs.ingest(settings, **found)["days"] == ["2021-08-01"]


def test_an_archive_of_objects_refuses_a_list(settings: Settings, server: Archive):
    (settings.registry / "mine.toml").write_text(ENTRY + 'url = "https://example.org/{day}.json"\nholds = "object"\n')
    server.answers = {"/2021-08-01.json": file(b'{"data": []}'), "/2021-08-02.json": file(b"[]")}
    days = fetch(settings, "mine", dt.date(2021, 8, 1), dt.date(2021, 8, 2), base=server.url, manners=HASTY)

    assert statuses(days) == ["fetched", "refused"]
    assert days[1]["why"].endswith("is JSON of the kind list, not object")


@pytest.mark.parametrize(
    ("entry", "sentence"),
    [
        (ENTRY, "fetch.url: Field required."),
        (ENTRY + 'url = "ftp://example.org/{day}.json"', "fetch: url must begin with https:// and a host."),
        (ENTRY + 'url = "https:///{day}.json"', "fetch: url must begin with https:// and a host."),
        (ENTRY + 'url = "https://example.org/{day}/list.json"', "fetch: url must end with the name of a JSON file that"),
        (ENTRY + 'url = "https://example.org/{day}.html"', "fetch: url must end with the name of a JSON file that"),
        (ENTRY + 'url = "https://example.org/.{day}.json"', "fetch: url must end with the name of a JSON file that"),
        (ENTRY + 'url = "https://example.org/{date}.json"', "fetch: url: 'date' is none of its fields; write {day}"),
        (ENTRY + 'url = "https://example.org/{day.json"', "fetch: url: expected '}' before end of string is none"),
        (ENTRY + 'url = "https://example.org/{day}.json"\nholds = "x"', "fetch.holds: Input should be 'list' or"),
        (
            ENTRY.replace("daily = true\n", "") + 'url = "https://example.org/{day}.json"',
            "[fetch] is for a dataset with one file a day; state daily = true.",
        ),
    ],
)  # fmt: skip
def test_a_wrong_table_is_one_sentence_with_its_file(tmp_path: Path, entry: str, sentence: str):
    (tmp_path / "mine.toml").write_text(entry)
    with pytest.raises(InputError) as caught:
        datasets.load(tmp_path)
    assert str(caught.value).startswith(f"{tmp_path / 'mine.toml'}: {sentence}")


# The real archives, served from the copies beside the checkout


@pytest.mark.parametrize("slug", [SLUG, "zhihu-hot-questions", "zhihu-top-search", "toutiao-hot-search"])
def test_a_real_archive_arrives_byte_for_byte_and_can_be_ingested(
    settings: Settings, server: Archive, shared_data: Path, slug: str
):
    known = datasets.find(slug)
    files = {day_in_name(path.name): path for path in sorted((shared_data / slug / "raw").glob("*.json"))[:10]}
    for day, path in files.items():
        server.answers["/" + known.fetch.address(day).split("/", 3)[3]] = file(path.read_bytes(), f'"{day}"')
    first = min(files)
    last = min(max(files), first + dt.timedelta(days=12))
    days = fetch(settings, slug, first, last, base=server.url, manners=HASTY)

    there = [day for day in files if day <= last]
    assert [day["day"] for day in days if day["status"] == "fetched"] == [str(day) for day in there]
    assert {day["status"] for day in days} <= {"fetched", "absent"}
    assert all((settings.landing / slug / f"{day}.json").read_bytes() == files[day].read_bytes() for day in there)
    [*found] = jobs.discover(settings)
    assert len(found) == len(there)
    assert jobs.ingest(settings, **found[0])["days"] == [str(first)]


# The command


def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, *words: str) -> tuple[int, str, str]:
    monkeypatch.setattr(sys, "argv", ["guanchao", "fetch", *words])
    with pytest.raises(SystemExit) as left:
        cli.main()
    return int(left.value.code or 0), *capsys.readouterr()


@pytest.fixture
def command(
    settings: Settings, server: Archive, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., tuple[int, str, str]]:
    """Runs `guanchao fetch`; exit code, standard output, standard error."""
    monkeypatch.setenv("GUANCHAO_HOME", str(settings.home))
    monkeypatch.setenv("GUANCHAO_FETCH_BASE", server.url)
    return lambda *words: run(capsys, monkeypatch, *words, "--pause", "0.1")


def test_the_command_prints_a_table_and_where_the_files_are(settings: Settings, server: Archive, command):
    publish(server, good(1))
    code, out, err = command(SLUG, "--from", "2021-08-01", "--to", "2021-08-02")

    size = len(titles("2021-08-01"))
    assert (code, err) == (0, "")
    assert re.search(rf"│ 2021-08-01 │ fetched │ {size} +│ +│", out)
    assert re.search(r"│ 2021-08-02 │ absent  │ 0 +│ the archive has no file of this day │", out)
    assert f"Fetched 1 day, {size:,} bytes; 1 absent. Landing: {settings.landing / SLUG}\n" in out


def test_the_command_prints_json_for_machines(server: Archive, command):
    publish(server, good(1))
    code, out, _ = command(SLUG, "--from", "2021-08-01", "--to", "2021-08-01", "--json")

    assert code == 0
    assert [(day["day"], day["status"]) for day in json.loads(out)] == [("2021-08-01", "fetched")]


@pytest.mark.parametrize("form", [[], ["--json"]])
def test_the_command_fails_with_a_sentence_for_each_day_that_was_refused(server: Archive, command, form: list[str]):
    publish(server, good(1) | {2: login, 3: status(403)})
    code, out, err = command(SLUG, "--from", "2021-08-01", "--to", "2021-08-03", *form)

    assert code == 1
    assert "2021-08-01" in out
    assert err.splitlines() == [
        f"{server.url}{RAW}2021-08-02.json: is a web page, such as a login, where JSON should be",
        f"{server.url}{RAW}2021-08-03.json: the server refuses it (HTTP 403 Forbidden)",
        "Refused: 2 of 3 days.",
    ]


def test_the_command_wonders_when_an_archive_has_nothing(command):
    code, _, err = command(SLUG, "--from", "2021-08-01", "--to", "2021-08-02")

    assert code == 0
    assert err == "The archive has none of these days: check the span, and the address in the dataset's entry.\n"


def test_an_option_goes_before_the_environment(server: Archive, command):
    publish(server, {1: hang_up})
    server.answers["/mirror" + RAW + "2021-08-01.json"] = file(b"[]")

    code, _, _ = command(SLUG, "--from", "2021-08-01", "--to", "2021-08-01", "--base-url", f"{server.url}/mirror")
    assert code == 0


@pytest.mark.parametrize(
    "words",
    [[SLUG], [SLUG, "--from", "2021-08-01"], [SLUG, "--from", "yesterday", "--to", "2021-08-01"], []],
)
def test_wrong_usage_is_exit_code_2(command, words: list[str]):
    assert command(*words)[0] == 2
