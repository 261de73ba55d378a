"""Report purposes and clauses that permit a commercial use of student data.

Where the state of a provider prohibits it, the finding is of law. Elsewhere it is advice, and every
such use is refused anyway (`checks.agreements.commercial_use`).
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from cairn.policy.facts import AgreementFact
from cairn.policy.law import RuleSource, find_state_prohibition
from cairn.policy.lint.agreement_texts import iterate_statements
from cairn.policy.lint.findings import LintFinding, LintInput, LintRule
from cairn.policy.lint.hint_phrases import find_commercial_phrase
from cairn.policy.vocabulary import COMMERCIAL_PURPOSES, PartyRole, Purpose, label_code

_POLICY: Final = "Cairn policy, commercial use 1"

COMMERCIAL_PURPOSE: Final = LintRule(
    "LM01",
    RuleSource.PRACTICE,
    _POLICY,
    "The agreement names {said} among its purposes. No use of student data is allowed for it.",
    "Remove this purpose. To improve the contracted service, or products with de-identified "
    "records, use the purposes for that.",
)

COMMERCIAL_CLAUSE: Final = LintRule(
    "LM02",
    RuleSource.PRACTICE,
    _POLICY,
    "The words “{words}” may permit {said}.",
    "Read the clause again. If it permits this, remove it: student data may not be used for it.",
)

ALL: Final = (COMMERCIAL_PURPOSE, COMMERCIAL_CLAUSE)


def check_commercial_terms(lint_input: LintInput) -> Iterator[LintFinding]:
    """Report each commercial purpose, and each clause with words that may permit one."""
    agreement = lint_input.agreement
    for purpose in sorted(COMMERCIAL_PURPOSES):
        said = label_code(purpose)
        if purpose in agreement.purposes:
            finding = COMMERCIAL_PURPOSE.make_finding(
                agreement.purpose_clause, purpose.value, said=said
            )
            yield _cite_state(lint_input, purpose, finding)
        for reference, words in _iterate_commercial_clauses(agreement, purpose):
            finding = COMMERCIAL_CLAUSE.make_finding(
                reference, f"{purpose.value} {reference}", said=said, words=words
            )
            yield _cite_state(lint_input, purpose, finding)


def _iterate_commercial_clauses(
    agreement: AgreementFact, purpose: Purpose
) -> Iterator[tuple[str, str]]:
    """Yield the clauses with words that may permit a purpose, each with these words."""
    for text in iterate_statements(agreement):
        if words := find_commercial_phrase(purpose, text.words):
            yield text.clause, words


def _cite_state(lint_input: LintInput, purpose: Purpose, finding: LintFinding) -> LintFinding:
    """Make a finding one of law where the state of a provider prohibits the purpose."""
    providers = (
        (lint_input.states.get(party.organization, ""), party.kind)
        for party in lint_input.agreement.parties
        if party.role is PartyRole.PROVIDER
    )
    card = find_state_prohibition(purpose, providers)
    if card is None:
        return finding
    return replace(finding, severity=RuleSource.LAW, citation=card.citation)
