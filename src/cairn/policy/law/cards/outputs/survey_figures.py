"""State the rules of figures that are counted from the answers of a survey."""

from typing import Final

from cairn.policy.law.rule_card import RuleCard, RuleSource

COUNTABLE: Final = RuleCard(
    id="S08",
    citation="Cairn policy, surveys 7",
    statement=(
        "Figures of a survey are counted once its answers are a data submission that was accepted, "
        "and only from questions with fixed choices or a scale. What people write is never counted."
    ),
    steward=(
        "The answers of this survey were not accepted as a data submission, or none of the chosen "
        "questions has fixed choices or a scale."
    ),
    next_step="Close the survey, import its answers, and choose a question with choices.",
    met="The answers were accepted, and the chosen questions have choices or a scale.",
    severity=RuleSource.POLICY,
    withheld="There are no figures of this survey.",
)

STEP: Final = RuleCard(
    id="S09",
    citation="Cairn policy, surveys 8",
    statement=(
        "Figures of a survey are counted again only until they are published, are published once, "
        "and stay withdrawn once they were. A second version would tell by its differences who was "
        "left out."
    ),
    steward="The figures of this survey are {state}: this step is not possible.",
    next_step="Write a new survey if new figures are needed.",
    met="The figures of this survey are at this step.",
    severity=RuleSource.POLICY,
    withheld="There are no figures of this survey.",
)

OWNER_CONFIRMED: Final = RuleCard(
    id="S10",
    citation="Cairn policy, surveys 9",
    statement=(
        "Figures of a survey are published after a data steward of the organization whose survey "
        "it is has seen and confirmed them."
    ),
    steward="No data steward of {organization} has confirmed these figures.",
    next_step="Ask a data steward of the organization to open the figures and confirm them.",
    met="A data steward of {organization} confirmed these figures.",
    severity=RuleSource.POLICY,
)

ANSWERS_COMPLETE: Final = RuleCard(
    id="S11",
    citation="Cairn policy, surveys 10",
    statement=(
        "The answers of a survey are counted only if each row was accepted. A row that was set "
        "aside would be published as no answer."
    ),
    steward="Rows of the answers were set aside when the data submission was checked.",
    next_step="Open the data submission, and correct the rows with problems.",
    met="Each row of the answers was accepted.",
    severity=RuleSource.POLICY,
    withheld="There are no figures of this survey.",
)

FIGURES_CURRENT: Final = RuleCard(
    id="S12",
    citation="Cairn policy, surveys 11",
    statement=(
        "Figures of a survey are published only if its answers were not corrected or checked again "
        "since they were counted."
    ),
    steward="The answers were corrected or checked again after these figures were counted.",
    next_step="Count the answers again.",
    met="The answers have not changed since they were counted.",
    severity=RuleSource.POLICY,
)

FIRST_CONFIRMATION: Final = RuleCard(
    id="S13",
    citation="Cairn policy, surveys 12",
    statement="Each count of a survey's figures is confirmed once, and the first name stays.",
    steward="A data steward of {organization} has confirmed these figures already.",
    next_step="Nothing is left to confirm, unless the answers are counted again.",
    met="No data steward of {organization} has confirmed these figures yet.",
    severity=RuleSource.POLICY,
)

ALL = tuple(card for card in dict(globals()).values() if isinstance(card, RuleCard))
