"""Asking for files over HTTP: politely, again where that may help, and never longer than it is worth."""

import datetime as dt
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from functools import cache
from pathlib import Path
from typing import Self

import httpx
from tenacity import RetryCallState, Retrying, retry_if_exception_type, stop_after_attempt, wait_exponential_jitter

from pipeline import __version__
from pipeline.fetch.part import Final, Outcome, Part, Passing, measured

MOST = 64 << 20
"""Bytes that one file may have; a day's list has fewer than a million."""

_BUSY = {408, 425, 429, 500, 502, 503, 504}
_ABSENT = {404, 410}


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
        part = Part(target, url)
        again = retry_if_exception_type(Passing)
        try:
            return Retrying(stop=self._enough, wait=self._wait, retry=again, reraise=True)(
                self._ask, url, part, holds, etag
            )
        except Passing as failure:
            if not part.resuming():
                part.drop()
            return Outcome("refused", str(failure), later=True, stop=failure.stop)
        except Final as refusal:
            part.drop()
            return Outcome("refused", str(refusal))

    def _enough(self, state: RetryCallState) -> bool:
        return self._asked(state) > self._manners.longest_wait or stop_after_attempt(self._manners.attempts)(state)

    def _wait(self, state: RetryCallState) -> float:
        return max(self._asked(state), self._backoff(state))

    def _asked(self, state: RetryCallState) -> float:
        failure = state.outcome.exception() if state.outcome else None
        return failure.wait if isinstance(failure, Passing) else 0.0

    def _ask(self, url: str, part: Part, holds: str, etag: str) -> Outcome:
        """One request, and what it comes to."""
        asked = part.resuming() | ({"If-None-Match": etag} if etag else {})
        with self._answer(url, asked) as answer:
            if answer.status_code in _ABSENT:
                return Outcome("absent", f"the server has no such file (HTTP {answer.status_code})")
            if answer.status_code == 304 and etag:
                part.drop()
                return Outcome("unchanged", "", *measured(part.target), etag)
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
                    raise Final(f"is redirected to {answer.url.host} without encryption")
                yield answer
        except (httpx.TooManyRedirects, httpx.UnsupportedProtocol, httpx.LocalProtocolError, httpx.InvalidURL) as error:
            raise Final(f"cannot be asked for: {_sentence(error)}") from error
        except httpx.TimeoutException as error:
            raise Passing(f"no answer within {self._manners.timeout:g} seconds") from error
        except httpx.TransportError as error:
            kind = Final if "CERTIFICATE_VERIFY_FAILED" in str(error) else Passing
            raise kind(f"the connection failed: {_sentence(error)}") from error
        finally:
            self._next = time.monotonic() + self._manners.pause

    def _receive(self, answer: httpx.Response, part: Part) -> None:
        """The body of an answer that holds the file, or what was missing of it, into the part."""
        self._require_content(answer, part)
        if answer.headers.get("Content-Encoding", "identity") != "identity":
            raise Final("is sent compressed, although that was not asked for")
        size = part.join(answer) if answer.status_code == 206 else part.begin(answer)
        deadline = time.monotonic() + self._manners.patience
        if size and size > MOST:
            raise Final(f"has {size:,} bytes, which is no list of a day")
        with part.path.open("ab") as file:
            for block in answer.iter_raw():
                file.write(block)
                if file.tell() > MOST:
                    raise Final(f"has over {MOST:,} bytes, which is no list of a day")
                if time.monotonic() > deadline:
                    raise Passing(f"is not complete after {self._manners.patience:g} seconds")
            if size not in (None, file.tell()):
                raise Passing(f"broke off after {file.tell():,} of {size:,} bytes")

    def _require_content(self, answer: httpx.Response, part: Part) -> None:
        status, wait = answer.status_code, _retry_after(answer)
        if status in (200, 206):
            return
        if status == 416:
            part.drop()
            raise Passing("the file is not longer than the part that was there")
        if status in _BUSY or (status == 403 and wait):
            slow = f", asked again after {wait:g} seconds" if wait else ""
            stop = status == 429 or wait > self._manners.longest_wait
            raise Passing(f"the server is busy or at fault (HTTP {status}{slow})", wait, stop)
        raise Final(f"the server refuses it (HTTP {status} {answer.reason_phrase})".replace(" )", ")"))


@cache
def _authorities() -> ssl.SSLContext:
    """Whom to trust, read once: it takes a tenth of a second."""
    return httpx.create_ssl_context()


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
