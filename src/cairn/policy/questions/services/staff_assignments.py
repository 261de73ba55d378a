"""Decide who assigns staff to programs and sites, and what an assignment lets them work with."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from cairn.policy import checks
from cairn.policy.engine import Decision, PolicyRequest, decide_request, policy_question
from cairn.policy.facts import Actor, ProgramSite, StaffAssignmentFact
from cairn.policy.questions.governance.access import find_organization_scope
from cairn.policy.vocabulary import Action

__all__ = [
    "ProgramScope",
    "find_program_scope",
    "list_limiting_names",
    "may_assign_staff",
    "may_change_program_sites",
    "may_end_roster_entry",
    "may_end_staff_assignment",
    "may_reach_program_sites",
]


@dataclass(frozen=True, slots=True)
class ProgramScope:
    """Which programs and sites an action reaches on a date.

    It answers for every record at once what `may_reach_program_sites` answers for one, so that a
    list can be narrowed before its rows are fetched.

    Attributes:
        organizations: slugs of the organizations with all of their programs.
        assignments: assignments in force that reach a part of another organization's programs.
    """

    organizations: frozenset[str]
    assignments: tuple[StaffAssignmentFact, ...] = ()

    def includes(self, organization: str, sites: Collection[ProgramSite]) -> bool:
        """Tell whether a record of these sites of an organization is within reach."""
        return organization in self.organizations or any(
            item.organization == organization and item.covers(sites) for item in self.assignments
        )


def find_program_scope(action: Action, actor: Actor, on: date) -> ProgramScope:
    """Find which programs and sites a person may take an action for.

    Args:
        action: action that is asked for, on a program's own records.
        actor: the person.
        on: date of the request.

    Returns:
        The scope; nothing is within it for a person who may not take the action.
    """
    whole: set[str] = set()
    parts: list[StaffAssignmentFact] = []
    for slug in find_organization_scope(action, actor, on).organizations:
        limiting = checks.list_limiting_assignments(actor, slug, on)
        active = [item for item in limiting if item.is_active(on)]
        if not limiting or any(not item.program for item in active):
            whole.add(slug)
        else:
            parts += active
    return ProgramScope(frozenset(whole), tuple(parts))


def list_limiting_names(
    actor: Actor, organizations: Collection[str], on: date
) -> tuple[str, ...] | None:
    """List the assignments that limit what a person sees of students, in words.

    Args:
        actor: the person.
        organizations: slugs of the organizations that the person acts for.
        on: date of the request.

    Returns:
        Names of the assignments in force; None if nothing limits the person at any of them.
    """
    limiting = [checks.list_limiting_assignments(actor, slug, on) for slug in organizations]
    active = [[item for item in items if item.is_active(on)] for items in limiting]
    if all(
        not items or any(not item.program for item in current)
        for items, current in zip(limiting, active, strict=True)
    ):
        return None
    return tuple(sorted({item.name for current in active for item in current}))


@policy_question
def may_end_roster_entry(
    organization: str, sites: frozenset[ProgramSite], actor: Actor, on: date
) -> Decision:
    """Decide whether a user may end a student's time on an organization's roster.

    Args:
        organization: slug of the organization with the roster.
        sites: programs and sites at which the student is enrolled on the day.
        actor: the person who asks, with roles, assignments and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    return _decide_sites(Action.RECORD_CONSENT, organization, sites, actor, on)


@policy_question
def may_reach_program_sites(
    action: Action, organization: str, sites: frozenset[ProgramSite], actor: Actor, on: date
) -> Decision:
    """Decide whether a user may work with records of some sites of an organization's programs.

    Args:
        action: what the user wants to do.
        organization: slug of the organization that runs the programs.
        sites: programs and sites that the record is about; none for the organization as a whole.
        actor: the person who asks, with roles, assignments and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    return _decide_sites(action, organization, sites, actor, on)


@policy_question
def may_change_program_sites(
    organization: str, sites: frozenset[ProgramSite], actor: Actor, on: date
) -> Decision:
    """Decide whether a user may change records of some sites of an organization's programs.

    Args:
        organization: slug of the organization that runs the programs.
        sites: programs and sites that the record is about; none for the organization as a whole.
        actor: the person who asks, with roles, assignments and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    return _decide_sites(Action.CHANGE_PROGRAM, organization, sites, actor, on)


@policy_question
def may_assign_staff(
    assignment: StaffAssignmentFact,
    has_role: bool,  # noqa: FBT001 - a fact, and no switch
    actor: Actor,
    on: date,
) -> Decision:
    """Decide whether a user may assign a staff member to a program or site.

    Args:
        assignment: facts of the new assignment.
        has_role: whether the staff member has the role program staff there on its first day.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    return decide_request(
        PolicyRequest(
            action=Action.ASSIGN_STAFF,
            actor=actor,
            facts=(assignment, has_role),
            access_checks=checks.require_actor_access(
                Action.ASSIGN_STAFF, actor, frozenset({assignment.organization})
            ),
            outcome_checks=(
                checks.check_assigned_role(assignment.starts, has_role=has_role),
                checks.check_assignment_period(assignment.starts, assignment.ends),
            ),
        ),
        on,
    )


@policy_question
def may_end_staff_assignment(
    assignment: StaffAssignmentFact, ends: date, actor: Actor, on: date
) -> Decision:
    """Decide whether a user may end a staff member's assignment.

    Args:
        assignment: facts of the assignment.
        ends: the new last day.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    return decide_request(
        PolicyRequest(
            action=Action.ASSIGN_STAFF,
            actor=actor,
            facts=(assignment, ends),
            access_checks=checks.require_actor_access(
                Action.ASSIGN_STAFF, actor, frozenset({assignment.organization})
            ),
            outcome_checks=(checks.check_assignment_end(assignment.starts, ends),),
        ),
        on,
    )


def _decide_sites(
    action: Action, organization: str, sites: frozenset[ProgramSite], actor: Actor, on: date
) -> Decision:
    return decide_request(
        PolicyRequest(
            action=action,
            actor=actor,
            facts=(organization, sites),
            access_checks=checks.require_program_access(action, actor, organization, sites),
        ),
        on,
    )
