"""Verdicts on second clauses, denied facts and "every year", each reckoned by hand from the packaged Series; the numbers stand beside."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import comity
from comity.claims import ranking
from comity.claims.evidence import Shelf, View
from comity.claims.statement import Test

HEAD = "Geneva, 20 May {}\n\n"
SHORT = {"s": "supported", "c": "contradicted", "p": "partly", "?": "cannot-be-checked", "-": "none"}

EARLIER = """
s s|40.629/7.374 = 5.51|In 2011 Argentina and Brazil traded goods worth 40.6 billion dollars, more than five times as many as nine years earlier.
s c|5.51|In 2011 Argentina and Brazil traded goods worth 40.6 billion dollars, more than eight times as much as in 2002.
s s|20.732/40.629 = .51|In 2019 trade between Argentina and Brazil was 20.7 billion dollars, about half of what it was in 2011.
s|145.458 and 24.216|In 2018 Germany and Poland traded goods worth 145 billion dollars, up from 24 billion in 2000.
p|24.216, not 60|In 2018 Germany and Poland traded goods worth 145 billion dollars, up from 60 billion in 2000.
s|145.458 and 24.216|In 2018 trade between Germany and Poland reached 145 billion dollars, compared with 24 billion in 2000.
c|6.01|In 2018 trade between Germany and Poland reached 145 billion dollars, a tenfold increase since 2000.
s|6.01|In 2018 trade between Germany and Poland reached 145 billion dollars, a sixfold increase since 2000.
s c|90.156/44.143 = 2.04|In 2018 China and India traded goods worth 90 billion dollars, which was 20 percent above the level of 2008.
s s|2.04|In 2018 China and India traded goods worth 90 billion dollars, twice as much as in 2008.
s c|32.8 and 40.9 by the two reports|Trade between China and India came to 90 billion dollars in 2018 - sixty times the 2000 figure.
s s|40.9|Trade between China and India came to 90 billion dollars in 2018; that was forty times the figure of 2000.
s s|1.211/.844 = 1.435|In 2019 Kenya and Uganda traded goods worth 1.2 billion dollars, 43 percent more than in 2012.
s c|1.435|In 2019 Kenya and Uganda traded goods worth 1.2 billion dollars, 10 percent less than in 2012.
s s|16.225, the highest|In 2011 Australia and New Zealand traded goods worth 16.2 billion dollars, the highest since 2000.
s c|16.225 in 2011|In 2014 Australia and New Zealand traded goods worth 14.7 billion dollars, the largest sum since 2005.
s c|8.436/1.955 = 4.32|In 2012 Egypt and Saudi Arabia traded goods worth 8.4 billion dollars, double what it was in 2000.
s s|4.32|In 2012 Egypt and Saudi Arabia exchanged goods worth 8.4 billion dollars, more than four times what they traded in 2000.
s p c|4.75, 1.59|Egypt and Saudi Arabia traded goods worth 8.4 billion dollars in 2012, 4 times as much as in 2001 and 4 times as much as in 2010.
p|the share is not read|In 2018 China and India traded goods worth 90 billion dollars, 3 percent of the world's total.
"""
DENIED = """
s|none in 1950–2010|There was no militarised dispute between Argentina and Brazil from 1950 to 2010.
c|1995, 1996 …|There has been no militarised dispute between Greece and Turkey since 1990.
s|none|Australia and New Zealand had no militarised dispute between 1950 and 2014.
p|1984 itself, which may be before; 2015–2020 not held|Argentina and Chile have not had a single militarised dispute since 1984.
s|none in 1985–2014|There was no militarised dispute between Argentina and Chile from 1985 to 2014.
c|1995|Peru and Ecuador did not go to war between 1990 and 2000.
s|none in 1950–1990|Peru and Ecuador fought no war between 1950 and 1990.
c|1970 …|The United States and Britain have never jointly vetoed a draft.
s|the last in 1989|Britain and the United States cast no joint veto between 1990 and 2020.
c|1974–1977|Not a single joint veto was cast by France and Britain between 1970 and 1980.
c|each year|The United States imposed no sanctions on Cuba between 1990 and 2005.
p|none in 1990–2005; 2006–2020 not held|Britain has not imposed sanctions on Argentina since 1990.
s|none; before 1952 Japan is not held|Japan imposed no sanctions on Australia between 1960 and 2000.
?|coverage ends in 2014|There has been no militarised dispute between China and Japan since 2015.
?|visits are not packaged|No leader of Germany has visited Japan since 2018.
p|wars are held to 2007|Australia and New Zealand have never been at war.
c|the Rio treaty is in force|Brazil has never had an alliance with Argentina.
?|disputes are held, fatal ones are not told|There was no fatal militarised dispute between Greece and Turkey from 2000 to 2010.
-|a dispute not settled is no denied dispute|The dispute between Argentina and Chile has not been settled since 1984.
-|no war of arms|There has been no trade war between Japan and Australia since 1990.
?|wars are held to 2007|There has been no war between Russia and Ukraine since 2008.
?|disputes are held to 2014|India and Pakistan have not had a militarised dispute since 2015.
?|alliances are held to 2018|There has been no alliance between Turkey and Syria since 2019.
"""
EVERY = """
s|7.374 9.515 13.28 16.529 20.254 25.452 31.658|Trade between Argentina and Brazil rose every year from 2002 to 2008.
c|24.361 in 2009|Trade between Argentina and Brazil rose every year from 2002 to 2010.
s|37.066 29.274 23.701 22.975|Trade between Argentina and Brazil fell year after year from 2013 to 2016.
c|a fall where a rise is said|Trade between Argentina and Brazil rose year after year from 2013 to 2016.
s|24.216 … 99.718|Trade between Germany and Poland grew without interruption from 2000 to 2008.
c|2009, 2012, 2015, 2019|Trade between Germany and Poland has grown each year since 2000.
?|no first year|Trade between China and India rose every year.
s|65.973 at the least|Trade between China and India exceeded 60 billion dollars every year from 2011 to 2019.
c|67.311, 65.973|Trade between China and India exceeded 70 billion dollars in every year from 2011 to 2016.
s|no step down|Trade between China and India never fell between 2000 and 2008.
c|2012, 2013, 2015 …|Trade between Australia and New Zealand has not fallen in any year since 2009.
s|.614 .675 .677 .702 .871|Trade between Kenya and Uganda rose for four years in a row to 2011.
c|.982 to .899 in 2016|Trade between Kenya and Uganda rose for three years in a row to 2017.
s|748 at the least|German and Polish scientists wrote more than 700 joint papers every year from 2000 to 2010.
s s|the range of the clause before|Between 2002 and 2008 trade between Argentina and Brazil multiplied, and it rose every year.
s|fell in 2001, 2009|Trade between Egypt and Saudi Arabia did not rise every year between 2000 and 2010.
s|218.289 at the most|Trade between Japan and the United States never exceeded 250 billion dollars between 2000 and 2019.
c|212.088 in 2007|Trade between Japan and the United States never exceeded 200 billion dollars between 2000 and 2019.
"""
RANKS = """
s|104.491, Germany 42.056|China was Russia's largest trading partner in 2020.
s|108.336, Czechia 20.911|Germany was Poland's largest trading partner in 2015.
c|the Netherlands 224.649, France 201.785|In 2010 Germany's largest trading partner was France.
c|China 317.536, the United States 224.203|In 2018 the United States was Japan's largest trading partner.
s|16.770, the United States 9.095|Brazil was Argentina's largest trading partner in 2005.
c|no. 18|In 2019 Vietnam was India's tenth-largest trading partner.
s|17.667, the United States 12.642|In 1990 Japan was Australia's largest trading partner.
s|no. 1|In 2015 Germany was among Austria's top five trading partners.
?|one of 198 partners is held|Germany was Poland's largest trading partner in 2022.
?|three within 1 %, each with a flow of the partner's|In 2022 Mexico was the United States' third-largest trading partner.
?|one partner is held|Russia was China's largest supplier in 2023.
"""


@pytest.fixture(scope="module")
def packaged(tmp_path_factory: pytest.TempPathFactory) -> comity.Store:
    return comity.open(tmp_path_factory.mktemp("home"))


def cases(text: str) -> list[Any]:
    made = [line.split("|", 2) for line in text.strip().splitlines()]
    return [pytest.param(tuple(SHORT[v] for v in verdicts.split()), sentence, id=sentence[:70]) for verdicts, _, sentence in made]


def verdicts(store: comity.Store, folder: Path, sentence: str, year: int = 2021) -> tuple[str, ...]:
    path = folder / "t.txt"
    path.write_text(HEAD.format(year) + sentence + "\n", encoding="utf-8")
    return tuple(c.verdict for c in store.check_file(path).claims)


@pytest.mark.parametrize(("expected", "sentence"), [*cases(EARLIER), *cases(DENIED), *cases(EVERY)])
def test_a_verdict_is_what_the_numbers_say(expected: tuple[str, ...], sentence: str, packaged: comity.Store, tmp_path: Path) -> None:
    assert verdicts(packaged, tmp_path, sentence) == expected


@pytest.mark.parametrize(("expected", "sentence"), cases(RANKS))
def test_a_rank_without_its_series_is_told_by_the_flows(expected: tuple[str, ...], sentence: str, packaged: comity.Store, tmp_path: Path) -> None:
    assert not packaged.shelf.holdings.has("series", "trade_share")
    assert verdicts(packaged, tmp_path, sentence, 2024) == expected


def test_the_flows_rank_as_the_shares_do(full_home: Path) -> None:
    """The first ten partners by both, where the state reports all flows itself."""
    view = View(shelf=comity.open(full_home).shelf, as_of=None)
    for whose in ("AUS", "BRA", "CHN", "DEU", "IND", "JPN", "KEN", "POL", "TUR", "USA"):
        for year in (1995, 2008, 2019):
            test = Test(kind="rank", measure="trade_share", pair=(whose, "XXX"), year=year)
            shares, flows = ranking._held(test, view, whose, year), ranking._flows(view, whose, year)
            assert shares is not None and flows is not None
            own = [p.code for p in flows.partners[:10] if not p.margin]
            assert own == [p.code for p in shares.partners if p.code in own], (whose, year)


def test_a_part_that_is_not_read_is_told(packaged: comity.Store, tmp_path: Path) -> None:
    path = tmp_path / "t.txt"
    said = "In 2018 China and India traded goods worth 90 billion dollars, 3 percent of the world's total.\n"
    path.write_text(HEAD.format(2021) + said, encoding="utf-8")
    (claim,) = packaged.check_file(path).claims
    assert claim.verdict == "partly" and "not judged" in claim.why and "3 percent" in claim.why


def test_a_denied_fact_tells_what_is_held(packaged: comity.Store, tmp_path: Path) -> None:
    path = tmp_path / "t.txt"
    path.write_text(HEAD.format(2021) + "Argentina and Brazil have had no militarised dispute since 1990.\n", encoding="utf-8")
    (claim,) = packaged.check_file(path).claims
    assert (claim.sort, claim.verdict, claim.period) == ("fact", "partly", "1990-2020")
    assert "none in 1990–2014" in claim.why and "2015–2020 not held" in claim.why


def test_the_world_is_no_state_with_a_seat(packaged: comity.Store, tmp_path: Path) -> None:
    assert verdicts(packaged, tmp_path, "The price of oil rose between 2010 and 2012.") == ("supported",)


@pytest.mark.parametrize("pair", [("KEN", "SAU"), ("CHN", "RUS"), ("DEU", "POL"), ("BRA", "ARG"), ("KOR", "JPN")])
def test_totals_by_reporter_are_added_where_the_store_lacks_them(packaged: comity.Store, full_home: Path, pair: tuple[str, str]) -> None:
    """The packaged Series have no totals by reporter: those added from the two flows are those of a full store, year by year."""
    stores = {"packaged": packaged, "full": comity.open(full_home)}
    assert not packaged.holdings.has("series", "trade_total_usd:a") and stores["full"].holdings.has("series", "trade_total_usd:a")
    for reporter in (*pair, "importers"):
        added, held = (
            {p.year: p.value for p in View(shelf=Shelf(holdings=s.holdings), as_of=None, reporter=reporter).points("trade_total_usd", pair)}
            for s in stores.values()
        )
        assert any(y >= 2000 for y in added) and added.keys() <= held.keys(), reporter
        assert added == pytest.approx({y: held[y] for y in added}), reporter
