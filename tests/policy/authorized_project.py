"""A project that is authorized in every respect, so that a test can take one thing away."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from types import MappingProxyType
from typing import Final

from cairn.policy.facts.projects.committee import BodyFact, BodyKind, Hearing, SeatFact, VoteFact
from cairn.policy.facts.projects.project import (
    AuthorizationFact,
    DeciderResponseFact,
    EquityStepFact,
    Flow,
    FlowStep,
    ProjectFact,
    ProjectQuestionFact,
)
from cairn.policy.vocabulary.data_use import Level, Purpose
from cairn.policy.vocabulary.projects import (
    Ballot,
    Decider,
    KeyQuestion,
    NoResponseEffect,
    Principle,
    ProjectState,
    StepAnswer,
    StepRequirement,
)

DAY: Final = date(2026, 6, 1)
_S, _D = ProjectState, Decider

FLOW: Final = Flow(
    name="full",
    title="A full flow",
    authorization="leave",
    criteria=("benefit", "feasibility"),
    steps=(
        FlowStep(
            "idea",
            "The idea",
            (_D.REQUESTER,),
            _S.IDEA,
            (
                StepRequirement.FIVE_QUESTIONS,
                StepRequirement.QUESTIONS,
                StepRequirement.PRINCIPLES,
                StepRequirement.NATIONS,
            ),
        ),
        FlowStep(
            "feedback",
            "Feedback",
            (_D.PROVIDERS, _D.PUBLIC),
            _S.FEEDBACK,
            days=15,
            silence=NoResponseEffect.LAPSES,
        ),
        FlowStep(
            "narrow",
            "Narrowing",
            (_D.REQUESTER,),
            _S.NARROWED,
            (
                StepRequirement.ELEMENTS,
                StepRequirement.MINIMIZATION,
                StepRequirement.LEVEL,
                StepRequirement.HARM_STATEMENT,
                StepRequirement.ENGAGEMENT,
            ),
        ),
        FlowStep("submitted", "Submitted", (_D.STAFF,), _S.SUBMITTED, days=5),
        FlowStep("check", "Staff check", (_D.STAFF,), _S.STAFF_CHECK, (StepRequirement.SCORES,)),
        FlowStep("owners", "Owners", (_D.PROVIDERS, _D.NATIONS), _S.PROVIDER_REVIEW, days=20),
        FlowStep("committee", "Committee", (_D.COMMITTEE,), _S.COMMITTEE, days=30),
        FlowStep("board", "Executive body", (_D.EXECUTIVE,), _S.COMMITTEE, days=30),
        FlowStep("leave", "Authorization", (_D.STAFF,), _S.APPROVED, (StepRequirement.LICENSE,)),
        FlowStep("transfer", "Transfer", (_D.STAFF,), _S.ACTIVE),
        FlowStep("analysis", "Analysis", (_D.REQUESTER,), _S.ANALYSIS),
        FlowStep("closing", "Closing", (_D.REQUESTER,), _S.CLOSING, (StepRequirement.REFLECTION,)),
    ),
)
QUESTION_OF: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {"student.grade": ("Q1",), "absence.days": ("Q1", "Q2")}
)


def body(kind: BodyKind = BodyKind.COMMITTEE, **changes: object) -> BodyFact:
    """A body of four, one of them for families."""
    seats = (
        SeatFact("11", "hub", date(2025, 1, 1)),
        SeatFact("12", "river", date(2025, 1, 1)),
        SeatFact("13", "families", date(2025, 1, 1), for_families=True),
        SeatFact("14", "college", date(2025, 1, 1), date(2027, 12, 31)),
    )
    whole = BodyFact(slug=kind.value, kind=kind, seats=seats)
    return replace(whole, **changes)  # type: ignore[arg-type]


def hearing(kind: BodyKind = BodyKind.COMMITTEE, **changes: object) -> Hearing:
    """A hearing in which three of four voted for the project."""
    votes = tuple(VoteFact(person, Ballot.APPROVE, DAY) for person in ("11", "12", "13"))
    whole = Hearing(body=body(kind), version=1, votes=votes, closed_on=DAY)
    return replace(whole, **changes)  # type: ignore[arg-type]


def build_authorization(**changes: object) -> AuthorizationFact:
    """The leave to use two elements for two questions, for one person."""
    whole = AuthorizationFact(
        project="P-1",
        question_of=QUESTION_OF,
        purpose=Purpose.PROGRAM_EVALUATION,
        elements=frozenset(QUESTION_OF),
        first_year="2023-24",
        last_year="2025-26",
        level=Level.INDIVIDUAL,
        staff=frozenset({"7"}),
        organizations=frozenset({"hub"}),
        agreements=("A",),
        outputs=("A report",),
        starts=date(2026, 7, 1),
        ends=date(2027, 6, 30),
    )
    return replace(whole, **changes)  # type: ignore[arg-type]


def build_response(
    decider: Decider, organization: str = "", **changes: object
) -> DeciderResponseFact:
    """A word of approval."""
    step = {_D.STAFF: "check", _D.PROVIDERS: "owners", _D.NATIONS: "owners"}[decider]
    whole = DeciderResponseFact(step, decider, organization, StepAnswer.APPROVE, "21", DAY)
    return replace(whole, **changes)  # type: ignore[arg-type]


def project(**changes: object) -> ProjectFact:
    """A project in analysis, authorized, with one owner and one nation."""
    whole = ProjectFact(
        reference="P-1",
        title="Do children who come to tutoring miss less school?",
        state=_S.ANALYSIS,
        purpose=Purpose.PROGRAM_EVALUATION,
        lead="hub",
        requester="7",
        five=dict.fromkeys((k.value for k in KeyQuestion), "In a sentence."),
        principles=dict.fromkeys((p.value for p in Principle), "In a sentence."),
        harms="Who could be harmed, and what is done about it.",
        questions=(
            ProjectQuestionFact("Q1", "Do they miss less?", asked_by="Families"),
            ProjectQuestionFact("Q2", "Since when?", asked_by="Tutors", parent="Q1"),
        ),
        question_of=QUESTION_OF,
        first_year="2023-24",
        last_year="2025-26",
        providers=frozenset({"river"}),
        nations=frozenset({"nation"}),
        flow=FLOW,
        step="analysis",
        since=DAY,
        words=(
            build_response(_D.STAFF),
            build_response(_D.PROVIDERS, "river"),
            build_response(_D.NATIONS, "nation"),
        ),
        hearings=(hearing(), hearing(BodyKind.EXECUTIVE)),
        scores=dict.fromkeys(FLOW.criteria, 4),
        challenges=0,
        agreements=("A",),
        staff=frozenset({"7"}),
        organizations=frozenset({"hub"}),
        engagement=(
            EquityStepFact(date(2026, 3, 1), "Two parents' circles", "The second question"),
        ),
        authorization=build_authorization(),
    )
    return replace(whole, **changes)  # type: ignore[arg-type]
