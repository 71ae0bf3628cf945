"""Shared memberships of intergovernmental organisations: Correlates of War IGO 3.0, dyad-years and state-years 1816–2014."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.core import Coverage, File, Licence, Published, Source, TableSpec
from comity.sources._coding import COW_TWICE_A_YEAR, in_order, with_states

if TYPE_CHECKING:
    import pyarrow as pa

    from comity.reading import Raw


def build(raw: Raw) -> dict[str, pa.Table]:
    """Shared full memberships of each pair and memberships of each state, under the states that existed in the year."""
    pairs = raw.query(
        "SELECT CAST(ccode1 AS VARCHAR) a, CAST(ccode2 AS VARCHAR) b, CAST(year AS INTEGER) AS year, CAST(dyadigos AS INTEGER) shared FROM pairs"
    )
    members = raw.query(
        'SELECT CAST(ccode AS VARCHAR) state, CAST(year AS INTEGER) AS year, CAST(sum_igo_full AS INTEGER) "full", '
        "CAST(sum_igo_associate AS INTEGER) associate, CAST(sum_igo_observer AS INTEGER) observer, CAST(sum_igo_anytype AS INTEGER) any_type "
        "FROM members"
    )
    pairs = in_order(with_states("cow_igo", pairs, ("a", "b"), scheme="cow", years="year", fixed=COW_TWICE_A_YEAR), "a", "b")
    return {"igo_joint": pairs, "igo_memberships": with_states("cow_igo", members, ("state",), scheme="cow", years="year", fixed=COW_TWICE_A_YEAR)}


SOURCE = Source(
    name="cow_igo",
    title="Correlates of War Intergovernmental Organizations, version 3.0",
    publisher="Correlates of War Project",
    licence=Licence(
        name="COW terms",
        share="derived",
        terms="free to use with citation; the project asks that its files be taken from its own site, so comity passes on counts only",
    ),
    citation="Pevehouse, J. C. W., Nordstrom, T., McManus, R. W. & Jamison, A. S. (2020). Tracking organizations in the world: "
    "The Correlates of War IGO Version 3.0 datasets. Journal of Peace Research 57(3), 492–503.",
    homepage="https://correlatesofwar.org/data-sets/igos/",
    bibtex="@article{pevehouse2020igo, author={Pevehouse, Jon C. W. and Nordstrom, Timothy and McManus, Roseanne W. and Jamison, Anne Spencer}, "
    "title={Tracking organizations in the world: The Correlates of War IGO Version 3.0 datasets}, journal={Journal of Peace Research}, "
    "volume={57}, number={3}, pages={492--503}, year={2020}}",
    files=(
        File(
            name="cow_igo_joint_memberships_dyad_year_1816_2014.parquet",
            view="pairs",
            columns=("ccode1", "ccode2", "year", "dyadigos"),
            sha256="a084c4825b3dccf68502a13888c873b6c6864acbde9ce72ab19a91ea7991964f",
        ),
        File(
            name="cow_igo_count_state_year_1816_2014.parquet",
            view="members",
            columns=("ccode", "year", "sum_igo_full", "sum_igo_associate", "sum_igo_observer", "sum_igo_anytype"),
            sha256="b919b67740e7b1f23ff5066a9e4b48ee4366f5534160d625a240cc5b87df3c17",
        ),
    ),
    tables=(
        TableSpec(
            name="igo_joint",
            columns={"a": "string", "b": "string", "year": "int32", "shared": "int32"},
            key=("a", "b", "year"),
            states=("a", "b"),
            bounds={"year": (1816, 2014), "shared": (0, 150)},
            rows=(1, 1_100_000),
        ),
        TableSpec(
            name="igo_memberships",
            columns={"state": "string", "year": "int32", "full": "int32", "associate": "int32", "observer": "int32", "any_type": "int32"},
            key=("state", "year"),
            states=("state",),
            bounds={"year": (1816, 2014), "full": (0, 200), "associate": (0, 50), "observer": (0, 50), "any_type": (0, 200)},
            rows=(1, 18_700),
        ),
    ),
    coverage=Coverage(first=1816, last=2014, states="appearing", note="a pair's row says what is known of it"),
    published=Published(days=-1),
    build=build,
    caveats=(
        "Counts full memberships only; which organisations they are is not in the counts.",
        "Memberships of a year were public in that year, the coding is of 2020: an as-of view shows today's edition.",
    ),
)
