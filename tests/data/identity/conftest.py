"""A small partnership: one district under its agreement, with deliveries of a few children.

Imports of rows happen inside the fixtures: this file is read before Django stands.
"""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from tests.known_states import once_for_each_state

from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.deliveries import Channel
from cairn.policy.vocabulary.organizations import OrganizationKind
from cairn.warehouse.schema.column_mapping import ColumnMapping

AGREEMENTS = Path(__file__).parents[3] / "examples" / "river-county" / "agreements"
BACKBONE, DISTRICT = "river-county-partnership", "alder-creek-sd"
MAPPINGS = {
    "students": ColumnMapping(
        record="student",
        columns={
            "id": "local_id",
            "first": "given_name",
            "last": "family_name",
            "born": "birth_date",
            "race": "race_ethnicity",
        },
    ),
    "totals": ColumnMapping(
        record="attendance_total",
        columns={"id": "local_id", "enrolled": "days_enrolled", "absent": "days_absent"},
        constants={"school_year": "2025-26"},
    ),
}


@pytest.fixture
def manager(person: Callable[..., Any]) -> Any:
    """The data manager of the partnership's backbone."""
    return _make_manager(person)


@once_for_each_state
def _make_manager(person: Callable[..., Any]) -> Any:
    return person(
        Role.DATA_MANAGER,
        at=BACKBONE,
        kind=OrganizationKind.BACKBONE,
        email="dana@partnership.example",
    )


@pytest.fixture
def send(manager: Any) -> Callable[..., Any]:
    """Receives and checks one file of the district: `send("students", ROSTER)`."""
    agreement = _load_agreement(manager)

    def run(feed: str, content: str) -> Any:
        return _send(manager, agreement, feed, content)

    return run


@once_for_each_state
def _load_agreement(manager: Any) -> Any:
    from cairn.governance.agreements.actions.signature_and_record import load_agreement

    text = (AGREEMENTS / "RC-DSA-01.toml").read_text("utf-8")
    return load_agreement(
        text=text, newcomers=["alder-creek-sd"], by=manager, at=timezone.localtime()
    )


@once_for_each_state
def _send(manager: Any, agreement: Any, feed: str, content: str) -> Any:
    from cairn.data.intake.actions.conformance import check_delivery
    from cairn.data.intake.actions.receipt import receive_delivery
    from cairn.governance.partners.models import Organization

    received = receive_delivery(
        name=f"{feed}.csv",
        content=content.encode(),
        organization=Organization.objects.get(slug=DISTRICT),
        agreement=agreement,
        feed=feed,
        period="2025-26",
        channel=Channel.COMMAND,
        mapping=MAPPINGS[feed],
        by=manager,
        at=timezone.localtime(),
        replace_earlier=True,
    )
    return check_delivery(delivery=received.delivery, by=manager, at=timezone.localtime())


@pytest.fixture
def sealer() -> Any:
    """Seals with the keys of this test."""
    from cairn.data.identity.storage.statements import IdentitySealer
    from cairn.platform.storage.api import open_key_ring

    return IdentitySealer(open_key_ring())


@pytest.fixture
def taking(sealer: Any) -> Callable[..., Any]:
    """Takes in what one delivery says, a day after the one before, and looks."""
    from tests.data.identity.sample_records import NOW

    from cairn.data.identity.index.update import update_index
    from cairn.data.identity.storage.statements import store_delivery_statements

    days: Iterator[Any] = (NOW + timedelta(days=n) for n in range(100))

    def run(delivery: int, told: list[Any], **how: Any) -> Any:
        at = next(days)
        store_delivery_statements(delivery, told, sealer, at)
        return update_index(sealer, at, **how)

    return run
