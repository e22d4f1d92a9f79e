"""Anonymise with callbacks, the way the tutorials do."""

import pydicom


def person_names(dataset, data_element):
    if data_element.VR == "PN":
        data_element.value = "anonymous"


def curves(dataset, data_element):
    if data_element.tag.group & 0xFF00 == 0x5000:
        del dataset[data_element.tag]


ds = pydicom.dcmread(pydicom.data.get_testdata_file("reportsi.dcm"))
ds.walk(person_names)
ds.walk(curves)
ds.remove_private_tags()
ds.PatientID = "id"
for name in ["OtherPatientIDs", "OtherPatientIDsSequence", "StudyID"]:
    if name in ds:
        delattr(ds, name)
tag = "PatientBirthDate"
if tag in ds:
    ds.data_element(tag).value = "19000101"
ds.save_as("anonymous.dcm")
again = pydicom.dcmread("anonymous.dcm")
print(again.PatientName, again.PatientID, again.get("PatientBirthDate"), "StudyID" in again)
for elem in again.iterall():
    if elem.VR == "PN":
        print(elem.tag, elem.value)
