"""Walk the records of a DICOMDIR."""

import os

import pydicom

path = pydicom.data.get_testdata_file("DICOMDIR")
ds = pydicom.dcmread(path)
print(ds.file_meta.MediaStorageSOPClassUID.name, len(ds.DirectoryRecordSequence))
count = 0
for record in ds.DirectoryRecordSequence:
    if record.DirectoryRecordType == "PATIENT":
        print(record.PatientID, record.PatientName)
    elif record.DirectoryRecordType == "STUDY":
        print("  ", record.StudyDate, record.get("StudyDescription"))
    elif record.DirectoryRecordType == "SERIES":
        print("    ", record.SeriesNumber, record.Modality)
    elif record.DirectoryRecordType == "IMAGE":
        count += 1
        file = os.path.join(os.path.dirname(path), *record.ReferencedFileID)
        if count % 10 == 1:
            image = pydicom.dcmread(file, stop_before_pixels=True)
            print("      ", image.SOPInstanceUID == record.ReferencedSOPInstanceUIDInFile, "PixelData" in image)
