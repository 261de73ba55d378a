"""Record training taken elsewhere, or in a workshop, as attested by another person."""

from datetime import date, datetime
from functools import partial

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from cairn.governance.partners.facts import load_actors
from cairn.governance.partners.models.organizations import Affiliation, Organization
from cairn.governance.training import api as training_api
from cairn.platform.accounts.api import User
from cairn.platform.actions.api import load_current_actor
from cairn.platform.audit.api import record_audit_event
from cairn.policy.facts import Actor
from cairn.policy.questions import may_attest_training, may_open_page
from cairn.policy.vocabulary import Action, OrganizationKind

__all__ = ["attest_training"]


class TrainingNotRecorded(Exception):
    """The training cannot be recorded as written; the message says what to do."""


@transaction.atomic
def attest_training(
    *,
    person: User,
    organization: Organization,
    course: training_api.Course,
    took_place: date,
    how: str,
    by: User,
    at: datetime,
) -> training_api.Completion:
    """Record that a person took a course elsewhere, or took part in the workshop.

    Args:
        person: who was trained.
        organization: an organization at which the person has a role.
        course: the course.
        took_place: the day of the training.
        how: where and with which trainer it took place; this is kept.
        by: the user who attests.
        at: the moment of the action.

    Returns:
        The completion's row.

    Raises:
        TrainingNotRecorded: the person has no role there, or the day is in the future.
        Refused: the policy does not allow it.
    """
    actor_facts = load_current_actor(by)
    clearance_fact = (
        training_api.load_clearance(person.pk)
        if course.kind is training_api.CourseKind.WORKSHOP
        else None
    )
    decision = may_attest_training(
        actor_facts,
        str(person.pk),
        organization.slug,
        others=_count_other_attesters(organization, actor_facts, timezone.localdate(at)),
        workshop_after=clearance_fact,
        took_place=took_place,
        on=timezone.localdate(at),
    )
    decision.require()
    affiliations = Affiliation.objects.live(timezone.localdate(at)).filter(
        user=person, organization=organization
    )
    if not affiliations.exists():
        raise TrainingNotRecorded(
            f"{person.name} has no role at {organization} today. Give them one first, "
            "or name the organization at which they have one."
        )
    if took_place > timezone.localdate(at):
        raise TrainingNotRecorded("Training is recorded once it has taken place, not before.")
    row = training_api.create_completion(
        course, user=person, on=took_place, how=how, at=at, attested_by=by
    )
    detail = {
        "person": str(person.pk),
        "organization": organization.slug,
        "course": course.id,
        "on": took_place.isoformat(),
        "how": how,
    }
    record_audit_event("training.attested", row, by=by, at=at, decision=decision, detail=detail)
    return row


def _count_other_attesters(organization: Organization, who: Actor, on: date) -> int:
    """Count the other people who could attest at an organization."""
    affiliations = Affiliation.objects.live(on).filter(
        Q(organization=organization) | Q(organization__kind=OrganizationKind.BACKBONE.value)
    )
    people = User.objects.filter(is_active=True, affiliations__in=affiliations).distinct()
    ask_policy = partial(
        may_open_page, Action.ATTEST_TRAINING, organization=organization.slug, on=on
    )
    return sum(ask_policy(other).allowed for other in load_actors(people) if other.id != who.id)
