"""How long the data are kept: a period, from a day that comes, to an end that is shown."""

import re
from collections.abc import Iterator
from typing import Final

from cairn.rules.agreement import UNTIL_TERMINATED, Agreement
from cairn.rules.citations import Severity
from cairn.rules.lint.finding import Finding, Objection, Text
from cairn.rules.terms import RetentionEvent
from cairn.rules.vocabulary import LegalBasis, Tier

_KEPT: Final = "Cairn policy, reading 4"

NO_PERIOD: Final = Objection(
    "LA40",
    Severity.ANOMALY,
    _KEPT,
    "Retention has no period in days; nothing may be shared under it.",
    "Write period_days under [retention].",
)
AS_LONG_AS: Final = Objection(
    "LA41",
    Severity.ANOMALY,
    _KEPT,
    "'{about}' is no period.",
    "Write a number of days, and from what they are counted.",
)
NEVER_BEGINS: Final = Objection(
    "LA42",
    Severity.ANOMALY,
    _KEPT,
    "The period is counted from the end of an agreement that runs until terminated.",
    'Write counted_from = "delivery" or "school_year_end", so that the day comes.',
)
NO_CERTIFICATE: Final = Objection(
    "LP05c",
    Severity.PRACTICE,
    "StriveTogether data-sharing guide, 3.2, practice 5",
    "Nothing promises a certificate that the data were destroyed.",
    "Write certificate under [retention]: to whom, within how many days.",
)
NO_BACKUPS: Final = Objection(
    "LP05b",
    Severity.PRACTICE,
    "StriveTogether data-sharing guide, 3.2, practice 5",
    "Nothing says what becomes of copies in backups.",
    "Write backups under [retention].",
)

_FROM_THE_END: Final = (RetentionEvent.AGREEMENT_END, RetentionEvent.TERMINATION)
_NO_PERIOD: Final = re.compile(
    r"as long as|no longer (?:needed|necessary|required)|when(?:ever)? (?:it is )?(?:no longer|"
    r"needed)|indefinite|in perpetuity|until further notice|reasonable (?:time|period)"
    r"|as (?:required|needed|appropriate)",
    re.IGNORECASE,
)


def keeping(text: Text) -> Iterator[Finding]:
    """The period, what it is counted from, and how its end is shown."""
    agreement = text.agreement
    if agreement.basis is LegalBasis.NO_DISCLOSURE or agreement.tier is Tier.JOINDER:
        return
    term = agreement.retention
    if term.period_days is None:
        yield NO_PERIOD.finding(term.clause)
    elif term.counted_from in _FROM_THE_END and agreement.ends == UNTIL_TERMINATED:
        yield NEVER_BEGINS.finding(term.clause)
    yield from _vague(agreement)
    if not term.certificate:
        yield NO_CERTIFICATE.finding(term.clause)
    if not term.backups:
        yield NO_BACKUPS.finding(term.clause)


def _vague(agreement: Agreement) -> Iterator[Finding]:
    """Words in the place of a period, also where a number stands beside them."""
    term = agreement.retention
    said = (term.method, term.certificate, term.backups, agreement.criteria.get("destruction", ""))
    for words in said:
        if found := _NO_PERIOD.search(words):
            yield AS_LONG_AS.finding(term.clause, found[0])


ALL: Final = (
    NO_PERIOD,
    AS_LONG_AS,
    NEVER_BEGINS,
    NO_CERTIFICATE,
    NO_BACKUPS,
)
