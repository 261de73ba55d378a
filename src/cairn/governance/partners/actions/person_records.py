"""Actions on partners, their people and their training.

Each asks the policy and writes an audit line. The first user of an installation is created before
any user exists who could allow it. Training taken elsewhere, or in a workshop, is attested by
another person.
"""

from datetime import date, datetime, timedelta
from functools import partial

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from cairn.governance.partners.facts import get_organization_slug, load_actors
from cairn.governance.partners.models import Affiliation, Organization
from cairn.governance.partners.queries.partner_people import decide_account_change
from cairn.governance.training import api as training_api
from cairn.platform.accounts.api import User, correct_user
from cairn.platform.actions.api import (
    ActionResult,
    action,
    has_role_at,
    has_role_for,
    load_current_actor,
)
from cairn.platform.audit.api import record_audit_event
from cairn.policy.engine import Permit
from cairn.policy.facts import Actor
from cairn.policy.questions import may_attest_training, may_open_page
from cairn.policy.vocabulary import Action, OrganizationKind, Role

__all__ = [
    "add_organization",
    "add_person",
    "attest_training",
    "create_first_user",
    "describe_organization",
    "has_first_user",
]


def _get_affiliation_slug(*, affiliation: Affiliation) -> tuple[str]:
    return get_organization_slug(organization=affiliation.organization)


@action("partner.added", asks=has_role_for(Action.CHANGE_PARTNERS))
def add_organization(
    permit: Permit, /, *, slug: str, name: str, kind: OrganizationKind, by: User, at: datetime
) -> ActionResult[Organization]:
    """Add a partner organization.

    Args:
        slug: its short name, which agreements and commands use.
        name: its full name.
        kind: its kind, which decides the law that binds it.
        by: the user who acts.
        at: the moment of the action.

    Returns:
        The organization's row.

    Raises:
        Refused: the policy does not allow it.
    """
    organization = Organization.objects.create(slug=slug, name=name, kind=kind.value)
    detail = {"name": name, "kind": kind.value}
    return ActionResult(organization, subject=organization, detail=detail)


@action("partner.described", asks=has_role_at(Action.CHANGE_PARTNERS), facts=get_organization_slug)
def describe_organization(
    permit: Permit,
    /,
    *,
    organization: Organization,
    state: str,
    education_program: bool | None,
    educational_agency: bool | None,
    covered_entity: bool | None,
    by: User,
    at: datetime,
) -> ActionResult[None]:
    """Record an organization's state and the laws that bind it; ``None`` leaves it unknown.

    Args:
        organization: the organization's row.
        state: the two-letter state code, or empty.
        education_program: whether it is principally engaged in education.
        educational_agency: whether it is an educational agency under FERPA.
        covered_entity: whether it is covered by HIPAA.
        by: the user who acts.
        at: the moment of the action.

    Raises:
        Refused: the policy does not allow it.
    """
    organization.state = state
    organization.is_education_program = education_program
    organization.is_educational_agency = educational_agency
    organization.is_covered_entity = covered_entity
    organization.save(
        update_fields=[
            "state",
            "is_education_program",
            "is_educational_agency",
            "is_covered_entity",
        ]
    )
    education_flags = {
        "education_program": education_program,
        "educational_agency": educational_agency,
    }
    all_flags = education_flags | {"covered_entity": covered_entity}
    detail = {"state": state} | {name: str(value) for name, value in all_flags.items()}
    return ActionResult(subject=organization, detail=detail)


@action("person.added", asks=has_role_at(Action.CHANGE_PEOPLE), facts=get_organization_slug)
def add_person(
    permit: Permit,
    /,
    *,
    email: str,
    name: str,
    organization: Organization,
    role: Role,
    starts: date,
    by: User,
    at: datetime,
) -> ActionResult[Affiliation]:
    """Give a person a role; create an account if the address is new.

    The person sets the password.

    Args:
        email: the person's email address.
        name: the person's name, for a new account.
        organization: the organization.
        role: the role.
        starts: the first day of the role.
        by: the user who acts.
        at: the moment of the action.

    Returns:
        The affiliation's row.

    Raises:
        Refused: the policy does not allow it.
    """
    user = User.objects.filter(email=email.strip().lower()).first()
    if user is None:
        user = User.objects.create_user(email, name)
    affiliation = Affiliation.objects.create(
        user=user, organization=organization, role=role.value, starts=starts
    )
    return ActionResult(
        affiliation,
        subject=affiliation,
        detail={"person": str(user.pk), "organization": organization.slug, "role": role.value},
    )


@action("person.ended", asks=has_role_at(Action.CHANGE_PEOPLE), facts=_get_affiliation_slug)
def end_affiliation(
    permit: Permit, /, *, affiliation: Affiliation, by: User, at: datetime
) -> ActionResult[None]:
    """End a role now: yesterday was its last day. A role that began today ends unused.

    Args:
        affiliation: the affiliation's row.
        by: the user who acts.
        at: the moment of the action.

    Raises:
        Refused: the policy does not allow it.
    """
    affiliation.ends = timezone.localdate(at) - timedelta(days=1)
    affiliation.save(update_fields=["ends"])
    detail = {"person": str(affiliation.user.pk), "role": affiliation.role}
    return ActionResult(subject=affiliation, detail=detail)


@action("person.role_changed", asks=has_role_at(Action.CHANGE_PEOPLE), facts=_get_affiliation_slug)
def change_role(
    permit: Permit,
    /,
    *,
    affiliation: Affiliation,
    role: Role,
    ends: date | None,
    by: User,
    at: datetime,
) -> ActionResult[Affiliation]:
    """Change a person's role at an organization, or the last day of the role.

    A different role begins today and the present one ends as `end_affiliation` ends it, so that the
    past stays on record.

    Args:
        affiliation: the affiliation's row.
        role: the role from today.
        ends: the last day of the role; None if it is open.
        by: the user who acts.
        at: the moment of the action.

    Returns:
        The row of the role that the person has now.

    Raises:
        Refused: the policy does not allow it.
    """
    earlier_role, today = affiliation.role, timezone.localdate(at)
    if role.value == earlier_role:
        affiliation.ends = ends
        affiliation.save(update_fields=["ends"])
        current = affiliation
    else:
        affiliation.ends = today - timedelta(days=1)
        affiliation.save(update_fields=["ends"])
        current = Affiliation.objects.create(
            user=affiliation.user,
            organization=affiliation.organization,
            role=role.value,
            starts=today,
            ends=ends,
        )
    detail = {"person": str(affiliation.user.pk), "from": earlier_role, "role": role.value}
    return ActionResult(current, subject=current, detail=detail)


@transaction.atomic
def correct_person(*, user: User, name: str, email: str, by: User, at: datetime) -> None:
    """Correct a person's name and the email address with which they sign in.

    A person who sets the address can take over the account, so the policy must allow it as it
    allows an invitation: at every organization where the person has a role.

    Args:
        user: the person's account.
        name: the corrected name.
        email: the corrected address.
        by: the user who acts.
        at: the moment of the action.

    Raises:
        Refused: the policy does not allow it.
    """
    decision = decide_account_change(load_current_actor(by), user, timezone.localdate(at))
    decision.require()
    changed = [
        field
        for field, value in (("name", name.strip()), ("email", email.strip().lower()))
        if getattr(user, field) != value
    ]
    correct_user(user, name=name, email=email)
    detail = {"changed": ", ".join(changed)}
    record_audit_event("person.corrected", user, by=by, at=at, decision=decision, detail=detail)


@transaction.atomic
def invite_person(*, user: User, organization: Organization, by: User, at: datetime) -> None:
    """Allow a user to give a person a link for a first or a new password; the link is not stored.

    A person who sets the password can do all that the account can. So the policy must allow
    the invitation at every organization where the person has a role; otherwise a manager of
    one could become a manager of another.

    Args:
        user: the person's account.
        organization: the organization that invites.
        by: the user who acts.
        at: the moment of the action.

    Raises:
        Refused: the policy does not allow it.
    """
    who = load_current_actor(by)
    decision = may_open_page(
        Action.CHANGE_PEOPLE, who, organization=organization.slug, on=timezone.localdate(at)
    )
    decision.require()
    decide_account_change(who, user, timezone.localdate(at)).require()
    record_audit_event("person.invited", user, by=by, at=at, decision=decision)


class AlreadyInstalled(Exception):
    """The installation has users already; one of them must add the others."""


def has_first_user() -> bool:
    """Return whether any person has, or ever had, a role in this installation.

    Returns:
        True if an affiliation exists.
    """
    return Affiliation.objects.exists()


@transaction.atomic
def create_first_user(*, email: str, name: str, organization: str, at: datetime) -> User:
    """Create the first data manager, and the partnership's own organization if it is not on record.

    Anyone with the machine's shell and an empty installation can do this once; it is the
    first line of the audit chain.

    Args:
        email: the person's email address.
        name: the person's name.
        organization: slug of the partnership's own organization.
        at: the moment of the action.

    Returns:
        The user.

    Raises:
        AlreadyInstalled: the installation has a user already.
    """
    if has_first_user():
        raise AlreadyInstalled(
            "This installation already has users. Ask its data manager to add you."
        )
    office, _ = Organization.objects.get_or_create(
        slug=organization,
        defaults={
            "name": organization.replace("-", " ").title(),
            "kind": OrganizationKind.BACKBONE.value,
        },
    )
    user = User.objects.create_user(email, name)
    row = Affiliation.objects.create(
        user=user,
        organization=office,
        role=Role.DATA_MANAGER.value,
        starts=timezone.localdate(at),
    )
    record_audit_event(
        "installation.founded", row, by=user, at=at, detail={"organization": office.slug}
    )
    return user


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
    affiliations = Affiliation.objects.filter_active(timezone.localdate(at)).filter(
        user=person, organization=organization
    )
    if not affiliations.exists():
        raise TrainingNotRecorded(
            f"{person.name} has no role at {organization} today. Add a role first, or choose the "
            f"organization at which {person.name} has a role."
        )
    if took_place > timezone.localdate(at):
        raise TrainingNotRecorded(
            "The training date is in the future. Record training after it has taken place."
        )
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
    affiliations = Affiliation.objects.filter_active(on).filter(
        Q(organization=organization) | Q(organization__kind=OrganizationKind.BACKBONE.value)
    )
    people = User.objects.filter(is_active=True, affiliations__in=affiliations).distinct()
    ask_policy = partial(
        may_open_page, Action.ATTEST_TRAINING, organization=organization.slug, on=on
    )
    return sum(ask_policy(other).allowed for other in load_actors(people) if other.id != who.id)
