"""One person of the index as a reviewer sees her: golden values and rules, records, events."""

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cairn.disclosures.queries import names
from cairn.intake.storehouse import key_ring
from cairn.linkage.models import MatchEvent, Person, Sign, Statement
from cairn.linkage.queries.distance import Distance, of_homes
from cairn.linkage.queries.sheet import FIELDS, Sheet, of_records, standing_records
from cairn.linkage.queries.trust import ALARMS
from cairn.linkage.sealing import Sealer
from cairn.linkage.statements import bound_to
from cairn.linkage.writing import EMPTIED, MERGED, REVIVED, SPLIT
from cairn.warehouse.elements import DAYS_OF_LIFE
from cairn.warehouse.person.alarms import Alarm
from cairn.warehouse.person.golden import Chosen, Said, golden

_MOST = 100

_HAPPENED: Final = {
    MERGED: _("She and another person turned out to be one; the other stands for both."),
    SPLIT: _("Some records of another person turned out to be hers; she began with them."),
    REVIVED: _("She was one with another person, and is herself again."),
    EMPTIED: _("No record stands for her any more."),
}


@dataclass(frozen=True, slots=True)
class Happened:
    """What became of a person and when, and who the other one was, where there was one."""

    at: datetime
    what: str | Promise
    other: str


@dataclass(frozen=True, slots=True)
class Shown:
    """All that a reviewer sees of one person."""

    person: Person
    golden: tuple[tuple[str | Promise, Chosen], ...]
    sheet: Sheet
    choices: tuple[tuple[int, str], ...]
    signs: tuple[str, ...]
    distance: Distance | None
    events: tuple[Happened, ...]


def with_names() -> QuerySet[Person]:
    """The people whom a reviewer can look at: of whoever came encoded nothing could be seen."""
    return Person.objects.exclude(links__record__mark__gt="")


def person(row: Person) -> Shown:
    """One person, with every value chosen anew from what stands."""
    numbers = standing_records(row.pk)
    sheet = of_records(numbers)
    signs = [Alarm(one.alarm) for one in Sign.objects.filter(person=row)]
    return Shown(
        person=row,
        golden=tuple((FIELDS[one.field], _written(one)) for one in golden(_said(numbers))),
        sheet=sheet,
        choices=tuple(
            (number, f"{column.source}, {place}")
            for place, (number, column) in enumerate(zip(numbers, sheet.columns, strict=True), 1)
        ),
        signs=tuple(str(ALARMS[alarm]) for alarm in signs),
        distance=of_homes(numbers) if Alarm.FAR_APART in signs else None,
        events=_events(row.pk),
    )


def _written(one: Chosen) -> Chosen:
    """A day as people write it."""
    if one.field not in DAYS_OF_LIFE:
        return one
    return replace(one, value=_day(one.value), others=tuple(map(_day, one.others)))


def _day(said: str) -> str:
    return date_format(date.fromisoformat(said), "DATE_FORMAT")


def _events(person: str) -> tuple[Happened, ...]:
    rows = MatchEvent.objects.filter(person_id=person)[:_MOST]
    return tuple(Happened(row.at, _HAPPENED[row.kind], row.other_id) for row in rows)


def with_sign(alarm: str) -> QuerySet[Sign]:
    """People of whom this sign was raised, the newest first."""
    return Sign.objects.filter(alarm=alarm).order_by("-since", "pk")


def _said(numbers: list[int]) -> dict[str, list[Said]]:
    sealer, called = Sealer(key_ring()), names()
    found: dict[str, list[Said]] = defaultdict(list)
    rows = Statement.objects.filter(record__in=numbers).select_related("record")
    for row in rows.order_by("pk"):
        source = called.get(row.record.source, row.record.source)
        for way in sealer.open(bound_to(row.record.key, row.delivery), bytes(row.sealed)):
            for name, value in way.items():
                found[name].append(Said(value, source, timezone.localdate(row.since)))
    return found
