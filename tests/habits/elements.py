"""What a data element knows of itself."""

import pydicom

ds = pydicom.dcmread(pydicom.data.get_testdata_file("MR_small.dcm"))
for elem in ds:
    if elem.VR in ("OW", "OB"):
        continue
    print(elem.tag, elem.VR, elem.VM, elem.keyword, "/", elem.name, elem.is_empty, elem.is_private, elem.tag.group)
elem = ds["EchoTime"]
print(elem.value, elem.repval, elem.is_retired, elem.is_undefined_length)
elem.value = 17
print(elem.value, ds.EchoTime)
elem.clear()
print(elem.VM, elem.is_empty)
new = pydicom.DataElement(0x00100020, "LO", "12345")
print(new, new == pydicom.DataElement("PatientID", "LO", "12345"), new.keyword)
ds.add(new)
print(ds.PatientID)
