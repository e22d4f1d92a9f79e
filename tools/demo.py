"""``make demo``: reads the bundled plan, changes it, writes it, and shows what that did to its bytes."""

from __future__ import annotations

import tempfile
from pathlib import Path

from dicomspec import dicomio, examples, paths
from dicomspec.explanation import explain_file

__all__ = ["main"]


def main() -> None:
    """Print what a user would type, and what comes of it."""
    source = examples.path("rtplan")
    ds = dicomio.read_file(source)
    print(f">>> ds = dicomio.read_file({source.name!r})        # {source.stat().st_size} bytes")
    print(f">>> ds.PatientName\n{ds.PatientName!r}")
    print(f">>> ds.dir('setup')\n{ds.dir('setup')}")
    print(f">>> ds.PatientSetupSequence[0]\n{ds.PatientSetupSequence[0]}")
    print(">>> ds.PatientSetupSequence[0].PatientPosition = 'HFP'")
    ds.PatientSetupSequence[0].PatientPosition = "HFP"
    print(">>> ds.BeamSequence[1].BeamName = 'posterior'")
    ds.BeamSequence[1].BeamName = "posterior"
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "rtplan2.dcm"
        ds.save_as(target)
        print(f">>> ds.save_as({target.name!r})                    # {target.stat().st_size} bytes\n")
        again = dicomio.read_file(target)
        assert paths.find(again, "PatientSetupSequence[0].PatientPosition").value == "HFP"
        show_difference(source.read_bytes(), target.read_bytes())


def show_difference(before: bytes, after: bytes) -> None:
    """All fields of the two files that are not the same, with offset and bytes."""
    old = {(each.field.path, each.field.structure, each.field.name): each.field for each in explain_file(before)}
    new = {(each.field.path, each.field.structure, each.field.name): each.field for each in explain_file(after)}
    print("What is different, byte for byte:")
    same = 0
    for key, field in new.items():
        was = old.get(key)
        if was is not None and was.raw == field.raw:
            same += field.size
            continue
        print(f"\n{field.path or 'file'}: {field.structure} {field.name}")
        if was is not None:
            print(f"  before, byte {was.offset:6}: {was.raw.hex(' ')}  {was.raw!r}")
        print(f"  after,  byte {field.offset:6}: {field.raw.hex(' ')}  {field.raw!r}")
    print(f"\nAll other {same} bytes are as they were.")


if __name__ == "__main__":
    main()
