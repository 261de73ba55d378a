"""The queue of reviewers: which question is next, who answered what, which decisions stand."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils.translation import ngettext

from cairn.linkage.models import Answer, Question, Verdict
from cairn.linkage.models.review import OPEN, UNSURE
from cairn.partners.waiting import Waiting
from cairn.rules.actor import Actor
from cairn.rules.linkage import may_review_matches


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far two reviewers of one question agree: of ``both`` questions, ``same`` answers; kappa
    takes out what chance alone would agree on (none: too few)."""

    both: int
    same: int
    kappa: float | None


def queue(reviewer: str, *, sample: bool = False) -> QuerySet[Question]:
    """Open questions that this reviewer has not answered, what changes most first; with ``sample``
    those that were drawn to measure."""
    mine = Answer.objects.filter(by_id=reviewer, undone_at__isnull=True)
    rows = Question.objects.filter(state=OPEN).exclude(pk__in=mine.values("question"))
    return rows.filter(sample=True).order_by("pk") if sample else rows


def answered(reviewer: str) -> Answer | None:
    """The newest answer of this reviewer that stands."""
    mine = Answer.objects.filter(by_id=reviewer, undone_at__isnull=True)
    return mine.order_by("-at", "-pk").first()


def decisions() -> QuerySet[Verdict]:
    """The decisions that stand, newest first."""
    rows = Verdict.objects.filter(undone_at__isnull=True)
    return rows.annotate(size=Count("records")).order_by("-at", "-pk")


def agreement() -> Agreement:
    """Of all questions that two reviewers answered with yes or no."""
    said: dict[int, list[str]] = {}
    rows = Answer.objects.filter(undone_at__isnull=True).exclude(said=UNSURE).order_by("at", "pk")
    for question, one in rows.values_list("question_id", "said"):
        said.setdefault(question, []).append(one)
    pairs = [two[:2] for two in said.values() if len(two) > 1]
    same = sum(one == other for one, other in pairs)
    return Agreement(len(pairs), same, _kappa(pairs, same))


def progress() -> dict[str, int]:
    """Of the sample: questions, and how many are answered."""
    rows = Question.objects.filter(sample=True)
    return rows.aggregate(drawn=Count("pk"), left=Count("pk", filter=Q(state=OPEN)))


def waiting(who: Actor, on: date) -> list[Waiting]:
    """Questions that wait for a reviewer."""
    if not may_review_matches(who, on).allowed:
        return []
    count = queue(who.id).count()
    if not count:
        return []
    title = ngettext(
        "question whether records are of one child",
        "questions whether records are of one child",
        count,
    )
    return [Waiting(count=count, title=title, url=reverse("linkage:review"))]


_FEWEST = 10


def _kappa(pairs: list[list[str]], same: int) -> float | None:
    """Cohen's kappa; none for few pairs, or where all say the same of everything."""
    if len(pairs) < _FEWEST:
        return None
    sides = [[two[n] for two in pairs] for n in (0, 1)]
    chance = (
        sum(sides[0].count(answer) * sides[1].count(answer) for answer in {*sides[0], *sides[1]})
        / len(pairs) ** 2
    )
    return None if chance == 1 else (same / len(pairs) - chance) / (1 - chance)
