"""An owner asks for its data to be destroyed: a program that closes, with ten days to do it in."""

from datetime import datetime, timedelta
from typing import Final

from django.utils import timezone

from cairn.accounts.models import User
from cairn.demo import cast
from cairn.partners.models import Organization
from cairn.retention import actions as retention
from cairn.retention.models import Demand

_PROGRAM: Final = "code-hollow"
_AGREEMENT: Final = "RC-DSA-19"
_DAYS: Final = 10


def demand(at: datetime) -> None:
    """The steward of the program demands, once; the data manager will find it waiting."""
    if Demand.objects.exists():
        return
    retention.demand(
        agreement=_AGREEMENT,
        owner=Organization.objects.get(slug=_PROGRAM),
        due=timezone.localdate(at) + timedelta(days=_DAYS),
        why="The program closes at the end of the year.",
        by=User.objects.get(email=cast.steward_of(_PROGRAM).email),
        at=at,
    )
