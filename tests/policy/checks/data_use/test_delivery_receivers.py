"""The organization that receives a delivery is asked for its standing, as the sender is."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from tests.policy.conftest import ON, secured

from cairn.policy.engine.fact_digest import digest_facts
from cairn.policy.engine.serialization import dump_fact, load_named_facts
from cairn.policy.facts.agreements.agreement import AgreementFact, Party
from cairn.policy.facts.data.delivery import (
    NOTICES_NOT_RECORDED,
    RECEIVERS_NOT_RECORDED,
    DeliveryFact,
)
from cairn.policy.facts.people.access import Actor, OrganizationSecurity, OwnerBar
from cairn.policy.questions.data.deliveries import may_receive_delivery, may_submit_delivery
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.agreements import PartyRole, SecurityCondition
from cairn.policy.vocabulary.data_use import LegalBasis
from cairn.policy.vocabulary.organizations import OrganizationKind

Agreed = Callable[..., AgreementFact]
Acting = Callable[..., Actor]

_YESTERDAY, _TOMORROW = ON - timedelta(days=1), ON + timedelta(days=1)
_HUB = secured("hub")


def _list_refusals(delivery: DeliveryFact, agreement: AgreementFact, actor: Actor) -> set[str]:
    """Return the rules that refuse the delivery; both questions give the same answer."""
    submitted = may_submit_delivery(delivery, agreement, actor, ON, overdue=())
    received = may_receive_delivery(delivery, agreement, actor, ON, overdue=())
    refusals = [
        {reason.code for reason in decision.reasons if reason.effect.value == "deny"}
        for decision in (submitted, received)
    ]
    assert refusals[0] == refusals[1]
    assert submitted.allowed is received.allowed is not refusals[0]
    return refusals[0]


@pytest.mark.parametrize(
    ("receiver", "refusals"),
    [
        (_HUB, set()),
        (replace(_HUB, barred_until=ON), {"R29"}),
        (replace(_HUB, barred_until=_YESTERDAY), set()),
        (replace(_HUB, owner_bars=(OwnerBar("river", ON),)), {"R29"}),
        (replace(_HUB, owner_bars=(OwnerBar("lake", _TOMORROW),)), set()),
        (replace(_HUB, assessment_expires=_YESTERDAY), {"T05"}),
        (replace(_HUB, assessment_expires=ON), set()),
        (replace(_HUB, plan_on=None), {"T06"}),
        (replace(_HUB, plan_on=_TOMORROW), {"T06"}),
        (replace(_HUB, colleagues=None), set()),
        (secured("lake"), {"T08"}),
    ],
)
def test_a_receiver_without_standing_gets_no_delivery(
    delivery: DeliveryFact,
    agreed: Agreed,
    acting: Acting,
    receiver: OrganizationSecurity,
    refusals: set[str],
) -> None:
    sent = replace(delivery, receivers=(receiver,))
    assert _list_refusals(sent, agreed(), acting(Role.DATA_MANAGER)) == refusals


def test_receivers_that_were_not_looked_up_deny(
    delivery: DeliveryFact, agreed: Agreed, acting: Acting
) -> None:
    manager = acting(Role.DATA_MANAGER)
    assert _list_refusals(replace(delivery, receivers=None), agreed(), manager) == {"T13"}
    assert _list_refusals(replace(delivery, receivers=()), agreed(), manager) == {"T08"}


def test_safeguards_that_the_agreement_requires_must_be_confirmed(
    delivery: DeliveryFact, agreed: Agreed, acting: Acting
) -> None:
    manager = acting(Role.DATA_MANAGER)
    required = agreed(
        security=(
            SecurityCondition.SECURITY_PLAN,
            SecurityCondition.YEARLY_ASSESSMENT,
            SecurityCondition.ENCRYPTED_STORAGE,
        ),
        security_clause="clause 7",
    )
    assert _list_refusals(delivery, required, manager) == {"T12"}
    decision = may_submit_delivery(delivery, required, manager, ON, overdue=())
    reason = next(reason for reason in decision.reasons if reason.code == "T12")
    assert "encrypted storage" in reason.message
    assert "security plan" not in reason.message
    confirmed = replace(_HUB, safeguards=frozenset({SecurityCondition.ENCRYPTED_STORAGE}))
    assert not _list_refusals(replace(delivery, receivers=(confirmed,)), required, manager)
    lapsed = replace(confirmed, assessment_expires=_YESTERDAY)
    sent = replace(delivery, receivers=(lapsed,))
    assert _list_refusals(sent, required, manager) == {"T05", "T12"}


def test_one_receiver_in_standing_is_enough_and_a_processor_comes_first(
    delivery: DeliveryFact, agreed: Agreed, acting: Acting
) -> None:
    manager = acting(Role.DATA_MANAGER)
    river, hub = agreed().parties
    tutors = Party(
        "tutors",
        "Tutors",
        OrganizationKind.COMMUNITY_PROGRAM,
        PartyRole.RECIPIENT,
        "Ada Bell",
        "director",
        hub.signed_on,
    )
    two_recipients = agreed(parties=(river, hub, tutors))
    barred = replace(secured("tutors"), barred_until=ON)
    assert not _list_refusals(replace(delivery, receivers=(_HUB, barred)), two_recipients, manager)
    barred_hub = replace(_HUB, barred_until=ON)
    assert _list_refusals(
        replace(delivery, receivers=(barred_hub, barred)), two_recipients, manager
    ) == {"R29"}
    processed = agreed(parties=(river, replace(hub, role=PartyRole.PROCESSOR), tutors))
    sent = replace(delivery, receivers=(barred_hub, secured("tutors")))
    assert _list_refusals(sent, processed, manager) == {"R29"}


def test_public_and_synthetic_data_ask_nothing_of_the_receiver(
    delivery: DeliveryFact, agreed: Agreed, acting: Acting
) -> None:
    manager = acting(Role.DATA_MANAGER)
    unknown = replace(delivery, receivers=())
    assert "T08" not in _list_refusals(unknown, agreed(LegalBasis.PUBLIC_DATA), manager)
    pilot = replace(unknown, synthetic="made by the demonstration")
    assert "T08" not in _list_refusals(pilot, agreed(), manager)


def test_a_recorded_delivery_without_receivers_keeps_its_answer_and_digest(
    delivery: DeliveryFact, agreed: Agreed, acting: Acting
) -> None:
    """This digest was computed before a delivery named its receivers, and its notices."""
    dumped = dump_fact(delivery)
    assert isinstance(dumped, dict)
    del dumped["receivers"], dumped["notices"]
    loaded = load_named_facts({"delivery": DeliveryFact}, {"delivery": dumped})["delivery"]
    assert isinstance(loaded, DeliveryFact)
    assert loaded.receivers == RECEIVERS_NOT_RECORDED
    assert loaded.notices == NOTICES_NOT_RECORDED
    assert digest_facts(loaded) == (
        "4e1ecec976e3fb0770f77dfa015c6f75b8a6b85e502b719c332a01511cc8259e"
    )
    assert digest_facts(loaded) != digest_facts(delivery)
    assert not _list_refusals(loaded, agreed(), acting(Role.DATA_MANAGER))
