"""Topics on which two states agree, beside what they undertake together there: votes, drafts, and a register of initiatives."""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from comity import measures, percents, selection, states, store
from comity.core import BadDataError, UsageError
from comity.models import form
from comity.models.ballots import ISSUES
from comity.models.topics import KEYWORDS
from comity.store import Holdings

COLUMNS = ("topic", "agreement", "undertakings", "why", "n", "session", "rank_a", "of_a", "rank_b", "of_b", "drafts")
FEWEST = 5
"""Common votes below which a session says nothing of a topic, and an older one is looked for."""


@dataclass(frozen=True)
class Topic:
    """A topic: how often the two vote alike, their places among each other's partners, drafts and initiatives of both (None: not known)."""

    topic: str
    agreement: float | None
    undertakings: int | None
    why: str
    n: int | None = None
    session: int | None = None
    rank_a: int | None = None
    of_a: int | None = None
    rank_b: int | None = None
    of_b: int | None = None
    drafts: int | None = None


@dataclass(frozen=True, kw_only=True)
class Agenda:
    """The topics of two states, those of agreement without undertakings first, and what a reader should know of them."""

    a: str
    b: str
    rows: tuple[Topic, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Undertaking:
    """An initiative of a register: who takes part, and on which topics (by code) it is."""

    id: str
    name: str
    states: frozenset[str]
    topics: frozenset[str]


def agenda(holdings: Holdings, a: str, b: str, *, register: Path | None = None, session: int | None = None, as_of: dt.date | None = None) -> Agenda:
    """The agenda of two states from the votes of one session (default: each topic's newest with five common votes)."""
    joint = None if register is None else [u for u in read_register(register) if {a, b} <= u.states]
    notes = []
    if joint is None:
        notes.append("undertakings are not known: no register of initiatives is held; give --register FILE.toml")
    elif placeless := [u.id for u in joint if not u.topics]:
        notes.append(f"{len(placeless)} initiatives of the two are on none of these topics: {', '.join(placeless[:8])}")
    drafts, said = _drafts(holdings, a, b, as_of)
    notes.append(said)
    rows = [_topic(holdings, a, b, code, joint, drafts, session=session, as_of=as_of) for code in ISSUES]
    rows.sort(key=lambda t: (bool(t.undertakings), t.agreement is None, -(t.agreement or 0), t.topic))
    return Agenda(a=a, b=b, rows=tuple(rows), notes=tuple(notes))


def _topic(
    holdings: Holdings, a: str, b: str, code: str, joint: list[Undertaking] | None, drafts: dict[str, list[str]] | None, *,
    session: int | None, as_of: dt.date | None,
) -> Topic:  # fmt: skip
    words = ISSUES[code]
    mine = None if joint is None else [u for u in joint if code in u.topics]
    count = None if mine is None else len(mine)
    common = None if drafts is None else drafts.get(code, [])
    year = None if session is None else 1945 + session
    full = f"vote_agreement:{code}"
    selected = selection.select(holdings, measures.get("vote_agreement"), full, dyad=(a, b), start=year, stop=year, as_of=as_of)
    rows = [r for r in selected.rows.to_pylist() if r["start"] not in selected.partial and (r["n"] or 0) >= (1 if session else FEWEST)]
    what = "not known" if mine is None else "none" if not mine else ", ".join(u.name for u in mine[:3]) + (" …" if len(mine) > 3 else "")
    made = "" if common is None else f"; drafts sponsored together: {len(common)}" + (f" ({common[0]} …)" if common else "")
    if not rows:
        return Topic(words, None, count, f"no session held with {FEWEST} common votes on it{made}; undertaken together: {what}", drafts=_len(common))
    r = rows[-1]
    places = [_place(holdings, full, one, other, r["start"], as_of) for one, other in ((a, b), (b, a))]
    predicted = " (topics predicted)" if r["source"].endswith(":predicted") else ""
    number = r["start"].year - 1945
    stand = "; ".join(f"{p[0]} of {p[1]} among {states.get(one).name}'s" for p, one in zip(places, (a, b), strict=True) if p)
    why = f"{percents.of(r['value'])} of {r['n']} common votes of session {number}{predicted}, {stand}{made}; undertaken together: {what}"
    (rank_a, of_a), (rank_b, of_b) = (p or (None, None) for p in places)
    return Topic(words, r["value"], count, why, r["n"], number, rank_a, of_a, rank_b, of_b, _len(common))


def _len(values: list[str] | None) -> int | None:
    return None if values is None else len(values)


def _place(holdings: Holdings, full: str, state: str, other: str, start: dt.date, as_of: dt.date | None) -> tuple[int, int] | None:
    """The place of one state among another's partners on a topic in a session, and of how many."""
    declared = measures.get("vote_agreement")
    rows = selection.select(holdings, declared, full, state=state, start=start.year, stop=start.year, as_of=as_of).rows.to_pylist()
    values = {r["b"] if r["a"] == state else r["a"]: r["value"] for r in rows if r["start"] == start}
    if other not in values:
        return None
    return 1 + sum(v > values[other] for v in values.values()), len(values)


def _drafts(holdings: Holdings, a: str, b: str, as_of: dt.date | None) -> tuple[dict[str, list[str]] | None, str]:
    """The drafts that both sponsored, by topic of the words in their titles, and what is covered."""
    if not holdings.has("table", "draft_sponsors"):
        return None, "drafts are not known: the table draft_sponsors is in the full store (`comity build --from DIR`)"
    path = holdings.path("table", "draft_sponsors")
    sql = (
        "SELECT draft, any_value(title) AS title, min(date) AS date FROM read_parquet($path) WHERE state IN ($a, $b) "
        "AND ($day IS NULL OR date <= $day) GROUP BY draft HAVING count(DISTINCT state) = 2 ORDER BY draft"
    )
    rows = store.query(sql, {"a": a, "b": b, "day": as_of}, path=path).to_pylist()
    span = store.query("SELECT min(date) AS first, max(date) AS last FROM read_parquet($path)", {}, path=path).to_pylist()[0]
    out: dict[str, list[str]] = {}
    for r in rows:
        for code in topics_of(r["title"] or ""):
            out.setdefault(code, []).append(r["draft"])
    return (
        out,
        f"drafts: Third Committee, {span['first']} to {span['last']}; {len(rows)} sponsored by both, put under topics by words of their titles",
    )


def topics_of(text: str) -> frozenset[str]:
    """The topics of which a word stands in a text."""
    return frozenset(code for code, words in KEYWORDS.items() if re.search(words, text.casefold()))


def read_register(path: Path) -> tuple[Undertaking, ...]:
    """The initiatives of a TOML file: [[initiative]] with id, name, states (or owners) and, where known, topics; a roadmap is one too.

    Topics are the codes me, nu, co, hr, ec, di; without them they are read from the words of name and outcome.
    """
    if not path.is_file():
        raise UsageError(f"{path}: no such file")
    try:
        table = form.toml(path.read_bytes().decode("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadDataError(f"{path}: {error}; a register is TOML with [[initiative]] tables") from error
    rows = table.get("initiative", [])
    if not isinstance(rows, list) or not all(isinstance(r, dict) for r in rows):
        raise BadDataError(f"{path}: `initiative` is no array of tables; write [[initiative]]")
    organisations = table.get("owners", {})
    default = table["roadmap"].get("states", []) if isinstance(table.get("roadmap"), dict) else []
    return tuple(_undertaking(path, n, r, organisations, default) for n, r in enumerate(rows, 1))


def _undertaking(path: Path, number: int, row: dict[str, Any], organisations: Any, default: Any) -> Undertaking:
    where = f"{path}: initiative {row.get('id', number)}"
    key, label = str(row.get("id", number)), str(row.get("name", row.get("id", number)))
    owners = row.get("states", row.get("owners", default))
    if not isinstance(owners, list) or not owners or not all(isinstance(o, str) for o in owners):
        raise BadDataError(f'{where}: it names no states; give states = ["CHN", "RUS"]')
    codes = []
    for owner in owners:
        acts = organisations.get(owner) if isinstance(organisations, dict) else None
        try:
            codes.append(states.find(str(acts["state"]) if isinstance(acts, dict) and "state" in acts else owner).code)
        except UsageError as error:
            raise BadDataError(f"{where}: {error}") from error
    topics: Iterable[Any] = row.get("topics", ())
    if not isinstance(topics, (list, tuple)) or not set(topics) <= set(ISSUES):
        raise BadDataError(f"{where}: its topics are not of {', '.join(ISSUES)}")
    found = frozenset(topics) or topics_of(f"{label} {row.get('outcome', '')}")
    return Undertaking(id=key, name=label, states=frozenset(codes), topics=found)
