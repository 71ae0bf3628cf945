"""Do the two publishers of General Assembly votes agree? Agreement by session on the roll calls that both hold, and why it differs.

    python -m bench.publishers HOME     prints Markdown: the distribution, the sessions, what lies behind 52, 53, 61 and 63

HOME is a full store. Roll calls are matched by the symbol of the resolution; paragraph and amendment votes have none of their own.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import duckdb
import numpy as np

from comity.models import similarity

LEAST = 50
"""Common votes, by either publisher, that a dyad-session needs."""
CLOSE, NEAR = 0.01, 0.02
LOOKED_AT = (52, 53, 61, 63)
CONGOS = ("COG", "COD")


def matched(home: Path) -> duckdb.DuckDBPyConnection:
    """Views `one` (roll calls matched one to one), `cells` (rcid, session, state, v and u: the vote by Voeten and by UNDL, 0 for none)."""
    tables = {name: home / "tables" / f"{name}.parquet" for name in ("voeten_roll_calls", "voeten_votes", "undl_resolutions", "undl_votes")}
    con = duckdb.connect()
    con.execute(f"""
        CREATE TABLE one AS
        SELECT v.rcid, v.session, u.undl_id, v.resolution, u.yes, u.no, u.abstain
        FROM '{tables["voeten_roll_calls"]}' v JOIN '{tables["undl_resolutions"]}' u USING (resolution)
        WHERE u.recorded AND NOT (v.para OR v.amend) AND v.session = u.session
        QUALIFY count(*) OVER (PARTITION BY rcid) = 1 AND count(*) OVER (PARTITION BY undl_id) = 1;
        CREATE TABLE cells AS
        SELECT rcid, o.session, state, coalesce(v.vote, 0)::TINYINT AS v, coalesce(u.vote, 0)::TINYINT AS u
        FROM (SELECT rcid, state, vote FROM '{tables["voeten_votes"]}' SEMI JOIN one USING (rcid)) v
        FULL JOIN (SELECT rcid, state, vote FROM '{tables["undl_votes"]}' JOIN one USING (undl_id)) u USING (rcid, state)
        JOIN one o USING (rcid)""")
    return con


def compared(con: duckdb.DuckDBPyConnection, where: str = "true", swap: bool = False) -> dict[str, Any]:
    """Sessions and absolute differences of agreement of the dyad-sessions with LEAST common votes by both; unanimous roll calls count.

    swap: in sessions 52 and 53 UNDL's two Congos change places.
    """
    there = "CASE WHEN session NOT IN (52, 53) THEN state WHEN state = 'COG' THEN 'COD' WHEN state = 'COD' THEN 'COG' ELSE state END"
    name = there if swap else "state"
    sides = []
    for side, state in (("v", "state"), ("u", name)):
        votes = con.sql(f"SELECT rcid, session, {state} AS state, {side} AS vote FROM cells WHERE {where}").to_arrow_table()
        sides.append(similarity.by_session(votes, unanimous=True).select(["a", "b", "session", "n", "agreement"]))
    con.register("side_v", sides[0])
    con.register("side_u", sides[1])
    return con.sql(
        "SELECT session, abs(v.agreement - u.agreement) AS d FROM side_v v JOIN side_u u USING (a, b, session) "
        f"WHERE v.n >= {LEAST} AND u.n >= {LEAST}"
    ).fetchnumpy()


def share(d: Any, most: float) -> str:
    return f"{100 * np.mean(d <= most + 1e-9):.1f} %"


def swapped(con: duckdb.DuckDBPyConnection) -> list[tuple[Any, ...]]:
    """By session: matched roll calls, and those on which each Congo's vote is the same, and the same as the other Congo's, by both."""
    a, b = CONGOS
    return con.sql(f"""
        WITH w AS (SELECT rcid, session, coalesce(max(v) FILTER (state = '{a}'), 0) va, coalesce(max(v) FILTER (state = '{b}'), 0) vb,
            coalesce(max(u) FILTER (state = '{a}'), 0) ua, coalesce(max(u) FILTER (state = '{b}'), 0) ub FROM cells GROUP BY 1, 2)
        SELECT session, count(*), count(*) FILTER (va = ua), count(*) FILTER (vb = ub), count(*) FILTER (va = ub), count(*) FILTER (vb = ua),
            count(*) FILTER (va > 0), count(*) FILTER (vb > 0), count(*) FILTER (ua > 0), count(*) FILTER (ub > 0)
        FROM w WHERE session BETWEEN 51 AND 54 GROUP BY 1 ORDER BY 1""").fetchall()


def tallies(con: duckdb.DuckDBPyConnection) -> list[tuple[Any, ...]]:
    """Roll calls with cells that differ: both publishers' sums beside the tally printed in the record, most cells first."""
    return con.sql("""
        SELECT o.session, o.resolution, count(*) FILTER (c.v <> c.u) AS cells,
            count(*) FILTER (v = 1) || '–' || count(*) FILTER (v = 3) || '–' || count(*) FILTER (v = 2) AS voeten,
            count(*) FILTER (u = 1) || '–' || count(*) FILTER (u = 3) || '–' || count(*) FILTER (u = 2) AS undl,
            o.yes || '–' || o.no || '–' || o.abstain AS printed
        FROM cells c JOIN one o USING (rcid) GROUP BY ALL HAVING cells > 0 ORDER BY cells DESC, resolution""").fetchall()


def spread(con: duckdb.DuckDBPyConnection) -> list[tuple[Any, ...]]:
    """By session looked at: matched roll calls, votes that differ, those of the Congos, and how many other states have one."""
    return con.sql(f"""
        SELECT session, count(DISTINCT rcid), count(*) FILTER (v <> u), count(*) FILTER (v <> u AND state IN {CONGOS}),
            count(DISTINCT state) FILTER (v <> u AND state NOT IN {CONGOS})
        FROM cells WHERE session IN {LOOKED_AT} GROUP BY 1 ORDER BY 1""").fetchall()


def main() -> None:
    """Print the comparison."""
    con = matched(Path(sys.argv[1]))
    out = sys.stdout.write
    calls, cells, odd = con.sql("SELECT (SELECT count(*) FROM one), count(*), count(*) FILTER (v <> u) FROM cells").fetchall()[0]
    found = compared(con)
    d = found["d"]
    out(f"{calls:,} roll calls matched, {cells:,} votes, {odd:,} differ ({100 * odd / cells:.2f} %).\n\n")
    out(f"{len(d):,} dyad-sessions with at least {LEAST} common votes: equal {share(d, 0)}, within .01 {share(d, CLOSE)}, ")
    quantiles = " ".join(f"{q:.4f}" for q in np.quantile(d, [0.9, 0.95, 0.99, 1]))
    out(f"within .02 {share(d, NEAR)}; quantiles .90 .95 .99 1: {quantiles}.\n\n")
    mended = compared(con, "rcid NOT IN (SELECT rcid FROM one WHERE resolution IN ('63/307', '63/49'))", swap=True)
    head = ("session", "dyads", "equal", "within .01", "within .02", "greatest", "within .01, Congos in place, 63/49 and 63/307 out")
    out(f"| {' | '.join(head)} |\n{'|---' * len(head)}|\n")
    for session in np.unique(found["session"]):
        part, after = d[found["session"] == session], mended["d"][mended["session"] == session]
        if session in LOOKED_AT or np.mean(part <= CLOSE) < 0.9:
            cells_ = [f"{session}", f"{len(part):,}", share(part, 0), share(part, CLOSE), share(part, NEAR), f"{part.max():.3f}", share(after, CLOSE)]
            out(f"| {' | '.join(cells_)} |\n")
    head = ("session", "roll calls", "COG same", "COD same", "COG = other's COD", "COD = other's COG", "cast: Voeten COG, COD", "UNDL COG, COD")
    out(f"\n| {' | '.join(head)} |\n{'|---' * len(head)}|\n")
    for s, n, aa, bb, ab, ba, va, vb, ua, ub in swapped(con):
        out(f"| {s} | {n} | {aa} | {bb} | {ab} | {ba} | {va}, {vb} | {ua}, {ub} |\n")
    rows = tallies(con)
    ours, theirs = (sum(r[k] == r[5] for r in rows) for k in (3, 4))
    out(f"\nOf {len(rows):,} roll calls with a vote that differs, votes add up to the printed tally in {ours:,} (Voeten) and {theirs:,} (UNDL).\n")
    out("\n| resolution | votes that differ | Voeten yes–no–abstain | UNDL | printed |\n|---|---|---|---|---|\n")
    for _, resolution, cells_n, v, u, printed in rows[:8]:
        out(f"| {resolution} | {cells_n} | {v} | {u} | {printed} |\n")
    out("\n| session | roll calls | votes that differ | of them the Congos' | other states with one | one vote of the session moves agreement by |\n")
    out("|---" * 6 + "|\n")
    for s, n, k, congo, others in spread(con):
        out(f"| {s} | {n} | {k} | {congo} | {others} | {1 / n:.3f} |\n")


def within(con: duckdb.DuckDBPyConnection) -> tuple[float, float]:
    """The shares of dyad-sessions within .01 and .02."""
    d = compared(con)["d"]
    return float(np.mean(d <= CLOSE + 1e-9)), float(np.mean(d <= NEAR + 1e-9))


if __name__ == "__main__":
    main()
