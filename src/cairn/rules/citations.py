"""Rule cards: each rule's id, its citation down to the paragraph, and what it says to whom.

A card carries our own plain-language statement and copies no text of the law. A card whose
paragraph nobody has read yet says ``verified=False``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from cairn.rules.counting import filled
from cairn.rules.vocabulary import Audience


class Severity(StrEnum):
    """Where a rule comes from: the law, good practice, this partnership's own policy.

    An anomaly is none of these: something in a text that cannot be meant.
    """

    LAW = "law"
    PRACTICE = "practice"
    POLICY = "policy"
    ANOMALY = "anomaly"


@dataclass(frozen=True, slots=True)
class RuleCard:
    """One rule that a machine can check.

    ``steward``, ``others`` and ``next_step`` hold templates (`counting`); an audience without one
    of its own hears ``withheld`` (never the steward's words: a reason can disclose). ``met`` is
    what a steward reads when the rule is satisfied; everyone else then reads the ``statement``.
    """

    id: str
    citation: str
    statement: str
    steward: str
    next_step: str
    met: str = ""
    severity: Severity = Severity.LAW
    withheld: str = "This is not available to you."
    others: Mapping[Audience, str] = field(default_factory=lambda: MappingProxyType({}), hash=False)
    verified: bool = True

    def message(
        self, audience: Audience, facts: Mapping[str, str | int], *, met: bool = False
    ) -> str:
        """The card's sentence for one audience, filled with the facts of one case."""
        if met:
            template = self.met if audience is Audience.STEWARD and self.met else self.statement
        elif audience is Audience.STEWARD:
            template = self.steward
        else:
            template = self.others.get(audience, self.withheld)
        return filled(template, facts)
