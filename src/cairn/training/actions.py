"""Writes: signing, quizzes, ratings. Each asks the rule, changes rows, and records it.

These rooms know nothing of organizations, so the facts about who asks are always handed in; what
concerns an organization, such as attesting, is an action of `partners`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from cairn.accounts.models import User
from cairn.audit import log as audit
from cairn.rules.access import may_open
from cairn.rules.actor import Actor
from cairn.rules.training import may_sign
from cairn.rules.vocabulary import Action
from cairn.training.completing import completed
from cairn.training.confidentiality import agreement
from cairn.training.course import Course
from cairn.training.models import Attempt, Completion, SelfRating, Signature


class TextChanged(Exception):
    """The text on the page is not the one in use; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Result:
    """How a quiz went; ``completion`` is there when it was passed."""

    attempt: Attempt
    completion: Completion | None


@transaction.atomic
def sign(
    *, typed_name: str, digest: str, how: str, user: User, by: User, at: datetime, who: Actor
) -> Signature:
    """One's own signature under the confidentiality agreement, bound to the text that was shown.

    Raises ``TextChanged`` when the text shown is no longer the one in use. Signing the same text
    again changes nothing.
    """
    decision = may_sign(who, str(user.pk), timezone.localdate(at))
    decision.require()
    current = agreement()
    if digest != current.digest:
        raise TextChanged(
            "The confidentiality agreement has a new text since this page was opened. "
            "Read it and sign again."
        )
    signature, new = Signature.objects.get_or_create(
        user=user,
        version=current.version,
        digest=current.digest,
        defaults={"typed_name": typed_name, "how": how, "signed_at": at},
    )
    if new:
        detail = {"version": current.version, "digest": current.digest, "how": how}
        audit.record("training.signed", signature, by=by, at=at, decision=decision, detail=detail)
    return signature


@transaction.atomic
def take_quiz(
    *, course: Course, answers: Sequence[int], by: User, at: datetime, who: Actor
) -> Result:
    """One try at a quiz: kept whether it passes or not; passing makes the course count."""
    decision = may_open(Action.TAKE_TRAINING, who, on=timezone.localdate(at))
    decision.require()
    right = course.right(answers)
    attempt = Attempt.objects.create(
        user=by,
        course=course.id,
        version=course.version,
        answers=list(answers),
        right=right,
        of=len(course.questions),
        at=at,
    )
    passed = right >= course.needed
    how = f"quiz passed here, {right} of {len(course.questions)}"
    completion = (
        completed(course, user=by, on=timezone.localdate(at), how=how, at=at) if passed else None
    )
    detail: dict[str, str | int] = {"course": course.id, "right": right, "of": attempt.of}
    audit.record("training.quiz", attempt, by=by, at=at, decision=decision, detail=detail)
    return Result(attempt, completion)


@transaction.atomic
def rate(*, levels: Mapping[str, int], by: User, at: datetime, who: Actor) -> None:
    """How somebody rates their own skills today; a second rating of the day replaces the first."""
    decision = may_open(Action.TAKE_TRAINING, who, on=timezone.localdate(at))
    decision.require()
    for skill, level in levels.items():
        SelfRating.objects.update_or_create(
            user=by, skill=skill, rated_on=timezone.localdate(at), defaults={"level": level}
        )
    audit.record("training.rated", by, by=by, at=at, decision=decision)
