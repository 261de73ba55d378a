"""Check what the declared legal basis requires of the text, and what it cannot support."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from types import MappingProxyType
from typing import Final

from cairn.policy.coverage import check_element_coverage, check_legal_basis
from cairn.policy.facts import AgreementFact, DataTerm
from cairn.policy.law import RuleSource
from cairn.policy.lint.findings import NOT_FOUND, LintFinding, LintInput, LintRule
from cairn.policy.vocabulary import FERPA_AGENCY_KINDS, LegalBasis, Outcome, PartyRole, Purpose

NOT_A_STUDY: Final = LintRule(
    "LB01",
    RuleSource.LAW,
    "34 CFR 99.31(a)(6)(i)",
    "A study cannot be for '{said}': it develops tests, administers aid or improves instruction.",
    "Take this purpose out, or share for it on consent or as a school official.",
)

NOT_AN_EVALUATION: Final = LintRule(
    "LB02",
    RuleSource.LAW,
    "34 CFR 99.35(a)(1)",
    "An audit or evaluation cannot be for '{said}'.",
    "Take this purpose out, or share for it on a basis of its own.",
)

NOT_A_SERVICE: Final = LintRule(
    "LB03",
    RuleSource.LAW,
    "34 CFR 99.31(a)(1)(i)(B)(1)",
    "'{said}' is no service for which the school would otherwise use its own employees.",
    "Take this purpose out, or make a studies agreement for it.",
)

NO_PURPOSE: Final = LintRule(
    "LB04",
    RuleSource.PRACTICE,
    "StriveTogether data-sharing guide, 3.2, practice 1",
    "The data have no purpose.",
    "Write purposes = […] with what the data may be used for.",
)

ANOTHER_BASIS: Final = LintRule(
    "LB05",
    RuleSource.PRACTICE,
    "Cairn policy, agreements 10: one agreement rests on one basis",
    "{about} cannot rest on {basis}, and could on {others}.",
    "Take it out and write a second agreement for it on {others}, {under}; both may be signed in "
    "one sitting. Each basis then keeps its own purposes, days and destruction.",
)

# Purposes that a FERPA basis does not support, with the paragraph.
_UNSUPPORTED_PURPOSES: Final[Mapping[LegalBasis, tuple[LintRule, frozenset[Purpose]]]] = (
    MappingProxyType(
        {
            LegalBasis.STUDIES: (NOT_A_STUDY, frozenset({Purpose.SERVICE_COORDINATION})),
            LegalBasis.AUDIT_EVALUATION: (
                NOT_AN_EVALUATION,
                frozenset({Purpose.SERVICE_COORDINATION, Purpose.RESEARCH}),
            ),
            LegalBasis.SCHOOL_OFFICIAL: (NOT_A_SERVICE, frozenset({Purpose.RESEARCH})),
        }
    )
)

_BASES_FOR_SCHOOLS: Final = (
    LegalBasis.CONSENT,
    LegalBasis.SCHOOL_OFFICIAL,
    LegalBasis.STUDIES,
    LegalBasis.AUDIT_EVALUATION,
)

_BASES_FOR_OTHERS: Final = (LegalBasis.CONSENT, LegalBasis.OWN_RECORDS, LegalBasis.PART2_CONSENT)


def check_basis_criteria(lint_input: LintInput) -> Iterator[LintFinding]:
    """Report each criterion of the basis that the text does not meet, in the words of its own
    rule.
    """
    for reason in check_legal_basis(lint_input.agreement).run(lint_input.on):
        if reason.effect is not Outcome.ALLOW:
            clause = dict(reason.facts).get("said") or NOT_FOUND
            card = reason.card
            yield LintFinding(
                card.id, card.severity, card.citation, str(clause), reason.message, reason.next_step
            )


def check_supported_purposes(lint_input: LintInput) -> Iterator[LintFinding]:
    """Report each purpose that the basis cannot support."""
    agreement = lint_input.agreement
    if agreement.basis in _UNSUPPORTED_PURPOSES:
        lint_rule, unsupported = _UNSUPPORTED_PURPOSES[agreement.basis]
        for purpose in sorted(agreement.purposes & unsupported):
            purpose_text = purpose.value.replace("_", " ")
            yield lint_rule.finding(agreement.purpose_clause, purpose.value, said=purpose_text)
    if not agreement.purposes and agreement.basis is not LegalBasis.NO_DISCLOSURE:
        yield NO_PURPOSE.finding()


def suggest_other_basis(lint_input: LintInput) -> Iterator[LintFinding]:
    """Report each element that this basis refuses and another supports with the words of this
    text.
    """
    agreement = lint_input.agreement
    if agreement.basis not in (*_BASES_FOR_SCHOOLS, *_BASES_FOR_OTHERS, LegalBasis.DIRECTORY):
        return
    agreements_above = ", ".join(agreement.under)
    reference_text = (
        f"with under = {list(agreement.under)}" if agreements_above else "under the same memorandum"
    )
    for element in sorted(agreement.elements):
        if _is_refused(agreement, element, lint_input.on) and (
            other_bases := _find_supporting_bases(lint_input, element)
        ):
            bases_text = " or ".join(_format_basis(other_basis) for other_basis in other_bases)
            clause = next(
                (term.clause for term in agreement.data if element in _list_term_elements(term)), ""
            )
            basis_text = _format_basis(agreement.basis)
            yield ANOTHER_BASIS.finding(
                clause, element, basis=basis_text, others=bases_text, under=reference_text
            )


def _find_supporting_bases(lint_input: LintInput, element: str) -> list[LegalBasis]:
    """Find the bases on which these providers could share the element."""
    agreement = lint_input.agreement
    providers = [party for party in agreement.parties if party.role is PartyRole.PROVIDER]
    are_schools = all(party.kind in FERPA_AGENCY_KINDS for party in providers)
    candidate_bases = _BASES_FOR_SCHOOLS if are_schools else _BASES_FOR_OTHERS
    alternatives = (
        (candidate, replace(agreement, basis=candidate))
        for candidate in candidate_bases
        if candidate is not agreement.basis
    )
    return [
        candidate
        for candidate, alternative in alternatives
        if not _is_refused(alternative, element, lint_input.on)
    ]


def _is_refused(agreement: AgreementFact, element: str, on: date) -> bool:
    reasons = check_element_coverage((agreement,)).run(element, on)
    return any(reason.effect is not Outcome.ALLOW for reason in reasons)


def _list_term_elements(term: DataTerm) -> frozenset[str]:
    return frozenset(f"{term.record}.{element}" for element in term.elements)


def _format_basis(basis: LegalBasis) -> str:
    return basis.value.replace("_", " ")


ALL: Final = (ANOTHER_BASIS, NOT_A_STUDY, NOT_AN_EVALUATION, NOT_A_SERVICE, NO_PURPOSE)
