"""Record which organizations fund a program, and end a funding."""

from datetime import date, datetime, timedelta

from django.utils.formats import date_format

from cairn.governance.partners.api import Organization
from cairn.platform.accounts.api import User
from cairn.platform.actions.api import ActionResult, action
from cairn.policy.engine import Permit
from cairn.policy.questions import may_change_program
from cairn.services.programs import models
from cairn.services.programs.actions import ProgramConflict

__all__ = ["end_program_funding", "record_program_funding"]


def _lock_funded_program(*, program: models.Program) -> tuple[str]:
    """Lock the program, so that two people who record the same funder wait for each other."""
    rows = models.Program.objects.select_for_update(of=("self",)).select_related("organization")
    return (rows.get(pk=program.pk).organization.slug,)


def _lock_funding(*, funding: models.ProgramFunding) -> tuple[str]:
    rows = models.ProgramFunding.objects.select_for_update(of=("self",))
    return (
        rows.select_related("program__organization").get(pk=funding.pk).program.organization.slug,
    )


@action("program.funding_recorded", asks=may_change_program, facts=_lock_funded_program)
def record_program_funding(
    permit: Permit,
    /,
    *,
    program: models.Program,
    funder: Organization,
    starts: date,
    ends: date | None,
    by: User,
    at: datetime,
) -> ActionResult[models.ProgramFunding]:
    """Record that an organization funds a program. Sent twice, it is recorded once.

    It opens no data: the funder reads published figures of the program, as everyone does.

    Args:
        program: the program.
        funder: the organization that funds it.
        starts: first day.
        ends: last day; None while it is open.
        by: the user who acts.
        at: the moment of the action.

    Returns:
        The funding on record.

    Raises:
        ProgramConflict: the last day is before the first, or the organization funds the program at
            that time already.
        Refused: the user may not change the program.
    """
    if ends is not None and ends < starts:
        raise ProgramConflict("The last day is before the first day. Choose a later last day.")
    for row in program.fundings.filter(funder=funder):
        if (row.starts, row.ends) == (starts, ends):
            return ActionResult(row, subject=row)
        if max(row.starts, starts) <= min(row.ends or date.max, ends or date.max):
            advice = "End that funding first."
            if row.ends is not None and starts >= row.starts:
                advice = f"Choose a first day after {date_format(row.ends)}."
            raise ProgramConflict(
                f"{funder.name} is on record as a funder at that time already. {advice}"
            )
    row = models.ProgramFunding.objects.create(
        program=program, funder=funder, starts=starts, ends=ends, recorded_by=by, recorded_at=at
    )
    detail: dict[str, str | int] = {
        "program": program.pk,
        "funder": funder.slug,
        "starts": starts.isoformat(),
    }
    return ActionResult(row, subject=row, detail=detail)


@action("program.funding_ended", asks=may_change_program, facts=_lock_funding)
def end_program_funding(
    permit: Permit,
    /,
    *,
    funding: models.ProgramFunding,
    ends: date,
    by: User,
    at: datetime,
) -> ActionResult[None]:
    """End the funding of a program. To undo it, record the funder again.

    Args:
        funding: the funding.
        ends: its last day; the day before its first day if it was recorded by mistake.
        by: the user who acts.
        at: the moment of the action.

    Raises:
        ProgramConflict: it ends on that day or earlier already, or the day is too early.
        Refused: the user may not change the program.
    """
    row = models.ProgramFunding.objects.get(pk=funding.pk)
    if row.ends is not None and row.ends <= ends:
        raise ProgramConflict("This funding ends by that day already.")
    earliest = row.starts - timedelta(days=1)
    if ends < earliest:
        raise ProgramConflict(
            f"The last day can be {date_format(earliest)} at the earliest: then the funding counts "
            "on no day."
        )
    row.ends, row.ended_by, row.ended_at = ends, by, at
    row.save(update_fields=["ends", "ended_by", "ended_at"])
    return ActionResult(subject=row, detail={"ends": ends.isoformat()})
