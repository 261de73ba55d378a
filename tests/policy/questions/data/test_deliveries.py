"""A delivery comes in element by element, and only from who may send it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.policy.permitted_use import build_declared_rows

from cairn.policy.engine.audience_redaction import is_workflow_step
from cairn.policy.facts.agreements.agreement import AgreementFact
from cairn.policy.facts.agreements.agreement_terms import DataTerm, DeliveryTerm
from cairn.policy.facts.data.delivery import DeliveryFact
from cairn.policy.facts.people.access import Actor
from cairn.policy.law.element_classes import SPECIAL_FIELDS, find_special_class
from cairn.policy.questions.data.deliveries import (
    find_importable_elements,
    may_accept_held_delivery,
    may_cancel_held_delivery,
    may_change_column_mapping,
    may_conform_delivery,
    may_download_correction_file,
    may_download_error_file,
    may_open_landed_delivery,
    may_receive_delivery,
    may_submit_delivery,
    may_view_delivery,
    may_withdraw_delivery,
)
from cairn.policy.vocabulary.access import Role, SecondFactor
from cairn.policy.vocabulary.actions import Action
from cairn.policy.vocabulary.data_use import LegalBasis, SpecialClass
from cairn.policy.vocabulary.decisions import Audience, Outcome
from cairn.policy.vocabulary.deliveries import Channel

Agreed = Callable[..., AgreementFact]
Acting = Callable[..., Actor]
BASES = st.sampled_from(LegalBasis)
DAYS = st.dates(date(2024, 1, 1), date(2028, 12, 31))
_DAY = timedelta(days=1)


def _asked(delivery: DeliveryFact, *elements: str) -> DeliveryFact:
    return replace(delivery, elements=frozenset(elements))


def test_a_covered_delivery_comes_in(
    delivery: DeliveryFact, agreed: Agreed, acting: Acting, on: date
) -> None:
    decision = may_receive_delivery(
        delivery, agreed(), acting(Role.STEWARD, at="river"), on, overdue=()
    )
    assert decision.outcome is Outcome.ALLOW
    assert decision.require().elements == delivery.elements
    assert [o.code for o in decision.obligations] == ["R18", "R17", "DESTROY"]
    assert decision.obligations[-1].due == date(2027, 11, 24)
    assert decision.obligations[-1].citation == "clause 9"


def test_what_the_agreement_does_not_list_stays_out(
    delivery: DeliveryFact, agreed: Agreed, acting: Acting, on: date
) -> None:
    asked = _asked(delivery, "student.local_id", "student.phone")
    decision = may_conform_delivery(asked, agreed(), acting(Role.DATA_MANAGER), on)
    assert decision.outcome is Outcome.ALLOW_SUBSET
    assert decision.require().elements == {"student.local_id"}
    (refusal,) = decision.refusals
    assert (refusal.code, refusal.about) == ("G10", "student.phone")
    assert refusal.message_for(Audience.RECIPIENT) == "student.phone is not covered."
    listed = next(r for r in decision.reasons if r.about == "student.local_id")
    assert listed.where == "exhibit A"


def test_nothing_covered_or_nothing_asked_is_refused(
    delivery: DeliveryFact, agreed: Agreed, acting: Acting, on: date
) -> None:
    for asked in (_asked(delivery, "student.phone"), _asked(delivery)):
        decision = may_receive_delivery(asked, agreed(), acting(Role.DATA_MANAGER), on, overdue=())
        assert decision.outcome is Outcome.DENY
        assert not decision.obligations


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"organization": "hills"}, "G12"),
        ({"agreement_reference": "B"}, "G14"),
        ({"channel": Channel.COMMAND}, "G13"),
    ],
)
def test_from_whom_under_what_and_how(
    delivery: DeliveryFact,
    agreed: Agreed,
    acting: Acting,
    on: date,
    change: dict[str, str],
    code: str,
) -> None:
    agreement = agreed(delivery=DeliveryTerm(channels=frozenset({Channel.UPLOAD})))
    sent = replace(delivery, **change)  # type: ignore[arg-type]
    decision = may_receive_delivery(sent, agreement, acting(Role.DATA_MANAGER), on, overdue=())
    assert [r.code for r in decision.refusals] == [code]


_ROSTER = DataTerm(
    "student",
    frozenset({"local_id", "birth_date"}),
    clause="exhibit A",
    file_names=("Roster_*.csv", "all [final].csv"),
)


@pytest.mark.parametrize("name", ["roster_2026.csv", "ROSTER_.CSV", "all [final].csv"])
def test_a_file_that_the_agreement_names_comes_in(
    delivery: DeliveryFact, agreed: Agreed, acting: Acting, on: date, name: str
) -> None:
    sent = replace(delivery, file=name)
    manager = acting(Role.DATA_MANAGER)
    decision = may_receive_delivery(sent, agreed(data=(_ROSTER,)), manager, on, overdue=())
    assert decision.outcome is Outcome.ALLOW


@pytest.mark.parametrize("name", ["", "everything.csv", "roster_2026.csv.zip", "all f.csv"])
def test_any_other_file_is_refused_with_the_clause(
    delivery: DeliveryFact, agreed: Agreed, acting: Acting, on: date, name: str
) -> None:
    sent = replace(delivery, file=name)
    manager = acting(Role.DATA_MANAGER)
    decision = may_receive_delivery(sent, agreed(data=(_ROSTER,)), manager, on, overdue=())
    assert decision.outcome is Outcome.DENY
    refusal = next(r for r in decision.refusals if r.code == "G30")
    assert refusal.where == "exhibit A"
    assert "Roster_*.csv or all [final].csv" in refusal.message_for(Audience.STEWARD)


def test_an_element_that_belongs_into_another_file_stays_out(
    delivery: DeliveryFact, agreed: Agreed, acting: Acting, on: date
) -> None:
    contacts = DataTerm("student", frozenset({"phone"}), clause="B", file_names=("phones.csv",))
    asked = replace(_asked(delivery, "student.local_id", "student.phone"), file="roster_1.csv")
    agreement = agreed(data=(_ROSTER, contacts))
    manager, rows = acting(Role.DATA_MANAGER), build_declared_rows(agreement)
    decision = may_receive_delivery(asked, agreement, manager, on, overdue=(), rows=rows)
    assert decision.require().elements == {"student.local_id"}
    (refusal,) = decision.refusals
    assert (refusal.code, refusal.about, refusal.where) == ("G31", "student.phone", "B")
    assert refusal.message_for(Audience.RECIPIENT) == "student.phone is not covered."


def test_what_is_another_providers_stays_out(
    delivery: DeliveryFact, agreed: Agreed, acting: Acting, on: date
) -> None:
    agreement = agreed(
        data=(
            DataTerm("student", frozenset({"local_id"})),
            DataTerm("student", frozenset({"birth_date"}), clause="C", provider="hills"),
        )
    )
    decision = may_receive_delivery(delivery, agreement, acting(Role.DATA_MANAGER), on, overdue=())
    assert decision.require().elements == {"student.local_id"}
    (refusal,) = decision.refusals
    assert (refusal.code, refusal.about, refusal.where) == ("G32", "student.birth_date", "C")
    assert "comes from hills, not from river" in refusal.message_for(Audience.STEWARD)


@pytest.mark.parametrize(
    ("brought_by", "codes"),
    [("Jo@river.example", []), ("di@hub.example", []), ("x@river.example", ["G33"]), ("", ["G33"])],
)
def test_only_who_is_named_brings_a_delivery(
    delivery: DeliveryFact,
    agreed: Agreed,
    acting: Acting,
    on: date,
    brought_by: str,
    codes: list[str],
) -> None:
    named = DeliveryTerm(
        contacts=(("Jo", "jo@river.example"),),
        receivers=(("Di", "di@hub.example"),),
        clause="clause 7",
    )
    sent = replace(delivery, brought_by=brought_by)
    manager = acting(Role.DATA_MANAGER)
    decision = may_receive_delivery(sent, agreed(delivery=named), manager, on, overdue=())
    assert [r.code for r in decision.refusals] == codes
    assert all(r.where == "clause 7" for r in decision.refusals)
    assert all(is_workflow_step(r) for r in decision.refusals)


def test_no_element_is_answered_to_who_may_not_ask(
    delivery: DeliveryFact, agreed: Agreed, acting: Acting, on: date
) -> None:
    stranger = acting(Role.STEWARD, at="hills", second_factor=SecondFactor.ABSENT)
    decision = may_receive_delivery(delivery, agreed(), stranger, on, overdue=())
    assert [r.code for r in decision.refusals] == ["A03", "R25"]
    assert set(decision.elements.values()) == {Outcome.DENY}
    assert all(not r.about for r in decision.reasons)


def _special(agreed: Agreed, basis: LegalBasis, **criteria: str) -> AgreementFact:
    whole = agreed(basis)
    terms = (DataTerm("student", frozenset(SPECIAL_FIELDS)),)
    return replace(whole, data=terms, criteria={**whole.criteria, **criteria})


def test_a_special_class_needs_its_own_authority(
    delivery: DeliveryFact, agreed: Agreed, acting: Acting, on: date
) -> None:
    asked, manager = _asked(delivery, "student.meal_status"), acting(Role.DATA_MANAGER)
    alone = _special(agreed, LegalBasis.SCHOOL_OFFICIAL)
    assert not may_receive_delivery(asked, alone, manager, on, overdue=()).allowed
    named = _special(
        agreed,
        LegalBasis.SCHOOL_OFFICIAL,
        meal_status_authority="exhibit C",
        meal_status_condition="child_nutrition_program",
    )
    assert may_receive_delivery(asked, named, manager, on, overdue=()).allowed


def test_a_recipient_does_not_hear_which_special_class(
    delivery: DeliveryFact, agreed: Agreed, acting: Acting, on: date
) -> None:
    asked = _asked(delivery, "student.meal_status", "student.phone")
    agreement = _special(agreed, LegalBasis.SCHOOL_OFFICIAL)
    decision = may_receive_delivery(asked, agreement, acting(Role.DATA_MANAGER), on, overdue=())
    told = {r.about: r.message_for(Audience.RECIPIENT) for r in decision.refusals}
    assert told == {e: f"{e} is not covered." for e in asked.elements}


def test_disability_records_keep_a_record_of_access(
    delivery: DeliveryFact, agreed: Agreed, acting: Acting, on: date
) -> None:
    agreement = _special(agreed, LegalBasis.STUDIES)
    asked = _asked(delivery, "student.disability")
    decision = may_receive_delivery(asked, agreement, acting(Role.DATA_MANAGER), on, overdue=())
    assert "L03.1" in [o.code for o in decision.obligations]


def test_public_data_hold_nobody(
    delivery: DeliveryFact, agreed: Agreed, acting: Acting, on: date
) -> None:
    asked = _asked(delivery, "school.school_id", "student.local_id")
    decision = may_receive_delivery(
        asked, agreed(LegalBasis.PUBLIC_DATA), acting(Role.DATA_MANAGER), on, overdue=()
    )
    assert decision.require().elements == {"school.school_id"}


def test_special_class_of_an_element() -> None:
    assert find_special_class("student.meal_status") is SpecialClass.MEAL_STATUS
    assert find_special_class("student.local_id") is None


def test_who_sees_changes_and_withdraws(acting: Acting, on: date) -> None:
    staff = acting(Role.PROGRAM_STAFF, at="river")
    assert may_view_delivery("river", staff, on).allowed
    assert may_change_column_mapping("river", staff, on).allowed
    assert not may_view_delivery("hills", staff, on).allowed
    assert not may_withdraw_delivery("river", staff, on).allowed
    decision = may_withdraw_delivery("river", acting(Role.STEWARD, at="river"), on)
    assert decision.action is Action.WITHDRAW_DELIVERY
    assert decision.allowed


def test_who_decides_on_a_held_file(
    delivery: DeliveryFact, agreed: Agreed, acting: Acting, on: date
) -> None:
    staff = acting(Role.PROGRAM_STAFF, at="river")
    steward = acting(Role.STEWARD, at="river")
    accepted = may_accept_held_delivery(delivery, agreed(), (), None, steward, on)
    assert accepted.require().elements == delivery.elements
    assert not may_accept_held_delivery(delivery, agreed(), None, None, steward, on).allowed
    canceled = may_cancel_held_delivery("river", staff, on)
    assert canceled.require().action is Action.CANCEL_DELIVERY
    assert not may_cancel_held_delivery("hills", staff, on).allowed


def test_the_permit_says_for_which_school_years(
    delivery: DeliveryFact, agreed: Agreed, acting: Acting, on: date
) -> None:
    term = DataTerm("student", frozenset({"local_id"}), "2021-22", "2025-26")
    asked = _asked(delivery, "student.local_id")
    limited = agreed(LegalBasis.STUDIES, data=(term,))
    permit = may_conform_delivery(asked, limited, acting(Role.DATA_MANAGER), on).require()
    assert permit.years == {"student": ("2021-22", "2025-26")}


def test_the_senders_dictionary_adds_special_classes(
    delivery: DeliveryFact, agreed: Agreed, acting: Acting, on: date
) -> None:
    manager = acting(Role.DATA_MANAGER)
    classed = replace(delivery, classes={"student.birth_date": frozenset({SpecialClass.JUVENILE})})
    decision = may_conform_delivery(classed, agreed(), manager, on)
    assert decision.require().elements == {"student.local_id"}
    assert [(r.code, r.about) for r in decision.refusals] == [("L10", "student.birth_date")]
    noted = replace(
        delivery, classes={"student.birth_date": frozenset({SpecialClass.EARLY_INTERVENTION})}
    )
    assert "L04.1" in {
        o.code for o in may_conform_delivery(noted, agreed(), manager, on).obligations
    }


@given(st.data(), BASES, DAYS)
def test_a_file_that_may_be_received_may_be_submitted(
    agreed: Agreed,
    acting: Acting,
    delivery: DeliveryFact,
    data: st.DataObject,
    basis: LegalBasis,
    on: date,
) -> None:
    """What is asked before reading refuses nothing that the full question allows."""
    actor = acting(
        data.draw(st.sampled_from(Role)), at=data.draw(st.sampled_from(["hub", "river"]))
    )
    agreement = agreed(basis)
    sent = replace(
        delivery,
        channel=data.draw(st.sampled_from(Channel)),
        elements=data.draw(st.sampled_from([delivery.elements, frozenset({"student.phone"})])),
    )
    rows = data.draw(st.sampled_from([None, build_declared_rows(agreement)]))
    received = may_receive_delivery(sent, agreement, actor, on, overdue=(), rows=rows)
    checked = may_conform_delivery(sent, agreement, actor, on, rows=rows)
    submitted = may_submit_delivery(sent, agreement, actor, on, overdue=())
    opened = may_open_landed_delivery(sent, agreement, actor, on)
    assert submitted.allowed or not received.allowed
    assert opened.allowed or not checked.allowed
    assert {*submitted.refusals} <= {*received.refusals}
    assert {*opened.refusals} <= {*checked.refusals}


@pytest.mark.parametrize("basis", [LegalBasis.CONSENT, LegalBasis.SCHOOL_OFFICIAL])
def test_before_a_file_is_read_only_its_rows_are_not_asked_about(
    delivery: DeliveryFact, agreed: Agreed, acting: Acting, on: date, basis: LegalBasis
) -> None:
    unread = _asked(delivery)
    steward = acting(Role.STEWARD, at="river")
    assert may_submit_delivery(unread, agreed(basis), steward, on, overdue=()).allowed
    assert may_open_landed_delivery(delivery, agreed(basis), steward, on).allowed
    for refused in (
        may_submit_delivery(unread, agreed(basis), acting(Role.ANALYST), on, overdue=()),
        may_submit_delivery(
            unread, agreed(basis), acting(Role.STEWARD, at="hills"), on, overdue=()
        ),
        may_submit_delivery(unread, agreed(basis, ends=on - _DAY), steward, on, overdue=()),
        may_submit_delivery(unread, agreed(basis), steward, on, overdue=None),
        may_submit_delivery(
            _asked(delivery, "student.phone"), agreed(basis), steward, on, overdue=()
        ),
        may_open_landed_delivery(delivery, agreed(basis), acting(Role.ANALYST), on),
    ):
        assert not refused.allowed


def test_a_stranger_to_the_agreement_reads_no_names_of_people(
    delivery: DeliveryFact, agreed: Agreed, acting: Acting, on: date
) -> None:
    named = DeliveryTerm(contacts=(("Jo Ames", "jo@river.example"),), clause="clause 7")
    agreement = replace(agreed(), delivery=named)
    from_hills = replace(delivery, organization="hills", brought_by="x@hills.example")
    decision = may_receive_delivery(
        from_hills, agreement, acting(Role.STEWARD, at="hills"), on, overdue=()
    )
    assert not decision.allowed
    said = [r.message_for(audience) for r in decision.refusals for audience in Audience]
    assert not [line for line in said if "Jo Ames" in line]


@pytest.mark.parametrize(
    ("role", "at", "allowed"),
    [
        (Role.STEWARD, "river", True),
        (Role.DATA_MANAGER, "river", True),
        (Role.DATA_MANAGER, "hub", False),
        (Role.STEWARD, "lake", False),
        (Role.ANALYST, "river", False),
    ],
)
def test_the_error_file_is_for_the_sender_alone(
    acting: Callable[..., Actor], on: date, role: Role, at: str, *, allowed: bool
) -> None:
    assert may_download_error_file("river", acting(role, at=at), on).allowed is allowed


@pytest.mark.parametrize(
    ("role", "at", "allowed"),
    [
        (Role.STEWARD, "river", True),
        (Role.DATA_MANAGER, "river", True),
        (Role.DATA_MANAGER, "hub", False),
        (Role.STEWARD, "lake", False),
        (Role.ANALYST, "river", False),
    ],
)
def test_rows_to_correct_are_for_the_sender_while_the_agreement_lasts(
    delivery: DeliveryFact,
    agreed: Agreed,
    acting: Acting,
    on: date,
    role: Role,
    at: str,
    *,
    allowed: bool,
) -> None:
    agreement, actor = agreed(), acting(role, at=at)
    decision = may_download_correction_file(delivery, agreement, actor, on)
    assert decision.allowed is allowed
    if allowed:
        assert decision.require().elements <= delivery.elements
    ended = replace(agreement, ends=date(2020, 6, 30))
    assert not may_download_correction_file(delivery, ended, actor, on).allowed


def test_importable_elements_are_those_that_a_file_would_bring(
    delivery: DeliveryFact, agreed: Agreed, acting: Acting, on: date
) -> None:
    agreement = agreed()
    asked = replace(delivery, elements=agreement.elements)
    steward = acting(Role.STEWARD, at="river")
    received = may_receive_delivery(asked, agreement, steward, on, overdue=())
    found = find_importable_elements(agreement, "river", on)
    assert found == received.require().elements
    assert found
    owned = tuple(replace(term, provider="hills") for term in agreement.data)
    assert not find_importable_elements(replace(agreement, data=owned), "river", on)
    assert find_importable_elements(replace(agreement, data=owned), "hills", on) == found
    undisclosed = replace(agreement, basis=LegalBasis.NO_DISCLOSURE)
    assert not find_importable_elements(undisclosed, "river", on)
