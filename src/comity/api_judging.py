"""What a store answers beyond its own numbers: votes to come, position, forecasts, drivers, and whether a text is true."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from comity import measures, own, states, store
from comity import notes as noted
from comity.core import UsageError

if TYPE_CHECKING:
    from comity.analysis.align import Alignment, Question
    from comity.analysis.brief import Brief
    from comity.analysis.diff import Difference
    from comity.analysis.forecast import Forecast, Progress, Scorecard
    from comity.analysis.forecast_register import Entry, Outcome
    from comity.analysis.pressure import Compared, Pressed, Projected
    from comity.analysis.review import Review
    from comity.analysis.shock import Shock
    from comity.analysis.turns import Turn
    from comity.claims.checking import Ledger
    from comity.claims.evidence import Shelf
    from comity.claims.reading import Document
    from comity.claims.scoring import Score
    from comity.models.initiatives import Initiative


@dataclass(frozen=True)
class Judging:
    """A store by its home, and what it answers beyond its own numbers; `comity.api.Store` is the whole."""

    home: Path

    def __post_init__(self) -> None:
        own.mount(self.home)

    @cached_property
    def holdings(self) -> store.Holdings:
        """What is held in both layers, read when first asked for."""
        return store.Holdings(self.home)

    def align(
        self, *, topic: str | None = None, like: str | None = None, resolution: tuple[str, str] | str | None = None,
        pair: tuple[str, str] | None = None, side: str | None = None, as_of: dt.date | None = None,
        cuts: tuple[float, float, float] = (0.9, 0.8, 0.2),
    ) -> Alignment:  # fmt: skip
        """How each member will vote on a coming UN text, asked by one of: a topic, a resolution that comes back, a draft's text (with its name)."""
        from comity.analysis import align
        from comity.models.align_classes import Cuts

        question = self._question(topic, like, resolution, as_of)
        made = Cuts(like=cuts[0], firm=cuts[1], moving=cuts[2])
        two = None if pair is None else _pair(*pair)
        return align.align(self.holdings, question, as_of=as_of, pair=two, side=side, cuts=made)

    def brief(
        self, state: str, *, topic: str | None = None, like: str | None = None, resolution: tuple[str, str] | str | None = None,
        pair: tuple[str, str] | None = None, as_of: dt.date | None = None,
    ) -> Brief:  # fmt: skip
        """The facts about a state on a UN topic or text: record, place, ties to two states, like texts, its groups, what changed its vote."""
        from comity.analysis.brief import brief

        question = self._question(topic, like, resolution, as_of)
        two = None if pair is None else _pair(*pair)
        return brief(self.holdings, states.find(state).code, question, pair=two, as_of=as_of)

    def capitals(self, year: int) -> dict[str, tuple[float, float]]:
        """Latitude and longitude in degrees of each state's capital in a year, the newest held for later years; empty where none is held."""
        if not self.holdings.has("table", "capital_years"):
            return {}
        rows = store.query(
            "SELECT state, lat, lon FROM read_parquet($path) WHERE year = least($year, (SELECT max(year) FROM read_parquet($path))) "
            "ORDER BY state, system DESC",
            {"year": year}, path=self.holdings.path("table", "capital_years"),
        )  # fmt: skip
        return {r["state"]: (r["lat"], r["lon"]) for r in rows.to_pylist()}

    def groups(self, year: int) -> dict[str, tuple[str, ...]]:
        """The groups held with their members in a year (a hand list, unverified)."""
        from comity.analysis.align import members

        return members(self.holdings, year)

    def _question(self, topic: str | None, like: str | None, resolution: tuple[str, str] | str | None, as_of: dt.date | None) -> Question:
        from comity.analysis import align

        if (topic is not None) + (like is not None) + (resolution is not None) != 1:
            raise UsageError("expected one of a topic, a resolution that comes back (--like), or a text (--resolution)")
        if like is not None:
            return align.like(self.holdings, like)
        if topic is not None:
            return align.topic(self.holdings, topic, as_of=as_of)
        words, name = resolution if isinstance(resolution, tuple) else (resolution or "", "")
        return align.text(words, named=name)

    def position(
        self, a: str, b: str, *, year: int | None = None, start: int | None = None, stop: int | None = None, weights: Path | None = None
    ) -> dict[str, Any]:
        """Where two states stand in the four families, how that moved, and what may be said of it, as the contract has it."""
        from comity.analysis import initiatives, position

        one, other = _pair(a, b)
        found = position.held(self.holdings)
        chosen = None if weights is None else position.weights_of(_read(weights), found)
        made = position.answer(self.holdings, one, other, year=year, start=start, stop=stop, weights=chosen)
        return made | {"initiatives": initiatives.summary(self.initiatives(one, other))}

    def sensitivity(self, a: str, b: str, *, start: int | None = None, stop: int | None = None) -> list[dict[str, Any]]:
        """How the move of joint work of two states turns on each choice: weights, distance, peers, each measure left out."""
        from comity.analysis import sensitivity

        return sensitivity.rows(self.holdings, *_pair(a, b), start=start, stop=stop)

    def validity(self) -> dict[str, Any]:
        """What the families measure, if anything: separability, known alliances, leave-one-out, and false alarms of the rule of moves."""
        from comity.analysis import validity

        return validity.report(self.holdings)

    def initiatives(self, a: str | None = None, b: str | None = None) -> list[Initiative]:
        """The register of undertakings, of all states or of two: rows made from the sources that are held, then hand-coded and own ones."""
        from comity.analysis import initiatives

        return initiatives.register(self.holdings, None if a is None or b is None else _pair(a, b), home=self.home)

    def add_initiatives(self, path: Path) -> tuple[str, ...]:
        """Keep a file of undertakings in the user's store, once it is checked; the ids in it."""
        from comity.analysis import initiatives

        return initiatives.add(self.home, _read(path), path.name)

    def forecast(
        self, a: str, b: str, name: str, *, horizon: int | None = None, as_of: dt.date | None = None, progress: Progress = lambda _: None
    ) -> tuple[list[Forecast], Scorecard]:
        """What a measure of two states may be in the periods to come, and the scorecard of such forecasts."""
        from comity.analysis.forecast import forecast

        return forecast(self.holdings, states.find(a).code, states.find(b).code, name, horizon=horizon, as_of=as_of, progress=progress)

    def backtest(
        self, name: str, *, source: str | None = None, as_of: dt.date | None = None, again: bool = False, progress: Progress = lambda _: None
    ) -> Scorecard:
        """How forecasts of a measure did from past origins, against last value; kept in the store."""
        from comity.analysis.forecast import backtest

        return backtest(self.holdings, name, source=source, as_of=as_of, again=again, progress=progress)

    def record(self, found: list[Forecast], card: Scorecard) -> list[Entry]:
        """Write forecasts to the register of this store; the entries added."""
        from comity.analysis.forecast_register import record

        return record(self.home, found, card)

    def score(self) -> list[Outcome]:
        """Every forecast of the register, with how it turned out where it has come due."""
        from comity.analysis.forecast_register import score

        return score(self.holdings)

    def turns(self, a: str, b: str, name: str) -> tuple[Turn, ...]:
        """When a measure of two states shifted its pace, by source, and which dated events lie near."""
        from comity.analysis.turns import turns

        return turns(self.holdings, *_pair(a, b), name)

    def pressed(self, name: str, *, draws: int = 199) -> Pressed:
        """Whether pressure of one sender on both states precedes closer ties, over all pairs: an event study with permuted states."""
        from comity.analysis.pressure import pressed

        return pressed(self.holdings, name, draws=draws)

    def compared(self, a: str, b: str, name: str, since: int) -> Compared:
        """Two states since a year against a synthetic control of like pairs, with placebos; kept in the store for the report."""
        from comity.analysis import pressure, pressure_kept

        return pressure_kept.kept_too(self.holdings, pressure.compared(self.holdings, *_pair(a, b), name, since))

    def projected(self, a: str, b: str, name: str, by: str) -> Projected:
        """How a monthly measure of two states moved after news of a third state's hostility to both; kept in the store for the report."""
        from comity.analysis import pressure, pressure_kept

        return pressure_kept.kept_too(self.holdings, pressure.projected(self.holdings, *_pair(a, b), name, states.find(by).code))

    def shock(self, a: str, b: str, name: str, of: str, *, horizon: int | None = None) -> Shock:
        """How a flow of two states moved after news in a price or a currency, such as "brent_usd=-30%"."""
        from comity.analysis.shock import shock
        from comity.driven import told

        return told(shock(self.holdings, *_pair(a, b), name, of, horizon=horizon))

    @cached_property
    def shelf(self) -> Shelf:
        """The Series as the judge of statements reads them, kept between texts."""
        from comity.claims.evidence import Shelf

        return Shelf(holdings=self.holdings, notes=noted.load(self.home))

    def check_file(
        self, path: str | Path, *, as_of: dt.date | None = None, pair: tuple[str, str] | None = None, ledger: Path | None = None
    ) -> Ledger:
        """Each statement of a file (text, Markdown, HTML, DOCX, PDF), its verdict and the evidence; as `check_text`."""
        from comity.claims import reading

        return self._checked(reading.read_file(Path(path)), as_of=as_of, pair=pair, ledger=ledger)

    def check_text(
        self, text: str | bytes, *, as_of: dt.date | None = None, pair: tuple[str, str] | None = None, ledger: Path | None = None
    ) -> Ledger:
        """Each statement of a text, its verdict by what was published by `as_of` (else by the text's own day), and by all that is held.

        pair: the two states, where the text does not say. ledger: an edited draft (TOML), judged instead of what the text was read to say.
        """
        from comity.claims import reading

        document = reading.read_text(text) if isinstance(text, str) else reading.read_bytes(text)
        return self._checked(document, as_of=as_of, pair=pair, ledger=ledger)

    def _checked(self, document: Document, *, as_of: dt.date | None, pair: tuple[str, str] | None, ledger: Path | None) -> Ledger:
        from comity.claims import checking, draft

        edited = {} if ledger is None else draft.read(ledger)
        as_of = as_of if ledger is None else draft.day_of(ledger, edited, as_of)
        found = checking.check(document, self.shelf, as_of=as_of, pair=None if pair is None else _pair(*pair))
        return found if ledger is None else draft.judge_edited(ledger, edited, found, self.shelf)

    def score_claims(self, folder: str | Path) -> Score:
        """How well the statements of labelled texts are found, typed, resolved and judged, beside a plain alternative."""
        from comity.claims import checking, scoring

        return scoring.score_folder(Path(folder), lambda d: checking.check(d, self.shelf))

    def ablate_claims(self, folder: str | Path) -> list[dict[str, Any]]:
        """The score of a folder with all rules, and without each family of them."""
        from comity.claims import checking, grammar, scoring

        out: list[dict[str, Any]] = []
        for family in ("", *grammar.FAMILIES):
            without = frozenset({family}) if family else frozenset()
            score = scoring.score_folder(Path(folder), lambda d, w=without: checking.check(d, self.shelf, without=w))  # type: ignore[misc]
            rules = sum(r.family == family for r in grammar.RULES) if family else len(grammar.RULES)
            out.append({"without": family or "nothing", "rules": rules, **scoring.figures(score.texts)})
        return out

    def diff(self, name: str, *, before: str | None = None, after: str | None = None) -> Difference:
        """What changed in a measure between two vintages that are held; by default the newest and the one before it."""
        from comity.analysis.diff import diff

        return diff(self.holdings, measures.full_name(name), before=before, after=after)

    def review(
        self, a: str, b: str, *, since: dt.date, until: dt.date, calendar: Path | None = None, months: int = 6
    ) -> Review:  # fmt: skip
        """What became known of two states after a day and up to another, and what is ahead; a calendar file lists days to come."""
        from comity.analysis import review

        path = calendar or self.home / review.CALENDAR
        events = review.read_calendar(path) if calendar is not None or path.is_file() else ()
        return review.review(self.holdings, *_pair(a, b), since=since, until=until, calendar=events, months=months)

    def _named(self, name: str) -> tuple[Any, str]:
        return measures.get(name), measures.full_name(name)


def _pair(a: str, b: str) -> tuple[str, str]:
    first, second = states.find(a).code, states.find(b).code
    if first == second:
        raise UsageError(f"{a} and {b} are one state ({first}); a dyad is of two")
    return first, second


def _read(path: Path) -> bytes:
    from comity.claims import reading

    return reading.held(path)
