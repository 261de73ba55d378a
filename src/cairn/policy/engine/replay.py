"""Register every policy question by name, so that a recorded question can be asked again."""

import inspect
import typing
from collections.abc import Callable, Iterable, Mapping
from dataclasses import is_dataclass, replace
from functools import cache, wraps
from typing import Any, Final, ParamSpec

from cairn.policy.engine import serialization
from cairn.policy.engine.decision import Decision, RecordedQuestion
from cairn.policy.engine.stored_names import StoredNameKind, find_stored_name, list_argument_aliases

__all__ = [
    "UnknownQuestionError",
    "dump_question",
    "load_question",
    "policy_question",
    "replay_question",
]

QuestionParams = ParamSpec("QuestionParams")
_REGISTRY: Final[dict[str, Callable[..., Decision]]] = {}
_READ_ONCE: Final[dict[type, bool]] = {}


class UnknownQuestionError(LookupError):
    """Raised when no policy question has the recorded name."""


def policy_question(
    answer: Callable[QuestionParams, Decision],
) -> Callable[QuestionParams, Decision]:
    """Register a policy question and keep its arguments in the decision.

    A question inside another question is part of the outer answer: the decision keeps the outer
    one.

    Args:
        answer: function that answers with a decision. The names of its parameters are recorded.
    Returns:
        The function, which records name and arguments in ``Decision.asked``.
    """
    name = find_stored_name(StoredNameKind.QUESTION, answer.__name__)
    if name == answer.__name__:
        name = f"{answer.__module__.rpartition('.')[2]}.{name}"
    parameters = inspect.signature(answer).parameters
    aliases = _map_parameters_to_recorded_names(name)
    recorded_names = tuple(aliases.get(key, key) for key in parameters)
    # In the order of the parameters; a parameter without a default is always given.
    defaults = {
        aliases.get(key, key): _to_tuple(parameter.default) for key, parameter in parameters.items()
    }

    # A page asks hundreds of questions, and `Signature.bind` takes as long as a check.
    @wraps(answer)
    def ask_and_record(*args: QuestionParams.args, **kwargs: QuestionParams.kwargs) -> Decision:
        # An iterator can be read only once; both the answer and the record read it.
        given: list[Any] = [_to_tuple(value) for value in args]
        named: dict[str, Any] = {key: _to_tuple(value) for key, value in kwargs.items()}
        decision = answer(*given, **named)
        recorded = defaults | dict(zip(recorded_names, given, strict=False))
        recorded |= {aliases.get(key, key): value for key, value in named.items()}
        return replace(decision, asked=RecordedQuestion(name, recorded))

    _REGISTRY[name] = ask_and_record
    return ask_and_record


def list_questions() -> Mapping[str, Callable[..., Decision]]:
    """List all loaded questions by name.

    Returns:
        Functions by recorded name.
    """
    return dict(_REGISTRY)


def dump_question(asked: RecordedQuestion) -> dict[str, object]:
    """Convert a question to plain JSON: ``{"question": name, "arguments": {...}}``.

    Args:
        asked: name and arguments of the question.
    Returns:
        JSON values.
    """
    arguments = {name: serialization.dump_fact(value) for name, value in asked.arguments.items()}
    return {"question": asked.name, "arguments": arguments}


def load_question(data: Mapping[str, object]) -> RecordedQuestion:
    """Read a question that ``dump_question`` wrote.

    Args:
        data: JSON values with ``question`` and ``arguments``.
    Returns:
        Name and arguments of the question.
    Raises:
        UnknownQuestionError: if no question has this name.
        InvalidFactsError: with every problem in the arguments.
    """
    name = str(data.get("question", ""))
    arguments = data.get("arguments")
    hints = _list_parameter_types(name)
    return RecordedQuestion(
        name,
        serialization.load_named_facts(hints, arguments if isinstance(arguments, Mapping) else {}),
    )


def replay_question(asked: RecordedQuestion) -> Decision:
    """Ask a recorded question again under today's rules, on its own facts and date.

    Args:
        asked: name and arguments of the question.
    Returns:
        Today's answer.
    Raises:
        UnknownQuestionError: if no question has this name.
    """
    parameter_names = list_argument_aliases(asked.name)
    arguments = {parameter_names.get(key, key): value for key, value in asked.arguments.items()}
    return _find_question(asked.name)(**arguments)


def _find_question(name: str) -> Callable[..., Decision]:
    if name not in _REGISTRY:
        raise UnknownQuestionError(f"These rules have no question '{name}'.")
    return _REGISTRY[name]


@cache
def _list_parameter_types(name: str) -> Mapping[str, object]:
    """Map each argument of a question, by its recorded name, to its type."""
    hints = typing.get_type_hints(inspect.unwrap(_find_question(name)))
    recorded_names = _map_parameters_to_recorded_names(name)
    return {recorded_names.get(key, key): hint for key, hint in hints.items() if key != "return"}


def _map_parameters_to_recorded_names(name: str) -> Mapping[str, str]:
    return {parameter: recorded for recorded, parameter in list_argument_aliases(name).items()}


def _to_tuple(value: Any) -> Any:
    """Read an iterator, or copy a list that its owner may change; keep any other value."""
    kind = type(value)
    if kind not in _READ_ONCE:
        is_kept = issubclass(kind, str | Mapping | set | frozenset) or is_dataclass(kind)
        _READ_ONCE[kind] = not is_kept and issubclass(kind, Iterable)
    return tuple(value) if _READ_ONCE[kind] else value
