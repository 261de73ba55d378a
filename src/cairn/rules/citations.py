"""Rule cards: each rule's id, its citation down to the paragraph, and what it says to whom.

A card carries our own plain-language statement and copies no text of the law. A card whose
paragraph nobody has read yet says ``verified=False``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from cairn.rules.vocabulary import Audience


class Severity(StrEnum):
    """Where a rule comes from: the law, good practice, or this partnership's own policy."""

    LAW = "law"
    PRACTICE = "practice"
    POLICY = "policy"


@dataclass(frozen=True, slots=True)
class RuleCard:
    """One rule that a machine can check.

    ``messages`` hold ``str.format`` templates by audience; an audience without one of its own
    hears ``withheld`` (never the steward's words: a reason can disclose).
    """

    id: str
    citation: str
    statement: str
    steward: str
    next_step: str
    severity: Severity = Severity.LAW
    withheld: str = "This is not available to you."
    others: Mapping[Audience, str] = field(default_factory=lambda: MappingProxyType({}))
    verified: bool = True

    def message(self, audience: Audience, facts: Mapping[str, str | int]) -> str:
        """The card's sentence for one audience, filled with the facts of one case."""
        template = self.steward if audience is Audience.STEWARD else self.others.get(audience)
        return self.withheld if template is None else template.format(**facts)
