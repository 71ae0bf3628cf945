"""What is said of forecasts: the record in one sentence, the range, and the words where last value is fallen back to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity import measures, wording

if TYPE_CHECKING:
    from comity.analysis.forecast import Forecast, Scorecard

WORDS = {
    "last": "last value", "last_size": "last value, with the errors of pairs of like size", "smoothing": "exponential smoothing",
    "regression": "a pooled regression", "mixed": "the mean of two methods", "count": "a count distribution", "last_adjusted":
    "the last value, seasonally adjusted", "smoothing_adjusted": "smoothing, seasonally adjusted", "seasonal_naive": "the same month a year before",
    "chosen": "the method chosen at each origin",
}  # fmt: skip


OF = {"dyad": ("pair", "pairs"), "state": ("state", "states"), "world": ("series", "series")}


def sentences(found: list[Forecast], card: Scorecard) -> tuple[str, ...]:
    """The range of each period, how past forecasts did, and what the record does not cover."""
    out: list[str] = []
    if not found:
        return ()
    declared = measures.get(found[0].measure)
    f = found[0]
    low, high = (wording.value(f.quantile(p), f.unit) for p in (0.1, 0.9))
    out.append(
        f"For {wording.period(f.start, declared.period)} the middle of the forecast is {wording.value(f.quantile(0.5), f.unit)} and its 80 % band "
        f"{low} to {high}, after {wording.value(f.value, f.unit)} in {wording.period(f.origin, declared.period)} ({f.source})."
    )
    out.append(record(f))
    out.append(pooled(f, card))
    if f.fell_back:
        c = next(c for c in card.choices if c["horizon"] == f.horizon)
        out.append(
            f"No method beat last value in the past ({WORDS.get(c['best_other'], c['best_other'])} came nearest, skill "
            f"{_percent(c['best_skill'] or 0.0)}): the forecast is the last value with the errors that it had."
        )
    return tuple(s for s in out if s)


def record(f: Forecast) -> str:
    """How forecasts of this pair (or state, or price) did, in one sentence."""
    whose = OF[measures.get(f.measure).of][0]
    if not f.tries:
        return f"This {whose} alone has no past forecast that could be scored."
    better = ""
    if f.better is not None:
        side = "better" if f.better >= 0 else "worse"
        better = f"; {_percent(abs(f.better))} {side} than assuming no change"
    tries = f"{f.tries} past tries" if f.tries > 1 else "1 past try"
    return f"In {tries} for this {whose}, {_ahead(f)}, the 80 % band held in {f.held80}{better}."


def pooled(f: Forecast, card: Scorecard) -> str:
    """How the chosen methods did over all pairs of the measure."""
    if card.kind == "single":
        return "This is one series: its record allows no claim that the method would do as well again."
    row = next((r for r in card.rows_of("chosen") if r["horizon"] == f.horizon), None)
    if row is None:
        return ""
    side = "better" if row["skill_last_size"] >= 0 else "worse"
    worst = f", and in the worst year {_percent(row['worst80'])}" if row["worst80"] is not None else ""
    all_of = OF[measures.get(card.measure).of][1]
    return (
        f"Over all {all_of} and {row['origins']} past origins the 80 % band held in {_percent(row['cover80'])}{worst}; the forecasts were "
        f"{_percent(abs(row['skill_last_size']))} {side} than last value with errors by size (± {_percent(2 * row['se'])})."
    )


def _ahead(f: Forecast) -> str:
    return (
        {"month": "months", "session": "sessions", "quarter": "quarters"}.get(measures.get(f.measure).period, "years")
        .removesuffix("s" if f.horizon == 1 else "")
        .join((f"{f.horizon} ", " ahead"))
    )


def _percent(share: float) -> str:
    return f"{100 * share:.0f}\u00a0%".replace("-", wording.MINUS)
