"""Reads about one's own training; for others' see the clearance page of an organization."""

from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from cairn.accounts.models import User
from cairn.rules.access import may_open
from cairn.rules.actor import Actor
from cairn.rules.clearance import Clearance
from cairn.rules.decision import Decision
from cairn.rules.lives.training import TrainingState, training_state
from cairn.rules.vocabulary import Action
from cairn.training.course import Course, CourseKind, courses
from cairn.training.facts import clearance
from cairn.training.models import Attempt, SelfRating, Signature


@dataclass(frozen=True, slots=True)
class Step:
    """One course on somebody's way: until when it counts, and whether it can be taken now."""

    course: Course
    until: date | None
    asked: bool


@dataclass(frozen=True, slots=True)
class Way:
    """Everything that is asked of somebody, and where they stand with it."""

    clearance: Clearance
    state: TrainingState
    until: date | None
    signed: bool
    steps: tuple[Step, ...]


def may_take(who: Actor, on: date) -> Decision:
    """Whether this person may take courses here: everybody with a role may."""
    return may_open(Action.TAKE_TRAINING, who, on=on)


def way(user: User, on: date) -> Way:
    """One's own way to being cleared. The caller has asked ``may_take``."""
    known = clearance(user.pk)
    return Way(
        clearance=known,
        state=training_state(known, on),
        until=known.until(on),
        signed=known.has_signed(on),
        steps=tuple(
            Step(
                course=course,
                until=known.expiry(course.id, course.accepts, on),
                asked=course.kind is not CourseKind.BOOSTER,
            )
            for course in courses().values()
        ),
    )


def attempts(user: User) -> QuerySet[Attempt]:
    """One's own tries at quizzes, newest first."""
    return Attempt.objects.filter(user=user)


def signature(user: User, version: str) -> Signature | None:
    """One's own signature under a version of the confidentiality agreement."""
    return Signature.objects.filter(user=user, version=version).first()


def ratings(user: User) -> dict[str, int]:
    """How somebody last rated each of their skills."""
    rows = SelfRating.objects.filter(user=user).order_by("rated_on")
    return {row.skill: row.level for row in rows}
