"""The plain alternative to `comity profile`: DuckDB over the same Parquet, JSON or a bare page with the same charts.

    python bench/plain_profile.py HOME A B json|html OUT

For each Series of the profile: the pair's rows, both ranks in each period, and the rows of seven other pairs; as HTML,
also the specifications in HOME/specs.json drawn by vl-convert, with a table under each.
"""

import json
import sys
from pathlib import Path

import duckdb


def main() -> None:
    """Read, rank, compare; print or draw."""
    home, a, b, form, out = sys.argv[1:6]
    connection = duckdb.connect(config={"threads": 2})
    page = {}
    pairs = "('CHN','USA'),('CHN','JPN'),('DEU','RUS'),('NLD','RUS'),('BRA','USA'),('DEU','ITA'),('CAN','JPN')"
    for name in json.loads((Path(home) / "names.json").read_text()):
        rows = f"read_parquet('{home}/series/{name}.parquet')"
        own = connection.sql(f"SELECT * FROM {rows} WHERE (a='{a}' AND b='{b}') OR (a='{b}' AND b='{a}') ORDER BY a, b, start").fetchall()
        ranks = [
            connection.sql(
                f"WITH p AS (SELECT start, CASE WHEN a='{s}' THEN b ELSE a END AS o, value FROM {rows} WHERE a='{s}' OR b='{s}') "
                f"SELECT start, rank, of FROM (SELECT start, o, rank() OVER w AS rank, count(*) OVER (PARTITION BY start) AS of FROM p "
                f"WINDOW w AS (PARTITION BY start ORDER BY value DESC)) WHERE o='{o}' ORDER BY start"
            ).fetchall()
            for s, o in ((a, b), (b, a))
        ]
        other = connection.sql(f"SELECT a, b, start, value FROM {rows} WHERE (a, b) IN ({pairs}) ORDER BY a, b, start").fetchall()
        page[name] = {"rows": own, "ranks": ranks, "others": other}
    if form == "json":
        Path(out).write_text(json.dumps(page, default=str), encoding="utf-8")
        return
    import vl_convert

    charts = [vl_convert.vegalite_to_svg(spec) for spec in json.loads((Path(home) / "specs.json").read_text())]
    tables = ["<table>" + "".join("<tr>" + "".join(f"<td>{c}</td>" for c in r) + "</tr>" for r in p["rows"]) + "</table>" for p in page.values()]
    Path(out).write_text("<html>" + "".join(charts) + "".join(tables) + "</html>", encoding="utf-8")


if __name__ == "__main__":
    main()
