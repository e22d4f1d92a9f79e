"""Ask the dictionaries."""

import pydicom

print(hex(pydicom.datadict.tag_for_keyword("PatientName")), pydicom.datadict.tag_for_keyword("nonsense"))
print(pydicom.datadict.keyword_for_tag(0x00100020), repr(pydicom.datadict.keyword_for_tag(0x00090001)))
print(pydicom.datadict.dictionary_VR(0x00280010), pydicom.datadict.dictionary_VM("ImageType"))
print(pydicom.datadict.dictionary_description("PixelData"), pydicom.datadict.dictionary_is_retired(0x00080010))
print(pydicom.datadict.dictionary_has_tag(0x00100010), pydicom.datadict.dictionary_has_tag(0x00111111))
print(pydicom.datadict.repeater_has_tag(0x60023000), pydicom.datadict.dictionary_keyword(0x60023000))
print(pydicom.datadict.private_dictionary_VR(0x00431027, "GEMS_PARM_01"))
print(pydicom.datadict.private_dictionary_description(0x00431027, "GEMS_PARM_01"))
try:
    pydicom.datadict.dictionary_VR(0x00111111)
except KeyError:
    print("KeyError")
tag = pydicom.tag.Tag(0x0010, 0x0010)
print(tag, tag == 0x00100010, tag.group, tag.element, tag.is_private, pydicom.tag.Tag("PatientName") == tag)
print(pydicom.tag.Tag((0x10, 0x20)), pydicom.tag.Tag("00100030"), tag < pydicom.tag.Tag(0x00100020))
uid = pydicom.uid.UID("1.2.840.10008.1.2.4.50")
print(
    uid.name,
    uid.is_compressed,
    uid.is_transfer_syntax,
    uid.is_implicit_VR,
    uid.is_little_endian,
    uid.is_valid,
    uid.is_private,
)
print(
    pydicom.uid.ImplicitVRLittleEndian,
    pydicom.uid.ImplicitVRLittleEndian.is_implicit_VR,
    pydicom.uid.JPEG2000Lossless.name,
)
print(
    pydicom.uid.UID("1.2.3").is_private,
    pydicom.uid.UID("1..2").is_valid,
    pydicom.uid.UID("1.2.840.10008.5.1.4.1.1.2").keyword,
)
made = pydicom.uid.generate_uid()
print(
    made.is_valid,
    len(made) <= 64,
    pydicom.uid.generate_uid(entropy_srcs=["a"]) == pydicom.uid.generate_uid(entropy_srcs=["a"]),
)
print(
    pydicom.uid.generate_uid(prefix="1.2.3.").startswith("1.2.3."),
    pydicom.uid.generate_uid(prefix=None).startswith("2.25."),
)
