"""Questionnaires by which an organization assesses itself: data files, versioned and scored."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

from cairn.policy.vocabulary import OrganizationKind, SecurityCondition

__all__ = ["AnswerGrade", "list_questionnaires_for", "load_questionnaires"]


class AnswerGrade(StrEnum):
    """An answer to one item."""

    YES = "yes"
    PARTLY = "partly"
    NO = "no"


_POINTS_BY_GRADE = {AnswerGrade.YES: 2, AnswerGrade.PARTLY: 1, AnswerGrade.NO: 0}


@dataclass(frozen=True, slots=True)
class QuestionnaireItem:
    """One protection to ask about, what to do if it is missing, and what a "yes" confirms."""

    id: str
    ask: str
    otherwise: str
    confirms: frozenset[SecurityCondition] = frozenset()


@dataclass(frozen=True, slots=True)
class Questionnaire:
    """A list of items; its answers count for ``valid_days`` days."""

    id: str
    title: str
    version: str
    valid_days: int
    lead: str
    kinds: frozenset[OrganizationKind]
    items: tuple[QuestionnaireItem, ...]

    def score(self, answers: Mapping[str, str]) -> int:
        """Compute the score: points of 100, where "yes" counts whole and "partly" half.

        Raises:
            IncompleteAnswers: an item has no answer, or an answer has no item.
        """
        missing = [item.id for item in self.items if answers.get(item.id) not in set(AnswerGrade)]
        unknown = sorted(set(answers) - {item.id for item in self.items})
        if missing or unknown:
            raise IncompleteAnswers(self, missing, unknown)
        points = sum(_POINTS_BY_GRADE[AnswerGrade(answers[item.id])] for item in self.items)
        return points * 100 // (2 * len(self.items))

    def list_safeguards(self, answers: Mapping[str, str]) -> frozenset[SecurityCondition]:
        """List the safeguards of agreements that answers of "yes" confirm."""
        return frozenset(
            safeguard
            for item in self.items
            if answers.get(item.id) == AnswerGrade.YES
            for safeguard in item.confirms
        )

    def findings(self, answers: Mapping[str, str]) -> tuple[QuestionnaireItem, ...]:
        """Return the items that are not answered "yes", in order: the work that remains."""
        return tuple(item for item in self.items if answers.get(item.id) != AnswerGrade.YES)


class IncompleteAnswers(Exception):
    """An item has no answer, or an answer has no item; the message names each."""

    def __init__(
        self, questionnaire: Questionnaire, missing: list[str], unknown: list[str]
    ) -> None:
        problems = [f"Answer “{item}” with yes, partly or no" for item in missing]
        problems += [f"“{item}” is not a question of {questionnaire.id}" for item in unknown]
        super().__init__("; ".join(problems) + ".")


@cache
def load_questionnaires() -> Mapping[str, Questionnaire]:
    """Load all questionnaires.

    Returns:
        The questionnaires by id; those for one kind of organization come last.
    """
    folder = files("cairn.governance.partners") / "questionnaires"
    loaded = [_read_questionnaire(file) for file in folder.iterdir() if file.name.endswith(".toml")]
    return {
        questionnaire.id: questionnaire
        for questionnaire in sorted(
            loaded, key=lambda questionnaire: (len(questionnaire.kinds) == 1, questionnaire.id)
        )
    }


def list_questionnaires_for(kind: OrganizationKind) -> tuple[Questionnaire, ...]:
    """List the questionnaires that an organization must answer before its people see a child's
    data.

    Args:
        kind: the kind of organization.

    Returns:
        The questionnaires.
    """
    return tuple(
        questionnaire
        for questionnaire in load_questionnaires().values()
        if kind in questionnaire.kinds
    )


def _read_questionnaire(file: Traversable) -> Questionnaire:
    raw: dict[str, Any] = tomllib.loads(file.read_text(encoding="utf-8"))
    kinds = raw.get("kinds", [kind.value for kind in OrganizationKind])
    return Questionnaire(
        id=file.name.removesuffix(".toml"),
        title=raw["title"],
        version=raw["version"],
        valid_days=raw["valid_days"],
        lead=" ".join(raw["lead"].split()),
        kinds=frozenset(map(OrganizationKind, kinds)),
        items=tuple(
            QuestionnaireItem(
                item["id"],
                item["ask"],
                item["otherwise"],
                frozenset(map(SecurityCondition, item.get("confirms", ()))),
            )
            for item in raw["item"]
        ),
    )
