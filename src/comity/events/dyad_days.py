"""Events counted by directed dyad and day: one Ibis expression, the same on DuckDB and on Spark, to the last bit.

Sums of decimals are sums of whole numbers, so their order does not matter: a Goldstein value counts in thousandths (the scales have one or two
decimals), a tone in 1e-9.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from comity.events.gdelt import Convention, in_convention

if TYPE_CHECKING:
    from ibis import Table
    from ibis.expr.types import FloatingValue, IntegerValue

Duplicates = Literal["kept", "by id"]
GOLDSTEIN_STEP, TONE_STEP = 1000, 1_000_000_000
"""How many steps of a Goldstein value and of a tone are in one."""


def once(events: Table) -> Table:
    """Each publisher's number once, as it stands first by file and line; events without a number are all kept."""
    import ibis

    t = events.mutate(_turn=ibis.row_number().over(ibis.window(group_by=events.id, order_by=[events.file, events.line])))
    return t.filter(t.id.isnull() | (t._turn == 0)).drop("_turn")


def dyad_days(events: Table, *, duplicates: Duplicates = "kept", convention: Convention = "gdelt") -> Table:
    """Acts of a towards b on a day: events, mentions, events by quad class, sum and number of Goldstein values, sum of tones.

    duplicates: `kept` where the ledger of the files has left them out already, `by id` to count each publisher's number once.
    convention: whose quad classes (`gdelt.in_convention`). A dyad-day without an event has no row: whether that is none or not known,
    `coverage` says. Units: counts; Goldstein's scale; GDELT's tone (per cent of words).
    """
    t = in_convention(once(events) if duplicates == "by id" else events, convention)
    t = t.mutate(_goldstein=_steps(t.goldstein, GOLDSTEIN_STEP), _tone=_steps(t.tone, TONE_STEP))
    t = t.group_by("a", "b", "day").agg(
        events=t.count().cast("int64"),
        mentions=t.mentions.sum().cast("int64"),
        **{f"quad{k}": (t.quad == k).cast("int64").sum().cast("int64") for k in (1, 2, 3, 4)},
        _goldstein=t._goldstein.sum().cast("int64"),
        goldstein_n=t.goldstein.count().cast("int64"),
        _tone=t._tone.sum().cast("int64"),
    )
    return t.select(
        "a", "b", "day", "events", "mentions", "quad1", "quad2", "quad3", "quad4",
        goldstein_sum=_whole(t._goldstein, GOLDSTEIN_STEP), goldstein_n=t.goldstein_n, tone_sum=_whole(t._tone, TONE_STEP),
    )  # fmt: skip


def _steps(value: FloatingValue, step: int) -> IntegerValue:
    return (value * float(step) + 0.5).floor().cast("int64")


def _whole(steps: IntegerValue, step: int) -> FloatingValue:
    return steps.cast("float64") / float(step)
