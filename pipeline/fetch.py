"""One file of JSON over HTTP: whole and as promised in its place, or not there at all.

What arrives is written under a hidden name beside its place, judged, synced and renamed. A transfer that breaks off is
resumed where the server can (RFC 9110: Range with If-Range, for which only a strong ETag will do) and begun anew where
it cannot; the part stays for the next run. Only what may be better in a moment is asked for again: no answer, a broken
connection, a server that is busy or at fault. A login page, another kind of JSON and a refusal stay what they are.
"""

import datetime as dt
import hashlib
import json
import os
import re
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from functools import cache
from pathlib import Path
from typing import Literal, Self

import httpx
from tenacity import RetryCallState, Retrying, retry_if_exception_type, stop_after_attempt, wait_exponential_jitter

from pipeline import __version__, encodings

MOST = 64 << 20
"""Bytes that one file may have; a day's list has fewer than a million."""

_BUSY = {408, 425, 429, 500, 502, 503, 504}
_ABSENT = {404, 410}
_KINDS: dict[type, str] = {list: "list", dict: "object"}


@dataclass(frozen=True)
class Manners:
    """How a source is asked. All but `attempts` in seconds.

    pause: between the end of a request and the next. timeout: without a byte. patience: for one request in all.
    attempts: requests for one file. backoff: before the second of them, doubled each time, and up to so much more at
    random. longest_wait: the longest Retry-After that is waited for.
    """

    pause: float = 1.0
    timeout: float = 30.0
    patience: float = 300.0
    attempts: int = 4
    backoff: float = 2.0
    longest_wait: float = 120.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one file.

    status: "fetched" (new or changed), "unchanged", "absent" (the server has none), or "refused", with the reason in
    `why`. bytes, sha256: of the file in its place. etag: what the server calls this content, "" where it does not.
    later: a refusal that may not stand another time. stop: the server asks not to be asked for a while.
    """

    status: Literal["fetched", "unchanged", "absent", "refused"]
    why: str = ""
    bytes: int = 0
    sha256: str = ""
    etag: str = ""
    later: bool = False
    stop: bool = False


class _Final(Exception):
    """An answer that will not be better in a moment."""


class _Passing(Exception):
    """A failure that may be over in a moment; `wait` is how many seconds the server asks for."""

    def __init__(self, why: str, wait: float = 0.0, stop: bool = False):
        super().__init__(why)
        self.wait, self.stop = wait, stop


class Fetcher:
    """One connection to a source that is asked politely; a context manager."""

    def __init__(self, manners: Manners):
        self._manners = manners
        self._backoff = wait_exponential_jitter(
            multiplier=manners.backoff, max=manners.longest_wait, jitter=manners.backoff
        )
        self._next = 0.0
        self._client = httpx.Client(
            headers={"User-Agent": f"guanchao/{__version__}", "Accept-Encoding": "identity"},
            verify=_authorities(),
            timeout=manners.timeout,
            limits=httpx.Limits(max_connections=1, max_keepalive_connections=1),
            follow_redirects=True,
            max_redirects=5,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def fetch(self, url: str, target: Path, holds: str = "list", etag: str = "") -> Outcome:
        """Bring the file of a URL to its place, where `etag` says which content lies, if that is known.

        holds: "list" or "object", what the JSON must be. A file that lies there is replaced by a sound one alone.
        Raises OSError when it cannot be written.
        """
        part = _Part(target, url)
        again = retry_if_exception_type(_Passing)
        try:
            return Retrying(stop=self._enough, wait=self._wait, retry=again, reraise=True)(
                self._ask, url, part, holds, etag
            )
        except _Passing as failure:
            if not part.resuming():
                part.drop()
            return Outcome("refused", str(failure), later=True, stop=failure.stop)
        except _Final as refusal:
            part.drop()
            return Outcome("refused", str(refusal))

    def _enough(self, state: RetryCallState) -> bool:
        return self._asked(state) > self._manners.longest_wait or stop_after_attempt(self._manners.attempts)(state)

    def _wait(self, state: RetryCallState) -> float:
        return max(self._asked(state), self._backoff(state))

    def _asked(self, state: RetryCallState) -> float:
        failure = state.outcome.exception() if state.outcome else None
        return failure.wait if isinstance(failure, _Passing) else 0.0

    def _ask(self, url: str, part: "_Part", holds: str, etag: str) -> Outcome:
        """One request, and what it comes to."""
        asked = part.resuming() | ({"If-None-Match": etag} if etag else {})
        with self._answer(url, asked) as answer:
            if answer.status_code in _ABSENT:
                return Outcome("absent", f"the server has no such file (HTTP {answer.status_code})")
            if answer.status_code == 304 and etag:
                part.drop()
                return Outcome("unchanged", "", *_measured(part.target), etag)
            self._receive(answer, part)
            part.require(holds, whole=_is_whole(answer))
            return part.publish(answer.headers.get("ETag", ""))

    @contextmanager
    def _answer(self, url: str, headers: dict[str, str]) -> Iterator[httpx.Response]:
        """The answer to a request, not yet read; what breaks meanwhile is sorted into final and passing."""
        time.sleep(max(0.0, self._next - time.monotonic()))
        try:
            with self._client.stream("GET", url, headers=headers) as answer:
                if url.startswith("https:") and answer.url.scheme != "https":
                    raise _Final(f"is redirected to {answer.url.host} without encryption")
                yield answer
        except (httpx.TooManyRedirects, httpx.UnsupportedProtocol, httpx.LocalProtocolError, httpx.InvalidURL) as error:
            raise _Final(f"cannot be asked for: {_sentence(error)}") from error
        except httpx.TimeoutException as error:
            raise _Passing(f"no answer within {self._manners.timeout:g} seconds") from error
        except httpx.TransportError as error:
            kind = _Final if "CERTIFICATE_VERIFY_FAILED" in str(error) else _Passing
            raise kind(f"the connection failed: {_sentence(error)}") from error
        finally:
            self._next = time.monotonic() + self._manners.pause

    def _receive(self, answer: httpx.Response, part: "_Part") -> None:
        """The body of an answer that holds the file, or what was missing of it, into the part."""
        self._require_content(answer, part)
        if answer.headers.get("Content-Encoding", "identity") != "identity":
            raise _Final("is sent compressed, although that was not asked for")
        size = part.join(answer) if answer.status_code == 206 else part.begin(answer)
        deadline = time.monotonic() + self._manners.patience
        if size and size > MOST:
            raise _Final(f"has {size:,} bytes, which is no list of a day")
        with part.path.open("ab") as file:
            for block in answer.iter_raw():
                file.write(block)
                if file.tell() > MOST:
                    raise _Final(f"has over {MOST:,} bytes, which is no list of a day")
                if time.monotonic() > deadline:
                    raise _Passing(f"is not complete after {self._manners.patience:g} seconds")
            if size not in (None, file.tell()):
                raise _Passing(f"broke off after {file.tell():,} of {size:,} bytes")

    def _require_content(self, answer: httpx.Response, part: "_Part") -> None:
        status, wait = answer.status_code, _retry_after(answer)
        if status in (200, 206):
            return
        if status == 416:
            part.drop()
            raise _Passing("the file is not longer than the part that was there")
        if status in _BUSY or (status == 403 and wait):
            slow = f", asked again after {wait:g} seconds" if wait else ""
            stop = status == 429 or wait > self._manners.longest_wait
            raise _Passing(f"the server is busy or at fault (HTTP {status}{slow})", wait, stop)
        raise _Final(f"the server refuses it (HTTP {status} {answer.reason_phrase})".replace(" )", ")"))


class _Part:
    """What has arrived of a file, under a hidden name beside its place, with the address and ETag of its content."""

    def __init__(self, target: Path, url: str):
        self.target, self._url = target, url
        self.path = target.with_name(f".{target.name}.part")
        self._tag = target.with_name(f".{target.name}.etag")

    def resuming(self) -> dict[str, str]:
        """The headers that ask for the rest; none where nothing is there, or nobody knows of which content."""
        try:
            size, tag = self.path.stat().st_size, self._tag.read_text(encoding="utf-8")
        except (FileNotFoundError, UnicodeDecodeError):
            return {}
        url, _, etag = tag.partition("\n")
        return {"Range": f"bytes={size}-", "If-Range": etag} if size and etag and url == self._url else {}

    def begin(self, answer: httpx.Response) -> int | None:
        """An empty part for a new answer; returns the bytes that it announces. The tag is there before any content."""
        self.drop()
        etag = answer.headers.get("ETag", "")
        if re.fullmatch(r'"[\x21\x23-\x7e]*"', etag):  # a weak one vouches for no byte
            self._tag.write_text(f"{self._url}\n{etag}", encoding="utf-8")
        length = answer.headers.get("Content-Length", "")
        return int(length) if length.isdecimal() else None

    def join(self, answer: httpx.Response) -> int | None:
        """The bytes of the whole file, of which the answer holds the rest; refuses any other part of any other file."""
        given = re.fullmatch(r"bytes (\d+)-(\d+)/(\d+)", answer.headers.get("Content-Range", ""))
        asked = self.resuming()
        fits = given and asked and asked["Range"] == f"bytes={given[1]}-" and int(given[2]) + 1 == int(given[3])
        if not given or not fits or answer.headers.get("ETag", asked["If-Range"]) != asked["If-Range"]:
            self.drop()
            raise _Passing("the server sent another part than it was asked for")
        return int(given[3])

    def require(self, holds: str, whole: bool) -> None:
        """Refuse what is not the JSON that was promised. Where it may be cut or badly joined, another try may help."""
        content = self.path.read_bytes()
        text = content.decode(encodings.detect(content[: encodings.SAMPLE]), "replace").strip("\ufeff \t\r\n")
        if text.startswith("<"):
            raise _Final("is a web page, such as a login, where JSON should be")
        try:
            value = json.loads(text)
        except (ValueError, RecursionError) as error:
            self.drop()
            why = f"is not valid JSON ({error})" if text else "is empty"
            raise (_Final if whole else _Passing)(why) from error
        found = _KINDS.get(type(value), type(value).__name__)
        if found != holds:
            raise _Final(f"is JSON of the kind {found}, not {holds}")

    def publish(self, etag: str) -> Outcome:
        """Sync the part and rename it into its place, unless the same content lies there."""
        measured = _measured(self.path)
        if self.target.is_file() and _measured(self.target) == measured:
            self.drop()
            return Outcome("unchanged", "", *measured, etag)
        with self.path.open("rb") as file:
            os.fsync(file.fileno())
        self.path.replace(self.target)
        self.drop()
        sync(self.target.parent)
        return Outcome("fetched", "", *measured, etag)

    def drop(self) -> None:
        """Forget the part. The content goes first: a tag alone is of nothing."""
        self.path.unlink(missing_ok=True)
        self._tag.unlink(missing_ok=True)


def sync(folder: Path) -> None:
    """Make the names in a folder last."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@cache
def _authorities() -> ssl.SSLContext:
    """Whom to trust, read once: it takes a tenth of a second."""
    return httpx.create_ssl_context()


def _measured(path: Path) -> tuple[int, str]:
    """The bytes of a file and their SHA-256."""
    with path.open("rb") as file:
        return path.stat().st_size, hashlib.file_digest(file, "sha256").hexdigest()


def _is_whole(answer: httpx.Response) -> bool:
    """Whether the answer held a whole file and said where it ends, so that a cut would have been seen."""
    headers = answer.headers
    return answer.status_code == 200 and ("Content-Length" in headers or "Transfer-Encoding" in headers)


def _retry_after(answer: httpx.Response) -> float:
    """The seconds for which the server asks to be left alone; a date is read by the server's own clock."""
    stated = answer.headers.get("Retry-After", "").strip()
    if stated.isdecimal():
        return float(stated)
    try:
        then, now = (parsedate_to_datetime(text) for text in (stated, answer.headers.get("Date", "")))
        return max(0.0, (then - now) / dt.timedelta(seconds=1))
    except (TypeError, ValueError):
        return 0.0


def _sentence(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0].rstrip(".") or type(error).__name__
