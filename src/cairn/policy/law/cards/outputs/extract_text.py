"""State the rules of free text in an extract: reviewed by a person, de-identified, unchanged."""

from cairn.policy.law.cards.audience_messages import build_family_messages
from cairn.policy.law.rule_card import RuleCard, RuleSource

_NOT_YET = "This extract cannot be fetched now."
_FAMILY = build_family_messages(
    "What people wrote is given out only after somebody has taken out what names."
)

NO_RESEARCHER = RuleCard(
    id="E12",
    citation="34 CFR 99.31(b)(1)",
    statement="Free text is read before it is de-identified, so nobody reads it who asks for the "
    "extract, receives it or works with its project.",
    steward="This person asks for the extract, receives it or works with its project, so someone "
    "else must read its free text.",
    next_step="Ask another data manager of the partnership.",
    met="Someone who has no part in the project reads it.",
    withheld="You have a part in this project, so someone else must read its free text.",
    others=_FAMILY,
)

FREE_TEXT = RuleCard(
    id="E13",
    citation="Cairn policy, extracts 5",
    statement="A text is opened only where somebody has to read it for an extract.",
    steward="No text in {element} waits to be read for this extract.",
    next_step="Prepare the extract, and look whether the element holds free text.",
    met="What people wrote in {element} waits to be read.",
    severity=RuleSource.POLICY,
    others=_FAMILY,
)

READ = RuleCard(
    id="E14",
    citation="34 CFR 99.31(b)(1)",
    statement="Free text goes into an extract once a person has read each different text and said "
    "whether it stays: no machine determines that nobody can be found by it.",
    steward="{element}: {n:text|texts} of {of} are not read.",
    next_step="Read the rest and prepare the extract again, or prepare it without.",
    met="{element}: a person has read every text.",
    withheld=_NOT_YET,
    others=_FAMILY,
)

BY_ANOTHER = RuleCard(
    id="E15",
    citation="34 CFR 99.31(b)(1)",
    statement="What was read by somebody who has a part in the project by now was not read by "
    "another.",
    steward="{element}: somebody who has a part in the project has read its texts.",
    next_step="Let someone else read them, and prepare the extract again.",
    met="{element}: nobody who has a part in the project has read its texts.",
    withheld=_NOT_YET,
    others=_FAMILY,
)

AS_READ = RuleCard(
    id="E16",
    citation="34 CFR 99.31(b)(1)",
    statement="A text leaves as the person who read it has left it, and not otherwise.",
    steward="{element}: since the extract was prepared, something else was decided of its texts.",
    next_step="Prepare it again; it is then reviewed again.",
    met="{element}: the texts are as they were read.",
    withheld=_NOT_YET,
    others=_FAMILY,
)

SAFE_HARBOR = RuleCard(
    id="E17",
    citation="45 CFR 164.514(b)(2)(i)",
    statement="A text about somebody's health holds none of the identifiers that HIPAA lists: no "
    "name, date, place smaller than a state, number, address or link of the person, their "
    "relatives, employers or household. Cairn asks it of a school's health records too.",
    steward="{element} is about health, and the texts that stay hold {n:place|places} in the "
    "shape of a date, a number, an address or a link.",
    next_step="Mask these places or withhold the texts, and prepare the extract again.",
    met="{element} is about health, and the aid sees no date, number, address or link in the texts "
    "that stay.",
    withheld=_NOT_YET,
    others=_FAMILY,
)

ALL = tuple(card for card in dict(globals()).values() if isinstance(card, RuleCard))
