"""The expressions of `gdelt` and `dyad_days` as DuckDB's text, kept in the package so that a run need not load Ibis (half a second).

python -m comity.events.compiled     writes them anew; a test compares them with the expressions
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from comity.events import gdelt
from comity.events.dyad_days import Duplicates, dyad_days
from comity.events.gdelt import Convention

EVENT_COLUMNS = {
    "day": "date", "a": "string", "b": "string", "code": "string", "quad": "int8", "goldstein": "float64", "mentions": "int32", "sources": "int32",
    "articles": "int32", "tone": "float64", "file": "string", "line": "int64", "id": "int64", "vocabulary": "string", "convention": "string",
    "origin": "string",
}  # fmt: skip
"""The event table, with the publisher's own number as `id`."""
FOLDER = Path(__file__).with_name("duckdb")


@cache
def text(name: str) -> str:
    """The kept text of an expression: judged (over `raw` and `spells`), events (over `judged`) or dyad_days (over `events`)."""
    return (FOLDER / f"{name}.sql").read_text(encoding="utf-8")


def texts() -> dict[str, str]:
    """The texts by name, from the expressions. Of judged rows those between no two states are left out."""
    import ibis

    raw = ibis.table({**dict.fromkeys(gdelt.NEEDED, "string"), "file": "int32", "line": "int64"}, name="raw")
    known = ibis.table({"code": "string", "state": "string", "first": "date", "last": "date"}, name="spells")
    rows = gdelt.judged(raw, known)
    rows = rows.filter(rows.fate != "not_between_states")
    kept = gdelt.events(ibis.table(rows.schema(), name="judged"))
    return {"judged": _sql(rows), "events": _sql(kept), "dyad_days": dyad_days_text("kept", "gdelt")}


def dyad_days_text(duplicates: Duplicates, convention: Convention) -> str:
    """The text of `dyad_days` with other rules."""
    import ibis

    return _sql(dyad_days(ibis.table(EVENT_COLUMNS, name="events"), duplicates=duplicates, convention=convention))


def _sql(table: object) -> str:
    import ibis

    return f"{ibis.to_sql(table, dialect='duckdb')}\n"


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name, content in texts().items():
        (FOLDER / f"{name}.sql").write_text(content, encoding="utf-8")
