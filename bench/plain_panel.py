"""The plain alternative to `comity panel` of all dyads with ten measures: one DuckDB query by hand over the same Parquet.

    python bench/plain_panel.py SERIES_FOLDER MEMBERS.parquet OUT.parquet

MEMBERS holds code, year, ccode and cow (whether the Correlates of War list the state in the year), for the spine and the zeros.
"""

import sys

import duckdb

FIRST, LAST = 1946, 2019
PERMANENT = ("FRA", "GBR", "RUS", "SUN", "USA")


def query(series: str, members: str) -> str:
    """The query: a spine of pairs of members, a left join for each measure, zeros where a source lists all."""

    def rows(name: str) -> str:
        return f"(SELECT a, b, year(start) AS year, value FROM '{series}/{name}.parquet' WHERE NOT ends_with(source, ':unverified'))"

    here = "a = s.a AND {m}.b = s.b AND {m}.year = s.year"
    plain = {"vote_agreement": "m1", "trade_total_usd": "m2", "shared_igos": "m3", "agreement_excess": "m4"}
    joins = [f"LEFT JOIN {rows(n)} {m} ON {m}.{here.format(m=m)}" for n, m in plain.items()]
    counted = {"alliance_defence": "m5", "disputes": "m6", "coauthored_works": "m7", "joint_vetoes": "m8"}
    joins += [f"LEFT JOIN {rows(n)} {m} ON {m}.{here.format(m=m)}" for n, m in counted.items()]
    joins.append(f"LEFT JOIN {rows('migrant_stock')} f ON f.a = s.a AND f.b = s.b AND f.year = s.year")
    joins.append(f"LEFT JOIN {rows('migrant_stock')} g ON g.a = s.b AND g.b = s.a AND g.year = s.year")
    joins.append(f"LEFT JOIN {rows('distance_km')} d ON d.a = s.a AND d.b = s.b")
    names = f"(SELECT DISTINCT unnest([a, b]) AS c FROM '{series}/coauthored_works.parquet')"
    sat = " AND ".join(
        f"CASE s.{x} WHEN 'CHN' THEN s.year <= 1949 OR s.year >= 1971 WHEN 'TWN' THEN s.year BETWEEN 1949 AND 1971 ELSE s.{x} IN {PERMANENT} END"
        for x in "ab"
    )
    return f"""
        WITH m AS (SELECT * FROM '{members}' WHERE year BETWEEN {FIRST} AND {LAST}),
        s AS (SELECT x.code AS a, y.code AS b, make_date(x.year, 1, 1) AS start, x.year AS year, x.ccode AS ccode1, y.ccode AS ccode2,
              x.cow AND y.cow AS cow FROM m x JOIN m y ON x.year = y.year AND x.code < y.code AND x.seat <> y.seat)
        SELECT s.a, s.b, s.start, s.year, ccode1, ccode2, m1.value AS vote_agreement, m2.value AS trade_total_usd, m3.value AS shared_igos,
            coalesce(m5.value, CASE WHEN s.cow AND s.year <= 2018 THEN 0 END) AS alliance_defence,
            coalesce(m6.value, CASE WHEN s.cow AND s.year <= 2014 THEN 0 END) AS disputes,
            coalesce(m7.value, CASE WHEN s.year >= 1990 AND s.a IN {names} AND s.b IN {names} THEN 0 END) AS coauthored_works,
            f.value AS migrant_stock_ab, g.value AS migrant_stock_ba, d.value AS distance_km, m4.value AS agreement_excess,
            coalesce(m8.value, CASE WHEN s.a || s.b <> 'CHNTWN' AND {sat} THEN 0 END) AS joint_vetoes
        FROM s {' '.join(joins)} ORDER BY s.a, s.b, s.start"""


if __name__ == "__main__":
    with duckdb.connect(config={"threads": 2}) as db:
        db.execute(f"COPY ({query(sys.argv[1], sys.argv[2])}) TO '{sys.argv[3]}' (FORMAT parquet, COMPRESSION zstd)")
