"""Print a plan as a whole, and its outermost level."""

import pydicom

ds = pydicom.dcmread(pydicom.data.get_testdata_file("rtplan.dcm"))
print(ds)
print(ds.top())
print(ds.BeamSequence[0].ControlPointSequence[0])
