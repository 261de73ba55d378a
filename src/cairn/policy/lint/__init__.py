"""Lint the text of an agreement: find what it lacks before anyone relies on it."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final

from cairn.policy.facts import AgreementFact, DataDictionaryFact, StateLawReview
from cairn.policy.law import RuleSource
from cairn.policy.lint import (
    agreement_parts,
    agreement_terms,
    commercial_use,
    criteria,
    data_elements,
    drafting_practices,
    legal_requirements,
    parties,
    state_law,
)
from cairn.policy.lint.criteria import (
    find_confirmation_key,
    is_criterion_finding,
    list_unconfirmed_criteria,
)
from cairn.policy.lint.finding_groups import FindingGroup, group_findings, rank_findings
from cairn.policy.lint.findings import LintCheck, LintFinding, LintInput, LintRule, run_lint_checks
from cairn.policy.lint.state_law import is_state_law_finding

__all__ = [
    "FindingGroup",
    "LintFinding",
    "find_confirmation_key",
    "group_findings",
    "is_criterion_finding",
    "is_state_law_finding",
    "list_unconfirmed_criteria",
]


# Rules of a decision also report these; the linter repeats them in the same words.
_CHECKS_OF_DECISION_RULES: Final[tuple[LintCheck, ...]] = (
    legal_requirements.check_basis_criteria,
    data_elements.check_protected_elements,
)

# Only the linter finds these: some are findings of law, the others advice.
_LAW_CHECKS: Final[tuple[LintCheck, ...]] = (
    legal_requirements.check_supported_purposes,
    parties.check_parties,
    data_elements.check_data_elements,
    legal_requirements.check_document_type,
)

# A decision asks about criteria only where a finding can be of law, so that an agreement that was
# signed before criteria were facts costs nothing.
_LAW_CHECKS_OF_DECISION: Final[tuple[LintCheck, ...]] = (
    *_LAW_CHECKS,
    criteria.check_criteria_of_signed,
)

_ADVICE_CHECKS: Final[tuple[LintCheck, ...]] = (
    state_law.check_state_law,
    parties.check_recipients_in_text,
    criteria.check_criteria,
    commercial_use.check_commercial_terms,
    agreement_terms.check_dates,
    agreement_terms.check_population,
    agreement_terms.check_retention,
    drafting_practices.check_drafting_practices,
    drafting_practices.check_placeholders,
    legal_requirements.suggest_other_basis,
)

# Checks of the legal basis, the purposes and the data of each part. The others read what the
# parts of an agreement share.
_PART_CHECKS: Final[frozenset[LintCheck]] = frozenset(
    {
        legal_requirements.check_basis_criteria,
        legal_requirements.check_supported_purposes,
        legal_requirements.suggest_other_basis,
        data_elements.check_protected_elements,
        data_elements.check_data_elements,
        criteria.check_criteria,
    }
)

LINT_RULES: Final[tuple[LintRule, ...]] = (
    *legal_requirements.ALL,
    *agreement_terms.ALL,
    *parties.ALL,
    *state_law.ALL,
    *data_elements.ALL,
    *drafting_practices.ALL,
    *criteria.CRITERION_RULES,
    *commercial_use.ALL,
)
"""Every kind of finding that is not a rule card's own, for the reference page."""


def lint_agreement(
    agreement: AgreementFact,
    dictionaries: Iterable[DataDictionaryFact] | None,
    on: date,
    states: Mapping[str, str] | None = None,
    *,
    organizations: Mapping[str, str] | None = None,
    state_reviews: Iterable[StateLawReview] | None = None,
) -> tuple[LintFinding, ...]:
    """Find every problem in the text of an agreement.

    Args:
        agreement: facts of the agreement.
        dictionaries: data dictionaries of its providers; ``None`` if they are not available.
        on: the day to check.
        states: postal code of the state of each provider, by slug; the law of a state that is not
            known is not applied.
        organizations: names of the registered partners, by slug; ``None`` without a register.
        state_reviews: reviews of state law by counsel of the providers; ``None`` if they are not
            available.

    Returns:
        The findings: those of law first, and of one severity those that block signing or use. A
        finding about one part of an agreement names the part.
    """
    known_dictionaries = None if dictionaries is None else tuple(dictionaries)
    known_reviews = None if state_reviews is None else tuple(state_reviews)
    checks = (*_CHECKS_OF_DECISION_RULES, *_LAW_CHECKS, *_ADVICE_CHECKS)
    findings = agreement_parts.run_checks_by_part(
        [check for check in checks if check in _PART_CHECKS],
        [check for check in checks if check not in _PART_CHECKS],
        LintInput(agreement, known_dictionaries, on, states or {}, organizations, known_reviews),
    )
    return rank_findings(findings, {override.finding for override in agreement.overrides})


def find_open_law_findings(agreement: AgreementFact, on: date) -> tuple[LintFinding, ...]:
    """Find the findings of law that no other rule of a decision reports.

    The rules of a basis and of protected classes report their own gaps. Of an agreement with parts
    these are the findings that all its parts have: one of a part keeps only that part out of use.
    """
    lint_input = LintInput(agreement, None, on)
    findings = (
        agreement_parts.find_shared_findings(_LAW_CHECKS_OF_DECISION, lint_input)
        if agreement.parts
        else run_lint_checks(_LAW_CHECKS_OF_DECISION, lint_input)
    )
    return tuple(finding for finding in findings if finding.severity is RuleSource.LAW)
