"""A consent that is taken back, under an agreement that says what follows."""

from collections.abc import Callable, Collection
from datetime import timedelta
from typing import Any

import pytest
from tests.data.intake.conftest import AGREEMENT
from tests.governance.consents.sample_consents import AT, ON, paper

from cairn.governance.consents.actions.consents import record_consent_revocation
from cairn.governance.consents.models.consent_form import ConsentForm
from cairn.governance.partners.facts import load_actor
from cairn.governance.retention import data_holders, queries
from cairn.governance.retention.facts import load_revocation_facts
from cairn.outputs.deadlines.lapse_simulation import simulate_lapse
from cairn.policy.facts.data.record_keeping import Holding
from cairn.policy.vocabulary.retention import DutyCause

pytestmark = pytest.mark.django_db(databases=["default", "identities"])
SAYS = AGREEMENT.replace("period_days = 1095\n", "period_days = 1095\nrevoked_days = 30\n")


class Held:
    """Something that came on the day on which the consent counted."""

    kind = "delivery"

    def holdings(self, agreements: Collection[str] | None = None) -> list[Holding]:
        return [Holding("delivery:1", "RV-DSA-01", "river", ON)]


@pytest.fixture
def world(
    person: Callable[..., Any],
    organization: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
) -> Any:
    """A verified consent for an agreement, and a delivery that came while it counted."""
    from tests.governance.consents import sample_consents as made

    monkeypatch.setattr(data_holders, "_HOLDER_LOADERS", [Held])
    return made.make(person, organization)


def agree(text: str, by: Any) -> None:
    from cairn.governance.agreements.actions.signature_and_record import load_agreement

    load_agreement(text=text, by=by, at=AT)
    ConsentForm.objects.update(agreement="RV-DSA-01")


def test_it_is_a_duty_on_the_calendar_and_in_the_simulator(world: Any, manager: Any) -> None:
    agree(SAYS, manager)
    (consent,) = world.verified(paper())
    assert [d.cause for d in queries.compute_duties(ON)] == [DutyCause.TERM]
    record_consent_revocation(consent=consent, name="Rosa Alba", by=world.steward, at=AT)
    (duty,) = queries.compute_duties(ON)
    assert (duty.cause, duty.due) == (DutyCause.REVOKED, ON + timedelta(days=30))
    who = load_actor(world.steward)
    assert [d.on for d in queries.list_destruction_deadlines(who, ON, ON + timedelta(days=30))] == [
        duty.due
    ]
    found = simulate_lapse(who, "RV-DSA-01", ON + timedelta(days=1), ON)
    assert found
    assert found.destroyed == ()


def test_where_the_agreement_does_not_say_so_nothing_is_destroyed(world: Any, manager: Any) -> None:
    agree(AGREEMENT, manager)
    (consent,) = world.verified(paper())
    record_consent_revocation(consent=consent, name="Rosa Alba", by=world.steward, at=AT)
    assert len(load_revocation_facts()) == 1
    assert [d.cause for d in queries.compute_duties(ON)] == [DutyCause.TERM]
