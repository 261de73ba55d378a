"""Whom families and nations leave out: children's keys in `consents`, turned into person ids."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Set

import pyarrow as pa

from cairn.consents import facts as consents
from cairn.consents.child_key import child_key
from cairn.linkage import queries as linkage
from cairn.linkage.queries import Part
from cairn.rules.consent import OptOutFact
from cairn.rules.nation import MemberFact
from cairn.warehouse.zones import FileRef, Storehouse

_ID, _PERSON = "local_id", "person_id"


def opt_outs(store: Storehouse, *, pilot: bool = False) -> tuple[OptOutFact, ...]:
    """Every opt-out that stands, by person id.

    A family's choice is kept under a keyed hash of the child's id at its organization. The ids of
    that organization's own rows are hashed the same way, in memory, and each person that a row of
    this child was linked to is left out: also where one id was linked to two people, since nobody
    can tell which of the two families declined.
    """
    standing = {(fact.organization, fact.person) for fact in consents.standing()}
    return consents.of_people(_people(store, standing, pilot=pilot))


def members(store: Storehouse, *, pilot: bool = False) -> tuple[MemberFact, ...]:
    """Everybody linked to a child whom its school records as of a tribal nation, by person id: also
    rows of that person that somebody else sent, who knows of no nation."""
    nations = consents.nations()
    people = _people(store, {(whose, key) for key, (whose, _) in nations.items()}, pilot=pilot)
    return tuple(
        MemberFact(person, nations[key][1])
        for key, linked in sorted(people.items())
        for person in sorted(linked)
    )


def keys(parts: Iterable[Part], store: Storehouse) -> dict[str, set[str]]:
    """The keys by which a person's own organizations know it, by person id."""
    found: dict[str, set[str]] = defaultdict(set)
    for part in parts:
        for local_id, person in _linked(store, part):
            found[person].add(child_key(part.organization, local_id))
    return found


def _people(
    store: Storehouse, children: Set[tuple[str, str]], *, pilot: bool
) -> dict[str, set[str]]:
    """For each of these children (organization, key) the people that its rows were linked to."""
    whose = {organization for organization, _key in children}
    people: dict[str, set[str]] = defaultdict(set)
    for part in linkage.parts(pilot=pilot):
        if part.organization not in whose:
            continue
        for local_id, person in _linked(store, part):
            key = child_key(part.organization, local_id)
            if (part.organization, key) in children:
                people[key].add(person)
    return people


def _linked(store: Storehouse, part: Part) -> Iterator[tuple[str, str]]:
    """Each id of a delivery with the person it was linked to. A linked file has one row for each
    row of the file that it was made from, in the same order."""
    for conformed in store.manifest(part.ref).inputs:
        sent = store.read(FileRef.parse(conformed))
        if _ID in sent.column_names:
            person = store.read(part.ref).column(_PERSON)
            rows = pa.table({_ID: sent.column(_ID), _PERSON: person}).drop_null()
            pairs = rows.group_by([_ID, _PERSON]).aggregate([])
            yield from zip(*(pairs.column(n).to_pylist() for n in (_ID, _PERSON)), strict=True)
