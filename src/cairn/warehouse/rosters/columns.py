"""Which column of a plain file is which field."""

from collections.abc import Mapping, Sequence
from typing import Final

from cairn.warehouse.elements import key, record_type

RECORD_ID: Final = "record_id"
SOURCE: Final = "source"
_OWN: Final[Mapping[str, tuple[str, ...]]] = {
    RECORD_ID: (),
    SOURCE: (),
    "given_name": ("first_name",),
    "middle_name": (),
    "family_name": ("last_name",),
    "suffix": (),
    "preferred_name": (),
    "birth_date": (),
    "gender": ("sex",),
    "street": ("address",),
    "city": (),
    "postal_code": ("zip",),
    "phone": (),
    "email": (),
    "guardian_name": (),
    "school": ("school_name",),
    "grade": ("grade_level",),
    "state_id": (),
    "local_id": (),
}
"""Every field that is read, and its other documented names. Race and ethnicity are not among
them: they are never looked at."""

FIELDS: Final = tuple(_OWN)


def spellings(field: str) -> tuple[str, ...]:
    """What a column of this field may be called, the best first, as keys (see ``elements.key``)."""
    documented = [key(name) for name in (field, *_OWN[field])]
    if field in (RECORD_ID, SOURCE):
        return tuple(documented)
    known = record_type("student").fields.get(field)
    return (*documented, *(known.headers if known else ()))


def recognized(header: Sequence[str]) -> dict[str, str]:
    """Field → column. A documented name comes before another spelling, an earlier column before
    a later one; a column is one field only.
    """
    offers = [
        (spellings(field).index(key(column)), at, field, column)
        for field in FIELDS
        for at, column in enumerate(header)
        if key(column) in spellings(field)
    ]
    found: dict[str, str] = {}
    for _, _, field, column in sorted(offers):
        if field not in found and column not in found.values():
            found[field] = column
    return {field: found[field] for field in FIELDS if field in found}
