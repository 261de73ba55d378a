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
    withheld: str = "This project may not do this now. Its own page says why.",
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
    "Each step of a project follows on the one before it.",
    "The project is in the state '{state}'; to {event} is possible from: {allowed}.",
    "Open the project and do what its present step asks.",
    met="The project is in the state '{state}'.",
)

LIVE = _build_project_card(
    "J02",
    "A project touches data only while it is active or in analysis.",
    "{project} is in the state '{state}', in which it touches no data.",
    "See on the project's page which step it waits at, and for whom.",
    met="{project} is in the state '{state}'.",
)

NONE = _build_project_card(
    "J03",
    "Data are used for a project that is on record.",
    "No project was named that is on record.",
    "Name the project, by its reference, that this use belongs to.",
)

FIVE = _build_project_card(
    "J04",
    "The five key questions are answered before a project leaves draft.",
    "Not answered yet: {missing}.",
    "Answer each of the five questions in a sentence or two.",
    met="The five key questions are answered.",
)

PRINCIPLES = _build_project_card(
    "J05",
    "Each of the six principles is answered in words, not with a tick.",
    "Not answered yet: {missing}.",
    "Say for each principle what this project does about it.",
    met="The six principles are answered.",
)

HARMS = _build_project_card(
    "J06",
    "An evaluation says what good and what harm it could do to those it evaluates.",
    "The statement of benefit and harm is missing.",
    "Say who could be harmed by the evaluation, who gains, and what is done about it.",
    met="The statement of benefit and harm is there.",
)

ENGAGED = _build_project_card(
    "J07",
    "Those whom the data are about take part before any data are touched.",
    "Nobody has recorded who was engaged at the beginning, and what they changed.",
    "Meet them, and record on which day, who took part and what changed.",
    met="Engagement at the beginning is recorded ({on}).",
)

REFLECTED = _build_project_card(
    "J08",
    "A project closes with a reflection together with those whom the data are about.",
    "Nobody has recorded the reflection at the end.",
    "Record who looked back with you, what was learned, and what will change.",
    met="The reflection at the end is recorded ({on}).",
)

QUESTIONS = _build_project_card(
    "J09",
    "A project begins with a question that somebody asks.",
    "The project has no question that still stands and says who asks it.",
    "Write at least one question, and which group of people asks it.",
    met="{n:question stands|questions stand}.",
)

NO_QUESTION = _build_project_card(
    "J10",
    "No element is used without a question that it answers.",
    "{element} answers no question of this project that still stands.",
    "Leave {element} out, or name the question that it answers.",
    met="{element} answers: {questions}.",
    withheld="This data element is not part of the project.",
)

CHALLENGES = _build_project_card(
    "J11",
    "Whatever the request was challenged with is answered before it goes on.",
    "{n:challenge to the elements and years is|challenges to the elements and years are} "
    "not answered.",
    "Change the request, or say for each challenge why it is needed.",
    met="Every challenge to the elements and years is answered.",
)

LEVEL = _build_project_card(
    "J12",
    "A use has its usual level of data; an unusual one is explained.",
    "'{purpose}' usually takes data at the level of {usual}; this asks for '{level}'.",
    "Ask at the usual level, or say why the questions need this one.",
    met="The level '{level}' is usual for '{purpose}', or explained.",
)

PROVIDER = _build_project_card(
    "J13",
    "Every organization whose data a project uses has approved this version of it.",
    "{owner} has not approved version {version} of {project}.",
    "Ask the data steward of {owner} to answer on the project's page.",
    met="{owner} approved version {version} on {on}.",
)

DECLINED = _build_project_card(
    "J14",
    "The owner of data may decline, always and without a reason: exceptions permit, never compel.",
    "{owner} declined version {version} of {project}.",
    "Leave that owner's data out in a new version, or talk with {owner}.",
    citation="34 CFR 99.31(d)",
)

LEFT_OUT = _build_project_card(
    "J15",
    "An owner may approve a project and keep single elements back.",
    "{owner} keeps {element} back: {why}",
    "Work without {element}, or talk with {owner} about a coarser form.",
    citation="34 CFR 99.31(d)",
    withheld="This data element is not part of what was approved.",
)

NATIONS = _build_project_card(
    "J16",
    "Every project says whether it concerns members of a sovereign tribal nation.",
    "Nobody has said whether {project} concerns members of a tribal nation.",
    "Name the nations on the project's page, or say that there is none.",
    met="It is on record which tribal nations {project} concerns ({nations}).",
)

NATION = _build_project_card(
    "J17",
    "Data about a nation's members are used with that nation's approval.",
    "{nation} has not approved version {version} of {project}.",
    "Approach the nation through its own advocate, with a formal invitation, and record its word.",
    met="{nation} approved version {version} on {on}.",
)

BODY = _build_project_card(
    "J18",
    "Each body of the flow votes for a project before it touches data.",
    "The {body} has not voted for version {version} of {project} ({result}).",
    "Put the project on the agenda of the {body}.",
    met="The {body} voted for version {version} on {on}: {in_favor} of {cast:vote|votes}.",
)

CONDITION = _build_project_card(
    "J19",
    "Every condition of an approval is met before data are touched.",
    "Not met by {on}: {condition}",
    "Meet it, and have the data manager record the day.",
    met="Met: {condition}",
)

CHECKED = _build_project_card(
    "J20",
    "The partnership's staff check a project before the owners and the committee read it.",
    "Staff have not passed version {version} of {project}.",
    "Wait for the data manager's check.",
    met="Staff passed version {version} on {on}.",
)

SCORED = _build_project_card(
    "J21",
    "A proposal is scored on what the flow names, each with a reason.",
    "Not scored yet: {missing}.",
    "Give one to five points for each, and say why.",
    met="The proposal is scored.",
)

AUTHORIZED = _build_project_card(
    "J22",
    "A project touches data under a written authorization.",
    "{project} has no authorization.",
    "Once it is approved, the data manager authorizes it for named people until a day.",
    met="{project} is authorized.",
)

STARTED = _build_project_card(
    "J23",
    "An authorization counts from its first day.",
    "The authorization begins on {starts}; the day asked about is {on}.",
    "Wait until {starts}.",
    met="The authorization began on {starts}.",
)

ENDED = _build_project_card(
    "J24",
    "An authorization counts through its last day and not after.",
    "The authorization ended on {ends}.",
    "Propose a new version of the project with a later last day.",
    met="The authorization runs through {ends}.",
)

REVOKED = _build_project_card(
    "J25",
    "A revoked authorization allows nothing from that day.",
    "The authorization was revoked on {revoked}.",
    "Nothing more may be done with these data. Destroy what the agreements say.",
)

PERSON = _build_project_card(
    "J26",
    "An authorization names the people who may work with the data.",
    "This person is not among those named in the authorization of {project}.",
    "Ask the data manager whether you should be named, in a new version.",
    met="This person is named in the authorization.",
    withheld="You are not named in this project's authorization.",
)

ORGANIZATION = _build_project_card(
    "J27",
    "An authorization names the organizations for which people work with the data.",
    "'{organization}' is not among the organizations named in the authorization of {project}.",
    "Act for an organization that is named, or propose a new version.",
    met="'{organization}' is named in the authorization.",
)

PURPOSE = _build_project_card(
    "J28",
    "Data are used for the purpose that was authorized, and for no other.",
    "The authorization is for '{authorized}'; this is for '{purpose}'.",
    "Use the data for '{authorized}' only; another purpose needs a project of its own.",
    met="The purpose '{purpose}' is authorized.",
)

LEVEL_OF_USE = _build_project_card(
    "J29",
    "Data are used at the level that was authorized, or at one that shows less.",
    "The authorization is for the level '{authorized}'; this asks for '{level}'.",
    "Ask for the level '{authorized}'.",
    met="The level '{level}' is within what was authorized.",
)

ELEMENT = _build_project_card(
    "J30",
    "An authorization names every element; one that is not named is not used.",
    "{element} is not in the authorization of {project}.",
    "Leave {element} out, or propose a new version that says which question needs it.",
    met="{element} is in the authorization.",
    withheld="This data element is not part of the project.",
)

AGREEMENTS = _build_project_card(
    "J31",
    "A project rests on agreements that it names.",
    "{project} names no agreement that it rests on.",
    "Name the agreements under which the data come.",
    met="It rests on {agreements}.",
)

YEARS = _build_project_card(
    "J32",
    "A project says from which school year to which.",
    "The school years are missing, or the last is before the first.",
    "Name the first and the last school year that the questions need.",
    met="It asks for {first} to {last}.",
)

ELEMENTS = _build_project_card(
    "J33",
    "A project names the elements that it asks for.",
    "The project names no element yet.",
    "Pick elements for each question.",
    met="It names {n:element|elements}.",
)

TURN = _build_project_card(
    "J34",
    "A word on a project counts when it is that decider's turn, or time for comments.",
    "The project waits at '{step}', where it is not the turn of {decider}.",
    "Nothing to do now: the project's page says for whom it waits.",
    met="It is the turn of {decider}.",
)

CONCERNED = _build_project_card(
    "J35",
    "Those decide whose data, or whose members, a project concerns.",
    "{organization} is not among those whose word this project needs.",
    "Nothing to do: your organization's data are not in this project.",
    met="The word of {organization} is needed.",
)

OTHER_PERSON = _build_project_card(
    "J36",
    "Whoever asks for data does not decide about their own request.",
    "This person made the request.",
    "Ask a colleague to do it.",
    met="Somebody else made the request.",
)

FLOW = _build_project_card(
    "J37",
    "A project follows a way that leads to data only through engagement, approval and leave.",
    "The flow of this project may not be used: {fault}",
    "Choose another flow, or have the data manager correct it.",
)

WITHIN = _build_project_card(
    "J38",
    "An authorization goes no further than what was approved.",
    "Beyond what was approved: {beyond}.",
    "Authorize less, or propose a new version.",
    met="The authorization stays within what was approved.",
)

TERM = _build_project_card(
    "J39",
    "An authorization has a last day, and names the people and what comes out of it.",
    "The authorization lacks: {missing}.",
    "Write it down before you authorize.",
    met="People, organizations, outputs and last day are named.",
)

WAITS = _build_project_card(
    "J40",
    "A step is done once everyone who decides it has spoken, or its time for comments is over.",
    "Still waiting for: {who}.",
    "Wait for them until {due}, or remind them.",
    met="Everyone who decides '{step}' has spoken, or had the time to.",
)

YEARS_OF_USE = _build_project_card(
    "J41",
    "An authorization names school years; data of other years are not used under it.",
    "The authorization of {project} is for {authorized}, not for {asked}.",
    "Ask for those years only, or propose a new version that says why others are needed.",
    met="{asked} is within the school years of the authorization.",
)

FILE_OF_USE = _build_project_card(
    "J42",
    "Where an authorization names files, data leave in a file of one of these names.",
    "The authorization of {project} names {authorized}, not {asked}.",
    "Use a file of the name that was authorized, or propose a new version that names this one.",
    met="{asked} is a file that the authorization names.",
)

ALL: Final = tuple(card for card in dict(globals()).values() if isinstance(card, RuleCard))
