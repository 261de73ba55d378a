"""Each check is registered with the rule cards that it uses, and keeps its name until it runs."""

import ast
import inspect
import textwrap
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from types import FunctionType, ModuleType
from typing import Any, Final, TypeGuard, TypeVar

import pytest

import cairn.policy.questions  # noqa: F401 - loads every check
from cairn.policy.engine import (
    BoundCheck,
    BoundElementCheck,
    Reason,
    RegisteredCheck,
    element_check,
    list_registered_checks,
    policy_check,
)
from cairn.policy.law import CLASS_PACKS, STATE_PACKS, RuleCard
from cairn.policy.law.cards import CARDS
from cairn.policy.vocabulary import Audience, Outcome, SpecialClass

DAY: Final = date(2026, 11, 20)
REGISTERED: Final = list_registered_checks()
NodeType = TypeVar("NodeType", bound=ast.AST)
_PACKS: Final = (*CLASS_PACKS, *STATE_PACKS.values())

_STUDENT_CARDS: Final = (
    "R01.1 R01.2 R02 R03 R04 R05 R05.1 R05.2 R06 R07 R07.1 R07.2 C01 C02 C03 R09.1 R22 L05.1 "
    "R09 R21.7 R21.8 R28.2 R28.3 R31.1 X30 X31 X32 X33 X34 X35 X36 X37 X41 X42 P14 "
    "L07.14 L07.15 L07.16 L07.17 L07.18 L07.19 L07.20 L08.4 L08.5 L08.6 L08.7 L08.8 L08.9 L08.10 "
    "L08.11 L12.16 L12.17 H55"
)
"""Findings about each student (`student_access`) and who is left out (`opt_outs`)."""

_ROW_CARDS: Final = "X39 X40"
"""Columns of a school without a declaration (`school_declarations`)."""

_DUTY_CARDS: Final = "R17 R18 R21.4 R21.9 R21.10 R27.2 R27.3 R31.2 R32 L08.3 L12.4 X10"
"""Duties that remain after an allowed use, and what a record must say."""

_OTHER_CARDS: Final = "L03.1 L04.1 P34 P35 M01 M02 M03 M04 M05 M06 M07 M08 M09 M10 M11"
"""Records of access, what replaces a small number, and challenges to a request."""

CARDS_WITHOUT_CHECK: Final = frozenset(
    " ".join((_STUDENT_CARDS, _ROW_CARDS, _DUTY_CARDS, _OTHER_CARDS)).split()
)


def _flatten(value: object) -> Iterator[RuleCard]:
    """Yield the cards in a card, a mapping or a tuple."""
    if isinstance(value, RuleCard):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _flatten(item)
    elif isinstance(value, tuple):
        for item in value:
            yield from _flatten(item)


def _find_cards(
    function: Callable[..., object], seen: set[object], owner: type | None = None
) -> Iterator[RuleCard]:
    """Yield the cards that a function names, itself or through what it calls for reasons."""
    seen.add(function)
    (definition,) = ast.parse(textwrap.dedent(inspect.getsource(function))).body
    assert isinstance(definition, ast.FunctionDef)
    definition.decorator_list = []
    names: dict[str, Any] = inspect.unwrap(function).__globals__
    called = [names.get(node.id) for node in _walk(definition, ast.Name)]
    kinds = [kind for kind in (owner, *called) if isinstance(kind, type)]
    for node in _walk(definition, ast.Attribute):
        called += [vars(kind).get(node.attr) for kind in kinds]
        if isinstance(node.value, ast.Name) and node.value.id == "pack":
            yield from _flatten(tuple(getattr(pack, node.attr, None) for pack in _PACKS))
        elif isinstance(node.value, ast.Name):
            module = names.get(node.value.id)
            if isinstance(module, ModuleType):
                yield from _flatten(getattr(module, node.attr, None))
    for value in called:
        yield from _flatten(value)
        if _gives_cards(value) and inspect.unwrap(value) not in seen:
            method_of = next((kind for kind in kinds if value in vars(kind).values()), None)
            yield from _find_cards(inspect.unwrap(value), seen, method_of)


def _walk(definition: ast.FunctionDef, kind: type[NodeType]) -> list[NodeType]:
    return [node for node in ast.walk(definition) if isinstance(node, kind)]


def _gives_cards(value: object) -> TypeGuard[FunctionType]:
    """Tell whether a function of the policy gives reasons or chooses a card."""
    if not isinstance(value, FunctionType) or not value.__module__.startswith("cairn.policy"):
        return False
    returns = str(inspect.unwrap(value).__annotations__.get("return", ""))
    return ("Reason" in returns or "RuleCard" in returns) and value.__name__ != "from_card"


def _name(registered: RegisteredCheck) -> str:
    return registered.function.__name__


@pytest.mark.parametrize("registered", REGISTERED, ids=_name)
def test_a_check_is_registered_with_exactly_the_cards_that_it_uses(
    registered: RegisteredCheck,
) -> None:
    used = {card.id for card in _find_cards(registered.function, set())}
    assert {card.id for card in registered.cards} == used


def test_every_other_card_is_known_to_have_no_check() -> None:
    """A new card without a check would be a rule that no decision applies."""
    checked = {card.id for registered in REGISTERED for card in registered.cards}
    assert {card.id for card in CARDS} - checked == CARDS_WITHOUT_CHECK


def test_each_check_has_a_name_of_its_own() -> None:
    names = sorted(map(_name, REGISTERED))
    assert names == sorted(set(names))
    assert all(name.startswith("check_") for name in names)


def test_a_bound_check_runs_for_a_date_and_keeps_the_name_of_its_function() -> None:
    card = CARDS[0]

    @policy_check(card)
    def check_day(on: date, day: date, *, late: bool = False) -> Reason:
        """Check that it is the day."""
        return Reason.from_card(card, met=on == day and not late)

    assert (check_day.__name__, check_day.__doc__) == ("check_day", "Check that it is the day.")
    bound = check_day(DAY)
    assert isinstance(bound, BoundCheck)
    assert [reason.effect for reason in bound.run(DAY)] == [Outcome.ALLOW]
    assert [reason.effect for reason in bound.run(date.max)] == [Outcome.DENY]
    assert [reason.effect for reason in check_day(DAY, late=True).run(DAY)] == [Outcome.DENY]


def test_a_bound_element_check_runs_for_each_element() -> None:
    card = CARDS[0]

    @element_check(card)
    def check_listed(element: str, on: date, listed: frozenset[str]) -> Iterator[Reason]:
        if element not in listed:
            yield Reason.from_card(card, met=False, element=element).at_clause("§ 4")

    bound = check_listed(frozenset({"student.grade"}))
    assert isinstance(bound, BoundElementCheck)
    assert bound.run("student.grade", DAY) == ()
    (refused,) = bound.run("student.name", DAY)
    assert (dict(refused.facts), refused.where) == ({"element": "student.name"}, "§ 4")


def test_a_card_about_a_student_never_names_its_rule_to_staff() -> None:
    """Staff read the rule of any other card; of these, the rule alone would tell about a child."""
    student_cards = {card.id for card in CARDS if card.id in _STUDENT_CARDS.split()}
    assert student_cards == set(_STUDENT_CARDS.split())
    assert [card.id for card in CARDS if card.id in student_cards and not card.withheld] == []


_SPEAK_OF_NO_CHILD: Final = {
    "W14": "termination",
    "W17": "termination",
    "R23.2": "determination",
    "R34.1": "determination",
    "R34": "what a public-records law does not open",
    "R35": "what only a college leaves out of a copy",
    "R35.1": "which document a copy needs on record",
    "R35.2": "that counsel reviews a copy first",
    "P13": "that opt-outs are looked up at all",
    **{f"S{number:02}": "surveys, before or without any child" for number in range(1, 14)},
    "H22": "how many meals a group is served",
    "H32": "what a note never holds",
    "R22.8": "how long a notice lets families answer",
    "Y01": "who collects forms",
    "Y02": "the steps of a form",
}
_TELLING_WORDS: Final = (
    *(item.value.replace("_", " ") for item in SpecialClass),
    *("opt", "revok", "consent", "parent", "18", "on hold", "court", "nation", "placement"),
    *("meal", "disab", "homeless", "wage", "juvenile", "immigra", "substance", "foster"),
)


def test_no_message_to_staff_tells_of_a_special_class_or_a_familys_choice() -> None:
    telling = {
        card.id
        for card in CARDS
        if any(word in card.find_template(Audience.RECIPIENT).lower() for word in _TELLING_WORDS)
    }
    assert telling == set(_SPEAK_OF_NO_CHILD)
