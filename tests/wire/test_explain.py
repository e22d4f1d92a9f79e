"""Every byte of a file is explained exactly once."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dicomspec import grammar
from dicomspec._generated import wire
from dicomspec.wire.explain import UNPARSED, Field, explain

ENCODINGS = [None, *wire.ENCODINGS]


def check_cover(fields: list[Field], data: bytes) -> None:
    pos = 0
    for found in fields:
        assert found.offset == pos
        assert found.size == len(found.raw) > 0
        assert data[pos : pos + found.size] == found.raw
        assert found.meaning
        pos += found.size
    assert pos == len(data)


def test_package_files_are_covered() -> None:
    data = pytest.importorskip("pydicom.data")
    store = pytest.importorskip("data_store")
    roots = [Path(data.__file__).parent, Path(store.__file__).parent]
    files = [path for root in roots for path in sorted(root.rglob("*")) if path.is_file()]
    whole = 0
    for path in files:
        content = path.read_bytes()
        if len(content) < 3_000_000:
            fields = list(explain(content))
            check_cover(fields, content)
            whole += not any(found.structure == UNPARSED for found in fields)
    assert whole > 220


@given(data=st.binary(max_size=200), encoding=st.sampled_from(ENCODINGS))
def test_noise_is_covered(data: bytes, encoding: str | None) -> None:
    check_cover(list(explain(data, encoding=encoding)), data)


DATASET = [
    {"tag": 0x00091011, "vr": "UN", "length": 0xFFFFFFFF, "items": [{"elements": []}]},
    {"tag": 0x300A00B0, "vr": "SQ", "delimiter": {}, "items": [
        {"elements": [{"tag": 0x300A00C2, "vr": "LO", "value": b"AP"}], "delimiter": {}},
        {"elements": [{"tag": 0x300A00C2, "vr": "LO", "value": b"PA"}]},
    ]},
    {"tag": 0x7FE00010, "vr": "OB", "fragments": [{"value": bytes(4)}, {"value": b"\1\2"}]},
]  # fmt: skip


def test_names_and_paths() -> None:
    data = grammar.ExplicitLittleDataset.build(DATASET)
    fields = list(explain(data, encoding="explicit_little"))
    check_cover(fields, data)
    names = [found for found in fields if found.structure == "Value"]
    assert [found.path for found in names] == ["BeamSequence[0].BeamName", "BeamSequence[1].BeamName", "PixelData[1]"]
    (offset,) = [found for found in fields if found.structure == "BasicOffsetTable"]
    assert (offset.path, offset.name) == ("PixelData[0]", "offsets[0]")
    assert "(300A,00C2): Beam Name" in {found.meaning for found in fields}
    assert "undefined: number of bytes of the content, or undefined" in {found.meaning for found in fields}


def test_truncated_anywhere() -> None:
    data = grammar.ExplicitLittleDataset.build(DATASET)
    for end in range(len(data)):
        check_cover(list(explain(data[:end], encoding="explicit_little")), data[:end])


def test_deep_nesting() -> None:
    opening = grammar.ExplicitLittleDataset.build([{"tag": 0x00081140, "vr": "SQ", "items": []}])[:8] + b"\xff" * 4
    data = (opening + b"\xfe\xff\x00\xe0" + b"\xff" * 4) * 2000
    check_cover(list(explain(data, encoding="explicit_little")), data)
