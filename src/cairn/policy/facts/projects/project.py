"""Define the facts of a project: questions, elements, responses, authorization and workflow."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from types import MappingProxyType
from typing import Final

from cairn.policy.facts.later_fields import added_later
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

__all__ = [
    "AuthorizationFact",
    "DeciderResponseFact",
    "EquityStepFact",
    "Flow",
    "FlowStep",
    "ProjectConditionFact",
    "ProjectFact",
    "ProjectQuestionFact",
    "StepNoticeFact",
]

EMPTY_TEXTS: Final[Mapping[str, str]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class ProjectQuestionFact:
    """Describe one question of a project version.

    The requester states it.

    Attributes:
        id: code of the question within the project.
        text: the question.
        asked_by: group of people who ask it, in words; empty if not stated.
        parent: id of the question that it follows from; empty if it follows from none.
        dropped_on: day on which it was dropped; None if it was not.
        dropped_why: why it was dropped; empty if it was not.
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

    Attributes:
        step: name of the step.
        decider: kind of decider.
        organization: slug of the organization that responds; empty if the decider is not an
            organization.
        answer: the answer.
        by: actor id of the person who answered.
        on: day of the answer.
        why: reason for the answer; empty if none was given.
        left_out: elements (``record.field``) that a provider keeps back although it approves the
            rest, each with the reason (no reason is required: an exception permits and never
            compels, 34 CFR 99.31(d)).
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
    """Record who took part and what they changed: engagement at the start, reflection at the end.

    The requester states it.

    Attributes:
        on: day on which it took place.
        who: people or groups who took part, in words.
        what: what they changed, in words.
    """

    on: date
    who: str
    what: str


@dataclass(frozen=True, slots=True)
class ProjectConditionFact:
    """Describe a condition that a body set before data are used; open until marked met.

    Attributes:
        text: the condition, in the body's words.
        met_on: day on which it was met; None while it is open.
    """

    text: str
    met_on: date | None = None

    def is_met(self, on: date) -> bool:
        """Report whether the condition was met on or before a day."""
        return self.met_on is not None and self.met_on <= on


@dataclass(frozen=True, slots=True)
class AuthorizationFact:
    """Describe the permission to use named elements for named questions until a day.

    Cairn copies it from the project version when the version is authorized. No person outside
    ``staff`` may use the data.

    Attributes:
        project: reference of the project.
        question_of: ids of the questions that each element (``record.field``) answers.
        purpose: purpose that the data may be used for.
        elements: elements that may be used: the keys of ``question_of``.
        first_year: first school year, included, such as "2025-26".
        last_year: last school year, included.
        level: how close the data may be to one student.
        staff: actor ids of the people who may use the data.
        organizations: slugs of the organizations that may receive the data.
        agreements: references of the agreements that it rests on.
        outputs: products that may come out of the use, in words.
        starts: first day, included.
        ends: last day, included.
        conditions: conditions that must be met before data are used.
        file_names: names of the files in which data may leave, with ``*`` and ``?`` as wildcards;
            if there are none, data may leave in a file of any name.
        revoked_on: day on which it was revoked; None if it was not.
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

    The workflow's file states it.

    Attributes:
        name: short name, unique in the workflow.
        title: title for readers.
        deciders: people and bodies that complete the step.
        state: state of a project at this step.
        needs: what must be present before the step is done.
        days: calendar days that the deciders have, from the day the project reached the step; None
            means no limit.
        silence: what it means when they let the days pass. Only comments may lapse: silence never
            approves the use of data.
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
    """Describe a project workflow.

    A file that the partnership chooses or writes states it.

    Attributes:
        name: short name of the workflow.
        title: title for readers.
        steps: steps in order.
        authorization: name of the step that permits data use.
        about: one sentence about it; empty if the file has none.
        criteria: what a proposal is scored on, one to five points each; empty means no scores.
    """

    name: str
    title: str
    steps: tuple[FlowStep, ...]
    authorization: str
    about: str = ""
    criteria: tuple[str, ...] = ()

    def find_step(self, name: str) -> FlowStep | None:
        """Return the step of this name, or ``None``."""
        return next((candidate for candidate in self.steps if candidate.name == name), None)

    def find_next_step(self, name: str) -> FlowStep | None:
        """Return the following step; ``None`` after the last step and for an unknown one."""
        return next(
            (following for current, following in pairwise(self.steps) if current.name == name), None
        )

    def list_needs_through(self, name: str) -> frozenset[StepRequirement]:
        """Return everything required up to and including the named step."""
        own_step = self.find_step(name)
        needs = frozenset(n for step in self.list_steps_before(name) for n in step.needs)
        return needs | frozenset(own_step.needs if own_step else ())

    def list_steps_before(self, name: str) -> tuple[FlowStep, ...]:
        """Return the steps before the named one."""
        names = [step.name for step in self.steps]
        return self.steps[: names.index(name)] if name in names else ()


@dataclass(frozen=True, slots=True)
class StepNoticeFact:
    """Record that a notice of the present step was delivered to an organization.

    Attributes:
        organization: slug of the organization.
        on: day on which a person of it got the email, or saw the task after signing in.
    """

    organization: str
    on: date


@dataclass(frozen=True, slots=True)
class ProjectFact:
    """Describe the current state of one version of a project, with the workflow that it follows.

    The requester states the proposal; the deciders state ``words``, ``hearings``, ``scores`` and
    ``conditions``; Cairn keeps the rest. Returning a project voids every earlier response, so
    ``words``, ``hearings`` and ``conditions`` are those of the present round.

    Attributes:
        reference: reference of the project.
        title: title of the version.
        state: state of the version; whether it may use data is computed for a date.
        purpose: purpose that the data would be used for.
        level: how close the data would be to one student.
        version: number of the version.
        lead: slug of the organization that leads the project and requests the data.
        requester: actor id of the person who requests the data; empty if unknown.
        five: answers to the five questions, by ``KeyQuestion`` value; an empty one is missing.
        principles: what the project says on each principle, by ``Principle`` value; an empty text
            is missing.
        harms: benefit and harm that the project may bring, in words; empty if not stated.
        level_why: why this level is needed, where it is unusual for the purpose; empty if not
            stated.
        questions: questions of the project, including those that were dropped.
        question_of: ids of the questions that each requested element (``record.field``) answers.
        first_year: first school year requested, included, such as "2025-26"; empty if not stated.
        last_year: last school year requested, included; empty if not stated.
        providers: slugs of the organizations that own the data it requests.
        nations: slugs of the tribal nations concerned; None means unknown, which differs from none.
        flow: workflow that it follows; None if unknown.
        step: name of its present step; empty if unknown.
        since: day on which it reached its present step; None if unknown.
        words: responses of the deciders, in order.
        hearings: matters on the agendas of bodies, in order.
        scores: points (one to five) by criterion of the workflow; a missing criterion was not
            scored.
        challenges: number of data-minimization challenges that are unanswered; None: not computed.
        agreements: references of the agreements that it would rest on.
        staff: actor ids of the people who would work with the data.
        organizations: slugs of the organizations that would receive the data.
        outputs: products that would come out of it, in words.
        engagement: who took part at the start.
        reflection: who took part at the end.
        conditions: conditions that a body set before data are used.
        authorization: permission to use data; None if none was granted.
        file_names: names of the files in which data would leave, with ``*`` and ``?`` as wildcards;
            empty means any name.
        pilot: whether it works with synthetic data only.
        pilots: references of those of its agreements that are for a pilot.
        notices: notices of the present step that were delivered. An organization without one has
            not let the days of a comment step pass. None: recorded before notices were kept.
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
    notices: tuple[StepNoticeFact, ...] | None = field(
        default=(), metadata=added_later(recorded=None)
    )

    @property
    def elements(self) -> frozenset[str]:
        return frozenset(self.question_of)

    @property
    def live_questions(self) -> frozenset[str]:
        """Return the ids of the questions that were not dropped."""
        return frozenset(question.id for question in self.questions if question.dropped_on is None)

    def find_response(
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
