"""The plain alternative to a build, which does far less: DuckDB reads each raw file once, as text, into Parquet.

    python bench/plain_build.py FILES.json FOLDER
"""

import json
import sys
from pathlib import Path

import duckdb


def main() -> None:
    """Copy each file."""
    db = duckdb.connect()
    for number, (path, header) in enumerate(json.loads(Path(sys.argv[1]).read_text())):
        quoted = path.replace("'", "''")
        names = f", header=false, names={header!r}" if header else ", header=true"
        delimiter = "\\t" if ".tsv" in path else ","
        csv = f"read_csv('{quoted}', all_varchar=true, delim='{delimiter}', quote='\"', escape='\"'{names})"
        reader = f"read_parquet('{quoted}')" if path.endswith(".parquet") else csv
        db.execute(f"COPY (SELECT * FROM {reader}) TO '{sys.argv[2]}/{number}.parquet' (COMPRESSION zstd)")


if __name__ == "__main__":
    main()
