"""State the rules of a survey that is filled in on a page, without an account."""

from typing import Final

from cairn.policy.law.rule_card import RuleCard, RuleSource

HAS_QUESTIONS: Final = RuleCard(
    id="S01",
    citation="Cairn policy, surveys 1",
    statement="A survey is opened with at least one question, on or before its last day.",
    steward="This survey has no question, or its last day is over or before its first day.",
    next_step="Add a question, and set the days.",
    met="The survey has questions, and its days are to come.",
    severity=RuleSource.POLICY,
    withheld="The survey is not ready.",
)

ASKS_CONSENT: Final = RuleCard(
    id="S02",
    citation="Cairn policy, surveys 2",
    statement=(
        "A survey asks for consent before its first question. A no ends it, and nothing is stored "
        "but the number of refusals."
    ),
    steward="This survey has no consent question in English and Spanish.",
    next_step="Write the consent question in both languages.",
    met="The survey asks for consent first.",
    severity=RuleSource.POLICY,
    withheld="The survey is not ready.",
)

IS_TRANSLATED: Final = RuleCard(
    id="S03",
    citation="Cairn policy, surveys 3",
    statement="A survey is in English and Spanish.",
    steward="{number} of the questions are not in English and Spanish.",
    next_step="Write the missing wording and choices.",
    met="The survey is in English and Spanish.",
    severity=RuleSource.POLICY,
    withheld="The survey is not ready.",
)

GIVES_NOTICE: Final = RuleCard(
    id="S04",
    citation="20 USC 1232h(b), 1232h(c)(2)(A)",
    statement=(
        "A survey that asks about one of the eight protected areas asks for consent first, and "
        "tells parents so before they answer."
    ),
    steward=(
        "{number} of the questions are about a protected area, and the survey lacks the consent "
        "question or the notice about it in English and Spanish."
    ),
    next_step="Write the consent question and the notice, or leave these questions out.",
    met="No question is about a protected area, or consent and notice come before it.",
    withheld="The survey is not ready.",
)

IS_COVERED: Final = RuleCard(
    id="S05",
    citation="Cairn policy, surveys 4",
    statement="A survey asks only for what its agreement covers.",
    steward="{agreement} does not cover {element}, which this survey would collect.",
    next_step="Ask for an amendment, or change the survey.",
    met="{agreement} covers what the survey collects.",
    severity=RuleSource.POLICY,
    withheld="The survey is not ready.",
)

TAKES_ANSWERS: Final = RuleCard(
    id="S06",
    citation="Cairn policy, surveys 5",
    statement=(
        "A survey takes answers from its first to its last day, at most 60 in a minute; by an "
        "anonymous link up to the number that it was set for, by a personal link at most 20."
    ),
    steward="This survey takes no answer now.",
    next_step="Ask the organization whose survey it is.",
    met="The survey takes answers.",
    severity=RuleSource.POLICY,
    withheld="This survey takes no answer now.",
)

IS_DRAFT: Final = RuleCard(
    id="S07",
    citation="Cairn policy, surveys 6",
    statement="A survey that was opened does not change, so that all answer the same questions.",
    steward="This survey was opened, so its questions stay as they are.",
    next_step="Close it and write a new survey.",
    met="The survey was not opened yet.",
    severity=RuleSource.POLICY,
    withheld="This survey cannot be changed.",
)

ALL = tuple(card for card in dict(globals()).values() if isinstance(card, RuleCard))
