"""Define the facts of a project: questions, elements, responses, authorization and workflow."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from types import MappingProxyType
from typing import Final

from cairn.policy.facts.projects.committee import Hearing
from cairn.policy.vocabulary import (
    Decider,
    Level,
    NoResponseEffect,
    ProjectState,
    Purpose,
    StepAnswer,
    StepRequirement,
)

EMPTY_TEXTS: Final[Mapping[str, str]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class ProjectQuestionFact:
    """Describe one question of a project version.

    ``asked_by`` is the group of people who ask it; ``parent`` the question that it follows from. A
    dropped question records when and why.
    """

    id: str
    text: str
    asked_by: str = ""
    parent: str = ""
    dropped_on: date | None = None
    dropped_why: str = ""


@dataclass(frozen=True, slots=True)
class DeciderResponseFact:
    """Record the response of one decider at a step of this version.

    ``organization`` is the organization that responds. ``left_out`` holds elements that a provider
    keeps
    back although it approves the rest, each with the reason (no reason is required: an exception
    permits and never compels, 34 CFR 99.31(d)).
    """

    step: str
    decider: Decider
    organization: str
    answer: StepAnswer
    by: str
    on: date
    why: str = ""
    left_out: Mapping[str, str] = field(default_factory=lambda: EMPTY_TEXTS)


@dataclass(frozen=True, slots=True)
class EquityStepFact:
    """Record who took part and what they changed: engagement at the start, reflection at the
    end.
    """

    on: date
    who: str
    what: str


@dataclass(frozen=True, slots=True)
class ProjectConditionFact:
    """Describe a condition that a body set before data are used; open until marked met."""

    text: str
    met_on: date | None = None

    def met(self, on: date) -> bool:
        """Report whether the condition was met on or before a day."""
        return self.met_on is not None and self.met_on <= on


@dataclass(frozen=True, slots=True)
class AuthorizationFact:
    """Describe the permission to use named elements for named questions until a day.

    ``staff`` are actor ids, ``organizations`` slugs, ``agreements`` the references that it rests
    on.
    No other person may use the data. School years are inclusive, as are ``starts`` and ``ends``. In
    ``file_names``, ``*`` and ``?`` are
    wildcards; if there are none, data may leave in a file of any name.
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
    conditions: tuple[ProjectConditionFact, ...] = ()
    file_names: tuple[str, ...] = ()
    revoked_on: date | None = None


@dataclass(frozen=True, slots=True)
class FlowStep:
    """Describe one step: who completes it, the state of the project, and what the step needs.

    ``days`` is the time that the deciders have; ``silence`` what it means when they let it pass.
    Only
    comments may lapse: silence never approves the use of data.
    """

    name: str
    title: str
    deciders: tuple[Decider, ...]
    state: ProjectState
    needs: tuple[StepRequirement, ...] = ()
    days: int | None = None
    silence: NoResponseEffect = NoResponseEffect.WAITS


@dataclass(frozen=True, slots=True)
class Flow:
    """Describe a project workflow; ``authorization`` names the step that permits data use."""

    name: str
    title: str
    steps: tuple[FlowStep, ...]
    authorization: str
    about: str = ""
    criteria: tuple[str, ...] = ()
    """What a proposal is scored on, one to five points each."""

    def step(self, name: str) -> FlowStep | None:
        """Return the step of this name, or ``None``."""
        return next((candidate for candidate in self.steps if candidate.name == name), None)

    def after(self, name: str) -> FlowStep | None:
        """Return the following step; ``None`` after the last step and for an unknown one."""
        return next(
            (following for current, following in pairwise(self.steps) if current.name == name), None
        )

    def list_deciders_before(self, name: str) -> frozenset[Decider]:
        """Return every decider of the steps before the named one."""
        return frozenset(decider for step in self.until(name) for decider in step.deciders)

    def list_needs_through(self, name: str) -> frozenset[StepRequirement]:
        """Return everything required up to and including the named step."""
        own_step = self.step(name)
        needs = frozenset(n for step in self.until(name) for n in step.needs)
        return needs | frozenset(own_step.needs if own_step else ())

    def until(self, name: str) -> tuple[FlowStep, ...]:
        """Return the steps before the named one."""
        names = [step.name for step in self.steps]
        return self.steps[: names.index(name)] if name in names else ()


@dataclass(frozen=True, slots=True)
class ProjectFact:
    """Describe the current state of one version of a project, with the workflow that it follows.

    ``providers`` own the data that it requests. ``nations`` are the tribal nations concerned:
    ``None``
    means unknown, which differs from none. ``staff`` and ``organizations`` would work with the data
    and
    receive them. ``words`` are the responses of the present round: returning a project voids every
    earlier response. ``since`` is the day on which it reached its present ``step``. A ``pilot``
    works
    with synthetic data only; ``pilots`` are those of its agreements that are for a pilot.
    """

    reference: str
    title: str
    state: ProjectState
    purpose: Purpose
    level: Level = Level.INDIVIDUAL
    version: int = 1
    lead: str = ""
    requester: str = ""
    five: Mapping[str, str] = field(default_factory=lambda: EMPTY_TEXTS)
    principles: Mapping[str, str] = field(default_factory=lambda: EMPTY_TEXTS)
    harms: str = ""
    level_why: str = ""
    questions: tuple[ProjectQuestionFact, ...] = ()
    question_of: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    first_year: str = ""
    last_year: str = ""
    providers: frozenset[str] = frozenset()
    nations: frozenset[str] | None = None
    flow: Flow | None = None
    step: str = ""
    since: date | None = None
    words: tuple[DeciderResponseFact, ...] = ()
    hearings: tuple[Hearing, ...] = ()
    scores: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    challenges: int | None = None
    """Number of data-minimization challenges that are unanswered; ``None``: not computed."""
    agreements: tuple[str, ...] = ()
    staff: frozenset[str] = frozenset()
    organizations: frozenset[str] = frozenset()
    outputs: tuple[str, ...] = ()
    engagement: tuple[EquityStepFact, ...] = ()
    reflection: tuple[EquityStepFact, ...] = ()
    conditions: tuple[ProjectConditionFact, ...] = ()
    authorization: AuthorizationFact | None = None
    file_names: tuple[str, ...] = ()
    pilot: bool = False
    pilots: frozenset[str] = frozenset()

    @property
    def elements(self) -> frozenset[str]:
        return frozenset(self.question_of)

    @property
    def live_questions(self) -> frozenset[str]:
        """Return the ids of the questions that were not dropped."""
        return frozenset(question.id for question in self.questions if question.dropped_on is None)

    def word(
        self, decider: Decider, organization: str, on: date, *, step: str = ""
    ) -> DeciderResponseFact | None:
        """Return the last response of a decider by a date, without comments; of one step if
        named.
        """
        responses = [
            response
            for response in self.words
            if response.decider is decider
            and response.organization == organization
            and response.on <= on
            and response.answer is not StepAnswer.COMMENT
            and step in ("", response.step)
        ]
        return responses[-1] if responses else None
