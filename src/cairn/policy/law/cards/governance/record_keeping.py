"""State the rules of record keeping: the disclosure log (34 CFR 99.32, 99.10) and destruction.

They say who may read the log, what must be destroyed by when, who certifies it, and the record that
owners request.
"""

from cairn.policy.law.rule_card import RuleCard, RuleSource, build_family_messages

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


OVERDUE_KNOWN = RuleCard(
    id="D01",
    citation="Cairn policy, destruction 1",
    statement="Whether the recipient still holds what it had to destroy must have been looked at.",
    steward="Nobody looked whether this recipient has destroyed what it had to.",
    next_step="Ask again through the page or the command, which look first.",
    severity=RuleSource.POLICY,
)

OVERDUE = RuleCard(
    id="D02",
    citation="34 CFR 99.31(a)(6)(iii)(C)(4), 99.35(b)(2), 99.67; Cairn policy, destruction 2",
    statement="A recipient destroys what it must by the day agreed; until then it receives "
    "nothing more.",
    steward="{holder} should have destroyed what it holds of {owner} under {agreement} by {due}; "
    "until a certificate is on record it may receive nothing more.",
    next_step="Open Destruction, destroy what is listed there, and let the owner see the "
    "certificate.",
    met="Nothing that the recipient had to destroy is overdue.",
    withheld="The recipient cannot receive data now.",
)

OWNER = RuleCard(
    id="D03",
    citation="34 CFR 99.31(a)(1)(i)(B)(2); Cairn policy, destruction 3",
    statement="An owner may ask at any time, for any reason, that its own data be destroyed.",
    steward="{owner} provides no data under {agreement}, so it has nothing there to be destroyed.",
    next_step="Choose an agreement under which your organization provides data.",
    met="{owner} provides the data under {agreement}.",
)

AHEAD = RuleCard(
    id="D04",
    citation="Cairn policy, destruction 4",
    statement="The day by which data are to be destroyed is not in the past.",
    steward="The day {due} lies before {on}.",
    next_step="Choose today or a later day.",
    met="To be destroyed by {due}.",
    severity=RuleSource.POLICY,
    withheld="Choose today or a later day.",
)

CERTIFIED = RuleCard(
    id="D05",
    citation="Cairn policy, destruction 5",
    statement="An owner answers a certificate once it is there, and once only.",
    steward="There is no certificate that waits for an answer: this destruction is “{state}”.",
    next_step="Look at the page of the destruction again.",
    met="The certificate waits for the owner's answer.",
    severity=RuleSource.POLICY,
)

ANSWERED_ONCE = RuleCard(
    id="D06",
    citation="Cairn policy, disclosures 1",
    statement="A request for the record of disclosures is answered once.",
    steward="This request was answered already.",
    next_step="Ask for the record anew if something is missing in it.",
    met="The request waits for its answer.",
    severity=RuleSource.POLICY,
)

ALL = tuple(card for card in dict(globals()).values() if isinstance(card, RuleCard))
