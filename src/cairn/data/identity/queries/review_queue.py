"""Read the review queue: the next question, reviewers' answers, and decisions in force.

Also list what waits for a user in this app: deliveries to link, and questions to answer.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db.models import Case, Count, IntegerField, Q, QuerySet, When
from django.db.models.functions import Abs
from django.db.models.lookups import GreaterThan
from django.urls import reverse
from django.utils.translation import gettext_lazy, ngettext

from cairn.data.identity.models.clerical_review import (
    OPEN,
    UNSURE,
    Answer,
    Question,
    QuestionRecord,
    Verdict,
)
from cairn.data.identity.queries.linkage_runs import find_unlinked_deliveries
from cairn.data.identity.review.sampling import list_sample_answers
from cairn.data.identity.tables import PossibleMatchRow
from cairn.governance.disclosure_log.api import load_organization_names
from cairn.matching.clustering import compute_wilson_interval
from cairn.platform.inbox.api import InboxTask
from cairn.policy.facts import Actor
from cairn.policy.questions import may_open_page, may_review_possible_matches
from cairn.policy.vocabulary import Action

__all__ = ["list_identity_tasks"]


@dataclass(frozen=True, slots=True)
class ReviewerAgreement:
    """How far two reviewers of one question agree: `same` answers of `both` questions.

    Kappa (Cohen 1960) removes what chance alone would agree on; None for too few questions.
    """

    both: int
    same: int
    kappa: float | None


RECORDS, PEOPLE, SHARED = "records", "people", "shared"

QUEUE_FIGURES: Final = {
    RECORDS: gettext_lazy("records matched to the right student"),
    PEOPLE: gettext_lazy("students counted"),
    SHARED: gettext_lazy("students with records at two or more organizations"),
}
"""Figures that a reviewer can choose to improve."""


def filter_review_queue(
    reviewer: str, *, sample: bool = False, figure: str = RECORDS
) -> QuerySet[Question]:
    """Filter the open questions that this reviewer has not answered.

    Args:
        reviewer: ID of the user.
        sample: only questions drawn to measure accuracy.
        figure: a key of `QUEUE_FIGURES`; questions that are expected to change it most come first.
    Returns:
        A queryset of questions.
    """
    own_answers = Answer.objects.filter(by_id=reviewer, undone_at__isnull=True)
    rows = Question.objects.filter(state=OPEN).exclude(pk__in=own_answers.values("question"))
    if sample:
        return rows.filter(sample=True).order_by("pk")
    if figure == PEOPLE:
        # Any answer changes this figure by one, so the least certain come first.
        return rows.order_by(Abs("bits"), "pk")
    return _order_by_shared(rows) if figure == SHARED else rows


def list_possible_matches(reviewer: str, figure: str) -> list[PossibleMatchRow]:
    """List the possible matches that this reviewer has not answered, without any value.

    Args:
        reviewer: ID of the user.
        figure: a key of `QUEUE_FIGURES`, which orders them.
    Returns:
        The rows of the list.
    """
    name_of = load_organization_names()
    questions = list(filter_review_queue(reviewer, figure=figure))
    sources_by_question: dict[int, set[str]] = {}
    sides = QuestionRecord.objects.filter(question__in=filter_review_queue(reviewer).values("pk"))
    for question, source in sides.values_list("question_id", "record__source").distinct():
        sources_by_question.setdefault(question, set()).add(name_of.get(source, source))
    return [
        PossibleMatchRow(
            number=row.pk,
            sources=", ".join(sorted(sources_by_question.get(row.pk, ()))),
            joined=row.joined,
            weight=row.bits,
            sample=row.sample,
            made_at=row.made_at,
        )
        for row in questions
    ]


def _order_by_shared(rows: QuerySet[Question]) -> QuerySet[Question]:
    """Order first the questions that decide whether several sources know a child.

    The least certain come before others.
    """

    def has_several_sources(side: Q) -> Case:
        sources = Count("records__record__source", distinct=True, filter=side)
        return Case(When(GreaterThan(sources, 1), then=1), default=0, output_field=IntegerField())

    left_shared, right_shared = (
        has_several_sources(Q(records__side=0)),
        has_several_sources(Q(records__side=1)),
    )
    effect = has_several_sources(Q(records__side__in=(0, 1))) - left_shared - right_shared
    return rows.annotate(effect=Abs(effect)).order_by("-effect", Abs("bits"), "pk")


@dataclass(frozen=True, slots=True)
class SimilarOutcomes:
    """Of `of` answered sample questions with as much evidence, `one` were one child.

    The range covers the true share of all such questions.
    """

    one: int
    of: int
    low: int
    high: int


def find_similar_outcomes(question: Question) -> SimilarOutcomes | None:
    """Find how often such a question turned out to be one child, from the reviewed sample.

    Evidence in bits is no probability; this is.

    Args:
        question: the question.
    Returns:
        The outcomes, or None for fewer than ten.
    """
    is_one_child = [
        wrong != row.joined
        for row, wrong in list_sample_answers()
        if (row.joined, row.band) == (question.joined, question.band) and row.pk != question.pk
    ]
    if len(is_one_child) < _MIN_ANSWERS:
        return None
    one_child_count = sum(is_one_child)
    low, high = compute_wilson_interval(one_child_count, len(is_one_child))
    return SimilarOutcomes(one_child_count, len(is_one_child), round(100 * low), round(100 * high))


def find_last_answer(reviewer: str) -> Answer | None:
    """Find the newest answer of a reviewer that was not taken back.

    Args:
        reviewer: ID of the user.
    Returns:
        The answer, or None.
    """
    own_answers = Answer.objects.filter(by_id=reviewer, undone_at__isnull=True)
    return own_answers.order_by("-at", "-pk").first()


def list_match_verdicts() -> QuerySet[Verdict]:
    """List the decisions in force, newest first.

    Returns:
        A queryset with the number of records as `size`.
    """
    rows = Verdict.objects.filter(undone_at__isnull=True)
    return rows.annotate(size=Count("records")).order_by("-at", "-pk")


def measure_reviewer_agreement() -> ReviewerAgreement:
    """Measure how far reviewers agree on the questions that two answered with yes or no.

    Returns:
        The agreement.
    """
    answers_by_question: dict[int, list[str]] = {}
    rows = Answer.objects.filter(undone_at__isnull=True).exclude(said=UNSURE).order_by("at", "pk")
    for question, left in rows.values_list("question_id", "said"):
        answers_by_question.setdefault(question, []).append(left)
    pairs = [
        both_answers[:2] for both_answers in answers_by_question.values() if len(both_answers) > 1
    ]
    same = sum(left == right for left, right in pairs)
    return ReviewerAgreement(len(pairs), same, _compute_kappa(pairs, same))


def count_sample_progress() -> dict[str, int]:
    """Count the questions of the sample, and those still open.

    Returns:
        `drawn` and `left`.
    """
    rows = Question.objects.filter(sample=True)
    return rows.aggregate(drawn=Count("pk"), left=Count("pk", filter=Q(state=OPEN)))


_MIN_ANSWERS = 10


def _compute_kappa(pairs: list[list[str]], same: int) -> float | None:
    """Compute Cohen's kappa; None for few pairs, or if all answers are the same."""
    if len(pairs) < _MIN_ANSWERS:
        return None
    sides = [[answer_pair[index] for answer_pair in pairs] for index in (0, 1)]
    chance = (
        sum(sides[0].count(answer) * sides[1].count(answer) for answer in {*sides[0], *sides[1]})
        / len(pairs) ** 2
    )
    return None if chance == 1 else (same / len(pairs) - chance) / (1 - chance)


def list_review_tasks(user_actor: Actor, on: date) -> list[InboxTask]:
    """List the questions that wait for a reviewer.

    Args:
        user_actor: the user.
        on: the day.
    Returns:
        One entry with the number of questions, or none.
    """
    if not may_review_possible_matches(user_actor, on).allowed:
        return []
    count = filter_review_queue(user_actor.id).count()
    if not count:
        return []
    title = ngettext(
        "possible match to review",
        "possible matches to review",
        count,
    )
    address = reverse("linkage:review")
    return [InboxTask(count=count, title=title, url=address, minutes=2, keys=("possible_matches",))]


def list_identity_tasks(user_actor: Actor, on: date) -> list[InboxTask]:
    """List the deliveries to link and the questions to review, as far as the user may act.

    Args:
        user_actor: the user.
        on: the day.
    Returns:
        The entries of the task list.
    """
    return [*_list_unlinked_deliveries(user_actor, on), *list_review_tasks(user_actor, on)]


def _list_unlinked_deliveries(user_actor: Actor, on: date) -> list[InboxTask]:
    """List new deliveries that no run has linked yet, for users who may link."""
    if not may_open_page(Action.LINK, user_actor, on=on).allowed:
        return []
    count = find_unlinked_deliveries(user_actor, on).waiting
    if not count:
        return []
    return [
        InboxTask(
            count=count,
            title=ngettext(
                "data submission not matched yet", "data submissions not matched yet", count
            ),
            url=reverse("linkage:summary"),
            minutes=5,
            keys=("submissions_to_match",),
        )
    ]
