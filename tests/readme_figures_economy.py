"""What the READMEs of production and trade say in figures, as `readme_figures` has those of politics, speeches and events."""

from __future__ import annotations

from readme_figures import DYAD, Figure

DOTS = "value_usd / 1e9, 1) FROM imf_dots WHERE year = 2020 AND reporter IN ('CHN', 'RUS') AND partner IN ('CHN', 'RUS')"

PRODUCTION = (
    Figure(
        "unctad_fdi", "production", "CHN→RUS outward stock 3,763.6 (2011), 4,888.5 (2012) = MOFCOM; RUS inflow from CHN 126 (2011), 450 (2012)",
        "SELECT round(usd / 1e6, 1) FROM fdi_bilateral WHERE reporter = 'CHN' AND partner = 'RUS' AND measure = 'outward_stock' AND year > "
        "2010 UNION "
        "ALL SELECT round(usd / 1e6) FROM fdi_bilateral WHERE reporter = 'RUS' AND partner = 'CHN' AND measure = 'inflow' AND year > 2010 "
        "ORDER BY ALL",
        (126, 450, 3_763.6, 4_888.5),
    ),
    Figure(
        "openalex_coauthorship", "production", "CHN–RUS 56 (1990) → 4,768 (2022) → 4,596 (2023); CHN–USA peaks 84,025 (2020)",
        f"SELECT value FROM series.coauthored_works WHERE {DYAD} AND year(start) IN (1990, 2022, 2023) UNION ALL "
        "SELECT max(value) FROM series.coauthored_works WHERE a = 'CHN' AND b = 'USA' ORDER BY ALL",
        (56, 4_596, 4_768, 84_025),
    ),
    Figure(
        "migration_flows", "production", "world flow 101 m in 2015–20; world stock 144 m (1990) → 268 m (2020, without \"other\"); CHN→RUS "
        "24.0 k in 2015–20",
        "SELECT round(sum(persons) / 1e6), round(sum(persons) FILTER (origin = 'CHN' AND destination = 'RUS') / 1e3, 1) FROM migrant_flows "
        "WHERE year = 2015",
        (101, 24.0),
    ),
    Figure(
        "undesa_migrants", "production", "world stock 144 m (1990) → 268 m (2020, without \"other\")",
        "SELECT round(sum(persons) / 1e6) FROM migrant_stocks WHERE year IN (1990, 2020) GROUP BY year ORDER BY year",
        (144, 268),
    ),
    Figure(
        "students_oecd", "production", "CHN→RUS est 7,954 (2014) → 18,531 (2019)",
        "SELECT value FROM series.students WHERE a = 'CHN' AND b = 'RUS' AND year(start) IN (2014, 2019) ORDER BY start",
        (7_954, 18_531),
    ),
    Figure(
        "openflights", "production", "CHN→RUS 46 records, 12 airlines, 29 airport pairs; RUS→CHN 48",
        "SELECT routes, airlines, airport_pairs FROM air_routes WHERE origin IN ('CHN', 'RUS') AND destination IN ('CHN', 'RUS') ORDER BY origin",
        (46, 12, 29, 48, 12, 29),
    ),
    Figure(
        "cepii_distance", "production", "CHN–RUS contig 1, dist 5,795 km, distw 5,507 km",
        "SELECT contiguous::INT, round(km), round(km_weighted) FROM geodist WHERE origin = 'CHN' AND destination = 'RUS'",
        (1, 5_795, 5_507),
    ),
    Figure(
        "stated_figures", "production", "trade 135 (years 2007-8, 2020-25; cumulative and single months 2009, 2020-Feb 2026), settlement "
        "currency 106 "
        "(2013-2025), people 38, air 12, investment 6",
        "SELECT count(*) FROM stated_figures GROUP BY domain ORDER BY count(*) DESC",
        (135, 106, 38, 12, 6),
    ),
    Figure(
        "wiod_exports", "production", "CHN→RUS 2011 57.6 bn (textiles c4 20.0 bn first), RUS→CHN 47.7 bn (mining c2 24.0 bn first)",
        "SELECT round(sum(n) / 1e9, 1), arg_max(industry, n), round(max(n) / 1e9, 1) FROM (SELECT *, intermediate_usd + final_usd AS n FROM "
        "wiod_bilateral WHERE year = 2011 AND exporter IN ('CHN', 'RUS') AND importer IN ('CHN', 'RUS')) GROUP BY exporter ORDER BY exporter",
        (57.6, "c4", 20.0, 47.7, "c2", 24.0),
    ),
    Figure(
        "cgit", "production", "total 1.87 tn; RUS 66 deals, 46.15 bn",
        "SELECT round(sum(value_usd) / 1e12, 2), count(*) FILTER (host = 'RUS'), sum(value_usd) FILTER (host = 'RUS') / 1e9 FROM cgit_deals",
        (1.87, 66, 46.15),
    ),
    Figure(
        "cgit", "trade", "692 deals >=$95m, energy+chemicals+metals only (no transport, property, tech), 2005-2021",
        "SELECT count(*), min(year), max(year), min(value_usd) >= 95e6 FROM cgit_energy_metals",
        (692, 2005, 2021, True),
    ),
    Figure(
        "aiddata_v1", "production", "273.6 bn in all; RUS 8 projects, of them the 2009 Rosneft/Transneft CDB loans",
        "SELECT (SELECT round(sum(total_commitments) / 1e9, 1) FROM "
        "'{folder}/production/aiddata_chinese_official_finance_geocoded_v1_2000_2014.parquet'), round(sum(usd_2014) / 1e9, 1), "
        "count(*) FILTER (recipient = 'RUS') FROM aiddata_v1",
        (273.6, 272.7, 8),
        "0.9 bn are of projects of several recipients, left out",
    ),
    Figure(
        "aiddata_located", "production", "LOCATED projects only (350 of 843 bn): not the country total; RUS 39 projects, 32.3 bn",
        "SELECT round(sum(usd_2017) FILTER (in_sums) / 1e9), count(*) FILTER (recipient = 'RUS'), round(sum(usd_2017) FILTER (recipient = "
        "'RUS') / 1e9, 1) "
        "FROM aiddata_located",
        (350, 39, 32.3),
    ),
    Figure(
        "confucius_institutes", "production", "RUS 19, USA 203 (ever)",
        "SELECT value FROM series.confucius_institutes WHERE 'RUS' IN (a, b) OR 'USA' IN (a, b) ORDER BY value",
        (19, 203 - 5),
        "five rows of the USA name an institute again",
    ),
    Figure(
        "sister_cities", "production", "undercounts (CHN–RUS 20; JPN–USA 95; CHN–JPN 85)",
        "SELECT value FROM series.sister_cities WHERE (a, b) IN (('CHN', 'RUS'), ('JPN', 'USA'), ('CHN', 'JPN')) ORDER BY value",
        (20, 85, 95),
    ),
    Figure(
        "larch_rta", "production", "CHN–RUS no RTA, contiguous",
        "SELECT year, agreement FROM larch_rta WHERE exporter = 'CHN' AND importer = 'RUS' ORDER BY year",
        (2002, False, 2005, False, 2008, False, 2011, False, 2014, False),
        "no agreement in any of the five years of the row of the table",
    ),
    Figure(
        "wdi_population", "production", "CHN 1,408,975,000 and RUS 143,533,851 in 2024",
        "SELECT value FROM series.population WHERE a IN ('CHN', 'RUS') AND year(start) = 2024 ORDER BY a",
        (1_408_975_000, 143_533_851),
    ),
    Figure(
        "imf_direct_investment", "production", "CHN outward to RUS 12.07 10.64 9.90 bn (2020–22) = MOFCOM's bulletin (as recalled), but "
        "6.58 and 6.02 (2018–19)",
        "SELECT round(usd / 1e9, 2) FROM imf_direct_investment WHERE investor = 'CHN' AND host = 'RUS' AND report = 'investor' AND year < "
        "2023 ORDER BY year",
        (6.58, 6.02, 12.07, 10.64, 9.90),
    ),
    Figure(
        "unhcr_population", "production", "SYR in TUR 2019 3,576,370; AFG in PAK 2001 2,197,821; UKR in DEU 2023 1.10 m",
        "SELECT refugees FROM protected_people WHERE (origin, asylum, year) IN (('SYR', 'TUR', 2019), ('AFG', 'PAK', 2001)) UNION ALL SELECT "
        "round(refugees / 1e6, 2) FROM protected_people WHERE (origin, asylum, year) = ('UKR', 'DEU', 2023) ORDER BY ALL",
        (1.10, 2_197_821, 3_576_370),
    ),
)  # fmt: skip

TRADE = (
    Figure(
        "oec_trade", "trade", "Missing 2008, 2009 (and 1962). 1997 and 1998 are the SAME blob upstream",
        "SELECT y FROM range(1963, 2015) AS r(y) WHERE y NOT IN (SELECT year FROM oec_trade) ORDER BY y",
        (1998, 2008, 2009),
    ),
    Figure(
        "oec_trade", "trade", "edge source = importer: USA<-CHN 2012 = 409bn",
        "SELECT round(value_usd / 1e9) FROM oec_trade WHERE exporter = 'CHN' AND importer = 'USA' AND year = 2012",
        (409,),
    ),
    Figure(
        "imf_china_imports", "trade", "China's imports equal the IMF file within 2 % for 91 % of 201 partners (median 1.000)",
        "SELECT round(100 * avg((abs(i.value_usd / c.value_usd - 1) < 0.02)::INT)), round(median(i.value_usd / c.value_usd), 3), count(*) "
        "FROM comtrade_2022 c JOIN imf_china_imports i USING (reporter, partner, year, flow)",
        (91, 1.000, 203),
        "203 partners stand in both tables, of which the README's names met 201",
    ),
    Figure(
        "wits_china_exports", "trade", "thousand USD. Russia 76,122,649.",
        "SELECT trunc(value_usd / 1e3) FROM wits_china_exports WHERE partner = 'RUS'",
        (76_122_649,),
    ),
    Figure(
        "wits_summary", "trade", "Russia-reported trade with China 1996-2019 (gaps 1997-99, 2004, 2007-08 for exports)",
        "SELECT y FROM range(1996, 2020) AS r(y) WHERE y NOT IN (SELECT year FROM wits_main_partners WHERE reporter = 'RUS' AND partner = 'CHN' AND "
        "flow = 'exports') ORDER BY y",
        (1997, 1998, 1999, 2004, 2007, 2008),
        "the ends of the gaps are written short",
    ),
    Figure(
        "comtrade_china_partners", "trade", "Russia 2014-2021 only (Russia stopped reporting)",
        "SELECT min(year), max(year), count(*) FROM comtrade_china_partners WHERE reporter = 'RUS'",
        (2014, 2021, 16),
        "two flows in each of eight years",
    ),
    Figure(
        "mgimo_russia", "trade", "CN complete 2019-01..2026-05",
        "SELECT strftime(min(month), '%Y-%m'), strftime(max(month), '%Y-%m'), count(DISTINCT month) FROM mgimo_exports WHERE partner = 'CHN'",
        ("2019-01", "2026-05", 89),
        "complete: all 89 months",
    ),
    Figure(
        "china_energy_imports", "trade", "Crude (1995-04, gaps 1995-99), coal/steam/coking coal (2004/05-), LNG, pipeline gas; value USD + "
        "volume (t or kg). Ends 2022-06",
        "SELECT good, strftime(min(month), '%Y-%m'), strftime(max(month), '%Y-%m') FROM china_energy_imports WHERE good IN ('crude', "
        "'coal', 'coking_coal') "
        "AND what = 't' GROUP BY good ORDER BY good",
        ("coal", "2004-04", "2022-06", "coking_coal", "2005-07", "2022-06", "crude", "1995-04", "2022-06"),
        "coal from April 2004, coking coal from July 2005",
    ),
    Figure(
        "pink_sheet", "trade", "71 nominal price series, 1960-01..2025-03",
        "SELECT count(DISTINCT series), strftime(min(month), '%Y-%m'), strftime(max(month), '%Y-%m') FROM commodity_prices",
        (71, "1960-01", "2025-03"),
    ),
    Figure(
        "cbr_rouble", "trade", "1992-07-01..2023-11-30; pre-1998 values already divided by 1000 (redenomination)",
        "SELECT min(date)::VARCHAR, max(date)::VARCHAR, count(*) FILTER (date < '1998-01-01' AND rub_per_usd > 6) FROM cbr_rouble",
        ("1992-07-01", "2023-11-30", 0),
        "none of the early rates is above 6 roubles",
    ),
    Figure(
        "rouble_market", ".", "after it only the market file (to 2025-02, not shareable)",
        "SELECT strftime(max(month), '%Y-%m'), year(min(month)), count(*) FROM rouble_market",
        ("2025-02", 2013, 146),
        "all 146 months from January 2013",
    ),
    Figure(
        "ecb_rates", "trade", "CNY from 2005, RUB ends 2022-03-01; to 2026-04-13. 10 currencies kept",
        "SELECT year(min(date) FILTER (state = 'CHN')), (max(date) FILTER (state = 'RUS'))::VARCHAR, max(date)::VARCHAR, count(DISTINCT "
        "state) FROM ecb_rates",
        (2005, "2022-03-01", "2026-04-13", 10),
    ),
    Figure(
        "wdi_exchange_rate", "trade", "country, code, year, LCU per USD, 1960-2023",
        "SELECT min(year(start)), max(year(start)) FROM series.currency_per_usd",
        (1960, 2023),
    ),
    Figure("wdi_gdp", "trade", "country, code, year, value (USD), 1960-2023", "SELECT min(year(start)), max(year(start)) FROM "
        "series.gdp_usd", (1960, 2023)),
    Figure(
        "cpi_us", "trade", "Date, Index, Inflation; 1913-01..2026-05",
        "SELECT strftime(min(month), '%Y-%m'), strftime(max(month), '%Y-%m'), count(*) FROM cpi_us",
        ("1913-01", "2026-05", 1_360),
        "of 1,361 months one, October 2025, was never published",
    ),
    Figure(
        "imf_dots", "trade", "CHN–RUS 2020: CHN reports X 50.6 M 57.1, RUS reports X 49.6 M 54.9 bn",
        f"SELECT round({DOTS} ORDER BY reporter, flow",
        (50.6, 57.1, 49.6, 54.9),
    ),
    Figure(
        "imf_dots", "trade", "world imports 18.51 (2019), 17.03 (2020) tn",
        "SELECT round(sum(value_usd) / 1e12, 2) FROM imf_dots WHERE flow = 'imports' AND year IN (2019, 2020) GROUP BY year ORDER BY year",
        (18.51, 17.03),
    ),
    Figure(
        "atlas_sections", "trade", "BACI gives 42.1 55.3 58.9 51.2 for RUS→CHN 2017-20, here 41.5 58.0 59.5 50.3",
        "SELECT round(total_usd / 1e9, 1) FROM atlas_sections WHERE exporter = 'RUS' AND importer = 'CHN' AND year > 2016 ORDER BY year",
        (41.5, 58.0, 59.5, 50.3),
    ),
    Figure(
        "comtrade_2022", "trade", "CHN from RUS 114.06 and USA from CHN 575.69 bn as published",
        "SELECT round(value_usd / 1e9, 2) FROM comtrade_2022 WHERE (reporter, partner) IN (('CHN', 'RUS'), ('USA', 'CHN')) ORDER BY reporter",
        (114.06, 575.69),
    ),
    Figure(
        "comtrade_2022", "trade", "16,810 rows, 19.32 tn of the world's 25",
        "SELECT count(DISTINCT reporter), round(sum(value_usd) / 1e12, 2) FROM comtrade_2022",
        (92, 19.32 - 0.14),
        "92 reporters; without their re-imports from themselves, 0.14 tn",
    ),
    Figure(
        "baci_chn_rus", "trade", "RUS→CHN 42.1 55.3 58.9 51.2 72.1 114.2 129.0; CHN→RUS 45.9 50.3 50.8 53.0 69.6 75.4 110.0 (2017–2023)",
        "SELECT round(sum(value_usd) / 1e9, 1) FROM baci GROUP BY exporter, year ORDER BY exporter DESC, year",
        (42.1, 55.3, 58.9, 51.2, 72.1, 114.1, 129.0, 45.9, 50.3, 50.8, 53.0, 69.6, 75.4, 110.0),
        "the README's 114.2 of 2022 is wrong: the rows add up to 114.147 bn",
    ),
    Figure(
        "baci_chn_rus", "trade", "HS 27 is .735 of RUS→CHN in 2023",
        "SELECT round(value, 3) FROM series.\"commodity_share:hs27\" WHERE a = 'RUS' AND b = 'CHN' AND year(start) = 2023",
        (0.735,),
    ),
    Figure(
        "china_customs_russia", "trade", "Two-way: 84.2 107.1 110.9 108.3 146.8 189.9 240.0 245.2 (2017–2024",
        "SELECT round(sum(value_usd) / 1e9, 1) FROM china_customs_russia GROUP BY year(month) ORDER BY year(month)",
        (84.2, 107.1, 110.9, 108.3, 146.8, 189.9, 240.0, 245.2),
    ),
    Figure(
        "brent_fred", "trade", "FRED DCOILBRENTEU, DEXCHUS (EIA; Federal Reserve: public domain) | daily 1990–2026",
        "SELECT min(date)::VARCHAR, max(date)::VARCHAR FROM brent_fred",
        ("1990-01-02", "2025-12-29"),
        "the README is wrong for Brent: its file ends on 29 December 2025",
    ),
    Figure(
        "yuan_fred", "trade", "FRED DCOILBRENTEU, DEXCHUS (EIA; Federal Reserve: public domain) | daily 1990–2026",
        "SELECT year(min(date)), year(max(date)) FROM yuan_fred",
        (1990, 2026),
    ),
)  # fmt: skip
