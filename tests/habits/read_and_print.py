"""Open a CT slice and look at some of its elements."""

import pydicom

path = pydicom.data.get_testdata_file("CT_small.dcm")
ds = pydicom.dcmread(path)
print(ds.PatientName, ds.PatientID, ds.Modality, ds.Rows, ds.Columns)
print(ds.SOPClassUID.name, ds.file_meta.TransferSyntaxUID.name)
print(f"Slice location...: {ds.get('SliceLocation', '(missing)')}")
print(f"Nothing..........: {ds.get('BeamSequence', '(missing)')}")
print(f"Pixel spacing....: {ds.PixelSpacing} {ds.PixelSpacing[0] * 2:.4f}")
print(f"Image type.......: {ds.ImageType}")
print(ds.PatientName.family_name, "|", ds.PatientName.given_name)
print("PatientName" in ds, "PatientAddress" in ds, 0x00100010 in ds, (0x10, 0x10) in ds)
print(len(ds.PixelData))
print(ds[0x0010, 0x0010])
print(ds[0x00100010].value, ds["PatientID"].value)
print(ds["Rows"])
print(ds["ImageType"])
print(ds["PixelData"])
print(type(ds).__name__, ds.is_implicit_VR, ds.is_little_endian)
