"""Check the records left out of the copy for a family, and what the family reads about them."""

from collections.abc import Collection, Iterable, Iterator
from datetime import date
from typing import Final

from cairn.policy.engine import Reason, policy_check
from cairn.policy.facts import OrganizationFact
from cairn.policy.law.cards.governance import record_copy as cards
from cairn.policy.vocabulary import CopyExclusion, OrganizationKind, label_code

__all__ = ["check_copy_exclusions", "list_exclusions_for_family"]

_X = CopyExclusion

_POSTSECONDARY_ONLY: Final = (_X.PARENTS_FINANCES, _X.CONFIDENTIAL_LETTERS)
_REVIEWED_BY_COUNSEL: Final = frozenset({_X.COURT_ORDER, _X.OTHER_LAW})

# A court order, or the treatment that a minor may consent to alone, could be revealed by saying so.
_SAID_TO_FAMILY: Final = (_X.OTHER_STUDENTS, *_POSTSECONDARY_ONLY)


@policy_check(cards.POSTSECONDARY_ONLY, cards.ORDER_ON_RECORD, cards.COUNSEL_FIRST)
def check_copy_exclusions(
    on: date,
    exclusions: Collection[CopyExclusion],
    organization: OrganizationFact,
    *,
    has_court_order: bool,
    counsel: str,
) -> Iterator[Reason]:
    """Check that each kind of record left out of a family's copy may be left out.

    Information about other students is never part of the copy (34 CFR 99.12(a)), so nothing is
    asked about it.

    Args:
        on: date of the check.
        exclusions: the records left out.
        organization: the organization that keeps the record.
        has_court_order: whether an order that limits a parent is on record.
        counsel: name of the counsel who reviewed the copy; empty if none did.
    Returns:
        One reason for each rule that applies.
    """
    reserved = [exclusion for exclusion in _POSTSECONDARY_ONLY if exclusion in exclusions]
    if reserved:
        yield Reason.from_card(
            cards.POSTSECONDARY_ONLY,
            met=organization.kind is OrganizationKind.POSTSECONDARY,
            organization=organization.name or organization.slug,
            excluded=", ".join(map(label_code, reserved)),
        )
    if _X.COURT_ORDER in exclusions:
        yield Reason.from_card(cards.ORDER_ON_RECORD, met=has_court_order)
    if _REVIEWED_BY_COUNSEL & set(exclusions):
        name = counsel.strip()
        yield Reason.from_card(cards.COUNSEL_FIRST, met=bool(name), counsel=name)


def list_exclusions_for_family(exclusions: Iterable[CopyExclusion]) -> tuple[CopyExclusion, ...]:
    """List the exclusions that a family may read; others could reveal what a law reserves.

    Args:
        exclusions: the records left out.
    Returns:
        The exclusions, in the order of the law.
    """
    excluded = set(exclusions)
    return tuple(exclusion for exclusion in _SAID_TO_FAMILY if exclusion in excluded)
