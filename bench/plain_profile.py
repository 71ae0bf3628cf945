"""The plain alternative to `comity profile`: DuckDB over the same Parquet, printed as JSON or as a bare page.

    python bench/plain_profile.py PLAN.json [SPECS.json]

For each entry of the plan: the dyad's rows, its rank among each side's partners in each period, and the rows of the
pairs to compare, which the plan names. With SPECS: the same charts, one after another, and a table for each entry.
"""

import json
import sys
from pathlib import Path

import duckdb


def entry(db: duckdb.DuckDBPyConnection, e: dict) -> dict:
    """The rows, ranks and comparisons of one entry."""
    path, a, b = e["path"], e["a"], e["b"]
    if e["of"] == "dyad" and e["symmetric"]:
        a, b = sorted((a, b))
    own = db.execute("SELECT * FROM read_parquet(?) WHERE a = ? AND b = ? ORDER BY start", [path, a, b])
    columns = [d[0] for d in own.description]
    out = {"name": e["name"], "a": e["a"], "b": e["b"], "series": [dict(zip(columns, r, strict=True)) for r in own.fetchall()]}
    if e["of"] != "dyad" or not out["series"]:
        return out
    for side, code in (("a", e["a"]), ("b", e["b"])):
        partners = "(a = $code OR b = $code)" if e["symmetric"] else f"{side} = $code"
        out[f"ranks_{side}"] = db.execute(
            "SELECT start, rank, total FROM (SELECT start, a, b, rank() OVER (PARTITION BY start ORDER BY value DESC) AS rank, "
            f"count(*) OVER (PARTITION BY start) AS total FROM read_parquet($path) WHERE {partners}) WHERE a = $a AND b = $b ORDER BY start",
            {"path": path, "code": code, "a": a, "b": b},
        ).fetchall()
    if e["pairs"]:
        pairs = ", ".join(f"('{x}', '{y}')" for x, y in e["pairs"])
        out["comparisons"] = db.execute(
            f"SELECT a, b, start, value FROM read_parquet(?) WHERE (a, b) IN ({pairs}) ORDER BY a, b, start", [path]
        ).fetchall()
    return out


def table(e: dict) -> str:
    """One entry's rows as an HTML table."""
    rows = "".join("<tr>" + "".join(f"<td>{c}</td>" for c in r.values()) + "</tr>" for r in e["series"])
    return f"<h2>{e['name']} {e['a']} {e['b']}</h2><table>{rows}</table>"


def main() -> None:
    """Read, and print or draw."""
    db = duckdb.connect()
    entries = [entry(db, e) for e in json.loads(Path(sys.argv[1]).read_text())]
    if len(sys.argv) < 3:
        sys.stdout.write(json.dumps(entries, default=str) + "\n")
        return
    import vl_convert

    charts = [vl_convert.vegalite_to_svg(spec) for spec in json.loads(Path(sys.argv[2]).read_text())]
    sys.stdout.write("<!doctype html><meta charset=utf-8>" + "".join(charts) + "".join(table(e) for e in entries if e["series"]) + "\n")


if __name__ == "__main__":
    main()
