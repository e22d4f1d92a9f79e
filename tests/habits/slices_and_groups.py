"""Parts of a dataset."""

import pydicom

ds = pydicom.dcmread(pydicom.data.get_testdata_file("MR_small.dcm"))
print([str(elem.tag) for elem in ds[0x00100000:0x00180000]])
print([str(elem.tag) for elem in ds[(0x0010, 0x0000) : (0x0010, 0x0030)]])
print([elem.keyword for elem in ds.group_dataset(0x0010)])
print(len(ds[:]), len(ds) == len(ds[:]), len(ds["PatientName":]))
print(type(ds[0x00100000:0x00180000]).__name__)
del ds[0x00280000:0x00290000]
print("Rows" in ds, "PixelData" in ds)
