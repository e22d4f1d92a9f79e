"""Copies are copies."""

import copy
import pickle

import pydicom

ds = pydicom.dcmread(pydicom.data.get_testdata_file("rtplan.dcm"))
deep = copy.deepcopy(ds)
shallow = copy.copy(ds)
pickled = pickle.loads(pickle.dumps(ds))
print(ds == deep, ds == shallow, ds == pickled)
deep.BeamSequence[0].BeamName = "changed"
print(ds == deep, ds.BeamSequence[0].BeamName)
shallow.BeamSequence[0].BeamName = "shared"
print(ds.BeamSequence[0].BeamName)
shallow.PatientID = "other"
print(pickled.BeamSequence[0].BeamName, pickled.file_meta == ds.file_meta)
try:
    hash(ds)
except TypeError:
    print("no hash")
new = pydicom.dataset.Dataset(ds)
print(new == ds, len(new) == len(ds))
print(ds == 1, ds != "text")
