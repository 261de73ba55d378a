"""Rule cards: id, citation down to the paragraph, and a message for each audience.

A card carries a plain-language statement in Cairn's own words and copies no text of the law. A
card with a paragraph that has not been read yet says ``verified=False``.

People who are not stewards read one sentence for many reasons. A recipient who could distinguish a
revoked consent from an opt-out, or a protected class from a column that no agreement covers, would
learn about a child from the refusal itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from cairn.policy.law.sentence_templates import fill_template
from cairn.policy.vocabulary import Audience

__all__ = [
    "NOT_COVERED",
    "NOT_PUBLIC",
    "SOME_LEFT_OUT",
    "UNMET_CONDITION",
    "RuleCard",
    "RuleSource",
]


class RuleSource(StrEnum):
    """The source of a rule: the law, good practice, or this partnership's own policy.

    An anomaly is none of these: it is text that its author cannot have intended.
    """

    LAW = "law"
    PRACTICE = "practice"
    POLICY = "policy"
    ANOMALY = "anomaly"


@dataclass(frozen=True, slots=True)
class RuleCard:
    """One rule that a program can check.

    ``steward``, ``others`` and ``next_step`` hold sentence templates (`sentence_templates`). An
    audience without a template of its own reads ``withheld``, never the steward's words, because a
    reason can disclose. Without ``withheld``, staff read the ``statement``: the rule in general
    says nothing about a child. ``met`` is what a steward reads when the rule is satisfied; every
    other audience then reads the ``statement``.

    Args:
        id: stable id of the rule.
        citation: law, regulation or policy, down to the paragraph.
        statement: the rule in plain language.
        steward: message for the data owner's steward when the rule is not met.
        next_step: how to resolve a refusal.
        met: message for the steward when the rule is met.
        severity: source of the rule.
        withheld: message for an audience that may not learn the reason; empty where the rule itself
            may be named to staff.
        others: message templates of other audiences.
        verified: whether a person has read the cited paragraph.
    """

    id: str
    citation: str
    statement: str
    steward: str
    next_step: str
    met: str = ""
    severity: RuleSource = RuleSource.LAW
    withheld: str = ""
    others: Mapping[Audience, str] = field(default_factory=lambda: MappingProxyType({}), hash=False)
    verified: bool = True

    def format_message(
        self, audience: Audience, facts: Mapping[str, str | int], *, met: bool = False
    ) -> str:
        """Fill the card's message for one audience with the facts of one case.

        Args:
            audience: reader of the message.
            facts: values of the template's fields.
            met: whether the rule is satisfied.
        Returns:
            The message.
        """
        if not met:
            template = self.find_template(audience)
        elif audience is Audience.STEWARD and self.met:
            template = self.met
        else:
            template = self.statement
        return fill_template(template, facts)

    def find_template(self, audience: Audience) -> str:
        """Find the message for an audience when the rule is not met.

        Args:
            audience: reader of the message.
        Returns:
            A sentence template: the audience's own, else ``withheld``, else the rule in general for
            staff.
        """
        if audience is Audience.STEWARD:
            return self.steward
        if template := self.others.get(audience) or self.withheld:
            return template
        if audience is Audience.RECIPIENT:
            return self.statement
        return _STAFF_ONLY if audience is Audience.FAMILY else NOT_PUBLIC


SOME_LEFT_OUT: Final = "Some records may be left out."
NOT_COVERED: Final = "{element} is not covered."
UNMET_CONDITION: Final = "A condition of the law or the agreement is not met."
_STAFF_ONLY: Final = "Only staff can do this. Your school district can answer your questions."
NOT_PUBLIC: Final = "This is not available to the public."


def build_family_messages(message: str) -> Mapping[Audience, str]:
    """Build the messages of a card for a family about its own child, and for the public."""
    return MappingProxyType({Audience.FAMILY: message, Audience.PUBLIC: NOT_PUBLIC})
