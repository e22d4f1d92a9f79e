"""Waveforms: read as pydicom reads them, companded samples, written and read again in every form of sample."""

from __future__ import annotations

import io

import numpy as np
import pydicom
import pydicom.waveforms
import pytest

import dicomspec
from dicomspec import Dataset, uid, waveforms
from dicomspec.errors import ValueRuleError
from dicomspec.waveforms import Channel
from tests.corpus import FILES

(ECG,) = [path for path in FILES if path.name == "waveform_ecg.dcm"]
LEAD = ("2:1", "MDC", "Lead I")
KINDS = ["SB", "UB", "MB", "AB", "SS", "US", "SL", "UL", "SV", "UV"]


@pytest.mark.parametrize("index", [0, 1])
def test_pydicom_gives_the_same(index):
    ours, theirs = dicomspec.dcmread(ECG), pydicom.dcmread(ECG)
    np.testing.assert_array_equal(ours.waveform_array(index), theirs.waveform_array(index))
    found = waveforms.multiplex_array(ours, index)
    expected = pydicom.waveforms.multiplex_array(theirs, index)
    assert found.dtype == expected.dtype
    np.testing.assert_array_equal(found, expected)
    assert len(list(waveforms.generate_multiplex(ours))) == 2


def made(kind: str = "SS", values=None, **options) -> Dataset:
    ds = Dataset()
    if values is None:
        values = np.stack([np.sin(np.arange(500) / 9) * 300 + 400, np.arange(500) / 100], axis=1)
    channels = options.pop("channels", [Channel(LEAD), Channel(LEAD, units=("mm[Hg]", "UCUM", "mmHg"), label="P1")])
    ds.set_waveform(values, sampling_frequency=250, channels=channels, interpretation=kind, **options)
    return ds


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("syntax", [uid.ImplicitVRLittleEndian, uid.ExplicitVRLittleEndian, uid.ExplicitVRBigEndian])
def test_what_is_written_is_read(kind, syntax):
    values = np.stack([np.sin(np.arange(501) / 9) * 300 + 400, np.arange(501) / 100], axis=1)[:, :1]
    ds = Dataset()
    ds.ensure_file_meta()
    ds.file_meta.TransferSyntaxUID = syntax
    ds.SOPClassUID, ds.SOPInstanceUID = uid.GeneralECGWaveformStorage, "1.2.3"
    ds.set_waveform(values, sampling_frequency=250, channels=[Channel(LEAD)], interpretation=kind)
    file = io.BytesIO()
    ds.save_as(file, enforce_file_format=True)
    again = dicomspec.dcmread(file.getvalue())
    np.testing.assert_array_equal(again.waveform_array(), ds.waveform_array())
    # half a step; companded steps are at most a 32nd of the value
    step = again.WaveformSequence[0].ChannelDefinitionSequence[0].ChannelSensitivity
    near = np.abs(values) / 32 + 33 * step if kind in ("MB", "AB") else step * 0.51 + np.abs(values) * 1e-12
    assert (np.abs(again.waveform_array() - values) <= near).all()
    assert [issue for issue in again.issues if issue.severity == "error"] == []


def test_pydicom_reads_what_is_written():
    ds = made()
    ds.ensure_file_meta()
    ds.file_meta.TransferSyntaxUID = uid.ExplicitVRLittleEndian
    ds.SOPClassUID, ds.SOPInstanceUID = uid.GeneralECGWaveformStorage, "1.2.3"
    file = io.BytesIO()
    ds.save_as(file, enforce_file_format=True)
    file.seek(0)
    theirs = pydicom.dcmread(file)
    np.testing.assert_array_equal(theirs.waveform_array(0), ds.waveform_array(0))


def test_what_the_module_asks_for_is_there():
    """PS3.3 C.10.9: no fault of the Waveform module is found in what `set_waveform` makes."""
    ds = made(label="RHYTHM")
    ds.SOPClassUID = uid.GeneralECGWaveformStorage
    faults = [issue for issue in dicomspec.validate(ds, min_severity="error") if "WaveformSequence" in issue.path]
    assert faults == []


# Codes and uniform values of tables 1 and 2 of ITU-T G.711.
MU_LAW = {0x80: 8031, 0x00: -8031, 0xFF: 0, 0x7F: 0, 0xFE: 2, 0x7E: -2, 0xF0: 30, 0xEF: 33, 0x8F: 4191}
A_LAW = {0xAA: 4032, 0x2A: -4032, 0xD5: 1, 0x55: -1, 0xD4: 3, 0xC5: 33, 0xF5: 66, 0x85: 528}


@pytest.mark.parametrize(("kind", "table"), [("MB", MU_LAW), ("AB", A_LAW)])
def test_companded_samples(kind, table):
    codes = np.array([list(table)], np.uint8).T
    ds = made(kind, codes, channels=[Channel(LEAD, sensitivity=0.5, baseline=10)], as_raw=True)
    assert waveforms.multiplex_array(ds)[:, 0].tolist() == list(table)
    assert ds.waveform_array()[:, 0].tolist() == [value * 0.5 + 10 for value in table.values()]


@pytest.mark.parametrize("kind", ["MB", "AB"])
def test_every_code_is_encoded_as_itself(kind):
    """But for the two zeros of mu-law, which are one value."""
    channels = [Channel(LEAD, sensitivity=1)]
    codes = np.arange(256, dtype=np.uint8)[:, None]
    values = made(kind, codes, channels=channels, as_raw=True).waveform_array()
    again = made(kind, values, channels=channels)
    differing = (waveforms.multiplex_array(again) != codes).sum()
    assert differing == (1 if kind == "MB" else 0)
    np.testing.assert_array_equal(again.waveform_array(), values)


@pytest.mark.parametrize("kind", ["SB", "UB", "SS", "US", "SL"])
def test_what_is_missing_becomes_padding(kind):
    values = np.array([[1.0, 5], [np.nan, 6], [3, np.nan]])
    found = made(kind, values).waveform_array()
    assert np.isnan(found).tolist() == np.isnan(values).tolist()
    np.testing.assert_allclose(found, values, rtol=0.02)
    channels = [Channel(LEAD, 1.0)]
    with pytest.raises(ValueRuleError, match="stands for what is missing"):
        made("UB", np.array([[255.0], [np.nan]]), channels=channels)
    with pytest.raises(ValueRuleError, match="no value to spare"):
        made("MB", np.array([[255.0], [np.nan]]), channels=channels)


def test_bits_stored():
    channel = Channel(LEAD, bits=12)
    raw = waveforms.multiplex_array(made(values=np.array([[-1.0], [1.0]]), channels=[channel]))
    assert 2040 <= raw.max() <= 2047
    with pytest.raises(ValueRuleError, match="4000 does not fit into -2048 to 2047"):
        made(values=np.array([[4000]]), channels=[channel], as_raw=True)


def test_groups_are_added_and_replaced():
    ds = made()
    ds.set_waveform([[1], [2]], sampling_frequency=1, channels=[Channel(LEAD, 1.0)])
    assert [len(each) for each in waveforms.generate_multiplex(ds)] == [500, 2]
    ds.set_waveform([[7]], sampling_frequency=1, channels=[Channel(LEAD, 1.0)], index=0, label="NEW")
    assert [each.tolist() for each in waveforms.generate_multiplex(ds)] == [[[7]], [[1], [2]]]
    with pytest.raises(ValueRuleError, match="no group 2: there are 2"):
        ds.waveform_array(2)
    with pytest.raises(ValueRuleError, match="no group 5"):
        ds.set_waveform([[7]], sampling_frequency=1, channels=[Channel(LEAD, 1.0)], index=5)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"values": np.zeros((3, 4))}, "2 channels ask for"),
        ({"values": np.zeros(3)}, "2 channels ask for"),
        ({"kind": "XX"}, "'XX' is none of SB"),
        ({"values": np.full((2, 2), np.inf)}, "does not fit"),
    ],
)
def test_arguments_that_are_not_possible(change, message):
    with pytest.raises(ValueRuleError, match=message):
        made(**change)


def test_broken_groups():
    with pytest.raises(ValueRuleError, match="no waveforms"):
        Dataset().waveform_array()
    for keyword, value, message in (
        ("NumberOfWaveformSamples", 4_000_000_000, "has 2000 bytes, 16000000000 are needed"),
        ("NumberOfWaveformChannels", 0, "0 is not possible"),
        ("WaveformBitsAllocated", 8, "samples 'SS' of 8 bits"),
        ("WaveformData", None, "is missing"),
    ):
        ds = made()
        setattr(ds.WaveformSequence[0], keyword, value)
        with pytest.raises(ValueRuleError, match=message) as caught:
            ds.waveform_array()
        assert caught.value.path.startswith("WaveformSequence[0].")


def test_plot():
    ds = dicomspec.dcmread(ECG)
    picture = waveforms.plot(ds, width=300, height=40)
    assert (picture.shape, picture.dtype) == ((12 * 40, 300), np.uint8)
    curves = picture.reshape(12, 40, 300) == 0
    assert curves.any(axis=1).all()  # a curve in every column of every channel
    flat = made(values=np.array([[1.0, np.nan]] * 5))
    assert waveforms.plot(flat, width=10, height=9).shape == (18, 10)
