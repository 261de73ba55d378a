"""State what a draft agreement needs before it is signed, and how an agreement ends."""

from cairn.policy.law.rule_card import RuleCard, RuleSource

STATE = RuleCard(
    id="W01",
    citation="Cairn policy, writing agreements 1",
    statement="An agreement goes from state to state in one order.",
    steward="An agreement that is {state} cannot take this step ({event}).",
    next_step="This is possible when it is {allowed}.",
    met="The agreement is {state}.",
    severity=RuleSource.POLICY,
    withheld="This step is not possible now.",
)

READABLE = RuleCard(
    id="W02",
    citation="Cairn policy, writing agreements 2",
    statement="What is sent to counsel or to signature can be read as an agreement, whole.",
    steward="The text of {agreement} has mistakes: {n}.",
    next_step="Mend what the page lists beside the text.",
    met="The text of {agreement} can be read, whole.",
    severity=RuleSource.POLICY,
)

FINDINGS = RuleCard(
    id="W03",
    citation="Cairn policy, writing agreements 3",
    statement="Nothing is signed while the law asks for something that the text lacks, unless "
    "counsel of the data owner has said by name why it may stand.",
    steward="Findings of law are open in {agreement}: {findings}.",
    next_step="Change the text, or ask counsel of the data owner to override each with a reason.",
    met="No finding of law is open in {agreement}.",
    severity=RuleSource.POLICY,
)

REVIEWED = RuleCard(
    id="W04",
    citation="Cairn policy, writing agreements 4",
    statement="Counsel of every data owner has read this very text before it is signed.",
    steward="Counsel of {organization} has not read this text of {agreement}.",
    next_step="Ask counsel of {organization}, or let its steward record who read it and when.",
    met="Counsel of every data owner has read this text.",
    severity=RuleSource.POLICY,
)

REVIEWED_ONCE = RuleCard(
    id="W05",
    citation="Cairn policy, writing agreements 4",
    statement="Counsel of a party speaks once on each text.",
    steward="Counsel of {organization} has spoken on this text already.",
    next_step="Nothing to do, until the text changes.",
    severity=RuleSource.POLICY,
)

PARTY = RuleCard(
    id="W06",
    citation="Cairn policy, writing agreements 5",
    statement="Whoever reviews, signs or ends an agreement acts for one of its parties.",
    steward="{organization} is not a party to {agreement}.",
    next_step="Choose a party: {parties}.",
    met="{organization} is a party to {agreement}.",
    severity=RuleSource.POLICY,
)

OWNER = RuleCard(
    id="W07",
    citation="Cairn policy, writing agreements 3",
    statement="Only counsel of a data owner may let a finding of law stand.",
    steward="{organization} provides no data under {agreement}.",
    next_step="Ask counsel of {owners}.",
    met="{organization} provides data under {agreement}.",
    severity=RuleSource.POLICY,
)

OPEN_FINDING = RuleCard(
    id="W08",
    citation="Cairn policy, writing agreements 3",
    statement="What is overridden is a finding of law that is open in this text.",
    steward="{finding} is no open finding of law in {agreement}.",
    next_step="Look at the findings beside the text.",
    severity=RuleSource.POLICY,
)

SIGNED_ONCE = RuleCard(
    id="W09",
    citation="Cairn policy, writing agreements 6",
    statement="A party signs a text once.",
    steward="{organization} has signed this text of {agreement} already.",
    next_step="Nothing to do: a changed text must be signed anew.",
    severity=RuleSource.POLICY,
)

REGISTERED = RuleCard(
    id="W10",
    citation="Cairn policy, writing agreements 7",
    statement="Every party is a registered partner before anyone signs.",
    steward="{organization} is not registered as a partner.",
    next_step="Register {organization} under Partners, or correct its short name in the text.",
    met="Every party is a registered partner.",
    severity=RuleSource.POLICY,
)

NOTICE = RuleCard(
    id="W11",
    citation="Cairn policy, ending agreements 1",
    statement="A party that ends an agreement keeps to the notice that the text asks for.",
    steward="{agreement} asks for {days:day|days} of notice: it may end on {earliest} or later.",
    next_step="Choose {earliest} or a later day, or agree on an earlier end by an amendment.",
    met="{agreement} may end on {day}.",
    severity=RuleSource.POLICY,
)

RUNNING = RuleCard(
    id="W12",
    citation="Cairn policy, ending agreements 2",
    statement="An agreement is closed only after its last day.",
    steward="{agreement} still runs: its last day is {ends}.",
    next_step="Wait for that day, or give notice.",
    met="{agreement} has ended.",
    severity=RuleSource.POLICY,
)

DUTIES_DONE = RuleCard(
    id="W13",
    citation="Cairn policy, ending agreements 3",
    statement="An agreement is closed when everything received under it is destroyed, certified "
    "and accepted.",
    steward="{open:duty to destroy is|duties to destroy are} open under {agreement}.",
    next_step="Destroy, certify and let the data owner accept; see Destruction.",
    met="Nothing remains to be destroyed under {agreement}.",
    severity=RuleSource.POLICY,
)

NOT_BEGUN = RuleCard(
    id="W14",
    citation="Cairn policy, ending agreements 1",
    statement="A notice can be taken back until the day it takes effect.",
    steward="{agreement} ended on {day}.",
    next_step="Begin a new agreement.",
    severity=RuleSource.POLICY,
)

NOTICE_GIVER = RuleCard(
    id="W17",
    citation="Cairn policy, ending agreements 1",
    statement="A notice is taken back by the party that gave it, and by nobody else: an owner is "
    "never obliged to share.",
    steward="The notice under {agreement} was given by {given_by}; only its own people take it "
    "back.",
    next_step="Ask {given_by}.",
    met="{given_by} gave the notice under {agreement}.",
    severity=RuleSource.POLICY,
)

JOINABLE = RuleCard(
    id="W15",
    citation="Cairn policy, writing agreements 8",
    statement="A partner joins an agreement whose parties agreed that others may join.",
    steward="{agreement} has no clause by which others may join.",
    next_step="Amend {agreement} first: add a clause of the kind joinder.",
    met="{agreement} lets others join.",
    severity=RuleSource.POLICY,
)

OVERTAKEN = RuleCard(
    id="W16",
    citation="Cairn policy, writing agreements 9",
    statement="A draft replaces only the text that it was begun from.",
    steward="Another text of {agreement} has gone on record since this draft was begun.",
    next_step="Set this draft aside and begin again from the text on record.",
    severity=RuleSource.POLICY,
)

ALL = tuple(card for card in dict(globals()).values() if isinstance(card, RuleCard))
