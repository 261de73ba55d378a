"""A pilot tries the partnership's own rules on invented children: no check is turned off, and
what is invented never meets what is real.

The agreement says that it is a pilot's; the sender says that a delivery is synthetic, and how it
was made. Whatever is not said to be synthetic is real.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from functools import partial
from typing import Final

from cairn.rules.access import who
from cairn.rules.actor import Actor
from cairn.rules.agreement import Agreement
from cairn.rules.cards import pilot as cards
from cairn.rules.citations import RuleCard
from cairn.rules.decide import Request, Rule, decide
from cairn.rules.decision import Decision, Reason
from cairn.rules.project import ProjectFact
from cairn.rules.question import question
from cairn.rules.vocabulary import Action, LegalBasis, Outcome, ProjectState

_TRIED: Final = frozenset(
    {
        ProjectState.CONDITIONS,
        ProjectState.APPROVED,
        ProjectState.ACTIVE,
        ProjectState.ANALYSIS,
        ProjectState.CLOSING,
        ProjectState.CLOSED,
        ProjectState.SUPERSEDED,
    }
)


def arriving(agreement: Agreement, synthetic: str) -> Rule:
    """A delivery and its agreement are of one world; ``synthetic`` says how it was made, and is
    empty for real data."""
    return partial(_arriving, agreement, synthetic)


def apart(agreements: Iterable[Agreement]) -> Rule:
    """Everything behind a use is of one world."""
    return partial(_apart, tuple(agreements))


def of_world(agreements: Iterable[Agreement], *, pilot: bool) -> Rule:
    """Everything behind a use is of the world that the use says it is of."""
    return partial(_of_world, tuple(agreements), pilot=pilot)


def rests_on(project: ProjectFact) -> Rule:
    """A project and every agreement that it names are of one world."""
    return partial(_rests_on, project)


def concerns(project: ProjectFact | None, agreements: Iterable[Agreement]) -> Rule:
    """As `rests_on`, by the agreements themselves; where no project is named, none is a pilot's."""
    return partial(_concerns, project, tuple(agreements))


def nobody(agreements: Iterable[Agreement], people: Iterable[str]) -> Rule:
    """Under the agreement of a pilot no child is asked about."""
    return partial(_nobody, tuple(agreements), frozenset(people))


def public(*, pilot: bool) -> Rule:
    """Figures of a pilot are not for the public."""
    return partial(_public, pilot=pilot)


def remains(reference: str, *, was: bool | None, now: bool) -> Rule:
    """A text takes the place of one of its own world; ``was`` is ``None`` where there is none."""
    return partial(_remains, reference, was=was, now=now)


def world_above(agreement: Agreement, on: date) -> Iterator[Reason]:
    """What an agreement rests on is of its world, where that discloses anything itself."""
    moving = tuple(a for a in agreement.above if a.basis is not LegalBasis.NO_DISCLOSURE)
    if agreement.pilot or any(a.pilot for a in moving):
        yield from _apart((agreement, *moving), on)


@question
def may_keep_lesson(project: ProjectFact, actor: Actor, on: date) -> Decision:
    """Whether this person may write down what was learned in a pilot: whoever takes part in it."""
    return _ask(Action.VIEW_PROJECT, project, actor, on, partial(_takes_part, project, actor))


@question
def may_settle_lesson(project: ProjectFact, actor: Actor, on: date) -> Decision:
    """Whether this person may say what became of a finding or a change that was asked for."""
    return _ask(Action.CHANGE_PROJECT, project, actor, on)


@question
def may_make_real(project: ProjectFact, lessons: int, actor: Actor, on: date) -> Decision:
    """Whether the real project may be made from a pilot; everything is then approved anew."""
    tried = partial(_tried, project, lessons)
    return _ask(Action.CHANGE_PROJECT, project, actor, on, tried, facts=(lessons,))


def _ask(
    action: Action,
    project: ProjectFact,
    actor: Actor,
    on: date,
    *rules: Rule,
    facts: tuple[object, ...] = (),
) -> Decision:
    of = None if action is Action.VIEW_PROJECT else frozenset({project.lead})
    request = Request(
        action=action,
        actor=actor,
        facts=(project, *facts),
        who=who(action, actor, of),
        outcome=(partial(_is_a_pilot, project), *rules),
    )
    return decide(request, on)


def _arriving(agreement: Agreement, synthetic: str, on: date) -> Iterator[Reason]:
    said = bool(synthetic.strip())
    if agreement.pilot:
        yield _reason(cards.INVENTED_ONLY, met=said, agreement=agreement.reference)
    elif said:
        yield _reason(cards.REAL_ONLY, met=False, agreement=agreement.reference)


def _apart(agreements: tuple[Agreement, ...], on: date) -> Iterator[Reason]:
    pilots, real = _worlds(agreements)
    if pilots:
        yield _reason(cards.APART, met=not real, pilots=pilots, real=real, world="a pilot")


def _of_world(agreements: tuple[Agreement, ...], on: date, *, pilot: bool) -> Iterator[Reason]:
    pilots, real = _worlds(agreements)
    if pilot or pilots:
        others = real if pilot else pilots
        ours = pilots if pilot else real
        sides = {"pilots": ours, "real": others} if pilot else {"pilots": others, "real": ours}
        yield _reason(cards.APART, met=not others, world="a pilot", **sides)


def _rests_on(project: ProjectFact, on: date) -> Iterator[Reason]:
    named = frozenset(project.agreements)
    others = named - project.pilots if project.pilot else named & project.pilots
    yield from _of_project(project, others)


def _concerns(
    project: ProjectFact | None, agreements: tuple[Agreement, ...], on: date
) -> Iterator[Reason]:
    pilot = project.pilot if project else False
    others = frozenset(a.reference for a in agreements if bool(a.pilot) is not pilot)
    if project is not None:
        yield from _of_project(project, others)
    elif others:
        named = ", ".join(sorted(others))
        facts = {"project": "(no project)", "kind": "about real children", "others": named}
        yield _reason(cards.RESTS_ON, met=False, **facts)


def _of_project(project: ProjectFact, others: frozenset[str]) -> Iterator[Reason]:
    if project.pilot or others:
        kind = "a pilot" if project.pilot else "about real children"
        facts = {"project": project.reference, "kind": kind, "others": ", ".join(sorted(others))}
        yield _reason(cards.RESTS_ON, met=not others, **facts)


def _nobody(
    agreements: tuple[Agreement, ...], people: frozenset[str], on: date
) -> Iterator[Reason]:
    for agreement in agreements:
        if agreement.pilot:
            yield _reason(cards.NOBODY, met=not people, agreement=agreement.reference)


def _public(on: date, *, pilot: bool) -> Iterator[Reason]:
    if pilot:
        yield _reason(cards.NOT_PUBLIC, met=False)


def _remains(reference: str, on: date, *, was: bool | None, now: bool) -> Iterator[Reason]:
    if was is not None and (was or now):
        kinds = {True: "the agreement of a pilot", False: "an agreement about real children"}
        facts = {"agreement": reference, "was": kinds[was], "now": kinds[now]}
        yield _reason(cards.REMAINS, met=was is now, **facts)


def _is_a_pilot(project: ProjectFact, on: date) -> Iterator[Reason]:
    yield _reason(cards.IS_A_PILOT, met=project.pilot, project=project.reference)


def _takes_part(project: ProjectFact, actor: Actor, on: date) -> Iterator[Reason]:
    parts = {project.lead, *project.providers, *project.organizations}
    met = not actor.organizations(on).isdisjoint(parts)
    yield _reason(cards.TAKES_PART, met=met, project=project.reference)


def _tried(project: ProjectFact, lessons: int, on: date) -> Iterator[Reason]:
    met = project.state in _TRIED or lessons > 0
    yield _reason(cards.TRIED, met=met, project=project.reference)


def _worlds(agreements: tuple[Agreement, ...]) -> tuple[str, str]:
    """The references of the agreements of pilots, and of those about real children."""
    named = {True: "", False: ""}
    for pilot in named:
        found = sorted({a.reference for a in agreements if bool(a.pilot) is pilot})
        named[pilot] = ", ".join(found)
    return named[True], named[False]


def _reason(card: RuleCard, *, met: bool, **facts: str | int) -> Reason:
    return Reason(card, Outcome.ALLOW if met else Outcome.DENY, tuple(facts.items()))
