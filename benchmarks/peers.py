"""Run other tools for table protection on what `protect.py` asks of Cairn, and audit their tables.

They are under the GPL (G-Confid) and the EUPL (tau-ARGUS) and need other versions of what Cairn
rests on, so each is a script with an environment of its own (`peer_scripts/`), which uv makes from
the package registry. The product never loads them, and one that crashes stops nothing.
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

PEERS = {"G-Confid": "g_confid.py", "tau-ARGUS": "tau_argus.py"}
SCRIPTS = Path(__file__).parent / "peer_scripts"

Row = dict[str, float | str]


def run_peer(peer: str, request: TableRequest, rule: SuppressionRule, time_limit: float) -> Row:
    """Protect a table with one peer; return its processor seconds, start included, and the audit.

    Args:
        peer: one of `PEERS`.
        request: the table.
        rule: the minimum, and the width of small cells.
        time_limit: seconds by the clock after which it is stopped.
    """
    lattice = build_lattice(request)
    small = (lattice.counts > 0) & (lattice.counts < rule.minimum)
    question = {
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
        question_path, answer_path = Path(folder, "question.json"), Path(folder, "answer.json")
        question_path.write_text(json.dumps(question))
        command = ["uv", "run", "--quiet", "--no-project", "--script", str(SCRIPTS / PEERS[peer])]
        start = _measure_child_seconds()
        try:
            subprocess.run(  # noqa: S603 - a script of ours
                [*command, question_path, answer_path],
                timeout=time_limit, check=True, capture_output=True, cwd=folder,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            return {"ended": f"not done in {time_limit:.0f} s"}
        except subprocess.CalledProcessError as error:
            error_lines = error.stderr.decode(errors="replace").strip().splitlines()
            return {
                "ended": f"failed: {error_lines[-1][:120] if error_lines else error.returncode}"
            }
        seconds = _measure_child_seconds() - start
        withheld = set(json.loads(answer_path.read_text()))
    published = {
        key: None if cell in withheld else int(n)
        for cell, (key, n) in enumerate(zip(lattice.keys, lattice.counts, strict=True))
    }
    audit = audit_tables(request.cells.dims, published, request.tables, request.nests, rule)
    return {
        "seconds": round(seconds, 1),
        "cells": len(published),
        "small": int(small.sum()),
        "complementary": len(withheld - set(question["small"])),
        "known exactly": sum(cell.values < 2 for cell in audit.narrowed),
        "narrowed": len(audit.narrowed),
        "small ones shown": len(audit.exposed),
    }


def _measure_child_seconds() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime
