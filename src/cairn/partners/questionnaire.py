"""Questionnaires by which an organization assesses itself: data, versioned, scored."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

from cairn.rules.vocabulary import OrganizationKind


class Grade(StrEnum):
    """An answer to one item."""

    YES = "yes"
    PARTLY = "partly"
    NO = "no"


_POINTS = {Grade.YES: 2, Grade.PARTLY: 1, Grade.NO: 0}


@dataclass(frozen=True, slots=True)
class Item:
    """One thing an organization does or does not do, and what to do when it does not."""

    id: str
    ask: str
    otherwise: str


@dataclass(frozen=True, slots=True)
class Questionnaire:
    """A list of items; its answers count for ``valid_days``."""

    id: str
    title: str
    version: str
    valid_days: int
    lead: str
    kinds: frozenset[OrganizationKind]
    items: tuple[Item, ...]

    def score(self, answers: Mapping[str, str]) -> int:
        """Points of 100: a yes counts whole, a partly half. Raises ``Unanswered``."""
        missing = [item.id for item in self.items if answers.get(item.id) not in set(Grade)]
        unknown = sorted(set(answers) - {item.id for item in self.items})
        if missing or unknown:
            raise Unanswered(self, missing, unknown)
        points = sum(_POINTS[Grade(answers[item.id])] for item in self.items)
        return points * 100 // (2 * len(self.items))

    def findings(self, answers: Mapping[str, str]) -> tuple[Item, ...]:
        """The items that are not a whole yes, in order: what is left to do."""
        return tuple(item for item in self.items if answers.get(item.id) != Grade.YES)


class Unanswered(Exception):
    """An item has no answer, or an answer has no item; the message names each."""

    def __init__(
        self, questionnaire: Questionnaire, missing: list[str], unknown: list[str]
    ) -> None:
        told = [f"“{item}” needs one of: yes, partly, no" for item in missing]
        told += [f"“{item}” is no item of {questionnaire.id}" for item in unknown]
        super().__init__("; ".join(told) + ".")


@cache
def questionnaires() -> Mapping[str, Questionnaire]:
    """All of them, by id."""
    folder = files("cairn.partners") / "questionnaires"
    read = [_read(file) for file in folder.iterdir() if file.name.endswith(".toml")]
    return {q.id: q for q in sorted(read, key=lambda q: (len(q.kinds) == 1, q.id))}


def asked_of(kind: OrganizationKind) -> tuple[Questionnaire, ...]:
    """Those that an organization of one kind answers before its people see a child."""
    return tuple(q for q in questionnaires().values() if kind in q.kinds)


def _read(file: Traversable) -> Questionnaire:
    told: dict[str, Any] = tomllib.loads(file.read_text(encoding="utf-8"))
    kinds = told.get("kinds", [kind.value for kind in OrganizationKind])
    return Questionnaire(
        id=file.name.removesuffix(".toml"),
        title=told["title"],
        version=told["version"],
        valid_days=told["valid_days"],
        lead=" ".join(told["lead"].split()),
        kinds=frozenset(map(OrganizationKind, kinds)),
        items=tuple(Item(**item) for item in told["item"]),
    )
