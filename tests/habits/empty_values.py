"""Elements without a value."""

import pydicom

ds = pydicom.dataset.Dataset()
ds.PatientName = None
ds.PatientID = ""
ds.StudyDate = None
ds.Rows = None
ds.ImageType = []
ds.WindowCenter = None
ds.BeamSequence = []
ds.BitsAllocated = 8
ds.PixelData = None
for elem in ds:
    print(elem.tag, elem.VR, elem.VM, elem.is_empty, not elem.value)
ds.save_as("empty.bin", implicit_vr=False, little_endian=True)
with open("empty.bin", "rb") as file:
    print(file.read())
