"""Why a person is said to live in places too far apart for one child, as a reviewer reads of it."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from cairn.disclosures.queries import names
from cairn.intake.storehouse import key_ring
from cairn.linkage.homes import homes_of
from cairn.linkage.sealing import Sealer
from cairn.warehouse.person.far_apart import Home, far_apart

_MILES: Final = 0.621371
"""Of a kilometer."""


@dataclass(frozen=True, slots=True)
class Distance:
    """Two homes with their sources' names, how far they are apart at the least, and the first and
    the last day of which both are said."""

    one: Home
    other: Home
    km: int
    miles: int
    first: date
    last: date


def of_homes(records: Collection[int]) -> Distance | None:
    """The two homes of a person with these records that speak most for two children."""
    apart = far_apart([home for _record, home in homes_of(records, Sealer(key_ring()))])
    if apart is None:
        return None
    called = names()
    one, other = (
        replace(home, source=called.get(home.source, home.source))
        for home in (apart.one, apart.other)
    )
    miles = int(apart.km * _MILES)
    return Distance(one, other, apart.km, miles, apart.first, apart.last)
