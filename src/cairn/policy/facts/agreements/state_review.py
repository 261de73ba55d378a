"""Define what counsel answered about the law of a state for which Cairn has no pack."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType

from cairn.policy.facts.agreements.agreement_clause import ClauseKind
from cairn.policy.facts.later_fields import ADDED_LATER
from cairn.policy.vocabulary import LegalBasis, Purpose, SpecialClass

__all__ = ["StateLawReview", "select_state_review"]


@dataclass(frozen=True, slots=True, kw_only=True)
class StateLawReview:
    """Describe counsel's review of one state's law for the records of one data owner.

    Counsel of the data owner answers a questionnaire, once. The answers are applied to every use
    like a state pack, until the last day. What counsel did not clear still waits for a person.

    Attributes:
        state: postal code of the state.
        organization: slug of the data owner.
        reviewed_by: name of the counsel.
        reviewed_on: first day on which the answers count.
        expires_on: last day on which they count, included.
        law: statutes and rules that counsel read.
        bases: legal bases that the state's law allows.
        purposes: purposes that the state's law allows.
        classes: special classes that may be used where federal law allows it.
        rows_leave: whether records of individual students may leave the data system.
        consents_kept: whether an agreement on consent must say where signed forms are kept.
        required_clauses: kinds of clauses that an agreement must contain.
        breach_notice_days: days within which an agreement must promise notice of a breach; None if
            the state's law has no such limit.
        inspection_days: calendar days to let a family inspect a record; None if the state's law has
            no such limit.
        amendment_days: calendar days to decide a request to amend a record; None if the state's law
            has no such limit.
        custodian_signs: whether, of divorced or separated parents, only one with legal custody may
            consent to a disclosure.
        minor_consents: special class → age in years from which a minor may consent alone; a class
            that is not listed waits for a person.
    """

    state: str
    organization: str
    reviewed_by: str
    reviewed_on: date
    expires_on: date
    law: str
    bases: frozenset[LegalBasis] = frozenset()
    purposes: frozenset[Purpose] = frozenset()
    classes: frozenset[SpecialClass] = frozenset()
    rows_leave: bool = False
    consents_kept: bool = False
    required_clauses: frozenset[ClauseKind] = frozenset()
    breach_notice_days: int | None = None
    inspection_days: int | None = field(default=None, metadata=ADDED_LATER)
    amendment_days: int | None = field(default=None, metadata=ADDED_LATER)
    custodian_signs: bool = field(default=False, metadata=ADDED_LATER)
    minor_consents: Mapping[SpecialClass, int] = field(
        default_factory=lambda: MappingProxyType({}), metadata=ADDED_LATER
    )

    def is_current(self, on: date) -> bool:
        return self.reviewed_on <= on <= self.expires_on


def select_state_review(
    reviews: Iterable[StateLawReview], organization: str, state: str, on: date
) -> StateLawReview | None:
    """Select the newest review of a state's law by counsel of a data owner that counts on a day.

    Args:
        reviews: all reviews on record.
        organization: slug of the data owner.
        state: postal code of its state.
        on: the day.
    Returns:
        The review; None if there is none.
    """
    own_reviews = [
        review
        for review in reviews
        if review.organization == organization and review.state == state and review.is_current(on)
    ]
    return max(own_reviews, key=lambda review: review.reviewed_on, default=None)
