"""The table reader, on small tables of our own."""

from __future__ import annotations

import lzma

import pytest

from codegen.docbook import DocBookError, Part, identify, read_tables

HEAD = '<book xmlns="http://docbook.org/ns/docbook" xmlns:xml="http://www.w3.org/XML/1998/namespace">'


def book(body: str, subtitle: str = "DICOM PS3.6 2026d - Data Dictionary") -> str:
    return f"{HEAD}<title>PS3.6</title><subtitle>{subtitle}</subtitle>{body}</book>"


def table(rows: str, head: str = "<tr><th>A</th><th>B</th></tr>", label: str = "1-1") -> str:
    return f'<table label="{label}"><caption>Some</caption><thead>{head}</thead><tbody>{rows}</tbody></table>'


def read(tmp_path, body: str):
    path = tmp_path / "part06.xml"
    path.write_text(book(body), encoding="utf-8")
    return list(read_tables(path))


def texts(found):
    return [[cell.text for cell in row] for row in found.rows]


def test_plain_table(tmp_path):
    (found,) = read(tmp_path, table("<tr><td><para>a</para></td><td>b</td></tr>"))
    assert (found.label, found.caption, found.header, texts(found)) == ("1-1", "Some", ("A", "B"), [["a", "b"]])


def test_invisible_characters_and_blanks(tmp_path):
    (found,) = read(tmp_path, table("<tr><td>Patient&#x200b;Name</td><td>a\n   b&#xA0;c</td></tr>"))
    assert texts(found) == [["PatientName", "a b c"]]


def test_italic_is_all_or_nothing(tmp_path):
    cell = '<td><para><emphasis role="italic">a</emphasis>{}</para></td>'
    (found,) = read(tmp_path, table(f"<tr>{cell.format('')}{cell.format('b')}</tr>"))
    assert [(cell.text, cell.italic) for cell in found.rows[0]] == [("a", True), ("ab", False)]


def test_spans(tmp_path):
    rows = '<tr><td rowspan="2">a</td><td>b</td></tr><tr><td>c</td></tr><tr><td colspan="2">d</td></tr>'
    (found,) = read(tmp_path, table(rows))
    assert texts(found) == [["a", "b"], ["a", "c"], ["d", "d"]]
    assert found.faults == []


@pytest.mark.parametrize(
    "rows",
    [
        '<tr><td>a</td><td rowspan="2">b</td></tr><tr></tr>',
        '<tr><td>a</td><td rowspan="2">b</td></tr>',
        '<tr><td>a</td><td rowspan="2">b</td></tr><tr><td colspan="2">c</td></tr>',
    ],
)
def test_spans_that_do_not_fit(tmp_path, rows):
    (found,) = read(tmp_path, table(rows))
    assert found.faults


def test_header_of_two_rows(tmp_path):
    head = '<tr><th rowspan="2">A</th><th colspan="2">B</th></tr><tr><th>x</th><th>y</th></tr>'
    (found,) = read(tmp_path, table("<tr><td>1</td><td>2</td><td>3</td></tr>", head))
    assert found.header == ("A", "B x", "B y")


def test_links_print_their_target(tmp_path):
    links = (
        '<tr><td><olink targetdoc="PS3.16" targetptr="sect_CID_2" xrefstyle="select: labelnumber"/></td>'
        '<td><olink targetdoc="PS3.16" targetptr="sect_CID_2" xrefstyle="select: title"/></td></tr>'
        '<tr><td><olink targetptr="PS3.4"/></td><td><xref linkend="note_6_3"/></td></tr>'
    )
    (found,) = read(tmp_path, table(links))
    assert texts(found) == [["CID 2", ""], ["PS3.4", ""]]


def test_identify(tmp_path):
    path = tmp_path / "part06.xml.xz"
    path.write_bytes(lzma.compress(book("").encode()))
    assert identify(path) == Part("6", "2026d")
    path = tmp_path / "other.xml"
    path.write_text(book("", "Something else"))
    assert identify(path) is None
    path.write_text("no xml")
    assert identify(path) is None


def test_not_well_formed(tmp_path):
    path = tmp_path / "part06.xml"
    path.write_text(book(table("<tr>")))
    with pytest.raises(DocBookError, match=r"part06\.xml"):
        list(read_tables(path))
