"""Plain facts without a number, two states in one word, "went up", a stated base and ranks: verdicts reckoned by hand from the packaged Series."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

import comity
from comity import states
from comity.claims import checking, compounds, draft, reading
from comity.claims.claim import Claim
from comity.claims.evidence import Shelf
from comity.claims.items import items
from comity.claims.places import Place
from comity.store import Holdings
from made_series import cover, put, row

SHORT = {"s": "supported", "c": "contradicted", "p": "partly", "?": "cannot-be-checked", "-": "none"}

FACTS = """
s|1|China and Vietnam fought a militarized dispute in 2010.
c|0|Australia and New Zealand fought a militarised dispute in 2010.
c|0|Thailand and Cambodia fought a militarised dispute in 2013.
s|1|There was an armed dispute between Greece and Turkey in 1996.
?|held to 2014|India and Pakistan fought a militarised dispute in 2018.
c|none in 1999-2018|India and Pakistan have been allies since 1999.
s|in force in 1952-2018|Turkey and Greece have had a defence pact since 1952.
c|from 2007 on|Sweden and Finland have had a defence pact since 1952.
s|one is bound to the other|The United States and Japan have been allies since 1960.
s|1997 on|Germany and Poland have been allies since 1999.
s|1949 on|Norway and Denmark have been allies since 1949.
c|none after 1949|Yugoslavia and the Soviet Union were allies in 1955.
s|Warsaw Pact|East Germany and the Soviet Union were allies in 1970.
s|1925-1938|Czechoslovakia and France were allies from 1925 to 1938.
?|no treaty; the rivalry had ended, and disputes are held to 2014|China and Vietnam are allies.
c|no treaty, and disputes|China and Vietnam were allies in 2010.
?|no treaty, and no rivalry|The United States and Israel are allies.
c|no treaty|The United States and Israel are treaty allies.
c|no treaty|The United States and Israel have a defence pact.
s|the Rio treaty|Brazil and Argentina are allies.
s|1939-1941|Germany and the Soviet Union had a nonaggression pact in 1940.
s|1999|India and Pakistan were at war in 1999.
c|0|India and Pakistan were at war in 1990.
s|each year|Japan and China were at war from 1937 to 1945.
p|not 1946, 1947|Japan and China were at war from 1937 to 1947.
c|1932-1935|Bolivia and Paraguay were at war from 1910 to 1920.
s|1980-1988|In the 1980s Iran and Iraq fought a war.
s|1995|Between 1990 and 2000 Peru and Ecuador fought a war.
c|1995|Between 1970 and 1990 Peru and Ecuador fought a war.
s|both years|India and Pakistan were at war in 1965 and 1971.
p|1965 only|India and Pakistan were at war in 1965 and 1975.
s|1870|France and Prussia went to war in 1870.
s|1877|The Ottoman Empire and Russia were at war in 1877.
s|1915-1918|Italy and Austria-Hungary were at war from 1915 to 1918.
s|1940|The Soviet Union and Finland were at war in 1940.
?|each with Germany|Britain and France were at war in 1915.
?|wars are held to 2007|Russia and Georgia were at war in 2008.
?|wars are held to 2007|Russia and Ukraine have been at war since 2014.
c|none in 1980-2007|Kenya and Uganda have been at war since 1980.
p|the month is not told|In June 1967 Israel and Jordan were at war.
s|1904 and not 1903|War broke out between Japan and Russia in 1904.
c|1980|The war between Iran and Iraq began in 1982.
s|1988|The war between Iran and Iraq ended in 1988.
s|1939|Germany declared war on Poland in 1939.
?|a declaration without fighting is not counted|Brazil declared war on Japan in 1920.
s|1947|India and Pakistan first fought a war in 1947.
c|1948|Israel and Egypt first fought a war in 1956.
c|1999|India and Pakistan last fought a war in 1971.
p|none to 2007; then not held|China and India last fought a war in 1962.
?|no war, later disputes|China and Russia last fought in 1969.
?|disputes, no war|Libya and Egypt fought each other in 1977.
s|1946|India imposed sanctions on South Africa in 1946.
s|1946|Sanctions were imposed on South Africa by India in 1946.
c|1948-1961 the other way|Yugoslavia imposed sanctions on the Soviet Union in 1970.
p|counted in 1961 too|The United States imposed sanctions on Cuba in 1962.
?|sanctions are held to 2005|Japan imposed sanctions on North Korea in 2006.
s|2014 on|China and Switzerland have had a trade agreement since 2014.
c|2014 on|China and Switzerland have had a trade agreement since 1990.
p|"free" is not told|The United States and South Korea have had a free trade agreement since 2012.
s|a state's own name is no word that narrows|Australia and New Zealand have had a trade agreement since 1966.
s|2011, 2012, 2014|China and Russia cast joint vetoes between 2010 and 2015.
"""
FIGURES = """
France and Germany are like allies.
Since 1990 China and the United States have fought a war of words.
China and the United States have been in a trade war since 2018.
India and Russia were allies in spirit in 1975.
Japan and China were almost at war in 2012.
France and Britain fought poverty in 2005.
Greece and Turkey have been locked in a cold war since 1974.
Brazil and Argentina were at war over football in 1978.
Brazil and Argentina fought a price war in 1995.
The United States and Mexico are at war on drugs.
Britain and Iceland fought a cod war in 1975.
France and Germany have been natural allies since 1990.
China and Russia are allies in all but name.
Egypt and Israel were on the brink of war in 1973.
Germany and France fought together in 1999.
The war between India and Pakistan in 1971 was short.
India and Pakistan feared a war in 2002.
India and Pakistan should be allies.
Were India and Pakistan at war in 1999?
Brazil and Argentina were as good as at war in 1975.
Spain and Portugal are allies of convenience.
China and India were nearly allies in 1954.
Chile and Argentina were in a war of nerves in 1978.
The alliance between France and Germany is a habit.
A war between India and Pakistan would be a disaster.
Turkey and Greece were allies on paper in 1974.
France and Germany were allies more than rivals in 1963.
Suppose India and Pakistan had been allies since 1999.
India and Pakistan were said to be at war in 1999.
Chile and Bolivia were prepared for war in 1978.
"We will go to war with Pakistan", the Indian general said in 1999.
The Anglo-Saxon world is at war with itself.
Chinese-American voters went to the polls in numbers.
"""
OPEN = """
India and Pakistan could go to war in 2025.
India and Russia might be allies in 2030.
If India and Pakistan were at war in 1999, trade would fall.
It felt as though India and Pakistan were at war in 1990.
"Brazil and Argentina are at war!" shouted the fans in 1978.
Canada and the United States went to war against inflation in 1981.
Japan and South Korea went to war in the courts in 2005.
Sweden and Norway imposed sanctions on smokers in 2004.
India and Pakistan came close to war in 2002.
"""
FORMS = """
s|95.3|Sino-Russian trade reached 95 billion dollars in 2014.
s|95.3|Sino–Russian trade reached 95 billion dollars in 2014.
s|242 to 182|Franco-German trade fell between 2008 and 2009.
s|a fall|U.S.-China trade fell between 2018 and 2019.
s|a fall|Japan-South Korea trade fell between 2018 and 2019.
s|1980|The Iran-Iraq war began in 1980.
s|1904|The Russo-Japanese war broke out in 1904.
s|1870|The Franco-Prussian war began in 1870.
s|1922|The Greco-Turkish war ended in 1922.
c|since 1942|The Anglo-American alliance began in 1990.
s|a rise|Trade between China and Russia went up between 2010 and 2014.
c|a fall|Trade between China and Russia went up between 2014 and 2015.
s|a fall|Trade between China and Russia came down between 2014 and 2015.
s|each year a rise|Each year between 2010 and 2014, South Korean exports to Vietnam went up.
s s|25.325/10.925 = 2.32|Spain sold Portugal goods worth 25.3 billion dollars in 2018, well over double the 11 billion of 2000.
s c|2.32|Spain sold Portugal goods worth 25.3 billion dollars in 2018, four times the 11 billion of 2000.
s p|10.9, not 6|Spain sold Portugal goods worth 25.3 billion dollars in 2018, well over double the 6 billion of 2000.
s s|20.732/40.629 = .51|In 2019 trade between Argentina and Brazil was 20.7 billion dollars, half the 40.6 billion of 2011.
s s|less|In 2019 trade between Argentina and Brazil was 20.7 billion dollars, less than the 40.6 billion of 2011.
s c|less|In 2019 trade between Argentina and Brazil was 20.7 billion dollars, more than the 40.6 billion of 2011.
s s|145.458/24.216 = 6.01|In 2018 Germany and Poland traded goods worth 145 billion dollars, six times the 24 billion dollars recorded in 2000.
-|no quantity|The Chinese president came up with a plan for trade.
-|no movement|Trade between China and Russia went down in history.
c|no. 24 of 191; GNQ, KIR and TCD agree in all|Italy came third among France's partners in UN voting in 2010.
?|the alias is not declared|France was Italy's closest partner in the General Assembly in 2010.
"""


@pytest.fixture(scope="module")
def packaged(tmp_path_factory: pytest.TempPathFactory) -> comity.Store:
    return comity.open(tmp_path_factory.mktemp("home"))


def claims(shelf: Shelf, sentence: str, *, year: int = 2021, as_of: dt.date | None = None) -> tuple[Claim, ...]:
    return checking.check(reading.read_text(f"Geneva, 20 May {year}\n\n{sentence}\n"), shelf, as_of=as_of).claims


def told(text: str) -> list[tuple[str, str]]:
    return [(parts[0], parts[2]) for line in text.strip().splitlines() if (parts := line.split("|", 2))]


@pytest.mark.parametrize(("expected", "sentence"), [pytest.param(e, s, id=s[:70]) for e, s in told(FACTS) + told(FORMS)])
def test_a_verdict_is_what_the_numbers_say(expected: str, sentence: str, packaged: comity.Store) -> None:
    found = claims(packaged.shelf, sentence)
    assert [c.verdict for c in found] == [SHORT[v] for v in expected.split()], [c.why for c in found]


@pytest.mark.parametrize("sentence", FIGURES.strip().splitlines())
def test_a_figure_of_speech_is_left_alone(sentence: str, packaged: comity.Store) -> None:
    found = claims(packaged.shelf, sentence)
    assert {c.verdict for c in found} <= {"none"}, [(c.phrase, c.rule) for c in found]


@pytest.mark.parametrize("sentence", OPEN.strip().splitlines())
def test_what_is_not_said_to_be_so_is_not_judged(sentence: str, packaged: comity.Store) -> None:
    found = claims(packaged.shelf, sentence)
    assert {c.verdict for c in found} <= {"none", "cannot-be-checked", "not-yet-due"} and not any(c.rule == "affirmed" for c in found)


WARS = {2000: 0, 2001: 1, 2002: 2, 2003: 0, 2004: 1, 2005: 0}
"""Made: counted in three of six years."""


def made(home: Path, values: dict[int, int], *more: tuple[str, str, int], name: str = "wars") -> Shelf:
    rows = [row("CHL", "PER", dt.date(y, 1, 1), v) for y, v in values.items() if v] + [row(a, b, dt.date(y, 1, 1), 1) for a, b, y in more]
    put(home, name, sorted(rows, key=lambda r: r["start"]), {"cow_wars": cover(min(values), max(values))})
    return Shelf(holdings=Holdings(home, starter=home))


def verdict(shelf: Shelf, sentence: str, **when: dt.date) -> str:
    (claim,) = claims(shelf, sentence, year=2015, **when)
    return claim.verdict


@pytest.mark.parametrize("year", range(1998, 2008))
def test_what_is_affirmed_of_a_year_is_the_contrary_of_its_denial(year: int, tmp_path: Path) -> None:
    shelf = made(tmp_path, WARS)
    affirmed, denied = (verdict(shelf, f"{words} in {year}.") for words in ("Chile and Peru fought a war", "There was no war between Chile and Peru"))
    assert affirmed == ("cannot-be-checked" if year not in WARS else "supported" if WARS[year] else "contradicted")
    assert denied == {"supported": "contradicted", "contradicted": "supported"}.get(affirmed, affirmed)


def test_a_span_is_told_from_its_own_years(tmp_path: Path) -> None:
    shelf = made(tmp_path, WARS)
    for first in range(1999, 2007):
        for last in range(first + 1, 2008):
            years = range(first, last + 1)
            some = verdict(shelf, f"Between {first} and {last} Chile and Peru fought a war.")
            each = verdict(shelf, f"Chile and Peru were at war from {first} to {last}.")
            held = [WARS[y] > 0 for y in years if y in WARS]
            whole = len(held) == len(years)
            assert some == ("supported" if any(held) else "contradicted" if whole else "cannot-be-checked"), (first, last)
            assert (each == "supported") == (whole and all(held)), (first, last)
            assert each != "contradicted" or held.count(False) > held.count(True), (first, last)


def test_other_years_change_nothing_but_first_and_last(tmp_path: Path) -> None:
    for folder, values in (("a", WARS), ("b", {**WARS, 2000: 3, 2005: 2})):
        (tmp_path / folder).mkdir()
        shelf = made(tmp_path / folder, values)
        assert verdict(shelf, "Chile and Peru were at war in 2003.") == "contradicted"
        assert verdict(shelf, "Chile and Peru were at war from 2001 to 2002.") == "supported"
        assert (verdict(shelf, "Chile and Peru first fought a war in 2001.") == "contradicted") == (folder == "b")
        assert (verdict(shelf, "Chile and Peru last fought a war in 2004.") == "contradicted") == (folder == "b")


def test_a_fact_is_judged_on_what_was_public(tmp_path: Path) -> None:
    shelf = made(tmp_path, WARS)
    assert verdict(shelf, "Chile and Peru were at war in 2002.", as_of=dt.date(2002, 12, 31)) == "cannot-be-checked"
    assert verdict(shelf, "Chile and Peru were at war in 2002.", as_of=dt.date(2003, 1, 1)) == "supported"


@pytest.mark.parametrize("sentence", ["{} have been allies since 1960.", "There has been no dispute between {} since 1960."])
@pytest.mark.parametrize("pair", ["the United States and Iran", "the United States and Canada", "the United States and Japan", "France and Poland"])
def test_since_a_year_goes_on_to_the_end_in_a_text_of_no_known_day(sentence: str, pair: str, packaged: comity.Store) -> None:
    """Without a dateline the years after the first count all the same: what a fresh reader of today is told."""
    words = sentence.format(pair)
    (undated,) = checking.check(reading.read_text(f"{words[0].upper()}{words[1:]}\n"), packaged.shelf).claims
    (dated,) = claims(packaged.shelf, f"{words[0].upper()}{words[1:]}", year=packaged.shelf.newest.year)
    assert undated.verdict == dated.verdict and undated.verdict != "supported"


def test_two_that_fought_others_need_not_have_fought_each_other(tmp_path: Path) -> None:
    shelf = made(tmp_path, {2000: 0, 2001: 1}, ("BOL", "CHL", 2000), ("BOL", "PER", 2000))
    (claim,) = claims(shelf, "Chile and Peru were at war in 2000.", year=2015)
    assert claim.verdict == "cannot-be-checked" and "BOL" in claim.why
    assert verdict(shelf, "Chile and Peru were at war with each other in 2000.") == "contradicted"


def test_a_war_that_is_not_listed_tells_of_the_disputes(packaged: comity.Store) -> None:
    (claim,) = claims(packaged.shelf, "Colombia and Peru were at war in 1932.")
    assert claim.verdict == "contradicted" and "disputes in 1932" in claim.why and "1,000" in claim.why


def test_a_third_state_or_a_missing_one_is_not_guessed(tmp_path: Path) -> None:
    shelf = made(tmp_path, WARS)
    for sentence in ("Chile was at war in 2003.", "There was a war in 2003.", "Chile and Peru had a war with Bolivia in 2003."):
        assert all(c.rule != "affirmed" for c in claims(shelf, sentence, year=2015)), sentence


def test_an_edited_ledger_keeps_what_else_counts(packaged: comity.Store, tmp_path: Path) -> None:
    text, file = tmp_path / "t.txt", tmp_path / "l.toml"
    text.write_text("Geneva, 20 May 2021\n\nThe United States and Japan have been allies since 1960.\n", encoding="utf-8")
    found = packaged.check_file(text)
    file.write_text(draft.write(found), encoding="utf-8")
    again = packaged.check_file(text, ledger=file)
    assert [c.verdict for c in again.claims] == [c.verdict for c in found.claims] == ["supported"]


@pytest.mark.parametrize("form", sorted(compounds.COMBINING))
def test_a_combining_form_gives_two_states(form: str) -> None:
    code = compounds.COMBINING[form]
    assert states.get(code).code == code
    other, name = ("CAN", "Canadian") if code != "CAN" else ("BRA", "Brazilian")
    text = f"the {form.capitalize()}-{name} border"
    found = [i for i in items(text, 0, len(text)) if isinstance(i.value, Place)]
    assert [i.value.code for i in found if isinstance(i.value, Place)] == [code, other]
    assert [text[i.start : i.end] for i in found] == [form.capitalize(), name]


@pytest.mark.parametrize("name", ["Guinea-Bissau", "Timor-Leste", "Austro-Hungarian", "Anglo-Saxon", "Indo-Pacific", "Franco-era", "Cold-War"])
def test_a_hyphen_alone_makes_no_pair(name: str) -> None:
    found = [i for i in items(f"the {name} border", 0, len(name) + 11) if isinstance(i.value, Place)]
    assert len(found) == (name.split("-")[0] in ("Guinea", "Timor", "Austro"))


def test_an_order_of_flows_is_not_chosen_for_a_pair_in_one_word(tmp_path: Path) -> None:
    rows = [row("CHL", "PER", dt.date(2010, 1, 1), 4e9), row("PER", "CHL", dt.date(2010, 1, 1), 1e9)]
    put(tmp_path, "exports_usd", rows, {"imf_dots": cover(2000, 2014)})
    shelf = Shelf(holdings=Holdings(tmp_path, starter=tmp_path))
    (claim,) = claims(shelf, "Chilean-Peruvian exports were worth 4 billion dollars in 2010.", year=2015)
    assert claim.verdict == "cannot-be-checked" and "disagree" in claim.why


def test_a_state_not_yet_born_leaves_no_rank_in_the_assembly_open(packaged: comity.Store) -> None:
    (claim,) = claims(packaged.shelf, "Belarus was Russia's first partner in UN votes in 2010.")
    assert claim.measure == "vote_agreement" and claim.pairs == (("RUS", "BLR"),) and "SSD" not in claim.why
