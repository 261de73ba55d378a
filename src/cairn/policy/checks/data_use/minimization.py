"""Challenge a request for elements, so that only what the questions need is requested.

A challenge refuses nothing by itself. The requester answers it, and those who decide (the data
owner, the committee) see it with the request.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from cairn.policy.engine import Reason
from cairn.policy.facts import (
    DataDictionaryFact,
    DataElementFact,
    ElementAvailability,
    find_element_availability,
)
from cairn.policy.law import RuleCard
from cairn.policy.law.cards.legal_bases import minimization as cards
from cairn.policy.vocabulary import IdentifierClass, Level, Outcome

__all__ = [
    "ElementRequest",
    "format_challenge_key",
    "list_minimization_challenges",
    "list_unanswered_challenges",
]

MAX_YEARS: Final = 10
MAX_DICTIONARY_SHARE: Final = 0.5
MIN_DICTIONARY_SIZE: Final = 8
_CATCH_ALL_NAMES: Final = frozenset({"all", "any", "everything", "*", "etc", "etc."})
_OPEN_ENDED_PHRASES: Final = ("including but not limited", "to be determined", "relevant data")


@dataclass(frozen=True, slots=True)
class ElementRequest:
    """The elements that a project requests, with the questions that each one answers.

    Args:
        questions: question codes by element.
        first_year: first school year ("2025-26"), empty if the request does not state one.
        last_year: last school year, empty if the request does not state one.
        level: how close the data are to one student.
        dictionaries: data dictionaries of the owners.
    """

    questions: Mapping[str, tuple[str, ...]]
    first_year: str
    last_year: str
    level: Level
    dictionaries: tuple[DataDictionaryFact, ...]


def list_minimization_challenges(request: ElementRequest) -> tuple[Reason, ...]:
    """List everything that a careful data owner would ask, in the order of the request.

    Each challenge is a `Reason` with the effect NEEDS_PERSON: the requester has to change the
    request or explain why not.

    Args:
        request: the request.
    Returns:
        The challenges; none if the questions need every requested element.
    """
    reasons = [*_challenge_years(request), *_challenge_share(request)]
    for element in sorted(request.questions):
        reasons += _challenge_element(request, element)
    return tuple(reasons)


def _challenge_years(request: ElementRequest) -> Iterator[Reason]:
    if not (request.first_year and request.last_year):
        yield _build_challenge(cards.UNBOUNDED)
        return
    years = int(request.last_year[:4]) - int(request.first_year[:4]) + 1
    if years > MAX_YEARS:
        yield _build_challenge(cards.MANY_YEARS, n=years, most=MAX_YEARS)


def _challenge_share(request: ElementRequest) -> Iterator[Reason]:
    for dictionary in request.dictionaries:
        size = len(dictionary.elements)
        requested = sum(1 for element in request.questions if dictionary.find(element))
        if size >= MIN_DICTIONARY_SIZE and requested > MAX_DICTIONARY_SHARE * size:
            dictionary_facts: dict[str, str | int] = {"all": size, "data_set": dictionary.data_set}
            yield _build_challenge(cards.MOST_OF_DICTIONARY, "", n=requested, **dictionary_facts)


def _challenge_element(request: ElementRequest, element: str) -> Iterator[Reason]:
    if _is_catch_all(element):
        yield _build_challenge(cards.EVERYTHING, element)
        return
    if not request.questions[element]:
        yield _build_challenge(cards.NO_QUESTION, element)
    yield from _challenge_availability(request, element)
    entry = next(
        (
            found_entry
            for dictionary in request.dictionaries
            if (found_entry := dictionary.find(element)) is not None
        ),
        None,
    )
    if entry is not None:
        yield from _challenge_identifiability(request.level, element, entry)


def _challenge_availability(request: ElementRequest, element: str) -> Iterator[Reason]:
    answer = find_element_availability(
        request.dictionaries, element, request.first_year, request.last_year
    )
    years = {"first": request.first_year, "last": request.last_year}
    if answer is ElementAvailability.NO and request.dictionaries:
        yield _build_challenge(cards.NOT_HELD, element)
    elif answer is ElementAvailability.NOT_THOSE_YEARS and request.first_year and request.last_year:
        yield _build_challenge(cards.NOT_THOSE_YEARS, element, **years)
    elif answer is ElementAvailability.YEARS_UNKNOWN:
        yield _build_challenge(cards.YEARS_UNKNOWN, element)


def _challenge_identifiability(
    level: Level, element: str, entry: DataElementFact
) -> Iterator[Reason]:
    if not entry.confirmed or entry.identifier is None:
        yield _build_challenge(cards.UNCLASSIFIED, element)
    elif level is not Level.INDIVIDUAL and entry.identifier is IdentifierClass.DIRECT:
        yield _build_challenge(cards.IDENTIFIES, element)
    if entry.ladder:
        yield _build_challenge(cards.COARSER, element, coarser=" or ".join(entry.ladder))


def _is_catch_all(element: str) -> bool:
    normalized = " ".join(element.casefold().split())
    field = normalized.rpartition(".")[2]
    return not _CATCH_ALL_NAMES.isdisjoint({normalized, field}) or any(
        phrase in normalized for phrase in _OPEN_ENDED_PHRASES
    )


def _build_challenge(card: RuleCard, element: str = "", **facts: str | int) -> Reason:
    details = (("element", element), *sorted(facts.items())) if element else tuple(facts.items())
    return Reason(card, Outcome.NEEDS_PERSON, details, about=element)


def list_unanswered_challenges(
    challenges: Iterable[Reason], answers: Mapping[str, str]
) -> tuple[Reason, ...]:
    """List the challenges without an answer.

    Args:
        challenges: challenges of the request.
        answers: answer by `format_challenge_key`.
    Returns:
        The open challenges.
    """
    return tuple(
        reason for reason in challenges if not answers.get(format_challenge_key(reason), "").strip()
    )


def format_challenge_key(challenge: Reason) -> str:
    """Format the key that the answer to a challenge is stored under: its card and its element.

    Args:
        challenge: the challenge.
    Returns:
        The key.
    """
    return f"{challenge.code}:{challenge.about}" if challenge.about else challenge.code
