"""Find under which IDs other organizations keep the records of the same students.

Only records that came under given data submissions count, on both sides: what was received for
statistics alone connects no student with a service.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from cairn.data.identity.models.person_index import SourceId, Statement
from cairn.data.identity.storage import sql
from cairn.data.identity.storage.person_ids import find_records_of_people
from cairn.data.identity.storage.statements import IdentitySealer, build_seal_context
from cairn.matching.standardize import compute_anchor_keys
from cairn.platform.storage.api import open_key_ring

__all__ = ["LinkedId", "find_linked_ids"]


@dataclass(frozen=True, slots=True, order=True)
class LinkedId:
    """One student's ID at one organization.

    Attributes:
        organization: slug of the organization.
        local_id: its own ID of the student.
    """

    organization: str
    local_id: str


def find_linked_ids(
    organization: str, local_ids: Collection[str], deliveries: Collection[int]
) -> Mapping[str, frozenset[LinkedId]]:
    """Find the other IDs of an organization's students, in a fixed number of queries.

    The caller has asked policy for which purpose the data submissions may be read. An ID that
    several people share identifies no one and has no other IDs.

    Args:
        organization: slug of the organization.
        local_ids: its own IDs of the students.
        deliveries: numbers of the data submissions under which records count.

    Returns:
        The IDs at this and at other organizations by own ID, without the own ID itself; an ID
        without any is absent.
    """
    listed = sorted(set(local_ids))
    if not (listed and deliveries):
        return {}
    key = open_key_ring().subkey("linkage/records")
    anchor_by_own = dict(zip(listed, compute_anchor_keys(organization, listed, key), strict=True))
    person_by_anchor = {
        anchor: person
        for batch in sql.split_batches(sorted(set(anchor_by_own.values())))
        for anchor, person in SourceId.objects.filter(
            key__among=sql.as_value_set(batch), person__isnull=False
        ).values_list("key", "person")
    }
    person_by_own = {
        own: person_by_anchor[anchor]
        for own, anchor in anchor_by_own.items()
        if anchor in person_by_anchor
    }
    ids_by_person = _read_ids_of_people(frozenset(person_by_own.values()), deliveries)
    found: dict[str, frozenset[LinkedId]] = {}
    for own, person in person_by_own.items():
        ids = ids_by_person[person]
        same = {
            item
            for item in ids
            if item.organization == organization and _simplify(item.local_id) == _simplify(own)
        }
        if same and len(ids) > len(same):
            found[own] = ids - same
    return found


def _simplify(local_id: str) -> str:
    """Spaces and letter case do not distinguish IDs, as in a student's key."""
    return "".join(local_id.split()).casefold()


def _read_ids_of_people(
    people: Collection[str], deliveries: Collection[int]
) -> Mapping[str, frozenset[LinkedId]]:
    """Read the IDs that data submissions state of these people, by person."""
    person_by_record, counting = find_records_of_people(people), frozenset(deliveries)
    sealer = IdentitySealer(open_key_ring())
    ids: defaultdict[str, set[LinkedId]] = defaultdict(set)
    for batch in sql.split_batches(person_by_record):
        rows = Statement.objects.filter(record__among=sql.as_value_set(batch))
        for row in rows.select_related("record"):
            if row.delivery not in counting:
                continue
            context = build_seal_context(row.record.key, row.delivery)
            for version in sealer.open(context, bytes(row.sealed)):
                if local_id := version.get("local_id"):
                    linked = LinkedId(row.record.source, local_id)
                    ids[person_by_record[row.record_id]].add(linked)
    return defaultdict(frozenset, {person: frozenset(found) for person, found in ids.items()})
