"""The audit is separate code: neither side imports the other."""

import ast
from pathlib import Path

from cairn import sdc

ROOM = Path(sdc.__file__).parent
SHARED = {"table", "rule", "certificate", "quiet", "others"}
PROTECTOR = {
    "margins", "lattice", "world", "moves", "blocks", "witnesses", "covering", "reach", "least",
    "program", "thrift", "complementary", "side", "ways",
}  # fmt: skip
ATTACKER = {
    "attack", "component", "contributor", "outsider", "shape", "behind", "limits", "whole_tables",
    "steps", "subtraction", "handed", "reading", "lots",
}  # fmt: skip
AROUND = {
    "disparity",
    "earlier",
    "given",
    "handling",
    "hindsight",
    "history",
    "nearby",
    "order",
    "past",
    "percent",
    "presets",
    "rates",
    "reasons",
    "then",
}
"""What is asked before and printed after; neither side uses it."""
PREFIX = "cairn.sdc."


def imports(module: str) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse((ROOM / f"{module}.py").read_text())):
        if isinstance(node, ast.ImportFrom):
            found.add(node.module or "")
        elif isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
    return found


def rooms(module: str) -> set[str]:
    return {name.removeprefix(PREFIX) for name in imports(module) if name.startswith(PREFIX)}


def test_every_module_is_on_one_side() -> None:
    ends = {"__init__", "protect", "among", "published", *AROUND}
    assert {path.stem for path in ROOM.glob("*.py")} == SHARED | PROTECTOR | ATTACKER | ends


def test_neither_side_knows_the_other() -> None:
    for module in PROTECTOR:
        assert rooms(module) <= SHARED | PROTECTOR
    for module in ATTACKER:
        assert rooms(module) <= SHARED | ATTACKER
    for module in SHARED:
        assert rooms(module) <= SHARED


def test_numbers_only() -> None:
    """No Django, no files, no other engine: the standard library, numpy and HiGHS."""
    outside = {name.split(".")[0] for path in ROOM.glob("*.py") for name in imports(path.stem)}
    assert outside == {
        "bisect", "cairn", "collections", "dataclasses", "enum", "hashlib", "highspy", "itertools",
        "json", "math", "numpy", "statistics", "typing",
    }  # fmt: skip
