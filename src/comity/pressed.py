"""What is said of pressure on two states: how one pair moved beside others, its grade, and what that does not tell."""

from __future__ import annotations

from comity import states, wording
from comity.analysis.pressure import GRADES, Compared, Projected


def sentences(found: Compared | Projected) -> tuple[str, ...]:
    """The comparison in figures, its grade with the grade's definition, and the limit of both."""
    said = _since(found) if isinstance(found, Compared) else _after(found)
    return (*said, f"Grade: {found.grade} ({GRADES[found.grade]}).", "It tells that the pair left the path of others, not what moved it.")


def _since(found: Compared) -> tuple[str, ...]:
    unit = "log points" if found.logged else "units"
    told = ", ".join(f"{n} {w:.2f}" for n, w in found.donors)
    span = f"{found.starts[0]:%Y-%m} to {found.starts[-1]:%Y-%m}"
    return (
        _signed(
            f"{found.measure} of {found.a} and {found.b} since {found.since}, {found.source}, {span}: {found.after:+.3f} {unit} a period from the "
            f"control (fit before {found.fit:.3f}); placebo p {found.p:.2f} of {found.placebos + 1} like pairs of other states; "
            f"p {found.kin_p:.2f} of {found.kin + 1} pairs of the two with others."
        ),
        f"Largest weights: {told}.",
    )


def _after(found: Projected) -> tuple[str, ...]:
    most = max((r for r in found.rows if r["horizon"] > 0), key=lambda r: abs(r["median"]))
    who = wording.possessive(wording.articled(states.get(found.by).name))
    return (
        _signed(
            f"After news of one standard deviation of {who} hostility to both, {found.measure} of {found.a} and {found.b} stood {most['median']:+.2f} "
            f"of its own standard deviations (90 % band {most['q05']:+.2f} to {most['q95']:+.2f}) {most['horizon']:.0f} months on, the most of six; "
            f"{found.first:%Y-%m} to {found.last:%Y-%m}. Mean t {found.statistic:+.2f}, of other pairs after the same news {found.usual:+.2f}; "
            f"placebo p {found.p:.2f} of {found.placebos + 1}."
        ),
    )


def _signed(text: str) -> str:
    return text.replace(" -", f" {wording.MINUS}")
