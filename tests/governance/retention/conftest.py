"""A district whose delivery was received, checked and linked; its steward; the hub's manager."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from tests.data.intake.conftest import AGREEMENT, AT, ROSTER, STUDENTS

from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.deliveries import Channel

LATER = datetime(2029, 12, 1, 15, 0, tzinfo=UTC)
"""After the three years for which a delivery may be kept."""


@pytest.fixture
def manager(person: Callable[..., Any]) -> Any:
    return person(Role.DATA_MANAGER, at="backbone")


@pytest.fixture
def steward(person: Callable[..., Any]) -> Any:
    return person(Role.STEWARD, at="river")


@pytest.fixture
def agreement(manager: Any, organization: Callable[..., Any]) -> Any:
    from cairn.governance.agreements.actions.signature_and_record import load_agreement

    organization("river")
    return load_agreement(text=AGREEMENT, by=manager, at=AT)


@pytest.fixture
def delivery(agreement: Any, manager: Any) -> Any:
    """A roster of three children, checked."""
    from cairn.data.intake.actions.conformance import check_delivery
    from cairn.data.intake.actions.receipt import receive_delivery
    from cairn.governance.partners.models import Organization

    received = receive_delivery(
        name="roster.csv",
        content=ROSTER,
        organization=Organization.objects.get(slug="river"),
        agreement=agreement,
        feed="roster",
        period="2026-27",
        channel=Channel.COMMAND,
        mapping=STUDENTS,
        by=manager,
        at=AT,
    )
    return check_delivery(delivery=received.delivery, by=manager, at=AT)


@pytest.fixture
def linked(delivery: Any, manager: Any) -> Any:
    """The same delivery, linked: its names are in the person index."""
    from cairn.data.identity.actions.linkage import link_current_deliveries

    link_current_deliveries(by=manager, at=AT)
    return delivery
