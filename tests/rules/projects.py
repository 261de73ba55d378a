"""A project that is authorized in every respect, so that a test can take one thing away."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from types import MappingProxyType
from typing import Final

from cairn.rules.committee import Body, BodyKind, Hearing, Seat, Vote
from cairn.rules.flow import Flow, FlowStep, Need
from cairn.rules.project import (
    Authorization,
    EquityStep,
    KeyQuestion,
    Principle,
    ProjectFact,
    Question,
    Word,
)
from cairn.rules.vocabulary import (
    Ballot,
    Decider,
    Level,
    ProjectState,
    Purpose,
    Silence,
    StepAnswer,
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
            (Need.FIVE_QUESTIONS, Need.QUESTIONS, Need.PRINCIPLES, Need.NATIONS),
        ),
        FlowStep(
            "feedback",
            "Feedback",
            (_D.PROVIDERS, _D.PUBLIC),
            _S.FEEDBACK,
            days=15,
            silence=Silence.LAPSES,
        ),
        FlowStep(
            "narrow",
            "Narrowing",
            (_D.REQUESTER,),
            _S.NARROWED,
            (
                Need.ELEMENTS,
                Need.MINIMIZATION,
                Need.LEVEL,
                Need.HARM_STATEMENT,
                Need.ENGAGEMENT,
            ),
        ),
        FlowStep("submitted", "Submitted", (_D.STAFF,), _S.SUBMITTED, days=5),
        FlowStep("check", "Staff check", (_D.STAFF,), _S.STAFF_CHECK, (Need.SCORES,)),
        FlowStep("owners", "Owners", (_D.PROVIDERS, _D.NATIONS), _S.PROVIDER_REVIEW, days=20),
        FlowStep("committee", "Committee", (_D.COMMITTEE,), _S.COMMITTEE, days=30),
        FlowStep("board", "Executive body", (_D.EXECUTIVE,), _S.COMMITTEE, days=30),
        FlowStep("leave", "Authorization", (_D.STAFF,), _S.APPROVED, (Need.LICENSE,)),
        FlowStep("transfer", "Transfer", (_D.STAFF,), _S.ACTIVE),
        FlowStep("analysis", "Analysis", (_D.REQUESTER,), _S.ANALYSIS),
        FlowStep("closing", "Closing", (_D.REQUESTER,), _S.CLOSING, (Need.REFLECTION,)),
    ),
)
QUESTION_OF: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {"student.grade": ("Q1",), "absence.days": ("Q1", "Q2")}
)


def body(kind: BodyKind = BodyKind.COMMITTEE, **changes: object) -> Body:
    """A body of four, one of them for families."""
    seats = (
        Seat("11", "hub", date(2025, 1, 1)),
        Seat("12", "river", date(2025, 1, 1)),
        Seat("13", "families", date(2025, 1, 1), for_families=True),
        Seat("14", "college", date(2025, 1, 1), date(2027, 12, 31)),
    )
    whole = Body(slug=kind.value, kind=kind, seats=seats)
    return replace(whole, **changes)  # type: ignore[arg-type]


def hearing(kind: BodyKind = BodyKind.COMMITTEE, **changes: object) -> Hearing:
    """A hearing in which three of four voted for the project."""
    votes = tuple(Vote(person, Ballot.APPROVE, DAY) for person in ("11", "12", "13"))
    whole = Hearing(body=body(kind), version=1, votes=votes, closed_on=DAY)
    return replace(whole, **changes)  # type: ignore[arg-type]


def leave(**changes: object) -> Authorization:
    """The leave to use two elements for two questions, for one person."""
    whole = Authorization(
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


def word(decider: Decider, organization: str = "", **changes: object) -> Word:
    """A word of approval."""
    step = {_D.STAFF: "check", _D.PROVIDERS: "owners", _D.NATIONS: "owners"}[decider]
    whole = Word(step, decider, organization, StepAnswer.APPROVE, "21", DAY)
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
            Question("Q1", "Do they miss less?", asked_by="Families"),
            Question("Q2", "Since when?", asked_by="Tutors", parent="Q1"),
        ),
        question_of=QUESTION_OF,
        first_year="2023-24",
        last_year="2025-26",
        providers=frozenset({"river"}),
        nations=frozenset({"nation"}),
        flow=FLOW,
        step="analysis",
        since=DAY,
        words=(word(_D.STAFF), word(_D.PROVIDERS, "river"), word(_D.NATIONS, "nation")),
        hearings=(hearing(), hearing(BodyKind.EXECUTIVE)),
        scores=dict.fromkeys(FLOW.criteria, 4),
        challenges=0,
        agreements=("A",),
        staff=frozenset({"7"}),
        organizations=frozenset({"hub"}),
        engagement=(EquityStep(date(2026, 3, 1), "Two parents' circles", "The second question"),),
        authorization=leave(),
    )
    return replace(whole, **changes)  # type: ignore[arg-type]
