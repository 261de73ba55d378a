"""The person index in its own database: what is known, and what one run changes in it."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

import pyarrow as pa
from django.db import connections, models, transaction

from cairn.linkage.models import Link, Person
from cairn.linkage.sealing import Sealer, plain

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
    standing = _standing()
    begun, ended, moved = [], [], {}
    for record, person in people.items():
        named = records[record]
        said = plain(named.fields) if named.fields else b""
        content = sealer.content(said) if said else ""
        pk, before, known_content = standing.pop(record, (0, "", ""))
        if (before, known_content) == (person, content):
            continue
        if pk:
            ended.append(pk)
        if before and before != person:
            moved[before] = person
        sealed = sealer.seal(record, said) if said else b""
        begun.append((record, named.source, person, sealed, content))
    ended += [pk for pk, _, _ in standing.values()]
    when = connections[IDENTITIES].ops.adapt_datetimefield_value(at)
    living = set(people.values())
    new = sorted(living - set(Person.objects.values_list("pk", flat=True)))
    for start in range(0, len(ended), _BATCH):
        # Which record was whose stays; the names do not: their rows may have been destroyed.
        over = Link.objects.filter(pk__in=ended[start : start + _BATCH])
        over.update(until=at, sealed=b"", content="")
    _insert(Person, ("id", "created", "merged_into"), [(p, when, "") for p in new])
    _insert(Link, _LINK_COLUMNS, [(*row, when) for row in begun])
    for gone, into in moved.items():
        if gone not in living:
            Person.objects.filter(pk=gone).update(merged_into=into)
    return len(new)


def _standing() -> dict[str, tuple[int, str, str]]:
    """Record → its open link: key, person, content."""
    rows = Link.objects.filter(until__isnull=True)
    found = rows.values_list("record", "pk", "person_id", "content").iterator()
    return {record: (pk, person, content) for record, pk, person, content in found}


_LINK_COLUMNS: Final = ("record", "source", "person_id", "sealed", "content", "since")


def _insert(
    model: type[models.Model],
    columns: Sequence[str],
    rows: Sequence[tuple[str | bytes | None, ...]],
) -> None:
    """Many rows at the speed of the database: ``bulk_create`` takes ten times as long for these."""
    connection = connections[IDENTITIES]
    name = connection.ops.quote_name
    sql = (
        f"INSERT INTO {name(model._meta.db_table)} ({', '.join(map(name, columns))}) "  # noqa: S608
        f"VALUES ({', '.join(['%s'] * len(columns))})"
    )
    with connection.cursor() as cursor:
        cursor.executemany(sql, rows)
