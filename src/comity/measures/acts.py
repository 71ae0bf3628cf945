"""Acts of one state towards another by direction: how many, of which class, in what tone, who begins, who answers; from single coded acts."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from comity.core import measure
from comity.events.codes import QUAD_ENDS, WEIS_QUADS
from comity.measures.coded_events import GOLDSTEIN, ICEWS, ICEWS_FIRST, OWN_ACTS, WEIS_FIRST

if TYPE_CHECKING:
    import pyarrow as pa
    from ibis import Table
    from ibis.expr.types import DateValue, IntegerValue, StringValue

KEDS_ORDER = ("levant", "gulf", "turkey", "balkans", "casia")
WEIS_CODED = ("gulf", "balkans", "casia")
"""KEDS's sets whose codes are WEIS's; the others' are CAMEO's."""
CLASSES = {"verbal_cooperation": 1, "material_cooperation": 2, "verbal_conflict": 3, "material_conflict": 4}
COUNTED = ("icews_years", "weis", "keds")
SINGLE = ("weis", "keds")
ATTENTION = "how much the press tells of the two conditions every share and mean of their acts"


@measure(
    title="Acts of one state towards the other", unit="events", period="year", symmetric=False, bounds=(0, None), domain="events", kind="condition",
    because=ATTENTION, reference=f"{ICEWS}; WEIS; KEDS", aliases=("acts", "directed events"), sources=COUNTED, coverage="rows", merge="sum",
    total=True, variants={name: f"{name.replace('_', ' ')} only" for name in CLASSES},
)  # fmt: skip
def acts(icews_quadcounts: Table, weis_acts: Table, keds_acts: Table, variant: str) -> Table:
    """Coded acts of a towards b in a year, all four classes (variants: one class).

    Formula: count of rows of the source; classes by CAMEO roots 01–05, 06–08, 09–13, 14–20 (KEDS's CAMEO sets), by WEIS roots (2–5, 8–10; 1, 6, 7;
    11–17; 18–22), and as ICEWS's authors counted them, who do not state their grouping. One source a pair and year: ICEWS, else WEIS, else KEDS's
    set. Numbers follow press attention and the source: never compare them over a seam. A zero is a row of ICEWS's counts; a pair and year that no
    source has a row of is not known. Unit: coded events. Source of the method: CAMEO and WEIS quad classes (Duval & Thompson 1980; Schrodt).
    """
    t = _classes(icews_quadcounts, weis_acts, keds_acts)
    value = t[f"quad{CLASSES[variant]}"] if variant else t.n
    return t.select("a", "b", "start", "source", "published", value=value.cast("float64"))


@measure(
    title="Cooperative share of one state’s acts", unit="share", period="year", symmetric=False, bounds=(0, 1), domain="events", kind="alignment",
    because=OWN_ACTS, reference=f"{ICEWS}; WEIS; KEDS", aliases=("directed cooperative share",), sources=COUNTED, coverage="rows", merge="mean",
)  # fmt: skip
def acts_cooperative_share(icews_quadcounts: Table, weis_acts: Table, keds_acts: Table) -> Table:
    """Cooperative acts as a share of all acts of a towards b in a year.

    Formula: classes 1 and 2 over all four, as `acts` counts them; n is the number of acts, se that of a share by Agresti
    and Coull's adjustment, √(q(1−q)/(n+4)) with q = (np+2)/(n+4), which takes each act for one of its own and is never zero.
    Missing without an act. Unit: share, 0 to 1. Source of the method: quad classes as of `acts`.
    """
    t = _classes(icews_quadcounts, weis_acts, keds_acts)
    t = t.filter(t.n > 0)
    p = (t.quad1 + t.quad2) / t.n.cast("float64")
    q = (t.n * p + 2) / (t.n + 4)
    return t.select("a", "b", "start", "n", "source", "published", value=p, se=(q * (1 - q) / (t.n + 4)).sqrt())


@measure(
    title="Share of the world’s acts", unit="share", period="year", bounds=(0, 1), domain="events", kind="condition", because=ATTENTION,
    reference="GDELT normalisation files (events of all pairs as the denominator); ICEWS; WEIS", aliases=("normalised events",),
    sources=("icews_years", "weis"), coverage="rows", merge="sum", variants={"directed": "acts of each towards the other as the mean of two shares"},
)  # fmt: skip
def acts_share_of_world(icews_quadcounts: Table, weis_acts: Table, variant: str) -> Table:
    """Acts between the two, both directions, as a share of all acts between states that the source holds in the year.

    Formula: (acts of a towards b + of b towards a) / acts of all pairs, of one source; the volume of press read cancels where it grows alike for
    all. n is the number of the two's acts. Of ICEWS the world is the 152 states of its counts. The variant divides each direction by all that its
    actor does towards anyone and takes the mean. Unit: share. KEDS's regional sets have no world. Source of the method: volume normalisation as GDELT
    does by its totals.
    """
    import ibis

    counts = _icews(icews_quadcounts).union(_by_year(_weis(weis_acts)))
    t = _first(counts, ("icews_years", "weis"))
    if variant:
        of_actor = counts.group_by("a", "start", "source").agg(whole=counts.n.sum())
        t = t.join(of_actor, ["a", "start", "source"]).select(*t.columns, "whole")
    else:
        world = counts.group_by("start", "source").agg(whole=counts.n.sum())
        t = t.join(world, ["start", "source"]).select(*t.columns, "whole")
    t = t.filter(t.whole > 0).mutate(part=t.n / t.whole.cast("float64"))
    t = t.mutate(a=ibis.least(t.a, t.b), b=ibis.greatest(t.a, t.b))
    both = t.group_by("a", "b", "start", "source", "published").agg(n=t.n.sum(), value=t.part.sum())
    return both.mutate(value=both.value / 2.0) if variant else both


@measure(
    title="Tone of one state’s acts in a month", unit="points", period="month", symmetric=False, domain="events", kind="alignment", because=OWN_ACTS,
    reference=GOLDSTEIN, aliases=("monthly goldstein", "net cooperation"), sources=(*SINGLE, "icews_subsets"), coverage="rows", merge="mean",
    variants={
        "sum": "sum of the weights", "balance": "(cooperative − hostile) / all, −1 to 1",
        "log_ratio": "ln((cooperative + ½) / (hostile + ½))",
    },
)  # fmt: skip
def acts_tone(weis_acts: Table, keds_acts: Table, icews_subset_events: Table, variant: str) -> Table:
    """Acts of a towards b in a month, summed up in one number: the mean of Goldstein's weights, or another aggregator as variant.

    Formulae: Σw/n (default); `sum` Σw; `balance` (n₁+n₂−n₃−n₄)/n; `log_ratio` ln((n₁+n₂+½)/(n₃+n₄+½)); n is the number of acts. The mean mixes no
    volume but is unsteady over few acts; the sum is tone times press attention; the two others leave weights aside. Weights −10 to 10 of WEIS, KEDS
    or ICEWS, each its own table. One source a pair and year: WEIS, KEDS's set, then ICEWS's subsets (2005–15, 2018), which are uneven: a tone, never
    a level. A month without an act is not known. Unit: Goldstein points; −1 to 1; logarithm. Source of the method: Goldstein 1992; the aggregators
    compared by Chi Zhipei et al. for China and the United States.
    """
    import ibis

    single = _weis(weis_acts).union(_keds(keds_acts))
    months = _totals(single.mutate(start=single.day.truncate("M")))
    s = icews_subset_events.filter(icews_subset_events.subset != "icews14")
    subset = s.group_by(a=s.source, b=s.target, start=s.month, source=ibis.literal("icews_subsets:") + s.subset).agg(
        n=s.events.sum().cast("int64"), total=s.goldstein_sum.sum(), good=(s.quad_class <= 2).ifelse(s.events, 0).sum().cast("int64")
    )
    later = ibis.greatest(ibis.date(*ICEWS_FIRST), ibis.date(subset.start.year() + 2, 1, 1))
    t = _first(months.union(subset.mutate(published=later).select(*months.columns)), (*SINGLE, "icews_subsets"))
    n, good, bad = t.n.cast("float64"), t.good.cast("float64"), (t.n - t.good).cast("float64")
    values = {"": t.total / n, "sum": t.total, "balance": (good - bad) / n, "log_ratio": ((good + 0.5) / (bad + 0.5)).ln()}
    return t.select("a", "b", "start", "n", "source", "published", value=values[variant])


@measure(
    title="Level of relations from acts", unit="points (−9 to 9)", period="month", bounds=(-9, 9), domain="events", kind="alignment",
    because=OWN_ACTS, reference="Yan Xuetong & Zhou Fangyin 2004; methods.md § 3", aliases=("relations score", "pri", "level of relations"),
    sources=SINGLE, coverage="rows", merge="last", takes="arrow",
)  # fmt: skip
def relations_level(weis_acts: pa.Table, keds_acts: pa.Table) -> pa.Table:
    """Level of the two's relations after the acts of a month, from −9 to 9: each act moves it, the less the nearer it is to that end already.

    Formula: acts of both in order of day, each I = (9−P)/9·I0 for I0 ≥ 0, (9+P)/9·I0 for I0 < 0; I0 is a tenth of Goldstein's weight, P starts at 0
    with the pair's first act in a source. Grades of three points: confrontation, tension, discord, normal, good, friendly. No decay: a month without
    an act has no row and the level stays. n is the number of acts. With many acts it comes to 9·(G−B)/(G+B), G and B the good and bad weights of
    late; with few it stays near its start: read it with n. KEDS's levels start anew, so the seam is a break. Source of the method: Yan Xuetong &
    Zhou Fangyin 2004 (scale and grades as published; the rule as cited; the weights of acts are Goldstein's, not theirs).
    """
    from comity.models.event_scores import PER_GOLDSTEIN, levels

    rows: list[dict[str, Any]] = []
    for (a, b, source), found in _pairs(weis_acts, keds_acts).items():
        found.sort(key=lambda r: (r["day"], r["code"], r["a"]))
        told = [r for r in found for _ in range(r["events"])]
        after = levels([PER_GOLDSTEIN * r["goldstein"] for r in told]).tolist()
        last: dict[dt.date, tuple[float, int]] = {}
        for act, level in zip(told, after, strict=True):
            month = act["day"].replace(day=1)
            last[month] = (level, last[month][1] + 1 if month in last else 1)
        rows += [{"a": a, "b": b, "start": m, "value": v, "n": n, "source": source} for m, (v, n) in last.items()]
    return _spliced(rows)


@measure(
    title="Who begins: episodes that the first state begins", unit="share", period="year", symmetric=False, bounds=(0, 1), domain="events",
    kind="condition", because="who acts first says nothing of whether the act is friendly", reference="comity's own; intervals: Agresti & Coull 1998",
    aliases=("initiative", "who acts first"), sources=SINGLE, coverage="rows", merge="mean", takes="arrow",
)  # fmt: skip
def acts_initiative(weis_acts: pa.Table, keds_acts: pa.Table) -> pa.Table:
    """Episodes of acts between the two that a begins, as a share of those that one of them begins alone, by year of their first day.

    Formula: an episode begins with an act after more than 30 days without any; the side that acts on its first day begins it. Days on which both
    act begin episodes of neither (machine coding writes a meeting once for each side). n is the number of episodes begun by one; se after Agresti
    & Coull. Pairs that the press tells of every month have few episodes. Missing without one. Unit: share. Source of the method: comity's own.
    """
    from comity.models.event_scores import begun, count

    rows: list[dict[str, Any]] = []
    for (a, b, source), found in _pairs(weis_acts, keds_acts).items():
        days = {side: [r["day"].toordinal() for r in found if r["a"] == side] for side in (a, b)}
        by_year: dict[int, list[tuple[int, str]]] = defaultdict(list)
        for day, who in begun(days[a], days[b]):
            by_year[dt.date.fromordinal(day).year].append((day, who))
        for year, episodes in by_year.items():
            told = count(episodes)
            if told.n:
                start = dt.date(year, 1, 1)
                one = {"start": start, "n": told.n, "se": told.se, "source": source}
                rows += [{"a": a, "b": b, "value": told.first / told.n, **one}, {"a": b, "b": a, "value": told.second / told.n, **one}]
    return _spliced(rows)


@measure(
    title="Answer in kind: tone of the second state after the first’s, all months held", unit="points per point", period="year", symmetric=False,
    domain="events", kind="condition", because="an answer in kind may be friendly or hostile", aliases=("reciprocity", "answer in kind"),
    reference="Goldstein & Freeman 1990, Three-Way Street; circular moves as placebos", sources=(*SINGLE, "icews_subsets"), coverage="rows",
    merge="last", constant=True, takes="arrow",
)  # fmt: skip
def acts_reciprocity(acts_tone: pa.Table) -> pa.Table:
    """Points by which b's mean tone towards a moves along with a's towards b of the month before, b's own month before held.

    Formula: slope of y_t on x_{t−1} beside y_{t−1} by least squares, y and x the months of `acts_tone`; one value, of the source with most months,
    at its last year; only with 60 months of which all three are known, n of them. se is a quarter of the width of the middle 95 % of the slopes
    when x is moved in time by half a year or more. An association: a third thing may move both. Unit: points per point. Source of the method:
    Goldstein & Freeman 1990 (lagged responses); circular moves as the null.
    """
    from comity.models.event_scores import answer, by_month

    public: dict[tuple[str, str, str], dt.date] = {}
    rows = acts_tone.select(["a", "b", "start", "value", "source", "published"]).to_pylist()
    for r in rows:
        if r["published"] is not None:
            key = (*sorted((r["a"], r["b"])), r["source"])
            public[key] = max(public.get(key, r["published"]), r["published"])
    best: dict[tuple[str, str], dict[str, Any]] = {}
    for (a, b, source), (first, of_a, of_b) in by_month((r["a"], r["b"], r["start"], r["value"], r["source"]) for r in rows).items():
        start = dt.date((first + len(of_a) - 1) // 12, 1, 1)
        for lead, respond, x, y in ((a, b, of_a, of_b), (b, a, of_b, of_a)):
            got = answer(y, x)
            held = best.get((lead, respond))
            if got is not None and (held is None or (got.n, source) > (held["n"], held["source"])):
                best[lead, respond] = {
                    "a": lead, "b": respond, "start": start, "value": got.estimate, "n": got.n, "se": (got.high - got.low) / 4, "source": source,
                    "published": public.get((a, b, source)),
                }  # fmt: skip
    return _table(list(best.values()))


def _weis(t: Table) -> Table:
    import ibis

    return t.select(
        a=t.source, b=t.target, day=t.date, goldstein=t.goldstein, events=t.events, quad=_weis_quad(t.weis_code), source=ibis.literal("weis"),
        published=ibis.date(*WEIS_FIRST),
    )  # fmt: skip


def _keds(t: Table) -> Table:
    import ibis

    quad = t.dataset.isin(WEIS_CODED).ifelse(_weis_quad(t.code), _cameo_quad(t.code))
    return t.select(
        a=t.source, b=t.target, day=t.date, goldstein=t.goldstein, events=t.events, quad=quad, source=ibis.literal("keds:") + t.dataset,
        published=ibis.null("date"),
    )  # fmt: skip


def _icews(t: Table) -> Table:
    import ibis

    start: DateValue = ibis.date(t.year, 1, 1)
    counts = {f"quad{i}": t[c].cast("int64") for i, c in enumerate(("verbal_coop", "material_coop", "verbal_conflict", "material_conflict"), 1)}
    t = t.select(
        a=t.source, b=t.target, start=start, source=ibis.literal("icews_years"),
        published=ibis.greatest(ibis.date(*ICEWS_FIRST), ibis.date(t.year + 2, 1, 1)), **counts,
    )  # fmt: skip
    return t.mutate(n=t.quad1 + t.quad2 + t.quad3 + t.quad4)


def _weis_quad(code: StringValue) -> IntegerValue:
    import ibis

    return ibis.cases(*((code.substr(0, 2) == root, quad) for root, quad in WEIS_QUADS.items()), else_=ibis.null("int64"))


def _cameo_quad(code: StringValue) -> IntegerValue:
    import ibis

    root = code.substr(0, 2)
    ends = QUAD_ENDS["schrodt"]
    return ibis.cases(*((root <= end, i) for i, end in enumerate(ends, 1)), else_=ibis.null("int64"))


def _by_year(single: Table) -> Table:
    t = single.mutate(start=single.day.truncate("Y"))
    quads = {f"quad{k}": (t.quad == k).ifelse(t.events, 0).sum().cast("int64") for k in (1, 2, 3, 4)}
    t = t.group_by("a", "b", "start", "source", "published").agg(**quads, n=t.events.sum().cast("int64"))
    return t.select("a", "b", "start", "source", "published", "quad1", "quad2", "quad3", "quad4", "n")


def _totals(single: Table) -> Table:
    good = (single.quad <= 2).ifelse(single.events, 0).sum().cast("int64")
    t = single.group_by("a", "b", "start", "source", "published").agg(
        n=single.events.sum().cast("int64"), total=(single.goldstein * single.events).sum(), good=good
    )
    return t.select("a", "b", "start", "source", "published", "n", "total", "good")


def _classes(icews: Table, weis: Table, keds: Table) -> Table:
    return _first(_icews(icews).union(_by_year(_weis(weis).union(_keds(keds)))), COUNTED)


def _first(t: Table, order: tuple[str, ...]) -> Table:
    """The rows of the first source, in this order, that has any of the pair, either direction, in the year."""
    import ibis

    names = [f"{s}:{part}" for s in order for part in (KEDS_ORDER if s == "keds" else ())]
    places = [*(s for s in order if s not in ("keds", "icews_subsets")), *names]
    turn = ibis.cases(*((t.source == name, i) for i, name in enumerate(places)), else_=len(places))
    t = t.mutate(_turn=turn)
    pair = ibis.window(group_by=(ibis.least(t.a, t.b), ibis.greatest(t.a, t.b), t.start.year()))
    t = t.mutate(_best=t._turn.min().over(pair))
    return t.filter(t._turn == t._best).drop("_turn", "_best")


def _turn(source: str) -> int:
    return 0 if source == "weis" else 1 + KEDS_ORDER.index(source.partition(":")[2])


def _pairs(weis_acts: pa.Table, keds_acts: pa.Table) -> dict[tuple[str, str, str], list[dict[str, Any]]]:
    """The acts of each pair (a before b) by source, as rows of a, day, code, weight and number."""
    out: dict[tuple[str, str, str], list[dict[str, Any]]] = defaultdict(list)
    for table, code in ((weis_acts, "weis_code"), (keds_acts, "code")):
        for r in table.to_pylist():
            one, other = r["source"], r["target"]
            source = f"keds:{r['dataset']}" if "dataset" in r else "weis"
            row = {"a": one, "day": r["date"], "code": r[code], "goldstein": r["goldstein"], "events": r["events"]}
            out[min(one, other), max(one, other), source].append(row)
    return out


def _spliced(rows: list[dict[str, Any]]) -> pa.Table:
    """Of each pair and year the rows of its first source."""
    best: dict[tuple[str, str, int], int] = {}
    for r in rows:
        key = (min(r["a"], r["b"]), max(r["a"], r["b"]), r["start"].year)
        best[key] = min(best.get(key, 99), _turn(r["source"]))
    return _table([r for r in rows if _turn(r["source"]) == best[min(r["a"], r["b"]), max(r["a"], r["b"]), r["start"].year]])


def _table(rows: list[dict[str, Any]]) -> pa.Table:
    import pyarrow as pa

    given = [{"se": None, "published": dt.date(*WEIS_FIRST) if r["source"] == "weis" else None, **r} for r in rows]
    schema = pa.schema([
        ("a", pa.string()), ("b", pa.string()), ("start", pa.date32()), ("value", pa.float64()), ("n", pa.int64()), ("se", pa.float64()),
        ("source", pa.string()), ("published", pa.date32()),
    ])  # fmt: skip
    return pa.Table.from_pylist(given, schema)
