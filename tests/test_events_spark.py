"""The expressions on Apache Spark give the numbers that they give on DuckDB; skipped where the extra `spark` or Java is missing."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path

import pytest
from bench import gdelt_made

from comity.events import counted, gdelt
from comity.events.dyad_days import dyad_days
from comity.events.ingest import ingest

pytest.importorskip("pyspark", reason="the extra `spark` is not installed: Spark is not tested")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore"),  # pyspark's own, of pandas and of sockets
    pytest.mark.skipif(shutil.which("java") is None, reason="Java is not installed: Spark is not tested"),
]


def test_spark_gives_duckdbs_numbers_to_the_bit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from bench.spark_cluster import compare

    from comity.events import spark

    monkeypatch.setenv("SPARK_MASTER", "local[1]")
    zips = tmp_path / "zips"
    gdelt_made.write(zips, 6000, per_file=1500, level=1)
    ingest(zips, tmp_path / "one")
    counted.write_dyad_days(tmp_path / "one", "gdelt1", tmp_path / "duckdb.parquet")
    counted.write_dyad_days(tmp_path / "one", "gdelt1", tmp_path / "spark", engine="spark")
    ingest(zips, tmp_path / "two", engine="spark")
    assert counted.ledger(tmp_path / "two", "gdelt1") == counted.ledger(tmp_path / "one", "gdelt1")
    for path in zips.glob("*.zip"):
        zipfile.ZipFile(path).extractall(tmp_path / "raw")
    connected = spark.connect()
    raw = spark.raw_table(connected, [str(tmp_path / "raw")], 58)
    events = gdelt.events(gdelt.judged(raw, spark.spells_table(connected)))
    table = dyad_days(events, duplicates="by id", convention="gdelt")
    spark.write(connected, table, str(tmp_path / "raw_days"))
    for other in ("spark", "raw_days"):
        found, differing, most = compare(tmp_path / "duckdb.parquet", tmp_path / other)
        assert found > 500 and differing == 0 and most == 0.0
    connected._session.stop()
