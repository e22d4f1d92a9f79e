"""The report as one HTML file that needs nothing beside it, with filters by severity, rule, file and text."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from html import escape
from typing import Final

from dicomspec.validation.report import Report, group_of
from dicomspec.validation.rule import RULES
from dicomspec.version import __version__

__all__ = ["as_html"]

SHOWN: Final = 500
"""Rows that a browser shows at first, and with each push of the button; filters go over all."""


def as_html(report: Report) -> Iterator[str]:
    """The page."""
    folder = _folder([name for name in (*(issue.file for issue in report), *report.unreadable) if name])
    rows = [
        [i.severity, i.rule, i.file[len(folder):], i.path or "file", "" if i.offset is None else i.offset, i.message,
         i.reference, i.frame or "", "" if i.certain else "cannot be told"]
        for i in report
    ]  # fmt: skip
    used = {issue.rule: [group_of(issue), RULES[issue.rule].help] for issue in report if issue.rule in RULES}
    cards = "".join(
        f'<button class="card {name}" data-severity="{name}" aria-pressed="true"><b>{number:,}</b><span>{name}{"" if number == 1 else "s"}</span></button>'
        for name, number in report.counts().items()
    )
    clean = report.files - len({issue.file for issue in report}) - len(report.unreadable)
    unreadable = "".join(
        f"<li><code>{escape(name[len(folder) :])}</code> {escape(why.removeprefix(f'{name}: '))}</li>"
        for name, why in report.unreadable.items()
    )
    yield _PAGE.format(
        style=_STYLE,
        state="no errors" if report.ok else "errors",
        cards=cards,
        files=f"{report.files:,} file{'' if report.files == 1 else 's'}{f' in {escape(folder)}' if folder else ''}",
        clean=f", {clean:,} without findings" if clean > 0 else "",
        edition=escape(report.edition),
        version=__version__,
        unreadable=f'<details class="box" open><summary>{len(report.unreadable):,} could not be read</summary><ul>{unreadable}</ul></details>'
        if unreadable
        else "",
        shown=SHOWN,
        rows=_json(rows),
        rules=_json(used),
        script=_SCRIPT,
    )


def _folder(names: list[str]) -> str:
    """The folder that all files are in, with the separator behind it; empty if there is none."""
    try:
        folder = os.path.join(os.path.commonpath([os.path.dirname(name) for name in names]), "")
    except ValueError:  # no names, or those of different drives
        return ""
    return folder if all(name.startswith(folder) for name in names) else ""


def _json(value: object) -> str:
    """JSON that may stand in a script element."""
    return json.dumps(value).replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


_STYLE: Final = """
:root{color-scheme:light dark;--bg:#f6f7f9;--card:#fff;--text:#1c2430;--dim:#667085;--line:#e3e7ed;--error:#c2281d;--warning:#a15c00;--info:#2460b3}
@media(prefers-color-scheme:dark){:root{--bg:#14181f;--card:#1d232d;--text:#e6e9ef;--dim:#98a2b3;--line:#303846;--error:#ff7b72;--warning:#e3a341;--info:#79b0ff}}
*{box-sizing:border-box}body{margin:0;background:var(--bg);color:var(--text);font:14px/1.5 system-ui,sans-serif}
main{max-width:1400px;margin:0 auto;padding:28px 24px}h1{font-size:22px;margin:0}p.sub{color:var(--dim);margin:2px 0 18px;overflow-wrap:anywhere}
.cards{display:flex;gap:12px;margin-bottom:14px;flex-wrap:wrap}.card{all:unset;box-sizing:border-box;cursor:pointer;background:var(--card);border:1px solid var(--line);border-left:5px solid;border-radius:8px;padding:10px 22px 10px 16px;min-width:130px}
:focus-visible{outline:2px solid var(--info)}.card b{display:block;font-size:24px;line-height:1.2}.card span{color:var(--dim)}.card[aria-pressed=false]{opacity:.4}
.card.error{border-left-color:var(--error)}.card.warning{border-left-color:var(--warning)}.card.info{border-left-color:var(--info)}
.box{background:var(--card);border:1px solid var(--line);border-radius:8px;margin-bottom:14px;overflow:hidden}.box>summary{cursor:pointer;padding:8px 14px;font-weight:600}.box ul{margin:0;padding:0 14px 10px 32px;overflow-wrap:anywhere}
.filters{display:flex;gap:10px;flex-wrap:wrap}select,input,.more{font:inherit;color:inherit;background:var(--card);border:1px solid var(--line);border-radius:6px;padding:6px 10px;max-width:100%}select{flex:0 1 300px;min-width:0}input{flex:1 1 220px;min-width:0}.more{cursor:pointer;margin:12px auto;display:block}[hidden]{display:none}
table{width:100%;border-collapse:collapse;background:var(--card);table-layout:fixed}#list{border:1px solid var(--line)}
th{text-align:left;font-weight:600;color:var(--dim);font-size:12px;padding:8px 12px;border-bottom:1px solid var(--line)}td{padding:8px 12px;border-bottom:1px solid var(--line);vertical-align:top;overflow-wrap:anywhere}
#rules td,#rules th{padding:4px 14px}#rules tr[tabindex]{cursor:pointer}#rules tr[tabindex]:hover{background:var(--bg)}#rules tr.on{background:var(--bg);font-weight:600}.n{text-align:right;font-variant-numeric:tabular-nums}
.s{font-weight:600}tr.error .s{color:var(--error)}tr.warning .s{color:var(--warning)}tr.info .s{color:var(--info)}code{font:12.5px ui-monospace,Menlo,Consolas,monospace}.dim{color:var(--dim);font-size:12px}
#count{color:var(--dim);margin:8px 0}
@media(max-width:720px){main{padding:16px 12px}.card{min-width:0;flex:1;padding:8px 12px}select{flex-basis:100%}
#list thead,#list col{display:none}#list tr{display:block;border-bottom:1px solid var(--line);border-left:4px solid;padding:8px 12px}#list tr.error{border-left-color:var(--error)}#list tr.warning{border-left-color:var(--warning)}#list tr.info{border-left-color:var(--info)}
#list td{display:block;padding:0;border:0}#list td.s{float:left;margin-right:10px}#list td:nth-child(2) .dim{display:none}#rules .h{display:none}}
@media print{.filters,.more{display:none}}
"""

_PAGE: Final = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>DICOM validation: {state}</title><style>{style}</style></head><body><main>
<h1>DICOM validation</h1><p class="sub">{files} against DICOM {edition} with dicomspec {version}{clean}</p>
<div class="cards">{cards}</div>{unreadable}
<details class="box" id="rules" open><summary>By rule</summary><table><colgroup><col style="width:190px"><col class="h"><col style="width:90px"><col style="width:70px"></colgroup>
<thead><tr><th>Rule</th><th class="h">What it is about</th><th class="n">Findings</th><th class="n">Files</th></tr></thead><tbody></tbody></table></details>
<div class="filters"><select id="rule" aria-label="Rule"></select><select id="file" aria-label="File"></select>
<input id="text" type="search" placeholder="Search paths and messages" aria-label="Search"></div>
<div id="count" role="status"></div>
<table id="list"><colgroup><col style="width:90px"><col style="width:170px"><col style="width:30%"><col></colgroup>
<thead><tr><th>Severity</th><th>Rule</th><th>Where</th><th>What</th></tr></thead><tbody id="rows"></tbody></table>
<button class="more" hidden></button>
</main><script>const ROWS={rows},RULES={rules},SHOWN={shown};{script}</script></body></html>
"""

_SCRIPT: Final = """
const by=id=>document.getElementById(id),off=new Set(),more=document.querySelector('.more'),n=x=>x.toLocaleString('en');let limit=SHOWN;
const name=f=>f||'dataset',key=f=>f||' ',about=r=>RULES[r]||['',''];
function options(select,title,column){const c=new Map();ROWS.forEach(r=>c.set(r[column],(c.get(r[column])||0)+1));
select.add(new Option(title+' ('+n(c.size)+')',''));[...c].sort((a,b)=>b[1]-a[1]).forEach(([k,v])=>select.add(new Option(name(k)+' ('+n(v)+')',key(k))));}
function cell(row,text,cls,code){const td=row.insertCell();const e=code?document.createElement('code'):td;if(code)td.append(e);e.textContent=text;if(cls)td.className=cls;return td}
function dim(td,text){if(!text)return;const d=document.createElement('div');d.className='dim';d.textContent=text;td.append(d)}
function overview(){const c=new Map();ROWS.forEach(r=>{const e=c.get(r[1])||c.set(r[1],[r[0],0,new Set()]).get(r[1]);e[1]++;e[2].add(r[2])});
const body=by('rules').querySelector('tbody');const worst=['error','warning','info'];[...c].sort((a,b)=>worst.indexOf(a[1][0])-worst.indexOf(b[1][0])||b[1][1]-a[1][1]).forEach(([rule,[severity,count,files]])=>{const tr=body.insertRow();tr.className=severity;tr.dataset.rule=rule;tr.tabIndex=0;
cell(tr,rule,'s',true);cell(tr,about(rule)[1],'h');cell(tr,n(count),'n');cell(tr,n(files.size),'n');
const pick=()=>{by('rule').value=by('rule').value===rule?'':rule;fresh()};tr.addEventListener('click',pick);tr.addEventListener('keydown',e=>{if(e.key==='Enter'||e.key===' '){e.preventDefault();pick()}})});
by('rules').hidden=c.size<2;by('rules').open=c.size<=25;}
function draw(){const rule=by('rule').value,file=by('file').value,text=by('text').value.toLowerCase();
const found=ROWS.filter(r=>!off.has(r[0])&&(!rule||r[1]===rule)&&(!file||key(r[2])===file)&&(!text||(r[3]+' '+r[5]).toLowerCase().includes(text)));
const body=by('rows');body.textContent='';found.slice(0,limit).forEach(r=>{const tr=body.insertRow();tr.className=r[0];cell(tr,r[0],'s');
const a=cell(tr,r[1],'',true);a.title=about(r[1])[1];dim(a,about(r[1])[0]);const w=cell(tr,r[3],'',true);
dim(w,[r[2],r[7]!==''?'frame '+r[7]:'',r[4]!==''?'byte '+r[4]:''].filter(Boolean).join(' \\u00b7 '));const m=cell(tr,r[5]);dim(m,[r[6],r[8]].filter(Boolean).join(' \\u00b7 '))});
by('count').textContent=n(found.length)+' of '+n(ROWS.length)+' findings'+(found.length>limit?', the first '+n(limit)+' are shown':'');
more.hidden=found.length<=limit;more.textContent='Show '+n(Math.min(SHOWN,found.length-limit))+' more';
by('rules').querySelectorAll('tr[tabindex]').forEach(t=>t.classList.toggle('on',t.dataset.rule===rule));}
function fresh(){limit=SHOWN;draw()}
overview();options(by('rule'),'All rules',1);options(by('file'),'All files',2);
['rule','file','text'].forEach(id=>by(id).addEventListener('input',fresh));more.addEventListener('click',()=>{limit+=SHOWN;draw()});
document.querySelectorAll('.card').forEach(c=>c.addEventListener('click',()=>{const s=c.dataset.severity;off.has(s)?off.delete(s):off.add(s);c.setAttribute('aria-pressed',!off.has(s));fresh()}));
draw();
"""
