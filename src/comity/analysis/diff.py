"""What changed in a Series between two of its vintages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from comity import vintages
from comity.store import Holdings
from comity.vintages import Change, Vintage

if TYPE_CHECKING:
    import pyarrow as pa

COLUMNS = ("a", "b", "start", "before", "after")


@dataclass(frozen=True, kw_only=True)
class Difference:
    """Rows whose value differs between two vintages of a Series: a, b, start, before, after; None where a vintage has no such row.

    other: rows of the same value whose n, se, source or day of publication differ. changes: the ledger's lines between the two.
    """

    full: str
    before: Vintage
    after: Vintage
    rows: list[dict[str, Any]]
    other: int
    changes: list[Change]

    def told(self) -> str:
        """The difference in a sentence: dyads and rows new, revised and gone, and what moved them."""
        kinds = {"new": 0, "revised": 0, "gone": 0}
        for r in self.rows:
            kinds["new" if r["before"] is None else "gone" if r["after"] is None else "revised"] += 1
        dyads = len({(r["a"], r["b"]) for r in self.rows})
        causes = " and ".join(sorted({w for c in self.changes for w in c.cause.split(" and ")})) or "not recorded"
        counts = ", ".join(f"{n} rows {k}" for k, n in kinds.items() if n) or "no value changed"
        more = f"; {self.other} rows of the same value differ in n, se, source or day of publication" if self.other else ""
        return f"{self.full}, {_named(self.before)} to {_named(self.after)}: {counts} in {dyads} pairs or states{more}. Moved by: {causes}."


def diff(holdings: Holdings, full: str, *, before: str | None = None, after: str | None = None) -> Difference:
    """The difference between two vintages: by default the newest and the one before it, the starter's where the store has only one.

    A vintage is named by the first characters of its content, by a day, or as `starter`. Raises UsageError for one that is not held.
    """
    held = vintages.vintages(holdings, full)
    new = vintages.find(holdings, full, after) if after else held[-1]
    if before:
        old = vintages.find(holdings, full, before)
    else:
        place = max(i for i, v in enumerate(held) if v == new)
        old = held[max(place - 1, 0)]
    one, two = vintages.read(holdings, full, old), vintages.read(holdings, full, new)
    rows, other = _compared(one, two)
    between = vintages.between(holdings, full, old, new)
    return Difference(full=full, before=old, after=new, rows=rows, other=other, changes=between)


def _compared(one: pa.Table, two: pa.Table) -> tuple[list[dict[str, Any]], int]:
    from comity import store

    connection = store.connection()
    connection.register("x", one)
    connection.register("y", two)
    sql = "SELECT a, b, start, x.value AS before, y.value AS after FROM x FULL JOIN y USING (a, b, start) WHERE x.value IS DISTINCT FROM y.value "
    rows = connection.sql(sql + "ORDER BY a, b, start").to_arrow_table().to_pylist()
    rest = " OR ".join(f"x.{c} IS DISTINCT FROM y.{c}" for c in ("n", "se", "source", "published"))
    found = connection.sql(f"SELECT count(*) FROM x JOIN y USING (a, b, start) WHERE x.value IS NOT DISTINCT FROM y.value AND ({rest})").fetchall()
    return rows, int(found[0][0])


def _named(vintage: Vintage) -> str:
    return f"{vintage.content[: vintages.SHORT]} ({vintage.layer}, {vintage.since[:10]})"
