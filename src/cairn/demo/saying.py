"""What each school of River County says of all its children before it sends anything about them.

Nobody's records hold tribal nations; each keeps something back for some child, and lists it.
"""

from datetime import datetime

from django.db import transaction

from cairn.accounts.models import User
from cairn.consents.actions.keeping import state
from cairn.consents.models import Says, Statement, Subject
from cairn.demo import cast
from cairn.partners.models import Organization
from cairn.rules.vocabulary import FERPA_AGENCIES


@transaction.atomic
def say(at: datetime) -> None:
    """Every school that has a steward and has said nothing yet says it."""
    schools = Organization.objects.filter(kind__in=[kind.value for kind in FERPA_AGENCIES])
    stewards = User.objects.in_bulk(field_name="email")
    for school in schools.exclude(pk__in=Statement.objects.values("organization")):
        steward = stewards.get(cast.steward_of(school.slug).email)
        if steward is not None:
            for subject, says in (
                (Subject.NATIONS, Says.NO_RECORD),
                (Subject.WITHHELD, Says.LISTED),
            ):
                state(organization=school, subject=subject, says=says, by=steward, at=at)
