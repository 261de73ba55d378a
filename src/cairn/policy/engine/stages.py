"""Run the checks of a request in stages and combine their reasons into one Decision.

A check is one function, ``(on, facts...) -> Reason`` or an iterator of reasons, registered with its
rule cards. The decorator takes away ``on``: calling the check with its facts gives a `BoundCheck`,
which a question lists and `decide_request` runs for the date of the decision. A check of one data
element takes the element before the date and is bound in the same way.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import wraps
from types import MappingProxyType
from typing import Concatenate, Final, NamedTuple, ParamSpec

from cairn.policy.engine.decision import (
    ALL_PEOPLE_INCLUDED,
    NO_POPULATION_FILTERS,
    NO_YEAR_LIMITS,
    Decision,
    Obligation,
    PeopleAnswer,
    PopulationFilters,
    Reason,
    YearLimits,
    conclude_decision,
)
from cairn.policy.facts import Actor
from cairn.policy.law import RuleCard
from cairn.policy.vocabulary import Action, LegalBasis, Outcome, Purpose

__all__ = [
    "AgreementLineage",
    "BoundCheck",
    "BoundElementCheck",
    "DecidePeople",
    "PolicyRequest",
    "RegisteredCheck",
    "decide_request",
    "element_check",
    "list_registered_checks",
    "policy_check",
]

CheckFacts = ParamSpec("CheckFacts")
CheckResult = Reason | Iterable[Reason]


@dataclass(frozen=True, slots=True)
class RegisteredCheck:
    """A check as it was written, and the rule cards that its reasons may carry.

    Args:
        function: the function, which takes the date first.
        cards: rule cards of its reasons.
    """

    function: Callable[..., CheckResult]
    cards: tuple[RuleCard, ...]


_REGISTRY: Final[list[RegisteredCheck]] = []


class BoundCheck(NamedTuple):
    """A check with its facts, ready to run for a date.

    Args:
        function: the function, as it was written.
        args: its facts.
        kwargs: its facts by name.
    """

    function: Callable[..., CheckResult]
    args: tuple[object, ...]
    kwargs: Mapping[str, object]

    def run(self, on: date) -> tuple[Reason, ...]:
        """Return the reasons of the check on a date."""
        result = self.function(on, *self.args, **self.kwargs)
        return (result,) if isinstance(result, Reason) else tuple(result)


class BoundElementCheck(NamedTuple):
    """A check of one data element with its facts, ready to run for an element and a date.

    Args:
        function: the function, as it was written.
        args: its facts.
        kwargs: its facts by name.
    """

    function: Callable[..., CheckResult]
    args: tuple[object, ...]
    kwargs: Mapping[str, object]

    def run(self, element: str, on: date) -> tuple[Reason, ...]:
        """Return the reasons of the check about an element on a date."""
        result = self.function(element, on, *self.args, **self.kwargs)
        return (result,) if isinstance(result, Reason) else tuple(result)


def policy_check(
    *cards: RuleCard,
) -> Callable[
    [Callable[Concatenate[date, CheckFacts], CheckResult]], Callable[CheckFacts, BoundCheck]
]:
    """Register a check with its rule cards, and bind it when it is called with its facts.

    Args:
        cards: rule cards of the reasons that the check gives.
    Returns:
        Decorator of a function ``(on, facts...)``, which gives one reason or an iterator of them.
    """

    def register(
        function: Callable[Concatenate[date, CheckFacts], CheckResult],
    ) -> Callable[CheckFacts, BoundCheck]:
        _REGISTRY.append(RegisteredCheck(function, cards))

        @wraps(function)
        def bind(*args: CheckFacts.args, **kwargs: CheckFacts.kwargs) -> BoundCheck:
            return BoundCheck(function, args, kwargs)

        return bind

    return register


def element_check(
    *cards: RuleCard,
) -> Callable[
    [Callable[Concatenate[str, date, CheckFacts], CheckResult]],
    Callable[CheckFacts, BoundElementCheck],
]:
    """Register a check of one data element, and bind it when it is called with its facts.

    Args:
        cards: rule cards of the reasons that the check gives.
    Returns:
        Decorator of a function ``(element, on, facts...)``, which gives one reason or an iterator
        of them.
    """

    def register(
        function: Callable[Concatenate[str, date, CheckFacts], CheckResult],
    ) -> Callable[CheckFacts, BoundElementCheck]:
        _REGISTRY.append(RegisteredCheck(function, cards))

        @wraps(function)
        def bind(*args: CheckFacts.args, **kwargs: CheckFacts.kwargs) -> BoundElementCheck:
            return BoundElementCheck(function, args, kwargs)

        return bind

    return register


def list_registered_checks() -> tuple[RegisteredCheck, ...]:
    """List every loaded check with its rule cards.

    Returns:
        The checks, in the order in which their modules were loaded.
    """
    return tuple(_REGISTRY)


DecidePeople = Callable[[frozenset[str], date], PeopleAnswer]
"""Given the elements that may be used and the date: which students may be included."""


@dataclass(frozen=True, slots=True)
class AgreementLineage:
    """What the agreements behind a request require of its answer: the strictest of each term.

    Args:
        references: references of the agreements, sorted.
        basis: legal basis, if all share one.
        minimum_cell: largest minimum cell.
        ends_on: earliest last day.
        years: first and last school year by record type.
        populations: population filter by agreement.
    """

    references: tuple[str, ...] = ()
    basis: LegalBasis | None = None
    minimum_cell: int | None = None
    ends_on: date | None = None
    years: YearLimits = field(default_factory=lambda: NO_YEAR_LIMITS)
    populations: PopulationFilters = field(default_factory=lambda: NO_POPULATION_FILTERS)


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyRequest:
    """One policy question: actor, action, the facts it rests on, and the checks of each stage.

    Args:
        action: action that is asked for.
        actor: the person who asks.
        facts: facts that the answer rests on.
        access_checks: checks of the actor.
        authority_checks: checks of what was agreed.
        elements: data elements of the request.
        element_checks: checks of each element, and of its coarser forms where they refuse it.
        ladders: coarser forms of each element, finest first.
        people: decides which students are left out.
        outcome_checks: checks of whether the result itself may be released.
        obligations: duties that remain when the request is allowed.
        lineage: agreements behind the request.
        purpose: purpose of the request.
    """

    action: Action
    actor: Actor
    facts: tuple[object, ...]
    access_checks: tuple[BoundCheck, ...]
    authority_checks: tuple[BoundCheck, ...] = ()
    elements: frozenset[str] = frozenset()
    element_checks: tuple[BoundElementCheck, ...] = ()
    ladders: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    people: DecidePeople | None = None
    outcome_checks: tuple[BoundCheck, ...] = ()
    obligations: Callable[[date], Iterable[Obligation]] | None = None
    lineage: AgreementLineage = AgreementLineage()
    purpose: Purpose | None = None


def decide_request(request: PolicyRequest, on: date) -> Decision:
    """Answer a request for a date. Within a stage every check runs, so that all reasons are given.

    An actor who may not ask at all gets only that reason: no later stage runs, and no element is
    allowed.

    Args:
        request: the request with its checks.
        on: date of the decision.
    Returns:
        The decision.
    """
    reasons = _run_checks(request.access_checks, on)
    elements = dict.fromkeys(sorted(request.elements), Outcome.DENY)
    coarser: dict[str, str] = {}
    people = ALL_PEOPLE_INCLUDED
    if not _has_denial(reasons):
        reasons += _run_checks(request.authority_checks, on)
        elements, element_reasons = _answer_elements(request, on)
        coarser = _find_coarser_forms(request, elements, on)
        elements |= dict.fromkeys(coarser, Outcome.COARSEN)
        reasons += element_reasons + _run_checks(request.outcome_checks, on)
        if request.people:
            allowed = (element for element, answer in elements.items() if answer is Outcome.ALLOW)
            people = request.people(frozenset({*allowed, *coarser.values()}), on)
    return conclude_decision(
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


def _run_checks(checks: Iterable[BoundCheck], on: date) -> list[Reason]:
    return [reason for check in checks for reason in check.run(on)]


def _has_denial(reasons: Iterable[Reason]) -> bool:
    return any(reason.effect is Outcome.DENY for reason in reasons)


def _answer_elements(request: PolicyRequest, on: date) -> tuple[dict[str, Outcome], list[Reason]]:
    """Answer each element by itself: allowed when some check allows it and none refuses."""
    answers: dict[str, Outcome] = {}
    all_reasons: list[Reason] = []
    for element in sorted(request.elements):
        reasons = _run_element_checks(request, element, on)
        answers[element] = _combine_element_reasons(reasons)
        all_reasons += [replace(reason, about=element) for reason in reasons]
    return answers, all_reasons


def _run_element_checks(request: PolicyRequest, element: str, on: date) -> list[Reason]:
    return [reason for check in request.element_checks for reason in check.run(element, on)]


def _combine_element_reasons(reasons: Iterable[Reason]) -> Outcome:
    effects = {reason.effect for reason in reasons}
    if effects == {Outcome.ALLOW}:
        return Outcome.ALLOW
    needs_person = Outcome.NEEDS_PERSON in effects and Outcome.DENY not in effects
    return Outcome.NEEDS_PERSON if needs_person else Outcome.DENY


def _find_coarser_forms(
    request: PolicyRequest, answers: Mapping[str, Outcome], on: date
) -> dict[str, str]:
    """Find, for each element that is not allowed, its finest coarser form that is."""
    coarser: dict[str, str] = {}
    for element, answer in answers.items():
        forms = () if answer is Outcome.ALLOW else request.ladders.get(element, ())
        allowed_forms = (
            candidate
            for candidate in forms
            if _combine_element_reasons(_run_element_checks(request, candidate, on))
            is Outcome.ALLOW
        )
        if (form := next(allowed_forms, None)) is not None:
            coarser[element] = form
    return coarser
