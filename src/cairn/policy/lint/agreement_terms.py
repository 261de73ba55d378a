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

from cairn.policy.facts import UNTIL_TERMINATED, AgreementFact, Party
from cairn.policy.law import RuleSource
from cairn.policy.lint.agreement_texts import iterate_statements
from cairn.policy.lint.findings import LintFinding, LintInput, LintRule
from cairn.policy.vocabulary import AgreementTier, LegalBasis, RenewalKind, RetentionEvent

_DATES: Final = "Cairn policy, agreement review 1"


def _build_date_rule(
    number: int, message: str, instead: str, *, blocks_use: bool = False
) -> LintRule:
    return LintRule(f"LA{number:02}", RuleSource.ANOMALY, _DATES, message, instead, blocks_use)


NO_START: Final = _build_date_rule(
    1,
    "The agreement does not state when it takes effect.",
    "Enter starts = the first day.",
    blocks_use=True,
)

ENDS_BEFORE_START: Final = _build_date_rule(
    2,
    "The agreement ends on {ends}, before it takes effect on {starts}.",
    "Enter an end date after the start date.",
    blocks_use=True,
)

SIGNED_LATE: Final = _build_date_rule(
    3,
    "{name} signed on {on}, after the agreement took effect on {starts}.",
    (
        "Make the agreement take effect on the date of the last signature, or state why it "
        "takes effect earlier."
    ),
)

SIGNED_EARLY: Final = _build_date_rule(
    4,
    "{name} signed on {on}, before the text was final on {fixed}.",
    "Ask {name} to sign the current text.",
)

NO_END: Final = _build_date_rule(
    5,
    "The agreement does not state when it ends or how it may be terminated.",
    'Enter ends, or ends = "until terminated" with termination_clause.',
    blocks_use=True,
)

AMENDED_AFTER_END: Final = _build_date_rule(
    6,
    "The agreement amends {other} as of {starts}, but {other} ended on {ended}.",
    "Make a new agreement. An agreement that has ended cannot be amended.",
)

AUTOMATIC_RENEWAL: Final = _build_date_rule(
    7,
    "The agreement renews automatically unless a party objects.",
    ('Enter kind = "by_agreement" under [renewal], so that the parties review it each time.'),
)

YEARS_AFTER_END: Final = _build_date_rule(
    8,
    "The agreement requests school years through {last} but ends on {ends}.",
    "Request only years that will be delivered during the term.",
)

TERMINATED_BEFORE_START: Final = _build_date_rule(
    9,
    "The agreement was terminated on {terminated}, before it took effect on {starts}.",
    "Correct terminated_on, or withdraw the agreement.",
    blocks_use=True,
)


SIGNED_BEFORE_APPROVAL: Final = _build_date_rule(
    10,
    "{name} signed on {on}, before it approved the agreement on {approved}.",
    "Ask {name} to sign after the approval, or correct approved_on.",
)

EFFECTIVE_BEFORE_APPROVAL: Final = _build_date_rule(
    11,
    "The agreement takes effect on {starts}, before {name} approves it on {approved}.",
    "Enter starts = a day on or after the last approval.",
)


def check_dates(lint_input: LintInput) -> Iterator[LintFinding]:
    """Compare the dates of one text with each other."""
    agreement = lint_input.agreement
    if agreement.starts == date.max:
        yield NO_START.make_finding()
        return
    yield from _check_term(agreement)
    yield from _check_signature_dates(agreement)
    yield from _check_amended_agreement(agreement)
    yield from _check_school_years(agreement)


def _check_term(agreement: AgreementFact) -> Iterator[LintFinding]:
    starts, ends, terminated_on = agreement.starts, agreement.ends, agreement.terminated_on
    if ends is not None and ends < starts:
        yield ENDS_BEFORE_START.make_finding(ends=ends, starts=starts)
    if terminated_on is not None and terminated_on < starts:
        yield TERMINATED_BEFORE_START.make_finding(terminated=terminated_on, starts=starts)
    if ends in (None, UNTIL_TERMINATED) and not agreement.termination_clause:
        yield NO_END.make_finding()
    if agreement.renewal is not None and agreement.renewal.kind is RenewalKind.AUTOMATIC:
        yield AUTOMATIC_RENEWAL.make_finding(agreement.renewal.clause)


def _check_signature_dates(agreement: AgreementFact) -> Iterator[LintFinding]:
    for party in agreement.parties:
        signed_on, organization = party.signed_on, party.organization
        if party.approved_on is not None:
            yield from _check_approval(agreement, party, party.approved_on)
        if signed_on is None:
            continue
        if signed_on > agreement.starts:
            yield SIGNED_LATE.make_finding(
                "signatures", organization, name=party.name, on=signed_on, starts=agreement.starts
            )
        if agreement.fixed_on is not None and signed_on < agreement.fixed_on:
            yield SIGNED_EARLY.make_finding(
                "signatures", organization, name=party.name, on=signed_on, fixed=agreement.fixed_on
            )


def _check_approval(
    agreement: AgreementFact, party: Party, approved_on: date
) -> Iterator[LintFinding]:
    if party.signed_on is not None and party.signed_on < approved_on:
        yield SIGNED_BEFORE_APPROVAL.make_finding(
            "signatures",
            party.organization,
            name=party.name,
            on=party.signed_on,
            approved=approved_on,
        )
    if agreement.starts < approved_on:
        yield EFFECTIVE_BEFORE_APPROVAL.make_finding(
            "parties",
            party.organization,
            name=party.name,
            starts=agreement.starts,
            approved=approved_on,
        )


def _check_amended_agreement(agreement: AgreementFact) -> Iterator[LintFinding]:
    for other in agreement.above:
        end_date = min(other.ends or date.max, other.terminated_on or date.max)
        if other.reference == agreement.amends and end_date < agreement.starts:
            yield AMENDED_AFTER_END.make_finding(
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
            yield YEARS_AFTER_END.make_finding(
                term.clause, term.record, last=term.last_year, ends=ends
            )


_KEPT: Final = "Cairn policy, agreement review 4"

NO_PERIOD: Final = LintRule(
    "LA40",
    RuleSource.ANOMALY,
    _KEPT,
    ("The retention clause does not state a period in days. Nothing may be shared until it does."),
    "Enter period_days under [retention].",
    blocks_use=True,
)

VAGUE_PERIOD: Final = LintRule(
    "LA41",
    RuleSource.ANOMALY,
    _KEPT,
    "'{about}' is not a retention period.",
    "Enter a number of days, and the event from which they are counted.",
)

PERIOD_NEVER_STARTS: Final = LintRule(
    "LA42",
    RuleSource.ANOMALY,
    _KEPT,
    (
        "The retention period is counted from the end of an agreement that continues until "
        "terminated."
    ),
    'Enter counted_from = "delivery" or "school_year_end", so that the period has an end.',
)

LONGER_THAN_RETENTION: Final = LintRule(
    "LA43",
    RuleSource.ANOMALY,
    _KEPT,
    "The retention of {about}, {days:day|days}, is not shorter than that of the agreement, "
    "{period:day|days}, so it has no effect.",
    "Enter a shorter period, or remove retention_days.",
)

NO_CERTIFICATE: Final = LintRule(
    "LP05c",
    RuleSource.PRACTICE,
    "StriveTogether data-sharing guide, 3.2, practice 5",
    "No clause requires a certificate of destruction.",
    "Enter certificate under [retention]: who receives it, and within how many days.",
)

NO_BACKUPS: Final = LintRule(
    "LP05b",
    RuleSource.PRACTICE,
    "StriveTogether data-sharing guide, 3.2, practice 5",
    "No clause covers copies of the data in backups.",
    "Enter backups under [retention].",
)

_END_EVENTS: Final = (RetentionEvent.AGREEMENT_END, RetentionEvent.TERMINATION)

_VAGUE_PERIOD_PHRASE: Final = re.compile(
    r"as long as|no longer (?:needed|necessary|required)|when(?:ever)? (?:it is )?(?:no longer|"
    r"needed)|indefinite|in perpetuity|until further notice|reasonable (?:time|period)"
    r"|as (?:required|needed|appropriate)",
    re.IGNORECASE,
)


_SENTENCE_END: Final = re.compile(r"[.;]")

_KEEPING_WORD: Final = re.compile(
    r"\b(?:keeps?|kept|retain\w*|retention|stor(?:e|es|ed)|holds?|held|destr\w+|delet\w+"
    r"|eras\w+|purg\w+|dispos\w+)\b",
    re.IGNORECASE,
)


# "When no longer needed, and no later than 90 days after the project" has an end.
_LATEST_DAY: Final = re.compile(
    r"\b(?:no|not) later than\b|\bat the latest\b|\bwithin \w+ (?:days|months|years)\b",
    re.IGNORECASE,
)


def check_retention(lint_input: LintInput) -> Iterator[LintFinding]:
    """Check the period, the event that it is counted from, and the proof of its end."""
    agreement = lint_input.agreement
    if agreement.basis is LegalBasis.NO_DISCLOSURE or agreement.tier is AgreementTier.JOINDER:
        return
    term = agreement.retention
    if term.period_days is None:
        yield NO_PERIOD.make_finding(term.clause)
    elif term.counted_from in _END_EVENTS and agreement.ends == UNTIL_TERMINATED:
        yield PERIOD_NEVER_STARTS.make_finding(term.clause)
    for data_term in agreement.data:
        days = data_term.retention_days
        if days is not None and term.period_days is not None and days >= term.period_days:
            yield LONGER_THAN_RETENTION.make_finding(
                data_term.clause, data_term.record, days=days, period=term.period_days
            )
    yield from _check_vague_period(agreement)
    if not term.certificate:
        yield NO_CERTIFICATE.make_finding(term.clause)
    if not term.backups:
        yield NO_BACKUPS.make_finding(term.clause)


def _check_vague_period(agreement: AgreementFact) -> Iterator[LintFinding]:
    """Report vague words in place of a period, even next to a number, wherever the text has them.

    In a clause of another kind, only a sentence about keeping or destroying data counts: "The
    parties meet as needed" sets no retention period.
    """
    term = agreement.retention
    for text in (term.method, term.certificate, term.backups):
        if match := _VAGUE_PERIOD_PHRASE.search(text):
            yield VAGUE_PERIOD.make_finding(term.clause, match[0])
    for stated in iterate_statements(agreement):
        if not stated.place.startswith("retention."):
            is_period = stated.place == "criteria.destruction"
            for sentence in _SENTENCE_END.split(stated.words):
                match = _VAGUE_PERIOD_PHRASE.search(sentence)
                is_open = _KEEPING_WORD.search(sentence) and not _LATEST_DAY.search(sentence)
                if match and (is_period or is_open):
                    yield VAGUE_PERIOD.make_finding(stated.clause, match[0])


NO_POPULATION: Final = LintRule(
    "LP06c",
    RuleSource.PRACTICE,
    "StriveTogether data-sharing guide, 3.2, practice 6",
    "The agreement does not state which children it covers.",
    "Add the table [children]: grades, schools, programs, ages or days; or everyone = true.",
)

POPULATION_IN_WORDS: Final = LintRule(
    "LA34",
    RuleSource.ANOMALY,
    "Cairn policy, agreement review 3",
    (
        "The agreement describes the children it covers in words only, so Cairn cannot check "
        "each child."
    ),
    (
        "Also define them in the table [children]: grades, schools, programs, ages or days; "
        "or everyone = true."
    ),
)


def check_population(lint_input: LintInput) -> Iterator[LintFinding]:
    """Report a text that shares data without a population filter."""
    agreement = lint_input.agreement
    shares_data = agreement.basis is not LegalBasis.NO_DISCLOSURE and agreement.data
    if shares_data and not agreement.joins and agreement.children is None:
        yield (
            POPULATION_IN_WORDS if agreement.population.strip() else NO_POPULATION
        ).make_finding()


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
    SIGNED_BEFORE_APPROVAL,
    EFFECTIVE_BEFORE_APPROVAL,
    NO_PERIOD,
    VAGUE_PERIOD,
    PERIOD_NEVER_STARTS,
    LONGER_THAN_RETENTION,
    NO_CERTIFICATE,
    NO_BACKUPS,
    NO_POPULATION,
    POPULATION_IN_WORDS,
)
