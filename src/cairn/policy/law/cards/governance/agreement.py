"""State what a written agreement needs before anyone relies on it.

It is valid when it is signed and rests only on valid agreements.
"""

from cairn.policy.law.rule_card import RuleCard, RuleSource

STARTED = RuleCard(
    id="G01",
    citation="Cairn policy, agreements 1",
    statement="An agreement counts from its first day.",
    steward="{agreement} begins on {starts}; the date asked about is {on}.",
    next_step="Wait until {starts}, or sign an amendment that begins earlier.",
    met="{agreement} has begun ({starts}).",
    severity=RuleSource.POLICY,
)

ENDED = RuleCard(
    id="G02",
    citation="Cairn policy, agreements 2",
    statement="An agreement counts through its last day and not after.",
    steward="{agreement} ended on {ends}.",
    next_step="Renew it: load the new text with its new last day and signatures.",
    met="{agreement} runs through {ends}.",
    severity=RuleSource.POLICY,
)

NO_END = RuleCard(
    id="G03",
    citation="Cairn policy, agreements 3",
    statement="An agreement says when it ends, or that it runs until terminated.",
    steward="{agreement} does not say when it ends.",
    next_step='Write ends = the last day, or ends = "until terminated" where the text says so.',
    severity=RuleSource.POLICY,
)

TERMINATED = RuleCard(
    id="G04",
    citation="Cairn policy, agreements 4",
    statement="A terminated agreement allows nothing from that day.",
    steward="{agreement} was terminated on {terminated}.",
    next_step="Nothing can be shared under it. Destroy what its retention clause says.",
    severity=RuleSource.POLICY,
)

SIGNED = RuleCard(
    id="G05",
    citation="Cairn policy, agreements 5",
    statement="Every provider and every recipient has signed, by a named person on a date.",
    steward="{party} ({role}) has not signed {agreement} by {on}.",
    next_step="Get the signature of {party} and write who signed, in what capacity and when.",
    met="{agreement} is signed by everyone who must.",
    severity=RuleSource.POLICY,
)

PARTIES = RuleCard(
    id="G06",
    citation="Cairn policy, agreements 6",
    statement="An agreement names at least one provider and one recipient.",
    steward="{agreement} names no {role}.",
    next_step="Add the party whose role is {role}.",
    severity=RuleSource.POLICY,
)

RETENTION = RuleCard(
    id="G07",
    citation="Cairn policy, agreements 7",
    statement="An agreement states a period in days after which the data are destroyed.",
    steward="{agreement} states no retention period; 'as long as necessary' is not a period.",
    next_step="Write period_days under [retention], with its clause.",
    met="{agreement} keeps data for {days:day|days}.",
    severity=RuleSource.POLICY,
)

PURPOSE = RuleCard(
    id="G08",
    citation="Cairn policy, agreements 8",
    statement="Data are used only for a purpose that every agreement behind them names.",
    steward="{agreement} does not allow the purpose '{purpose}'.",
    next_step="Use a purpose that the agreement names ({allowed}), or amend it.",
    met="{agreement} allows the purpose '{purpose}'.",
    severity=RuleSource.POLICY,
)

NONE = RuleCard(
    id="G09",
    citation="Cairn policy, agreements 9",
    statement="Nothing is done with partners' data without an agreement.",
    steward="No agreement was named.",
    next_step="Name the agreement, by its reference, that covers this.",
    severity=RuleSource.POLICY,
)

ELEMENT = RuleCard(
    id="G10",
    citation="Cairn policy, agreements 10",
    statement="Only data elements that the agreement lists may be shared.",
    steward="{element} is in no data term of {agreement}.",
    next_step="Leave the column out, or amend the agreement to list it and say what it is for.",
    met="{element} is listed in {agreement}.",
    severity=RuleSource.POLICY,
    withheld="{element} is not covered.",
)

NO_ELEMENTS = RuleCard(
    id="G11",
    citation="Cairn policy, agreements 11",
    statement="A request names the data elements it is about.",
    steward="No data element was named.",
    next_step="Map at least one column to a data element.",
    severity=RuleSource.POLICY,
)

SENDER = RuleCard(
    id="G12",
    citation="Cairn policy, agreements 12",
    statement="A delivery comes from an organization that provides data under the agreement.",
    steward="{sender} is not a provider in {agreement}.",
    next_step="Choose the agreement under which {sender} provides data, or amend this one.",
    met="{sender} is a provider in {agreement}.",
    severity=RuleSource.POLICY,
)

CHANNEL = RuleCard(
    id="G13",
    citation="Cairn policy, agreements 13",
    statement="A delivery comes by a way that the agreement names.",
    steward="{agreement} does not allow deliveries by {channel}.",
    next_step="Send it by {allowed}.",
    met="{agreement} allows deliveries by {channel}.",
    severity=RuleSource.POLICY,
)

WRONG_AGREEMENT = RuleCard(
    id="G14",
    citation="Cairn policy, agreements 14",
    statement="A delivery is judged by the agreement it was sent under.",
    steward="The delivery was sent under {named}, not under {agreement}.",
    next_step="Judge it by {named}.",
    severity=RuleSource.POLICY,
)

FILE_NAME = RuleCard(
    id="G30",
    citation="Cairn policy, agreements 30",
    statement="Where an agreement names the files, data come and go in files of those names.",
    steward="{agreement} names {named} for this; the file is called {file}.",
    next_step="Send the file that the agreement names, or amend the agreement to name this one.",
    met="{agreement} lets this be in {file}.",
    severity=RuleSource.POLICY,
)

FILE_OF_ELEMENT = RuleCard(
    id="G31",
    citation="Cairn policy, agreements 31",
    statement="Where an agreement names the files for an element, it is in no other file.",
    steward="{agreement} lets {element} be in {named}; the file is called {file}.",
    next_step="Leave the column out, or put it into the file that the agreement names.",
    met="{agreement} lets {element} be in {file}.",
    severity=RuleSource.POLICY,
    withheld="{element} is not covered.",
)

OTHER_PROVIDER = RuleCard(
    id="G32",
    citation="Cairn policy, agreements 32",
    statement="Where an agreement says whose an element is, nobody else sends it.",
    steward="{agreement} lists {element} as data of {owners}, not of {sender}.",
    next_step="Leave the column out, or amend the agreement to list it for {sender} too.",
    severity=RuleSource.POLICY,
    withheld="{element} is not covered.",
)

CONTACT = RuleCard(
    id="G33",
    citation="Cairn policy, agreements 33",
    statement="Where an agreement names who sends and who receives, nobody else brings a delivery.",
    steward="{agreement} names who sends and receives ({named}); whoever brought this is not "
    "among them.",
    next_step="Have one of them bring it, or amend the agreement to name whoever does.",
    met="Whoever brought this is named in {agreement}.",
    severity=RuleSource.POLICY,
)


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

ALL = tuple(card for card in dict(globals()).values() if isinstance(card, RuleCard))
