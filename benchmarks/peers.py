"""Other protectors of tables, asked what `protect.py` asks Cairn; Cairn's own audit judges them.

They are under the GPL (G-Confid) and the EUPL (tau-ARGUS) and need other versions of what Cairn
rests on, so each is a script with an environment of its own (`others/`), which uv makes from the
package registry. The product never loads them, and one that crashes stops nothing.
"""

import json
import resource
import subprocess
import tempfile
from pathlib import Path

import numpy as np

from cairn.sdc.audit.table_audit import audit_tables
from cairn.sdc.tables.margins import build_lattice
from cairn.sdc.tables.request import TableRequest
from cairn.sdc.tables.rule import SuppressionRule

OTHERS = {"G-Confid": "g_confid.py", "tau-ARGUS": "tau_argus.py"}
HERE = Path(__file__).parent / "others"

Row = dict[str, float | str]


def beside(name: str, request: TableRequest, rule: SuppressionRule, patience: float) -> Row:
    """One peer on one table; processor's seconds, its start included, and what the audit says.

    Args:
        name: one of `OTHERS`.
        request: the table.
        rule: the minimum, and the width of small cells.
        patience: seconds by the clock until it is stopped.
    """
    lattice = build_lattice(request)
    small = (lattice.counts > 0) & (lattice.counts < rule.minimum)
    asked = {
        "counts": lattice.counts.tolist(),
        "small": np.flatnonzero(small).tolist(),
        "sums": [[equation.total, equation.parts] for equation in lattice.sums],
        "width": rule.width_small,
        "minimum": rule.minimum,
        "dims": request.cells.dims,
        "nests": [[nest.child, nest.parent] for nest in request.nests],
        "tables": request.tables,
        "people": [[*key, n] for key, n in request.cells.counts.items() if n],
        "keys": lattice.keys,
    }
    with tempfile.TemporaryDirectory() as folder:
        question, answer = Path(folder, "asked.json"), Path(folder, "found.json")
        question.write_text(json.dumps(asked))
        command = ["uv", "run", "--quiet", "--no-project", "--script", str(HERE / OTHERS[name])]
        before = _children()
        try:
            subprocess.run(  # noqa: S603 - a script of ours
                [*command, question, answer],
                timeout=patience, check=True, capture_output=True, cwd=folder,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            return {"ended": f"not done in {patience:.0f} s"}
        except subprocess.CalledProcessError as failed:
            words = failed.stderr.decode(errors="replace").strip().splitlines()
            return {"ended": f"failed: {words[-1][:120] if words else failed.returncode}"}
        seconds = _children() - before
        hidden = set(json.loads(answer.read_text()))
    said = {
        key: None if cell in hidden else int(n)
        for cell, (key, n) in enumerate(zip(lattice.keys, lattice.counts, strict=True))
    }
    found = audit_tables(request.cells.dims, said, request.tables, request.nests, rule)
    return {
        "seconds": round(seconds, 1),
        "cells": len(said),
        "small": int(small.sum()),
        "complementary": len(hidden - set(asked["small"])),
        "known exactly": sum(cell.values < 2 for cell in found.narrowed),
        "narrowed": len(found.narrowed),
        "small ones shown": len(found.exposed),
    }


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
