"""Record reviewers' answers and decisions; a decision holds until a reviewer undoes it."""

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from cairn.data.identity.index import update
from cairn.data.identity.models.clerical_review import (
    ALWAYS,
    ANSWERED,
    DIFFERENT,
    NEVER,
    OPEN,
    SAME,
    UNSURE,
    Answer,
    Question,
    Verdict,
    VerdictRecord,
)
from cairn.data.identity.models.person_index import Person, Record
from cairn.data.identity.relationships import relationship_update
from cairn.data.identity.review import match_decisions
from cairn.data.identity.storage.sql import IDENTITIES
from cairn.data.identity.storage.statements import IdentitySealer
from cairn.matching.clustering import DecisionConflict, check_decisions
from cairn.platform.accounts.api import User
from cairn.platform.actions.api import ActionResult, action, load_current_actor
from cairn.platform.audit.api import record_audit_event
from cairn.platform.storage.api import open_key_ring
from cairn.policy.engine import Permit
from cairn.policy.questions import may_decide_possible_match, may_review_possible_matches

_VERDICT_BY_ANSWER = {SAME: ALWAYS, DIFFERENT: NEVER}

_MAX_REVIEWERS = 3
"""Reviewers of one question: if two differ, a third decides."""


class ConflictingDecision(Exception):
    """An earlier decision says the opposite and must be undone first."""


class QuestionClosed(Exception):
    """Another reviewer has answered meanwhile, or the records moved."""


def _lock_question(question: Question) -> Question:
    return Question.objects.select_for_update().get(pk=question.pk)


def _list_answers(question: Question) -> list[Answer]:
    return list(question.answers.filter(undone_at__isnull=True))


def _lock_question_facts(*, question: Question) -> tuple[Iterable[str]]:
    return ([answer.by_id for answer in _list_answers(_lock_question(question))],)


@action("linkage.question_seen", asks=may_review_possible_matches)
def open_match_question(
    permit: Permit, /, *, question: Question, by: User, at: datetime
) -> ActionResult[None]:
    """Open a question for a reviewer; the audit log records it before names are shown.

    Args:
        question: the question.
        by: the reviewer.
        at: the current time.
    """
    detail = {"records": question.records.count()}
    return ActionResult(subject=question, detail=detail)


@action("linkage.person_seen", asks=may_review_possible_matches)
def open_indexed_person(
    permit: Permit, /, *, person: Person, by: User, at: datetime
) -> ActionResult[bool]:
    """Log that a reviewer opens a person, before names are shown, and refresh relationships.

    Args:
        person: the person.
        by: the reviewer.
        at: the current time.
    Returns:
        False if too many people wait for the worker, so that the relationships may be incomplete
        (`refresh_relationships_for_page`).
    """
    is_complete = relationship_update.refresh_relationships_for_page(
        [person.pk], IdentitySealer(open_key_ring()), at
    )
    return ActionResult(is_complete, subject=person)


@action(
    "linkage.answered",
    asks=may_decide_possible_match,
    facts=_lock_question_facts,
    also_in=IDENTITIES,
)
def answer_match_question(
    permit: Permit, /, *, question: Question, choice: str, by: User, at: datetime
) -> ActionResult[Answer]:
    """Record a reviewer's answer: one child, two children, or unsure.

    Once enough reviewers agree, it becomes a decision. The index follows it at once, or with the
    next run if
    that weighs all records.

    Args:
        question: the question.
        choice: "same", "different" or "unsure".
        by: the reviewer.
        at: the current time.
    Returns:
        The answer.
    Raises:
        QuestionClosed: the question is no longer open.
        ConflictingDecision: an earlier decision says the opposite.
    """
    row = _lock_question(question)
    earlier_answers = _list_answers(row)
    if row.state != OPEN:
        raise QuestionClosed("This possible match is closed. Go to the next one.")
    new_answer = Answer.objects.create(
        question=row, said=choice, by_id=str(by.pk), by_label=str(by), at=at
    )
    agreed_choice = _find_agreed_choice(row, [*earlier_answers, new_answer])
    if agreed_choice in _VERDICT_BY_ANSWER:
        _decide_question(
            row, _VERDICT_BY_ANSWER[agreed_choice], [*earlier_answers, new_answer], by=by, at=at
        )
    row.save(update_fields=["state", "wanted"])
    detail = {"said": choice, "decided": agreed_choice}
    return ActionResult(new_answer, subject=row, detail=detail)


@action("linkage.answer_undone", asks=may_review_possible_matches, also_in=IDENTITIES)
def take_back_answer(
    permit: Permit, /, *, answer: Answer, by: User, at: datetime
) -> ActionResult[None]:
    """Take back one's own answer and the decision that rests on it; the question is open again.

    Args:
        answer: the answer.
        by: the reviewer.
        at: the current time.
    Raises:
        QuestionClosed: the answer is another reviewer's, or was taken back already.
    """
    row = Answer.objects.select_for_update().select_related("question").get(pk=answer.pk)
    if row.by_id != str(by.pk) or row.undone_at is not None:
        raise QuestionClosed("You can undo only your own answer, and only once.")
    row.undone_at = at
    row.save(update_fields=["undone_at"])
    if row.verdict is not None and row.verdict.undone_at is None:
        _undo_verdict(row.verdict, by=by, at=at)
    row.question.state = OPEN
    row.question.save(update_fields=["state"])
    return ActionResult(subject=row.question)


@action("linkage.decided", asks=may_review_possible_matches, also_in=IDENTITIES)
def decide_match(
    permit: Permit,
    /,
    *,
    kind: str,
    left: Collection[Record],
    right: Collection[Record],
    why: str,
    by: User,
    at: datetime,
) -> ActionResult[Verdict]:
    """Record a decision without a question: these records are always, or never, one child.

    Args:
        kind: "always" or "never".
        left: records of one side.
        right: records of the other side.
        why: the reason.
        by: the reviewer.
        at: the current time.
    Returns:
        The decision.
    Raises:
        ConflictingDecision: an earlier decision says the opposite.
    """
    verdict = _enter_verdict(
        kind,
        ({record.pk for record in left}, {record.pk for record in right}),
        by=by,
        at=at,
        why=why,
    )
    return ActionResult(
        verdict, subject=verdict, detail={"kind": kind, "records": len(left) + len(right)}
    )


@transaction.atomic
@transaction.atomic(using=IDENTITIES)
def undo_match_verdict(*, verdict: Verdict, by: User, at: datetime) -> None:
    """Undo a decision; the evidence alone decides again.

    Args:
        verdict: the decision.
        by: the reviewer.
        at: the current time.
    """
    decision = may_review_possible_matches(load_current_actor(by), timezone.localdate(at))
    decision.require()
    row = Verdict.objects.select_for_update().get(pk=verdict.pk)
    if row.undone_at is None:
        _undo_verdict(row, by=by, at=at)
        record_audit_event("linkage.decision_undone", row, by=by, at=at, decision=decision)


def _find_agreed_choice(row: Question, answers: Collection[Answer]) -> str:
    """Find what the reviewers agree on, if anything, and update the state of the question."""
    choices = [given_answer.said for given_answer in answers]
    for choice in (SAME, DIFFERENT, UNSURE):
        if choices.count(choice) > row.wanted / 2 and len(choices) >= min(row.wanted, 2):
            row.state = ANSWERED
            return choice
    if len(choices) >= row.wanted:
        row.wanted += 1
        if row.wanted > _MAX_REVIEWERS:
            row.wanted, row.state = _MAX_REVIEWERS, ANSWERED
    return ""


def _decide_question(
    row: Question, kind: str, answers: Collection[Answer], *, by: User, at: datetime
) -> None:
    sides: tuple[set[int], set[int]] = (set(), set())
    for side, record in row.records.values_list("side", "record_id"):
        sides[side].add(record)
    verdict = _enter_verdict(kind, sides, by=by, at=at)
    for given_answer in answers:
        given_answer.verdict = verdict
        given_answer.save(update_fields=["verdict"])


def _enter_verdict(
    kind: str, sides: tuple[set[int], set[int]], *, by: User, at: datetime, why: str = ""
) -> Verdict:
    """Enter a decision and update the index."""
    records = sides[0] | sides[1]
    decisions = match_decisions.find_match_decisions(records)
    decisions.add_decision(kind, sides)
    try:
        check_decisions(decisions.always, decisions.never)
    except DecisionConflict as error:
        raise ConflictingDecision(
            "An earlier reviewer decision says the opposite. Undo that decision first."
        ) from error
    verdict = Verdict.objects.create(kind=kind, why=why, by_id=str(by.pk), by_label=str(by), at=at)
    VerdictRecord.objects.bulk_create(
        VerdictRecord(verdict=verdict, record_id=record, side=number)
        for number, side in enumerate(sides)
        for record in sorted(side)
    )
    _update_index_now(records, by=by, at=at)
    return verdict


def _undo_verdict(verdict: Verdict, *, by: User, at: datetime) -> None:
    verdict.undone_at = at
    verdict.save(update_fields=["undone_at"])
    _update_index_now(verdict.records.values_list("record_id", flat=True), by=by, at=at)


def _update_index_now(records: Collection[int], *, by: User, at: datetime) -> None:
    """Update the index at once, or leave it to the next run if that is due anyway."""
    update.mark_records_fresh(records)
    update.update_index_for_page(IdentitySealer(open_key_ring()), at, by=str(by.pk))
