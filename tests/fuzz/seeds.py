"""Makes the seed corpus of the fuzzer from the builders of the tests.

python -m tests.fuzz.seeds [DIRECTORY]
"""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

from tests import builders as b
from tests.broken.cases import CASES
from tests.broken.table import CODE_ITEM, after, before, plain

CORPUS = Path(__file__).parent / "corpus"


def sound() -> list[bytes]:
    """Files that are as they should be, in each encoding."""
    nested = b.sequence(0x0040A730, [b.item(CODE_ITEM + b.nested(3, "mixed", b.element(0x0040A160, "UT", "text")))])
    private = b.element(0x00090010, "LO", "SIEMENS CT VA0 COAD") + b.element(0x00091010, "UN", b"\1\2\3\4")
    charset = b.element(0x00080005, "CS", "\\ISO 2022 IR 87")
    kanji = b.element(0x00100010, "PN", b"Yamada^Tarou=\x1b$B;3ED\x1b(B^\x1b$BB@O:\x1b(B")
    numbers = b.element(0x00201208, "IS", "1\\2\\3 ") + b.element(0x00204000, "LT", "a\\b ")
    image = b.element(0x00280010, "US", 2) + b.element(0x00280011, "US", 2) + b.element(0x00280103, "US", 1)
    pixels = b.element(0x7FE00010, "OW", bytes(8))
    icon = b.sequence(0x00880200, [b.item(image + b.fragments(0x7FE00010, [b"\1\2"]))], length=b.UNDEFINED)
    wave = b.sequence(0x54000100, [b.item(b.element(0x5400100A, "UN", b"\0\0"))], length=b.UNDEFINED)
    unknown = b.sequence(
        0x00091020, [b.item(b.element(0x00080100, "SH", "A1", b.IMPLICIT))], length=b.UNDEFINED, vr="UN"
    )
    return [
        b.file(plain()),
        b.file(plain(b.IMPLICIT), b.IMPLICIT_UID),
        b.file(plain(b.BIG), b.BIG_UID),
        b.file(b.deflate(plain() + nested), b.DEFLATED_UID),
        b.file(charset + before() + kanji + numbers + image + pixels),
        b.file(before() + private + unknown + after() + nested + wave),
        b.file(plain() + icon + b.fragments(0x7FE00010, [b"\1\2", b"\3\4"], offsets=bytes(8)), b.JPEG_UID),
    ]


def seeds() -> list[bytes]:
    return [*sound(), *(case.data for case in CASES)]


def main(directory: Path = CORPUS) -> None:
    directory.mkdir(parents=True, exist_ok=True)
    for data in seeds():
        (directory / f"{hashlib.sha1(data).hexdigest()[:12]}.dcm").write_bytes(data)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:2]))
