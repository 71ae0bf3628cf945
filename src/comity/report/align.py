"""The page of an alignment: what is asked, totals and majorities, regions and groups, map, movers, what changed before, every state, the record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from comity.report import sheet, world

if TYPE_CHECKING:
    from comity.analysis.align import Alignment

Places: TypeAlias = Mapping[str, tuple[float, float]]
"""Latitude and longitude of each state's capital, in degrees."""
CLASSES = ("like-minded", "persuadable", "dissenting")
MOST = 25
SOURCES = "Sources: un_assembly (UN Digital Library), un_vote_model (computed). United Nations terms: non-commercial, with attribution."


def render(found: Alignment, members: dict[str, tuple[str, ...]], shapes: Path | None = None, places: Places | None = None) -> str:
    """The page, with a map by the shapes of a file where one is named, else by the places of capitals; the text of titles and names is escaped."""
    count = {c: sum(r["class"] == c for r in found.rows) for c in CLASSES}
    title = f"{count['like-minded']} of {len(found.rows)} members like-minded, {count['persuadable']} persuadable, {count['dissenting']} dissenting"
    return sheet.page(title, found.about, "".join(body(found, members, shapes, places)), kicker=f"coming vote: {found.question}")


def body(found: Alignment, members: dict[str, tuple[str, ...]], shapes: Path | None = None, places: Places | None = None) -> list[str]:
    """What stands under the page's title, as pieces of markup."""
    c = found.cuts
    rows: list[Sequence[Any]]
    heads: Sequence[str]
    out = [
        sheet.paragraph(f"{found.title}. As of {found.as_of}; the side is {found.side}."),
        sheet.paragraph(
            f"Like-minded: P({found.side}) of at least {c.like:g} where a vote is cast. Dissenting: another vote, no or abstention, of at least "
            f"{c.firm:g} and a change from the last vote less probable than {c.moving:g}. Persuadable: the rest.",
            kind="facts",
        ),
        *(sheet.paragraph(n, kind="facts") for n in found.notes),
    ]  # fmt: skip
    if found.totals:
        rows = [(o, round(m, 1), f"{low:.0f}–{high:.0f}") for o, (m, low, high) in found.totals.items()]
        out += [
            sheet.heading("Totals and majorities"),
            sheet.table("Expected numbers, with 80 % bands that let votes move together", ("vote", "mean", "80 % band"), rows),
        ]
        out += [_majority(m) for m in found.majorities]
        out.append(
            sheet.paragraph(
                "The record holds adopted texts only, so the probability of a majority is of texts that sponsors carried to a vote.", kind="facts"
            )
        )
    drawn = world.svg(found, shapes, places)
    out += [sheet.heading("Regions, groups, map"), drawn.markup, sheet.paragraph(drawn.note, kind="facts")]
    columns = ("by", "name", "members", *CLASSES, "p_yes", "p_abstain", "p_no", "p_absent")
    heads = ("by", "name", "members", *CLASSES, "yes", "abstain", "no", "absent")
    caption = "Numbers in each class, and expected votes; regions by Correlates of War numbers, groups by a hand list (unverified)"
    out.append(sheet.table(caption, heads, [[g[k] for k in columns] for g in found.groups(members)]))
    if found.kind == "known":
        moving = [(r["name"], r["last"], r["last_on"], r["p_change"], r["p_yes"], r["p_abstain"], r["p_no"], r["why"]) for r in found.movers(MOST)]
        heads = ("state", "last vote", "on", "P(change)", "yes", "abstain", "no", "why")
        out += [
            sheet.heading("Likeliest to vote otherwise than before"),
            sheet.table("By the probability of a change from the last vote cast", heads, moving),
        ]
        if found.changes:
            told = [(r["state"], r["date"], r["from"], r["to"], r["before"], r["symbol"], r["title"]) for r in found.changes[: 2 * MOST]]
            caption = f"Votes that changed under this title, the latest {len(told)} of {len(found.changes)}; titles compared, as texts are not held"
            out += [sheet.heading("Who changed before"), sheet.table(caption, ("state", "date", "from", "to", "former text", "text", "titles"), told)]
        chain = [(r["symbol"], r["date"], r["title"], r["yes"], r["abstain"], r["no"]) for r in found.chain]
        out.append(sheet.table("The title's record in ten sessions", ("symbol", "date", "title", "yes", "abstain", "no"), chain))
    if found.near:
        alike = [(r["symbol"], r["date"], r["title"], r["similarity"], r["yes"], r["abstain"], r["no"]) for r in found.near]
        out += [
            sheet.heading("Most similar texts"),
            sheet.table("By words of title and agenda heading (cosine)", ("symbol", "date", "title", "similarity", "yes", "abstain", "no"), alike),
        ]
    out.append(sheet.heading("Every member"))
    heads = ("state", "yes", "abstain", "no", "absent", "class", "last vote", "P(change)", "why")
    keys = ("name", "p_yes", "p_abstain", "p_no", "p_absent", "class", "last", "p_change", "why")
    out.append(
        sheet.table(
            "Probabilities sum to one with absence", heads, [[r[k] for k in keys] for r in sorted(found.rows, key=lambda r: r["name"])], tall=False
        )
    )
    out += _record(found.scores, found.kind)
    return out


def _majority(m: Any) -> str:
    if m.reached:
        act = f"It would fail if the {len(m.moves)} likeliest to leave voted no instead"
    else:
        act = f"It would be made if the {len(m.moves)} likeliest voted yes"
    who = ", ".join(f"{s} ({move}, {p:.2f})" for s, move, p in m.moves[:12])
    tail = f" and {len(m.moves) - 12} more" if len(m.moves) > 12 else ""
    pivotal = f" In the order of support the majority is made among {', '.join(m.pivotal)}." if m.pivotal else ""
    return sheet.paragraph(
        f"{m.rule.capitalize()} majority: probability {m.p:.2f}; by likeliest votes {m.yes} yes, {m.no} no. {act}: {who}{tail}.{pivotal}"
    )


def _record(scores: list[dict[str, Any]], kind: str) -> list[str]:
    base = "base rates" if kind == "new" else "the last vote"
    heads = (
        "session of",
        "texts",
        "votes",
        "log loss",
        f"by {base}",
        "Brier",
        "accuracy",
        f"accuracy by {base}",
        "calibration error",
        "80 % band covers",
    )
    keys = ("year", "resolutions", "votes", "log_loss", "base_log_loss", "brier", "accuracy", "base_accuracy", "ece", "cover80")
    rows = [[round(s[k], 4) if isinstance(s[k], float) else s[k] for k in keys] for s in scores]
    which = "without a predecessor" if kind == "new" else "with a predecessor"
    caption = f"Forecasts made before 1 September of each session against its votes, texts {which}"
    return [
        sheet.heading("How good such forecasts were"), sheet.table(caption, heads, rows),
        sheet.paragraph(SOURCES, kind="facts"),
    ]  # fmt: skip
