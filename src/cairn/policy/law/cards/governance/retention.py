"""State what must be destroyed, by when, who certifies it, and the record that owners request."""

from typing import Final

from cairn.policy.law.rule_card import RuleCard, RuleSource

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

ALL: Final = (OVERDUE_KNOWN, OVERDUE, OWNER, AHEAD, CERTIFIED, ANSWERED_ONCE)
