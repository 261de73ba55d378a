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
    ProjectState.FEEDBACK: _("Out for feedback"),
    ProjectState.NARROWED: _("Being narrowed"),
    ProjectState.SUBMITTED: _("Submitted"),
    ProjectState.STAFF_CHECK: _("With the staff"),
    ProjectState.PROVIDER_REVIEW: _("With the data owners"),
    ProjectState.COMMITTEE: _("With the committee"),
    ProjectState.CONDITIONS: _("Approved, conditions open"),
    ProjectState.RETURNED: _("Sent back"),
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
    Purpose.SERVICE_COORDINATION: _("Coordinating services"),
}

_LEVELS = {
    Level.POPULATION: _("Whole populations"),
    Level.PROGRAM: _("Programs"),
    Level.INDIVIDUAL: _("Individual children"),
    Level.SYSTEMS: _("Systems"),
}

_DECIDERS = {
    Decider.REQUESTER: _("Those who ask"),
    Decider.STAFF: _("The partnership's staff"),
    Decider.PROVIDERS: _("The data owners"),
    Decider.NATIONS: _("Tribal nations"),
    Decider.COMMITTEE: _("The data committee"),
    Decider.EXECUTIVE: _("The executive body"),
    Decider.PUBLIC: _("The public"),
}

_ANSWERS = {
    StepAnswer.COMMENT: _("Comment"),
    StepAnswer.APPROVE: _("Approved"),
    StepAnswer.RETURN: _("Sent back"),
    StepAnswer.DECLINE: _("Declined"),
}

_BALLOTS = {
    Ballot.APPROVE: _("For it"),
    Ballot.CONDITIONS: _("For it, on conditions"),
    Ballot.RETURN: _("Send it back"),
    Ballot.REJECT: _("Against it"),
    Ballot.ABSTAIN: _("Abstain"),
}

_BODIES = {
    BodyKind.COMMITTEE: _("Data committee"),
    BodyKind.EXECUTIVE: _("Executive body"),
}

_CONFLICTS = {
    ConflictOfInterest.LEADS: _("Their organization asks for the data"),
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
    VoteResult.OPEN: _("it is still open"),
    VoteResult.NO_QUORUM: _("too few voted"),
    VoteResult.NO_FAMILY_SEAT: _("no seat of families was filled"),
    VoteResult.APPROVED: _("approved"),
    VoteResult.CONDITIONS: _("approved, on conditions"),
    VoteResult.RETURNED: _("sent back"),
    VoteResult.REJECTED: _("not approved"),
}

CONFLICTS = tuple((conflict.value, label) for conflict, label in _CONFLICTS.items())

POLICIES = (
    ("charter", _("Charter")),
    ("data_use", _("Data use")),
    ("compliance_risk", _("Compliance and risk")),
    ("data_quality", _("Data quality")),
    ("technology_architecture", _("Technology architecture")),
    ("exchange_standards", _("Exchange standards")),
    ("service_levels", _("Service levels")),
)

KEY_QUESTION_LABELS = {
    KeyQuestion.WHY: _("Why do you want to share data? Which result for children is it for?"),
    KeyQuestion.WHAT: _("What data are needed, and at which level?"),
    KeyQuestion.WHO: _("Who provides them, who works with them, who is told?"),
    KeyQuestion.HOW: _("How are they shared, lawfully and safely?"),
    KeyQuestion.WHERE: _("Where do they live, and who owns them?"),
}

PRINCIPLE_LABELS = {
    Principle.ALIGNMENT: _(
        "How does it work against racism and for children furthest from justice?"
    ),
    Principle.RESOURCES: _("Who has the time, money and skill for it, and who is paid?"),
    Principle.RELATIONSHIPS: _("What do those whom the data are about gain, and how do they know?"),
    Principle.CENTERING: _("How does it center communities and show barriers instead of blaming?"),
    Principle.STEWARDSHIP: _("How are the data kept, used and answered for, ethically?"),
    Principle.REGIONAL_IMPACT: _("Which change across the region was agreed with those it is for?"),
}

NEED_LABELS = {
    StepRequirement.FIVE_QUESTIONS: _("The five key questions are answered"),
    StepRequirement.PRINCIPLES: _("The six principles are answered"),
    StepRequirement.QUESTIONS: _("At least one question stands, and says who asks it"),
    StepRequirement.ELEMENTS: _("Every element has a question, and the years are named"),
    StepRequirement.MINIMIZATION: _("Every challenge to the elements is answered"),
    StepRequirement.LEVEL: _("The level of data is the usual one, or explained"),
    StepRequirement.NATIONS: _("It says which tribal nations it concerns, or none"),
    StepRequirement.HARM_STATEMENT: _("An evaluation states its benefit and harm"),
    StepRequirement.ENGAGEMENT: _("Those whom the data are about were engaged"),
    StepRequirement.SCORES: _("The proposal is scored"),
    StepRequirement.LICENSE: _("The agreements it rests on are named"),
    StepRequirement.REFLECTION: _("The reflection at the end is recorded"),
}
