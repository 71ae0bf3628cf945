"""Two states in the United Nations, roll call by roll call: by any choice of votes, in the Council, in blocs, where they split and stood alone."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from comity import states, store
from comity.build import table_path
from comity.core import BadDataError, UsageError
from comity.models.ballots import LAST_VOETEN, MOST_NOES, Ballot, Choice, ballots
from comity.store import Holdings

if TYPE_CHECKING:
    import pyarrow as pa

Listed = Literal["split", "isolated"]
COEFFICIENTS = ("agreement", "agree2", "lijphart", "s", "kappa", "pi", "alpha", "tau_b")
ASSEMBLY = ("voeten_votes", "voeten_roll_calls", "undl_resolutions", "undl_votes")
FEW = 10
"""Common votes (or acts) below which a session's number carries a warning, is not taken for the newest, and never told as a change or record."""
DRAWS = 40
MOST_ADOPTED = 5_000
SINCE = 1992
DISSENT_FROM = 2
WORDS = {0: "absent", 1: "yes", 2: "abstain", 3: "no"}


@dataclass(frozen=True, kw_only=True)
class Topic:
    """One crisis of the Council: adopted texts on which both voted, who dissented, and drafts vetoed together or alone."""

    topic: str
    n: int
    dissents_a: int
    dissents_b: int
    together: int
    vetoes_joint: int
    vetoes_a: int
    vetoes_b: int


@dataclass(frozen=True, kw_only=True)
class Council:
    """How two members voted in the Security Council from `first` to `last`: dissent together against independent habits, and vetoes.

    n: adopted texts on which both voted. A dissent is an abstention or a no. expected, odds, exact, mid: `models.solidarity.coincidence`
    within years. vetoes_*: drafts of those years vetoed by both, and by one but not the other, whose vote on them is not held.
    """

    a: str
    b: str
    first: int
    last: int
    n: int
    dissents_a: int
    dissents_b: int
    together: int
    expected: float
    odds: float | None
    exact: float
    mid: float
    vetoes_joint: int
    vetoes_a: int
    vetoes_b: int
    topics: tuple[Topic, ...]


def by_choice(
    holdings: Holdings, a: str, b: str, *, choice: Choice, coefficient: str = "agreement", distance: str = "abs", seat: bool = False,
    adopted: Mapping[int, int] | None = None,
) -> list[dict[str, Any]]:  # fmt: skip
    """A coefficient of two states' votes by session for any choice of roll calls.

    Rows: session, start, value, n, low, high (the 95 % band of `models.similarity.band` with whole agenda items as they fall, null where it has
    none), least and most (agreement if every roll call that one or both missed had divided or united them), voted_a and voted_b (the share of
    the session's roll calls on which each cast a vote), note (fewer than ten common votes), source. seat: a seat's holders are one
    state. adopted: how many resolutions of a session were adopted without a vote; each then counts as one common yes of all (Häge & Hug 2016,
    International Interactions 42(3)). Raises UsageError for a coefficient that is none, NotHeldError where the tables are not built.
    """
    import numpy as np

    from comity.models import similarity

    if coefficient not in COEFFICIENTS:
        raise UsageError(f"no coefficient is named {coefficient!r}; the coefficients are {', '.join(COEFFICIENTS)}")
    options: dict[str, Any] = {"distance": distance} if coefficient in ("s", "kappa", "pi", "alpha") else {}
    holders = [_holders(s, seat) for s in (a, b)]
    if holders[0] & holders[1]:
        raise UsageError(f"{a} and {b} hold one seat; expected two")
    rows = []
    for ballot in _assembly(holdings, choice):
        sides = [[i for i, c in enumerate(ballot.states) if c in held] for held in holders]
        for session, at, cast in ballot.by_session(unanimous=choice.unanimous):
            votes = np.stack([cast[side].max(axis=0, initial=0) for side in sides])
            blocks = ballot.items[at]
            both = int((votes > 0).all(axis=0).sum())
            if not both:
                continue
            if adopted is not None:
                extra = adopted.get(session, 0)
                votes = np.concatenate([votes, np.ones((2, extra), votes.dtype)], axis=1)
                blocks = np.concatenate([blocks, blocks.max() + 1 + np.arange(extra)])
            low, high = _band(votes, coefficient, options, blocks)
            missed = similarity.presence(votes)
            rows.append(
                {
                    "session": session, "start": dt.date(1945 + session, 9, 1),
                    "value": _finite(getattr(similarity, coefficient)(votes, **options)[0, 1]), "n": int((votes > 0).all(axis=0).sum()),
                    "low": low, "high": high, "least": _finite(missed.low[0, 1]), "most": _finite(missed.high[0, 1]),
                    "voted_a": _finite(missed.rate[0]), "voted_b": _finite(missed.rate[1]),
                    "note": f"only {both} common votes" if both < FEW else "",
                    "source": f"{ballot.source}:predicted" if ballot.predicted else ballot.source,
                }
            )  # fmt: skip
    return sorted(rows, key=lambda r: (r["session"], r["source"]))


def isolation(
    holdings: Holdings, state: str, *, choice: Choice, first: int | None = None, last: int | None = None, seat: bool = False
) -> list[dict[str, Any]]:
    """Who shares a state's isolated noes (at most ten noes in all), in sessions first to last: state, shared, of, own.

    of: the state's isolated noes; own: the other's. The most shared first, then who has fewer of its own.
    """
    import numpy as np

    from comity.models.solidarity import isolated

    mine, shared, own, total = _holders(state, seat), Counter[str](), Counter[str](), 0
    for ballot in _assembly(holdings, choice):
        for session, _, cast in ballot.by_session(unanimous=choice.unanimous):
            if not (first or session) <= session <= (last or session):
                continue
            alone = isolated(cast)
            theirs = alone[[i for i, c in enumerate(ballot.states) if c in mine]].any(axis=0)
            total += int(theirs.sum())
            for i in np.flatnonzero(alone.any(axis=1)).tolist():
                code = ballot.states[i]
                own[code] += int(alone[i].sum())
                shared[code] += int((alone[i] & theirs).sum())
    ordered = sorted(shared.items(), key=lambda x: (-x[1], own[x[0]], x[0]))
    return [{"state": c, "shared": n, "of": total, "own": own[c]} for c, n in ordered if n and c not in mine]


def adopted_without_vote(path: Path) -> dict[int, int]:
    """How many resolutions of each session were adopted without a vote, from a user's CSV with the columns session and adopted.

    Raises UsageError where the file or a column is not there, BadDataError for a cell that is no whole number or a session that stands twice.
    """
    import csv

    from comity.userfile import decode

    if not path.is_file():
        raise UsageError(f"{path}: no such file")
    rows = csv.DictReader(decode(path.read_bytes())[0].splitlines())
    if not {"session", "adopted"} <= set(rows.fieldnames or ()):
        raise UsageError(f"{path}: columns are {', '.join(rows.fieldnames or ()) or 'none'}; expected session and adopted")
    out: dict[int, int] = {}
    for line, row in enumerate(rows, 2):
        session, count = (int(row[c]) if (row[c] or "").strip().isdecimal() else -1 for c in ("session", "adopted"))
        if session < 1 or count < 0 or count > MOST_ADOPTED:
            text = f"session {row['session']!r}, adopted {row['adopted']!r}; expected two whole numbers, at most {MOST_ADOPTED} adopted"
            raise BadDataError(f"{path}, line {line}: {text}")
        if session in out:
            raise BadDataError(f"{path}, line {line}: session {session} stands twice")
        out[session] = count
    return out


def roll_calls(
    holdings: Holdings, a: str, b: str, which: Listed, *, top: int = 10, first: int | None = None, last: int | None = None
) -> list[dict[str, Any]]:
    """The latest roll calls on which the two split (one yes, one no), or the most isolated noes that they shared.

    Rows: date, session, symbol, title, a's and b's vote, and the tally yes, no, abstain. isolated: both voted no with at most ten noes in
    all, the fewest first, then the latest.
    """
    condition = "x.vote * y.vote = 3" if which == "split" else f"x.vote = 3 AND y.vote = 3 AND t.no <= {MOST_NOES}"
    order = "date DESC, symbol DESC" if which == "split" else "no, date DESC, symbol"
    paths = {name: str(table_path(holdings, name)) for name in ASSEMBLY}
    part = (
        "SELECT x.{key} AS key, x.vote AS a, y.vote AS b, t.yes, t.no, t.abstain "
        "FROM (SELECT {key}, vote, session FROM read_parquet($v) WHERE state = $a) x "
        "JOIN (SELECT {key}, vote FROM read_parquet($v) WHERE state = $b) y USING ({key}) JOIN (SELECT {key}, count(*) FILTER (vote = 1) AS yes, "
        "count(*) FILTER (vote = 3) AS no, count(*) FILTER (vote = 2) AS abstain FROM read_parquet($v) GROUP BY {key}) t USING ({key}) "
        f"WHERE {condition} AND x.session {{span}} AND ($first IS NULL OR x.session >= $first) AND ($last IS NULL OR x.session <= $last)"
    )
    bound = {"a": a, "b": b, "first": first, "last": last}
    voeten = (
        f"WITH p AS ({part.format(key='rcid', span=f'<= {LAST_VOETEN}')}) "
        "SELECT coalesce(u.date, c.date) AS date, c.session, c.symbol, c.descr AS title, "
        "p.a, p.b, p.yes, p.no, p.abstain FROM p JOIN read_parquet($c) c ON c.rcid = p.key LEFT JOIN (SELECT resolution, min(date) AS date "
        f"FROM read_parquet($u) WHERE resolution IS NOT NULL GROUP BY resolution) u USING (resolution) ORDER BY {order} LIMIT $top"
    )
    undl = (
        f"WITH p AS ({part.format(key='undl_id', span=f'> {LAST_VOETEN}')}) "
        "SELECT u.date, u.session, u.symbol, u.title, p.a, p.b, p.yes, p.no, p.abstain "
        f"FROM p JOIN read_parquet($u) u ON u.undl_id = p.key ORDER BY {order} LIMIT $top"
    )
    bound["top"] = max(top, 0)
    rows = store.query(voeten, {**bound, "v": paths["voeten_votes"], "c": paths["voeten_roll_calls"], "u": paths["undl_resolutions"]}).to_pylist()
    rows += store.query(undl, {**bound, "v": paths["undl_votes"], "u": paths["undl_resolutions"]}).to_pylist()
    if which == "split":
        rows.sort(key=lambda r: (r["date"], r["symbol"] or ""), reverse=True)
    else:
        rows.sort(key=lambda r: (r["no"], -r["date"].toordinal(), r["symbol"] or ""))
    heads = [re.split(r"\s*:\s*resolution\b", re.sub(r"^A/\S+ \S+ - ", "", r["title"] or ""), maxsplit=1)[0] for r in rows]
    return [{**r, "title": h, "a": WORDS[r["a"]], "b": WORDS[r["b"]]} for r, h in zip(rows, heads, strict=True)][: max(top, 0)]


def council(holdings: Holdings, a: str, b: str, *, first: int = SINCE, last: int | None = None) -> Council:
    """How two states voted together in the Security Council, by seat, in the years in which both sat.

    Raises NotHeldError where the tables are not built, UsageError where the two never sat together in the years.
    """
    import numpy as np

    from comity.models.solidarity import coincidence

    chains = {s: {c for c, _, _ in states.seat_chain(s, un=True)} for s in (a, b)}
    last = last or 9999
    rows = store.query(
        "SELECT v.undl_id, year(v.date) AS year, v.state, v.vote, r.agenda FROM read_parquet($v) v JOIN read_parquet($r) r USING (undl_id) "
        "WHERE list_contains($who, v.state) AND v.vote > 0 AND year(v.date) BETWEEN $first AND $last",
        {
            "v": str(table_path(holdings, "unsc_votes")), "r": str(table_path(holdings, "unsc_resolutions")), "who": sorted(chains[a] | chains[b]),
            "first": first, "last": last,
        },
    ).to_pylist()  # fmt: skip
    cast: dict[str, dict[int, int]] = {s: {r["undl_id"]: r["vote"] for r in rows if r["state"] in chains[s]} for s in (a, b)}
    year = {r["undl_id"]: r["year"] for r in rows}
    topic_of = {k: topic(g) for k, g in {r["undl_id"]: r["agenda"] for r in rows}.items()}
    both = sorted(cast[a].keys() & cast[b].keys())
    if not both:
        raise UsageError(f"{a} and {b} did not sit in the Security Council together in the years asked for, from {first}")
    x, y = (np.array([cast[s][k] >= DISSENT_FROM for k in both]) for s in (a, b))
    found = coincidence(x, y, np.array([year[k] for k in both]))
    vetoed = _vetoes(holdings, chains, a, b, {year[k] for k in both})
    names = {topic_of.get(k, "other") for k in both} | set(vetoed)
    texts = np.array([topic_of.get(k, "other") for k in both])
    topics = tuple(
        Topic(
            topic=name, n=int((texts == name).sum()), dissents_a=int(x[texts == name].sum()), dissents_b=int(y[texts == name].sum()),
            together=int((x & y)[texts == name].sum()), vetoes_joint=vetoed.get(name, (0, 0, 0))[0], vetoes_a=vetoed.get(name, (0, 0, 0))[1],
            vetoes_b=vetoed.get(name, (0, 0, 0))[2],
        )
        for name in names
    )  # fmt: skip
    counted = sorted(
        (t for t in topics if t.together or t.dissents_a or t.dissents_b or t.vetoes_joint or t.vetoes_a or t.vetoes_b),
        key=lambda t: (-(t.together + t.vetoes_joint), -(t.dissents_a + t.dissents_b + t.vetoes_a + t.vetoes_b), t.topic),
    )
    sums = [sum(v[i] for v in vetoed.values()) for i in range(3)]
    return Council(
        a=a, b=b, first=min(year[k] for k in both), last=max(year[k] for k in both), n=len(both), dissents_a=int(x.sum()), dissents_b=int(y.sum()),
        together=found.together, expected=found.expected, odds=found.odds if np.isfinite(found.odds) else None, exact=found.exact, mid=found.mid,
        vetoes_joint=sums[0], vetoes_a=sums[1], vetoes_b=sums[2], topics=tuple(counted),
    )  # fmt: skip


def blocs(holdings: Holdings, session: int, *, dyad: tuple[str, str] | None = None, seed: int = 0) -> list[dict[str, Any]]:
    """The blocs of a session by a seeded community detection: state, bloc, stability, and 1 − mean agreement with each bloc's members.

    Roll calls are resampled forty times by agenda item. With `dyad` only the two rows. The
    numbers of blocs are their order of size. UsageError for a session without votes.
    """
    import numpy as np

    from comity.models.similarity import agreement
    from comity.models.solidarity import centre_distances, stable_blocs

    for ballot in _assembly(holdings, Choice()):
        for held, at, cast in ballot.by_session():
            if held != session:
                continue
            present = np.flatnonzero(cast.any(axis=1))
            cast = cast[present]
            found = stable_blocs(cast, seed=seed, draws=DRAWS, blocks=ballot.items[at])
            away = centre_distances(agreement(cast), found.labels)
            rows = [
                {
                    "state": ballot.states[i], "bloc": int(found.labels[k]) + 1, "stability": _finite(found.stability[k]),
                    **{f"from_{j + 1}": _finite(away[k, j]) for j in range(min(away.shape[1], 4))},
                }
                for k, i in enumerate(present.tolist()) if found.labels[k] >= 0
            ]  # fmt: skip
            kept = rows if dyad is None else [r for r in rows if r["state"] in dyad]
            return sorted(kept, key=lambda r: (r["bloc"], -(r["stability"] or 0), r["state"]))
    raise UsageError(f"session {session}: no recorded vote of it is held")


def topic(agenda: str | None) -> str:
    """The crisis of a Council text: the heading of its agenda that names a place, by the state's name where it is one; else "other"."""
    headings = [re.sub(r"^S/\s*\S*\s*(\[\d+\]\s*)?", "", part.strip()) for part in (agenda or "").split("||")]
    named = [h for h in headings if re.search(r"--|QUESTION|SITUATION", h)] or [h for h in headings if h.isupper() and not h.startswith("UN ")]
    heading = re.sub(r"\b(QUESTION|SITUATION)\b", "", (named or [""])[0].split("--")[0]).strip()
    return _place(heading.title()) if heading else "other"


@cache
def _place(name: str) -> str:
    """The name of the state that goes by these words, else the words."""
    code = states.resolve(name, "name")
    return states.get(code).name if code else name


def _vetoes(holdings: Holdings, chains: dict[str, set[str]], a: str, b: str, years: set[int]) -> dict[str, tuple[int, int, int]]:
    """Drafts of the verified list that both vetoed, and that one did, by crisis, of the years in which both sat."""
    if not holdings.has("table", "vetoes"):
        return {}
    table = _read(holdings, "vetoes")
    by: dict[tuple[Any, ...], set[str]] = {}
    crisis: dict[tuple[Any, ...], str] = {}
    columns = [table.column(c).to_pylist() for c in ("draft", "date", "item", "state", "topic", "verified")]
    for draft, day, item, state, what, sure in zip(*columns, strict=True):
        if sure and day.year in years:
            by.setdefault((draft, day, item), set()).add(state)
            crisis[draft, day, item] = _place(what) if what else "other"
    out: dict[str, tuple[int, int, int]] = {}
    for key, who in by.items():
        x, y = bool(who & chains[a]), bool(who & chains[b])
        if x or y:
            joint, one, other = out.get(crisis[key], (0, 0, 0))
            out[crisis[key]] = (joint + (x and y), one + (x and not y), other + (y and not x))
    return out


def _assembly(holdings: Holdings, choice: Choice) -> list[Ballot]:
    tables = [_read(holdings, name) for name in ASSEMBLY]
    topics = _read(holdings, "predicted_topics") if choice.issue and holdings.has("table", "predicted_topics") else None
    return ballots(tables[0], tables[1], tables[2], tables[3], choice, topics=topics)


def _read(holdings: Holdings, name: str) -> pa.Table:
    import pyarrow.parquet as pq

    return pq.read_table(table_path(holdings, name))


def _holders(state: str, seat: bool) -> set[str]:
    """The codes whose votes are the state's: its own, or those of all who held its seat."""
    return {c for c, _, _ in states.seat_chain(state, un=True)} if seat else {state}


def _band(votes: Any, coefficient: Any, options: dict[str, Any], blocks: Any) -> tuple[float | None, float | None]:
    from comity.models import similarity

    if coefficient not in similarity.COEFFICIENTS:
        return None, None
    found = similarity.band(votes, coefficient, blocks=blocks, **options)
    return _finite(found.low[0, 1]), _finite(found.high[0, 1])


def _finite(value: Any) -> float | None:
    number = float(value)
    return number if number == number and abs(number) != float("inf") else None
