"""Typed classes: what they give, what they refuse, and that they are what their stub says."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import dicomspec
from dicomspec import Dataset, examples, iods
from dicomspec._generated.typed_names import CLASSES
from dicomspec.edition import default
from dicomspec.errors import DicomError, UnknownKeywordError, ValueRuleError
from dicomspec.typed import Item, SequenceOf, Value

STUB = Path(dicomspec.__file__).parent / "_generated" / "typed.pyi"
CTImage: Any = iods.CTImage
RTPlan: Any = iods.RTPlan


@pytest.fixture
def ct() -> Any:
    return CTImage.read(examples.path("ct"))


def test_a_view_shows_the_dataset_itself(ct):
    view = CTImage(ct.dataset)
    view.PatientID = "42"
    assert ct.dataset.PatientID == ct.PatientID == "42"
    del view.PatientID
    assert "PatientID" not in ct.dataset
    assert ct.PatientID is None


def test_multiplicity_is_that_of_the_dictionary(ct):
    assert ct.ImageType == ["ORIGINAL", "PRIMARY", "AXIAL"]
    ct.ConvolutionKernel = ["A"]
    assert (ct.dataset.ConvolutionKernel, ct.ConvolutionKernel) == ("A", ["A"])
    del ct.ConvolutionKernel
    assert ct.ConvolutionKernel == []


def test_changes_in_a_list_reach_the_dataset(ct):
    ct.ConvolutionKernel = []
    ct.ConvolutionKernel.append("A")
    assert ct.dataset.ConvolutionKernel == "A"
    ct.ConvolutionKernel += ["B"]
    assert ct.dataset.ConvolutionKernel == ["A", "B"]
    ct.ConvolutionKernel.append("C")
    assert ct.dataset.ConvolutionKernel == ["A", "B", "C"]
    with pytest.raises(ValueRuleError):
        ct.ConvolutionKernel = ["x" * 17]


def test_type_1_has_a_value(ct):
    del ct.RescaleSlope
    with pytest.raises(UnknownKeywordError, match="RescaleSlope"):
        ct.RescaleSlope
    ct.dataset.RescaleSlope = None
    with pytest.raises(UnknownKeywordError, match="RescaleSlope"):
        ct.RescaleSlope
    assert not hasattr(ct, "RescaleSlope")


def test_items_all_the_way_down():
    plan = RTPlan.read(examples.path("rtplan"))
    assert [beam.BeamName for beam in plan.BeamSequence] == [each.BeamName for each in plan.dataset.BeamSequence]
    point = plan.BeamSequence[0].ControlPointSequence[0]
    point.GantryAngle = 12
    assert plan.dataset.BeamSequence[0].ControlPointSequence[0].GantryAngle == 12
    with pytest.raises(UnknownKeywordError, match="Rows"):
        point.Rows
    with pytest.raises(UnknownKeywordError, match="Rows"):
        point.Rows = 3


def test_an_item_is_put_in(ct):
    assert len(ct.DerivationCodeSequence) == 0
    code = ct.DerivationCodeSequence.append()
    code.CodeMeaning = "Resampled"
    assert ct.dataset.DerivationCodeSequence[0].CodeMeaning == "Resampled"
    other = ct.DerivationCodeSequence.item()
    other.CodeMeaning = "Other"
    ct.DerivationCodeSequence = [*ct.DerivationCodeSequence, other]
    assert [each.CodeMeaning for each in ct.DerivationCodeSequence] == ["Resampled", "Other"]


def test_the_class_tells_what_the_standard_says():
    assert repr(CTImage.RescaleSlope) == ("<(0028,1053) Rescale Slope: DS, VM 1, type 1, CT Image [PS3.3 C.8.2.1]>")
    assert CTImage.RescaleSlope.__doc__ == "Rescale Slope: DS, VM 1, type 1, C.8.2.1"
    assert (CTImage.PatientName.type, CTImage.PatientName.module.id) == ("2", "patient")


def test_another_sop_class_is_refused():
    with pytest.raises(DicomError, match="RT Plan Storage, which is not of the CT Image IOD"):
        CTImage.read(examples.path("rtplan"))
    with pytest.raises(DicomError, match="is none"):
        CTImage(Dataset())


def test_other_keywords_are_refused(ct):
    with pytest.raises(UnknownKeywordError, match="PatientsName"):
        ct.PatientsName = "x"
    with pytest.raises(UnknownKeywordError, match="BeamSequence"):
        ct.BeamSequence
    with pytest.raises(AttributeError):
        iods.NoSuchImage


def test_all_iods_have_a_class_that_is_what_the_stub_says():
    stubs = {node.name: node for node in ast.parse(STUB.read_text("utf-8")).body if isinstance(node, ast.ClassDef)}
    assert len(CLASSES) == len(default().iods()) == 175
    seen = 0
    for name in CLASSES:
        made = getattr(iods, name)
        for place in made.__mro__[1:]:
            for keyword, field in vars(place).items():
                if isinstance(field, Value):
                    seen += isinstance(getattr(made, keyword), SequenceOf)
        order = [base.__name__ for base in made.__bases__]
        told = [ast.unparse(base) for base in stubs[name].bases]
        assert len(order) == len(told)
    assert seen > 1000


@pytest.mark.parametrize("name", ["CTImage", "RTPlan", "EnhancedMRImage", "Comprehensive3DSR"])
def test_attributes_and_types_are_those_of_the_stub(name):
    stubs = {node.name: node for node in ast.parse(STUB.read_text("utf-8")).body if isinstance(node, ast.ClassDef)}

    def told(node: ast.ClassDef) -> dict[str, str]:
        return {
            ast.unparse(line.target): ast.unparse(line.annotation)
            for line in node.body
            if isinstance(line, ast.AnnAssign)
        }

    made = getattr(iods, name)
    for base, stub in zip(made.__bases__, stubs[name].bases, strict=True):
        if base.__name__ == "ObjectDefinition":
            continue
        own = {key: value for key, value in vars(base).items() if isinstance(value, Value)}
        said = told(stubs[ast.unparse(stub)])
        assert set(own) == set(said)
        for keyword, field in own.items():
            assert isinstance(field, SequenceOf) == said[keyword].startswith("SequenceOf")
            if not isinstance(field, SequenceOf):
                assert ("Many" in said[keyword], said[keyword].endswith("Must")) == (field.VM != "1", field.type == "1")


def test_items_of_all_sequences_can_be_made():
    stack: list[type[Item]] = [CTImage, RTPlan]
    seen: set[type[Item]] = set()
    while stack:
        made = stack.pop()
        if made in seen:
            continue
        seen.add(made)
        fields = [getattr(made, name) for place in made.__mro__ for name in vars(place) if not name.startswith("_")]
        stack += [field.item for field in fields if isinstance(field, SequenceOf)]
    assert len(seen) > 100


def test_datasets_do_not_need_them():
    code = "import sys, dicomspec; sys.exit('dicomspec.typed' in sys.modules or 'dicomspec._generated.typed_names' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_view_is_of_a_dataset() -> None:
    with pytest.raises(TypeError, match="CTImage is a view of a Dataset, not of int"):
        CTImage(5)  # type: ignore[arg-type]
