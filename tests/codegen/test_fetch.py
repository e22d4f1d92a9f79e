"""Parts of the standard loaded from a server: whole, broken off, slow, wrong, not there."""

from __future__ import annotations

import hashlib
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from codegen import fetch as module
from codegen.fetch import FetchError, fetch


def docbook(part: int, edition: str, rows: int = 3000) -> bytes:
    """A part as NEMA's files begin and end."""
    body = "".join(f"<para>row {number}</para>" for number in range(rows))
    return (
        f'<?xml version="1.0"?>\n<book xmlns="http://docbook.org/ns/docbook" label="PS3.{part}"><title>PS3.{part}</title>'
        f"<subtitle>DICOM PS3.{part} {edition} - Some Part</subtitle><chapter>{body}</chapter>\n</book>\n"
    ).encode()


class Server(ThreadingHTTPServer):
    """Gives files by path; ``cut`` breaks the first answer off after so many bytes; counts what it sent."""

    daemon_threads = True
    files: dict[str, bytes]
    cut = 0
    wait = 0.0
    ranges = True
    status = 0

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.files = {}
        self.moved: dict[str, str] = {}
        self.asked: list[tuple[str, str | None]] = []
        self.gone = threading.Event()

    def handle_error(self, *_: object) -> None:
        """Clients that go away are what is tested here."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/{{edition}}/part{{part:02}}.xml"


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        server = self.server
        wanted = self.headers.get("Range")
        server.asked.append((self.path, wanted))
        if server.wait:
            server.gone.wait(server.wait)
        if (moved := server.moved.get(self.path)) is not None:
            self.send_response(302)
            self.send_header("Location", moved)
            self.end_headers()
            return
        data = server.files.get(self.path)
        if data is None or server.status:
            self.send_error(server.status or 404)
            return
        tag = f'"{hashlib.sha256(data).hexdigest()[:8]}"'
        start = 0
        if wanted and server.ranges and self.headers.get("If-Range") == tag:
            start = int(wanted.removeprefix("bytes=").rstrip("-"))
            self.send_response(206)
        else:
            self.send_response(200)
        self.send_header("ETag", tag)
        self.send_header("Content-Length", str(len(data) - start))
        self.end_headers()
        end, server.cut = (start + server.cut if server.cut else len(data)), 0
        self.wfile.write(data[start:end])

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setattr(module, "_PAUSE", 0)
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with Server() as found:
        for part in (3, 6, 7):
            found.files[f"/2026d/part{part:02}.xml"] = docbook(part, "2026d")
            found.files[f"/current/part{part:02}.xml"] = docbook(part, "2026d")
        thread = threading.Thread(target=found.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield found
        found.gone.set()
        found.shutdown()
        thread.join()


def test_parts_are_loaded_once(server, tmp_path):
    told = []
    found = fetch("2026d", tmp_path / "nema", (6, 7), server.url, progress=lambda *step: told.append(step))
    data = server.files["/2026d/part06.xml"]
    assert (tmp_path / "nema" / "part06.xml").read_bytes() == data
    assert [(each.part, each.edition, each.size, each.before) for each in found] == [
        (6, "2026d", len(data), False),
        (7, "2026d", len(data), False),
    ]
    assert (6, len(data), len(data)) in told
    digest = hashlib.sha256(data).hexdigest()
    assert f"{digest}  part06.xml\n" in (tmp_path / "nema" / "SHA256SUMS").read_text()
    assert sorted(path.name for path in (tmp_path / "nema").iterdir()) == ["SHA256SUMS", "part06.xml", "part07.xml"]
    again = fetch("2026d", tmp_path / "nema", (6, 7, 3), server.url)
    assert [each.before for each in again] == [True, True, False]
    assert len(server.asked) == 3
    assert (tmp_path / "nema" / "SHA256SUMS").read_text().count("\n") == 3


def test_addresses_that_moved_are_followed(server, tmp_path):
    server.moved = {"/2026d/part06.xml": "/elsewhere/six.xml", "/2026d/part07.xml": "/2026d/part07.xml"}
    server.files["/elsewhere/six.xml"] = server.files["/2026d/part06.xml"]
    server.cut = 100
    (found,) = fetch("2026d", tmp_path, (6,), server.url)
    assert found.path.read_bytes() == server.files["/elsewhere/six.xml"]
    with pytest.raises(FetchError):
        fetch("2026d", tmp_path, (7,), server.url)


def test_current(server, tmp_path):
    (found,) = fetch("current", tmp_path, (6,), server.url)
    assert found.edition == "2026d"


@pytest.mark.parametrize(("ranges", "changes"), [(True, False), (False, False), (True, True)])
def test_what_broke_off_is_gone_on_with(server, tmp_path, monkeypatch, ranges, changes):
    monkeypatch.setattr(module, "_TRIES", 1)
    server.cut, server.ranges = 20_000, ranges
    with pytest.raises(FetchError, match=r"broke off, \d+ bytes before the end; call it again to go on"):
        fetch("2026d", tmp_path, (6,), server.url)
    assert (tmp_path / "part06.xml.part").stat().st_size == 20_000
    if changes:
        server.files["/2026d/part06.xml"] = docbook(6, "2026d", 4000)
    fetch("2026d", tmp_path, (6,), server.url)
    assert server.asked[-1][1] == "bytes=20000-"
    assert (tmp_path / "part06.xml").read_bytes() == server.files["/2026d/part06.xml"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["SHA256SUMS", "part06.xml"]


def test_it_tries_again(server, tmp_path):
    server.cut = 100
    fetch("2026d", tmp_path, (6,), server.url)
    assert len(server.asked) == 2


def test_a_longer_beginning_than_the_server_has(server, tmp_path):
    (tmp_path / "part06.xml.part").write_bytes(b"x" * 10)
    fetch("2026d", tmp_path, (6,), server.url)  # of unknown origin: not gone on with
    assert server.asked == [("/2026d/part06.xml", None)]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"<html><body>Please log in</body></html>", "is no part of the standard in DocBook, not PS3.6 of 2026d"),
        (b"", "is no part of the standard"),
        (docbook(6, "2026c"), "is PS3.6 of 2026c, not PS3.6 of 2026d"),
        (docbook(7, "2026d"), "is PS3.7 of 2026d, not PS3.6 of 2026d"),
        (docbook(6, "2026d")[:-20], "is the beginning of PS3.6 of 2026d only"),
    ],
)
def test_what_came_is_checked(server, tmp_path, content, message):
    server.files["/2026d/part06.xml"] = content
    with pytest.raises(FetchError, match=message):
        fetch("2026d", tmp_path, (6,), server.url)
    assert not (tmp_path / "part06.xml").exists()
    assert not (tmp_path / "part06.xml.part").exists()


def test_what_was_there_is_checked(server, tmp_path):
    (tmp_path / "part06.xml").write_bytes(docbook(6, "2026c"))
    with pytest.raises(FetchError, match=r"part06\.xml is PS3\.6 of 2026c, not PS3\.6 of 2026d"):
        fetch("2026d", tmp_path, (6,), server.url)
    (tmp_path / "part06.xml").unlink()
    fetch("2026d", tmp_path, (6,), server.url)
    (tmp_path / "part06.xml").write_bytes(docbook(6, "2026d", 10))
    with pytest.raises(FetchError, match="was changed since it was loaded"):
        fetch("2026d", tmp_path, (6,), server.url)


def test_parts_of_two_editions(server, tmp_path):
    server.files["/current/part07.xml"] = docbook(7, "2026e")
    with pytest.raises(FetchError, match="different editions, 2026d and 2026e"):
        fetch("current", tmp_path, (6, 7), server.url)


def test_refusals(server, tmp_path):
    with pytest.raises(FetchError, match=r"there is no PS3\.6 of 2031a at http.*\(404\).*the newest is 'current'"):
        fetch("2031a", tmp_path, (6,), server.url)
    server.status = 403
    with pytest.raises(FetchError, match=r"refuses PS3\.6 of 2026d at .*: 403"):
        fetch("2026d", tmp_path, (6,), server.url)
    server.asked.clear()
    server.status = 503
    with pytest.raises(FetchError, match="503"):
        fetch("2026d", tmp_path, (6,), server.url)
    assert len(server.asked) == 3


def test_no_answer(server, tmp_path):
    server.wait = 2
    with pytest.raises(FetchError, match=r"no answer within 0\.05 seconds"):
        fetch("2026d", tmp_path, (6,), server.url, timeout=0.05)


def test_no_network(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "_PAUSE", 0)
    monkeypatch.setenv("no_proxy", "127.0.0.1,nowhere.invalid")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/{{edition}}/{{part}}"
        with pytest.raises(FetchError, match=r"cannot reach http://127.*every other step works without network"):
            fetch("2026d", tmp_path, (6,), url)
    with pytest.raises(FetchError, match="cannot reach http://nowhere"):
        fetch("2026d", tmp_path, (6,), "http://nowhere.invalid/{edition}/{part}")


@pytest.mark.parametrize(
    ("edition", "url", "message"),
    [
        ("newest", module.URL, "'newest' is no edition"),
        ("../../x", module.URL, "is no edition"),
        ("2026d", "file:///etc/{edition}", "no address of the web"),
        ("2026d", "http://127.0.0.1/{version}", "with {edition} and {part}"),
    ],
)
def test_wrong_arguments(tmp_path, edition, url, message):
    with pytest.raises(FetchError, match=message):
        fetch(edition, tmp_path, (6,), url)


def test_the_address_is_nemas():
    wanted = module._Wanted(3, "2026d", module.Path(), module.URL, 1)
    assert wanted.url == "https://dicom.nema.org/medical/dicom/2026d/source/docbook/part03/part03.xml"
