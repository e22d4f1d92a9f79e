"""Typed classes: what an IOD or an include specialises, and sequences that several modules of an IOD have."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import pytest

import dicomspec
from dicomspec import Dataset, iods
from dicomspec._generated.typed_names import CLASSES, JOINED
from dicomspec.edition import default
from dicomspec.typed import Item, SequenceOf, Value

STUB = Path(dicomspec.__file__).parent / "_generated" / "typed.pyi"


def words(made: type[Item]) -> set[str]:
    return {word for base in made.__mro__ for word, field in vars(base).items() if isinstance(field, Value)}


def test_items_have_what_an_include_adds():
    ds = Dataset({"SOPClassUID": "1.2.840.10008.5.1.4.1.1.88.22"})
    content: Any = iods.EnhancedSR(ds).ContentSequence.append()
    assert type(content).ReferencedSOPSequence.type == "1"
    reference = content.ReferencedSOPSequence.append()
    reference.ReferencedSOPClassUID = "1.2.840.10008.5.1.4.1.1.2"
    reference.ReferencedFrameNumber = [1, 2]
    reference.ReferencedWaveformChannels = [1, 1]
    reference.IconImageSequence.append().Rows = 64
    assert ds.ContentSequence[0].ReferencedSOPSequence[0].ReferencedFrameNumber == [1, 2]
    condition = type(reference).ReferencedWaveformChannels.attribute.condition
    assert condition == default().macro("waveform-reference").rows[0].changes[0].rows[0].condition


@pytest.mark.parametrize(
    ("name", "path", "section"),
    [
        ("RTBeamsTreatmentRecord", "TreatmentSessionBeamSequence.BeamType", "C.8.8.21"),
        ("RTBeamsTreatmentRecord", "TreatmentSessionBeamSequence.ControlPointDeliverySequence.GantryAngle", "C.8.8.21"),
        ("GrayscaleSoftcopyPresentationState", "MaskSubtractionSequence.MaskFrameNumbers", "C.7.6.10"),
        ("OphthalmicThicknessMap", "SourceImageSequence.PatientOrientation", "C.12.4"),
    ],
)
def test_items_have_what_each_module_says(name, path, section):
    made: Any = getattr(iods, name)
    *sequences, last = path.split(".")
    for keyword in sequences:
        made = getattr(made, keyword).item
    assert getattr(made, last).section == section


def test_what_an_iod_specialises_of_its_modules():
    plan: Any = iods.RTPlan
    capture: Any = iods.SecondaryCaptureImage
    assert plan.Modality.attribute.values[0].values == ("RTPLAN",)
    assert "Enumerated Values: RTPLAN" in plan.Modality.__doc__
    assert (capture.Modality.type, iods.CTImage.Modality.type) == ("3", "1")
    assert iods.CTImage.ImageType.VM == default().module("ct-image").rows[0].vm == "3-n"


def test_no_base_hides_what_another_has_in_the_items_of_a_sequence():
    for name in CLASSES:
        made: type[Item] = getattr(iods, name)
        found: dict[str, list[SequenceOf[Any]]] = {}
        for base in made.__mro__:
            for keyword, field in vars(base).items():
                if isinstance(field, SequenceOf):
                    found.setdefault(keyword, []).append(field)
        for keyword, fields in found.items():
            if len(fields) > 1:
                others = set().union(*(words(field.item) for field in fields[1:]))
                assert others <= words(fields[0].item), (name, keyword)


def test_the_stub_has_them_too():
    stubs = {node.name: node for node in ast.parse(STUB.read_text("utf-8")).body if isinstance(node, ast.ClassDef)}

    def told(name: str) -> dict[str, str]:
        lines = {}
        for base in reversed(stubs[name].bases):
            if ast.unparse(base) in stubs:
                lines |= told(ast.unparse(base))
        own = (line for line in stubs[name].body if isinstance(line, ast.AnnAssign))
        return lines | {ast.unparse(line.target): ast.unparse(line.annotation) for line in own}

    assert sum(map(len, JOINED.values())) > 10
    for name, keywords in JOINED.items():
        for keyword in keywords:
            item = told(name)[keyword].removeprefix("SequenceOf[").removesuffix("]")
            made: Any = getattr(iods, name, None) or iods.EnhancedSR.ContentSequence.item
            assert set(told(item)) == words(getattr(made, keyword).item), (name, keyword)
    for name in CLASSES:
        own = {word for word, field in vars(getattr(iods, name)).items() if isinstance(field, Value)}
        lines = (line for line in stubs[name].body if isinstance(line, ast.AnnAssign))
        assert own == {ast.unparse(line.target) for line in lines} - {"functional_groups"}
