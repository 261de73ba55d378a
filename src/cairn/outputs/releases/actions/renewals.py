"""Let a release renew itself, end that, and record what a renewal may not do."""

from collections.abc import Callable
from datetime import datetime
from functools import partial

from django.utils import timezone

from cairn.outputs.releases.actions import state
from cairn.outputs.releases.models import Release, ReleaseRenewal
from cairn.outputs.releases.queries import renewals as renewal_queries
from cairn.platform.accounts.api import User
from cairn.platform.actions.api import ActionResult, action, system_action
from cairn.policy import questions
from cairn.policy.engine import Decision, Permit
from cairn.policy.vocabulary import Audience, RenewalCadence


@action("release.renewal_set", asks=questions.may_renew_release, facts=state.lock_release_facts)
def set_release_renewal(
    permit: Permit, /, *, release: Release, cadence: str, by: User, at: datetime
) -> ActionResult[ReleaseRenewal]:
    """Let a release renew itself, change how often, or take the renewal over from someone else.

    Every draft that follows is one of this user, and is made only while this user may draft it.

    Args:
        release: a release of the series.
        cadence: how often (`RenewalCadence`).
        by: the user who requests it.
        at: the time.
    Returns:
        The renewal.
    Raises:
        Refused: policy does not allow it.
    """
    renewal = release.renewal or ReleaseRenewal()
    renewal.cadence = RenewalCadence(cadence).value
    renewal.asked_by, renewal.asked_at = by, at
    renewal.ended_at, renewal.ended_by, renewal.ended_why = None, None, ""
    renewal.refused_term, renewal.refused_why = "", ""
    renewal.save()
    release.renewal = renewal
    release.save(update_fields=["renewal"])
    return ActionResult(renewal, subject=release, detail={"cadence": renewal.cadence})


@action("release.renewal_ended", asks=questions.may_end_renewal, facts=state.lock_release_facts)
def end_release_renewal(
    permit: Permit, /, *, release: Release, by: User, at: datetime
) -> ActionResult[None]:
    """End the renewal of a release. Drafts that it made stay.

    Args:
        release: a release of the series.
        by: the user who ends it.
        at: the time.
    Raises:
        Refused: policy does not allow it.
    """
    renewal = release.renewal
    if renewal is not None and renewal.is_running:
        renewal.ended_at, renewal.ended_by = at, by
        renewal.refused_term, renewal.refused_why = "", ""
        renewal.save()
    return ActionResult(subject=release)


@system_action(
    "release.renewal_stopped", reason="it follows from a withdrawal, or the end of an agreement"
)
def stop_renewal(
    *, renewal: ReleaseRenewal, why: str, by: User | None, at: datetime
) -> ActionResult[None]:
    """End a renewal because a rule does not let it go on.

    Args:
        renewal: the renewal.
        why: the reasons of the rule.
        by: the user who withdrew a release; None for the schedule.
        at: the time.
    """
    renewal.ended_at, renewal.ended_why = at, why
    renewal.refused_term, renewal.refused_why = "", ""
    renewal.save()
    return ActionResult(subject=_name_renewal(renewal))


@system_action(
    "release.renewal_refused", reason="it states that policy allowed no draft, after it was asked"
)
def record_renewal_refusal(
    *, renewal: ReleaseRenewal, term: str, decision: Decision, by: None, at: datetime
) -> ActionResult[None]:
    """Record that no draft was allowed for a term. The data manager then has a task.

    Args:
        renewal: the renewal.
        term: the term.
        decision: the refusal.
        by: None: the schedule asked.
        at: the time.
    """
    renewal.refused_term, renewal.refused_why = term, explain_refusal(decision)
    renewal.save(update_fields=["refused_term", "refused_why"])
    return ActionResult(subject=_name_renewal(renewal), detail={"term": term})


def prepare_renewal_end(release: Release, *, by: User, at: datetime) -> Callable[[], object] | None:
    """Prepare the end of the renewal of a release that was just withdrawn.

    Args:
        release: the release.
        by: the user who withdrew it.
        at: the time.
    Returns:
        Ends the renewal; None if there is none, or policy lets it go on.
    """
    renewal = release.renewal
    if renewal is None or not renewal.is_running:
        return None
    on = timezone.localdate(at)
    state_of_series = renewal_queries.load_renewal_state(renewal, on)
    fact = renewal_queries.load_renewal_fact(state_of_series)
    decision = questions.may_continue_renewal(fact, on)
    if decision.allowed:
        return None
    why = explain_refusal(decision)
    return partial(stop_renewal, renewal=renewal, why=why, by=by, at=at)


def explain_refusal(decision: Decision) -> str:
    """Return the reasons of a refusal with what to do next, for staff."""
    return " ".join(
        f"{reason.message_for(Audience.STEWARD)} {reason.next_step}" for reason in decision.refusals
    )


def _name_renewal(renewal: ReleaseRenewal) -> str:
    return f"renewal:{renewal.pk}"
