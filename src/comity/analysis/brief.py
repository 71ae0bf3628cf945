"""The facts about one state on a topic of the General Assembly, for two others who would come to it: no advice, each fact with its source."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from comity import measures, selection, states
from comity.analysis import align as aligned
from comity.analysis.solidarity import FEW
from comity.core import UsageError
from comity.store import Holdings

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from comity.analysis.align import Alignment, Question
    from comity.models.align_record import Record

    Ints = NDArray[np.int64]

SESSIONS, RECENT = 10, 3
SIMILAR = 0.4
"""Cosine of titles from which a resolution belongs to the topic of a text."""
TIES = (
    "vote_agreement", "ideal_point_distance", "trade_share", "exports_usd", "arms_transfers_tiv", "official_finance_usd", "fdi_stock_usd",
    "fdi_position_usd", "migrant_stock", "students", "swap_line", "trade_agreements", "alliance_defence", "visa_free", "sanctions_imposed",
    "disputes", "shared_igos", "joint_drafts",
)  # fmt: skip
"""What a state may depend on with another, or share with it; both directions where a measure has two."""
VOTES_SOURCE = "un_assembly"


@dataclass(frozen=True, kw_only=True)
class Tie:
    """The newest value of one measure between the state and one of the two; value None where it is not known, with the reason."""

    partner: str
    measure: str
    title: str
    unit: str
    a: str
    b: str
    start: dt.date | None
    value: float | None
    n: int | None
    source: str | None
    note: str


@dataclass(frozen=True, kw_only=True)
class Brief:
    """Facts about a state on a topic. Shares and counts are of votes cast on adopted resolutions of the topic, from `source`.

    outlook: the state's row of the alignment. record: by session. texts: the newest vote on each title beside the two's. changes: of its
    vote from one to the next under one title. near: agreement with the two and with the nearest, on the topic and on all texts, of three sessions.
    company: how its region and groups voted on the topic. objections: the newest titles on which it did not vote yes, with its region's votes.
    supported: texts that it voted for which share words with the question. ties: with each of the two.
    """

    about: str
    state: str
    name: str
    pair: tuple[str, str] | None
    as_of: dt.date
    question: str
    alignment: Alignment
    outlook: dict[str, Any]
    record: list[dict[str, Any]]
    texts: list[dict[str, Any]]
    changes: list[dict[str, Any]]
    near: list[dict[str, Any]]
    company: list[dict[str, Any]]
    objections: list[dict[str, Any]]
    supported: list[dict[str, Any]]
    ties: list[Tie]
    bodies: list[dict[str, Any]]
    notes: tuple[str, ...]
    source: str = VOTES_SOURCE


def brief(holdings: Holdings, state: str, question: Question, *, pair: tuple[str, str] | None = None, as_of: dt.date | None = None) -> Brief:
    """The brief of a state on a question, with nothing published after `as_of`. Raises UsageError where the state is one of the two or no member."""
    import numpy as np

    if pair is not None and state in pair:
        raise UsageError(f"{state} is one of the two; expected a third state")
    found = aligned.align(holdings, question, as_of=as_of, pair=pair)
    row = next((r for r in found.rows if r["state"] == state), None)
    if row is None:
        raise UsageError(f"{state} is no member of the General Assembly on {found.as_of}")
    whole = aligned.read(holdings)
    past = whole.before((found.as_of - aligned.EPOCH).days + 1)
    at = _on_topic(holdings, past, question, found.year)
    recent = np.flatnonzero(past.sessions >= found.year - RECENT)
    others = tuple(pair or ())
    region = tuple(r["state"] for r in found.rows if r["region"] == row["region"] and r["state"] != state)
    groups = {g: tuple(s for s in m if s != state) for g, m in aligned.members(holdings, found.year).items() if state in m}
    texts = _texts(holdings, past, at, (state, *others), region)
    notes = list(found.notes)
    if groups:
        notes.append("membership of groups: a list by hand, unverified")
    return Brief(
        about=found.about, state=state, name=row["name"], pair=pair, as_of=found.as_of, question=found.question, alignment=found, outlook=row,
        record=_record(past, at, state), texts=texts, changes=_changes(holdings, past, at, state),
        near=_near(past, at[np.isin(at, recent)], recent, state, others),
        company=_company(past, at[np.isin(at, recent)], row["region"], region, groups),
        objections=[t for t in texts if t["vote"] in ("no", "abstain")][:8], supported=_supported(texts, question),
        ties=[t for p in others for t in ties(holdings, state, p, as_of=as_of)],
        bodies=[{"partner": p, "group": g} for p in others for g, m in groups.items() if p in m], notes=tuple(notes),
    )  # fmt: skip


def ties(holdings: Holdings, state: str, partner: str, *, as_of: dt.date | None = None) -> list[Tie]:
    """The newest value of each measure of TIES between two states; what is not held or has no value is said, never nought."""
    out = []
    for name in TIES:
        declared = measures.get(name)
        full = measures.full_name(name)
        if not holdings.has("series", full):
            out.append(_tie(declared, partner, (state, partner), None, "not held"))
            continue
        ways = [(state, partner)] if declared.symmetric else [(state, partner), (partner, state)]
        for a, b in ways:
            dyad = (min(a, b), max(a, b)) if declared.symmetric else (a, b)
            rows = selection.select(holdings, declared, full, dyad=dyad, as_of=as_of).rows.to_pylist()
            rows = [r for r in rows if r["value"] is not None and not (r["source"] or "").endswith(":unverified")]
            if name == "vote_agreement":
                rows = [r for r in rows if (r["n"] or 0) >= FEW]
            newest = max(rows, key=lambda r: r["start"]) if rows else None
            out.append(_tie(declared, partner, (a, b), newest, "" if newest else "no value is held for the two"))
    return out


def _tie(declared: Any, partner: str, way: tuple[str, str], row: dict[str, Any] | None, note: str) -> Tie:
    kept = row or {}
    return Tie(
        partner=partner, measure=declared.name, title=declared.title, unit=declared.unit, a=way[0], b=way[1], start=kept.get("start"),
        value=kept.get("value"), n=kept.get("n"), source=kept.get("source"), note=note,
    )  # fmt: skip


def _on_topic(holdings: Holdings, past: Record, question: Question, year: int) -> Ints:
    """The places of the topic's resolutions in the last ten sessions: coded so, or alike in title to the text."""
    import numpy as np

    late = past.sessions >= year - SESSIONS
    if question.kind == "topic":
        code = next(c for c, words in aligned.ISSUES.items() if words == question.words)
        bearing = aligned.coded(holdings, code)
        return np.flatnonzero(late & np.array([int(k) in bearing for k in past.keys], dtype=bool))
    view = aligned._view(past, year)
    cosine = view.index.similar(question.titles, aligned._guessed(view, question))[0]
    return np.flatnonzero(late & (cosine >= SIMILAR))


def _column(past: Record, state: str) -> int:
    return past.seats.index(states.get(state).seat if states.get(state).seat in past.seats else state)


def _record(past: Record, at: Ints, state: str) -> list[dict[str, Any]]:
    """By session: resolutions of the topic and the state's votes on them."""
    column = _column(past, state)
    out = []
    for year in sorted({int(y) for y in past.sessions[at]}):
        votes = past.votes[at[past.sessions[at] == year], column]
        counts = {w: int((votes == v).sum()) for v, w in ((1, "yes"), (2, "abstain"), (3, "no"), (0, "not voting"))}
        out.append({"session": year - 1945, "from": f"{year}-09-01", "resolutions": len(votes), **counts})
    return out


def _texts(holdings: Holdings, past: Record, at: Ints, who: tuple[str, ...], region: tuple[str, ...]) -> list[dict[str, Any]]:
    """The newest resolution under each title, the latest first, with the votes of the state (first), of the others, and of the region."""
    newest = {past.names[i]: int(i) for i in at}
    places = sorted(newest.values(), reverse=True)
    columns = {s: _column(past, s) for s in who if s in past.seats}
    around = [past.seats.index(s) for s in region if s in past.seats]
    out = []
    for row, i in zip(aligned._listed(holdings, past, places), places, strict=True):
        votes = {s: aligned.WORDS[max(int(past.votes[i, c]), 0)] or "not voting" for s, c in columns.items()}
        near = past.votes[i, around]
        out.append(
            {
                "symbol": row["symbol"], "date": row["date"], "title": row["title"], "vote": votes.get(who[0]),
                "others": {s: votes[s] for s in who[1:] if s in votes},
                "region": {w: int((near == v).sum()) for v, w in ((1, "yes"), (2, "abstain"), (3, "no"))},
            }
        )  # fmt: skip
    return out


def _changes(holdings: Holdings, past: Record, at: Ints, state: str) -> list[dict[str, Any]]:
    """The state's changes of vote under one title of the topic, the latest first."""
    by_name: dict[str, list[int]] = {}
    for i in at[::-1]:
        by_name.setdefault(past.names[int(i)], []).append(int(i))
    found = [r for chain in by_name.values() for r in aligned._changes(holdings, past, chain, (past.seats[_column(past, state)],))]
    symbols = {r["symbol"]: r for r in aligned._listed(holdings, past, [i for c in by_name.values() for i in c])} if found else {}
    return sorted(({**r, "text": symbols[r["symbol"]]["title"]} for r in found), key=lambda r: (r["date"], r["symbol"]), reverse=True)


def _near(past: Record, at: Ints, recent: Ints, state: str, others: tuple[str, ...], top: int = 5) -> list[dict[str, Any]]:
    """Agreement (1 for the same vote, a half for one step) with the two and the nearest, on the topic and on all texts of three sessions."""
    import numpy as np

    column = _column(past, state)

    def agreement(rows: Ints) -> tuple[Any, Any]:
        votes = past.votes[rows].astype(np.float64)
        both = (votes > 0) & (votes[:, [column]] > 0)
        score = np.where(both, 1 - np.abs(votes - votes[:, [column]]) / 2, 0.0)
        n = both.sum(axis=0)
        return np.where(n > 0, score.sum(axis=0) / np.maximum(n, 1), np.nan), n

    (topic, n), (every, m) = agreement(at), agreement(recent)
    least = max(int(n[column]) // 2, 1)
    order = [k for k in np.lexsort((np.arange(len(n)), -np.nan_to_num(every), -np.nan_to_num(topic))).tolist() if k != column and n[k] >= least]
    names = {s: order.index(past.seats.index(s)) + 1 if past.seats.index(s) in order else None for s in others if s in past.seats}
    chosen = [*names, *(past.seats[k] for k in order[:top] if past.seats[k] not in names)]
    out = []
    for s in chosen:
        k = past.seats.index(s)
        ranked = names.get(s) if s in names else order.index(k) + 1
        out.append(
            {
                "state": s, "of_the_two": s in names, "topic": round(float(topic[k]), 3) if n[k] else None, "n": int(n[k]), "rank": ranked,
                "of": len(order),
                "all": round(float(every[k]), 3) if m[k] else None, "n_all": int(m[k]),
            }
        )  # fmt: skip
    return out


def _company(past: Record, at: Ints, region: str, near: tuple[str, ...], groups: dict[str, tuple[str, ...]]) -> list[dict[str, Any]]:
    """How the others of its region and of its groups voted on the topic in three sessions: shares of votes cast."""
    out = []
    for name, codes in ((region, near), *groups.items()):
        votes = past.votes[at][:, [past.seats.index(s) for s in codes if s in past.seats]]
        cast = int((votes > 0).sum())
        if cast:
            shares = {w: round(float((votes == v).sum()) / cast, 3) for v, w in ((1, "yes"), (2, "abstain"), (3, "no"))}
            out.append({"group": name, "states": votes.shape[1], "votes": cast, **shares})
    return out


def _supported(texts: list[dict[str, Any]], question: Question, top: int = 8) -> list[dict[str, Any]]:
    """Texts of the topic that the state voted for, those with most words in common with the question's titles first."""
    from comity.models.align_titles import normalised

    asked = {w for t in question.titles for w in normalised(t).split()} if question.kind == "text" else set()
    out = []
    for t in texts:
        if t["vote"] == "yes":
            shared = sorted(set(normalised(t["title"]).split()) & asked)
            out.append({**{k: t[k] for k in ("symbol", "date", "title")}, "shared": shared})
    return sorted(out, key=lambda r: -len(r["shared"]))[:top]
