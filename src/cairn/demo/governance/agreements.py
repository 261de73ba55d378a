"""Draft an agreement in the demo, and request destruction under another.

Alder Creek's steward drafts an agreement for a study and submits it for counsel's review. The draft
names no period after which data are destroyed, so the linter finds what the law requires. A program
that closes requests the destruction of its data, due in ten days.
"""

import re
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.utils import timezone

from cairn.demo.governance import staff
from cairn.demo.planned_deliveries import find_examples_folder
from cairn.governance.agreements.api import Draft, begin_draft, submit_draft_to_counsel
from cairn.governance.partners.api import Organization
from cairn.governance.retention.api import Demand, demand_destruction
from cairn.platform.accounts.api import User

_DRAFTING_DISTRICT: Final = "alder-creek-sd"
_BASED_ON: Final = "RC-DSA-01"
_DRAFT_REFERENCE: Final = "RC-DSA-40"
_PERIOD_LINE: Final = re.compile(r"^period_days = .*\n", re.MULTILINE)
_SIGNATURE_LINES: Final = re.compile(r"^signed_(by|capacity|on|how) = .*\n", re.MULTILINE)


@transaction.atomic
def draft_demo_agreement(at: datetime) -> None:
    """Draft the agreement and submit it to counsel, unless a draft exists."""
    if Draft.objects.exists():
        return
    steward = User.objects.get(email=staff.find_demo_steward(_DRAFTING_DISTRICT).email)
    source = find_examples_folder() / "agreements" / f"{_BASED_ON}.toml"
    text = _SIGNATURE_LINES.sub("", _PERIOD_LINE.sub("", source.read_text(encoding="utf-8")))
    text = text.replace(_BASED_ON, _DRAFT_REFERENCE).replace(
        'title = "Data sharing agreement:', 'title = "Reading after school, a second agreement:'
    )
    district = Organization.objects.get(slug=_DRAFTING_DISTRICT)
    new_draft = begin_draft(text=text, organization=district, based_on=_BASED_ON, by=steward, at=at)
    submit_draft_to_counsel(draft=new_draft, by=steward, at=at)


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
