"""Check for impossible dates and for terms that never end."""

from collections.abc import Iterator
from datetime import date
from typing import Final

from cairn.policy.facts import UNTIL_TERMINATED, AgreementFact
from cairn.policy.law import RuleSource
from cairn.policy.lint.findings import LintFinding, LintInput, LintRule
from cairn.policy.vocabulary import RenewalKind

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
)
