"""``make demo`` shows what it says."""

from __future__ import annotations

import re

from tools import demo


def test_demo(capsys):
    demo.main()
    printed = capsys.readouterr().out
    for part in ("'Last^First^mid^pre'", "['PatientSetupSequence']", "CS: 'HFS'", "48 46 53 20", "48 46 50 20"):
        assert part in printed
    changed = re.findall(r"^(\S+): (\w+) (\w+)$", printed, re.M)
    assert changed == [
        ("BeamSequence", "ImplicitHeader", "length"),
        ("BeamSequence[1]", "ItemHeader", "length"),
        ("BeamSequence[1].BeamName", "ImplicitHeader", "length"),
        ("BeamSequence[1].BeamName", "Value", "value"),
        ("PatientSetupSequence[0].PatientPosition", "Value", "value"),
    ]
