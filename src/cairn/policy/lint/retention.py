"""Check the retention terms: a period in days, a start that occurs, and proof of destruction."""

import re
from collections.abc import Iterator
from typing import Final

from cairn.policy.facts import UNTIL_TERMINATED, AgreementFact
from cairn.policy.law import RuleSource
from cairn.policy.lint.findings import LintFinding, LintInput, LintRule
from cairn.policy.vocabulary import AgreementTier, LegalBasis, RetentionEvent

_KEPT: Final = "Cairn policy, reading 4"

NO_PERIOD: Final = LintRule(
    "LA40",
    RuleSource.ANOMALY,
    _KEPT,
    "Retention has no period in days; nothing may be shared under it.",
    "Write period_days under [retention].",
)

VAGUE_PERIOD: Final = LintRule(
    "LA41",
    RuleSource.ANOMALY,
    _KEPT,
    "'{about}' is no period.",
    "Write a number of days, and from what they are counted.",
)

PERIOD_NEVER_STARTS: Final = LintRule(
    "LA42",
    RuleSource.ANOMALY,
    _KEPT,
    "The period is counted from the end of an agreement that runs until terminated.",
    'Write counted_from = "delivery" or "school_year_end", so that the day comes.',
)

NO_CERTIFICATE: Final = LintRule(
    "LP05c",
    RuleSource.PRACTICE,
    "StriveTogether data-sharing guide, 3.2, practice 5",
    "Nothing promises a certificate that the data were destroyed.",
    "Write certificate under [retention]: to whom, within how many days.",
)

NO_BACKUPS: Final = LintRule(
    "LP05b",
    RuleSource.PRACTICE,
    "StriveTogether data-sharing guide, 3.2, practice 5",
    "Nothing says what becomes of copies in backups.",
    "Write backups under [retention].",
)

_END_EVENTS: Final = (RetentionEvent.AGREEMENT_END, RetentionEvent.TERMINATION)

_VAGUE_PERIOD_PHRASE: Final = re.compile(
    r"as long as|no longer (?:needed|necessary|required)|when(?:ever)? (?:it is )?(?:no longer|"
    r"needed)|indefinite|in perpetuity|until further notice|reasonable (?:time|period)"
    r"|as (?:required|needed|appropriate)",
    re.IGNORECASE,
)


def check_retention(lint_input: LintInput) -> Iterator[LintFinding]:
    """Check the period, the event that it is counted from, and the proof of its end."""
    agreement = lint_input.agreement
    if agreement.basis is LegalBasis.NO_DISCLOSURE or agreement.tier is AgreementTier.JOINDER:
        return
    term = agreement.retention
    if term.period_days is None:
        yield NO_PERIOD.finding(term.clause)
    elif term.counted_from in _END_EVENTS and agreement.ends == UNTIL_TERMINATED:
        yield PERIOD_NEVER_STARTS.finding(term.clause)
    yield from _check_vague_period(agreement)
    if not term.certificate:
        yield NO_CERTIFICATE.finding(term.clause)
    if not term.backups:
        yield NO_BACKUPS.finding(term.clause)


def _check_vague_period(agreement: AgreementFact) -> Iterator[LintFinding]:
    """Report vague words in place of a period, even next to a number."""
    term = agreement.retention
    retention_texts = (
        term.method,
        term.certificate,
        term.backups,
        agreement.criteria.get("destruction", ""),
    )
    for text in retention_texts:
        if match := _VAGUE_PERIOD_PHRASE.search(text):
            yield VAGUE_PERIOD.finding(term.clause, match[0])


ALL: Final = (
    NO_PERIOD,
    VAGUE_PERIOD,
    PERIOD_NEVER_STARTS,
    NO_CERTIFICATE,
    NO_BACKUPS,
)
