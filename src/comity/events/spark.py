"""Apache Spark: the session, and the same expressions in it (extra `spark`; Java 17)."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

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


def events_table(connection: Any, folders: list[Path]) -> Table:
    """The events of parts as one table of the session."""
    connection._session.read.parquet(*(str(f / "events.parquet") for f in folders)).createOrReplaceTempView("events")
    found: Table = connection.table("events")
    return found
