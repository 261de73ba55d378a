"""Whether a version of a project is approved: by staff, every owner, nations and bodies.

Nothing here reads a stored "approved": each word is looked at anew, for a date.
"""

from collections.abc import Iterator
from datetime import date
from functools import partial
from typing import Final

from cairn.rules.cards import project as cards
from cairn.rules.citations import RuleCard
from cairn.rules.committee import CARRIED, Hearing, Result, Tally, tally
from cairn.rules.decide import Rule
from cairn.rules.decision import Reason
from cairn.rules.needs import engaged, five_answered, nations_named
from cairn.rules.pilot import rests_on
from cairn.rules.project import ProjectFact, Word
from cairn.rules.vocabulary import Decider, Outcome, ProjectState, StepAnswer

_BODIES: Final = (Decider.COMMITTEE, Decider.EXECUTIVE)


def approved(project: ProjectFact, owners: frozenset[str] = frozenset()) -> tuple[Rule, ...]:
    """The rules by which a version is approved, before and after it is authorized."""
    rules = (five_answered, engaged, nations_named, _staff, _nations, _bodies, _conditions)
    return (
        *(partial(rule, project) for rule in rules),
        partial(_providers, project, project.providers | owners),
        rests_on(project),
    )


def _staff(project: ProjectFact, on: date) -> Iterator[Reason]:
    """Staff passed it at every step where the flow has them check it before its leave."""
    steps = project.flow.until(project.flow.authorization) if project.flow else ()
    for step in steps:
        if step.state is ProjectState.STAFF_CHECK and Decider.STAFF in step.deciders:
            word = project.word(Decider.STAFF, "", on, step=step.name)
            yield _passed(project, cards.CHECKED, word)


def _providers(project: ProjectFact, owners: frozenset[str], on: date) -> Iterator[Reason]:
    if not owners:
        yield _reason(cards.AGREEMENTS, met=False, project=project.reference)
    for owner in sorted(owners):
        word = project.word(Decider.PROVIDERS, owner, on)
        if word is not None and word.answer is StepAnswer.DECLINE:
            asked: dict[str, str | int] = {"version": project.version, "project": project.reference}
            yield _reason(cards.DECLINED, met=False, owner=owner, **asked)
        else:
            yield _word(project, cards.PROVIDER, Decider.PROVIDERS, owner, on)


def _nations(project: ProjectFact, on: date) -> Iterator[Reason]:
    for nation in sorted(project.nations or ()):
        yield _word(project, cards.NATION, Decider.NATIONS, nation, on)


def _word(
    project: ProjectFact, card: RuleCard, decider: Decider, organization: str, on: date
) -> Reason:
    """Whether an owner or a nation has approved by a date, by its last word."""
    whose = "owner" if decider is Decider.PROVIDERS else "nation"
    word = project.word(decider, organization, on)
    return _passed(project, card, word, **{whose: organization})


def _passed(project: ProjectFact, card: RuleCard, word: Word | None, **whose: str) -> Reason:
    met = word is not None and word.answer is StepAnswer.APPROVE
    said = word.on.isoformat() if word is not None else ""
    facts = {"project": project.reference, "version": str(project.version), "on": said}
    return _reason(card, met=met, **facts, **whose)


def _bodies(project: ProjectFact, on: date) -> Iterator[Reason]:
    flow = project.flow
    if flow is None:
        yield _reason(cards.FLOW, met=False, fault="none is on record.")
        return
    wanted = flow.deciders_before(flow.authorization)
    for decider in _BODIES:
        if decider in wanted:
            yield _body(project, decider, on)
    if not wanted & set(_BODIES):
        yield _reason(cards.FLOW, met=False, fault="no body votes in it.")


def _body(project: ProjectFact, decider: Decider, on: date) -> Reason:
    found = heard(project, decider, on)
    counted = found[1] if found else Tally(0, 0, 0, Result.OPEN)
    closed = found[0].closed_on if found else None
    return _reason(
        cards.BODY,
        met=counted.result in CARRIED,
        body="executive body" if decider is Decider.EXECUTIVE else "committee",
        version=project.version,
        project=project.reference,
        result=counted.result.value.replace("_", " "),
        cast=counted.cast,
        in_favor=counted.in_favor,
        on=closed.isoformat() if closed else "",
    )


def heard(project: ProjectFact, decider: Decider, on: date) -> tuple[Hearing, Tally] | None:
    """The last hearing of this version by such a body that was closed by a date, counted."""
    closed = [
        hearing
        for hearing in project.hearings
        if hearing.body.kind.value == decider.value
        and hearing.version == project.version
        and hearing.closed_on is not None
        and hearing.closed_on <= on
    ]
    return (closed[-1], tally(closed[-1], on)) if closed else None


def _conditions(project: ProjectFact, on: date) -> Iterator[Reason]:
    leave = project.authorization
    for condition in dict.fromkeys((*project.conditions, *(leave.conditions if leave else ()))):
        facts = {"condition": condition.text, "on": on.isoformat()}
        yield _reason(cards.CONDITION, met=condition.met(on), **facts)


def _reason(card: RuleCard, *, met: bool, **facts: str | int) -> Reason:
    return Reason(card, Outcome.ALLOW if met else Outcome.DENY, tuple(facts.items()))
