"""Where two states stand in the four families, how that moved on common measures, and what may be said of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from comity import measures, percents, standing, store
from comity.core import Evidence, NotHeldError, UsageError
from comity.models import form, position
from comity.models.position import Family, Move
from comity.store import Holdings

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

DRAWS = 1000
BY = 5.0
"""Percentiles by which an index has to move to have moved."""
SURE = 0.9
RISE = 0.95
LEAST = 2
"""Domains of joint work that an index of it needs, and that have to have moved."""
START = 1995
RECENT = 5
"""Years, from the last with an index back, of which the one with most measures stands for now."""
SPAN = 10
"""Years before the last year held in which conflict is told."""
CERTAIN = "certain"
"""The variant of a measure that is itself an upper bound."""
STALE = 5
"""Years: what is told of conflict comes last, and as older, where it ended so long before the newest family."""


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Data that are published and not held: the domain, from which year on they are wanted, what, and who publishes them."""

    topic: str
    family: str
    after: int
    what: str
    source: str


WANTED = (
    Wanted(topic="production", family="joint", after=2011, what="production shared by the two",
           source="OECD Inter-Country Input-Output tables and TiVA (1995–2020)"),
    Wanted(topic="drafts", family="joint", after=0, what="drafts sponsored together in all committees of the General Assembly",
           source="Seabra & Mesquita, UNGA Sponsorship Dataset, doi:10.7910/DVN/MPQUE2"),
    Wanted(topic="exercises", family="joint", after=0, what="joint military exercises",
           source="Bernhardt & Sukin, Joint Military Exercises Dataset (1973–2016)"),
    Wanted(topic="defence", family="joint", after=2018, what="alliances after 2018", source="a later release of ATOP"),
    Wanted(topic="patents", family="joint", after=0, what="patents with inventors of both", source="OECD patent statistics, co-inventions"),
    Wanted(topic="trade", family="exchange", after=2020, what="trade of all pairs after 2020", source="CEPII, BACI"),
    Wanted(topic="investment", family="exchange", after=2012, what="direct investment of all pairs after 2012",
           source="IMF, Coordinated Direct Investment Survey"),
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Held:
    """The families as fitted, with and without distance, and what the store knows of them."""

    path: Path
    near: Mapping[str, Family]
    far: Mapping[str, Family]
    facts: Mapping[str, Any]

    def measures(self) -> list[str]:
        """All measures, family by family."""
        return [m for f in self.near.values() for m in f.measures]

    def of(self, measure: str, year: int) -> int | None:
        """The year whose value a measure has in a year, None where it has none."""
        found = self.facts["years"][measure].get(str(year))
        return None if found is None else int(found)


@dataclass(frozen=True, kw_only=True)
class Pair:
    """One pair's scores and their errors by year and measure, nan where it has none; columns in the order of `Held.measures()`."""

    a: str
    b: str
    years: tuple[int, ...]
    near: Floats
    far: Floats
    error: Floats


def held(holdings: Holdings) -> Held:
    """The position as built; NotHeldError where it is not."""
    if not holdings.has("model", standing.NAME):
        raise NotHeldError("the position: not held; `comity build --from DIR` makes it from the measures")
    path = holdings.path("model", standing.NAME)
    return _held(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=4)
def _held(path: Path, _: int) -> Held:
    import numpy as np

    facts = store.ledger_row(path, "model", "store").facts
    built: list[dict[str, Family]] = []
    for key in ("correlations", "correlations_far"):
        built.append({
            name: Family(name=name, measures=tuple(f["measures"]), correlations=np.array(f[key]), stays=f["stays"])
            for name, f in facts["families"].items()
        })  # fmt: skip
    return Held(path=path, near=built[0], far=built[1], facts=facts)


def pair(found: Held, a: str, b: str) -> Pair:
    """The scores of two states; UsageError where they are no pair of any year."""
    import numpy as np

    x, y = sorted((a, b))
    rows = store.query("SELECT * FROM read_parquet($path) WHERE a = $x AND b = $y ORDER BY year", {"x": x, "y": y}, path=found.path)
    if not rows.num_rows:
        years = store.query("SELECT min(year) AS a, max(year) AS b FROM read_parquet($path)", path=found.path).to_pylist()[0]
        raise UsageError(f"{a} and {b}: no position, as they were not both members of the state system in {years['a']}–{years['b']}")

    def columns(suffix: str) -> Floats:
        return np.column_stack([rows.column(m + suffix).to_numpy(zero_copy_only=False).astype(np.float64) for m in found.measures()])

    return Pair(
        a=x, b=y, years=tuple(rows.column("year").to_pylist()), near=position.scores(columns("") / 100),
        far=position.scores(columns(standing.FAR) / 100), error=columns(standing.ERROR),
    )  # fmt: skip


def answer(
    holdings: Holdings, a: str, b: str, *, year: int | None = None, start: int | None = None, stop: int | None = None,
    weights: Mapping[str, Floats] | None = None, draws: int = DRAWS,
) -> dict[str, Any]:  # fmt: skip
    """Everything that is said of two states: conflict, families, trail, moves with the statement, domain pairs, ranks among partners.

    year: that of the families, default the newest; start, stop: the years compared, default 1995 and the newest. weights: by family, in the
    order of its measures; equal where not given. Values are percentiles, None where there is no index.
    """
    found = held(holdings)
    mine = pair(found, a, b)
    if start is not None and stop is not None and start >= stop:
        raise UsageError(f"--from {start} is not before --to {stop}")
    seen = view(found, mine, weights=weights, draws=draws, exact=year is not None or stop is not None)
    first = max(start or START, mine.years[0])
    last = min(stop or year or mine.years[-1], mine.years[-1])
    families = [seen.family(name, year or last) for name in found.near]
    moves = {name: seen.move(name, first, last) for name in found.near}
    against, older = conflict(holdings, a, b, max((f["year"] for f in families if f["year"]), default=last))
    said, settled = statement(seen, moves, against)
    said += [s for s in (part(found), older) if s]
    joint = moves.get("joint")
    return {
        "a": a, "b": b, "year": year or last, "conflict": " ".join(s for s in (against, older) if s) or None, "families": families,
        "trail": [r for name in found.near for r in seen.trail(name, moves[name])],
        "moved": {
            "statement": " ".join(said),
            "sentences": said, "p": None if joint is None else joint["p_more"], "years": None if joint is None else joint["years"],
            "measures": [] if joint is None else joint["measures"], "settled_by": settled, "towards_joint": bool(joint and joint["towards"]),
            "families": [{k: v for k, v in m.items() if k != "towards"} for m in moves.values()],
        },
        "domains": seen.domains(first, last), "partners": partners(found, a, b, [(f["name"], f["year"]) for f in families if f["year"]]),
        "validity": validity_words(found),
    }  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class View:
    """One pair seen with given weights and number of draws."""

    found: Held
    pair: Pair
    weights: dict[str, Floats]
    draws: int
    exact: bool

    def columns(self, name: str) -> list[int]:
        every = self.found.measures()
        return [every.index(m) for m in self.found.near[name].measures]

    def scores(self, name: str, year: int, *, far: bool = False) -> tuple[Floats, Floats]:
        at = self.pair.years.index(year)
        columns = self.columns(name)
        return (self.pair.far if far else self.pair.near)[at, columns], self.pair.error[at, columns]

    def held_in(self, name: str, year: int) -> tuple[str, ...]:
        import numpy as np

        if year not in self.pair.years:
            return ()
        there = np.isfinite(self.scores(name, year)[0])
        return tuple(m for m, t in zip(self.found.near[name].measures, there, strict=True) if t)

    def enough(self, name: str, used: Sequence[str]) -> bool:
        """Whether an index may be made of these: two domains for joint work, one measure for any other family."""
        return len({topic(m) for m in used}) >= (LEAST if name == "joint" else 1)

    def newest(self, name: str, before: int, after: int = 0) -> int | None:
        """The year up to `before` that stands for a family: `before` itself where it has an index with a value of its own, else of the
        RECENT years to the last such one that with most measures, the latest of those.
        """
        good = [y for y in self.pair.years if after <= y <= before and self.enough(name, self.held_in(name, y))]
        fresh = [y for y in good if any(self.found.of(m, y) == y for m in self.held_in(name, y))]
        if self.exact and before in fresh:
            return before
        late = [y for y in fresh or good if y > (fresh or good)[-1] - RECENT]
        return max(late, key=lambda y: (len(self.held_in(name, y)), y), default=None)

    def family(self, name: str, year: int) -> dict[str, Any]:
        """The index of one family in a year or the newest before it, with its band, beyond distance too, and its measures."""
        import numpy as np

        at = self.newest(name, year)
        seen = self.held_in(name, year)
        why = f"no index: {'only ' + ', '.join(title(m) for m in seen) + ' is held' if seen else 'nothing of it is held'} for the two"
        if at is None:
            return {"name": name, "year": None, "value": None, "q10": None, "q90": None, "beyond_distance": None, "measures": [], "why": why}
        (z, e), (far, _) = self.scores(name, at), self.scores(name, at, far=True)
        w = self.weights.get(name)
        made = position.standing(z[None], e[None], self.found.near[name], draws=self.draws, weights=w)[0]
        beyond = position.standing(far[None], e[None], self.found.far[name], draws=self.draws, weights=w)[0] if np.isfinite(far).any() else None
        rows = []
        for m, value, other in zip(self.found.near[name].measures, 100 * position.shares(z), 100 * position.shares(far), strict=True):
            of = self.found.of(m, at)
            known = bool(np.isfinite(value))
            rows.append({
                "name": m, "title": title(m), "percentile": round(float(value), 1) if known else None, "n": self._pairs(m, of) if known else None,
                "beyond_distance": round(float(other), 1) if np.isfinite(other) else None, "year": of if known else None,
                "source": self.found.facts["sources"][m].get(str(of)) if known else None,
            })  # fmt: skip
        return {
            "name": name, "year": at, "value": _r(made.value), "q10": _r(made.low), "q90": _r(made.high),
            "beyond_distance": None if beyond is None else _r(beyond.value), "measures": rows,
            "why": f"{year}: {why}" if self.exact and not self.enough(name, seen) else None,
        }  # fmt: skip

    def _pairs(self, measure: str, year: int | None) -> int | None:
        fit = self.found.facts["fits"][measure].get(str(year))
        return int(fit[2]) if fit else None

    def ends(self, name: str, first: int, last: int) -> tuple[int, int] | None:
        """The first and last year in a span between which a family can be compared: each has an index."""
        good = [y for y in self.pair.years if first <= y <= last and self.enough(name, self.held_in(name, y))]
        after = self.newest(name, last, first)
        return (good[0], after) if good and after is not None and good[0] < after else None

    def move(self, name: str, first: int, last: int) -> dict[str, Any]:
        """How a family moved in a span: the move on common measures, each measure's own, and whether the rule of joint work is met."""
        out: dict[str, Any] = {"family": name, "years": None, "change": None, "q10": None, "q90": None, "p_up": None, "p_more": None,
                               "p_more_common": None, "measures": [], "moved": [], "fell": [], "seams": [], "towards": False}  # fmt: skip
        span = self.ends(name, first, last)
        if span is None:
            return out
        before, after = self.scores(name, span[0]), self.scores(name, span[1])
        made: Move = position.moved(
            before, after, self.found.near[name], years=span[1] - span[0], by=BY, draws=self.draws, weights=self.weights.get(name)
        )  # fmt: skip
        if made.change is None or not self.enough(name, made.used):
            return out | {"measures": list(made.used)}
        rose, fell = single(self.found.near[name], before, after, draws=self.draws)
        return out | {
            "years": list(span), "change": _r(made.change), "q10": _r(made.low), "q90": _r(made.high), "p_up": round(made.p_up, 3),
            "p_more": round(made.p_more, 3), "p_more_common": round(made.p_more_common, 3), "measures": list(made.used), "moved": rose,
            "fell": fell, "seams": self.seams(made.used, *span), "towards": name == "joint" and jointly(made, rose),
        }  # fmt: skip

    def seams(self, used: Sequence[str], first: int, last: int) -> list[str]:
        """Changes of source within a span, and measures whose last value is carried from an earlier year."""
        out = []
        for m in used:
            ends = [str(self.found.facts["sources"][m].get(str(self.found.of(m, y)))).removesuffix(standing.MIXED) for y in (first, last)]
            if ends[0] != ends[1]:
                out.append(f"{title(m)}: {ends[0]}, then {ends[1]}")
            of = self.found.of(m, last)
            if of is not None and of != last:
                out.append(f"{title(m)}: the value of {of} still stands in {last}")
        return out

    def trail(self, name: str, move: Mapping[str, Any]) -> list[dict[str, Any]]:
        """The index by year on the measures that both ends of the move have; years in which one of them is missing are left out."""
        import numpy as np

        if move["years"] is None:
            return []
        common = np.array([m in move["measures"] for m in self.found.near[name].measures])
        years = [y for y in self.pair.years if move["years"][0] <= y <= move["years"][1]]
        kept = [y for y in years if np.isfinite(self.scores(name, y)[0][common]).all()]
        z = np.array([np.where(common, self.scores(name, y)[0], np.nan) for y in kept])
        e = np.array([self.scores(name, y)[1] for y in kept])
        made = position.standing(z, e, self.found.near[name], draws=self.draws, weights=self.weights.get(name))
        return [
            {"year": y, "family": name, "value": _r(s.value), "q10": _r(s.low), "q90": _r(s.high), "measures": list(s.used)}
            for y, s in zip(kept, made, strict=True)
        ]  # fmt: skip

    def domains(self, first: int, last: int) -> list[dict[str, Any]]:
        """Each measure of joint work beside the exchange of the same domain, at the first and last year of a span in which it has a value."""
        out = []
        for m in self.found.near["joint"].measures if "joint" in self.found.near else ():
            for other in e.beside if (e := _evidence(m)) else ():
                if other in self.found.measures():
                    row: dict[str, Any] = {"domain": topic(m), "joint": title(m), "exchange": title(other)}
                    row |= self._ends(m, "joint", first, last) | self._ends(other, "exchange", first, last)
                    out.append(row)
        return out

    def _ends(self, measure: str, key: str, first: int, last: int) -> dict[str, Any]:
        import numpy as np

        at = self.found.measures().index(measure)
        years = [y for k, y in enumerate(self.pair.years) if first <= y <= last and np.isfinite(self.pair.near[k, at])]
        out: dict[str, Any] = {}
        for word, y in (("first", years[0] if years else None), ("last", years[-1] if years else None)):
            out[f"{key}_{word}"] = None if y is None else _r(100 * float(position.shares(self.pair.near[self.pair.years.index(y), at])))
            out[f"{key}_{word}_year"] = None if y is None else self.found.of(measure, y)
        return out


def single(
    family: Family, before: tuple[Floats, Floats], after: tuple[Floats, Floats], *, draws: int = DRAWS
) -> tuple[list[str], list[str]]:  # fmt: skip
    """The measures of a family that by themselves rose, and fell, by more than BY with a probability of SURE, by the errors of their scores."""
    import numpy as np

    rng = np.random.default_rng(1)
    rose, fell = [], []
    for k, m in enumerate(family.measures):
        if np.isfinite(before[0][k]) and np.isfinite(after[0][k]):
            ends = [position.shares(z[k] + np.nan_to_num(e[k]) * rng.standard_normal(draws)) for z, e in (before, after)]
            change = 100 * (ends[1] - ends[0])
            rose += [m] if float((change > BY).mean()) >= SURE else []
            fell += [m] if float((-change > BY).mean()) >= SURE else []
    return rose, fell


def jointly(move: Move, rose: Sequence[str]) -> bool:
    """The rule of "moved towards joint work": sure of more than BY with what is missing drawn, and LEAST domains that rose each by itself."""
    return move.p_more >= SURE and len({topic(m) for m in rose}) >= LEAST


def way(p_up: float) -> Literal["rose", "fell"] | None:
    """Whether a family may be said to have risen or fallen; None where it did not clearly move."""
    return "rose" if p_up >= RISE else "fell" if p_up <= 1 - RISE else None


def view(found: Held, pair: Pair, *, weights: Mapping[str, Floats] | None = None, draws: int = DRAWS, exact: bool = False) -> View:
    """One pair seen with given weights and number of draws; exact: a year is meant as it is asked for, not as the newest there is."""
    return View(found=found, pair=pair, weights=dict(weights or {}), draws=draws, exact=exact)


def statement(
    view: View, moves: Mapping[str, Mapping[str, Any]], against: str | None
) -> tuple[list[str], list[dict[str, str]]]:  # fmt: skip
    """What may be said of two states by rule, conflict (`against`) first, and the data that would settle what is not settled."""
    out = [against] if against else []
    for name, m in moves.items():
        if name in ("joint", "conflict") or m["years"] is None:
            continue
        first, last = (view.family(name, y)["value"] for y in m["years"])
        told = way(m["p_up"])
        words = f"{told} (P {_p(max(m['p_up'], 1 - m['p_up']))})" if told else f"did not clearly move (P of a rise {_p(m['p_up'])})"
        ranked = "pairs of like size" if any(e.size for k in m["measures"] if (e := _evidence(k))) else "all pairs"
        now = "" if last is None or first is None else f" and stands at {percents.whole(last)} of 100 among {ranked}"
        out.append(f"{name.capitalize()} {words} from {m['years'][0]} to {m['years'][1]}{now}, on {_titles(m['measures'])}.")
    joint = moves.get("joint")
    if joint is None:
        return out, []
    out += _joint(view, joint)
    newest = view.family("joint", view.pair.years[-1] if joint["years"] is None else joint["years"][1])
    more = [m["name"] for m in newest["measures"] if m["percentile"] is not None and m["name"] not in joint["measures"]]
    if newest["value"] is not None and more and joint["years"]:
        at = f"joint work stands at {percents.whole(newest['value'])} in {newest['year']}"
        out.append(f"With {_titles(more)} too, which both ends do not have, {at}; measures that come and go are no move.")
    first, last = joint["years"] or (view.pair.years[0], view.pair.years[-1])
    have = {topic(m) for m in joint["measures"]}
    lacking = [w for w in WANTED if w.family == "joint" and last > w.after and (w.topic not in have or w.after)]
    if not joint["towards"]:
        out.append(f"It would be settled by {'; '.join(f'{w.what} ({w.source})' for w in lacking[:3])}." if lacking else "")
    return [s for s in out if s], [asdict(w) for w in lacking]


def _joint(view: View, m: Mapping[str, Any]) -> list[str]:
    import numpy as np

    name = view.found.near["joint"]
    if m["years"] is None:
        last = view.pair.years[-1]
        one = next((y for y in reversed(view.pair.years) if view.held_in("joint", y)), last)
        seen = _titles(view.held_in("joint", one))
        return [f"Whether the two moved towards joint work is not settled: there is no index of it, as only {seen or 'nothing'} is measured ({one})."]
    first, last = m["years"]
    (z0, _), (z1, _) = view.scores("joint", first), view.scores("joint", last)
    both = [k for k, (x, y) in enumerate(zip(z0, z1, strict=True)) if np.isfinite(x) and np.isfinite(y)]
    changes = {name.measures[k]: (100 * float(position.shares(z0[k])), 100 * float(position.shares(z1[k]))) for k in both}
    if m["towards"]:
        return [
            f"The two moved towards joint work from {first} to {last}: the index rose by {m['change']:.0f} (P of more than {BY:.0f}: "
            f"{_p(m['p_more'])}), in {_titles(m['moved'])}."
        ]
    shifts = [f"{short(k)} {'rose' if y > x else 'fell'} from the {_nth(x)} to the {_nth(y)} percentile"
              for k, (x, y) in changes.items() if abs(y - x) > BY]  # fmt: skip
    told = f"From {first} to {last} {' and '.join(shifts)} among pairs of like size. " if shifts else ""
    reasons = []
    moved = {topic(k) for k in m["moved"]}
    if len(moved) < LEAST:
        reasons.append(f"{'no' if not moved else 'one'} domain of joint work rose of {len({topic(k) for k in m['measures']})} measured at both ends")
    if m["p_more"] < SURE:
        reasons.append(f"the probability of a rise by more than {BY:.0f} is {_p(m['p_more'])} with what is missing drawn")
    ends = [w for w in WANTED if w.family == "joint" and w.topic == "production" and last > w.after]
    if ends and "production" not in {topic(k) for k in m["measures"]}:
        held = any(topic(k) == "production" for y in view.pair.years for k in view.held_in("joint", y))
        reasons.append(f"shared production is unmeasured{f' after {ends[0].after}' if held else ' for the two'}")
    return [f"{told}Whether the relationship moved from cooperation to collaboration is not settled: {'; '.join(reasons)}."]


def conflict(holdings: Holdings, a: str, b: str, freshest: int) -> tuple[str | None, str | None]:
    """What the two did against each other in the last ten years that each measure of conflict holds: of late, and older; None each for nothing.

    freshest: the year of the newest family beside which it is told; what ended more than `STALE` years before that is older. A measure with a
    variant `certain` is an upper bound and told as one.
    """
    late: list[tuple[int, str, bool]] = []
    old: list[tuple[int, str, bool]] = []
    for m in standing.evidence().values():
        e = m.evidence
        if m.kind != "conflict" or e is None or e.size is not None or not holdings.has("series", m.name):
            continue
        rows = store.query(
            "SELECT year(start) AS year, sum(value) AS value FROM read_parquet($path) WHERE value > 0 "
            "AND ((a = $a AND b = $b) OR (a = $b AND b = $a)) GROUP BY 1 ORDER BY 1", {"a": a, "b": b}, path=holdings.path("series", m.name),
        ).to_pylist()  # fmt: skip
        cover = holdings.row("series", m.name).facts["coverage"].values()
        last = max((c["last"] for c in cover if c["last"] is not None), default=0)
        recent = [r["year"] for r in rows if last - SPAN < r["year"] <= last]
        if recent:
            years = f"{recent[0]}–{recent[-1]}" if len(recent) > 1 else f"{recent[0]}"
            bound = CERTAIN in m.variants
            words = f"{short(m.name)} in {'at most ' if bound else ''}{len(recent)} of the years {last - SPAN + 1}–{last} ({years})"
            (late if recent[-1] >= freshest - STALE else old).append((last, words, not bound))
    return _conflict("", late), _conflict(f"Older than the rest by more than {STALE} years: ", old)


def _conflict(begin: str, told: Sequence[tuple[int, str, bool]]) -> str | None:
    """A sentence of (last year, words, whether it is sure); what is counted by an upper bound alone may not have been."""
    if not told:
        return None
    acted = "acted" if any(sure for *_, sure in told) else "may have acted"
    what = f"{begin}the two {acted} against each other"
    latest = max(last for last, *_ in told)
    return f"{what[0].upper()}{what[1:]}, as far as these sources reach ({latest} at the latest): {'; '.join(words for _, words, _ in told)}."


def partners(found: Held, a: str, b: str, asked: Sequence[tuple[str, int]]) -> list[dict[str, Any]]:
    """The place of the other among each side's pairs by the index of each family in its year: rank, of how many."""
    import numpy as np

    if not asked:
        return []
    columns = ", ".join(f'"{m}"' for m in dict.fromkeys(m for name, _ in asked for m in found.near[name].measures))
    rows = store.query(
        f"SELECT a, b, year, {columns} FROM read_parquet($path) WHERE (a IN ($a, $b) OR b IN ($a, $b)) AND list_contains($years, year)",
        {"a": a, "b": b, "years": sorted({y for _, y in asked})}, path=found.path,
    )  # fmt: skip
    one, other = (rows.column(c).to_numpy(zero_copy_only=False).astype(str) for c in "ab")
    year = rows.column("year").to_numpy()
    mine = (one == min(a, b)) & (other == max(a, b))
    out = []
    for name, y in asked:
        family = found.near[name]
        z = position.scores(np.column_stack([rows.column(m).to_numpy(zero_copy_only=False).astype(np.float64) for m in family.measures]) / 100)
        value = np.where(year == y, position.index(z, family), np.nan)
        row: dict[str, Any] = {"family": name, "year": y}
        for side, code in (("a", a), ("b", b)):
            own = ((one == code) | (other == code)) & np.isfinite(value)
            row |= {f"rank_{side}": int((value[own] > value[mine & (year == y)][0]).sum()) + 1, f"of_{side}": int(own.sum())}
        out.append(row)
    return out


def validity_words(found: Held) -> dict[str, Any]:
    """What is always printed beside a position: that exchange and joint work do not separate, with the figures."""
    return dict(found.facts.get("validity", {}))


def part(found: Held) -> str | None:
    """What is lacking where only the part of the position is held that comes with the package; None where all of it is."""
    left = found.facts.get("left_out")
    if left is None:
        return None
    years = sorted({int(y) for of in found.facts["years"].values() for y in of})
    without = f", without {_titles(left)}, whose terms do not let them be passed on" if left else ""
    return f"This is the part that comes with comity: {', '.join(map(str, years))}{without}; `comity build --from DIR` makes the whole."


def weights_of(text: bytes, found: Held) -> dict[str, Floats]:
    """Weights by family from TOML: a table [weights.FAMILY] of measures; one not named weighs 0. UsageError for what is no weight."""
    import tomllib

    import numpy as np

    try:
        given = form.toml(text.decode("utf-8-sig")).get("weights")
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"the weights: no TOML ({error})") from None
    if not isinstance(given, dict) or not given:
        raise UsageError("the weights: no table [weights.FAMILY] in the file; expected one with a number for each measure of the family")
    out: dict[str, Floats] = {}
    for name, table in given.items():
        if name not in found.near or not isinstance(table, dict):
            raise UsageError(f"the weights: there is no family {str(name)[:40]!r}; the families are {', '.join(found.near)}")
        family = found.near[name]
        unknown = [m for m in table if m not in family.measures]
        if unknown:
            raise UsageError(f"the weights: {unknown[0][:60]!r} is no measure of {name}; its measures are {', '.join(family.measures)}")
        wrong = [m for m, w in table.items() if isinstance(w, bool) or not isinstance(w, (int, float))]
        if wrong:
            raise UsageError(f"the weights: {wrong[0]} is {table[wrong[0]]!r}; expected a number of 0 or more")
        out[name] = position.checked_weights(np.array([float(table.get(m, 0.0)) for m in family.measures]))
    return out


def topic(measure: str) -> str:
    """The domain of joint work or exchange that a measure is of."""
    e = _evidence(measure)
    return e.topic if e else measure


def title(measure: str) -> str:
    """The measure's title."""
    return measures.get(measure).title


def short(measure: str) -> str:
    """The measure's title up to its first comma, as it stands inside a sentence."""
    text = title(measure).partition(",")[0]
    return text[0].lower() + text[1:]


def _evidence(measure: str) -> Evidence | None:
    return measures.get(measure).evidence


def _titles(names: Sequence[str]) -> str:
    return ", ".join(map(short, names))


def _p(p: float) -> str:
    return "above .99" if p > 0.995 else "below .01" if p < 0.005 else f"{p:.2f}".removeprefix("0")


def _nth(value: float) -> str:
    n = round(value)
    return f"{n}th" if n % 100 in (11, 12, 13) else f"{n}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(n % 10, 'th') }".replace(" ", "")


def _r(value: float | None) -> float | None:
    return None if value is None or value != value else round(float(value), 1)
