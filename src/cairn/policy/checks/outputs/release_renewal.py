"""Check whether a release goes on renewing itself, and find the terms that have ended.

A school year is July to June. A term is half of it: "2025-26 S1" is July to December, "2025-26 S2"
January to June, the same names as those of an indicator that is counted by half year.
"""

from datetime import date, timedelta
from typing import Final

from cairn.policy.checks.agreements.agreement_validity import is_agreement_in_force
from cairn.policy.engine import Reason, policy_check
from cairn.policy.facts import ReleaseRenewalFact
from cairn.policy.law.cards.outputs import release_renewal as cards
from cairn.policy.vocabulary import RenewalCadence

__all__ = [
    "check_renewal_agreement",
    "check_series_not_withdrawn",
    "find_next_term_end",
    "find_term_end",
    "list_ended_terms",
]

_JUNE: Final = 6
_DAY: Final = timedelta(days=1)


@policy_check(cards.WITHDRAWN)
def check_series_not_withdrawn(on: date, renewal: ReleaseRenewalFact) -> Reason:
    """Check that no published release of the series was withdrawn, nor all of its drafts.

    Args:
        on: date of the check.
        renewal: facts of the renewal.
    Returns:
        One reason.
    """
    return Reason.from_card(cards.WITHDRAWN, met=not renewal.was_withdrawn)


@policy_check(cards.AGREEMENT)
def check_renewal_agreement(on: date, renewal: ReleaseRenewalFact) -> Reason:
    """Check that an agreement is in force with the reader, or with an owner of public figures.

    Args:
        on: date of the check.
        renewal: facts of the renewal.
    Returns:
        One reason.
    """
    named = {
        agreement.reference
        for agreement in renewal.agreements
        if renewal.partners & {party.organization for party in agreement.parties}
        and is_agreement_in_force(agreement, on)
    }
    names = {
        party.organization: party.name
        for agreement in renewal.agreements
        for party in agreement.parties
    }
    partners = sorted(names.get(slug, slug) for slug in renewal.partners)
    return Reason.from_card(
        cards.AGREEMENT,
        met=bool(named),
        agreement=", ".join(sorted(named)),
        partners=", ".join(partners) or "an owner of these data",
    )


def find_next_term_end(cadence: RenewalCadence, since: date) -> date:
    """Find the last day of the first term, or school year, that ends on a day or later.

    Args:
        cadence: whether terms or school years are asked for.
        since: the day.
    Returns:
        December 31 or June 30; of a school year, June 30.
    """
    ends = [
        date(year, *last)
        for year in (since.year, since.year + 1)
        for last in ((_JUNE, 30), (12, 31))
        if cadence is RenewalCadence.TERM or last[0] == _JUNE
    ]
    return next(end for end in ends if end >= since)


def list_ended_terms(cadence: RenewalCadence, since: date, on: date) -> tuple[str, ...]:
    """List the terms, or school years, that have ended.

    Args:
        cadence: whether terms or school years are asked for.
        since: the first day on which one of them may have ended.
        on: today.
    Returns:
        Their names in order, such as "2025-26 S1" or "2025-26".
    """
    terms, end = list[str](), find_next_term_end(cadence, since)
    while end < on:
        terms.append(_name_term(cadence, end))
        end = find_next_term_end(cadence, end + _DAY)
    return tuple(terms)


def find_term_end(term: str) -> date:
    """Find the last day of a term or of a school year.

    Args:
        term: its name, such as "2025-26 S1" or "2025-26".
    Returns:
        The day.
    """
    first = int(term[:4])
    return date(first, 12, 31) if term.endswith(" S1") else date(first + 1, _JUNE, 30)


def _name_term(cadence: RenewalCadence, end: date) -> str:
    first = end.year - (end.month == _JUNE)
    school_year = f"{first}-{(first + 1) % 100:02}"
    if cadence is RenewalCadence.SCHOOL_YEAR:
        return school_year
    return f"{school_year} {'S2' if end.month == _JUNE else 'S1'}"
