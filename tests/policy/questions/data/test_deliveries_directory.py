"""An upload of directory information asks the same notice to families as a use of data."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from tests.policy.permitted_use import build_declared_rows

from cairn.policy.engine.decision import Decision
from cairn.policy.engine.fact_digest import digest_facts
from cairn.policy.facts.agreements.agreement import AgreementFact, Party
from cairn.policy.facts.agreements.agreement_terms import DataTerm
from cairn.policy.facts.data.delivery import NOTICES_NOT_RECORDED, DeliveryFact
from cairn.policy.facts.people.access import Actor
from cairn.policy.facts.students.circumstance import AnnualNotice
from cairn.policy.facts.students.consent import OptOutFact
from cairn.policy.facts.students.student import PersonFact, RowsFact
from cairn.policy.questions.data.deliveries import (
    may_conform_delivery,
    may_open_landed_delivery,
    may_receive_delivery,
    may_submit_delivery,
)
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.agreements import PartyRole
from cairn.policy.vocabulary.data_use import LegalBasis
from cairn.policy.vocabulary.decisions import Outcome
from cairn.policy.vocabulary.families import OptOutScope
from cairn.policy.vocabulary.organizations import OrganizationKind

Agreed = Callable[..., AgreementFact]
Acting = Callable[..., Actor]
ID, BIRTH = "student.local_id", "student.birth_date"


@pytest.fixture
def terms(agreed: Agreed) -> AgreementFact:
    """An agreement on directory information, all of it about students."""
    return agreed(
        LegalBasis.DIRECTORY, data=(DataTerm("student", frozenset({"local_id", "birth_date"})),)
    )


@pytest.fixture
def rows(terms: AgreementFact) -> tuple[RowsFact, ...]:
    """Rows of a school that withholds nothing."""
    return tuple(build_declared_rows(terms))


@pytest.fixture
def steward(acting: Acting) -> Actor:
    """The sender's steward."""
    return acting(Role.STEWARD, at="river")


def _change_notice(delivery: DeliveryFact, **changes: Any) -> DeliveryFact:
    (notice,) = delivery.notices or ()
    return replace(delivery, notices=(replace(notice, **changes),))


def _ask_all(
    delivery: DeliveryFact,
    terms: AgreementFact,
    actor: Actor,
    on: date,
    rows: tuple[RowsFact, ...],
) -> list[Decision]:
    """Ask each question about a file: before it is read, on receipt, landed, and at its check."""
    unread = replace(delivery, elements=frozenset())
    return [
        may_submit_delivery(unread, terms, actor, on, overdue=()),
        may_submit_delivery(delivery, terms, actor, on, overdue=()),
        may_receive_delivery(delivery, terms, actor, on, overdue=(), rows=rows),
        may_open_landed_delivery(delivery, terms, actor, on),
        may_conform_delivery(delivery, terms, actor, on, rows=rows),
    ]


def _list_codes(decisions: list[Decision]) -> list[set[str]]:
    return [{reason.code for reason in decision.refusals} for decision in decisions]


def test_a_notice_lets_the_file_in(
    delivery: DeliveryFact,
    terms: AgreementFact,
    steward: Actor,
    on: date,
    rows: tuple[RowsFact, ...],
) -> None:
    named = _change_notice(delivery, limited_to=frozenset({"hub"}))
    for asked in (delivery, named):
        decisions = _ask_all(asked, terms, steward, on, rows)
        assert [decision.outcome for decision in decisions] == [Outcome.ALLOW] * 5


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"organization": "hills"}, "R22.2"),
        ({"published_on": date(2026, 11, 25)}, "R22.2"),
        ({"directory": frozenset({"student.grade"})}, "R22.1"),
        ({"opt_out_until": date(2026, 11, 24)}, "R22.3"),
        ({"opt_out_until": None}, "R22.3"),
        ({"limited_to": frozenset({"tutors"})}, "R22.4"),
    ],
)
def test_what_the_notice_does_not_open_is_refused_before_it_is_read(
    delivery: DeliveryFact,
    terms: AgreementFact,
    steward: Actor,
    on: date,
    rows: tuple[RowsFact, ...],
    changes: dict[str, Any],
    code: str,
) -> None:
    decisions = _ask_all(_change_notice(delivery, **changes), terms, steward, on, rows)
    assert not any(decision.allowed for decision in decisions)
    assert _list_codes(decisions) == [{code}] * 5


@pytest.mark.parametrize("notices", [None, ()])
def test_without_a_notice_nothing_comes_in(
    delivery: DeliveryFact,
    terms: AgreementFact,
    steward: Actor,
    on: date,
    rows: tuple[RowsFact, ...],
    notices: tuple[AnnualNotice, ...] | None,
) -> None:
    decisions = _ask_all(replace(delivery, notices=notices), terms, steward, on, rows)
    assert _list_codes(decisions) == [{"R22.2"}] * 5


def test_an_element_that_the_notice_does_not_designate_stays_out(
    delivery: DeliveryFact,
    terms: AgreementFact,
    steward: Actor,
    on: date,
    rows: tuple[RowsFact, ...],
) -> None:
    asked = _change_notice(delivery, directory=frozenset({ID}))
    decision = may_receive_delivery(asked, terms, steward, on, overdue=(), rows=rows)
    assert decision.require().elements == {ID}
    assert [(reason.code, reason.about) for reason in decision.refusals] == [("R22.1", BIRTH)]


def test_every_recipient_of_the_agreement_is_within_the_limits(
    delivery: DeliveryFact,
    terms: AgreementFact,
    steward: Actor,
    on: date,
    rows: tuple[RowsFact, ...],
) -> None:
    tutors = Party(
        "tutors",
        "Tutors",
        OrganizationKind.COMMUNITY_PROGRAM,
        PartyRole.RECIPIENT,
        "Ada Bell",
        "director",
        date(2024, 2, 1),
    )
    shared = replace(terms, parties=(*terms.parties, tutors))
    asked = _change_notice(delivery, limited_to=frozenset({"hub"}))
    decision = may_receive_delivery(asked, shared, steward, on, overdue=(), rows=rows)
    assert {(reason.code, dict(reason.facts)["organization"]) for reason in decision.refusals} == {
        ("R22.4", "tutors")
    }


def test_other_bases_and_invented_data_need_no_notice(
    delivery: DeliveryFact, agreed: Agreed, steward: Actor, on: date
) -> None:
    official = agreed()
    unknown = replace(delivery, notices=None)
    rows = tuple(build_declared_rows(official))
    assert all(decision.allowed for decision in _ask_all(unknown, official, steward, on, rows))
    pilot = agreed(LegalBasis.DIRECTORY, pilot=True)
    invented = replace(unknown, synthetic="seed 1")
    rows = tuple(build_declared_rows(pilot))
    assert all(decision.allowed for decision in _ask_all(invented, pilot, steward, on, rows))


def test_a_recorded_delivery_keeps_its_answer_and_its_digest(
    delivery: DeliveryFact, terms: AgreementFact, steward: Actor, on: date
) -> None:
    """Its facts were written down before Cairn asked about the notice."""
    recorded = replace(delivery, notices=NOTICES_NOT_RECORDED)
    family = OptOutFact("c1", OptOutScope.DIRECTORY, "2026-27", "river")
    rows = (
        replace(
            next(iter(build_declared_rows(terms))), children=(PersonFact("c1", opt_outs=(family,)),)
        ),
    )
    decisions = _ask_all(recorded, terms, steward, on, rows)
    assert [decision.outcome for decision in decisions] == [Outcome.ALLOW] * 5
    assert not decisions[2].kept_back
    assert digest_facts(recorded) != digest_facts(replace(recorded, notices=()))


@pytest.mark.parametrize(
    ("scope", "code"), [(OptOutScope.DIRECTORY, "R22"), (OptOutScope.ALL_DISCRETIONARY, "P14")]
)
def test_the_row_of_a_child_whose_family_opted_out_is_set_aside(
    delivery: DeliveryFact,
    terms: AgreementFact,
    steward: Actor,
    on: date,
    rows: tuple[RowsFact, ...],
    scope: OptOutScope,
    code: str,
) -> None:
    opted_out = PersonFact("c1", opt_outs=(OptOutFact("c1", scope, "2026-27", "river"),))
    children = (opted_out, PersonFact("c2", opt_outs=()), PersonFact("c3"))
    asked = (replace(rows[0], children=children),)
    received = may_receive_delivery(delivery, terms, steward, on, overdue=(), rows=asked)
    checked = may_conform_delivery(delivery, terms, steward, on, rows=asked)
    for decision in (received, checked):
        assert decision.outcome is Outcome.ALLOW_SUBSET
        assert decision.kept_back == {"c1": {ID, BIRTH}}
        assert [reason.code for reason in decision.refusals] == [code]
