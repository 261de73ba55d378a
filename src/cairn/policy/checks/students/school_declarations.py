"""Keep data out until a school has declared what it withholds; silence is not a no.

A school declares for all its students at once which tribal nations they belong to and what it
withholds for a student (42 USC 11432(g)(3)(G) for a student without a fixed home; a protected
address). Under written consent `student_access` requires this for each student. Under any other
basis a step over many rows requires it of the school, here. Until the school has declared what it
withholds, addresses and family contacts stay out of incoming data; until it has declared both, no
data of its students are used.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from types import MappingProxyType

from cairn.policy.engine import ABOUT_PEOPLE, Reason, element_check
from cairn.policy.facts import NO_DECLARATIONS, AgreementFact, Party, RowsFact, SchoolDeclarations
from cairn.policy.law import (
    SIGNED_FORM_BASES,
    RuleCard,
    is_usually_withheld,
    select_student_elements,
)
from cairn.policy.law.cards.governance import data_use as cards
from cairn.policy.vocabulary import FERPA_AGENCY_KINDS, Outcome, PartyRole

__all__ = ["check_withholding_declared", "list_missing_declarations"]


def find_withheld_columns(
    agreement: AgreementFact,
    declarations: SchoolDeclarations,
    elements: frozenset[str],
    *,
    uses: bool,
) -> tuple[Mapping[str, frozenset[str]], tuple[Reason, ...]]:
    """Find the elements that stay out of all rows of each school without a declaration, and why.

    Args:
        agreement: the agreement.
        declarations: declarations on record.
        elements: elements of the request.
        uses: whether the data are used; then no data of an undeclared school's students are.
    Returns:
        Withheld elements by school, and the reasons.
    """
    student_elements = select_student_elements(elements)
    withheld_elements = (
        student_elements if uses else frozenset(filter(is_usually_withheld, student_elements))
    )
    withheld_by_school: dict[str, frozenset[str]] = {}
    reasons: list[Reason] = []
    for slug, school in _find_schools(agreement).items():
        if withheld_elements and slug not in declarations.withheld:
            withheld_by_school[slug] = withheld_elements
            element_names = (
                "all elements"
                if withheld_elements == student_elements
                else ", ".join(sorted(withheld_elements))
            )
            reasons.append(
                _build_undeclared_reason(cards.KEPT_BACK_OPEN, school, elements=element_names)
            )
        if uses and student_elements and slug not in declarations.nations:
            withheld_by_school[slug] = student_elements
            reasons.append(_build_undeclared_reason(cards.NATIONS_OPEN, school))
    return MappingProxyType(withheld_by_school), tuple(reasons)


def list_missing_declarations(
    agreement: AgreementFact, organization: str, declarations: SchoolDeclarations
) -> tuple[str, ...]:
    """List what an organization still has to declare before all that it sends can be used.

    Args:
        agreement: the agreement.
        organization: organization that sends the data.
        declarations: declarations on record.
    Returns:
        Of ``nations`` and ``withheld``, those that are missing.
    """
    if organization not in _find_schools(agreement):
        return ()
    declared = {"nations": declarations.nations, "withheld": declarations.withheld}
    return tuple(
        subject for subject, organizations in declared.items() if organization not in organizations
    )


def _find_schools(agreement: AgreementFact) -> Mapping[str, Party]:
    """Find the providers that hold education records; none under written consent.

    Written consent requires the declaration for each student instead.
    """
    if agreement.basis in SIGNED_FORM_BASES:
        return {}
    return {
        party.organization: party
        for party in agreement.parties
        if party.role is PartyRole.PROVIDER and party.kind in FERPA_AGENCY_KINDS
    }


@element_check(cards.KEPT_BACK_UNSAID)
def check_withholding_declared(
    element: str,
    on: date,
    agreement: AgreementFact,
    organization: str,
    rows: Iterable[RowsFact] | None,
) -> Iterator[Reason]:
    """Check that a school has declared whether it withholds an element that it sends.

    Args:
        element: the element.
        on: date of the check.
        agreement: the agreement.
        organization: organization that sends the data.
        rows: declarations of the schools, by agreement.
    Returns:
        One reason; none about an element that schools do not usually withhold.
    """
    schools = _find_schools(agreement)
    if (
        organization in schools
        and is_usually_withheld(element)
        and select_student_elements((element,))
    ):
        declarations = (fact.said for fact in rows or () if fact.agreement == agreement.reference)
        declared = next(declarations, NO_DECLARATIONS).withheld
        school = dict(_list_school_facts(schools[organization]))
        yield Reason.from_card(
            cards.KEPT_BACK_UNSAID, met=organization in declared, element=element, **school
        )


def _build_undeclared_reason(card: RuleCard, school: Party, **more: str) -> Reason:
    facts = (*_list_school_facts(school), *more.items())
    return Reason(card, Outcome.DENY, facts, about=ABOUT_PEOPLE)


def _list_school_facts(school: Party) -> tuple[tuple[str, str], ...]:
    return (("school", school.name or school.organization), ("organization", school.organization))
