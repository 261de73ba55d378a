"""Every question these rules answer, by name, so that an old answer can be asked for again."""

import inspect
import typing
from collections.abc import Callable, Iterable, Mapping
from dataclasses import is_dataclass, replace
from functools import cache, wraps
from typing import Final, ParamSpec

from cairn.rules import plain
from cairn.rules.decision import Asked, Decision

Params = ParamSpec("Params")
_QUESTIONS: Final[dict[str, Callable[..., Decision]]] = {}


class UnknownQuestion(LookupError):
    """No question of these rules has that name."""


def question(answer: Callable[Params, Decision]) -> Callable[Params, Decision]:
    """Registers a question under ``module.function`` and keeps what it was asked with.

    A question asked inside another is part of that one's answer: the outer question is kept.
    """
    name = f"{answer.__module__.rpartition('.')[2]}.{answer.__name__}"
    signature = inspect.signature(answer)

    @wraps(answer)
    def asked(*args: Params.args, **kwargs: Params.kwargs) -> Decision:
        bound = signature.bind(*args, **kwargs)
        bound.apply_defaults()
        # An iterator can be read once; the answer and the record of the question both read it.
        kept = {key: _settled(value) for key, value in bound.arguments.items()}
        bound.arguments.update(kept)
        return replace(answer(*bound.args, **bound.kwargs), asked=Asked(name, kept))

    _QUESTIONS[name] = asked
    return asked


def questions() -> Mapping[str, Callable[..., Decision]]:
    """All questions that have been loaded, by name."""
    return dict(_QUESTIONS)


def dump(asked: Asked) -> dict[str, object]:
    """The question as plain JSON: ``{"question": name, "arguments": {...}}``."""
    arguments = {name: plain.dump(value) for name, value in asked.arguments.items()}
    return {"question": asked.name, "arguments": arguments}


def load(data: Mapping[str, object]) -> Asked:
    """The question that ``dump`` wrote. Raises ``plain.Unreadable``, ``UnknownQuestion``."""
    name = str(data.get("question", ""))
    given = data.get("arguments")
    hints = _parameters(name)
    return Asked(name, plain.load_fields(hints, given if isinstance(given, Mapping) else {}))


def replay(asked: Asked) -> Decision:
    """The answer that today's rules give to a question of the past, on its own facts and date."""
    return _find(asked.name)(**asked.arguments)


def _find(name: str) -> Callable[..., Decision]:
    if name not in _QUESTIONS:
        raise UnknownQuestion(f"These rules have no question '{name}'.")
    return _QUESTIONS[name]


@cache
def _parameters(name: str) -> Mapping[str, object]:
    """The type of each parameter of a question, by name."""
    hints = typing.get_type_hints(inspect.unwrap(_find(name)))
    return {key: hint for key, hint in hints.items() if key != "return"}


def _settled(value: object) -> object:
    if isinstance(value, str | Mapping | set | frozenset) or is_dataclass(value):
        return value
    return tuple(value) if isinstance(value, Iterable) else value
