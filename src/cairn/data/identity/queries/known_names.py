"""List the names of people, only to remove names from free text."""

from collections.abc import Iterable
from typing import Final

from cairn.data.identity.storage.person_ids import find_records_of_people
from cairn.data.identity.storage.sql import split_batches
from cairn.data.identity.storage.statements import IdentitySealer, read_statements
from cairn.platform.storage.api import open_key_ring

__all__ = ["list_known_names"]

_NAME_FIELDS: Final = (
    "given_name",
    "middle_name",
    "family_name",
    "preferred_name",
    "guardian_name",
)


def list_known_names(people: Iterable[str]) -> set[str]:
    """List every name on record of these people and their guardians, tied to no person.

    For use in memory; the caller must not store the names.

    Args:
        people: person IDs.
    Returns:
        The names.
    """
    sealer = IdentitySealer(open_key_ring())
    return {
        str(statement[name])
        for numbers in split_batches(find_records_of_people(people))
        for statement in read_statements(numbers, sealer)
        for name in _NAME_FIELDS
        if statement.get(name)
    }
