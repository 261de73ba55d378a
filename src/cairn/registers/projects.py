"""What anybody may read of projects that were let through, and of the bodies that decide.

A project in draft is nobody's business yet; of one that was approved the public reads what it asks,
of which data, for how long and who agreed. No staff, no requester, no member who did not agree to
be named.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from django.utils.translation import get_language

from cairn.consents.naming import named
from cairn.families import words
from cairn.partners.models import Organization
from cairn.projects import facts
from cairn.projects.labels import DECIDERS, LEVELS, PURPOSES, STATES
from cairn.projects.models import Body
from cairn.rules.access import may_open
from cairn.rules.actor import Actor
from cairn.rules.committee import CARRIED, tally
from cairn.rules.project import ProjectFact, Question
from cairn.rules.vocabulary import Action, ProjectState, StepAnswer

_LET_THROUGH = (
    ProjectState.APPROVED,
    ProjectState.ACTIVE,
    ProjectState.ANALYSIS,
    ProjectState.CLOSING,
    ProjectState.CLOSED,
)


@dataclass(frozen=True, slots=True)
class Approval:
    """Whose yes it was, and on which day."""

    who: str
    on: date


@dataclass(frozen=True, slots=True)
class PublicProject:
    """One project in the register, in words."""

    fact: ProjectFact
    state: str
    purpose: str
    level: str
    lead: str
    approvals: tuple[Approval, ...]

    @property
    def pilot(self) -> bool:
        """Whether it works with invented children only."""
        return self.fact.pilot

    @property
    def questions(self) -> tuple[tuple[Question, tuple[str, ...]], ...]:
        """Each question that was kept, with what answers it in the reader's language."""
        in_words = _named if get_language() == "en" else words.records
        return tuple(
            (q, tuple(in_words(e for e, asked in self.fact.question_of.items() if q.id in asked)))
            for q in self.fact.questions
            if q.dropped_on is None
        )


@dataclass(frozen=True, slots=True)
class PublicBody:
    """A body with its mission, and the members who agreed to be named."""

    name: str
    mission: str
    named: tuple[str, ...]
    seats: int


def _named(elements: Iterable[str]) -> list[str]:
    """Each element by itself, in the catalogue's words."""
    return [named(element) for element in sorted(elements)]


def projects(who: Actor, on: date) -> list[PublicProject]:
    """Every project that was let through, by reference. Raises `Refused`."""
    may_open(Action.VIEW_REGISTER, who, on=on).require()
    names = dict(Organization.objects.values_list("slug", "name"))
    return [_public(fact, names, on) for fact in facts.projects() if fact.state in _LET_THROUGH]


def project(reference: str, who: Actor, on: date) -> PublicProject | None:
    """One project, or nothing where there is none that the public may read. Raises `Refused`."""
    return next((p for p in projects(who, on) if p.fact.reference == reference), None)


def bodies(who: Actor, on: date) -> list[PublicBody]:
    """Who decides. Raises `Refused`."""
    may_open(Action.VIEW_REGISTER, who, on=on).require()
    return [_body(row, on) for row in Body.objects.prefetch_related("seats__user")]


def _public(fact: ProjectFact, names: dict[str, str], on: date) -> PublicProject:
    return PublicProject(
        fact=fact,
        state=str(dict(STATES)[fact.state.value]),
        purpose=str(dict(PURPOSES)[fact.purpose.value]),
        level=str(dict(LEVELS)[fact.level.value]),
        lead=names.get(fact.lead, fact.lead),
        approvals=tuple(sorted(_approvals(fact, names, on), key=lambda yes: yes.on)),
    )


def _approvals(fact: ProjectFact, names: dict[str, str], on: date) -> Iterator[Approval]:
    deciders, bodies = dict(DECIDERS), dict(Body.objects.values_list("slug", "name"))
    for word in fact.words:
        if word.answer is StepAnswer.APPROVE:
            whose = names.get(word.organization, str(deciders[word.decider.value]))
            yield Approval(whose, word.on)
    for hearing in fact.hearings:
        if hearing.closed_on is not None and tally(hearing, on).result in CARRIED:
            yield Approval(bodies[hearing.body.slug], hearing.closed_on)


def _body(row: Body, on: date) -> PublicBody:
    sitting = [s for s in row.seats.all() if s.starts <= on and (s.ends is None or on <= s.ends)]
    named = tuple(sorted(s.user.name for s in sitting if s.listed))
    return PublicBody(row.name, row.mission, named, len(sitting))
