"""What people may do with a project before and after its leave: one question for each door."""

from collections.abc import Iterator
from datetime import date
from functools import partial
from typing import Final

from cairn.rules import pilot as pilots
from cairn.rules.access import may_open, who
from cairn.rules.actor import Actor
from cairn.rules.approval import approved
from cairn.rules.cards import project as cards
from cairn.rules.citations import RuleCard
from cairn.rules.decide import Request, Rule, decide
from cairn.rules.decision import Decision, Reason
from cairn.rules.flow import Need, faults
from cairn.rules.lifecycle import states_with
from cairn.rules.lives.project import PROJECT, TOUCHES_DATA
from cairn.rules.needs import needed
from cairn.rules.project import Authorization, ProjectFact
from cairn.rules.question import question
from cairn.rules.turn import awaited, due, for_comments, present
from cairn.rules.vocabulary import Action, Decider, Outcome, ProjectState, StepAnswer

CHANGEABLE: Final = (
    ProjectState.IDEA,
    ProjectState.FEEDBACK,
    ProjectState.NARROWED,
    ProjectState.RETURNED,
)
REVISABLE: Final = (
    *TOUCHES_DATA,
    ProjectState.APPROVED,
    ProjectState.CONDITIONS,
    ProjectState.REJECTED,
    ProjectState.WITHDRAWN,
)


@question
def may_propose(organization: str, actor: Actor, on: date) -> Decision:
    """Whether a project may be begun for an organization."""
    return may_open(Action.CHANGE_PROJECT, actor, organization=organization, on=on)


@question
def may_change(project: ProjectFact, actor: Actor, on: date) -> Decision:
    """Whether the questions, elements and answers of this version may be written."""
    return _ask(Action.CHANGE_PROJECT, project, actor, on, _in(CHANGEABLE, "change it", project))


@question
def may_move_on(project: ProjectFact, actor: Actor, on: date) -> Decision:
    """Whether the requester may finish the present step: what it needs is there, nobody else is
    awaited, and the flow is one that may be used."""
    step = present(project)
    # What was handed in is not asked for again; until then every earlier need must still hold.
    through = frozenset(step.needs if step else ())
    if project.flow is not None and project.state in CHANGEABLE:
        through = project.flow.needs_through(project.step)
    rules: tuple[Rule, ...] = (
        partial(_turn, project, Decider.REQUESTER),
        partial(_flow, project),
        *needed(tuple(sorted(through)), project),
        partial(_others, project),
    )
    return _ask(Action.CHANGE_PROJECT, project, actor, on, *rules)


@question
def may_answer(
    project: ProjectFact,
    decider: Decider,
    organization: str,
    answer: StepAnswer,
    actor: Actor,
    on: date,
) -> Decision:
    """Whether this person may say a word at the present step: as staff (who also record what the
    public says), or for the owner or the nation they act for."""
    outside = decider in (Decider.PROVIDERS, Decider.NATIONS)
    action = Action.APPROVE_PROJECT if outside else Action.CHECK_PROJECT
    step = present(project)
    rules: list[Rule] = [partial(_turn, project, decider)]
    if outside:
        rules.append(partial(_concerned, project, decider, organization))
    if decider is Decider.STAFF:
        rules.append(partial(_other_person, project, actor))
    if step is not None and answer is StepAnswer.APPROVE:
        rules += needed(step.needs, project)
    rules.append(partial(_kind_of_word, project, answer))
    request = Request(
        action=action,
        actor=actor,
        facts=(project, decider, organization, answer),
        who=who(action, actor, frozenset({organization}) if outside else None),
        authority=tuple(rules),
        purpose=project.purpose,
    )
    return decide(request, on)


@question
def may_score(project: ProjectFact, actor: Actor, on: date) -> Decision:
    """Whether this person may score the proposal: it is the staff's turn, and not their own."""
    turn = partial(_turn, project, Decider.STAFF)
    other = partial(_other_person, project, actor)
    return _ask(Action.CHECK_PROJECT, project, actor, on, turn, other, anywhere=True)


@question
def may_meet_condition(project: ProjectFact, actor: Actor, on: date) -> Decision:
    """Whether this person may record that a condition is met."""
    state = _in_event("meet the last condition", project)
    return _ask(Action.CHECK_PROJECT, project, actor, on, state, anywhere=True)


@question
def may_name_agreements(
    project: ProjectFact, after: ProjectFact, actor: Actor, on: date
) -> Decision:
    """Whether agreements that were made since the reviews, such as a license, may be named: at the
    step that asks for one, beside those that the reviewers read of. ``after`` is the project as
    it would then be."""
    asked_for = partial(_asks_for_license, project)
    world = pilots.rests_on(after)
    return _ask(
        Action.CHECK_PROJECT, project, actor, on, asked_for, world, facts=(after,), anywhere=True
    )


@question
def may_authorize(project: ProjectFact, leave: Authorization, actor: Actor, on: date) -> Decision:
    """Whether this leave may be given: everything is approved, it goes no further, and it says
    for whom, what for and until when."""
    step = present(project)
    return _ask(
        Action.AUTHORIZE,
        project,
        actor,
        on,
        _in_event("authorize", project),
        partial(_at_the_door, project),
        partial(_other_person, project, actor),
        *approved(project),
        *needed(step.needs if step else (), project),
        partial(_complete, leave),
        partial(_no_further, project, leave),
        facts=(leave,),
        anywhere=True,
    )


@question
def may_revoke(project: ProjectFact, actor: Actor, on: date) -> Decision:
    """Whether the leave may be taken back from today."""
    state = _in_event("revoke", project)
    return _ask(Action.AUTHORIZE, project, actor, on, state, anywhere=True)


@question
def may_withdraw(project: ProjectFact, actor: Actor, on: date) -> Decision:
    """Whether the requester may withdraw it before any data are touched."""
    return _ask(Action.CHANGE_PROJECT, project, actor, on, _in_event("withdraw", project))


@question
def may_revise(project: ProjectFact, actor: Actor, on: date) -> Decision:
    """Whether a next version may be begun; this one stays as it is until that is authorized."""
    return _ask(Action.CHANGE_PROJECT, project, actor, on, _in(REVISABLE, "revise it", project))


def _ask(
    action: Action,
    project: ProjectFact,
    actor: Actor,
    on: date,
    *rules: Rule,
    facts: tuple[object, ...] = (),
    anywhere: bool = False,
) -> Decision:
    """``anywhere``: the action belongs to the hub, and not to the organization that asks."""
    organizations = None if anywhere else frozenset({project.lead})
    request = Request(
        action=action,
        actor=actor,
        facts=(project, *facts),
        who=who(action, actor, organizations),
        authority=rules,
        purpose=project.purpose,
    )
    return decide(request, on)


def _reason(card: RuleCard, *, met: bool, **facts: str | int) -> Reason:
    return Reason(card, Outcome.ALLOW if met else Outcome.DENY, tuple(facts.items()))


def _words(*states: ProjectState | Decider) -> str:
    return " or ".join(s.value.replace("_", " ") for s in states)


def _in(states: tuple[ProjectState, ...], event: str, project: ProjectFact) -> Rule:
    return partial(_state, states, event, project)


def _in_event(event: str, project: ProjectFact) -> Rule:
    possible = tuple(ProjectState(s) for s in states_with(PROJECT, event))
    return partial(_state, possible, event, project)


def _state(
    states: tuple[ProjectState, ...], event: str, project: ProjectFact, on: date
) -> Iterator[Reason]:
    facts = {"state": _words(project.state), "event": event, "allowed": _words(*states)}
    yield _reason(cards.STATE, met=project.state in states, **facts)


def _turn(project: ProjectFact, decider: Decider, on: date) -> Iterator[Reason]:
    step = present(project)
    title = step.title if step else _words(project.state)
    met = step is not None and decider in step.deciders and _takes_words(project, decider)
    yield _reason(cards.TURN, met=met, step=title, decider=_words(decider))


def _takes_words(project: ProjectFact, decider: Decider) -> bool:
    """What was sent back is its requester's turn; held, over, or at the last door: nobody's."""
    if project.state is ProjectState.RETURNED:
        return decider is Decider.REQUESTER
    at_the_door = project.flow is not None and project.step == project.flow.authorization
    waits = project.state is ProjectState.CONDITIONS or at_the_door
    return not waits and any(row.state is project.state for row in PROJECT)


def _flow(project: ProjectFact, on: date) -> Iterator[Reason]:
    found = faults(project.flow) if project.flow else ("none is on record.",)
    for fault in found:
        yield _reason(cards.FLOW, met=False, fault=fault)


def _others(project: ProjectFact, on: date) -> Iterator[Reason]:
    step, last = present(project), due(project)
    rest = [a for a in awaited(project, on) if a.decider is not Decider.REQUESTER]
    yield _reason(
        cards.WAITS,
        met=not rest,
        who=", ".join(a.organization or _words(a.decider) for a in rest),
        due=last.isoformat() if last else "they answer",
        step=step.title if step else "",
    )


def _concerned(
    project: ProjectFact, decider: Decider, organization: str, on: date
) -> Iterator[Reason]:
    whose = project.providers if decider is Decider.PROVIDERS else project.nations or frozenset()
    yield _reason(cards.CONCERNED, met=organization in whose, organization=organization)


def _other_person(project: ProjectFact, actor: Actor, on: date) -> Iterator[Reason]:
    yield _reason(cards.OTHER_PERSON, met=actor.id != project.requester)


def _kind_of_word(project: ProjectFact, answer: StepAnswer, on: date) -> Iterator[Reason]:
    """A step for comments takes comments, another one takes decisions (and comments)."""
    step = present(project)
    if step is not None and for_comments(step) and answer is not StepAnswer.COMMENT:
        yield _reason(cards.TURN, met=False, step=step.title, decider=answer.value)


def _at_the_door(project: ProjectFact, on: date) -> Iterator[Reason]:
    step = present(project)
    here = step is not None and project.flow is not None and step.name == project.flow.authorization
    yield _reason(
        cards.TURN, met=here, step=step.title if step else "", decider="the authorization"
    )


def _asks_for_license(project: ProjectFact, on: date) -> Iterator[Reason]:
    step = present(project)
    here = step is not None and Need.LICENSE in step.needs
    met = here and project.state is ProjectState.APPROVED
    yield _reason(cards.TURN, met=met, step=step.title if step else "", decider="the license")


def _complete(leave: Authorization, on: date) -> Iterator[Reason]:
    missing = [
        name
        for name, given in (
            ("people", leave.staff),
            ("organizations", leave.organizations),
            ("outputs", leave.outputs),
            ("agreements", leave.agreements),
            ("a last day that is not over", leave.starts <= leave.ends and on <= leave.ends),
        )
        if not given
    ]
    yield _reason(cards.TERM, met=not missing, missing=", ".join(missing))


def _no_further(project: ProjectFact, leave: Authorization, on: date) -> Iterator[Reason]:
    beyond = [
        name
        for name, inside in (
            ("elements", leave.elements <= project.elements),
            ("purpose", leave.purpose is project.purpose),
            ("level", leave.level is project.level),
            ("first year", project.first_year <= leave.first_year),
            ("last year", leave.last_year <= project.last_year),
            ("file names", _same_files(project, leave)),
            ("agreements", set(leave.agreements) <= set(project.agreements)),
            ("people", leave.staff <= project.staff),
            ("organizations", leave.organizations <= project.organizations),
            ("questions", _same_questions(project, leave)),
        )
        if not inside
    ]
    yield _reason(cards.WITHIN, met=not beyond, beyond=", ".join(beyond))


def _same_files(project: ProjectFact, leave: Authorization) -> bool:
    """Naming files only narrows: those that were asked for, or some of them."""
    return not project.file_names or (
        bool(leave.file_names) and set(leave.file_names) <= set(project.file_names)
    )


def _same_questions(project: ProjectFact, leave: Authorization) -> bool:
    return all(
        set(asked) <= set(project.question_of.get(element, ()))
        for element, asked in leave.question_of.items()
    )
