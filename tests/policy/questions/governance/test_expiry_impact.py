"""What stops without an agreement, and what comes round again: asked of the rules themselves."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest

from cairn.policy.checks.data_use.obligations import (
    find_next_delivery_date,
    find_next_due_date,
    find_next_partner_report_date,
)
from cairn.policy.engine.decision import Decision
from cairn.policy.facts.agreements.agreement import AgreementFact
from cairn.policy.facts.agreements.agreement_terms import DeliveryTerm, GiveBackTerm
from cairn.policy.facts.data.delivery import DeliveryFact
from cairn.policy.law.role_permissions import ROLE_PERMISSIONS, STUDENT_DATA_ACTIONS
from cairn.policy.questions.data.deliveries import may_receive_delivery
from cairn.policy.questions.data.record_matching import may_match_records
from cairn.policy.questions.governance.access import may_open_page
from cairn.policy.questions.governance.agreements import may_rely_on_agreements
from cairn.policy.questions.governance.expiry_impact import (
    AgreementsByReference,
    DependentUse,
    DependentUseKind,
    build_unobstructed_actor,
    expire_agreement,
    find_stopped_uses,
)
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.agreements import Frequency
from cairn.policy.vocabulary.data_use import LegalBasis, Purpose

ANYBODY = build_unobstructed_actor({"hub", "river"})
ELEMENTS = frozenset({"student.local_id", "student.birth_date"})


def _receive(fact: DeliveryFact) -> Callable[[AgreementsByReference, date], Decision]:
    def ask(known: AgreementsByReference, on: date) -> Decision:
        return may_receive_delivery(fact, known[fact.agreement_reference], ANYBODY, on, overdue=())

    return ask


def _rely(*names: str) -> Callable[[AgreementsByReference, date], Decision]:
    def ask(known: AgreementsByReference, on: date) -> Decision:
        behind = [known[name] for name in names]
        return may_rely_on_agreements(behind, Purpose.PUBLIC_REPORTING, ANYBODY, on)

    return ask


def _link(*names: str) -> Callable[[AgreementsByReference, date], Decision]:
    def ask(known: AgreementsByReference, on: date) -> Decision:
        behind = [known[name] for name in names if not known[name].terminated_on]
        return may_match_records(behind, ELEMENTS | {"school.school_id"}, ANYBODY, on)

    return ask


def test_nothing_is_in_the_way_of_anybody() -> None:
    on = date(2026, 11, 24)
    for action in STUDENT_DATA_ACTIONS:
        if Role.FAMILY not in ROLE_PERMISSIONS[action]:
            assert may_open_page(action, ANYBODY, organization="river", on=on).allowed, action


def test_what_rests_on_an_agreement_stops_with_it(
    agreed: Callable[..., AgreementFact], delivery: DeliveryFact, on: date
) -> None:
    memorandum = agreed(reference="M")
    known = {
        "M": memorandum,
        "A": agreed(under=("M",), above=(memorandum,)),
        "B": agreed(LegalBasis.STUDIES, reference="B"),
    }
    uses = [
        DependentUse(DependentUseKind.DELIVERY, "roster", "/r", _receive(delivery)),
        DependentUse(DependentUseKind.RELEASE, "absence", "/a", _rely("A", "B")),
        DependentUse(DependentUseKind.PROJECT, "study", "/b", _rely("B")),
        DependentUse(DependentUseKind.RELEASE, "never allowed", "/n", _rely()),
    ]
    assert all(use.ask(known, on).allowed for use in uses[:3])
    told = {name: [s.name for s in find_stopped_uses(uses, known, name, on)] for name in known}
    assert told == {
        "M": ["roster", "absence"],
        "A": ["roster", "absence"],
        "B": ["absence", "study"],
    }
    (first, _second) = find_stopped_uses(uses, known, "A", on)
    assert (first.kind, first.address, first.elements) == (DependentUseKind.DELIVERY, "/r", ())
    assert first.reasons
    assert all(reason.next_step for reason in first.reasons)
    # The day before, everything goes on.
    before = expire_agreement(known, "A", on + timedelta(days=1))
    assert all(use.ask(before, on).allowed for use in uses[:3])


def test_what_goes_on_in_part_names_what_it_loses(
    agreed: Callable[..., AgreementFact], on: date
) -> None:
    whole = agreed()
    rest = agreed(LegalBasis.STUDIES, reference="B", data=(whole.data[1],))
    known = {"A": replace(whole, data=(whole.data[0],)), "B": rest}
    uses = [DependentUse(DependentUseKind.LINK, "link", "/l", _link("A", "B"))]
    assert _link("A", "B")(known, on).allowed
    (lost,) = find_stopped_uses(uses, known, "B", on)
    assert lost.elements == ("school.school_id",)
    assert all(reason.about == "school.school_id" for reason in lost.reasons)


def test_an_agreement_that_ended_before_stays_ended(
    agreed: Callable[..., AgreementFact], on: date
) -> None:
    earlier = on - timedelta(days=9)
    known = {"A": agreed(terminated_on=earlier)}
    assert expire_agreement(known, "A", on)["A"].terminated_on == earlier
    assert (
        find_stopped_uses(
            [DependentUse(DependentUseKind.RELEASE, "x", "/x", _rely("A"))], known, "A", on
        )
        == ()
    )


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
    assert find_next_due_date(frequency, last, date(2025, 1, 1)) == expected


def test_every_frequency_is_known() -> None:
    day = date(2026, 1, 1)
    for frequency in Frequency:
        again = find_next_due_date(frequency, day, day)
        assert again is None or again > day


def test_deliveries_and_give_backs_of_an_agreement(agreed: Callable[..., AgreementFact]) -> None:
    on, last = date(2026, 11, 24), date(2026, 9, 15)
    agreement = agreed(delivery=DeliveryTerm(frequency=Frequency.QUARTERLY))
    assert find_next_delivery_date(agreement, last) == date(2026, 12, 15)
    assert find_next_delivery_date(agreement, None) == agreement.starts
    after_delivery = GiveBackTerm("A table", within_days=90)
    assert find_next_partner_report_date(after_delivery, agreement, last, on) == date(2026, 12, 14)
    assert find_next_partner_report_date(after_delivery, agreement, None, on) is None
    yearly = GiveBackTerm("A report", frequency=Frequency.YEARLY)
    assert find_next_partner_report_date(yearly, agreement, None, on) == date(2025, 2, 1)
    once = GiveBackTerm("A talk", frequency=Frequency.ONCE)
    assert find_next_partner_report_date(once, agreement, None, on) == agreement.starts
    asked = GiveBackTerm("A list", frequency=Frequency.ON_REQUEST)
    assert find_next_partner_report_date(asked, agreement, None, agreement.starts) is None
    assert (
        find_next_partner_report_date(once, agreement, None, agreement.starts) == agreement.starts
    )
    assert find_next_partner_report_date(GiveBackTerm("Thanks"), agreement, last, on) is None
