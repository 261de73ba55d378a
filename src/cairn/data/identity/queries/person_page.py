"""Prepare the page of one person for a reviewer: golden values and rules, records, events."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cairn.data.identity.index.index_writer import EMPTIED, MERGED, REVIVED, SPLIT
from cairn.data.identity.index.overlink_flags import read_stated_addresses
from cairn.data.identity.models.match_history import MatchEvent, Sign
from cairn.data.identity.models.person_index import Person, Statement
from cairn.data.identity.queries import record_comparison
from cairn.data.identity.queries.linkage_quality import OVERLINK_FLAG_TEXTS
from cairn.data.identity.storage.statements import IdentitySealer, build_seal_context
from cairn.data.identity.tables import FlaggedPersonRow
from cairn.governance.disclosure_log.api import load_organization_names
from cairn.matching.clustering import OverlinkFlag, StatedAddress, find_distant_homes
from cairn.matching.survivorship import GoldenValue, SourceValue, choose_golden_values
from cairn.platform.storage.api import open_key_ring
from cairn.warehouse.schema import LIFE_DATE_FIELDS

_MILES_PER_KM: Final = 0.621371
"""Miles of one kilometer."""


@dataclass(frozen=True, slots=True)
class HomeDistance:
    """Two homes with the names of their sources, and the minimum distance between them.

    `first` and `last`: the first and last day for which both are stated.
    """

    one: StatedAddress
    other: StatedAddress
    km: int
    miles: int
    first: date
    last: date


def find_home_distance(records: Collection[int]) -> HomeDistance | None:
    """Find the two homes of a person's records that most clearly belong to two children.

    Args:
        records: record numbers of the person.
    Returns:
        The two homes, or None if one child can have lived at all of them.
    """
    distant_homes = find_distant_homes(
        [home for _record, home in read_stated_addresses(records, IdentitySealer(open_key_ring()))]
    )
    if distant_homes is None:
        return None
    name_of = load_organization_names()
    left, right = (
        replace(home, source=name_of.get(home.source, home.source))
        for home in (distant_homes.one, distant_homes.other)
    )
    miles = int(distant_homes.km * _MILES_PER_KM)
    return HomeDistance(
        left, right, distant_homes.km, miles, distant_homes.first, distant_homes.last
    )


_MAX_EVENTS = 100

_EVENT_TEXTS: Final = {
    MERGED: _(
        "This person was combined with another person, whose person ID is now used for both."
    ),
    SPLIT: _("This person was created from records that were separated from another person."),
    REVIVED: _("This person was separated again from the person with whom it had been combined."),
    EMPTIED: _("This person no longer has any records."),
}


@dataclass(frozen=True, slots=True)
class PersonEvent:
    """An event of a person: when, what, and the other person, if there is one."""

    at: datetime
    what: str | Promise
    other: str


@dataclass(frozen=True, slots=True)
class PersonDetails:
    """Everything that a reviewer sees of one person."""

    person: Person
    golden: tuple[tuple[str | Promise, GoldenValue], ...]
    sheet: record_comparison.RecordComparison
    choices: tuple[tuple[int, str], ...]
    signs: tuple[str, ...]
    distance: HomeDistance | None
    events: tuple[PersonEvent, ...]


def filter_people_with_names() -> QuerySet[Person]:
    """Filter the people a reviewer can look at: encoded records would show nothing.

    Returns:
        A queryset of people.
    """
    return Person.objects.exclude(links__record__mark__gt="")


def build_person_details(row: Person) -> PersonDetails:
    """Build the page of one person, with every value chosen from the current records.

    Args:
        row: the person.
    Returns:
        What the page shows.
    """
    numbers = record_comparison.list_current_records(row.pk)
    sheet = record_comparison.compare_records(numbers)
    signs = [OverlinkFlag(item.alarm) for item in Sign.objects.filter(person=row)]
    return PersonDetails(
        person=row,
        golden=tuple(
            (record_comparison.FIELD_LABELS[item.field], _format_golden_value(item))
            for item in choose_golden_values(_read_source_values(numbers))
        ),
        sheet=sheet,
        choices=tuple(
            (number, f"{column.source}, {position}")
            for position, (number, column) in enumerate(zip(numbers, sheet.columns, strict=True), 1)
        ),
        signs=tuple(str(OVERLINK_FLAG_TEXTS[alarm]) for alarm in signs),
        distance=find_home_distance(numbers) if OverlinkFlag.FAR_APART in signs else None,
        events=_list_events(row.pk),
    )


def _format_golden_value(golden_value: GoldenValue) -> GoldenValue:
    """Format a date as people write it."""
    if golden_value.field not in LIFE_DATE_FIELDS:
        return golden_value
    return replace(
        golden_value,
        value=_format_day(golden_value.value),
        others=tuple(map(_format_day, golden_value.others)),
    )


def _format_day(iso_date: str) -> str:
    return date_format(date.fromisoformat(iso_date), "DATE_FORMAT")


def _list_events(person: str) -> tuple[PersonEvent, ...]:
    rows = MatchEvent.objects.filter(person_id=person)[:_MAX_EVENTS]
    return tuple(PersonEvent(row.at, _EVENT_TEXTS[row.kind], row.other_id) for row in rows)


def filter_by_overlink_flag(flag: str) -> QuerySet[Sign]:
    """Filter the flags of this kind, the newest first.

    Args:
        flag: a value of `OverlinkFlag`.
    Returns:
        A queryset of flags.
    """
    return Sign.objects.filter(alarm=flag).order_by("-since", "pk")


def list_flagged_people(flag: str) -> list[FlaggedPersonRow]:
    """List the people with this flag, the newest flag first.

    Args:
        flag: a value of `OverlinkFlag`.
    Returns:
        The rows of the list.
    """
    rows = filter_by_overlink_flag(flag).annotate(
        records=Count("person__links", filter=Q(person__links__until__isnull=True))
    )
    return [FlaggedPersonRow(str(row.person_id), row.records, row.since) for row in rows]


def _read_source_values(numbers: list[int]) -> dict[str, list[SourceValue]]:
    sealer, name_of = IdentitySealer(open_key_ring()), load_organization_names()
    values_by_field: dict[str, list[SourceValue]] = defaultdict(list)
    rows = Statement.objects.filter(record__in=numbers).select_related("record")
    for row in rows.order_by("pk"):
        source = name_of.get(row.record.source, row.record.source)
        for version in sealer.open(
            build_seal_context(row.record.key, row.delivery), bytes(row.sealed)
        ):
            for name, value in version.items():
                values_by_field[name].append(
                    SourceValue(value, source, timezone.localdate(row.since))
                )
    return values_by_field
