"""The compiler: DICOM dictionaries (YAML) in, the generated part of the library out.

`import` turns sources of the standard into YAML, `build` turns the YAML into Python below
``dicomspec/_generated``, `diff` compares two sets of dictionaries. Nothing here imports the library, so the
compiler also works while the generated part is missing or broken.
"""
