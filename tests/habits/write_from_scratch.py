"""Build a file from nothing."""

import pydicom

file_meta = pydicom.dataset.FileMetaDataset()
file_meta.MediaStorageSOPClassUID = pydicom.uid.UID("1.2.840.10008.5.1.4.1.1.2")
file_meta.MediaStorageSOPInstanceUID = pydicom.uid.UID("1.2.3")
file_meta.ImplementationClassUID = pydicom.uid.UID("1.2.3.4")
file_meta.TransferSyntaxUID = pydicom.uid.ExplicitVRLittleEndian

ds = pydicom.dataset.FileDataset("new.dcm", {}, file_meta=file_meta, preamble=b"\0" * 128)
ds.PatientName = "Test^Firstname"
ds.PatientID = "123456"
ds.ContentDate = "20240131"
ds.ContentTime = "101112.130000"
ds.SOPClassUID = file_meta.MediaStorageSOPClassUID
ds.SOPInstanceUID = file_meta.MediaStorageSOPInstanceUID
ds.Rows = ds.Columns = 2
ds.BitsAllocated, ds.BitsStored, ds.HighBit, ds.PixelRepresentation = 16, 12, 11, 0
ds.SamplesPerPixel, ds.PhotometricInterpretation = 1, "MONOCHROME2"
ds.PixelSpacing = [0.5, 0.25]
ds.PixelData = b"\1\0\2\0\3\0\4\0"
ds.save_as("new.dcm")
again = pydicom.dcmread("new.dcm")
for elem in again:
    print(elem.tag, elem.VR, elem.value)
print(again.file_meta.TransferSyntaxUID == pydicom.uid.ExplicitVRLittleEndian, again == ds)
with open("new.dcm", "rb") as file:
    data = file.read()
print(data[:132] == bytes(128) + b"DICM", len(data) > 300)
