"""Who of a recipient's people may see data, what a processor may do, and bars from one owner."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from tests.policy import permitted_use as u
from tests.policy.conftest import secured

from cairn.policy.engine.decision import Decision
from cairn.policy.facts.agreements.agreement import AgreementFact
from cairn.policy.facts.agreements.agreement_terms import AccessTerm
from cairn.policy.facts.data.use import UseRequest
from cairn.policy.facts.people.access import Actor, OwnerBar
from cairn.policy.questions.data.uses import decide_use
from cairn.policy.questions.governance.agreements import may_rely_on_agreements
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.actions import Action
from cairn.policy.vocabulary.agreements import PartyRole
from cairn.policy.vocabulary.data_use import Purpose

Agreed = Callable[..., AgreementFact]
Acting = Callable[..., Actor]


def _list_refusals(decision: Decision) -> set[str]:
    return {reason.code for reason in decision.refusals}


def _decide_under(agreement: AgreementFact, request: UseRequest | None = None) -> set[str]:
    facts = u.facts(agreements=(agreement,))
    return _list_refusals(decide_use(request or u.request(), facts, u.ON))


def _list_access(organization: str, *roles: Role) -> AccessTerm:
    return AccessTerm(organization, "site leaders", "tutoring", "clause 5", frozenset(roles))


@pytest.mark.parametrize(
    ("access", "refusals"),
    [
        ((), set()),
        ((_list_access("tutors"),), set()),
        ((_list_access("tutors", Role.PROGRAM_STAFF, Role.STEWARD),), set()),
        ((_list_access("tutors", Role.STEWARD), _list_access("tutors")), set()),
        ((_list_access("tutors", Role.STEWARD),), {"G35"}),
        ((_list_access("mentors"),), {"G35"}),
    ],
)
def test_a_person_who_is_not_on_the_access_list_is_refused(
    access: tuple[AccessTerm, ...], refusals: set[str]
) -> None:
    assert _decide_under(u.agreement(access=access)) == refusals


def test_the_access_list_is_about_recipients_not_about_the_owner(
    agreed: Agreed, acting: Acting
) -> None:
    listed = agreed(access=(_list_access("hub", Role.ANALYST),))
    for role, refusals in ((Role.ANALYST, set()), (Role.DATA_MANAGER, {"G35"})):
        decision = may_rely_on_agreements([listed], Purpose.PUBLIC_REPORTING, acting(role), u.ON)
        assert _list_refusals(decision) & {"G35"} == refusals
    owner = u.tutor(
        affiliations=(replace(u.tutor().affiliations[0], organization="river", role=Role.STEWARD),),
        security=(secured("river"),),
    )
    facts = u.facts(
        actors=(owner,), agreements=(u.agreement(access=(_list_access("tutors", Role.STEWARD),)),)
    )
    request = u.request(acting_for="river", action=Action.LIST)
    assert "G35" not in _list_refusals(decide_use(request, facts, u.ON))


@pytest.mark.parametrize(
    ("changes", "refused"),
    [
        ({"action": Action.VIEW}, True),
        ({"action": Action.LIST}, True),
        ({"action": Action.EXPORT}, True),
        ({"action": Action.MATCH}, False),
        ({"action": Action.AGGREGATE}, False),
        ({"action": Action.DELIVER, "recipient": "mentors"}, False),
    ],
)
def test_a_processor_links_counts_and_sends_but_never_uses(
    changes: dict[str, Any], refused: bool
) -> None:
    parties = (u.party("river", PartyRole.PROVIDER), u.party("tutors", PartyRole.PROCESSOR))
    request = u.request(**changes)
    assert ("G36" in _decide_under(u.agreement(parties=parties), request)) is refused
    also_recipient = u.agreement(parties=(*parties, u.party("tutors", PartyRole.RECIPIENT)))
    assert "G36" not in _decide_under(also_recipient, request)


@pytest.mark.parametrize(
    ("owner", "days", "refusals"),
    [("river", 0, {"R29"}), ("river", -1, set()), ("hills", 100, set())],
)
def test_a_bar_from_one_owner_leaves_the_records_of_others_open(
    agreed: Agreed, acting: Acting, owner: str, days: int, refusals: set[str]
) -> None:
    """34 CFR 99.67: the institution whose records were misused may not give access."""
    bars = (OwnerBar(owner, u.ON + timedelta(days=days)),)
    organizations = tuple(
        u.organization(slug, owner_bars=bars if slug == "tutors" else ())
        for slug in ("river", "tutors", "hub", "mentors")
    )
    used = decide_use(u.request(), u.facts(organizations=organizations), u.ON)
    assert _list_refusals(used) == refusals
    manager = acting(Role.DATA_MANAGER)
    barred = replace(manager, security=(replace(secured("hub"), owner_bars=bars),))
    relied = may_rely_on_agreements([agreed()], Purpose.PUBLIC_REPORTING, barred, u.ON)
    assert _list_refusals(relied) & {"R29"} == refusals
    unknown = may_rely_on_agreements(
        [agreed()], Purpose.PUBLIC_REPORTING, replace(manager, security=()), u.ON
    )
    assert "R29" not in _list_refusals(unknown)
