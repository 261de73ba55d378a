"""Check a family's requests about its child's record: when an answer is due, and each step.

A request to inspect a record has 45 days by federal law (34 CFR 99.10(b)). A request to amend one
has "a reasonable time" (34 CFR 99.20(b), 99.22(a)), for which Cairn uses 45 days. Where state law
sets a shorter limit, that limit counts.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from cairn.policy.checks.students.consent_status import have_rights_passed_to_student
from cairn.policy.engine import BoundCheck, Obligation, Reason, policy_check
from cairn.policy.facts import (
    AmendmentFact,
    FamilyReader,
    HearingFact,
    OrganizationFact,
    PersonFact,
    StateLawReview,
)
from cairn.policy.law import (
    STATE_PACKS,
    RecordDeadlines,
    RuleCard,
    add_business_days,
    needs_counsel_review,
)
from cairn.policy.law.cards.governance import amendment as cards
from cairn.policy.law.cards.governance import record_keeping as record_keeping_cards
from cairn.policy.lifecycles import AMENDMENT_TRANSITIONS, find_next_state
from cairn.policy.vocabulary import (
    Action,
    AmendmentState,
    AmendmentView,
    SignerRelation,
    label_code,
)

__all__ = [
    "check_amendment_deadline",
    "check_amendment_event",
    "check_amendment_received",
    "check_amendment_requester",
    "check_hearing_deadline",
    "check_hearing_held",
    "check_hearing_notice",
    "check_hearing_officer",
    "check_inspection_deadline",
    "find_amendment_due_date",
    "find_amendment_event_action",
    "find_amendment_view",
    "find_record_copy_due_date",
    "find_record_deadlines",
    "list_statement_obligations",
    "require_hearing_decision",
]

RECORD_COPY_PERIOD: Final = timedelta(days=45)
"""Time to answer a family's request to inspect its child's record (34 CFR 99.10(b))."""

AMENDMENT_PERIOD: Final = timedelta(days=45)
"""Time to decide a request to amend a record, and to hold a hearing.

The law says "a reasonable time" (34 CFR 99.20(b), 99.22(a)); this number is a rule of this
software.
"""


def find_record_deadlines(
    organization: OrganizationFact, review: StateLawReview | None
) -> RecordDeadlines | None:
    """Find the time that the law of an organization's state gives to answer families.

    Args:
        organization: the organization that keeps the record.
        review: counsel's review of the law of its state that counts on the day of the request;
            ``None`` if there is none.
    Returns:
        The limits; ``None`` where no state law on file sets any.
    """
    pack = STATE_PACKS.get(organization.state)
    is_covered = pack is not None and organization.kind in pack.prohibited_of
    own_deadlines = pack.record_deadlines if pack is not None and is_covered else None
    if review is None or not needs_counsel_review(organization.state):
        return own_deadlines
    reviewed = RecordDeadlines(
        law=review.law,
        inspection_days=review.inspection_days,
        amendment_days=review.amendment_days,
    )
    if own_deadlines is None:
        return reviewed
    return replace(
        reviewed,
        law=f"{own_deadlines.law}; {review.law}",
        inspection_business_days=own_deadlines.inspection_business_days,
    )


def find_record_copy_due_date(requested_on: date, deadlines: RecordDeadlines | None = None) -> date:
    """Find the last day to answer a request for a copy of a record (34 CFR 99.10(b)).

    Args:
        requested_on: the day of the request.
        deadlines: limits of state law; ``None`` if there are none.

    Returns:
        The due date: 45 calendar days later, or earlier where state law requires it.
    """
    due_dates = [requested_on + RECORD_COPY_PERIOD]
    if deadlines is not None and deadlines.inspection_days is not None:
        due_dates.append(requested_on + timedelta(days=deadlines.inspection_days))
    if deadlines is not None and deadlines.inspection_business_days is not None:
        due_dates.append(add_business_days(requested_on, deadlines.inspection_business_days))
    return min(due_dates)


def find_amendment_due_date(requested_on: date, deadlines: RecordDeadlines | None = None) -> date:
    """Find the last day to decide a request to amend a record, or to hold a requested hearing.

    Args:
        requested_on: the day of the request for the amendment or the hearing.
        deadlines: limits of state law; ``None`` if there are none.

    Returns:
        The due date: 45 calendar days later (a rule of this software), or earlier where state law
        requires it.
    """
    if deadlines is None or deadlines.amendment_days is None:
        return requested_on + AMENDMENT_PERIOD
    return requested_on + min(AMENDMENT_PERIOD, timedelta(days=deadlines.amendment_days))


@policy_check(record_keeping_cards.COPY)
def check_inspection_deadline(
    on: date, asked_on: date, due: date, answered_on: date | None
) -> Reason:
    """Check that a family's request to see its child's record is answered in time (34 CFR 99.10).

    Args:
        on: date of the check.
        asked_on: day of the request.
        due: last day to answer, from `find_record_copy_due_date`.
        answered_on: day of the answer, ``None`` if it is open.
    Returns:
        One reason.
    """
    return _check_due_date(record_keeping_cards.COPY, asked_on, due, answered_on, on)


@policy_check(cards.DECISION_DUE)
def check_amendment_deadline(
    on: date, asked_on: date, due: date, decided_on: date | None
) -> Reason:
    """Check that a request to amend a record is decided in time (34 CFR 99.20(b)).

    Args:
        on: date of the check.
        asked_on: day of the request.
        due: last day to decide, from `find_amendment_due_date`.
        decided_on: day of the decision, ``None`` if it is open.
    Returns:
        One reason.
    """
    return _check_due_date(cards.DECISION_DUE, asked_on, due, decided_on, on)


@policy_check(cards.HEARING_DUE)
def check_hearing_deadline(on: date, asked_on: date, due: date, decided_on: date | None) -> Reason:
    """Check that a requested hearing is held and decided in time (34 CFR 99.22(a)).

    Args:
        on: date of the check.
        asked_on: day on which the family requested the hearing.
        due: last day to hold it, from `find_amendment_due_date`.
        decided_on: day of the decision after the hearing, ``None`` if it is open.
    Returns:
        One reason.
    """
    return _check_due_date(cards.HEARING_DUE, asked_on, due, decided_on, on)


def _check_due_date(
    card: RuleCard, asked_on: date, due: date, answered_on: date | None, on: date
) -> Reason:
    """Check one deadline: met through its last day, and for good if the answer was in time."""
    met = (answered_on or on) <= due
    return Reason.from_card(card, met=met, asked=asked_on.isoformat(), due=due.isoformat())


def find_amendment_event_action(event: str) -> Action:
    """Find the action that an event of the amendment lifecycle requires permission for.

    Args:
        event: event of the lifecycle, such as "refuse".
    Returns:
        The action.
    Raises:
        LookupError: if the lifecycle has no such event.
    """
    action = next((step.action for step in AMENDMENT_TRANSITIONS if step.event == event), None)
    if action is None:
        raise LookupError(f"A request to amend a record has no event {event!r}.")
    return action


@policy_check(cards.EVENT)
def check_amendment_event(on: date, event: str, state: AmendmentState) -> Reason:
    """Check that the event is possible in this state of a request to amend a record.

    Args:
        on: date of the check.
        event: event of the lifecycle.
        state: present state of the request.
    Returns:
        One reason.
    """
    met = find_next_state(AMENDMENT_TRANSITIONS, state, event) is not None
    return Reason.from_card(cards.EVENT, met=met, state=label_code(state))


def find_amendment_view(
    amendment: AmendmentFact, reader: FamilyReader, person: PersonFact, on: date
) -> AmendmentView:
    """Find how much of a request to amend a record the holder of a family's code sees.

    Each parent has the right to ask (34 CFR 99.4, 99.20(a)), and each asks alone. The request is a
    letter to the school and can hold an address or an account of the other parent, so the family
    page shows it to the person who asked. It also shows it to the student who holds the rights now,
    because all rights under Part 99 passed to the student (34 CFR 99.5(a)(1)).

    The statement is different. It is kept with the contested part of the record (34 CFR
    99.21(c)(1)), so it is part of the record, which each parent may inspect (34 CFR 99.4,
    99.10(a)).
    The other parent therefore reads the statement, and nothing of the request behind it. Where a
    court order limits a parent, the page cannot know which one, and says only that there is a
    statement: the school shows it to the parent who may inspect it.

    What a parent may inspect on request at the school is not decided here.

    Args:
        amendment: the request.
        reader: the person who has the family page open.
        person: facts of the student on that day.
        on: the day.
    Returns:
        The view.
    """
    is_student = reader.relation is SignerRelation.STUDENT
    if _is_requester(amendment, reader) or (
        is_student and have_rights_passed_to_student(person, on)
    ):
        return AmendmentView.FULL
    if amendment.statement_on is None or on < amendment.statement_on:
        return AmendmentView.HIDDEN
    return AmendmentView.STATEMENT_ON_FILE if person.court_order else AmendmentView.STATEMENT


def _is_requester(amendment: AmendmentFact, reader: FamilyReader) -> bool:
    """Tell whether the reader made the request.

    The name says which member of the family reads. Two parents know each other's names, so while
    the letter of the request opens the page, that letter is needed as well. After it ended, or if
    the request came on paper, the name decides: the person may hold a newer letter.
    """
    is_same_letter = amendment.letter == reader.letter or not amendment.letter_valid
    return bool(reader.signer) and reader.signer == amendment.requester and is_same_letter


@policy_check(cards.REQUESTER)
def check_amendment_requester(
    on: date, amendment: AmendmentFact, reader: FamilyReader, person: PersonFact
) -> Reason:
    """Check that a step is taken by the person who asked, or by the student who holds the rights.

    Args:
        on: date of the check.
        amendment: the request.
        reader: the person who takes the step.
        person: facts of the student on that day.
    Returns:
        One reason.
    """
    met = find_amendment_view(amendment, reader, person, on) is AmendmentView.FULL
    return Reason.from_card(cards.REQUESTER, met=met)


@policy_check(cards.RECEIVED)
def check_amendment_received(on: date, received_on: date) -> Reason:
    """Check that a request that came on paper or by phone was not received after today.

    Args:
        on: date of the check.
        received_on: day on which the organization received it.
    Returns:
        One reason.
    """
    return Reason.from_card(
        cards.RECEIVED,
        met=received_on <= on,
        received=received_on.isoformat(),
        today=on.isoformat(),
    )


@policy_check(cards.NOTICE)
def check_hearing_notice(on: date, hearing: HearingFact) -> Reason:
    """Check that the family is notified before the day of the hearing.

    Args:
        on: date of the check; the day of the notice if none is on record.
        hearing: the hearing.
    Returns:
        One reason.
    """
    notified_on = hearing.notified_on or on
    return Reason.from_card(
        cards.NOTICE,
        met=notified_on < hearing.held_on,
        held=hearing.held_on.isoformat(),
        notified=notified_on.isoformat(),
    )


@policy_check(cards.IMPARTIAL)
def check_hearing_officer(on: date, hearing: HearingFact) -> Reason:
    """Check that a named person without a direct interest in the outcome conducts the hearing.

    Args:
        on: date of the check.
        hearing: the hearing.
    Returns:
        One reason.
    """
    officer = hearing.officer.strip()
    return Reason.from_card(
        cards.IMPARTIAL,
        met=bool(officer) and hearing.impartial,
        officer=officer or "the hearing officer",
    )


@policy_check(cards.HELD)
def check_hearing_held(on: date, hearing: HearingFact) -> Reason:
    """Check that the day of the hearing has come.

    Args:
        on: date of the check.
        hearing: the hearing.
    Returns:
        One reason.
    """
    return Reason.from_card(cards.HELD, met=hearing.held_on <= on, held=hearing.held_on.isoformat())


def require_hearing_decision(hearing: HearingFact) -> tuple[BoundCheck, ...]:
    """List the checks of a decision after a hearing.

    Args:
        hearing: the hearing.
    Returns:
        The checks.
    """
    return (
        check_hearing_notice(hearing),
        check_hearing_officer(hearing),
        check_hearing_held(hearing),
    )


def list_statement_obligations(people: Iterable[PersonFact], on: date) -> Iterator[Obligation]:
    """Yield the obligation to send families' statements along with records (34 CFR 99.21(c)).

    Args:
        people: students in the request.
        on: date of the use.
    Returns:
        At most one obligation, so that it does not say how many families placed a statement.
    """
    days = [person.statement_on for person in people if person.statement_on is not None]
    if days and min(days) <= on:
        yield Obligation(cards.STATEMENT.id, cards.STATEMENT.steward, cards.STATEMENT.citation)
