"""Standardize a few records given as mappings, row by row.

A row has fields of `IDENTIFYING_FIELDS`; some of them may be missing. A property test checks
that the result equals that of `record_table.standardize_records`.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final, TypeAlias

from cairn.matching.standardize import addresses, field_values
from cairn.matching.standardize.nicknames import list_formal_names
from cairn.matching.standardize.record_table import STANDARD_SCHEMA

__all__ = ["StandardRow", "standardize_rows"]

StandardRow: TypeAlias = dict[str, Any]

_LIST_COLUMNS_TO_UNITE: Final = frozenset({"given_forms", "name_words", "other_words", "household"})
"""A key with different values gets all of these, and the smallest of every other field."""

_NO_BIRTH_DATE: Final = {
    field.name: None
    for field in STANDARD_SCHEMA
    if field.name.startswith("birth_") or field.name == "new_year"
}


def standardize_rows(records: Iterable[Mapping[str, Any]]) -> dict[str, StandardRow]:
    """Standardize records row by row.

    Args:
        records: rows with `record_key` and any identifying fields; a key may come several times.
    Returns:
        Record key to its row with the columns of `STANDARD_SCHEMA`.
    """
    rows: dict[str, StandardRow] = {}
    for row in records:
        key = row["record_key"]
        standard_row = _standardize_row(row)
        rows[key] = _merge_rows(rows[key], standard_row) if key in rows else standard_row
    return rows


def _standardize_row(record: Mapping[str, Any]) -> StandardRow:
    words = field_values.split_given_name(record.get("given_name") or "")
    preferred = field_values.split_given_name(record.get("preferred_name") or "")
    forms = sorted({*list_formal_names(words), *list_formal_names(preferred)})
    given = words or preferred
    middle = field_values.split_given_name(record.get("middle_name") or "")
    family = field_values.split_surname(record.get("family_name") or "")
    postal, street = (
        _standardize_field(record, "postal_code", field_values.standardize_postal_code),
        _standardize_field(record, "street", addresses.standardize_street),
    )
    name, email = "".join(given), record.get("email")
    gender, surname = record.get("gender"), record.get("family_name")
    return {
        "record_key": record["record_key"],
        "source": record.get("source"),
        "local_id": _standardize_field(record, "local_id", field_values.standardize_id),
        "state_id": _standardize_field(record, "state_id", field_values.standardize_id),
        "given": name or None,
        "initial": name[:1] or None,
        "given_words": given,
        "given_forms": forms,
        "middle_words": middle,
        "middle_initial": "".join(middle)[:1] or None,
        "other_words": [*middle, *field_values.split_email_name(email or "")],
        "family": " ".join(family) or None,
        "family_words": family,
        "name_words": [*forms, *family],
        "suffix": _standardize_field(record, "suffix", field_values.standardize_suffix)
        or (None if surname is None else field_values.standardize_suffix(surname)),
        **_NO_BIRTH_DATE,
        **(field_values.expand_birth_date(_parse_birth_date(record.get("birth_date"))) or {}),
        "gender": gender if gender in ("F", "M") else None,
        "postal": postal,
        "household": _list_household_values(record, street, postal),
        "address": street,
    }


def _standardize_field(
    record: Mapping[str, Any], field_name: str, standardize_value: Any
) -> str | None:
    value = record.get(field_name)
    return None if value is None else standardize_value(value)


def _parse_birth_date(birth_date: str | date | None) -> date | None:
    return date.fromisoformat(birth_date) if isinstance(birth_date, str) else birth_date


def _list_household_values(
    record: Mapping[str, Any], street: str | None, postal: str | None
) -> list[str]:
    values = (
        ("a", street and (f"{street} {postal}" if postal else street)),
        ("e", _standardize_field(record, "email", field_values.standardize_email)),
        ("g", _standardize_field(record, "guardian_name", field_values.standardize_adult_name)),
        ("p", _standardize_field(record, "phone", field_values.standardize_phone)),
    )
    return [f"{letter} {value}" for letter, value in values if value is not None]


def _merge_rows(left: StandardRow, right: StandardRow) -> StandardRow:
    """Merge two rows of one record."""
    return {
        name: sorted({*left[name], *right[name]})
        if name in _LIST_COLUMNS_TO_UNITE
        else min((value for value in (left[name], right[name]) if value is not None), default=None)
        for name in left
    }
