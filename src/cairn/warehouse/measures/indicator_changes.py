"""Compare two definitions of an indicator, entry by entry."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from cairn.warehouse.measures.indicator_toml import list_indicator_entries
from cairn.warehouse.measures.indicators import IndicatorDefinition

__all__ = ["DefinitionChange", "are_comparable", "list_definition_changes"]


@dataclass(frozen=True, slots=True)
class DefinitionChange:
    """One entry that differs between two definitions.

    Attributes:
        entry: name of the entry, such as "numerator.where".
        before: its value in the first definition; empty if it has none.
        after: its value in the second definition; empty if it has none.
    """

    entry: str
    before: str
    after: str


_NOT_COMPARED: Final = frozenset({"id", "version"})
_WORDS: Final = frozenset({
    "title", "why", "text", "heading", "source_note", "breakdowns", "level", "about", "kind",
    "direction",
})  # fmt: skip
"""Entries that change words on pages, and no count."""


def list_definition_changes(
    before: IndicatorDefinition, after: IndicatorDefinition
) -> tuple[DefinitionChange, ...]:
    """List the entries that differ between two definitions, texts included.

    Args:
        before: the first definition, such as the approved version.
        after: the second definition, such as the draft.

    Returns:
        One change for each entry, in the order of names.
    """
    old, new = (dict(_flatten(list_indicator_entries(item))) for item in (before, after))
    return tuple(
        DefinitionChange(entry, old.get(entry, ""), new.get(entry, ""))
        for entry in sorted(old.keys() | new.keys())
        if old.get(entry, "") != new.get(entry, "") and entry not in _NOT_COMPARED
    )


def are_comparable(first: IndicatorDefinition, second: IndicatorDefinition) -> bool:
    """Return whether two definitions count the same way, under any name.

    Args:
        first: one definition.
        second: the other definition, perhaps of another organization.

    Returns:
        True if they differ in words and breakdowns at most.
    """
    return all(
        not _WORDS.isdisjoint(change.entry.split("."))
        for change in list_definition_changes(first, second)
    )


def _flatten(entries: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, str]]:
    for name, value in entries.items():
        if isinstance(value, Mapping):
            yield from _flatten(value, f"{path}{name}.")
        elif value is not None:
            text = ", ".join(value) if isinstance(value, list) else str(value)
            yield f"{path}{name}", text
