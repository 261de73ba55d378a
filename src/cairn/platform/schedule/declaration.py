"""Declare recurring jobs. Apps do so once, in `AppConfig.ready`."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.utils.functional import Promise

from cairn.platform.schedule.cadence import Cadence

__all__ = [
    "JobFindingError",
    "ScheduledJob",
    "find_scheduled_job",
    "list_scheduled_jobs",
    "register_scheduled_job",
]


class JobFindingError(Exception):
    """A job ran to its end and found something that a person must look at.

    Its text is shown on the page of scheduled jobs, so it holds no value from the data.
    """


def _is_always_on() -> bool:
    return True


@dataclass(frozen=True, slots=True)
class ScheduledJob:
    """One recurring job.

    Attributes:
        name: its name in stored rows, which never changes, such as "email.send".
        title: what it does, in a few words.
        purpose: one sentence for the data manager.
        cadence: how often it runs.
        run: does the work at a moment; returns one short sentence about the result, with counts
            only. It may run again after it was cut short, so a second run must continue the first.
        is_on: whether this installation needs it, such as whether it sends email.
    """

    name: str
    title: str | Promise
    purpose: str | Promise
    cadence: Cadence
    run: Callable[[datetime], str]
    is_on: Callable[[], bool] = _is_always_on


JobLoader = Callable[[], ScheduledJob]
"""Returns a job; only the schedule and its page call it."""

_JOB_LOADERS: Final[list[JobLoader]] = []


def register_scheduled_job(load: JobLoader) -> None:
    """Add a job to the schedule; called from `AppConfig.ready`.

    Args:
        load: returns the job. It replaces one of the same name.
    """
    _JOB_LOADERS.append(load)


def list_scheduled_jobs() -> tuple[ScheduledJob, ...]:
    """List the jobs that this installation needs.

    Returns:
        The jobs, in the order of their names.
    """
    jobs = _load_jobs()
    return tuple(jobs[name] for name in sorted(jobs) if jobs[name].is_on())


def find_scheduled_job(name: str) -> ScheduledJob | None:
    """Find a job by its name.

    Args:
        name: its name in stored rows.

    Returns:
        The job; None if no app declares it any more, or this installation does not need it.
    """
    job = _load_jobs().get(name)
    return job if job is not None and job.is_on() else None


def _load_jobs() -> dict[str, ScheduledJob]:
    return {job.name: job for job in (load() for load in _JOB_LOADERS)}
