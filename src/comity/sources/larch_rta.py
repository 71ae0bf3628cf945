"""Regional trade agreements between 43 economies in five years 2002–2014: Mario Larch's database."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.core import Coverage, File, Licence, Published, Source, TableSpec
from comity.sources._coding import with_states

if TYPE_CHECKING:
    import pyarrow as pa

    from comity.reading import Raw

KINDS = ("cu", "fta", "psa", "eia", "cueia", "ftaeia", "psaeia")


def build(raw: Raw) -> dict[str, pa.Table]:
    """Kinds of agreement in force by exporter, importer and year, each 0 or 1, and whether there is any."""
    kinds = ", ".join(f"CAST({k} AS INTEGER) AS {k}" for k in KINDS)
    either = f"greatest({', '.join(KINDS)}) = '1' AS agreement"
    table = raw.query(f"SELECT exporter, importer, CAST(year AS INTEGER) AS year, {kinds}, {either} FROM pairs")
    return {"larch_rta": with_states("larch_rta", table, ("exporter", "importer"), scheme="iso3", years="year")}


SOURCE = Source(
    name="larch_rta",
    title="Regional trade agreements database, 43 economies, 2002, 2005, 2008, 2011 and 2014",
    publisher="Mario Larch (University of Bayreuth)",
    licence=Licence(
        name="authors' terms", share="derived", terms="free with citation of Egger & Larch (2008); the copy's repository states no licence"
    ),
    citation="Egger, P. & Larch, M. (2008). Interdependent preferential trade agreement memberships. Journal of International Economics 76(2), "
    "384–399.",
    homepage="https://www.ewf.uni-bayreuth.de/en/research/RTA-data/",
    bibtex="@article{egger2008interdependent, author={Egger, Peter and Larch, Mario}, title={Interdependent preferential trade agreement "
    "memberships: An empirical analysis}, journal={Journal of International Economics}, volume={76}, number={2}, pages={384--399}, year={2008}}",
    files=(
        File(
            name="rta_and_gravity_43_countries_2002_2014.csv",
            view="pairs",
            columns=("exporter", "importer", "year", *KINDS, "contig", "dist", "comlang_off", "col45"),
            sha256="08ce535e73cfeb8c6340e1a19e1b3b129d9013aad5e4e2fc217447a72895f840",
        ),
    ),
    tables=(
        TableSpec(
            name="larch_rta",
            columns={"exporter": "string", "importer": "string", "year": "int32", **dict.fromkeys(KINDS, "int32"), "agreement": "bool"},
            key=("exporter", "importer", "year"),
            states=("exporter", "importer"),
            bounds=dict.fromkeys(KINDS, (0, 1)),
            rows=(1, 10_800),
        ),
    ),
    coverage=Coverage(first=2002, last=2014, states="appearing", gaps=(2003, 2004, 2006, 2007, 2009, 2010, 2012, 2013)),
    published=Published(days=-1),
    build=build,
    caveats=("distance, contiguity, language and colony in the file are the CEPII's and are left unread",),
)
