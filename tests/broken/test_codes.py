"""The table of issue codes is what reading emits, no more and no less."""

from __future__ import annotations

import ast
from pathlib import Path

import dicomspec
from dicomspec.wire import codes
from tests import builders as b
from tests.broken.cases import CASES
from tests.broken.promises import written
from tests.broken.table import plain

ROOT = Path(dicomspec.__file__).parent
FUNCTIONS = {"report": (1, 3), "_note": (1,), "Issue": (0,), "ValueIssue": (2,)}
"""Functions that take a code, and at which places it may stand."""


def codes_in_source() -> set[str]:
    found = set()
    for path in [*ROOT.glob("wire/*.py"), *ROOT.glob("values/*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                for place in FUNCTIONS.get(name, ()):
                    argument = node.args[place] if place < len(node.args) else None
                    if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                        found.add(argument.value)
    return {code for code in found if not code.startswith("PS3")}


def test_every_code_in_the_source_is_in_the_table() -> None:
    found = codes_in_source()
    assert len(found) > 20
    assert found <= set(codes.CODES)


def test_every_code_is_exercised_and_none_is_unknown() -> None:
    seen = {issue.code for case in CASES for issue in dicomspec.dcmread(case.data, **case.options).issues}
    many = b.file(plain() + b.delimiter(b.ITEM_END) * 2000)
    seen |= {issue.code for issue in dicomspec.dcmread(many).issues}
    long = dicomspec.dcmread(b.file(plain()), check=False)
    long.add_new(0x00204000, "LT", "x" * 70_000)
    written(long)
    seen |= {issue.code for issue in long.issues}
    assert seen == set(codes.CODES)


def test_every_case_has_a_code_of_the_table() -> None:
    assert {case.code for case in CASES} | {"more-issues", "value-length"} == set(codes.CODES)
