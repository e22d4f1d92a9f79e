"""Private blocks: read them, make them, remove them."""

import pydicom

ds = pydicom.dcmread(pydicom.data.get_testdata_file("CT_small.dcm"))
print(ds.private_creators(0x0043))
block = ds.private_block(0x0043, "GEMS_PARM_01")
print(hex(block.block_start), block.private_creator, hex(block.group))
print(0x27 in block, block[0x27].value, block[0x27].name)
print(ds.get_private_item(0x0043, 0x28, "GEMS_PARM_01").VR)
del block[0x27]
print(0x27 in block)
mine = ds.private_block(0x000B, "My company 001", create=True)
mine.add_new(0x01, "SH", "my value")
mine.add_new(0x02, "US", 17)
print(ds[0x000B1001].value, ds[0x000B, 0x1002].value, ds[0x000B0010].value)
second = ds.private_block(0x000B, "My company 002", create=True)
print(hex(second.block_start), ds.private_creators(0x000B))
try:
    ds.private_block(0x000B, "nobody")
except KeyError:
    print("no such creator")
try:
    ds.private_block(0x000C, "even")
except ValueError:
    print("even group")
ds.add_new_private("My company 001", 0x000B, 0x03, "text", "LO")
print(ds.private_block(0x000B, "My company 001")[0x03].value)
ds.save_as("private.dcm")
print(pydicom.dcmread("private.dcm").private_block(0x000B, "My company 001")[0x02].value)
ds.remove_private_tags()
print(any(elem.tag.is_private for elem in ds.iterall()))
print(pydicom.tag.Tag(0x000B0010).is_private_creator, pydicom.tag.Tag(0x000B1001).is_private_creator)
