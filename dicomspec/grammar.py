"""The binary structures of DICOM as construct declarations, for parsing and building by hand.

Everything here is a `construct.Construct`: it has ``parse`` and ``build``, and fits into the constructs of others.
Values are bytes; to read and write datasets with Python values use `dicomspec.dcmread`. The declarations are generated
from ``dictionaries/rules/wire.yaml`` (PS3.5 sections 7, 8, annexes A and G; PS3.10 section 7).

Lengths may be left out when building:

>>> from dicomspec import grammar
>>> data = grammar.ExplicitLittleDataset.build([
...     {"tag": 0x00080060, "vr": "CS", "value": b"CT"},
...     {"tag": 0x00081140, "vr": "SQ", "items": [{"elements": []}]},
... ])
>>> data.hex(" ")
'08 00 60 00 43 53 02 00 43 54 08 00 40 11 53 51 00 00 08 00 00 00 fe ff 00 e0 00 00 00 00'

Parsing gives each field by its name, and building from that gives the same bytes:

>>> modality, references = grammar.ExplicitLittleDataset.parse(data)
>>> hex(modality.tag), modality.vr, modality.length, modality.value
('0x80060', 'CS', 2, b'CT')
>>> len(references["items"]), references.reserved
(1, 0)
>>> grammar.ExplicitLittleDataset.build([modality, references]) == data
True

A dataset reaches to the end of its stream, so inside another construct it is given a length or an end:

>>> from construct import Bytes, Int32ub, Prefixed, Struct
>>> Message = Struct("magic" / Bytes(4), "dataset" / Prefixed(Int32ub, grammar.ExplicitLittleDataset))
>>> message = Message.build({"magic": b"HELO", "dataset": [modality]})
>>> Message.parse(message).dataset[0].value
b'CT'

The ``Scanned...`` constructs give the same Containers, many times faster, by the scanners that the reader uses.
A field called ``items`` is taken by subscript, since a Container is a dict. Errors are construct's own
(`construct.ConstructError`), with the path of the field.
"""

from ._generated.grammar import (
    BasicOffsetTable,
    Deflated,
    DicomFile,
    ExplicitBigDataset,
    ExplicitBigElement,
    ExplicitBigFragment,
    ExplicitBigFragments,
    ExplicitBigHeader,
    ExplicitBigItem,
    ExplicitBigItems,
    ExplicitLittleDataset,
    ExplicitLittleElement,
    ExplicitLittleFragment,
    ExplicitLittleFragments,
    ExplicitLittleHeader,
    ExplicitLittleItem,
    ExplicitLittleItems,
    ExtendedOffsetTable,
    ExtendedOffsetTableLengths,
    FileMeta,
    GroupLength,
    ImplicitLittleDataset,
    ImplicitLittleElement,
    ImplicitLittleFragment,
    ImplicitLittleFragments,
    ImplicitLittleHeader,
    ImplicitLittleItem,
    ImplicitLittleItems,
    ItemDelimitationBig,
    ItemDelimitationLittle,
    ItemHeaderBig,
    ItemHeaderLittle,
    LongHeaderBig,
    LongHeaderLittle,
    Preamble,
    Repeat,
    RLEHeader,
    ScannedDataset,
    ScannedDicomFile,
    ScannedExplicitBigDataset,
    ScannedExplicitLittleDataset,
    ScannedImplicitLittleDataset,
    SequenceDelimitationBig,
    SequenceDelimitationLittle,
    ShortHeaderBig,
    ShortHeaderLittle,
    Sized,
    TagBig,
    TagLittle,
)

__all__ = [
    "BasicOffsetTable",
    "Deflated",
    "DicomFile",
    "ExplicitBigDataset",
    "ExplicitBigElement",
    "ExplicitBigFragment",
    "ExplicitBigFragments",
    "ExplicitBigHeader",
    "ExplicitBigItem",
    "ExplicitBigItems",
    "ExplicitLittleDataset",
    "ExplicitLittleElement",
    "ExplicitLittleFragment",
    "ExplicitLittleFragments",
    "ExplicitLittleHeader",
    "ExplicitLittleItem",
    "ExplicitLittleItems",
    "ExtendedOffsetTable",
    "ExtendedOffsetTableLengths",
    "FileMeta",
    "GroupLength",
    "ImplicitLittleDataset",
    "ImplicitLittleElement",
    "ImplicitLittleFragment",
    "ImplicitLittleFragments",
    "ImplicitLittleHeader",
    "ImplicitLittleItem",
    "ImplicitLittleItems",
    "ItemDelimitationBig",
    "ItemDelimitationLittle",
    "ItemHeaderBig",
    "ItemHeaderLittle",
    "LongHeaderBig",
    "LongHeaderLittle",
    "Preamble",
    "RLEHeader",
    "Repeat",
    "ScannedDataset",
    "ScannedDicomFile",
    "ScannedExplicitBigDataset",
    "ScannedExplicitLittleDataset",
    "ScannedImplicitLittleDataset",
    "SequenceDelimitationBig",
    "SequenceDelimitationLittle",
    "ShortHeaderBig",
    "ShortHeaderLittle",
    "Sized",
    "TagBig",
    "TagLittle",
]
