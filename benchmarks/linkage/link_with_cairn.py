"""Link a file of records with `cairn link`, as a user would, and report the resources it took.

python benchmarks/linkage/link_with_cairn.py RECORDS.parquet PEOPLE.parquet

The time is that of the whole command: it starts, reads and checks the file, links and numbers the
people, and writes the person of each record.
"""

import subprocess
import sys
from pathlib import Path

from resource_usage import UsageReport

_CAIRN = Path(sys.executable).parent / "cairn"


def main() -> None:
    """Run the command; convert its output to what ``score.py`` reads."""
    source, target = Path(sys.argv[1]), Path(sys.argv[2])
    answer = target.with_suffix(".csv")
    with UsageReport():
        command = [_CAIRN, "link", source, "--out", answer, "--json"]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)  # noqa: S603
    # Only now, so that the memory measured is the command's.
    import pyarrow as pa
    import pyarrow.csv
    import pyarrow.parquet as pq

    names = ("source", "record_id", "person_id")
    texts = pyarrow.csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string()))
    pq.write_table(pyarrow.csv.read_csv(answer, convert_options=texts), target)
    answer.unlink()


if __name__ == "__main__":
    main()
