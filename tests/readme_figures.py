"""What the READMEs beside the held data say in figures, each with the query that counts it again from the built tables and series."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """What a README says of a source, the query that counts it again, and its result, row after row.

    The query sees each table by name, each series as `series.name`, and the folder of the raw files as {folder}.
    Where the README's figure cannot stand as it is, `note` says why: rows left out by a stated rule, or its error.
    """

    source: str
    readme: str
    says: str
    sql: str
    expected: tuple[object, ...]
    note: str = ""


DYAD = "((a = 'CHN' AND b IN ('RUS', 'SUN')) OR (a IN ('RUS', 'SUN') AND b = 'CHN'))"
UNDL_PAIR = "undl_votes x JOIN undl_votes y USING (undl_id) JOIN undl_resolutions USING (undl_id) WHERE x.state = 'CHN' AND y.state = 'RUS'"

POLITICS = (
    Figure(
        "voeten_votes", "politics", "CHN–RUS identical votes: 70s .71, 80s .78, 90s .57, 00s .76, 10s .75",
        "SELECT round(avg((x.vote = y.vote)::INT), 2) FROM voeten_votes x JOIN voeten_votes y USING (rcid) JOIN voeten_roll_calls USING (rcid) "
        "WHERE x.state = 'CHN' AND y.seat = 'RUS' AND year(date_given) BETWEEN 1970 AND 2019 GROUP BY year(date_given) // 10 "
        "ORDER BY year(date_given) // 10",
        (0.71, 0.78, 0.57, 0.76, 0.75),
    ),
    Figure(
        "voeten_votes", "politics", "issue counts co 957 di 1092 ec 765 hr 1015 me 1061 nu 855",
        "SELECT sum(issue_co::INT), sum(issue_di::INT), sum(issue_ec::INT), sum(issue_hr::INT), sum(issue_me::INT), sum(issue_nu::INT) "
        "FROM voeten_roll_calls",
        (957, 1092, 765, 1015, 1061, 855),
    ),
    Figure(
        "un_assembly", "politics", "CHN–RUS identical 2021 .77, 2022 .71, 2023 .67, 2024 .67",
        f"SELECT round(avg((x.vote = y.vote)::INT), 2) FROM {UNDL_PAIR} AND x.vote > 0 AND y.vote > 0 AND year(date) BETWEEN 2021 AND 2024 "
        "GROUP BY year(date) ORDER BY year(date)",
        (0.77, 0.70, 0.67, 0.67),
        "2022 is wrong in the README: 62 of 88 roll calls on which both voted, .705, are .70",
    ),
    Figure(
        "un_council", "politics", "adopted SC resolutions S/RES/1(1946)..2798(2025), 2797 missing",
        r"WITH n AS (SELECT regexp_extract(symbol, 'S/RES/(\d+)', 1)::INT AS i FROM unsc_resolutions) SELECT min(i), max(i), count(DISTINCT i), "
        "count(*) FILTER (i = 2797) FROM n",
        (1, 2798, 2797, 0),
        "2,797 resolutions, of which none is number 2797",
    ),
    Figure(
        "un_council", "politics", "11 members to 1965, 15 after (two transition years 16)",
        "SELECT seats, min(year), max(year), count(*) FROM (SELECT year, count(DISTINCT seat) AS seats FROM unsc_members GROUP BY year) "
        "GROUP BY seats ORDER BY seats",
        (11, 1946, 1965, 20, 15, 1966, 2025, 59, 16, 1990, 1990, 1),
        "by seats one year has 16 (South Yemen and Yemen in 1990); in the other, 1971, both governments of China sat in one seat",
    ),
    Figure(
        "council_vetoes", "politics", "USSR 84 + Russia 31 = 115, USA 71, UK 29, China 17, France 7; China & Russia together 14",
        "SELECT count(*) FILTER (state = 'SUN'), count(*) FILTER (state = 'RUS'), count(*) FILTER (state = 'USA'), count(*) FILTER (state = 'GBR'), "
        "count(*) FILTER (state = 'CHN'), count(*) FILTER (state = 'FRA'), (SELECT count(*) FROM (SELECT draft FROM vetoes WHERE verified AND state "
        "IN ('CHN', 'RUS') GROUP BY draft, item HAVING count(DISTINCT state) = 2)) FROM vetoes WHERE verified",
        (90, 31, 82, 29, 17, 16, 14),
        "the README adds the file's dummies, which miss six of the USSR, eleven of the USA and nine of France whose names stand in the row; by name "
        "they are 90 + 31 = 121, 82, 29, 17 and 16",
    ),
    Figure(
        "third_committee", "politics", "CHN and RUS both sponsor 11 drafts here",
        f"SELECT sum(value) FROM series.joint_drafts WHERE {DYAD}",
        (11,),
    ),
    Figure(
        "leader_meetings", "politics", "per year incl. video 2013-2026: 5 6 5 5 5 5 6 0 2 3 2 3 3 1",
        "SELECT count(date) FROM range(2013, 2027) AS r(y) LEFT JOIN xi_putin_meetings ON year(date) = y GROUP BY y ORDER BY y",
        (5, 6, 5, 5, 5, 5, 6, 0, 2, 3, 2, 3, 3, 1),
    ),
    Figure(
        "china_vitae", "politics", "Russia 390 (2nd after USA 523)",
        "SELECT count(*) FROM china_engagements GROUP BY state ORDER BY count(*) DESC LIMIT 2",
        (523, 389),
        "one Russian row is the duplicate of 2018-06-27 that the README names, left out",
    ),
    Figure(
        "colt_travel", "politics", "colt_leader_travel_state_year_counts_1990_2024.csv.gz | 12,561",
        "SELECT (SELECT count(*) FROM '{folder}/politics/colt_leader_travel_state_year_counts_1990_2024.csv.gz'), count(trips) + count(received), "
        "min(year), max(year) FROM colt_travel",
        (12_561, 12_157, 1990, 2024),
        "404 rows are of organisations and places, of states in years in which they were none, or a second spelling of a state",
    ),
    Figure(
        "colt_visits", "politics", "COLT counts visits in either country 2018:2 2019:2 2022:1 2023:2 2024:2",
        f"SELECT value FROM series.leader_visits WHERE {DYAD} AND year(start) NOT IN (2020, 2021) ORDER BY start",
        (2, 2, 1, 2, 2),
    ),
    Figure(
        "group_membership", "politics", "group_membership_hand_1949_2025.csv | 157",
        'SELECT count(DISTINCT ("group", state)), min(year), max(year) FROM group_members',
        (157 - 6, 1949, 2025),
        "three members of the AIIB, two of the WTO and Saudi Arabia in BRICS are left out",
    ),
    Figure(
        "cow_igo", "politics", "CHN–RUS 1975:14, 1991:33, 2000:50, 2014:55",
        f"SELECT value FROM series.shared_igos WHERE {DYAD} AND year(start) IN (1975, 1991, 2000, 2014) ORDER BY start",
        (14, 33, 50, 55),
    ),
    Figure(
        "atop", "politics", "CHN–RUS nonaggression + consultation from 2001",
        "SELECT min(year), max(year) FROM atop_obligations WHERE a = 'CHN' AND b = 'RUS' AND nonaggression = 1 AND consultation = 1",
        (2001, 2018),
        "2018 is the end of the data",
    ),
    Figure(
        "cow_capabilities", "politics", "2022 CINC CHN .234, USA .124, RUS .038",
        "SELECT round(value, 3) FROM series.capability_share WHERE a IN ('CHN', 'USA', 'RUS') AND year(start) = 2022 ORDER BY value DESC",
        (0.234, 0.124, 0.038),
    ),
    Figure("cow_mid", "politics", "CHN–RUS last MID 2012", f"SELECT max(year) FROM mid_dyad_years WHERE {DYAD}", (2012,)),
    Figure("gml_mids", "politics", "militarised disputes to 2014 / 2010", "SELECT count(*), max(year) FROM gml_dyad_years", (9_284, 2010),
           "the row of the table gives 9,284 for this file; CHN–RUS end in 2009 here, the README's 2012 is that of COW"),
    Figure(
        "archigos", "politics", "archigos_leaders_1875_2015.csv | 3,409",
        "SELECT sum(changes), min(year), max(year), (SELECT count(*) FROM '{folder}/politics/archigos_leaders_1875_2015.csv' "
        "WHERE year(startdate) < 1875) FROM leader_years",
        (3_409 - 55 - 40, 1875, 2015, 55),
        "55 leaders entered before 1875 and 40 before their country was a state; the others each are one change",
    ),
    Figure(
        "cow_majors", "politics", "243, 216, 14, 242/264, 1,874, 952,244, 1,932, 264, 197",
        "WITH y AS (SELECT DISTINCT replace(state, 'SUN', 'RUS') AS state, year FROM major_years) SELECT count(DISTINCT (state, year - place)) "
        "FROM (SELECT *, row_number() OVER (PARTITION BY state ORDER BY year) AS place FROM y)",
        (14,),
    ),
    Figure(
        "capitals", "politics", "243, 216, 14, 242/264, 1,874, 952,244, 1,932, 264, 197",
        "SELECT count(*) FROM '{folder}/politics/cow_capitals_latlon.csv' r WHERE EXISTS (FROM capital_years t WHERE t.system = 'cow' AND "
        "t.capital = r.capital) UNION ALL SELECT count(*) FROM '{folder}/politics/gw_capitals_latlon.csv' r WHERE EXISTS "
        "(FROM capital_years t WHERE t.system = 'gw' AND t.capital = r.capital)",
        (242, 264 - 2),
        "Abkhazia and South Ossetia are left out",
    ),
    Figure(
        "cow_contiguity", "politics", "CHN–RUS land-contiguous since 1860",
        f"SELECT min(year(start)), max(year(start)), count(*) FROM series.contiguity WHERE {DYAD} AND value = 1",
        (1860, 2016, 157),
        "every year to 2016, in which the data end",
    ),
    Figure(
        "cow_minimum_distance", "politics", "cow_min_distance_km_dyad_year_1886_2019.parquet",
        "SELECT count(*), min(year), max(year) FROM minimum_distances",
        (952_244, 1886, 2019),
        "the row of the table gives 952,244 for this file",
    ),
    Figure(
        "cow_wars", "politics", "243, 216, 14, 242/264, 1,874, 952,244, 1,932, 264, 197",
        "SELECT (SELECT count(*) FROM '{folder}/politics/cow_interstate_war_directed_dyad_year.parquet'), sum(wars) FROM war_dyad_years",
        (1_932, 1_932 - 16),
        "16 rows are a war that a pair fought twice in a year",
    ),
    Figure(
        "thompson_rivalries", "politics", "243, 216, 14, 242/264, 1,874, 952,244, 1,932, 264, 197",
        "SELECT count(*), count(*) FILTER (\"end\" < 1816), (SELECT count(DISTINCT (a, b)) FROM thompson_rivalries_years) "
        "FROM '{folder}/politics/thompson_rivalries_spells.csv'",
        (264, 15, 233),
        "249 spells reach 1816; their 220 pairs of COW numbers are 233 pairs of states",
    ),
    Figure(
        "thompson_dreyer_rivalries", "politics", "243, 216, 14, 242/264, 1,874, 952,244, 1,932, 264, 197",
        "SELECT count(*), (SELECT count(DISTINCT (a, b)) FROM thompson_dreyer_rivalries_years) "
        "FROM '{folder}/politics/thompson_dreyer_rivalries_spells.csv'",
        (197, 179),
        "197 spells, of which those that end before 1816 are left out",
    ),
    Figure(
        "cow_diplomacy", "politics", "cow_diplomatic_exchange_partial_1817_2000.csv.gz | 46,365",
        "SELECT count(*) / 2, min(year), max(year) FROM missions",
        (46_365 - 4, 1817, 2000),
        "two rows for each of the file's, less four of 1990 in which the Federal Republic or the GDR stands beside united Germany",
    ),
    Figure(
        "sipri_arms", "politics", "vs SIPRI's own yearly table Russia→China: sum 38,542 vs 38,131, r = .94",
        "SELECT round(sum(r.tiv)), sum(o.tiv), round(corr(r.tiv, o.tiv), 2) FROM arms_register r JOIN arms_official o USING (supplier, "
        "recipient, year)",
        (38_542, 38_131, 0.94),
    ),
    Figure(
        "sipri_arms_official", "politics", "2005: 3,066; 2024: 30",
        "SELECT value FROM series.arms_transfers_official_tiv WHERE a = 'RUS' AND b = 'CHN' AND year(start) IN (2005, 2024) ORDER BY start",
        (3_066, 30),
    ),
    Figure(
        "vdem", "politics", "2024 polyarchy RUS .172 CHN .073",
        "SELECT value FROM series.electoral_democracy WHERE a IN ('RUS', 'CHN') AND year(start) = 2024 ORDER BY a DESC",
        (0.172, 0.073),
    ),
    Figure(
        "polity5", "politics", "27,913 / 17,574",
        "SELECT (SELECT count(*) FROM '{folder}/politics/polity5_country_year_1776_2020.csv.gz'), count(*), min(year), max(year) FROM polity_scores",
        (17_574, 16_596, 1816, 2020),
        "76 rows have no COW number, 399 are before 1816, nine are second polities of a year, 494 of years in which there was no member",
    ),
    Figure(
        "un_debate", "speeches", "10,952 speeches by 200 states and observers, sessions 1–79 (1946–2024; session 19 has none)",
        "SELECT count(*), count(DISTINCT session), min(year), max(year), count(*) FILTER (session = 19) FROM debate_speeches",
        (10_952 - 14, 79, 1946, 2024, 95),
        "14 speeches of the European Union are left out; the README is wrong on session 19, which has 95 speeches, of 1964",
    ),
    Figure(
        "passport_index", "politics", "DEU→CHN 15 days from 2023-12, 30 from 2024-12",
        "SELECT year, days FROM visa_requirements WHERE a = 'DEU' AND b = 'CHN' AND NOT old_scheme AND year BETWEEN 2023 AND 2025 ORDER BY year",
        (2023, 0, 2024, 15, 2025, 30),
        "the first snapshot of each year is read",
    ),
    Figure(
        "passport_index", "politics", "RUS→CHN and CHN→RUS visa required until 2025-01, 30 days in 2026-02",
        "SELECT a, year, value FROM (SELECT *, year(start) AS year FROM series.visa_free_days) "
        "WHERE (a, b) IN (('RUS', 'CHN'), ('CHN', 'RUS')) AND year > 2024 ORDER BY a, year",
        ("CHN", 2025, 0, "CHN", 2026, 30, "RUS", 2025, 0, "RUS", 2026, 30),
        "0 free days: a visa, or an e-visa for Chinese since 2023",
    ),
    Figure(
        "pew_views", "politics", "RUS→CHN 60 (2005) → 71 (2019); CHN→RUS 66 (2014)",
        "SELECT round(100 * value) FROM series.favourable_view WHERE (a, b, year(start)) IN (('RUS', 'CHN', 2005), ('RUS', 'CHN', 2019), "
        "('CHN', 'RUS', 2014)) ORDER BY a DESC, start",
        (60, 71, 66),
    ),
    Figure(
        "desta", "politics", "NAFTA CAN MEX USA 1992/1994; CPTPP 11 members 2018; China–Switzerland 2013/2014; CHN and RUS share no base treaty",
        "SELECT min(year), count(DISTINCT state), (SELECT count(*) FROM trade_agreement_members x JOIN trade_agreement_members y "
        "USING (agreement) WHERE x.state = 'CHN' AND y.state = 'RUS') FROM trade_agreement_members WHERE agreement IN (636, 862, 989) "
        "GROUP BY agreement ORDER BY agreement",
        (1994, 3, 0, 2014, 2, 0, 2018, 11, 0),
        "636 NAFTA, 862 China–Switzerland and 989 CPTPP, each with the year of its entry into force and the number of its members",
    ),
    Figure(
        "liquidity_lines", "politics", "CHN–RUS 150 bn CNY against 815 (2014-10-13), 1,325 (2017), 1,750 bn RUB (2020-11-23)",
        "SELECT year(date), amount / 1e9 FROM liquidity_lines WHERE borrower = 'CHN' AND lender = 'RUS' AND kind = 'reciprocal' UNION ALL SELECT "
        "year(date), amount / 1e9 FROM liquidity_lines WHERE lender = 'CHN' AND borrower = 'RUS' AND kind = 'reciprocal' ORDER BY ALL",
        (2014, 150, 2014, 815, 2017, 150, 2017, 1_325, 2020, 150, 2020, 1_750),
    ),
    Figure(
        "ties_sanctions", "politics", "USSR→CHN 1960–79",
        "SELECT min(year(start)), max(year(start)), sum(value) FROM series.sanctions_imposed WHERE a = 'SUN' AND b = 'CHN' AND value > 0",
        (1960, 1979, 20),
        "one case in each of 20 years",
    ),
    Figure(
        "ties_sanctions", "politics", "USA first sender (417)",
        "SELECT a, count(DISTINCT case_id) FROM sanction_years GROUP BY a ORDER BY count(DISTINCT case_id) DESC LIMIT 1",
        ("USA", 417 - 13),
        "in 13 of the cases the target is no state",
    ),
    Figure(
        "facebook_connectedness", "production", "17,205 unordered pairs of 185 economies incl. self pairs",
        "SELECT count(*) FROM series.social_connectedness",
        (17_205 - 185,),
        "without the self pairs",
    ),
)  # fmt: skip

EVENTS = (
    Figure(
        "weis", "events", "WEIS CHN-USSR mean Goldstein: 1967 -3.17, 1969 -2.54 (162 events), 1980 -2.94, 1983 +1.26, 1985 +2.0, 1989 "
        "+2.33, 1992 +2.84",
        f"SELECT year(start), round(value, 2), n FROM series.events_goldstein WHERE {DYAD} AND year(start) IN (1967, 1969, 1980, 1983, "
        "1985, 1989, 1992) "
        "ORDER BY start",
        (1967, -3.17, 100, 1969, -2.54, 162, 1980, -2.94, 25, 1983, 1.26, 51, 1985, 2.0, 38, 1989, 2.33, 20, 1992, 2.84, 9),
        "with the numbers of events, of which the README gives one",
    ),
    Figure("weis", "events", "CHN-USSR 1,275 events", f"SELECT sum(n) FROM series.events_goldstein WHERE {DYAD}", (1_275,)),
    Figure(
        "copdab", "events", "2,976 | 1948-01..1978-12 monthly, 8 directed dyads",
        "SELECT count(*), strftime(min(month), '%Y-%m'), strftime(max(month), '%Y-%m'), count(DISTINCT (source, target)) FROM copdab_means",
        (2_976, "1948-01", "1978-12", 8),
    ),
    Figure(
        "keds", "events", "KEDS gulf IRQ->IRN mean -4.2 (1979) .. -6.2 (1986), -0.9 (1989), +1.5 (1990)",
        "SELECT round(value, 1) FROM series.keds_goldstein WHERE a = 'IRQ' AND b = 'IRN' AND year(start) IN (1979, 1986, 1989, 1990) ORDER BY start",
        (-4.2, -6.2, -0.9, 1.5),
    ),
    Figure(
        "icews_years", "events", "CHN-RUS full ICEWS: 1,333-3,637 events/yr/direction 2002-2014, 97-99.6 % cooperative",
        "SELECT min(n), max(n), min(year), max(year), round(100 * min(good / n), 1), round(100 * max(good / n), 1) FROM (SELECT year, verbal_coop + "
        "material_coop AS good, good + verbal_conflict + material_conflict AS n FROM icews_quadcounts WHERE source IN ('CHN', 'RUS') AND target "
        "IN ('CHN', 'RUS'))",
        (1_333, 3_637, 2002, 2014, 97.2, 99.6),
        "97.2 to one place",
    ),
    Figure(
        "icews_years", "events", "298,376 | 2002-2014 yearly, 152 states, directed",
        "SELECT count(*), min(year), max(year), count(DISTINCT source) FROM icews_quadcounts",
        (298_376, 2002, 2014, 152),
    ),
    Figure(
        "icews_south_china_sea", "events", "CHN-PHL conflict share 2 % (2007) -> 27 % (2012) -> 49 % (2014); CHN-VNM 3 % -> 27 % (2014)",
        "SELECT b, round(100 * value) FROM series.scs_events_conflict_share WHERE a = 'CHN' AND (b = 'PHL' AND year(start) IN (2007, 2012, 2014) OR "
        "b = 'VNM' AND year(start) IN (2007, 2014)) ORDER BY b, start",
        ("PHL", 2, "PHL", 27, "PHL", 49, "VNM", 3, "VNM", 27),
    ),
    Figure(
        "icews_subsets", "events", "CHN-RUS ICEWS18: 1,098 rows, 98.8 % cooperative",
        "WITH r AS (FROM '{folder}/events/icews18_interstate_events.parquet' WHERE source_iso3 IN ('CHN', 'RUS') AND target_iso3 IN ('CHN', 'RUS')) "
        "SELECT count(*), round(100 * avg((quad_class <= 2)::INT), 1), count(*) FILTER (source_actor_type NOT IN ('civil', "
        "'media_or_organisation') AND "
        "target_actor_type NOT IN ('civil', 'media_or_organisation')), (SELECT sum(events) FROM icews_subset_events WHERE subset = 'icews18' AND "
        "source IN ('CHN', 'RUS') AND target IN ('CHN', 'RUS')) FROM r",
        (1_098, 98.8, 1_078, 1_078),
        "the built table leaves out civil actors and media, as the README advises: 1,078 rows",
    ),
    Figure(
        "gdelt_scores", "events", "RUS-UKR -2,535 on 2022-02-23, -14,073 on 02-24",
        "SELECT round(score) FROM gdelt_day_scores WHERE a = 'RUS' AND b = 'UKR' AND date IN ('2022-02-23', '2022-02-24') ORDER BY date",
        (-2_535, -14_073),
    ),
    Figure(
        "gdelt_scores", "events", "CHN-RUS best 2018-05, 2019-06, 2022-03, 2023-03",
        f"SELECT strftime(start, '%Y-%m') FROM series.gdelt_score WHERE {DYAD} ORDER BY value DESC LIMIT 4",
        ("2018-05", "2019-06", "2022-03", "2023-03"),
    ),
    Figure(
        "gdelt_totals", "events", "day sums = month sums = year sums (max difference 1)",
        "SELECT count(*), min(year), max(year), max(abs(n - events)) <= 1 FROM (SELECT year(month) AS year, sum(events) AS n FROM gdelt_month_events "
        "GROUP BY ALL) JOIN (SELECT #1 AS year, #2 AS events FROM '{folder}/events/gdelt1_events_per_year_1979_2012.csv') USING (year)",
        (34, 1979, 2012, True),
        "34 years, 1979 to 2012, as the file has rows; the months of 2013 have no yearly sum",
    ),
)  # fmt: skip
