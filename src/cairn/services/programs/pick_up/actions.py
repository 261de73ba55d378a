"""Sign children out when an adult comes for them."""

import secrets
from datetime import date, datetime

from django.utils import timezone
from django.utils.formats import time_format

from cairn.platform.accounts.api import User
from cairn.platform.actions.api import ActionResult, action
from cairn.policy.engine import Permit
from cairn.policy.facts import PickUpFact, SessionSeriesFact
from cairn.policy.questions import may_cancel_session, may_record_pick_up
from cairn.services.programs import actions, facts, models, participant_identity, queries
from cairn.services.programs.pick_up import pick_up_records

__all__ = ["sign_child_out", "withdraw_pick_up"]


def _lock_pick_up_facts(
    *, enrollment: models.ProgramEnrollment, day: date, adult: str
) -> tuple[SessionSeriesFact, date, PickUpFact]:
    """Lock the group, and compare the adult with the child's present record."""
    series, _ = facts.lock_series_for_session(enrollment.series, day)
    child = enrollment.participant
    details = participant_identity.load_participant_details([child])[child.key]
    return series, day, pick_up_records.build_pick_up_fact(adult, details)


def _lock_session_of_pick_up(*, pick_up: models.ChildPickUp) -> tuple[SessionSeriesFact, date]:
    return facts.lock_series_for_session(pick_up.enrollment.series, pick_up.day)


@action(
    "program.child_signed_out",
    asks=may_record_pick_up,
    facts=_lock_pick_up_facts,
    also_in="identities",
)
def sign_child_out(
    permit: Permit,
    /,
    *,
    enrollment: models.ProgramEnrollment,
    day: date,
    adult: str,
    signature: str = "",
    by: User,
    at: datetime,
) -> ActionResult[models.ChildPickUp]:
    """Record that a child leaves with an adult, now. Sent twice, it is recorded once.

    Args:
        enrollment: the child's time in the group.
        day: the day of the session.
        adult: name of the adult, as the child's record has it.
        signature: the lines that the adult drew on the screen, as the path of an SVG image of 300
            by 100; empty if the adult did not sign, and staff entered the name alone.
        by: the user who hands the child over.
        at: the moment of the action.

    Returns:
        The sign-out on record.

    Raises:
        ProgramConflict: the child left already with another adult, is recorded as absent, or holds
            no place in the group on that day; the session was cancelled; or the signature cannot
            be read.
        Refused: the adult is not on the child's list, an order on record names the adult, or the
            user may not act for the program.
    """
    if queries.find_cancellation(enrollment.series, day):
        raise actions.ProgramConflict("This session was cancelled. Restore it to sign out.")
    if not queries.select_enrolled_in(enrollment.series, day).filter(pk=enrollment.pk).exists():
        raise actions.ProgramConflict("This child is not in the group on this day.")
    found = enrollment.pick_ups.filter(day=day, withdrawn_at=None).first()
    if found is not None:
        if pick_up_records.load_pick_up_adult(found) == adult:
            return ActionResult(found, subject=found)
        time = time_format(timezone.localtime(found.recorded_at), "TIME_FORMAT")
        raise actions.ProgramConflict(f"This child was signed out at {time} already.")
    if signature and not pick_up_records.is_signature(signature):
        raise actions.ProgramConflict(
            "The signature could not be read. Clear it, and sign again, or leave it empty."
        )
    mark = queries.load_current_marks([enrollment], day).get(enrollment.pk)
    if mark is not None and mark.status not in models.ATTENDED:
        raise actions.ProgramConflict(
            "This child is recorded as absent. Correct the attendance, then sign the child out."
        )
    row = models.ChildPickUp.objects.create(
        key=secrets.token_hex(16), enrollment=enrollment, day=day, recorded_by=by, recorded_at=at
    )
    pick_up_records.build_pick_up_identity(row.key, adult, signature).save(force_insert=True)
    detail = {"day": day.isoformat(), "signed": "yes" if signature else "no"}
    return ActionResult(row, subject=row, detail=detail)


@action("program.pick_up_withdrawn", asks=may_cancel_session, facts=_lock_session_of_pick_up)
def withdraw_pick_up(
    permit: Permit, /, *, pick_up: models.ChildPickUp, by: User, at: datetime
) -> ActionResult[None]:
    """Take a sign-out back that was recorded by mistake; it stays on record as taken back.

    Args:
        pick_up: the sign-out.
        by: the user who acts.
        at: the moment of the action.

    Raises:
        ProgramConflict: it was taken back already.
        Refused: the policy does not allow it.
    """
    row = models.ChildPickUp.objects.select_for_update().get(pk=pick_up.pk)
    if row.withdrawn_at is not None:
        raise actions.ProgramConflict("This sign-out was taken back already.")
    row.withdrawn_by, row.withdrawn_at = by, at
    row.save(update_fields=["withdrawn_by", "withdrawn_at"])
    return ActionResult(subject=row, detail={"day": row.day.isoformat()})
