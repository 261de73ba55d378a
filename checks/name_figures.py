"""Measure names of functions, classes, modules and folders, and what modules import."""

import ast
from collections import Counter

from source_tree import (
    CORE_GROUPS,
    FACE_DEPTH,
    FUNCTION_TYPES,
    IMPORT_TYPES,
    Definition,
    Import,
    Measurement,
    Offender,
    Settings,
    SourceModule,
    SourceTree,
    measure_share,
    resolve_import_source,
)


def _is_function_named_freely(module: SourceModule) -> bool:
    """Whether we choose the names of the functions, not a URL, a command or a template."""
    parts = (*module.path.parts[:-1], module.path.stem)
    is_view = "views" in parts or parts[-1].endswith("_views")
    is_command = parts[1:3] == ("interfaces", "cli")
    return not is_view and not is_command and "templatetags" not in parts


def _list_functions(tree: SourceTree) -> list[tuple[SourceModule, Definition]]:
    return [
        (module, node)
        for module in tree.values()
        if _is_function_named_freely(module)
        for node in module.definitions()
        if isinstance(node, FUNCTION_TYPES)
    ]


def _list_classes(tree: SourceTree) -> list[tuple[SourceModule, Definition]]:
    return [
        (module, node)
        for module in tree.values()
        for node in module.definitions()
        if isinstance(node, ast.ClassDef)
    ]


def measure_one_word_functions(tree: SourceTree, _settings: Settings) -> Measurement:
    """Measure the share of public functions with a one-word name, in percent."""
    functions = _list_functions(tree)
    offenders = [
        Offender(module.path, node.lineno, node.name)
        for module, node in functions
        if "_" not in node.name
    ]
    return measure_share(offenders, len(functions))


def measure_shared_functions(tree: SourceTree, _settings: Settings) -> Measurement:
    """Measure the share of public functions whose name another module uses too, in percent."""
    return _measure_shared_names(_list_functions(tree))


def measure_shared_classes(tree: SourceTree, _settings: Settings) -> Measurement:
    """Measure the share of public classes whose name another module uses too, in percent.

    Django finds a command by its module, and wants each class to be named ``Command``.
    """
    places = (place for place in _list_classes(tree) if ".management." not in place[0].name)
    return _measure_shared_names(list(places))


def _measure_shared_names(places: list[tuple[SourceModule, Definition]]) -> Measurement:
    uses = Counter(node.name for _, node in places)
    offenders = [
        Offender(module.path, node.lineno, f"{node.name} ({uses[node.name]} modules)")
        for module, node in sorted(places, key=lambda place: place[1].name)
        if uses[node.name] > 1
    ]
    return measure_share(offenders, len(places))


def measure_misnamed_modules(tree: SourceTree, settings: Settings) -> Measurement:
    """Count modules and packages named with a participle, a preposition or a pronoun."""
    words = set(settings["misnamed_modules"])
    offenders = [
        Offender(module.path, 1, module.name)
        for module in tree.values()
        if module.name.rpartition(".")[2] in words
    ]
    return Measurement(len(offenders), offenders)


def measure_crowded_folders(tree: SourceTree, settings: Settings) -> Measurement:
    """Count folders that hold more Python files than a reader can survey."""
    limit = settings["files_in_a_folder"]
    files = Counter(module.path.parent for module in tree.values() if not module.is_package)
    offenders = [
        Offender(path, 1, f"{count} files") for path, count in files.items() if count > limit
    ]
    return Measurement(len(offenders), offenders)


def measure_import_lines(tree: SourceTree, _settings: Settings) -> Measurement:
    """Measure lines of import statements as a share of all lines, in percent."""
    lines = statements = total = 0
    by_module = []
    for module in tree.values():
        total += len(module.source.splitlines())
        imports = [node for node in module.statements if isinstance(node, IMPORT_TYPES)]
        own = sum((node.end_lineno or node.lineno) - node.lineno + 1 for node in imports)
        statements += len(imports)
        lines += own
        if own:
            by_module.append(Offender(module.path, imports[0].lineno, f"{own} lines"))
    by_module.sort(key=lambda offender: -int(offender.text.split()[0]))
    share = 100 * statements / max(total, 1)
    return Measurement(
        100 * lines / max(total, 1), by_module, f"{share:.1f} % if a statement were one line"
    )


def measure_deep_imports(tree: SourceTree, _settings: Settings) -> Measurement:
    """Count imports from outside `cairn.policy` that reach past its public faces; likewise for the
    other groups of the core. A module that imports twice from the same inner module counts once.

    A face is a package at depth 3 or less (`cairn.policy.questions`), or a single module beside
    those packages that lists in `__all__` what it exports (`cairn.sdc.protect`). Imports between
    packages of one group are only remarked on.
    """
    first_lines: dict[tuple[str, str], int] = {}
    for module in tree.values():
        imports = (node for node in module.statements if isinstance(node, IMPORT_TYPES))
        for node in imports:
            for target in sorted(_list_imported(tree, module, node)):
                if _is_behind_face(tree[target]):
                    first_lines.setdefault((module.name, target), node.lineno)
    offenders = [
        Offender(tree[importer].path, line, target)
        for (importer, target), line in first_lines.items()
        if _cut_name(importer, FACE_DEPTH - 1) != _cut_name(target, FACE_DEPTH - 1)
    ]
    between_packages = sum(
        _cut_name(importer, FACE_DEPTH - 1) == _cut_name(target, FACE_DEPTH - 1)
        and _cut_name(importer, FACE_DEPTH) != _cut_name(target, FACE_DEPTH) != target
        for importer, target in first_lines
    )
    return Measurement(
        len(offenders), offenders, f"and {between_packages} between packages of one group"
    )


def _cut_name(name: str, depth: int) -> str:
    """Return the first parts of a dotted name."""
    return ".".join(name.split(".")[:depth])


def _list_imported(tree: SourceTree, module: SourceModule, node: Import) -> set[str]:
    """Return the modules of the package that a statement imports, or imports names from."""
    if isinstance(node, ast.Import):
        return {alias.name for alias in node.names if alias.name in tree}
    source = resolve_import_source(node, module.package)
    names = set()
    for alias in node.names:
        is_module = f"{source}.{alias.name}" in tree and (
            source not in tree or alias.name not in tree[source].bindings
        )
        names.add(f"{source}.{alias.name}" if is_module else source)
    return names & tree.keys()


def _is_behind_face(module: SourceModule) -> bool:
    parts = module.name.split(".")
    if len(parts) < FACE_DEPTH or parts[1] not in CORE_GROUPS:
        return False
    return len(parts) > FACE_DEPTH or not (module.is_package or module.exports)
