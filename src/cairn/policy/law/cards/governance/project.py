"""State what a project needs before it uses data: questions, approvals and an authorization."""

from typing import Final

from cairn.policy.law.rule_card import RuleCard, RuleSource
from cairn.policy.vocabulary import Audience

_NUMBER: Final = slice(1, None)


def _build_project_card(
    number: str,
    statement: str,
    steward: str,
    next_step: str,
    *,
    met: str = "",
    citation: str = "",
    withheld: str = "This project cannot do this now. The project's page explains why.",
) -> RuleCard:
    """Build a card of the partnership's own policy about projects, or of the law if one is
    cited.
    """
    return RuleCard(
        id=number,
        citation=citation or f"Cairn policy, projects {number[_NUMBER].lstrip('0')}",
        statement=statement,
        steward=steward,
        next_step=next_step,
        met=met,
        severity=RuleSource.LAW if citation else RuleSource.POLICY,
        withheld=withheld,
        others={Audience.RECIPIENT: withheld},
    )


STATE = _build_project_card(
    "J01",
    "A project moves through its steps in order.",
    "The project's status is '{state}'. To {event}, its status must be: {allowed}.",
    "Open the project and complete its current step.",
    met="The project's status is '{state}'.",
)

LIVE = _build_project_card(
    "J02",
    "A project may use data only while it is active or in analysis.",
    "{project} has the status '{state}' and may not use data.",
    "The project's page shows its current step and who must act.",
    met="{project} has the status '{state}'.",
)

NONE = _build_project_card(
    "J03",
    "Data may be used only for a project on record.",
    "The request does not name a project on record.",
    "Enter the reference number of the project.",
)

FIVE = _build_project_card(
    "J04",
    "A project must answer the five key questions before it leaves draft.",
    "Not answered: {missing}.",
    "Answer each of the five questions in one or two sentences.",
    met="The five key questions are answered.",
)

PRINCIPLES = _build_project_card(
    "J05",
    "A project must explain in writing how it meets each of the six principles.",
    "Not answered: {missing}.",
    "For each principle, explain what this project does.",
    met="The six principles are answered.",
)

HARMS = _build_project_card(
    "J06",
    ("An evaluation must state its possible benefits and harms for the people it evaluates."),
    "The statement of benefits and harms is missing.",
    "State who could be harmed by the evaluation, who benefits, and how you reduce harm.",
    met="The statement of benefits and harms is complete.",
)

ENGAGED = _build_project_card(
    "J07",
    "A project must engage the people the data are about before it uses any data.",
    "Engagement at the start of the project is not recorded.",
    "Meet with them. Then record the date, who took part and what changed.",
    met="Engagement at the start is recorded ({on}).",
)

REFLECTED = _build_project_card(
    "J08",
    "A project closes with a reflection with the people the data are about.",
    "The closing reflection is not recorded.",
    "Record who took part in the reflection, what was learned and what will change.",
    met="The closing reflection is recorded ({on}).",
)

QUESTIONS = _build_project_card(
    "J09",
    "A project must start from a question, and name the group that asks it.",
    "The project has no open question that names the group asking it.",
    "Add at least one question, and name the group that asks it.",
    met="{n:open question|open questions}.",
)

NO_QUESTION = _build_project_card(
    "J10",
    "Each data element must serve a question of the project.",
    "{element} does not serve an open question of this project.",
    "Leave out {element}, or name the question it serves.",
    met="{element} serves: {questions}.",
    withheld="This data element is not part of the project.",
)

CHALLENGES = _build_project_card(
    "J11",
    "Concerns raised about a request must be answered before it moves forward.",
    (
        "{n:concern about the elements and years is|concerns about the elements and years "
        "are} not answered."
    ),
    "Change the request, or explain for each concern why the data are needed.",
    met="All concerns about the elements and years are answered.",
)

LEVEL = _build_project_card(
    "J12",
    "Each purpose has a usual level of detail. A different level must be explained.",
    ("'{purpose}' usually requires data at the level {usual}. This request is for '{level}'."),
    "Request the usual level, or explain why the questions need this one.",
    met="The level '{level}' is usual for '{purpose}', or is explained.",
)

PROVIDER = _build_project_card(
    "J13",
    "Each data owner must approve this version of the project.",
    "{owner} has not approved version {version} of {project}.",
    "Ask the data steward of {owner} to respond on the project's page.",
    met="{owner} approved version {version} on {on}.",
)

DECLINED = _build_project_card(
    "J14",
    (
        "A data owner may decline at any time, without a reason. FERPA's exceptions permit "
        "disclosure but do not require it."
    ),
    "{owner} declined version {version} of {project}.",
    "Propose a new version without this owner's data, or contact {owner}.",
    citation="34 CFR 99.31(d)",
)

LEFT_OUT = _build_project_card(
    "J15",
    "A data owner may approve a project but withhold some data elements.",
    "{owner} withholds {element}: {why}",
    "Work without {element}, or ask {owner} about a less detailed form.",
    citation="34 CFR 99.31(d)",
    withheld="This data element is not part of what was approved.",
)

NATIONS = _build_project_card(
    "J16",
    "Every project must state whether it concerns members of a Tribal nation.",
    "{project} does not state whether it concerns members of a Tribal nation.",
    "On the project's page, name the Tribal nations or state that there are none.",
    met="The project states which Tribal nations {project} concerns ({nations}).",
)

NATION = _build_project_card(
    "J17",
    "Data about members of a Tribal nation may be used only with that nation's approval.",
    "{nation} has not approved version {version} of {project}.",
    (
        "Send the nation a formal invitation through its own representative, and record its "
        "response."
    ),
    met="{nation} approved version {version} on {on}.",
)

BODY = _build_project_card(
    "J18",
    ("Each committee in the project's workflow must vote for it before the project uses data."),
    "The {body} has not voted for version {version} of {project} ({result}).",
    "Put the project on the agenda of the {body}.",
    met="The {body} voted for version {version} on {on}: {in_favor} of {cast:vote|votes}.",
)

CONDITION = _build_project_card(
    "J19",
    "All conditions of an approval must be met before the project uses data.",
    "Not met by {on}: {condition}",
    "Meet this condition, and ask the data manager to record the date.",
    met="Met: {condition}",
)

CHECKED = _build_project_card(
    "J20",
    ("Partnership staff review each project before it goes to the data owners and the committee."),
    "Staff have not approved version {version} of {project}.",
    "Wait for the data manager's review.",
    met="Staff approved version {version} on {on}.",
)

SCORED = _build_project_card(
    "J21",
    "A proposal must be scored on each criterion, with a reason.",
    "Not scored: {missing}.",
    "Score each criterion from one to five, and give a reason.",
    met="The proposal is scored.",
)

AUTHORIZED = _build_project_card(
    "J22",
    "A project may use data only under a written authorization.",
    "{project} has no authorization.",
    (
        "After the project is approved, the data manager authorizes named people through an "
        "end date."
    ),
    met="{project} is authorized.",
)

STARTED = _build_project_card(
    "J23",
    "An authorization takes effect on its first day.",
    "The authorization starts on {starts}. The request is for {on}.",
    "Wait until {starts}.",
    met="The authorization started on {starts}.",
)

ENDED = _build_project_card(
    "J24",
    "An authorization is valid through its last day.",
    "The authorization ended on {ends}.",
    "Propose a new version of the project with a later end date.",
    met="The authorization is valid through {ends}.",
)

REVOKED = _build_project_card(
    "J25",
    "Data may not be used after the authorization is revoked.",
    "The authorization was revoked on {revoked}.",
    "Stop using these data. Destroy them as the agreements require.",
)

PERSON = _build_project_card(
    "J26",
    "An authorization must name the authorized users.",
    "This person is not an authorized user of {project}.",
    "Ask the data manager to add you in a new version.",
    met="This person is an authorized user.",
    withheld="You are not an authorized user of this project.",
)

ORGANIZATION = _build_project_card(
    "J27",
    "An authorization must name the organizations of the authorized users.",
    "The authorization of {project} does not name '{organization}'.",
    "Act for an organization that is named, or propose a new version.",
    met="The authorization names '{organization}'.",
)

PURPOSE = _build_project_card(
    "J28",
    "Data may be used only for the authorized purpose.",
    "The authorized purpose is '{authorized}'. This request is for '{purpose}'.",
    "Use the data for '{authorized}' only. Another purpose needs its own project.",
    met="The purpose '{purpose}' is authorized.",
)

LEVEL_OF_USE = _build_project_card(
    "J29",
    "Data may be used only at the authorized level or a less detailed one.",
    "The authorized level is '{authorized}'. This request is for '{level}'.",
    "Request the level '{authorized}'.",
    met="The level '{level}' is authorized.",
)

ELEMENT = _build_project_card(
    "J30",
    "Only elements named in the authorization may be used.",
    "The authorization of {project} does not name {element}.",
    "Leave out {element}, or propose a new version that states which question needs it.",
    met="The authorization names {element}.",
    withheld="This data element is not part of the project.",
)

AGREEMENTS = _build_project_card(
    "J31",
    "A project must name the agreements it uses.",
    "{project} does not name an agreement.",
    "Name the agreements that cover the data.",
    met="The project uses {agreements}.",
)

YEARS = _build_project_card(
    "J32",
    "A project must state its first and last school year.",
    "The school years are missing, or the last year is before the first.",
    "Enter the first and last school year that the questions need.",
    met="The project requests {first} to {last}.",
)

ELEMENTS = _build_project_card(
    "J33",
    "A project must name the data elements it requests.",
    "The project does not name any data elements.",
    "Choose data elements for each question.",
    met="The project names {n:data element|data elements}.",
)

TURN = _build_project_card(
    "J34",
    (
        "Each decision maker responds when the project reaches their step, or during the "
        "comment period."
    ),
    "The project is at the step '{step}', which does not wait for {decider}.",
    "No action is needed now. The project's page shows who must act.",
    met="The step '{step}' waits for {decider}.",
)

CONCERNED = _build_project_card(
    "J35",
    (
        "Only organizations whose data a project uses, or whose members it concerns, decide "
        "about it."
    ),
    "This project does not need a decision from {organization}.",
    "No action is needed. This project does not use your organization's data.",
    met="This project needs a decision from {organization}.",
)

OTHER_PERSON = _build_project_card(
    "J36",
    "The person who requests data may not decide about their own request.",
    "This person made the request.",
    "Ask a colleague to decide.",
    met="A different person made the request.",
)

FLOW = _build_project_card(
    "J37",
    (
        "A project's workflow must require engagement, approval and authorization before "
        "data are used."
    ),
    "The workflow of this project cannot be used: {fault}",
    "Choose another workflow, or ask the data manager to correct this one.",
)

WITHIN = _build_project_card(
    "J38",
    "An authorization may not exceed what was approved.",
    "Not approved: {beyond}.",
    "Remove this from the authorization, or propose a new version.",
    met="The authorization does not exceed what was approved.",
)

TERM = _build_project_card(
    "J39",
    "An authorization must state its end date, the authorized users and the outputs.",
    "Missing from the authorization: {missing}.",
    "Add this before you authorize the project.",
    met="The authorization states its users, organizations, outputs and end date.",
)

WAITS = _build_project_card(
    "J40",
    ("A step is complete when everyone who decides has responded, or the comment period is over."),
    "Waiting for: {who}.",
    "Wait until {due}, or send a reminder.",
    met="Everyone who decides '{step}' has responded, or the comment period is over.",
)

YEARS_OF_USE = _build_project_card(
    "J41",
    "Only data of the authorized school years may be used.",
    "The authorization of {project} covers {authorized}, not {asked}.",
    ("Request only those years, or propose a new version that explains why more are needed."),
    met="The authorization covers {asked}.",
)

FILE_OF_USE = _build_project_card(
    "J42",
    ("If an authorization lists file names, data may be sent only in files with those names."),
    "The authorization of {project} names {authorized}, not {asked}.",
    "Use an authorized file name, or propose a new version that adds this one.",
    met="The authorization names the file {asked}.",
)

NOTICE = _build_project_card(
    "J43",
    (
        "The comment period of a data owner begins when a notice is delivered to it. Without a "
        "delivered notice, silence is no answer."
    ),
    "No notice of this step was delivered to: {who}. Its comment period has not begun.",
    "Contact the data owner, and correct the email address of its data steward.",
)

ALL: Final = tuple(card for card in dict(globals()).values() if isinstance(card, RuleCard))
