"""Text that means dates, times and numbers."""

import pydicom

ds = pydicom.dcmread(pydicom.data.get_testdata_file("CT_small.dcm"))
print(ds.StudyDate, ds.StudyDate[:4], ds.StudyTime, ds.StudyDate == "20040119")
print(ds.SliceThickness + 1, ds.InstanceNumber + 1, ds.SliceThickness == 5, f"{ds.SliceThickness:.2f}")
print(sum(ds.ImagePositionPatient[:2]), max(ds.ImageOrientationPatient))
print(float(ds.KVP), int(ds.SeriesNumber), ds.InstanceNumber == 1)
ds.SliceThickness = "2.50"
ds.InstanceNumber = "12"
ds.WindowCenter = [40, 400]
ds.WindowWidth = "80\\2000"
print(ds.SliceThickness, ds.InstanceNumber, list(ds.WindowCenter), [float(x) for x in ds.WindowWidth])
print(ds["WindowCenter"].VM, isinstance(ds.WindowCenter, pydicom.multival.MultiValue))
ds.ImageType.append("EXTRA")
ds.ImageType[0] = "DERIVED"
ds.save_as("numbers.dcm")
again = pydicom.dcmread("numbers.dcm")
print(list(again.ImageType), again.SliceThickness, again.InstanceNumber, list(again.WindowWidth))
print(isinstance(again.SliceThickness, float), isinstance(again.InstanceNumber, int))
