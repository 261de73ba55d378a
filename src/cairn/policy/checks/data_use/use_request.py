"""Check what a use request asks for: a use, named children, and only elements that it needs.

A challenge of an element refuses nothing by itself. The requester answers it, and those who decide
(the data owner, the committee) see it with the request.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from cairn.policy.engine import Reason, element_check, policy_check
from cairn.policy.facts import (
    FIGURE_LEVELS,
    FIGURE_RELEASE_ACTIONS,
    USE_ACTIONS,
    AgreementFact,
    DataDictionaryFact,
    DataElementFact,
    ElementAvailability,
    UseRequest,
    find_element_availability,
)
from cairn.policy.law import BASIS_PACKS, RuleCard
from cairn.policy.law.cards.governance import data_use as cards
from cairn.policy.law.cards.governance import record_keeping as record_keeping_cards
from cairn.policy.law.cards.legal_bases import minimization as minimization_cards
from cairn.policy.vocabulary import (
    Action,
    IdentifierClass,
    Level,
    Outcome,
    PersonRequirement,
    label_code,
)

__all__ = [
    "ElementRequest",
    "check_is_use",
    "check_own_record",
    "check_single_child",
    "check_students_named",
    "format_challenge_key",
    "list_minimization_challenges",
    "list_unanswered_challenges",
    "must_name_students",
]


@policy_check(cards.NOT_A_USE)
def check_is_use(on: date, request: UseRequest) -> Reason:
    """Check that the action is a use of data about children.

    Args:
        on: date of the check.
        request: the use.
    Returns:
        One reason.
    """
    uses = ", ".join(sorted(map(label_code, USE_ACTIONS)))
    return Reason.from_card(
        cards.NOT_A_USE,
        met=request.action in USE_ACTIONS,
        action=label_code(request.action),
        uses=uses,
    )


def must_name_students(
    request: UseRequest,
    agreements: Iterable[AgreementFact],
    *,
    is_submission: bool,
    is_figure: bool,
) -> bool:
    """Tell whether a use must name its students.

    Figures that the partnership makes under its agreements alone name none, since each row is
    decided when it is read; nor do protected figures. A count for a project, rows without names or
    an owner's data submission name none either, where no legal basis behind them asks anything of
    each student. Nor does a submission of directory information: the rows of families that opted
    out are set aside when they are read.

    Args:
        request: the use.
        agreements: agreements that disclose the data.
        is_submission: whether an owner sends its own records under its agreement.
        is_figure: whether it makes figures under the agreements alone.
    Returns:
        True if a request without students is refused.
    """
    if is_figure or request.action in FIGURE_RELEASE_ACTIONS:
        return False
    is_count = request.action is Action.AGGREGATE and request.level in FIGURE_LEVELS
    decided_with_rows = {PersonRequirement.NOTHING}
    if is_submission:
        decided_with_rows.add(PersonRequirement.NO_DIRECTORY_OPT_OUT)
    return not (is_count or is_submission or request.is_extract) or any(
        BASIS_PACKS[agreement.basis].person not in decided_with_rows for agreement in agreements
    )


@policy_check(cards.SOMEBODY)
def check_students_named(on: date, request: UseRequest) -> Iterator[Reason]:
    """Check that the request names students.

    Args:
        on: date of the check.
        request: the use.
    Returns:
        A refusal if it names none.
    """
    if not request.people:
        yield Reason.from_card(cards.SOMEBODY, met=False)


@policy_check(cards.PARENT_ALONE)
def check_single_child(on: date, child: str) -> Reason:
    """Check that a family asks for one child only.

    Args:
        on: date of the check.
        child: key of the child; empty unless exactly one is named.
    Returns:
        One reason.
    """
    return Reason.from_card(cards.PARENT_ALONE, met=bool(child))


@element_check(record_keeping_cards.INSPECTION)
def check_own_record(element: str, on: date) -> Reason:
    """Allow every element of the family's own record (34 CFR 99.10).

    Args:
        element: data element (``record.field``).
        on: date of the check.
    Returns:
        One reason.
    """
    return Reason.from_card(record_keeping_cards.INSPECTION, met=True)


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
        yield _build_challenge(minimization_cards.UNBOUNDED)
        return
    years = int(request.last_year[:4]) - int(request.first_year[:4]) + 1
    if years > MAX_YEARS:
        yield _build_challenge(minimization_cards.MANY_YEARS, n=years, most=MAX_YEARS)


def _challenge_share(request: ElementRequest) -> Iterator[Reason]:
    for dictionary in request.dictionaries:
        size = len(dictionary.elements)
        requested = sum(1 for element in request.questions if dictionary.find(element))
        if size >= MIN_DICTIONARY_SIZE and requested > MAX_DICTIONARY_SHARE * size:
            dictionary_facts: dict[str, str | int] = {"all": size, "data_set": dictionary.data_set}
            yield _build_challenge(
                minimization_cards.MOST_OF_DICTIONARY, "", n=requested, **dictionary_facts
            )


def _challenge_element(request: ElementRequest, element: str) -> Iterator[Reason]:
    if _is_catch_all(element):
        yield _build_challenge(minimization_cards.EVERYTHING, element)
        return
    if not request.questions[element]:
        yield _build_challenge(minimization_cards.NO_QUESTION, element)
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
        yield _build_challenge(minimization_cards.NOT_HELD, element)
    elif answer is ElementAvailability.NOT_THOSE_YEARS and request.first_year and request.last_year:
        yield _build_challenge(minimization_cards.NOT_THOSE_YEARS, element, **years)
    elif answer is ElementAvailability.YEARS_UNKNOWN:
        yield _build_challenge(minimization_cards.YEARS_UNKNOWN, element)


def _challenge_identifiability(
    level: Level, element: str, entry: DataElementFact
) -> Iterator[Reason]:
    if not entry.confirmed or entry.identifier is None:
        yield _build_challenge(minimization_cards.UNCLASSIFIED, element)
    elif level is not Level.INDIVIDUAL and entry.identifier is IdentifierClass.DIRECT:
        yield _build_challenge(minimization_cards.IDENTIFIES, element)
    if entry.ladder:
        yield _build_challenge(
            minimization_cards.COARSER, element, coarser=" or ".join(entry.ladder)
        )


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
