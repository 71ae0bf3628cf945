"""Social Connectedness Index: how likely two Facebook users of two states are friends, October 2021."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.core import Coverage, File, Licence, Published, Source, TableSpec
from comity.sources._coding import in_order, with_states

if TYPE_CHECKING:
    import pyarrow as pa

    from comity.reading import Raw


def build(raw: Raw) -> dict[str, pa.Table]:
    """The scaled index of each pair of two states; a state's index with itself is left out."""
    table = raw.query("SELECT iso3_a a, iso3_b b, 2021::INTEGER AS year, CAST(scaled_sci AS BIGINT) scaled_sci FROM pairs WHERE iso3_a <> iso3_b")
    return {"social_connections": in_order(with_states("facebook_connectedness", table, ("a", "b"), scheme="iso3", years=None), "a", "b")}


SOURCE = Source(
    name="facebook_connectedness",
    title="Social Connectedness Index, countries, October 2021",
    publisher="Meta, Data for Good",
    licence=Licence(
        name="Meta Data for Good terms",
        share="no",
        terms="research use with citation; whether values may be passed on is not settled, so none are",
    ),
    citation="Bailey, M., Cao, R., Kuchler, T., Stroebel, J. & Wong, A. (2018). Social Connectedness: Measurement, Determinants, and Effects. "
    "Journal of Economic Perspectives 32(3), 259–280. Data: Meta, Social Connectedness Index, October 2021.",
    homepage="https://data.humdata.org/dataset/social-connectedness-index",
    bibtex="@article{bailey2018social, author={Bailey, Michael and Cao, Rachel and Kuchler, Theresa and Stroebel, Johannes and Wong, Arlene}, "
    "title={Social Connectedness: Measurement, Determinants, and Effects}, journal={Journal of Economic Perspectives}, volume={32}, number={3}, "
    "pages={259--280}, year={2018}}",
    files=(
        File(
            name="facebook_social_connectedness_pairs_oct2021.csv.gz",
            view="pairs",
            columns=("iso3_a", "iso3_b", "scaled_sci"),
            sha256="54163e9945ea785a48b31ad2eecbbd587f321e62ed132fa73ff1ccc491dede4c",
        ),
    ),
    tables=(
        TableSpec(
            name="social_connections",
            columns={"a": "string", "b": "string", "year": "int32", "scaled_sci": "int64"},
            key=("a", "b"),
            states=("a", "b"),
            bounds={"scaled_sci": (1, 1_000_000_000)},
            rows=(1, 20_000),
        ),
    ),
    coverage=Coverage(
        first=2021, last=2021, states="appearing",
        note="185 economies in October 2021; China, Russia, Iran, Israel, Syria, North Korea, Venezuela and others are not among them",
    ),
    published=Published(months=0),
    territory="today",
    build=build,
    caveats=("A cross-section: users of one platform, where it may be used. Scaled to 1,000,000,000 at the largest pair, self pairs included.",),
)  # fmt: skip
