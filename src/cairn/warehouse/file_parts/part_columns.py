"""Find the columns that may say to which part of a period each row belongs."""

from collections.abc import Collection, Iterable, Mapping
from typing import Final

from cairn.warehouse.schema import normalize_spelling

__all__ = ["list_part_columns"]

_FIELDS: Final = frozenset(
    {"school_id", "school_name", "program", "site", "section", "course", "location", "group"}
)
_HEADINGS: Final = frozenset(
    normalize_spelling(text)
    for text in (
        *("site", "site name", "school", "school name", "school code", "campus", "building"),
        *("location", "section", "class", "classroom", "center", "program"),
    )
)


def list_part_columns(
    header: Iterable[str],
    targets: Mapping[str, str],
    covered: Collection[str],
    *,
    has_class_periods: bool = False,
) -> list[str]:
    """List the columns by which a file may be split into parts.

    Args:
        header: the headings of the file.
        targets: heading → field that the column becomes; other columns are not read.
        covered: the fields that the agreement covers.
        has_class_periods: whether each row is about a class period: those of a day stay together,
            so only schools are parts.

    Returns:
        The headings of columns with a place or a group. A column that becomes a field which the
        agreement does not cover is none.
    """
    fields = frozenset({"school_id"}) if has_class_periods else _FIELDS
    return [
        name
        for name in header
        if (
            targets[name] in fields and targets[name] in covered
            if targets.get(name)
            else normalize_spelling(name) in _HEADINGS and not has_class_periods
        )
    ]
