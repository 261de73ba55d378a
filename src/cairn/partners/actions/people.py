"""Writes: partners and their people. Each asks the rule, changes rows, and records it."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from cairn.accounts.models import User
from cairn.audit import log as audit
from cairn.partners.facts import actor
from cairn.partners.models import Affiliation, Organization
from cairn.rules.access import may_open
from cairn.rules.actor import Actor
from cairn.rules.vocabulary import Action, OrganizationKind, Role


@transaction.atomic
def add_organization(
    *,
    slug: str,
    name: str,
    kind: OrganizationKind,
    by: User,
    at: datetime,
    who: Actor | None = None,
) -> Organization:
    """A new partner. `who` are the facts about `by` where a browser session supplied them."""
    decision = may_open(Action.CHANGE_PARTNERS, who or actor(by), on=timezone.localdate(at))
    decision.require()
    organization = Organization.objects.create(slug=slug, name=name, kind=kind.value)
    detail = {"name": name, "kind": kind.value}
    audit.record("partner.added", organization, by=by, at=at, decision=decision, detail=detail)
    return organization


@transaction.atomic
def describe(
    *,
    organization: Organization,
    state: str,
    education_program: bool | None,
    educational_agency: bool | None,
    covered_entity: bool | None,
    by: User,
    at: datetime,
    who: Actor | None = None,
) -> None:
    """Says where an organization lies and which laws bind it; ``None`` leaves it unknown."""
    decision = may_open(
        Action.CHANGE_PARTNERS,
        who or actor(by),
        organization=organization.slug,
        on=timezone.localdate(at),
    )
    decision.require()
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
    told = {"education_program": education_program, "educational_agency": educational_agency}
    said = told | {"covered_entity": covered_entity}
    detail = {"state": state} | {name: str(value) for name, value in said.items()}
    audit.record("partner.described", organization, by=by, at=at, decision=decision, detail=detail)


@transaction.atomic
def add_person(
    *,
    email: str,
    name: str,
    organization: Organization,
    role: Role,
    starts: date,
    by: User,
    at: datetime,
    who: Actor | None = None,
) -> Affiliation:
    """Gives someone a role; makes their account if the address is new. They set the password."""
    decision = may_open(
        Action.CHANGE_PEOPLE,
        who or actor(by),
        organization=organization.slug,
        on=timezone.localdate(at),
    )
    decision.require()
    user = User.objects.filter(email=email.strip().lower()).first()
    if user is None:
        user = User.objects.create_user(email, name)
    affiliation = Affiliation.objects.create(
        user=user, organization=organization, role=role.value, starts=starts
    )
    audit.record(
        "person.added",
        affiliation,
        by=by,
        at=at,
        decision=decision,
        detail={"person": str(user.pk), "organization": organization.slug, "role": role.value},
    )
    return affiliation


@transaction.atomic
def end_affiliation(
    *, affiliation: Affiliation, by: User, at: datetime, who: Actor | None = None
) -> None:
    """Ends a role now: yesterday was its last day (a role begun today ends unused)."""
    decision = may_open(
        Action.CHANGE_PEOPLE,
        who or actor(by),
        organization=affiliation.organization.slug,
        on=timezone.localdate(at),
    )
    decision.require()
    affiliation.ends = timezone.localdate(at) - timedelta(days=1)
    affiliation.save(update_fields=["ends"])
    detail = {"person": str(affiliation.user.pk), "role": affiliation.role}
    audit.record("person.ended", affiliation, by=by, at=at, decision=decision, detail=detail)


@transaction.atomic
def invite(*, user: User, organization: Organization, by: User, at: datetime, who: Actor) -> None:
    """Leave to hand someone a link for a first or a new password; the link itself is not kept.

    Whoever sets the password can do all that the account can: so the rules must allow it at every
    organization where this person has a role, or a manager of one could become that of another.
    """
    decision = may_open(
        Action.CHANGE_PEOPLE, who, organization=organization.slug, on=timezone.localdate(at)
    )
    decision.require()
    roles = user.affiliations.exclude(ends__lt=timezone.localdate(at))
    for slug in roles.values_list("organization__slug", flat=True):
        may_open(Action.CHANGE_PEOPLE, who, organization=slug, on=timezone.localdate(at)).require()
    audit.record("person.invited", user, by=by, at=at, decision=decision)
