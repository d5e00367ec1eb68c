"""A public archive on a real local HTTP server, with all the ways in which servers fail, stall, cut and lie."""

import http.server
import json
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field


class Handler(http.server.BaseHTTPRequestHandler):
    """One connection; what an answer is, is said by the archive."""

    protocol_version = "HTTP/1.1"
    server: "_Server"

    def do_GET(self) -> None:
        self.server.archive.answer(self)

    def send(self, status: int, body: bytes = b"", length: int | None = None, **headers: str) -> None:
        """An answer; `length` is the one that it states, when that is not the true one."""
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        if status != 304:
            self.send_header("Content-Length", str(len(body) if length is None else length))
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = self.close_connection or length is not None

    def log_message(self, *_: object) -> None:
        pass


class _Server(http.server.ThreadingHTTPServer):
    archive: "Archive"

    def handle_error(self, *_: object) -> None:
        """A client that leaves early is part of the tests."""


Answer = Callable[[Handler], None]


@dataclass(frozen=True)
class Request:
    path: str
    headers: Mapping[str, str]
    at: float


@dataclass
class Archive:
    """What each path answers: a list is used up one request after another, its last answer for ever."""

    url: str
    answers: dict[str, Answer | list[Answer]] = field(default_factory=dict)
    requests: list[Request] = field(default_factory=list)
    connections: set[tuple[str, int]] = field(default_factory=set)

    def answer(self, handler: Handler) -> None:
        self.requests.append(Request(handler.path, dict(handler.headers), time.monotonic()))
        self.connections.add(handler.client_address)
        found = self.answers.get(handler.path, missing)
        if isinstance(found, list):
            found = found.pop(0) if len(found) > 1 else found[0]
        found(handler)

    def asked(self, header: str) -> list[str | None]:
        """What each request said in a header."""
        return [request.headers.get(header) for request in self.requests]


@contextmanager
def archive(secure: ssl.SSLContext | None = None) -> Iterator[Archive]:
    """A running archive, over TLS with a context for that."""
    server = _Server(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    if secure:
        server.socket = secure.wrap_socket(server.socket, server_side=True)
    server.archive = Archive(f"{'https' if secure else 'http'}://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server.archive
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def titles(day: str, number: int = 40) -> bytes:
    """The list of a day, as the archives of hot searches have it."""
    entries = [{"url": f"/weibo?q={day}-{rank}", "title": f"{day} 第{rank}条热搜"} for rank in range(number)]
    return json.dumps(entries, ensure_ascii=False, indent=1).encode()


def missing(handler: Handler) -> None:
    handler.send(404, b"404: Not Found")


def login(handler: Handler) -> None:
    """A page, under status 200 and the type of plain text, as raw files are served."""
    handler.send(200, b"<!DOCTYPE html><title>Sina Visitor System</title>", Content_Type="text/plain")


def file(content: bytes, etag: str = "", ranges: bool = True) -> Answer:
    """A file as a good server sends it: with an ETag it knows If-None-Match, with ranges also Range and If-Range."""

    def send(handler: Handler) -> None:
        tag = {"ETag": etag} if etag else {}
        asked, fitting = handler.headers.get("Range"), handler.headers.get("If-Range") == etag
        if etag and handler.headers.get("If-None-Match") == etag:
            handler.send(304, **tag)
        elif ranges and asked and fitting:
            start = int(asked.removeprefix("bytes=").removesuffix("-"))
            if start >= len(content):
                handler.send(416, Content_Range=f"bytes */{len(content)}", **tag)
            else:
                span = f"bytes {start}-{len(content) - 1}/{len(content)}"
                handler.send(206, content[start:], Content_Range=span, **tag)
        else:
            handler.send(200, content, **tag)

    return send


def status(code: int, **headers: str) -> Answer:
    return lambda handler: handler.send(code, b"{}", **headers)


def cut(content: bytes, at: int, etag: str = "") -> Answer:
    """The beginning of a file, and then the connection is closed."""
    tag = {"ETag": etag} if etag else {}
    return lambda handler: handler.send(200, content[:at], length=len(content), **tag)


def cut_chunked(content: bytes, at: int) -> Answer:
    def send(handler: Handler) -> None:
        handler.send_response(200)
        handler.send_header("Transfer-Encoding", "chunked")
        handler.end_headers()
        handler.wfile.write(b"%x\r\n%s\r\n" % (at, content[:at]))
        handler.close_connection = True

    return send


def cut_without_length(content: bytes, at: int | None = None) -> Answer:
    """A body that ends where the connection does, whether or not it is all."""

    def send(handler: Handler) -> None:
        handler.send_response(200)
        handler.send_header("Connection", "close")
        handler.end_headers()
        handler.wfile.write(content[:at])
        handler.close_connection = True

    return send


def short_length(content: bytes, length: int) -> Answer:
    """A whole file under a length that is too small."""
    return lambda handler: handler.send(200, content, length=length)


def hang_up(handler: Handler) -> None:
    """No answer at all."""
    handler.close_connection = True


def stall(content: bytes, at: int, seconds: float, etag: str = "") -> Answer:
    """The beginning of a file, and then nothing for a while."""

    def send(handler: Handler) -> None:
        cut(content, at, etag)(handler)
        handler.wfile.flush()
        time.sleep(seconds)

    return send


def drip(content: bytes, pieces: int, seconds: float, etag: str = "") -> Answer:
    """A file in so many pieces, with a pause after each."""

    def send(handler: Handler) -> None:
        cut(content, 0, etag)(handler)
        size = -(-len(content) // pieces)
        for start in range(0, len(content), size):
            handler.wfile.write(content[start : start + size])
            handler.wfile.flush()
            time.sleep(seconds)

    return send


def wrong_range(content: bytes, etag: str, start: int = 0) -> Answer:
    """The same part of the same content, whatever was asked for."""
    span = f"bytes {start}-{len(content) - 1}/{len(content)}"
    return lambda handler: handler.send(206, content[start:], Content_Range=span, ETag=etag)


def redirect(to: str) -> Answer:
    return lambda handler: handler.send(302, Location=to)
