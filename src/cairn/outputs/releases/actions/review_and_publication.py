"""Submit a release to reviewers, record their verdicts, publish it, and withdraw it.

Reviewers give their verdicts independently.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from cairn.governance.disclosure_log.api import record_disclosure
from cairn.outputs.releases import facts
from cairn.outputs.releases.actions import disclosure_check
from cairn.outputs.releases.actions.renewals import prepare_renewal_end
from cairn.outputs.releases.actions.state import (
    get_next_state,
    lock_all_release_facts,
    lock_release,
    lock_release_facts,
    transition_release,
)
from cairn.outputs.releases.models import Release, Review
from cairn.platform.accounts.api import User
from cairn.platform.actions.api import ActionResult, action, system_action
from cairn.platform.storage.api import open_file_store
from cairn.policy import questions
from cairn.policy.checks import are_verdicts_open, find_event_after_verdict
from cairn.policy.engine import Decision, Permit
from cairn.policy.facts import ReviewFact
from cairn.policy.lifecycles import RELEASE_TRANSITIONS, find_next_state
from cairn.policy.vocabulary import ReleaseState, ReviewVerdict
from cairn.warehouse.exporters import read_release_figures, write_release_figures
from cairn.warehouse.store import FileRef

__all__ = ["publish_release", "review_release", "submit_release"]


@action("release.submitted", asks=questions.may_submit_release, facts=lock_release_facts)
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
    return ActionResult(subject=release, detail=release.audience_detail)


@action("release.reviewed", asks=questions.may_review_release, facts=lock_release_facts)
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


_PUBLIC_INTEREST = "publish figures that do not identify any child"
_PARTNER_INTEREST = "show one partner figures that do not identify any child"
_PILOT_INTEREST = "complete a pilot with synthetic data; only pilot staff see the figures"


@action("release.published", asks=questions.may_publish_release, facts=lock_all_release_facts)
def publish_release(
    permit: Permit, decision: Decision, /, *, release: Release, by: User, at: datetime
) -> ActionResult[None]:
    """Write the figures to the released zone, where the public reads them.

    The figures of a pilot, or for one partner, are written the same way, but public pages never
    open them.

    Args:
        release: the release.
        by: the user.
        at: the time.
    Raises:
        Refused: a requirement is not met; the decision has every reason.
    """
    store, protected = open_file_store(), FileRef.parse(release.protected)
    protected_file = read_release_figures(store, protected)
    note = {
        "release": str(release.pk),
        "as_of": str(release.as_of),
        "districts_that_tried": str(release.contributors or 0),
        **disclosure_check.build_pilot_note(release),
    }
    parties: tuple[str, ...] = ()
    interest = _PILOT_INTEREST if release.pilot else _PUBLIC_INTEREST
    if release.audience:
        parties, interest = (release.audience.slug,), _PARTNER_INTEREST
    record_disclosure(decision, by=by, at=at, parties=parties, interest=interest)
    released_ref = write_release_figures(
        store,
        protected_file.cells,
        names=protected_file.names,
        permit=permit,
        inputs=[protected],
        note=note,
    )
    release.state = get_next_state(release, "publish")
    release.released = str(released_ref)
    release.published_at = at
    release.published_by = by
    release.save(update_fields=["state", "released", "published_at", "published_by"])
    replaced_release = _lock_replaceable_release(release.corrects)
    return ActionResult(
        subject=release,
        detail={
            "file": str(released_ref),
            "withheld": release.withheld,
            **release.audience_detail,
        },
        followed_by=partial(_replace_release, release=replaced_release, by=by, at=at)
        if replaced_release
        else None,
    )


def _lock_replaceable_release(corrected_release: Release | None) -> Release | None:
    """Lock the corrected release, and return it unless it was withdrawn before."""
    if corrected_release is None:
        return None
    lock_release(corrected_release)
    state = ReleaseState(corrected_release.state)
    return corrected_release if find_next_state(RELEASE_TRANSITIONS, state, "replace") else None


@system_action("release.corrected", reason="it follows from the publication of its correction")
def _replace_release(*, release: Release, by: User, at: datetime) -> ActionResult[None]:
    """Mark a corrected release as replaced."""
    transition_release(release, "replace")
    return ActionResult(subject=release)


@action("release.withdrawn", asks=questions.may_withdraw_release, facts=lock_release_facts)
def withdraw_release(
    permit: Permit, /, *, release: Release, reason: str, by: User, at: datetime
) -> ActionResult[None]:
    """Withdraw a release at any time. Its public page then says when and why.

    The renewal of its series ends where policy does not let it go on.
    """
    release.state = get_next_state(release, "withdraw")
    release.withdrawn_at = at
    release.withdrawn_by = by
    release.withdrawn_why = reason
    release.save(update_fields=["state", "withdrawn_at", "withdrawn_by", "withdrawn_why"])
    end_renewal = prepare_renewal_end(release, by=by, at=at)
    return ActionResult(subject=release, detail=release.audience_detail, followed_by=end_renewal)
