"""What is said of what went along with ties: shocks of prices, pressure by others; each with its grade and what it does not tell."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from comity import measures, states, wording
from comity.analysis import pressure, shock
from comity.analysis.pressure import Compared, Projected
from comity.analysis.shock import Episode, Shock

DRIVERS = {"brent_usd": "the price of Brent crude", "crude_oil_usd": "the price of crude oil", "rub_per_usd": "roubles per dollar"}


def told(found: Shock) -> Shock:
    """The shock with its sentences."""
    return replace(found, sentences=(*response(found), *(episode(e, found.driver) for e in found.episodes)))


def response(found: Shock) -> tuple[str, ...]:
    """The largest response with its band, its parts where they are known, the grade, and the limit."""
    most = max(range(len(found.rows)), key=lambda k: abs(found.rows[k]["median"]))
    worst = found.rows[most]
    span = f"{worst['n']} {found.period}s from {found.first:%Y-%m} to {found.last:%Y-%m}"
    when = f"{worst['horizon']} {found.period}{'' if worst['horizon'] == 1 else 's'} on" if worst["horizon"] else f"within the {found.period}"
    said = [
        _signs(
            f"After news of {_percent(found.size)} in {label(found.driver)}, {flow(found)} stood {_percent(worst['median'])} (90 % band "
            f"{_percent(worst['q05'])} to {_percent(worst['q95'])}) from where it would have been, {when}, by {span} ({found.source}): {found.grade}."
        )
    ]
    if found.split:
        parts = " and ".join(f"the {name} {_part(found.split[most], name)}: {found.grades[name]}" for name in ("price", "quantity"))
        said.append(_signs(f"Of that, {parts}; the two multiply to the value."))
    return tuple(said)


def episode(e: Episode, driver: str) -> str:
    """How a conditional forecast of the past did."""
    if e.conditional is None:
        return f"Conditional forecast of {e.first} to {e.last}: not tried, {e.why}."
    return _signs(
        f"Conditional forecast of {e.first} to {e.last}, given {_percent(e.driver or 0.0)} in {label(driver)}: {_percent(e.conditional)}; without "
        f"the driver {_percent(e.unconditional or 0.0)}; it came {_percent(e.outcome or 0.0)}."
    )


def flow(found: Shock) -> str:
    """The flow of a shock in words: what China bought from Russia."""
    a, b = (wording.articled(states.get(s).name) for s in (found.a, found.b))
    return {
        "exports_usd": f"what {a} sold to {b}", "imports_usd": f"what {a} bought from {b}",
        "energy_imports_usd": f"the fuel that {a} bought from {b}",
    }.get(found.measure, f"trade of {a} and {b}")  # fmt: skip


def label(driver: str) -> str:
    """A driver in words."""
    return DRIVERS.get(driver.partition(":")[0]) or wording.clip(measures.get(driver).title)


def pressed(found: Compared | Projected) -> tuple[str, ...]:
    """How one pair moved beside others, with its grade."""
    return _since(found) if isinstance(found, Compared) else (_after(found),)


def _since(found: Compared) -> tuple[str, ...]:
    unit = "log points" if found.logged else "units"
    weights = ", ".join(f"{n} {w:.2f}" for n, w in found.donors)
    return (
        _signs(
            f"{_title(found)} since {found.since} ({found.source}, {found.starts[0]:%Y-%m} to {found.starts[-1]:%Y-%m}): {found.after:+.3f} {unit} a "
            f"period from a control of like pairs (fit before {found.fit:.3f}); p {found.p:.2f} among {found.placebos + 1} like pairs of other "
            f"states, {found.kin_p:.2f} among {found.kin + 1} pairs of the two with others: {found.grade}."
        ),
        f"Largest weights of the control: {weights}.",
    )


def _after(found: Projected) -> str:
    most = max((r for r in found.rows if r["horizon"] > 0), key=lambda r: abs(r["median"]))
    who = wording.possessive(wording.articled(states.get(found.by).name))
    return _signs(
        f"{_title(found)} after news of one standard deviation of {who} hostility to both: {most['median']:+.2f} of its own standard deviations (90 "
        f"% band {most['q05']:+.2f} to {most['q95']:+.2f}) {most['horizon']:.0f} month{'' if most['horizon'] == 1 else 's'} on, the most of six, "
        f"{found.first:%Y-%m} to {found.last:%Y-%m}; mean t {found.statistic:+.2f}, of other pairs after the same news {found.usual:+.2f}, p "
        f"{found.p:.2f} of {found.placebos + 1}: {found.grade}."
    )


def _title(found: Compared | Projected) -> str:
    a, b = (wording.articled(states.get(s).name) for s in (found.a, found.b))
    return f"{wording.clip(measures.get(found.measure).title)} of {a} and {b}"


LIMITS = {
    "shock": "This is an association in the periods held: prices and currencies answer to third events that move trade too.",
    "pressure": "A gap tells that a pair left the path of others, not what moved it.",
}


def words(kind: str) -> dict[str, str]:
    """The grades of a kind of study, each with its definition."""
    return {"shock": shock.GRADES, "pressure": pressure.GRADES}[kind]


def definition(kind: str, grade: str) -> str:
    """A grade with its definition, and the limit of the study."""
    return f"{wording.capital(grade)}: {words(kind)[grade]}. {LIMITS[kind]}"


def _part(part: dict[str, Any], name: str) -> str:
    mid, low, high = (_percent(part[f"{name}{end}"]) for end in ("", "_q05", "_q95"))
    return f"{mid} ({low} to {high})"


def _percent(change: float) -> str:
    return f"{100 * change:+.0f}\u00a0%"


def _signs(text: str) -> str:
    return text.replace(" -", f" {wording.MINUS}").replace("(-", f"({wording.MINUS}")
