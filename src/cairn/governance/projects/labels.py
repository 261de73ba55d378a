"""Label the codes of projects, bodies and policies for pages."""

from django.utils.translation import gettext_lazy as _

from cairn.policy.checks import VoteResult
from cairn.policy.facts import BodyKind, ConflictOfInterest
from cairn.policy.vocabulary import (
    Ballot,
    Decider,
    KeyQuestion,
    Level,
    Principle,
    ProjectState,
    Purpose,
    StepAnswer,
    StepRequirement,
)

__all__ = ["DECIDERS", "LEVELS", "PURPOSES", "STATES"]

_STATES = {
    ProjectState.IDEA: _("Idea"),
    ProjectState.FEEDBACK: _("Collecting feedback"),
    ProjectState.NARROWED: _("Narrowing the request"),
    ProjectState.SUBMITTED: _("Submitted"),
    ProjectState.STAFF_CHECK: _("Staff review"),
    ProjectState.PROVIDER_REVIEW: _("Data owner review"),
    ProjectState.COMMITTEE: _("Committee review"),
    ProjectState.CONDITIONS: _("Approved with conditions"),
    ProjectState.RETURNED: _("Returned for changes"),
    ProjectState.REJECTED: _("Not approved"),
    ProjectState.APPROVED: _("Approved"),
    ProjectState.ACTIVE: _("Active"),
    ProjectState.ANALYSIS: _("In analysis"),
    ProjectState.CLOSING: _("Closing"),
    ProjectState.CLOSED: _("Closed"),
    ProjectState.SUPERSEDED: _("Replaced by a newer version"),
    ProjectState.WITHDRAWN: _("Withdrawn"),
}

_PURPOSES = {
    Purpose.PUBLIC_REPORTING: _("Public reporting"),
    Purpose.PROGRAM_EVALUATION: _("Program evaluation"),
    Purpose.RESEARCH: _("Research"),
    Purpose.IMPROVE_INSTRUCTION: _("Improving instruction"),
    Purpose.SERVICE_COORDINATION: _("Service coordination"),
    Purpose.ADAPTIVE_LEARNING: _("Adaptive learning"),
    Purpose.SERVICE_IMPROVEMENT: _("Improving the contracted service"),
    Purpose.PRODUCT_IMPROVEMENT: _("Improving products with de-identified records"),
}

_LEVELS = {
    Level.POPULATION: _("Population"),
    Level.PROGRAM: _("Program"),
    Level.INDIVIDUAL: _("Individual student"),
    Level.SYSTEMS: _("Systems"),
}

_DECIDERS = {
    Decider.REQUESTER: _("Requester"),
    Decider.STAFF: _("Partnership staff"),
    Decider.PROVIDERS: _("Data owners"),
    Decider.NATIONS: _("Tribal nations"),
    Decider.COMMITTEE: _("Data committee"),
    Decider.EXECUTIVE: _("Executive body"),
    Decider.PUBLIC: _("Public"),
}

_ANSWERS = {
    StepAnswer.COMMENT: _("Comment"),
    StepAnswer.APPROVE: _("Approved"),
    StepAnswer.RETURN: _("Returned for changes"),
    StepAnswer.DECLINE: _("Declined"),
}

_BALLOTS = {
    Ballot.APPROVE: _("Approve"),
    Ballot.CONDITIONS: _("Approve with conditions"),
    Ballot.RETURN: _("Return for changes"),
    Ballot.REJECT: _("Reject"),
    Ballot.ABSTAIN: _("Abstain"),
}

_BODIES = {
    BodyKind.COMMITTEE: _("Data committee"),
    BodyKind.EXECUTIVE: _("Executive body"),
}

_CONFLICTS = {
    ConflictOfInterest.LEADS: _("Their organization requests the data"),
    ConflictOfInterest.RECEIVES: _("Their organization would receive the data"),
    ConflictOfInterest.WORKS_ON_IT: _("They would work on the project"),
}

STATES = tuple((state.value, label) for state, label in _STATES.items())
PURPOSES = tuple((purpose.value, label) for purpose, label in _PURPOSES.items())
LEVELS = tuple((level.value, label) for level, label in _LEVELS.items())
DECIDERS = tuple((decider.value, label) for decider, label in _DECIDERS.items())
ANSWERS = tuple((answer.value, label) for answer, label in _ANSWERS.items())
BALLOTS = tuple((ballot.value, label) for ballot, label in _BALLOTS.items())
BODIES = tuple((kind.value, label) for kind, label in _BODIES.items())

RESULT_LABELS = {
    VoteResult.OPEN: _("voting is still open"),
    VoteResult.NO_QUORUM: _("no quorum"),
    VoteResult.NO_FAMILY_SEAT: _("the seat for families was not filled"),
    VoteResult.APPROVED: _("approved"),
    VoteResult.CONDITIONS: _("approved with conditions"),
    VoteResult.RETURNED: _("returned for changes"),
    VoteResult.REJECTED: _("not approved"),
}

CONFLICTS = tuple((conflict.value, label) for conflict, label in _CONFLICTS.items())

POLICIES = (
    ("charter", _("Charter")),
    ("data_use", _("Data use and access")),
    ("compliance_risk", _("Compliance and risk")),
    ("data_quality", _("Data quality")),
    ("technology_architecture", _("Technology architecture")),
    ("exchange_standards", _("Exchange standards")),
    ("service_levels", _("Service levels")),
)

POLICY_DESCRIPTIONS = {
    "charter": _("The partnership's purpose, members, decision makers and voting rules"),
    "data_use": _("Who may use data, for which purposes, and how to request them"),
    "compliance_risk": _("Laws to follow, privacy incidents, and how risks are reviewed"),
    "data_quality": _("How data are checked, corrected and documented"),
    "technology_architecture": _("Where data are stored and how they are secured"),
    "exchange_standards": _("File formats, code lists and secure transfer"),
    "service_levels": _("Deadlines for submissions, responses and support"),
}

KEY_QUESTION_LABELS = {
    KeyQuestion.WHY: _(
        "Why do you want to share data? Which outcome for children should it improve?"
    ),
    KeyQuestion.WHAT: _("What data are needed, and at which level?"),
    KeyQuestion.WHO: _("Who provides the data, who uses them, and who is informed?"),
    KeyQuestion.HOW: _("How will the data be shared lawfully and securely?"),
    KeyQuestion.WHERE: _("Where are the data stored, and who owns them?"),
}

PRINCIPLE_LABELS = {
    Principle.ALIGNMENT: _(
        "How does the project work against racism and for the children who are furthest from "
        "educational justice?"
    ),
    Principle.RESOURCES: _("Who has the time, money and skills for the project, and who is paid?"),
    Principle.RELATIONSHIPS: _(
        "How do the people in the data benefit, and how will they learn the results?"
    ),
    Principle.CENTERING: _(
        "How does the project center communities and show barriers instead of blame?"
    ),
    Principle.STEWARDSHIP: _("How are the data stored, used and overseen ethically?"),
    Principle.REGIONAL_IMPACT: _(
        "Which regional change was agreed on with the people it should benefit?"
    ),
}

NEED_LABELS = {
    StepRequirement.FIVE_QUESTIONS: _("The five key questions are answered"),
    StepRequirement.PRINCIPLES: _("The six principles are answered"),
    StepRequirement.QUESTIONS: _("At least one question is listed, with who asks it"),
    StepRequirement.ELEMENTS: _(
        "Every data element has a question, and the school years are entered"
    ),
    StepRequirement.MINIMIZATION: _("Every data minimization question is answered"),
    StepRequirement.LEVEL: _("The level of data is usual for this use, or is explained"),
    StepRequirement.NATIONS: _("The Tribal nations concerned are named, or none is confirmed"),
    StepRequirement.HARM_STATEMENT: _("An evaluation describes its benefits and possible harm"),
    StepRequirement.ENGAGEMENT: _("The people in the data were engaged"),
    StepRequirement.SCORES: _("The proposal is scored"),
    StepRequirement.LICENSE: _("The agreements are named"),
    StepRequirement.REFLECTION: _("The closing reflection is recorded"),
}
