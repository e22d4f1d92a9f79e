"""Conditions evaluated: three values, where names are looked for, what each test makes of what is absent."""

from __future__ import annotations

import pytest

from dicomspec import Dataset
from dicomspec.validation.conditions import ConditionError, compiled, evaluate
from dicomspec.validation.nodes import PER_FRAME, File, Node

CT = "1.2.840.10008.5.1.4.1.1.2"
TRUTH = {"Rows": True, "no Rows": False, "?": None}


def dataset(**values: object) -> Dataset:
    made = Dataset(check=False)
    for keyword, value in values.items():
        setattr(made, keyword, value)
    return made


@pytest.fixture
def file() -> File:
    code = dataset(CodeValue="12", CodingSchemeDesignator="SCT", CodeMeaning="x")
    beams = [dataset(BeamNumber=1, ControlPointSequence=[dataset(), dataset(GantryAngle=5)]), dataset(BeamNumber=2)]
    shared = dataset(CTAcquisitionTypeSequence=[dataset(AcquisitionType="SPIRAL")])
    frames = [
        dataset(
            CTImageFrameTypeSequence=[dataset(FrameType=["ORIGINAL", "PRIMARY"])], PlanePositionSequence=[dataset()]
        )
    ]
    top = dataset(
        SOPClassUID=CT,
        Rows=4,
        PatientName="",
        ImageType=["ORIGINAL", "PRIMARY", "AXIAL"],
        Modality="CT",
        FrameIncrementPointer=0x00181063,
        ViewCodeSequence=[code],
        BeamSequence=beams,
        SharedFunctionalGroupsSequence=[shared],
        PerFrameFunctionalGroupsSequence=frames,
    )
    return File(top, top.edition)


@pytest.mark.parametrize("left", TRUTH)
@pytest.mark.parametrize("right", TRUTH)
def test_truth_tables(file, left, right):
    a, b = TRUTH[left], TRUTH[right]
    both = False if False in (a, b) else None if None in (a, b) else True
    either = True if True in (a, b) else None if None in (a, b) else False
    assert evaluate(f"{left} and {right}", file, file.top) is both
    assert evaluate(f"{left} or {right}", file, file.top) is either
    assert evaluate(f"not ({left})", file, file.top) is (None if a is None else not a)


@pytest.mark.parametrize(
    ("expression", "holds"),
    [
        ("PatientName", True),
        ("has PatientName", False),
        ("no BeamName", None),  # it may stand in the functional groups
        ("no /BeamName", True),
        ("Rows = 4", True),
        ("Rows = 4.0", True),
        ("Rows >= 5", False),
        ("Rows not in {1, 2}", True),
        ("Modality != CT", False),
        ("PatientName = X", False),
        ("PatientName != X", None),
        ("ImageType[3] = AXIAL", True),
        ("ImageType[4] = AXIAL", False),
        ("ImageType[4] != AXIAL", None),
        ("ImageType = ORIGINAL", None),
        ("any ImageType in {PRIMARY, X}", True),
        ("count(BeamSequence) = 2", True),
        ("count(ImageType) > 3", False),
        ("count(/WaveformSequence) > 0", False),
        ("FrameIncrementPointer -> FrameTime", True),
        ("FrameIncrementPointer -> FrameTimeVector", False),
        ("code(ViewCodeSequence) in {DCM:12, SCT:12}", True),
        ("code(ViewCodeSequence) in {DCM:12}", False),
        ("BeamSequence/BeamNumber = 2", True),
        ("BeamSequence/BeamNumber = 3", False),
        ("BeamSequence/ControlPointSequence/GantryAngle", True),
        (f"sop in {{{CT}}}", True),
        ("sop in {1.2.3}", False),
        ("module(ct-image)", None),
        ("first(BeamSequence)", None),
        ("last(BeamSequence)", None),
        ("changes(GantryAngle)", None),
        ("differs(Rows)", None),
        ("private(FrameIncrementPointer)", False),
        ("private(DimensionIndexPointer)", None),  # it may stand in the functional groups
        ("private(/DimensionIndexPointer)", False),
        ("cid(ViewCodeSequence, 4014)", False),
        ("cid(ViewCodeSequence, 999999)", None),
        ("frame.FrameType[1] = ORIGINAL", None),
        ("NoSuchKeyword", None),
        ("", None),
    ],
)
def test_dataset(file, expression, holds):
    assert evaluate(expression, file, file.top) is holds


def test_modules(file):
    file.known["modules"] = {"ct-image": True, "cine": None, "mask": False}
    assert [evaluate(f"module({name})", file, file.top) for name in ("ct-image", "cine", "mask")] == [
        True,
        False,
        False,
    ]


def test_items(file):
    first, second = file.top.children(0x300A00B0)
    start, later = first.children(0x300A0111)
    assert [evaluate("first(ControlPointSequence)", file, node) for node in (start, later, first)] == [
        True,
        False,
        None,
    ]
    assert [evaluate("first(BeamSequence)", file, node) for node in (start, second)] == [True, False]
    assert [evaluate("last(BeamSequence)", file, node) for node in (start, second)] == [False, True]
    assert evaluate("first(IonControlPointSequence, ControlPointSequence)", file, start) is True
    assert evaluate("BeamNumber = 1", file, later) is True  # from the item around
    assert evaluate("^BeamNumber = 1 and ^Rows = 4", file, later) is True
    assert evaluate("^GantryAngle", file, later) is False
    assert evaluate("/BeamNumber", file, later) is False


@pytest.mark.parametrize(
    ("angles", "changes", "differs"),
    [
        ((0, None, None), False, [True, False, False]),
        ((0, 0, 0), None, [True, False, False]),  # it may be once around
        ((0, 5, 5), True, [True, True, False]),
        ((0, None, 5), True, [True, False, True]),
        ((None, None, 5), False, [False, False, True]),
        ((None, None, None), False, [False, False, False]),
    ],
)
def test_what_changes(angles, changes, differs):
    given = [dataset(RTControlPointIndex=number) for number in (1, 2, 3)]
    for item, angle in zip(given, angles, strict=True):
        if angle is not None:
            item.GantryAngle = angle
    nested = [dataset(WedgePositionSequence=[each]) for each in given]
    for items, path in ((given, "GantryAngle"), (nested, "WedgePositionSequence/GantryAngle")):
        top = dataset(ControlPointSequence=items)
        file = File(top, top.edition)
        nodes = list(file.top.children(0x300A0111))
        assert {evaluate(f"changes({path})", file, node) for node in nodes} == {changes}
        told = [evaluate("differs(.)", file, node, "GantryAngle") for node in nodes]
        assert told == (differs if items is given else [None] * 3)  # those are no RT control points


def test_what_changes_inside_of_items():
    """The jaws of an item differ from each other; what counts is whether an item differs from the next."""
    for last, changes in ((2, None), (3, True)):
        items = [
            dataset(
                BeamLimitingDevicePositionSequence=[dataset(LeafJawPositions=[-1, 1]), dataset(LeafJawPositions=pair)]
            )
            for pair in ([-2, 2], [-2, last])
        ]
        top = dataset(ControlPointSequence=items)
        file = File(top, top.edition)
        (node, _) = file.top.children(0x300A0111)
        assert evaluate("changes(BeamLimitingDevicePositionSequence/LeafJawPositions)", file, node) is changes
        (inner, _) = node.children(0x300A011A)
        assert evaluate("within(ControlPointSequence)", file, inner) is True
        assert evaluate("within(BeamSequence)", file, inner) is False


def test_pointer_to_the_attribute_itself(file):
    expression = "FrameIncrementPointer -> ."
    assert evaluate(expression, file, file.top, "FrameTime") is True
    assert evaluate(expression, file, file.top, "FrameTimeVector") is False
    assert evaluate(expression, file, file.top) is None


@pytest.mark.parametrize(("number", "holds"), [(1, True), (2, False), (3, None), (None, None)])
def test_items_that_are_referred_to(number, holds):
    beams = [dataset(BeamNumber=1, BeamType="STATIC"), dataset(BeamNumber=2, BeamType="DYNAMIC")]
    setup = dataset() if number is None else dataset(ReferencedBeamNumber=number)
    top = dataset(BeamSequence=beams, ReferencedBeamSequence=[setup])
    file = File(top, top.edition)
    (node,) = file.top.children(0x300C0004)
    assert evaluate("BeamSequence[BeamNumber = ReferencedBeamNumber]/BeamType = STATIC", file, node) is holds
    assert evaluate("IonBeamSequence[BeamNumber = ReferencedBeamNumber]/BeamType = STATIC", file, node) is False


def test_private_tags_and_context_groups():
    code = dataset(CodeValue="130123", CodingSchemeDesignator="DCM", CodeMeaning="x")
    top = dataset(DimensionIndexPointer=0x00091001, ViewCodeSequence=[code])
    file = File(top, top.edition)
    assert evaluate("private(DimensionIndexPointer)", file, file.top) is True
    assert [evaluate(f"cid(ViewCodeSequence, {cid})", file, file.top) for cid in (9545, 4014)] == [True, False]
    code.CodingSchemeDesignator = "99X"
    assert evaluate("cid(ViewCodeSequence, 9545)", file, file.top) is None  # which may be extended


def test_names_go_no_further_than_their_table(file):
    class Plan:
        demands = {0x00280010: []}

    (item, _) = file.top.children(0x300A00B0)
    assert evaluate("Rows", file, item) is True
    item.plan = Plan()
    assert evaluate("Rows", file, item) is False


def test_frames(file):
    (frame,) = file.top.children(PER_FRAME)
    (inner,) = frame.children(0x00189329)
    for node in (frame, inner):
        assert evaluate("frame.FrameType[1] = ORIGINAL", file, node) is True
        assert evaluate("AcquisitionType = SPIRAL", file, node) is True  # of the shared groups
        assert evaluate("frame.Rows", file, node) is False
        assert evaluate("Rows = 4 and ImageType[1] = ORIGINAL", file, node) is True
        assert evaluate("PlanePositionSequence", file, node) is True
        assert evaluate("PixelMeasuresSequence", file, node) is False
    assert evaluate("CTAcquisitionTypeSequence", file, frame) is True


def test_no_groups():
    top = dataset(Modality="CT")
    assert evaluate("Rows = 1", File(top, top.edition), Node(top)) is False
    assert evaluate("Rows != 1", File(top, top.edition), Node(top)) is None


@pytest.mark.parametrize("expression", ["Rows =", "and", "Rows )", "Rows > x", "count(Rows)", "sop = 1", "%"])
def test_faults(expression):
    with pytest.raises(ConditionError, match=r"expected|cannot be read"):
        compiled(expression)
