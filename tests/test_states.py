"""The table of states against the two lists of the state system, the names in the held data, hard cases, and the spine."""

from __future__ import annotations

import csv
import datetime as dt
import random
import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterable
from itertools import combinations, pairwise, permutations
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity import states
from comity.core import ComityError

DATA = Path(__file__).parents[2] / "shared" / "data"
POLITICS = DATA / "politics"
held = pytest.mark.skipif(not POLITICS.exists(), reason=f"needs the published lists in {POLITICS}")
Date = dt.date
FAR = Date.max

# What the lists do otherwise than the table's first and last day, and why: by kind of difference, then by reason, the rows' codes and first years.
DIFFERENCES: dict[str, dict[str, str]] = {
    "cow lacks": {
        "GW's states outside Europe that COW does not count (no British and French missions, or too few people)": """
            AFG1816 ANM1816 DZA1816 GCL1821 LBY1816 MDG1816 MMR1816 OFS1854 TRA1852 UPC1823 TBT1913""",
        "COW counts Montenegro only from 2006": "MNE1868",
    },
    "gw lacks": {
        "microstates: GW keeps those of fewer than 250,000 people in a list of its own": """
            AND1993 ATG1981 DMA1978 FSM1991 GRD1974 KIR1999 KNA1983 LCA1979 LIE1990 MCO1993 MHL1991 NRU1999 PLW1994 SMR1992 STP1975
            SYC1976 TON1999 TUV2000 VCT1979 VUT1981 WSM1976""",
    },
    "cow starts later": {
        "before 1920 COW waits for British and French missions and 500,000 people, GW for independence and 250,000": """
            ARG1816 BGR1878 BOL1825 CHL1818 CHN1816 COL1830 CRI1840 DOM1844 ECU1830 EGY1827 ETH1855 GTM1840 HND1840 HTI1816 IRN1816 JPN1816
            KJO1816 LBR1847 MAR1816 MCL1816 MDN1816 MEX1821 NIC1840 NPL1816 OMN1816 PER1824 PRM1816 PRY1816 SLV1840 THA1816 TUN1816 URY1830
            VEN1829 HVR1816""",
        "from 1920 COW waits for the League, the United Nations or two great powers; GW starts at self-rule or declaration": """
            AFG1919 ALB1913 AUS1901 BTN1949 CAN1867 EGY1922 IRL1921 LUX1867 NZL1907 YAR1918 ZAF1910""",
        "COW waits for the treaty or act that settled sovereignty": "AUT1918 DDR1949 DEU1949 IDN1945 RVN1954 VNM1954",
        "COW waits for the end of the Soviet Union on 1991-12-26; GW starts at each declaration": """
            ARM1991 AZE1991 BLR1991 GEO1991 KAZ1991 KGZ1991 MDA1991 TJK1991 TKM1991 UKR1991 UZB1991""",
        "COW waits for admission to the United Nations": "MKD1991 TLS2002",
        "the lists date the same independence by different acts, at most two years apart": """
            BEL1830 COM1975 HUN1918 KOR1948 LBN1944 LVA1918 MDV1965 MNE2006 NER1960 RWA1962 SEN1960 SYR1946 TUN1956 XKX2008""",
    },
    "gw starts later": {
        "the lists date the same independence by different acts, at most two years apart": """
            CSK1918 EST1918 GRC1828 JOR1946 LAO1953 MLI1960 NOR1905 POL1918""",
        "GW waits for the new Yugoslav state of 1992-04-27": "BIH1992 HRV1992 SVN1992",
        "GW waits for the kingdom's union under one name in 1932": "SAU1927",
    },
    "cow ends earlier": {
        "COW ends a German or Italian state at its annexation or entry into the confederation, GW at unification": """
            HDM1816 HKS1816 HVR1816 MCL1816 MDN1816 PPS1816 PRM1816 SXN1816 TSC1816 TWS1816""",
        "COW ends Korea at the protectorate of 1905, GW at the annexation of 1910": "KJO1816",
        "the lists date the same end by different acts, at most two months apart": "AUH1816",
    },
    "gw ends earlier": {
        "the lists date the same end by different acts, at most two months apart": "BDN1816 BVR1816 DEU1816 EST1918 HTI1816 LTU1918 LVA1918 WRG1816",
        "GW ends at the loss of self-rule (Egypt 1855, Morocco 1904) or at occupation (Serbia 1915)": "EGY1827 MAR1816 SRB1878",
    },
    "cow breaks": {
        "occupied or annexed in the Second World War or before it: COW breaks, GW does not": """
            ALB1913 AUT1918 BEL1830 CSK1918 DNK1816 ETH1855 FRA1816 GRC1828 JPN1816 LUX1867 NLD1816 NOR1905 POL1918 YUG1918""",
        "occupied by the United States, or by the victors in Paraguay: COW breaks, GW does not": "CUB1902 DOM1844 PRY1816",
        "in the United Arab Republic: COW breaks, GW does not": "SYR1946",
    },
    "gw breaks": {},
    "cut": {
        "the lists carry one number through; the table cuts between states with codes of their own": """
            cow:RUS1816 cow:SUN1922 cow:RUS1991 gw:RUS1816 gw:SUN1922 gw:RUS1991 cow:SRB1878 cow:YUG1918 cow:SCG1992 cow:SRB2006 gw:YUG1918
            gw:SCG1992 gw:YAR1918 gw:YEM1990""",
        "GW carries 260 through; the table cuts where COW changes from 260 to 255": "gw:DEU1949 gw:DEU1990",
    },
    "numbers differ": {
        "GW numbers united Germany 260, Yemen 678 and Serbia 340; COW 255, 679 and 345": "DEU1990 YEM1990 SRB1878 SRB2006",
        "GW numbers its microstates in the Pacific otherwise": "KIR1999 NRU1999 TON1999 TUV2000",
    },
}

NOT_STATES = re.compile(
    r"""(?x) [|*+] | ;
    | ^\s*(?:world|other|unknown|unspecified|bunkers|free\ zones|oceans|multi-region|special\ categories|\.\.\.|cn|in|tr|the\ west)\s*$
    | not\ specified | ^(?:africa|asia|europe|balkans|caribbean|caucasus|mediterranean|scandinavia|persian\ gulf|east\ indies)\b
    | ^(?:northern|southern|eastern|western|central|middle|southeast|sub-saharan|latin)\s(?:africa|asia|europe|america|east|indies)\b
    | ^(?:arab\ world|euro\ area|europe\ not|european\ \w+|oecd\ members|small\ states|other\ small\ states|channel\ islands)
    | \b(?:demographic\ dividend|income|IDA|IBRD|HIPC|classification|conflict\ affected|small\ states|Pacific|regional)\b
    | \((?:AU|EC|IMF|NATO|OAU|UN|IBRD|ASEAN)\) | ^unknown | Leage\ of\ Arab
    """,
    re.IGNORECASE,
)
NOT_STATES_BY_NAME = {
    "Abkhazia", "South Ossetia", "Nagorno-Karabakh", "Transnistria", "Northern Cyprus", "Somaliland", "Donetsk", "Luhansk", "Kherson", "Crimea",
    "Jammu and Kashmir", "Israeli Settlements", "Biafra", "Katanga", "Wales", "Belgium-Luxembourg", "Belgium and Luxembourg", "Brunswick", "Hamburg",
    "North America", "South America", "North Africa", "West Africa", "South Asia", "Oldenburg", "Saxe-Weimar-Eisenach",
    "Palestine/British Mandate", "Palestine/Gaza", "FDR", "Republic of Co", "29+C70+A7+D71:E74",
}  # fmt: skip
NAMES = {
    "politics/cow_states2016.csv": ("statenme",), "politics/gleditsch_ward_states_2017.csv": ("statename",),
    "politics/cow_capitals_latlon.csv": ("statenme",), "politics/gw_capitals_latlon.csv": ("statenme",),
    "politics/china_leader_engagements_chinavitae_2003_2018.csv.gz": ("country",),
    "politics/colt_leader_travel_state_year_counts_1990_2024.csv.gz": ("state",), "politics/polity5_country_year_1776_2020.csv.gz": ("country",),
    "politics/sipri_arms_transfers_tiv_dyad_year_1950_2023.csv.gz": ("supplier", "recipient"),
    "politics/unga78_committee3_draft_sponsors.csv": ("un_name",), "politics/unga_votes_1946_2019.parquet": ("country",),
    "politics/unga_votes_undl_1946_2025.parquet": ("un_name",), "politics/unsc_votes_undl_1946_2025.parquet": ("un_name",),
    "politics/ungd_speakers_1946_2024.parquet": ("country",), "politics/vdem_indices_country_year_1789_2024.parquet": ("vdem_country_name",),
    "politics/unsc_vetoes_1946_2022.csv": ("member_veto1", "member_veto2", "member_veto3"),
    "politics/unsc_vetoes_2022_2025_secondary.csv": ("vetoed_by",), "production/aei_cgit_all_sectors_2005_2018.csv": ("country",),
    "production/aiddata_chinese_official_finance_geocoded_v1_2000_2014.parquet": ("recipients",),
    "production/aiddata_geogcdf_v2_located_projects_2000_2017.parquet": ("recipient",), "production/cepii_geo.parquet": ("country",),
    "production/china_imports_top5_hs2_by_partner_2014.csv": ("exporter",), "production/confucius_institutes_2022.csv": ("country",),
    "production/openflights_routes_country_pairs_2014_2017.csv": ("origin", "destination"), "production/population_wdi.parquet": ("country",),
    "trade/aei_cgit_energy_chemicals_metals_deals_2005_2022.csv": ("country",), "trade/china_exports_by_partner_wits_2022.csv": ("Partner Name",),
    "trade/china_imports_by_partner_imf_2010_2022.csv": ("partner",),
    "trade/comtrade_partner_reported_trade_with_china_2014_2025.csv": ("reporter",),
    "trade/fx_official_lcu_per_usd_wdi_annual.csv": ("Country Name",), "trade/gdp_current_usd_worldbank.csv": ("Country Name",),
    "trade/russia_exports_mirror_oilgas_monthly_2019_2026.csv": ("partner",),
    "trade/russia_oilgas_export_volume_monthly_2020_2026.csv": ("partner",), "trade/wits_trade_summary_1988_2019.parquet": ("reporter", "partner"),
    "events/codebook/cameo_country_codes.csv": ("name",), "events/codebook/fips_iso_country_codes.csv": ("name",),
    "events/icews_dyad_year_quadcounts_2002_2014.parquet": ("source",),
    "events/icews_raw_sample_20180601_03.parquet": ("source_country", "target_country", "country"),
}  # fmt: skip
# Files with a code beside the name. Left out: UNGD, whose code column has errors of its own, and the two lists, compared above.
PAIRS = {
    "production/aei_cgit_all_sectors_2005_2018.csv": ("iso3", "country"), "production/cepii_geo.parquet": ("iso3", "country"),
    "production/aiddata_geogcdf_v2_located_projects_2000_2017.parquet": ("recipient_iso3", "recipient"),
    "production/confucius_institutes_2022.csv": ("iso3", "country"), "production/population_wdi.parquet": ("iso3", "country"),
    "trade/gdp_current_usd_worldbank.csv": ("Country Code", "Country Name"), "events/codebook/cameo_country_codes.csv": ("iso3", "name"),
    "trade/fx_official_lcu_per_usd_wdi_annual.csv": ("Country Code", "Country Name"),
    "events/codebook/fips_iso_country_codes.csv": ("iso3", "name"),
    "events/icews_dyad_year_quadcounts_2002_2014.parquet": ("source_iso3", "source"),
    "politics/unga78_committee3_draft_sponsors.csv": ("iso3", "un_name"), "politics/unga_votes_1946_2019.parquet": ("iso3", "country"),
    "politics/unga_votes_undl_1946_2025.parquet": ("iso3", "un_name"), "politics/unsc_votes_undl_1946_2025.parquet": ("iso3", "un_name"),
    "politics/vdem_indices_country_year_1789_2024.parquet": ("country_text_id", "vdem_country_name"),
}  # fmt: skip
NAMED_OTHERWISE = {
    ("RUS", "USSR"), ("TWN", "CHINA"), ("YAR", "YEMEN"),  # the United Nations' names of the time under the file's code of the seat
    ("BEL", "Belgium and Luxembourg"), ("NSS", "Nassau"), ("SPD", "Piedmont-Sardinia"),  # a union; two duchies by V-Dem's own codes
}  # fmt: skip

# Codes of the held data that stand for no state: V-Dem's provinces, unions, unallocated trade, and the World Bank's groups.
NOT_STATE_CODES = """
    BRW HRG NSS OLD PSB PSG SAX SML SPD BLX FDR NAA ANS UNK XXA EA EU UN ROW CHI
    A59 A79 ATB E19 F19 O19 X1 X2 XX _X AFE AFW ARB CEB CSS EAP EAR EAS ECA ECS EMU EUU FCS HIC HPC IBD IBT IDA IDB IDX LAC LCN LDC LIC LMC LMY
    LTE MEA MIC MNA NAC OED OSS PRE PSS PST SAS SSA SSF SST TEA TEC TLA TMN TSA TSS UMC WLD"""
CODED = {
    "trade/dyadic_trade_oec_sitc_1963_2014.parquet": ("importer", "exporter"),
    "trade/imf_dots_bilateral_goods_2000_2020.parquet": ("reporter", "partner"),
    "trade/atlas_bilateral_exports_10_sections_2012_2020.parquet": ("exporter", "importer"),
    "trade/comtrade_imports_by_partner_92_reporters_2022.csv": ("importer", "exporter"), "trade/gdp_current_usd_worldbank.csv": ("Country Code",),
    "production/population_wdi.parquet": ("iso3",), "production/coauthorship_openalex_1990_2023.parquet": ("iso3_a", "iso3_b"),
    "production/migrant_stock_undesa_1990_2020.parquet": ("origin_iso3", "dest_iso3"),
    "production/migration_flows_abel_cohen_5yr_1990_2020.parquet": ("origin_iso3", "dest_iso3"),
    "production/students_oecd_mobile_2013_2019.parquet": ("origin_iso3", "dest_iso3"),
    "production/unhcr_refugees_asylum_seekers_pairs_1951_2025.parquet": ("origin_iso3", "asylum_iso3"),
    "production/fdi_bilateral_unctad_2001_2012.parquet": ("reporter_iso3", "partner_iso3"), "production/cepii_dist.parquet": ("iso_o", "iso_d"),
    "production/imf_direct_investment_positions_5_economies_2014_2024.parquet": ("reporter", "partner"),
    "production/wiod2013_bilateral_exports_by_industry_1995_2011.parquet": ("exporter", "importer"),
    "production/sister_city_pairs_wikidata_2022.csv": ("iso3_a", "iso3_b"),
    "production/facebook_social_connectedness_pairs_oct2021.csv.gz": ("iso3_a",),
    "politics/visa_requirements_passport_index_spells_2020_2026.parquet": ("passport", "destination"),
    "politics/desta_trade_agreement_members_1948_2020.csv.gz": ("iso3",),
    "politics/pew_favourability_pairs_2002_2023.csv": ("respondents_iso3", "object"),
    "politics/central_bank_liquidity_lines_1978_2024.csv.gz": ("source_iso3", "recipient_iso3"),
    "politics/ties4_sanctions_imposed_sender_target_1945_2005.csv": ("sender_iso3", "target_iso3"),
    "politics/vdem_indices_country_year_1789_2024.parquet": ("country_text_id",), "speeches/un_general_debate_1946_2024.parquet": ("iso3",),
    "events/weis_dyadic_events_1966_1992.parquet": ("source_iso3", "target_iso3"),
    "events/gdelt2_dyad_day_score_2018_2024.parquet": ("iso3_a", "iso3_b"),
    "events/icews0515_interstate_events.parquet": ("source_iso3", "target_iso3"),
    "events/icews18_interstate_events.parquet": ("source_iso3", "target_iso3"),
}  # fmt: skip

Spells = dict[int, list[tuple[Date, Date]]]


def published(name: str) -> Spells:
    """The spells of a published list by number; a last day equal to the list's own end is open."""
    found: Spells = defaultdict(list)
    if name == "cow":
        with (POLITICS / "cow_states2016.csv").open(encoding="utf-8") as file:
            for row in csv.DictReader(file):
                first, last = (Date(*(int(row[part + unit]) for unit in ("year", "month", "day"))) for part in ("st", "end"))
                found[int(row["ccode"])].append((first, FAR if last == Date(2016, 12, 31) else last))
    else:
        with (POLITICS / "gleditsch_ward_states_2017.csv").open(encoding="utf-8") as file:
            for row in csv.DictReader(file):
                first, last = Date.fromisoformat(row["startdate"]), Date.fromisoformat(row["enddate"])
                found[int(row["gwcode"])].append((first, FAR if last == Date(2017, 12, 31) else last))
    return {number: sorted(spells) for number, spells in found.items()}


def members() -> list[tuple[states.State, states.Spell]]:
    return [(state, spell) for state in states.all_states() for spell in state.spells if spell.cow_spells or spell.gw_spells]


@held
@pytest.mark.parametrize("name", ["cow", "gw"])
def test_every_spell_of_a_published_list_is_in_the_table_to_the_day(name: str) -> None:
    found: Spells = defaultdict(list)
    for _, spell in members():
        listed = spell.cow_spells if name == "cow" else spell.gw_spells
        number = spell.cow if name == "cow" else spell.gw
        for first, last in listed:
            assert first is not None and number is not None
            found[number].append((first, last or FAR))
    joined: Spells = {}
    for number, spells in found.items():
        whole = joined.setdefault(number, [])
        for first, last in sorted(spells):
            follows = bool(whole) and first == whole[-1][1] + dt.timedelta(days=1)
            whole.append((whole.pop()[0], last) if follows else (first, last))
    assert joined == published(name)


def differences() -> dict[str, set[str]]:
    found: dict[str, set[str]] = {kind: set() for kind in DIFFERENCES}
    for name in ("cow", "gw"):
        spells = published(name)
        for state, spell in members():
            number = spell.cow if name == "cow" else spell.gw
            assert spell.start is not None
            row, stop = f"{state.code}{spell.start.year}", spell.stop or FAR
            if spell.cow and spell.gw and spell.cow != spell.gw:
                found["numbers differ"].add(row)
            inside = [(a, b) for a, b in spells.get(number or 0, []) if a <= stop and b >= spell.start]
            if not (spell.cow_spells if name == "cow" else spell.gw_spells):
                found[f"{name} lacks"].add(row)
                continue
            if inside[0][0] > spell.start:
                found[f"{name} starts later"].add(row)
            if inside[-1][1] < stop:
                found[f"{name} ends earlier"].add(row)
            if len(inside) > 1:
                found[f"{name} breaks"].add(row)
            if inside[0][0] < spell.start or inside[-1][1] > stop:
                found["cut"].add(f"{name}:{row}")
    return found


@held
@pytest.mark.parametrize("kind", DIFFERENCES)
def test_every_difference_from_the_lists_has_a_reason(kind: str) -> None:
    explained = [row for rows in DIFFERENCES[kind].values() for row in rows.split()]
    assert len(explained) == len(set(explained)), "one difference, one reason"
    assert differences()[kind] == set(explained)


def test_the_table_itself_tells_the_reason_of_each_difference() -> None:
    notes = {f"{state.code}{spell.start.year}": spell.note.lower() for state, spell in members() if spell.start}
    for reasons in DIFFERENCES.values():
        for reason, rows in reasons.items():
            assert all(reason.lower() in notes[row.rpartition(":")[2]] for row in rows.split()), reason


@held
def test_the_first_and_last_day_follow_the_stated_rule() -> None:
    for state, spell in members():
        every = [*spell.cow_spells, *spell.gw_spells]
        assert spell.start == min(first for first, _ in every if first), state.code
        assert (spell.stop or FAR) == max(last or FAR for _, last in every), state.code


def names_in(file: str, columns: Iterable[str]) -> set[str]:
    query = " UNION ".join(f"""SELECT "{column}"::VARCHAR AS name FROM '{DATA / file}' WHERE "{column}" IS NOT NULL""" for column in columns)
    with duckdb.connect() as base:
        return {row[0] for row in base.execute(query).fetchall()}


@held
@pytest.mark.parametrize("file", NAMES)
def test_every_name_in_the_held_data_is_a_state_or_a_known_other(file: str) -> None:
    names = names_in(file, NAMES[file])
    assert names
    lost = {name for name in names if states.resolve(name, "name") is None}
    assert {name for name in lost if not NOT_STATES.search(name) and name.strip() not in NOT_STATES_BY_NAME} == set()
    assert {name for name in names - lost if NOT_STATES.search(name)} == set(), "an aggregate must not be taken for a state"


@held
@pytest.mark.parametrize("file", CODED)
def test_every_code_in_the_held_data_is_a_state_or_a_known_other(file: str) -> None:
    lost = {code for code in names_in(file, CODED[file]) if states.resolve(code, "iso3") is None}
    assert lost <= set(NOT_STATE_CODES.split())


@held
@pytest.mark.parametrize("file", PAIRS)
def test_names_agree_with_the_codes_beside_them(file: str) -> None:
    code, name = PAIRS[file]
    with duckdb.connect() as base:
        pairs = base.execute(f"""SELECT DISTINCT "{code}", "{name}" FROM '{DATA / file}' WHERE "{code}" IS NOT NULL""").fetchall()
    wrong = {(c, n) for c, n in pairs if states.resolve(c, "iso3") != states.resolve(n, "name")}
    assert wrong <= NAMED_OTHERWISE


@held
def test_every_vote_at_the_united_nations_has_a_state() -> None:
    with duckdb.connect() as base:
        seen = base.sql(f"""
            SELECT DISTINCT iso3, date::DATE AS date FROM '{POLITICS / "unga_votes_1946_2019.parquet"}' UNION
            SELECT DISTINCT iso3, date::DATE FROM '{POLITICS / "unga_votes_undl_1946_2025.parquet"}'
                JOIN '{POLITICS / "unga_resolutions_undl_1946_2025.parquet"}' USING (undl_id) UNION
            SELECT DISTINCT iso3, date::DATE FROM '{POLITICS / "unsc_votes_undl_1946_2025.parquet"}'
                JOIN '{POLITICS / "unsc_resolutions_undl_1946_2025.parquet"}' USING (undl_id)""").to_arrow_table()
    codes, lost = states.recode(seen["iso3"], seen["date"], "un")
    assert lost == [] and codes.null_count == 0


@held
def test_every_number_in_the_correlates_of_war_data_is_a_state_of_that_year() -> None:
    for file in ("cow_nmc_capabilities_1816_2022", "cow_igo_count_state_year_1816_2014"):
        with duckdb.connect() as base:
            seen = base.sql(f"SELECT DISTINCT ccode, year FROM '{POLITICS / f'{file}.parquet'}'").to_arrow_table()
        assert states.recode(seen["ccode"], seen["year"], "cow")[1] == []


def test_codes_are_unique_and_clash_with_no_withdrawn_iso_code() -> None:
    withdrawn = "AFI ATN BUR BYS CTE DHY FXX GEL HVO JTN MID NHB NTZ PCZ PUS RHO SKM TMP VDR WAK ZAR ROM"
    codes = [state.code for state in states.all_states()]
    assert codes == sorted(set(codes)) and all(re.fullmatch("[A-Z]{3}", code) for code in codes)
    assert not set(withdrawn.split()) & set(codes)


def test_spells_are_in_order_and_apart() -> None:
    for state in states.all_states():
        for before, after in pairwise(state.spells):
            assert before.stop is not None and after.start is not None and before.stop < after.start, state.code
        assert state.seat in {other.code for other in states.all_states()}
        assert all(spell.status in states.STATUSES for spell in state.spells)


def test_the_states_of_one_seat_follow_each_other_without_overlap() -> None:
    for seat in {state.seat for state in states.all_states()}:
        chain = states.seat_chain(seat)
        for (_, _, stop), (_, start, _) in pairwise(chain):
            assert stop is not None and start is not None and stop < start, seat


def test_rows_have_the_columns_of_the_contract_first() -> None:
    rows = states.rows()
    assert list(rows[0])[:8] == ["code", "name", "from", "to", "cow", "gw", "seat", "status"]
    assert len(rows) == sum(len(state.spells) for state in states.all_states())
    assert {row["code"] for row in states.rows(states.search("Kosovo"))} == {"XKX"}


@pytest.mark.parametrize("code", ["PSE", "ESH", "TWN", "XKX"])
def test_states_of_disputed_standing_carry_their_plain_name_and_a_note_by_source(code: str) -> None:
    state = states.get(code)
    assert state.name == {"PSE": "Palestine", "ESH": "Western Sahara", "TWN": "Taiwan", "XKX": "Kosovo"}[code]
    assert all(source in state.note for source in ("UN:", "COW", "GW", "ISO"))


@pytest.mark.parametrize(
    ("value", "scheme", "on", "code"),
    [
        ("RUS", "iso3", Date(1991, 12, 25), "SUN"), ("RUS", "iso3", Date(1991, 12, 26), "RUS"), ("RUS", "iso3", Date(1922, 12, 29), "RUS"),
        ("RUS", "iso3", Date(1922, 12, 30), "SUN"), ("RUS", "iso3", 1991, "SUN"), ("RUS", "iso3", 1992, "RUS"), ("SUN", "iso3", 2000, "RUS"),
        (365, "cow", 1980, "SUN"), (365, "cow", 1993, "RUS"), (365, "gw", 1900, "RUS"), ("USSR", "name", 1970, "SUN"),
        ("Russia", "name", 1970, "SUN"), (260, "cow", 1960, "DEU"), (255, "cow", 1900, "DEU"), (255, "cow", 1995, "DEU"), (260, "gw", 2000, "DEU"),
        ("DEU", "iso3", 1947, None), ("DEU", "iso3", 1990, "DEU"), ("DDR", "iso3", 1990, "DDR"), ("DDR", "iso3", 1991, None),
        ("West Germany", "name", 1980, "DEU"), ("SRB", "iso3", 1900, "SRB"), ("SRB", "iso3", 1930, "YUG"), ("SRB", "iso3", 1995, "SCG"),
        ("YUG", "iso3", 1970, "YUG"), ("YUG", "iso3", 1995, "SCG"), ("SRB", "iso3", Date(2006, 6, 4), "SCG"), ("SRB", "iso3", Date(2006, 6, 5),
        "SRB"), ("SCG", "iso3", 2010, "SRB"), (345, "cow", 1900, "SRB"), (345, "cow", 1950, "YUG"), (345, "cow", 1992, "SCG"),
        (345, "cow", 2010, "SRB"), (340, "gw", 2010, "SRB"), ("HUN", "iso3", Date(1918, 11, 2), None), ("HUN", "iso3", Date(1918, 11, 3), "HUN"),
        (310, "cow", 1950, "HUN"), (300, "cow", 1900, "AUH"), ("TWN", "iso3", 1947, "CHN"), ("TWN", "iso3", 1960, "TWN"),
        ("CHN", "iso3", 1960, "CHN"), (710, "cow", 1930, "CHN"), (713, "cow", 1949, "TWN"), (678, "cow", 1980, "YAR"), (678, "cow", 1990, "YAR"),
        (679, "cow", 1990, "YEM"), (678, "gw", 1995, "YEM"), (680, "cow", 1980, "YMD"), ("YEM", "iso3", 1980, "YAR"), ("YMD", "iso3", 1995, None),
        ("Yemen", "name", 1980, "YAR"), ("Yemen", "name", 2000, "YEM"), ("ZAR", "iso3", 1980, "COD"), ("Zaire", "name", 1980, "COD"),
        (490, "cow", 1961, "COD"), (484, "cow", 1961, "COG"), ("Congo", "name", 1990, "COG"), (816, "cow", 1960, "VNM"), (817, "cow", 1960, "RVN"),
        ("RVN", "iso3", 1980, None), (815, "gw", 1850, "ANM"), ("VNM", "iso3", 1980, "VNM"), (730, "cow", 1900, "KJO"), (732, "cow", 1950, "KOR"),
        (731, "cow", 1950, "PRK"), ("KOR", "iso3", 1900, "KJO"), ("KOR", "iso3", 1930, None), ("EAZ", "iso3", Date(1964, 1, 1), "EAZ"),
        (511, "cow", 1964, "EAZ"), ("EAZ", "iso3", 1970, None), ("TZA", "iso3", 1962, "TZA"), ("CSK", "iso3", Date(1992, 12, 31), "CSK"),
        ("CSK", "iso3", 1993, None), ("CZE", "iso3", 1992, None), ("CZE", "iso3", 1993, "CZE"), ("XKX", "iso3", 2010, "XKX"),
        (347, "cow", 2010, "XKX"), ("PSE", "iso3", 1990, "PSE"), ("HKG", "iso3", 1990, "HKG"), ("ANT", "iso3", 2015, None),
        ("ROM", "iso3", 1980, "ROU"), ("TMP", "iso3", 2005, "TLS"), ("BUR", "iso3", 1980, "MMR"), ("SSD", "iso3", 2011, "SSD"),
        ("UKR", "iso3", 1970, "UKR"), (970, "gw", 2010, "KIR"), (970, "cow", 2010, "NRU"), (2.0, "cow", 2000, "USA"), ("2", "cow", 2000, "USA"),
        (9999, "cow", 2000, None), (float("nan"), "cow", 2000, None), (2.0, "cow", None, "USA"), ("SUN", "iso3", None, "SUN"),
        ("YUG", "iso3", None, "YUG"), ("ROM", "iso3", None, "ROU"), (365, "cow", None, "RUS"), ("Yugoslavia", "name", None, "YUG"),
        ("TWN", "un", Date(1949, 12, 7), "CHN"), ("CHN", "un", Date(1949, 12, 8), "TWN"), ("CHN", "un", Date(1971, 10, 24), "TWN"),
        ("CHN", "un", Date(1971, 10, 25), "CHN"), ("TWN", "un", Date(1971, 10, 25), None), ("CHN", "un", 1946, "CHN"), ("YUG", "un", 1995, "SCG"),
        ("UGA", "un", Date(1962, 10, 4), "UGA"), ("UGA", "un", Date(1962, 7, 1), None), ("BLR", "un", 1950, "BLR"), ("IND", "un", 1946, "IND"),
    ],
)  # fmt: skip
def test_hard_cases_resolve(value: str | float, scheme: states.Scheme, on: Date | int | None, code: str | None) -> None:
    assert states.resolve(value, scheme, on) == code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("China", "CHN"), ("chn", "CHN"), ("CHINESE", "CHN"), ("Beijing", "CHN"), ("Moscow", "RUS"), ("Russians", "RUS"), ("Soviet Union", "SUN"),
        ("u.s.s.r.", "SUN"), ("Republic of China", "TWN"), ("people’s republic of china", "CHN"), ("Cote d'Ivoire", "CIV"),
        ("CÔTE D’IVOIRE", "CIV"), ("cote d ivoire", "CIV"), ("TÜRKİYE", "TUR"), ("Turkey", "TUR"), ("St. Lucia", "LCA"),
        ("Korea, Republic of", "KOR"), ("Korea, Dem. People's Rep.", "PRK"), ("The Gambia", "GMB"), ("Bahamas, The", "BHS"), ("Burma", "MMR"),
        ("Zaire", "COD"), ("DR Congo", "COD"), ("Congo-Brazzaville", "COG"), ("Yugoslavia", "YUG"), ("FRY", "SCG"), ("Vatican", "VAT"),
        ("Kosovo", "XKX"), ("Palestine", "PSE"), ("West Bank and Gaza", "PSE"), ("Swaziland", "SWZ"), ("Macedonia", "MKD"),
        ("Czech Republic", "CZE"), ("Guinea", "GIN"), ("Guinea-Bissau", "GNB"), ("Niger", "NER"), ("Nigerian", "NGA"), ("South Sudan", "SSD"),
        ("Samoa", "WSM"), ("American Samoa", "ASM"), ("Dominica", "DMA"), ("Viet Nam", "VNM"), ("Yemen", "YEM"), ("ROM", "ROU"),
        ("Sao Tome & Principe", "STP"), ("  China \n", "CHN"), ("Hong Kong", "HKG"), ("East Timor", "TLS"),
    ],
)  # fmt: skip
def test_find_takes_codes_and_names_of_any_form(text: str, code: str) -> None:
    assert states.find(text).code == code


@pytest.mark.parametrize(
    ("text", "on", "code"),
    [
        ("Russia", 1970, "SUN"), ("Germany", 1960, "DEU"), ("Republic of China", 1930, "CHN"), ("Korea", 1900, "KJO"),
        ("Yugoslavia", Date(1995, 1, 1), "SCG"), ("Yemen", 1980, "YAR"),
    ],
)  # fmt: skip
def test_find_on_a_date_gives_the_state_of_that_time(text: str, on: Date | int, code: str) -> None:
    assert states.find(text, on=on).code == code


@pytest.mark.parametrize(("text", "both"), [("Congo", ("COD", "COG")), ("Korea", ("KOR", "PRK")), ("Congolese", ("COD", "COG"))])
def test_an_ambiguous_name_lists_its_candidates(text: str, both: tuple[str, str]) -> None:
    with pytest.raises(states.UnknownState) as caught:
        states.find(text)
    assert all(code in str(caught.value) for code in both)


def test_an_unknown_name_offers_the_nearest() -> None:
    with pytest.raises(states.UnknownState, match=r"'Chnia'.*China \(CHN\)") as caught:
        states.find("Chnia")
    assert caught.value.exit_code == 2 and isinstance(caught.value, ComityError)
    with pytest.raises(states.UnknownState, match="was no state on 1980"):
        states.find("CZE", on=1980)
    with pytest.raises(states.UnknownState):
        states.get("China")


HOSTILE = ["", " ", "x" * 10_000, "China" * 2_000, "<script>alert(1)</script>", "\x00\n", "'; DROP TABLE", "💥", "..", "%s{0}"]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_names_are_refused_shortly(text: str) -> None:
    with pytest.raises(states.UnknownState) as caught:
        states.find(text)
    assert len(str(caught.value)) < 500 and "\n" not in str(caught.value) and "\x00" not in str(caught.value)
    assert states.resolve(text, "name", 2000) is None and states.resolve(text, "iso3", 2000) is None and states.resolve(text, "cow", 2000) is None


@given(st.text(max_size=300))
@settings(max_examples=150, deadline=None)
def test_find_gives_a_state_or_its_own_error(text: str) -> None:
    try:
        state = states.find(text)
    except states.UnknownState:
        return
    assert state in states.search(text)


def test_every_alias_finds_its_state_or_is_known_to_be_shared() -> None:
    for state in states.all_states():
        assert states.find(state.code) is state
        for alias in state.aliases:
            if alias.kind == "data" or alias.stop:
                assert states.resolve(alias.text, "name", alias.stop or alias.start) is not None or alias.kind == "data"
                continue
            try:
                assert states.find(alias.text) is state, alias
            except states.UnknownState as error:
                assert alias.text in {"Congo", "Congolese", "Korea", "Korean"} and state.code in str(error)


def test_an_unknown_scheme_is_refused() -> None:
    for on in (None, 1990):
        with pytest.raises(ComityError, match="no scheme 'fips'"):
            states.resolve("CH", "fips", on)  # type: ignore[arg-type]


def test_existence() -> None:
    assert not states.existed("RUS", Date(1970, 1, 1)) and states.existed("SUN", Date(1970, 1, 1))
    assert not states.existed("HKG", Date(2020, 1, 1)) and states.existed("VAT", Date(2020, 1, 1)) and states.existed("TWN", Date(2020, 1, 1))
    assert not states.existed("UKR", Date(1970, 1, 1)), "a member of the United Nations only"
    assert states.existed_between("XKX", Date(2008, 1, 1), Date(2008, 12, 31)) and not states.existed("XKX", Date(2008, 1, 1))
    assert not states.existed("DEU", Date(1947, 1, 1)) and states.existed("DEU", Date(1950, 1, 1))
    days = [Date(1990, 10, d) for d in (2, 3)]
    assert [states.existed("DDR", d) for d in days] == [True, False], "its last day is the second of October"


def test_seats() -> None:
    assert [c for c, _, _ in states.seat_chain("SUN")] == ["RUS", "SUN", "RUS"]
    assert [c for c, _, _ in states.seat_chain("RUS", un=True)] == ["SUN", "RUS"]
    assert [c for c, _, _ in states.seat_chain("CHN")] == ["CHN"]
    assert [c for c, _, _ in states.seat_chain("TWN", un=True)] == ["CHN", "TWN", "CHN"]
    assert [c for c, _, _ in states.seat_chain("YUG")] == ["SRB", "YUG", "SCG", "SRB"]
    assert states.seat_chain("SRB", un=True)[1:3] == [("SCG", Date(1992, 4, 27), Date(1992, 9, 22)), ("SCG", Date(2000, 11, 1), Date(2006, 6, 4))]
    assert {c for c, _, _ in states.seat_chain("CSK")} == {"CSK"} and {c for c, _, _ in states.seat_chain("DDR")} == {"DDR"}
    assert states.un_state_on("CHN", Date(1960, 1, 1)) == "TWN" and states.un_state_on("RUS", 1950) == "SUN"


def test_numbers() -> None:
    assert states.numbers("DEU", 1960) == (260, 260) and states.numbers("DEU", 2000) == (255, 260)
    assert states.numbers("YEM", 2000) == (679, 678) and states.numbers("SRB", 2010) == (345, 340) and states.numbers("SRB", 1950) == (None, None)


def test_recode_equals_a_slow_loop() -> None:
    draw = random.Random(20240103)
    codes = [*(state.code for state in states.all_states()), "ROM", "XXQ", None]
    values = draw.choices(codes, k=3_000)
    days = [Date.fromordinal(draw.randrange(Date(1816, 1, 1).toordinal(), Date(2025, 1, 1).toordinal())) for _ in values]
    both: tuple[list[Date] | list[int], ...] = (days, [day.year for day in days])
    for dates in both:
        found, lost = states.recode(pa.chunked_array([pa.array(values)]), pa.array(dates))
        when: list[Date | int] = list(dates)
        slow = [None if v is None else states.resolve(v, "iso3", d) for v, d in zip(values, when, strict=True)]
        assert found.to_pylist() == slow
        assert lost == sorted({v for v, code in zip(values, slow, strict=True) if v is not None and code is None})
    for scheme in ("cow", "gw"):
        numbers = draw.choices(range(2, 1000), k=2_000)
        years = draw.choices(range(1816, 2025), k=2_000)
        assert states.recode(numbers, years, scheme)[0].to_pylist() == [states.resolve(n, scheme, y) for n, y in zip(numbers, years, strict=True)]
    assert states.recode(pa.array([365.0, None, float("nan")]), [1970, 1970, 1970], "cow")[0].to_pylist() == ["SUN", None, None]
    assert states.recode(pa.array(["RUS", "XXQ"]).dictionary_encode())[0].to_pylist() == ["RUS", None]
    assert states.recode([], [])[0].to_pylist() == [] and states.recode(["USA"], [None])[0].to_pylist() == [None]
    with pytest.raises(ComityError, match="2 values and 1 dates"):
        states.recode(["USA", "CHN"], [1990])


CODES = [state.code for state in states.all_states()]
SYSTEMS = st.sampled_from(["comity", "cow", "gw"])


@given(year=st.integers(1816, 2024), period=st.sampled_from(["year", "session", "quarter"]), system=SYSTEMS)
@settings(max_examples=12, deadline=None)
def test_the_spine_is_every_pair_of_the_members_of_each_period_once(year: int, period: states.SpinePeriod, system: states.System) -> None:
    table = states.spine(period, year, year, system=system)
    rows = list(zip(*(table[name].to_pylist() for name in ("start", "a", "b")), strict=True))
    assert rows == sorted(set(rows)) and all(a < b for _, a, b in rows)
    for start in {row[0] for row in rows}:
        there = {code for when, a, b in rows for code in (a, b) if when == start}
        assert len({states.get(code).seat for code in there}) == len(there), "one state to a seat"
        assert {(a, b) for when, a, b in rows if when == start} == set(combinations(sorted(there), 2))
    both = states.spine(period, year, year, system=system, directed=True)
    mirrored = {(start, x, y) for start, a, b in rows for x, y in ((a, b), (b, a))}
    assert both.num_rows == 2 * len(rows) and set(zip(*(both[n].to_pylist() for n in ("start", "a", "b")), strict=True)) == mirrored


@given(chosen=st.sets(st.sampled_from(CODES), max_size=8), year=st.integers(1816, 2024), directed=st.booleans())
@settings(max_examples=60, deadline=None)
def test_the_spine_of_chosen_states_is_every_pair_of_those_there(chosen: set[str], year: int, directed: bool) -> None:
    table = states.spine("year", year, year, states=chosen, directed=directed)
    first, last = Date(year, 1, 1), Date(year, 12, 31)
    days: dict[str, dict[str, int]] = defaultdict(dict)
    for code in chosen:
        for spell in states.get(code).spells:
            a, b = max(spell.start or first, first), min(spell.stop or last, last)
            if a <= b:
                seat = days[states.get(code).seat]
                seat[code] = max(seat.get(code, 0), (b - a).days + 1)
    there = sorted(max(seat, key=lambda code: seat[code]) for seat in days.values())
    pairs = permutations(there, 2) if directed else combinations(there, 2)
    assert list(zip(table["a"].to_pylist(), table["b"].to_pylist(), strict=True)) == list(pairs)


@held
def test_the_spine_of_the_correlates_of_war_has_the_dyads_of_its_list() -> None:
    listed = published("cow")
    for year in (1816, 1850, 1905, 1918, 1938, 1943, 1946, 1960, 1975, 1989, 1991, 1993, 2008, 2016):
        there = {n for n, spells in listed.items() for a, b in spells if a.year <= year <= b.year}
        assert states.spine("year", year, year, system="cow").num_rows == len(there) * (len(there) - 1) // 2, year
    there = {n for n, spells in listed.items() for a, b in spells if a.year <= 1990 <= b.year} - {260}
    assert states.spine("year", 1990, 1990, system="cow").num_rows == len(there) * (len(there) - 1) // 2, "255 and 260 are one state in 1990"


def test_the_spine_takes_dates_sessions_and_refuses_unknown_words() -> None:
    months = states.spine("month", Date(1990, 1, 15), Date(1990, 3, 1), states=["USA", "CHN"])
    assert months["start"].to_pylist() == [Date(1990, 2, 1), Date(1990, 3, 1)]
    session = states.spine("session", 1991, 1991, states=["USA", "RUS", "SUN"])
    assert session.to_pylist() == [{"a": "SUN", "b": "USA", "start": Date(1991, 9, 1)}]
    assert states.spine("year", 1990, 1989).num_rows == 0 and states.spine("year", 1700, 1701).num_rows == 0
    with pytest.raises(ComityError, match="no period 'week'"):
        states.spine("week", 1990, 1991)  # type: ignore[arg-type]
    with pytest.raises(ComityError, match="no system 'un'"):
        states.spine("year", 1990, 1991, system="un")  # type: ignore[arg-type]
    with pytest.raises(states.UnknownState):
        states.spine("year", 1990, 1991, states=["China"])


def test_importing_states_loads_no_heavy_library() -> None:
    code = "import sys, comity.states as s; s.find('China'); print([m for m in ('pyarrow', 'numpy', 'pandas', 'duckdb', 'ibis') if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"
    code = "import sys, comity.states as s; s.spine('year', 2000, 2001); print('pandas' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "False"
