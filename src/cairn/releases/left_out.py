"""Whom families' opt-outs leave out: the children's keys in `consents`, turned into person ids."""

from cairn.consents import facts as consents
from cairn.consents.child_key import child_key
from cairn.intake.queries import current
from cairn.linkage import queries as linkage
from cairn.rules.consent import OptOutFact
from cairn.warehouse.zones import FileRef, Storehouse

_ID = "local_id"


def opt_outs(store: Storehouse) -> tuple[OptOutFact, ...]:
    """Every opt-out that stands, by person id.

    A family's choice is kept under a keyed hash of the child's id at its organization, so the ids
    of that organization's own deliveries are hashed the same way, in memory, to find the person.
    """
    standing = {fact.person: fact.organization for fact in consents.standing()}
    people: dict[str, str] = {}
    for organization in sorted(set(standing.values())):
        declined: dict[str, list[str]] = {}
        for local_id in _local_ids(store, organization):
            key = child_key(organization, local_id)
            if standing.get(key) == organization:
                declined.setdefault(key, []).append(local_id)
        known = linkage.people(organization, [i for ids in declined.values() for i in ids])
        for key, ids in declined.items():
            found = next((known[local_id] for local_id in ids if local_id in known), None)
            if found is not None:
                people[key] = found
    return consents.of_people(people)


def _local_ids(store: Storehouse, organization: str) -> set[str]:
    found: set[str] = set()
    for delivery in current():
        if delivery.organization == organization:
            table = store.read(FileRef.parse(delivery.conformed_ref))
            if _ID in table.column_names:
                found |= {value for value in table.column(_ID).unique().to_pylist() if value}
    return found
