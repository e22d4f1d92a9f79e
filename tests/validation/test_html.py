"""The HTML report, as a browser shows it."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from dicomspec.errors import Issue
from dicomspec.validation.html import as_html
from dicomspec.validation.report import Report

BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)

REPORT = Report(
    [
        Issue(
            "attribute-missing",
            "error",
            "PatientID",
            None,
            "missing </script><b>",
            "PS3.3 C.7.1.1",
            "2026d",
            file="a.dcm",
        ),
        Issue("uid-form", "error", "SOPInstanceUID", 400, "no UID", "PS3.5 9.1", "2026d", file="b.dcm"),
        Issue("retired", "warning", "OtherPatientIDs", 12, "retired", "PS3.6", "2026d", file="b.dcm"),
    ],
    "2026d",
    2,
)


def test_it_stands_alone():
    page = "".join(as_html(REPORT))
    assert not re.search(r"(src|href)\s*=|@import|url\(", page)
    assert page.count("</script>") == 1


def shown(page: str, action: str, folder: Path) -> list[str]:
    """The texts of the rows that a browser shows after a script ran on the page."""
    file = folder / "report.html"
    file.write_text(page.replace("</body>", f"<script>{action}</script></body>"), encoding="utf-8")
    flags = ["--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={folder / 'profile'}", "--dump-dom"]
    done = subprocess.run([str(BROWSER), *flags, file.as_uri()], capture_output=True, text=True, timeout=60)
    body = re.search(r'<tbody id="rows">(.*?)</tbody>', done.stdout, re.DOTALL)
    assert body is not None, done.stderr
    return [re.sub(r"<[^>]+>", " ", row) for row in body[1].split("</tr>") if row.strip()]


@pytest.mark.skipif(BROWSER is None, reason="no chromium on this machine to look at the page with")
@pytest.mark.parametrize(
    ("action", "paths"),
    [
        ("", ["PatientID", "SOPInstanceUID", "OtherPatientIDs"]),
        ("document.querySelector('.card.error').click()", ["OtherPatientIDs"]),
        ("by('rule').value='uid-form';draw()", ["SOPInstanceUID"]),
        ("by('file').value='a.dcm';draw()", ["PatientID"]),
        ("by('text').value='script';by('text').dispatchEvent(new Event('input'))", ["PatientID"]),
    ],
)
def test_filters(tmp_path, action, paths):
    rows = shown("".join(as_html(REPORT)), action, tmp_path)
    assert [
        next(path for path in ("PatientID", "SOPInstanceUID", "OtherPatientIDs") if f" {path} " in row) for row in rows
    ] == paths
