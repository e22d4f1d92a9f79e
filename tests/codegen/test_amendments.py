"""What people wrote of attributes, laid over modules and IODs."""

from __future__ import annotations

import pytest

from codegen.amendments import Amendments
from codegen.build import default_dictionaries, load_specification
from codegen.checks import check_amendments
from codegen.model.iods import Iod, Use
from codegen.model.modules import Attribute, ContextConstraint, Include, Module, ValueList
from codegen.yaml_io import SchemaError

MODULE = Module("m", "M", "", "", (Attribute("Rows", "1"), Attribute("ASequence", "1", rows=(Attribute("B", "3"),))))
GROUP = (ContextConstraint("dcid", "4014"),)
IOD = Iod("i", "I", "", "", (), (Use("m", "M"), Use("other", "U")))


def made(**entry: object) -> Amendments:
    return Amendments.from_yaml({"amendments": [{"of": "m", "section": "C.1", **entry}]})


def test_of_a_module():
    assert made(at="Rows", set="3").module(MODULE).rows[0] == Attribute("Rows", "3")
    inner = made(at="ASequence/B", set={"enum": ["X"], "vm": "2"}).module(MODULE).rows[1].rows
    assert inner == (Attribute("B", "3", values=(ValueList(("X",), True),), vm="2"),)
    assert made(at="Columns", set="3").module(MODULE) == MODULE


def test_context_groups():
    """They go to the include that is there; other rows stay."""
    inside = (Include("code-sequence"), Attribute("B", "3"))
    module = Module("m", "M", "", "", (Attribute("CodesSequence", "1", rows=inside),))
    entry = made(at="CodesSequence", set={"of": {"+code-sequence": {"dcid": "4014"}}})
    (changed,) = entry.module(module).rows
    assert changed == Attribute("CodesSequence", "1", rows=(Include("code-sequence", constraints=GROUP), inside[1]))
    (again,) = entry.module(entry.module(module)).rows
    assert again == changed


def test_of_an_iod():
    both = Amendments(
        made(at="ASequence/B", iods=["i"], set={"enum": ["X"]}).entries
        + made(at="ASequence/C", iods=["i"], set="2").entries
    )
    assert both.module(MODULE) == MODULE
    (changed, other) = both.iod(IOD).modules
    (sequence,) = changed.changes
    assert [row.keyword for row in sequence.rows] == ["B", "C"]
    assert other == IOD.modules[1]
    assert Iod.from_yaml("i", both.iod(IOD).to_yaml()) == both.iod(IOD)


def test_stale():
    assert list(made(at="Columns", set="3").stale([IOD], [MODULE])) == ["m/Columns"]
    assert list(made(at="Rows", set="3", iods=["no"]).stale([IOD], [MODULE])) == ["no: m/Rows"]
    assert not list(made(at="ASequence/B", set="3").stale([IOD], [MODULE]))


@pytest.mark.parametrize(
    "entry", [{"at": "Rows", "set": {"no": "1"}}, {"at": "Rows", "set": "3", "iods": "i"}, {"set": "3"}]
)
def test_faulty_entries(entry):
    with pytest.raises(SchemaError):
        made(**entry)


def test_what_was_not_imported_is_told():
    spec = load_specification(default_dictionaries())
    entry = {"of": "ct-image", "at": "ImageType", "set": {"vm": "7"}, "section": "C"}
    with pytest.raises(SchemaError, match="ct-image"):
        check_amendments(spec, Amendments.from_yaml({"amendments": [entry]}))
