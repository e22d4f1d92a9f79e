"""The HTML report, as a browser shows it."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from dicomspec.errors import Issue
from dicomspec.validation.html import SHOWN, as_html
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
        ("document.querySelector('#rules tr[data-rule=retired]').click()", ["OtherPatientIDs"]),
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


@pytest.mark.skipif(BROWSER is None, reason="no chromium on this machine to look at the page with")
def test_many_findings_and_hostile_names(tmp_path):
    """Rows come in portions; names and values stay text."""
    hostile = "<img src=x onerror=\"document.getElementById('rows').textContent='caught'\">"
    issues = [
        Issue("vm", "error", f"Rows{n}", n, f"{hostile} {n}", "PS3.5 6.4", "2026d", file=f"/data/{hostile}/{n % 7}.dcm")
        for n in range(5000)
    ]
    page = "".join(as_html(Report(issues, "2026d", 7)))
    assert page.count("<img") == 0
    rows = shown(page, "", tmp_path)
    assert len(rows) == SHOWN
    assert "onerror" in rows[0]
    assert "/data/" not in rows[0]  # it stands at the top
    assert len(shown(page, "more.click();by('file').value=ROWS[0][2];draw()", tmp_path)) == 5000 // 7 + 1
