"""A brief as HTML, Markdown or a dictionary: the same facts in the same order, each with its source."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from comity import states
from comity.report import sheet
from comity.wording import clip, significant

if TYPE_CHECKING:
    from comity.analysis.brief import Brief, Tie

    Section = tuple[str, list[str], tuple[str, Sequence[str], list[list[Any]]] | None]

LONGEST = 24
NEWEST = "Newest value held of each measure, whenever published, unless a day was asked for"


def to_dict(found: Brief) -> dict[str, Any]:
    """The brief as plain values; the alignment as its row, classes and totals."""
    out: dict[str, Any] = {"about": found.about}
    out |= {k: getattr(found, k) for k in ("state", "name", "pair", "as_of", "question", "outlook", "record", "texts", "changes", "near", "company")}
    out |= {"side": found.alignment.side, "totals": found.alignment.totals, "objections": found.objections, "supported": found.supported}
    return out | {"ties": [asdict(t) for t in found.ties], "bodies": found.bodies, "notes": found.notes, "source": found.source}


def html(found: Brief) -> str:
    """The page."""
    body = ""
    for head, lines, made in sections(found):
        body += sheet.heading(head) + "".join(sheet.paragraph(line) for line in lines)
        if made is not None and made[2]:
            body += sheet.table(*made)
    return sheet.page(title(found), found.about, body, kicker=f"brief on a UN topic: {found.question}")


def markdown(found: Brief) -> str:
    """The brief in Markdown; text from data is kept from making markup."""
    out = [found.about, "", f"# {md(title(found))}", ""]
    for head, lines, made in sections(found):
        out += [f"## {md(head)}", ""]
        for line in lines:
            out += [md(line), ""]
        if made is not None and made[2]:
            caption, columns, rows = made
            out += [f"{md(caption)}", "", f"| {' | '.join(map(md, columns))} |", f"|{'---|' * len(columns)}"]
            out += [f"| {' | '.join(md(v) for v in row)} |" for row in rows] + [""]
    return "\n".join(out)


def title(found: Brief) -> str:
    """The state and the topic."""
    with_ = f", for {' and '.join(states.get(p).name for p in found.pair)}" if found.pair else ""
    return f"{found.name} on {clip(found.question, 90)}{with_}"


def sections(found: Brief) -> list[Section]:
    """Heading, lines and one table (caption, columns, rows) of each section."""
    o, side = found.outlook, found.alignment.side
    mean = "the mean over the topic's texts" if found.alignment.kind == "topic" else "the coming text"
    ahead = [
        f"As of {found.as_of}: {o['class']} to a {side} vote. For {mean}: yes {o['p_yes']:.2f}, abstain {o['p_abstain']:.2f}, no {o['p_no']:.2f}, "
        f"absent {o['p_absent']:.2f} (source un_vote_model; conditional on a recorded vote and adoption).", f"Why: {o['why']}.", *found.notes,
    ]  # fmt: skip
    record = [[r["session"], r["resolutions"], r["yes"], r["abstain"], r["no"], r["not voting"]] for r in found.record]
    total = sum(r["resolutions"] for r in found.record)
    pair = found.pair or ()
    texts = [[t["symbol"], t["date"], clip(t["title"], 110), t["vote"], *(t["others"].get(p, "") for p in pair)] for t in found.texts[:LONGEST]]
    changes = [[r["date"], clip(r["text"], 90), r["from"], r["to"], r["before"], r["symbol"], r["title"]] for r in found.changes[:LONGEST]]
    near = [[r["state"], "the two" if r["of_the_two"] else "", r["topic"], r["n"], r["rank"], r["of"], r["all"], r["n_all"]] for r in found.near]
    company = [[r["group"], r["states"], r["votes"], r["yes"], r["abstain"], r["no"]] for r in found.company]
    against = [
        [t["symbol"], t["date"], clip(t["title"], 90), t["vote"], t["region"]["yes"], t["region"]["abstain"], t["region"]["no"]]
        for t in found.objections
    ]
    liked = [[t["symbol"], t["date"], clip(t["title"], 110), " ".join(t["shared"])] for t in found.supported]
    region = f"{found.outlook['region']}"
    shown = f", the latest {len(texts)} of {len(found.texts)}" if len(found.texts) > len(texts) else ""
    made: list[Section] = [
        ("The coming vote", ahead, None),
        (f"Its record: {total} resolutions in ten sessions", [], (
            "Votes on adopted resolutions of the topic by session. Source: un_assembly",
            ("session", "resolutions", "yes", "abstain", "no", "not voting"), record)),
        ("Its newest vote on each text", [], (
            f"Newest resolution under each title{shown}. Source: un_assembly", ("symbol", "date", "title", found.state, *pair), texts)),
        ("Where its vote changed", [] if changes else ["No vote on a title of the topic changed in ten sessions."], (
            "Votes that changed from one resolution to the next under one title; titles compared, as texts are not held. Source: un_assembly",
            ("date", "title", "from", "to", "former text", "text", "titles"), changes)),
        ("Where it stands", [], (
            "Agreement in three sessions (1 the same vote, ½ one step), on the topic and on all texts; the nearest by the topic. Source: un_assembly",
            ("state", "", "topic", "n", "rank", "of", "all texts", "n"), near)),
        ("How its region and groups voted", [], (
            "Shares of the votes that the others cast on the topic in three sessions. Sources: un_assembly; groups by a hand list, unverified",
            ("of", "others", "votes", "yes", "abstain", "no"), company)),
        ("Texts that it did not vote for, and how its region voted", [] if against else ["None under the newest titles."], (
            f"Newest titles with its no or abstention; votes of the others in {region}. Source: un_assembly",
            ("symbol", "date", "title", "its vote", "region yes", "abstain", "no"), against)),
        ("Texts that it voted for", [], (
            f"{'Those that share most words with the text first' if any(r[-1] for r in liked) else 'The newest'}. Source: un_assembly",
            ("symbol", "date", "title", "shared words"), liked)),
    ]  # fmt: skip
    for p in pair:
        own = [t for t in found.ties if t.partner == p]
        bodies = [b["group"] for b in found.bodies if b["partner"] == p]
        lines = [f"Groups in common: {', '.join(bodies)} (hand list, unverified)."] if bodies else []
        held = {t.title for t in own if t.value is not None}
        lacking = (f"{t.title} ({t.a} to {t.b})" if t.title in held else t.title for t in own if t.value is None)
        unknown = list(dict.fromkeys(lacking))
        if unknown:
            lines.append(f"No value held: {'; '.join(unknown)}.")
        rows = [_tie(t) for t in own if t.value is not None]
        made.append((f"With {states.get(p).name}", lines, (NEWEST, ("measure", "from", "to", "period", "value", "unit", "source"), rows)))
    return made


def _tie(t: Tie) -> list[Any]:
    assert t.value is not None
    return [t.title, t.a, t.b, t.start.year if t.start else "", significant(t.value), t.unit, t.source]


def md(value: Any) -> str:
    """A value on one line of Markdown, with what would make markup escaped."""
    line = clip("" if value is None else str(value), 600)
    for sign in ("\\", "|", "<", ">", "*", "_", "`", "[", "]", "#"):
        line = line.replace(sign, {"<": "&lt;", ">": "&gt;"}.get(sign, f"\\{sign}"))
    return line
