"""Days that cannot be, and terms that never end."""

from collections.abc import Iterator
from datetime import date
from typing import Final

from cairn.rules.agreement import UNTIL_TERMINATED, Agreement
from cairn.rules.citations import Severity
from cairn.rules.lint.finding import Finding, Objection, Text
from cairn.rules.terms import RenewalKind

_DATES: Final = "Cairn policy, reading 1"


def _odd(number: int, message: str, instead: str) -> Objection:
    return Objection(f"LA{number:02}", Severity.ANOMALY, _DATES, message, instead)


NO_START: Final = _odd(1, "It does not say when it begins.", "Write starts = the first day.")
BACKWARDS: Final = _odd(
    2,
    "It ends on {ends}, before it begins on {starts}.",
    "Write the last day after the first.",
)
SIGNED_LATE: Final = _odd(
    3,
    "{name} signed on {on}, after it had begun on {starts}.",
    "Let it begin on the day of the last signature, or say why it counts from before.",
)
SIGNED_EARLY: Final = _odd(
    4,
    "{name} signed on {on}, before the text was fixed on {fixed}.",
    "Ask {name} to sign the text as it stands.",
)
ENDLESS: Final = _odd(
    5,
    "It says neither when it ends nor how it is terminated.",
    'Write ends, or ends = "until terminated" with termination_clause.',
)
AMENDED_LATE: Final = _odd(
    6,
    "It amends {other}, which had ended on {ended}, from {starts}.",
    "Make a new agreement: one that has ended is no longer amended.",
)
RENEWS_ITSELF: Final = _odd(
    7,
    "It renews itself unless somebody objects.",
    'Write kind = "by_agreement" under [renewal], so that somebody looks at it each time.',
)
YEARS_BEYOND: Final = _odd(
    8,
    "It asks for school years through {last} but ends on {ends}.",
    "Ask for the years that will be delivered while it runs.",
)
DOUBTFUL_TERMINATION: Final = _odd(
    9,
    "It was terminated on {terminated}, before it began on {starts}.",
    "Correct terminated_on, or take the agreement back.",
)


def days(text: Text) -> Iterator[Finding]:
    """The days of one text against each other."""
    agreement = text.agreement
    if agreement.starts == date.max:
        yield NO_START.finding()
        return
    yield from _term(agreement)
    yield from _signatures(agreement)
    yield from _amended(agreement)
    yield from _years(agreement)


def _term(agreement: Agreement) -> Iterator[Finding]:
    starts, ends, ended = agreement.starts, agreement.ends, agreement.terminated_on
    if ends is not None and ends < starts:
        yield BACKWARDS.finding(ends=ends, starts=starts)
    if ended is not None and ended < starts:
        yield DOUBTFUL_TERMINATION.finding(terminated=ended, starts=starts)
    if ends in (None, UNTIL_TERMINATED) and not agreement.termination_clause:
        yield ENDLESS.finding()
    if agreement.renewal is not None and agreement.renewal.kind is RenewalKind.AUTOMATIC:
        yield RENEWS_ITSELF.finding(agreement.renewal.clause)


def _signatures(agreement: Agreement) -> Iterator[Finding]:
    for party in agreement.parties:
        on, who = party.signed_on, party.organization
        if on is None:
            continue
        if on > agreement.starts:
            yield SIGNED_LATE.finding(
                "signatures", who, name=party.name, on=on, starts=agreement.starts
            )
        if agreement.fixed_on is not None and on < agreement.fixed_on:
            yield SIGNED_EARLY.finding(
                "signatures", who, name=party.name, on=on, fixed=agreement.fixed_on
            )


def _amended(agreement: Agreement) -> Iterator[Finding]:
    for other in agreement.above:
        ended = min(other.ends or date.max, other.terminated_on or date.max)
        if other.reference == agreement.amends and ended < agreement.starts:
            yield AMENDED_LATE.finding(other=other.reference, ended=ended, starts=agreement.starts)


def _years(agreement: Agreement) -> Iterator[Finding]:
    """A school year begins in its first calendar year; before that nothing of it exists."""
    ends = agreement.ends
    for term in agreement.data:
        begins = int(term.last_year[:4]) if term.last_year else 0
        if ends is not None and begins > ends.year:
            yield YEARS_BEYOND.finding(term.clause, term.record, last=term.last_year, ends=ends)


ALL: Final = (
    NO_START,
    BACKWARDS,
    SIGNED_LATE,
    SIGNED_EARLY,
    ENDLESS,
    AMENDED_LATE,
    RENEWS_ITSELF,
    YEARS_BEYOND,
    DOUBTFUL_TERMINATION,
)
