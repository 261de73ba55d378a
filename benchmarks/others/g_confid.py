# /// script
# requires-python = ">=3.11"
# dependencies = ["gconfid==2.0.4"]
# ///
"""G-Confid (Statistics Canada, GPL) on the table of `peers.py`: numbers of the cells it withholds.

Each small cell must keep a range of `width` - 1 people. It has no cells without anybody: empty
groups are shown. Reads and writes JSON.
"""

import json
import sys
from pathlib import Path

import pandas as pd
from gconfid import Suppression

asked = json.loads(Path(sys.argv[1]).read_text())
counts, small = asked["counts"], set(asked["small"])
full = [cell for cell, n in enumerate(counts) if n]
cells = pd.DataFrame(
    {
        "CellId": [cell + 1 for cell in full],
        "TotalNoise": [float(counts[cell]) for cell in full],
        "Sensitivity": [asked["width"] - 1.0 if cell in small else 0.0 for cell in full],
        "Status": ["S" if cell in small else "V" for cell in full],
        "Type": "C",
    }
)
ties = [
    (number, cell + 1, sign)
    for number, (total, parts) in enumerate(asked["sums"], 1)
    for cell, sign in [(total, -1), *((part, 1) for part in parts)]
    if counts[cell]
]
constraints = pd.DataFrame(ties, columns=["ConstraintId", "CellId", "Coefficient"])
work = Suppression(incell=cells, inconstraint=constraints, trace=False)
found = work.outsuppress
found = found if isinstance(found, pd.DataFrame) else found.to_pandas()
hidden = found.loc[found["OutStatus"].isin(["S", "X"]), "CellId"]
Path(sys.argv[2]).write_text(json.dumps([int(cell) - 1 for cell in hidden]))
