"""State the rules of a pilot, which uses synthetic data only."""

from typing import Final

from cairn.policy.law.rule_card import RuleCard, RuleSource
from cairn.policy.vocabulary import Audience

_FAMILIES: Final = "A pilot uses made-up children only. It has none of your child's data."


def _build_pilot_card(
    number: int, statement: str, steward: str, next_step: str, *, met: str, withheld: str
) -> RuleCard:
    return RuleCard(
        id=f"PL{number}",
        citation=f"Cairn policy, pilots {number}",
        statement=statement,
        steward=steward,
        next_step=next_step,
        met=met,
        severity=RuleSource.POLICY,
        withheld=withheld,
        others={
            Audience.RECIPIENT: withheld,
            Audience.FAMILY: _FAMILIES,
        },
    )


INVENTED_ONLY = _build_pilot_card(
    1,
    "Only synthetic data may be submitted under a pilot agreement.",
    ("{agreement} is a pilot agreement, and this data submission is not marked as synthetic."),
    (
        "Create a synthetic file for this agreement and state how it was made. Submit real "
        "data under an agreement for real data."
    ),
    met="{agreement} is for a pilot, and the file is synthetic.",
    withheld="This is a pilot. Submit synthetic data only, and state how they were made.",
)

REAL_ONLY = _build_pilot_card(
    2,
    "Synthetic data may be submitted only under a pilot agreement.",
    "This data submission is synthetic, and {agreement} covers real children.",
    "Submit it under a pilot agreement. You can start one from this agreement's page.",
    met="{agreement} covers real children, and the data submission is not synthetic.",
    withheld="This agreement covers real children. Synthetic data may not be submitted under it.",
)

APART = _build_pilot_card(
    3,
    "Synthetic and real data may not be linked, counted or published together.",
    "Pilot: {pilots}. Real children: {real}.",
    "Use only the pilot data or only the real data.",
    met="All data are of one kind: {world}.",
    withheld="Synthetic and real data may not be combined.",
)

RESTS_ON = _build_pilot_card(
    4,
    "A pilot may use pilot agreements only. A real project may not use pilot agreements.",
    "{project} is {kind}. These agreements are not: {others}.",
    "Choose agreements of the same kind for this project.",
    met="{project} is {kind}, and so are all its agreements.",
    withheld="The project and its agreements must all be for a pilot, or all be for real data.",
)

NOBODY = _build_pilot_card(
    5,
    "A pilot agreement does not give access to any child's record.",
    "{agreement} is a pilot agreement. It covers no real child.",
    "Use an agreement that covers real children.",
    met="The request is not about a real child.",
    withheld="This is a pilot. It covers no real child.",
)

NOT_PUBLIC = _build_pilot_card(
    6,
    "Pilot results may not be published as data about real children.",
    "This release was made from synthetic data in a pilot. It cannot be published.",
    "Create the real project from the pilot, and release results from real data.",
    met="This release is about real children.",
    withheld="This page is not available.",
)

REMAINS = _build_pilot_card(
    7,
    ("A pilot agreement cannot be changed into an agreement about real children, or the reverse."),
    "{agreement} on record is {was}. The new text would make it {now}.",
    ("Create a separate agreement with a new reference number, and have the parties sign it."),
    met="{agreement} is still {was}.",
    withheld="A pilot agreement cannot be changed into another kind of agreement.",
)

IS_A_PILOT = _build_pilot_card(
    8,
    "Lessons are recorded for a pilot, and a real project can be created from a pilot.",
    "{project} is not a pilot.",
    "Start a follow-up project from this one.",
    met="{project} is a pilot.",
    withheld="You can do this only with a pilot.",
)

TRIED = _build_pilot_card(
    9,
    (
        "A real project may be created from a pilot after the pilot was approved or its "
        "lessons were recorded."
    ),
    "{project} has not been approved, and no lessons are recorded.",
    "Record the lessons so far on the pilot's page.",
    met="{project} was approved or has recorded lessons.",
    withheld="This pilot has no lessons yet for a real project.",
)

TAKES_PART = _build_pilot_card(
    10,
    "Only people who take part in a pilot may record its lessons.",
    (
        "This person does not act for an organization that leads {project}, provides its "
        "data or works with them."
    ),
    "Ask someone who takes part in the pilot to record this.",
    met="This person acts for an organization that takes part in {project}.",
    withheld="Only people who take part in the pilot may record its lessons.",
)

ALL: Final = (
    INVENTED_ONLY,
    REAL_ONLY,
    APART,
    RESTS_ON,
    NOBODY,
    NOT_PUBLIC,
    REMAINS,
    IS_A_PILOT,
    TRIED,
    TAKES_PART,
)
