"""Draw a random sample of joints and gaps within each band of evidence, for reviewers.

A few hundred answers then show how accurate the index is (`accuracy_estimate`).
"""

import random
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Final

from django.db.models import Count, F, QuerySet
from django.db.models.functions import Round

from cairn.data.identity.comparison import fitted_model
from cairn.data.identity.models.clerical_review import ANSWERED, DIFFERENT, OPEN, SAME, Question
from cairn.data.identity.models.person_index import Gap, Link, Person
from cairn.data.identity.review.match_questions import compute_question_fingerprint, enter_questions
from cairn.data.identity.storage.statements import IdentitySealer, read_statements
from cairn.matching.clustering import (
    EVIDENCE_BANDS,
    ErrorCurve,
    ErrorTotal,
    EvidenceBand,
    EvidenceHistogram,
    UncertainMatch,
    UncertaintyKind,
    add_uncompared_gaps,
    fit_error_curve,
    list_uncertain_matches,
    order_pair,
)
from cairn.matching.scoring import InMemoryComparer, MatchModel

QUESTIONS_PER_BAND: Final = 12
"""Questions of one band in one draw."""

_EVEN_CHANCE: Final = 0.5


def fit_error_curves() -> dict[UncertaintyKind, ErrorCurve]:
    """Fit how often evidence of each strength is wrong to the reviewers' answers.

    Returns:
        One curve for joints and one for gaps.
    """
    answers_by_kind: dict[UncertaintyKind, list[tuple[float, bool]]] = {
        kind: [] for kind in UncertaintyKind
    }
    for row, mistaken in list_sample_answers():
        answers_by_kind[get_question_kind(row)].append((row.bits, mistaken))
    return {
        kind: fit_error_curve(kind, kind_answers) for kind, kind_answers in answers_by_kind.items()
    }


def build_evidence_bands(error_curves: Mapping[UncertaintyKind, ErrorCurve]) -> list[EvidenceBand]:
    """Build every band of joints and of gaps with the answers of its sample.

    Args:
        error_curves: the error curves.
    Returns:
        The bands that have joints, gaps or answers.
    """
    reviewed: Counter[tuple[UncertaintyKind, int]] = Counter()
    wrong: Counter[tuple[UncertaintyKind, int]] = Counter()
    for row, mistaken in list_sample_answers():
        reviewed[get_question_kind(row), row.band] += 1
        wrong[get_question_kind(row), row.band] += mistaken
    evidence_bands = []
    for kind in UncertaintyKind:
        for number in range(len(EVIDENCE_BANDS) + 1):
            histogram = _count_by_half_bit(kind, _filter_band(kind, number))
            answer_count, population = reviewed[kind, number], sum(histogram.values())
            if population or answer_count:
                chance = (
                    error_curves[kind].total(histogram).value / population
                    if population
                    else _EVEN_CHANCE
                )
                evidence_bands.append(
                    EvidenceBand(
                        kind, number, population, answer_count, wrong[kind, number], chance
                    )
                )
    return evidence_bands


def estimate_error_totals(
    error_curves: Mapping[UncertaintyKind, ErrorCurve], gaps_between_components: EvidenceHistogram
) -> dict[UncertaintyKind, ErrorTotal]:
    """Estimate how many joints and gaps of the index are wrong.

    Args:
        error_curves: the error curves.
        gaps_between_components: gaps between components, which reviewers are not asked about.
    Returns:
        The totals of joints and of gaps.
    """
    wrong = error_curves[UncertaintyKind.JOINED].total(
        _count_by_half_bit(UncertaintyKind.JOINED, filter_people_with_joint())
    )
    gaps = Counter(_count_by_half_bit(UncertaintyKind.APART, Gap.objects.all()))
    gaps.update(gaps_between_components)
    return {
        UncertaintyKind.JOINED: wrong,
        UncertaintyKind.APART: add_uncompared_gaps(error_curves[UncertaintyKind.APART].total(gaps)),
    }


def _count_by_half_bit(
    kind: UncertaintyKind, rows: QuerySet[Person] | QuerySet[Gap]
) -> dict[float, int]:
    """Count the rows by bits, rounded to half a bit."""
    name = "joint" if kind is UncertaintyKind.JOINED else "bits"
    halves = rows.annotate(half=Round(F(name) * 2)).values("half").annotate(n=Count("pk"))
    return {row["half"] / 2: row["n"] for row in halves.order_by("half")}


def draw_sample_questions(sealer: IdentitySealer, at: datetime, generator: random.Random) -> int:
    """Draw more questions from every band.

    Args:
        sealer: decrypts statements.
        at: the current time.
        generator: the random generator.
    Returns:
        The number of new questions.
    """
    stored_model = fitted_model.load_fitted_model(sealer)
    if stored_model is None:
        return 0
    match_by_sides: dict[str, UncertainMatch] = {}
    number_of: dict[str, int] = {}
    for kind in UncertaintyKind:
        for number in range(len(EVIDENCE_BANDS) + 1):
            rows: list[str | int] = list(_filter_band(kind, number).values_list("pk", flat=True))
            for pk in generator.sample(rows, min(QUESTIONS_PER_BAND, len(rows))):
                match, numbers = _build_uncertain_match(kind, pk, sealer, stored_model.model)
                if match is not None:
                    match_by_sides[compute_question_fingerprint(match.one, match.other)] = match
                    number_of |= numbers
    known_questions = Question.objects.filter(sides__in=list(match_by_sides))
    # Some questions exist already because they are doubtful; they can join the sample.
    drawn = known_questions.filter(sample=False, state=OPEN).update(sample=True)
    for sides in known_questions.values_list("sides", flat=True):
        del match_by_sides[sides]
    enter_questions(match_by_sides, number_of, at, sample=True)
    return drawn + len(match_by_sides)


def filter_people_with_joint() -> QuerySet[Person]:
    """Filter the people with a weakest link, that is, of several records.

    Returns:
        A queryset of people.
    """
    return Person.objects.filter(joint__isnull=False)


def _filter_band(kind: UncertaintyKind, number: int) -> QuerySet[Person] | QuerySet[Gap]:
    name = "joint" if kind is UncertaintyKind.JOINED else "bits"
    edges = {}
    if number:
        edges[f"{name}__gte"] = EVIDENCE_BANDS[number - 1]
    if number < len(EVIDENCE_BANDS):
        edges[f"{name}__lt"] = EVIDENCE_BANDS[number]
    if kind is UncertaintyKind.JOINED:
        return filter_people_with_joint().filter(**edges)
    return Gap.objects.filter(**edges)


def _build_uncertain_match(
    kind: UncertaintyKind, pk: str | int, sealer: IdentitySealer, model: MatchModel
) -> tuple[UncertainMatch | None, dict[str, int]]:
    """Build the joint of a person, or the gap with this number, from the current evidence."""
    if kind is UncertaintyKind.JOINED:
        people = [str(pk)]
    else:
        people = list(Gap.objects.filter(pk=pk).values_list("one_id", "other_id")[0])
    records = {person: _read_person_records(person) for person in people}
    numbers = {
        key: number for record_numbers in records.values() for key, number in record_numbers.items()
    }
    comparer = InMemoryComparer(model)
    comparer.add(read_statements(sorted(numbers.values()), sealer))
    names = sorted(comparer.get_blocking_keys())
    scored_pairs = comparer.score_pairs_between(names, names).pairs
    bits = {
        order_pair(names[left], names[right]): weight
        for left, right, weight in zip(*(column.tolist() for column in scored_pairs), strict=True)
    }
    groups = [frozenset(record_numbers) for record_numbers in records.values()]
    matches = (
        uncertain_match
        for uncertain_match in list_uncertain_matches(groups, bits)
        if uncertain_match.kind is kind
    )
    return next(matches, None), numbers


def _read_person_records(person: str) -> dict[str, int]:
    rows = Link.objects.filter(person=person, until__isnull=True)
    return dict(rows.values_list("record__key", "record_id"))


def list_sample_answers() -> Iterator[tuple[Question, bool]]:
    """List every answered question of a sample.

    Yields:
        The question, and whether the index was wrong about it.
    """
    rows = Question.objects.filter(sample=True, state=ANSWERED).prefetch_related("answers")
    for row in rows:
        given_answers = [answer.said for answer in row.answers.all() if answer.undone_at is None]
        votes = given_answers.count(SAME) - given_answers.count(DIFFERENT)
        if votes:
            yield row, (votes > 0) != row.joined


def get_question_kind(question: Question) -> UncertaintyKind:
    """Return whether the index had joined the two sides of a question.

    Args:
        question: the question.
    Returns:
        The kind of uncertainty.
    """
    return UncertaintyKind.JOINED if question.joined else UncertaintyKind.APART
