"""Whose records: in terms that can be held up to each child, in words alone, or not at all.

No law that these rules know asks a text to name the children by a filter, so none of this is a
finding of law: silence is against good practice, words alone are read by nobody (ADR 0011).
"""

from collections.abc import Iterator
from typing import Final

from cairn.rules.citations import Severity
from cairn.rules.lint.finding import Finding, Objection, Text
from cairn.rules.vocabulary import LegalBasis

NOBODY_NAMED: Final = Objection(
    "LP06c",
    Severity.PRACTICE,
    "StriveTogether data-sharing guide, 3.2, practice 6",
    "Nothing says which children's records are shared.",
    "Add the table [children]: grades, schools, programs, ages or days; or everyone = true.",
)
WORDS_ALONE: Final = Objection(
    "LA34",
    Severity.ANOMALY,
    "Cairn policy, reading 3",
    "Whose records they are is said in words alone: no child can be held up to them.",
    "Say it in the table [children] too: grades, schools, programs, ages or days; or "
    "everyone = true.",
)


def children(text: Text) -> Iterator[Finding]:
    """What a text by which data go says of whose records they are."""
    agreement = text.agreement
    shares = agreement.basis is not LegalBasis.NO_DISCLOSURE and agreement.data
    if shares and not agreement.joins and agreement.children is None:
        yield (WORDS_ALONE if agreement.population.strip() else NOBODY_NAMED).finding()


ALL: Final = (NOBODY_NAMED, WORDS_ALONE)
