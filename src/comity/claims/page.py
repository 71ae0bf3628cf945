"""The ledger as one page: the text itself, each claim marked in place, its verdict by sign and word, the evidence on focus or hover."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from comity.claims import ledger as plain
from comity.claims.checking import Ledger
from comity.claims.claim import Claim

CSS = """
:root{--ink:#1b1b1b;--soft:#5c5c5c;--line:#d9d6cf;--paper:#fffdf8;--s:#0b6e4f;--c:#a3161a;--p:#8a5a00;--n:#3d4f7a;--q:#555;--o:#6a3d8f}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:17px/1.6 Georgia,'Times New Roman',serif}
main{max-width:1200px;margin:0 auto;padding:24px 20px 60px;display:grid;grid-template-columns:minmax(0,1fr) 360px;gap:32px}
header{grid-column:1/-1;border-bottom:1px solid var(--line);padding-bottom:12px}
h1{font-size:1.25rem;margin:0 0 6px;line-height:1.35}
h2{font:600 .95rem/1.4 system-ui,sans-serif;margin:0 0 8px}
.meta,.legend,aside,table{font-family:system-ui,sans-serif}
.meta{color:var(--soft);font-size:.85rem;margin:0}
.legend{display:flex;flex-wrap:wrap;gap:6px 16px;font-size:.85rem;margin:10px 0 0;padding:0;list-style:none}
.text{white-space:pre-wrap;overflow-wrap:anywhere;min-width:0}
mark{background:none;color:inherit;text-decoration:underline;text-decoration-thickness:2px;text-underline-offset:4px;cursor:pointer;border-radius:2px}
mark:focus,mark:hover{outline:2px solid currentColor;outline-offset:2px;background:#f3efe4}
mark sup{font:700 .66em/1 system-ui,sans-serif;margin-left:1px;text-decoration:none;white-space:nowrap}
.supported{text-decoration-color:var(--s)}.supported sup,.t-supported b{color:var(--s)}
.contradicted{text-decoration-color:var(--c);text-decoration-style:wavy}.contradicted sup,.t-contradicted b{color:var(--c)}
.partly{text-decoration-color:var(--p);text-decoration-style:dashed}.partly sup,.t-partly b{color:var(--p)}
.not-yet-due{text-decoration-color:var(--n);text-decoration-style:dotted}.not-yet-due sup,.t-not-yet-due b{color:var(--n)}
.cannot-be-checked{text-decoration-color:var(--q);text-decoration-style:dotted}.cannot-be-checked sup,.t-cannot-be-checked b{color:var(--q)}
.only-stated{text-decoration-color:var(--o);text-decoration-style:double}.only-stated sup,.t-only-stated b{color:var(--o)}
aside{font-size:.86rem;line-height:1.45;min-width:0}
.card{border:1px solid var(--line);border-left-width:4px;padding:8px 10px;margin:0 0 10px;background:#fff;overflow-wrap:anywhere;scroll-margin:12px}
.card:target,.card.on{border-color:var(--ink);box-shadow:0 0 0 2px #d8d2c2}
.card p{margin:0 0 4px}.card q{color:var(--soft)}
.card .ev{color:var(--soft);font-size:.92em}
details summary{cursor:pointer}
@media (min-width:900px){aside{position:sticky;top:12px;max-height:calc(100vh - 24px);overflow:auto;align-self:start}}
@media (max-width:899px){main{grid-template-columns:minmax(0,1fr);padding:16px 14px 40px;gap:20px}body{font-size:16px}}
@media print{main{display:block}aside{max-height:none;overflow:visible;margin-top:16px}.card{break-inside:avoid}body{font-size:11pt}details[open]{display:block}}
"""
SCRIPT = """
const on=n=>{document.querySelectorAll('.card.on').forEach(e=>e.classList.remove('on'));const c=document.getElementById('c'+n);
if(c){c.classList.add('on');if(matchMedia('(min-width:900px)').matches)c.scrollIntoView({block:'nearest'})}};
document.querySelectorAll('mark').forEach(m=>{const n=m.dataset.n;m.addEventListener('mouseenter',()=>on(n));m.addEventListener('focus',()=>on(n));
m.addEventListener('click',()=>{on(n);const c=document.getElementById('c'+n);if(c)c.scrollIntoView({block:'center'})});
m.addEventListener('keydown',e=>{if(e.key==='Enter'){e.preventDefault();m.click()}})});
"""


@dataclass(frozen=True, kw_only=True)
class Parts:
    """A ledger as markup, all that comes from the text escaped: the day it is judged by, notes, signs, the marked text, the evidence."""

    meta: str
    legend: str
    text: str
    evidence: str


def parts(ledger: Ledger) -> Parts:
    """What the page is made of, for a page of another make."""
    days = f"The text bears the day {ledger.dateline}. " if ledger.dateline else "The text bears no day. "
    seen = (
        f"Nothing published after {ledger.as_of} decides a verdict; “now” is what all data held say." if ledger.as_of else "All data held are used."
    )
    notes = "".join(f'<p class="meta">{escape(n)}</p>' for n in ledger.notes)
    present = [v for v in plain.MARKS if v != "none" and any(c.verdict == v for c in ledger.claims)]
    legend = "".join(f'<li class="t-{v}"><b aria-hidden="true">{escape(plain.MARKS[v])}</b> {v.replace("-", " ")}</li>' for v in present)
    judged = [c for c in ledger.claims if c.verdict != "none"]
    rest = [c for c in ledger.claims if c.verdict == "none"]
    cards = "".join(_card(c) for c in judged)
    left = "".join(f"<p>{escape(c.sort)}: <q>{escape(_short(c.phrase))}</q></p>" for c in rest)
    more = f"<details><summary>{len(rest)} opinions, definitions and recommendations</summary>{left}</details>" if rest else ""
    return Parts(
        meta=f'<p class="meta">{escape(days + seen)}</p>{notes}', legend=f'<ul class="legend">{legend}</ul>',
        text=f'<article class="text" aria-label="the text">{_marked(ledger)}</article>',
        evidence=f'<aside aria-label="the evidence"><h2>Evidence</h2>{cards}{more}</aside>',
    )  # fmt: skip


def render(ledger: Ledger, *, title: str = "") -> str:
    """One HTML page without any request to elsewhere; the text and all that comes from it is escaped."""
    head = escape(title or "The statements of a text")
    made = parts(ledger)
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'\">"
        f"<title>{head}</title><style>{CSS}</style></head><body><main><header><h1>{escape(plain.sentence(ledger))}</h1>"
        f"{made.meta}{made.legend}</header>{made.text}{made.evidence}</main><script>{SCRIPT}</script></body></html>\n"
    )


def _marked(ledger: Ledger) -> str:
    """The visible text with the judged claims marked in place."""
    document = ledger.document
    at = 0
    out = []
    starts = document.starts
    from bisect import bisect_left

    for c in ledger.claims:
        if c.verdict == "none":
            continue
        begin, end = bisect_left(starts, c.span[0]), bisect_left(starts, c.span[1])
        if begin < at:
            continue
        out.append(escape(document.text[at:begin]))
        out.append(
            f'<mark class="{c.verdict}" tabindex="0" data-n="{c.id}" role="button" aria-describedby="c{c.id}" title="{escape(_tip(c))}">'
            f"{escape(document.text[begin:end])}<sup>{escape(plain.MARKS[c.verdict])}{c.id}</sup></mark>"
        )
        at = end
    out.append(escape(document.text[at:]))
    return "".join(out).strip("\n")


def _tip(c: Claim) -> str:
    return f"{c.verdict.replace('-', ' ')}: {_short(c.why or c.settled_by, 240)}"


def _short(words: str, most: int = 160) -> str:
    return words if len(words) <= most else words[: most - 1] + "…"


def _card(c: Claim) -> str:
    now = f" · now <b>{escape(c.verdict_now.replace('-', ' '))}</b>" if c.verdict_now != c.verdict else ""
    about = " · ".join(escape(x) for x in (c.measure, plain.state_names(c), c.period) if x)
    lines = [f"<p><b>{escape(plain.MARKS[c.verdict])} {c.id} {escape(c.verdict.replace('-', ' '))}</b> · {escape(c.sort)}{now}</p>"]
    lines.append(f"<p><q>{escape(_short(c.phrase, 220))}</q></p>")
    if c.who:
        lines.append(f"<p>said by: {escape(_short(c.who))}</p>")
    if about:
        lines.append(f"<p>{about}</p>")
    if c.why:
        lines.append(f"<p>{escape(_short(c.why, 700))}</p>")
    if c.verdict_now != c.verdict and c.why_now:
        lines.append(f"<p>now: {escape(_short(c.why_now, 700))}</p>")
    if c.evidence:
        shown = "".join(f'<p class="ev">{escape(plain.evidence_text(p))}</p>' for p in c.evidence[:6])
        more = f'<p class="ev">and {len(c.evidence) - 6} more values</p>' if len(c.evidence) > 6 else ""
        lines.append(shown + more)
    if c.settled_by:
        lines.append(f"<p>would settle it: {escape(_short(c.settled_by, 300))}</p>")
    if c.alternatives:
        lines.append(f"<p>other readings: {escape('; '.join(c.alternatives))}</p>")
    return f'<section class="card t-{c.verdict}" id="c{c.id}">{"".join(lines)}</section>'
