"""What River County wants to reach: one target, agreed by its data committee."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from django.utils import timezone

from cairn.accounts.models import User
from cairn.dashboards import actions, facts, queries
from cairn.dashboards.standing import years_ahead
from cairn.dashboards.wording import Wording
from cairn.demo.calendar import school_year
from cairn.demo.households import LAST_YEAR
from cairn.partners.facts import actor
from cairn.rules.target import may_set_target

OUTCOME: Final = "chronic_absence"
BEGINS: Final = school_year(LAST_YEAR - 1)
_YEARS: Final = 4
_PERCENT: Final = Decimal(10)
_AGREED: Final = "Data committee, minutes of its autumn meeting"
_CONTEXT: Final = (
    "The late bus comes back at the four schools whose last bus leaves before the last bell, and "
    "each school has somebody who calls a family after the third missed day, to ask what would "
    "help."
)


def aim(by: User, at: datetime) -> None:
    """Sets the target, where the figures that it begins at are out."""
    day = timezone.localdate(at)
    wording = Wording(
        baseline_year=BEGINS,
        target_year=years_ahead(BEGINS, _YEARS)[-1],
        percent=_PERCENT,
        agreed_by=_AGREED,
        agreed_on=day - timedelta(days=20),
        context=_CONTEXT,
    )
    shown = queries.of(OUTCOME, day)
    fact = facts.target(OUTCOME, wording, shown.figures if shown else None)
    # In a small county that year's figure may be withheld.
    if may_set_target(fact, actor(by), day).allowed:
        actions.set_target(outcome=OUTCOME, wording=wording, by=by, at=at)
