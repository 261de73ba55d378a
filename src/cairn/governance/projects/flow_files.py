"""Read workflows from TOML files: those that ship with Cairn, and a partnership's own.

A partnership keeps its own files in the `flows` folder of its data folder.
"""

import tomllib
from collections.abc import Iterator, Mapping
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, TypeVar

from django.conf import settings

from cairn.policy.checks import find_flow_faults
from cairn.policy.facts import Flow, FlowStep
from cairn.policy.vocabulary import Decider, NoResponseEffect, ProjectState, StepRequirement

__all__ = ["parse_flow"]

CodeT = TypeVar("CodeT", bound=StrEnum)
SHIPPED_FLOWS: Final = Path(__file__).with_name("flows")
_FLOW_FIELDS: Final = frozenset({"name", "title", "about", "authorization", "criteria", "step"})
_STEP_FIELDS: Final = frozenset({"name", "title", "deciders", "state", "needs", "days", "silence"})


class FlowError(Exception):
    """A text is not a valid workflow; `mistakes` lists every reason, one in each line."""

    def __init__(self, mistakes: list[str]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__("\n".join(mistakes))


@lru_cache(maxsize=128)
def parse_flow(text: str) -> Flow:
    """Parse one workflow.

    Args:
        text: the TOML text.
    Returns:
        The workflow. Cached by its text.
    Raises:
        FlowError: every mistake in the text, including a workflow that cannot be completed.
    """
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise FlowError([f"This is not TOML: {error}."]) from error
    mistakes: list[str] = []
    _check_fields("the flow", raw, _FLOW_FIELDS, mistakes)
    steps = raw.get("step", [])
    if not isinstance(steps, list) or not all(isinstance(entry, dict) for entry in steps):
        raise FlowError(["step must be a list of tables, [[step]]."])
    flow = Flow(
        name=_parse_text("the flow", raw, "name", mistakes),
        title=_parse_text("the flow", raw, "title", mistakes),
        about=str(raw.get("about", "")),
        authorization=_parse_text("the flow", raw, "authorization", mistakes),
        criteria=_parse_texts("the flow", raw, "criteria", mistakes),
        steps=tuple(_parse_step(number, step, mistakes) for number, step in enumerate(steps, 1)),
    )
    if mistakes or find_flow_faults(flow):
        raise FlowError([*mistakes, *find_flow_faults(flow)])
    return flow


def load_flow_texts() -> dict[str, str]:
    """Return the text of every available workflow by its name.

    A partnership's own workflow replaces a shipped one of the same name. Raises `FlowError` that
    names the file.
    """
    texts_by_name: dict[str, str] = {}
    for path in _iterate_files():
        text = path.read_text(encoding="utf-8")
        try:
            texts_by_name[parse_flow(text).name] = text
        except FlowError as bad:
            raise FlowError([f"{path.name}: {mistake}" for mistake in bad.mistakes]) from bad
    return texts_by_name


def _iterate_files() -> Iterator[Path]:
    yield from sorted(SHIPPED_FLOWS.glob("*.toml"))
    yield from sorted((Path(settings.CAIRN_DATA) / "flows").glob("*.toml"))


def _parse_step(number: int, raw: Mapping[str, Any], mistakes: list[str]) -> FlowStep:
    location = f"step {number}"
    _check_fields(location, raw, _STEP_FIELDS, mistakes)
    days = raw.get("days")
    if days is not None and (type(days) is not int or days < 1):
        mistakes.append(f"{location}: days must be a whole number of at least 1.")
        days = None
    return FlowStep(
        name=_parse_text(location, raw, "name", mistakes),
        title=_parse_text(location, raw, "title", mistakes),
        deciders=_parse_codes(location, raw, "deciders", Decider, mistakes),
        state=_parse_code(location, raw.get("state"), ProjectState, mistakes) or ProjectState.IDEA,
        needs=_parse_codes(location, raw, "needs", StepRequirement, mistakes),
        days=days,
        silence=_parse_code(location, raw.get("silence", "waits"), NoResponseEffect, mistakes)
        or NoResponseEffect.WAITS,
    )


def _check_fields(
    location: str, raw: Mapping[str, Any], known_fields: frozenset[str], mistakes: list[str]
) -> None:
    for key in sorted(set(raw) - known_fields):
        allowed = ", ".join(sorted(known_fields))
        mistakes.append(f"{location}: '{key}' is not a field; the fields are {allowed}.")


def _parse_text(location: str, raw: Mapping[str, Any], key: str, mistakes: list[str]) -> str:
    value = raw.get(key)
    if not isinstance(value, str) or not value.strip():
        mistakes.append(f"{location}: {key} is missing: write it as text.")
        return ""
    return value


def _parse_texts(
    location: str, raw: Mapping[str, Any], key: str, mistakes: list[str]
) -> tuple[str, ...]:
    value = raw.get(key, [])
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        mistakes.append(f"{location}: {key} must be a list of texts.")
        return ()
    return tuple(value)


def _parse_codes(
    location: str, raw: Mapping[str, Any], key: str, kind: type[CodeT], mistakes: list[str]
) -> tuple[CodeT, ...]:
    codes = (
        _parse_code(location, text, kind, mistakes)
        for text in _parse_texts(location, raw, key, mistakes)
    )
    return tuple(code for code in codes if code is not None)


def _parse_code(
    location: str, text: object, kind: type[CodeT], mistakes: list[str]
) -> CodeT | None:
    try:
        return kind(str(text))
    except ValueError:
        mistakes.append(f"{location}: '{text}' is none of: {', '.join(kind)}.")
        return None
