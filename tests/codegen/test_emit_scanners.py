"""wire.yaml: what is wrong in it is named; what is right comes out as numbers in the code."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest

from codegen import emit_wire
from codegen.model.wire import WireRules
from codegen.yaml_io import SchemaError, load

SOURCE = Path(__file__).parents[2] / "dictionaries" / "rules" / "wire.yaml"
DATA = load(SOURCE)


def changed(*keys: str | int, value: Any) -> Any:
    """The YAML with one value exchanged; None takes the key away."""
    data = copy.deepcopy(DATA)
    place = data
    for key in keys[:-1]:
        place = place[key]
    if value is None:
        del place[keys[-1]]
    else:
        place[keys[-1]] = value
    return data


SHORT = ("structures", "ShortHeader", "fields")
ITEM = ("structures", "ItemHeader", "fields")
CASES: list[tuple[tuple[str | int, ...], Any, str, str]] = [
    (("structures", "ShortHeader", "size"), "9", "structures.ShortHeader.size", "size 8"),
    ((*SHORT, 0, "size"), "3", "structures.ShortHeader.fields[0].size", "the size of tag, 4"),
    ((*SHORT, 2, "type"), "u17", "structures.ShortHeader.fields[2].type", "one of u16"),
    (("structures", "LongHeader", "fields", 3, "at"), "7", "structures.LongHeader.fields[3].at", "overlap"),
    (("structures", "LongHeader", "fields", 3, "at"), "9", "structures.LongHeader.fields[3].at", "gap"),
    (("structures", "LongHeader", "fields", 3, "at"), "x", "structures.LongHeader.fields[3].at", "a number"),
    (("structures", "LongHeader", "fields", 3, "name"), "vr", "structures.LongHeader.fields[3]", "no other field"),
    (("structures", "LongHeader", "fields"), "", "structures.LongHeader.fields", "a list"),
    (("structures", "Preamble", "fields", 1, "value"), "DICOM", "structures.Preamble.fields[1].value", "4 ASCII"),
    ((*ITEM, 0, "value"), "thing", "structures.ItemHeader.fields[0].value", "one of item"),
    (("structures", "RLEHeader", "size"), None, "structures.RLEHeader", "size 64"),
    (("structures", "RLEHeader", "colour"), "red", "structures.RLEHeader.colour", "one of the keys"),
    (("tags", "item", "tag"), "FFFEE000", "tags.item.tag", "(gggg,eeee)"),
    (("tags", "item", "meaning"), None, "tags.item", "'meaning'"),
    (("groups", "meta", "group"), "2", "groups.meta.group", "four"),
    (("constants", "undefined_length", "value"), "0x1FFFFFFFF", "constants.undefined_length.value", "fits u32"),
    (("encodings", "explicit_big", "byte_order"), "middle", "encodings.explicit_big.byte_order", "little, big"),
    (("encodings", "explicit_big", "header", "long"), "Long", "encodings.explicit_big.header.long", "LongHeader"),
    (("encodings", "explicit_big", "header", "long"), None, "encodings.explicit_big.header", "short and long"),
    (("encodings", "implicit_little", "undefined_length", "otherwise"), None,
     "encodings.implicit_little.undefined_length", "otherwise"),
    (("items", "item"), "Thing", "items.item", "ItemHeader"),
    (("file", "meta_group"), "8", "file.meta_group", "command, meta"),
    (("meta_elements", "TransferSyntaxUID", "from"), "thin air", "meta_elements.TransferSyntaxUID.from", "one of"),
    (("meta_elements", "TransferSyntaxUID", "value"), "00", "meta_elements.TransferSyntaxUID.value", "the keys from"),
    (("meta_elements", "MediaStorageSOPClassUID", "keyword"), None, "meta_elements.MediaStorageSOPClassUID", "keyword"),
    (("meta_elements", "FileMetaInformationVersion", "value"), "1", "meta_elements.FileMetaInformationVersion.value",
     "hexadecimal"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("keys", "value", "where", "said"), CASES, ids=lambda case: str(case) if "." in str(case) else ""
)
def test_what_is_wrong_is_named(keys: tuple[str | int, ...], value: Any, where: str, said: str) -> None:
    with pytest.raises(SchemaError) as caught:
        WireRules.from_yaml(changed(*keys, value=value), path=SOURCE)
    assert caught.value.path == str(SOURCE)
    assert caught.value.where == where
    assert said in str(caught.value)


def test_the_file_itself_reads_and_round_trips() -> None:
    wire = WireRules.from_yaml(DATA, path=SOURCE)
    assert WireRules.from_yaml(wire.to_yaml()) == wire


@pytest.mark.parametrize(
    ("structure", "order", "expected"),
    [
        ("ShortHeader", "little", "<HH2sH"),
        ("LongHeader", "big", ">HH2s2xI"),
        ("ImplicitHeader", "little", "<HHI"),
        ("ItemHeader", "big", ">HHI"),
        ("RLEHeader", "little", "<I15I"),
        ("ExtendedOffsetTable", "little", "<Q"),
    ],
)
def test_formats_are_composed_from_fields(structure: str, order: str, expected: str) -> None:
    wire = WireRules.from_yaml(DATA)
    assert emit_wire.struct_format(wire.structure(structure), order) == expected
