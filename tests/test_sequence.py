"""`Sequence`: a list of datasets (PS3.5 7.5)."""

from __future__ import annotations

import copy
import pickle

import pytest

from dicomspec import Dataset, Sequence, dcmread
from tests import builders as b


def read(count: int) -> Sequence[Dataset]:
    items = [b.item(b.element(0x00100020, "LO", f"{index:02}")) for index in range(count)]
    found: Sequence[Dataset] = dcmread(b.file(b.sequence(0x00400275, items))).RequestAttributesSequence
    return found


def ids(sequence: Sequence[Dataset]) -> list[str]:
    return [item.PatientID for item in sequence]


def test_list_of_what_was_read() -> None:
    sequence = read(4)
    assert len(sequence) == 4
    assert sequence[-1].PatientID == "03"
    assert sequence[1] is sequence[1]
    assert ids(sequence) == ["00", "01", "02", "03"]
    assert ids(sequence[1:3]) == ["01", "02"]
    assert ids(sequence[::-1]) == ["03", "02", "01", "00"]
    assert isinstance(sequence[:1], Sequence)
    assert [item.PatientID for item in reversed(sequence)] == ["03", "02", "01", "00"]
    assert sequence.index(sequence[2]) == 2
    assert sequence[3] in sequence
    assert Dataset() not in sequence
    with pytest.raises(IndexError):
        sequence[4]
    with pytest.raises(IndexError):
        sequence[-5]


def test_negative_index_before_looking() -> None:
    assert read(3)[-3].PatientID == "00"
    sequence = read(3)
    del sequence[0]
    assert sequence[-1].PatientID == "02"
    assert sequence[0].PatientID == "01"


def test_editing() -> None:
    sequence = read(3)
    sequence.append(Dataset({"PatientID": "new"}))
    sequence.insert(0, Dataset({"PatientID": "first"}))
    del sequence[1]
    sequence[1], sequence[2] = sequence[2], sequence[1]
    assert ids(sequence) == ["first", "02", "01", "new"]
    sequence += [Dataset({"PatientID": "last"})]
    assert sequence.pop().PatientID == "last"
    sequence.reverse()
    assert ids(sequence) == ["new", "01", "02", "first"]
    sequence[1:3] = []
    sequence.remove(sequence[0])
    assert ids(sequence) == ["first"]
    sequence.clear()
    assert len(sequence) == 0
    assert not sequence


def test_removing_while_looping() -> None:
    sequence = read(4)
    for item in list(sequence):
        if item.PatientID in ("01", "02"):
            sequence.remove(item)
    assert ids(sequence) == ["00", "03"]


def test_equality() -> None:
    assert read(2) == read(2)
    assert read(2) != read(3)
    assert read(1) == [Dataset({"PatientID": "00"})]
    assert Sequence() == []
    assert Sequence() != "text"
    assert Sequence([Dataset()]) == Sequence([Dataset()])


def test_copies() -> None:
    sequence = read(3)
    assert sequence[0].PatientID == "00"
    shallow, deep, pickled = copy.copy(sequence), copy.deepcopy(sequence), pickle.loads(pickle.dumps(sequence))
    assert shallow == deep == pickled == sequence
    deep[0].PatientID = pickled[1].PatientID = "changed"
    del shallow[2]
    assert ids(sequence) == ["00", "01", "02"]


@pytest.mark.parametrize("wrong", ["text", 1, None, {"PatientID": "1"}, [Dataset()]])
def test_holds_datasets_alone(wrong: object) -> None:
    sequence = read(1)
    for change in (
        sequence.append,
        lambda value: sequence.insert(0, value),
        lambda value: sequence.__setitem__(0, value),
    ):
        with pytest.raises(TypeError, match="dataset"):
            change(wrong)  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        Sequence([wrong])  # type: ignore[list-item]
    assert ids(sequence) == ["00"]


def test_single_dataset_is_no_list() -> None:
    with pytest.raises(TypeError, match="list of datasets"):
        Sequence(Dataset())  # type: ignore[arg-type]


def test_many_items_are_not_made_at_once() -> None:
    sequence = read(1000)
    assert sequence[500].PatientID == "500"
    assert sum(isinstance(item, Dataset) for item in sequence.peek()) == 1
