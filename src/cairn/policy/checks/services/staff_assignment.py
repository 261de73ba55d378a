"""Check to which programs and sites a staff member is assigned."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Final

from cairn.policy.checks.access import list_acting_affiliations, require_actor_access
from cairn.policy.engine import BoundCheck, Reason, policy_check
from cairn.policy.facts import Actor, ProgramSite, StaffAssignmentFact
from cairn.policy.law.cards.services import staff_assignment as cards
from cairn.policy.vocabulary import Action, Role

__all__ = [
    "check_assigned_role",
    "check_assigned_students",
    "check_assignment_end",
    "check_assignment_period",
    "check_staff_assignment",
    "check_whole_organization",
    "list_limiting_assignments",
    "list_unassigned_students",
    "require_program_access",
    "require_submission_access",
]

SUBMISSION_ACTIONS: Final = frozenset(
    {
        Action.VIEW_DELIVERY,
        Action.CHANGE_MAPPING,
        Action.RECEIVE,
        Action.CANCEL_DELIVERY,
        Action.CONFORM,
        Action.END_FOLDER_WATCH,
        Action.DISMISS_FOLDER_FILE,
    }
)
"""Actions on data submissions; each submission holds records of a whole organization."""

_UNLIMITED_ROLES: Final = (Role.STEWARD, Role.DATA_MANAGER)
"""Who assigns, and who keeps the records of all programs."""


def list_limiting_assignments(
    actor: Actor, organization: str, on: date
) -> tuple[StaffAssignmentFact, ...]:
    """List the assignments that limit what a person sees of an organization's records.

    It is the one rule about who is limited. Assignments that ended limit too: the end of the last
    one does not open all programs. The data steward, who assigns, and the data manager, who keeps
    the records of all programs, are not limited.

    Args:
        actor: the person.
        organization: slug of the organization that runs the programs.
        on: the date.
    Returns:
        The assignments; empty if nothing limits the person.
    """
    if organization in actor.list_organizations(on, *_UNLIMITED_ROLES):
        return ()
    return tuple(item for item in actor.assignments if item.organization == organization)


def require_program_access(
    action: Action,
    actor: Actor,
    organization: str,
    sites: Collection[ProgramSite] = frozenset(),
) -> tuple[BoundCheck, ...]:
    """List the checks of who may work with a program's own records.

    Args:
        action: action that is asked for.
        actor: the person.
        organization: slug of the organization that runs the program.
        sites: programs and sites that the record is about, one of them is enough; none for a
            record of the organization as a whole.
    Returns:
        The checks.
    """
    return (
        *require_actor_access(action, actor, frozenset({organization})),
        check_staff_assignment(actor, organization, sites),
    )


def list_unassigned_students(
    students: Iterable[str],
    sites: Mapping[str, Collection[ProgramSite]],
    actor: Actor,
    organization: str,
    on: date,
) -> frozenset[str]:
    """List the students that are out of reach of a person with assignments.

    Args:
        students: ids of the students.
        sites: programs and sites at which each is enrolled on the day; one who is absent is at
            none.
        actor: the person.
        organization: slug of the organization that the person acts for.
        on: the date.
    Returns:
        Ids of students; none if nothing limits the person.
    """
    limiting = list_limiting_assignments(actor, organization, on)
    if not limiting:
        return frozenset()
    active = [item for item in limiting if item.is_active(on)]
    return frozenset(
        student
        for student in students
        if not any(item.covers(sites.get(student, ())) for item in active)
    )


def require_submission_access(
    action: Action, actor: Actor, organizations: frozenset[str] | None
) -> tuple[BoundCheck, ...]:
    """List the checks of who may take an action that may concern a data submission.

    Args:
        action: action that is asked for.
        actor: the person.
        organizations: organizations concerned, one is enough; ``None`` if any is.
    Returns:
        The checks of `require_actor_access`; for a data submission, also that the person's
        assignments do not limit them to a part of the organization.
    """
    checks = require_actor_access(action, actor, organizations)
    if action not in SUBMISSION_ACTIONS:
        return checks
    return (*checks, check_whole_organization(action, actor, organizations))


@policy_check(cards.ASSIGNED_WHOLE)
def check_whole_organization(
    on: date, action: Action, actor: Actor, organizations: frozenset[str] | None
) -> Reason:
    """Check that a role lets a person act for an organization with all of its programs.

    Args:
        on: date of the check.
        action: action that is asked for.
        actor: the person.
        organizations: organizations concerned, one is enough; ``None`` if any is.
    Returns:
        One reason.
    """
    limits = [
        list_limiting_assignments(actor, item.organization, on)
        for item in list_acting_affiliations(action, actor, organizations, on)
    ]
    active = [[item for item in limiting if item.is_active(on)] for limiting in limits]
    is_whole = any(
        not limiting or any(not item.program for item in current)
        for limiting, current in zip(limits, active, strict=True)
    )
    names = {item.name for current in active for item in current}
    return Reason.from_card(
        cards.ASSIGNED_WHOLE,
        met=is_whole or not limits,
        assigned="; ".join(sorted(names)) or "nothing today",
    )


@policy_check(cards.ASSIGNED)
def check_assigned_students(
    on: date,
    action: Action,
    actor: Actor,
    organizations: frozenset[str],
    students: Sequence[frozenset[ProgramSite]],
) -> Reason:
    """Check that a person works with each of some students at an organization that they act for.

    Args:
        on: date of the check.
        action: action that is asked for.
        actor: the person.
        organizations: organizations concerned, one is enough.
        students: programs and sites at which each student is enrolled on the day.
    Returns:
        One reason; it is met for a person who may not act at all, who lacks the role.
    """
    sites = {str(number): enrolled for number, enrolled in enumerate(students)}
    acting = {
        item.organization for item in list_acting_affiliations(action, actor, organizations, on)
    }
    names = {
        item.name
        for organization in acting
        for item in list_limiting_assignments(actor, organization, on)
        if item.is_active(on)
    }
    return Reason.from_card(
        cards.ASSIGNED,
        met=not acting
        or any(
            not list_unassigned_students(sites, sites, actor, organization, on)
            for organization in acting
        ),
        assigned="; ".join(sorted(names)) or "nothing today",
    )


@policy_check(cards.ASSIGNED, cards.ASSIGNMENT_AHEAD, cards.ASSIGNMENT_ENDED)
def check_staff_assignment(
    on: date, actor: Actor, organization: str, sites: Collection[ProgramSite]
) -> Reason:
    """Check that a person with assignments is assigned to one of some sites today.

    Args:
        on: date of the check.
        actor: the person.
        organization: slug of the organization that runs the program.
        sites: programs and sites that the record is about; none for the organization as a whole.
    Returns:
        One reason.
    """
    limiting = list_limiting_assignments(actor, organization, on)
    active = [item for item in limiting if item.is_active(on)]
    if not limiting or any(item.covers(sites) for item in active):
        return Reason.from_card(cards.ASSIGNED, met=True)
    others = [item for item in limiting if item.is_ever_active and item.covers(sites)]
    ahead = [item for item in others if item.starts > on]
    if ahead:
        first = min(ahead, key=lambda item: item.starts)
        starts = first.starts.isoformat()
        return Reason.from_card(cards.ASSIGNMENT_AHEAD, met=False, name=first.name, starts=starts)
    ended = [(item.ends, item.name) for item in others if item.ends is not None]
    if ended:
        ends, name = max(ended)
        return Reason.from_card(cards.ASSIGNMENT_ENDED, met=False, name=name, ends=ends.isoformat())
    names = "; ".join(sorted(item.name for item in active)) or "nothing today"
    return Reason.from_card(cards.ASSIGNED, met=False, assigned=names)


@policy_check(cards.ASSIGNED_ROLE)
def check_assigned_role(on: date, starts: date, *, has_role: bool) -> Reason:
    """Check that the person who is assigned is program staff of the organization.

    Args:
        on: date of the check.
        starts: first day of the assignment.
        has_role: whether the person has the role on that day.
    Returns:
        One reason.
    """
    return Reason.from_card(cards.ASSIGNED_ROLE, met=has_role, day=starts.isoformat())


@policy_check(cards.ASSIGNMENT_PERIOD)
def check_assignment_period(on: date, starts: date, ends: date | None) -> Reason:
    """Check the last day of a new assignment.

    Args:
        on: date of the check.
        starts: first day of the assignment.
        ends: last day; ``None`` means open.
    Returns:
        One reason.
    """
    return _judge_last_day(max(starts, on - timedelta(days=1)), ends)


@policy_check(cards.ASSIGNMENT_PERIOD)
def check_assignment_end(on: date, starts: date, ends: date) -> Reason:
    """Check the last day of an assignment that is ended.

    The day before its first day means that it was never in force, as when the wrong person was
    assigned.

    Args:
        on: date of the check.
        starts: first day of the assignment.
        ends: the new last day.
    Returns:
        One reason.
    """
    return _judge_last_day(max(starts, on) - timedelta(days=1), ends)


def _judge_last_day(earliest: date, ends: date | None) -> Reason:
    return Reason.from_card(
        cards.ASSIGNMENT_PERIOD,
        met=ends is None or ends >= earliest,
        ends=ends.isoformat() if ends else "open",
        earliest=earliest.isoformat(),
    )
