"""Functional groups of frames: those of the frame and the shared ones as one view (PS3.3 C.7.6.16)."""

from __future__ import annotations

from copy import deepcopy
from io import BytesIO
from pathlib import Path

import pydicom.data
import pytest

from dicomspec import Dataset, dcmread
from dicomspec.errors import DicomError, UnknownKeywordError, ValueRuleError

CT = "1.2.840.10008.5.1.4.1.1.2.1"


def item(**values):
    return Dataset(values)


@pytest.fixture
def ds():
    ds = Dataset()
    ds.SOPClassUID, ds.NumberOfFrames = CT, 3
    ds.SharedFunctionalGroupsSequence = [item(PixelMeasuresSequence=[item(PixelSpacing=[1, 2])])]
    ds.PerFrameFunctionalGroupsSequence = [
        item(PlanePositionSequence=[item(ImagePositionPatient=[0, 0, z])]) for z in range(3)
    ]
    return ds


def test_groups_of_the_frame_and_shared_ones_are_one(ds):
    groups = ds.functional_groups
    assert len(groups) == 3
    assert [frame.PlanePositionSequence[0].ImagePositionPatient[2] for frame in groups] == [0, 1, 2]
    assert groups[-1].PixelMeasuresSequence[0].PixelSpacing == [1, 2]
    assert [frame.number for frame in groups[1:]] == [1, 2]
    assert [element.keyword for element in groups[0]] == ["PlanePositionSequence", "PixelMeasuresSequence"]
    assert groups[0]["PixelMeasuresSequence"].VR == "SQ"
    assert "PixelMeasuresSequence" in groups[0]
    assert "FrameContentSequence" not in groups[0]
    assert "PixelMeasuresSequence" in dir(groups[0])
    assert str(groups[0]).count("(shared)") == 1


def test_the_group_of_the_frame_goes_before_the_shared_one(ds):
    ds.PerFrameFunctionalGroupsSequence[1].PixelMeasuresSequence = [item(PixelSpacing=[5, 5])]
    ds.PerFrameFunctionalGroupsSequence[2].PixelMeasuresSequence = []
    frames = ds.functional_groups
    assert [frame.PixelMeasuresSequence[0].PixelSpacing[0] for frame in frames] == [1, 5, 1]
    assert [frame.is_shared("PixelMeasuresSequence") for frame in frames] == [True, False, True]


def test_what_is_not_there(ds):
    frame = ds.functional_groups[0]
    with pytest.raises(UnknownKeywordError, match="FrameContentSequence: not in the dataset"):
        frame.FrameContentSequence
    with pytest.raises(UnknownKeywordError, match="did you mean"):
        frame.PixelMeasureSequence
    with pytest.raises(KeyError):
        frame["FrameContentSequence"]
    with pytest.raises(IndexError, match="no frame 3: there are 3"):
        ds.functional_groups[3]
    with pytest.raises(IndexError, match="no frame -4"):
        ds.functional_groups[-4]
    del ds.PerFrameFunctionalGroupsSequence[-1]
    with pytest.raises(DicomError, match="has 2 items, none for frame 2 of 3") as caught:
        ds.functional_groups[2]
    assert caught.value.path == "PerFrameFunctionalGroupsSequence"
    del ds.PerFrameFunctionalGroupsSequence
    assert ds.functional_groups[2].own is None
    del ds.SharedFunctionalGroupsSequence
    with pytest.raises(DicomError, match="no functional groups"):
        ds.functional_groups[0]
    del ds.NumberOfFrames
    assert len(ds.functional_groups) == 0


def test_to_assign_puts_it_into_the_frame(ds):
    frame = ds.functional_groups[1]
    frame.FrameContentSequence = [item(StackID="1")]
    frame.PlanePositionSequence = [item(ImagePositionPatient=[9, 9, 9])]
    items = ds.PerFrameFunctionalGroupsSequence
    assert [each.get("FrameContentSequence") is not None for each in items] == [False, True, False]
    assert items[1].PlanePositionSequence[0].ImagePositionPatient == [9, 9, 9]
    del frame.FrameContentSequence
    assert "FrameContentSequence" not in items[1]


def test_a_shared_group_is_not_changed_by_the_way(ds):
    frame = ds.functional_groups[1]
    with pytest.raises(
        DicomError, match=r"PerFrameFunctionalGroupsSequence\[1\].PixelMeasuresSequence: all frames share"
    ):
        frame.PixelMeasuresSequence = []
    with pytest.raises(DicomError, match="all frames share"):
        del frame.PixelMeasuresSequence
    ds.functional_groups.shared.PixelMeasuresSequence = [item(PixelSpacing=[3, 3])]
    assert frame.PixelMeasuresSequence[0].PixelSpacing == [3, 3]


def test_unshare_and_share(ds):
    groups = ds.functional_groups
    before = deepcopy(ds)
    groups.unshare("PixelMeasuresSequence")
    assert "PixelMeasuresSequence" not in groups.shared
    groups[0].PixelMeasuresSequence[0].PixelSpacing = [7, 7]
    assert [frame.PixelMeasuresSequence[0].PixelSpacing[0] for frame in groups] == [7, 1, 1]
    with pytest.raises(DicomError, match="is not that of frame 0 in frame 1"):
        groups.share("PixelMeasuresSequence")
    with pytest.raises(UnknownKeywordError, match="no shared functional group"):
        groups.unshare("PixelMeasuresSequence")
    groups[0].PixelMeasuresSequence[0].PixelSpacing = [1, 2]
    groups.share("PixelMeasuresSequence")
    assert ds == before
    with pytest.raises(DicomError, match="not in the frames alone"):
        groups.share("PixelMeasuresSequence")
    del ds.PerFrameFunctionalGroupsSequence[0]
    with pytest.raises(DicomError, match="has 2 items for 3 frames"):
        groups.unshare("PixelMeasuresSequence")
    assert "PixelMeasuresSequence" in groups.shared


def test_ensure_puts_in_what_is_missing():
    ds = Dataset()
    ds.functional_groups.ensure(frames=2)
    assert (ds.NumberOfFrames, len(ds.PerFrameFunctionalGroupsSequence)) == (2, 2)
    ds.functional_groups.shared.PixelMeasuresSequence = [item(PixelSpacing=[1, 1])]
    ds.functional_groups[1].FrameContentSequence = [item(StackID="1")]
    ds.functional_groups.ensure(frames=3)
    assert len(ds.PerFrameFunctionalGroupsSequence) == 3
    assert ds.functional_groups[1].FrameContentSequence[0].StackID == "1"
    assert ds.functional_groups[2].PixelMeasuresSequence[0].PixelSpacing == [1, 1]
    del ds.PerFrameFunctionalGroupsSequence
    with pytest.raises(DicomError, match=r"ensure\(\)"):
        ds.functional_groups[1].FrameContentSequence = []


def test_selected_frames_tell_their_number():
    ds = Dataset()
    ds.NumberOfFrames = 3
    ds.SharedFunctionalGroupsSequence = [item(PixelMeasuresSequence=[item(PixelSpacing=[1, 1])])]
    ds.SelectedFrameFunctionalGroupsSequence = [
        item(SelectedFrameNumber=3, PixelMeasuresSequence=[item(PixelSpacing=[3, 3])]),
    ]
    assert [frame.PixelMeasuresSequence[0].PixelSpacing[0] for frame in ds.functional_groups] == [1, 1, 3]
    with pytest.raises(DicomError, match="no such item"):
        ds.functional_groups[0].FrameContentSequence = []
    ds.functional_groups.ensure()
    assert "PerFrameFunctionalGroupsSequence" not in ds


def test_the_current_frame_is_the_only_one():
    ds = Dataset()
    ds.CurrentFrameFunctionalGroupsSequence = [item(FrameContentSequence=[item(StackID="1")])]
    assert [frame.FrameContentSequence[0].StackID for frame in ds.functional_groups] == ["1"]


def _written(ds):
    target = BytesIO()
    ds.ensure_file_meta()
    ds.file_meta.TransferSyntaxUID = "1.2.840.10008.1.2.1"
    ds.SOPInstanceUID = "1.2.3"
    ds.save_as(target, enforce_file_format=True)
    return BytesIO(target.getvalue())


def test_one_frame_is_read_without_the_others(ds):
    ds.NumberOfFrames = 2000
    ds.PerFrameFunctionalGroupsSequence = [
        item(PlanePositionSequence=[item(ImagePositionPatient=[0, 0, z])]) for z in range(2000)
    ]
    read = dcmread(_written(ds))
    assert read.functional_groups[1234].PlanePositionSequence[0].ImagePositionPatient[2] == 1234
    held = read.PerFrameFunctionalGroupsSequence.peek()
    assert [at for at, each in enumerate(held) if isinstance(each, Dataset)] == [1234]


def test_a_real_object():
    path = Path(pydicom.data.get_testdata_file("eCT_Supplemental.dcm"))
    ds = dcmread(path)
    first, second = ds.functional_groups
    assert first.FrameContentSequence[0].DimensionIndexValues != second.FrameContentSequence[0].DimensionIndexValues
    assert first.PixelMeasuresSequence is ds.SharedFunctionalGroupsSequence[0].PixelMeasuresSequence
    words = [element.keyword for element in ds.functional_groups.shared]
    for keyword in words:
        ds.functional_groups.unshare(keyword)
    saved = BytesIO()
    ds.save_as(saved)
    read = dcmread(BytesIO(saved.getvalue()))
    assert (read.issues, len(ds.SharedFunctionalGroupsSequence[0])) == ([], 0)
    for keyword in words:
        read.functional_groups.share(keyword)
    again = BytesIO()
    read.save_as(again)
    assert again.getvalue() == path.read_bytes()


def test_no_frames_at_all_are_refused():
    ds = Dataset()
    with pytest.raises(ValueRuleError, match="NumberOfFrames: 0; there is one frame at least"):
        ds.functional_groups.ensure(frames=0)
    assert not ds
