"""The same dyad-days by DuckDB, by Spark in one process, and by a standalone cluster of two workers on this machine; how far the numbers differ.

    python -m bench.spark_cluster ZIPS WORK     (an interpreter with the extra `spark`, Java 17)

The cluster reads the zips too (`comity events ingest --engine spark`), and judges raw rows by the same expression as DuckDB does. Each run is a
process of its own; WORK is removed first. Prints Markdown; exit 1 where a count differs or a sum differs by more than 1e-12 of itself.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import time
import urllib.request
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

MASTER_PORT, PAGE_PORT = 7177, 8177
URL = f"spark://127.0.0.1:{MASTER_PORT}"
SUMS = ("goldstein_sum", "tone_sum")
COUNTS = ("events", "mentions", "quad1", "quad2", "quad3", "quad4", "goldstein_n")


@contextmanager
def cluster(log: Path, workers: int = 2, memory: str = "1500m") -> Iterator[str]:
    """A standalone master with workers of one processor each, ended on leaving; its address."""
    import pyspark

    spark = Path(pyspark.__file__).parent
    deploy = [str(spark / "bin" / "spark-class"), "org.apache.spark.deploy"]
    settings = os.environ | {"SPARK_HOME": str(spark), "SPARK_DAEMON_MEMORY": "256m", "SPARK_LOCAL_IP": "127.0.0.1", "PYSPARK_PYTHON": sys.executable}

    def start(what: str, *arguments: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen([deploy[0], f"{deploy[1]}.{what}", *arguments], env=settings, stdout=stream, stderr=stream, cwd=log.parent)

    with log.open("ab") as stream:
        running = [start("master.Master", "--host", "127.0.0.1", "--port", str(MASTER_PORT), "--webui-port", str(PAGE_PORT))]
        try:
            for number in range(workers):
                folder = str(log.parent / f"worker{number}")
                running.append(start("worker.Worker", "--cores", "1", "--memory", memory, "--work-dir", folder, "--host", "127.0.0.1", URL))
            _wait_for(workers)
            yield URL
        finally:
            for child in reversed(running):
                child.terminate()
                child.wait(timeout=60)


def _wait_for(workers: int) -> None:
    for _ in range(120):
        time.sleep(1)
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{PAGE_PORT}/json/", timeout=5) as page:
                if f'"aliveworkers" : {workers}' in page.read().decode():
                    return
        except OSError:
            continue
    raise SystemExit("the workers did not come up in two minutes; see the log")


def from_raw(unzipped: Path, out: Path) -> None:
    """Dyad-days from the unzipped text by Spark alone: the expressions `judged`, `events` and `dyad_days` in one."""
    from comity.events import gdelt, spark
    from comity.events.dyad_days import dyad_days

    connected = spark.connect()
    raw = spark.raw_table(connected, [str(unzipped)], 58)
    table = dyad_days(gdelt.events(gdelt.judged(raw, spark.spells_table(connected))), duplicates="by id")
    spark.write(connected, table, str(out))


def _run(label: str, arguments: list[str], master: str | None, log: Path) -> float:
    settings = os.environ | {"SPARK_LOCAL_IP": "127.0.0.1"} | ({"SPARK_MASTER": master} if master else {})
    with log.open("ab") as stream:
        stream.write(f"\n===== {label}: {' '.join(arguments)}\n".encode())
        stream.flush()
        begin = time.perf_counter()
        subprocess.run([sys.executable, "-W", "ignore", *arguments], env=settings, stdout=stream, stderr=stream, check=True)
        return time.perf_counter() - begin


def compare(one: Path, other: Path) -> tuple[int, int, float]:
    """Dyad-days of `one`, those that lack or differ in a count in `other`, and the greatest difference of a sum, as a share of the sum."""
    import duckdb

    def table(path: Path) -> str:
        return f"'{path}/*.parquet'" if path.is_dir() else f"'{path}'"

    uneven = " OR ".join(f"o.{c} <> p.{c}" for c in COUNTS)
    most = ", ".join(f"max(CASE WHEN o.{s} = p.{s} THEN 0 ELSE abs(o.{s} - p.{s}) / abs(o.{s}) END)" for s in SUMS)
    found = duckdb.sql(
        f"SELECT count(*), count(*) FILTER (o.a IS NULL OR p.a IS NULL OR {uneven}), greatest({most}) "
        f"FROM {table(one)} o FULL JOIN {table(other)} p USING (a, b, day)"
    ).fetchall()[0]
    return int(found[0]), int(found[1]), float(found[2])


def main() -> None:
    """Run all of them and print how far each is from DuckDB's numbers."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("zips", type=Path)
    parser.add_argument("work", type=Path)
    parser.add_argument("--raw", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.raw:
        from_raw(given.zips, given.work)
        return
    zips, work = given.zips.resolve(), given.work.resolve()
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    log = work / "cluster.log"
    raw = work / "raw"
    for path in sorted(zips.glob("*.zip")):
        zipfile.ZipFile(path).extractall(raw)

    def comity(home: str, *arguments: str) -> list[str]:
        return ["-m", "comity", "--home", str(work / home), "events", *arguments]

    seconds = {"duckdb: ingest": _run("duckdb ingest", comity("home", "ingest", str(zips)), None, log)}
    seconds["duckdb"] = _run("duckdb", comity("home", "dyad-days", "--out", str(work / "duckdb.parquet")), None, log)
    by_spark = ("dyad-days", "--engine", "spark", "--out")
    seconds["spark, local[2]"] = _run("local", comity("home", *by_spark, str(work / "local")), "local[2]", log)
    with cluster(log) as master:
        seconds["cluster of two"] = _run("cluster", comity("home", *by_spark, str(work / "cluster")), master, log)
        seconds["cluster: ingest"] = _run("cluster ingest", comity("home2", "ingest", str(zips), "--engine", "spark"), master, log)
        seconds["cluster, its own ingest"] = _run("cluster2", comity("home2", *by_spark, str(work / "cluster2")), master, log)
        seconds["cluster, from raw text"] = _run("raw", ["-m", "bench.spark_cluster", "--raw", str(raw), str(work / "from_raw")], master, log)
    shutil.rmtree(raw)
    print("| run | seconds | dyad-days | that differ in a count | greatest difference of a sum, relative |\n|---|---|---|---|---|")
    kept = True
    files = {"duckdb": "duckdb.parquet", "spark, local[2]": "local", "cluster of two": "cluster", "cluster, its own ingest": "cluster2",
             "cluster, from raw text": "from_raw"}  # fmt: skip
    for label, took in seconds.items():
        if label not in files:
            print(f"| {label} | {took:.0f} | | | |")
            continue
        found, differing, most = compare(work / "duckdb.parquet", work / files[label])
        kept &= not differing and most <= 1e-12
        print(f"| {label} | {took:.0f} | {found:,} | {differing} | {most:.1g} |")
    raise SystemExit(0 if kept else 1)


if __name__ == "__main__":
    main()
