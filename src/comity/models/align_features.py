"""What was known of each state before a vote: its record on the title, on like titles and headings, and where it stands, as of a day.

All from a record cut before the day; nothing of the vote itself or of a later one enters. Shares of yes, abstain and no become two log ratios
each (yes to abstain, no to abstain), as the model that reads them is a multinomial logit with abstain as its base.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from comity.models import align_factors, align_titles
from comity.models.align_record import ABSENT, ABSTAIN, NO, YES, Record, predecessors

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

WITHIN = 10
"""Sessions back in which a title counts as the same text's."""
BASE, WINDOW, DECAY = 5, 8, 0.8
"""Sessions of a state's base rates; sessions that its place is fitted to; the weight of a session against the next."""
DIMENSIONS, RIDGE = 8, 1.0
NEAREST, POWER = 15, 3
EDGE = 0.02
ALIKE = 0.8
"""Cosine from which two titles count as near-identical."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Resolutions to come: titles, agenda entries ("" where unknown), and the year in which their session opens."""

    titles: tuple[str, ...]
    agendas: tuple[str, ...]
    year: int


@dataclass(frozen=True, kw_only=True)
class Features:
    """x[items, seats, columns] under these names, and what it stands on.

    chains: for each item the places in the record of the same title, the latest first. last[items, seats]: the latest vote cast on one of
    them (0 where there is none). nearest[items, k] and cosine[items, k]: the most similar resolutions of the record.
    """

    names: tuple[str, ...]
    x: Floats
    absence_names: tuple[str, ...]
    absence: Floats
    chains: tuple[tuple[int, ...], ...]
    last: NDArray[np.int8]
    nearest: NDArray[np.int64]
    cosine: Floats


class View:
    """A record as of the first day of a year's session or another day, with what is computed of it once."""

    def __init__(self, past: Record, year: int) -> None:
        self.past, self.year = past, year
        self.age = np.maximum(year - past.sessions, 1)

    @cached_property
    def cast(self) -> Floats:
        """[3, items, seats]: whether each voted yes, abstain, no."""
        return np.stack([self.past.votes == v for v in (YES, ABSTAIN, NO)]).astype(np.float64)

    @cached_property
    def index(self) -> align_titles.Index:
        return align_titles.Index(self.past.titles, self.past.agendas)

    @cached_property
    def window(self) -> NDArray[np.int64]:
        return np.flatnonzero(self.age <= WITHIN)

    @cached_property
    def factors(self) -> align_factors.Factors:
        """Fitted to all items of the last ten sessions; those beyond the window place no state."""
        at = self.window
        weight = np.where(self.age[at] <= WINDOW, DECAY ** (self.age[at] - 1.0), 0.0)
        return align_factors.fit(self.past.votes[at], weight, k=DIMENSIONS, ridge=RIDGE)

    @cached_property
    def placed(self) -> Floats:
        """[2, items, seats]: log ratios by the factors; nought for items before the last ten sessions."""
        out = np.zeros((2, *self.past.votes.shape))
        yes, no = 1 / (1 + np.exp(-self.factors.logits(np.arange(len(self.window)))))
        rest = np.maximum(1 - yes - no, 0.003)
        out[:, self.window] = np.log(np.stack([yes, no]) + 0.003) - np.log(rest)
        return out

    @cached_property
    def base(self) -> Floats:
        """[3, seats]: shares of yes, abstain and no over five sessions, drawn to the whole Assembly's."""
        recent = self.age <= BASE
        return _shares(recent[None].astype(np.float64), self.cast, prior=5.0)[:, 0]

    @cached_property
    def moves(self) -> tuple[Floats, Floats, Floats, Floats]:
        """Change from one vote on a title to the next: by seat its rate and direction, of five sessions and of the last; the rate by item."""
        votes, age = self.past.votes, self.age
        before = np.full(len(votes), -1)
        seen: dict[str, int] = {}
        for i, name in enumerate(self.past.names):
            if name in seen and age[seen[name]] - age[i] <= WITHIN:
                before[i] = seen[name]
            seen[name] = i
        now = np.flatnonzero((before >= 0) & (age <= WITHIN))
        new, old = votes[now], votes[before[now]]
        both = (new > 0) & (old > 0)
        changed, signed = both & (new != old), np.where(both, old.astype(np.float64) - new, 0.0)
        rate = np.zeros((2, votes.shape[1]))
        way = np.zeros((2, votes.shape[1]))
        for k, span in enumerate((BASE, 1)):
            rows = age[now] <= span
            n = both[rows].sum(axis=0)
            mean = changed[rows].sum() / max(n.sum(), 1)
            rate[k] = (changed[rows].sum(axis=0) + 20 * mean) / (n + 20)
            way[k] = signed[rows].sum(axis=0) / (n + 10)
        by_item = np.full(len(votes), np.nan)
        by_item[now] = (changed.sum(axis=1) + 2) / (both.sum(axis=1) + 60)
        item_way = np.full(len(votes), 0.0)
        item_way[now] = signed.sum(axis=1) / (both.sum(axis=1) + 10)
        return rate, way, by_item, item_way


def features(view: View, asked: Asked, *, mask_same: bool = False) -> Features:
    """The features of resolutions to come; mask_same hides what the record holds under the same title."""
    past = view.past
    names = [align_titles.normalised(t) for t in asked.titles]
    chains = predecessors(names, past, sessions=np.full(len(names), asked.year), within=WITHIN)
    cosine = view.index.similar(asked.titles, asked.agendas)
    cosine[:, view.age > WITHIN] = 0.0
    if mask_same:
        same = np.array([[n == p for p in past.names] for n in names]).reshape(cosine.shape)
        cosine[same] = 0.0
        chains = [[] for _ in names]
    nearest = np.argsort(-cosine, axis=1, kind="stable")[:, :NEAREST]
    kept = np.take_along_axis(cosine, nearest, axis=1)
    absence_names, absence = _absence(view, chains)
    has = [bool(c) for c in chains]
    parts = _record(view, chains) if any(has) else _new(view, asked, nearest, kept, mask_same)
    last, _ = latest_cast(past, chains)
    if any(has) != all(has):
        raise ValueError("items with a predecessor and without stand together; expected one kind")
    return Features(
        names=tuple(parts), x=np.stack([np.broadcast_to(c, last.shape) for c in parts.values()], axis=-1), absence_names=absence_names,
        absence=absence, chains=tuple(tuple(c) for c in chains), last=last, nearest=nearest, cosine=kept,
    )  # fmt: skip


def latest_cast(past: Record, chains: Sequence[Sequence[int]]) -> tuple[NDArray[np.int8], Floats]:
    """Each seat's latest vote that was cast on a title (0 where it never cast one), and how many later occasions it let pass, logged."""
    last = np.zeros((len(chains), len(past.seats)), np.int8)
    missed = np.zeros(last.shape)
    for k, c in enumerate(chains):
        if not len(c):
            continue
        votes = past.votes[list(c)]
        there = votes > 0
        first = there.argmax(axis=0)
        some = there.any(axis=0)
        last[k, some] = votes[first, np.arange(votes.shape[1])][some]
        missed[k] = np.where(some, np.log1p(first), 0.0)
    return last, missed


def _record(view: View, chains: Sequence[Sequence[int]]) -> dict[str, Any]:
    """Columns for items whose title stands in the record."""
    past = view.past
    heads = np.array([c[0] for c in chains])
    last, missed = latest_cast(past, chains)
    second, _ = latest_cast(past, [c[1:] for c in chains])
    weight = np.zeros((len(chains), len(past)))
    older = np.zeros((len(chains), len(past)))
    for k, c in enumerate(chains):
        weight[k, list(c)] = 0.6 ** np.arange(len(c))
        older[k, list(c[1:])] = 0.8 ** np.arange(len(c) - 1)
    history = _ratios(_shares(weight, view.cast, prior=0.5))
    own = _ratios(_shares(weight, view.cast, prior=0.5, item=True)[:, :, :1])
    rate, way, by_item, item_way = view.moves
    age = np.log(view.age[heads])[:, None]
    usual = float(np.nanmean(by_item)) if np.isfinite(by_item).any() else 0.05
    volatile = np.log(np.where(np.isfinite(by_item[heads]), by_item[heads], usual))[:, None]
    base = _ratios(view.base)
    place = view.placed[:, heads]
    similar = _ratios(_similar(view, chains))
    out: dict[str, Any] = {"one": np.ones(last.shape)}
    voted = {"Y": last == YES, "A": last == ABSTAIN, "N": last == NO}
    for v, at in voted.items():
        out[f"last {v}"] = at.astype(np.float64)
    for v, code in (("Y", YES), ("A", ABSTAIN), ("N", NO)):
        out[f"second {v}"] = (second == code).astype(np.float64)
    out["missed"] = missed
    for v in ("Y", "A", "N"):
        out[f"missed × last {v}"] = missed * out[f"last {v}"]
    moving = {
        "age": age, "volatile": volatile, "rate": np.log(rate[0])[None], "rate1": np.log(rate[1])[None], "way": way[0][None] * 10,
        "way1": way[1][None] * 10, "item way": item_way[heads][:, None] * 10,
    }  # fmt: skip
    for name, pair in (("history", history), ("own", own), ("base", base[:, None]), ("place", place), ("similar", similar)):
        out[f"{name} Y"], out[f"{name} N"] = pair
    out |= moving
    crossed = {**moving, **{k: out[k] for k in ("place Y", "place N", "similar Y", "similar N", "history Y", "history N")}}
    for v in ("Y", "N"):
        for name, column in crossed.items():
            out[f"{name} × last {v}"] = column * out[f"last {v}"]
    gone = (last <= ABSENT).astype(np.float64)
    for name in ("place Y", "place N", "history Y", "history N"):
        out[f"{name} × absent"] = out[name] * gone
    return out


def _similar(view: View, chains: Sequence[Sequence[int]]) -> Floats:
    """Shares on the titles most similar to each chain's latest, itself left out."""
    heads = [c[0] for c in chains]
    past = view.past
    cosine = view.index.similar([past.titles[i] for i in heads], [past.agendas[i] for i in heads])
    cosine[:, view.age > WITHIN] = 0.0
    for k, c in enumerate(chains):
        cosine[k, list(c)] = 0.0
    return _shares(_nearest_weights(view, cosine), view.cast, prior=0.3)


def _nearest_weights(view: View, cosine: Floats) -> Floats:
    keep = np.argsort(-cosine, axis=1, kind="stable")[:, :NEAREST]
    out = np.zeros_like(cosine)
    np.put_along_axis(out, keep, np.take_along_axis(cosine, keep, axis=1) ** POWER, axis=1)
    return np.asarray(out * 0.9 ** (view.age - 1.0))


def _new(view: View, asked: Asked, nearest: NDArray[np.int64], kept: Floats, mask_same: bool) -> dict[str, Any]:
    """Columns for items whose title is new."""
    past = view.past
    count = len(asked.titles)
    weight = np.zeros((count, len(past)))
    np.put_along_axis(weight, nearest, kept**POWER, axis=1)
    weight *= 0.9 ** (view.age - 1.0)
    total = weight.sum(axis=1, keepdims=True)
    similar = _ratios(_shares(weight, view.cast, prior=0.3))
    mean_place = np.einsum("ij,cjs->cis", weight / np.maximum(total, 1e-9), view.placed)
    heading = np.zeros((count, len(past)))
    held: dict[str, list[int]] = {}
    names = [align_titles.normalised(t) for t in asked.titles]
    for i, found in enumerate(past.headings):
        for h in found:
            held.setdefault(h, []).append(i)
    for k, agenda in enumerate(asked.agendas):
        for h in align_titles.agenda_items(agenda):
            heading[k, [i for i in held.get(h, ()) if not (mask_same and past.names[i] == names[k])]] = 1.0
    heading *= np.where(view.age <= WITHIN, 0.85 ** (view.age - 1.0), 0.0)
    headed = _shares(heading, view.cast, prior=1.0)
    base = _ratios(view.base)
    recent = _fresh(view)
    best = kept[:, :1]
    own_similar = _ratios(_shares(weight, view.cast, prior=0.3, item=True)[:, :, :1])
    own_heading = _ratios(_shares(heading, view.cast, prior=1.0, item=True)[:, :, :1])
    pairs = (
        ("similar", similar), ("place", mean_place), ("heading", _ratios(headed)), ("base", base[:, None]), ("fresh", recent[:, None]),
        ("own similar", own_similar), ("own heading", own_heading),
    )  # fmt: skip
    out: dict[str, Any] = {"one": np.ones((count, len(past.seats))), "best": best, "headed": np.log1p(heading.sum(axis=1, keepdims=True))}
    for name, pair in pairs:
        out[f"{name} Y"], out[f"{name} N"] = pair
    for name in ("similar", "place"):
        for v in ("Y", "N"):
            out[f"{name} {v} × best"] = out[f"{name} {v}"] * best
    for v in ("Y", "N"):
        out[f"heading {v} × headed"] = out[f"heading {v}"] * out["headed"]
    return out


def _fresh(view: View) -> Floats:
    """[2, seats]: log ratios on resolutions of the last three sessions whose title was new then."""
    seen: dict[str, int] = {}
    new = np.zeros(len(view.past))
    for i, name in enumerate(view.past.names):
        if view.age[i] <= 3 and (name not in seen or view.age[seen[name]] - view.age[i] > WITHIN):
            new[i] = 1.0
        seen[name] = i
    return _ratios(_shares(new[None], view.cast, prior=3.0))[:, 0]


def _absence(view: View, chains: Sequence[Sequence[int]]) -> tuple[tuple[str, ...], Floats]:
    """Columns about not voting: the seat's rate of five sessions, of the last, of the last thirty resolutions; the title's; the last time."""
    past = view.past
    member = past.votes >= 0
    gone = past.votes == ABSENT
    usual = gone[view.age <= BASE].sum() / max(member[view.age <= BASE].sum(), 1)

    def rate(rows: Any, prior: float) -> Floats:
        share = (gone[rows].sum(axis=0) + prior * usual) / (member[rows].sum(axis=0) + prior)
        return np.asarray(np.log(share / (1 - share)))

    long, year, late = rate(view.age <= BASE, 5), rate(view.age <= 1, 5), rate(slice(max(len(past) - 30, 0), None), 3)
    n = len(past.seats)
    shape = (len(chains), n)
    last, second, item, has = np.zeros(shape), np.zeros(shape), np.full(shape, np.log(usual / (1 - usual))), np.zeros(shape)
    title = np.zeros(shape)
    for k, c in enumerate(chains):
        if not c:
            continue
        has[k] = 1.0
        last[k] = gone[c[0]]
        second[k] = gone[c[1]] if len(c) > 1 else 0.0
        share = (gone[c[0]].sum() + 5 * usual) / (member[c[0]].sum() + 5)
        item[k] = np.log(share / (1 - share))
        whole = (gone[list(c)].sum(axis=0) + 1 * usual) / (member[list(c)].sum(axis=0) + 1)
        title[k] = np.log(whole / (1 - whole))
    columns = {
        "one": np.ones(shape), "long": long[None], "year": year[None], "late": late[None], "last": last, "second": second, "item": item, "has": has,
        "title": title, "long × has": long[None] * has, "last × long": last * long[None], "late × year": (late * year)[None],
    }  # fmt: skip
    return tuple(columns), np.stack([np.broadcast_to(c, shape) for c in columns.values()], axis=-1)


def _shares(weights: Floats, cast: Floats, *, prior: float, item: bool = False) -> Floats:
    """[3, asked, seats]: weighted shares of the seat's votes, drawn by `prior` votes to the same items' shares over all seats; item: those."""
    count = np.stack([weights @ c for c in cast])
    whole = count.sum(axis=2, keepdims=True)
    total = whole.sum(axis=0, keepdims=True)
    usual = cast.sum(axis=(1, 2))[:, None, None] / max(cast.sum(), 1)
    pooled = (whole + 20 * usual) / (total + 20)
    if item:
        return np.asarray(pooled)
    return np.asarray((count + prior * pooled) / (count.sum(axis=0, keepdims=True) + prior))


def _ratios(shares: Floats) -> Floats:
    """Shares of yes, abstain, no as log ratios of yes and of no to abstain."""
    edged = np.log(shares + EDGE)
    return np.stack([edged[0] - edged[1], edged[2] - edged[1]])
