"""A file is fetched whole and as promised, or its place is left as it was; tried against a server that misbehaves."""

import datetime as dt
import email.utils
import hashlib
import ipaddress
import itertools
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.fetch import MOST, Fetcher, Manners, Outcome
from pipeline.fetch.fetcher import _authorities
from tests import archives
from tests.archives import Archive, archive, cut, drip, file, login, redirect, stall, status

HASTY = Manners(pause=0, timeout=0.25, patience=5, attempts=4, backoff=0, longest_wait=2)
DAY = archives.titles("2021-08-08")
LONG = archives.titles("2021-08-08", 10_000)
ETAG = '"v1"'
ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def server() -> Iterator[Archive]:
    with archive() as running:
        yield running


@pytest.fixture(autouse=True)
def fresh(server: Archive) -> None:
    server.answers.clear()
    server.requests.clear()
    server.connections.clear()


def fetch(
    server: Archive,
    folder: Path,
    *answers: archives.Answer,
    etag: str = "",
    manners: Manners = HASTY,
    holds: str = "list",
) -> Outcome:
    if answers:
        server.answers["/2021-08-08.json"] = list(answers)
    with Fetcher(manners) as fetcher:
        return fetcher.fetch(f"{server.url}/2021-08-08.json", folder / "2021-08-08.json", holds, etag)


def in_place(folder: Path) -> bytes | None:
    place = folder / "2021-08-08.json"
    return place.read_bytes() if place.exists() else None


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_file_comes_whole_with_its_checksum_and_leaves_nothing_beside_it(server: Archive, tmp_path: Path):
    outcome = fetch(server, tmp_path, file(DAY, ETAG))

    assert outcome == Outcome("fetched", "", len(DAY), hashlib.sha256(DAY).hexdigest(), ETAG)
    assert in_place(tmp_path) == DAY
    assert names(tmp_path) == ["2021-08-08.json"]


def test_an_empty_list_is_data(server: Archive, tmp_path: Path):
    assert fetch(server, tmp_path, file(b"[]")).status == "fetched"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "gb18030"])
def test_json_in_another_encoding_is_kept_as_it_is(server: Archive, tmp_path: Path, encoding: str):
    content = DAY.decode().encode(encoding)

    assert fetch(server, tmp_path, file(content)).status == "fetched"
    assert in_place(tmp_path) == content


def test_an_unchanged_file_is_not_sent_again(server: Archive, tmp_path: Path):
    (tmp_path / "2021-08-08.json").write_bytes(DAY)
    outcome = fetch(server, tmp_path, file(DAY, ETAG), etag=ETAG)

    assert outcome == Outcome("unchanged", "", len(DAY), hashlib.sha256(DAY).hexdigest(), ETAG)
    assert server.asked("If-None-Match") == [ETAG]


def test_the_same_content_under_no_etag_is_unchanged_and_not_written(server: Archive, tmp_path: Path):
    (tmp_path / "2021-08-08.json").write_bytes(DAY)
    before = (tmp_path / "2021-08-08.json").stat()

    assert fetch(server, tmp_path, file(DAY)).status == "unchanged"
    assert (tmp_path / "2021-08-08.json").stat().st_ino == before.st_ino
    assert names(tmp_path) == ["2021-08-08.json"]


def test_a_changed_file_replaces_the_one_before(server: Archive, tmp_path: Path):
    (tmp_path / "2021-08-08.json").write_bytes(b"[]")

    assert fetch(server, tmp_path, file(DAY, '"v2"'), etag=ETAG).etag == '"v2"'
    assert in_place(tmp_path) == DAY


@pytest.mark.parametrize("code", [404, 410])
def test_a_file_that_is_not_there_is_absent_and_asked_for_once(server: Archive, tmp_path: Path, code: int):
    assert fetch(server, tmp_path, status(code)).status == "absent"
    assert len(server.requests) == 1
    assert names(tmp_path) == []


PASSING = {
    "500": status(500),
    "502": status(502),
    "503": status(503),
    "504": status(504),
    "429": status(429),
    "408": status(408),
    "no answer": archives.hang_up,
    "cut": cut(DAY, 100),
    "cut before the body": cut(DAY, 0),
    "cut in chunks": archives.cut_chunked(DAY, 100),
    "cut where no length is stated": archives.cut_without_length(DAY, 100),
    "stalled": stall(DAY, 100, 0.4),
    "stalled before the body": stall(DAY, 0, 0.4),
}


@pytest.mark.parametrize("failure", PASSING.values(), ids=PASSING)
def test_what_may_pass_is_asked_for_again(server: Archive, tmp_path: Path, failure: archives.Answer):
    assert fetch(server, tmp_path, failure, file(DAY)).status == "fetched"
    assert in_place(tmp_path) == DAY
    assert len(server.requests) == 2


@pytest.mark.parametrize("failure", [f for name, f in PASSING.items() if "stalled" not in name])
def test_what_does_not_pass_is_given_up_with_a_sentence(server: Archive, tmp_path: Path, failure: archives.Answer):
    (tmp_path / "2021-08-08.json").write_bytes(b"[]")
    outcome = fetch(server, tmp_path, failure)

    assert (outcome.status, outcome.later) == ("refused", True)
    assert outcome.why
    assert "\n" not in outcome.why
    assert len(server.requests) == HASTY.attempts
    assert in_place(tmp_path) == b"[]"
    assert names(tmp_path) == ["2021-08-08.json"]


FINAL = {
    "login": (login, "is a web page, such as a login, where JSON should be"),
    "login behind a redirect": (redirect("/login"), "is a web page, such as a login, where JSON should be"),
    "401": (status(401), "the server refuses it (HTTP 401 Unauthorized)"),
    "403": (status(403), "the server refuses it (HTTP 403 Forbidden)"),
    "501": (status(501), "the server refuses it (HTTP 501 Not Implemented)"),
    "204": (status(204), "the server refuses it (HTTP 204 No Content)"),
    "304 unasked": (status(304), "the server refuses it (HTTP 304 Not Modified)"),
    "empty": (file(b""), "is empty"),
    "blank": (file(b" \n"), "is empty"),
    "words": (file("请先登录".encode()), "is not valid JSON (Expecting value: line 1 column 1 (char 0))"),
    "cut at the source": (file(b'[{"title": "a"}'), "is not valid JSON (Expecting ',' delimiter: line 1 column 16 (char 15))"),
    "a length too small": (archives.short_length(b'[{"title": "a"}, 1]', 15), "is not valid JSON (Expecting"),
    "deep": (file(b"[" * 200_000), "is not valid JSON ("),
    "an error object": (file(b'{"code": 403, "message": "login first"}'), "is JSON of the kind object, not list"),
    "a word in JSON": (file(b'"undefined"'), "is JSON of the kind str, not list"),
    "redirects without end": (redirect("/2021-08-08.json"), "cannot be asked for: Exceeded maximum allowed redirects"),
    "redirect to nowhere": (redirect("ftp://127.0.0.1/x.json"), "cannot be asked for: Request URL has an unsupported"),
    "compressed unasked": (status(200, Content_Encoding="gzip"), "is sent compressed, although that was not asked for"),
    "far too long": (lambda handler: handler.send(200, b"[", length=MOST + 1), f"has {MOST + 1:,} bytes, which is no list"),
}  # fmt: skip


@pytest.mark.parametrize(("answer", "sentence"), FINAL.values(), ids=FINAL)
def test_what_is_no_data_is_refused_at_once_and_leaves_its_place_as_it_was(
    server: Archive, tmp_path: Path, answer: archives.Answer, sentence: str
):
    (tmp_path / "2021-08-08.json").write_bytes(b"[]")
    server.answers["/login"] = login
    outcome = fetch(server, tmp_path, answer)

    assert (outcome.status, outcome.later) == ("refused", False)
    assert outcome.why.startswith(sentence)
    assert len({request.path for request in server.requests}) <= 2
    assert in_place(tmp_path) == b"[]"
    assert names(tmp_path) == ["2021-08-08.json"]


def test_the_stored_login_pages_of_a_real_archive_are_refused(server: Archive, tmp_path: Path, shared_data: Path):
    pages = shared_data / "weibo-board-hourly" / "raw"
    for name in ("hot-search-2021-09-24.html", "hot-search-2025-09-15.json"):
        outcome = fetch(server, tmp_path, file((pages / name).read_bytes()), holds="object")
        assert outcome.why == "is a web page, such as a login, where JSON should be"
    good = (pages / "hot-search-2024-05-14.json").read_bytes()
    assert fetch(server, tmp_path, file(good), holds="object").status == "fetched"


def test_a_redirect_to_the_file_is_followed(server: Archive, tmp_path: Path):
    server.answers["/elsewhere"] = file(DAY)

    assert fetch(server, tmp_path, redirect("/elsewhere")).status == "fetched"
    assert in_place(tmp_path) == DAY


def test_a_body_without_a_length_is_taken_when_it_is_whole(server: Archive, tmp_path: Path):
    assert fetch(server, tmp_path, archives.cut_without_length(DAY)).status == "fetched"


def test_a_broken_transfer_is_resumed_from_where_it_broke_off(server: Archive, tmp_path: Path):
    outcome = fetch(server, tmp_path, cut(DAY, 100, ETAG), file(DAY, ETAG))

    assert (outcome.status, in_place(tmp_path)) == ("fetched", DAY)
    assert server.asked("Range") == [None, "bytes=100-"]
    assert server.asked("If-Range") == [None, ETAG]


def test_a_transfer_that_is_given_up_is_resumed_by_the_next_run(server: Archive, tmp_path: Path):
    once = Manners(pause=0, timeout=0.25, attempts=1, backoff=0)
    assert fetch(server, tmp_path, cut(DAY, 100, ETAG), manners=once).later
    assert in_place(tmp_path) is None
    assert all(name.startswith(".") for name in names(tmp_path))

    assert fetch(server, tmp_path, file(DAY, ETAG), manners=once).status == "fetched"
    assert server.asked("Range")[-1] == "bytes=100-"
    assert names(tmp_path) == ["2021-08-08.json"]


CHILD = """
import sys
from pathlib import Path
from pipeline.fetch import Fetcher, Manners
Fetcher(Manners(timeout=60)).fetch(sys.argv[1], Path(sys.argv[2]))
"""


def test_a_run_that_is_killed_leaves_no_half_of_a_file_and_the_next_goes_on(server: Archive, tmp_path: Path):
    url, part = f"{server.url}/2021-08-08.json", tmp_path / ".2021-08-08.json.part"
    server.answers["/2021-08-08.json"] = [drip(LONG, 2, 60, ETAG), file(LONG, ETAG)]
    with subprocess.Popen([sys.executable, "-c", CHILD, url, tmp_path / "2021-08-08.json"], cwd=ROOT) as child:
        deadline = time.monotonic() + 60
        while not (part.exists() and part.stat().st_size) and time.monotonic() < deadline:
            time.sleep(0.02)
        child.kill()
    assert in_place(tmp_path) is None

    left = part.stat().st_size
    assert fetch(server, tmp_path).status == "fetched"
    assert server.asked("Range") == [None, f"bytes={left}-"]
    assert in_place(tmp_path) == LONG


def test_a_slow_transfer_loses_patience_and_goes_on_where_it_was(server: Archive, tmp_path: Path):
    hasty = Manners(pause=0, timeout=1, patience=0.1, attempts=3, backoff=0)
    outcome = fetch(server, tmp_path, drip(DAY, 10, 0.05, ETAG), file(DAY, ETAG), manners=hasty)

    assert (outcome.status, in_place(tmp_path)) == ("fetched", DAY)
    assert server.asked("Range")[1] not in (None, "bytes=0-")


NOT_RESUMED = {
    "no ranges": (cut(DAY, 100, ETAG), file(DAY, ETAG, ranges=False), "bytes=100-"),
    "the file changed meanwhile": (cut(b"[" + b" " * 5000, 100, '"v0"'), file(DAY, ETAG), "bytes=100-"),
    "no ETag": (cut(DAY, 100), file(DAY), None),
    "a weak ETag": (cut(DAY, 100, 'W/"v1"'), file(DAY, 'W/"v1"'), None),
    "not a valid ETag": (cut(DAY, 100, "v1"), file(DAY, "v1"), None),
}


@pytest.mark.parametrize(("first", "then", "asked"), NOT_RESUMED.values(), ids=NOT_RESUMED)
def test_what_cannot_be_resumed_is_begun_anew(
    server: Archive, tmp_path: Path, first: archives.Answer, then: archives.Answer, asked: str | None
):
    assert fetch(server, tmp_path, first, then).status == "fetched"
    assert in_place(tmp_path) == DAY
    assert server.asked("Range") == [None, asked]


def test_a_part_other_than_the_one_asked_for_is_thrown_away(server: Archive, tmp_path: Path):
    answers = cut(DAY, 100, ETAG), archives.wrong_range(DAY, ETAG), file(DAY, ETAG)

    assert fetch(server, tmp_path, *answers).status == "fetched"
    assert in_place(tmp_path) == DAY
    assert server.asked("Range") == [None, "bytes=100-", None]


def test_the_rest_of_another_content_is_thrown_away(server: Archive, tmp_path: Path):
    other = DAY.replace(b"2021-08-08", b"2021-08-09")
    answers = cut(DAY, 100, ETAG), archives.wrong_range(other, '"v2"', 100), file(other, '"v2"')

    assert fetch(server, tmp_path, *answers).etag == '"v2"'
    assert in_place(tmp_path) == other


def test_a_part_that_nobody_asked_for_is_no_file(server: Archive, tmp_path: Path):
    assert fetch(server, tmp_path, archives.wrong_range(DAY, ETAG)).later
    assert names(tmp_path) == []


@pytest.mark.parametrize("left", [DAY, DAY + b" longer", DAY[:100].replace(b"title", b"\0\0\0\0\0")])
def test_a_part_that_does_not_fit_is_thrown_away_and_the_file_fetched_whole(
    server: Archive, tmp_path: Path, left: bytes
):
    fetch(server, tmp_path, cut(DAY, 100, ETAG), manners=Manners(pause=0, attempts=1))
    (tmp_path / ".2021-08-08.json.part").write_bytes(left)

    assert fetch(server, tmp_path, file(DAY, ETAG)).status == "fetched"
    assert in_place(tmp_path) == DAY
    assert server.asked("Range") == [None, f"bytes={len(left)}-", None]
    assert names(tmp_path) == ["2021-08-08.json"]


def test_a_part_from_another_address_is_not_resumed(server: Archive, tmp_path: Path):
    server.answers["/mirror/2021-08-08.json"] = file(DAY, ETAG)
    fetch(server, tmp_path, cut(b"[" + b" " * 5000, 100, ETAG), manners=Manners(pause=0, attempts=1))
    with Fetcher(HASTY) as fetcher:
        fetcher.fetch(f"{server.url}/mirror/2021-08-08.json", tmp_path / "2021-08-08.json")

    assert in_place(tmp_path) == DAY
    assert server.asked("Range") == [None, None]


def test_an_unchanged_file_forgets_a_part_of_it(server: Archive, tmp_path: Path):
    fetch(server, tmp_path, cut(DAY, 100, '"v2"'), manners=Manners(pause=0, attempts=1))
    (tmp_path / "2021-08-08.json").write_bytes(DAY)

    assert fetch(server, tmp_path, file(DAY, ETAG), etag=ETAG).status == "unchanged"
    assert names(tmp_path) == ["2021-08-08.json"]


def test_retry_after_is_waited_for(server: Archive, tmp_path: Path):
    assert fetch(server, tmp_path, status(429, Retry_After="1"), file(DAY)).status == "fetched"
    assert server.requests[1].at - server.requests[0].at >= 1


def test_retry_after_may_be_a_date_and_stand_beside_a_denial(server: Archive, tmp_path: Path):
    def busy(handler: archives.Handler) -> None:
        then = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=2)
        handler.send(403, Retry_After=email.utils.format_datetime(then, usegmt=True))

    assert fetch(server, tmp_path, busy, file(DAY)).status == "fetched"
    assert server.requests[1].at - server.requests[0].at >= 0.9  # dates have whole seconds


@pytest.mark.parametrize("stated", ["soon", "-5", "", "Sun, 06 Nov 1994 08:49:37 GMT"])
def test_a_retry_after_that_says_nothing_is_not_waited_for(server: Archive, tmp_path: Path, stated: str):
    assert fetch(server, tmp_path, status(503, Retry_After=stated), file(DAY)).status == "fetched"
    assert server.requests[1].at - server.requests[0].at < 1


def test_a_server_that_asks_for_a_long_rest_is_left_alone(server: Archive, tmp_path: Path):
    outcome = fetch(server, tmp_path, status(429, Retry_After="3600"))

    assert outcome.why == "the server is busy or at fault (HTTP 429, asked again after 3600 seconds)"
    assert (outcome.later, outcome.stop, len(server.requests)) == (True, True, 1)


def test_waits_between_attempts_grow_and_differ(server: Archive, tmp_path: Path):
    fetch(server, tmp_path, status(500), manners=Manners(pause=0, attempts=4, backoff=0.05))
    times = [request.at for request in server.requests]
    waits = [later - sooner for sooner, later in itertools.pairwise(times)]

    for number, wait in enumerate(waits):
        assert wait >= 0.05 * 2**number
    assert len({round(wait % 0.05, 6) for wait in waits}) == 3


def test_requests_are_paced_over_one_connection_and_say_who_asks(server: Archive, tmp_path: Path):
    server.answers = {f"/{day}.json": file(DAY) for day in range(4)}
    with Fetcher(Manners(pause=0.1)) as fetcher:
        for day in range(4):
            fetcher.fetch(f"{server.url}/{day}.json", tmp_path / f"{day}.json")
    times = [request.at for request in server.requests]

    assert all(later - sooner >= 0.1 for sooner, later in itertools.pairwise(times))
    assert len(server.connections) == 1
    assert all(agent and agent.startswith("guanchao/") for agent in server.asked("User-Agent"))
    assert set(server.asked("Accept-Encoding")) == {"identity"}


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key with a certificate for 127.0.0.1 that it signed itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "archive")])
    now = dt.datetime.now(dt.UTC)
    address = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    signed = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(hours=1))
        .not_valid_after(now + dt.timedelta(hours=1))
        .add_extension(address, critical=False)
        .sign(key, hashes.SHA256())
    )
    form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    path = tmp_path_factory.mktemp("certificate") / "archive.pem"
    path.write_bytes(key.private_bytes(*form) + signed.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.fixture
def secure(certificate: Path) -> Iterator[Archive]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with archive(context) as running:
        yield running


def test_a_server_without_a_certificate_to_trust_is_refused_at_once(secure: Archive, tmp_path: Path):
    outcome = fetch(secure, tmp_path, file(DAY))

    assert (outcome.status, outcome.later) == ("refused", False)
    assert "certificate verify failed" in outcome.why.lower()


def test_no_redirect_leads_out_of_encryption(
    server: Archive, secure: Archive, certificate: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    _authorities.cache_clear()
    try:
        server.answers["/plain"] = file(DAY)
        assert fetch(secure, tmp_path, redirect(f"{server.url}/plain")).why == (
            "is redirected to 127.0.0.1 without encryption"
        )
        assert fetch(secure, tmp_path, file(DAY)).status == "fetched"
    finally:
        _authorities.cache_clear()


def test_nobody_at_the_address_is_a_failure_that_may_pass(tmp_path: Path):
    with archive() as gone:
        url = gone.url
    with Fetcher(HASTY) as fetcher:
        outcome = fetcher.fetch(f"{url}/2021-08-08.json", tmp_path / "2021-08-08.json")

    assert outcome.later
    assert outcome.why.startswith("the connection failed: ")


def test_a_stalled_server_costs_no_more_than_its_timeouts(server: Archive, tmp_path: Path):
    began = time.monotonic()
    outcome = fetch(
        server, tmp_path, stall(DAY, 100, 0.6), manners=Manners(pause=0, timeout=0.1, attempts=2, backoff=0)
    )

    assert outcome.why == "no answer within 0.1 seconds"
    assert time.monotonic() - began < 1


ANSWERS = {
    "file": file(DAY, ETAG),
    "file without ranges": file(DAY, ETAG, ranges=False),
    "file without ETag": file(DAY),
    "cut": cut(DAY, 1000, ETAG),
    "cut early": cut(DAY, 1, ETAG),
    "cut of an older one": cut(archives.titles("2021-08-07"), 700, '"v0"'),
    "cut without ETag": cut(DAY, 500),
    "cut in chunks": archives.cut_chunked(DAY, 100),
    "cut without length": archives.cut_without_length(DAY, 100),
    "short length": archives.short_length(DAY, 1000),
    "wrong range": archives.wrong_range(DAY, ETAG),
    "login": login,
    "missing": archives.missing,
    "hang up": archives.hang_up,
    "500": status(500),
    "429": status(429),
}


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(sorted(ANSWERS)), min_size=1, max_size=8), st.booleans())
def test_whatever_a_server_does_the_place_holds_the_file_or_what_was_there(
    server: Archive, tmp_path_factory: pytest.TempPathFactory, answers: list[str], before: bool
):
    folder = tmp_path_factory.mktemp("landing")
    if before:
        (folder / "2021-08-08.json").write_bytes(b"[]")
    server.answers["/2021-08-08.json"] = [ANSWERS[name] for name in answers]
    came = False
    for _ in range(2):  # a second run finds the parts of the first
        outcome = fetch(server, folder)
        came = came or outcome.status == "fetched"
        assert in_place(folder) == (DAY if came else b"[]" if before else None)
        assert [name for name in names(folder) if not name.startswith(".")] == ["2021-08-08.json"] * (came or before)
