"""The simulation tables of docs/solidarity.md: coverage of bands, size and power of the Council test, errors, F1 of topics.

    python -m bench.solidarity HOME [PART …]     prints Markdown; parts: bands council errors topics pairs (all without one)

HOME is a full store. Every draw has a fixed seed, so the tables come out the same again.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from math import comb
from pathlib import Path
from typing import Any

import duckdb
import numpy as np

from comity.models import similarity, solidarity, topics
from comity.models._similarity_se import _influence, band_of_tables
from comity.models._similarity_tables import distances

TRUTH = {
    "like China and Russia in session 74": [[50, 8, 3], [5, 10, 2], [1, 3, 5]],
    "independent, both mostly yes": np.outer([0.8, 0.12, 0.08], [0.82, 0.1, 0.08]),
    "nearly always the same": [[90, 2, 0], [2, 2, 1], [0, 1, 2]],
    "opposed": [[10, 5, 45], [5, 10, 5], [5, 5, 10]],
    "mixed": [[35, 10, 5], [10, 10, 5], [5, 5, 15]],
}
SIZES = (20, 50, 100)
DRAWS = 20_000
WORLDS = 10_000
PAIRS = (("CHN", "RUS"), ("FRA", "GBR"), ("GBR", "USA"), ("CHN", "USA"), ("RUS", "USA"), ("CHN", "FRA"))
out = sys.stdout.write


def row(*cells: Any) -> None:
    out("| " + " | ".join(str(c) for c in cells) + " |\n")


def head(*cells: Any) -> None:
    row(*cells)
    out("|---" * len(cells) + "|\n")


def bands(home: Path) -> None:
    """Exact coverage of intervals for a share; simulated coverage of the bands of S, kappa and pi."""
    p = np.linspace(0.005, 0.995, 199)
    out("Agreement: mean coverage over known agreements .005 to .995 (least; at .90; at .98), nominal 95 %, exact.\n\n")
    head("interval", *(f"n = {n}" for n in (10, 20, 50, 100)))
    for name in ("agresti_coull", "wilson", "jeffreys", "midp", "wald"):
        cells = []
        for n in (10, 20, 50, 100):
            low, high = similarity.share_band(np.arange(n + 1), n, interval=name)  # type: ignore[arg-type]
            ways = np.array([float(comb(n, k)) for k in range(n + 1)])

            def covered(at: Any, low: Any = low, high: Any = high, ways: Any = ways, n: int = n) -> Any:
                k = np.arange(n + 1)
                chances = ways * at[:, None] ** k * (1 - at[:, None]) ** (n - k)
                return (chances * ((low <= at[:, None]) & (at[:, None] <= high))).sum(axis=1)

            c, at = covered(p), covered(np.array([0.9, 0.98]))
            cells.append(f"{c.mean():.3f} ({c.min():.3f}; {at[0]:.3f}; {at[1]:.3f})")
        row(name, *cells)
    out(f"\nS, kappa and pi (absolute): coverage in {DRAWS:,} draws from a known joint table, n = {', '.join(map(str, SIZES))}.\n\n")
    head("votes drawn from", "true kappa", "S", "kappa", "pi")
    d = distances("abs", 3)
    for name, table in TRUTH.items():
        share = np.asarray(table, dtype=np.float64)
        share /= share.sum()
        true = {c: float(_influence(c, share[:, :, None] * 1e9, d)[0][0]) for c in ("s", "kappa", "pi")}  # type: ignore[arg-type]
        rng = np.random.default_rng(1)
        cells = {c: [] for c in true}  # type: dict[str, list[str]]
        for n in SIZES:
            o = rng.multinomial(n, share.ravel(), DRAWS).T.reshape(3, 3, -1).astype(float)
            for c, value in true.items():
                low, high = band_of_tables(o, c)  # type: ignore[arg-type]
                cells[c].append(f"{((low <= value) & (value <= high))[np.isfinite(low)].mean():.3f}")
        row(name, f"{true['kappa']:.2f}", *(" ".join(v) for v in cells.values()))


def together(home: Path, a: str, b: str, first: int = 1992) -> tuple[Any, Any, Any, Any]:
    """Whether each abstained or voted no on adopted resolutions on which both voted, the years, and the headings."""
    votes, calls = home / "tables" / "unsc_votes.parquet", home / "tables" / "unsc_resolutions.parquet"
    found = duckdb.sql(f"""
        SELECT a.vote > 1, b.vote > 1, year(a.date), year(a.date) || regexp_extract(coalesce(agenda, ''), '\\] ([^|]*)', 1)
        FROM '{votes}' a JOIN '{votes}' b USING (undl_id) JOIN '{calls}' USING (undl_id)
        WHERE a.seat = '{a}' AND b.seat = '{b}' AND a.vote > 0 AND b.vote > 0 AND year(a.date) >= {first} ORDER BY a.date, undl_id""").fetchall()
    return np.array([r[0] for r in found]), np.array([r[1] for r in found]), np.array([r[2] for r in found]), np.array([r[3] for r in found])


def council(home: Path) -> None:
    """Dissent together of permanent members since 1992, the size of the test in null worlds and its power."""
    out("Adopted resolutions 1992–2025 on which both voted; dissent: abstaining or voting no; permuted within years.\n\n")
    names = ("pair", "n", "dissents", "together", "expected", "odds", "mid-P", "exact P", "mid-P within year and heading", "size: mid-P", "exact P")
    head(*names)
    for a, b in PAIRS:
        x, y, year, heading = together(home, a, b)
        test, inside = solidarity.coincidence(x, y, year), solidarity.coincidence(x, y, heading)
        mid, exact = null_worlds(x, y, year, WORLDS)
        cells = f"{x.sum()}, {y.sum()}", test.together, f"{test.expected:.1f}", f"{test.odds:.1f}", f"{test.mid:.2g}", f"{test.exact:.2g}"
        row(f"{a}–{b}", test.n, *cells, f"{inside.mid:.2g}", f"{100 * mid:.1f} %", f"{100 * exact:.1f} %")
    out(f"\nSize: share of {WORLDS:,} worlds with P ≤ .05 in which each dissents independently at its own rate of the year.\n\n")
    x, y, year, _ = together(home, "CHN", "RUS")
    out("Power for the dissents of China and Russia by year (exact, mid-P at 5 %): ")
    powers = [f"odds {o:g}: {solidarity.coincidence_power(x, y, year, o):.2f}" for o in (1.5, 2, 2.5, 3, 5)]
    out("; ".join(powers) + ".\n")


def null_worlds(x: Any, y: Any, strata: Any, worlds: int) -> tuple[float, float]:
    """Shares of independent worlds with mid-P and exact P of .05 or less."""
    rng = np.random.default_rng(0)
    _, year = np.unique(strata, return_inverse=True)
    p, q = (np.bincount(year, side)[year] / np.bincount(year)[year] for side in (x, y))
    found = [solidarity.coincidence(rng.random(len(x)) < p, rng.random(len(x)) < q, year) for _ in range(worlds)]
    return float(np.mean([f.mid <= 0.05 for f in found])), float(np.mean([f.exact <= 0.05 for f in found]))


def session(home: Path, number: int) -> tuple[similarity.Ballots, Any]:
    """Votes of a session of the Digital Library, unanimous roll calls dropped, and each one's agenda item."""
    votes, calls = home / "tables" / "undl_votes.parquet", home / "tables" / "undl_resolutions.parquet"
    con = duckdb.connect()
    joined = f"'{votes}' v JOIN '{calls}' USING (undl_id) WHERE v.session = {number} AND recorded"
    table = con.sql(f"SELECT undl_id AS rcid, v.session, state, vote FROM {joined}")
    held = similarity.from_long(table.to_arrow_table())
    items = dict(con.sql(f"SELECT undl_id, coalesce(regexp_extract(agenda, '(A/\\S+ \\d+)', 1), undl_id::VARCHAR) FROM '{calls}'").fetchall())
    kept = held.votes.max(axis=0) > np.where(held.votes > 0, held.votes, 9).min(axis=0)
    made = similarity.Ballots(votes=held.votes[:, kept], states=held.states, roll_calls=held.roll_calls[kept], sessions=held.sessions[kept])
    return made, np.array([items[int(r)] for r in made.roll_calls])


def errors(home: Path) -> None:
    """Closed forms against the bootstrap, single roll calls and whole agenda items, over all pairs of a session."""
    held, items = session(home, 78)
    votes, upper = held.votes, np.triu_indices(len(held.states), 1)
    out(f"Session 78, {votes.shape[1]} roll calls under {len(set(items.tolist()))} agenda items; 200 draws; ")
    out("median over all pairs (5th and 95th percentile).\n\n")
    head("closed form", "bootstrap of roll calls / closed form", "bootstrap of agenda items / closed form")
    value, n = similarity.similarity_and_n(votes)
    forms: dict[str, tuple[Callable[..., Any], Any]] = {
        name: (getattr(similarity, name), similarity.standard_error(votes, name)) for name in ("agreement", "s", "kappa", "pi")  # type: ignore[arg-type]
    }

    for name in ("agreement", "kappa"):
        by_item = similarity.standard_error(votes, name, blocks=items)  # type: ignore[arg-type]
        forms[f"{name}, by agenda items"] = getattr(similarity, name), by_item

    def excess(v: Any) -> Any:
        return solidarity.usual(*similarity.similarity_and_n(v)).excess

    forms["excess, error by roll calls"] = excess, solidarity.usual(value, n, votes=votes).se
    forms["excess, error as if pairs were independent"] = excess, solidarity.usual(value, n).se
    forms["excess, error by agenda items"] = excess, solidarity.usual(value, n, votes=votes, blocks=items).se
    for name, (form, closed) in forms.items():
        cells = []
        for blocks in (None, items):
            drawn = similarity.bootstrap_se(votes, form, blocks=blocks, replicates=200, seed=1)
            ratio = (drawn / np.where(closed > 0, closed, np.nan))[upper]
            low, middle, high = np.nanquantile(ratio, [0.05, 0.5, 0.95])
            cells.append(f"{middle:.2f} ({low:.2f}–{high:.2f})")
        row(name, *cells)


def labelled(home: Path) -> tuple[list[str], Any, Any, Any]:
    """Texts, sessions, six codes and important votes of the resolutions that both publishers hold, in the sessions that teach."""
    calls, undl = home / "tables" / "voeten_roll_calls.parquet", home / "tables" / "undl_resolutions.parquet"
    issues = ", ".join(f"v.issue_{c}" for c in topics.ISSUES)
    first, last = topics.TRAINED
    found = duckdb.sql(f"""
        SELECT u.title, u.agenda, v.session, v.important, {issues}
        FROM (FROM '{calls}' WHERE NOT (para OR amend) AND session BETWEEN {first} AND {last}
            QUALIFY row_number() OVER (PARTITION BY resolution ORDER BY rcid DESC) = 1) v
        JOIN '{undl}' u USING (resolution) ORDER BY v.session, v.rcid""").fetchall()
    texts = [topics.subject(r[0], r[1]) for r in found]
    return texts, np.array([r[2] for r in found]), np.array([r[4:] for r in found], bool), np.array([r[3] for r in found], bool)


def predicted(home: Path) -> None:
    """F1 by code, forward in steps of five sessions."""
    texts, held, codes, important = labelled(home)
    scores = topics.evaluate(texts, held, codes)
    late = (held >= topics.IMPORTANT[0]) & (held <= topics.IMPORTANT[1])
    scores += topics.evaluate([t for t, k in zip(texts, late, strict=True) if k], held[late], important[late][:, None], codes=("important",))
    found = {(s.code, s.method, s.texts): s for s in scores}
    n, new = (found["me", "model", which].n for which in ("all", "new"))
    out(f"{len(texts):,} coded texts; trained on sessions before t, tested on the next five, t = 50, 55, … 70: {n:,} texts, {new:,} of them new.\n\n")
    head("code", "cases", "model: F1", "precision", "recall", "keywords: F1", "last code of the same text: F1", "new texts: model F1", "keywords F1")
    for code in (*topics.ISSUES, "important"):
        model, keyword = found[code, "model", "all"], found.get((code, "keyword", "all"))
        fresh = found.get((code, "keyword", "new"))
        row(
            code, model.positives, f"**{model.f1:.2f}**", f"{model.precision:.2f}", f"{model.recall:.2f}", f"{keyword.f1:.2f}" if keyword else "–",
            f"{found[code, 'last', 'all'].f1:.2f}", f"{found[code, 'model', 'new'].f1:.2f}", f"{fresh.f1:.2f}" if fresh else "–",
        )  # fmt: skip


def pairs(home: Path) -> None:
    """Agreement, kappa, excess and ranks of some pairs in session 78; blocs and their stability; support in isolation."""
    held, items = session(home, 78)
    votes, at = held.votes, {s: i for i, s in enumerate(held.states)}
    value, n = similarity.similarity_and_n(votes)
    found = solidarity.usual(value, n, votes=votes, blocks=items)
    raw, _ = solidarity.ranks_among_partners(value)
    mean = np.nanmean(value[np.triu_indices(len(value), 1)])
    back = solidarity.support(votes)
    out(f"Session 78, {votes.shape[1]} roll calls; the mean pair agrees on {mean:.2f}. ")
    out("Ranks: of the second among the first's partners, and back.\n\n")
    head("pair", "agreement", "rank", "kappa", "excess", "band", "rank", "support a → b (items)", "b → a (items)")
    for a, b in (("CHN", "RUS"), ("ISR", "USA"), ("IND", "PAK"), ("ARG", "BRA"), ("RUS", "USA"), ("CHN", "USA")):
        i, j = at[a], at[b]
        lent = [f"{back.value[x, y]:+.2f} ± {1.96 * back.se[x, y]:.2f} ({back.n[x, y]})" if back.n[x, y] > 1 else "–" for x, y in ((i, j), (j, i))]
        kappa = similarity.kappa(votes[[i, j]])[0, 1]
        row(
            f"{a}–{b}", f"{value[i, j]:.2f}", f"{raw[i, j]}, {raw[j, i]}", f"{kappa:.2f}", f"{found.excess[i, j]:+.2f}",
            f"{found.low[i, j]:+.2f} to {found.high[i, j]:+.2f}", f"{found.rank[i, j]}, {found.rank[j, i]}", *lent,
        )  # fmt: skip
    blocs = solidarity.stable_blocs(votes, seed=1, draws=100, blocks=items)
    sizes = np.bincount(blocs.labels[blocs.labels >= 0])
    weak = [held.states[k] for k in np.argsort(np.nan_to_num(blocs.stability, nan=9))[:8]]
    steady = np.nanmean(blocs.stability)
    out(f"\nBlocs of {', '.join(str(s) for s in sizes)} states, modularity {blocs.modularity:.2f}, mean stability {steady:.2f}; ")
    out(f"least stable: {', '.join(weak)}.\n")


PARTS = {"bands": bands, "council": council, "errors": errors, "topics": predicted, "pairs": pairs}


def main() -> None:
    """Print the parts asked for."""
    home, wanted = Path(sys.argv[1]), sys.argv[2:] or list(PARTS)
    for name in wanted:
        out(f"## {name}\n\n")
        PARTS[name](home)
        out("\n")


if __name__ == "__main__":
    main()
