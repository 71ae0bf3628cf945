"""The library's face: open a store, and everything that a command does as a function."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from comity import build as building
from comity import measures, own, selection, sources, states, store
from comity import notes as noted
from comity import panel as panels
from comity.api_judging import Judging, _pair
from comity.core import NotHeldError, UsageError
from comity.panel import Pairs, Panel, PanelPeriod
from comity.profile import Profile, Shown

if TYPE_CHECKING:
    import pyarrow as pa

    from comity.analysis.addresses import Compared
    from comity.analysis.agenda import Agenda
    from comity.analysis.explain import Explanation
    from comity.analysis.fetching import Fetched
    from comity.analysis.reconcile import Reconciled
    from comity.analysis.solidarity import Council
    from comity.analysis.trade import Displaced
    from comity.analysis.vision import Standing, Step
    from comity.models.ballots import Choice
    from comity.plan.planning import Plan


@dataclass(frozen=True)
class Store(Judging):
    """The starter with the user's own store over it. Every method returns plain values, Arrow tables or frozen results."""

    def series(
        self,
        name: str,
        *,
        dyad: tuple[str, str] | None = None,
        state: str | None = None,
        start: int | None = None,
        stop: int | None = None,
        as_of: dt.date | None = None,
        seat: bool = False,
    ) -> pa.Table:
        """The rows of a Series (columns a, b, start, value, n, se, source, published), sorted by a, b, start, source."""
        return self.select(name, dyad=dyad, state=state, start=start, stop=stop, as_of=as_of, seat=seat).rows

    def select(
        self,
        name: str,
        *,
        dyad: tuple[str, str] | None = None,
        state: str | None = None,
        start: int | None = None,
        stop: int | None = None,
        as_of: dt.date | None = None,
        seat: bool = False,
    ) -> selection.Selected:
        """As `series`, with the days of partial periods and words about what was left out."""
        declared, full = self._named(name)
        if dyad is not None and state is not None:
            raise UsageError("a dyad or a state, not both")
        pair = None if dyad is None else _pair(*dyad)
        one = None if state is None else states.find(state).code
        found = selection.select(self.holdings, declared, full, dyad=pair, state=one, start=start, stop=stop, as_of=as_of, seat=seat)
        if pair is None or declared.domain != "trade" or as_of is not None:
            return found
        from comity.caveats import caveats

        doubts = caveats(self.holdings, declared.name, *pair, found.rows.to_pylist())
        return replace(found, notes=(*found.notes, *(f"{full}: {d}" for d in doubts))) if doubts else found

    def dyads(
        self,
        period: PanelPeriod,
        start: int,
        stop: int,
        *,
        directed: bool = False,
        states: Sequence[str] | str | None = None,
        pairs: Pairs = "all",
        system: Literal["comity", "cow", "gw"] = "comity",
        as_of: dt.date | None = None,
        unverified: bool = False,
    ) -> Panel:
        """A panel of all dyads of each period, to which measures are added: `.add(name)`, `.lag(name, k)`, `.to_arrow()`.

        states: codes, names, groups (BRICS) or regions (Europe), as a list or as one text with commas. pairs: "contiguous",
        "major" (with a major power) or "relevant" (either) keeps such dyads only.
        """
        chosen = None if states is None else panels.chosen_states(self.holdings, states, start, stop)
        return Panel(
            holdings=self.holdings, period=period, start=start, stop=stop, directed=directed, states=chosen, pairs=pairs, system=system, as_of=as_of,
            unverified=unverified,
        )  # fmt: skip

    def profile(
        self, a: str, b: str, *, start: int | None = None, stop: int | None = None, as_of: dt.date | None = None, seat: bool = False
    ) -> Profile:
        """Everything that is held about two states, in the order in which they are named."""
        from comity import gather

        code_a, code_b = _pair(a, b)
        kept = noted.load(self.home)
        request = gather.Request(a=code_a, b=code_b, start=start, stop=stop, as_of=as_of, seat=seat, notes=kept)
        return gather.gather(self.holdings, request)

    def rank(self, name: str, *, year: int, state: str | None = None, top: int | None = None, as_of: dt.date | None = None) -> list[dict[str, Any]]:
        """The dyads, states or partners of one state in a year, highest first, ranked within their source."""
        from comity.analysis.rank import rank

        declared, full = self._named(name)
        return rank(self.holdings, declared, full, year=year, state=None if state is None else states.find(state).code, top=top, as_of=as_of)

    def by_own_report(self, name: str, rows: list[dict[str, Any]], *, year: int, state: str, as_of: dt.date | None = None) -> str:
        """A sentence where a state's own report of its trade puts another partner first than `rows`, its ranking of a year; else ""."""
        from comity.caveats import by_own_report

        return by_own_report(self.holdings, self._named(name)[1], rows, year=year, state=states.find(state).code, as_of=as_of)

    def full_year(self, name: str, *, state: str | None = None) -> int | None:
        """The newest year in which a measure is held of about as many as ever, so that a ranking of it says something."""
        from comity.analysis.rank import full_year

        return full_year(self.holdings, self._named(name)[1], None if state is None else states.find(state).code)

    def reconcile(self, name: str, *, dyad: tuple[str, str] | None = None) -> Reconciled:
        """A measure by each of its sources or reporters side by side; without a dyad the largest differences, and how far they agree."""
        from comity.analysis.reconcile import reconcile

        pair = None if dyad is None else _pair(*dyad)
        found = reconcile(self.holdings, name, dyad=pair)
        if pair is None or measures.get(name).domain != "trade":
            return found
        from comity.caveats import caveats

        doubts = caveats(self.holdings, measures.get(name).name, *pair, found.rows)
        return replace(found, notes=(*found.notes, *doubts)) if doubts else found

    def nearest(
        self, state: str, *, session: int | None = None, year: int | None = None, topic: str | None = None, measure: str = "vote_agreement"
    ) -> list[dict[str, Any]]:
        """Who is nearest to a state: by agreement in the General Assembly (on a topic), or by another measure, in a session or year."""
        from comity.analysis.nearest import nearest

        declared, full = self._named(f"{measure}:{topic}" if topic else measure)
        if (session is None) == (year is None):
            raise UsageError("nearest needs a session or a year")
        return nearest(self.holdings, declared, full, states.find(state).code, year=year if year is not None else 1945 + (session or 0))

    def votes(
        self, a: str, b: str, *, choice: Choice | None = None, coefficient: str = "agreement", distance: str = "abs", seat: bool = False,
        adopted: Mapping[int, int] | None = None,
    ) -> list[dict[str, Any]]:  # fmt: skip
        """Two states' votes by session for any choice of roll calls (`comity.models.ballots.Choice`) and any coefficient, with bands.

        adopted: by session, how many resolutions were adopted without a vote; each counts as one common yes.
        """
        from comity.analysis.solidarity import by_choice
        from comity.models.ballots import Choice

        chosen = choice or Choice()
        return by_choice(self.holdings, *_pair(a, b), choice=chosen, coefficient=coefficient, distance=distance, seat=seat, adopted=adopted)

    def isolation(
        self, state: str, *, choice: Choice | None = None, first: int | None = None, last: int | None = None, seat: bool = False
    ) -> list[dict[str, Any]]:
        """Who shares a state's isolated noes in the General Assembly, in sessions first to last."""
        from comity.analysis.solidarity import isolation
        from comity.models.ballots import Choice

        return isolation(self.holdings, states.find(state).code, choice=choice or Choice(), first=first, last=last, seat=seat)

    def roll_calls(
        self, a: str, b: str, which: Literal["split", "isolated"], *, top: int = 10, first: int | None = None, last: int | None = None
    ) -> list[dict[str, Any]]:
        """The roll calls on which two states split, or the isolated noes that they shared."""
        from comity.analysis.solidarity import roll_calls

        return roll_calls(self.holdings, *_pair(a, b), which, top=top, first=first, last=last)

    def council(self, a: str, b: str, *, start: int | None = None, stop: int | None = None) -> Council:
        """Two states in the Security Council: dissent together against independent habits, vetoes, by crisis."""
        from comity.analysis import solidarity

        return solidarity.council(self.holdings, *_pair(a, b), first=start or solidarity.SINCE, last=stop)

    def blocs(self, session: int, *, dyad: tuple[str, str] | None = None, seed: int = 0) -> list[dict[str, Any]]:
        """The blocs of a session of the General Assembly, each state's stability, and its distance from each bloc's centre."""
        from comity.analysis.solidarity import blocs

        return blocs(self.holdings, session, dyad=None if dyad is None else _pair(*dyad), seed=seed)

    def gravity(self) -> dict[str, Any]:
        """The gravity equation behind expected trade: its terms with errors, the sample, and how separated flows were found."""
        from comity.analysis.trade import gravity

        return gravity(self.holdings)

    def expected(self, a: str, b: str) -> list[dict[str, Any]]:
        """Actual and expected trade of two states by year, a to b first, then b to a, with bands."""
        from comity.analysis.trade import expected

        return expected(self.holdings, *_pair(a, b))

    def displaced(self, state: str, first: int, last: int, *, products: Literal["all", "groups"] = "all") -> Displaced:
        """Who displaced whom among a state's suppliers between two years, of all goods or within ten groups; parts that add up."""
        from comity.analysis.trade import displaced

        return displaced(self.holdings, states.find(state).code, first, last, products=products)

    def chains(self, a: str, b: str, *, year: int | None = None) -> list[dict[str, Any]]:
        """By which ways value added of each of two states reaches the other's final use in a year (else the newest), a to b first."""
        from comity.analysis import chains

        one, other = _pair(a, b)
        chosen = year or max((r["year"] for r in chains.flows(self.holdings, one, other)), default=0)
        return [r for x, y in ((one, other), (other, one)) for r in chains.routes(self.holdings, x, y, chosen)]

    def shared(self, a: str, b: str) -> list[dict[str, Any]]:
        """What two states make together by year: dollars, cosine, rank, against expectation, per trade, where it is finished, with bands."""
        from comity.analysis.chains import shared

        return shared(self.holdings, *_pair(a, b))

    def vision(self, a: str, b: str, *, reference: str | None = None, seat: bool = False) -> list[Standing]:
        """Two states' ideal points session by session: their distance, the order, and whether they are nearer to each other than to a third."""
        from comity.analysis import vision

        one, other = _pair(a, b)
        third = vision.PERMANENT if reference is None else (states.find(reference).code,)
        if reference is not None and third[0] in (one, other):
            raise UsageError(f"the reference is {third[0]}, one of the two; expected a third state")
        seats = vision.seats(one, other, seat=seat) if reference is None else (one, other, *third) if seat else ()
        held = vision.paths(self.holdings, dict.fromkeys((one, other, *third)), seats=seats)
        if reference is not None and third[0] not in held:
            raise UsageError(f"the reference {third[0]} has no ideal point")
        return vision.standings(held, one, other, references=third)

    def steps(self, state: str, *, seat: bool = False) -> list[Step]:
        """Every step of a state's ideal point, with the probability that it is the largest and that it is more than the walk makes."""
        from comity.analysis import vision

        code = states.find(state).code
        held = vision.paths(self.holdings, [code], seats=[code] if seat else ())
        if code not in held:
            raise UsageError(f"{code} has no ideal point: it never voted in the General Assembly on a roll call that counts")
        return vision.steps(held[code])

    def dividing(self, session: int, *, dyad: tuple[str, str] | None = None, top: int = 10) -> list[dict[str, Any]]:
        """The roll calls of a session that divide the General Assembly most along the line of ideal points."""
        from comity.analysis import vision

        return vision.dividing(self.holdings, session, dyad=None if dyad is None else _pair(*dyad), top=top)

    def explain(self, a: str, b: str, name: str, *, start: int | None = None, stop: int | None = None) -> Explanation:
        """What moved a trade figure of two states between two years: parts that add up, each with its band, and what went along with it."""
        from comity import explained

        one, other = states.find(a).code, states.find(b).code
        return explained.explain(self.holdings, one, other, self._named(name)[1], start=start, stop=stop)

    def coverage(self, *, dyad: tuple[str, str] | None = None) -> list[dict[str, Any]]:
        """What each source covers of each measure; with a dyad what of it has a value for the two."""
        from comity.analysis.coverage import coverage

        return coverage(self.holdings, dyad=None if dyad is None else _pair(*dyad))

    def chart(self, name: str, *, dyad: tuple[str, str], start: int | None = None, stop: int | None = None) -> dict[str, Any]:
        """The picture of a measure for two states as a Vega-Lite specification; UsageError where they have no value."""
        from comity.report import charts

        entries = self.shown(name, dyad=dyad, start=start, stop=stop)
        if not entries:
            raise UsageError(f"{name}: no value for {dyad[0]} and {dyad[1]} in these years, so there is nothing to draw")
        return dict(charts.line(entries, sides=_pair(*dyad), titled=True))

    def shown(
        self, name: str, *, dyad: tuple[str, str], start: int | None = None, stop: int | None = None, as_of: dt.date | None = None, seat: bool = False
    ) -> list[Shown]:
        """A measure for two states as the report shows it, where it has a value: one entry, or one each way or for each state."""
        declared, full = self._named(name)
        if not self.holdings.has("series", full):
            selection.select(self.holdings, declared, full)
        return [e for e in self.entries(name, dyad=dyad, start=start, stop=stop, as_of=as_of, seat=seat) if e.series]

    def entries(
        self, name: str, *, dyad: tuple[str, str], start: int | None = None, stop: int | None = None, as_of: dt.date | None = None, seat: bool = False
    ) -> list[Shown]:
        """As `shown`, with the entries that have no value; `missing` of those says why and which source would hold one."""
        from comity import findings, gather

        declared, full = self._named(name)
        a, b = _pair(*dyad)
        request = gather.Request(a=a, b=b, start=start, stop=stop, as_of=as_of, seat=seat, notes=noted.load(self.home))
        return [replace(e, finding=findings.finding(e)) if e.series else e for e in gather.shown(self.holdings, declared, full, request, ())]

    def measures(self) -> list[dict[str, Any]]:
        """A row for each measure: declaration and what is held."""
        from comity.analysis.catalogue import measure_rows

        return measure_rows(self.holdings)

    def sources(self) -> list[dict[str, Any]]:
        """A row for each source: publisher, licence, citation and what is held."""
        from comity.analysis.catalogue import source_rows

        return source_rows(self.holdings)

    def find(self, text: str) -> list[dict[str, Any]]:
        """The measures that a few words describe."""
        from comity.analysis.catalogue import find

        return find(self.holdings, text)

    def cite(self, *names: str, bib: bool = False, dyad: tuple[str, str] | None = None, as_of: dt.date | None = None) -> str:
        """The citations of the data behind measures and sources; with a dyad, of a measure those alone that say something of the two."""
        from comity import citation, sources

        chosen: dict[str, None] = {}
        for name in names:
            if dyad is None or name in sources.names():
                chosen[name] = None
                continue
            given = [s for e in self.shown(name, dyad=dyad, as_of=as_of) for s in e.sources]
            chosen |= dict.fromkeys(citation.of_rows(given))
        return citation.cite(chosen, bib=bib)

    def show(self, name: str) -> dict[str, Any]:
        """The chain from a measure or table down to its files, with licence and hashes."""
        if name in sources.names():
            tables = [t.name for t in sources.get(name).tables]
            held = [building.provenance(self.holdings, t) for t in tables if self.holdings.has("table", t)]
            source = sources.get(name)
            return {
                "name": name, "kind": "source", "inputs": held, "licence": source.licence.name, "citation": source.citation,
                "file": ", ".join(f.name for f in source.files), "sha256": None,
            }  # fmt: skip
        if self.holdings.has("table", name):
            return building.provenance(self.holdings, name)
        declared, full = self._named(name)
        if not self.holdings.has("series", full):
            raise NotHeldError(f"{full}: not held; source {', '.join(building.sources_of(declared.name))} would give it")
        return building.provenance(self.holdings, full)

    def status(self) -> list[dict[str, Any]]:
        """A row for each artefact that is held and each fetched file, with whether it is stale and why."""
        from comity.analysis import fetching

        built = [
            {
                "name": s.row.name, "kind": s.row.kind, "layer": s.row.layer, "built": s.row.built, "stale": s.stale,
                "why": s.why, "rows": s.row.rows, "bytes": s.row.bytes, "vintages": None, "checked": None,
            }
            for s in building.statuses(self.home)
        ]  # fmt: skip
        return built + fetching.held_files(self.holdings)

    def stale(self, *, whole: bool = False) -> dict[str, str]:
        """Of what was read so far (whole: of all that is held) the Series and models that are stale, with why; the packaged ones never are."""
        return building.stale(self.holdings, whole=whole)

    def verify(self) -> dict[str, Any]:
        """How many artefacts were checked against their ledger rows, and a line for each that is not as it should be."""
        checked, bad = building.verify(self.home)
        return {"checked": checked, "bad": list(bad)}

    def build(self, *names: str, folder: Path | None = None, progress: building.Progress = lambda _: None) -> building.BuildReport:
        """Bring the store up to date from raw files under a folder; without one from what was fetched."""
        if folder is None:
            folder = self.home / "raw"
            if not folder.is_dir():
                raise UsageError("nothing was fetched yet: `comity fetch NAME` first, or --from DIR for the folder that holds the raw files")
        report = building.build(names, folder=folder, home=self.home, progress=progress)
        self.__dict__.pop("holdings", None)
        return report

    def fetch(
        self, *names: str, keep: bool = False, offline: bool = False, say: Callable[[str], None] = lambda _: None,
        tick: Callable[[int, int | None], None] = lambda *_: None,
    ) -> list[Fetched]:  # fmt: skip
        """Fetch the publishers' files of these sources (of measures: of their sources; without a name of all) into the store's `raw` folder.

        Only what changed since is downloaded; a row for each file says how it ended, and nothing is raised for one that failed.
        """
        from comity import fetch
        from comity.analysis import fetching

        return list(fetching.fetch_sources(names, home=self.home, session=fetch.Session(say=say, tick=tick), keep=keep, offline=offline))

    def check_addresses(self, *names: str, say: Callable[[str], None] = lambda _: None) -> list[Compared]:
        """Ask each publisher's address of these sources, and compare the columns of what lies there with the layout; nothing is kept."""
        from comity import fetch
        from comity.analysis import addresses

        return list(addresses.check_sources(names, session=fetch.Session(say=say)))

    def plan(self, path: str | Path, *, iterations: int | None = None, seed: int | None = None) -> Plan:
        """The roadmap in a file: `.schedule`, `.risk`, `.status(store.holdings, as_of)`, `.export(format, store.holdings)`."""
        from comity.plan import planning

        return planning.load(Path(path), iterations=iterations, seed=seed)

    def new_roadmap(
        self, a: str, b: str, *, goal: str | None = None, start: dt.date | None = None, by: int | None = None, as_of: dt.date | None = None
    ) -> str:
        """A commented roadmap of two states, with witness milestones proposed from what is held of them."""
        from comity.plan import starting

        return starting.new(self.holdings, *_pair(a, b), goal=goal, start=start, by=by, as_of=as_of)

    def agenda(self, a: str, b: str, *, register: Path | None = None, session: int | None = None, as_of: dt.date | None = None) -> Agenda:
        """Topics on which two states agree in the General Assembly, beside the drafts and initiatives that they undertake together."""
        from comity.analysis.agenda import agenda

        return agenda(self.holdings, *_pair(a, b), register=register, session=session, as_of=as_of)

    def note(self, a: str, b: str, *, what: str, date: str, who: str, url: str, value: float | None = None, unit: str | None = None) -> noted.Note:
        """Keep a stated figure or a dated fact about two states; charts, reports and checks read it as only stated."""
        made = noted.make(a, b, what=what, date=date, who=who, url=url, value=value, unit=unit)
        noted.add(self.home, made)
        return made

    def notes(self, a: str | None = None, b: str | None = None) -> list[dict[str, Any]]:
        """The notes that are kept, all or those about two states."""
        kept = noted.load(self.home)
        if a is not None and b is not None:
            kept = noted.about(kept, *_pair(a, b))
        return [vars(n) for n in kept]

    def forget(self, key: str) -> None:
        """Take the note with this id out of the store."""
        noted.remove(self.home, key)

    def add(self, path: str | Path) -> tuple[str, ...]:
        """Mount a user's own sources and measures (a TOML file or a folder), build and keep them; the names of the Series."""
        made = own.add(self.home, Path(path))
        self.__dict__.pop("holdings", None)
        return made

    def remove(self, path: str | Path) -> None:
        """Forget what was added from a file or folder."""
        own.remove(self.home, Path(path))
        self.__dict__.pop("holdings", None)


def open(home: str | Path | None = None) -> Store:  # noqa: A001
    """The store at `home`, else at COMITY_HOME, else in the platform's data directory."""
    return Store(Path(home) if home is not None else store.default_home())


def states_table(text: str | None = None) -> list[dict[str, str]]:
    """The table of states, one row a spell; those that a text names, where one is given."""
    found: Sequence[states.State] | None = states.search(text) if text else None
    columns = ("code", "name", "from", "to", "cow", "gw", "seat", "status")
    return [{c: row[c] for c in columns} for row in states.rows(found)]
