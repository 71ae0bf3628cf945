"""The stacked model of coming votes: trained on earlier sessions by features that were themselves made before each, and judged forward in time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from comity.core import UsageError
from comity.models import align_features, align_scores, align_stack, align_totals
from comity.models.align_features import Asked, Features, View
from comity.models.align_record import ABSENT, Record, first_day, predecessors

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

BACK = 8
"""Sessions that a model is trained on."""
RIDGE = {"known": 20.0, "new": 1000.0, "absent": 5.0}
MASKED = 0.1
"""The weight of a resolution with a predecessor in the model for those without, its predecessor hidden."""
THINNED = 3
"""Of masked resolutions every third serves the mixture."""
CLASS = np.array([-1, 1, 0, 2, -1])
"""A vote's class in the logit: 0 abstain, 1 yes, 2 no."""
OPTIONS = ("abstain", "yes", "no")
KINDS = ("known", "new")


@dataclass(frozen=True, kw_only=True)
class Model:
    """The model of one session, trained on sessions before it: known (a predecessor stands in the record), new, absent; mixtures of loadings."""

    year: int
    names: dict[str, tuple[str, ...]]
    logits: dict[str, align_stack.Logit]
    mixtures: dict[str, Floats]

    def rows(self) -> list[tuple[int, str, str, str, float]]:
        """Year, part, column, option, value: coefficients, then mixtures."""
        out = []
        for part, logit in self.logits.items():
            options = OPTIONS[1:] if part != "absent" else ("absent",)
            for o, line in zip(options, logit.coefficients, strict=True):
                out += [(self.year, part, n, o, float(v)) for n, v in zip(self.names[part], line, strict=True)]
        for part, mix in self.mixtures.items():
            out += [(self.year, f"mixture {part}", f"{r:g}", "", float(v)) for r, v in zip(align_totals.LOADINGS, mix, strict=True)]
        return out


def from_rows(rows: Iterable[tuple[int, str, str, str, float]], year: int) -> Model:
    """The model of a year from its rows; UsageError where it has none."""
    parts: dict[str, dict[str, dict[str, float]]] = {}
    for y, part, name, option, value in rows:
        if y == year:
            parts.setdefault(part, {}).setdefault(option, {})[name] = value
    if "known" not in parts or "new" not in parts or "absent" not in parts:
        raise UsageError(f"no model of votes for the session of {year} is held")
    names = {p: tuple(next(iter(o.values()))) for p, o in parts.items() if not p.startswith("mixture")}
    logits = {}
    for p in names:
        options = OPTIONS[1:] if p != "absent" else ("absent",)
        logits[p] = align_stack.Logit(coefficients=np.array([[parts[p][o][n] for n in names[p]] for o in options]), gained=np.nan)
    mixtures = {
        p.removeprefix("mixture "): np.array([o[""][f"{r:g}"] for r in align_totals.LOADINGS]) for p, o in parts.items() if p.startswith("mixture")
    }
    return Model(year=year, names=names, logits=logits, mixtures=mixtures)


@dataclass(frozen=True, kw_only=True)
class Season:
    """One session's resolutions with the features of the day before it, by kind: known, new, and masked (known with the predecessor hidden)."""

    year: int
    at: dict[str, NDArray[np.int64]]
    made: dict[str, Features]


def season(whole: Record, year: int, *, masked: bool = True) -> Season:
    """The resolutions of a session by features as of its 1 September."""
    past = whole.before(first_day(year))
    now = np.flatnonzero(whole.sessions == year)
    view = View(past, year)
    chains = predecessors([whole.names[i] for i in now], past, sessions=np.full(len(now), year), within=align_features.WITHIN)
    has = np.array([bool(c) for c in chains], dtype=bool)
    at, made = {}, {}
    for kind, which, hide in (("known", has, False), ("new", ~has, False), ("masked", has & masked, True)):
        if which.any():
            at[kind] = now[which]
            made[kind] = align_features.features(view, asked(whole, at[kind], year), mask_same=hide)
    return Season(year=year, at=at, made=made)


def asked(whole: Record, at: NDArray[np.int64], year: int) -> Asked:
    """Resolutions of the record as ones to come."""
    return Asked(titles=tuple(whole.titles[i] for i in at), agendas=tuple(whole.agendas[i] for i in at), year=year)


@dataclass(kw_only=True)
class Trained:
    """What training goes through: models by year, the forecasts made before each session, and the likelihoods that mixtures come from."""

    models: dict[int, Model] = field(default_factory=dict)
    forecasts: dict[int, dict[str, Floats]] = field(default_factory=dict)
    found: dict[int, dict[str, Floats]] = field(default_factory=dict)


def train(whole: Record, seasons: Sequence[Season], *, first: int, progress: Callable[[int], None] | None = None) -> Trained:
    """Models for the sessions from `first` to the one after the last season, each on up to eight sessions before it, with its forecasts."""
    by_year = {s.year: s for s in seasons}
    out = Trained()
    start: dict[str, Any] = {}
    for year in range(first, max(by_year) + 2):
        taught = [by_year[y] for y in range(year - BACK, year) if y in by_year]
        if not taught:
            raise UsageError(f"no session before {year} to train on; the first held is {min(by_year)}")
        known, new, absent = (_fit(part, whole, taught, start) for part in ("known", "new", "absent"))
        logits = {"known": known[1], "new": new[1], "absent": absent[1]}
        start = {k: v.coefficients for k, v in logits.items()}
        mixtures = {k: _mixture(out.found, k, year) for k in (*KINDS, "absent")}
        names = {"known": known[0], "new": new[0], "absent": absent[0]}
        out.models[year] = Model(year=year, names=names, logits=logits, mixtures=mixtures)
        if year in by_year:
            _forecast(out, whole, by_year[year])
        if progress is not None:
            progress(year)
    return out


def probabilities(model: Model, made: Features, kind: str) -> tuple[Floats, Floats]:
    """[items, seats, 3] of yes, abstain, no where a vote is cast, and [items, seats] of none."""
    part = "known" if kind == "known" else "new"
    p = model.logits[part].probabilities(made.x[..., _places(model.names[part], made.names)])
    absent = model.logits["absent"].probabilities(made.absence[..., _places(model.names["absent"], made.absence_names)])
    return p[..., [1, 0, 2]], absent[..., 1]


def _places(names: Sequence[str], held: Sequence[str]) -> list[int]:
    """Where each column of the model stands among those held; UsageError where one is missing: the model is of another version."""
    missing = [n for n in names if n not in held]
    if missing or len(names) != len(held):
        raise UsageError(f"the model of votes was built by another version (columns {missing[:3]}); run `comity build un_vote_model --from DIR`")
    return [list(held).index(n) for n in names]


def _fit(part: str, whole: Record, taught: Sequence[Season], start: dict[str, Any]) -> tuple[tuple[str, ...], align_stack.Logit]:
    xs, ys, ws = [], [], []
    names: tuple[str, ...] = ()
    for s in taught:
        for kind in ("known",) if part == "known" else ("new", "masked") if part == "new" else KINDS:
            if kind not in s.made:
                continue
            votes = whole.votes[s.at[kind]]
            kept = votes > 0 if part != "absent" else votes >= 0
            made = s.made[kind]
            names = made.names if part != "absent" else made.absence_names
            xs.append((made.x if part != "absent" else made.absence)[kept])
            ys.append(CLASS[votes[kept]] if part != "absent" else (votes[kept] == ABSENT).astype(np.int64))
            ws.append(np.full(len(ys[-1]), MASKED if kind == "masked" else 1.0))
    x, y, w = np.concatenate(xs), np.concatenate(ys), np.concatenate(ws)
    return names, align_stack.fit(x, y, weights=w, ridge=RIDGE[part], start=start.get(part))


def _forecast(out: Trained, whole: Record, s: Season) -> None:
    """The session's forecasts by its model, and the likelihood of what came, for the mixtures of later sessions."""
    model = out.models[s.year]
    out.forecasts[s.year], out.found[s.year] = {}, {}
    gone = []
    for kind, made in s.made.items():
        p, absent = probabilities(model, made, kind)
        votes = whole.votes[s.at[kind]]
        rows = []
        for k, line in enumerate(votes[:: THINNED if kind == "masked" else 1]):
            k *= THINNED if kind == "masked" else 1
            cast = line > 0
            rows.append(align_totals.likelihoods(p[k][cast], line[cast].astype(np.int64) - 1))
            if kind != "masked":
                member = line >= 0
                q = absent[k][member]
                there = np.stack([q, np.zeros_like(q), 1 - q], axis=1)
                gone.append(align_totals.likelihoods(there, np.where(line[member] == ABSENT, 0, 2)))
        out.found[s.year][kind] = np.array(rows)
        out.forecasts[s.year][kind] = p
        out.forecasts[s.year][f"absent {kind}"] = absent
    out.found[s.year]["absent"] = np.array(gone)


def _mixture(found: dict[int, dict[str, Floats]], kind: str, year: int) -> Floats:
    parts, weights = [], []
    for y in range(year - BACK, year):
        for name, weight in ((kind, 1.0), *((("masked", MASKED * THINNED),) if kind == "new" else ())):
            held = found.get(y, {}).get(name)
            if held is not None:
                parts.append(held)
                weights.append(np.full(len(held), weight))
    if not parts:
        return align_totals.mixture(np.zeros((0, len(align_totals.LOADINGS))))
    return align_totals.mixture(np.concatenate(parts), np.concatenate(weights))


@dataclass(frozen=True, kw_only=True)
class Line:
    """One session of the validation, of resolutions with a predecessor ("known") or without ("new").

    base: the pooled table of last vote by vote for the known, each state's rates of five sessions for the new; auc: of change against the latest vote
    cast on the title. cover80: the share of resolutions whose yes total falls in the closed 80 % band; width: the band's mean width; independent80:
    the share by independent votes.
    """

    year: int
    kind: str
    resolutions: int
    model: align_scores.Marks
    base: align_scores.Marks
    auc: float
    cover80: float
    independent80: float
    width: float
    absent: float
    absent_base: float


def judge(whole: Record, seasons: Sequence[Season], trained: Trained) -> list[Line]:
    """The validation by session and kind: forecasts made before 1 September against the votes cast, beside the baselines."""
    by_year = {s.year: s for s in seasons}
    return [
        _line(whole, by_year, trained, year, kind) for year in sorted(trained.forecasts) for kind in KINDS if kind in by_year[year].made
    ]  # fmt: skip


def _line(whole: Record, by_year: dict[int, Season], trained: Trained, year: int, kind: str) -> Line:
    s = by_year[year]
    made, votes = s.made[kind], whole.votes[s.at[kind]]
    p = trained.forecasts[year][kind]
    cast = votes > 0
    y = votes[cast].astype(np.int64) - 1
    auc = float("nan")
    if kind == "known":
        table = last_vote_table(whole, [by_year[t] for t in range(year - BACK, year) if t in by_year])
        base = table[made.last[cast]]
        seen = made.last[cast] > 0
        before = np.where(seen, made.last[cast].astype(np.int64) - 1, 0)
        auc = align_scores.auc(1 - p[cast][np.arange(len(y)), before][seen], (before != y)[seen])
    else:
        at = [made.names.index(n) for n in ("base Y", "base N")]
        base = align_stack.softmax(made.x[cast][:, at])[:, [1, 0, 2]]
    inside: list[bool] = []
    alone: list[bool] = []
    widths: list[float] = []
    flat = align_totals.mixture(np.zeros((0, len(align_totals.LOADINGS)))) * 0
    flat[0] = 1.0
    for k, line in enumerate(votes):
        there = line > 0
        n = int((line == 1).sum())
        for mix, into in ((trained.models[year].mixtures[kind], inside), (flat, alone)):
            drawn = align_totals.draw(p[k][there], np.zeros(int(there.sum())), mix, flat, draws=400, seed=int(s.at[kind][k]))
            _, low, high = drawn.band(0)
            into.append(low <= n <= high)
            if into is inside:
                widths.append(high - low)
    member = votes >= 0
    gone = (votes[member] == ABSENT).astype(np.int64)
    q = trained.forecasts[year][f"absent {kind}"][member]
    rate = 1 / (1 + np.exp(-made.absence[member][:, made.absence_names.index("long")]))
    loss = [align_scores.marks(np.stack([1 - x, x], axis=1), gone).log_loss for x in (q, rate)]
    return Line(
        year=year, kind=kind, resolutions=len(votes), model=align_scores.marks(p[cast], y), base=align_scores.marks(base, y), auc=auc,
        cover80=float(np.mean(inside)), independent80=float(np.mean(alone)), width=float(np.mean(widths)), absent=loss[0], absent_base=loss[1],
    )  # fmt: skip


def last_vote_table(whole: Record, taught: Sequence[Season]) -> Floats:
    """[last vote 0 … 3, yes abstain no]: how votes followed the latest cast on the title in the sessions given, half a vote in each cell."""
    count = np.full((4, 3), 0.5)
    for s in taught:
        if "known" in s.made:
            votes = whole.votes[s.at["known"]]
            cast = votes > 0
            np.add.at(count, (s.made["known"].last[cast].astype(np.int64), votes[cast].astype(np.int64) - 1), 1)
    return np.asarray(count / count.sum(axis=1, keepdims=True))
