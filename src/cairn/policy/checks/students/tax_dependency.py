"""Check evidence that a parent claims an eligible student as a dependent (34 CFR 99.31(a)(8)).

Then the school may let a parent see the record without the student's consent. The parent sees it
and decides nothing: the rights are the student's (34 CFR 99.5(a)).
"""

from collections.abc import Iterable
from datetime import date

from cairn.policy.checks.students.consent_status import have_rights_passed_to_student
from cairn.policy.engine import Reason, policy_check
from cairn.policy.facts import PersonFact, TaxDependency
from cairn.policy.law.cards.governance import family as cards
from cairn.policy.vocabulary import LetterAccess

__all__ = [
    "check_dependent_eligible",
    "check_tax_year",
    "find_letter_access",
    "find_tax_dependency_end",
    "is_tax_dependent",
]


def find_tax_dependency_end(tax_year: int) -> date:
    """Find the last day on which evidence for a tax year counts.

    It is the day on which the return for the next tax year is due, April 15 (26 USC 6072(a)). That
    evidence ends there is a rule of this software.

    Args:
        tax_year: tax year of the return.
    Returns:
        The last day.
    """
    return date(tax_year + 2, 4, 15)


def is_tax_dependent(evidence: Iterable[TaxDependency], on: date) -> bool:
    """Report whether evidence of tax dependency counts on a day.

    Args:
        evidence: all that is on record about one student.
        on: the day.
    Returns:
        True if some of it counts.
    """
    return any(
        item.recorded_on <= on <= find_tax_dependency_end(item.tax_year)
        and (item.ended_on is None or on < item.ended_on)
        for item in evidence
    )


def find_letter_access(person: PersonFact, *, has_ended: bool) -> LetterAccess:
    """Find what a letter that was printed for the parents opens.

    After the rights passed to the student, it opens nothing, unless evidence shows that a parent
    claims the student as a dependent. 34 CFR 99.31(a)(8) speaks of the parents, so a letter of
    either opens the page to read. Where a court order limits a parent, Cairn does not know which
    one holds the letter, and it opens nothing.

    Args:
        person: facts of the student on the day.
        has_ended: whether the rights passed to the student since the letter was printed.
    Returns:
        The access.
    """
    if not has_ended:
        return LetterAccess.FULL
    may_read = person.tax_dependent and not person.court_order
    return LetterAccess.READ_ONLY if may_read else LetterAccess.NONE


@policy_check(cards.TAX_YEAR)
def check_tax_year(on: date, tax_year: int) -> Reason:
    """Check that the tax year has ended, and that its evidence still counts.

    Args:
        on: date of the check.
        tax_year: tax year of the return.
    Returns:
        One reason.
    """
    end = find_tax_dependency_end(tax_year)
    return Reason.from_card(
        cards.TAX_YEAR,
        met=tax_year < on.year and on <= end,
        year=str(tax_year),
        today=on.isoformat(),
        end=end.isoformat(),
    )


@policy_check(cards.DEPENDENT_ELIGIBLE)
def check_dependent_eligible(on: date, person: PersonFact) -> Reason:
    """Check that the student holds the rights, so that the evidence matters.

    Args:
        on: date of the check.
        person: facts of the student on that day.
    Returns:
        One reason.
    """
    met = have_rights_passed_to_student(person, on) is True
    return Reason.from_card(cards.DEPENDENT_ELIGIBLE, met=met)
