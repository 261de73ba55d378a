"""States, deciders, answers and votes in a project's workflow."""

from enum import StrEnum

__all__ = [
    "Ballot",
    "Decider",
    "KeyQuestion",
    "NoResponseEffect",
    "Principle",
    "ProjectState",
    "StepAnswer",
    "StepRequirement",
]


class NoResponseEffect(StrEnum):
    """The effect of a missing answer once the agreed days are over.

    ``LAPSES``: the right to answer ends. ``WAITS``: the step waits for the answer.
    """

    LAPSES = "lapses"
    WAITS = "waits"


class ProjectState(StrEnum):
    """The states of a project version. Whether it may use data is computed for a date."""

    IDEA = "idea"
    FEEDBACK = "feedback"
    NARROWED = "narrowed"
    SUBMITTED = "submitted"
    STAFF_CHECK = "staff_check"
    PROVIDER_REVIEW = "provider_review"
    COMMITTEE = "committee"
    CONDITIONS = "conditions"
    RETURNED = "returned"
    REJECTED = "rejected"
    APPROVED = "approved"
    ACTIVE = "active"
    ANALYSIS = "analysis"
    CLOSING = "closing"
    CLOSED = "closed"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"


class StepAnswer(StrEnum):
    """The answer that a decider gives to a project in one step."""

    COMMENT = "comment"
    APPROVE = "approve"
    RETURN = "return"
    DECLINE = "decline"


class Decider(StrEnum):
    """The people and bodies that complete a step of a project's workflow."""

    REQUESTER = "requester"
    STAFF = "staff"
    PROVIDERS = "providers"
    NATIONS = "nations"
    COMMITTEE = "committee"
    EXECUTIVE = "executive"
    PUBLIC = "public"


class Ballot(StrEnum):
    """The vote of one member of a body."""

    APPROVE = "approve"
    CONDITIONS = "conditions"
    RETURN = "return"
    REJECT = "reject"
    ABSTAIN = "abstain"


class KeyQuestion(StrEnum):
    """Name the five questions that every project answers first."""

    WHY = "why"
    WHAT = "what"
    WHO = "who"
    HOW = "how"
    WHERE = "where"


class Principle(StrEnum):
    """Name the six principles that every project addresses in its own words."""

    ALIGNMENT = "alignment"
    RESOURCES = "resources"
    RELATIONSHIPS = "relationships"
    CENTERING = "centering"
    STEWARDSHIP = "stewardship"
    REGIONAL_IMPACT = "regional_impact"


class StepRequirement(StrEnum):
    """Name what must be present before a step is done."""

    FIVE_QUESTIONS = "five_questions"
    PRINCIPLES = "principles"
    QUESTIONS = "questions"
    ELEMENTS = "elements"
    MINIMIZATION = "minimization"
    LEVEL = "level"
    NATIONS = "nations"
    HARM_STATEMENT = "harm_statement"
    ENGAGEMENT = "engagement"
    SCORES = "scores"
    LICENSE = "license"
    REFLECTION = "reflection"
