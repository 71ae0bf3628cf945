"""How reporters and partners as a provider spells them become states: one lookup, and a stop where it does not know."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from comity import states
from comity.core import BadDataError

if TYPE_CHECKING:
    from comity.reading import Raw

Nowhere = Callable[[str, int], bool]


def place(raw: Raw, spelt: str, scheme: states.Scheme, nowhere: Nowhere) -> None:
    """Make the view `place(spelt, year, code)` of every (spelt, year) that the query gives.

    `nowhere(spelt, year)` says which spellings are by rule no state in that year (aggregates, codes past their
    state's end): their code is null. A code of a state to come (Angola in 1970) is kept: it was a territory. Any other
    spelling that names no state raises BadDataError.
    """
    import pyarrow as pa

    found = raw.query(f"SELECT DISTINCT CAST(spelt AS VARCHAR) AS spelt, CAST(year AS INTEGER) AS year FROM ({spelt}) ORDER BY spelt, year")
    names: list[str] = found.column("spelt").to_pylist()
    years: list[int] = found.column("year").to_pylist()
    inside = [not nowhere(n, y) for n, y in zip(names, years, strict=True)]
    asked = found.filter(pa.array(inside, pa.bool_()))
    codes, _ = states.recode(asked.column("spelt"), asked.column("year"), scheme)
    given = iter(codes.to_pylist())
    placed = [(next(given) or _territory(n, y)) if known else None for n, y, known in zip(names, years, inside, strict=True)]
    strangers = sorted({f"{n} ({y})" for n, y, c, known in zip(names, years, placed, inside, strict=True) if known and c is None})
    if strangers:
        raise BadDataError(f"source {raw.source}: {', '.join(strangers[:10])} name no state of that year ({len(strangers)} in all)")
    raw.register("place", pa.table({"spelt": names, "year": years, "code": pa.array(placed, pa.string())}))


def _territory(code: str, year: int) -> str | None:
    return code if code in states.codes() and states.existed_in(code, year, year) else None
