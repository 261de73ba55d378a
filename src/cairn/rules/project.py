"""A project as facts: its questions, what each element is for, who decided what, and the leave
that came of it. `rules.authorization` asks whether that leave holds on a date."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from cairn.rules.committee import Hearing
from cairn.rules.flow import Flow
from cairn.rules.vocabulary import Decider, Level, ProjectState, Purpose, StepAnswer

NOTHING: Final[Mapping[str, str]] = MappingProxyType({})


class KeyQuestion(StrEnum):
    """The five questions that stand in front of every project."""

    WHY = "why"
    WHAT = "what"
    WHO = "who"
    HOW = "how"
    WHERE = "where"


class Principle(StrEnum):
    """Six things every project answers in its own words."""

    ALIGNMENT = "alignment"
    RESOURCES = "resources"
    RELATIONSHIPS = "relationships"
    CENTERING = "centering"
    STEWARDSHIP = "stewardship"
    REGIONAL_IMPACT = "regional_impact"


@dataclass(frozen=True, slots=True)
class Question:
    """One question of a version. ``asked_by`` is the group of people whose question it is;
    ``parent`` the question that it follows from; a dropped one says when and why."""

    id: str
    text: str
    asked_by: str = ""
    parent: str = ""
    dropped_on: date | None = None
    dropped_why: str = ""


@dataclass(frozen=True, slots=True)
class Word:
    """What one of those who decide said at a step of this version.

    ``organization`` is whose word it is; ``left_out`` holds elements that a provider keeps back
    although it approves the rest, each with the reason (no reason is needed: an exception permits
    and never compels, 34 CFR 99.31(d)).
    """

    step: str
    decider: Decider
    organization: str
    answer: StepAnswer
    by: str
    on: date
    why: str = ""
    left_out: Mapping[str, str] = field(default_factory=lambda: NOTHING)


@dataclass(frozen=True, slots=True)
class EquityStep:
    """Who took part, and what they changed: at the beginning engagement, at the end reflection."""

    on: date
    who: str
    what: str


@dataclass(frozen=True, slots=True)
class Condition:
    """What a body asked for before data are touched; not met until a person says so on a day."""

    text: str
    met_on: date | None = None

    def met(self, on: date) -> bool:
        return self.met_on is not None and self.met_on <= on


@dataclass(frozen=True, slots=True)
class Authorization:
    """The leave to use named elements, for named questions, by named people, through a last day.

    ``staff`` are actor ids, ``organizations`` slugs, ``agreements`` the references it rests on.
    School years are inclusive, as are ``starts`` and ``ends``. In ``file_names``, ``*`` and ``?``
    stand for letters; none named, data may leave in any file.
    """

    project: str
    question_of: Mapping[str, tuple[str, ...]]
    purpose: Purpose
    elements: frozenset[str]
    first_year: str
    last_year: str
    level: Level
    staff: frozenset[str]
    organizations: frozenset[str]
    agreements: tuple[str, ...]
    outputs: tuple[str, ...]
    starts: date
    ends: date
    conditions: tuple[Condition, ...] = ()
    file_names: tuple[str, ...] = ()
    revoked_on: date | None = None


@dataclass(frozen=True, slots=True)
class ProjectFact:
    """One version of a project as it stands, with the flow it follows.

    ``providers`` own the data that it asks for. ``nations`` are those whose members it concerns:
    ``None`` where nobody has said, which is not the same as none. ``staff`` and ``organizations``
    are those who would work with the data and get them. ``words`` are those of the
    present round: sending a project back makes every earlier word void. ``since`` is the day on
    which it came to its present ``step``. A ``pilot`` works with invented children only; ``pilots``
    are those of its agreements that are a pilot's.
    """

    reference: str
    title: str
    state: ProjectState
    purpose: Purpose
    level: Level = Level.INDIVIDUAL
    version: int = 1
    lead: str = ""
    requester: str = ""
    five: Mapping[str, str] = field(default_factory=lambda: NOTHING)
    principles: Mapping[str, str] = field(default_factory=lambda: NOTHING)
    harms: str = ""
    level_why: str = ""
    questions: tuple[Question, ...] = ()
    question_of: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    first_year: str = ""
    last_year: str = ""
    providers: frozenset[str] = frozenset()
    nations: frozenset[str] | None = None
    flow: Flow | None = None
    step: str = ""
    since: date | None = None
    words: tuple[Word, ...] = ()
    hearings: tuple[Hearing, ...] = ()
    scores: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    challenges: int | None = None
    """How many challenges of minimization nobody has answered; ``None``: nobody has asked."""
    agreements: tuple[str, ...] = ()
    staff: frozenset[str] = frozenset()
    organizations: frozenset[str] = frozenset()
    outputs: tuple[str, ...] = ()
    engagement: tuple[EquityStep, ...] = ()
    reflection: tuple[EquityStep, ...] = ()
    conditions: tuple[Condition, ...] = ()
    authorization: Authorization | None = None
    file_names: tuple[str, ...] = ()
    pilot: bool = False
    pilots: frozenset[str] = frozenset()

    @property
    def elements(self) -> frozenset[str]:
        return frozenset(self.question_of)

    @property
    def live_questions(self) -> frozenset[str]:
        """The ids of the questions that were not dropped."""
        return frozenset(q.id for q in self.questions if q.dropped_on is None)

    def word(self, decider: Decider, organization: str, on: date, *, step: str = "") -> Word | None:
        """The last word of one of those who decide, comments aside, by a date; of one step, where
        it is named."""
        said = [
            w
            for w in self.words
            if w.decider is decider
            and w.organization == organization
            and w.on <= on
            and w.answer is not StepAnswer.COMMENT
            and step in ("", w.step)
        ]
        return said[-1] if said else None
