"""Nested numbers of a waveform, and a structured report as text."""

import pydicom

ds = pydicom.dcmread(pydicom.data.get_testdata_file("waveform_ecg.dcm"))
multiplex = ds.WaveformSequence[0]
print(
    multiplex.NumberOfWaveformChannels,
    multiplex.SamplingFrequency,
    len(multiplex.WaveformData),
    multiplex["WaveformData"].VR,
)
for channel in multiplex.ChannelDefinitionSequence:
    source = channel.ChannelSourceSequence[0]
    print(source.CodeMeaning, channel.get("ChannelSensitivity"), channel.get("ChannelBaseline"))
report = pydicom.dcmread(pydicom.data.get_testdata_file("test-SR.dcm"))


def content(item, depth=0):
    concept = item.ConceptNameCodeSequence[0].CodeMeaning if item.get("ConceptNameCodeSequence") else "-"
    kind = item.get("ValueType")
    text = {
        "TEXT": lambda: item.TextValue,
        "NUM": lambda: [str(measured.NumericValue) for measured in item.MeasuredValueSequence],
        "CODE": lambda: item.ConceptCodeSequence[0].CodeMeaning,
        "PNAME": lambda: item.PersonName,
    }.get(kind, lambda: "")()
    print("  " * depth + f"{kind} {concept}: {text}")
    for child in item.get("ContentSequence", []):
        content(child, depth + 1)


content(report)
