"""What two states do in the United Nations, for the report: choice or circumstance, issues, the Council, where they split and stood alone."""

from __future__ import annotations

import datetime as dt
from typing import Any

from comity import percents, states, store, wording
from comity.analysis import solidarity
from comity.core import ComityError, UsageError
from comity.models.ballots import ISSUES
from comity.profile import Cell, CouncilShown, RollCall, Solidarity
from comity.store import Holdings

SHOWN = 10
ALL = 100_000
SAME = 0.005
"""Less apart than this, two shares are said to be the same."""
ISSUE_NAMES = {"hr": "Human rights", "me": "Palestine", "nu": "Nuclear arms", "co": "Colonialism", "ec": "Development", "di": "Arms control"}


def gather(holdings: Holdings, a: str, b: str, *, start: int | None, stop: int | None, as_of: dt.date | None) -> Solidarity | None:
    """The solidarity of two states, as far as the Series and tables are held; None where nothing of it is.

    An as-of view has what is read from Series only: the tables of roll calls hold what was found later.
    """
    said = _choice(holdings, a, b, start, stop, as_of)
    heat = _heat(holdings, a, b, start, stop, as_of)
    council: CouncilShown | None = None
    split: tuple[RollCall, ...] = ()
    isolated: tuple[RollCall, ...] = ()
    if as_of is None:
        council = _council(holdings, a, b, start, stop)
        split, isolated, noes = _listed(holdings, a, b, start, stop)
        said = (*said, *_stance(holdings, a, b, noes, start, stop))
    if not said and not heat and council is None and not split and not isolated:
        return None
    return Solidarity(statement=said, heat=heat, council=council, split=split, isolated=isolated)


def _choice(holdings: Holdings, a: str, b: str, start: int | None, stop: int | None, as_of: dt.date | None) -> tuple[str, ...]:
    """The sentences on choice or circumstance in the newest session with enough common roll calls."""
    if not all(holdings.has("series", n) for n in ("vote_agreement", "agreement_excess")):
        return ()
    x, y = sorted((a, b))
    where = "start = $start AND ($day IS NULL OR published <= $day)"
    bounds = {"day": as_of, "from": start, "to": stop}
    own = store.query(
        "SELECT start, value, n, se, source FROM read_parquet($path) WHERE a = $x AND b = $y AND n >= $least AND ($day IS NULL OR published <= $day) "
        "AND ($from IS NULL OR year(start) >= $from) AND ($to IS NULL OR year(start) <= $to) ORDER BY start DESC LIMIT 1",
        {"x": x, "y": y, "least": solidarity.FEW, **bounds}, path=holdings.path("series", "agreement_excess"),
    ).to_pylist()  # fmt: skip
    if not own:
        return ()
    excess = own[0]
    at = {"start": excess["start"], "day": as_of}
    raw = store.query(
        f"SELECT avg(value) AS mean, max(value) FILTER (a = $x AND b = $y) AS value FROM read_parquet($path) WHERE {where}",
        {**at, "x": x, "y": y}, path=holdings.path("series", "vote_agreement"),
    ).to_pylist()[0]  # fmt: skip
    places = {s: _place(holdings, s, b if s == a else a, excess, at, where) for s in (a, b)}
    if raw["value"] is None or excess["se"] is None:
        return ()
    low, high = excess["value"] - 1.96 * excess["se"], excess["value"] + 1.96 * excess["se"]
    names = {s: wording.articled(states.get(s).name) for s in (a, b)}
    session = excess["start"].year - 1945
    gap = raw["value"] - raw["mean"]
    beside = "above" if gap > SAME else "below" if gap < -SAME else "as often as"
    alike = f"{percents.of(raw['value'])} of {excess['n']} roll calls"
    said = f"In session {session} ({excess['start'].year}) {names[a]} and {names[b]} voted alike on {alike}, "
    said += f"{beside} the mean pair ({percents.of(raw['mean'])})."
    usual = raw["value"] - excess["value"]
    predicts = f"{percents.of(usual)}" if usual >= 0 else "none"
    beyond = f"Their own voting with everybody predicts {predicts}; beyond it are {_points(excess['value'])} points "
    beyond += f"({_points(low)} to {_points(high)}): {_verdict(low, high, _kappa(holdings, x, y, at))}"
    ranks = [
        f"{names[o]} is {wording.ordinal(r)} of {of} among {wording.possessive(names[s])} partners"
        for s, o in ((a, b), (b, a)) for r, of in [places[s]] if r
    ]  # fmt: skip
    return (said, beyond, f"By this excess {' and '.join(ranks)}." if ranks else "")


def _verdict(low: float, high: float, kappa: tuple[float, float, float] | None) -> str:
    """What two ways of taking out habit say of the excess: the additive prediction, and chance from the two's own shares of each vote."""
    side = (low > 0) - (high < 0)
    told = {
        1: "more than circumstance, so by choice or by what both are",
        -1: "less than circumstance: they part where their habits would bring them together",
        0: "the band includes zero, so circumstance alone explains it as well",
    }[side]
    if kappa is None:
        return told + "."
    value, under, over = kappa
    other = (under > 0) - (over < 0)
    beside = "kappa, which takes out chance agreement of the two's own shares of each vote, is "
    beside += f"{_decimal(value)} ({_decimal(under)} to {_decimal(over)})"
    if side == other:
        return f"{told}; {beside} and says the same."
    return f"by this alone {told}. But {beside}: the two disagree, so whether it is choice, circumstance or opposition is not settled."


def _kappa(holdings: Holdings, x: str, y: str, at: dict[str, Any]) -> tuple[float, float, float] | None:
    """Cohen's weighted kappa of the session with its band, where it is held with an error."""
    if not holdings.has("series", "vote_kappa"):
        return None
    rows = store.query(
        "SELECT value, se FROM read_parquet($path) WHERE a = $x AND b = $y AND start = $start AND ($day IS NULL OR published <= $day) "
        "AND se IS NOT NULL",
        {**at, "x": x, "y": y}, path=holdings.path("series", "vote_kappa"),
    ).to_pylist()  # fmt: skip
    if not rows:
        return None
    value, se = rows[0]["value"], rows[0]["se"]
    return value, max(value - 1.96 * se, -1.0), min(value + 1.96 * se, 1.0)


def _decimal(value: float) -> str:
    return f"{value:+.2f}".replace("-", "−").replace("0.", ".")


def _points(value: float) -> str:
    return f"{100 * value:+.0f}".replace("-", "−")


def _place(holdings: Holdings, state: str, other: str, excess: dict[str, Any], at: dict[str, Any], where: str) -> tuple[int, int]:
    """The place of the other among a state's partners by excess, and how many partners there are."""
    rows = store.query(
        f"SELECT count(*) FILTER (value > $v) + 1 AS rank, count(*) AS of FROM read_parquet($path) WHERE {where} AND (a = $s OR b = $s)",
        {**at, "s": state, "v": excess["value"]}, path=holdings.path("series", "agreement_excess"),
    ).to_pylist()  # fmt: skip
    return int(rows[0]["rank"]), int(rows[0]["of"])


def _heat(holdings: Holdings, a: str, b: str, start: int | None, stop: int | None, as_of: dt.date | None) -> tuple[Cell, ...]:
    x, y = sorted((a, b))
    held = [issue for issue in ISSUES if holdings.has("series", f"vote_agreement:{issue}")]
    if not held:
        return ()
    parts = [
        f"SELECT {i} AS place, start, value, n, source FROM read_parquet($p{i}) WHERE a = $x AND b = $y AND n >= 3 "
        "AND ($day IS NULL OR published <= $day) AND ($from IS NULL OR year(start) >= $from) AND ($to IS NULL OR year(start) <= $to)"
        for i in range(len(held))
    ]
    paths = {f"p{i}": str(holdings.path("series", f"vote_agreement:{issue}")) for i, issue in enumerate(held)}
    bound = {"x": x, "y": y, "day": as_of, "from": start, "to": stop, **paths}
    rows = store.query(f"{' UNION ALL '.join(parts)} ORDER BY place, start", bound).to_pylist()
    return tuple(
        Cell(
            issue=ISSUE_NAMES[held[r["place"]]], year=r["start"].year, value=r["value"], n=r["n"], predicted=r["source"].endswith(":predicted"),
        )
        for r in rows
    )  # fmt: skip


def _council(holdings: Holdings, a: str, b: str, start: int | None, stop: int | None) -> CouncilShown | None:
    if not all(holdings.has("table", t) for t in ("unsc_votes", "unsc_resolutions")):
        return None
    try:
        found = solidarity.council(holdings, a, b, first=start or solidarity.SINCE, last=stop)
    except UsageError:
        return None
    names = {s: wording.articled(states.get(s).name) for s in (a, b)}
    span = f"{found.first}" if found.first == found.last else f"{found.first}–{found.last}"
    words = (
        f"On {found.n:,} adopted texts of {span} on which both voted, {names[a]} dissented (abstained or voted no) on "
        f"{found.dissents_a}, {names[b]} on {found.dissents_b}, and both on {found.together}"
    )
    if found.dissents_a and found.dissents_b:
        words += f"; independent habits, year by year, give {found.expected:.1f} (mid-P {_p(found.mid)}): {_together(found)}"
    words += "." + _veto_words(found, names[a], names[b])
    rows = tuple((t.topic, t.n, t.dissents_a, t.dissents_b, t.together, t.vetoes_joint, t.vetoes_a, t.vetoes_b) for t in found.topics[:SHOWN])
    return CouncilShown(statement=words, rows=rows)


def _veto_words(found: solidarity.Council, name_a: str, name_b: str) -> str:
    """The vetoes of the same years; empty where neither cast one."""
    single = [(n, x, y) for n, x, y in ((found.vetoes_a, name_a, name_b), (found.vetoes_b, name_b, name_a)) if n]
    told = [f"both vetoed {found.vetoes_joint} draft{'s' if found.vetoes_joint != 1 else ''}"] if found.vetoes_joint else []
    told += [f"{x} vetoed {n} that {y} did not, whose vote on {'them' if n > 1 else 'it'} is not held" for n, x, y in single]
    return f" In the same years {', '.join(told)}." if told else ""


def _together(found: solidarity.Council) -> str:
    if found.mid <= 0.05:
        return "they dissent together more than independence allows"
    return "no more than independent habits give" if found.mid < 0.95 else "less than independent habits give"


def _p(value: float) -> str:
    return "below .001" if value < 0.001 else f"{value:.3f}".replace("0.", ".")


def _stance(holdings: Holdings, a: str, b: str, noes: int | None, start: int | None, stop: int | None) -> tuple[str, ...]:
    """Whether the two stand together against others' texts or bring texts of their own: isolated noes and vetoes beside drafts of both."""
    if noes is None:
        return ()
    x, y = sorted((a, b))
    counts = {
        name: store.query(
            "SELECT sum(value) AS v, min(year(start)) AS first, max(year(start)) AS last FROM read_parquet($path) WHERE a = $x AND b = $y "
            "AND ($from IS NULL OR year(start) >= $from) AND ($to IS NULL OR year(start) <= $to)",
            {"x": x, "y": y, "from": start, "to": stop}, path=holdings.path("series", name),
        ).to_pylist()[0]
        for name in ("joint_vetoes", "joint_drafts") if holdings.has("series", name)
    }  # fmt: skip
    if not noes and not _voted(holdings, a, b, start, stop):
        return ()
    said = f"Against others’ texts they stood together in {_count(noes, 'isolated no', 'isolated noes')} (at most ten against)"
    vetoes = counts.get("joint_vetoes", {}).get("v")
    if vetoes:
        said += f" and {_count(int(vetoes), 'veto', 'vetoes')}"
    drafts = counts.get("joint_drafts", {})
    if drafts.get("v") is None:
        return (f"{said}; whether they brought texts together is not held.",)
    return (f"{said}; both sponsored {_count(int(drafts['v']), 'draft', 'drafts')} of the Third Committee in session 78, the only drafts held.",)


def _voted(holdings: Holdings, a: str, b: str, start: int | None, stop: int | None) -> bool:
    """Whether a session of the years has votes of both."""
    if not holdings.has("series", "vote_agreement"):
        return False
    x, y = sorted((a, b))
    sql = (
        "SELECT count(*) AS n FROM read_parquet($path) WHERE a = $x AND b = $y AND ($from IS NULL OR year(start) >= $from) "
        "AND ($to IS NULL OR year(start) <= $to)"
    )
    path = holdings.path("series", "vote_agreement")
    return bool(store.query(sql, {"x": x, "y": y, "from": start, "to": stop}, path=path).to_pylist()[0]["n"])


def _count(n: int, one: str, many: str) -> str:
    return f"{n:,} {one if n == 1 else many}" if n else f"no {one}"


def _listed(holdings: Holdings, a: str, b: str, start: int | None, stop: int | None) -> tuple[tuple[RollCall, ...], tuple[RollCall, ...], int | None]:
    """The roll calls on which the two split and the isolated noes of both, ten of each, and how many isolated noes there are in all."""
    first, last = (None if v is None else v - 1945 for v in (start, stop))
    span: dict[str, int | None] = {"first": first, "last": last}
    try:
        split = solidarity.roll_calls(holdings, a, b, "split", top=SHOWN, **span)
        found = [split, solidarity.roll_calls(holdings, a, b, "isolated", top=ALL, **span)]
    except ComityError:
        return (), (), None
    made = [
        tuple(
            RollCall(date=r["date"], symbol=r["symbol"] or "", title=r["title"], a=r["a"], b=r["b"], tally=f"{r['yes']}–{r['no']}–{r['abstain']}")
            for r in rows[:SHOWN]
        )
        for rows in found
    ]
    return made[0], made[1], len(found[1])
