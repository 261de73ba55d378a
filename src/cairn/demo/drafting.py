"""An agreement being written: Alder Creek's steward drafts a study, and counsel has to read it.

The draft says no period after which data are destroyed, so the linter finds what the law asks.
"""

import re
from datetime import datetime
from typing import Final

from django.db import transaction

from cairn.accounts.models import User
from cairn.agreements.actions import writing
from cairn.agreements.models import Draft
from cairn.demo import cast
from cairn.demo.planned import examples_folder
from cairn.partners.models import Organization

_DISTRICT: Final = "alder-creek-sd"
_FROM: Final = "RC-DSA-01"
_REFERENCE: Final = "RC-DSA-40"
_PERIOD: Final = re.compile(r"^period_days = .*\n", re.MULTILINE)
_SIGNED: Final = re.compile(r"^signed_(by|capacity|on|how) = .*\n", re.MULTILINE)


@transaction.atomic
def draft(at: datetime) -> None:
    """Begin it, and hand it to counsel, unless it is there."""
    if Draft.objects.exists():
        return
    steward = User.objects.get(email=cast.steward_of(_DISTRICT).email)
    source = examples_folder() / "agreements" / f"{_FROM}.toml"
    text = _SIGNED.sub("", _PERIOD.sub("", source.read_text(encoding="utf-8")))
    text = text.replace(_FROM, _REFERENCE).replace(
        'title = "Data sharing agreement:', 'title = "Reading after school, a second agreement:'
    )
    district = Organization.objects.get(slug=_DISTRICT)
    begun = writing.begin(text=text, organization=district, based_on=_FROM, by=steward, at=at)
    writing.submit(draft=begun, by=steward, at=at)
