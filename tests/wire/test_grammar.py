"""The two forms of one grammar agree: construct declarations and scanners, over files and generated datasets."""

from __future__ import annotations

import doctest
import functools
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from construct import ConstructError, Int32ub, Prefixed, Struct
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dicomspec import grammar
from dicomspec._generated import scan_explicit_big, scan_explicit_little, scan_implicit_little, wire
from dicomspec._generated.transfer_syntaxes import TRANSFER_SYNTAXES

UNDEFINED = wire.UNDEFINED_LENGTH
ENCODINGS: dict[str, tuple[Any, Any, Any]] = {
    "implicit_little": (
        scan_implicit_little, grammar.ImplicitLittleDataset, grammar.ScannedImplicitLittleDataset
    ),
    "explicit_little": (
        scan_explicit_little, grammar.ExplicitLittleDataset, grammar.ScannedExplicitLittleDataset
    ),
    "explicit_big": (scan_explicit_big, grammar.ExplicitBigDataset, grammar.ScannedExplicitBigDataset),
}  # fmt: skip
LARGEST = 3_000_000
"""Bytes; larger files only go through the scanner, since interpreted construct copies each level."""


@functools.cache
def package_files() -> tuple[Path, ...]:
    data = pytest.importorskip("pydicom.data")
    roots = [Path(data.__file__).parent / "test_files", Path(data.__file__).parent / "charset_files"]
    store = pytest.importorskip("data_store")
    roots.append(Path(store.__file__).parent)
    found = (path for root in roots for path in sorted(root.rglob("*")) if path.is_file())
    return tuple(path for path in found if path.read_bytes()[128:132] == wire.PREFIX)


def encoding_of(file: Any) -> str:
    """The encoding of a parsed file's dataset."""
    uids = [element.value for element in file.file_meta if element.tag == wire.TRANSFER_SYNTAX_UID]
    syntax = TRANSFER_SYNTAXES.get(uids[0].decode().rstrip("\0 ") if uids else "")
    return f"{syntax.vr}_{syntax.endian}" if syntax else wire.META_ENCODING


def is_regular(dataset: Any) -> bool:
    """Whether tags ascend and lengths are even, nested datasets included; else the scanner leaves it to its caller."""
    ascending = all(a.tag < b.tag for a, b in pairwise(dataset))
    even = all(element.length % 2 == 0 or element.length == UNDEFINED for element in dataset)
    return ascending and even and all(is_regular(i.elements) for e in dataset for i in e.get("items", []))


def check_index(dataset: Any, data: bytes, start: int, end: int, encoding: str) -> None:
    """The scanner's index of data[start:end] says the same as the parsed elements."""
    scanner = ENCODINGS[encoding][0]
    slots: dict[int, int] = {}
    ends: dict[int, int] = {}
    pos, last = scanner.scan(data, start, end, slots, -1, 1 << 32, ends, 50)
    assert (pos, list(slots)) == (end, [element.tag for element in dataset])
    assert last == (dataset[-1].tag if dataset else -1)
    at = start
    for element in dataset:
        assert slots[element.tag] == at
        vr, value, length = scanner.header(data, at)
        assert (vr, length) == (element.get("vr", ""), element.length)
        at = check_value(element, data, value, ends, encoding)
    assert at == end


def check_value(element: Any, data: bytes, pos: int, ends: dict[int, int], encoding: str) -> int:
    """Compare the value at pos; returns where the element ends."""
    scanner = ENCODINGS[encoding][0]
    end = ends[pos] if element.length == UNDEFINED else pos + element.length
    if "value" in element:
        assert data[pos:end] == element.value
    elif "fragments" in element:
        for fragment in element.fragments:
            assert data[pos + 8 : pos + 8 + fragment.length] == fragment.value
            pos += 8 + fragment.length
        assert pos + 8 == end
    else:
        inner = "implicit_little" if element.get("vr") == "UN" else encoding
        spans: list[tuple[int, int]] = []
        stop = ENCODINGS[inner][0].items(data, pos, end, spans, {}, 50)
        assert stop == (end - scanner.ITEM_SIZE if element.length == UNDEFINED else end)
        assert len(spans) == len(element["items"])
        for item, (at, content_end) in zip(element["items"], spans, strict=True):
            check_index(item.elements, data, at + 8, content_end, inner)
    return end


def test_files_read_and_write_back() -> None:
    """Every well-formed file: the same Containers from both forms, the same bytes back, the same index."""
    same = refused = indexed = 0
    for path in package_files():
        data = path.read_bytes()
        try:
            scanned = grammar.ScannedDicomFile.parse(data)
        except ConstructError:
            refused += 1
            with pytest.raises(ConstructError):
                grammar.DicomFile.parse(data)
            continue
        assert grammar.ScannedDicomFile.build(scanned) == data, path
        same += 1
        if len(data) > LARGEST:
            continue
        assert grammar.DicomFile.parse(data) == scanned, path
        assert grammar.DicomFile.build(scanned) == data, path
        if scanned.deflated is None and is_regular(scanned.dataset):
            indexed += 1
            start = wire.OPENING_SIZE + len(grammar.FileMeta.build(scanned.file_meta))
            check_index(scanned.dataset, data, start, len(data), encoding_of(scanned))
    assert same > 220
    assert indexed > 200
    assert refused < 12


# --- generated datasets ------------------------------------------------------------------------------------------

SHORT = sorted(vr.decode() for vr in scan_explicit_little.SHORT)
LONG = sorted(vr.decode() for vr in scan_explicit_little.LONG - {b"SQ"})
values = st.binary(max_size=6).map(lambda data: data + bytes(len(data) % 2))
# In implicit VR the dictionary knows which tags are sequences; those hold items, so plain values take others.
tags = st.integers(0x00080000, 0x7FDFFFFF).filter(lambda tag: tag not in scan_implicit_little.SEQUENCE_TAGS)


def with_tags(elements: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[list[dict[str, Any]]]:
    table = st.dictionaries(tags, elements, max_size=4)
    return table.map(lambda found: [{"tag": tag, **found[tag]} for tag in sorted(found)])


def items(elements: Any, undefined: bool) -> st.SearchStrategy[dict[str, Any]]:
    """Items, of a sequence whose own length is undefined or not; lengths are left to the grammar."""
    item = st.builds(
        lambda found, open_: {"elements": found, **({"delimiter": {}} if open_ else {})}, elements, st.booleans()
    )
    return st.lists(item, max_size=3).map(lambda found: {"items": found, **({"delimiter": {}} if undefined else {})})


def datasets(encoding: str) -> st.SearchStrategy[list[dict[str, Any]]]:
    if encoding == "implicit_little":
        leaf = st.builds(lambda value: {"value": value}, values)
        return st.recursive(with_tags(leaf), lambda inner: with_tags(leaf | items(inner, True)), max_leaves=12)
    leaf = st.builds(lambda vr, value: {"vr": vr, "value": value}, st.sampled_from(SHORT + LONG), values)
    fragments = st.lists(values, max_size=3).map(
        lambda found: {"vr": "OB", "fragments": [{"value": value} for value in found]}
    )
    unknown = items(datasets("implicit_little"), True).map(lambda found: {"vr": "UN", **found})

    def nested(inner: Any) -> Any:
        return with_tags(leaf | fragments | unknown | (items(inner, True) | items(inner, False)).map(as_sequence))

    return st.recursive(with_tags(leaf), nested, max_leaves=12)


def as_sequence(found: dict[str, Any]) -> dict[str, Any]:
    return {"vr": "SQ", **found}


@pytest.mark.parametrize("encoding", ENCODINGS)
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_generated_datasets(encoding: str, data: st.DataObject) -> None:
    dataset = data.draw(datasets(encoding))
    _, interpreted, scanned = ENCODINGS[encoding]
    built = interpreted.build(dataset)
    assert scanned.build(dataset) == built
    parsed = interpreted.parse(built)
    assert scanned.parse(built) == parsed
    assert interpreted.build(parsed) == built
    assert scanned.build(parsed) == built
    check_index(parsed, built, 0, len(built), encoding)
    cut = data.draw(st.integers(0, len(built)))
    check_truncated(built[:cut], encoding)


def check_truncated(data: bytes, encoding: str) -> None:
    """Both forms take what is left, or say that it ends too early; nothing else is raised."""
    scanner, interpreted, scanned = ENCODINGS[encoding]
    slots: dict[int, int] = {}
    pos, _ = scanner.scan(data, 0, len(data), slots, -1, 1 << 32, {}, 50)
    assert 0 <= pos <= len(data)
    try:
        found = interpreted.parse(data)
    except ConstructError:
        with pytest.raises(ConstructError):
            scanned.parse(data)
        assert pos < len(data)
    else:
        assert pos == len(data)
        assert scanned.parse(data) == found


@pytest.mark.parametrize("encoding", ENCODINGS)
@given(data=st.binary(max_size=60))
def test_noise(encoding: str, data: bytes) -> None:
    scanner = ENCODINGS[encoding][0]
    end = len(data)
    assert 0 <= scanner.scan(data, 0, end, {}, -1, 1 << 32, {}, 50)[0] <= end
    assert 0 <= scanner.items(data, 0, end, [], {}, 50) <= end
    for in_item in (False, True):
        assert 0 <= scanner.measure(data, 0, end, {}, 50, in_item) <= end
    assert 0 <= scanner.measure_fragments(data, 0, end, {}) <= end


# --- single cases ------------------------------------------------------------------------------------------------


def test_undefined_length_un_holds_implicit_items() -> None:
    inner = grammar.ImplicitLittleDataset.build([{"tag": 0x00100010, "value": b"A^B "}])
    data = bytes.fromhex("09001110 554e 0000 ffffffff feff00e0 ffffffff") + inner
    data += bytes.fromhex("feff0de0 00000000 feffdde0 00000000")
    for dataset in (grammar.ExplicitLittleDataset, grammar.ScannedExplicitLittleDataset):
        (element,) = dataset.parse(data)
        assert element["items"][0].elements[0].value == b"A^B "
        assert dataset.build([element]) == data


def test_undefined_length_in_implicit_vr() -> None:
    """Pixel Data holds fragments, anything else items."""
    pixels = [{"tag": wire.PIXEL_DATA, "length": UNDEFINED, "fragments": [{"value": b""}, {"value": b"\1\2"}]}]
    data = grammar.ImplicitLittleDataset.build(pixels)
    assert data == bytes.fromhex("e07f1000 ffffffff feff00e0 00000000 feff00e0 02000000 0102 feffdde0 00000000")
    assert scan_implicit_little.scan(data, 0, len(data), {}, -1, 1 << 32, {}, 50) == (len(data), wire.PIXEL_DATA)
    (element,) = grammar.ScannedImplicitLittleDataset.parse(data)
    assert [fragment.value for fragment in element.fragments] == [b"", b"\1\2"]


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_depth(encoding: str) -> None:
    """Scanners do not recurse, and refuse what is nested deeper than they were told."""
    scanner = ENCODINGS[encoding][0]
    depth = 3000
    opening = scanner.encode_header(0x00081140, "SQ", UNDEFINED)
    data = (opening + scanner.ITEM_UNDEFINED) * depth + (scanner.ITEM_DELIMITER + scanner.SEQUENCE_DELIMITER) * depth
    assert scanner.scan(data, 0, len(data), {}, -1, 1 << 32, {}, depth)[0] == len(data)
    assert scanner.scan(data, 0, len(data), {}, -1, 1 << 32, {}, depth - 1)[0] == 0
    assert len(ENCODINGS[encoding][2].parse(data)) == 1


def test_delimiters_are_not_elements() -> None:
    for scanner in (scan_implicit_little, scan_explicit_little, scan_explicit_big):
        for data in (scanner.ITEM_DELIMITER, scanner.SEQUENCE_DELIMITER, scanner.encode_item(0)):
            assert scanner.scan(data + bytes(8), 0, 16, {}, -1, 1 << 40, {}, 50) == (0, -1)


@pytest.mark.parametrize(("vr", "length"), [("CS", 0x10000), ("CS", UNDEFINED), ("ZZ", 0), ("OB", 1 << 32), ("OB", -1)])
def test_headers_that_do_not_exist(vr: str, length: int) -> None:
    for scanner in (scan_explicit_little, scan_explicit_big):
        with pytest.raises(ValueError, match="no header"):
            scanner.encode_header(0x00080060, vr, length)


def test_file_from_nothing_but_values() -> None:
    content = {
        "file_meta": [
            {"tag": wire.META_GROUP_LENGTH, "vr": "UL"},
            {"tag": wire.TRANSFER_SYNTAX_UID, "vr": "UI", "value": b"1.2.840.10008.1.2.1.99"},
        ],
        "dataset": [{"tag": 0x00080060, "vr": "CS", "value": b"SR"}],
    }
    data = grammar.DicomFile.build(content)
    assert grammar.ScannedDicomFile.build(content) == data
    parsed = grammar.DicomFile.parse(data)
    assert data[:132] == bytes(128) + b"DICM"
    assert parsed.file_meta[0].value == (30).to_bytes(4, "little")
    assert parsed.dataset[0].value == b"SR"
    assert parsed.deflated == data[132 + 12 + 30 :]
    assert len(parsed.deflated) % 2 == 0
    parsed.dataset[0].value = b"CT"
    assert grammar.DicomFile.parse(grammar.DicomFile.build(parsed)).dataset[0].value == b"CT"


def test_wrong_length_is_refused() -> None:
    for dataset in (grammar.ExplicitLittleDataset, grammar.ScannedExplicitLittleDataset):
        with pytest.raises(ConstructError, match="length is 4"):
            dataset.build([{"tag": 0x00080060, "vr": "CS", "length": 4, "value": b"CT"}])


def test_offset_tables_and_rle_header() -> None:
    assert grammar.BasicOffsetTable.parse(bytes.fromhex("00000000 d0020000")).offsets == [0, 0x2D0]
    assert grammar.ExtendedOffsetTable.build({"offsets": [1]}) == b"\1" + bytes(7)
    assert grammar.ExtendedOffsetTableLengths.parse(b"").lengths == []
    header = {"number_of_segments": 1, "offsets": [64] + [0] * 14}
    assert len(grammar.RLEHeader.build(header)) == 64 == wire.RLE_HEADER_STRUCT.size
    with pytest.raises(ConstructError):
        grammar.BasicOffsetTable.parse(b"\0\0\0")


def test_inside_another_construct() -> None:
    outer = Struct("size" / Prefixed(Int32ub, grammar.ScannedExplicitBigDataset), "item" / grammar.ExplicitLittleItem)
    content = {"size": [{"tag": 0x00280010, "vr": "US", "value": b"\0\1"}], "item": {"elements": [], "delimiter": {}}}
    data = outer.build(content)
    assert outer.build(outer.parse(data)) == data
    assert outer.parse(data)["item"].delimiter.tag == wire.ITEM_DELIMITATION


def test_examples_of_the_documentation() -> None:
    assert doctest.testmod(grammar).failed == 0


def test_every_generated_construct_is_public() -> None:
    assert all(hasattr(grammar, name) for name in grammar.__all__)
