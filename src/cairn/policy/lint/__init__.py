"""Lint the text of an agreement: find what it lacks before anyone relies on it."""

from collections.abc import Iterable
from datetime import date
from typing import Final

from cairn.policy.facts import AgreementFact, DataDictionaryFact
from cairn.policy.law import RuleSource
from cairn.policy.lint import (
    data_elements,
    dates,
    document_types,
    drafting_practices,
    legal_basis,
    parties,
    placeholders,
    population,
    retention,
)
from cairn.policy.lint.findings import LintCheck, LintFinding, LintInput, LintRule, run_lint_checks

__all__ = [
    "LintFinding",
]


# Rules of a decision also report these; the linter repeats them in the same words.
_CHECKS_OF_DECISION_RULES: Final[tuple[LintCheck, ...]] = (
    legal_basis.check_basis_criteria,
    data_elements.check_protected_elements,
)

# Only the linter finds these: some are findings of law, the others advice.
_LAW_CHECKS: Final[tuple[LintCheck, ...]] = (
    legal_basis.check_supported_purposes,
    parties.check_parties,
    data_elements.check_data_elements,
    document_types.check_document_type,
)

_ADVICE_CHECKS: Final[tuple[LintCheck, ...]] = (
    dates.check_dates,
    population.check_population,
    retention.check_retention,
    drafting_practices.check_drafting_practices,
    placeholders.check_placeholders,
    legal_basis.suggest_other_basis,
)

LINT_RULES: Final[tuple[LintRule, ...]] = (
    *legal_basis.ALL,
    *dates.ALL,
    *parties.ALL,
    *data_elements.ALL,
    *population.ALL,
    *retention.ALL,
    *document_types.ALL,
    *drafting_practices.ALL,
    *placeholders.ALL,
)
"""Every kind of finding that is not a rule card's own, for the reference page."""


def lint_agreement(
    agreement: AgreementFact, dictionaries: Iterable[DataDictionaryFact] | None, on: date
) -> tuple[LintFinding, ...]:
    """Find every problem in the text of an agreement, findings of law first.

    Args:
        agreement: facts of the agreement.
        dictionaries: data dictionaries of its providers; ``None`` if they are not available.
        on: the day to check.

    Returns:
        The findings, ordered by severity.
    """
    known_dictionaries = None if dictionaries is None else tuple(dictionaries)
    findings = run_lint_checks(
        (*_CHECKS_OF_DECISION_RULES, *_LAW_CHECKS, *_ADVICE_CHECKS),
        LintInput(agreement, known_dictionaries, on),
    )
    severity_order = list(RuleSource)
    return tuple(sorted(findings, key=lambda finding: severity_order.index(finding.severity)))


def find_open_law_findings(agreement: AgreementFact, on: date) -> tuple[LintFinding, ...]:
    """Find the findings of law that no other rule of a decision reports.

    The rules of a basis and of protected classes report their own gaps.
    """
    findings = run_lint_checks(_LAW_CHECKS, LintInput(agreement, None, on))
    return tuple(finding for finding in findings if finding.severity is RuleSource.LAW)
