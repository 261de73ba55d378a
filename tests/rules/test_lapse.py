"""What stops without an agreement, and what comes round again: asked of the rules themselves."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest

from cairn.rules.access import may_open
from cairn.rules.agreement import Agreement
from cairn.rules.decision import Decision
from cairn.rules.delivery import DeliveryFact, may_receive
from cairn.rules.lapse import Agreements, Use, UseKind, lapsed, may_rely, nothing_in_the_way, stops
from cairn.rules.linkage import may_link
from cairn.rules.recurring import comes_next, next_delivery, next_give_back
from cairn.rules.roles import ACCESS, SEES_CHILDREN
from cairn.rules.terms import DeliveryTerm, Frequency, GiveBack
from cairn.rules.vocabulary import LegalBasis, Purpose, Role

ANYBODY = nothing_in_the_way({"hub", "river"})
ELEMENTS = frozenset({"student.local_id", "student.birth_date"})


def _receive(fact: DeliveryFact) -> Callable[[Agreements, date], Decision]:
    def ask(known: Agreements, on: date) -> Decision:
        return may_receive(fact, known[fact.agreement_reference], ANYBODY, on, overdue=())

    return ask


def _rely(*names: str) -> Callable[[Agreements, date], Decision]:
    def ask(known: Agreements, on: date) -> Decision:
        behind = [known[name] for name in names]
        return may_rely(behind, Purpose.PUBLIC_REPORTING, ANYBODY, on)

    return ask


def _link(*names: str) -> Callable[[Agreements, date], Decision]:
    def ask(known: Agreements, on: date) -> Decision:
        behind = [known[name] for name in names if not known[name].terminated_on]
        return may_link(behind, ELEMENTS | {"school.school_id"}, ANYBODY, on)

    return ask


def test_nothing_is_in_the_way_of_anybody() -> None:
    on = date(2026, 11, 24)
    for action in SEES_CHILDREN:
        if Role.FAMILY not in ACCESS[action]:
            assert may_open(action, ANYBODY, organization="river", on=on).allowed, action


def test_what_rests_on_an_agreement_stops_with_it(
    agreed: Callable[..., Agreement], delivery: DeliveryFact, on: date
) -> None:
    memorandum = agreed(reference="M")
    known = {
        "M": memorandum,
        "A": agreed(under=("M",), above=(memorandum,)),
        "B": agreed(LegalBasis.STUDIES, reference="B"),
    }
    uses = [
        Use(UseKind.DELIVERY, "roster", "/r", _receive(delivery)),
        Use(UseKind.RELEASE, "absence", "/a", _rely("A", "B")),
        Use(UseKind.PROJECT, "study", "/b", _rely("B")),
        Use(UseKind.RELEASE, "never allowed", "/n", _rely()),
    ]
    assert all(use.ask(known, on).allowed for use in uses[:3])
    told = {name: [s.name for s in stops(uses, known, name, on)] for name in known}
    assert told == {
        "M": ["roster", "absence"],
        "A": ["roster", "absence"],
        "B": ["absence", "study"],
    }
    (first, _second) = stops(uses, known, "A", on)
    assert (first.kind, first.address, first.elements) == (UseKind.DELIVERY, "/r", ())
    assert first.reasons
    assert all(reason.next_step for reason in first.reasons)
    # The day before, everything goes on.
    before = lapsed(known, "A", on + timedelta(days=1))
    assert all(use.ask(before, on).allowed for use in uses[:3])


def test_what_goes_on_in_part_names_what_it_loses(
    agreed: Callable[..., Agreement], on: date
) -> None:
    whole = agreed()
    rest = agreed(LegalBasis.STUDIES, reference="B", data=(whole.data[1],))
    known = {"A": replace(whole, data=(whole.data[0],)), "B": rest}
    uses = [Use(UseKind.LINK, "link", "/l", _link("A", "B"))]
    assert _link("A", "B")(known, on).allowed
    (lost,) = stops(uses, known, "B", on)
    assert lost.elements == ("school.school_id",)
    assert all(reason.about == "school.school_id" for reason in lost.reasons)


def test_an_agreement_that_ended_before_stays_ended(
    agreed: Callable[..., Agreement], on: date
) -> None:
    earlier = on - timedelta(days=9)
    known = {"A": agreed(terminated_on=earlier)}
    assert lapsed(known, "A", on)["A"].terminated_on == earlier
    assert stops([Use(UseKind.RELEASE, "x", "/x", _rely("A"))], known, "A", on) == ()


@pytest.mark.parametrize(
    ("frequency", "last", "expected"),
    [
        (None, date(2026, 1, 31), None),
        (Frequency.ON_REQUEST, None, None),
        (Frequency.ONCE, None, date(2025, 1, 1)),
        (Frequency.ONCE, date(2026, 1, 31), None),
        (Frequency.DAILY, date(2026, 2, 28), date(2026, 3, 1)),
        (Frequency.WEEKLY, date(2026, 12, 28), date(2027, 1, 4)),
        (Frequency.MONTHLY, date(2026, 1, 31), date(2026, 2, 28)),
        (Frequency.MONTHLY, date(2027, 12, 31), date(2028, 1, 31)),
        (Frequency.QUARTERLY, date(2026, 11, 30), date(2027, 2, 28)),
        (Frequency.EACH_SEASON, date(2026, 1, 1), date(2026, 4, 1)),
        (Frequency.EACH_TERM, date(2026, 6, 1), date(2026, 12, 1)),
        (Frequency.TWICE_A_YEAR, date(2026, 8, 31), date(2027, 2, 28)),
        (Frequency.YEARLY, date(2024, 2, 29), date(2025, 2, 28)),
        (Frequency.YEARLY, None, date(2025, 1, 1)),
    ],
)
def test_when_something_comes_again(
    frequency: Frequency | None, last: date | None, expected: date | None
) -> None:
    assert comes_next(frequency, last, date(2025, 1, 1)) == expected


def test_every_frequency_is_known() -> None:
    day = date(2026, 1, 1)
    for frequency in Frequency:
        again = comes_next(frequency, day, day)
        assert again is None or again > day


def test_deliveries_and_give_backs_of_an_agreement(agreed: Callable[..., Agreement]) -> None:
    on, last = date(2026, 11, 24), date(2026, 9, 15)
    agreement = agreed(delivery=DeliveryTerm(frequency=Frequency.QUARTERLY))
    assert next_delivery(agreement, last) == date(2026, 12, 15)
    assert next_delivery(agreement, None) == agreement.starts
    after_delivery = GiveBack("A table", within_days=90)
    assert next_give_back(after_delivery, agreement, last, on) == date(2026, 12, 14)
    assert next_give_back(after_delivery, agreement, None, on) is None
    yearly = GiveBack("A report", frequency=Frequency.YEARLY)
    assert next_give_back(yearly, agreement, None, on) == date(2027, 2, 1)
    once = GiveBack("A talk", frequency=Frequency.ONCE)
    assert next_give_back(once, agreement, None, on) is None
    assert next_give_back(once, agreement, None, agreement.starts) == agreement.starts
    assert next_give_back(GiveBack("Thanks"), agreement, last, on) is None
