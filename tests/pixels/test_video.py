"""Frames of video streams that were made here."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest

from dicomspec import Dataset, dcmread, pixels, validate
from dicomspec.errors import PixelError

av = pytest.importorskip("av")


def stream(codec: str, container: str, frames: int = 6) -> bytes:
    """A grey level that grows with the number of the frame."""
    target = io.BytesIO()
    with av.open(target, "w", format=container) as out:
        video = out.add_stream(codec, rate=25)
        video.width, video.height, video.pix_fmt = 64, 48, "yuv420p"
        for number in range(frames):
            picture = av.VideoFrame.from_ndarray(np.full((48, 64, 3), 30 * number + 20, "u1"), format="rgb24")
            out.mux(video.encode(picture))
        out.mux(video.encode())
    return target.getvalue()


def video(data: bytes, syntax: str = "1.2.840.10008.1.2.4.100", **attributes: Any) -> Dataset:
    ds = Dataset()
    ds.SOPClassUID, ds.SOPInstanceUID = "1.2.840.10008.5.1.4.1.1.77.1.1.1", "1.2.3"
    ds.set_pixels(np.zeros((6, 48, 64, 3), "u1"))
    for keyword, value in attributes.items():
        setattr(ds, keyword, value)
    ds.file_meta.TransferSyntaxUID = syntax
    ds.PixelData = pixels.encapsulate([data], has_bot=False)
    target = io.BytesIO()
    ds.save_as(target, enforce_file_format=True)
    return dcmread(target.getvalue())


@pytest.mark.parametrize(
    ("codec", "container", "syntax"),
    [("mpeg2video", "mpegts", "1.2.840.10008.1.2.4.100"), ("libx264", "mp4", "1.2.840.10008.1.2.4.102")],
)
def test_frames(codec: str, container: str, syntax: str) -> None:
    if codec not in av.codecs_available:
        pytest.skip(f"PyAV is without {codec}")
    ds = video(stream(codec, container), syntax)
    frames = ds.frames
    assert len(frames) == 6
    levels = [int(frame.mean()) for frame in frames]
    assert levels == pytest.approx([30 * number + 20 for number in range(6)], abs=4)
    assert frames[4].shape == (48, 64, 3)
    assert int(frames[4].mean()) == levels[4]
    assert ds.pixel_array.shape == (6, 48, 64, 3)
    assert ds.issues == []
    assert [issue for issue in validate(ds, min_severity="warning") if issue.path.startswith("PixelData")] == []
    ds.transcode("rle")
    assert [int(frame.mean()) for frame in ds.frames] == levels


def test_the_stream_itself() -> None:
    data = stream("mpeg2video", "mpegts")
    assert video(data).frames.raw(0)[: len(data)] == data


def test_what_cannot_be() -> None:
    data = stream("mpeg2video", "mpegts")
    with pytest.raises(PixelError, match="ends before frame 8"):
        video(data, NumberOfFrames=9).frames[8]
    with pytest.raises(PixelError, match="48 x 64, the header says 40 x 64"):
        video(data, Rows=40).frames[0]
    with pytest.raises(PixelError, match="cannot be decoded"):
        video(bytes(1000)).frames[0]
    with pytest.raises(PixelError, match="one by one"), video(data).edit_pixels():
        pass
