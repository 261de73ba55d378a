"""Run long work on data about children, and record its refusal in the disclosure log."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.contrib.auth.base_user import AbstractBaseUser
from django.utils import timezone

from cairn.governance.disclosure_log import actions
from cairn.platform.tasks.api import WorkProgress, track_work
from cairn.policy.engine import Refused


@contextmanager
def run_logged_work(
    kind: str, subject: str, *, by: AbstractBaseUser | None
) -> Iterator[WorkProgress]:
    """Run long work with progress; record a refused request for data in the disclosure log.

    Args:
        kind: the kind of work, such as "destroy".
        subject: what the work is about, such as "destruction:12".
        by: the user who started it.

    Yields:
        The progress to report to.

    Raises:
        Refused: the policy does not allow the work.
    """
    try:
        with track_work(kind, subject, by=by) as progress:
            yield progress
    except Refused as refused:
        actions.record_denied_disclosure(refused.decision, by=by, at=timezone.now())
        raise
