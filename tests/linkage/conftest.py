"""A small partnership: one district under its agreement, with deliveries of a few children.

Imports of rows happen inside the fixtures: this file is read before Django stands.
"""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from cairn.rules.vocabulary import Channel, OrganizationKind, Role
from cairn.warehouse.mapping import Mapping

AGREEMENTS = Path(__file__).parents[2] / "examples" / "river-county" / "agreements"
BACKBONE, DISTRICT = "river-county-partnership", "alder-creek-sd"
MAPPINGS = {
    "students": Mapping(
        record="student",
        columns={
            "id": "local_id",
            "first": "given_name",
            "last": "family_name",
            "born": "birth_date",
            "race": "race_ethnicity",
        },
    ),
    "totals": Mapping(
        record="attendance_total",
        columns={"id": "local_id", "enrolled": "days_enrolled", "absent": "days_absent"},
        constants={"school_year": "2025-26"},
    ),
}


@pytest.fixture
def manager(person: Callable[..., Any]) -> Any:
    """The data manager of the partnership's backbone."""
    return person(
        Role.DATA_MANAGER,
        at=BACKBONE,
        kind=OrganizationKind.BACKBONE,
        email="dana@partnership.example",
    )


@pytest.fixture
def send(manager: Any) -> Callable[..., Any]:
    """Receives and checks one file of the district: `send("students", ROSTER)`."""
    from cairn.agreements import actions as agreements
    from cairn.intake import actions as intake
    from cairn.partners.models import Organization

    text = (AGREEMENTS / "RC-DSA-01.toml").read_text("utf-8")
    agreement = agreements.load(
        text=text, newcomers=["alder-creek-sd"], by=manager, at=timezone.localtime()
    )

    def run(feed: str, content: str) -> Any:
        received = intake.receive(
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
        )
        return intake.conform(delivery=received.delivery, by=manager, at=timezone.localtime())

    return run


@pytest.fixture
def sealer() -> Any:
    """Seals with the keys of this test."""
    from cairn.intake.storehouse import key_ring
    from cairn.linkage.sealing import Sealer

    return Sealer(key_ring())


@pytest.fixture
def taking(sealer: Any) -> Callable[..., Any]:
    """Takes in what one delivery says, a day after the one before, and looks."""
    from tests.linkage.index_world import NOW

    from cairn.linkage import index, statements

    days: Iterator[Any] = (NOW + timedelta(days=n) for n in range(100))

    def run(delivery: int, told: list[Any], **how: Any) -> Any:
        at = next(days)
        statements.take(delivery, told, sealer, at)
        return index.settle(sealer, at, **how)

    return run
