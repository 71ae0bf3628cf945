"""How a source of single events reads them: through `comity.events`, each actor as the state that existed most of the year."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.core import BadDataError
from comity.events import actors, published

if TYPE_CHECKING:
    import pyarrow as pa

    from comity.reading import Raw


def states_only(raw: Raw, rows: pa.Table, form: str, *, closed: bool = True) -> published.Reading:
    """The acts between two states among rows in a layout's roles; the reading's account says what became of the others.

    closed: the actors are states only, so that a code that the list does not know stops the build with a BadDataError; KEDS, which codes
    peoples, towns and organisations too, is not. An act that is none of the vocabulary stays out, in the reading's quarantine.
    """
    layout = published.FORMS[form]
    if closed:
        unknown = sorted({code for side in ("a", "b") for code in actors.strangers(rows.column(side), layout.actors)})
        if unknown:
            raise BadDataError(f"source {raw.source}: {', '.join(unknown[:10])} name no state ({len(unknown)} in all); list them or correct them")
    return published.judged(rows, layout, file=raw.source, dated="year")
