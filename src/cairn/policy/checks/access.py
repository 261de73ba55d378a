"""Check who may ask: a role that permits the action, second factor, training, cleared organization.

This is the first stage of every request, read from the table of role permissions. Every check runs,
so that everything missing is shown at once. An unknown fact does not count as cleared.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Final

from cairn.policy.engine import BoundCheck, Reason, policy_check
from cairn.policy.facts import (
    Actor,
    AffiliationFact,
    AgreementFact,
    Clearance,
    OrganizationSecurity,
)
from cairn.policy.law import PROTECTIVE_ACTIONS, ROLE_PERMISSIONS, STUDENT_DATA_ACTIONS, RoleReach
from cairn.policy.law.cards.governance import access as cards
from cairn.policy.law.cards.governance import data_use as data_use_cards
from cairn.policy.law.cards.governance import family as family_cards
from cairn.policy.lifecycles import TrainingState
from cairn.policy.vocabulary import (
    Action,
    OrganizationKind,
    Outcome,
    Role,
    SecondFactor,
    SignerRelation,
    label_code,
)

__all__ = [
    "check_attested_by_other",
    "check_first_decision",
    "check_modules_before_workshop",
    "check_organization_clearance",
    "check_organization_safeguards",
    "check_other_sign_in",
    "check_own_signature",
    "check_second_factor",
    "find_acting_affiliation",
    "find_training_state",
    "list_acting_affiliations",
    "require_actor_access",
    "require_emergency_access",
    "require_family_access",
    "require_family_answer",
]


def find_training_state(clearance: Clearance, on: date) -> TrainingState:
    """Find the state of a person's clearance on a date.

    Args:
        clearance: what the person has signed and passed, and the requirements.
        on: the date.
    Returns:
        The state.
    """
    if clearance.find_last_day(on) is not None:
        return TrainingState.CLEARED
    if any(first <= on for first, _last_day in clearance.list_cleared_periods()):
        return TrainingState.LAPSED
    return TrainingState.LEARNING if clearance.list_missing_modules(on) else TrainingState.READY


@policy_check(cards.PERSON_UNKNOWN, cards.CONFIDENTIALITY, cards.MODULES, cards.WORKSHOP)
def check_person_clearance(on: date, clearance: Clearance | None) -> Iterator[Reason]:
    """Check confidentiality agreement, modules and workshop, each with its own reason.

    Args:
        clearance: the person's clearance, ``None`` if unknown.
        on: date of the check.
    Returns:
        One reason per requirement.
    """
    if clearance is None:
        yield Reason.from_card(cards.PERSON_UNKNOWN, met=False)
        return
    is_signed, version = clearance.has_signed(on), clearance.required.confidentiality
    yield Reason.from_card(cards.CONFIDENTIALITY, met=is_signed, version=version)
    missing = clearance.list_missing_modules(on)
    yield Reason.from_card(cards.MODULES, met=not missing, missing=", ".join(missing))
    yield Reason.from_card(cards.WORKSHOP, met=clearance.has_attended_workshop(on))


ORGANIZATION_CARDS: Final = (
    cards.ORGANIZATION_UNKNOWN,
    cards.BARRED,
    cards.ASSESSMENT,
    cards.PLAN,
    cards.COLLEAGUES,
)


SAFEGUARD_CARDS: Final = (
    cards.ORGANIZATION_UNKNOWN,
    cards.BARRED,
    cards.ASSESSMENT,
    cards.PLAN,
    cards.SAFEGUARDS,
)


@policy_check(*SAFEGUARD_CARDS)
def check_organization_safeguards(
    on: date,
    organization: str,
    security: OrganizationSecurity | None,
    agreement: AgreementFact,
    owner: str,
) -> Iterator[Reason]:
    """Check that an organization may hold records that a data owner sends under an agreement.

    It is not barred from the owner's records, and its record confirms the safeguards that Cairn and
    the agreement require. Who works there is not asked: people without clearance open nothing.

    Args:
        on: date of the check.
        organization: slug of the receiving organization.
        security: its security facts, ``None`` if unknown.
        agreement: the agreement under which it receives.
        owner: slug of the data owner.
    Returns:
        One reason per requirement.
    """
    if security is None:
        yield Reason.from_card(cards.ORGANIZATION_UNKNOWN, met=False, organization=organization)
        return
    yield from _list_bar_reasons(security, (owner,), on)
    yield from _list_record_reasons(security, on)
    missing = [
        label_code(condition)
        for condition in agreement.security
        if not security.has_safeguard(condition, on)
    ]
    if agreement.security:
        yield Reason.from_card(
            cards.SAFEGUARDS,
            met=not missing,
            agreement=agreement.reference,
            organization=organization,
            missing=", ".join(missing),
        ).at_clause(agreement.security_clause)


def _list_bar_reasons(
    security: OrganizationSecurity, owners: Iterable[str], on: date
) -> Iterator[Reason]:
    """List a refusal where the organization is barred from records of any of the owners."""
    until = security.find_bar_end(owners, on)
    if until is not None:
        yield Reason.from_card(
            cards.BARRED, met=False, organization=security.organization, until=until.isoformat()
        )


def _list_record_reasons(security: OrganizationSecurity, on: date) -> Iterator[Reason]:
    """List the reasons of the self-assessment and of the security plan."""
    yield Reason.from_card(
        cards.ASSESSMENT,
        met=security.is_assessed(on),
        organization=security.organization,
        until=_format_day(security.assessment_expires),
    )
    yield Reason.from_card(
        cards.PLAN,
        met=security.has_security_plan(on),
        organization=security.organization,
        since=_format_day(security.plan_on),
    )


@policy_check(*ORGANIZATION_CARDS)
def check_organization_clearance(
    on: date, organization: str, security: OrganizationSecurity | None
) -> Iterator[Reason]:
    """Check self-assessment, security plan, bar, and that everyone with access there is trained.

    Overdue destructions are checked where data are delivered and used (`checks.retention`), since
    they must not block an organization from the page on which it destroys data.

    Args:
        organization: slug of the organization.
        security: its security facts, ``None`` if unknown.
        on: date of the check.
    Returns:
        One reason per requirement.
    """
    if security is None:
        yield Reason.from_card(cards.ORGANIZATION_UNKNOWN, met=False, organization=organization)
        return
    yield from _list_bar_reasons(security, (), on)
    yield from _list_record_reasons(security, on)
    untrained = security.count_untrained_people(on)
    if untrained is None:
        yield Reason.from_card(cards.ORGANIZATION_UNKNOWN, met=False, organization=organization)
        return
    people = sum(1 for colleague in security.colleagues or () if colleague.has_access(on))
    yield Reason.from_card(
        cards.COLLEAGUES,
        met=untrained == 0,
        organization=organization,
        count=untrained,
        people=people,
    )


def is_organization_cleared(
    organization: str, security: OrganizationSecurity | None, on: date
) -> bool:
    """Tell whether no reason denies an organization's people access to student data.

    Args:
        organization: slug of the organization.
        security: its security facts, ``None`` if unknown.
        on: date of the check.
    Returns:
        True if every requirement is met.
    """
    reasons = check_organization_clearance(organization, security).run(on)
    return all(reason.effect is Outcome.ALLOW for reason in reasons)


def _format_day(day: date | None) -> str:
    return day.isoformat() if day else ""


@policy_check(cards.OWN_SIGNATURE)
def check_own_signature(on: date, actor: Actor, person: str) -> Reason:
    """Check that a person signs for themselves only.

    Args:
        on: date of the check.
        actor: the person who asks.
        person: actor id of the person who is to sign.
    Returns:
        One reason.
    """
    return Reason.from_card(cards.OWN_SIGNATURE, met=actor.id == person)


@policy_check(cards.OTHER_SIGN_IN)
def check_other_sign_in(on: date, actor: Actor, person: str) -> Reason:
    """Check that the sign-in to change belongs to another person.

    Args:
        on: date of the check.
        actor: the person who asks.
        person: actor id of the person who signs in with it.
    Returns:
        One reason.
    """
    return Reason.from_card(cards.OTHER_SIGN_IN, met=actor.id != person)


@policy_check(cards.ATTEST_OTHERS)
def check_attested_by_other(
    on: date, actor: Actor, person: str, organization: str, others: int
) -> Reason:
    """Check that another person attests the training, where there is one.

    Args:
        on: date of the check.
        actor: the person who asks.
        person: actor id of the person trained.
        organization: slug of the organization for which they hold a role.
        others: number of other people at that organization who could attest it.
    Returns:
        One reason.
    """
    is_own_attestation = actor.id == person and others > 0
    return Reason.from_card(
        cards.ATTEST_OTHERS, met=not is_own_attestation, organization=organization
    )


@policy_check(cards.WORKSHOP_LAST)
def check_modules_before_workshop(on: date, clearance: Clearance, took_place: date) -> Reason:
    """Check that every module was passed before the workshop took place.

    Args:
        on: date of the check.
        clearance: clearance of the person trained.
        took_place: day of the workshop.
    Returns:
        One reason.
    """
    missing = clearance.list_missing_modules(took_place)
    return Reason.from_card(
        cards.WORKSHOP_LAST, met=not missing, on=took_place.isoformat(), missing=", ".join(missing)
    )


def list_acting_affiliations(
    action: Action, actor: Actor, organizations: frozenset[str] | None, on: date
) -> tuple[AffiliationFact, ...]:
    """List the affiliations by which a person may act for one of the organizations.

    Args:
        action: action that is asked for.
        actor: the person.
        organizations: organizations concerned; ``None`` if the action concerns none.
        on: date of the request.
    Returns:
        The affiliations, in the person's order.
    """
    return tuple(
        affiliation
        for affiliation in actor.affiliations
        if (reach := ROLE_PERMISSIONS[action].get(affiliation.role))
        and affiliation.is_active(on)
        and _is_within_reach(reach, affiliation, organizations)
    )


def find_acting_affiliation(
    action: Action, actor: Actor, organizations: frozenset[str] | None, on: date
) -> AffiliationFact | None:
    """Find the affiliation by which a person may act for one of the organizations.

    If there are several and the action can show a child, one with a cleared organization comes
    first.

    Args:
        action: action that is asked for.
        actor: the person.
        organizations: organizations concerned; ``None`` if the action concerns none.
        on: date of the request.
    Returns:
        The affiliation, ``None`` if there is none.
    """
    candidates = list_acting_affiliations(action, actor, organizations, on)
    if action in STUDENT_DATA_ACTIONS:
        cleared = (
            candidate
            for candidate in candidates
            if is_organization_cleared(
                candidate.organization, actor.find_security(candidate.organization), on
            )
        )
        return next(cleared, next(iter(candidates), None))
    return next(iter(candidates), None)


def _is_within_reach(
    reach: RoleReach, affiliation: AffiliationFact, organizations: frozenset[str] | None
) -> bool:
    at_backbone = affiliation.kind is OrganizationKind.BACKBONE
    if reach is RoleReach.BACKBONE_ONLY:
        return at_backbone
    if reach is RoleReach.EVERY or organizations is None:
        return True
    if reach is RoleReach.FROM_BACKBONE and at_backbone:
        return True
    return affiliation.organization in organizations


def require_actor_access(
    action: Action, actor: Actor, organizations: frozenset[str] | None = None
) -> tuple[BoundCheck, ...]:
    """List the checks of the first stage: known, active, and with an active role here.

    For an action that can show a child, also: a second factor, the person's own clearance, and the
    clearance of the organization they act for.

    Args:
        action: action that is asked for.
        actor: the person.
        organizations: organizations concerned, one is enough; ``None`` if the action concerns
            no organization, so that any active role in the table is enough.
    Returns:
        The checks.
    """
    if Role.PUBLIC in ROLE_PERMISSIONS[action]:
        return (check_open_to_everyone(),)
    if Role.FAMILY in ROLE_PERMISSIONS[action]:
        return require_family_access(actor, child="")
    checks = [
        check_known_actor(actor),
        check_active_actor(actor),
        check_actor_role(action, actor, organizations),
    ]
    if action in STUDENT_DATA_ACTIONS:
        checks.append(check_second_factor(actor))
        checks.append(check_person_clearance(actor.clearance))
    if action in STUDENT_DATA_ACTIONS - PROTECTIVE_ACTIONS:
        checks.append(check_acting_organization(action, actor, organizations))
    return tuple(checks)


def require_emergency_access(
    action: Action, actor: Actor, organizations: frozenset[str]
) -> tuple[BoundCheck, ...]:
    """List the checks of the first stage in an emergency: known, active, in a role, second factor.

    Lapsed training does not keep an official from protecting a child; it is completed after.

    Args:
        action: action that is asked for.
        actor: the person.
        organizations: organizations concerned, one is enough.
    Returns:
        The checks.
    """
    return (
        check_known_actor(actor),
        check_active_actor(actor),
        check_actor_role(action, actor, organizations),
        check_second_factor(actor),
    )


def require_family_access(actor: Actor, child: str) -> tuple[BoundCheck, ...]:
    """List the checks of the first stage for a family: its own child, through its own page.

    Args:
        actor: the family session.
        child: key of the child.
    Returns:
        The checks.
    """
    return (check_known_actor(actor), check_active_actor(actor), check_own_child(actor, child))


def require_family_answer(actor: Actor, child: str) -> tuple[BoundCheck, ...]:
    """List the checks of the first stage for a family that answers or asks for something.

    Args:
        actor: the family session.
        child: key of the child.
    Returns:
        The checks.
    """
    return (*require_family_access(actor, child), check_page_not_read_only(actor))


@policy_check(family_cards.RIGHTS_HOLDER)
def check_page_not_read_only(on: date, actor: Actor) -> Iterator[Reason]:
    """Check that the page is not one that a parent of an eligible student may read only.

    Such a parent cannot answer, and cannot sign in the student's name (34 CFR 99.5(a)).

    Args:
        on: date of the check.
        actor: the family session.
    Returns:
        A refusal, or nothing.
    """
    if actor.relation is SignerRelation.PARENT:
        yield Reason.from_card(family_cards.RIGHTS_HOLDER, met=False)


@policy_check(cards.OPEN)
def check_open_to_everyone(on: date) -> Reason:
    """Allow everyone, known or not."""
    return Reason.from_card(cards.OPEN, met=True)


@policy_check(cards.KNOWN)
def check_known_actor(on: date, actor: Actor) -> Iterator[Reason]:
    """Check that the actor has an account."""
    if not actor.is_known:
        yield Reason.from_card(cards.KNOWN, met=False)


@policy_check(cards.ACTIVE)
def check_active_actor(on: date, actor: Actor) -> Iterator[Reason]:
    """Check that the account of the actor is active."""
    if not actor.active:
        yield Reason.from_card(cards.ACTIVE, met=False)


@policy_check(cards.ROLE)
def check_actor_role(
    on: date, action: Action, actor: Actor, organizations: frozenset[str] | None
) -> Reason:
    """Check that the actor has an active role that may take this action for an organization."""
    affiliation = find_acting_affiliation(action, actor, organizations, on)
    place = " or ".join(sorted(organizations or ())) or "the partnership"
    if affiliation is None:
        roles = " or ".join(
            sorted(label_code(permitted_role) for permitted_role in ROLE_PERMISSIONS[action])
        )
        return Reason.from_card(cards.ROLE, met=False, roles=roles, where=place, on=on.isoformat())
    role = label_code(affiliation.role).capitalize()
    return Reason.from_card(
        cards.ROLE, met=True, role=role, where=affiliation.organization, on=on.isoformat()
    )


@policy_check(cards.AUTHENTICATED)
def check_second_factor(on: date, actor: Actor) -> Reason:
    """Check that the session proved a second factor, so that the actor is known (34 CFR 99.31(c)).

    Args:
        actor: the person.
        on: date of the request.
    Returns:
        One reason.
    """
    is_proved = actor.second_factor is not SecondFactor.ABSENT
    factor = label_code(actor.second_factor)
    return Reason.from_card(cards.AUTHENTICATED, met=is_proved, factor=factor)


@policy_check(*ORGANIZATION_CARDS)
def check_acting_organization(
    on: date, action: Action, actor: Actor, organizations: frozenset[str] | None
) -> Iterator[Reason]:
    """Check the clearance of the organization that this person acts for; none without a role."""
    affiliation = find_acting_affiliation(action, actor, organizations, on)
    if affiliation is not None:
        security = actor.find_security(affiliation.organization)
        yield from check_organization_clearance(affiliation.organization, security).run(on)


@policy_check(cards.OWN_CHILD)
def check_own_child(on: date, actor: Actor, child: str) -> Reason:
    """Check that a family session belongs to this child."""
    is_own = bool(child) and actor.child == child
    return Reason.from_card(cards.OWN_CHILD, met=is_own)


@policy_check(data_use_cards.ONE_ANSWER)
def check_first_decision(on: date, earlier_reviewers: frozenset[str], actor: Actor) -> Reason:
    """Check that the person has not decided this possible match before.

    Args:
        on: date of the check.
        earlier_reviewers: actor ids of the people who have answered.
        actor: the person who asks.
    Returns:
        One reason.
    """
    return Reason.from_card(data_use_cards.ONE_ANSWER, met=actor.id not in earlier_reviewers)
