"""Translate names in stored data to the names of today's code, and back.

Rows, digests and sealed snapshots hold names of functions and classes. `stored_names.toml` is the
one table of those that were renamed since. Example: the disclosure log holds
``retention.may_destroy``; the function is now `may_destroy_data`.
"""

import tomllib
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

__all__ = ["StoredNameKind", "find_current_name", "find_stored_name"]

_NO_ALIASES: Mapping[str, str] = MappingProxyType({})


class StoredNameKind(StrEnum):
    """What a stored name names; the value is the section of the table."""

    QUESTION = "questions"
    FACT_CLASS = "fact_classes"
    COMPARISON_CLASS = "comparison_classes"
    TASK = "tasks"
    TASK_EXCEPTION = "task_exceptions"


class AmbiguousStoredNameError(ValueError):
    """Raised when the table gives one name of today to two stored names."""


def find_current_name(kind: StoredNameKind, stored_name: str) -> str:
    """Find today's name of something by the name in stored data.

    Args:
        kind: what the name names.
        stored_name: name in a row, such as ``cairn.intake.tasks.conform_delivery``.
    Returns:
        Today's name; the same name where it was not renamed.
    """
    return _load_aliases(kind).get(stored_name, stored_name)


def find_stored_name(kind: StoredNameKind, current_name: str) -> str:
    """Find the name under which stored data hold something.

    Args:
        kind: what the name names.
        current_name: today's name, such as ``may_destroy_data``.
    Returns:
        The stored name; the same name where it was not renamed.
    Raises:
        AmbiguousStoredNameError: if the table gives today's name to two stored names.
    """
    return _invert_aliases(kind).get(current_name, current_name)


def list_argument_aliases(question: str) -> Mapping[str, str]:
    """List the renamed arguments of a policy question.

    Args:
        question: name of the question in the disclosure log.
    Returns:
        Today's parameter by recorded argument; empty where none was renamed.
    """
    aliases: Mapping[str, str] = load_alias_table()["question_arguments"].get(question, _NO_ALIASES)
    return aliases


@cache
def load_alias_table() -> Mapping[str, Mapping[str, Any]]:
    """Load the table.

    Returns:
        Today's name by stored name, by section.
    """
    text = files(__package__).joinpath("stored_names.toml").read_text("utf-8")
    return MappingProxyType(tomllib.loads(text))


@cache
def _load_aliases(kind: StoredNameKind) -> Mapping[str, str]:
    return load_alias_table()[kind.value]


@cache
def _invert_aliases(kind: StoredNameKind) -> Mapping[str, str]:
    inverse: dict[str, str] = {}
    for stored_name, current_name in _load_aliases(kind).items():
        if current_name in inverse:
            raise AmbiguousStoredNameError(
                f"[{kind.value}] gives {current_name} to {inverse[current_name]} and {stored_name}."
            )
        inverse[current_name] = stored_name
    return inverse
