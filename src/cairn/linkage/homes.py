"""What deliveries say of the homes of a few records, and of which days."""

import re
from collections.abc import Collection, Iterator
from datetime import date, datetime
from typing import Final

from django.utils import timezone

from cairn.consents.season import school_year
from cairn.intake.models import Delivery
from cairn.linkage.among import among
from cairn.linkage.bulk import batches
from cairn.linkage.models import Statement
from cairn.linkage.sealing import Sealer
from cairn.linkage.statements import bound_to
from cairn.warehouse.linking.spelling import postal
from cairn.warehouse.person.far_apart import Home, ties_of

_YEARS: Final = re.compile(r"(\d\d)(\d\d)-(?:\1)?(\d\d)")
_JULY, _JUNE, _LAST_OF_JUNE = 7, 6, 30
_CHUNK: Final = 5_000


def homes_of(records: Collection[int], sealer: Sealer) -> Iterator[tuple[int, Home]]:
    """Record by number, and a home that one delivery states of it."""
    for batch in batches(sorted(records)):
        held = Statement.objects.filter(record__among=among(batch)).order_by("pk")
        periods = _periods(held.order_by().values_list("delivery", flat=True).distinct())
        for record, key, source, delivery, sealed, since in held.values_list(
            "record_id", "record__key", "record__source", "delivery", "sealed", "since"
        ).iterator(_CHUNK):
            first, last = days(periods.get(delivery, ""), since)
            for way in sealer.open(bound_to(key, delivery), bytes(sealed)):
                code = postal(way.get("postal_code") or "")
                yield record, Home(source, code, first, last, ties_of(way, source))


def days(period: str, came: datetime) -> tuple[date, date]:
    """The first and the last day of which a delivery speaks: of the last school year of its period
    ("2025-26", "2021-26"), or else of that in which it came."""
    said = _YEARS.fullmatch(period.strip())
    if said and said[2] < said[3]:
        start = int(said[1] + said[3]) - 1
    else:
        start = int(school_year(timezone.localdate(came)).partition("-")[0])
    return date(start, _JULY, 1), date(start + 1, _JUNE, _LAST_OF_JUNE)


def _periods(deliveries: Collection[int]) -> dict[int, str]:
    return dict(Delivery.objects.filter(pk__in=list(deliveries)).values_list("pk", "period"))
