"""Assign staff to programs and sites, and end an assignment."""

from datetime import date, datetime

from django.utils.formats import date_format

from cairn.governance.partners.api import Affiliation, Organization
from cairn.platform.accounts.api import User
from cairn.platform.actions.api import ActionResult, action
from cairn.policy.engine import Permit
from cairn.policy.facts import StaffAssignmentFact
from cairn.policy.questions import may_assign_staff, may_end_staff_assignment
from cairn.policy.vocabulary import Role
from cairn.services.programs import facts, models
from cairn.services.programs.actions import ProgramConflict

__all__ = ["assign_staff", "end_staff_assignment"]


def _build_new_assignment(
    *,
    organization: Organization,
    person: User,
    program: models.Program | None,
    site: str,
    starts: date,
    ends: date | None,
) -> tuple[StaffAssignmentFact, bool]:
    """Lock the staff member, so that two people who assign the same one wait for each other."""
    User.objects.select_for_update().get(pk=person.pk)
    roles = Affiliation.objects.filter_active(starts).filter(
        organization=organization, user=person, role=Role.PROGRAM_STAFF.value
    )
    row = models.StaffAssignment(
        organization=organization, program=program, site=site, starts=starts, ends=ends
    )
    return facts.build_assignment_fact(row), person.is_active and roles.exists()


def _lock_assignment(
    *, assignment: models.StaffAssignment, ends: date
) -> tuple[StaffAssignmentFact, date]:
    rows = models.StaffAssignment.objects.select_for_update(of=("self",))
    row = rows.select_related("organization").get(pk=assignment.pk)
    return facts.build_assignment_fact(row), ends


@action("program.staff_assigned", asks=may_assign_staff, facts=_build_new_assignment)
def assign_staff(  # noqa: PLR0913 - each is one property of the assignment
    permit: Permit,
    /,
    *,
    organization: Organization,
    person: User,
    position: models.StaffPosition,
    program: models.Program | None,
    site: str,
    starts: date,
    ends: date | None,
    by: User,
    at: datetime,
) -> ActionResult[models.StaffAssignment]:
    """Assign a staff member to a program or a site. Sent twice, it is recorded once.

    Args:
        organization: the organization that runs the program.
        person: the staff member.
        position: what the person does there.
        program: the program; None for all programs of the organization.
        site: name of the site; empty for all sites of the program.
        starts: first day.
        ends: last day; None while it is open.
        by: the user who acts.
        at: the moment of the action.

    Returns:
        The assignment on record.

    Raises:
        ProgramConflict: the program is of another organization, has no such site, or the person is
            assigned to it already at that time.
        Refused: the person is not program staff there, or the user may not assign staff.
    """
    if program is not None and program.organization_id != organization.pk:
        raise ProgramConflict("This program is not of your organization.")
    if site and (program is None or not program.series.filter(site=site).exists()):
        raise ProgramConflict("This program has no group at this site.")
    same = models.StaffAssignment.objects.filter(
        organization=organization, person=person, program=program, site=site
    )
    for row in same:
        if (row.starts, row.ends, row.position) == (starts, ends, position.value):
            return ActionResult(row, subject=row)
        if max(row.starts, starts) <= min(row.ends or date.max, ends or date.max):
            if row.ends is None or starts < row.starts:
                advice = "End that assignment first."
            else:
                advice = f"Choose a first day after {date_format(row.ends)}."
            raise ProgramConflict(f"This person is assigned there at that time already. {advice}")
    row = models.StaffAssignment.objects.create(
        organization=organization,
        person=person,
        position=position.value,
        program=program,
        site=site,
        starts=starts,
        ends=ends,
        assigned_by=by,
        assigned_at=at,
    )
    detail: dict[str, str | int] = {
        "person": person.pk,
        "position": position.value,
        "starts": starts.isoformat(),
    }
    return ActionResult(row, subject=row, detail=detail)


@action("program.staff_assignment_ended", asks=may_end_staff_assignment, facts=_lock_assignment)
def end_staff_assignment(
    permit: Permit,
    /,
    *,
    assignment: models.StaffAssignment,
    ends: date,
    by: User,
    at: datetime,
) -> ActionResult[None]:
    """End a staff member's assignment. To undo it, assign the person again.

    Args:
        assignment: the assignment.
        ends: its last day; the day before its first day if it was never in force.
        by: the user who acts.
        at: the moment of the action.

    Raises:
        ProgramConflict: it has ended, or ends on that day or earlier already.
        Refused: the day is too early, or the user may not assign staff.
    """
    row = models.StaffAssignment.objects.get(pk=assignment.pk)
    if row.ends is not None and row.ends <= ends:
        raise ProgramConflict("This assignment ends by that day already.")
    row.ends, row.ended_by, row.ended_at = ends, by, at
    row.save(update_fields=["ends", "ended_by", "ended_at"])
    return ActionResult(subject=row, detail={"ends": ends.isoformat()})
