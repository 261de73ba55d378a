"""The person index in its own database: what is known, and what one run changes in it."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

import pyarrow as pa
from django.db import transaction

from cairn.linkage.models import Link, Person
from cairn.linkage.sealing import Sealer

IDENTITIES: Final = "identities"
_ID_BYTES: Final = 16
_BATCH: Final = 5000


@dataclass(frozen=True, slots=True)
class Named:
    """One record of this run: who sent it and its identifying fields (none for an id alone)."""

    source: str
    fields: Mapping[str, str | date | None] | None = None


def new_id() -> str:
    """A person id: random, so that it can be computed from nothing."""
    return secrets.token_hex(_ID_BYTES)


def known() -> pa.Table:
    """Every record ever linked: record_key, person_id (its newest) and since (its first)."""
    person: dict[str, str] = {}
    since: dict[str, datetime] = {}
    for record, owner, begun in (
        Link.objects.order_by("pk").values_list("record", "person_id", "since").iterator()
    ):
        person[record] = owner
        since.setdefault(record, begun)
    return pa.table(
        {
            "record_key": pa.array(person.keys(), pa.string()),
            "person_id": pa.array(person.values(), pa.string()),
            "since": pa.array(since.values(), pa.timestamp("us", tz="UTC")),
        }
    )


@transaction.atomic(using=IDENTITIES)
def renew(
    people: Mapping[str, str], records: Mapping[str, Named], sealer: Sealer, at: datetime
) -> int:
    """Make the index say what this run found; the number of people new in it.

    ``people``: record → person. A link that changed ends and a new one begins; a record that is
    not here any more ends; a person without records whose last ones went to another retires.
    """
    open_links = {
        record: (pk, person, content)
        for pk, record, person, content in Link.objects.filter(until__isnull=True)
        .values_list("pk", "record", "person_id", "content")
        .iterator()
    }
    begun, ended, moved = [], [], {}
    for record, person in people.items():
        named = records[record]
        content = sealer.content(named.fields) if named.fields else ""
        pk, before, said = open_links.pop(record, (0, "", ""))
        if (before, said) == (person, content):
            continue
        if pk:
            ended.append(pk)
        if before and before != person:
            moved[before] = person
        begun.append(
            Link(
                record=record,
                source=named.source,
                person_id=person,
                content=content,
                since=at,
                sealed=sealer.seal(record, named.fields) if named.fields else b"",
            )
        )
    ended += [pk for pk, _, _ in open_links.values()]
    there = set(Person.objects.values_list("pk", flat=True))
    new = sorted(set(people.values()) - there)
    Person.objects.bulk_create([Person(id=p, created=at) for p in new], batch_size=_BATCH)
    for start in range(0, len(ended), _BATCH):
        Link.objects.filter(pk__in=ended[start : start + _BATCH]).update(until=at)
    Link.objects.bulk_create(begun, batch_size=_BATCH)
    living = set(people.values())
    for gone, into in moved.items():
        if gone not in living:
            Person.objects.filter(pk=gone).update(merged_into=into)
    return len(new)
