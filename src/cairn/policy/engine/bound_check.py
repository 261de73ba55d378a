"""Register each check with its rule cards, and bind it to its facts until a date is decided.

A check is one function, ``(on, facts...) -> Reason`` or an iterator of reasons. The decorator takes
away ``on``: calling the check with its facts gives a `BoundCheck`, which a question lists and
`decide_request` runs for the date of the decision. A check of one data element takes the element
before the date and is bound in the same way.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import wraps
from typing import Concatenate, Final, NamedTuple, ParamSpec

from cairn.policy.engine.decision import Reason
from cairn.policy.law import RuleCard

__all__ = [
    "BoundCheck",
    "BoundElementCheck",
    "RegisteredCheck",
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
