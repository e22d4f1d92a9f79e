"""Pixel data on their way into a dataset: a value that grows frame by frame, and may be larger than memory.

Up to `IN_MEMORY` bytes stay in memory. What is longer goes to a temporary file without a name, is mapped, and read from
there as from any file (PS3.5 7.1, A.4); the file is gone when the last element that uses it is.
"""

from __future__ import annotations

import mmap
from tempfile import TemporaryFile
from typing import IO, Any, Final

from dicomspec._generated import wire as names
from dicomspec.element import DataElement
from dicomspec.elements import Elements
from dicomspec.errors import LimitError
from dicomspec.files import open_source
from dicomspec.wire.encoding import Encoding
from dicomspec.wire.options import ReadOptions
from dicomspec.wire.part10 import read_bare

__all__ = ["IN_MEMORY", "Spool"]

IN_MEMORY: Final = 8 << 20
"""Bytes of a value from which on it goes to a file."""
_CHUNK: Final = 1 << 20


class Spool:
    """The value of one element, written from front to back.

    Args:
        tag, vr: of the element.
        encoding: of the dataset that it is for: it is then copied as it is.
        encapsulated: whether the value are items, and gets undefined length.

    Attributes:
        size: number of bytes of the value so far.
    """

    def __init__(self, tag: int, vr: str, encoding: Encoding, encapsulated: bool) -> None:
        self._file: IO[bytes] | None = None
        self._tag, self._vr, self._encoding, self._encapsulated = tag, vr, encoding, encapsulated
        self._start = len(self._header(0))
        self._memory = bytearray()
        self.size = 0

    def __del__(self) -> None:
        if self._file is not None:  # what was to be written has failed
            self._file.close()

    def _header(self, length: int) -> bytes:
        header: bytes = self._encoding.scanner.encode_header(self._tag, self._vr, length)
        return header

    def write(self, data: Any) -> None:
        """Add bytes, or a view on some."""
        length = len(data)
        if self._file is None and self.size + length > IN_MEMORY:
            self._file = TemporaryFile()  # noqa: SIM115 (it is closed when it is mapped)
            self._file.write(bytes(self._start))
            self._file.write(self._memory)
            self._memory = bytearray()
        if self._file is None:
            self._memory += data
        else:
            for start in range(0, length, _CHUNK):
                self._file.write(data[start : start + _CHUNK])
        self.size += length

    def read(self, start: int, end: int) -> bytes:
        """Some of the bytes that were written."""
        if self._file is None:
            return bytes(self._memory[start:end])
        self._file.seek(self._start + start)
        data = self._file.read(end - start)
        self._file.seek(0, 2)
        return data

    def patch(self, at: int, data: bytes) -> None:
        """Put other bytes in place of some that were written."""
        if self._file is None:
            self._memory[at : at + len(data)] = data
        else:
            self._file.seek(self._start + at)
            self._file.write(data)
            self._file.seek(0, 2)

    def element(self) -> DataElement:
        """The element; nothing can be written after it was asked for.

        Raises:
            LimitError: a value that is not encapsulated does not fit into the 32 bits of its length (PS3.5 7.1.1).
        """
        if self._file is None:
            return DataElement(self._tag, self._vr, bytes(self._memory))
        with self._file as file:
            if self._encapsulated:
                file.write(self._encoding.scanner.SEQUENCE_DELIMITER)
                length = names.UNDEFINED_LENGTH
            else:
                length = self.size + (self.size & 1)
                if length >= names.UNDEFINED_LENGTH:
                    raise LimitError(
                        f"{length} bytes are more than a value that is not compressed may have",
                        path="PixelData",
                        reference="PS3.5 7.1.1",
                    )
                file.write(bytes(length - self.size))
            file.seek(0)
            file.write(self._header(length))
            file.flush()
            mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        source, encoding = open_source(mapped), self._encoding
        body = read_bare(source, ReadOptions(), Elements, encoding.implicit, encoding.big_endian)
        element = body._element(self._tag)
        assert element is not None
        return element
