"""Count choices into tables, protect them and audit them. Uses no Django and no files."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from cairn.sdc.protect import protect_tables
from cairn.sdc.tables import ALL, CellCounts, Key, SuppressionRule, TableRequest

_CHOICE: Final = "choice"
"""The one dimension of a table."""

NO_ANSWER: Final = ("No answer", "Sin respuesta")
NOT_CHOSEN: Final = ("Not chosen", "No se eligió")

Wording = tuple[str, str]
"""A text in English and in Spanish."""


@dataclass(frozen=True, slots=True)
class QuestionCounts:
    """The true counts of one question; they are never stored.

    Attributes:
        wording: the question.
        choices: its choices, in order.
        counts: how many respondents chose each, by its position.
        respondents: how many took part in the survey.
        is_exclusive: whether a respondent chose one at most.
    """

    wording: Wording
    choices: tuple[Wording, ...]
    counts: Mapping[int, int]
    respondents: int
    is_exclusive: bool


def protect_questions(questions: Iterable[QuestionCounts], minimum: int) -> list[dict[str, Any]]:
    """Protect the table of each question, and audit it as an outsider and a participant would.

    Args:
        questions: the true counts.
        minimum: the minimum group size, in respondents.

    Returns:
        One table for each question, or one for each choice of a question with several: its words
        in both languages, the number of respondents, and each choice with its number, or None.

    Raises:
        ProtectionFailedError: an attacker could work out a suppressed number.
    """
    rule = SuppressionRule(minimum=minimum)
    return [
        _protect_table(wording, rows, rule)
        for question in questions
        for wording, rows in _list_tables(question)
    ]


def _list_tables(question: QuestionCounts) -> Iterator[tuple[Wording, list[tuple[Wording, int]]]]:
    chosen = [
        (choice, question.counts.get(position, 0))
        for position, choice in enumerate(question.choices)
    ]
    if question.is_exclusive:
        answered = sum(number for _choice, number in chosen)
        yield question.wording, [*chosen, (NO_ANSWER, question.respondents - answered)]
        return
    for choice, number in chosen:
        wording = (f"{question.wording[0]} {choice[0]}", f"{question.wording[1]} {choice[1]}")
        yield wording, [(choice, number), (NOT_CHOSEN, question.respondents - number)]


def _protect_table(
    wording: Wording, rows: list[tuple[Wording, int]], rule: SuppressionRule
) -> dict[str, Any]:
    counts: dict[Key, int] = {
        (str(position),): number for position, (_choice, number) in enumerate(rows)
    }
    published = protect_tables(TableRequest(CellCounts((_CHOICE,), counts), ((_CHOICE,),)), rule)
    numbers = {cell.key[0]: cell.n for cell in published.cells}
    return {
        "wording": list(wording),
        "respondents": numbers[ALL],
        "choices": [
            {"label": list(choice), "n": numbers.get(str(position))}
            for position, (choice, _number) in enumerate(rows)
        ],
    }


def count_choices(
    answers: Iterable[tuple[str, str, str]],
    wording: Wording,
    choices: tuple[Wording, ...],
    *,
    is_exclusive: bool,
) -> Counter[int]:
    """Count respondents by the choice they made; anything that is no choice is dropped.

    Args:
        answers: respondent, question and answer in English.
        wording: the question.
        choices: its choices.
        is_exclusive: whether a respondent chose one at most; of several answers the first choice
            in order counts.

    Returns:
        Number of respondents by position of the choice.
    """
    positions = {choice[0]: position for position, choice in enumerate(choices)}
    chosen: dict[str, set[int]] = {}
    for respondent, question, answer in answers:
        if question == wording[0] and answer in positions:
            chosen.setdefault(respondent, set()).add(positions[answer])
    return Counter(
        position for own in chosen.values() for position in ([min(own)] if is_exclusive else own)
    )
