"""Frames of a video stream (PS3.5 A.4.5 to A.4.10): MPEG-2, H.264 and HEVC, in a transport stream or MP4, by PyAV.

A frame in the middle is decoded from the start of the stream on: streams of DICOM need not have an index.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from importlib.util import find_spec
from itertools import islice
from typing import Any

from dicomspec.errors import PixelError
from dicomspec.pixels.image import Array, Image

__all__ = ["video_frame", "video_frames"]


def video_frames(data: Any, image: Image) -> Iterator[Array]:
    """The pictures of a stream, one after the other: shape (rows, columns, 3), RGB.

    Args:
        data: the bytes of the stream.

    Raises:
        PixelError: PyAV is not installed, or the stream is broken or of another size than the header says.
    """
    if find_spec("av") is None:
        raise PixelError("frames of video want PyAV: pip install av; frames.raw(0) is the stream", code="codec")
    import av

    try:
        with av.open(io.BytesIO(data)) as container:
            for picture in container.decode(video=0):
                found: Array = picture.to_ndarray(format="rgb24")
                if found.shape[:2] != (image.rows, image.columns):
                    raise PixelError(
                        f"the video is {found.shape[0]} x {found.shape[1]}, the header says"
                        f" {image.rows} x {image.columns}",
                        code="codestream",
                        path="PixelData",
                        reference="PS3.5 8.2.5",
                    )
                yield found
    except av.FFmpegError as error:
        raise PixelError(f"the video cannot be decoded: {error}", code="video", path="PixelData") from None


def video_frame(data: Any, image: Image, index: int) -> Array:
    """The picture of a number, from 0.

    Raises:
        PixelError: as for `video_frames`, or the stream ends before.
    """
    found = next(islice(video_frames(data, image), index, None), None)
    if found is None:
        raise PixelError(f"the video ends before frame {index}", code="short-pixels", path="PixelData")
    return found
