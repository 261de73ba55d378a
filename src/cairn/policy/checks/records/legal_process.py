"""Check steps of legal process (34 CFR 99.31(a)(9)) and answers to public-records requests."""

from collections.abc import Iterator
from datetime import date
from typing import Final

from cairn.policy.engine import Reason, policy_check
from cairn.policy.facts import LegalProcessFact, PublicRequestFact
from cairn.policy.law.cards.governance import legal_process as cards
from cairn.policy.lifecycles import (
    LEGAL_PROCESS_TRANSITIONS,
    PUBLIC_REQUEST_TRANSITIONS,
    find_next_state,
)
from cairn.policy.vocabulary import Action, LegalProcessKind, PublicRequestLevel, label_code

__all__ = [
    "check_disclosed_students",
    "check_legal_process_event",
    "check_notice_effort",
    "check_process_compels",
    "check_public_request_answer",
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
    has_tried = process.effort_on is not None and process.effort_on <= on
    return Reason.from_card(cards.EFFORT_FIRST, met=has_tried or bool(process.sealed.strip()))


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
