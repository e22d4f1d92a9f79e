"""A dataset is a dictionary."""

import pydicom

ds = pydicom.dataset.Dataset()
ds.PatientName = "Citizen^Jan"
ds.PatientID = "1"
ds.add_new(0x00280030, "DS", "10.0")
ds.add_new((0x0008, 0x0060), "CS", "OT")
print(sorted(str(tag) for tag in list(ds.keys())))
print(sorted(str(elem.value) for elem in ds.values()))
print(sorted((str(tag), elem.VR) for tag, elem in ds.items()))
print(len(ds), bool(ds), bool(pydicom.dataset.Dataset()))
print(ds.get("PatientID"), ds.get("Rows"), ds.get("Rows", 5), ds.get(0x00100020).value, ds.get((0x10, 0x30), "none"))
print(ds.pop(0x00100020).value, ds.pop("Rows", None), "PatientID" in ds)
try:
    ds.pop("PatientID")
except KeyError:
    print("KeyError")
try:
    ds[0x00100020]
except KeyError:
    print("KeyError")
try:
    ds.PatientID
except AttributeError:
    print("AttributeError")
try:
    del ds.PatientID
except AttributeError:
    print("AttributeError")
try:
    del ds[0x00100020]
except KeyError:
    print("KeyError")
ds.update({"PatientID": "2", 0x00100040: pydicom.DataElement(0x00100040, "CS", "O")})
print(ds.PatientID, ds.PatientSex)
print(ds.setdefault("PatientSex", pydicom.DataElement(0x00100040, "CS", "F")).value)
print(ds.setdefault("Modality", "MR").value, ds.setdefault("StudyID", "7").value, ds.StudyID)
del ds["PatientSex"], ds[0x00080060]
print(sorted(ds.dir()), ds.dir("patient"), ds.dir("PATIENT", "study"))
other = pydicom.dataset.Dataset()
other.update(ds)
print(other == ds, other is ds, other != pydicom.dataset.Dataset())
other["PatientID"] = pydicom.DataElement("PatientID", "LO", "3")
print(other == ds, ds.PatientID)
ds.clear()
print(len(ds))
