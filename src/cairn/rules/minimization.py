"""Only what a question needs: a request for elements, challenged before anyone is asked for data.

A challenge refuses nothing by itself. It is put to whoever asks, and stands beside the request for
those who decide (the data owner, the committee).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from cairn.rules.cards import minimization as cards
from cairn.rules.citations import RuleCard
from cairn.rules.decision import Reason
from cairn.rules.dictionary import DataDictionary, DataElement, Held, held
from cairn.rules.vocabulary import IdentifierClass, Level, Outcome

MOST_YEARS: Final = 10
LARGEST_SHARE: Final = 0.5
FEWEST_TO_WEIGH: Final = 8
_EVERYTHING: Final = frozenset({"all", "any", "everything", "*", "etc", "etc."})
_OPEN_ENDED: Final = ("including but not limited", "to be determined", "relevant data")


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request asks for: each element with the questions it answers; years; level.

    Years are school years ("2025-26"), empty where the request does not say.
    """

    questions: Mapping[str, tuple[str, ...]]
    first_year: str
    last_year: str
    level: Level
    dictionaries: tuple[DataDictionary, ...]


def challenges(asked: Asked) -> tuple[Reason, ...]:
    """Everything that a careful data owner would ask back, in the order of the request.

    Each is a `Reason` whose effect is NEEDS_PERSON: somebody has to answer it, by changing the
    request or by saying why not. No challenge means that nothing is asked beyond the questions.
    """
    told = [*_years(asked), *_share(asked)]
    for element in sorted(asked.questions):
        told += _element(asked, element)
    return tuple(told)


def _years(asked: Asked) -> Iterator[Reason]:
    if not (asked.first_year and asked.last_year):
        yield _challenge(cards.UNBOUNDED)
        return
    years = int(asked.last_year[:4]) - int(asked.first_year[:4]) + 1
    if years > MOST_YEARS:
        yield _challenge(cards.MANY_YEARS, n=years, most=MOST_YEARS)


def _share(asked: Asked) -> Iterator[Reason]:
    for dictionary in asked.dictionaries:
        all_of_them = len(dictionary.elements)
        taken = sum(1 for element in asked.questions if dictionary.find(element))
        if all_of_them >= FEWEST_TO_WEIGH and taken > LARGEST_SHARE * all_of_them:
            whole: dict[str, str | int] = {"all": all_of_them, "data_set": dictionary.data_set}
            yield _challenge(cards.MOST_OF_DICTIONARY, "", n=taken, **whole)


def _element(asked: Asked, element: str) -> Iterator[Reason]:
    if _names_everything(element):
        yield _challenge(cards.EVERYTHING, element)
        return
    if not asked.questions[element]:
        yield _challenge(cards.NO_QUESTION, element)
    yield from _availability(asked, element)
    entry = next((e for d in asked.dictionaries if (e := d.find(element)) is not None), None)
    if entry is not None:
        yield from _closeness(asked.level, element, entry)


def _availability(asked: Asked, element: str) -> Iterator[Reason]:
    answer = held(asked.dictionaries, element, asked.first_year, asked.last_year)
    years = {"first": asked.first_year, "last": asked.last_year}
    if answer is Held.NO and asked.dictionaries:
        yield _challenge(cards.NOT_HELD, element)
    elif answer is Held.NOT_THOSE_YEARS and asked.first_year and asked.last_year:
        yield _challenge(cards.NOT_THOSE_YEARS, element, **years)
    elif answer is Held.YEARS_UNKNOWN:
        yield _challenge(cards.YEARS_UNKNOWN, element)


def _closeness(level: Level, element: str, entry: DataElement) -> Iterator[Reason]:
    if not entry.confirmed or entry.identifier is None:
        yield _challenge(cards.UNCLASSIFIED, element)
    elif level is not Level.INDIVIDUAL and entry.identifier is IdentifierClass.DIRECT:
        yield _challenge(cards.IDENTIFIES, element)
    if entry.ladder:
        yield _challenge(cards.COARSER, element, coarser=" or ".join(entry.ladder))


def _names_everything(element: str) -> bool:
    plain = " ".join(element.casefold().split())
    last = plain.rpartition(".")[2]
    return not _EVERYTHING.isdisjoint({plain, last}) or any(p in plain for p in _OPEN_ENDED)


def _challenge(card: RuleCard, element: str = "", **facts: str | int) -> Reason:
    told = (("element", element), *sorted(facts.items())) if element else tuple(facts.items())
    return Reason(card, Outcome.NEEDS_PERSON, told, about=element)


def unanswered(told: Iterable[Reason], answers: Mapping[str, str]) -> tuple[Reason, ...]:
    """The challenges that no one has answered yet; an answer is kept under ``key(challenge)``."""
    return tuple(reason for reason in told if not answers.get(key(reason), "").strip())


def key(challenge: Reason) -> str:
    """The name under which the answer to a challenge is kept: its card and its element."""
    return f"{challenge.code}:{challenge.about}" if challenge.about else challenge.code
