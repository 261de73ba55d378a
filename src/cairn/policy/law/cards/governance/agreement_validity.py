"""State what makes an agreement valid: signed, and resting only on valid agreements."""

from cairn.policy.law.rule_card import RuleCard, RuleSource

SIGNED_STATE = RuleCard(
    id="G20",
    citation="Cairn policy, agreements 20",
    statement="An agreement counts once it is signed, and not while it is closed.",
    steward="{agreement} is not in force: its state is '{state}'.",
    next_step="Finish what it waits for: its counsel's review and the signature of every party.",
    met="{agreement} has been through review and signature.",
    severity=RuleSource.POLICY,
)

OTHER_TEXT = RuleCard(
    id="G21",
    citation="Cairn policy, agreements 21",
    statement="A signature is for exactly the text that was signed, and for no other.",
    steward="{party} signed another text of {agreement} than the one on record.",
    next_step="Ask {party} to read and sign the text as it stands now.",
    severity=RuleSource.POLICY,
)

REST_UNKNOWN = RuleCard(
    id="G22",
    citation="Cairn policy, agreements 22",
    statement="An agreement that rests on another needs that other one on record.",
    steward="{agreement} rests on {other}, which is not on record.",
    next_step="Put {other} on record, or take the reference to it out of {agreement}.",
    severity=RuleSource.POLICY,
)

REST_STANDS = RuleCard(
    id="G23",
    citation="Cairn policy, agreements 23",
    statement="An agreement counts only while every agreement that it rests on is in force.",
    steward="{agreement} rests on {other}, which is not in force on {on}: {why}",
    next_step="Mend {other} first; then {agreement} counts again.",
    met="{other}, on which {agreement} rests, is in force.",
    severity=RuleSource.POLICY,
)

CIRCLE = RuleCard(
    id="G24",
    citation="Cairn policy, agreements 24",
    statement="No agreement rests on itself, by whatever way round.",
    steward="{agreement} rests on itself: {circle}.",
    next_step="Take one of these references out.",
    severity=RuleSource.POLICY,
)

AMENDED_TOO_LATE = RuleCard(
    id="G25",
    citation="Cairn policy, agreements 25",
    statement="An amendment changes an agreement that has not ended.",
    steward="{agreement} amends {other} from {starts}, but {other} ended on {ended}.",
    next_step="Make a new agreement: one that has ended can no longer be amended.",
    severity=RuleSource.POLICY,
)

FINDING = RuleCard(
    id="G26",
    citation="Cairn policy, agreements 26",
    statement="Nothing that the law asks of an agreement's text is open.",
    steward="{agreement}, {finding} ({citation}): {message}",
    next_step="{instead} Or the data owner's counsel records why it does not apply here.",
    severity=RuleSource.POLICY,
)

OVERRIDDEN = RuleCard(
    id="G27",
    citation="Cairn policy, agreements 27",
    statement="The data owner's counsel may accept a finding, by name and with a reason.",
    steward="{agreement}, {finding}: accepted by {by} on {on}: {reason}",
    next_step="Nothing.",
    met="{agreement}, {finding}: accepted by {by} on {on}: {reason}",
    severity=RuleSource.POLICY,
)

ALL = (
    SIGNED_STATE,
    OTHER_TEXT,
    REST_UNKNOWN,
    REST_STANDS,
    CIRCLE,
    AMENDED_TOO_LATE,
    FINDING,
    OVERRIDDEN,
)
