"""Goods traded between China and Russia by six-digit product, 2017–2023: BACI of the CEPII."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.core import BadDataError, Correction, Coverage, File, Layout, Licence, Published, Remote, Source, TableSpec
from comity.reading import one_file

if TYPE_CHECKING:
    import pyarrow as pa

    from comity.reading import Raw


def build(raw: Raw) -> dict[str, pa.Table]:
    """Value in dollars and weight in tonnes of each product (HS 2017) by exporter, importer and year; a missing weight is null."""
    pairs = "(['CHN', 'RUS'], ['RUS', 'CHN'])"
    strange = raw.query(f"SELECT DISTINCT exporter || ' to ' || importer AS flow FROM baci WHERE [exporter, importer] NOT IN {pairs}")
    if strange.num_rows:
        raise BadDataError(f"source baci_chn_rus: {', '.join(strange.column('flow').to_pylist()[:5])}; expected CHN and RUS only")
    odd = raw.query("SELECT DISTINCT hs6 FROM baci WHERE NOT regexp_full_match(hs6, '[0-9]{6}')")
    if odd.num_rows:
        raise BadDataError(f"source baci_chn_rus: {', '.join(map(repr, odd.column('hs6').to_pylist()[:5]))} are no six-digit codes")
    table = raw.query(
        "SELECT CAST(year AS INTEGER) AS year, exporter, importer, hs6, round(CAST(value_kusd AS DOUBLE) * 1e3) AS value_usd, "
        "CAST(quantity_t AS DOUBLE) AS quantity_t FROM baci"
    )
    return {"baci": table}


def from_cepii(raw: Raw) -> dict[str, pa.Table]:
    """The same of the CEPII's files by year: of all pairs the one that is declared; a weight of NA is null."""
    one_file(raw, "countries")
    editions = {path.stem.rpartition("_")[2] for path in raw.all["flows"]}
    if len(editions) > 1:
        raise BadDataError(f"source {raw.source}: editions {', '.join(sorted(editions))} stand side by side; keep one of them in the folder")
    raw.connection.sql(
        "CREATE VIEW baci AS SELECT trim(t) AS year, x.country_iso3 AS exporter, m.country_iso3 AS importer, trim(k) AS hs6, trim(v) AS value_kusd, "
        "nullif(trim(q), 'NA') AS quantity_t FROM flows JOIN countries x ON x.country_code = ltrim(trim(i), '0') "
        "JOIN countries m ON m.country_code = ltrim(trim(j), '0') "
        "WHERE (x.country_iso3 = 'CHN' AND m.country_iso3 = 'RUS') OR (x.country_iso3 = 'RUS' AND m.country_iso3 = 'CHN')"
    )
    return build(raw)


CEPII = Layout(
    name="CEPII files by year, HS 2017",
    files=(
        File(name="BACI_HS17_Y*_V*.csv", view="flows", columns=("t", "i", "j", "k", "v", "q")),
        File(name="country_codes_V*.csv", view="countries", columns=("country_code", "country_name", "country_iso2", "country_iso3")),
    ),
    build=from_cepii,
    seen=("https://www.cepii.fr/CEPII/en/bdd_modele/bdd_modele_item.asp?id=37", "https://github.com/ksreyes/baci"),
    remotes=(Remote(url="https://www.cepii.fr/DATA_DOWNLOAD/baci/data/BACI_HS17_V202601.zip", file="BACI_HS17_V202601.zip", unpack=True),),
    limits=("of all pairs in the files China and Russia alone are read, the pair of the source",),
)
SOURCE = Source(
    name="baci_chn_rus",
    title="BACI, China and Russia, HS 2017 products, 2017–2023",
    publisher="CEPII",
    licence=Licence(name="Etalab Open Licence 2.0", share="yes", terms="free to use and pass on with attribution to the CEPII"),
    citation="Gaulier, G. & Zignago, S. (2010). BACI: International Trade Database at the Product-Level. CEPII Working Paper 2010-23.",
    homepage="https://www.cepii.fr/CEPII/en/bdd_modele/bdd_modele_item.asp?id=37",
    bibtex="@techreport{gaulier2010baci, author={Gaulier, Guillaume and Zignago, Soledad}, title={{BACI}: International Trade Database at the "
    "Product-Level}, institution={CEPII}, number={2010-23}, year={2010}}",
    files=(
        File(
            name="baci_chn_rus_hs6_2017_2023.parquet",
            view="baci",
            columns=("year", "exporter", "importer", "hs6", "value_kusd", "quantity_t"),
            sha256="1cdfa66eab61fa7b3e9b05e861d48f819c9a23213b34d29b99ba1a3c8a9cec0b",
        ),
    ),
    tables=(
        TableSpec(
            name="baci",
            columns={
                "year": "int32", "exporter": "string", "importer": "string", "hs6": "string", "value_usd": "float64", "quantity_t": "float64",
            },
            key=("exporter", "importer", "year", "hs6"),
            states=("exporter", "importer"),
            nullable=("quantity_t",),
            bounds={"value_usd": (0, None), "quantity_t": (0, None)},
            rows=(1, 52_000),
        ),
    ),
    coverage=Coverage(pairs=(("CHN", "RUS"),), note="one pair only"),
    published=Published(months=6),
    build=build,
    layouts=(CEPII,),
    corrections=(
        Correction(
            what="the weight of pipeline gas (271121) of 2021–2023 is kept as given and must not be divided by",
            why="China's customs published no tonnes from 2022; the weights of 2021–2023 (3.9, 3.0, 9.6 million t) give prices that never were",
        ),
    ),
    caveats=(
        "to 2021 both sides' reports are reconciled (FOB); from 2022 it is China's report alone, in effect CIF: a seam, not a trend",
        "BACI differs from China's customs: RUS→CHN stands at 1.018, .935, .962, .885, .905 of it in 2017–2021 and .998, 1.001 in 2022–2023",
    ),
)  # fmt: skip
