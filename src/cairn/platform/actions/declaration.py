"""The three decorators that declare an action, and what an action returns."""

import inspect
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from functools import wraps
from types import MappingProxyType
from typing import Any, Concatenate, Final, Generic, ParamSpec, TypeVar, TypeVarTuple, overload

from django.db import DEFAULT_DB_ALIAS, models, transaction
from django.utils import timezone

from cairn.platform.actions.actors import clear_request_cache, load_current_actor
from cairn.platform.audit.api import record_audit_event
from cairn.policy.engine import Decision, Permit
from cairn.policy.facts import Actor

__all__ = [
    "ActionDeclaration",
    "ActionDeclarationError",
    "ActionResult",
    "AuditDetail",
    "action",
    "get_action_declaration",
    "long_action",
    "system_action",
]

Params = ParamSpec("Params")
Value = TypeVar("Value")
Facts = TypeVarTuple("Facts")

AuditDetail = Mapping[str, str | int]
_NO_DETAIL: Final[AuditDetail] = MappingProxyType({})
_ACTOR_AND_TIME: Final = ("by", "at")
_SESSION_ACTOR: Final = "who"
_ATTRIBUTE: Final = "cairn_action"


class ActionResult(Generic[Value]):
    """What an action did: the value for its caller, and the words for the audit line.

    Args:
        value: what the caller of the action gets; without it the caller gets None.
        subject: the row that the audit line is about, or `"kind:id"`.
        detail: words and counts for the audit line, never anything about a child.
        followed_by: a `@system_action` that this action leads to, with its arguments bound. It
            runs in the same transaction, so that its audit line comes after this one.
    """

    @overload
    def __init__(
        self: "ActionResult[None]",
        *,
        subject: models.Model | str,
        detail: AuditDetail = ...,
        followed_by: Callable[[], object] | None = ...,
    ) -> None: ...

    @overload
    def __init__(
        self,
        value: Value,
        *,
        subject: models.Model | str,
        detail: AuditDetail = ...,
        followed_by: Callable[[], object] | None = ...,
    ) -> None: ...

    def __init__(
        self,
        value: Any = None,
        *,
        subject: models.Model | str,
        detail: AuditDetail = _NO_DETAIL,
        followed_by: Callable[[], object] | None = None,
    ) -> None:
        self.value: Value = value
        self.subject = subject
        self.detail = detail
        self.followed_by = followed_by


class ActionDeclarationError(TypeError):
    """An action is declared wrongly; raised when its module is imported."""


@dataclass(frozen=True, slots=True)
class ActionDeclaration:
    """How an action was declared.

    Args:
        event: name of its audit event; empty for the start of long work.
        asks: its policy question; None if it asks none.
        facts: loads the arguments of the question.
        reason: why it asks no question.
        finish: the action that ends the long work.
        databases: the databases that its transaction spans.
    """

    event: str = ""
    asks: Callable[..., Decision] | None = None
    facts: Callable[..., tuple[Any, ...]] | None = None
    reason: str = ""
    finish: "ActionDeclaration | None" = None
    databases: tuple[str, ...] = (DEFAULT_DB_ALIAS,)

    def decide(self, arguments: Mapping[str, Any]) -> Decision:
        """Ask the question of the action about its actor, on the day of its time.

        Args:
            arguments: all arguments of the action, by name.

        Returns:
            The decision.
        """
        assert self.asks is not None  # noqa: S101 - a system action is never decided
        facts: tuple[Any, ...] = ()
        if self.facts is not None:
            names = inspect.signature(self.facts).parameters
            facts = self.facts(**{name: arguments[name] for name in names})
        actor = arguments.get(_SESSION_ACTOR) or load_current_actor(arguments["by"])
        return self.asks(*facts, actor, timezone.localdate(arguments["at"]))


def get_action_declaration(function: Callable[..., object]) -> ActionDeclaration | None:
    """Return how a function was declared as an action.

    Args:
        function: any function.

    Returns:
        The declaration; None if the function is no declared action.
    """
    return getattr(function, _ATTRIBUTE, None)


class ActionDecorator:
    """Turns a function that asks for a permit into an action that anyone may call."""

    def __init__(self, declaration: ActionDeclaration) -> None:
        self.declaration = declaration

    @overload
    def __call__(
        self, function: Callable[Concatenate[Permit, Decision, Params], ActionResult[Value]]
    ) -> Callable[Params, Value]: ...

    @overload
    def __call__(
        self, function: Callable[Concatenate[Permit, Params], ActionResult[Value]]
    ) -> Callable[Params, Value]: ...

    def __call__(self, function: Callable[..., ActionResult[Any]]) -> Callable[..., Any]:
        signature, granted = _check_signature(function, self.declaration, granted=(1, 2))

        @wraps(function)
        def run(**given: Any) -> Any:
            arguments = _bind_arguments(signature, given)
            with ExitStack() as transactions:
                for database in self.declaration.databases:
                    transactions.enter_context(transaction.atomic(using=database))
                clear_request_cache()
                decision = self.declaration.decide(arguments)
                permit = decision.require()
                result = function(*(permit, decision)[:granted], **arguments)
                _record_result(self.declaration.event, result, arguments, decision)
            return result.value

        return _publish_action(run, signature, self.declaration)


class LongActionDecorator:
    """Turns a function that asks for a permit into long work outside of any transaction."""

    def __init__(self, declaration: ActionDeclaration) -> None:
        self.declaration = declaration

    def __call__(
        self, function: Callable[Concatenate[Permit, Params], Value]
    ) -> Callable[Params, Value]:
        signature, _granted = _check_signature(function, self.declaration, granted=(1,))

        @wraps(function)
        def run(**given: Any) -> Any:
            arguments = _bind_arguments(signature, given)
            with transaction.atomic(durable=True):
                clear_request_cache()
                permit = self.declaration.decide(arguments).require()
            untyped: Callable[..., Value] = function
            return untyped(permit, **arguments)

        return _publish_action(run, signature, self.declaration)


@overload
def action(
    event: str, *, asks: Callable[[Actor, date], Decision], also_in: str = ...
) -> ActionDecorator: ...


@overload
def action(
    event: str,
    *,
    asks: Callable[[*Facts, Actor, date], Decision],
    facts: Callable[..., tuple[*Facts]],
    also_in: str = ...,
) -> ActionDecorator: ...


def action(
    event: str,
    *,
    asks: Callable[..., Decision],
    facts: Callable[..., tuple[Any, ...]] | None = None,
    also_in: str = "",
) -> ActionDecorator:
    """Declare an action: one transaction, one policy question, one audit line.

    The decorated function takes the permit first, which its callers do not pass, and everything
    else by keyword, `by` and `at` among it. It runs only if the question is answered with yes. It
    takes `(permit, decision)` if it needs the decision too, for the disclosure log. Families have
    no account, so an action of theirs takes the actor of the session as `who`, and `by: None`.

        @action("release.submitted", asks=may_submit_release, facts=lock_release_facts)
        def submit_release(
            permit: Permit, /, *, release: Release, by: User, at: datetime
        ) -> ActionResult[None]:
            release.state = State.SUBMITTED
            release.save(update_fields=["state"])
            return ActionResult(subject=release)

        submit_release(release=release, by=request.user, at=timezone.now())

    Args:
        event: name of the audit event, such as "release.submitted".
        asks: the policy question. Its last two arguments are the actor and the day.
        facts: locks the rows and returns the first arguments of the question, as a tuple. It
            takes any of the action's arguments by their names. It runs inside the transaction.
        also_in: another database that the action writes to. Its transaction lies inside that of
            the audit line: if the line cannot be written, both are undone.

    Returns:
        The decorator. The action itself raises `Refused` if the question is answered with no;
        its transaction is undone, and its outermost caller records the refusal.

    Raises:
        ActionDeclarationError: the function or `facts` does not fit (on import).
    """
    databases = (DEFAULT_DB_ALIAS, also_in) if also_in else (DEFAULT_DB_ALIAS,)
    return ActionDecorator(
        ActionDeclaration(event=event, asks=asks, facts=facts, databases=databases)
    )


@overload
def long_action(
    *, asks: Callable[[Actor, date], Decision], finish: Callable[..., object]
) -> LongActionDecorator: ...


@overload
def long_action(
    *,
    asks: Callable[[*Facts, Actor, date], Decision],
    facts: Callable[..., tuple[*Facts]],
    finish: Callable[..., object],
) -> LongActionDecorator: ...


def long_action(
    *,
    asks: Callable[..., Decision],
    facts: Callable[..., tuple[Any, ...]] | None = None,
    finish: Callable[..., object],
) -> LongActionDecorator:
    """Declare long work: ask, work outside of any transaction, then finish with an action.

    A transaction of minutes would lock out everyone else. So the work asks in a transaction of
    its own, which ends before the work begins. The decorated function hands its result to
    `finish`, an `@action`: it asks again, because the answer may have changed meanwhile, stores
    the result and writes the audit line.

    Args:
        asks: the policy question, as in `action`.
        facts: the first arguments of the question, as in `action`.
        finish: the action that ends the work.

    Returns:
        The decorator. The action itself raises `Refused`, and `RuntimeError` if it is called
        inside a transaction.

    Raises:
        ActionDeclarationError: the function, `facts` or `finish` does not fit (on import).
    """
    finish_declaration = get_action_declaration(finish)
    if finish_declaration is None or finish_declaration.asks is None:
        raise ActionDeclarationError(f"{finish.__qualname__} must be declared with @action.")
    return LongActionDecorator(ActionDeclaration(asks=asks, facts=facts, finish=finish_declaration))


def system_action(
    event: str, *, reason: str
) -> Callable[[Callable[Params, ActionResult[Value]]], Callable[Params, Value]]:
    """Declare an action without a policy question: one transaction, one audit line.

    Args:
        event: name of the audit event.
        reason: why there is no question to ask, such as "it follows from a decision".

    Returns:
        The decorator.

    Raises:
        ActionDeclarationError: there is no reason, or the function does not fit (on import).
    """
    declaration = ActionDeclaration(event=event, reason=reason)
    if not reason:
        raise ActionDeclarationError(f"{event} asks no question, so it must give a reason.")

    def decorate(
        function: Callable[Params, ActionResult[Value]],
    ) -> Callable[Params, Value]:
        signature, _granted = _check_signature(function, declaration, granted=(0,))

        @wraps(function)
        @transaction.atomic
        def run(**given: Any) -> Any:
            arguments = _bind_arguments(signature, given)
            untyped: Callable[..., ActionResult[Value]] = function
            result = untyped(**arguments)
            _record_result(event, result, arguments, None)
            return result.value

        return _publish_action(run, signature, declaration)

    return decorate


def _check_signature(
    function: Callable[..., object], declaration: ActionDeclaration, *, granted: tuple[int, ...]
) -> tuple[inspect.Signature, int]:
    """Return the signature that callers see, and how many of permit and decision come first."""
    parameters = inspect.signature(function).parameters
    keywords = [
        parameter
        for parameter in parameters.values()
        if parameter.kind is inspect.Parameter.KEYWORD_ONLY
    ]
    name, names = function.__qualname__, {parameter.name for parameter in keywords}
    count = len(parameters) - len(keywords)
    if count not in granted:
        raise ActionDeclarationError(
            f"{name} takes {count} positional arguments; only what is granted comes first, and "
            "everything else is keyword-only."
        )
    if not names.issuperset(_ACTOR_AND_TIME):
        raise ActionDeclarationError(f"{name} must say who acts and when: `by` and `at`.")
    if _SESSION_ACTOR in names and parameters["by"].annotation is not None:
        raise ActionDeclarationError(
            f"{name} takes `{_SESSION_ACTOR}`, which only an action without a user may: `by: None`."
        )
    if declaration.facts is not None:
        _check_facts(declaration.facts, name, parameters)
    return inspect.Signature(keywords), count


def _check_facts(
    facts: Callable[..., object], name: str, parameters: Mapping[str, inspect.Parameter]
) -> None:
    for needed in inspect.signature(facts).parameters.values():
        parameter = parameters.get(needed.name)
        if parameter is None or parameter.annotation != needed.annotation:
            raise ActionDeclarationError(
                f"{facts.__qualname__} needs `{needed}`, which {name} does not take."
            )


def _bind_arguments(signature: inspect.Signature, given: Mapping[str, Any]) -> dict[str, Any]:
    bound = signature.bind(**given)
    bound.apply_defaults()
    return bound.arguments


def _record_result(
    event: str, result: ActionResult[Any], arguments: Mapping[str, Any], decision: Decision | None
) -> None:
    by, at = arguments["by"], arguments["at"]
    record_audit_event(event, result.subject, by=by, at=at, decision=decision, detail=result.detail)
    if result.followed_by is not None:
        result.followed_by()


def _publish_action(
    run: Callable[..., Any], signature: inspect.Signature, declaration: ActionDeclaration
) -> Callable[..., Any]:
    setattr(run, _ATTRIBUTE, declaration)
    run.__signature__ = signature  # type: ignore[attr-defined]
    return run
