"""The commands ``render`` and ``show --image``."""

from __future__ import annotations

import numpy as np
import pytest

from dicomspec import examples, pixels, waveforms
from dicomspec.dicomio import dcmread
from tests.corpus import FILES

codecs = pytest.importorskip("imagecodecs")

CT, FRAMES = examples.path("ct"), examples.path("multiframe")
(ECG,) = [path for path in FILES if path.name == "waveform_ecg.dcm"]


def png(path) -> np.ndarray:
    return codecs.png_decode(path.read_bytes())


def test_a_picture(run, tmp_path):
    target = tmp_path / "ct.png"
    assert run("render", CT, target, "--window", "40/400") == (0, [], [])
    np.testing.assert_array_equal(png(target), pixels.render(CT, window=(40, 400), square=True))
    again = run("render", CT, target)
    assert (again.code, again.err) == (2, [f"dicomspec: {target} exists; --force replaces it"])
    assert run("render", CT, target, "--force", "--palette", "HOT_IRON").code == 0
    assert png(target).ndim == 3


def test_frames_and_montage(run, tmp_path):
    assert run("render", FRAMES, tmp_path / "last.png", "--frame", "-1", "--stored").code == 0
    np.testing.assert_array_equal(png(tmp_path / "last.png"), pixels.render(FRAMES, -1))
    assert run("render", FRAMES, tmp_path / "all.png", "--montage", "--columns", "1").code == 0
    whole = png(tmp_path / "all.png")
    assert whole.shape[0] == len(dcmread(FRAMES).frames) * pixels.render(FRAMES, square=True).shape[0]


def test_waveforms(run, tmp_path):
    assert run("render", ECG, tmp_path / "ecg.png", "--frame", "1").code == 0
    np.testing.assert_array_equal(png(tmp_path / "ecg.png"), waveforms.plot(dcmread(ECG), 1))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["x.jpg"], "'x.jpg' does not end with .png"),
        (["x.png", "--window", "40/x"], "'40/x' is no CENTER/WIDTH"),
        (["x.png", "--window", "40/-1"], "a width of -1 is not possible"),
        (["x.png", "--window", "LUNG"], "there is no window 'LUNG'"),
        (["x.png", "--frame", "9"], "there is no frame 9: there are 1"),
        (["x.png", "--palette", "RAINBOW"], "'RAINBOW' is no well-known palette"),
    ],
)
def test_what_is_not_possible(run, tmp_path, monkeypatch, arguments, message):
    monkeypatch.chdir(tmp_path)
    ran = run("render", CT, *arguments)
    assert ran.code == 2
    assert len(ran.err) == 1
    assert message in ran.err[0]
    assert list(tmp_path.iterdir()) == []


def test_no_image(run, tmp_path):
    ran = run("render", examples.path("rtplan"), tmp_path / "x.png")
    assert (ran.code, len(ran.err)) == (2, 1)
    assert "has no Pixel Data" in ran.err[0]


def test_an_image_in_plain_text(run):
    ran = run("show", "--image", CT, "--width", "40")
    assert (ran.code, ran.err) == (0, [])
    assert ran.out[0].startswith(str(CT)[:30])
    drawn = ran.out[1:]
    assert len(drawn) == 20
    assert max(map(len, drawn)) <= 40
    assert set("".join(drawn)) <= set(" .:-=+*#%@")
    assert "@" in "".join(drawn)
    assert run("show", "--image", ECG).code == 0
    assert run("show", "--image", CT, "--frame", "3").err == [f"dicomspec: {CT}: there is no frame 3: there are 1"]


def test_an_image_in_a_terminal(monkeypatch):
    """Half blocks, the upper pixel in front and the lower one behind."""
    from dicomspec.cli import output, picture

    drawn = []
    screen = output.Screen(8)
    screen.is_terminal = True
    monkeypatch.setenv("LINES", "24")
    monkeypatch.setattr(screen, "line", lambda *parts: drawn.append(parts))
    monkeypatch.setattr(screen, "draws_lines", lambda: True)
    picture.draw(screen, np.array([[0, 255]] * 2, np.uint8))
    (line,) = {tuple(parts) for parts in drawn}
    assert [part for part, _ in line] == ["▀"] * 8
    assert [style for _, style in line][::7] == ["#000000 on #000000", "#ffffff on #ffffff"]
