"""Typed classes: what they give, what they refuse, and that they are what their stub says."""

from __future__ import annotations

import ast
import pickle
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import dicomspec
from dicomspec import Dataset, examples, iods
from dicomspec._generated.typed_names import CLASSES
from dicomspec.edition import default
from dicomspec.errors import ConformanceError, DicomError, UnknownKeywordError, ValueRuleError
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


def test_items_are_sliced_and_removed():
    plan = RTPlan.read(examples.path("rtplan"))
    names = [beam.BeamName for beam in plan.BeamSequence]
    assert [beam.BeamName for beam in plan.BeamSequence[-1:]] == names[-1:]
    del plan.BeamSequence[0]
    assert [beam.BeamName for beam in plan.dataset.BeamSequence] == names[1:]
    with pytest.raises(IndexError):
        del plan.BeamSequence[5]
    with pytest.raises(IndexError):
        del plan.ReferencedRTPlanSequence[0]


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


def test_lists_of_macros_that_modules_share_a_name_with(ct: Any) -> None:
    assert (ct.WindowCenter, CTImage.WindowCenter.module.name) == ([40.0], "VOI LUT")
    report = iods.EnhancedSR.read(examples.path("sr"))
    findings = report.ContentSequence[0]
    assert findings.ContentSequence[1].MeasuredValueSequence[0].NumericValue == [12.5]


# --- building -------------------------------------------------------------------------------------------------------


def test_new_fills_in_what_makes_it_an_object() -> None:
    one, two = CTImage.new(PatientID="42", PatientName="Doe^Jane"), CTImage.new()
    ds = one.dataset
    assert (one.PatientID, one.PatientName) == ("42", "Doe^Jane")
    assert (ds.SOPClassUID.name, ds.SpecificCharacterSet) == ("CT Image Storage", "ISO_IR 192")
    for keyword in ("SOPInstanceUID", "SeriesInstanceUID", "StudyInstanceUID", "FrameOfReferenceUID"):
        assert getattr(one, keyword) != getattr(two, keyword)
    today = one.InstanceCreationDate.date()
    assert (today, ds.StudyDate.date()) == (date.today(), today)
    assert ds.file_meta.TransferSyntaxUID.name == "Explicit VR Little Endian"
    assert set(ds.keys()) == {*two.dataset.keys(), 0x00100010, 0x00100020}


def test_new_has_the_modality_that_the_iod_has_alone() -> None:
    assert iods.RTPlan.new().Modality == "RTPLAN"
    assert iods.VLEndoscopicImage.new().Modality == "ES"
    assert "Modality" not in iods.SecondaryCaptureImage.new().dataset
    with pytest.raises(ValueRuleError, match="Modality: 'CT' is none of the enumerated values RTPLAN"):
        iods.RTPlan.new(Modality="CT")


def test_new_of_a_study_that_there_is_does_not_tell_its_date() -> None:
    ds = CTImage.new(StudyInstanceUID="1.2.3").dataset
    assert ds.StudyInstanceUID == "1.2.3"
    assert "StudyDate" not in ds
    assert "InstanceCreationDate" in ds


def test_new_where_there_are_several_sop_classes() -> None:
    with pytest.raises(DicomError, match=r"1\.2\.840\.10008\.5\.1\.4\.1\.1\.1\.1 .*For Presentation.* or "):
        iods.DigitalXRayImage.new()
    made = iods.DigitalXRayImage.new(SOPClassUID="1.2.840.10008.5.1.4.1.1.1.1")
    assert made.dataset.SOPClassUID.name == "Digital X-Ray Image Storage - For Presentation"
    with pytest.raises(DicomError, match="is CT Image Storage"):
        iods.DigitalXRayImage.new(SOPClassUID="1.2.840.10008.5.1.4.1.1.2")
    directory = iods.BasicDirectory.new(FileSetID="DISC1")
    assert directory.dataset.file_meta.MediaStorageSOPClassUID.name == "Media Storage Directory Storage"
    assert list(directory.dataset.keys()) == [0x00041130]


def test_new_refuses_what_no_ct_has() -> None:
    with pytest.raises(UnknownKeywordError, match="BeamSequence"):
        CTImage.new(BeamSequence=[])
    with pytest.raises(ValueRuleError, match="PatientSex: 'X' is none of the enumerated values M, F, O"):
        CTImage.new(PatientSex="X")
    assert CTImage.new(PatientSex="X", check=False).PatientSex == "X"


def test_enumerated_values_are_checked_when_they_are_assigned(ct: Any) -> None:
    for keyword, bad, good in (
        ("PixelRepresentation", 2, 1),
        ("ImageType", ["ORIGINAL", "OTHER", "AXIAL"], ["DERIVED", "SECONDARY", "OTHER"]),
        ("PatientSex", "N", ""),
    ):
        before = getattr(ct, keyword)
        with pytest.raises(
            ValueRuleError, match=rf"^{keyword}: .* is none of the enumerated values .* \[PS3.3 C\..*\]$"
        ) as caught:
            setattr(ct, keyword, bad)
        assert caught.value.code == "enumerated-value"
        assert getattr(ct, keyword) == before
        setattr(ct, keyword, good)
        setattr(ct.dataset, keyword, bad)  # a dataset is of no IOD
    for given in (
        "ORIGINAL\\PRIMARY\\AXIAL",
        ("ORIGINAL", "PRIMARY", "AXIAL"),
        np.array(["ORIGINAL", "PRIMARY", "AXIAL"]),
    ):
        ct.ImageType = given
        assert ct.ImageType == ["ORIGINAL", "PRIMARY", "AXIAL"]
    with pytest.raises(ValueRuleError, match="'OTHER' is none of the enumerated values PRIMARY, SECONDARY"):
        ct.ImageType = "ORIGINAL\\OTHER\\AXIAL"
    loose = CTImage.read(examples.path("ct"), check=False)
    loose.PatientSex = "X"
    assert loose.PatientSex == "X"


def test_missing_tells_what_is_required_and_why() -> None:
    ct = CTImage.new(PatientID="42")
    found = {issue.path: issue for issue in ct.missing()}
    assert "(Type 1)" in found["RescaleSlope"].message
    assert "CT Image" in found["RescaleSlope"].message
    assert "(Type 2)" in found["PatientBirthDate"].message
    assert "(Type 1C, as no PixelDataProviderURL)" in found["PixelData"].message
    assert "(Type 2C" in found["PatientPosition"].message
    assert "PatientID" not in found
    ct.dataset.RescaleSlope = None
    assert {issue.path: issue.code for issue in ct.missing()}["RescaleSlope"] == "attribute-empty"
    assert CTImage.read(examples.path("ct")).missing() == []


def test_missing_reaches_into_items() -> None:
    plan = RTPlan.new()
    plan.BeamSequence.append(BeamNumber=1)
    paths = {issue.path for issue in plan.missing()}
    assert {"BeamSequence[0].BeamType", "BeamSequence[0].TreatmentMachineName"} <= paths


def test_type_2_can_be_left_empty() -> None:
    plan = RTPlan.new(PatientID="42")
    plan.BeamSequence.append(BeamNumber=1)
    put = plan.empty_type_2()
    assert "PatientBirthDate" in put
    assert "BeamSequence[0].TreatmentMachineName" in put
    assert plan.dataset["PatientBirthDate"].is_empty
    assert plan.PatientID == "42"
    left = plan.missing()
    assert left
    assert all("(Type 1" in issue.message for issue in left)
    assert plan.empty_type_2() == []


def test_save_as_refuses_what_does_not_conform(ct: Any, tmp_path: Path) -> None:
    path = tmp_path / "new.dcm"
    del ct.RescaleSlope
    ct.dataset.PatientSex = "X"
    with pytest.raises(ConformanceError) as caught:
        ct.save_as(path)
    error = caught.value
    assert not path.exists()
    assert {issue.path for issue in error.issues} == {"RescaleSlope", "PatientSex"}
    assert "the CT Image does not conform, 2 errors" in str(error)
    assert all(str(issue) in str(error) for issue in error.issues)
    again = pickle.loads(pickle.dumps(error))
    assert (str(again), again.issues) == (str(error), error.issues)
    assert dicomspec.validate(ct, min_severity="error") == error.issues
    ct.save_as(path, check=False)
    assert dicomspec.dcmread(path).PatientSex == "X"


def test_save_as_writes_a_file(tmp_path: Path) -> None:
    old = CTImage.read(examples.path("ct"))
    values = {element.keyword: element.value for element in old.dataset if element.keyword != "SOPClassUID"}
    ct = CTImage.new(**values)
    ct.save_as(tmp_path / "new.dcm")
    back = CTImage.read(tmp_path / "new.dcm")
    assert back.dataset == old.dataset
    assert dicomspec.validate(tmp_path / "new.dcm").ok
    back.SOPInstanceUID = "1.2.3"
    back.save_as(tmp_path / "newer.dcm")
    assert dicomspec.dcmread(tmp_path / "newer.dcm").file_meta.MediaStorageSOPInstanceUID == "1.2.3"


def test_what_reading_found_is_no_obstacle_once_it_is_mended(tmp_path: Path) -> None:
    data = Path(examples.path("ct")).read_bytes()
    ct = CTImage.read(data[:5000])
    with pytest.raises(ConformanceError, match="value-past-end: PixelData"):
        ct.save_as(tmp_path / "new.dcm")
    ct.PixelData = CTImage.read(data).PixelData
    ct.save_as(tmp_path / "new.dcm")
    assert dicomspec.validate(tmp_path / "new.dcm").ok


def test_items_of_what_is_unchecked_are(ct: Any) -> None:
    loose = CTImage.read(examples.path("ct"), check=False)
    assert loose.DerivationCodeSequence.append(CodeValue="x" * 17).CodeValue == "x" * 17
    with pytest.raises(ValueRuleError):
        ct.DerivationCodeSequence.append(CodeValue="x" * 17)
    assert len(ct.DerivationCodeSequence) == 0
