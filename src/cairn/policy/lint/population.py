"""Check how the text describes the children it covers: a filter, words only, or nothing.

No law that these rules know requires a filter, so none of these is a finding of law. Silence is
against good practice; Cairn cannot apply words to each child (ADR 0011).
"""

from collections.abc import Iterator
from typing import Final

from cairn.policy.law import RuleSource
from cairn.policy.lint.findings import LintFinding, LintInput, LintRule
from cairn.policy.vocabulary import LegalBasis

NO_POPULATION: Final = LintRule(
    "LP06c",
    RuleSource.PRACTICE,
    "StriveTogether data-sharing guide, 3.2, practice 6",
    "Nothing says which children's records are shared.",
    "Add the table [children]: grades, schools, programs, ages or days; or everyone = true.",
)

POPULATION_IN_WORDS: Final = LintRule(
    "LA34",
    RuleSource.ANOMALY,
    "Cairn policy, reading 3",
    "Whose records they are is said in words alone: no child can be held up to them.",
    "Say it in the table [children] too: grades, schools, programs, ages or days; or "
    "everyone = true.",
)


def check_population(lint_input: LintInput) -> Iterator[LintFinding]:
    """Report a text that shares data without a population filter."""
    agreement = lint_input.agreement
    shares_data = agreement.basis is not LegalBasis.NO_DISCLOSURE and agreement.data
    if shares_data and not agreement.joins and agreement.children is None:
        yield (POPULATION_IN_WORDS if agreement.population.strip() else NO_POPULATION).finding()


ALL: Final = (NO_POPULATION, POPULATION_IN_WORDS)
