"""Another transfer syntax."""

import pydicom

ds = pydicom.dcmread(pydicom.data.get_testdata_file("MR_small_implicit.dcm"))
print(ds.file_meta.TransferSyntaxUID.name, ds.original_encoding)
ds.file_meta.TransferSyntaxUID = pydicom.uid.ExplicitVRLittleEndian
ds.save_as("explicit.dcm")
again = pydicom.dcmread("explicit.dcm")
print(again.file_meta.TransferSyntaxUID.name, again.original_encoding, again == ds)
print(again["PixelData"].VR, again["SmallestImagePixelValue"].VR if "SmallestImagePixelValue" in again else None)
ds.file_meta.TransferSyntaxUID = pydicom.uid.DeflatedExplicitVRLittleEndian
ds.save_as("deflated.dcm")
print(pydicom.dcmread("deflated.dcm").PatientName, pydicom.dcmread("deflated.dcm").PixelData == ds.PixelData)
ds = pydicom.dcmread(pydicom.data.get_testdata_file("JPEG2000.dcm"))
ds.PatientName = "Changed"
ds.save_as("jpeg.dcm")
again = pydicom.dcmread("jpeg.dcm")
print(again.PatientName, again.PixelData == ds.PixelData, again["PixelData"].is_undefined_length, again["PixelData"].VR)
