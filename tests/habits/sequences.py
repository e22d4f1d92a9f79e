"""Make, change and look through sequences."""

import pydicom

ds = pydicom.dcmread(pydicom.data.get_testdata_file("rtplan.dcm"))
beam = ds.BeamSequence[0]
print(beam.BeamName, beam.BeamNumber, len(ds.BeamSequence), len(beam.ControlPointSequence))
print([point.ControlPointIndex for point in beam.ControlPointSequence])
block = pydicom.dataset.Dataset()
block.BlockNumber = 1
block.BlockName = "one"
other = pydicom.dataset.Dataset()
other.BlockNumber = 2
beam.BlockSequence = pydicom.sequence.Sequence([block])
beam.BlockSequence.append(other)
beam.BlockSequence.insert(0, pydicom.dataset.Dataset())
print([item.get("BlockNumber") for item in beam.BlockSequence])
del beam.BlockSequence[0]
beam.BlockSequence[1].BlockName = "two"
print([item.BlockName for item in beam.BlockSequence], beam["BlockSequence"].VM, beam["BlockSequence"].VR)
print([item.BlockName for item in beam.BlockSequence[:1]])
ds.PatientSetupSequence = []
print(len(ds.PatientSetupSequence), "PatientSetupSequence" in ds, ds["PatientSetupSequence"].is_empty)
ds.save_as("plan.dcm")
again = pydicom.dcmread("plan.dcm")
print([item.BlockName for item in again.BeamSequence[0].BlockSequence], again == ds)
try:
    ds.BeamSequence.append("text")
except TypeError:
    print("only datasets")
print(ds.BeamSequence[-1].BeamName, beam in ds.BeamSequence)
for plan in ds.DoseReferenceSequence:
    print(plan.DoseReferenceNumber, plan.get("DoseReferenceDescription"), plan.get("TargetPrescriptionDose"))
