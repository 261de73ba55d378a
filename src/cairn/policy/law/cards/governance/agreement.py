"""State what a written agreement needs before anyone relies on it.

It is valid when it is signed and rests only on valid agreements.
"""

from cairn.policy.law.rule_card import RuleCard, RuleSource

STARTED = RuleCard(
    id="G01",
    citation="Cairn policy, agreements 1",
    statement="An agreement takes effect on its first day.",
    steward="{agreement} takes effect on {starts}. The request is for {on}.",
    next_step="Wait until {starts}, or sign an amendment with an earlier start date.",
    met="{agreement} took effect on {starts}.",
    severity=RuleSource.POLICY,
)

ENDED = RuleCard(
    id="G02",
    citation="Cairn policy, agreements 2",
    statement="An agreement is in force through its last day.",
    steward="{agreement} ended on {ends}.",
    next_step="Renew the agreement: load the new text with its new end date and signatures.",
    met="{agreement} is in force through {ends}.",
    severity=RuleSource.POLICY,
)

NO_END = RuleCard(
    id="G03",
    citation="Cairn policy, agreements 3",
    statement="An agreement must state when it ends, or that it continues until terminated.",
    steward="{agreement} does not state when it ends.",
    next_step='Enter ends = the last day, or ends = "until terminated" if the text says so.',
    severity=RuleSource.POLICY,
)

TERMINATED = RuleCard(
    id="G04",
    citation="Cairn policy, agreements 4",
    statement="Nothing may be shared under an agreement after it is terminated.",
    steward="{agreement} was terminated on {terminated}.",
    next_step=(
        "Stop sharing data under this agreement. Destroy the data as its retention clause requires."
    ),
    severity=RuleSource.POLICY,
)

SIGNED = RuleCard(
    id="G05",
    citation="Cairn policy, agreements 5",
    statement="Every provider and every recipient must sign, with the signer's name and the date.",
    steward="{party} ({role}) had not signed {agreement} by {on}.",
    next_step="Ask {party} to sign, and record the signer's name, title and date.",
    met="All who must sign {agreement} have signed it.",
    severity=RuleSource.POLICY,
)

PARTIES = RuleCard(
    id="G06",
    citation="Cairn policy, agreements 6",
    statement="An agreement must name at least one provider and one recipient.",
    steward="{agreement} does not name a {role}.",
    next_step="Add the party with the role {role}.",
    severity=RuleSource.POLICY,
)

RETENTION = RuleCard(
    id="G07",
    citation="Cairn policy, agreements 7",
    statement=(
        "An agreement must state a retention period in days, after which the data are destroyed."
    ),
    steward=(
        "{agreement} does not state a retention period. 'As long as necessary' is not a period."
    ),
    next_step="Enter period_days under [retention], and cite the clause.",
    met="{agreement} allows the data to be kept for {days:day|days}.",
    severity=RuleSource.POLICY,
)

PURPOSE = RuleCard(
    id="G08",
    citation="Cairn policy, agreements 8",
    statement="Data may be used only for a purpose that every agreement for these data allows.",
    steward="{agreement} does not allow the purpose '{purpose}'.",
    next_step="Choose a purpose that the agreement allows ({allowed}), or amend the agreement.",
    met="{agreement} allows the purpose '{purpose}'.",
    severity=RuleSource.POLICY,
)

NONE = RuleCard(
    id="G09",
    citation="Cairn policy, agreements 9",
    statement="Partners' data may be used only under an agreement.",
    steward="The request does not name an agreement.",
    next_step="Name the agreement that covers this use, by its reference number.",
    severity=RuleSource.POLICY,
)

ELEMENT = RuleCard(
    id="G10",
    citation="Cairn policy, agreements 10",
    statement="Only data elements listed in the agreement may be shared.",
    steward="{element} is not covered by {agreement}.",
    next_step="Leave out the column, or amend the agreement to list it and state its purpose.",
    met="{agreement} covers {element}.",
    severity=RuleSource.POLICY,
    withheld="{element} is not covered.",
)

NO_ELEMENTS = RuleCard(
    id="G11",
    citation="Cairn policy, agreements 11",
    statement="A request must name its data elements.",
    steward="The request does not name any data elements.",
    next_step="Map at least one column to a data element.",
    severity=RuleSource.POLICY,
)

SENDER = RuleCard(
    id="G12",
    citation="Cairn policy, agreements 12",
    statement=(
        "A data submission must come from an organization that provides data under the agreement."
    ),
    steward="{sender} is not a data provider under {agreement}.",
    next_step="Choose the agreement under which {sender} provides data, or amend this one.",
    met="{sender} is a data provider under {agreement}.",
    severity=RuleSource.POLICY,
)

ERROR_FILE = RuleCard(
    id="G34",
    citation="Cairn policy, agreements 34",
    statement=(
        "The correction file of a data submission has values of the sender's own file. Only "
        "people of the organization that sent it may download it."
    ),
    steward="You do not act for {sender}, which sent this file.",
    next_step="Ask {sender} to download the correction file and to correct its rows.",
    met="You act for {sender}, which sent this file.",
    severity=RuleSource.POLICY,
)

CHANNEL = RuleCard(
    id="G13",
    citation="Cairn policy, agreements 13",
    statement="A data submission must be sent by a transfer method that the agreement allows.",
    steward="{agreement} does not allow data submissions by {channel}.",
    next_step="Send the data by {allowed}.",
    met="{agreement} lets files come in by {channel}.",
    severity=RuleSource.POLICY,
)

WRONG_AGREEMENT = RuleCard(
    id="G14",
    citation="Cairn policy, agreements 14",
    statement="A data submission is checked against the agreement under which it was sent.",
    steward="This data submission was sent under {named}, not under {agreement}.",
    next_step="Check it against {named}.",
    severity=RuleSource.POLICY,
)

FILE_NAME = RuleCard(
    id="G30",
    citation="Cairn policy, agreements 30",
    statement="If an agreement lists file names, data must be sent in files with those names.",
    steward="{agreement} requires the file name {named}. This file is named {file}.",
    next_step=(
        "Send the file that the agreement names, or amend the agreement to add this file name."
    ),
    met="{agreement} allows the file {file}.",
    severity=RuleSource.POLICY,
)

FILE_OF_ELEMENT = RuleCard(
    id="G31",
    citation="Cairn policy, agreements 31",
    statement=(
        "If an agreement lists the files for a data element, the element may not be in any "
        "other file."
    ),
    steward="{agreement} allows {element} only in {named}. This file is named {file}.",
    next_step="Leave out the column, or move it to the file that the agreement names.",
    met="{agreement} allows {element} in {file}.",
    severity=RuleSource.POLICY,
    withheld="{element} is not covered.",
)

OTHER_PROVIDER = RuleCard(
    id="G32",
    citation="Cairn policy, agreements 32",
    statement=(
        "If an agreement names the organization that provides an element, only that "
        "organization may send it."
    ),
    steward="Under {agreement}, {element} comes from {owners}, not from {sender}.",
    next_step="Leave out the column, or amend the agreement so that {sender} provides it too.",
    severity=RuleSource.POLICY,
    withheld="{element} is not covered.",
)

CONTACT = RuleCard(
    id="G33",
    citation="Cairn policy, agreements 33",
    statement=(
        "If an agreement names the people who send and receive data, only they may submit data."
    ),
    steward=(
        "Only the people that {agreement} names may upload files under it: {named}. The person "
        "who uploaded this file is not one of them."
    ),
    next_step="Ask one of them to upload the file, or amend the agreement to add this person.",
    met="{agreement} names the person who submitted this file.",
    severity=RuleSource.POLICY,
)


ACCESS_LISTED = RuleCard(
    id="G35",
    citation="Cairn policy, agreements 35",
    statement="If an agreement lists who may see the data, only they may see them.",
    steward="{agreement} lists who may see the data: {listed}. This person is not on the list.",
    next_step="Ask a person on the list, or amend the agreement to add this person's role.",
    met="{agreement} lists this person's organization and role among those who may see the data.",
    severity=RuleSource.POLICY,
)

PROCESSOR_LIMITS = RuleCard(
    id="G36",
    citation="Cairn policy, agreements 36",
    statement=(
        "An organization that only processes data for others may link and count records. It may "
        "not use them itself."
    ),
    steward=(
        "{organization} is a processor under {agreement}. It may link and count records, and "
        "send them to the recipients. It may not {action} them for itself."
    ),
    next_step=(
        "Ask a recipient under {agreement}, or amend the agreement to make {organization} a "
        "recipient."
    ),
    met="{organization} processes the records for the parties of {agreement}.",
    severity=RuleSource.POLICY,
)

SIGNED_STATE = RuleCard(
    id="G20",
    citation="Cairn policy, agreements 20",
    statement="An agreement is in force after all parties sign it and until it is closed.",
    steward="{agreement} is not in force. Its status is '{state}'.",
    next_step="Complete the missing steps: counsel's review and the signature of every party.",
    met="{agreement} has been reviewed and signed.",
    severity=RuleSource.POLICY,
)

OTHER_TEXT = RuleCard(
    id="G21",
    citation="Cairn policy, agreements 21",
    statement="A signature is valid only for the exact text that was signed.",
    steward="{party} signed a different version of {agreement} than the one on record.",
    next_step="Ask {party} to read and sign the current version.",
    severity=RuleSource.POLICY,
)

REST_UNKNOWN = RuleCard(
    id="G22",
    citation="Cairn policy, agreements 22",
    statement="If an agreement depends on another agreement, that agreement must be on record.",
    steward="{agreement} depends on {other}, which is not on record.",
    next_step="Add {other} to Cairn, or remove the reference to it from {agreement}.",
    severity=RuleSource.POLICY,
)

REST_STANDS = RuleCard(
    id="G23",
    citation="Cairn policy, agreements 23",
    statement="An agreement is in force only while every agreement it depends on is in force.",
    steward="{agreement} depends on {other}, which is not in force on {on}: {why}",
    next_step="Fix {other} first. Then {agreement} will be in force again.",
    met="{other}, which {agreement} depends on, is in force.",
    severity=RuleSource.POLICY,
)

CIRCLE = RuleCard(
    id="G24",
    citation="Cairn policy, agreements 24",
    statement="An agreement may not depend on itself, directly or through other agreements.",
    steward="{agreement} depends on itself: {circle}.",
    next_step="Remove one of these references.",
    severity=RuleSource.POLICY,
)

AMENDED_TOO_LATE = RuleCard(
    id="G25",
    citation="Cairn policy, agreements 25",
    statement="An amendment may change only an agreement that has not ended.",
    steward="{agreement} amends {other} as of {starts}, but {other} ended on {ended}.",
    next_step="Make a new agreement. An agreement that has ended cannot be amended.",
    severity=RuleSource.POLICY,
)

FINDING = RuleCard(
    id="G26",
    citation="Cairn policy, agreements 26",
    statement="The agreement's text must meet every legal requirement that Cairn checks.",
    steward="{agreement}, {finding} ({citation}): {message}",
    next_step="{instead} Or have the data owner's counsel record why this does not apply.",
    severity=RuleSource.POLICY,
)

OVERRIDDEN = RuleCard(
    id="G27",
    citation="Cairn policy, agreements 27",
    statement="The data owner's counsel may override a finding, giving their name and a reason.",
    steward="{agreement}, {finding}: overridden by {by} on {on}. Reason: {reason}",
    next_step="Nothing.",
    met="{agreement}, {finding}: overridden by {by} on {on}. Reason: {reason}",
    severity=RuleSource.POLICY,
)

REFERENCE_KNOWN = RuleCard(
    id="G28",
    citation="Cairn policy, agreements 28",
    statement="The number of an agreement must be that of an agreement on record.",
    steward="No agreement on record has the number {agreement}.",
    next_step="Check the number in the list of agreements. If it is not there, record it first.",
    met="{agreement} is on record.",
    severity=RuleSource.POLICY,
)

ALL = tuple(card for card in dict(globals()).values() if isinstance(card, RuleCard))
