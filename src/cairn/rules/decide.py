"""The one question every door asks: the stages of a request, in order, into one Decision."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from types import MappingProxyType

from cairn.rules.actor import Actor
from cairn.rules.decision import (
    NO_POPULATIONS,
    NO_YEARS,
    NOBODY_LEFT_OUT,
    Decision,
    Obligation,
    PeopleAnswer,
    Populations,
    Reason,
    Years,
    conclude,
)
from cairn.rules.vocabulary import Action, LegalBasis, Outcome, Purpose

Rule = Callable[[date], Iterable[Reason]]
ElementRule = Callable[[str, date], Iterable[Reason]]
PeopleRules = Callable[[frozenset[str], date], PeopleAnswer]
"""Given the elements that may be used and the day: who may be in."""


@dataclass(frozen=True, slots=True)
class Lineage:
    """What the agreements behind a request ask of its answer: the strictest of each."""

    references: tuple[str, ...] = ()
    basis: LegalBasis | None = None
    minimum_cell: int | None = None
    ends_on: date | None = None
    years: Years = field(default_factory=lambda: NO_YEARS)
    populations: Populations = field(default_factory=lambda: NO_POPULATIONS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One question: who asks for what, the facts it rests on, and the rules of each stage.

    ``who`` holds the actor's rules; ``authority`` what was agreed; ``element_rules`` answer for
    each of ``elements`` by itself, and where they refuse one, for its coarser forms (``ladders``,
    finest first); ``people`` leaves persons out; ``outcome`` asks whether the thing itself may
    go; ``obligations`` are what remains to do when it may.
    """

    action: Action
    actor: Actor
    facts: tuple[object, ...]
    who: tuple[Rule, ...]
    authority: tuple[Rule, ...] = ()
    elements: frozenset[str] = frozenset()
    element_rules: tuple[ElementRule, ...] = ()
    ladders: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    people: PeopleRules | None = None
    outcome: tuple[Rule, ...] = ()
    obligations: Callable[[date], Iterable[Obligation]] | None = None
    lineage: Lineage = Lineage()
    purpose: Purpose | None = None


def decide(request: Request, on: date) -> Decision:
    """Answer a request for a date. Within a stage every rule runs, so all reasons are told.

    Whoever may not ask at all hears only that: no later stage runs, and no element is allowed.
    """
    reasons = _run(request.who, on)
    elements = dict.fromkeys(sorted(request.elements), Outcome.DENY)
    coarser: dict[str, str] = {}
    people = NOBODY_LEFT_OUT
    if not _denied(reasons):
        reasons += _run(request.authority, on)
        elements, told = _each_element(request, on)
        coarser = _coarser(request, elements, on)
        elements |= dict.fromkeys(coarser, Outcome.COARSEN)
        reasons += told + _run(request.outcome, on)
        if request.people:
            allowed = (e for e, answer in elements.items() if answer is Outcome.ALLOW)
            people = request.people(frozenset({*allowed, *coarser.values()}), on)
    return conclude(
        request.action,
        request.actor.id,
        on,
        reasons,
        facts=(request.actor, request.purpose, request.elements, *request.facts),
        obligations=request.obligations(on) if request.obligations else (),
        elements=elements,
        coarser=coarser,
        people=people,
        agreements=request.lineage.references,
        purpose=request.purpose,
        basis=request.lineage.basis,
        minimum_cell=request.lineage.minimum_cell,
        ends_on=request.lineage.ends_on,
        years=request.lineage.years,
        populations=request.lineage.populations,
    )


def _run(rules: Iterable[Rule], on: date) -> list[Reason]:
    return [reason for rule in rules for reason in rule(on)]


def _denied(reasons: Iterable[Reason]) -> bool:
    return any(r.effect is Outcome.DENY for r in reasons)


def _each_element(request: Request, on: date) -> tuple[dict[str, Outcome], list[Reason]]:
    """Every element by itself: allowed when some rule allows it and none refuses."""
    answers: dict[str, Outcome] = {}
    told: list[Reason] = []
    for element in sorted(request.elements):
        mine = _about(request, element, on)
        answers[element] = _answer(mine)
        told += [replace(r, about=element) for r in mine]
    return answers, told


def _about(request: Request, element: str, on: date) -> list[Reason]:
    return [r for rule in request.element_rules for r in rule(element, on)]


def _answer(reasons: Iterable[Reason]) -> Outcome:
    effects = {r.effect for r in reasons}
    if effects == {Outcome.ALLOW}:
        return Outcome.ALLOW
    asks = Outcome.NEEDS_PERSON in effects and Outcome.DENY not in effects
    return Outcome.NEEDS_PERSON if asks else Outcome.DENY


def _coarser(request: Request, answers: Mapping[str, Outcome], on: date) -> dict[str, str]:
    """For each element that is not allowed as it is, its finest form that is."""
    found: dict[str, str] = {}
    for element, answer in answers.items():
        forms = () if answer is Outcome.ALLOW else request.ladders.get(element, ())
        fitting = (f for f in forms if _answer(_about(request, f, on)) is Outcome.ALLOW)
        if (form := next(fitting, None)) is not None:
            found[element] = form
    return found
