"""Parse a Python package without importing it, and say what each name refers to."""

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, TypeAlias

CORE_GROUPS: Final = ("policy", "sdc", "matching", "warehouse")
FACE_DEPTH: Final = 3
"""`cairn.policy.questions` is a public face; a module below it is not."""

Settings: TypeAlias = dict[str, Any]
"""What `limits.toml` holds."""

Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef
Definition: TypeAlias = Function | ast.ClassDef
Import: TypeAlias = ast.Import | ast.ImportFrom
FUNCTION_TYPES: Final = (ast.FunctionDef, ast.AsyncFunctionDef)
DEFINITION_TYPES: Final = (*FUNCTION_TYPES, ast.ClassDef)
IMPORT_TYPES: Final = (ast.Import, ast.ImportFrom)


@dataclass(frozen=True, slots=True)
class SourceModule:
    """One parsed Python file.

    Attributes:
        name: dotted name; a package has the name of its folder.
        path: the file, relative to the folder that holds the package.
        source: its text.
        tree: its syntax tree.
        statements: every statement at any depth.
        bindings: what a name at module level refers to: a definition, or (module, name) of an
            import; the name is empty where the module itself was imported.
        star_exports: the names that `from … import *` brings in, in order.
    """

    name: str
    path: Path
    source: str
    tree: ast.Module
    statements: tuple[ast.stmt, ...]
    bindings: dict[str, Definition | tuple[str, str]]
    star_exports: list[str] = field(default_factory=list)

    @property
    def is_package(self) -> bool:
        """Whether this is the `__init__.py` of a package."""
        return self.path.stem == "__init__"

    @property
    def package(self) -> str:
        """The package that the module belongs to; a package belongs to itself."""
        return self.name if self.is_package else self.name.rpartition(".")[0]

    @property
    def exports(self) -> tuple[str, ...]:
        """The names in `__all__`, or those that star imports bring in where there is none."""
        for node in self.tree.body:
            target = node.targets[0] if isinstance(node, ast.Assign) else None
            if isinstance(node, ast.AnnAssign):
                target = node.target
            if isinstance(target, ast.Name) and target.id == "__all__":
                return tuple(
                    item.value
                    for item in ast.walk(node)
                    if isinstance(item, ast.Constant) and isinstance(item.value, str)
                )
        return tuple(self.star_exports)

    def definitions(self) -> Iterator[Definition]:
        """Yield the public functions and classes at module level, each name once."""
        for node in self.bindings.values():
            if isinstance(node, DEFINITION_TYPES) and not node.name.startswith("_"):
                yield node


SourceTree: TypeAlias = dict[str, SourceModule]
"""All modules of the package by dotted name, without migrations."""


@dataclass(frozen=True, slots=True)
class Offender:
    """One place that a figure counts."""

    path: Path
    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.text}"


@dataclass(frozen=True, slots=True)
class Measurement:
    """The value of a figure, the places that it counts, and a remark for the table."""

    value: float
    offenders: list[Offender] = field(default_factory=list)
    remark: str = ""


def read_tree(folder: Path) -> SourceTree:
    """Parse every module of a package.

    Args:
        folder: the folder of the package, such as `src/cairn`.

    Returns:
        The modules by dotted name, without migrations.
    """
    modules = {}
    for path in sorted(folder.rglob("*.py")):
        if "migrations" in path.parts:
            continue
        relative = path.relative_to(folder.parent)
        parts = relative.with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        source = path.read_text("utf-8")
        tree = ast.parse(source, str(path))
        package = name if parts[-1] == "__init__" else name.rpartition(".")[0]
        modules[name] = SourceModule(
            name, relative, source, tree, tuple(walk_statements(tree.body)), _bind(tree, package)
        )
    for module in modules.values():
        _bind_star_imports(module, modules)
    return modules


def _bind_star_imports(module: SourceModule, tree: SourceTree) -> None:
    """Bind the names that the modules behind star imports list in `__all__`.

    In the public face of an app they are for type checkers only, so at any depth.
    """
    for node in module.statements:
        if isinstance(node, ast.ImportFrom) and node.names[0].name == "*":
            source = resolve_import_source(node, module.package)
            names = tree[source].exports if source in tree else ()
            module.bindings.update({name: (source, name) for name in names})
            module.star_exports.extend(names)


def walk_statements(body: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
    """Yield statements at any depth, without the cost of visiting expressions."""
    for node in body:
        yield node
        for block in ("body", "orelse", "finalbody"):
            yield from walk_statements(getattr(node, block, ()))
        for part in (*getattr(node, "handlers", ()), *getattr(node, "cases", ())):
            yield from walk_statements(part.body)


def _bind(tree: ast.Module, package: str) -> dict[str, Definition | tuple[str, str]]:
    bindings: dict[str, Definition | tuple[str, str]] = {}
    for node in tree.body:
        if isinstance(node, DEFINITION_TYPES):
            bindings[node.name] = node
        elif isinstance(node, ast.ImportFrom):
            source = resolve_import_source(node, package)
            bindings |= {alias.asname or alias.name: (source, alias.name) for alias in node.names}
        elif isinstance(node, ast.Import):
            bindings |= {a.asname: (a.name, "") for a in node.names if a.asname}
    return bindings


def resolve_import_source(node: ast.ImportFrom, package: str) -> str:
    """Return the absolute name of the module that `from … import` reads."""
    if not node.level:
        return node.module or ""
    parts = package.split(".")
    return ".".join([*parts[: len(parts) - node.level + 1], *filter(None, [node.module])])


def find_definition(
    tree: SourceTree, module: SourceModule, name: str
) -> tuple[SourceModule, Definition] | None:
    """Follow imports from a name to the function or class that it names."""
    seen = set()
    while (module.name, name) not in seen:
        seen.add((module.name, name))
        bound = module.bindings.get(name)
        if isinstance(bound, DEFINITION_TYPES):
            return module, bound
        if bound is None or bound[0] not in tree:
            return None
        module, name = tree[bound[0]], bound[1]
    return None


def measure_share(offenders: list[Offender], total: int, per: int = 100) -> Measurement:
    """Return the offenders as a share of all places, in percent or per another number."""
    share = per * len(offenders) / max(total, 1)
    return Measurement(share, offenders, f"{len(offenders):,} of {total:,}")
