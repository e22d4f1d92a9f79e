"""Person names."""

import pydicom

name = pydicom.valuerep.PersonName("Adams^John Robert Quincy^^Rev.^B.A. M.Div.")
print(name.family_name, "|", name.given_name, "|", name.middle_name, "|", name.name_prefix, "|", name.name_suffix)
print(name == "Adams^John Robert Quincy^^Rev.^B.A. M.Div.", name != "x", str(name))
print(name.formatted("%(family_name)s, %(given_name)s"), "/", name.family_comma_given())
print(name.components, "Adams" in name, len(name))
name = pydicom.valuerep.PersonName("Yamada^Tarou=山田^太郎=やまだ^たろう")
print(name.alphabetic, name.ideographic, name.phonetic, name.components)
made = pydicom.valuerep.PersonName.from_named_components(
    family_name="Hong", given_name="Gildong", family_name_ideographic="洪", given_name_ideographic="吉洞"
)
print(made.family_name, made.given_name)
ds = pydicom.dcmread(pydicom.data.get_charset_files("chrH31.dcm")[0])
print(ds.PatientName, ds.PatientName.ideographic, ds.PatientName.family_name)
ds.decode()
ds.SpecificCharacterSet = "ISO_IR 192"
ds.save_as("utf8.dcm")
print(pydicom.dcmread("utf8.dcm").PatientName)
ds = pydicom.dataset.Dataset()
ds.PatientName = "A^B"
ds.OperatorsName = ["C^D", "E^F"]
print(ds.PatientName.family_name, ds.OperatorsName[1].given_name, ds["OperatorsName"].VM)
