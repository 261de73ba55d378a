"""State the rules of the disclosure log and of its readers (34 CFR 99.32, 99.10)."""

from cairn.policy.law.cards.audience_messages import build_family_messages
from cairn.policy.law.rule_card import RuleCard

RECORD = RuleCard(
    id="R18",
    citation="34 CFR 99.32(a)(1)",
    statement="Each request for and each disclosure of records is recorded with who received "
    "them and why.",
    steward="Record who received what, and their legitimate interest.",
    next_step="",
    others=build_family_messages(
        "Each time something about your child is shared, it is written down."
    ),
)

RECORDED = RuleCard(
    id="R18.1",
    citation="34 CFR 99.32(a)(3)",
    statement="The record names the parties and their legitimate interests, and is written before "
    "anything leaves.",
    steward="The record of this disclosure lacks: {lacking}.",
    next_step="Nothing leaves until the record can be written. Say who receives, and why.",
    met="The disclosure is recorded: {parties}, for {interest}.",
    others=build_family_messages("Nothing was shared, because it could not be written down."),
)

ONWARD_RECORD = RuleCard(
    id="R19",
    citation="34 CFR 99.32(b)(2)(iii)",
    statement="On request, the record of further disclosures is given within 30 days.",
    steward="The record of further disclosures was requested on {asked} and was due on {due}.",
    next_step="Give the record of further disclosures to the one who asked.",
    met="The record of further disclosures, requested on {asked}, is due on {due}.",
    others=build_family_messages("You may ask to whom records were passed on."),
)

INSPECTION = RuleCard(
    id="R20",
    citation="34 CFR 99.32(c)(1)",
    statement="A parent, or the eligible student, may read the record of disclosures about their "
    "own child.",
    steward="This is not the record of the asker's own child, or the right has passed to the "
    "student.",
    next_step="Send a letter with a new code to whoever holds the right.",
    met="The asker holds the right for this child.",
    others=build_family_messages("This page shows your own child only."),
)

COPY = RuleCard(
    id="R30",
    citation="34 CFR 99.10(b)",
    statement="A request to inspect a child's records is answered within 45 days.",
    steward="A request to inspect of {asked} was due on {due} and has not been answered.",
    next_step="Answer the request now, and say why it is late.",
    met="A request to inspect of {asked} is to be answered by {due}.",
    others=build_family_messages("You get an answer to your request within 45 days."),
)

ALL = tuple(card for card in dict(globals()).values() if isinstance(card, RuleCard))
