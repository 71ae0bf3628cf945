"""Apache Spark: the session, and the same expressions in it (extra `spark`; Java 17)."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from comity.events import gdelt
from comity.events.cameo_states import spells

if TYPE_CHECKING:
    from ibis import Table


def session() -> Any:
    """The Spark session that runs, else a new one: of the cluster that SPARK_MASTER names (spark://host:7077), or of this machine's processors.

    Further settings come from `spark-defaults.conf` of SPARK_CONF_DIR, as Spark has it.
    """
    from pyspark.sql import SparkSession

    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    package = str(Path(__file__).parents[2])
    builder = SparkSession.builder.appName("comity").master(os.environ.get("SPARK_MASTER", "local[*]"))
    settings = {"spark.sql.session.timeZone": "UTC", "spark.sql.ansi.enabled": "true", "spark.ui.showConsoleProgress": "false"}
    settings["spark.executorEnv.PYTHONPATH"] = os.pathsep.join([package, *filter(None, [os.environ.get("PYTHONPATH")])])
    for name, value in settings.items():
        builder = builder.config(name, value)
    found = builder.getOrCreate()
    found.sparkContext.setLogLevel("ERROR")
    return found


def connect() -> Any:
    """Ibis's connection to the session."""
    import ibis

    return ibis.pyspark.connect(session())


def events_table(connection: Any, paths: list[str]) -> Table:
    """Parquet files of events as one table of the session; paths as Spark reads them, s3a:// and abfss:// too, `*` in them allowed."""
    connection._session.read.parquet(*paths).createOrReplaceTempView("events")
    found: Table = connection.table("events")
    return found


def write(connection: Any, table: Table, out: str) -> None:
    """Write an expression's rows as a new folder of Parquet files; the executors write, nothing passes through the driver."""
    connection._session.sql(str(connection.compile(table))).write.parquet(out)


def raw_table(connection: Any, paths: list[str], width: int) -> Table:
    """Unzipped files of one layout as raw rows for `gdelt.judged`: the columns needed as text, `file` by name, `line` unknown (0).

    Lines of another number of columns are not told apart here, as `raw_lines` does: Spark fills or cuts them. paths: what Spark can read, so
    also s3a:// and abfss:// addresses.
    """
    from pyspark.sql import functions as sql

    names = [name for name, _ in gdelt.COLUMNS[width]]
    reader = connection._session.read.option("sep", "\t").option("quote", "").option("escape", "").option("comment", "")
    frame = reader.schema(", ".join(f"`{name}` STRING" for name in names)).csv(paths)
    missing = [sql.lit("").alias(name) for name in gdelt.NEEDED if name not in names]
    frame = frame.select(*(name for name in gdelt.NEEDED if name in names), *missing, sql.input_file_name().alias("file")).fillna("")
    frame.withColumn("line", sql.lit(0).cast("bigint")).createOrReplaceTempView("raw")
    found: Table = connection.table("raw")
    return found


def spells_table(connection: Any) -> Table:
    """`cameo_states.spells` as a table of the session."""
    rows = [tuple(row.values()) for row in spells().to_pylist()]
    connection._session.createDataFrame(rows, "code STRING, state STRING, first DATE, last DATE").createOrReplaceTempView("spells")
    found: Table = connection.table("spells")
    return found
