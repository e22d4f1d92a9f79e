"""Let the library add what a file needs."""

import pydicom

ds = pydicom.dataset.Dataset()
ds.PatientName = "Lestrade^G"
ds.SOPClassUID = "1.2.840.10008.5.1.4.1.1.4"
ds.SOPInstanceUID = pydicom.uid.generate_uid()
ds.ensure_file_meta()
ds.file_meta.TransferSyntaxUID = pydicom.uid.ImplicitVRLittleEndian
ds.save_as("enforced.dcm", enforce_file_format=True)
again = pydicom.dcmread("enforced.dcm")
print(again.PatientName, again.SOPClassUID.name)
print(again.file_meta.MediaStorageSOPInstanceUID == ds.SOPInstanceUID == again.SOPInstanceUID)
print(again.file_meta.FileMetaInformationVersion, again.file_meta.TransferSyntaxUID.name)
print([elem.keyword for elem in again.file_meta])
try:
    ds.save_as("enforced.dcm", enforce_file_format=True, overwrite=False)
except FileExistsError:
    print("exists")
bare = pydicom.dataset.Dataset()
bare.PatientName = "A"
try:
    bare.save_as("bare.dcm", enforce_file_format=True)
except Exception:
    print("refused")
bare.save_as("bare.dcm", implicit_vr=True, little_endian=True)
with open("bare.dcm", "rb") as file:
    print(file.read())
