"""Read less than all, and what is not quite a file."""

import io

import pydicom

path = pydicom.data.get_testdata_file("CT_small.dcm")
ds = pydicom.dcmread(path, stop_before_pixels=True)
print("PixelData" in ds, "Rows" in ds)
ds = pydicom.dcmread(path, specific_tags=["PatientName", 0x00280010, "Modality"])
print([elem.keyword for elem in ds])
ds = pydicom.dcmread(path, defer_size="1 KB")
print(len(ds.PixelData))
with open(path, "rb") as file:
    ds = pydicom.dcmread(file)
print(ds.PatientName)
with open(path, "rb") as file:
    ds = pydicom.dcmread(io.BytesIO(file.read()))
print(ds.PatientName)
with pydicom.dcmread(path) as ds:
    print(ds.PatientID)
print(pydicom.misc.is_dicom(path), pydicom.misc.is_dicom(pydicom.data.get_testdata_file("ExplVR_LitEndNoMeta.dcm")))
print(pydicom.filereader.read_file_meta_info(path).TransferSyntaxUID.name)
ds = pydicom.dcmread(pydicom.data.get_testdata_file("ExplVR_LitEndNoMeta.dcm"), force=True)
print(ds.Modality, ds.preamble, len(ds.file_meta))
try:
    pydicom.dcmread(io.BytesIO(b"this is no DICOM, but a text that is long enough " * 10))
except pydicom.errors.InvalidDicomError:
    print("not DICOM")
try:
    pydicom.dcmread("no such file")
except FileNotFoundError:
    print("not found")
