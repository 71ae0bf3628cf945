"""Measures of diplomacy: visits, engagements, missions, drafts made together, and who names whom."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.core import Evidence, measure

if TYPE_CHECKING:
    from ibis import Table

COLT = "Moyer, Turner & Meisel, Country and Organization Leader Travel (COLT), Diplometrics, Pardee Center"
DEBATE = "Baturo, Dasandi & Mikhaylov 2017, Research & Politics 4(2): the United Nations General Debate Corpus"


@measure(
    title="Leaders' visits",
    unit="visits",
    period="year",
    bounds=(0, None),
    domain="politics",
    kind="alignment",
    because="leaders go to see each other and say so; the visit itself makes nothing in common yet",
    reference=COLT,
    aliases=(
        "leader visits", "state visits", "official visits", "visits of leaders", "king's visit", "president's visit", "visit of the king",
        "visit of the president", "visit by the president", "visit of the prime minister", "visit by the prime minister",
        "prime minister's visit", "president visited", "prime minister visited", "king visited", "chancellor visited",
        "chancellor's visit", "emperor's visit", "premier's visit", "premier visited", "leader's visit", "state visit", "official visit",
        "visits by leaders", "visits between leaders", "head of state visited",
    ),
    coverage="rows",
)
def leader_visits(colt_visits: Table) -> Table:
    """Trips of heads of state and government of either state to the other in a year.

    Formula: trips of a's leaders to b plus trips of b's leaders to a, as COLT counts them. Unit: visits. Held for pairs
    with China, Germany, Japan, Singapore or the United States only; a zero is a zero of the file, and a pair without a
    row in a year is missing. Exact, so no se. Source of the method: COLT codebook.
    """
    import ibis

    t = colt_visits
    return t.select("a", "b", start=ibis.date(t.year, 1, 1), value=t.visits.cast("float64"))


@measure(
    title="Leaders' trips abroad",
    unit="trips",
    period="year",
    of="state",
    bounds=(0, None),
    domain="politics",
    kind="condition",
    because="how much a state's leaders travel at all, not whom of the two they see",
    reference=COLT,
    aliases=("trips abroad", "foreign trips of leaders"),
    merge="sum",
    coverage="rows",
)
def leader_trips_abroad(colt_travel: Table) -> Table:
    """Trips abroad of a state's heads of state and government in a year.

    Formula: the count of COLT; two names of one state in a year are added. Unit: trips. The file lists counts from one,
    so a year without a row is missing, not zero. Source of the method: COLT codebook.
    """
    return _travel(colt_travel, "trips")


@measure(
    title="Leaders' visits received",
    unit="visits",
    period="year",
    of="state",
    bounds=(0, None),
    domain="politics",
    kind="condition",
    because="how much a state is visited at all, not by whom of the two",
    reference=COLT,
    aliases=("foreign leaders received", "visits of foreign leaders"),
    merge="sum",
    coverage="rows",
)
def leader_visits_received(colt_travel: Table) -> Table:
    """Visits of foreign heads of state and government that a state received in a year.

    Formula: the count of COLT; two names of one state in a year are added. Unit: visits. The file lists counts from one,
    so a year without a row is missing, not zero. Source of the method: COLT codebook.
    """
    return _travel(colt_travel, "received")


@measure(
    title="Engagements of Chinese leaders",
    unit="engagements",
    period="year",
    bounds=(0, None),
    absent=0.0,
    domain="politics",
    kind="alignment",
    because="a leader or foreign minister meets, calls or writes to the other side; nothing is yet done together",
    reference="China Vitae (Carnegie Endowment): reported appearances of Chinese leaders",
    aliases=("engagements of Chinese leaders", "Chinese leaders' engagements"),
)
def leader_engagements(china_engagements: Table) -> Table:
    """Reports of a year in which a Chinese leader or foreign minister engages the other state.

    Formula: number of distinct (day, leader, report) that name the state: meetings, visits, calls, messages, letters of
    credence alike. Unit: engagements; pairs with China only; whole years 2004–2017, 2003 and 2018 in part.
    Source of the method: states found by name in China Vitae's reports; counting is ours.
    """
    import ibis

    t = china_engagements.filter(china_engagements.state != "CHN")
    t = t.mutate(a=ibis.least(t.state, "CHN"), b=ibis.greatest(t.state, "CHN"), start=t.date.truncate("Y").cast("date"))
    return t.group_by("a", "b", "start").agg(value=t.count().cast("float64"))


@measure(
    title="Diplomatic mission",
    unit="1 if kept",
    period="year",
    symmetric=False,
    bounds=(0, 3),
    domain="politics",
    kind="alignment",
    because="a recognises b and keeps a voice there; each decides on its own mission",
    reference="Bayer 2006, Diplomatic Exchange Data set, v2006.1",
    aliases=("diplomatic relations", "embassy", "diplomatic mission", "diplomatic representation"),
    variants={"rank": "1 chargé d'affaires, 2 minister, 3 ambassador; 0 none; missing where the rank is not one of these"},
    coverage="rows",
)
def diplomatic_representation(missions: Table, variant: str) -> Table:
    """Whether state a keeps a diplomatic mission of any rank in state b (variant `rank`: of which rank).

    Formula: 1 if the rank of a's mission at b is above 0. Unit: 1 kept, 0 not. Waves about every five years, 1817–2000.
    Incomplete: the held copy has only pairs of which at least one side keeps a mission, so a pair without a row is
    missing, never zero. Source of the method: codebook of Diplomatic Exchange, columns DR_at_1 and DR_at_2.
    """
    import ibis

    t = missions.filter(missions["rank"] != 9) if variant == "rank" else missions
    value = t["rank"].cast("float64") if variant == "rank" else (t["rank"] > 0).cast("float64")
    return t.select("a", "b", start=ibis.date(t.year, 1, 1), value=value)


@measure(
    title="Drafts sponsored together in the Third Committee",
    unit="drafts",
    period="session",
    bounds=(0, None),
    absent=0.0,
    domain="politics",
    kind="joint",
    because="both put their names under one text that they want adopted",
    reference="Seabra & Mesquita, UNGA Sponsorship Dataset, doi:10.7910/DVN/MPQUE2: sponsorship as a tie between states",
    aliases=("co-sponsored drafts", "cosponsored resolutions", "co-sponsorship", "joint drafts"),
    variants={"initial": "both among those who submitted the text, not those who joined later"},
    evidence=Evidence(topic="drafts", size="own", error="counts", beside=("vote_kappa",)),
)
def joint_drafts(draft_sponsors: Table, variant: str) -> Table:
    """Drafts of the Third Committee of the General Assembly that both states sponsored in a session.

    Formula: number of drafts with both among their sponsors, first or later; a text and its revisions are one draft.
    Unit: drafts. The 78th session (2023) only, among states that sponsored at least one draft. Sponsorship by a group
    is not spread over its members, which understates pairs of such groups. `published` is the day of the last text.
    """
    import ibis

    t = draft_sponsors.filter(draft_sponsors.initial) if variant == "initial" else draft_sponsors
    left, right = t.select("symbol", "draft", "date", a=t.state), t.select("symbol", b=t.state)
    pairs = left.join(right, "symbol")
    pairs = pairs.filter(pairs.a < pairs.b)
    return pairs.group_by("a", "b").agg(
        start=ibis.date(2023, 9, 1), value=pairs.draft.nunique().cast("float64"), published=pairs.date.max()
    )


@measure(
    title="Words spoken in the General Debate",
    unit="words",
    period="session",
    of="state",
    bounds=(1, None),
    domain="politics",
    kind="condition",
    because="how long a state speaks to all, not what it says to the other",
    reference=DEBATE,
    aliases=("general debate", "length of speech"),
    coverage="rows",
)
def debate_speech_words(debate_speeches: Table) -> Table:
    """Words of a state's speech in the General Debate of a session.

    Formula: number of strings between white space in the English text. Unit: words. A state without a row did not
    speak, or its text is not in the corpus.
    """
    t = debate_speeches
    return t.select(a=t.state, b=t.state, start=_session(t), value=t.words.cast("float64"))


@measure(
    title="Named in the General Debate",
    unit="mentions",
    period="session",
    symmetric=False,
    bounds=(0, None),
    domain="politics",
    kind="condition",
    because="attention goes to friend and foe alike: it says how present b is to a, not on which side a stands",
    reference=DEBATE,
    aliases=("mentions in speeches", "mentions in the General Debate"),
    coverage="rows",
)
def debate_mentions(debate_named: Table, debate_speeches: Table) -> Table:
    """How often a's speech in the General Debate names b in a session.

    Formula: occurrences of b's names and adjectives (the longest at each place, as whole words with a capital, by what
    they meant that autumn); n is the number of words of the speech. Unit: mentions. 0 where a spoke and does not name b,
    which spoke too; missing where a did not speak. Names of two states (Korea; Germany, Vietnam and Yemen while divided)
    and of continents and seas are not counted. Source of the method: ours, on the corpus.
    """
    import ibis

    spoke = debate_speeches
    heard = spoke.select("session", b=spoke.state)
    possible = spoke.select("session", a=spoke.state).join(heard, "session")
    possible = possible.filter(possible.a != possible.b).select("session", "a", "b", times=ibis.literal(0, "int64"))
    every = possible.union(debate_named.select("session", "a", "b", times=debate_named.times.cast("int64")))
    every = every.group_by("session", "a", "b").agg(times=every.times.max())
    said = every.join(spoke.select("session", "words", "year", a=spoke.state), ["session", "a"])
    return said.select("a", "b", start=_session(said), value=said.times.cast("float64"), n=said.words.cast("int64"), source=ibis.literal("un_debate"))


@measure(
    title="Head of state or government speaks",
    unit="1 if so",
    period="session",
    of="state",
    bounds=(0, 1),
    domain="politics",
    kind="condition",
    because="the rank of who speaks to all, not what the two do",
    reference=DEBATE,
    aliases=("leader speaks in the General Debate",),
    coverage="rows",
)
def speaker_is_leader(debate_speakers: Table) -> Table:
    """Whether a head of state or government gives a state's speech in the General Debate of a session, from session 49.

    Formula: 1 if the speaker's post is that of a president, prime minister, monarch or the like, 0 for ministers, deputies
    and representatives; posts that do not tell (prince, premier of a council) are missing. In sessions 50, 55 and 60
    leaders spoke at a summit beside the debate.
    """
    t = debate_speakers
    return t.select(a=t.state, b=t.state, start=_session(t), value=t.leader.cast("float64"))


@measure(
    title="Entry without a visa",
    unit="1 if free",
    period="year",
    symmetric=False,
    bounds=(0, 1),
    domain="people",
    kind="condition",
    because="the terms on which b lets a's citizens in, set for many states at once; nobody has travelled yet",
    reference="Passport Index (passportindex.org): requirement by passport and destination",
    aliases=("visa-free", "visa free", "visa waiver", "visa-free travel"),
    variants={"on_arrival": "1 also where the visa is given on arrival; from 2021"},
    coverage="rows",
)
def visa_free(visa_requirements: Table, variant: str) -> Table:
    """Whether citizens of a may enter b without a visa or authorisation asked for beforehand.

    Formula: 1 if the requirement is a number of days or `visa free`; 0 for visas, e-visas, electronic authorisations, visas
    on arrival and closed borders. Unit: 1 free, 0 not. A year has the status of its first snapshot (7 February 2020,
    January 2021–2025, 17 February 2026): waivers of late 2025 stand in 2026. `published` is the day of the snapshot.
    """
    import ibis

    t = visa_requirements.filter(~visa_requirements.old_scheme) if variant == "on_arrival" else visa_requirements
    value = (t.free | t.arrival) if variant == "on_arrival" else t.free
    return t.select("a", "b", start=ibis.date(t.year, 1, 1), value=value.cast("float64"), published=t.snapshot)


@measure(
    title="Days without a visa",
    unit="days",
    period="year",
    symmetric=False,
    bounds=(0, 366),
    domain="people",
    kind="condition",
    because="the terms on which b lets a's citizens in, set for many states at once; nobody has travelled yet",
    reference="Passport Index (passportindex.org): requirement by passport and destination",
    aliases=("visa-free days", "visa-free stay"),
    coverage="rows",
)
def visa_free_days(visa_requirements: Table) -> Table:
    """Days that citizens of a may stay in b without a visa.

    Formula: the number of days of the requirement, 0 where entry is not free (see `visa_free`), missing where it is free
    without a stated number. Unit: days. A year has the status of its first snapshot; `published` is its day.
    """
    import ibis

    t = visa_requirements.filter(visa_requirements.days.notnull())
    return t.select("a", "b", start=ibis.date(t.year, 1, 1), value=t.days.cast("float64"), published=t.snapshot)


def _travel(travel: Table, column: str) -> Table:
    import ibis

    t = travel.filter(travel[column].notnull())
    return t.select(a=t.state, b=t.state, start=ibis.date(t.year, 1, 1), value=t[column].cast("float64"))


def _session(t: Table) -> Table:
    import ibis

    return ibis.date(t.session + 1945, 9, 1)
