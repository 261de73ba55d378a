"""Two reviewers judge a release; none reads the other before both are in."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from cairn.accounts.models import User
from cairn.audit import log as audit
from cairn.partners.facts import actor
from cairn.releases import facts
from cairn.releases.holding import after, day, hold, move
from cairn.releases.models import Release, Review
from cairn.rules.release import (
    may_review,
    may_submit,
)
from cairn.rules.review import ReviewFact, after_verdict, verdicts_open
from cairn.rules.vocabulary import Verdict


@transaction.atomic
def submit(*, release: Release, by: User, at: datetime) -> None:
    """Hands a checked release to the reviewers; a new round begins."""
    hold(release)
    decision = may_submit(facts.release(release), actor(by), day(at))
    decision.require()
    release.state = after(release, "submit")
    release.round += 1
    release.submitted_at = at
    release.returned_why = ""
    release.save(update_fields=["state", "round", "submitted_at", "returned_why"])
    audit.record("release.submitted", release, by=by, at=at, decision=decision)


@transaction.atomic
def review(*, release: Release, verdict: Verdict, comment: str, by: User, at: datetime) -> Review:
    """One reviewer's verdict, which nobody reads before both are in. Where one of them asks for
    changes, the release then returns to its author."""
    hold(release)
    decision = may_review(facts.release(release), actor(by), day(at))
    decision.require()
    made = Review.objects.create(
        release=release,
        round=release.round,
        reviewer=by,
        verdict=verdict.value,
        comment=comment,
        at=at,
    )
    audit.record("release.reviewed", release, by=by, at=at, decision=decision)
    given = facts.release(release).reviews
    if verdicts_open(given):
        _open_verdicts(release, given, by=by, at=at)
    return made


def _open_verdicts(
    release: Release, given: Sequence[ReviewFact], *, by: User, at: datetime
) -> None:
    event, rows = after_verdict(given), release.reviews.filter(round=release.round)
    asked = rows.filter(verdict=Verdict.RETURN.value).order_by("at")
    move(release, event, returned_why="\n\n".join(row.comment for row in asked))
    detail = {v.value: sum(r.verdict is v for r in given) for v in Verdict}
    audit.record("release.verdicts_opened", release, by=by, at=at, detail=detail)
