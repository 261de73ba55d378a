"""Where a project stands, for people: its steps, whose turn it is, and what this person may do."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from cairn.partners.models import Organization
from cairn.projects import facts, labels, models
from cairn.rules.access import may_open
from cairn.rules.actor import Actor
from cairn.rules.decision import Decision
from cairn.rules.pilot import may_keep_lesson, may_make_real, may_settle_lesson
from cairn.rules.project import ProjectFact
from cairn.rules.proposal import (
    may_answer,
    may_change,
    may_meet_condition,
    may_move_on,
    may_name_agreements,
    may_propose,
    may_revise,
    may_revoke,
    may_score,
    may_withdraw,
)
from cairn.rules.turn import awaited, due, for_comments, present
from cairn.rules.vocabulary import Action, Decider, StepAnswer


@dataclass(frozen=True, slots=True)
class Listed:
    """One version in a list: where it stands, for whom it waits, and until when."""

    row: models.Version
    fact: ProjectFact
    step: str
    waits_for: tuple[str, ...]
    due: date | None


@dataclass(frozen=True, slots=True)
class Shown:
    """One step of a project's way: `done`, `now` or still to come."""

    title: str
    deciders: tuple[str, ...]
    needs: tuple[str, ...]
    mark: str


@dataclass(frozen=True, slots=True)
class Turn:
    """A word that this person may say now, for whom."""

    decider: Decider
    label: str
    organization: str
    name: str
    only_comments: bool


def projects(who: Actor, on: date) -> list[Listed]:
    """Every project, by its newest version, newest first. Raises `Refused`."""
    may_open(Action.VIEW_PROJECT, who, on=on).require()
    rows = models.Project.objects.select_related("lead", "requester")
    return [listed(row.newest, on) for row in rows]


def listed(row: models.Version, on: date) -> Listed:
    """A version with its place in its flow."""
    fact = facts.version(row)
    step = present(fact)
    return Listed(
        row=row,
        fact=fact,
        step=step.title if step else "",
        waits_for=tuple(waits_for(fact, on)),
        due=due(fact) if awaited(fact, on) else None,
    )


def waits_for(fact: ProjectFact, on: date) -> Iterator[str]:
    """Whose word is awaited, by name."""
    deciders = dict(labels.DECIDERS)
    names = dict(Organization.objects.values_list("slug", "name"))
    for one in awaited(fact, on):
        yield str(names.get(one.organization, deciders[one.decider.value]))


def steps(fact: ProjectFact) -> list[Shown]:
    """The steps of the project's flow, in order."""
    deciders = dict(labels.DECIDERS)
    found, mark = [], "done"
    for step in fact.flow.steps if fact.flow else ():
        here = step.name == fact.step
        over = fact.state.value in ("closed", "superseded")
        found.append(
            Shown(
                title=step.title,
                deciders=tuple(str(deciders[d.value]) for d in step.deciders),
                needs=tuple(str(labels.NEEDS[n]) for n in step.needs),
                mark="now" if here and not over else mark,
            )
        )
        mark = "" if here and not over else mark
    return found


def turns(fact: ProjectFact, who: Actor, on: date) -> list[Turn]:
    """Every word that this person may say at the present step."""
    step, may = present(fact), may_speak(fact, who, on)
    if step is None or not may:
        return []
    names = dict(Organization.objects.values_list("slug", "name"))
    deciders = dict(labels.DECIDERS)
    comments = for_comments(step)
    return [
        Turn(decider, str(deciders[decider.value]), slug, names.get(slug, ""), comments)
        for decider, slug in may
    ]


def may_speak(fact: ProjectFact, who: Actor, on: date) -> list[tuple[Decider, str]]:
    """As whom, and for which organization, this person may say a word at the present step."""
    step = present(fact)
    if step is None:
        return []
    answer = StepAnswer.COMMENT if for_comments(step) else StepAnswer.RETURN
    return [
        (decider, slug)
        for decider in step.deciders
        for slug in _mine(fact, decider, who, on)
        if may_answer(fact, decider, slug, answer, who, on).allowed
    ]


def _mine(fact: ProjectFact, decider: Decider, who: Actor, on: date) -> list[str]:
    if decider is Decider.PROVIDERS:
        return sorted(fact.providers & who.organizations(on))
    if decider is Decider.NATIONS:
        return sorted((fact.nations or frozenset()) & who.organizations(on))
    return [""] if decider in (Decider.STAFF, Decider.PUBLIC) else []


def doors(fact: ProjectFact, who: Actor, on: date) -> dict[str, Decision]:
    """What this person may do with a project, each with every reason."""
    lessons = models.Lesson.objects.filter(project__reference=fact.reference).count()
    return {
        "change": may_change(fact, who, on),
        "move_on": may_move_on(fact, who, on),
        "score": may_score(fact, who, on),
        "condition": may_meet_condition(fact, who, on),
        "agreements": may_name_agreements(fact, fact, who, on),
        "revoke": may_revoke(fact, who, on),
        "withdraw": may_withdraw(fact, who, on),
        "revise": may_revise(fact, who, on),
        "equity": may_propose(fact.lead, who, on),
        "lesson": may_keep_lesson(fact, who, on),
        "settle": may_settle_lesson(fact, who, on),
        "real": may_make_real(fact, lessons, who, on),
    }
