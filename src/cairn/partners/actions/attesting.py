"""Training that was taken elsewhere, or with somebody in a room: recorded by whoever vouches."""

from datetime import date, datetime
from functools import partial

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from cairn.accounts.models import User
from cairn.audit import log as audit
from cairn.partners.facts import actor
from cairn.partners.models import Affiliation, Organization
from cairn.rules.access import may_open
from cairn.rules.actor import Actor
from cairn.rules.training import may_attest
from cairn.rules.vocabulary import Action, OrganizationKind
from cairn.training.completing import completed
from cairn.training.course import Course, CourseKind
from cairn.training.facts import clearance
from cairn.training.models import Completion


class NotAttested(Exception):
    """It cannot be recorded as it was written; the message names what to do."""


@transaction.atomic
def attest(
    *,
    person: User,
    organization: Organization,
    course: Course,
    took_place: date,
    how: str,
    by: User,
    at: datetime,
    who: Actor | None = None,
) -> Completion:
    """Record that a person took a course elsewhere, or took part in the workshop.

    ``how`` says where, and with whom; it is kept. Raises ``NotAttested``, ``Refused``.
    """
    asks = who or actor(by)
    after = clearance(person.pk) if course.kind is CourseKind.WORKSHOP else None
    decision = may_attest(
        asks,
        str(person.pk),
        organization.slug,
        others=_others(organization, asks, timezone.localdate(at)),
        workshop_after=after,
        took_place=took_place,
        on=timezone.localdate(at),
    )
    decision.require()
    held = Affiliation.objects.live(timezone.localdate(at)).filter(
        user=person, organization=organization
    )
    if not held.exists():
        raise NotAttested(
            f"{person.name} has no role at {organization} today. Give them one first, "
            "or name the organization at which they have one."
        )
    if took_place > timezone.localdate(at):
        raise NotAttested("Training is recorded once it has taken place, not before.")
    row = completed(course, user=person, on=took_place, how=how, at=at, attested_by=by)
    detail = {
        "person": str(person.pk),
        "organization": organization.slug,
        "course": course.id,
        "on": took_place.isoformat(),
        "how": how,
    }
    audit.record("training.attested", row, by=by, at=at, decision=decision, detail=detail)
    return row


def _others(organization: Organization, who: Actor, on: date) -> int:
    """How many people beside this one could attest at an organization."""
    near = Affiliation.objects.live(on).filter(
        Q(organization=organization) | Q(organization__kind=OrganizationKind.BACKBONE.value)
    )
    people = User.objects.filter(is_active=True, affiliations__in=near).distinct()
    asks = partial(may_open, Action.ATTEST_TRAINING, organization=organization.slug, on=on)
    return sum(asks(actor(user)).allowed for user in people if str(user.pk) != who.id)
