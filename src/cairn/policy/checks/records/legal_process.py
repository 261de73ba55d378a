"""Check steps of legal process (34 CFR 99.31(a)(9)) and answers to public-records requests."""

from collections.abc import Iterator
from datetime import date
from typing import Final

from cairn.policy.engine import Reason, policy_check
from cairn.policy.facts import CourtOrder, LegalProcessFact, OrderedDisclosure, PublicRequestFact
from cairn.policy.law.cards.governance import legal_process as cards
from cairn.policy.lifecycles import (
    LEGAL_PROCESS_TRANSITIONS,
    PUBLIC_REQUEST_TRANSITIONS,
    find_next_state,
)
from cairn.policy.vocabulary import (
    Action,
    LegalProcessKind,
    LegalProcessState,
    PublicRequestLevel,
    label_code,
)

__all__ = [
    "check_disclosed_students",
    "check_legal_process_event",
    "check_notice_effort",
    "check_process_compels",
    "check_public_request_answer",
    "find_court_order",
    "find_legal_process_action",
]

_COMPELLING_KINDS: Final = frozenset(
    {
        LegalProcessKind.SUBPOENA,
        LegalProcessKind.COURT_ORDER,
        LegalProcessKind.JUDICIAL_WARRANT,
        LegalProcessKind.ADMINISTRATIVE_SUBPOENA,
    }
)


def find_legal_process_action(event: str) -> Action:
    """Find the action that an event of legal process requires permission for.

    Args:
        event: event of the lifecycle, such as "comply".
    Returns:
        The action.
    Raises:
        LookupError: if the lifecycle has no such event.
    """
    action = next((step.action for step in LEGAL_PROCESS_TRANSITIONS if step.event == event), None)
    if action is None:
        raise LookupError(f"Legal process has no event {event!r}.")
    return action


@policy_check(cards.COUNSEL_DECIDES)
def check_legal_process_event(on: date, event: str, process: LegalProcessFact) -> Reason:
    """Check that the event is possible in the present state of legal process.

    Args:
        on: date of the check.
        event: event of the lifecycle.
        process: the legal process.
    Returns:
        One reason.
    """
    met = find_next_state(LEGAL_PROCESS_TRANSITIONS, process.state, event) is not None
    return Reason.from_card(cards.COUNSEL_DECIDES, met=met, state=label_code(process.state))


@policy_check(cards.COMPELS)
def check_process_compels(on: date, process: LegalProcessFact) -> Reason:
    """Check that legal process is a judicial order or a subpoena.

    A warrant that an agency signed itself, such as an immigration warrant without a judge, is
    neither.

    Args:
        on: date of the check.
        process: the legal process.
    Returns:
        One reason.
    """
    met = process.kind in _COMPELLING_KINDS
    return Reason.from_card(cards.COMPELS, met=met, kind=label_code(process.kind))


@policy_check(cards.EFFORT_FIRST)
def check_notice_effort(on: date, process: LegalProcessFact) -> Reason:
    """Check that the family was notified first, as far as reasonable, or an order forbids it.

    Args:
        on: date of the check.
        process: the legal process.
    Returns:
        One reason.
    """
    return Reason.from_card(cards.EFFORT_FIRST, met=_is_notice_settled(process, on))


def _is_notice_settled(process: LegalProcessFact, on: date) -> bool:
    """Tell whether a reasonable effort to notify was made, or an order forbids notice."""
    has_tried = process.effort_on is not None and process.effort_on <= on
    return has_tried or bool(process.sealed.strip())


def find_court_order(
    process: LegalProcessFact, disclosure: OrderedDisclosure, on: date
) -> CourtOrder | None:
    """Find the order on which a use of data may rest, if recorded legal process is one on a day.

    It is one from the day on which counsel cleared it and the effort to notify was made, or an
    order forbids notice (34 CFR 99.31(a)(9)), until it was complied with, contested or withdrawn.
    Legal process that compels nothing, or without a named partner and students, opens nothing.

    Args:
        process: the legal process in its present state.
        disclosure: what counsel allows under it.
        on: date of the use.
    Returns:
        The order; ``None`` if a use may not rest on it.
    """
    is_cleared = (
        process.state is LegalProcessState.CLEARED
        and disclosure.decided_on is not None
        and disclosure.decided_on <= on
    )
    is_named = bool(disclosure.recipient) and bool(disclosure.people)
    is_compelling = process.kind in _COMPELLING_KINDS
    if not (is_cleared and is_named and is_compelling and _is_notice_settled(process, on)):
        return None
    return CourtOrder(
        id=disclosure.id,
        organization=disclosure.organization,
        recipient=disclosure.recipient,
        people=disclosure.people,
        issued_on=disclosure.issued_on,
        sealed=process.sealed,
        effort_on=process.effort_on,
    )


@policy_check(cards.STUDENTS_NAMED)
def check_disclosed_students(on: date, process: LegalProcessFact) -> Iterator[Reason]:
    """Check that the record of a disclosure names its students, unless an order forbids notice.

    A line that names a student stands in the log that the family reads. The law exempts legal
    process under an order of secrecy from that record (34 CFR 99.32(d)(5)).

    Args:
        on: date of the check.
        process: the legal process, with the number of students of the disclosure.
    Returns:
        One reason; none under an order of secrecy.
    """
    if not process.sealed.strip():
        yield Reason.from_card(cards.STUDENTS_NAMED, met=process.students > 0, n=process.students)


@policy_check(
    cards.REQUEST_OPEN,
    cards.NO_INDIVIDUAL_RECORDS,
    cards.FIGURES_REVIEWED,
    cards.EXEMPTION_CITED,
)
def check_public_request_answer(
    on: date, event: str, request: PublicRequestFact
) -> Iterator[Reason]:
    """Check the answer to a public-records request.

    Args:
        on: date of the check.
        event: event of the lifecycle, such as "release".
        request: the request.
    Returns:
        One reason for each rule that applies.
    """
    met = find_next_state(PUBLIC_REQUEST_TRANSITIONS, request.state, event) is not None
    yield Reason.from_card(cards.REQUEST_OPEN, met=met, state=label_code(request.state))
    if event == "release":
        is_individual = request.level is PublicRequestLevel.INDIVIDUAL
        yield Reason.from_card(cards.NO_INDIVIDUAL_RECORDS, met=not is_individual)
        if request.level is PublicRequestLevel.FIGURES:
            yield Reason.from_card(cards.FIGURES_REVIEWED, met=request.deidentified)
    elif event == "deny":
        exemption = request.exemption.strip()
        yield Reason.from_card(cards.EXEMPTION_CITED, met=bool(exemption), exemption=exemption)
