"""State what a draft agreement needs before it is signed, and how an agreement ends."""

from types import MappingProxyType

from cairn.policy.law.rule_card import RuleCard, RuleSource
from cairn.policy.vocabulary import Audience

STATE = RuleCard(
    id="W01",
    citation="Cairn policy, agreement drafts 1",
    statement="An agreement moves through its steps in a set order.",
    steward="You cannot take this step now. The status of the agreement is '{state}'.",
    next_step="You can take this step when the status is one of these: {allowed}.",
    met="The status of the agreement is '{state}'.",
    severity=RuleSource.POLICY,
    withheld="You cannot take this step now.",
    others=MappingProxyType(
        {
            Audience.PUBLIC: (
                "This agreement cannot be signed now. Ask the person who sent you the link."
            )
        }
    ),
)

READABLE = RuleCard(
    id="W02",
    citation="Cairn policy, agreement drafts 2",
    statement=(
        "Cairn must be able to read the full text before it goes to counsel or for signature."
    ),
    steward="The text of {agreement} has errors: {n}.",
    next_step="Correct the errors listed next to the text.",
    met="Cairn can read the full text of {agreement}.",
    severity=RuleSource.POLICY,
)

FINDINGS = RuleCard(
    id="W03",
    citation="Cairn policy, agreement drafts 3",
    statement=(
        "An agreement that is missing a legal requirement may not be signed unless the data "
        "owner's counsel, by name, records why the requirement does not apply."
    ),
    steward="{agreement} has open legal findings: {findings}.",
    next_step=(
        "Change the text, or ask the data owner's counsel to override each finding with a reason."
    ),
    met="{agreement} has no open legal findings.",
    severity=RuleSource.POLICY,
)

REVIEWED = RuleCard(
    id="W04",
    citation="Cairn policy, agreement drafts 4",
    statement="Counsel for every data owner must review this exact text before it is signed.",
    steward="Counsel for {organization} has not reviewed this text of {agreement}.",
    next_step=(
        "Ask counsel for {organization} to review it, or have its data steward record who "
        "reviewed it and when."
    ),
    met="Counsel for every data owner has reviewed this text.",
    severity=RuleSource.POLICY,
)

REVIEWED_ONCE = RuleCard(
    id="W05",
    citation="Cairn policy, agreement drafts 4",
    statement="Counsel for a party reviews each text once.",
    steward="Counsel for {organization} has already reviewed this text.",
    next_step="No action is needed unless the text changes.",
    severity=RuleSource.POLICY,
)

PARTY = RuleCard(
    id="W06",
    citation="Cairn policy, agreement drafts 5",
    statement="Only people who act for a party may review, sign or end an agreement.",
    steward="{organization} is not a party to {agreement}.",
    next_step="Choose a party: {parties}.",
    met="{organization} is a party to {agreement}.",
    severity=RuleSource.POLICY,
)

OWNER = RuleCard(
    id="W07",
    citation="Cairn policy, agreement drafts 3",
    statement="Only counsel for a data owner may override a legal finding.",
    steward="{organization} does not provide data under {agreement}.",
    next_step="Ask counsel for {owners}.",
    met="{organization} provides data under {agreement}.",
    severity=RuleSource.POLICY,
)

OPEN_FINDING = RuleCard(
    id="W08",
    citation="Cairn policy, agreement drafts 3",
    statement="Counsel may override only a legal finding that is open in this text.",
    steward="{finding} is not an open legal finding in {agreement}.",
    next_step="Check the findings listed next to the text.",
    severity=RuleSource.POLICY,
)

CRITERION_FINDING = RuleCard(
    id="W18",
    citation="Cairn policy, agreements 11",
    statement="Counsel confirms a criterion of the legal basis, or has the text changed.",
    steward="{finding} is about a criterion of the legal basis. Counsel cannot accept it as it is.",
    next_step="Confirm the criterion, or change its answer, clause or quotation.",
    severity=RuleSource.POLICY,
)

CRITERION_OPEN = RuleCard(
    id="W19",
    citation="Cairn policy, agreements 11",
    statement="Counsel confirms a criterion that the text states, once for each text.",
    steward="{criterion} does not wait for confirmation in {agreement}.",
    next_step="Check the criteria listed next to the text.",
    severity=RuleSource.POLICY,
)

CONFIRMED_BY_SIGNER = RuleCard(
    id="W20",
    citation="Cairn policy, agreement drafts 12",
    statement=(
        "A signature on paper counts after its signer confirms it by the one-time link. The person "
        "who recorded it may not confirm it."
    ),
    steward="You recorded this signature, so you cannot confirm it.",
    next_step="Send the link to the signer.",
    met="The person who confirms the signature is not the one who recorded it.",
    severity=RuleSource.POLICY,
    withheld="The link is for the signer.",
)

SIGNED_TEXT_UNCHANGED = RuleCard(
    id="W21",
    citation="Cairn policy, agreement drafts 13",
    statement="A signature is confirmed for exactly the text that was signed.",
    steward="The text of {agreement} changed after it was signed on paper.",
    next_step="Sign the revised text, and record that signature.",
    met="The text of {agreement} is the one that was signed.",
    severity=RuleSource.POLICY,
    withheld="The text changed after you signed it. Ask for the revised text.",
)

CONFIRMATION_LINK = RuleCard(
    id="W22",
    citation="Cairn policy, agreement drafts 14",
    statement="The link by which a signer confirms a paper signature ends after 30 days.",
    steward="The link that {recorder} made for this paper signature ended on {ended}.",
    next_step="Record the signature again and send the signer the new link.",
    met="The link of the paper signature has not ended.",
    severity=RuleSource.POLICY,
    withheld=(
        "This link has ended, and the signature does not count. Ask the person who sent it for a "
        "new link."
    ),
)

SIGNED_ONCE = RuleCard(
    id="W09",
    citation="Cairn policy, agreement drafts 6",
    statement="Each party signs a text once.",
    steward="{organization} has already signed this text of {agreement}.",
    next_step="No action is needed. If the text changes, the party must sign the revised version.",
    severity=RuleSource.POLICY,
    others=MappingProxyType(
        {Audience.PUBLIC: "This text is signed for your organization. No action is needed."}
    ),
)

REGISTERED = RuleCard(
    id="W10",
    citation="Cairn policy, agreement drafts 7",
    statement="Every party must be registered as a partner before anyone signs.",
    steward="{organization} is not registered as a partner.",
    next_step="Add {organization} under Partners, or correct its short name in the text.",
    met="Every party is registered as a partner.",
    severity=RuleSource.POLICY,
)

NOTICE = RuleCard(
    id="W11",
    citation="Cairn policy, agreement termination 1",
    statement=(
        "A party that terminates an agreement must give the notice that the agreement requires."
    ),
    steward="{agreement} requires {days:day|days} of notice. The earliest end date is {earliest}.",
    next_step="Choose {earliest} or a later date, or agree on an earlier end date in an amendment.",
    met="{agreement} may end on {day}.",
    severity=RuleSource.POLICY,
)

RUNNING = RuleCard(
    id="W12",
    citation="Cairn policy, agreement termination 2",
    statement="An agreement may be closed only after its last day.",
    steward="{agreement} is still in force. Its last day is {ends}.",
    next_step="Wait until then, or give notice of termination.",
    met="{agreement} has ended.",
    severity=RuleSource.POLICY,
)

DUTIES_DONE = RuleCard(
    id="W13",
    citation="Cairn policy, agreement termination 3",
    statement=(
        "An agreement may be closed when all data received under it are destroyed, the "
        "destruction is certified, and the data owner has accepted the certificate."
    ),
    steward="{open:data destruction is|data destructions are} still open under {agreement}.",
    next_step=(
        "On the Destruction page, destroy the data and issue the certificate. Then ask the "
        "data owner to accept it."
    ),
    met="All data under {agreement} have been destroyed.",
    severity=RuleSource.POLICY,
)

NOT_BEGUN = RuleCard(
    id="W14",
    citation="Cairn policy, agreement termination 1",
    statement="A notice of termination may be withdrawn until it takes effect.",
    steward="{agreement} ended on {day}.",
    next_step="Start a new agreement.",
    severity=RuleSource.POLICY,
)

NOTICE_GIVER = RuleCard(
    id="W17",
    citation="Cairn policy, agreement termination 1",
    statement=(
        "Only the party that gave a notice of termination may withdraw it. A data owner "
        "never has to share data."
    ),
    steward=(
        "{given_by} gave the notice of termination of {agreement}. Only its staff may withdraw it."
    ),
    next_step="Ask {given_by} to withdraw the notice.",
    met="{given_by} gave the notice of termination of {agreement}.",
    severity=RuleSource.POLICY,
)

JOINABLE = RuleCard(
    id="W15",
    citation="Cairn policy, agreement drafts 8",
    statement="A partner may join an agreement only if its parties agreed that others may join.",
    steward="{agreement} has no clause that allows others to join.",
    next_step="Amend {agreement} first: add a clause of the kind joinder.",
    met="{agreement} allows others to join.",
    severity=RuleSource.POLICY,
)

OVERTAKEN = RuleCard(
    id="W16",
    citation="Cairn policy, agreement drafts 9",
    statement="A draft may replace only the version it was started from.",
    steward="A newer version of {agreement} was recorded after this draft was started.",
    next_step="Discard this draft and start again from the current version.",
    severity=RuleSource.POLICY,
)

ALL = tuple(card for card in dict(globals()).values() if isinstance(card, RuleCard))
