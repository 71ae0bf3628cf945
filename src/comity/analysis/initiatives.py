"""The register of undertakings: rows made from the sources that are held, hand-coded ones of the package, and the user's own.

Each row cites the row of its source, and carries an attribute only where that source shows it.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib import resources
from pathlib import Path
from typing import Any

from comity import sources, states, store
from comity.core import BadDataError
from comity.models import initiatives, initiatives_file
from comity.models.initiatives import Citation, Initiative, Money, Shown
from comity.store import Holdings

Pair = tuple[str, str] | None
FOLDER = "initiatives"
PAUSE = 2
"""Years without a delivery that end a spell of deliveries of arms."""
COLUMNS = ("id", "name", "states", "kind", "level", "word", "status", "start", "due", "outcome", "sources")
COUNTED = ("kind", "level", "word", "status", "domain")


def register(holdings: Holdings, pair: Pair = None, *, home: Path | None = None) -> list[Initiative]:
    """All undertakings of two states, or of all, by first day and id; those without verified source last.

    Raises BadDataError where two rows have one id.
    """
    rows: list[Initiative] = []
    for maker in MAKERS:
        rows += maker(holdings, pair)
    rows += [i for i in (*packaged(), *(own(home) if home else ())) if pair is None or set(pair) <= set(i.states)]
    twice = [k for k, n in Counter(i.id for i in rows).items() if n > 1]
    if twice:
        raise BadDataError(f"initiative {twice[0]}: two rows have this id; ids are unique over the register")
    return sorted(rows, key=lambda i: (not i.verified, i.first or dt.date.max, i.id))


def row(initiative: Initiative) -> dict[str, Any]:
    """One undertaking as a row of plain values: the contract's columns first, then the derived words and what shows each attribute."""
    seen = initiatives.read(initiative)
    least = "at least " if seen.himmelman_at_least else ""
    return {
        "id": initiative.id, "name": initiative.name, "states": list(initiative.states), "kind": initiative.kind, "level": least + seen.himmelman,
        "status": initiative.status, "start": initiative.first, "due": initiative.due, "outcome": initiative.outcome,
        "sources": [" ".join(filter(None, (c.source, c.row, c.url))) for c in initiative.sources], "word": seen.word, "why": seen.why,
        "three_cs": ("at least " if seen.three_cs_at_least else "") + seen.three_cs, "end": initiative.end, "domain": initiative.domain,
        "late": initiative.late, "shown": {k: {"there": s.there, "words": s.words, "source": s.source} for k, s in initiative.shown.items()},
        "money": [{"sort": m.sort, "side": m.side, "amount": m.amount, "currency": m.currency, "year": m.year} for m in initiative.money],
        "verified": initiative.verified,
    }  # fmt: skip


def summary(rows: Sequence[Initiative]) -> dict[str, Any]:
    """Counts by kind, level, word and status, firsts by year, those late and stalled, and the agreement of coders; verified rows only."""
    counted = [i for i in rows if i.verified]
    plain = [row(i) for i in counted]
    firsts: dict[str, dict[str, int]] = {}
    for i, r in zip(counted, plain, strict=True):
        if i.first is not None:
            for key in ("kind", "level", "domain"):
                name = r[key] or initiatives.UNTOLD
                firsts.setdefault(key, {})
                firsts[key][name] = min(firsts[key].get(name, 9999), i.first.year)
    return {
        "count": len(counted), "unverified": len(rows) - len(counted),
        **{f"by_{k}": dict(Counter(str(r[k] or initiatives.UNTOLD) for r in plain).most_common()) for k in COUNTED},
        "firsts": firsts, "late": [i.id for i in counted if i.late], "stalled": [i.id for i in counted if i.status == "stalled"],
        "alpha": {k: (None if v != v else round(v, 3)) for k, v in initiatives.agreement(rows).items()},
    }  # fmt: skip


def not_held(holdings: Holdings, a: str, b: str) -> list[str]:
    """For two states, what each maker of rows reads and whether that is held and can name the two: why there may be no row."""
    out = []
    for table, (what, covers) in SPEAKS.items():
        owner = sources.owners().get(table)
        if not holdings.has("table", table):
            out.append(f"{what}: not held (source {owner})")
        elif covers and not covers & {a, b}:
            out.append(f"{what}: only of {', '.join(sorted(covers))} (source {owner})")
        else:
            out.append(f"{what}: held, and names no undertaking of the two (source {owner})")
    return out


def packaged() -> tuple[Initiative, ...]:
    """The hand-coded registers that come with the package."""
    out: list[Initiative] = []
    for entry in sorted(resources.files("comity").joinpath("registers").iterdir(), key=lambda e: e.name):
        if entry.name.endswith(".toml"):
            out += _read(entry.read_bytes(), entry.name)
    return tuple(out)


def own(home: Path) -> tuple[Initiative, ...]:
    """The user's own undertakings, from the files kept in the store."""
    out: list[Initiative] = []
    for path in sorted((home / FOLDER).glob("*.toml")):
        out += _read(path.read_bytes(), path.name)
    return tuple(out)


def add(home: Path, data: bytes, name: str) -> tuple[str, ...]:
    """Keep a file of undertakings once every promise of the form holds and no id is taken; its ids. The same file's name replaces the earlier."""
    made = _read(data, name)
    taken = {i.id for i in (*packaged(), *(i for p in (home / FOLDER).glob("*.toml") if p.name != name for i in _read(p.read_bytes(), p.name)))}
    twice = [i.id for i in made if i.id in taken or i.id.partition(":")[0] in PREFIXES]
    if twice:
        raise BadDataError(f"{name}: the id {twice[0]!r} is taken; ids are unique over the register")
    (home / FOLDER).mkdir(parents=True, exist_ok=True)
    store.write_text(home / FOLDER / name, data.decode("utf-8-sig"))
    return tuple(i.id for i in made)


def _read(data: bytes, name: str) -> tuple[Initiative, ...]:
    try:
        return initiatives_file.read(data)
    except BadDataError as error:
        raise BadDataError(f"{name}: {error}") from None


def _rows(holdings: Holdings, table: str, sql: str, pair: Pair, **more: Any) -> Iterator[Mapping[str, Any]]:
    if holdings.has("table", table):
        sides = {"x": pair[0] if pair else None, "y": pair[1] if pair else None}
        given = {k: v for k, v in {**sides, **more}.items() if f"${k}" in sql}
        yield from store.query(sql, given, path=holdings.path("table", table)).to_pylist()


def _known(holdings: Holdings, table: str) -> dt.date | None:
    """The last day of the last year up to which a table's source speaks."""
    last = next(iter(holdings.row("table", table).facts["coverage"].values()))["last"]
    return None if last is None else dt.date(int(last), 12, 31)


def trade_agreements(holdings: Holdings, pair: Pair) -> list[Initiative]:
    """Preferential trade agreements by which states of DESTA have bound themselves; their names where the store holds them."""
    if not holdings.has("table", "trade_agreement_titles") or not holdings.has("table", "trade_agreement_members"):
        return []
    known = _known(holdings, "trade_agreement_members")
    found = store.query(
        "WITH m AS (SELECT agreement, state, side, min(year) AS first, max(year) AS last FROM read_parquet($path) GROUP BY ALL), "
        "k AS (SELECT * FROM m SEMI JOIN (SELECT p.agreement FROM m p JOIN m q USING (agreement) WHERE p.state = $x AND q.state = $y "
        "AND (p.side IS NULL OR p.side <> q.side)) USING (agreement)) "
        "SELECT agreement, any_value(t.title) AS title, any_value(t.signed) AS signed, any_value(t.force) AS force, min(first) AS first, "
        "min(last) FILTER (list_contains([$x, $y], state)) AS last, list(state ORDER BY state) AS states "
        "FROM k JOIN read_parquet($titles) t USING (agreement) GROUP BY agreement ORDER BY agreement",
        {"x": pair[0] if pair else "", "y": pair[1] if pair else "", "titles": str(holdings.path("table", "trade_agreement_titles"))},
        path=holdings.path("table", "trade_agreement_members"),
    ).to_pylist() if pair else []  # fmt: skip
    out = []
    for r in found:
        ended = known is not None and r["last"] is not None and r["last"] < known.year
        cite = Citation(source="desta", row=f"base treaty {r['agreement']}")
        shown = {
            "altered_activity": Shown(there=True, words="each binds itself to treat the other's goods by the agreement", source="desta"),
            "formality": Shown(there=True, words="treaty", source="desta"),
        }
        out.append(Initiative(
            id=f"desta:{r['agreement']}", name=f"Trade agreement: {r['title']}", states=tuple(r["states"]), kind="exchange", domain="trade",
            status="ended" if ended else "under way", signed=_first_day(r["signed"]), start=_first_day(r["force"] or r["first"]),
            end=dt.date(r["last"], 12, 31) if ended else None, known=known, shown=shown, sources=(cite,),
        ))  # fmt: skip
    return out


def swap_lines(holdings: Holdings, pair: Pair) -> list[Initiative]:
    """Lines between central banks by which each or one lends the other its money; both directions of a reciprocal one are one row."""
    known = _known(holdings, "liquidity_lines") if holdings.has("table", "liquidity_lines") else None
    found = _rows(
        holdings, "liquidity_lines",
        "SELECT least(lender, borrower) AS a, greatest(lender, borrower) AS b, date, max(until) AS until, bool_or(until IS NULL) AS open, "
        "any_value(kind) AS kind, list(deal ORDER BY deal) AS deals, list(lender ORDER BY deal) AS lenders, any_value(action) AS action, "
        "any_value(initiative) AS initiative, max(usd) AS usd FROM read_parquet($path) WHERE $x IS NULL "
        "OR (lender = $x AND borrower = $y) OR (lender = $y AND borrower = $x) GROUP BY 1, 2, date, kind, initiative ORDER BY date, a, b", pair,
    )  # fmt: skip
    out = []
    for r in found:
        over = not r["open"] and known is not None and r["until"] <= known
        pooled = r["kind"] == "pooled fund"
        within = f", {r['initiative']}" if r["initiative"] else ""
        name = f"Line between central banks{within} ({r['action']})"
        words = "money of the one is promised to the other" + (" out of a common fund" if pooled else ", both ways" if len(r["deals"]) > 1 else "")
        cite = Citation(source="liquidity_lines", row=f"deal {', '.join(map(str, r['deals']))}")
        shown = {
            "shared_resources": Shown(there=True, words=words, source="liquidity_lines"),
            "formality": Shown(there=True, words="agreement of the two banks", source="liquidity_lines"),
        }
        if not r["open"]:
            shown["duration"] = Shown(there=True, words=f"to {r['until']}", source="liquidity_lines")
        money = (Money(sort="value", side=r["lenders"][0], amount=r["usd"], year=r["date"].year),) if r["usd"] else ()
        out.append(Initiative(
            id=f"line:{r['deals'][0]}", name=name, states=(r["a"], r["b"]), kind="exchange", domain="money", status="ended" if over else "under way",
            signed=r["date"], start=r["date"], end=None if r["open"] else r["until"], known=known, shown=shown, money=money, sources=(cite,),
        ))  # fmt: skip
    return out


FINANCE = {"completion": "delivered", "implementation": "under way", "pipeline: commitment": "signed", "pipeline: pledge": "announced",
           "suspended": "stalled", "cancelled": "ended"}  # fmt: skip


def official_finance(holdings: Holdings, pair: Pair) -> list[Initiative]:
    """Chinese official finance by project, AidData's two lists; a project of both is the later list's row and cites both."""
    out: dict[int, Initiative] = {}
    for table, money_column, year in (("aiddata_v1", "usd_2014", 2014), ("aiddata_located", "usd_2017", 2017)):
        if pair and "CHN" not in pair:
            continue
        other = None if pair is None else next(s for s in pair if s != "CHN")
        found = _rows(
            holdings, table, f"SELECT project, title, recipient, sector, status, year, {money_column} AS usd FROM read_parquet($path) "
            "WHERE $other IS NULL OR recipient = $other ORDER BY year, project", pair, other=other,
        )  # fmt: skip
        for r in found:
            status: Any = FINANCE.get(str(r["status"]).strip().casefold(), "signed")
            money = (Money(sort="funding", side="CHN", amount=r["usd"], currency=f"USD of {year}", year=r["year"]),) if r["usd"] else ()
            given = Shown(there=True, words="money of China for a project in the other state", source=table)
            earlier = out[r["project"]].sources if r["project"] in out else ()
            out[r["project"]] = Initiative(
                id=f"{table}:{r['project']}", name=_clip(r["title"] or f"project {r['project']}"), states=tuple(sorted(("CHN", r["recipient"]))),
                kind="exchange", domain="money", status=status, signed=_first_day(r["year"]), known=_known(holdings, table),
                shown={"shared_resources": given}, money=money, sources=(*earlier, Citation(source=table, row=f"project {r['project']}")),
            )  # fmt: skip
    return list(out.values())


def deals(holdings: Holdings, pair: Pair) -> list[Initiative]:
    """Chinese investments and construction contracts of a hundred million dollars or more (AEI), one row a deal."""
    if pair and "CHN" not in pair:
        return []
    host = None if pair is None else next(s for s in pair if s != "CHN")
    out = []
    for table in ("cgit_deals",):
        found = _rows(
            holdings, table, "SELECT deal, host, year, month, entity, party, sector, subsector, value_usd FROM read_parquet($path) "
            "WHERE $host IS NULL OR host = $host ORDER BY year, month, deal", pair, host=host,
        )  # fmt: skip
        for r in found:
            with_ = f" with {r['party']}" if r["party"] else ""
            money = (Money(sort="value", side="CHN", amount=r["value_usd"], year=r["year"]),) if r["value_usd"] else ()
            out.append(Initiative(
                id=f"{table}:{r['deal']}", name=_clip(f"{r['entity']}{with_}: {r['subsector'] or r['sector']}"), kind="exchange", domain="money",
                states=tuple(sorted(("CHN", r["host"]))), status="signed", signed=dt.date(r["year"], min(max(r["month"] or 1, 1), 12), 1),
                known=_known(holdings, table), shown={"formality": Shown(there=True, words="deal of firms", source=table)}, money=money,
                sources=(Citation(source=table.removesuffix("_deals"), row=f"deal {r['deal']}"),),
            ))  # fmt: skip
    return out


def arms(holdings: Holdings, pair: Pair) -> list[Initiative]:
    """Spells of deliveries of major arms from one to the other: years without a gap of more than two, by the register's yearly sums."""
    found = _rows(
        holdings, "arms_register", "SELECT supplier, recipient, year, tiv FROM read_parquet($path) WHERE tiv > 0 AND ($x IS NULL OR "
        "(supplier = $x AND recipient = $y) OR (supplier = $y AND recipient = $x)) ORDER BY supplier, recipient, year", pair,
    )  # fmt: skip
    known = _known(holdings, "arms_register") if holdings.has("table", "arms_register") else None
    spells: list[tuple[str, str, int, int]] = []
    for r in found:
        if spells and spells[-1][:2] == (r["supplier"], r["recipient"]) and r["year"] - spells[-1][3] <= PAUSE:
            spells[-1] = (*spells[-1][:3], r["year"])
        else:
            spells.append((r["supplier"], r["recipient"], r["year"], r["year"]))
    out = []
    for supplier, recipient, first, last in spells:
        over = known is not None and last + PAUSE < known.year
        name = f"Deliveries of major arms from {states.get(supplier).name} to {states.get(recipient).name}"
        out.append(Initiative(
            id=f"arms:{supplier}-{recipient}-{first}", name=name, states=tuple(sorted((supplier, recipient))), kind="exchange", domain="security",
            status="ended" if over else "under way", start=dt.date(first, 1, 1), end=dt.date(last, 12, 31) if over else None, known=known,
            sources=(Citation(source="sipri_arms", row=f"{supplier} to {recipient}, {first}–{last}"),),
        ))  # fmt: skip
    return out


def drafts(holdings: Holdings, pair: Pair) -> list[Initiative]:
    """Drafts of the Third Committee that both sponsored; where both submitted the text, they are shown to have worked on it.

    A draft and its revisions are one row, which cites the newest text with both under it.
    """
    if pair is None:
        return []
    found = _rows(
        holdings, "draft_sponsors", "WITH texts AS (SELECT draft, symbol, date, any_value(title) AS title, list(state ORDER BY state) AS states, "
        "bool_and(initial) FILTER (list_contains([$x, $y], state)) AS submitted FROM read_parquet($path) GROUP BY draft, symbol, date "
        "HAVING count(DISTINCT state) FILTER (list_contains([$x, $y], state)) = 2) SELECT draft, max_by(symbol, date) AS symbol, min(date) AS first, "
        "max(date) AS last, max_by(title, date) AS title, max_by(states, date) AS states, bool_or(submitted) AS submitted FROM texts GROUP BY draft "
        "ORDER BY first, draft", pair,
    )  # fmt: skip
    out = []
    for r in found:
        shown = {
            "one_outcome": Shown(there=True, words="both put their names under one text to be adopted", source="third_committee"),
            "formality": Shown(there=True, words="draft resolution", source="third_committee"),
        }
        if r["submitted"]:
            shown["altered_activity"] = Shown(there=True, words="both are among those who submitted the text", source="third_committee")
        out.append(Initiative(
            id=f"draft:{r['draft']}", name=_clip(r["title"]), states=tuple(r["states"]), kind="joint", outcome=_clip(f"adoption of {r['symbol']}"),
            status="delivered", domain="politics", announced=r["first"], end=r["last"], shown=shown, known=r["last"],
            sources=(Citation(source="third_committee", row=str(r["symbol"])),),
        ))  # fmt: skip
    return out


def groups(holdings: Holdings, pair: Pair) -> list[Initiative]:
    """Groups of states in which both are, from a list written from memory: without source, so unverified and in no count."""
    if pair is None:
        return []
    found = _rows(
        holdings, "group_members", 'SELECT "group", min(year) AS first, max(year) AS last FROM (SELECT "group", year FROM read_parquet($path) '
        'WHERE state IN ($x, $y) GROUP BY ALL HAVING count(*) = 2) GROUP BY 1 ORDER BY 1', pair,
    )  # fmt: skip
    known = _known(holdings, "group_members") if holdings.has("table", "group_members") else None
    return [
        Initiative(
            id=f"group:{r['group'].replace('/', '-')}-{pair[0]}-{pair[1]}", name=f"Both in {r['group']}", states=pair, domain="institutions",
            status="under way" if known and r["last"] == known.year else "ended", start=dt.date(r["first"], 1, 1), known=known, verified=False,
            sources=(Citation(source="group_membership", row=r["group"]),),
        )
        for r in found
    ]  # fmt: skip


def _first_day(year: int | None) -> dt.date | None:
    return dt.date(int(year), 1, 1) if year else None


def _clip(text: str) -> str:
    line = " ".join("".join(c if c.isprintable() else " " for c in str(text)).split())
    return line if len(line) <= 160 else line[:159].rstrip() + "…"


MAKERS: tuple[Callable[[Holdings, Pair], list[Initiative]], ...] = (trade_agreements, swap_lines, official_finance, deals, arms, drafts, groups)
PREFIXES = ("desta", "line", "aiddata_v1", "aiddata_located", "cgit_deals", "arms", "draft", "group")
SPEAKS: Mapping[str, tuple[str, frozenset[str]]] = {
    "trade_agreement_titles": ("trade agreements", frozenset()),
    "liquidity_lines": ("lines between central banks", frozenset()),
    "aiddata_v1": ("Chinese official finance", frozenset({"CHN"})),
    "cgit_deals": ("Chinese investments and contracts", frozenset({"CHN"})),
    "arms_register": ("deliveries of major arms", frozenset()),
    "draft_sponsors": ("drafts of the Third Committee, 2023", frozenset()),
}
