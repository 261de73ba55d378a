"""Submit a release to reviewers and record their verdicts, given independently."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from cairn.outputs.releases import facts
from cairn.outputs.releases.actions.state import (
    get_next_state,
    lock_release_facts,
    transition_release,
)
from cairn.outputs.releases.models import Release, Review
from cairn.platform.accounts.api import User
from cairn.platform.actions.api import ActionResult, action, system_action
from cairn.policy.checks import are_verdicts_open, find_event_after_verdict
from cairn.policy.engine import Permit
from cairn.policy.facts import ReviewFact
from cairn.policy.questions import may_review_release, may_submit_release
from cairn.policy.vocabulary import ReviewVerdict

__all__ = ["review_release", "submit_release"]


@action("release.submitted", asks=may_submit_release, facts=lock_release_facts)
def submit_release(
    permit: Permit, /, *, release: Release, by: User, at: datetime
) -> ActionResult[None]:
    """Submit a checked release to the reviewers, which begins a new round.

    Args:
        release: the release.
        by: its author.
        at: the time.
    Raises:
        Refused: policy does not allow it.
    """
    release.state = get_next_state(release, "submit")
    release.round += 1
    release.submitted_at = at
    release.returned_why = ""
    release.save(update_fields=["state", "round", "submitted_at", "returned_why"])
    return ActionResult(subject=release)


@action("release.reviewed", asks=may_review_release, facts=lock_release_facts)
def review_release(
    permit: Permit,
    /,
    *,
    release: Release,
    verdict: ReviewVerdict,
    comment: str,
    by: User,
    at: datetime,
) -> ActionResult[Review]:
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
    new_review = Review.objects.create(
        release=release,
        round=release.round,
        reviewer=by,
        verdict=verdict.value,
        comment=comment,
        at=at,
    )
    review_facts = facts.load_release_fact(release).reviews
    open_verdicts = partial(
        _open_verdicts, release=release, review_facts=review_facts, by=by, at=at
    )
    return ActionResult(
        new_review,
        subject=release,
        followed_by=open_verdicts if are_verdicts_open(review_facts) else None,
    )


@system_action("release.verdicts_opened", reason="it follows from the last reviewer's verdict")
def _open_verdicts(
    *, release: Release, review_facts: Sequence[ReviewFact], by: User, at: datetime
) -> ActionResult[None]:
    """Show the verdicts, and move the release to the state that they lead to."""
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
    return ActionResult(subject=release, detail=detail)
