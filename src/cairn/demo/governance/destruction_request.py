"""Request the destruction of a data owner's data: a program that closes, due in ten days."""

from datetime import datetime, timedelta
from typing import Final

from django.utils import timezone

from cairn.demo.governance import staff
from cairn.governance.partners.api import Organization
from cairn.governance.retention.api import Demand, demand_destruction
from cairn.platform.accounts.api import User

_CLOSING_PROGRAM: Final = "code-hollow"
_CLOSING_AGREEMENT: Final = "RC-DSA-19"
_DAYS_UNTIL_DUE: Final = 10


def request_demo_destruction(at: datetime) -> None:
    """Request the destruction as the program's steward, once.

    The data manager has it among their tasks.
    """
    if Demand.objects.exists():
        return
    demand_destruction(
        agreement=_CLOSING_AGREEMENT,
        owner=Organization.objects.get(slug=_CLOSING_PROGRAM),
        due=timezone.localdate(at) + timedelta(days=_DAYS_UNTIL_DUE),
        why="The program closes at the end of the year.",
        by=User.objects.get(email=staff.find_demo_steward(_CLOSING_PROGRAM).email),
        at=at,
    )
