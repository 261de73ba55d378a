"""Every action is keyword-only, one transaction, and leaves an audit line."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import cairn

HOUSE = Path(cairn.__file__).parent


def _actions() -> Iterator[tuple[str, ast.FunctionDef, dict[str, ast.FunctionDef]]]:
    for file in sorted([*HOUSE.glob("*/actions.py"), *HOUSE.glob("*/actions/*.py")]):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
        for name, function in functions.items():
            if not name.startswith("_"):
                room = file.relative_to(HOUSE).parts[0]
                yield f"{room}.{name}", function, functions


ACTIONS = {name: (function, functions) for name, function, functions in _actions()}


def _is_atomic(function: ast.FunctionDef) -> bool:
    return any("atomic" in ast.unparse(decorator) for decorator in function.decorator_list)


def _calls(function: ast.FunctionDef) -> set[str]:
    return {ast.unparse(node.func) for node in ast.walk(function) if isinstance(node, ast.Call)}


def _records(function: ast.FunctionDef, functions: dict[str, ast.FunctionDef]) -> bool:
    """Whether a line is written in a transaction: here, or in a function of this module."""
    calls = _calls(function)
    if "audit.record" in calls:
        return True
    return any(_records(functions[name], functions) for name in calls & set(functions))


def _atomic_where_it_records(
    function: ast.FunctionDef, functions: dict[str, ast.FunctionDef]
) -> bool:
    """The line and the change it speaks of stand or fall together.

    Long work is not atomic as a whole (it would hold the lock for minutes): it hands its result
    to an atomic function of the module, which changes the rows and writes the line.
    """
    if _is_atomic(function):
        return True
    if "audit.record" in _calls(function):
        return False
    recording = [
        functions[name]
        for name in _calls(function) & set(functions)
        if _records(functions[name], functions)
    ]
    return bool(recording) and all(_atomic_where_it_records(f, functions) for f in recording)


def test_there_are_actions() -> None:
    assert "partners.add_person" in ACTIONS


@pytest.mark.parametrize("name", sorted(ACTIONS))
def test_an_action_is_keyword_only_and_says_who_and_when(name: str) -> None:
    arguments = ACTIONS[name][0].args
    assert arguments.args == []
    assert arguments.vararg is None
    assert {"by", "at"} <= {argument.arg for argument in arguments.kwonlyargs}


@pytest.mark.parametrize("name", sorted(ACTIONS))
def test_an_action_leaves_an_audit_line(name: str) -> None:
    assert _records(*ACTIONS[name])


@pytest.mark.parametrize("name", sorted(ACTIONS))
def test_an_action_and_its_line_are_one_transaction(name: str) -> None:
    assert _atomic_where_it_records(*ACTIONS[name])
