"""State the rules of a pilot: a partnership tries its own rules on synthetic data first."""

from typing import Final

from cairn.policy.law.rule_card import RuleCard, RuleSource
from cairn.policy.vocabulary import Audience

_FAMILIES: Final = "A trial uses invented children only. Nothing of your child is in it."


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
    "Under the agreement of a pilot only invented data come.",
    "{agreement} is the agreement of a pilot, and nobody has said that this delivery is synthetic.",
    "Make a synthetic file in the agreement's shape and say how it was made; send real data under "
    "an agreement about real data.",
    met="{agreement} is the agreement of a pilot, and the delivery is synthetic.",
    withheld="This is a pilot: send invented data only, and say how they were made.",
)

REAL_ONLY = _build_pilot_card(
    2,
    "Invented data come under the agreement of a pilot, and under no other.",
    "This delivery is synthetic, and {agreement} is about real children.",
    "Send it under the agreement of a pilot: begin one from this agreement's page.",
    met="{agreement} is about real children, and the delivery is not synthetic.",
    withheld="This agreement is about real children: invented data do not come under it.",
)

APART = _build_pilot_card(
    3,
    "Invented and real data are never brought together: not linked, counted or put out as one.",
    "These are of a pilot: {pilots}. These are about real children: {real}.",
    "Work with the one or with the other.",
    met="All of it is of one world: {world}.",
    withheld="Invented and real data are never brought together.",
)

RESTS_ON = _build_pilot_card(
    4,
    "A pilot rests on agreements of pilots alone, and a real project on none of them.",
    "{project} is {kind}; these agreements are not: {others}.",
    "Choose agreements of the same kind under 'Whose data, who works with them'.",
    met="{project} is {kind}, and so is every agreement that it rests on.",
    withheld="The project and its agreements must both be of a pilot, or neither of them.",
)

NOBODY = _build_pilot_card(
    5,
    "The agreement of a pilot opens no child's record.",
    "{agreement} is the agreement of a pilot: there is no real child in it to ask about.",
    "Ask under an agreement about real children.",
    met="No child is asked about.",
    withheld="This is a pilot: there is no real child in it.",
)

NOT_PUBLIC = _build_pilot_card(
    6,
    "Figures of a pilot are never public as figures about children.",
    "This release was made of synthetic data, in a pilot; the public does not see it.",
    "Make the real project from the pilot, and release the figures of real data.",
    met="This release is about real children.",
    withheld="There is no such figure.",
)

REMAINS = _build_pilot_card(
    7,
    "The agreement of a pilot never becomes one about real children by a change, nor the other "
    "way round.",
    "On record {agreement} is {was}; the new text makes it {now}.",
    "Make it an agreement of its own, with another reference, that its parties sign.",
    met="{agreement} stays {was}.",
    withheld="A change cannot turn the agreement of a pilot into another one.",
)

IS_A_PILOT = _build_pilot_card(
    8,
    "What was learned is kept with a pilot, and a real project is made from a pilot.",
    "{project} is no pilot.",
    "Begin a project that follows from this one.",
    met="{project} is a pilot.",
    withheld="This is possible with a pilot only.",
)

TRIED = _build_pilot_card(
    9,
    "A real project is made from a pilot once there is something to learn from: it was approved, "
    "or somebody wrote down what was learned.",
    "{project} has not been approved yet, and nobody has written down what was learned.",
    "Write down on the pilot's page what was learned so far.",
    met="{project} was tried.",
    withheld="There is nothing yet that the real project could learn from.",
)

TAKES_PART = _build_pilot_card(
    10,
    "What was learned in a pilot is written down by those who take part in it.",
    "This person acts for nobody who leads {project}, gives its data or works with them.",
    "Tell somebody who takes part in it.",
    met="This person acts for one who takes part in {project}.",
    withheld="Those who take part in the pilot write down what it taught.",
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
