"""Write signatures, quiz attempts, completions and skill ratings, and audit them.

Each action asks the policy before it changes rows. This app is a layer below organizations, so
the caller always passes the facts about the acting person; actions that concern an organization,
such as attesting training, are in `partners`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from cairn.governance.training.confidentiality import load_confidentiality_agreement
from cairn.governance.training.course_catalog import Course
from cairn.governance.training.models import Attempt, Completion, SelfRating, Signature
from cairn.platform.accounts.api import User
from cairn.platform.actions.api import ActionResult, action, has_role_for, load_current_actor
from cairn.platform.audit.api import record_audit_event
from cairn.policy.engine import Permit
from cairn.policy.questions import may_sign_confidentiality_agreement
from cairn.policy.vocabulary import Action

__all__ = ["create_completion", "sign_confidentiality", "take_quiz"]


def create_completion(
    course: Course, *, user: User, on: date, how: str, at: datetime, attested_by: User | None = None
) -> Completion:
    """Create the row for a course that a person passed or that was attested.

    The completion counts from the day itself through the number of days that the course sets. The
    caller has asked the policy, and this write joins the caller's transaction.

    Args:
        course: the completed course.
        user: the person who completed it.
        on: the first day on which it counts.
        how: how it was completed, in words that are shown later.
        at: when it is recorded.
        attested_by: the person who attested it; None if the quiz was passed in Cairn.
    Returns:
        The new row.
    """
    return Completion.objects.create(
        user=user,
        course=course.id,
        version=course.version,
        passed_on=on,
        expires_on=on + timedelta(days=course.valid_days - 1),
        how=how,
        attested_by=attested_by,
        recorded_at=at,
    )


class ConfidentialityTextChanged(Exception):
    """The agreement on the page is not the current one; the message says what to do."""


@dataclass(frozen=True, slots=True)
class QuizResult:
    """Outcome of a quiz attempt; `completion` is set if the quiz was passed."""

    attempt: Attempt
    completion: Completion | None


@transaction.atomic
def sign_confidentiality(
    *, typed_name: str, digest: str, how: str, user: User, by: User, at: datetime
) -> Signature:
    """Record a person's own signature under the confidentiality agreement.

    The signature is bound to the text that was shown. Signing the same text again changes no row.

    Args:
        typed_name: the name that the person typed.
        digest: SHA-256 of the text that the page showed.
        how: how the person was identified, such as "two-step sign-in".
        user: the signer.
        by: the acting user.
        at: when the person signed.
    Returns:
        The new signature, or the existing one under the same text.
    Raises:
        Refused: the policy does not allow it.
        ConfidentialityTextChanged: the text shown is no longer the current one.
    """
    decision = may_sign_confidentiality_agreement(
        load_current_actor(by), str(user.pk), timezone.localdate(at)
    )
    decision.require()
    current = load_confidentiality_agreement()
    if digest != current.digest:
        raise ConfidentialityTextChanged(
            "The text of the confidentiality agreement changed after you opened this page. "
            "Read the new text and sign it."
        )
    signature, is_new = Signature.objects.get_or_create(
        user=user,
        version=current.version,
        digest=current.digest,
        defaults={"typed_name": typed_name, "how": how, "signed_at": at},
    )
    if is_new:
        detail = {"version": current.version, "digest": current.digest, "how": how}
        record_audit_event(
            "training.signed", signature, by=by, at=at, decision=decision, detail=detail
        )
    return signature


@action("training.quiz", asks=has_role_for(Action.TAKE_TRAINING))
def take_quiz(
    permit: Permit, /, *, course: Course, answers: Sequence[int], by: User, at: datetime
) -> ActionResult[QuizResult]:
    """Record a quiz attempt, passed or not; a passed quiz completes the course.

    Args:
        course: the course that the quiz belongs to.
        answers: the chosen answers, counted from 1, in quiz order.
        by: the person who took the quiz.
        at: when the quiz was submitted.
    Returns:
        The attempt, and the completion if it passed.
    Raises:
        Refused: the policy does not allow it.
    """
    right = course.count_correct_answers(answers)
    attempt = Attempt.objects.create(
        user=by,
        course=course.id,
        version=course.version,
        answers=list(answers),
        right=right,
        of=len(course.questions),
        at=at,
    )
    passed = right >= course.passing_score
    how = f"quiz passed in Cairn, {right} of {len(course.questions)}"
    completion = (
        create_completion(course, user=by, on=timezone.localdate(at), how=how, at=at)
        if passed
        else None
    )
    detail: dict[str, str | int] = {"course": course.id, "right": right, "of": attempt.of}
    return ActionResult(QuizResult(attempt, completion), subject=attempt, detail=detail)


@action("training.rated", asks=has_role_for(Action.TAKE_TRAINING))
def rate_skills(
    permit: Permit, /, *, levels: Mapping[str, int], by: User, at: datetime
) -> ActionResult[None]:
    """Record a person's own skill ratings; a later rating that day replaces the earlier one."""
    for skill, level in levels.items():
        SelfRating.objects.update_or_create(
            user=by, skill=skill, rated_on=timezone.localdate(at), defaults={"level": level}
        )
    return ActionResult(subject=by)
