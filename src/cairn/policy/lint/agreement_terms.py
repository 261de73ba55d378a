"""Check the terms of an agreement: dates, the children that it covers, and retention.

Dates are impossible, or a term never ends. Retention has a period in days, a start that occurs, and
proof of destruction. Children are described by a filter, words only, or nothing. No law that these
rules know requires a filter, so none of these is a finding of law. Silence is against good
practice; Cairn cannot apply words to each child (ADR 0011).
"""

import re
from collections.abc import Iterator
from datetime import date
from typing import Final

from cairn.policy.facts import UNTIL_TERMINATED, AgreementFact
from cairn.policy.law import RuleSource
from cairn.policy.lint.findings import LintFinding, LintInput, LintRule
from cairn.policy.vocabulary import AgreementTier, LegalBasis, RenewalKind, RetentionEvent

_DATES: Final = "Cairn policy, reading 1"


def _build_date_rule(number: int, message: str, instead: str) -> LintRule:
    return LintRule(f"LA{number:02}", RuleSource.ANOMALY, _DATES, message, instead)


NO_START: Final = _build_date_rule(
    1, "It does not say when it begins.", "Write starts = the first day."
)

ENDS_BEFORE_START: Final = _build_date_rule(
    2,
    "It ends on {ends}, before it begins on {starts}.",
    "Write the last day after the first.",
)

SIGNED_LATE: Final = _build_date_rule(
    3,
    "{name} signed on {on}, after it had begun on {starts}.",
    "Let it begin on the day of the last signature, or say why it counts from before.",
)

SIGNED_EARLY: Final = _build_date_rule(
    4,
    "{name} signed on {on}, before the text was fixed on {fixed}.",
    "Ask {name} to sign the text as it stands.",
)

NO_END: Final = _build_date_rule(
    5,
    "It says neither when it ends nor how it is terminated.",
    'Write ends, or ends = "until terminated" with termination_clause.',
)

AMENDED_AFTER_END: Final = _build_date_rule(
    6,
    "It amends {other}, which had ended on {ended}, from {starts}.",
    "Make a new agreement: one that has ended is no longer amended.",
)

AUTOMATIC_RENEWAL: Final = _build_date_rule(
    7,
    "It renews itself unless somebody objects.",
    'Write kind = "by_agreement" under [renewal], so that somebody looks at it each time.',
)

YEARS_AFTER_END: Final = _build_date_rule(
    8,
    "It asks for school years through {last} but ends on {ends}.",
    "Ask for the years that will be delivered while it runs.",
)

TERMINATED_BEFORE_START: Final = _build_date_rule(
    9,
    "It was terminated on {terminated}, before it began on {starts}.",
    "Correct terminated_on, or take the agreement back.",
)


def check_dates(lint_input: LintInput) -> Iterator[LintFinding]:
    """Compare the dates of one text with each other."""
    agreement = lint_input.agreement
    if agreement.starts == date.max:
        yield NO_START.finding()
        return
    yield from _check_term(agreement)
    yield from _check_signature_dates(agreement)
    yield from _check_amended_agreement(agreement)
    yield from _check_school_years(agreement)


def _check_term(agreement: AgreementFact) -> Iterator[LintFinding]:
    starts, ends, terminated_on = agreement.starts, agreement.ends, agreement.terminated_on
    if ends is not None and ends < starts:
        yield ENDS_BEFORE_START.finding(ends=ends, starts=starts)
    if terminated_on is not None and terminated_on < starts:
        yield TERMINATED_BEFORE_START.finding(terminated=terminated_on, starts=starts)
    if ends in (None, UNTIL_TERMINATED) and not agreement.termination_clause:
        yield NO_END.finding()
    if agreement.renewal is not None and agreement.renewal.kind is RenewalKind.AUTOMATIC:
        yield AUTOMATIC_RENEWAL.finding(agreement.renewal.clause)


def _check_signature_dates(agreement: AgreementFact) -> Iterator[LintFinding]:
    for party in agreement.parties:
        signed_on, organization = party.signed_on, party.organization
        if signed_on is None:
            continue
        if signed_on > agreement.starts:
            yield SIGNED_LATE.finding(
                "signatures", organization, name=party.name, on=signed_on, starts=agreement.starts
            )
        if agreement.fixed_on is not None and signed_on < agreement.fixed_on:
            yield SIGNED_EARLY.finding(
                "signatures", organization, name=party.name, on=signed_on, fixed=agreement.fixed_on
            )


def _check_amended_agreement(agreement: AgreementFact) -> Iterator[LintFinding]:
    for other in agreement.above:
        end_date = min(other.ends or date.max, other.terminated_on or date.max)
        if other.reference == agreement.amends and end_date < agreement.starts:
            yield AMENDED_AFTER_END.finding(
                other=other.reference, ended=end_date, starts=agreement.starts
            )


def _check_school_years(agreement: AgreementFact) -> Iterator[LintFinding]:
    """Report school years that begin after the agreement ends: no data of such a year exist by
    then.
    """
    ends = agreement.ends
    for term in agreement.data:
        first_calendar_year = int(term.last_year[:4]) if term.last_year else 0
        if ends is not None and first_calendar_year > ends.year:
            yield YEARS_AFTER_END.finding(term.clause, term.record, last=term.last_year, ends=ends)


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


ALL: Final = (
    NO_START,
    ENDS_BEFORE_START,
    SIGNED_LATE,
    SIGNED_EARLY,
    NO_END,
    AMENDED_AFTER_END,
    AUTOMATIC_RENEWAL,
    YEARS_AFTER_END,
    TERMINATED_BEFORE_START,
    NO_PERIOD,
    VAGUE_PERIOD,
    PERIOD_NEVER_STARTS,
    NO_CERTIFICATE,
    NO_BACKUPS,
    NO_POPULATION,
    POPULATION_IN_WORDS,
)
