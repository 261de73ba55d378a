"""A district, its agreement, people, and files small enough to read in the test."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.deliveries import Channel
from cairn.warehouse.schema.column_mapping import ColumnMapping

AT = datetime(2026, 10, 1, 15, 0, tzinfo=UTC)

AGREEMENT = """
reference = "RV-DSA-01"
title = "River data sharing agreement"
tier = "data_sharing_agreement"
purposes = ["public_reporting"]
starts = 2024-07-01
ends = 2031-06-30

[[parties]]
organization = "river"
name = "River District"
kind = "school_district"
role = "provider"
signed_by = "A. Superintendent"
signed_capacity = "Superintendent"
signed_on = 2024-06-12

[[parties]]
organization = "backbone"
name = "Backbone"
kind = "backbone"
role = "authorized_representative"
signed_by = "B. Director"
signed_capacity = "Director"
signed_on = 2024-06-14

[legal_basis]
basis = "audit_evaluation"
clause = "§4"

[legal_basis.criteria]
designation = "§2: the partnership is the district's authorized representative"
education_program = "instruction in kindergarten to grade 12"
activity = "evaluate it"
destruction = "three years after each delivery (§9)"
policies = "§8"
program_operator = "river"

[[data]]
record = "student"
elements = ["local_id", "given_name", "family_name", "birth_date", "gender"]
years = ["2020-21", "2030-31"]
clause = "Exhibit A, 1"

[[data]]
record = "attendance"
elements = ["local_id", "date", "event"]
years = ["2020-21", "2030-31"]
clause = "Exhibit A, 2"

[retention]
period_days = 1095
counted_from = "delivery"
method = "crypto-shredding"
clause = "§9"

[disclosure]
minimum_cell = 10
send_back_days = 10
no_ranking = true
clause = "§10"

[delivery]
channels = ["upload", "command"]
frequency = "yearly"
clause = "§7"
"""

STUDENTS = ColumnMapping(
    record="student",
    columns={
        "ID": "local_id",
        "First": "given_name",
        "Last": "family_name",
        "Born": "birth_date",
        "Sex": "gender",
        "Lunch": "meal_status",
    },
)

ROSTER = (
    b"ID,First,Last,Born,Sex,Lunch,Counselor\n"
    b"1,Ada,Ames,2015-03-01,F,ZZCANARYLUNCH,ZZCANARYNOTE\n"
    b"2,Ben,Boyd,2015-04-02,M,ZZCANARYLUNCH,ZZCANARYNOTE\n"
    b"3,Cam,Cole,not a date,X,ZZCANARYLUNCH,ZZCANARYNOTE\n"
)


@pytest.fixture
def roster() -> bytes:
    """Three children; the third has no date where one belongs."""
    return ROSTER


@pytest.fixture
def students() -> ColumnMapping:
    """How the roster is read; its last column is mapped and not covered, another not mapped."""
    return STUDENTS


@pytest.fixture
def manager(person: Callable[..., Any]) -> Any:
    return person(Role.DATA_MANAGER, at="backbone")


@pytest.fixture
def agreement(manager: Any) -> Any:
    from cairn.governance.agreements.actions.signature_and_record import load_agreement

    return load_agreement(text=AGREEMENT, newcomers=["river"], by=manager, at=AT)


@pytest.fixture
def send(agreement: Any, manager: Any) -> Callable[..., Any]:
    """Sends a roster: `send()`, `send(content=…, mapping=…, period=…, by=…)`."""
    from cairn.data.intake.actions.receipt import receive_delivery
    from cairn.governance.partners.models import Organization

    def receive(**changed: Any) -> Any:
        given = {
            "name": "roster.csv",
            "content": ROSTER,
            "organization": Organization.objects.get(slug="river"),
            "agreement": agreement,
            "feed": "roster",
            "period": "2026-27",
            "channel": Channel.COMMAND,
            "mapping": STUDENTS,
            "by": manager,
            "at": AT,
        }
        return receive_delivery(**(given | changed))

    return receive


@pytest.fixture
def conformed(send: Callable[..., Any], manager: Any) -> Any:
    """A delivery that was received and checked."""
    from cairn.data.intake.actions.conformance import check_delivery

    return check_delivery(delivery=send().delivery, by=manager, at=AT)
