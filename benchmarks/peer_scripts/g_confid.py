# /// script
# requires-python = ">=3.11"
# dependencies = ["gconfid==2.0.4"]
# ///
"""Protect the table of `peers.py` with G-Confid (Statistics Canada, GPL); list the withheld cells.

Each small cell must keep a range of `width` - 1 people. It has no cells without anybody: empty
groups are shown. Reads and writes JSON.
"""

import json
import sys
from pathlib import Path

import pandas as pd
from gconfid import Suppression

question = json.loads(Path(sys.argv[1]).read_text())
counts, small = question["counts"], set(question["small"])
filled = [cell for cell, n in enumerate(counts) if n]
cells = pd.DataFrame(
    {
        "CellId": [cell + 1 for cell in filled],
        "TotalNoise": [float(counts[cell]) for cell in filled],
        "Sensitivity": [question["width"] - 1.0 if cell in small else 0.0 for cell in filled],
        "Status": ["S" if cell in small else "V" for cell in filled],
        "Type": "C",
    }
)
coefficients = [
    (number, cell + 1, sign)
    for number, (total, parts) in enumerate(question["sums"], 1)
    for cell, sign in [(total, -1), *((part, 1) for part in parts)]
    if counts[cell]
]
constraints = pd.DataFrame(coefficients, columns=["ConstraintId", "CellId", "Coefficient"])
suppression = Suppression(incell=cells, inconstraint=constraints, trace=False)
statuses = suppression.outsuppress
statuses = statuses if isinstance(statuses, pd.DataFrame) else statuses.to_pandas()
withheld = statuses.loc[statuses["OutStatus"].isin(["S", "X"]), "CellId"]
Path(sys.argv[2]).write_text(json.dumps([int(cell) - 1 for cell in withheld]))
