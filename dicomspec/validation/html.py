"""The report as one HTML file that needs nothing beside it, with filters by severity, rule, file and text."""

from __future__ import annotations

import json
from collections.abc import Iterator
from html import escape
from typing import Final

from dicomspec.validation.report import Report, group_of
from dicomspec.validation.rule import RULES
from dicomspec.version import __version__

__all__ = ["as_html"]

SHOWN: Final = 2000
"""Rows that a browser shows at once; filters go over all."""


def as_html(report: Report) -> Iterator[str]:
    """The page."""
    counts = report.counts()
    rows = [
        [i.severity, i.rule, i.file, i.path or "file", "" if i.offset is None else i.offset, i.message, i.reference,
         i.frame or "", "" if i.certain else "cannot be told"]
        for i in report
    ]  # fmt: skip
    used = {issue.rule: [group_of(issue), RULES[issue.rule].help] for issue in report if issue.rule in RULES}
    state = "no errors" if report.ok else "errors"
    cards = "".join(
        f'<button class="card {name}" data-severity="{name}"><b>{number:,}</b><span>{name}{"" if number == 1 else "s"}</span></button>'
        for name, number in counts.items()
    )
    unreadable = "".join(
        f"<li><code>{escape(name)}</code> {escape(why)}</li>" for name, why in report.unreadable.items()
    )
    yield _PAGE.format(
        style=_STYLE,
        state=state,
        cards=cards,
        files=f"{report.files:,} file{'' if report.files == 1 else 's'}",
        edition=escape(report.edition),
        version=__version__,
        unreadable=f"<details open><summary>{len(report.unreadable)} could not be read</summary><ul>{unreadable}</ul></details>"
        if unreadable
        else "",
        shown=SHOWN,
        rows=_json(rows),
        rules=_json(used),
        script=_SCRIPT,
    )


def _json(value: object) -> str:
    """JSON that may stand in a script element."""
    return json.dumps(value).replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


_STYLE: Final = """
:root{color-scheme:light dark;--bg:#f6f7f9;--card:#fff;--text:#1c2430;--dim:#667085;--line:#e3e7ed;--error:#c2281d;--warning:#a15c00;--info:#2460b3}
@media(prefers-color-scheme:dark){:root{--bg:#14181f;--card:#1d232d;--text:#e6e9ef;--dim:#98a2b3;--line:#303846;--error:#ff7b72;--warning:#e3a341;--info:#79b0ff}}
*{box-sizing:border-box}body{margin:0;background:var(--bg);color:var(--text);font:14px/1.5 system-ui,sans-serif}
main{max-width:1400px;margin:0 auto;padding:28px 24px}h1{font-size:22px;margin:0}p.sub{color:var(--dim);margin:2px 0 18px}
.cards{display:flex;gap:12px;margin-bottom:18px;flex-wrap:wrap}.card{all:unset;box-sizing:border-box;cursor:pointer;background:var(--card);border:1px solid var(--line);border-left:5px solid;border-radius:8px;padding:10px 22px 10px 16px;min-width:130px}
.card:focus-visible,select:focus-visible,input:focus-visible{outline:2px solid var(--info)}.card b{display:block;font-size:24px;line-height:1.2}.card span{color:var(--dim)}.card.off{opacity:.4}
.error{border-left-color:var(--error)}.warning{border-left-color:var(--warning)}.info{border-left-color:var(--info)}
.filters{display:flex;gap:10px;flex-wrap:wrap;margin-bottom:10px}select,input{font:inherit;color:inherit;background:var(--card);border:1px solid var(--line);border-radius:6px;padding:6px 10px;max-width:420px}input{flex:1;min-width:200px}
table{width:100%;border-collapse:collapse;background:var(--card);border:1px solid var(--line);border-radius:8px;table-layout:fixed}
th{text-align:left;font-weight:600;color:var(--dim);font-size:12px;padding:8px 12px;border-bottom:1px solid var(--line)}td{padding:8px 12px;border-bottom:1px solid var(--line);vertical-align:top;overflow-wrap:anywhere}
td.s{font-weight:600}tr.error td.s{color:var(--error)}tr.warning td.s{color:var(--warning)}tr.info td.s{color:var(--info)}code{font:12.5px ui-monospace,Menlo,Consolas,monospace}.dim{color:var(--dim);font-size:12px}
#count{color:var(--dim);margin:6px 0 8px}
"""

_PAGE: Final = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>DICOM validation: {state}</title><style>{style}</style></head><body><main>
<h1>DICOM validation</h1><p class="sub">{files} against DICOM {edition} with dicomspec {version}</p>
<div class="cards">{cards}</div>{unreadable}
<div class="filters"><select id="rule" aria-label="Rule"></select><select id="file" aria-label="File"></select>
<input id="text" type="search" placeholder="Search paths and messages" aria-label="Search"></div>
<div id="count"></div>
<table><colgroup><col style="width:90px"><col style="width:170px"><col style="width:28%"><col></colgroup>
<thead><tr><th>Severity</th><th>Rule</th><th>Where</th><th>What</th></tr></thead><tbody id="rows"></tbody></table>
</main><script>const ROWS={rows},RULES={rules},SHOWN={shown};{script}</script></body></html>
"""

_SCRIPT: Final = """
const by=id=>document.getElementById(id),off=new Set();
function options(select,title,column){const n=new Map();ROWS.forEach(r=>n.set(r[column],(n.get(r[column])||0)+1));
select.add(new Option(title+' ('+n.size+')',''));[...n].sort((a,b)=>b[1]-a[1]).forEach(([k,c])=>select.add(new Option((k||'dataset')+' ('+c+')',k||' ')));}
function cell(row,text,cls,code){const td=row.insertCell();const e=code?document.createElement('code'):td;if(code)td.append(e);e.textContent=text;if(cls)td.className=cls;return td}
function dim(td,text){if(!text)return;const d=document.createElement('div');d.className='dim';d.textContent=text;td.append(d)}
function draw(){const rule=by('rule').value,file=by('file').value,text=by('text').value.toLowerCase();
const found=ROWS.filter(r=>!off.has(r[0])&&(!rule||r[1]===rule)&&(!file||(r[2]||' ')===file)&&(!text||(r[3]+' '+r[5]).toLowerCase().includes(text)));
const body=by('rows');body.textContent='';found.slice(0,SHOWN).forEach(r=>{const tr=body.insertRow();tr.className=r[0];cell(tr,r[0],'s');
const a=cell(tr,r[1],'',true);a.title=(RULES[r[1]]||['',''])[1];dim(a,(RULES[r[1]]||[''])[0]);const w=cell(tr,r[3],'',true);
dim(w,[r[2],r[7]!==''?'frame '+r[7]:'',r[4]!==''?'byte '+r[4]:''].filter(Boolean).join(' \\u00b7 '));const m=cell(tr,r[5]);dim(m,[r[6],r[8]].filter(Boolean).join(' \\u00b7 '))});
by('count').textContent=found.length+' of '+ROWS.length+' findings'+(found.length>SHOWN?', the first '+SHOWN+' are shown':'');}
options(by('rule'),'All rules',1);options(by('file'),'All files',2);
['rule','file','text'].forEach(id=>by(id).addEventListener('input',draw));
document.querySelectorAll('.card').forEach(c=>c.addEventListener('click',()=>{const s=c.dataset.severity;off.has(s)?off.delete(s):off.add(s);c.classList.toggle('off');c.setAttribute('aria-pressed',!off.has(s));draw()}));
draw();
"""
