"""Ask for a run of a job now, and record a run that failed."""

from datetime import datetime, timedelta
from typing import Final

from django.db import IntegrityError, transaction
from django.utils import timezone

from cairn.platform.accounts.api import User
from cairn.platform.actions.api import ActionResult, action, has_role_for, system_action
from cairn.platform.schedule.declaration import ScheduledJob
from cairn.platform.schedule.models import JobRun
from cairn.policy.engine import Permit
from cairn.policy.vocabulary import Action

__all__ = ["create_job_run", "record_job_failure", "request_job_run"]

MAX_RUN_ATTEMPTS: Final = 5
_FIRST_RETRY_WAIT: Final = timedelta(minutes=5)


def create_job_run(
    job: ScheduledJob, due_at: datetime, *, missed: int = 0, by: User | None = None
) -> JobRun | None:
    """Create the row of a run, unless this due time has one or a run of the job is open.

    Args:
        job: the job.
        due_at: the due time.
        missed: number of earlier due times for which nothing ran.
        by: the user who asked for it; None for the schedule.

    Returns:
        The row; None if another process was first.
    """
    try:
        with transaction.atomic():
            return JobRun.objects.create(
                job=job.name, due_at=due_at, missed=missed, requested_by=by
            )
    except IntegrityError:
        return None


@action("schedule.requested", asks=has_role_for(Action.MANAGE_SCHEDULE))
def request_job_run(
    permit: Permit, /, *, job: ScheduledJob, by: User, at: datetime
) -> ActionResult[JobRun | None]:
    """Ask for a run of a job at once, without waiting for its due time.

    Args:
        job: the job.
        by: the user who acts.
        at: the moment of the action.

    Returns:
        The new run; None if a run of the job waits or runs already.

    Raises:
        Refused: the policy does not allow it.
    """
    run = create_job_run(job, at, by=by)
    return ActionResult(run, subject=f"job:{job.name}")


@system_action("schedule.failed", reason="the schedule runs jobs that no person asks for")
def record_job_failure(
    *, run: JobRun, problem: str, job: ScheduledJob | None, by: None, at: datetime
) -> ActionResult[datetime | None]:
    """Record that a run failed, and decide whether it is tried again.

    It is tried again after 5, 10, 20 and 40 minutes, but not past the next due time, which tries
    again anyway.

    Args:
        run: the run.
        problem: what happened, in words without a value from the data.
        job: the job; None if there is no sense in another attempt.
        by: None, since no person asks for it.
        at: the moment of the action.

    Returns:
        When it is tried again; None if it is not.
    """
    again_at = at + _FIRST_RETRY_WAIT * 2 ** max(0, run.attempts - 1)
    is_final = (
        job is None
        or run.attempts >= MAX_RUN_ATTEMPTS
        or again_at >= job.cadence.find_next_due(at, timezone.get_current_timezone())
    )
    run.state = JobRun.State.FAILED if is_final else JobRun.State.WAITING
    run.result, run.ended_at = problem, at
    run.save(update_fields=["state", "result", "ended_at"])
    detail = {"attempts": run.attempts}
    return ActionResult(None if is_final else again_at, subject=f"job:{run.job}", detail=detail)
