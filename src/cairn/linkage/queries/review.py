"""The queue of reviewers: which question is next, who answered what, which decisions stand."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db.models import Case, Count, IntegerField, Q, QuerySet, When
from django.db.models.functions import Abs
from django.db.models.lookups import GreaterThan
from django.urls import reverse
from django.utils.translation import gettext_lazy, ngettext

from cairn.linkage.models import Answer, Question, Verdict
from cairn.linkage.models.review import OPEN, UNSURE
from cairn.linkage.sampling import answers
from cairn.partners.waiting import Waiting
from cairn.rules.actor import Actor
from cairn.rules.linkage import may_review_matches
from cairn.warehouse.person.estimate import wilson


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far two reviewers of one question agree: of ``both`` questions, ``same`` answers; kappa
    takes out what chance alone would agree on (none: too few)."""

    both: int
    same: int
    kappa: float | None


RECORDS, PEOPLE, SHARED = "records", "people", "shared"
FIGURES: Final = {
    RECORDS: gettext_lazy("records with their own child"),
    PEOPLE: gettext_lazy("different children"),
    SHARED: gettext_lazy("children whom two or more organizations know"),
}
"""Figures that answers may be wanted for."""


def queue(reviewer: str, *, sample: bool = False, figure: str = RECORDS) -> QuerySet[Question]:
    """Open questions that this reviewer has not answered, those first whose answer is expected to
    change this figure most; with ``sample`` those that were drawn to measure."""
    mine = Answer.objects.filter(by_id=reviewer, undone_at__isnull=True)
    rows = Question.objects.filter(state=OPEN).exclude(pk__in=mine.values("question"))
    if sample:
        return rows.filter(sample=True).order_by("pk")
    if figure == PEOPLE:
        # Any answer changes this by one: the least certain come first.
        return rows.order_by(Abs("bits"), "pk")
    return _by_shared(rows) if figure == SHARED else rows


def _by_shared(rows: QuerySet[Question]) -> QuerySet[Question]:
    """Those first that decide whether somebody is known to several sources, the least certain
    before others."""

    def several(side: Q) -> Case:
        sources = Count("records__record__source", distinct=True, filter=side)
        return Case(When(GreaterThan(sources, 1), then=1), default=0, output_field=IntegerField())

    one, other = several(Q(records__side=0)), several(Q(records__side=1))
    effect = several(Q(records__side__in=(0, 1))) - one - other
    return rows.annotate(effect=Abs(effect)).order_by("-effect", Abs("bits"), "pk")


@dataclass(frozen=True, slots=True)
class Known:
    """Of ``of`` sampled questions with as much evidence that reviewers answered, ``one`` were one
    child; the range holds the true share of all such."""

    one: int
    of: int
    low: int
    high: int


def known(question: Question) -> Known | None:
    """How often such a question turned out to be one child, from the reviewed sample; none while
    few were answered. Evidence in bits is no probability: this is."""
    said = [
        wrong != row.joined
        for row, wrong in answers()
        if (row.joined, row.band) == (question.joined, question.band) and row.pk != question.pk
    ]
    if len(said) < _FEWEST:
        return None
    one = sum(said)
    low, high = wilson(one, len(said))
    return Known(one, len(said), round(100 * low), round(100 * high))


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
