"""GDELT's raw rows: the columns of 1.0 and 2.0, how its files are named, and the expressions that make events of rows.

The expressions are Ibis's, one text for DuckDB and for Spark. Layout: http://data.gdeltproject.org/documentation/GDELT-Data_Format_Codebook.pdf
(1.0) and http://data.gdeltproject.org/documentation/GDELT-Event_Codebook-V2.0.pdf (2.0).
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from ibis import Table
    from ibis.expr.types import BooleanValue, IntegerValue, StringColumn, StringValue

Edition = Literal["gdelt1", "gdelt2", "gdelt2-translated"]
Stretch = Literal["quarter hour", "day", "month", "year"]
Convention = Literal["gdelt", "schrodt"]
EDITIONS: tuple[Edition, ...] = ("gdelt1", "gdelt2", "gdelt2-translated")

_ACTOR = "{}Code {}Name {}CountryCode {}KnownGroupCode {}EthnicCode {}Religion1Code {}Religion2Code {}Type1Code {}Type2Code {}Type3Code"
_GEO1 = "{}Geo_Type:int {}Geo_FullName {}Geo_CountryCode {}Geo_ADM1Code {}Geo_Lat:float {}Geo_Long:float {}Geo_FeatureID"
_GEO2 = _GEO1.replace("{}Geo_ADM1Code", "{}Geo_ADM1Code {}Geo_ADM2Code")
_HEAD = (
    f"GLOBALEVENTID:int SQLDATE:int MonthYear:int Year:int FractionDate:float {_ACTOR.replace('{}', 'Actor1')} {_ACTOR.replace('{}', 'Actor2')} "
    "IsRootEvent:int EventCode EventBaseCode EventRootCode QuadClass:int GoldsteinScale:float NumMentions:int NumSources:int NumArticles:int "
    "AvgTone:float"
)
_PLACES = ("Actor1", "Actor2", "Action")


def _columns(geo: str, tail: str) -> tuple[tuple[str, str], ...]:
    text = " ".join([_HEAD, *(geo.replace("{}", place) for place in _PLACES), tail])
    return tuple((name, kind or "text") for name, _, kind in (word.partition(":") for word in text.split()))


COLUMNS: dict[int, tuple[tuple[str, str], ...]] = {
    57: _columns(_GEO1, "DATEADDED:int"),
    58: _columns(_GEO1, "DATEADDED:int SOURCEURL"),
    61: _columns(_GEO2, "DATEADDED:int SOURCEURL"),
}
"""Names and types of the columns by their number: 1.0 before April 2013 (57), 1.0 since (58, with SOURCEURL), 2.0 (61, with ADM2 codes)."""
NEEDED = (
    "GLOBALEVENTID", "SQLDATE", "Actor1CountryCode", "Actor2CountryCode", "EventCode", "QuadClass", "GoldsteinScale", "NumMentions", "NumSources",
    "NumArticles", "AvgTone", "SOURCEURL",
)  # fmt: skip
"""The columns that an event is made of; the others are checked for their number and bytes only."""
_GIVEN = {
    "id": "GLOBALEVENTID", "quad": "QuadClass", "goldstein": "GoldsteinScale", "mentions": "NumMentions", "sources": "NumSources",
    "articles": "NumArticles", "tone": "AvgTone",
}  # fmt: skip

FIRST_SLOT: dict[Edition, dt.datetime] = {
    "gdelt1": dt.datetime(1979, 1, 1),
    "gdelt2": dt.datetime(2015, 2, 18, 23, 0),
    "gdelt2-translated": dt.datetime(2015, 2, 18, 22, 45),
}
"""When the first file of each edition is due."""
FIRST_MONTHLY, FIRST_DAILY = dt.date(2006, 1, 1), dt.date(2013, 4, 1)
"""From when 1.0 has a file a month, and a file a day; before, a file a year."""

_NAMES: tuple[tuple[re.Pattern[str], Edition, Stretch], ...] = (
    (re.compile(r"(\d{14})\.translation\.export\.csv\.zip"), "gdelt2-translated", "quarter hour"),
    (re.compile(r"(\d{14})\.export\.csv\.zip"), "gdelt2", "quarter hour"),
    (re.compile(r"(\d{8})\.export\.csv\.zip"), "gdelt1", "day"),
    (re.compile(r"(\d{6})\.zip"), "gdelt1", "month"),
    (re.compile(r"(\d{4})\.zip"), "gdelt1", "year"),
)
_FORMS: dict[Stretch, str] = {"quarter hour": "%Y%m%d%H%M%S", "day": "%Y%m%d", "month": "%Y%m", "year": "%Y"}


@dataclass(frozen=True, kw_only=True)
class Name:
    """What the name of a published file says: its edition, the span that one file covers, and when that begins."""

    edition: Edition
    span: Stretch
    begins: dt.datetime

    @property
    def widths(self) -> tuple[int, ...]:
        """The numbers of columns that the file's lines may have."""
        return (61,) if self.edition != "gdelt1" else (58,) if self.span == "day" else (57, 58)


def named(name: str) -> Name | None:
    """What a file's name says, or None where it is not one that GDELT publishes."""
    for pattern, edition, span in _NAMES:
        if found := pattern.fullmatch(name.lower()):
            try:
                return Name(edition=edition, span=span, begins=dt.datetime.strptime(found[1], _FORMS[span]))
            except ValueError:
                return None
    return None


def due(edition: Edition, day: dt.date) -> tuple[str, ...]:
    """The stems (without `.export.CSV.zip` and the like) of the files that hold a day: a year's, a month's, a day's, or 96 quarter hours'.

    Empty before the edition begins; on its first day fewer than 96.
    """
    first = FIRST_SLOT[edition]
    if day < first.date():
        return ()
    if edition == "gdelt1":
        return (f"{day:%Y}" if day < FIRST_MONTHLY else f"{day:%Y%m}" if day < FIRST_DAILY else f"{day:%Y%m%d}",)
    slots = (dt.datetime(day.year, day.month, day.day) + dt.timedelta(minutes=15 * i) for i in range(96))
    return tuple(f"{slot:%Y%m%d%H%M%S}" for slot in slots if slot >= first)


def judged(raw: Table, spells: Table) -> Table:
    """Each raw row with its typed values, its two states, and its `fate`: kept, quarantined (with a `reason`) or not_between_states.

    raw: the columns NEEDED as text, empty where the publisher gives none, beside any others, which are passed on. spells: `cameo_states.spells`.
    A row is quarantined for the first of: a number of the event that is none, a date that is none or of year 0, a code that is none of CAMEO,
    a class that is not 1 to 4, a Goldstein value or tone that is none or out of bounds (empty is null), a count that is none or negative.
    Not between states: an actor without a country or with a region's, a code that meant no state that day, or the same state twice.
    """
    import ibis

    kinds = {"id": "int64", "quad": "int8", "goldstein": "float64", "mentions": "int32", "sources": "int32", "articles": "int32", "tone": "float64"}
    date: StringValue = raw.SQLDATE
    t = raw.mutate(
        day=(date.substr(0, 4) + "-" + date.substr(4, 2) + "-" + date.substr(6, 2)).try_cast("date"),
        code=raw.EventCode,
        **{name: raw[_GIVEN[name]].try_cast(kind) for name, kind in kinds.items()},
    )

    def whole(name: str) -> BooleanValue:
        return (t[name] >= 0) & (t[name].cast("string") == t[_GIVEN[name]])

    def within(name: str, most: int) -> BooleanValue:
        given = t[_GIVEN[name]]
        return (given == "") | (t[name].between(-most, most) & given.right(1).between("0", "9"))

    rules = (
        (whole("id"), "GLOBALEVENTID is no number"),
        ((t.day >= ibis.date("0001-01-01")) & (t.SQLDATE.length() == 8), "SQLDATE is no date"),
        (t.code.re_search("^(0[1-9]|1[0-9]|20)[0-9]{0,2}$"), "EventCode is no CAMEO code"),
        (whole("quad") & t.quad.between(1, 4), "QuadClass is not 1 to 4"),
        (within("goldstein", 10), "GoldsteinScale is not -10 to 10"),
        (whole("mentions") & whole("sources") & whole("articles"), "a count of mentions, sources or articles is no number"),
        (within("tone", 100), "AvgTone is not -100 to 100"),
    )
    t = t.mutate(reason=ibis.cases(*((~ibis.coalesce(fine, False), why) for fine, why in rules), else_=ibis.null("string")))
    for side, column in (("a", "Actor1CountryCode"), ("b", "Actor2CountryCode")):
        known = spells.select(**{f"{side}_code": spells.code, side: spells.state, f"{side}_first": spells["first"], f"{side}_last": spells["last"]})
        on = [t[column] == known[f"{side}_code"], t.day >= known[f"{side}_first"], t.day <= known[f"{side}_last"]]
        t = t.left_join(known, on).select(*t.columns, side)
    between = ibis.coalesce(t.a != t.b, False)
    return t.mutate(fate=ibis.cases((t.reason.notnull(), "quarantined"), (between, "kept"), else_="not_between_states"))


def events(rows: Table) -> Table:
    """The events of the kept rows of `judged`: columns of the event table, with GDELT's own quad classes and the publisher's number as `id`."""
    import ibis

    t = rows.filter(rows.fate == "kept")
    return t.select(
        "day", "a", "b", "code", "quad", "goldstein", "mentions", "sources", "articles", "tone", "file", "line", "id",
        vocabulary=ibis.literal("cameo"), convention=ibis.literal("gdelt"), origin=t.SOURCEURL.nullif(""),
    )  # fmt: skip


def schrodt_quad(code: StringColumn) -> IntegerValue:
    """Schrodt's class of a CAMEO code: roots 01–05 are 1, 06–08 2, 09–13 3, 14–20 4. GDELT's own column ends at 05, 09, 14 and 20 instead."""
    import ibis

    root = code.substr(0, 2)
    return ibis.cases((root <= "05", 1), (root <= "08", 2), (root <= "13", 3), else_=4).cast("int8")


def in_convention(table: Table, convention: Convention) -> Table:
    """CAMEO events with their classes by a convention: `gdelt` as the publisher wrote them, `schrodt` worked out from the code."""
    import ibis

    if convention == "gdelt":
        return table
    return table.mutate(quad=schrodt_quad(table.code), convention=ibis.literal("schrodt"))
