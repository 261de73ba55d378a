"""Signs that a person of the index is more than one child, kept as she is looked at."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime

import pyarrow as pa
from django.utils import timezone

from cairn.linkage.among import among
from cairn.linkage.bulk import batches, insert, moment
from cairn.linkage.found import Found
from cairn.linkage.models import Sign
from cairn.linkage.uncertain import evidence
from cairn.warehouse.linking.groups import THRESHOLD
from cairn.warehouse.person.alarms import Alarm, Seen, alarms, hubs

_LOOKED_AT = ("record_key", "source", "local_id", "state_id", "birth_date", "postal_code")


def keep(found: Found, said: pa.Table, before: Collection[str], at: datetime) -> None:
    """Keep the signs of every person that was looked at, in the place of the old ones.

    ``said``: all that stands of the records, with the columns of ``FIELDS``; ``before``: the
    people who stood there until now.
    """
    seen = _seen(said, at)
    records: dict[str, set[str]] = defaultdict(set)
    for name, person in zip(found.names, found.people, strict=True):
        records[person].add(name)
    raised = {
        (person, alarm.value)
        for person, names in records.items()
        for alarm in alarms([one for name in sorted(names) for one in seen[name]])
    }
    raised |= {(person, Alarm.HUB.value) for person in _held_by_one(found, records)}
    for batch in batches(sorted({*before, *records})):
        Sign.objects.filter(person__among=among(batch)).delete()
    when = moment(at)
    insert(Sign, ("person_id", "alarm", "since"), [(*one, when) for one in sorted(raised)])


def _seen(said: pa.Table, at: datetime) -> dict[str, list[Seen]]:
    found: dict[str, list[Seen]] = defaultdict(list)
    for row in said.select(_LOOKED_AT).to_pylist():
        found[row["record_key"]].append(
            Seen(
                record=row["record_key"],
                source=row["source"],
                local_id=row["local_id"],
                state_id=row["state_id"],
                birth_date=row["birth_date"],
                postal_code=row["postal_code"],
                since=timezone.localdate(at),
            )
        )
    return found


def _held_by_one(found: Found, records: dict[str, set[str]]) -> set[str]:
    """People whose records are held together by one of them alone, against other evidence."""
    circle_of = dict(zip(found.people, found.circle, strict=True))
    contested = {
        circle: between
        for circle, between in evidence(found).items()
        if any(bits < 0 for bits in between.values())
    }
    return {
        person
        for person, names in records.items()
        if len(names) > 2  # noqa: PLR2004 - two records are held together by each other
        and (between := contested.get(circle_of[person])) is not None
        and hubs(names, {two: b for two, b in between.items() if names.issuperset(two)}, THRESHOLD)
    }
