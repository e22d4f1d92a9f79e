"""`fetch`: the parts of the standard in DocBook, from where NEMA publishes them, into a folder.

A part is loaded into a ``.part`` file beside its place, which it takes when it is whole and is what it should be. What
broke off is continued the next time. ``SHA256SUMS`` keeps the digest of each (``sha256sum -c`` checks them).
"""

from __future__ import annotations

import hashlib
import http.client
import os
import re
import socket
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from .docbook import Part, identify

__all__ = ["CURRENT", "PARTS", "URL", "FetchError", "Fetched", "fetch"]

URL: Final = "https://dicom.nema.org/medical/dicom/{edition}/source/docbook/part{part:02}/part{part:02}.xml"
"""Where NEMA publishes a part of an edition."""

PARTS: Final = (3, 4, 5, 6, 7, 15, 16)
"""The parts that have what the importers read."""

CURRENT: Final = "current"
"""What NEMA calls the newest edition in addresses."""

SUMS: Final = "SHA256SUMS"
_EDITION: Final = re.compile(r"\d{4}[a-z]?|current")
_CHUNK: Final = 1 << 16
_LARGEST: Final = 1 << 28
"""Bytes that no part comes near to: PS3.16 has some 15 million."""
_TRIES: Final = 3
_PAUSE: Final = 2.0
"""Seconds between tries."""

Progress = Callable[[int, int, int | None], None]
"""Told the part, the bytes of it that are there, and how many it has if that is known."""


class FetchError(Exception):
    """A part cannot be had, or is not what was asked for."""


@dataclass(frozen=True)
class Fetched:
    """One part that lies in the folder: its file, edition and size, and whether it was there before."""

    part: int
    path: Path
    edition: str
    size: int
    sha256: str
    before: bool


def fetch(
    edition: str,
    folder: Path,
    parts: Iterable[int] = PARTS,
    url: str = URL,
    timeout: float = 30,
    progress: Progress = lambda part, done, total: None,
) -> list[Fetched]:
    """Load parts of an edition into a folder, but for those that lie there already.

    Args:
        edition: such as ``"2026d"``, or ``"current"``.
        url: their address, with ``{edition}`` and ``{part}`` (or ``{part:02}``) in it.
        timeout: seconds without an answer after which a try is given up; there are three.

    Raises:
        FetchError: a part cannot be had, or what came is not that part of that edition. Parts that came before stay.
        OSError: the folder cannot be written.
    """
    if not url.startswith(("http://", "https://")):
        raise FetchError(f"{url!r} is no address of the web, such as {URL}")
    if not _EDITION.fullmatch(edition):
        raise FetchError(f"{edition!r} is no edition: those are called 2026d, 2026c and so on, the newest 'current'")
    folder.mkdir(parents=True, exist_ok=True)
    found: list[Fetched] = []
    for part in parts:
        found.append(_part(_Wanted(part, edition, folder, url, timeout), progress))
        _keep_sums(folder, found)
        editions = {each.edition for each in found}
        if len(editions) > 1:
            raise FetchError(
                f"the parts in {folder} are of different editions, {' and '.join(sorted(editions))}: "
                "NEMA may be publishing one now, or some were there before; use a new folder, or try again later"
            )
    return found


@dataclass(frozen=True)
class _Wanted:
    """A part to be had."""

    part: int
    edition: str
    folder: Path
    template: str
    timeout: float

    @property
    def name(self) -> str:
        return f"PS3.{self.part} of {self.edition}"

    @property
    def path(self) -> Path:
        return self.folder / f"part{self.part:02}.xml"

    @property
    def url(self) -> str:
        try:
            return self.template.format(edition=self.edition, part=self.part)
        except (KeyError, IndexError, ValueError) as error:
            raise FetchError(f"{self.template!r} is no address with {{edition}} and {{part}}: {error}") from error


def _part(wanted: _Wanted, progress: Progress) -> Fetched:
    if wanted.path.is_file():
        found = _checked(wanted, wanted.path, before=True)
        if _sums(wanted.folder).get(wanted.path.name, found.sha256) != found.sha256:
            raise FetchError(f"{wanted.path} was changed since it was loaded; remove it to load it again")
        progress(wanted.part, found.size, found.size)
        return found
    partial = wanted.path.with_suffix(".xml.part")
    for tries_left in reversed(range(_TRIES)):
        try:
            _load(wanted, partial, progress)
            break
        except (urllib.error.HTTPError, urllib.error.URLError, OSError, http.client.HTTPException) as error:
            if tries_left == 0 or not _may_pass(error):
                raise FetchError(_explained(wanted, error)) from error
            time.sleep(_PAUSE)
    found = _checked(wanted, partial, before=False)
    os.replace(partial, wanted.path)
    _tag_file(partial).unlink(missing_ok=True)
    return found


def _load(wanted: _Wanted, partial: Path, progress: Progress) -> None:
    """Load a part, or what is missing of it. The server's tag of the file tells whether it is still the same."""
    mark = _tag_file(partial)
    there = partial.stat().st_size if partial.is_file() and mark.is_file() else 0
    request = urllib.request.Request(wanted.url, headers={"User-Agent": "dicomspec", "Accept": "application/xml, */*"})
    if there:
        request.add_header("Range", f"bytes={there}-")
        request.add_header("If-Range", mark.read_text(encoding="latin-1"))
    try:
        answer = urllib.request.urlopen(request, timeout=wanted.timeout)
    except urllib.error.HTTPError as error:
        error.close()
        if error.code == http.client.REQUESTED_RANGE_NOT_SATISFIABLE and there:
            partial.unlink()  # more than the server has
        raise
    with answer:
        if answer.status != http.client.PARTIAL_CONTENT:
            there = 0
        _note_tag(mark, answer.headers)
        length = answer.headers.get("Content-Length")
        total = there + int(length) if length and length.isdigit() else None
        with partial.open("ab" if there else "wb") as file:
            while chunk := answer.read(_CHUNK):
                file.write(chunk)
                there += len(chunk)
                if there > _LARGEST:
                    raise FetchError(f"{wanted.url} gives more than {_LARGEST} bytes: that is no part of the standard")
                progress(wanted.part, there, total)
    if total is not None and there < total:
        raise http.client.IncompleteRead(b"", total - there)


def _tag_file(partial: Path) -> Path:
    return partial.with_suffix(".part-tag")


def _note_tag(mark: Path, headers: Any) -> None:
    tag = headers.get("ETag") or headers.get("Last-Modified")
    if tag and not tag.startswith("W/"):
        mark.write_text(tag, encoding="latin-1")
    else:
        mark.unlink(missing_ok=True)


def _may_pass(error: Exception) -> bool:
    """Whether another try may help."""
    if isinstance(error, urllib.error.HTTPError):
        return error.code >= 500 or error.code in (408, 416, 429)
    if isinstance(error, urllib.error.URLError):
        return not isinstance(error.reason, socket.gaierror)
    return isinstance(error, (http.client.HTTPException, TimeoutError, ConnectionError))


def _explained(wanted: _Wanted, error: Exception) -> str:
    """What went wrong, and what can be done about it."""
    address = wanted.url
    if isinstance(error, urllib.error.HTTPError):
        if error.code == http.client.NOT_FOUND:
            return (
                f"there is no {wanted.name} at {address} (404); editions are called 2026d, 2026c and so on, "
                "the newest is 'current'"
            )
        return f"the server refuses {wanted.name} at {address}: {error.code} {error.reason}"
    reason = error.reason if isinstance(error, urllib.error.URLError) else error
    if isinstance(reason, TimeoutError):
        return f"no answer within {wanted.timeout:g} seconds from {address}; call it again to go on from here"
    if isinstance(error, http.client.IncompleteRead):
        return f"{address} broke off, {error.expected} bytes before the end; call it again to go on from here"
    if isinstance(error, urllib.error.URLError):
        return f"cannot reach {address}: {reason}; every other step works without network"
    return f"cannot load {wanted.name} from {address}: {reason}"


def _checked(wanted: _Wanted, path: Path, before: bool) -> Fetched:
    """The part that a file holds, if it is the one that is wanted, and whole."""
    data = path.read_bytes()
    found = identify(path)
    whole = data.rstrip().endswith((b"</book>", b"</db:book>"))
    if found is None or found.number != str(wanted.part) or not whole or not _is_of(found, wanted.edition):
        what = "no part of the standard in DocBook" if found is None else f"PS3.{found.number} of {found.edition}"
        if found is not None and not whole:
            what = f"the beginning of {what} only"
        where = str(path) if before else wanted.url
        if not before:
            path.unlink()
        raise FetchError(f"{where} is {what}, not {wanted.name}")
    return Fetched(wanted.part, wanted.path, found.edition, len(data), hashlib.sha256(data).hexdigest(), before)


def _is_of(found: Part, edition: str) -> bool:
    return edition in (CURRENT, found.edition)


def _sums(folder: Path) -> dict[str, str]:
    """File -> digest, of the files that were loaded into a folder."""
    sums = folder / SUMS
    lines = sums.read_text(encoding="utf-8").splitlines() if sums.is_file() else []
    return {name: digest for digest, _, name in (line.partition("  ") for line in lines) if name}


def _keep_sums(folder: Path, found: list[Fetched]) -> None:
    rows = {**_sums(folder), **{each.path.name: each.sha256 for each in found}}
    text = "".join(f"{digest}  {name}\n" for name, digest in sorted(rows.items()))
    temporary = folder / f"{SUMS}.part"
    temporary.write_text(text, encoding="utf-8")
    os.replace(temporary, folder / SUMS)
