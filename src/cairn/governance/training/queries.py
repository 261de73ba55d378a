"""Read a person's own training; `partners` shows the clearance of other people."""

from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from cairn.governance.training.course_catalog import Course, CourseKind, load_courses
from cairn.governance.training.facts import load_clearance
from cairn.governance.training.models import Attempt, SelfRating, Signature
from cairn.platform.accounts.api import User
from cairn.policy.checks import find_training_state
from cairn.policy.engine import Decision
from cairn.policy.facts import Actor, Clearance
from cairn.policy.lifecycles import TrainingState
from cairn.policy.questions import may_open_page
from cairn.policy.vocabulary import Action


@dataclass(frozen=True, slots=True)
class CourseProgress:
    """One course for a person: the day through which it counts, and whether it is required."""

    course: Course
    until: date | None
    asked: bool


@dataclass(frozen=True, slots=True)
class TrainingProgress:
    """All training that is required of one person, and how far that person has come."""

    clearance: Clearance
    state: TrainingState
    until: date | None
    signed: bool
    steps: tuple[CourseProgress, ...]


def may_take_courses(who: Actor, on: date) -> Decision:
    """Decide whether a person may take courses: everyone with a role may."""
    return may_open_page(Action.TAKE_TRAINING, who, on=on)


def load_training_progress(user: User, on: date) -> TrainingProgress:
    """Return a person's own progress toward clearance. The caller has asked `may_take_courses`."""
    facts = load_clearance(user.pk)
    return TrainingProgress(
        clearance=facts,
        state=find_training_state(facts, on),
        until=facts.find_last_day(on),
        signed=facts.has_signed(on),
        steps=tuple(
            CourseProgress(
                course=course,
                until=facts.find_course_expiry(course.id, course.accepts, on),
                asked=course.kind is not CourseKind.BOOSTER,
            )
            for course in load_courses().values()
        ),
    )


def list_quiz_attempts(user: User) -> QuerySet[Attempt]:
    """List a person's own quiz attempts, newest first."""
    return Attempt.objects.filter(user=user)


def find_confidentiality_signature(user: User, version: str) -> Signature | None:
    """Find a person's own signature under a version of the confidentiality agreement."""
    return Signature.objects.filter(user=user, version=version).first()


def load_skill_ratings(user: User) -> dict[str, int]:
    """Return a person's latest rating of each of their skills."""
    rows = SelfRating.objects.filter(user=user).order_by("rated_on")
    return {row.skill: row.level for row in rows}
