"""Whether a project's leave to use data holds: for a person, a purpose, a level, on a date.

Nothing here reads a stored "approved": engagement, owners, nations, bodies, conditions and dates
are looked at anew each time. The project's state is one reason among the others.
"""

from collections.abc import Iterator
from datetime import date
from functools import partial
from types import MappingProxyType
from typing import Final

from cairn.rules.access import who
from cairn.rules.actor import Actor
from cairn.rules.approval import approved
from cairn.rules.cards import project as cards
from cairn.rules.citations import RuleCard
from cairn.rules.decide import ElementRule, Request, Rule, decide
from cairn.rules.decision import Decision, Reason
from cairn.rules.listing import named
from cairn.rules.lives.project import TOUCHES_DATA
from cairn.rules.project import Authorization, ProjectFact
from cairn.rules.question import question
from cairn.rules.vocabulary import Action, Decider, Level, Outcome, Purpose

# What a level shows less than itself, or as much.
WITHIN: Final = MappingProxyType(
    {
        Level.INDIVIDUAL: frozenset(Level),
        Level.DE_IDENTIFIED: frozenset(Level) - {Level.INDIVIDUAL},
        Level.PROGRAM: frozenset({Level.PROGRAM, Level.POPULATION, Level.SYSTEMS}),
        Level.POPULATION: frozenset({Level.POPULATION, Level.SYSTEMS}),
        Level.SYSTEMS: frozenset({Level.SYSTEMS}),
    }
)


def authorized(
    project: ProjectFact | None,
    *,
    actor: str,
    acting_for: str,
    purpose: Purpose,
    level: Level,
    owners: frozenset[str],
    years: tuple[str, str] = ("", ""),
    file: str | None = None,
) -> tuple[Rule, ...]:
    """The rules of one use under a project: the project itself, and this person's leave.

    ``actor`` is the actor's id, ``acting_for`` an organization, ``owners`` the providers in the
    chain of agreements: each must have approved, whether or not the project lists it. ``years`` are
    the first and the last school year asked for (empty: those of the leave), ``file`` is the name
    of the file in which data would leave (``None``: they stay).
    """
    if project is None:
        return (_none,)
    leave = project.authorization
    if leave is None:
        return (*approved(project, owners), partial(_no_leave, project))
    return (
        partial(_live, project),
        *approved(project, owners),
        *(partial(rule, project, leave) for rule in (_term, _not_revoked)),
        partial(_person, project, leave, actor),
        partial(_organization, project, leave, acting_for),
        partial(_purpose, leave, purpose),
        partial(_level, leave, level),
        partial(_years, project, leave, years),
        *(() if file is None else (partial(_file, project, leave, file),)),
    )


@question
def leave_holds(project: ProjectFact, actor: Actor, on: date) -> Decision:
    """Whether the leave of a project holds on a date, whoever works with it; each element by
    itself. Asked by whoever may see the project."""
    leave = project.authorization
    term: tuple[Rule, ...] = (partial(_no_leave, project),)
    if leave is not None:
        term = (partial(_live, project), partial(_term, project, leave))
        term = (*term, partial(_not_revoked, project, leave))
    request = Request(
        action=Action.VIEW_PROJECT,
        actor=actor,
        facts=(project,),
        who=who(Action.VIEW_PROJECT, actor),
        authority=(*approved(project), *term),
        elements=project.elements,
        element_rules=(element_authorized(project),),
        purpose=project.purpose,
    )
    return decide(request, on)


def element_authorized(project: ProjectFact | None) -> ElementRule:
    """One element under a project: named, for a question that stands, kept back by no owner."""
    return partial(_element, project)


def planned(project: ProjectFact, starts: date, ends: date, on: date) -> Authorization:
    """The leave that a version asks for, without what an owner keeps back by a date."""
    asked = {e: q for e, q in project.question_of.items() if not kept_back(project, e, on)}
    return Authorization(
        project=project.reference,
        question_of=MappingProxyType(asked),
        purpose=project.purpose,
        elements=frozenset(asked),
        first_year=project.first_year,
        last_year=project.last_year,
        level=project.level,
        staff=project.staff,
        organizations=project.organizations,
        agreements=project.agreements,
        outputs=project.outputs,
        starts=starts,
        ends=ends,
        conditions=project.conditions,
        file_names=project.file_names,
    )


def kept_back(project: ProjectFact, element: str, on: date) -> tuple[tuple[str, str], ...]:
    """The owners who keep an element back by their last word, each with its reason."""
    found = []
    for owner in sorted({w.organization for w in project.words if w.decider is Decider.PROVIDERS}):
        word = project.word(Decider.PROVIDERS, owner, on)
        if word is not None and element in word.left_out:
            found.append((owner, word.left_out[element]))
    return tuple(found)


def _reason(card: RuleCard, *, met: bool, **facts: str | int) -> Reason:
    return Reason(card, Outcome.ALLOW if met else Outcome.DENY, tuple(facts.items()))


def _none(on: date) -> Iterator[Reason]:
    yield _reason(cards.NONE, met=False)


def _no_leave(project: ProjectFact, on: date) -> Iterator[Reason]:
    yield _reason(cards.AUTHORIZED, met=False, project=project.reference)


def _live(project: ProjectFact, on: date) -> Iterator[Reason]:
    state = project.state.value.replace("_", " ")
    met = project.state in TOUCHES_DATA
    yield _reason(cards.LIVE, met=met, project=project.reference, state=state)


def _term(project: ProjectFact, leave: Authorization, on: date) -> Iterator[Reason]:
    yield _reason(cards.AUTHORIZED, met=True, project=project.reference)
    starts, ends = leave.starts.isoformat(), leave.ends.isoformat()
    yield _reason(cards.STARTED, met=leave.starts <= on, starts=starts, on=on.isoformat())
    yield _reason(cards.ENDED, met=on <= leave.ends, ends=ends)


def _not_revoked(project: ProjectFact, leave: Authorization, on: date) -> Iterator[Reason]:
    if leave.revoked_on is not None and leave.revoked_on <= on:
        yield _reason(cards.REVOKED, met=False, revoked=leave.revoked_on.isoformat())


def _person(project: ProjectFact, leave: Authorization, actor: str, on: date) -> Iterator[Reason]:
    yield _reason(cards.PERSON, met=actor in leave.staff, project=project.reference)


def _organization(
    project: ProjectFact, leave: Authorization, acting_for: str, on: date
) -> Iterator[Reason]:
    facts = {"organization": acting_for, "project": project.reference}
    yield _reason(cards.ORGANIZATION, met=acting_for in leave.organizations, **facts)


def _purpose(leave: Authorization, purpose: Purpose, on: date) -> Iterator[Reason]:
    facts = {"purpose": purpose.value, "authorized": leave.purpose.value}
    yield _reason(cards.PURPOSE, met=purpose is leave.purpose, **facts)


def _level(leave: Authorization, level: Level, on: date) -> Iterator[Reason]:
    facts = {"level": level.value, "authorized": leave.level.value}
    yield _reason(cards.LEVEL_OF_USE, met=level in WITHIN[leave.level], **facts)


def _years(
    project: ProjectFact, leave: Authorization, years: tuple[str, str], on: date
) -> Iterator[Reason]:
    first, last = years[0] or leave.first_year, years[1] or leave.last_year
    facts = {
        "project": project.reference,
        "authorized": f"{leave.first_year} to {leave.last_year}",
        "asked": f"{first} to {last}",
    }
    yield _reason(
        cards.YEARS_OF_USE, met=leave.first_year <= first and last <= leave.last_year, **facts
    )


def _file(project: ProjectFact, leave: Authorization, file: str, on: date) -> Iterator[Reason]:
    if leave.file_names:
        facts = {
            "project": project.reference,
            "authorized": " or ".join(leave.file_names),
            "asked": file or "a file without a name",
        }
        yield _reason(cards.FILE_OF_USE, met=named(leave.file_names, file), **facts)


def _element(project: ProjectFact | None, element: str, on: date) -> Iterator[Reason]:
    reference = project.reference if project else "(no project)"
    leave = project.authorization if project else None
    if project is None or leave is None:
        yield _reason(cards.ELEMENT, met=False, element=element, project=reference)
        return
    listed = element in leave.elements
    yield _reason(cards.ELEMENT, met=listed, element=element, project=reference)
    if listed:
        asked = sorted(project.live_questions.intersection(leave.question_of.get(element, ())))
        answers = {"element": element, "questions": ", ".join(asked)}
        yield _reason(cards.NO_QUESTION, met=bool(asked), **answers)
    for owner, why in kept_back(project, element, on):
        facts = {"element": element, "owner": owner, "why": why or "no reason given."}
        yield _reason(cards.LEFT_OUT, met=False, **facts)
