"""Set one target for River County, agreed by its data committee."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from django.utils import timezone

from cairn.demo.population.households import LAST_YEAR
from cairn.demo.population.school_calendar import format_school_year
from cairn.governance.partners.api import load_actor
from cairn.outputs.dashboards import api as dashboards_api
from cairn.platform.accounts.api import User
from cairn.policy.questions import may_set_target

TARGET_OUTCOME: Final = "chronic_absence"
BASELINE_YEAR: Final = format_school_year(LAST_YEAR - 1)
_YEARS_AHEAD: Final = 4
_TARGET_PERCENT: Final = Decimal(10)
_AGREED_BY: Final = "Data committee, minutes of its autumn meeting"

_TARGET_CONTEXT: Final = (
    "The late bus comes back at the four schools whose last bus leaves before the last bell, and "
    "each school has somebody who calls a family after the third missed day, to ask what would "
    "help."
)


def set_demo_target(by: User, at: datetime) -> None:
    """Set the target, if the figures of its baseline year are published."""
    on_date = timezone.localdate(at)
    wording = dashboards_api.TargetTerms(
        baseline_year=BASELINE_YEAR,
        target_year=dashboards_api.list_following_years(BASELINE_YEAR, _YEARS_AHEAD)[-1],
        percent=_TARGET_PERCENT,
        agreed_by=_AGREED_BY,
        agreed_on=on_date - timedelta(days=20),
        context=_TARGET_CONTEXT,
    )
    published_outcome = dashboards_api.load_published_outcome(TARGET_OUTCOME, on_date)
    fact = dashboards_api.build_target_fact(
        TARGET_OUTCOME, wording, published_outcome.figures if published_outcome else None
    )
    # In a small county that year's figure may be withheld.
    if may_set_target(fact, load_actor(by), on_date).allowed:
        dashboards_api.set_target(outcome=TARGET_OUTCOME, terms=wording, by=by, at=at)
