"""Run long work on releases in the worker, and draft those that renew themselves once a night.

A task carries ids only.
"""

import logging
from datetime import datetime, time
from typing import Final

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_tasks import task

from cairn.outputs.releases.actions import disclosure_check, next_release, renewals
from cairn.outputs.releases.models import Release, ReleaseRenewal
from cairn.outputs.releases.queries import renewals as renewal_queries
from cairn.platform.accounts.api import User
from cairn.platform.schedule.api import EveryDay, JobFindingError, ScheduledJob
from cairn.platform.tasks.api import record_waiting_work, track_work
from cairn.policy.engine import Refused
from cairn.policy.questions import may_continue_renewal

_LOG: Final = logging.getLogger(__name__)


def enqueue_release_check(release: Release, by: User) -> None:
    """Queue the disclosure check of a release. Its page shows from now on that the check waits."""
    record_waiting_work("check", f"release:{release.pk}", by=by)
    check_release.enqueue(release.pk, by.pk)


@task()
def check_release(release_id: int, by_id: int) -> None:
    """Check one release, and show the progress on its page."""
    by = User.objects.get(pk=by_id)
    release = Release.objects.get(pk=release_id)
    with track_work("check", f"release:{release_id}", by=by) as progress:
        disclosure_check.check_release_disclosure(
            release=release, by=by, at=timezone.now(), progress=progress
        )


def draft_due_releases(now: datetime) -> str:
    """Draft each release that is due by its renewal, and queue its check; run twice, once only.

    Nothing is published: each draft waits for its author, reviewers and data owners.

    Args:
        now: the time.
    Returns:
        How many, in one sentence.
    Raises:
        JobFindingError: some could not be drafted because of an error. All others were.
    """
    ids = list(ReleaseRenewal.objects.filter(ended_at=None).values_list("pk", flat=True))
    drafted, failures = 0, list[str]()
    for pk in ids:
        try:
            drafted += _renew_series(pk, now)
        except Exception as error:  # noqa: BLE001 - one renewal that fails stops no other
            _LOG.exception("Renewal %s drafted nothing.", pk)
            failures.append(f"{pk} ({type(error).__name__})")
    if failures:
        raise JobFindingError(f"Renewals that failed: {', '.join(failures)}.")
    return f"Releases drafted: {drafted}. Releases that renew themselves: {len(ids)}."


@transaction.atomic
def _renew_series(pk: int, now: datetime) -> bool:
    """Draft the next release of one series, if it is due. Of two workers, the second finds it."""
    renewal = ReleaseRenewal.objects.select_for_update().get(pk=pk)
    on = timezone.localdate(now)
    state = renewal_queries.load_renewal_state(renewal, on)
    decision = may_continue_renewal(renewal_queries.load_renewal_fact(state), on)
    if renewal.is_running and not decision.allowed:
        why = renewals.explain_refusal(decision)
        renewals.stop_renewal(renewal=renewal, why=why, by=None, at=now)
        return False
    last = state.last
    if last is None or not state.is_due:
        return False
    *missed, term = state.ended_terms
    if not renewal_queries.has_newer_data(last, term):
        return False
    try:
        draft = next_release.draft_next_release(
            release=last, term=term, missed=missed, by=renewal.asked_by, at=now
        )
    except Refused as refusal:
        # The same refusal of each later night is neither a new task nor another audit line.
        if renewal.refused_term != term:
            renewals.record_renewal_refusal(
                renewal=renewal, term=term, decision=refusal.decision, by=None, at=now
            )
        return False
    except IntegrityError:
        # Another worker drafted it between the reading above and now.
        return False
    renewal.refused_term, renewal.refused_why = "", ""
    renewal.save(update_fields=["refused_term", "refused_why"])
    enqueue_release_check(draft, renewal.asked_by)
    return True


RENEWAL_JOB: Final = ScheduledJob(
    name="releases.renew",
    title=_("Draft releases that renew themselves"),
    purpose=_(
        "Drafts the next release of each series whose term or school year has ended, once newer "
        "data were matched, and starts its disclosure check. People review and publish it."
    ),
    cadence=EveryDay(time(5, 30)),
    run=draft_due_releases,
)
