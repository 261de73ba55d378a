"""Submit a release to reviewers and record their verdicts, given independently."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from cairn.governance.partners.api import load_actor
from cairn.outputs.releases import facts
from cairn.outputs.releases.actions.state import (
    get_local_day,
    get_next_state,
    lock_release,
    transition_release,
)
from cairn.outputs.releases.models import Release, Review
from cairn.platform.accounts.api import User
from cairn.platform.audit.api import record_audit_event
from cairn.policy.checks import are_verdicts_open, find_event_after_verdict
from cairn.policy.facts import ReviewFact
from cairn.policy.questions import may_review_release, may_submit_release
from cairn.policy.vocabulary import ReviewVerdict


@transaction.atomic
def submit_release(*, release: Release, by: User, at: datetime) -> None:
    """Submit a checked release to the reviewers, which begins a new round.

    Args:
        release: the release.
        by: its author.
        at: the time.
    Raises:
        Refused: policy does not allow it.
    """
    lock_release(release)
    decision = may_submit_release(
        facts.load_release_fact(release), load_actor(by), get_local_day(at)
    )
    decision.require()
    release.state = get_next_state(release, "submit")
    release.round += 1
    release.submitted_at = at
    release.returned_why = ""
    release.save(update_fields=["state", "round", "submitted_at", "returned_why"])
    record_audit_event("release.submitted", release, by=by, at=at, decision=decision)


@transaction.atomic
def review_release(
    *, release: Release, verdict: ReviewVerdict, comment: str, by: User, at: datetime
) -> Review:
    """Record one reviewer's verdict, hidden from the other reviewer until both are in.

    If a verdict asks for changes, the release then returns to its author.

    Args:
        release: the release.
        verdict: approve or return.
        comment: what should change.
        by: the reviewer.
        at: the time.
    Returns:
        The review.
    Raises:
        Refused: policy does not allow it.
    """
    lock_release(release)
    decision = may_review_release(
        facts.load_release_fact(release), load_actor(by), get_local_day(at)
    )
    decision.require()
    new_review = Review.objects.create(
        release=release,
        round=release.round,
        reviewer=by,
        verdict=verdict.value,
        comment=comment,
        at=at,
    )
    record_audit_event("release.reviewed", release, by=by, at=at, decision=decision)
    review_facts = facts.load_release_fact(release).reviews
    if are_verdicts_open(review_facts):
        _apply_verdicts(release, review_facts, by=by, at=at)
    return new_review


def _apply_verdicts(
    release: Release, review_facts: Sequence[ReviewFact], *, by: User, at: datetime
) -> None:
    event, rows = (
        find_event_after_verdict(review_facts),
        release.reviews.filter(round=release.round),
    )
    returned_reviews = rows.filter(verdict=ReviewVerdict.RETURN.value).order_by("at")
    transition_release(
        release, event, returned_why="\n\n".join(row.comment for row in returned_reviews)
    )
    detail = {
        verdict.value: sum(review_fact.verdict is verdict for review_fact in review_facts)
        for verdict in ReviewVerdict
    }
    record_audit_event("release.verdicts_opened", release, by=by, at=at, detail=detail)
