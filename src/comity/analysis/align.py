"""How each state will vote on a coming resolution of the General Assembly, who may be won, and whose votes decide; all as of a day."""

from __future__ import annotations

import datetime as dt
import itertools
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from comity import sources, states, store
from comity.core import NotHeldError, UsageError
from comity.store import Holdings

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from comity.models.align_classes import Cuts, Majority
    from comity.models.align_features import Asked, Features, View
    from comity.models.align_record import Record

    Floats = NDArray[np.float64]

Kind = Literal["known", "new", "topic"]
EPOCH = dt.date(1970, 1, 1)
SINCE = dt.date(1988, 9, 1)
ABOUT = "This is about texts of the United Nations General Assembly: recorded votes on adopted resolutions, and nothing else."
ISSUES = {
    "me": "Palestine and the Middle East", "nu": "nuclear weapons and material", "di": "arms control and disarmament", "co": "colonialism",
    "hr": "human rights", "ec": "economic development",
}  # fmt: skip
REGION_NAMES = {"sub-saharan africa": "Sub-Saharan Africa", "middle east and north africa": "Middle East and North Africa"}
WORDS = {0: None, 1: "yes", 2: "abstain", 3: "no"}
OPTIONS = ("yes", "abstain", "no")
TOPIC_SESSIONS = 2
GUESS = 0.35
"""Cosine from which a text without a heading takes the heading of the most similar resolution."""
LEAST_TEXTS = 3
LATELY = 40
"""Resolutions within which a seat must stand as a member."""
NEWER = 0.5
"""Cosine from which a later title is pointed out."""


@dataclass(frozen=True, kw_only=True)
class Question:
    """What is asked: the titles of the text or texts to come, with agenda entries. words: how it was asked."""

    kind: Literal["text", "topic"]
    words: str
    titles: tuple[str, ...]
    agendas: tuple[str, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Alignment:
    """Every member's likely vote on a coming text, or its mean over the texts of a topic, as of a day.

    kind: known (the title stands in the record), new (it does not), topic (a mean over texts). rows: state, name, region, p_yes, p_abstain, p_no,
    p_absent (the four sum to one), class, last (the latest vote cast on the title), last_on, p_change, why. totals: mean and 80 % band by option.
    chain: the resolutions of that title, the latest first; near: the most similar others. changes: votes that changed from one to the next.
    scores: the validation of the model of that kind, by session.
    """

    about: str
    question: str
    kind: Kind
    title: str
    as_of: dt.date
    year: int
    side: str
    cuts: Cuts
    pair: tuple[str, str] | None
    rows: list[dict[str, Any]]
    totals: dict[str, tuple[float, float, float]]
    majorities: tuple[Majority, ...]
    chain: list[dict[str, Any]]
    near: list[dict[str, Any]]
    changes: list[dict[str, Any]]
    scores: list[dict[str, Any]]
    notes: tuple[str, ...]

    def movers(self, top: int = 10) -> list[dict[str, Any]]:
        """The states likeliest to vote otherwise than the last time they cast a vote on the title."""
        moving = [r for r in self.rows if r["p_change"] is not None]
        return sorted(moving, key=lambda r: (-r["p_change"], r["state"]))[:top]

    def groups(self, members: dict[str, tuple[str, ...]]) -> list[dict[str, Any]]:
        """By region, then by group: members, the number in each class, and the sums of the probabilities of yes, abstain, no and absent."""
        regions: dict[str, tuple[str, ...]] = {}
        for r in self.rows:
            regions[r["region"]] = (*regions.get(r["region"], ()), r["state"])
        out = []
        for kind, named in (("region", regions), ("group", members)):
            for name, codes in sorted(named.items()):
                own = [r for r in self.rows if r["state"] in codes]
                if own:
                    by = {c: sum(r["class"] == c for r in own) for c in ("like-minded", "persuadable", "dissenting")}
                    sums = {p: round(sum(r[p] for r in own), 1) for p in ("p_yes", "p_abstain", "p_no", "p_absent")}
                    out.append({"by": kind, "name": name, "members": len(own), **by, **sums})
        return out


def align(
    holdings: Holdings, question: Question, *, as_of: dt.date | None = None, pair: tuple[str, str] | None = None, side: str | None = None,
    cuts: Cuts | None = None,
) -> Alignment:  # fmt: skip
    """How each member will vote on the question's text, with nothing dated after `as_of` (by default the day of the last vote held).

    side: the vote wished (yes where nothing is said); with a pair of states, the vote that the two are likeliest to cast together. Raises
    NotHeldError where the record or the model is not built, UsageError for a day before the first model or a pair of which one is no member.
    """
    import numpy as np

    from comity.models import align_classes, align_record, align_totals
    from comity.models.align_features import Asked

    whole = read(holdings)
    last_day = EPOCH + dt.timedelta(days=int(whole.days[-1]))
    day = min(as_of or last_day, last_day) if as_of is None else as_of
    past = whole.before((day - EPOCH).days + 1)
    if not len(past):
        raise UsageError(f"--as-of {day}: no vote is held so early; the first is of {EPOCH + dt.timedelta(days=int(whole.days[0]))}")
    year = int(align_record.session_of([(day - EPOCH).days])[0])
    model = _model(holdings, year)
    view = _view(past, year)
    asked = Asked(titles=question.titles, agendas=_guessed(view, question), year=year)
    parts = _by_kind(view, asked)
    p, absent, last = _predicted(model, parts, len(question.titles), len(past.seats))
    member = (past.votes[-LATELY:] >= 0).any(axis=0)
    p, absent, last = p[:, member], absent[:, member], last[:, member]
    seats = tuple(np.array(past.seats)[member].tolist())
    kind: Kind = "topic" if question.kind == "topic" else "known" if parts[0][0] == "known" else "new"
    mean, gone = p.mean(axis=0), absent.mean(axis=0)
    before = last[0] if kind == "known" else np.zeros(len(seats), np.int8)
    chosen, notes = _side(mean, seats, pair, side)
    cut = cuts or align_classes.Cuts()
    grouped = align_classes.classes(mean, before, side=chosen, cuts=cut)
    made = parts[0][2] if kind != "topic" else None
    chain = list(made.chains[0]) if made is not None else []
    rows = _rows(past, seats, (mean, gone, before, grouped), chain, kind)
    totals: dict[str, tuple[float, float, float]] = {}
    majorities: tuple[Majority, ...] = ()
    if made is not None:
        mixes = model.mixtures
        drawn = align_totals.draw(mean, gone, mixes[kind], mixes["absent"])
        totals = {o: drawn.band(k) for k, o in enumerate((*OPTIONS, "absent"))}
        majorities = tuple(align_classes.majority(r, mean, gone, drawn.counts, seats) for r in align_classes.RULES)
    near = [] if made is None else _near(holdings, past, made, chain)
    return Alignment(
        about=ABOUT, question=question.words, kind=kind, title=question.titles[0] if made is not None else question.words, as_of=day, year=year,
        side=OPTIONS[chosen], cuts=cut, pair=pair, rows=rows, totals=totals, majorities=majorities, chain=_listed(holdings, past, chain),
        near=near, changes=_changes(holdings, past, chain, seats), scores=scores(holdings, "new" if kind == "new" else "known", before=year),
        notes=(*question.notes, *notes, *_newer(near, chain, past)),
    )  # fmt: skip


def _newer(near: list[dict[str, Any]], chain: list[int], past: Record) -> list[str]:
    """A word where a like title was put to a vote after the title's own last time: it may be the same text under new words."""
    if not chain:
        return []
    own = _date(past, chain[0])
    later = [r for r in near if r["similarity"] >= NEWER and r["date"] > own]
    return [f"last voted on {own}; a like title came later: {r['symbol']} ({r['date']}, similarity {r['similarity']})" for r in later[:1]]


def like(holdings: Holdings, symbol: str) -> Question:
    """The question of a resolution that comes back, by its symbol; UsageError where no adopted resolution with a recorded vote bears it."""
    from comity.models.align_titles import heading

    found = store.query(
        "SELECT symbol, title, agenda, date FROM read_parquet($path) WHERE upper(symbol) = upper($symbol) AND recorded", {"symbol": symbol.strip()},
        path=_path(holdings, "undl_resolutions"),
    ).to_pylist()  # fmt: skip
    if not found:
        raise UsageError(f"no resolution {symbol[:40]!r} with a recorded vote is held; expected a symbol such as A/RES/77/229")
    row = found[0]
    return Question(
        kind="text", words=f"a text like {row['symbol']} ({row['date']})", titles=(heading(row["title"] or ""),), agendas=(row["agenda"] or "",)
    )


def text(words: str, *, named: str = "") -> Question:
    """The question of a free text: its title is the first line that is no form of words of a United Nations document.

    Raises UsageError where no line has words.
    """
    import re

    form = r"(general assembly|united nations|distr\.|original:|agenda item|\w* ?session$|a/|draft resolution$|resolution adopted|seventy|eightieth)"
    lines = [re.sub(r"\s+", " ", re.sub(r"^[#>*\s]+|[*]+", "", line)).strip() for line in words.splitlines()]
    kept = [line for line in lines if re.search(r"[^\W\d_]{3,}", line)]
    title = next((line for line in kept if not re.match(form, line.lower())), kept[0] if kept else "")
    if not title:
        raise UsageError(f"{named or 'the text'} has no words; expected a title on its first line")
    return Question(
        kind="text", words=named or title[:120], titles=(title[:400],), agendas=("",), notes=(f"title read from the text: {title[:160]}",)
    )


def topic(holdings: Holdings, name: str, *, as_of: dt.date | None = None) -> Question:
    """The question of a topic: the texts of one of the six issues in the last two sessions before the day, else a free text of those words."""
    from comity.models.align_record import session_of

    code = next((c for c, words in ISSUES.items() if name.strip().casefold() in (c, words.casefold())), None)
    if code is None:
        return text(name)
    whole = read(holdings)
    day = as_of or EPOCH + dt.timedelta(days=int(whole.days[-1]))
    bearing = coded(holdings, code)
    year = int(session_of([(day - EPOCH).days])[0])
    held: dict[str, int] = {}
    for i in range(len(whole)):
        if whole.days[i] <= (day - EPOCH).days and whole.sessions[i] >= year - TOPIC_SESSIONS and int(whole.keys[i]) in bearing:
            held[whole.names[i]] = i
    if len(held) < LEAST_TEXTS:
        raise UsageError(f"topic {code}: {len(held)} texts with a recorded vote in the two sessions before {day}; expected at least {LEAST_TEXTS}")
    at = sorted(held.values())
    note = (
        f"{ISSUES[code]}: the mean over {len(at)} texts put to a recorded vote since September {year - TOPIC_SESSIONS}; topics predicted from titles"
    )
    return Question(
        kind="topic", words=ISSUES[code], titles=tuple(whole.titles[i] for i in at), agendas=tuple(whole.agendas[i] for i in at), notes=(note,)
    )


@lru_cache(maxsize=8)
def _coded(predicted: str, resolutions: str, calls: str, code: str) -> frozenset[int]:
    column = f"issue_{code}"
    rows = store.query(
        f"SELECT undl_id FROM read_parquet($p) WHERE code = $code UNION SELECT r.undl_id FROM read_parquet($r) r JOIN read_parquet($c) c "
        f"USING (resolution) WHERE c.session <= 72 AND c.{column} AND NOT (c.para OR c.amend)",
        {"p": predicted, "r": resolutions, "c": calls, "code": code},
    )
    return frozenset(rows.column(0).to_pylist())


def coded(holdings: Holdings, code: str) -> frozenset[int]:
    """The resolutions of one of the six issues: by Voeten's codes to session 72, by predicted topics after."""
    return _coded(*(str(_path(holdings, t)) for t in ("predicted_topics", "undl_resolutions", "voeten_roll_calls")), code)


def read(holdings: Holdings) -> Record:
    """The record of recorded votes since September 1988."""
    paths = tuple(_path(holdings, t) for t in ("undl_resolutions", "undl_votes"))
    return _read(*((str(p), p.stat().st_mtime_ns) for p in paths))


@lru_cache(maxsize=2)
def _read(resolutions: tuple[str, int], votes: tuple[str, int]) -> Record:
    from comity.models.align_record import record

    since = f"recorded AND date >= DATE '{SINCE}'"
    columns = "undl_id, date - DATE '1970-01-01' AS day, title, agenda"
    items = store.query(f"SELECT {columns} FROM read_parquet($path) WHERE {since}", path=Path(resolutions[0]))
    cast = store.query(
        f"SELECT undl_id, seat, vote FROM read_parquet($v) WHERE undl_id IN (SELECT undl_id FROM read_parquet($r) WHERE {since})",
        {"v": votes[0], "r": resolutions[0]},
    )
    days = items.column("day").to_numpy()
    votes_cast = (cast.column("undl_id").to_numpy(), cast.column("seat").to_numpy(zero_copy_only=False), cast.column("vote").to_numpy())
    return record(items.column("undl_id").to_numpy(), days, items.column("title").to_pylist(), items.column("agenda").to_pylist(), votes_cast)


def scores(holdings: Holdings, kind: str, *, before: int) -> list[dict[str, Any]]:
    """The validation of one kind of text in the sessions before one, by session."""
    path = _path(holdings, "vote_model_scores")
    sql = "SELECT * FROM read_parquet($path) WHERE kind = $kind AND year < $year ORDER BY year"
    return list(store.query(sql, {"kind": kind, "year": before}, path=path).to_pylist())


@lru_cache(maxsize=4)
def _held_view(past_key: tuple[int, int], year: int) -> list[View]:
    return []


def _view(past: Record, year: int) -> View:
    from comity.models.align_features import View

    kept = _held_view((len(past), int(past.keys.sum())), year)
    if not kept:
        kept.append(View(past, year))
    return kept[0]


def _model(holdings: Holdings, year: int) -> Any:
    from comity.models import align_model

    path = _path(holdings, "vote_model")
    rows = store.query('SELECT year, part, "column", option, value FROM read_parquet($path)', path=path).to_pylist()
    years = sorted({r["year"] for r in rows})
    if not years:
        raise NotHeldError("table vote_model: empty; built with the extra models and the whole record it would hold the models (`comity build`)")
    if year < years[0]:
        raise UsageError(f"no model of votes before the session of {years[0]}; expected a day from {years[0]}-09-01 on")
    return align_model.from_rows((tuple(r.values()) for r in rows), min(year, years[-1]))


def _guessed(view: View, question: Question) -> tuple[str, ...]:
    """The agenda entries, with that of the most similar resolution where a text has none and one is similar enough."""
    if all(question.agendas):
        return question.agendas
    cosine = view.index.similar(question.titles, question.agendas)
    best = cosine.argmax(axis=1)
    return tuple(
        a or (view.past.agendas[best[k]] if cosine[k, best[k]] >= GUESS else "") for k, a in enumerate(question.agendas)
    )  # fmt: skip


def _by_kind(view: View, asked: Asked) -> list[tuple[str, list[int], Features]]:
    """The asked texts by kind, with their places and features."""
    from comity.models import align_features, align_titles
    from comity.models.align_record import predecessors

    names = [align_titles.normalised(t) for t in asked.titles]
    chains = predecessors(names, view.past, sessions=[asked.year] * len(names), within=align_features.WITHIN)
    out = []
    for kind in ("known", "new"):
        at = [k for k, c in enumerate(chains) if bool(c) == (kind == "known")]
        if at:
            own = align_features.Asked(titles=tuple(asked.titles[k] for k in at), agendas=tuple(asked.agendas[k] for k in at), year=asked.year)
            out.append((kind, at, align_features.features(view, own)))
    return out


def _predicted(model: Any, parts: list[tuple[str, list[int], Features]], texts: int, seats: int) -> tuple[Floats, Floats, NDArray[np.int8]]:
    import numpy as np

    from comity.models import align_model

    p, absent, last = np.zeros((texts, seats, 3)), np.zeros((texts, seats)), np.zeros((texts, seats), np.int8)
    for kind, at, made in parts:
        p[at], absent[at] = align_model.probabilities(model, made, kind)
        last[at] = made.last
    return p, absent, last


def _side(p: Floats, seats: tuple[str, ...], pair: tuple[str, str] | None, side: str | None) -> tuple[int, list[str]]:
    """The side's vote as a place in OPTIONS, and words about it."""
    if side is not None:
        if side not in OPTIONS:
            raise UsageError(f"--side {side[:20]!r}; expected yes, abstain or no")
        return OPTIONS.index(side), []
    if pair is None:
        return 0, []
    for code in pair:
        if code not in seats:
            raise UsageError(f"{code} is no member of the General Assembly on that day")
    a, b = (p[seats.index(code)] for code in pair)
    both = a * b
    chosen = int(both.argmax())
    words = f"if {pair[0]} and {pair[1]} vote alike, likeliest {OPTIONS[chosen]} (probability {both[chosen]:.2f}, votes taken as independent)"
    return chosen, [f"{words}; they part with probability {1 - both.sum():.2f}"]


def _rows(past: Record, seats: tuple[str, ...], found: tuple[Any, ...], chain: list[int], kind: Kind) -> list[dict[str, Any]]:
    import numpy as np

    from comity.models.align_classes import p_change

    mean, gone, before, grouped = found
    change = p_change(mean, before)
    column = {s: k for k, s in enumerate(past.seats)}
    year = int(past.sessions[-1])
    out = []
    for k, code in enumerate(seats):
        history = [(i, int(past.votes[i, column[code]])) for i in chain]
        cast = [(i, v) for i, v in history if v > 0]
        p = mean[k] * (1 - gone[k])
        out.append(
            {
                "state": code, "name": states.get(code).name, "region": region(code, year), "p_yes": round(float(p[0]), 4),
                "p_abstain": round(float(p[1]), 4), "p_no": round(float(p[2]), 4), "p_absent": round(float(gone[k]), 4), "class": grouped[k],
                "last": WORDS[int(before[k])], "last_on": _date(past, cast[0][0]) if cast else None,
                "p_change": None if np.isnan(change[k]) else round(float(change[k]), 4), "why": _why(past, cast, kind, mean[k]),
            }
        )  # fmt: skip
    return out


def _why(past: Record, cast: list[tuple[int, int]], kind: Kind, p: Floats) -> str:
    """Why, in words that the record bears out."""
    if kind == "topic":
        return f"mean over the texts: yes {p[0]:.2f}, abstain {p[1]:.2f}, no {p[2]:.2f}"
    if not cast:
        return "never cast a vote on this title; by its record on similar texts" if kind == "known" else "new title; by its record on similar texts"
    same = next((n for n, (_, v) in enumerate(cast) if v != cast[0][1]), len(cast))
    word = WORDS[cast[0][1]]
    held = f"{word} on {_date(past, cast[0][0])}, and each of the {same} times since {_date(past, cast[same - 1][0])}" if same > 1 else (
        f"{word} on {_date(past, cast[0][0])}")  # fmt: skip
    return held if same == len(cast) else f"{held}; {WORDS[cast[same][1]]} on {_date(past, cast[same][0])}"


@lru_cache(maxsize=2_000)
def region(code: str, year: int) -> str:
    """The region of a state by its Correlates of War number."""
    number = states.numbers(code, min(year, 2016))[0]
    names = (name for name, (low, high) in states.REGIONS.items() if number is not None and low <= number <= high)
    name = next(names, "none")
    return REGION_NAMES.get(name, name.capitalize())


def _date(past: Record, i: int) -> str:
    return str(EPOCH + dt.timedelta(days=int(past.days[i])))


def _symbols(holdings: Holdings, keys: list[int]) -> dict[int, str]:
    rows = store.query(
        "SELECT undl_id, symbol FROM read_parquet($path) WHERE list_contains($keys, undl_id)",
        {"keys": keys},
        path=_path(holdings, "undl_resolutions"),
    ).to_pylist()
    return {r["undl_id"]: r["symbol"] for r in rows}


def _listed(holdings: Holdings, past: Record, chain: list[int]) -> list[dict[str, Any]]:
    """Resolutions with their tallies."""
    from comity.models.align_titles import heading

    symbols = _symbols(holdings, [int(past.keys[i]) for i in chain])
    return [
        {
            "symbol": symbols[int(past.keys[i])], "date": _date(past, i), "title": heading(past.titles[i]),
            **{o: int((past.votes[i] == v).sum()) for v, o in ((1, "yes"), (2, "abstain"), (3, "no"))},
        }
        for i in chain
    ]  # fmt: skip


def _near(holdings: Holdings, past: Record, made: Features, chain: list[int], top: int = 6) -> list[dict[str, Any]]:
    """The most similar other resolutions, with the cosine of the titles."""
    at = [(int(i), float(c)) for i, c in zip(made.nearest[0], made.cosine[0], strict=True) if c > 0 and int(i) not in chain][:top]
    listed = _listed(holdings, past, [i for i, _ in at])
    return [{**row, "similarity": round(c, 2)} for row, (_, c) in zip(listed, at, strict=True)]


def _changes(holdings: Holdings, past: Record, chain: list[int], seats: tuple[str, ...]) -> list[dict[str, Any]]:
    """Votes that changed between two cast on the title, the latest first, with both symbols and whether the titles are the same to the letter."""
    from comity.models.align_titles import heading

    symbols = _symbols(holdings, [int(past.keys[i]) for i in chain])
    out = []
    for code in seats:
        k = past.seats.index(code)
        cast = [(i, int(past.votes[i, k])) for i in chain if past.votes[i, k] > 0]
        for (new, v), (old, w) in itertools.pairwise(cast):
            if v != w:
                same = heading(past.titles[new]) == heading(past.titles[old])
                out.append(
                    {
                        "state": code, "date": _date(past, new), "from": WORDS[w], "to": WORDS[v], "symbol": symbols[int(past.keys[new])],
                        "before": symbols[int(past.keys[old])], "title": "identical" if same else "near-identical",
                    }
                )  # fmt: skip
    return sorted(out, key=lambda r: (r["date"], r["state"]), reverse=True)


def members(holdings: Holdings, year: int) -> dict[str, tuple[str, ...]]:
    """The groups held with their members in a year (a hand list, unverified); of a later year than the list's last, its last."""
    if not holdings.has("table", "group_members"):
        return {}
    rows = store.query(
        'SELECT "group" AS g, list(state ORDER BY state) AS s FROM read_parquet($path) WHERE year = (SELECT max(year) FROM read_parquet($path) '
        "WHERE year <= $year) GROUP BY ALL ORDER BY 1", {"year": year}, path=holdings.path("table", "group_members"),
    ).to_pylist()  # fmt: skip
    return {r["g"]: tuple(r["s"]) for r in rows}


def _path(holdings: Holdings, name: str) -> Path:
    if not holdings.has("table", name):
        raise NotHeldError(f"table {name}: not held; source {sources.owners()[name]} would give it (`comity build --from DIR`)")
    return holdings.path("table", name)
