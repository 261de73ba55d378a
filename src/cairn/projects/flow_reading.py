"""Reads flows: TOML texts in this room, and those that a partnership keeps in its data folder."""

import tomllib
from collections.abc import Iterator, Mapping
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, TypeVar

from django.conf import settings

from cairn.rules.flow import Flow, FlowStep, Need, faults
from cairn.rules.vocabulary import Decider, ProjectState, Silence

Word = TypeVar("Word", bound=StrEnum)
SHIPPED: Final = Path(__file__).with_name("flows")
_FLOW: Final = frozenset({"name", "title", "about", "authorization", "criteria", "step"})
_STEP: Final = frozenset({"name", "title", "deciders", "state", "needs", "days", "silence"})


class BadFlow(Exception):
    """A text that is no flow, or one that may not be used; `mistakes` says why, each in a line."""

    def __init__(self, mistakes: list[str]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__("\n".join(mistakes))


@lru_cache(maxsize=128)
def parse(text: str) -> Flow:
    """One flow. Raises `BadFlow` with every mistake, soundness included."""
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadFlow([f"This is not TOML: {error}."]) from error
    mistakes: list[str] = []
    _no_others("the flow", raw, _FLOW, mistakes)
    steps = raw.get("step", [])
    if not isinstance(steps, list) or not all(isinstance(s, dict) for s in steps):
        raise BadFlow(["step must be a list of tables, [[step]]."])
    flow = Flow(
        name=_text("the flow", raw, "name", mistakes),
        title=_text("the flow", raw, "title", mistakes),
        about=str(raw.get("about", "")),
        authorization=_text("the flow", raw, "authorization", mistakes),
        criteria=_texts("the flow", raw, "criteria", mistakes),
        steps=tuple(_step(n, step, mistakes) for n, step in enumerate(steps, 1)),
    )
    if mistakes or faults(flow):
        raise BadFlow([*mistakes, *faults(flow)])
    return flow


def texts() -> dict[str, str]:
    """The text of every flow on offer by its name: a partnership's own replaces a shipped one.

    Raises `BadFlow` naming the file.
    """
    found: dict[str, str] = {}
    for path in _files():
        text = path.read_text(encoding="utf-8")
        try:
            found[parse(text).name] = text
        except BadFlow as bad:
            raise BadFlow([f"{path.name}: {mistake}" for mistake in bad.mistakes]) from bad
    return found


def _files() -> Iterator[Path]:
    yield from sorted(SHIPPED.glob("*.toml"))
    yield from sorted((Path(settings.CAIRN_DATA) / "flows").glob("*.toml"))


def _step(number: int, raw: Mapping[str, Any], mistakes: list[str]) -> FlowStep:
    place = f"step {number}"
    _no_others(place, raw, _STEP, mistakes)
    days = raw.get("days")
    if days is not None and (type(days) is not int or days < 1):
        mistakes.append(f"{place}: days must be a whole number of at least 1.")
        days = None
    return FlowStep(
        name=_text(place, raw, "name", mistakes),
        title=_text(place, raw, "title", mistakes),
        deciders=_words(place, raw, "deciders", Decider, mistakes),
        state=_word(place, raw.get("state"), ProjectState, mistakes) or ProjectState.IDEA,
        needs=_words(place, raw, "needs", Need, mistakes),
        days=days,
        silence=_word(place, raw.get("silence", "waits"), Silence, mistakes) or Silence.WAITS,
    )


def _no_others(
    place: str, raw: Mapping[str, Any], known: frozenset[str], mistakes: list[str]
) -> None:
    for key in sorted(set(raw) - known):
        allowed = ", ".join(sorted(known))
        mistakes.append(f"{place}: '{key}' is not a field; the fields are {allowed}.")


def _text(place: str, raw: Mapping[str, Any], key: str, mistakes: list[str]) -> str:
    value = raw.get(key)
    if not isinstance(value, str) or not value.strip():
        mistakes.append(f"{place}: {key} is missing: write it as text.")
        return ""
    return value


def _texts(place: str, raw: Mapping[str, Any], key: str, mistakes: list[str]) -> tuple[str, ...]:
    value = raw.get(key, [])
    if not isinstance(value, list) or not all(isinstance(v, str) for v in value):
        mistakes.append(f"{place}: {key} must be a list of texts.")
        return ()
    return tuple(value)


def _words(
    place: str, raw: Mapping[str, Any], key: str, kind: type[Word], mistakes: list[str]
) -> tuple[Word, ...]:
    found = (_word(place, text, kind, mistakes) for text in _texts(place, raw, key, mistakes))
    return tuple(word for word in found if word is not None)


def _word(place: str, text: object, kind: type[Word], mistakes: list[str]) -> Word | None:
    try:
        return kind(str(text))
    except ValueError:
        mistakes.append(f"{place}: '{text}' is none of: {', '.join(kind)}.")
        return None
