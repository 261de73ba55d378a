"""Reviewers say who is one child; what they decide holds until somebody takes it back."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from cairn.accounts.models import User
from cairn.audit import log as audit
from cairn.intake.storehouse import key_ring
from cairn.linkage import decided, index, kinship
from cairn.linkage.bulk import IDENTITIES
from cairn.linkage.models import Answer, Person, Question, Record, Verdict, VerdictRecord
from cairn.linkage.models.review import (
    ALWAYS,
    ANSWERED,
    DIFFERENT,
    NEVER,
    OPEN,
    SAME,
    UNSURE,
)
from cairn.linkage.sealing import Sealer
from cairn.partners.facts import actor
from cairn.rules.linkage import may_answer_match, may_review_matches
from cairn.warehouse.person.verdicts import Contradiction, agree

_VERDICT = {SAME: ALWAYS, DIFFERENT: NEVER}
_MOST = 3
"""Reviewers of one question: where two differ, a third decides."""


class Contradicts(Exception):
    """An earlier decision says the opposite; it has to be taken back first."""


class NotOpen(Exception):
    """Somebody else has answered meanwhile, or the records moved."""


@transaction.atomic
def look_at_question(*, question: Question, by: User, at: datetime) -> None:
    """A reviewer opens a question: who saw whose names is on record before they are shown."""
    decision = may_review_matches(actor(by), timezone.localdate(at))
    decision.require()
    detail = {"records": question.records.count()}
    audit.record("linkage.question_seen", question, by=by, at=at, decision=decision, detail=detail)


@transaction.atomic
def look_at_person(*, person: Person, by: User, at: datetime) -> bool:
    """As ``look_at_question``, of one person of the index, whose relationships are looked at
    again where something changed since the last run. False where others' wait for the worker, so
    that hers may lack something (``kinship.follow``)."""
    decision = may_review_matches(actor(by), timezone.localdate(at))
    decision.require()
    complete = kinship.follow([person.pk], Sealer(key_ring()), at)
    audit.record("linkage.person_seen", person, by=by, at=at, decision=decision)
    return complete


@transaction.atomic
@transaction.atomic(using=IDENTITIES)
def answer(*, question: Question, said: str, by: User, at: datetime) -> Answer:
    """One reviewer's answer: one child, two children, or unsure.

    Once enough reviewers say the same, it is a decision. The index follows it at once, or with the
    next linking where that weighs everything anew. Raises ``NotOpen``, and ``Contradicts`` where an
    earlier decision says otherwise.
    """
    row = Question.objects.select_for_update().get(pk=question.pk)
    before = list(row.answers.filter(undone_at__isnull=True))
    decision = may_answer_match([a.by_id for a in before], actor(by), timezone.localdate(at))
    decision.require()
    if row.state != OPEN:
        raise NotOpen("This question is no longer open. The next one is waiting.")
    made = Answer.objects.create(question=row, said=said, by_id=str(by.pk), by_label=str(by), at=at)
    agreed = _agreed(row, [*before, made])
    if agreed in _VERDICT:
        _decide(row, _VERDICT[agreed], [*before, made], by=by, at=at)
    row.save(update_fields=["state", "wanted"])
    detail = {"said": said, "decided": agreed}
    audit.record("linkage.answered", row, by=by, at=at, decision=decision, detail=detail)
    return made


@transaction.atomic
@transaction.atomic(using=IDENTITIES)
def take_back(*, answer: Answer, by: User, at: datetime) -> None:
    """Takes one's own answer back, and the decision on it; the question is open again."""
    decision = may_review_matches(actor(by), timezone.localdate(at))
    decision.require()
    row = Answer.objects.select_for_update().select_related("question").get(pk=answer.pk)
    if row.by_id != str(by.pk) or row.undone_at is not None:
        raise NotOpen("Only your own answer can be taken back here, and only once.")
    row.undone_at = at
    row.save(update_fields=["undone_at"])
    if row.verdict is not None and row.verdict.undone_at is None:
        _undo(row.verdict, by=by, at=at)
    row.question.state = OPEN
    row.question.save(update_fields=["state"])
    audit.record("linkage.answer_undone", row.question, by=by, at=at, decision=decision)


@transaction.atomic
@transaction.atomic(using=IDENTITIES)
def decide(
    *,
    kind: str,
    one: Collection[Record],
    other: Collection[Record],
    why: str,
    by: User,
    at: datetime,
) -> Verdict:
    """A decision without a question: these records are always, or never, one child."""
    decision = may_review_matches(actor(by), timezone.localdate(at))
    decision.require()
    made = _verdict(kind, ({r.pk for r in one}, {r.pk for r in other}), by=by, at=at, why=why)
    audit.record(
        "linkage.decided",
        made,
        by=by,
        at=at,
        decision=decision,
        detail={"kind": kind, "records": len(one) + len(other)},
    )
    return made


@transaction.atomic
@transaction.atomic(using=IDENTITIES)
def undo(*, verdict: Verdict, by: User, at: datetime) -> None:
    """Takes a decision back; the evidence alone says again who is one child."""
    decision = may_review_matches(actor(by), timezone.localdate(at))
    decision.require()
    row = Verdict.objects.select_for_update().get(pk=verdict.pk)
    if row.undone_at is None:
        _undo(row, by=by, at=at)
        audit.record("linkage.decision_undone", row, by=by, at=at, decision=decision)


def _agreed(row: Question, answers: Collection[Answer]) -> str:
    """What the reviewers together say, if anything; the question's state follows."""
    said = [a.said for a in answers]
    for one in (SAME, DIFFERENT, UNSURE):
        if said.count(one) > row.wanted / 2 and len(said) >= min(row.wanted, 2):
            row.state = ANSWERED
            return one
    if len(said) >= row.wanted:
        row.wanted += 1
        if row.wanted > _MOST:
            row.wanted, row.state = _MOST, ANSWERED
    return ""


def _decide(
    row: Question, kind: str, answers: Collection[Answer], *, by: User, at: datetime
) -> None:
    sides: tuple[set[int], set[int]] = (set(), set())
    for side, record in row.records.values_list("side", "record_id"):
        sides[side].add(record)
    verdict = _verdict(kind, sides, by=by, at=at)
    for one in answers:
        one.verdict = verdict
        one.save(update_fields=["verdict"])


def _verdict(
    kind: str, sides: tuple[set[int], set[int]], *, by: User, at: datetime, why: str = ""
) -> Verdict:
    """Enter a decision and let the index follow it."""
    named = sides[0] | sides[1]
    standing = decided.decided(named)
    standing.of(kind, sides)
    try:
        agree(standing.always, standing.never)
    except Contradiction as error:
        raise Contradicts(
            "An earlier decision says the opposite of this. Take that one back first."
        ) from error
    made = Verdict.objects.create(kind=kind, why=why, by_id=str(by.pk), by_label=str(by), at=at)
    VerdictRecord.objects.bulk_create(
        VerdictRecord(verdict=made, record_id=record, side=number)
        for number, side in enumerate(sides)
        for record in sorted(side)
    )
    _look_again(named, by=by, at=at)
    return made


def _undo(verdict: Verdict, *, by: User, at: datetime) -> None:
    verdict.undone_at = at
    verdict.save(update_fields=["undone_at"])
    _look_again(verdict.records.values_list("record_id", flat=True), by=by, at=at)


def _look_again(records: Collection[int], *, by: User, at: datetime) -> None:
    """The index follows at once, or with the next linking where it waits for that anyhow."""
    index.look_at(records)
    index.follow(Sealer(key_ring()), at, by=str(by.pk))
