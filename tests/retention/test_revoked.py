"""A consent that is taken back, under an agreement that says what follows."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from tests.consents.world import AT, ON, paper
from tests.intake.conftest import AGREEMENT

from cairn.consents.actions.revoking import revoke
from cairn.consents.models import ConsentForm
from cairn.deadlines.simulating import simulate
from cairn.partners.facts import actor
from cairn.retention import keepers, queries
from cairn.retention.facts import revocations
from cairn.rules.duty import Holding
from cairn.rules.vocabulary import DutyCause

pytestmark = pytest.mark.django_db(databases=["default", "identities"])
SAYS = AGREEMENT.replace("period_days = 1095\n", "period_days = 1095\nrevoked_days = 30\n")


class Held:
    """Something that came on the day on which the consent counted."""

    kind = "delivery"

    def holdings(self) -> list[Holding]:
        return [Holding("delivery:1", "RV-DSA-01", "river", ON)]


@pytest.fixture
def world(
    person: Callable[..., Any],
    organization: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
) -> Any:
    """A verified consent for an agreement, and a delivery that came while it counted."""
    from tests.consents import world as made

    monkeypatch.setattr(keepers, "_KEEPERS", {"delivery": Held()})
    return made.make(person, organization)


def agree(text: str, by: Any) -> None:
    from cairn.agreements import actions as agreements

    agreements.load(text=text, by=by, at=AT)
    ConsentForm.objects.update(agreement="RV-DSA-01")


def test_it_is_a_duty_on_the_calendar_and_in_the_simulator(world: Any, manager: Any) -> None:
    agree(SAYS, manager)
    (consent,) = world.verified(paper())
    assert [d.cause for d in queries.duties(ON)] == [DutyCause.TERM]
    revoke(consent=consent, name="Rosa Alba", by=world.steward, at=AT)
    (duty,) = queries.duties(ON)
    assert (duty.cause, duty.due) == (DutyCause.REVOKED, ON + timedelta(days=30))
    who = actor(world.steward)
    assert [d.on for d in queries.due(who, ON, ON + timedelta(days=30))] == [duty.due]
    found = simulate(who, "RV-DSA-01", ON + timedelta(days=1), ON)
    assert found
    assert found.destroyed == ()


def test_where_the_agreement_does_not_say_so_nothing_is_destroyed(world: Any, manager: Any) -> None:
    agree(AGREEMENT, manager)
    (consent,) = world.verified(paper())
    revoke(consent=consent, name="Rosa Alba", by=world.steward, at=AT)
    assert len(revocations()) == 1
    assert [d.cause for d in queries.duties(ON)] == [DutyCause.TERM]
