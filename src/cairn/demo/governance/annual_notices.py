"""Record the annual notices of the college access office, which sends directory information.

Its agreement quotes the notice of September 2025. The newest notice with a closed opt-out window is
recorded beside it, so that the demo runs in any later year.
"""

from datetime import date, datetime
from typing import Final

from django.utils import timezone

from cairn.demo.governance import staff
from cairn.demo.sources.postsecondary_files import COLLEGE_AGREEMENT, COLLEGE_SLUG
from cairn.governance.agreements.api import Agreement, load_agreement_fact
from cairn.governance.consents import api as consents_api
from cairn.governance.partners.api import Organization
from cairn.platform.accounts.api import User

__all__ = ["record_demo_notices"]

_QUOTED_YEAR: Final = 2025
_PUBLISHED: Final = (9, 15)
_LAST_DAY_TO_OPT_OUT: Final = (10, 31)


def record_demo_notices(at: datetime) -> None:
    """Record the notice that the agreement quotes, and the newest one if it is later.

    Args:
        at: when they are recorded.
    """
    college = Organization.objects.get(slug=COLLEGE_SLUG)
    if consents_api.AnnualNoticeVersion.objects.filter(organization=college).exists():
        return
    today = timezone.localdate(at)
    newest = today.year if today > date(today.year, *_LAST_DAY_TO_OPT_OUT) else today.year - 1
    terms = load_agreement_fact(Agreement.objects.get(reference=COLLEGE_AGREEMENT), today)
    for year in sorted({_QUOTED_YEAR, max(newest, _QUOTED_YEAR)}):
        consents_api.record_annual_notice(
            organization=college,
            content=consents_api.AnnualNoticeContent(
                season=f"{year}-{(year + 1) % 100:02}",
                published_on=date(year, *_PUBLISHED),
                directory=terms.elements,
                opt_out_until=date(year, *_LAST_DAY_TO_OPT_OUT),
                official_criteria=True,
                forwarding=True,
            ),
            by=User.objects.get(email=staff.find_demo_steward(COLLEGE_SLUG).email),
            at=at,
        )
