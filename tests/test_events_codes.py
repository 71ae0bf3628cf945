"""Codes of acts: text, four vocabularies, two groupings, weights by a stated table."""

from __future__ import annotations

import csv
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from comity.core import BadDataError, UsageError
from comity.events import actors, codes


@pytest.mark.parametrize(("code", "gdelt", "schrodt"), [
    ("01", 1, 1), ("057", 1, 1), ("06", 2, 2), ("0874", 2, 2), ("09", 2, 3), ("094", 2, 3), ("10", 3, 3), ("139", 3, 3), ("14", 3, 4), ("1454", 3, 4),
    ("15", 4, 4), ("204", 4, 4),
])  # fmt: skip
def test_the_two_groupings_differ_at_09_and_14(code: str, gdelt: int, schrodt: int) -> None:
    assert (codes.quad(code, convention="gdelt"), codes.quad(code, convention="schrodt")) == (gdelt, schrodt)


@pytest.mark.parametrize("code", [1, 10, 10.0, None, "1", "00", "21", "0", "01000", "13y", "0841]", "", " 01"])
def test_a_code_is_text_and_one_of_its_vocabulary(code: object) -> None:
    with pytest.raises(UsageError):
        codes.check("cameo", code)


def test_leading_zeros_are_kept_apart() -> None:
    assert codes.quad("010") == 1 and codes.quad("10") == 3
    assert codes.root_name("010", "cameo") == "make public statement" and codes.root_name("10", "cameo") == "demand"


def test_only_cameo_has_a_second_grouping() -> None:
    assert [codes.quad(c, "weis") for c in ("01", "033", "111", "223")] == [2, 1, 3, 4]
    assert [codes.quad(c, "copdab") for c in ("1", "8", "9", "15")] == [2, 1, 3, 4]
    assert [codes.quad(c, "plover") for c in ("CONSULT", "AID", "REQUEST", "ASSAULT")] == [1, 2, 3, 4]
    with pytest.raises(UsageError, match="one grouping"):
        codes.quad("033", "weis", convention="gdelt")


def test_both_groupings_are_the_codebooks(shared_data: Path) -> None:
    with (shared_data / "events" / "codebook" / "cameo_event_codes.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert len(rows) == 312
    assert not [r["code"] for r in rows if str(codes.quad(r["code"], convention="schrodt")) != r["quad_class_schrodt"]]
    assert not [r["code"] for r in rows if str(codes.quad(r["code"], convention="gdelt")) != r["quad_class_gdelt"]]


def test_gdelts_own_rows_follow_its_grouping_and_its_weights(shared_data: Path) -> None:
    folder = shared_data / "events" / "gdelt_samples"
    rows = duckdb.sql(f"SELECT EventCode, QuadClass, GoldsteinScale FROM '{folder}/gdelt1_interstate_rows_georgia_201106_201305.parquet'").fetchall()
    for path in folder.glob("*.tsv"):
        parts = [text.split("\t") for text in path.read_text(encoding="utf-8", errors="replace").splitlines()]
        rows += [(p[26], p[29], p[30]) for p in parts if len(p) in (57, 58, 61)]
    assert len(rows) == 12_367
    assert not [r for r in rows if codes.quad(r[0], convention="gdelt") != int(r[1])]
    assert sum(r[0][:2] == "09" for r in rows) == 123 and sum(r[0][:2] == "14" for r in rows) == 77
    book = codes.codebook(shared_data / "events")
    assert [r for r in rows if book.weight(r[0], "gdelt") != float(r[2])] == [("106", "3", "0")]


def test_the_tables_of_weights_differ_where_they_are_known_to(shared_data: Path) -> None:
    book = codes.codebook(shared_data / "events" / "codebook")
    known = {"016": (-5.0, -2.0), "022": (3.4, 3.2), "164": (-6.5, -7.0), "165": (-7.0, -6.5)}
    assert {c: (book.weight(c, "icews"), book.weight(c, "gdelt")) for c in known} == known
    assert book.weight("016", "keds") == 3.4
    assert {c for c, w in book.weights["icews"].items() if c in book.weights["gdelt"] and book.weights["gdelt"][c] != w} >= set(known)


def test_cameo_01_and_02_have_no_place_in_plover(shared_data: Path) -> None:
    book = codes.codebook(shared_data / "events" / "codebook")
    assert book.to_plover("010") is None and book.to_plover("020") is None
    assert [book.to_plover(c) for c in ("030", "040", "0841", "10", "1712", "190")] == [
        "AGREE",
        "CONSULT",
        "RETREAT",
        "REQUEST",
        "ASSAULT",
        "ASSAULT",
    ]


def test_the_publishers_own_files_are_read_too(tmp_path: Path) -> None:
    (tmp_path / "CAMEO.goldsteinscale.txt").write_text("CAMEOEVENTCODE\tGOLDSTEINSCALE\n01\t0.0\n190\t-10.0\n")
    (tmp_path / "CAMEO2PLOVER-2021.txt").write_text("\n03: AGREE\n101: DEMAND, assist,  # Demand\n1712: ASSAULT, destroy, legal # Destroy\n")
    book = codes.codebook(tmp_path)
    assert book.weight("190", "gdelt") == -10.0 and book.weight("02", "gdelt") is None
    assert [book.to_plover(c) for c in ("03", "101", "1712", "010")] == ["AGREE", "REQUEST", "ASSAULT", None]
    with pytest.raises(UsageError, match="icews"):
        book.weight("01", "icews")
    (tmp_path / "CAMEO.goldsteinscale.txt").write_text("CAMEOEVENTCODE\tGOLDSTEINSCALE\n01\tnone\n")
    with pytest.raises(BadDataError, match="no weight"):
        codes.codebook(tmp_path)
    (tmp_path / "CAMEO.goldsteinscale.txt").write_text("code,weight\n01,1\n")
    with pytest.raises(BadDataError, match="missing"):
        codes.codebook(tmp_path)


def test_the_fifteen_weights_of_azar_are_the_codebooks(shared_data: Path) -> None:
    with (shared_data / "events" / "codebook" / "copdab_scale.csv").open(encoding="utf-8", newline="") as stream:
        assert {r["copdab_scale"]: float(r["azar_weight"]) for r in csv.DictReader(stream)} == codes.AZAR


def test_places_and_countries_are_the_codebooks(shared_data: Path) -> None:
    folder = shared_data / "events" / "codebook"
    with (folder / "fips_iso_country_codes.csv").open(encoding="utf-8", newline="") as stream:
        fips = {r["fips10_4"]: r["iso3"] or None for r in csv.DictReader(stream)}
    assert not {f for f, state in actors.FIPS.items() if fips[f] != state}
    with (folder / "cameo_country_codes.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    unknown = actors.strangers(pa.array([r["cameo_country_code"] for r in rows]), "cameo")
    assert unknown == sorted(r["cameo_country_code"] for r in rows if not r["iso3"]) and len(unknown) == 25
