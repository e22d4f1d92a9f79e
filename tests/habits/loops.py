"""Loops over elements and nested elements."""

import pydicom

ds = pydicom.dcmread(pydicom.data.get_testdata_file("rtplan.dcm"))


def show(dataset, indent=0):
    for elem in dataset:
        if elem.VR == "SQ":
            print("    " * indent + elem.name)
            for item in elem.value:
                show(item, indent + 1)
        else:
            print("    " * indent + f"{elem.name} = {elem.value}")


show(ds)
print(sum(1 for elem in ds.iterall()), len(list(ds)), len(ds))
found = []
ds.walk(lambda dataset, elem: found.append(elem.keyword) if elem.VM > 2 and elem.VR == "DS" else None)
print(found)
ds.walk(lambda dataset, elem: print(elem.keyword), recursive=False)
print(list(ds.formatted_lines("%(tag)s %(VR)s", "%(name)s")))
print([elem.tag for elem in sorted(ds, key=lambda elem: elem.tag)] == list(ds.keys()))
print("PatientName" in dir(ds), "Rows" in dir(ds))
