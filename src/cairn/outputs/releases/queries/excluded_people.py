"""Find the people that families and nations exclude: from keyed hashes to person ids."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Set

import pyarrow as pa

from cairn.data.identity.api import LinkedFile, list_linked_files
from cairn.governance.consents import api as consents_api
from cairn.policy.facts import MemberFact, OptOutFact
from cairn.warehouse.store import FileRef, FileStore

__all__ = ["load_nation_members", "load_opt_outs", "map_child_keys"]

_LOCAL_ID_COLUMN, _PERSON_ID_COLUMN = "local_id", "person_id"


def load_opt_outs(store: FileStore, *, pilot: bool = False) -> tuple[OptOutFact, ...]:
    """Load every opt-out in force, by person ID.

    A family's choice is stored under a keyed hash of the child's ID at its organization. The IDs of
    that organization's own rows are hashed the same way, in memory, and each person that a row of
    the child was matched to is excluded. If one ID was matched to two people, both are excluded,
    since it is unknown which family declined.

    Args:
        store: the file store, for the linked rows.
        pilot: look in pilots' files instead of real ones.

    Returns:
        One fact for each person and opt-out.
    """
    opted_out_children = {
        (fact.organization, fact.person) for fact in consents_api.list_active_opt_outs()
    }
    return consents_api.list_opt_outs_of_people(
        _find_people(store, opted_out_children, pilot=pilot)
    )


def load_nation_members(store: FileStore, *, pilot: bool = False) -> tuple[MemberFact, ...]:
    """Load every person matched to a child that a school records as a Tribal nation's member.

    Rows about that person from a sender that knows of no nation are covered, too.

    Args:
        store: the file store, for the linked rows.
        pilot: look in pilots' files instead of real ones.

    Returns:
        One fact for each person and nation, in the order of child keys.
    """
    nations = consents_api.map_children_to_nations()
    people = _find_people(
        store, {(organization, key) for key, (organization, _) in nations.items()}, pilot=pilot
    )
    return tuple(
        MemberFact(person, nations[key][1])
        for key, person_ids in sorted(people.items())
        for person in sorted(person_ids)
    )


def map_child_keys(parts: Iterable[LinkedFile], store: FileStore) -> dict[str, set[str]]:
    """Map each person to the keys by which the person's organizations know the child.

    Args:
        parts: the linked files to read.
        store: the file store that holds them.

    Returns:
        Person ID → child keys (`compute_child_key`), of people with a row in these files.
    """
    keys_by_person: dict[str, set[str]] = defaultdict(set)
    for part in parts:
        for key, person in _read_linked_children(store, part):
            keys_by_person[person].add(key)
    return keys_by_person


def _find_people(
    store: FileStore, children: Set[tuple[str, str]], *, pilot: bool
) -> dict[str, set[str]]:
    """Return the people that the rows of each child (organization, key) were matched to."""
    organizations = {organization for organization, _key in children}
    people: dict[str, set[str]] = defaultdict(set)
    for part in list_linked_files(pilot=pilot):
        if part.organization not in organizations:
            continue
        for key, person in _read_linked_children(store, part):
            if (part.organization, key) in children:
                people[key].add(person)
    return people


def _read_linked_children(store: FileStore, part: LinkedFile) -> Iterator[tuple[str, str]]:
    """Yield the key of each child of a delivery with the person it was matched to.

    A matched file has one row for each row of the file that it was made from, in the same order.
    """
    name_children = consents_api.make_child_namer(part.organization)
    for conformed in store.manifest(part.ref).inputs:
        delivered = store.read(FileRef.parse(conformed))
        if _LOCAL_ID_COLUMN in delivered.column_names:
            person = store.read(part.ref).column(_PERSON_ID_COLUMN)
            rows = pa.table(
                {_LOCAL_ID_COLUMN: delivered.column(_LOCAL_ID_COLUMN), _PERSON_ID_COLUMN: person}
            ).drop_null()
            pairs = rows.group_by([_LOCAL_ID_COLUMN, _PERSON_ID_COLUMN]).aggregate([])
            yield from zip(
                name_children(pairs.column(_LOCAL_ID_COLUMN).to_pylist()),
                pairs.column(_PERSON_ID_COLUMN).to_pylist(),
                strict=True,
            )
