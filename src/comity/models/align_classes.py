"""Who is like-minded, persuadable or dissenting on a text, and whose votes decide: plain rules on probabilities, each cut a parameter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from comity.core import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]

Class = Literal["like-minded", "persuadable", "dissenting"]
Rule = Literal["simple", "two-thirds"]
RULES: tuple[Rule, ...] = ("simple", "two-thirds")
OPTIONS = ("yes", "abstain", "no")
WINDOW = 5


@dataclass(frozen=True, kw_only=True)
class Cuts:
    """like: P(the side's vote) from which a state is like-minded; firm: the probability from which another vote is; moving: P(change) from which
    a state may move whatever it voted. Raises UsageError for cuts outside 0 to 1."""

    like: float = 0.9
    firm: float = 0.8
    moving: float = 0.2

    def __post_init__(self) -> None:
        for name, value in (("like", self.like), ("firm", self.firm), ("moving", self.moving)):
            if not 0 < value <= 1:
                raise UsageError(f"the cut {name} is {value}; expected a probability above 0, at most 1")


@dataclass(frozen=True, kw_only=True)
class Majority:
    """A majority of members present and voting, abstentions not counted (rules 83 to 86 of the Assembly).

    yes and no: the numbers if every state casts its likeliest vote. margin: yes votes beyond the majority (negative: short of it). moves: the
    likeliest set that would close the gap, or, where the majority is reached, the likeliest set whose turning from yes to no would break it; each
    with the probability of that very move. p: P(majority) by the draws. pivotal: the states at the place in the order of
    support where the majority is made.
    """

    rule: Rule
    yes: int
    no: int
    margin: int
    p: float
    reached: bool
    moves: tuple[tuple[str, str, float], ...]
    pivotal: tuple[str, ...]


def classes(p: ArrayLike, last: ArrayLike, *, side: int = 0, cuts: Cuts | None = None) -> list[Class]:
    """The class of each state from p[states, 3] (yes, abstain, no where a vote is cast) and its latest vote on the title (1 to 3, 0 none).

    like-minded: P(side) reaches `like`. Else dissenting: another vote reaches `firm`, and a change from the latest vote is less probable than
    `moving`. Else persuadable.
    """
    value, before = np.asarray(p, dtype=np.float64), np.asarray(last)
    cut = cuts or Cuts()
    change = p_change(value, before)
    other = np.delete(value, side, axis=1).max(axis=1) if len(value) else np.zeros(0)
    out: list[Class] = []
    for k in range(len(value)):
        if value[k, side] >= cut.like:
            out.append("like-minded")
        elif other[k] >= cut.firm and not change[k] >= cut.moving:
            out.append("dissenting")
        else:
            out.append("persuadable")
    return out


def p_change(p: Floats, last: NDArray[np.int8]) -> Floats:
    """1 less the probability of the latest vote on the title; nan where there is none."""
    at = np.clip(np.asarray(last, dtype=np.int64) - 1, 0, 2)
    return np.where(np.asarray(last) > 0, 1 - p[np.arange(len(p)), at] if len(p) else 0.0, np.nan)


def reached(yes: ArrayLike, no: ArrayLike, rule: Rule) -> NDArray[np.bool_]:
    """Whether yes votes make the majority of those voting yes or no."""
    y, n = np.asarray(yes), np.asarray(no)
    return np.asarray((y > n) if rule == "simple" else (y >= 2 * n) & (y > 0))


def majority(rule: Rule, p: ArrayLike, absent: ArrayLike, counts: ArrayLike, codes: Sequence[str]) -> Majority:
    """The majority on p[states, 3] where a vote is cast and absent[states], with counts[draws, 4] of `align_totals.draw`."""
    value, gone = np.asarray(p, dtype=np.float64), np.asarray(absent, dtype=np.float64)
    drawn = np.asarray(counts)
    likely = np.where(gone >= 0.5, 3, value.argmax(axis=1))
    yes, no = int((likely == 0).sum()), int((likely == 2).sum())
    holds = bool(reached(yes, no, rule))
    moves = _closing(rule, value, likely, yes, no) if not holds else _breaking(rule, value, likely, yes, no)
    voting = np.flatnonzero(likely != 3)
    order = voting[np.lexsort((voting, -(value[voting, 0] - value[voting, 2])))]
    abstaining = int((likely == 1).sum())
    need = (len(voting) - abstaining) // 2 + 1 if rule == "simple" else -(-2 * (len(voting) - abstaining) // 3)
    window = order[max(need - 1 - WINDOW, 0) : need + WINDOW]
    need_yes = no + 1 if rule == "simple" else max(2 * no, 1)
    return Majority(
        rule=rule, yes=yes, no=no, margin=yes - need_yes, p=float(reached(drawn[:, 0], drawn[:, 2], rule).mean()), reached=holds,
        moves=tuple((codes[i], move, chance) for i, move, chance in moves), pivotal=tuple(codes[i] for i in window),
    )  # fmt: skip


def _closing(rule: Rule, p: Floats, likely: NDArray[np.int64], yes: int, no: int) -> list[tuple[int, str, float]]:
    """The fewest states that vote yes instead, the likeliest first, until the majority is reached."""
    found: list[tuple[int, str, float]] = []
    for i in sorted(np.flatnonzero((likely == 1) | (likely == 2)).tolist(), key=lambda i: (-p[i, 0], i)):
        if reached(yes, no, rule):
            break
        yes, no = yes + 1, no - int(likely[i] == 2)
        found.append((i, f"{OPTIONS[likely[i]]} to yes", float(p[i, 0])))
    return found


def _breaking(rule: Rule, p: Floats, likely: NDArray[np.int64], yes: int, no: int) -> list[tuple[int, str, float]]:
    """The fewest yes votes that would have to become no for the majority to fail, those likeliest not to vote yes first."""
    found: list[tuple[int, str, float]] = []
    for i in sorted(np.flatnonzero(likely == 0).tolist(), key=lambda i: (p[i, 0], i)):
        if not reached(yes, no, rule):
            break
        yes, no = yes - 1, no + 1
        found.append((i, "yes to no", float(p[i, 2])))
    return found
