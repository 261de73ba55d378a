"""A roster that came after a file was checked: it may say of whom the file could not.

An unchanged file that is sent again is not read again, so rows that were set aside stay there until
somebody lets the file be checked once more. Its page and home say when that may help.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

from django.db.models import F, QuerySet

from cairn.intake.models import Delivery
from cairn.rules.vocabulary import DeliveryState
from cairn.warehouse.failures import Failure
from cairn.warehouse.meant import tells

_BY_ROSTER: Final = {Failure.POPULATION_UNKNOWN.value, Failure.OUTSIDE_POPULATION.value}
"""Why rows are set aside that another roster may let in."""

World = tuple[int, bool]
"""A sender, and whether its data are a pilot's."""


def newer_roster(row: Delivery) -> Delivery | None:
    """The newest file of the same sender that says of its children whom they are, where it was
    checked after this one and rows of this one wait for it."""
    if not _waits(row):
        return None
    latest = _latest(_rosters(Delivery.objects.filter(organization=row.organization_id)))
    return _later(row, latest.get(_world(row), ()))


def waiting_for_a_check(rows: QuerySet[Delivery]) -> list[Delivery]:
    """Those of them that a newer roster came for."""
    aside = rows.filter(state=DeliveryState.CONFORMED, rows_kept__lt=F("rows_in"))
    asked = [row for row in aside if _waits(row)]
    if not asked:
        return []
    senders = Delivery.objects.filter(organization__in={row.organization_id for row in asked})
    latest = _latest(_rosters(senders))
    return [row for row in asked if _later(row, latest.get(_world(row), ()))]


def _waits(row: Delivery) -> bool:
    codes = {problem["code"] for problem in row.report.get("problems", ())}
    return row.state == DeliveryState.CONFORMED and not codes.isdisjoint(_BY_ROSTER)


def _rosters(rows: QuerySet[Delivery]) -> list[Delivery]:
    """Those that count and say something of whom a population asks about."""
    counting = rows.filter(state=DeliveryState.CONFORMED)
    return [
        row
        for row in counting
        if tells(row.record, {column["field"] for column in row.report.get("columns", ())})
    ]


def _latest(rosters: Iterable[Delivery]) -> Mapping[World, tuple[Delivery, ...]]:
    """The two newest of each sender: one of them is another file than the one that waits."""
    found: dict[World, tuple[Delivery, ...]] = {}
    for one in sorted(rosters, key=_checked, reverse=True):
        had = found.get(_world(one), ())
        found[_world(one)] = (*had, one)[:2]
    return found


def _later(row: Delivery, rosters: Iterable[Delivery]) -> Delivery | None:
    others = (one for one in rosters if one.pk != row.pk)
    return next((one for one in others if _checked(one) > _checked(row)), None)


def _checked(row: Delivery) -> datetime:
    return row.conformed_at or row.received_at


def _world(row: Delivery) -> World:
    return row.organization_id, row.pilot
