"""The audit is separate code: neither the protector nor the auditor imports the other."""

import ast
from pathlib import Path

import pytest

from cairn import sdc

FOLDER = Path(sdc.__file__).parent
PREFIX = "cairn.sdc"
SHARED = {"tables", "options"}
"""The problem description, which protector and auditor both read."""


def _list_modules(package: str) -> list[str]:
    """The modules of one package or module of `cairn.sdc`, by their dotted names."""
    folder = FOLDER / package
    files = sorted(folder.rglob("*.py")) if folder.is_dir() else [folder.with_suffix(".py")]
    return [
        ".".join(file.relative_to(FOLDER.parents[1]).with_suffix("").parts).removesuffix(
            ".__init__"
        )
        for file in files
    ]


def _list_imports(module: str) -> set[str]:
    path = FOLDER.parents[1].joinpath(*module.split("."))
    file = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    imported: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module} imports relatively"
            imported.add(node.module or "")
            imported |= {f"{node.module}.{name.name}" for name in node.names}
        elif isinstance(node, ast.Import):
            imported |= {name.name for name in node.names}
    return imported


def _list_used_packages(package: str) -> set[str]:
    """The packages of `cairn.sdc` that the modules of one package import."""
    return {
        name.split(".")[2]
        for module in _list_modules(package)
        for name in _list_imports(module)
        if name.startswith(f"{PREFIX}.")
    }


@pytest.mark.parametrize(
    ("package", "may_use"),
    [
        ("suppression", {"suppression", *SHARED}),
        ("audit", {"audit", *SHARED}),
        ("tables", SHARED),
        ("options", set()),
    ],
)
def test_neither_side_knows_the_other(package: str, may_use: set[str]) -> None:
    assert _list_used_packages(package) <= may_use


def test_both_sides_are_looked_at() -> None:
    assert "cairn.sdc.suppression.pattern_optimizer" in _list_modules("suppression")
    assert "cairn.sdc.audit.table_audit" in _list_modules("audit")


def test_numbers_only() -> None:
    """No Django, no data files, no other engine: the standard library, numpy and HiGHS.

    One file of its own is read, the percentage bands by group size (`importlib`, `tomllib`).
    """
    modules = _list_modules(".")
    used = {name.split(".")[0] for module in modules for name in _list_imports(module)}
    assert used == {
        "bisect", "cairn", "collections", "dataclasses", "datetime", "decimal", "enum", "fractions",
        "functools", "hashlib", "heapq", "highspy", "hmac", "importlib", "itertools", "json",
        "math", "numpy", "re", "statistics", "tomllib", "types", "typing",
    }  # fmt: skip
