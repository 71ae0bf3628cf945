"""Distances between countries: CEPII GeoDist, population-weighted and between capitals, countries of 2004."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.core import Coverage, File, Licence, Published, Source, TableSpec
from comity.sources._coding import with_states

if TYPE_CHECKING:
    import pyarrow as pa

    from comity.reading import Raw

FLAGS = {
    "contiguous": "contig", "common_official_language": "comlang_off", "common_ethnic_language": "comlang_ethno", "colony": "colony",
    "common_coloniser": "comcol", "colony_now": "curcol", "colony_after_1945": "col45", "same_country": "smctry",
}  # fmt: skip
KILOMETRES = {"km": "dist", "km_capitals": "distcap", "km_weighted": "distw", "km_weighted_harmonic": "distwces"}


def build(raw: Raw) -> dict[str, pa.Table]:
    """GeoDist by ordered pair with its own year 2004; rows of a country with itself hold its internal distance."""
    columns = ", ".join([f"{v} = 1 AS {k}" for k, v in FLAGS.items()] + [f"CAST({v} AS DOUBLE) {k}" for k, v in KILOMETRES.items()])
    table = raw.query(f"SELECT iso_o origin, iso_d destination, CAST(2004 AS INTEGER) AS year, {columns} FROM pairs")
    return {"geodist": with_states("cepii_distance", table, ("origin", "destination"), scheme="iso3", years="year")}


SOURCE = Source(
    name="cepii_distance",
    title="GeoDist",
    publisher="CEPII",
    licence=Licence(
        name="CEPII terms; CC0 as stated by the R package cepiigeodist",
        share="derived",
        terms="free to use with citation; comity passes on the distances of its own measure, not the table",
    ),
    citation="Mayer, T. & Zignago, S. (2011). Notes on CEPII's distances measures: The GeoDist database. CEPII Working Paper 2011-25.",
    homepage="http://www.cepii.fr/CEPII/en/bdd_modele/bdd_modele_item.asp?id=6",
    bibtex="@techreport{mayer2011geodist, author={Mayer, Thierry and Zignago, Soledad}, title={Notes on {CEPII}'s distances measures: The {GeoDist} "
    "database}, institution={CEPII}, type={Working Paper}, number={2011-25}, year={2011}}",
    files=(
        File(
            name="cepii_dist.parquet",
            view="pairs",
            columns=("iso_o", "iso_d", *FLAGS.values(), *KILOMETRES.values()),
            sha256="f7c38875d260bb171fc5a88d4d2cc22064ec87e150ac21e50d7449b197573627",
        ),
    ),
    tables=(
        TableSpec(
            name="geodist",
            columns={
                "origin": "string", "destination": "string", "year": "int32",
                **dict.fromkeys(FLAGS, "bool"), **dict.fromkeys(KILOMETRES, "double"),
            },
            key=("origin", "destination"),
            states=("origin", "destination"),
            nullable=("km_weighted", "km_weighted_harmonic"),
            bounds=dict.fromkeys(KILOMETRES, (0, 20_100)),
            rows=(1, 60_300),
        ),
    ),
    coverage=Coverage(
        first=2004, last=2004, states="appearing",
        note="a constant: one row, dated 2004 for the city populations behind the weights, holds for every year of the same two states",
    ),
    published=Published(months=84),
    build=build,
    caveats=(
        "Countries as they were in 2004: Serbia and Montenegro is one, Kosovo and South Sudan are not apart, former states are not in it.",
        "Five small territories (Christmas Island, Cocos, Macao, Montserrat, Pitcairn) have no weighted distance.",
        "Counted as public from the end of 2011, the date of the working paper that describes it.",
    ),
)  # fmt: skip
