"""Favourable and unfavourable views of other states in the Global Attitudes Survey of the Pew Research Center, 2002–2023."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.core import Correction, Coverage, File, Licence, Published, Source, TableSpec
from comity.sources._coding import with_states

if TYPE_CHECKING:
    import pyarrow as pa

    from comity.reading import Raw

NO_STATES = ("EU", "UN")


def build(raw: Raw) -> dict[str, pa.Table]:
    """One row for each public, state asked about and wave; the shares in per cent of weighted respondents become shares of 1."""
    table = raw.query(
        f"""
        SELECT respondents_iso3 AS a, object AS b, CAST(wave AS INTEGER) AS year, round(CAST(favourable AS DOUBLE) / 100, 4) AS favourable,
            round(CAST(unfavourable AS DOUBLE) / 100, 4) AS unfavourable, CAST(n AS INTEGER) AS n
        FROM views WHERE object NOT IN {NO_STATES!r} AND respondents_iso3 <> object
        """
    )
    return {"pew_views": with_states("pew_views", table, ("a", "b"), scheme="iso3", years="year")}


SOURCE = Source(
    name="pew_views",
    title="Views of other states, Global Attitudes Survey 2002–2023",
    publisher="Pew Research Center",
    licence=Licence(name="Pew terms", share="derived", terms="free with citation; the respondents' answers are not passed on, shares are"),
    citation="Pew Research Center, Global Attitudes Survey, 2002–2023; shares computed from the respondents with the survey's weights.",
    homepage="https://www.pewresearch.org/global/datasets/",
    files=(
        File(
            name="pew_favourability_pairs_2002_2023.csv",
            view="views",
            columns=(
                "respondents_iso3", "object", "wave", "favourable", "unfavourable", "very_fav", "somewhat_fav", "somewhat_unfav", "very_unfav",
                "dont_know_refused", "n",
            ),
            sha256="77b397eed8adffbf3d7cf71e6972a6530e92c21496443028a5203c59bbca827c",
        ),
    ),
    tables=(
        TableSpec(
            name="pew_views",
            columns={"a": "string", "b": "string", "year": "int32", "favourable": "float64", "unfavourable": "float64", "n": "int32"},
            key=("a", "b", "year"),
            states=("a", "b"),
            bounds={"year": (2002, 2023), "favourable": (0, 1), "unfavourable": (0, 1), "n": (100, 10_000)},
            rows=(1, 2_340),
        ),
    ),
    coverage=Coverage(first=2002, last=2023, note="69 publics, ten states asked about; no wave asks all of them"),
    published=Published(months=0),
    build=build,
    corrections=(
        Correction(what="views of the European Union and the United Nations are left out", why="they are no states"),
        Correction(what="PLS, which stands for PSE in the wave of 2014, is read as PSE", why="one public under two codes: 70 codes are 69 publics"),
        Correction(what="China in the wave of 2013 is not in the file", why="the collection has another question under its name"),
    ),
    caveats=(
        "The answers `do not know` and refusals count in the base.",
        "The waves are of spring; the year's last day is taken as the day of publication.",
    ),
)  # fmt: skip
