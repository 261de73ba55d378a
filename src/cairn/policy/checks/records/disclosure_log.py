"""Check which disclosures the law requires in the log, and when an owner gets the log."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Final

from cairn.policy.engine import Reason, policy_check
from cairn.policy.facts import FIGURE_RELEASE_ACTIONS, OnwardFact, RecordRequirement
from cairn.policy.law import RuleCard
from cairn.policy.law.cards.governance import record_keeping as cards
from cairn.policy.law.cards.legal_bases import special_classes as special_classes_cards
from cairn.policy.vocabulary import Action, LegalBasis, Outcome, SpecialClass

__all__ = [
    "LOGGED_ACTIONS",
    "LOGGED_INTERNAL_ACTIONS",
    "LOGGED_PUBLICATION_ACTIONS",
    "check_disclosure_recorded",
    "check_onward_record_deadline",
    "check_request_unanswered",
    "find_record_answer_due_date",
    "find_record_requirement",
    "is_response_late",
]


@policy_check(cards.RECORDED)
def check_disclosure_recorded(on: date, parties: Iterable[str], interest: str) -> Reason:
    """Check that a line of the disclosure log states the recipients and their legitimate interest.

    A missing entry refuses the disclosure (34 CFR 99.32(a)(3)).

    Args:
        on: date of the check.
        parties: organizations that receive data.
        interest: legitimate interest of the parties.
    Returns:
        One reason.
    """
    recipients = ", ".join(sorted({party.strip() for party in parties} - {""}))
    stated_interest = interest.strip()
    gaps = ((recipients, "the recipient"), (stated_interest, "the legitimate interest"))
    missing = " and ".join(description for value, description in gaps if not value)
    return Reason.from_card(
        cards.RECORDED,
        met=not missing,
        lacking=missing,
        parties=recipients,
        interest=stated_interest,
    )


@policy_check(cards.ONWARD_RECORD)
def check_onward_record_deadline(on: date, asked_on: date, answered_on: date | None) -> Reason:
    """Check that an owner's request for the record of further disclosures is answered in time.

    Source: 34 CFR 99.32(b)(2)(iii).

    Args:
        asked_on: day of the request.
        answered_on: day of the answer, ``None`` if it is open.
        on: date of the check.
    Returns:
        One reason.
    """
    return _check_response_time(
        cards.ONWARD_RECORD, asked_on, find_record_answer_due_date(asked_on), answered_on, on
    )


def is_response_late(reason: Reason) -> bool:
    """Tell whether one of these answers is overdue, or came too late.

    Args:
        reason: result of a deadline check.
    Returns:
        True if the deadline was missed.
    """
    return reason.effect is Outcome.DENY


def _check_response_time(
    card: RuleCard, asked_on: date, due: date, answered_on: date | None, on: date
) -> Reason:
    """Check one deadline: met while time remains, and for good if the answer was in time.

    The last day counts.
    """
    met = (answered_on or on) <= due
    return Reason.from_card(card, met=met, asked=asked_on.isoformat(), due=due.isoformat())


RECORD_ANSWER_PERIOD: Final = timedelta(days=30)
"""Time to give the record of further disclosures to the school or agency concerned.

Source: 34 CFR 99.32(b)(2)(iii).
"""

LOGGED_ACTIONS: Final = frozenset(
    {
        Action.RECEIVE,
        Action.CONFORM,
        Action.LINK,
        Action.BUILD_MART,
        Action.COUNT,
        Action.PROTECT,
        Action.PREPARE_EXTRACT,
        Action.READ_TEXT,
        Action.SEND_BACK_RELEASE,
        Action.PUBLISH_RELEASE,
        Action.VIEW,
        Action.LIST,
        Action.EXPORT,
        Action.DELIVER,
        Action.REFER,
        Action.MATCH,
        Action.AGGREGATE,
        Action.RELEASE,
        Action.PUBLISH,
        Action.PARENT_VIEW,
        Action.COMPARE_OWN_FIGURES,
        Action.EMERGENCY,
    }
)
"""Requests for data about children; each is logged, refused ones too (34 CFR 99.32(a))."""

LOGGED_PUBLICATION_ACTIONS: Final = FIGURE_RELEASE_ACTIONS | {
    Action.SEND_BACK_RELEASE,
    Action.PUBLISH_RELEASE,
}
"""Logged requests about protected figures: the uses that `decide_use` knows (see
`FIGURE_RELEASE_ACTIONS`), and the two steps by which a release reaches its owners and the public.
"""

LOGGED_INTERNAL_ACTIONS: Final = frozenset(
    {
        Action.CONFORM,
        Action.LINK,
        Action.MATCH,
        Action.BUILD_MART,
        Action.COUNT,
        Action.PROTECT,
        Action.PREPARE_EXTRACT,
        Action.READ_TEXT,
        Action.AGGREGATE,
    }
)
"""Logged requests inside the hub: the data stay with the recipient."""

_RETURNED_TO_SOURCE: Final = {
    Action.PARENT_VIEW: (
        "99.32(d)(1)",
        "The family made the request. The law does not require a record of it.",
    ),
    Action.COMPARE_OWN_FIGURES: (
        "99.32(d)(2)",
        "The figures went to the organization that provided the records.",
    ),
}

_EXEMPT_BASES: Final = {
    LegalBasis.SCHOOL_OFFICIAL: (
        "99.32(d)(2)",
        "The recipient is a school official. The law does not require a record of it.",
    ),
    LegalBasis.CONSENT: (
        "99.32(d)(3)",
        "The recipient has written consent. The law does not require a record of it.",
    ),
    LegalBasis.DIRECTORY: (
        "99.32(d)(4)",
        "The request was for directory information. The law does not require a record of it.",
    ),
    LegalBasis.OWN_RECORDS: (
        "99.3",
        "The provider's own records are not education records.",
    ),
    LegalBasis.PUBLIC_DATA: ("99.3", "Public data are not education records."),
}

# These records of access exempt only parents and the agency's own employees: neither an
# outside school official nor a party with consent.
_ACCESS_RECORD_CARDS: Final = {
    SpecialClass.DISABILITY: special_classes_cards.ACCESS_RECORD,
    SpecialClass.EARLY_INTERVENTION: special_classes_cards.EARLY_ACCESS_RECORD,
}


def find_record_requirement(
    action: Action, basis: LegalBasis | None, special_classes: Iterable[SpecialClass] = ()
) -> RecordRequirement:
    """Find whether the law requires this disclosure on the record, and why or why not.

    A use inside the hub is not a further disclosure; data that cannot identify a person are none at
    all. Where no exemption is known, an entry is required (34 CFR 99.32).

    Args:
        action: the action that was decided.
        basis: legal basis of the disclosure; ``None`` if there is none.
        special_classes: special classes of the elements that are really disclosed. The record
            of access to special education or early intervention records has none of the
            exemptions of 34 CFR 99.32(d) except the family's.

    Returns:
        The requirement, with its reason and citation.
    """
    if action in _RETURNED_TO_SOURCE:
        paragraph, why = _RETURNED_TO_SOURCE[action]
        return RecordRequirement(by_law=False, why=why, citation=f"34 CFR {paragraph}")
    if action in LOGGED_PUBLICATION_ACTIONS:
        why = "Protected figures do not disclose any child's record."
        return RecordRequirement(by_law=False, why=why, citation="34 CFR 99.31(b)(1)")
    if action in LOGGED_INTERNAL_ACTIONS:
        why = "The data stay with the recipient."
        return RecordRequirement(by_law=False, why=why, citation="34 CFR 99.33(a)(2)")
    for special_class in sorted(set(special_classes) & _ACCESS_RECORD_CARDS.keys()):
        card = _ACCESS_RECORD_CARDS[special_class]
        return RecordRequirement(by_law=True, why=card.statement, citation=card.citation)
    if basis in _EXEMPT_BASES:
        paragraph, why = _EXEMPT_BASES[basis]
        return RecordRequirement(by_law=False, why=why, citation=f"34 CFR {paragraph}")
    why = "The record must name the recipients and their legitimate interests."
    return RecordRequirement(by_law=True, why=why, citation="34 CFR 99.32(a)(1), (a)(3)")


def is_onward_recipient_listed(
    onward: Iterable[OnwardFact], agreement: str, owner: str, recipient: str, on: date
) -> bool:
    """Report whether an owner's record listed a further recipient on a date (R16)."""
    return any(
        fact.is_listed(on)
        and (fact.agreement, fact.owner, fact.recipient) == (agreement, owner, recipient)
        for fact in onward
    )


def find_record_answer_due_date(requested_on: date) -> date:
    """Find the last day to answer an owner's request for its record (34 CFR 99.32(b)(2)(iii)).

    Args:
        requested_on: the day of the request.

    Returns:
        The due date, 30 calendar days later.
    """
    return requested_on + RECORD_ANSWER_PERIOD


@policy_check(cards.ANSWERED_ONCE)
def check_request_unanswered(on: date, answered: bool) -> Reason:  # noqa: FBT001 - a fact, not a switch
    """Check that the request was not answered before.

    Args:
        on: date of the check.
        answered: whether the request was answered before.
    Returns:
        One reason.
    """
    return Reason.from_card(cards.ANSWERED_ONCE, met=not answered)
