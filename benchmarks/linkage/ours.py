"""Links a file of records with `cairn link`, as a user would, and says what it took.

python benchmarks/linkage/ours.py RECORDS.parquet PEOPLE.parquet

The time is that of the whole command: its start, reading, looking for what is wrong with the file,
linking, numbering and writing who is who.
"""

import subprocess
import sys
from pathlib import Path

from took import Took

_CAIRN = Path(sys.executable).parent / "cairn"


def main() -> None:
    """Run the command; turn its answer into what ``score.py`` reads."""
    source, target = Path(sys.argv[1]), Path(sys.argv[2])
    answer = target.with_suffix(".csv")
    with Took():
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
